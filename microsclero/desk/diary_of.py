"""The diary as a value, from the file's rows; bank holidays are worked out only for years the file lacks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from microsclero.diary import Booking, Closure, Diary, Holiday, Injector, OpeningHours, Period, Slot
from microsclero.errors import Reason

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store import Store
    from microsclero.store.clinic import ClosureRow
    from microsclero.store.diary import BookingRow, SessionRow

DIARY_YEARS = 3


def diary(desk: Desk, first: date, days: int, *, bookings: bool = True, trim_today: bool = True) -> Diary:
    """Hours, closures, holidays, injectors and bookings from `first` on for so many days."""
    from microsclero.store import clinic
    from microsclero.store import diary as rows

    last = first + timedelta(days=days)
    hours = opening_hours(desk)
    closures = tuple(map(_closure, sorted(clinic.closures(desk.store, first, last), key=lambda row: row.closure)))
    made = Diary(
        hours=hours,
        closures=closures,
        holidays=holidays_between(desk, first, last),
        bookings=tuple(map(booking, rows.bookings(desk.store, first, last))) if bookings else (),
        injectors=tuple(
            Injector(initials=member.initials, from_on=member.from_on, until_on=member.ended_on)
            for member in desk.team
            if "injector" in member.roles
        ),
        rooms=tuple(room.name for room in clinic.rooms(desk.store, first)),
        session_minutes=desk.clinic.session_minutes,
    )
    return _trimmed(desk, made) if trim_today and first <= desk.today() else made


def opening_hours(desk: Desk) -> OpeningHours:
    from microsclero.store import clinic

    return OpeningHours(
        weekly=tuple(tuple(Period(starts=a, ends=b) for a, b in day) for day in clinic.hours(desk.store))
    )


def _closure(row: ClosureRow) -> Closure:
    return Closure(
        from_on=row.from_on,
        until_on=row.until_on,
        reason=row.reason,
        is_open=row.is_open,
        periods=tuple(Period(starts=a, ends=b) for a, b in row.periods),
    )


def booking(row: BookingRow) -> Booking:
    return Booking(
        session_id=row.session,
        patient_no=row.patient_no,
        on=row.on,
        starts=row.starts,
        ends=row.ends,
        injector=row.injector,
        room=row.room,
    )


def _trimmed(desk: Desk, diary: Diary) -> Diary:
    """Today's hours without what has already passed: nobody is booked this morning at noon."""
    from dataclasses import replace

    today, now = desk.today(), desk.now().time()
    left = []
    for period in diary.open_periods(today):
        start = period.starts
        while start <= now and start < period.ends:
            later = datetime.combine(today, start) + timedelta(minutes=diary.session_minutes)
            start = later.time() if later.date() == today else period.ends
        if start < period.ends:
            left.append(Period(starts=start, ends=period.ends))
    if tuple(left) == diary.open_periods(today):
        return diary
    if not left:
        over = Closure(from_on=today, until_on=today, reason="today's hours are over", is_open=False, periods=())
    else:
        over = Closure(from_on=today, until_on=today, reason="today", is_open=True, periods=tuple(left))
    return replace(diary, closures=(*diary.closures, over))


def holidays_between(desk: Desk, first: date, last: date) -> tuple[Holiday, ...]:
    """The file's bank holidays, with the years it lacks worked out."""
    from microsclero.store import clinic

    country, part = desk.clinic.country, desk.clinic.subdivision
    known = clinic.holiday_years(desk.store)
    missing = sorted({first.year, last.year, *range(first.year, last.year + 1)} - known)
    kept = [Holiday(on=row.on, name=row.name) for row in clinic.holidays(desk.store, first, last)]
    return tuple(
        kept + [Holiday(on=on, name=name) for on, name in worked_out(country, part, missing) if first <= on <= last]
    )


def worked_out(country: str, part: str | None, years: list[int]) -> list[tuple[date, str]]:
    """Bank holidays of a country's part; none where the country is not known to the library."""
    if not years:
        return []
    import holidays

    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=years)
    except NotImplementedError:
        return []
    return sorted(found.items())


def by_year(country: str, part: str | None, years: list[int]) -> dict[int, list[tuple[date, str]]]:
    """The bank holidays of these years, a list for each."""
    found: dict[int, list[tuple[date, str]]] = {year: [] for year in years}
    for on, name in worked_out(country, part, years):
        found[on.year].append((on, name))
    return found


def keep_holidays(store: Store, country: str, part: str, years: dict[int, list[tuple[date, str]]]) -> None:
    """Whole years of bank holidays in the file, inside `changing()`."""
    from microsclero.store import clinic

    for year, days in years.items():
        clinic.add_holidays(store, country=country, subdivision=part, year=year, days=days)


def keep_missing_holidays(desk: Desk, until: date) -> None:
    """The years a booking reaches into, kept in the file before the booking's own transaction."""
    from microsclero.store import clinic

    country, part = desk.clinic.country, desk.clinic.subdivision
    years = set(range(desk.today().year, max(until.year, desk.today().year) + 1))
    missing = sorted(years - clinic.holiday_years(desk.store))
    if missing:
        found = by_year(country, part, missing)
        with desk.store.changing(who=desk.writer(), command="holidays"):
            keep_holidays(desk.store, country, part, found)


def slot_for_move(diary: Diary, row: SessionRow, to: date, at: time | None) -> tuple[Slot | None, list[Reason]]:
    """The place for a moved session on an open day: its own time where that is free, else the day's first."""
    own = frozenset({row.session})
    minutes = (row.ends.hour - row.starts.hour) * 60 + row.ends.minute - row.starts.minute
    keeps_injector = any(each.initials == row.injector for each in diary.injectors)
    injector = row.injector if keeps_injector else None
    outside = diary.outside_hours(to, at, minutes) if at is not None else None
    if outside:
        return None, [Reason("outside_hours", outside, {"date": to.isoformat()})]
    for wanted in (at,) if at is not None else (row.starts, None):
        slot = next(
            diary.free_slots(
                to, minutes=minutes, injector=injector, patient_no=row.patient_no, at=wanted, excluding=own
            ),
            None,
        )
        if slot is not None:
            return slot, []
    return None, []


def blockers_for_move(diary: Diary, row: SessionRow, to: date, at: time | None) -> tuple[Booking, ...]:
    """What stands in the way of the moved session at that time."""
    starts = at or row.starts
    ends = (datetime.combine(to, starts) + (datetime.combine(to, row.ends) - datetime.combine(to, row.starts))).time()
    slot = Slot(on=to, starts=starts, ends=ends, injector=row.injector, room=row.room)
    return diary.blockers(slot, patient_no=row.patient_no, excluding=frozenset({row.session}))
