"""How long proposing a course takes in a diary that is full for two years: prints milliseconds, asserts nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from statistics import median
from time import perf_counter

from microsclero.diary import Booking, Diary, Injector
from microsclero.opening import Holiday, OpeningHours, parse_period
from microsclero.schedule import CoursePolicy, PlanRequest, Refusal, propose

START = date(2026, 11, 27)
OPEN = (parse_period("09:00-13:00"), parse_period("14:00-17:00"))
WEEK = OpeningHours(weekly=(*(OPEN,) * 5, (), ()))
TEAM = ("MS", "AB", "CD")
ROUNDS = 15


def full_bookings(days: int, team: tuple[str, ...]) -> tuple[Booking, ...]:
    """Every half hour of every open day taken, for each injector."""
    open_hours = [time(hour, minute) for hour in (9, 10, 11, 12, 14, 15, 16) for minute in (0, 30)]
    taken: list[Booking] = []
    for ahead in range(days):
        on = START + timedelta(days=ahead)
        if on.weekday() > 4:
            continue
        for starts in open_hours:
            ends = time(starts.hour + (starts.minute == 30), 0 if starts.minute else 30)
            for injector in team:
                number = len(taken) + 1
                taken.append(
                    Booking(session_id=number, patient_no=number, on=on, starts=starts, ends=ends, injector=injector)
                )
    return tuple(taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposing:
    """Medians in milliseconds: proposing alone, and with the diary's value built before it."""

    outcome: str
    alone: float
    whole: float


def proposing(bookings: tuple[Booking, ...], team: tuple[str, ...]) -> Proposing:
    injectors = tuple(Injector(initials=one) for one in team)
    holidays = (Holiday(on=date(2026, 12, 25), name="Christmas Day"),)
    request = PlanRequest(start=START, patient_no=0)
    whole, alone, outcome = [], [], ""
    for _ in range(ROUNDS):
        began = perf_counter()
        diary = Diary(hours=WEEK, bookings=bookings, injectors=injectors, holidays=holidays)
        built = perf_counter()
        try:
            outcome = f"{len(propose(request, CoursePolicy(), diary, ()).sessions)} sessions"
        except Refusal as refusal:
            outcome = refusal.code
        ended = perf_counter()
        whole.append((ended - began) * 1000)
        alone.append((ended - built) * 1000)
    return Proposing(outcome=outcome, alone=median(alone), whole=median(whole))


def full_for_two_years() -> Proposing:
    """Three injectors, not a place free for two years: every day of the search is looked at in vain."""
    return proposing(full_bookings(800, TEAM), TEAM)


def main() -> None:
    for team in (TEAM[:1], TEAM):
        for label, days in (("empty", 0), ("full for 600 days, then free", 600), ("full for two years and more", 800)):
            bookings = full_bookings(days, team)
            took = proposing(bookings, team)
            print(
                f"{len(team)} injector(s), {label}: {len(bookings):,} bookings -> {took.outcome}: "
                f"propose {took.alone:.1f} ms, with the diary built {took.whole:.1f} ms"
            )


if __name__ == "__main__":
    main()
