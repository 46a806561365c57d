"""Incidents in the file: what was done although a gate stood against it, until a prescriber has looked at it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import NotFoundError
from microsclero.store.rows import json_text, maybe_moment, moment_from_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from microsclero.store import Store


class IncidentRow(NamedTuple):
    """What was done although a gate stood against it."""

    incident: int
    patient_no: int
    treatment: int | None
    codes: tuple[str, ...]
    reason: str
    at: datetime
    who: str
    closed_at: datetime | None
    closed_by: str | None
    closing: str | None


_INCIDENT = "id, patient_id, treatment_id, codes, reason, at, who, closed_at, closed_by, closing"


def add_incident(store: Store, *, patient_no: int, treatment: int | None, codes: Sequence[str], reason: str) -> int:
    """Keep what was done although a gate stood against it, inside `changing()`."""
    return store.write.insert(
        "incident",
        {
            "patient_id": patient_no,
            "treatment_id": treatment,
            "codes": json_text(list(codes)),
            "reason": reason,
            "at": store.write.at,
            "who": store.write.who,
        },
    )


def incident(store: Store, number: int) -> IncidentRow:
    row = store.row(f"select {_INCIDENT} from incident where id = ?", (number,))
    if row is None:
        raise NotFoundError(f"There is no incident {number}.", incident=number)
    return _incident_from_row(row)


def incidents_open(store: Store, limit: int = 50) -> tuple[IncidentRow, ...]:
    """What a prescriber has still to close, newest first."""
    sql = f"select {_INCIDENT} from incident where closed_at is null order by id desc limit ?"
    return tuple(map(_incident_from_row, store.rows(sql, (limit,))))


def incidents_of(store: Store, patient_no: int) -> tuple[IncidentRow, ...]:
    sql = f"select {_INCIDENT} from incident where patient_id = ? order by id"
    return tuple(map(_incident_from_row, store.rows(sql, (patient_no,))))


def close_incident(store: Store, number: int, *, prescriber: str, closing: str) -> None:
    """A prescriber has looked at it, inside `changing()`."""
    changes = {"closed_at": store.write.at, "closed_by": prescriber, "closing": closing}
    store.write.update("incident", number, changes)


def _incident_from_row(row: tuple[Any, ...]) -> IncidentRow:
    import json

    return IncidentRow._make(
        (*row[:3], tuple(json.loads(row[3])), row[4], moment_from_text(row[5]), row[6], maybe_moment(row[7]), *row[8:])
    )
