"""The gap before the needle: 28 days from every other injection, and from a session nobody has said anything about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from microsclero.errors import Reason

if TYPE_CHECKING:
    from microsclero.desk import Desk


def gaps(desk: Desk, patient_no: int, day: date) -> Iterator[Reason]:
    """What stands less than 28 days from that day: in this course, in another, or elsewhere."""
    from microsclero import content
    from microsclero.dates import show_date
    from microsclero.schedule import earliest_next

    needed = content.course().minimum_days
    for label, on in _injections(desk, patient_no):
        days = abs((day - on).days)
        if days >= needed:
            continue
        apart = "the same day"
        if days:
            apart = f"{days} {'day' if days == 1 else 'days'} {'before' if on < day else 'after'}"
        message = f"{label} on {show_date(on)}, {apart}: {needed} days are needed."
        if on <= day:
            message += f" Treat from {show_date(earliest_next(on, content.course()))}."
        yield Reason("gap_too_short", message, {"days": days, "minimum_days": needed, "injected_on": on.isoformat()})
    yield from _left_open(desk, patient_no, day, needed)


def _injections(desk: Desk, patient_no: int) -> Iterator[tuple[str, date]]:
    """Every day on which this patient is known to have been injected, with what that was."""
    from microsclero.desk.elsewhere import told_elsewhere
    from microsclero.store import diary

    for row in diary.sessions_of_patient(desk.store, patient_no):
        if row.kind == "session" and row.status == "given":
            yield f"Session {row.number} of course {row.course} was given", row.on
    for each in told_elsewhere(desk, patient_no):
        told = f"{each.label[:1].upper()}{each.label[1:]}"
        yield (told if each.is_denied else f"{told} were told of"), each.on


def _left_open(desk: Desk, patient_no: int, day: date, needed: int) -> Iterator[Reason]:
    """A session of an earlier day that is still planned may have been given: it counts by its planned date."""
    from microsclero.dates import show_date
    from microsclero.store import diary

    for row in diary.sessions_of_patient(desk.store, patient_no):
        days = (day - row.on).days
        if row.kind != "session" or row.status != "planned" or not 0 < days < needed:
            continue
        message = (
            f"Session {row.number} was planned for {show_date(row.on)}, {days} {'day' if days == 1 else 'days'} "
            f"before, and nothing is recorded of it: {needed} days are needed. If it was given, record it first: "
            f"microsclero treat {patient_no}. If nobody came: microsclero missed {patient_no} --session {row.number}"
        )
        details = {"session": row.number, "days": days, "minimum_days": needed, "planned_for": row.on.isoformat()}
        yield Reason("session_left_open", message, details)
