"""Reactions in the file, what became of each, and the holds that a prescriber lifts."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import NotFoundError
from microsclero.store.rows import date_text, json_text, maybe_date, maybe_moment, maybe_text, moment_from_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from microsclero.store import Store


class ReactionRow(NamedTuple):
    """A reaction as reported and banded; open until `ended_on`."""

    reaction: int
    patient_no: int
    treatment: int | None
    effect: str
    leg: str | None
    region: str | None
    noticed_on: date
    severity: str
    notes: str | None
    emergency: tuple[str, ...]
    band: str
    because: tuple[str, ...]
    version: str
    follow_up_on: date
    watch_until: date | None
    at: datetime
    who: str
    ended_on: date | None
    amended_by: int | None


class StepRow(NamedTuple):
    """What was heard when somebody asked again; `next_on` is when to ask once more."""

    step: int
    reaction: int
    patient_no: int
    state: str
    note: str | None
    yellow_card: str | None
    next_on: date | None
    at: datetime
    who: str


class HoldRow(NamedTuple):
    """Why a patient's course stands still, and since when."""

    hold: int
    patient_no: int
    reaction: int | None
    response: int | None
    treatment: int | None
    cause: str
    at: datetime
    who: str
    lifted_at: datetime | None


class HoldWordRow(NamedTuple):
    """A prescriber's word on a hold: kept or lifted, with what was found."""

    word_no: int
    hold: int
    patient_no: int
    word: str
    finding: str
    reason: str
    prescriber: str
    document: int | None
    at: datetime
    who: str


_REACTION = (
    "id, patient_id, treatment_id, effect, leg, region, noticed_on, severity, notes, emergency, band, because, "
    "version, follow_up_on, watch_until, at, who, ended_on, amended_by"
)
_STEP = "id, reaction_id, patient_id, state, note, yellow_card, next_on, at, who"
_HOLD = "id, patient_id, reaction_id, response_id, treatment_id, cause, at, who, lifted_at"
_WORD = "id, hold_id, patient_id, word, finding, reason, prescriber, document_id, at, who"


def _reaction_from_row(row: tuple[Any, ...]) -> ReactionRow:
    import json

    return ReactionRow._make(
        (
            *row[:6],
            date.fromisoformat(row[6]),
            *row[7:9],
            tuple(json.loads(row[9])),
            row[10],
            tuple(json.loads(row[11])),
            row[12],
            date.fromisoformat(row[13]),
            maybe_date(row[14]),
            moment_from_text(row[15]),
            row[16],
            maybe_date(row[17]),
            row[18],
        )
    )


def _step_from_row(row: tuple[Any, ...]) -> StepRow:
    return StepRow._make((*row[:6], maybe_date(row[6]), moment_from_text(row[7]), row[8]))


def _hold_from_row(row: tuple[Any, ...]) -> HoldRow:
    return HoldRow._make((*row[:6], moment_from_text(row[6]), row[7], maybe_moment(row[8])))


def _word_from_row(row: tuple[Any, ...]) -> HoldWordRow:
    return HoldWordRow._make((*row[:8], moment_from_text(row[8]), row[9]))


def add_reaction(
    store: Store,
    *,
    patient_no: int,
    treatment: int | None,
    effect: str,
    leg: str | None,
    region: str | None,
    noticed_on: date,
    severity: str,
    notes: str | None,
    emergency: Sequence[str],
    band: str,
    because: Sequence[str],
    version: str,
    follow_up_on: date,
    watch_until: date | None,
    ended_on: date | None = None,
) -> int:
    """Keep a reported reaction inside `changing()`."""
    return store.write.insert(
        "reaction",
        {
            "patient_id": patient_no,
            "treatment_id": treatment,
            "effect": effect,
            "leg": leg,
            "region": region,
            "noticed_on": noticed_on.isoformat(),
            "severity": severity,
            "notes": maybe_text(notes),
            "emergency": json_text(list(emergency)),
            "band": band,
            "because": json_text(list(because)),
            "version": version,
            "follow_up_on": follow_up_on.isoformat(),
            "watch_until": date_text(watch_until),
            "at": store.write.at,
            "who": store.write.who,
            "ended_on": date_text(ended_on),
        },
    )


def reaction(store: Store, number: int) -> ReactionRow:
    row = store.row(f"select {_REACTION} from reaction where id = ?", (number,))
    if row is None:
        raise NotFoundError(f"There is no reaction {number}.", reaction=number)
    return _reaction_from_row(row)


