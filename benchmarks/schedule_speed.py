"""How long proposing a course takes in a diary that is full for two years: prints milliseconds, asserts nothing."""

from __future__ import annotations

from datetime import date, time, timedelta
from statistics import median
from time import perf_counter

from microsclero.diary import Booking, Diary, Holiday, Injector, parse_opening_hours
from microsclero.schedule import CoursePolicy, PlanRequest, Refusal, propose

START = date(2026, 11, 27)
WEEK = parse_opening_hours({day: ["09:00-13:00", "14:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")})
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


def timed(label: str, bookings: tuple[Booking, ...], team: tuple[str, ...]) -> None:
    """Print the median of building the diary and proposing, and of proposing alone."""
    injectors = tuple(Injector(initials=one) for one in team)
    holidays = (Holiday(on=date(2026, 12, 25), name="Christmas Day"),)
    request = PlanRequest(start=START, patient_no=0)
    whole, alone = [], []
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
    print(
        f"{label}: {len(bookings):,} bookings -> {outcome}: "
        f"propose {median(alone):.1f} ms, with the diary built {median(whole):.1f} ms"
    )


def main() -> None:
    for team in (TEAM[:1], TEAM):
        timed(f"{len(team)} injector(s), empty", (), team)
        timed(f"{len(team)} injector(s), full for 600 days, then free", full_bookings(600, team), team)
        timed(f"{len(team)} injector(s), full for two years and more", full_bookings(800, team), team)


if __name__ == "__main__":
    main()
