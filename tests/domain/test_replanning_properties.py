"""What never happens when a course is planned anew, whatever moves and however full the diary is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from microsclero.diary import Diary, Slot
from microsclero.replanning import Before, Booked, PutIn, Replanned, Terms, put_in, replan, why_not_there
from microsclero.schedule import EarlierSession, PlanRequest, Refusal

from .test_schedule_properties import DAYS, FIRST, POLICY, clock, diaries, ranges

PATIENT = 1


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    request = PlanRequest(
        start=draw(DAYS),
        at=draw(st.none() | st.integers(8 * 12, 17 * 12).map(lambda five: clock(five * 5))),
        days=draw(st.just(frozenset(range(7))) | st.frozensets(st.integers(0, 6), min_size=1)),
        every_days=draw(st.sampled_from([28, 28, 35, 42])),
        avoid=tuple(draw(st.lists(ranges(), max_size=2))),
        injector=draw(st.none() | st.sampled_from(["MS", "AB"])),
        patient_no=PATIENT,
        not_before=draw(st.none() | DAYS),
    )
    others = draw(
        st.lists(st.builds(EarlierSession, on=DAYS, status=st.just("given"), this_course=st.just(False)), max_size=1)
    )
    return Terms(
        request=request,
        policy=POLICY,
        diary=draw(diaries()),
        last_day=FIRST + timedelta(days=draw(st.sampled_from([300, 700]))),
        others=tuple(others),
    )


def open_slot(diary: Diary, on: date, minutes: int) -> Slot | None:
    """The first slot from that day on."""
    days = (on + timedelta(days=ahead) for ahead in range(21))
    return next((slot for day in days for slot in diary.free_slots(day, minutes=minutes)), None)


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[Booked], Terms]:
    """Up to four sessions in their order, far enough apart; most stand where they could be booked today."""
    by = draw(terms())
    on = draw(DAYS)
    course: list[Booked] = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        starts, minutes = draw(st.integers(8 * 4, 17 * 4)) * 15, draw(st.sampled_from([15, 30]))
        anywhere = Slot(on=on, starts=clock(starts), ends=clock(starts + minutes), injector="MS")
        slot = (open_slot(by.diary, on, minutes) if draw(st.integers(0, 5)) else None) or anywhere
        course.append(Booked(session_id=1000 + number, number=number, slot=slot, is_hand_set=draw(st.booleans())))
        on = slot.on + timedelta(days=draw(st.sampled_from([28, 28, 30, 35, 42, 60])))
    return course, by


class Change(NamedTuple):
    """A course to be planned anew; before: the session before the first one as it has moved, where there is one."""

    course: list[Booked]
    by: Terms
    before: Before | None


@st.composite
def changes(draw: st.DrawFn) -> Change:
    course, by = draw(situations())
    moved_by = draw(st.none() | st.integers(-60, 40))
    before = None if moved_by is None else Before("session 0", course[0].slot.on + timedelta(days=moved_by))
    return Change(course, by, before)


def replanned(course: list[Booked], by: Terms, before: Before | None) -> Replanned | None:
    """The course planned anew; None, after a look at the sentence, where it is refused."""
    try:
        return replan(course, by, after=before)
    except Refusal as refusal:
        assert (refusal.exit_code, refusal.code) == (4, "no_slot")
        assert refusal.message.endswith("Move or cancel that session first.")
        return None


def slots_after(course: list[Booked], result: Replanned) -> list[Slot]:
    moved = {one.session.session_id: one.slot for one in result.moved}
    return [moved.get(one.session_id, one.slot) for one in course]


@settings(max_examples=200)
@given(changes())
def test_never_a_gap_under_28_days_and_the_order_is_kept(change: Change) -> None:
    course, by, before = change
    result = replanned(course, by, before)
    if result is None:
        return
    days = [one.on for one in slots_after(course, result)]
    days = [before.on, *days] if before else days
    assert all((later - earlier).days >= 28 for earlier, later in pairwise(days))
    assert [one.session for one in result.moved] == [one for one in course if one in {m.session for m in result.moved}]


@settings(max_examples=200)
@given(changes())
def test_nobody_is_moved_to_an_earlier_day_or_into_the_past(change: Change) -> None:
    course, by, before = change
    result = replanned(course, by, before)
    for moved in result.moved if result else ():
        assert moved.slot.on >= max(moved.session.slot.on, by.request.start, by.request.not_before or FIRST)
        assert moved.earliest_on <= moved.slot.on
        assert moved.slot != moved.session.slot
        assert moved.why


@settings(max_examples=200)
@given(changes())
def test_nothing_moves_that_could_stay(change: Change) -> None:
    course, by, before = change
    result = replanned(course, by, before)
    if result is None:
        return
    moved = {one.session.session_id for one in result.moved}
    slots = slots_after(course, result)
    for place, session in enumerate(course):
        on = session.slot.on
        previous = slots[place - 1].on if place else before.on if before else None
        gap = 28 if session.is_hand_set else by.request.every_days
        may_stay = (
            (previous is None or (on - previous).days >= gap)
            and all(abs((on - other.on).days) >= 28 for other in by.others)
            and (by.request.not_before is None or on >= by.request.not_before)
            and why_not_there(session, by.diary) is None
        )
        assert (session.session_id not in moved) == may_stay
    by_hand = [one for one in course if one.is_hand_set]
    assert list(result.kept_by_hand) == [one for one in by_hand if one.session_id not in moved]


@settings(max_examples=200)
@given(changes())
def test_every_new_place_is_open_free_and_as_the_patient_likes_it(change: Change) -> None:
    course, by, before = change
    result = replanned(course, by, before)
    request = by.request
    for moved in result.moved if result else ():
        slot = moved.slot
        assert why_not_there(replace(moved.session, slot=slot), by.diary) is None
        assert by.diary.blockers(slot, patient_no=PATIENT) == ()
        assert slot.on.weekday() in request.days
        assert slot.injector == (request.injector or slot.injector)
        assert request.at is None or slot.starts in (request.at, moved.session.slot.starts)
        assert not any(first <= slot.on <= last for first, last in request.avoid)
        assert slot.on <= by.last_day


@settings(max_examples=200)
@given(changes())
def test_closed_and_full_days_are_all_that_is_rolled_past(change: Change) -> None:
    """No day between the first that the rules allow and the one offered had a place of the kind wished."""
    course, by, before = change
    result = replanned(course, by, before)
    request = by.request
    for moved in result.moved if result else ():
        day = moved.earliest_on
        times = {moved.session.slot.starts, request.at} if request.at else {None}
        while day < moved.slot.on:
            is_wished = day.weekday() in request.days and not any(a <= day <= b for a, b in request.avoid)
            free = [
                slot
                for at in times
                for slot in by.diary.free_slots(
                    day, minutes=moved.session.minutes, injector=request.injector, patient_no=PATIENT, at=at
                )
            ]
            assert not (is_wished and free)
            day += timedelta(days=1)


@settings(max_examples=200)
@given(changes())
def test_planned_anew_a_second_time_everybody_stays(change: Change) -> None:
    course, by, before = change
    result = replanned(course, by, before)
    if result is None:
        return
    moved = {one.session.session_id for one in result.moved}
    slots = slots_after(course, result)
    settled = [
        replace(one, slot=slot, is_hand_set=one.is_hand_set and one.session_id not in moved)
        for one, slot in zip(course, slots, strict=True)
    ]
    again = replanned(settled, by, before)
    assert again is not None
    assert again.moved == ()


@settings(max_examples=200)
@given(situations(), st.integers(0, 3), st.integers(-60, 60))
def test_a_session_put_in_again_keeps_every_gap_and_the_four(
    situation: tuple[list[Booked], Terms], given_until: int, from_first: int
) -> None:
    course, by = situation
    missed_on = course[0].slot.on + timedelta(days=from_first)
    live = [replace(one, is_given=True) if place < given_until else one for place, one in enumerate(course)]
    missed = replace(course[0], session_id=1, slot=replace(course[0].slot, on=missed_on))
    result = _put_in(missed, live, by)
    if result is None:
        return
    later = {one.session.session_id: one.slot.on for one in result.later.moved}
    days = [later.get(one.session_id, one.slot.on) for one in live]
    number = result.session.number or 0
    days.insert(number - 1, result.session.slot.on)
    assert len(days) <= POLICY.maximum_sessions
    assert days == sorted(days)
    assert all((second - first).days >= 28 for first, second in pairwise(days))
    stays = [one for one in live if one.is_given or one.slot.on <= result.session.slot.on]
    assert all(one.session_id not in later for one in stays)
    assert result.session.slot.on >= by.request.start
    assert by.diary.blockers(result.session.slot, patient_no=PATIENT) == ()


def _put_in(missed: Booked, live: list[Booked], by: Terms) -> PutIn | None:
    try:
        return put_in(missed, live, by, later_terms=by)
    except Refusal as refusal:
        assert (refusal.code == "course_full") == (len(live) == 4)
        return None
