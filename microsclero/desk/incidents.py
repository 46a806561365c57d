"""Incidents at the desk: what was done although a gate stood against it, until a prescriber has looked at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from microsclero.desk import not_a_prescriber
from microsclero.errors import ConflictError, NotFoundError, RefusedError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.incidents import IncidentRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedIncident:
    """An incident that a prescriber has looked at, and the patient's others that are still open."""

    incident: int
    patient_no: int
    prescriber: str
    codes: tuple[str, ...]
    reason: str
    closing: str
    still_open: tuple[int, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "incident": self.incident,
            "patient": self.patient_no,
            "prescriber": self.prescriber,
            "codes": list(self.codes),
            "why_anyway": self.reason,
            "reason": self.closing,
            "still_open": list(self.still_open),
        }


def open_incidents(desk: Desk, patient_no: int) -> tuple[IncidentRow, ...]:
    """What of this patient a prescriber has still to look at, oldest first."""
    from microsclero.store import incidents

    return tuple(row for row in incidents.incidents_of(desk.store, patient_no) if row.closed_at is None)


def close_incident(desk: Desk, patient_no: int, given: Mapping[str, Any]) -> ClosedIncident:
    """A prescriber has looked at it, with the reason; nobody else closes one (4)."""
    from microsclero.desk.patients import patient_of
    from microsclero.store import incidents

    patient_of(desk, patient_no)
    row = _open(desk, patient_no, given["incident"])
    prescriber = desk.member(given["prescriber"])
    reasons = not_a_prescriber(prescriber)
    if reasons:
        raise RefusedError.for_reasons(reasons)
    with desk.store.changing(who=desk.writer(), command="decide"):
        if incidents.incident(desk.store, row.incident) != row:
            raise ConflictError(
                f"Incident {row.incident} was closed meanwhile; nothing was saved.", code="changed_meanwhile"
            )
        incidents.close_incident(desk.store, row.incident, prescriber=prescriber.initials, closing=given["reason"])
    return ClosedIncident(
        incident=row.incident,
        patient_no=patient_no,
        prescriber=prescriber.initials,
        codes=row.codes,
        reason=row.reason,
        closing=given["reason"],
        still_open=tuple(each.incident for each in open_incidents(desk, patient_no)),
    )


def _open(desk: Desk, patient_no: int, number: int) -> IncidentRow:
    standing = open_incidents(desk, patient_no)
    for row in standing:
        if row.incident == number:
            return row
    known = ", ".join(str(row.incident) for row in standing) or "none"
    raise NotFoundError(
        f"Patient {patient_no} has no open incident {number}; open: {known}.", code="incident_not_found"
    )
