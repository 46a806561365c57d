"""Holds at the desk: who stands still and why, and the clots that bar for good."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from microsclero.errors import Reason

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.sessions import PlannedSession
    from microsclero.lasting import Lasting
    from microsclero.store.follow_ups import OpenHold

# What a prescriber may have found that bars for ever.
CLOTS = {"dvt": "a deep vein thrombosis", "pe": "a pulmonary embolism"}


def against(desk: Desk, patient_no: int) -> tuple[Reason, ...]:
    """Every hold that stands against planning and treating, and a clot that was confirmed, whatever else was lifted."""
    return tuple(_on_hold(desk, row) for row in open_holds(desk, patient_no)) + clots_confirmed(desk, patient_no)


def open_holds(desk: Desk, patient_no: int) -> tuple[OpenHold, ...]:
    from microsclero.store import follow_ups

    return follow_ups.open_holds(desk.store, patient_no=patient_no)


def held(desk: Desk, patients: Iterable[int]) -> frozenset[int]:
    """Which of these patients are on hold."""
    from microsclero.store import follow_ups

    return follow_ups.patients_held(desk.store).intersection(patients)


def as_held(sessions: Iterable[PlannedSession], patients: Container[int | None]) -> tuple[PlannedSession, ...]:
    """The sessions as they are shown: of these patients, who are on hold, what is planned stands still."""
    return tuple(
        each._replace(status="held")
        if each.status == "planned" and each.number is not None and each.patient_no in patients
        else each
        for each in sessions
    )


def clots_confirmed(desk: Desk, patient_no: int) -> tuple[Reason, ...]:
    """A confirmed DVT or PE stands as `dvt_ever` and `pe_ever` do."""
    from microsclero.dates import show_date

    return tuple(
        Reason(
            "clot_confirmed",
            f"A prescriber found {CLOTS[finding]} on {show_date(_day(desk, at))}; that bars for good.",
            {"finding": finding, "rule": f"{finding}_ever", "hold": hold},
        )
        for finding, (hold, at) in _clots(desk, patient_no).items()
    )


def clots_lasting(desk: Desk, patient_no: int) -> tuple[Lasting, ...]:
    """The same as answers that every screening counts, whatever is said there."""
    from microsclero.lasting import Lasting

    return tuple(
        Lasting(question=f"{finding}_ever", answer="yes", on=_day(desk, at), source="hold", number=hold)
        for finding, (hold, at) in _clots(desk, patient_no).items()
    )


def _clots(desk: Desk, patient_no: int) -> dict[str, tuple[int, datetime]]:
    from microsclero.store import follow_ups

    return follow_ups.clots_found(desk.store, [patient_no]).get(patient_no, {})


def _on_hold(desk: Desk, row: OpenHold) -> Reason:
    from microsclero.dates import show_date

    since = _day(desk, row.at)
    return Reason(
        "on_hold",
        f"On hold since {show_date(since)}: {row.cause}. A prescriber lifts it: microsclero decide {row.patient_no}",
        {"hold": row.hold, "since": since.isoformat(), "cause": row.cause},
    )


def _day(desk: Desk, at: datetime) -> date:
    return at.astimezone(desk.zone).date()
