"""Which bookings can't be held as they stand: the clinic closed then, the injector not there, no room for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, time
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from .opening import Opening, Period, minute_of

if TYPE_CHECKING:
    from typing import Protocol

    from .injectors import Injector

    class Place(Protocol):
        """Where a booking stands in the diary."""

        @property
        def on(self) -> date: ...
        @property
        def starts(self) -> time: ...
        @property
        def ends(self) -> time: ...
        @property
        def injector(self) -> str: ...
        @property
        def room(self) -> str | None: ...


class Offer(NamedTuple):
    """What one day has: its hours, who injects with their breaks, the rooms that are out of use by then, and when more
    is booked than there are rooms.
    """

    periods: tuple[Period, ...]
    crew: tuple[tuple[str, tuple[Period, ...]], ...]
    closed_rooms: tuple[str, ...]
    crowded: tuple[Period, ...]


class Surroundings(NamedTuple):
    """What a booking stands on: hours, everybody who injects by their initials, the last day of ended rooms, and when
    more is booked on a day than there are rooms.
    """

    hours: Opening
    crew: Mapping[str, Injector]
    ended_rooms: Mapping[str, date]
    crowded: Mapping[date, tuple[Period, ...]] = {}

    def against(self, place: Place) -> tuple[str, ...]:
        """Why a booking can't be held then and there, such as "MS is away"; nothing where it can."""
        return (*self._hours_against(place), *self._injector_against(place), *self._room_against(place))

    def _hours_against(self, place: Place) -> tuple[str, ...]:
        if self.hours.closed_why(place.on):
            return ("the clinic is closed then",)
        outside = self.hours.outside_hours(place.on, place.starts, _minutes(place))
        return ("outside the opening hours",) if outside else ()

    def _injector_against(self, place: Place) -> tuple[str, ...]:
        someone = self.crew.get(place.injector)
        if someone is None:
            return (f"{place.injector} does not inject here",)
        absent = someone.absent_why(place.on, place.starts, _minutes(place))
        return (absent,) if absent else ()

    def _room_against(self, place: Place) -> tuple[str, ...]:
        if place.room is None:
            crowded = self.crowded.get(place.on, ())
            is_crowded = any(place.starts < span.ends and span.starts < place.ends for span in crowded)
            return ("no room is free",) if is_crowded else ()
        ended_on = self.ended_rooms.get(place.room)
        return (f"{place.room} is closed",) if ended_on and ended_on < place.on else ()

    def offer(self, on: date) -> Offer:
        """The same for a whole day: equal offers hold, and rule out, the same bookings."""
        return Offer(
            periods=self.hours.open_periods(on),
            crew=tuple([(one.initials, one.breaks_on(on)) for one in self.crew.values() if one.works_on(on)]),
            closed_rooms=tuple([room for room, ended_on in self.ended_rooms.items() if ended_on < on]),
            crowded=self.crowded.get(on, ()),
        )


def crowded(booked: Sequence[tuple[time, time, str | None]], rooms: Collection[str]) -> tuple[Period, ...]:
    """When more is booked on a day than these rooms hold, where whatever is booked without one takes one of them.

    booked: from when until when, and in which room. What shares a room on purpose takes one; what is in a room that is
    not among these takes none. No rooms listed: rooms don't constrain.
    """
    found: list[Period] = []
    for first, last in pairwise(sorted({edge for starts, ends, _ in booked for edge in (starts, ends)})):
        there = [room for starts, ends, room in booked if starts <= first < ends]
        if not rooms or there.count(None) + len(set(rooms).intersection(there)) <= len(rooms):
            continue
        begins = found.pop().starts if found and found[-1].ends == first else first
        found.append(Period(starts=begins, ends=last))
    return tuple(found)


def _minutes(place: Place) -> int:
    return minute_of(place.ends) - minute_of(place.starts)
