"""What becomes of the later sessions when one of a course moves: what stays, what follows, and the reason told."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise

import pytest

from microsclero.diary import Injector
from microsclero.replanning import Moved, Replanned, new_place, why_not_there
from microsclero.schedule import Refusal

from .diaries import AB, MS, booking, clinic, closed, full_day, opened
from .plans import given, planned
from .replans import (
    FIRST,
    FOURTH,
    PATIENT,
    SECOND,
    THIRD,
    TODAY,
    after,
    again,
    kept,
    moves,
    replanned,
    session,
    slot,
    terms,
)

WEEK = timedelta(days=7)
LATER = [session(3, THIRD), session(4, FOURTH)]


def test_the_later_sessions_follow_by_exactly_the_gap() -> None:
    assert replanned(LATER, after=after(2, SECOND + WEEK)) == Replanned(
        moved=(
            Moved(
                session=LATER[0],
                slot=slot(THIRD + WEEK),
                earliest_on=THIRD + WEEK,
                why="28 days after session 2 on Tue 16 Feb 2027",
            ),
            Moved(
                session=LATER[1],
                slot=slot(FOURTH + WEEK),
                earliest_on=FOURTH + WEEK,
                why="28 days after session 3 on Tue 16 Mar 2027",
            ),
        ),
        kept_by_hand=(),
    )


def test_27_days_is_too_soon_and_28_stays() -> None:
    by_a_day = after(2, SECOND + timedelta(days=1))
    assert moves(replanned(LATER[:1], after=by_a_day))[0][:2] == (3, THIRD + timedelta(days=1))
    assert replanned(LATER[:1], after=after(2, SECOND)) == Replanned()


def test_what_still_keeps_every_rule_stays_and_is_never_pulled_earlier() -> None:
    assert replanned(LATER, after=after(2, SECOND - WEEK)) == Replanned()
    roomy = [session(3, THIRD + 2 * WEEK), session(4, FOURTH + 2 * WEEK)]
    assert replanned(roomy, after=after(2, SECOND + 2 * WEEK)) == Replanned()


def test_only_as_many_follow_as_have_to() -> None:
    course = [session(3, THIRD), session(4, FOURTH + 4 * WEEK)]
    assert [move[:2] for move in moves(replanned(course, after=after(2, SECOND + WEEK)))] == [(3, THIRD + WEEK)]


def test_a_session_jumped_over_goes_along() -> None:
    beyond = FOURTH + WEEK
    assert [move[:2] for move in moves(replanned(LATER, after=after(2, beyond)))] == [
        (3, beyond + 4 * WEEK),
        (4, beyond + 8 * WEEK),
    ]


@pytest.mark.parametrize("on", [SECOND, SECOND + timedelta(days=1), THIRD, FOURTH])
def test_the_slot_that_a_later_session_leaves_is_no_obstacle(on: date) -> None:
    result = replanned(LATER, after=after(2, on))
    days = [on, *(move[1] for move in moves(result))] if result.moved else [on, THIRD, FOURTH]
    assert [(second - first).days >= 28 for first, second in pairwise(days)] == [True, True]


def test_a_date_set_by_hand_stays_within_the_wish_but_not_within_28_days() -> None:
    by_hand = [session(3, THIRD, by_hand=True)]
    wish = terms(every_days=42)
    at_28 = replanned(by_hand, wish, after=after(2, SECOND))
    assert (moves(at_28), kept(at_28)) == ([], [3])
    at_21 = replanned(by_hand, wish, after=after(2, SECOND + WEEK))
    assert (moves(at_21), kept(at_21)) == (
        [(3, date(2027, 3, 30), "09:00", "set by hand, but only 21 days after session 2 on Tue 16 Feb 2027")],
        [],
    )


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (THIRD - timedelta(days=1), "set by hand, but only 1 day after session 2 on Mon 8 Mar 2027"),
        (THIRD, "set by hand, but no longer after session 2 on Tue 9 Mar 2027"),
        (THIRD + WEEK, "set by hand, but no longer after session 2 on Tue 16 Mar 2027"),
    ],
)
def test_a_date_set_by_hand_that_can_not_stay_says_so(second: date, why: str) -> None:
    ((_, on, _, told),) = moves(replanned([session(3, THIRD, by_hand=True)], after=after(2, second)))
    assert (on, told) == (second + 4 * WEEK, why)


def test_six_weeks_wished_are_kept_when_a_session_moves() -> None:
    course = [session(2, FIRST + 6 * WEEK), session(3, FIRST + 12 * WEEK)]
    result = moves(replanned(course, terms(every_days=42), after=after(1, FIRST + timedelta(days=1))))
    assert result == [
        (2, date(2027, 2, 24), "09:00", "42 days after session 1 on Wed 13 Jan 2027"),
        (3, date(2027, 4, 7), "09:00", "42 days after session 2 on Wed 24 Feb 2027"),
    ]


def test_a_bank_holiday_is_rolled_past_and_the_next_counts_from_there() -> None:
    """28 days after Mon 1 Mar 2027 is Easter Monday."""
    course = [session(3, date(2027, 3, 23)), session(4, date(2027, 4, 20))]
    assert moves(replanned(course, after=after(2, date(2027, 3, 1)))) == [
        (
            3,
            date(2027, 3, 30),
            "09:00",
            "28 days after session 2 on Mon 1 Mar 2027, rolled past Mon 29 Mar 2027 (Easter Monday)",
        ),
        (4, date(2027, 4, 27), "09:00", "28 days after session 3 on Tue 30 Mar 2027"),
    ]


def test_a_full_day_and_a_day_to_avoid_are_rolled_past() -> None:
    day = THIRD + WEEK
    avoid = ((day + timedelta(days=1), day + timedelta(days=1)),)
    ((_, on, _, why),) = moves(
        replanned(LATER[:1], terms(clinic(*full_day(day)), avoid=avoid), after=after(2, SECOND + WEEK))
    )
    assert (on, why) == (
        day + timedelta(days=2),
        "28 days after session 2 on Tue 16 Feb 2027, rolled past Tue 16 Mar 2027 (no time free), "
        "Wed 17 Mar 2027 (a day to avoid)",
    )


def test_only_on_the_weekdays_wished() -> None:
    by = terms(days=frozenset({3}))
    assert moves(replanned(LATER[:1], by, after=after(2, SECOND + WEEK)))[0][1] == date(2027, 3, 18)


# ── where on the day ──


def test_the_same_clock_time_is_kept_across_the_clock_change_where_it_is_free() -> None:
    course = [session(3, THIRD, "14:30"), session(4, FOURTH, "10:00")]
    assert [move[1:3] for move in moves(replanned(course, after=after(2, SECOND + WEEK)))] == [
        (THIRD + WEEK, "14:30"),
        (FOURTH + WEEK, "10:00"),
    ]


def test_where_its_time_is_taken_the_nearest_is_offered() -> None:
    diary = clinic(booking(THIRD + WEEK, "14:30"))
    ((_, on, at, why),) = moves(replanned([session(3, THIRD, "14:30")], terms(diary), after=after(2, SECOND + WEEK)))
    assert (on, at, why) == (
        THIRD + WEEK,
        "14:00",
        "28 days after session 2 on Tue 16 Feb 2027, 14:30 is not free with MS then",
    )


def test_where_a_time_was_wished_a_day_without_it_and_without_its_own_is_full() -> None:
    day = THIRD + WEEK
    diary = clinic(booking(day, "10:00", session_id=1), booking(day, "14:30", session_id=2))
    by = terms(diary, at=time(10))
    own = replanned([session(3, THIRD, "14:30")], by, after=after(2, SECOND + WEEK))
    assert moves(own)[0][1:3] == (day + timedelta(days=1), "14:30")
    wished_only = clinic(*(booking(day + timedelta(days=n), "14:30", session_id=n) for n in range(4)))
    by = terms(wished_only, at=time(10))
    assert moves(replanned([session(3, THIRD, "14:30")], by, after=after(2, SECOND + WEEK)))[0][1:3] == (day, "10:00")


def test_its_injector_is_kept_where_free_and_one_who_was_wished_is_waited_for() -> None:
    two = (AB, MS)
    assert replanned(LATER[:1], terms(clinic(injectors=two)), after=after(2, SECOND + WEEK)).moved[0].slot == (
        slot(THIRD + WEEK, injector="MS")
    )
    busy = clinic(*full_day(THIRD + WEEK, "MS"), injectors=two)
    (moved,) = replanned(LATER[:1], terms(busy), after=after(2, SECOND + WEEK)).moved
    assert (moved.slot, moved.why) == (
        slot(THIRD + WEEK, injector="AB"),
        "28 days after session 2 on Tue 16 Feb 2027, with AB as MS is not free then",
    )
    (moved,) = replanned(LATER[:1], terms(busy, injector="MS"), after=after(2, SECOND + WEEK)).moved
    assert moved.slot == slot(THIRD + WEEK + timedelta(days=1), injector="MS")


def test_its_injector_comes_before_its_time() -> None:
    busy = clinic(booking(THIRD + WEEK, "09:00"), injectors=(AB, MS))
    assert replanned(LATER[:1], terms(busy), after=after(2, SECOND + WEEK)).moved[0].slot == (
        slot(THIRD + WEEK, "09:30", injector="MS")
    )


def test_a_long_session_keeps_its_length() -> None:
    (moved,) = replanned([session(3, THIRD, minutes=60)], after=after(2, SECOND + WEEK)).moved
    assert moved.slot == slot(THIRD + WEEK, minutes=60)


# ── what rules out where it stands ──


def test_a_session_on_a_day_that_closed_moves_forward_even_where_the_gap_is_kept() -> None:
    diary = clinic(closures=(closed(THIRD, THIRD + timedelta(days=1), "Staff training"),))
    assert moves(replanned(LATER, terms(diary), after=after(2, SECOND))) == [
        (3, THIRD + timedelta(days=2), "09:00", "on Tue 9 Mar 2027 the clinic is closed (Staff training)"),
        (4, FOURTH + timedelta(days=2), "09:00", "28 days after session 3 on Thu 11 Mar 2027"),
    ]


def test_the_first_session_of_a_course_moves_off_a_closed_day_with_nothing_before_it() -> None:
    diary = clinic(closures=(closed(FIRST, FIRST, "Flood"),))
    course = [session(1, FIRST), session(2, SECOND + WEEK)]
    assert moves(replanned(course, terms(diary), after=None)) == [
        (1, FIRST + timedelta(days=1), "09:00", "on Tue 12 Jan 2027 the clinic is closed (Flood)")
    ]


def test_a_closed_day_is_no_reason_to_come_sooner_than_before() -> None:
    """28 days after session 2 would be a week before the day that closed."""
    diary = clinic(closures=(closed(THIRD + WEEK, THIRD + WEEK, "Flood"),))
    assert moves(replanned([session(3, THIRD + WEEK)], terms(diary), after=after(2, SECOND)))[0][1] == (
        THIRD + WEEK + timedelta(days=1)
    )


WHY_NOT = {
    "closed": (clinic(closures=(closed(THIRD, THIRD, "Flood"),)), "on Tue 9 Mar 2027 the clinic is closed (Flood)"),
    "shorter hours": (
        clinic(closures=(opened(THIRD, "10:00-12:00"),)),
        "09:00 lies outside the hours of Tue 9 Mar 2027",
    ),
    "away": (
        clinic(injectors=(Injector(initials="MS", away=((THIRD, THIRD),)), AB)),
        "on Tue 9 Mar 2027 MS is away",
    ),
    "gone": (clinic(injectors=(AB,)), "on Tue 9 Mar 2027 MS does not inject here"),
}


@pytest.mark.parametrize("what", WHY_NOT)
def test_why_a_session_can_not_stand_there_any_more(what: str) -> None:
    diary, why = WHY_NOT[what]
    assert why_not_there(session(3, THIRD), diary) == why
    by_hand = replanned([session(3, THIRD, by_hand=True)], terms(diary), after=after(2, SECOND)).moved[0]
    assert by_hand.why.startswith(f"set by hand, but {why}")
    assert by_hand.slot.on >= THIRD


def test_where_it_stands_it_stays_whoever_was_put_beside_it_on_purpose() -> None:
    beside = clinic(booking(THIRD, "09:00", injector="MS"))
    assert replanned(LATER[:1], terms(beside), after=after(2, SECOND)) == Replanned()


def test_a_deferral_that_lasts_longer_moves_what_stands_before_its_end() -> None:
    by = terms(not_before=THIRD + timedelta(days=3))
    assert moves(replanned(LATER, by, after=after(2, SECOND))) == [
        (3, THIRD + timedelta(days=3), "09:00", "a deferral lasts until Fri 12 Mar 2027"),
        (4, FOURTH + timedelta(days=3), "09:00", "28 days after session 3 on Fri 12 Mar 2027"),
    ]


def test_an_injection_elsewhere_keeps_its_distance() -> None:
    by = terms(others=(given(THIRD - WEEK, this_course=False),))
    assert moves(replanned(LATER[:1], by, after=after(2, SECOND))) == [
        (3, THIRD + 3 * WEEK, "09:00", "less than 28 days from an injection on Tue 2 Mar 2027")
    ]


def test_where_no_place_is_left_the_sentence_says_what_to_do_first() -> None:
    by = terms(days=frozenset({6}))
    with pytest.raises(Refusal) as caught:
        replanned(LATER, by, after=after(2, SECOND + WEEK))
    (reason,) = caught.value.reasons
    assert (caught.value.exit_code, reason.code, reason.details) == (4, "no_slot", {"number": 3})
    assert reason.message == (
        "No place is found for session 3 until Sun 31 Dec 2028, as this patient likes to come. "
        "Move or cancel that session first."
    )


def test_nothing_is_offered_beyond_the_days_that_are_known() -> None:
    by = terms(last_day=THIRD + WEEK - timedelta(days=1))
    with pytest.raises(Refusal):
        replanned(LATER[:1], by, after=after(2, SECOND + WEEK))


def test_a_consultation_gets_a_place_without_any_gap() -> None:
    diary = clinic(booking(SECOND, "10:00", patient_no=PATIENT))
    found = new_place(session(None, SECOND, "10:00"), terms(diary), SECOND, advice="")
    assert (found.number, found.slot) == (None, slot(SECOND, "09:30"))
    (moved,) = replanned(
        [session(None, SECOND, "10:00")], terms(clinic(closures=(closed(SECOND, SECOND),))), after=None
    ).moved
    assert moved.slot == slot(SECOND + timedelta(days=1), "10:00")


# ── a missed session booked again ──

MISSED = session(2, SECOND, "11:00")
COURSE = [session(1, FIRST, given=True), session(2, THIRD), session(3, FOURTH)]


def test_a_missed_session_comes_back_at_the_first_day_and_the_later_ones_follow() -> None:
    result = again(MISSED, COURSE, terms(start=SECOND + timedelta(days=2)))
    assert (result.session.number, result.session.slot) == (2, slot(SECOND + timedelta(days=2), "11:00"))
    assert moves(result.later) == [
        (3, THIRD + timedelta(days=2), "09:00", "28 days after session 2 on Thu 11 Feb 2027"),
        (4, FOURTH + timedelta(days=2), "09:00", "28 days after session 3 on Thu 11 Mar 2027"),
    ]


def test_the_gap_to_the_session_given_before_is_kept() -> None:
    result = again(MISSED, [session(1, SECOND, given=True), *COURSE[2:]], terms(start=SECOND + timedelta(days=2)))
    assert (result.session.number, result.session.slot.on) == (2, THIRD)
    assert moves(result.later) == []


def test_a_session_that_stands_before_the_first_free_day_is_not_pushed_behind_it() -> None:
    """From today the first day is 28 days after session 1: there session 2 stands already, so it comes after that."""
    course = [session(1, SECOND, given=True), session(2, THIRD), session(3, FOURTH + 4 * WEEK)]
    result = again(MISSED, course, terms(start=SECOND + WEEK))
    assert (result.session.number, result.session.slot.on) == (3, FOURTH)
    assert moves(result.later) == []


def test_what_stood_before_a_session_put_off_in_advance_stays_before_it() -> None:
    course = [session(1, FIRST), session(2, FOURTH)]
    result = again(session(2, SECOND), course, terms(start=TODAY))
    assert (result.session.number, result.session.slot.on) == (2, SECOND)


def test_where_every_day_before_is_full_it_comes_at_the_end_and_nothing_moves() -> None:
    course = [session(1, FIRST, given=True), session(2, THIRD, by_hand=True), session(3, FOURTH)]
    diary = clinic(*(day for n in range(28) for day in full_day(SECOND + timedelta(days=n))))
    result = again(MISSED, course, terms(diary, start=SECOND))
    assert (result.session.number, result.session.slot.on) == (4, FOURTH + 4 * WEEK)
    assert result.later == Replanned()


def test_what_is_asked_for_the_new_session_does_not_bind_the_later_ones() -> None:
    from microsclero.replanning import put_in

    asked = terms(start=SECOND + timedelta(days=1), days=frozenset({4}), at=time(16))
    result = put_in(session(2, SECOND, "16:00"), COURSE, asked, later_terms=terms())
    assert result.session.slot == slot(date(2027, 2, 12), "16:00")
    assert [(move[1], move[2]) for move in moves(result.later)] == [
        (date(2027, 3, 12), "09:00"),
        (date(2027, 4, 9), "09:00"),
    ]


def test_a_full_course_takes_no_session_again() -> None:
    course = [session(1, FIRST, given=True), session(2, SECOND), session(3, THIRD), session(4, FOURTH)]
    with pytest.raises(Refusal) as caught:
        again(MISSED, course)
    (reason,) = caught.value.reasons
    assert (reason.code, reason.details) == ("course_full", {"given": 1, "planned": 3, "maximum": 4})


def test_an_injection_elsewhere_is_waited_for_before_a_session_comes_back() -> None:
    result = again(MISSED, COURSE[:1], terms(start=SECOND, others=(planned(SECOND, this_course=False),)))
    assert result.session.slot.on == THIRD
