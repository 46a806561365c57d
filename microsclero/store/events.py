"""A patient's own dates in the file, such as a wedding: entered, taken back, and what a plan goes around."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from microsclero.clashes import Event

if TYPE_CHECKING:
    from microsclero.store import Store

_EVENT = "id, from_on, until_on, what"


def events(store: Store, patient_no: int) -> tuple[Event, ...]:
    """What the patient told us of, by date; nothing that was taken back."""
    sql = f"select {_EVENT} from event where patient_id = ? and voided = 0 order by from_on, until_on, id"
    return tuple(map(_event_from_row, store.rows(sql, (patient_no,))))


def add_event(store: Store, patient_no: int, *, from_on: date, until_on: date, what: str) -> int:
    """Enter one inside `changing()`; its number."""
    return store.write.insert(
        "event",
        {"patient_id": patient_no, "from_on": from_on.isoformat(), "until_on": until_on.isoformat(), "what": what},
    )


def void_event(store: Store, event: int) -> None:
    """Take one back inside `changing()`; it stays in the history."""
    store.write.update("event", event, {"voided": 1})


def _event_from_row(row: tuple[Any, ...]) -> Event:
    return Event(event=row[0], from_on=date.fromisoformat(row[1]), until_on=date.fromisoformat(row[2]), what=row[3])
