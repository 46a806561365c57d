"""A slot taken on purpose where somebody is booked already: what that passes over, and what nothing passes over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import NamedTuple

from .dates import show_date, show_time
from .diary import Booking, Diary, Slot
from .errors import Reason
from .opening import minute_of


class OnPurpose(NamedTuple):
    """The slot at exactly that time, and the bookings it shares an injector or a room with; none where it was free."""

    slot: Slot | None
    beside: tuple[Booking, ...] = ()
    reasons: tuple[Reason, ...] = ()


def slot_on_purpose(
    diary: Diary,
    on: date,
    at: time,
    *,
    minutes: int,
    patient_no: int,
    injector: str | None,
) -> OnPurpose:
    """The slot at that time whatever is booked with the injector or in the room; the free one where there is one.

    Closed hours, somebody who is away, and another booking of the same patient are never passed over: then there is
    no slot, with every reason. injector: only with them.
    """
    reasons = tuple(_against(diary, on, at, minutes, patient_no, injector))
    if reasons:
        return OnPurpose(None, reasons=reasons)
    free = next(diary.free_slots(on, minutes=minutes, injector=injector, patient_no=patient_no, at=at), None)
    if free is not None:
        return OnPurpose(free)
    ends = (datetime.combine(on, at) + timedelta(minutes=minutes)).time()
    crew = (each for each in _wanted(diary, injector) if diary.absent_why(each, on, at, minutes) is None)
    ways = [
        (slot, diary.blockers(slot))
        for who, room in product(crew, diary.rooms or (None,))
        for slot in [Slot(on=on, starts=at, ends=ends, injector=who, room=room)]
    ]
    return OnPurpose(*min(ways, key=lambda way: _how_much_is_shared(*way)))


def _how_much_is_shared(slot: Slot, beside: Sequence[Booking]) -> tuple[bool, bool, int]:
    """A room of one's own comes first, then somebody who is free, then as few bookings as can be."""
    in_the_room = any(_in_room(each, slot) for each in beside)
    return in_the_room, any(each.injector == slot.injector for each in beside), len(beside)


def beside_words(slot: Slot, beside: Sequence[Booking]) -> tuple[str, ...]:
    """Everything that is booked with the same injector or in the same room at that time, a sentence each."""
    return tuple(
        f"Double-booked on purpose: session {each.session_id} of patient {each.patient_no} at "
        f"{show_time(each.starts)} is {' and '.join(_shared(each, slot))}, too."
        for each in beside
    )


def _shared(booking: Booking, slot: Slot) -> Iterator[str]:
    if booking.injector == slot.injector:
        yield f"with {booking.injector}"
    if booking.room is not None and booking.room == slot.room:
        yield f"in {booking.room}"
    # Without a room it stands in the way of another injector only where none is left.
    if booking.room is None and booking.injector != slot.injector:
        yield "in one of the rooms"


def _in_room(booking: Booking, slot: Slot) -> bool:
    """Whether it is in that room, or may be, since it has none."""
    return slot.room is not None and booking.room in (slot.room, None)


def _against(diary: Diary, on: date, at: time, minutes: int, patient_no: int, injector: str | None) -> Iterator[Reason]:
    when = {"date": on.isoformat(), "start": show_time(at)}
    closed = diary.closed_why(on)
    outside = None if closed else diary.outside_hours(on, at, minutes)
    if closed:
        yield Reason("closed", f"{show_date(on)}: {closed}. Choose an open day; microsclero agenda shows them.", when)
    if outside:
        yield Reason("outside_hours", outside, when)
    absent = [diary.absent_why(each, on, at, minutes) for each in _wanted(diary, injector)]
    if all(absent):
        why = "; ".join(filter(None, absent)) or "nobody injects here"
        yield Reason("injector_away", f"{show_date(on)}: {why}. Choose another time.", when)
    for own in _own(diary, on, at, minutes, patient_no):
        yield Reason(
            "booked_twice",
            f"Patient {patient_no} is booked on {show_date(on)} at {show_time(own.starts)} already; nobody is booked "
            "twice at one time.",
            {**when, "blocked_by": own.session_id},
        )


def _own(diary: Diary, on: date, at: time, minutes: int, patient_no: int) -> Iterator[Booking]:
    """The patient's other bookings at that time."""
    start = minute_of(at)
    theirs = (each for each in diary.bookings if each.on == on and each.patient_no == patient_no)
    for booking in theirs:
        if minute_of(booking.starts) < start + minutes and start < minute_of(booking.ends):
            yield booking


def _wanted(diary: Diary, injector: str | None) -> tuple[str, ...]:
    return tuple(each.initials for each in diary.injectors) if injector is None else (injector,)
