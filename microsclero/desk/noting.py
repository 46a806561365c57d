"""Notes at the desk: what somebody heard or saw, kept in their own words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.struck import Struck
    from microsclero.store.notes import NoteRow


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNote:
    """One note, with who wrote it and when; `struck` where it no longer stands."""

    note: int
    patient_no: int
    words: str
    at: datetime
    who: str
    struck: Struck | None = None
    remarks: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        return {
            "note": self.note,
            "patient": self.patient_no,
            "words": self.words,
            "at": self.at.isoformat(timespec="seconds"),
            "who": self.who,
            "struck_out": self.struck.as_data() if self.struck else None,
            "remarks": list(self.remarks),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """All notes on a patient, struck-out ones too, the newest first."""

    patient_no: int
    notes: tuple[KeptNote, ...]
    remarks: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient_no,
            "notes": [each.as_data() for each in self.notes],
            "remarks": list(self.remarks),
        }


def keep(desk: Desk, patient_no: int, words: str) -> KeptNote:
    """Keep a note; what reads like a red flag is said, since only a reported reaction is followed."""
    from microsclero.desk.patients import patient_of
    from microsclero.desk.red_flags import reads_like
    from microsclero.store import notes

    patient_of(desk, patient_no)
    with desk.store.changing(who=desk.writer(), command="note"):
        number = notes.add_note(desk.store, patient_no=patient_no, words=words)
    return replace(_kept(desk, notes.note(desk.store, number)), remarks=reads_like(patient_no, words))


def of_patient(desk: Desk, patient_no: int) -> Notes:
    """Every note on a patient; the look itself is noted."""
    from microsclero.desk.patient_record import note_look
    from microsclero.desk.patients import patient_of
    from microsclero.desk.struck import struck_out
    from microsclero.store import notes

    patient_of(desk, patient_no)
    remarks = note_look(desk, patient_no, "note --list")
    struck = struck_out(desk, patient_no)
    rows = reversed(notes.notes_of(desk.store, patient_no))
    kept = tuple(_kept(desk, row, struck.get(("note", row.note))) for row in rows)
    return Notes(patient_no=patient_no, notes=kept, remarks=remarks)


def _kept(desk: Desk, row: NoteRow, struck: Struck | None = None) -> KeptNote:
    return KeptNote(
        note=row.note,
        patient_no=row.patient_no,
        words=row.words,
        at=row.at.astimezone(desk.zone),
        who=row.who,
        struck=struck,
    )
