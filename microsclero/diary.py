"""The clinic's diary: who and what is taken, and which slots are free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import NamedTuple

from .dates import show_date
from .injectors import Injector as Injector
from .opening import (
    Closure,
    Holiday,
    Opening,
    OpeningHours,
    Period,
    minute_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A slot that is taken."""

    session_id: int
    patient_no: int
    on: date
    starts: time
    ends: time
    injector: str
    room: str | None = None

    def __post_init__(self) -> None:
        if self.ends <= self.starts:
            raise ValueError(f"Session {self.session_id} on {show_date(self.on)} does not end after it starts.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A free place in the diary, by the clinic's clock; no room where the clinic lists none."""

    on: date
    starts: time
    ends: time
    injector: str
    room: str | None = None


class Appointment(NamedTuple):
    """One entry of a calendar; `sequence` grows with every change, so that a newer file replaces an older one."""

    uid: str
    sequence: int
    on: date
    starts: time
    ends: time
    is_cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """Everything that decides whether a slot is free.

    closures: in the order they were entered; where two speak of one day, the later one holds.
    injectors, rooms: in the order they are offered. No rooms listed: rooms don't constrain. Where some are, a booking
    without a room holds one of them for its time, whichever it will be.
    """

    hours: OpeningHours
    closures: tuple[Closure, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    bookings: tuple[Booking, ...] = ()
    injectors: tuple[Injector, ...] = ()
    rooms: tuple[str, ...] = ()
    session_minutes: int = 30
    _opening: Opening = field(init=False, repr=False, compare=False)
    _by_day: dict[date, list[Booking]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_minutes(self.session_minutes)
        by_day: dict[date, list[Booking]] = {}
        for booking in self.bookings:
            on = booking.on
            if on in by_day:
                by_day[on].append(booking)
            else:
                by_day[on] = [booking]
        object.__setattr__(self, "_by_day", by_day)
        opening = Opening(hours=self.hours, closures=self.closures, holidays=self.holidays)
        object.__setattr__(self, "_opening", opening)

    def open_periods(self, on: date) -> tuple[Period, ...]:
        """The periods of that day; none when closed."""
        return self._opening.open_periods(on)

    def closed_why(self, on: date) -> str | None:
        """Why the clinic is closed that day; None when open."""
        return self._opening.closed_why(on)

    def outside_hours(self, on: date, at: time, minutes: int | None = None) -> str | None:
        """Why a session at that time cannot lie inside one open period, in a sentence; None when it can."""
        return self._opening.outside_hours(on, at, minutes or self.session_minutes)

    def absent_why(self, initials: str, on: date, at: time | None = None, minutes: int | None = None) -> str | None:
        """Why this injector can't give a session that day, or at that time; None where they can, booked or not."""
        someone = next((one for one in self.injectors if one.initials == initials), None)
        if someone is None:
            return f"{initials} does not inject here"
        return someone.absent_why(on, at, minutes or self.session_minutes)

    def free_slots(
        self,
        on: date,
        *,
        minutes: int | None = None,
        injector: str | None = None,
        patient_no: int | None = None,
        at: time | None = None,
        excluding: frozenset[int] = frozenset(),
    ) -> Iterator[Slot]:
        """The free slots of that day in time order: one for each start, with the first injector and room free.

        Starts step by the clinic's session length from the beginning of each period; `at` asks for exactly that
        start, at any minute. A slot lies whole inside one period. `patient_no` must not be booked elsewhere at the
        time. Sessions in `excluding` (by session_id) don't count: a session that moves never blocks itself.
        """
        length = _check_minutes(self.session_minutes if minutes is None else minutes)
        starts = self._starts(on, length, at)
        if not starts:
            return
        there = [one for one in self.injectors if injector in (None, one.initials) and one.works_on(on)]
        crew = [one.initials for one in there]
        taken = _Taken([b for b in self._by_day.get(on, ()) if b.session_id not in excluding], patient_no)
        for one in there:
            for period in one.breaks_on(on) if one.breaks else ():
                taken.pause(one.initials, period)
        full = taken.full(self.rooms)
        for start in starts:
            wanted = ((1 << length) - 1) << start
            free = _first_free(crew, taken.injectors, wanted)
            if free is None or (taken.patient | full) & wanted:
                continue
            room = _first_free(self.rooms, taken.rooms, wanted)
            if room is not None or not self.rooms:
                yield Slot(on=on, starts=_clock(start), ends=_clock(start + length), injector=free, room=room)

    def blockers(
        self, slot: Slot, *, patient_no: int | None = None, excluding: frozenset[int] = frozenset()
    ) -> tuple[Booking, ...]:
        """The bookings that stand in the way of exactly this slot, in time order; absences are absent_why's.

        A slot without a room, in a clinic that lists rooms, is blocked by rooms only when none of them is free; a
        booking without one blocks only where every room is held.
        """
        in_the_rooms = self.room_holders(slot, excluding=excluding)
        in_the_way = (
            booking
            for booking in self._during(slot, excluding)
            if booking.injector == slot.injector or booking.patient_no == patient_no or booking in in_the_rooms
        )
        return tuple(sorted(in_the_way, key=lambda booking: (booking.starts, booking.session_id)))

    def room_holders(self, slot: Slot, *, excluding: frozenset[int] = frozenset()) -> tuple[Booking, ...]:
        """The bookings that leave no room for exactly this slot; none where there is one."""
        during = self._during(slot, excluding)
        full = _Taken(during, None).full(self.rooms) & _minutes(slot)
        rooms = {slot.room} if slot.room else set(self.rooms)
        if not full and not rooms <= {booking.room for booking in during}:
            return ()
        return tuple(
            booking
            for booking in during
            if booking.room in rooms or (booking.room is None and _minutes(booking) & full)
        )

    def _during(self, slot: Slot, excluding: frozenset[int]) -> list[Booking]:
        return [
            booking
            for booking in self._by_day.get(slot.on, ())
            if booking.session_id not in excluding and booking.starts < slot.ends and slot.starts < booking.ends
        ]

    def _starts(self, on: date, length: int, at: time | None) -> list[int]:
        """When a session may start that day, in minutes after midnight."""
        periods = self.open_periods(on)
        if at is not None:
            start = minute_of(at)
            return [start] if any(period.holds(start, length) for period in periods) else []
        return [
            start
            for period in periods
            for start in range(minute_of(period.starts), minute_of(period.ends) - length + 1, self.session_minutes)
        ]


class _Taken:
    """The minutes of one day that are taken, a bit for each: by injector, by room or without one, by the patient."""

    __slots__ = ("injectors", "patient", "roomless", "rooms")

    def __init__(self, bookings: Sequence[Booking], patient_no: int | None) -> None:
        self.injectors: dict[str, int] = {}
        self.rooms: dict[str, int] = {}
        self.roomless: list[int] = []
        self.patient = 0
        for booking in bookings:
            starts, ends = booking.starts, booking.ends
            # Spelt out, not _minutes: this line runs some twenty thousand times in a full diary.
            minutes = (1 << ends.hour * 60 + ends.minute) - (1 << starts.hour * 60 + starts.minute)
            self.injectors[booking.injector] = self.injectors.get(booking.injector, 0) | minutes
            if booking.room is None:
                self.roomless.append(minutes)
            else:
                self.rooms[booking.room] = self.rooms.get(booking.room, 0) | minutes
            if booking.patient_no == patient_no:
                self.patient |= minutes

    def pause(self, initials: str, period: Period) -> None:
        """A break takes its minutes as a booking does."""
        self.injectors[initials] = self.injectors.get(initials, 0) | _minutes(period)

    def full(self, rooms: Sequence[str]) -> int:
        """The minutes at which no room is left to anybody: what is booked without one holds one of them."""
        if not rooms or not self.roomless:
            return 0
        # At each place the minutes at which more rooms than that are held.
        held = [0] * len(rooms)
        for minutes in (*(self.rooms.get(room, 0) for room in rooms), *self.roomless):
            for place, before in enumerate(held):
                held[place], minutes = before | minutes, before & minutes
        return held[-1]


def _minutes(span: Booking | Slot | Period) -> int:
    """The minutes it takes, a bit for each."""
    return (1 << minute_of(span.ends)) - (1 << minute_of(span.starts))


def _first_free(names: Sequence[str], taken: Mapping[str, int], wanted: int) -> str | None:
    for name in names:
        if not taken.get(name, 0) & wanted:
            return name
    return None


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)


def _check_minutes(minutes: int) -> int:
    if not 1 <= minutes < 24 * 60:
        raise ValueError(f"A session of {minutes} minutes cannot be planned: give it at least one minute.")
    return minutes
