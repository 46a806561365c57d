"""Free slots at random: several injectors and rooms, leave, weekdays and breaks, beside a plain model."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from microsclero.diary import Booking, Diary, Slot
from microsclero.injectors import Break, Injector
from microsclero.opening import OpeningHours, Period, minute_of
from microsclero.stranded import crowded

MONDAY = date(2026, 11, 23)
WEEK = tuple(MONDAY + timedelta(days=days) for days in range(7))
PEOPLE, ROOMS = ("MS", "AB", "CD"), ("Garden", "Street")


def clock(five_minutes: int) -> time:
    return time(five_minutes // 12, five_minutes % 12 * 5)


def periods(longest: int = 8) -> st.SearchStrategy[Period]:
    """A span of the day, on fives of minutes, from 8 to 18 o'clock."""
    return st.tuples(st.integers(96, 210), st.integers(1, longest * 6)).map(
        lambda one: Period(starts=clock(one[0]), ends=clock(min(one[0] + one[1], 216)))
    )


def spans() -> st.SearchStrategy[tuple[date, date]]:
    return st.tuples(st.sampled_from(WEEK), st.integers(0, 3)).map(
        lambda one: (one[0], one[0] + timedelta(days=one[1]))
    )


@st.composite
def crews(draw: st.DrawFn) -> tuple[Injector, ...]:
    return tuple(
        Injector(
            initials=initials,
            from_on=draw(st.none() | st.sampled_from(WEEK)),
            until_on=draw(st.none() | st.sampled_from(WEEK)),
            weekdays=draw(st.none() | st.frozensets(st.integers(0, 6), min_size=1)),
            away=tuple(draw(st.lists(spans(), max_size=1))),
            breaks=tuple(
                Break(*span, hours) for span, hours in draw(st.lists(st.tuples(spans(), periods(2)), max_size=2))
            ),
        )
        for initials in PEOPLE[: draw(st.integers(1, 3))]
    )


@st.composite
def diaries(draw: st.DrawFn) -> Diary:
    """An empty diary, open in one stretch or two on every day of the week."""
    hours = draw(
        st.sampled_from(
            [
                (Period(starts=time(9), ends=time(13)), Period(starts=time(14), ends=time(17))),
                (Period(starts=time(8, 30), ends=time(17, 20)),),
            ]
        )
    )
    return Diary(
        hours=OpeningHours(weekly=(hours,) * 7),
        injectors=draw(crews()),
        rooms=ROOMS[: draw(st.integers(0, 2))],
        session_minutes=draw(st.sampled_from([20, 30, 45])),
    )


@st.composite
def booked_full(draw: st.DrawFn, *, before_rooms: int = 0) -> tuple[Diary, list[Slot]]:
    """A diary into which a dozen slots were booked as they were offered: any patient, injector, length and time.

    before_rooms: so many at most of them before any room was listed.
    """
    diary, taken = draw(diaries()), []
    roomless = draw(st.integers(0, before_rooms))
    for number in range(1, draw(st.integers(roomless, 12)) + 1):
        patient_no = draw(st.integers(1, 4))
        as_it_was = replace(diary, rooms=()) if number <= roomless else diary
        offered = list(
            as_it_was.free_slots(
                draw(st.sampled_from(WEEK[:2])),
                minutes=draw(st.none() | st.sampled_from([10, 30, 60, 90])),
                injector=draw(st.none() | st.sampled_from(PEOPLE)),
                patient_no=patient_no,
                at=draw(st.none() | st.integers(108, 200).map(clock)),
            )
        )
        if offered:
            slot = draw(st.sampled_from(offered))
            diary = replace(diary, bookings=(*diary.bookings, as_booking(slot, number, patient_no)))
            taken.append(slot)
    return diary, taken


def as_booking(slot: Slot, number: int, patient_no: int) -> Booking:
    return Booking(
        session_id=number,
        patient_no=patient_no,
        on=slot.on,
        starts=slot.starts,
        ends=slot.ends,
        injector=slot.injector,
        room=slot.room,
    )


def overlap(one: Booking | Slot | Period, other: Booking | Slot | Period) -> bool:
    return one.starts < other.ends and other.starts < one.ends


@given(booked_full())
def test_nobody_is_ever_in_two_places_and_no_room_holds_two(made: tuple[Diary, list[Slot]]) -> None:
    diary, _ = made
    for place in ("injector", "room", "patient_no"):
        for day in WEEK:
            taken = [one for one in diary.bookings if one.on == day and getattr(one, place) is not None]
            ordered = sorted(taken, key=lambda one: (str(getattr(one, place)), one.starts))
            assert not [
                (one, other)
                for one, other in pairwise(ordered)
                if getattr(one, place) == getattr(other, place) and overlap(one, other)
            ]


