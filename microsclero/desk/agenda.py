"""The diary at the desk: days, hours, closures and the sessions on them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from microsclero.desk.sessions import PlannedSession, planned

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.diary import SessionRow


class AgendaDay(NamedTuple):
    """One day of the diary."""

    on: date
    open: tuple[str, ...]
    closed: str | None
    sessions: tuple[PlannedSession, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "date": self.on.isoformat(),
            "open": list(self.open),
            "closed": self.closed,
            "sessions": [session.as_data() | {"patient": session.patient_no} for session in self.sessions],
        }


class Agenda(NamedTuple):
    """Days of the diary, with the names a screen shows."""

    days: tuple[AgendaDay, ...]
    names: dict[int, str]

    def as_data(self) -> dict[str, object]:
        return {"days": [day.as_data() for day in self.days]}


def agenda(desk: Desk, first: date | None, days: int) -> Agenda:
    """The diary from a day on; a session on a day that closed since stays in sight."""
    from datetime import timedelta

    from microsclero.desk.opening_of import opening
    from microsclero.store import diary

    start = first or desk.today()
    last = start + timedelta(days=days - 1)
    hours = opening(desk, start, days)
    by_day: dict[date, list[SessionRow]] = {}
    for row in diary.live_sessions(desk.store, start, last):
        by_day.setdefault(row.on, []).append(row)
    names = desk.names({row.patient_no for rows in by_day.values() for row in rows})
    return Agenda(
        days=tuple(
            AgendaDay(
                on=day,
                open=tuple(f"{period.starts:%H:%M}-{period.ends:%H:%M}" for period in hours.open_periods(day)),
                closed=hours.closed_why(day),
                sessions=tuple(map(planned, by_day.get(day, ()))),
            )
            for day in (start + timedelta(days=offset) for offset in range(days))
        ),
        names=names,
    )