def reactions_of(store: Store, patient_no: int) -> tuple[ReactionRow, ...]:
    """Every reaction of a patient, corrected ones too, oldest first."""
    sql = f"select {_REACTION} from reaction where patient_id = ? order by id"
    return tuple(map(_reaction_from_row, store.rows(sql, (patient_no,))))


def open_reactions(store: Store, patients: Iterable[int] | None = None) -> tuple[ReactionRow, ...]:
    """Reactions nobody has seen the end of; of these patients, or of all."""
    where = "ended_on is null and amended_by is null"
    if patients is None:
        rows = store.rows(f"select {_REACTION} from reaction where {where} order by id")
    else:
        wanted = sorted(set(patients))
        rows = store.rows(
            f"select {_REACTION} from reaction where {where} and patient_id in ({', '.join('?' * len(wanted))}) "
            "order by id",
            wanted,
        )
    return tuple(map(_reaction_from_row, rows))


def end_reaction(store: Store, number: int, on: date) -> None:
    """It is gone, inside `changing()`."""
    store.write.update("reaction", number, {"ended_on": on.isoformat()})


def amend_reaction(store: Store, number: int, amendment: int) -> None:
    store.write.update("reaction", number, {"amended_by": amendment})


def add_step(
    store: Store,
    *,
    reaction: int,
    patient_no: int,
    state: str,
    note: str | None,
    yellow_card: str | None,
    next_on: date | None,
) -> int:
    """Keep what was heard when somebody asked again, inside `changing()`."""
    return store.write.insert(
        "reaction_step",
        {
            "reaction_id": reaction,
            "patient_id": patient_no,
            "state": state,
            "note": maybe_text(note),
            "yellow_card": maybe_text(yellow_card),
            "next_on": date_text(next_on),
            "at": store.write.at,
            "who": store.write.who,
        },
    )


def steps_of(store: Store, reaction: int) -> tuple[StepRow, ...]:
    sql = f"select {_STEP} from reaction_step where reaction_id = ? order by id"
    return tuple(map(_step_from_row, store.rows(sql, (reaction,))))


def add_hold(
    store: Store,
    *,
    patient_no: int,
    cause: str,
    reaction: int | None = None,
    response: int | None = None,
    treatment: int | None = None,
) -> int:
    """Put a patient on hold inside `changing()`."""
    return store.write.insert(
        "hold",
        {
            "patient_id": patient_no,
            "reaction_id": reaction,
            "response_id": response,
            "treatment_id": treatment,
            "cause": cause,
            "at": store.write.at,
            "who": store.write.who,
        },
    )


def open_holds(store: Store, patients: Iterable[int] | None = None) -> tuple[HoldRow, ...]:
    """Holds nobody has lifted; of these patients, or of all."""
    if patients is None:
        rows = store.rows(f"select {_HOLD} from hold where lifted_at is null order by id")
    else:
        wanted = sorted(set(patients))
        rows = store.rows(
            f"select {_HOLD} from hold where lifted_at is null and patient_id in ({', '.join('?' * len(wanted))}) "
            "order by id",
            wanted,
        )
    return tuple(map(_hold_from_row, rows))


def holds_of(store: Store, patient_no: int) -> tuple[HoldRow, ...]:
    """Every hold of a patient, lifted ones too, oldest first."""
    rows = store.rows(f"select {_HOLD} from hold where patient_id = ? order by id", (patient_no,))
    return tuple(map(_hold_from_row, rows))


def add_hold_word(
    store: Store,
    *,
    hold: int,
    patient_no: int,
    word: str,
    finding: str,
    reason: str,
    prescriber: str,
    document: int | None,
) -> int:
    """Keep a prescriber's word on a hold inside `changing()`; "lift" ends it, where nothing has yet."""
    number = store.write.insert(
        "hold_word",
        {
            "hold_id": hold,
            "patient_id": patient_no,
            "word": word,
            "finding": finding,
            "reason": reason,
            "prescriber": prescriber,
            "document_id": document,
            "at": store.write.at,
            "who": store.write.who,
        },
    )
    if word == "lift" and store.value("select lifted_at from hold where id = ?", (hold,)) is None:
        store.write.update("hold", hold, {"lifted_at": store.write.at})
    return number


def hold_words_of(store: Store, patient_no: int) -> tuple[HoldWordRow, ...]:
    """Every word on a patient's holds, oldest first."""
    sql = (
        f"select {', '.join('w.' + column for column in _WORD.split(', '))} from hold h join hold_word w "
        "on w.hold_id = h.id where h.patient_id = ? order by w.id"
    )
    return tuple(map(_word_from_row, store.rows(sql, (patient_no,))))
