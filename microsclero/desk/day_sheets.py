"""The day sheet for the desk: a day of the diary with who is who, and what stands against each session."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.agenda import Agenda, AgendaDay
    from microsclero.errors import Reason


class DaySheets(NamedTuple):
    """What is printed, a page or more for each day; reasons by the number of the session."""

    clinic: str
    made_up: bool
    printed_at: datetime
    injector: str | None
    days: tuple[AgendaDay, ...]
    names: dict[int, str]
    born_on: dict[int, date]
    phones: dict[int, str]
    allergies: dict[int, str]
    against: dict[int, tuple[Reason, ...]]


def day_sheets(desk: Desk, seen: Agenda) -> DaySheets:
    """The days with something on them; closed days are left out where another is left."""
    from microsclero.desk.gate import against_session
    from microsclero.desk.patients import patient_of

    planned = [
        entry.session
        for day in seen.days
        for entry in day.sessions
        if entry.session.status in ("planned", "held") and entry.kind == "session"
    ]
    people = {number: patient_of(desk, number) for number in seen.names}
    return DaySheets(
        clinic=desk.clinic.name,
        made_up=desk.clinic.made_up,
        printed_at=seen.now,
        injector=seen.injector,
        days=tuple(day for day in seen.days if day.open or day.sessions) or seen.days[:1],
        names=seen.names,
        born_on={number: one.born_on for number, one in people.items()},
        phones={number: one.phone for number, one in people.items() if one.phone},
        allergies={number: one.allergies for number, one in people.items() if one.allergies},
        against={
            session.session: against_session(desk, session.patient_no, session.on)
            for session in planned
            if session.session is not None and session.patient_no is not None
        },
    )
