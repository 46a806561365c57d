"""Who injects: from which day until which, on which weekdays, and when they are away or on a break."""

from datetime import date, time
from typing import NamedTuple

from .dates import show_date, show_range
from .opening import LONG_DAYS, Period, minute_of


class Break(NamedTuple):
    """The same hours of each of these days (both included), in which somebody is not booked."""

    from_on: date
    until_on: date
    hours: Period


class Injector(NamedTuple):
    """Someone who injects: from their first to their last day, on their weekdays, except while away or on a break.

    weekdays: 0 is Monday; None for every open day. away: whole days, included on both sides.
    """

    initials: str
    from_on: date | None = None
    until_on: date | None = None
    away: tuple[tuple[date, date], ...] = ()
    weekdays: frozenset[int] | None = None
    breaks: tuple[Break, ...] = ()

    def works_on(self, on: date) -> bool:
        if (self.from_on and on < self.from_on) or (self.until_on and on > self.until_on):
            return False
        if self.weekdays is not None and on.weekday() not in self.weekdays:
            return False
        return not any(first <= on <= last for first, last in self.away)

    def breaks_on(self, on: date) -> tuple[Period, ...]:
        """The hours of that day in which nobody is booked with them."""
        return tuple([one.hours for one in self.breaks if one.from_on <= on <= one.until_on])

    def absent_why(self, on: date, at: time | None = None, minutes: int = 1) -> str | None:
        """Why they are not there that day, or for so many minutes from that time; None where they are.

        Such as "MS is away" or "MS has a break 10:00-11:00".
        """
        if self.from_on and on < self.from_on:
            return f"{self.initials} is not here before {show_date(self.from_on)}"
        if self.until_on and on > self.until_on:
            return f"{self.initials} has left"
        if any(first <= on <= last for first, last in self.away):
            return f"{self.initials} is away"
        if self.weekdays is not None and on.weekday() not in self.weekdays:
            return f"{self.initials} does not work on {LONG_DAYS[on.weekday()]}"
        start = minute_of(at) if at is not None else 24 * 60
        for one in self.breaks_on(on):
            if start < minute_of(one.ends) and minute_of(one.starts) < start + minutes:
                return f"{self.initials} has a break {one}"
        return None


def show_absence(initials: str, first: date, last: date, hours: tuple[time, time] | None) -> str:
    """MS is away Tue 1 Dec to Fri 4 Dec 2026; with hours: MS has a break 10:00-11:00, Tue 1 Dec 2026."""
    if hours is None:
        return f"{initials} is away {show_range(first, last)}"
    return f"{initials} has a break {Period(starts=hours[0], ends=hours[1])}, {show_range(first, last)}"
