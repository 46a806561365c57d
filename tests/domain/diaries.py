"""Builders for diaries and bookings, shared by the tests of diary and schedule."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from microsclero.dates import WEEKDAYS
from microsclero.diary import Booking, Diary, Injector
from microsclero.opening import Closure, Holiday, OpeningHours, parse_period


def opening_hours(**days: str) -> OpeningHours:
    """A week such as mon="09:00-13:00 14:00-17:00"; a day left out is closed."""
    return OpeningHours(weekly=tuple(tuple(map(parse_period, days.get(day, "").split())) for day in WEEKDAYS))


WEEK = opening_hours(**dict.fromkeys(WEEKDAYS[:5], "09:00-13:00 14:00-17:00"))
ENGLAND = (
    Holiday(on=date(2026, 12, 25), name="Christmas Day"),
    Holiday(on=date(2026, 12, 26), name="Boxing Day"),
    Holiday(on=date(2026, 12, 28), name="Boxing Day (substitute day)"),
    Holiday(on=date(2027, 1, 1), name="New Year's Day"),
    Holiday(on=date(2027, 3, 26), name="Good Friday"),
    Holiday(on=date(2027, 3, 29), name="Easter Monday"),
)
MS = Injector(initials="MS")
AB = Injector(initials="AB")
FRIDAY = date(2026, 11, 27)


def clinic(
    *bookings: Booking,
    injectors: tuple[Injector, ...] = (MS,),
    rooms: tuple[str, ...] = (),
    closures: tuple[Closure, ...] = (),
    hours: OpeningHours = WEEK,
) -> Diary:
    """A clinic in England, open Monday to Friday with a lunch break."""
    return Diary(hours=hours, closures=closures, holidays=ENGLAND, bookings=bookings, injectors=injectors, rooms=rooms)


def booking(
    on: date,
    starts: str = "09:00",
    minutes: int = 30,
    *,
    session_id: int = 1,
    patient_no: int = 99,
    injector: str = "MS",
    room: str | None = None,
) -> Booking:
    """A taken slot; by default half an hour at nine with MS."""
    at = time.fromisoformat(starts)
    return Booking(
        session_id=session_id,
        patient_no=patient_no,
        on=on,
        starts=at,
        ends=(datetime.combine(on, at) + timedelta(minutes=minutes)).time(),
        injector=injector,
        room=room,
    )


def full_day(on: date, injector: str = "MS") -> tuple[Booking, ...]:
    """Both halves of the day taken."""
    return (
        booking(on, "09:00", 240, session_id=on.toordinal() * 2, injector=injector),
        booking(on, "14:00", 180, session_id=on.toordinal() * 2 + 1, injector=injector),
    )


def closed(first: date, last: date, reason: str = "Summer holiday") -> Closure:
    return Closure(from_on=first, until_on=last, reason=reason)


def opened(on: date, hours: str = "10:00-12:00") -> Closure:
    return Closure(from_on=on, until_on=on, reason="Extra clinic", is_open=True, periods=(parse_period(hours),))
