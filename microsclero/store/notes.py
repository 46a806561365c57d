"""Notes, corrections and who looks after what, in the file."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import NotFoundError
from microsclero.store.rows import moment_from_text

if TYPE_CHECKING:
    from microsclero.store import Store


class NoteRow(NamedTuple):
    """What somebody wrote down about a patient."""

    note: int
    patient_no: int
    words: str
    at: datetime
    who: str
    amended_by: int | None


class AmendmentRow(NamedTuple):
    """A correction: what it struck through, why, and the entry that stands instead, where there is one."""

    amendment: int
    patient_no: int
    kind: str
    ref: int
    action: str
    reason: str
    new: int | None
    at: datetime
    who: str


_NOTE = "id, patient_id, words, at, who, amended_by"
_AMENDMENT = "id, patient_id, kind, ref_id, action, reason, new_id, at, who"


def _note_from_row(row: tuple[Any, ...]) -> NoteRow:
    return NoteRow._make((*row[:3], moment_from_text(row[3]), *row[4:]))


def _amendment_from_row(row: tuple[Any, ...]) -> AmendmentRow:
    return AmendmentRow._make((*row[:7], moment_from_text(row[7]), row[8]))


def add_note(store: Store, *, patient_no: int, words: str) -> int:
    """Keep a note inside `changing()`."""
    row = {"patient_id": patient_no, "words": words, "at": store.write.at, "who": store.write.who}
    return store.write.insert("note", row)


def note(store: Store, number: int) -> NoteRow:
    row = store.row(f"select {_NOTE} from note where id = ?", (number,))
    if row is None:
        raise NotFoundError(f"There is no note {number}.", note=number)
    return _note_from_row(row)


def notes_of(store: Store, patient_no: int) -> tuple[NoteRow, ...]:
    """Every note on a patient, struck-out ones too, oldest first."""
    rows = store.rows(f"select {_NOTE} from note where patient_id = ? order by id", (patient_no,))
    return tuple(map(_note_from_row, rows))


def amend_note(store: Store, number: int, amendment: int) -> None:
    store.write.update("note", number, {"amended_by": amendment})


def add_amendment(
    store: Store, *, patient_no: int, kind: str, ref: int, action: str, reason: str, new: int | None
) -> int:
    """Keep a correction inside `changing()`; an entry is corrected once, then its successor is."""
    return store.write.insert(
        "amendment",
        {
            "patient_id": patient_no,
            "kind": kind,
            "ref_id": ref,
            "action": action,
            "reason": reason,
            "new_id": new,
            "at": store.write.at,
            "who": store.write.who,
        },
    )


def amendments_of(store: Store, patient_no: int) -> tuple[AmendmentRow, ...]:
    """Every correction in a patient's record, oldest first."""
    rows = store.rows(f"select {_AMENDMENT} from amendment where patient_id = ? order by id", (patient_no,))
    return tuple(map(_amendment_from_row, rows))


def amendment_of(store: Store, kind: str, ref: int) -> AmendmentRow | None:
    """What struck this entry through; None where it stands."""
    return _amendment(store, "kind = ? and ref_id = ?", kind, ref)


def amendment_to(store: Store, kind: str, new: int) -> AmendmentRow | None:
    """The correction that this entry came from; None where it was entered by itself."""
    return _amendment(store, "kind = ? and new_id = ?", kind, new)


def _amendment(store: Store, where: str, kind: str, number: int) -> AmendmentRow | None:
    row = store.row(f"select {_AMENDMENT} from amendment where {where}", (kind, number))
    return None if row is None else _amendment_from_row(row)
