"""The diary at the desk: days, hours, closures, who is away, what is booked, and what is amiss with its place."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from microsclero.desk.absences import injector_named
from microsclero.desk.holding import as_held
from microsclero.desk.sessions import PlannedSession, planned
from microsclero.desk.stops import WORDS

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.stops import Stops
    from microsclero.diary import Diary
    from microsclero.injectors import Injector
    from microsclero.opening import Period
    from microsclero.store.diary import SessionRow
    from microsclero.stranded import Surroundings


class Entry(NamedTuple):
    """One booking; `against`: why it can't be held as it stands, such as "MS is away"."""

    session: PlannedSession
    against: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return "session" if self.session.number else "consultation"

    def as_data(self) -> dict[str, object]:
        return self.session.as_data() | {
            "patient": self.session.patient_no,
            "kind": self.kind,
            "against": list(self.against),
        }


class Absent(NamedTuple):
    """Who is away that day; with hours, only then."""

    initials: str
    hours: Period | None

    def as_data(self) -> dict[str, object]:
        return {"initials": self.initials, "hours": str(self.hours) if self.hours else None}


class FreeTime(NamedTuple):
    """When a session could still begin, and with whom."""

    starts: time
    injectors: tuple[str, ...]


class AgendaDay(NamedTuple):
    """One day of the diary."""

    on: date
    open: tuple[Period, ...]
    closed: str | None
    sessions: tuple[Entry, ...]
    away: tuple[Absent, ...] = ()
    free: tuple[FreeTime, ...] | None = None

    def as_data(self) -> dict[str, object]:
        data: dict[str, object] = {
            "date": self.on.isoformat(),
            "open": list(map(str, self.open)),
            "closed": self.closed,
            "sessions": [entry.as_data() for entry in self.sessions],
            "away": [one.as_data() for one in self.away],
        }
        return data if self.free is None else data | {"free": [f"{one.starts:%H:%M}" for one in self.free]}


class Agenda(NamedTuple):
    """Days of the diary as they are at `now`, with the names a screen shows; of one injector where one is named."""

    days: tuple[AgendaDay, ...]
    names: dict[int, str]
    now: datetime
    injector: str | None = None

    def as_data(self) -> dict[str, object]:
        return {"days": [day.as_data() for day in self.days]}

    def initials(self, patient_no: int | None) -> str:
        """A patient's initials, for what stands beside the number."""
        from microsclero.desk.today import initials_of

        return initials_of(self.names.get(patient_no or 0, ""))


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def agenda(desk: Desk, first: date, days: int, *, injector: str | None = None, with_free: bool = False) -> Agenda:
    """The diary from a day on; what is booked on a day that closed since stays in sight."""
    from microsclero.desk.stops import stops
    from microsclero.desk.stranded import surroundings
    from microsclero.store import diary, follow_ups

    only = injector_named(desk, injector) if injector else None
    last = first + timedelta(days=days - 1)
    around = surroundings(desk, first, last)
    shown = [one for one in around.crew.values() if only in (None, one.initials)]
    by_day: dict[date, list[SessionRow]] = {}
    for row in diary.live_sessions(desk.store, first, last):
        if only in (None, row.injector):
            by_day.setdefault(row.on, []).append(row)
    free = _free(desk, first, days, only) if with_free else {}
    held = follow_ups.patients_held(desk.store)
    against = stops(desk, {row.patient_no for rows in by_day.values() for row in rows if row.status == "planned"}, last)
    return Agenda(
        days=tuple(
            AgendaDay(
                on=day,
                open=around.hours.open_periods(day),
                closed=around.hours.closed_why(day),
                sessions=tuple(_entry(row, around, held, against) for row in by_day.get(day, ())),
                away=tuple(absent for one in shown for absent in _away(one, day)),
                free=free.get(day, ()) if with_free else None,
            )
            for day in (first + timedelta(days=offset) for offset in range(days))
        ),
        names=desk.names({row.patient_no for rows in by_day.values() for row in rows}),
        now=desk.now(),
        injector=only,
    )


def _entry(row: SessionRow, around: Surroundings, held: frozenset[int], stops: Stops) -> Entry:
    (session,) = as_held([planned(row)], held)
    if row.status != "planned":
        return Entry(session)
    on_hold = ("HELD",) if session.status == "held" else ()
    stop = stops.on(row.patient_no, row.on) if row.kind == "session" else None
    return Entry(session, (*around.against(row), *on_hold, *([WORDS[stop]] if stop else [])))


def _away(someone: Injector, day: date) -> tuple[Absent, ...]:
    """Leave and breaks of that day; a weekday they never work is no absence."""
    if any(first <= day <= last for first, last in someone.away):
        return (Absent(someone.initials, None),)
    return tuple(Absent(someone.initials, period) for period in someone.breaks_on(day))


def _free(desk: Desk, first: date, days: int, only: str | None) -> dict[date, tuple[FreeTime, ...]]:
    """The times at which a session could still begin, by day; none in the past."""
    from microsclero.desk.diary_of import diary

    book = diary(desk, first, days)
    crew = [one.initials for one in book.injectors if only in (None, one.initials)]
    span = (first + timedelta(days=offset) for offset in range(days))
    return {day: _free_on(day, book, crew) for day in span if day >= desk.today()}


def _free_on(day: date, book: Diary, crew: list[str]) -> tuple[FreeTime, ...]:
    found: dict[time, list[str]] = {}
    for initials in crew:
        for slot in book.free_slots(day, injector=initials):
            found.setdefault(slot.starts, []).append(initials)
    return tuple(FreeTime(starts, tuple(who)) for starts, who in sorted(found.items()))