@given(booked_full())
def test_nothing_is_booked_in_a_break_on_leave_or_outside_the_hours(made: tuple[Diary, list[Slot]]) -> None:
    diary, taken = made
    crew = {one.initials: one for one in diary.injectors}
    for slot in taken:
        someone = crew[slot.injector]
        assert someone.works_on(slot.on)
        assert not any(first <= slot.on <= last for first, last in someone.away)
        assert not any(overlap(slot, period) for period in someone.breaks_on(slot.on))
        assert any(period.starts <= slot.starts and slot.ends <= period.ends for period in diary.open_periods(slot.on))
        assert (slot.room in diary.rooms) if diary.rooms else slot.room is None


@given(
    booked_full(before_rooms=6),
    st.sampled_from(WEEK[:2]),
    st.none() | st.integers(1, 4),
    st.none() | st.sampled_from(PEOPLE),
)
def test_a_slot_is_offered_exactly_where_the_plain_model_finds_one(
    made: tuple[Diary, list[Slot]], day: date, patient_no: int | None, injector: str | None
) -> None:
    diary, _ = made
    offered = {slot.starts: slot.injector for slot in diary.free_slots(day, patient_no=patient_no, injector=injector)}
    assert offered == plainly_free(diary, day, patient_no, injector)


def plainly_free(diary: Diary, day: date, patient_no: int | None, injector: str | None) -> dict[time, str]:
    """When a session could begin, and the first injector who could give it; minute by minute, in no hurry."""
    length, found = diary.session_minutes, {}
    for period in diary.open_periods(day):
        start = minute_of(period.starts)
        while start + length <= minute_of(period.ends):
            minutes = range(start, start + length)
            free = [
                one.initials
                for one in diary.injectors
                if injector in (None, one.initials)
                and diary.absent_why(one.initials, day, clock(start // 5), length) is None
                and not busy(diary, day, minutes, "injector", one.initials)
            ]
            rooms = [room for room in diary.rooms if not busy(diary, day, minutes, "room", room)]
            has_room = not diary.rooms or (rooms and all(held(diary, day, one) < len(diary.rooms) for one in minutes))
            if free and has_room and not busy(diary, day, minutes, "patient_no", patient_no):
                found[clock(start // 5)] = free[0]
            start += length
    return found


def held(diary: Diary, day: date, minute: int) -> int:
    """How many rooms are held in that minute: by name, or by a booking without one."""
    there = [
        one.room for one in diary.bookings if one.on == day and minute_of(one.starts) <= minute < minute_of(one.ends)
    ]
    return there.count(None) + len(set(diary.rooms).intersection(there))


@given(booked_full(before_rooms=6), st.sampled_from(WEEK[:2]))
def test_whatever_is_offered_leaves_a_room_to_every_booking_that_had_one(
    made: tuple[Diary, list[Slot]], day: date
) -> None:
    diary, _ = made
    stood = [(one.starts, one.ends, one.room) for one in diary.bookings if one.on == day]
    before = crowded(stood, diary.rooms)
    for slot in diary.free_slots(day):
        assert diary.blockers(slot) == ()
        assert crowded([*stood, (slot.starts, slot.ends, slot.room)], diary.rooms) == before


@given(booked_full(before_rooms=12), st.sampled_from(WEEK[:2]))
def test_a_time_is_crowded_exactly_where_more_is_booked_than_there_are_rooms(
    made: tuple[Diary, list[Slot]], day: date
) -> None:
    diary, _ = made
    spans = crowded([(one.starts, one.ends, one.room) for one in diary.bookings if one.on == day], diary.rooms)
    assert [minute for minute in range(24 * 60) if any(span.holds(minute, 1) for span in spans)] == [
        minute for minute in range(24 * 60) if diary.rooms and held(diary, day, minute) > len(diary.rooms)
    ]
    assert all(first.ends < second.starts for first, second in pairwise(spans))


def busy(diary: Diary, day: date, minutes: range, place: str, who: object) -> bool:
    return any(
        getattr(one, place) == who and not set(minutes).isdisjoint(range(minute_of(one.starts), minute_of(one.ends)))
        for one in diary.bookings
        if one.on == day and who is not None
    )


@given(diaries(), st.sampled_from(WEEK), periods(2))
def test_why_someone_is_absent_says_so_exactly_when_no_slot_of_theirs_is_free(
    diary: Diary, day: date, period: Period
) -> None:
    """In an empty diary only an absence can stand in the way of a time inside the hours."""
    minutes = minute_of(period.ends) - minute_of(period.starts)
    if diary.outside_hours(day, period.starts, minutes):
        return
    for one in diary.injectors:
        free = list(diary.free_slots(day, minutes=minutes, injector=one.initials, at=period.starts))
        assert bool(free) is (diary.absent_why(one.initials, day, period.starts, minutes) is None)
