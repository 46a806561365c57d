"""The diary at the desk: days, hours, closures and the sessions on them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from microsclero.desk.sessions import PlannedSession, planned

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.diary import Appointment
    from microsclero.store.diary import SessionRow


class AgendaDay(NamedTuple):
    """One day of the diary."""

    on: date
    open: tuple[str, ...]
    closed: str | None
    sessions: tuple[PlannedSession, ...]
    free: tuple[str, ...] | None = None

    def as_data(self) -> dict[str, object]:
        data: dict[str, object] = {
            "date": self.on.isoformat(),
            "open": list(self.open),
            "closed": self.closed,
            "sessions": [session.as_data() | {"patient": session.patient_no} for session in self.sessions],
        }
        return data if self.free is None else data | {"free": list(self.free)}


class Agenda(NamedTuple):
    """Days of the diary, with the names a screen shows."""

    days: tuple[AgendaDay, ...]
    names: dict[int, str]

    def as_data(self) -> dict[str, object]:
        return {"days": [day.as_data() for day in self.days]}


def agenda(desk: Desk, first: date | None, days: int, *, with_free: bool = False) -> Agenda:
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
    free = _free(desk, start, days) if with_free else {}
    names = desk.names({row.patient_no for rows in by_day.values() for row in rows})
    return Agenda(
        days=tuple(
            AgendaDay(
                on=day,
                open=tuple(f"{period.starts:%H:%M}-{period.ends:%H:%M}" for period in hours.open_periods(day)),
                closed=hours.closed_why(day),
                sessions=tuple(map(planned, by_day.get(day, ()))),
                free=free.get(day, ()) if with_free else None,
            )
            for day in (start + timedelta(days=offset) for offset in range(days))
        ),
        names=names,
    )


def _free(desk: Desk, start: date, days: int) -> dict[date, tuple[str, ...]]:
    """The times at which a session could still begin, by day."""
    from datetime import timedelta

    from microsclero.desk.diary_of import diary

    book = diary(desk, start, days)
    span = (start + timedelta(days=offset) for offset in range(days))
    return {day: tuple(f"{slot.starts:%H:%M}" for slot in book.free_slots(day)) for day in span if day >= desk.today()}


def appointments(desk: Desk, first: date | None, days: int) -> tuple[Appointment, ...]:
    """The same days for a calendar file, cancelled sessions included so that an older file's entries go."""
    from datetime import timedelta

    from microsclero.diary import Appointment
    from microsclero.store import diary

    start = first or desk.today()
    rows = diary.all_sessions(desk.store, start, start + timedelta(days=days - 1))
    record = diary.record_id(desk.store)
    return tuple(
        Appointment(
            uid=f"{row.session}-{record}@microsclero",
            sequence=row.version - 1,
            on=row.on,
            starts=row.starts,
            ends=row.ends,
            is_cancelled=row.status in ("cancelled", "missed"),
        )
        for row in rows
    )
