"""When the clinic is open: the ordinary week, closures and one-off openings, bank holidays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from itertools import pairwise
from typing import NamedTuple

from .dates import parse_time, show_date, show_time

LONG_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """An unbroken stretch of opening on one day; it may be used up to its end."""

    starts: time
    ends: time

    def __post_init__(self) -> None:
        if self.ends <= self.starts:
            raise ValueError(f"A period from {self} does not end after it starts: type it as 09:00-13:00.")

    def __str__(self) -> str:
        return f"{show_time(self.starts)}-{show_time(self.ends)}"

    def holds(self, start: int, minutes: int) -> bool:
        """Whether so many minutes from `start` (minutes after midnight) lie wholly inside."""
        return minute_of(self.starts) <= start and start + minutes <= minute_of(self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """The clinic's ordinary week: the periods of each weekday, Monday first."""

    weekly: tuple[tuple[Period, ...], ...]

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise ValueError("Opening hours need seven days, Monday first.")
        for periods in self.weekly:
            _check_order(periods)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Days the clinic is closed, or, where `is_open`, open once with periods of its own.

    whole: of a day that has begun, its hours before a part of them had passed; `periods` are what is left.
    """

    from_on: date
    until_on: date
    reason: str
    is_open: bool = False
    periods: tuple[Period, ...] = ()
    whole: tuple[Period, ...] = ()

    def __post_init__(self) -> None:
        if self.until_on < self.from_on:
            raise ValueError(f"{show_date(self.until_on)} is before {show_date(self.from_on)}: type them in order.")
        if self.is_open != bool(self.periods):
            raise ValueError("A one-off opening needs its hours, and a closure has none.")
        _check_order(self.periods)


class Holiday(NamedTuple):
    """A public holiday of the clinic's country."""

    on: date
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What decides whether the clinic is open.

    closures: in the order they were entered; where two speak of one day, the later one holds.
    """

    hours: OpeningHours
    closures: tuple[Closure, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    _holiday_names: dict[date, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_holiday_names", {holiday.on: holiday.name for holiday in self.holidays})

    def open_periods(self, on: date) -> tuple[Period, ...]:
        """The periods of that day; none when closed."""
        exception = self._exception(on)
        if exception:
            return exception.periods
        return () if on in self._holiday_names else self.hours.weekly[on.weekday()]

    def closed_why(self, on: date) -> str | None:
        """Why the clinic is closed that day, such as "Christmas Day" or "closed on Sundays"; None when open."""
        if self.open_periods(on):
            return None
        exception = self._exception(on)
        if exception:
            return exception.reason
        return self._holiday_names.get(on) or f"closed on {LONG_DAYS[on.weekday()]}"

    def outside_hours(self, on: date, at: time, minutes: int) -> str | None:
        """Why a session at that time cannot lie inside one open period, in a sentence; None when it can."""
        closed = self.closed_why(on)
        if closed:
            return f"The clinic is closed on {show_date(on)} ({closed}): choose another day."
        periods = self.open_periods(on)
        if any(period.holds(minute_of(at), minutes) for period in periods):
            return None
        if is_too_soon(self.closures, on, at, minutes):
            return f"{show_time(at)} is too soon on {show_date(on)}: choose a time from {show_time(periods[0].starts)}."
        hours = ", ".join(map(str, periods))
        wanted = f"{show_time(at)} for {minutes} minutes"
        return f"{wanted} does not fit the hours of {show_date(on)} ({hours}): choose another time."

    def _exception(self, on: date) -> Closure | None:
        return _last_of(self.closures, on)


def is_too_soon(closures: Sequence[Closure], on: date, at: time, minutes: int) -> bool:
    """Whether a session at that time, which no longer fits, would have, had the day not begun."""
    closure = _last_of(closures, on)
    return closure is not None and any(period.holds(minute_of(at), minutes) for period in closure.whole)


def _last_of(closures: Sequence[Closure], on: date) -> Closure | None:
    return next((one for one in reversed(closures) if one.from_on <= on <= one.until_on), None)


def parse_period(text: str) -> Period:
    """An opening period such as 09:00-13:00; ValueError, in one sentence, for anything else."""
    starts, dash, ends = text.partition("-")
    if not dash:
        raise ValueError("That is not an opening period: type it as 09:00-13:00.")
    return Period(starts=parse_time(starts), ends=parse_time(ends))


def minute_of(at: time) -> int:
    """Minutes after midnight."""
    return at.hour * 60 + at.minute


def _check_order(periods: Sequence[Period]) -> None:
    for before, after in pairwise(periods):
        if after.starts < before.ends:
            raise ValueError(f"{before} and {after} overlap or are out of order: type the earlier period first.")
