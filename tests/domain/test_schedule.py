"""The gap of 28 days, the cap of four, and the age on the day."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from microsclero.clashes import Event
from microsclero.diary import Slot
from microsclero.schedule import (
    CoursePolicy,
    PlanRequest,
    Proposal,
    ProposedSession,
    Refusal,
    earliest_next,
    gap_problems,
    propose,
)

from .diaries import ENGLAND, FRIDAY, clinic, closed
from .plans import POLICY, days_of, given, plan, planned, refused

HOLIDAYS = {holiday.on for holiday in ENGLAND}

# ── the course ──


def test_four_sessions_from_27_november_2026_roll_over_christmas() -> None:
    at_nine = {"starts": time(9), "ends": time(9, 30), "injector": "MS", "room": None}
    assert plan() == Proposal(
        sessions=(
            ProposedSession(number=1, earliest_on=FRIDAY, slot=Slot(on=FRIDAY, **at_nine)),  # type: ignore[arg-type]
            ProposedSession(
                number=2,
                earliest_on=date(2026, 12, 25),
                slot=Slot(on=date(2026, 12, 29), **at_nine),  # type: ignore[arg-type]
                rolled=(
                    "Fri 25 Dec 2026: Christmas Day",
                    "Sat 26 Dec 2026: Boxing Day",
                    "Sun 27 Dec 2026: closed on Sundays",
                    "Mon 28 Dec 2026: Boxing Day (substitute day)",
                ),
            ),
            ProposedSession(
                number=3,
                earliest_on=date(2027, 1, 26),
                slot=Slot(on=date(2027, 1, 26), **at_nine),  # type: ignore[arg-type]
            ),
            ProposedSession(
                number=4,
                earliest_on=date(2027, 2, 23),
                slot=Slot(on=date(2027, 2, 23), **at_nine),  # type: ignore[arg-type]
            ),
        ),
        response_on=date(2027, 3, 23),
        effect_by=date(2027, 3, 23),
    )


@pytest.mark.parametrize("start", [FRIDAY + timedelta(days=days) for days in range(120)])
def test_no_session_on_a_closed_day_and_every_gap_counts_from_where_it_rolled_to(start: date) -> None:
    proposal = plan(PlanRequest(start=start))
    days = days_of(proposal)
    assert not HOLIDAYS & set(days)
    assert all(day.weekday() < 5 for day in days)
    for before, after in zip(proposal.sessions, proposal.sessions[1:], strict=False):
        assert after.earliest_on == before.slot.on + timedelta(days=28)
        assert after.slot.on >= after.earliest_on


def test_good_friday_and_easter_monday_are_rolled_over() -> None:
    proposal = plan(PlanRequest(start=date(2027, 2, 26), sessions=2))
    assert days_of(proposal) == [date(2027, 2, 26), date(2027, 3, 30)]


def test_new_years_day_is_rolled_over() -> None:
    assert days_of(plan(PlanRequest(start=date(2027, 1, 1), sessions=1))) == [date(2027, 1, 4)]


def test_the_response_is_on_the_first_open_day_after_four_weeks() -> None:
    proposal = plan(PlanRequest(start=FRIDAY, sessions=1))
    assert (proposal.effect_by, proposal.response_on) == (date(2026, 12, 25), date(2026, 12, 29))


def test_the_response_of_a_clinic_that_closes_for_good_keeps_its_day() -> None:
    diary = clinic(closures=(closed(FRIDAY + timedelta(days=1), date(2199, 1, 1), "Closed for good"),))
    assert plan(PlanRequest(start=FRIDAY, sessions=1), diary).response_on == date(2026, 12, 25)


def test_what_is_left_of_four_is_the_default() -> None:
    proposal = plan(earlier=(given(date(2026, 9, 1), 1), planned(date(2026, 10, 1), 2)))
    assert [(session.number, session.slot.on) for session in proposal.sessions] == [
        (3, FRIDAY),
        (4, date(2026, 12, 29)),
    ]


def test_a_number_that_became_free_is_used_again() -> None:
    assert [one.number for one in plan(earlier=(given(date(2026, 9, 1), 1), given(date(2026, 10, 1), 3))).sessions] == [
        2,
        4,
    ]
    assert [one.number for one in plan(earlier=(given(date(2026, 9, 1)),)).sessions] == [2, 3, 4]


ALL_BOOKED = "to come on another day, move one of them; to have one less, cancel it."
FULL = "see the response, close the course, and open a new one if needed."


def test_a_fifth_session_is_refused() -> None:
    earlier = tuple(given(date(2026, month, 1), month) for month in (1, 2, 3, 4))
    assert refused(PlanRequest(start=FRIDAY), earlier=earlier) == [
        ("course_full", f"This course is full (4 given and 0 planned of at most 4): {FULL}")
    ]


def test_planned_sessions_count_for_the_cap() -> None:
    earlier = (given(date(2026, 8, 1), 1), given(date(2026, 9, 1), 2), *(planned(FRIDAY, n) for n in (3, 4)))
    assert refused(PlanRequest(start=FRIDAY, sessions=1), earlier=earlier) == [
        ("course_full", f"This course is full (2 given and 2 planned of at most 4): {ALL_BOOKED}")
    ]


def test_five_sessions_are_refused_and_so_are_four_after_one() -> None:
    assert refused(PlanRequest(start=FRIDAY, sessions=5)) == [
        (
            "course_full",
            "5 more sessions are too many for this course (0 given and 0 planned of at most 4): plan 4 at most.",
        )
    ]
    assert refused(PlanRequest(start=FRIDAY, sessions=4), earlier=(given(date(2026, 9, 1), 1),)) == [
        (
            "course_full",
            "4 more sessions are too many for this course (1 given and 0 planned of at most 4): plan 3 at most.",
        )
    ]


def test_sessions_of_another_course_do_not_count_for_the_cap() -> None:
    earlier = tuple(given(date(2025, month, 1), month, this_course=False) for month in (1, 2, 3, 4))
    assert [session.number for session in plan(earlier=earlier).sessions] == [1, 2, 3, 4]


# ── the gap ──

TOO_SHORT = "A gap of 27 days is too short: the full effect takes up to 4 weeks, so plan 28 days or more."


def test_27_days_is_too_soon() -> None:
    assert refused(PlanRequest(start=FRIDAY, every_days=27)) == [("gap_too_short", TOO_SHORT)]


def test_all_reasons_come_at_once() -> None:
    request = PlanRequest(start=FRIDAY, sessions=5, every_days=27, at=time(13, 30), injector="XY")
    assert [code for code, _ in refused(request)] == ["course_full", "gap_too_short", "no_injector", "outside_hours"]


def test_six_weeks_are_kept_when_asked_for() -> None:
    request = PlanRequest(start=date(2027, 1, 4), sessions=3, every_days=42)
    assert days_of(plan(request)) == [date(2027, 1, 4), date(2027, 2, 15), date(2027, 3, 30)]


def test_an_injection_elsewhere_counts_for_the_gap() -> None:
    earlier = (given(date(2026, 11, 20), this_course=False),)
    proposal = plan(PlanRequest(start=FRIDAY, sessions=1), earlier=earlier)
    assert (proposal.sessions[0].earliest_on, proposal.sessions[0].slot.on) == (date(2026, 12, 18), date(2026, 12, 18))


def test_an_injection_elsewhere_is_28_days_away_however_long_the_gaps_of_this_course() -> None:
    request = PlanRequest(start=FRIDAY, sessions=1, every_days=42)
    assert days_of(plan(request, earlier=(given(date(2026, 10, 30), this_course=False),))) == [FRIDAY]
    assert days_of(plan(request, earlier=(given(date(2026, 10, 30), 1),))) == [date(2026, 12, 11)]


def test_a_planned_session_counts_for_the_gap() -> None:
    proposal = plan(PlanRequest(start=FRIDAY, sessions=1), earlier=(planned(date(2026, 12, 1), 1),))
    assert days_of(proposal) == [date(2026, 12, 29)]


def test_an_injection_exactly_28_days_ago_is_long_enough() -> None:
    assert days_of(plan(PlanRequest(start=FRIDAY, sessions=1), earlier=(given(date(2026, 10, 30), 1),))) == [FRIDAY]
    assert days_of(plan(PlanRequest(start=FRIDAY, sessions=1), earlier=(given(date(2026, 10, 31), 1),))) == [
        date(2026, 11, 30)
    ]


def test_four_weeks_are_28_days_and_never_a_month() -> None:
    assert earliest_next(date(2027, 3, 1), POLICY) == date(2027, 3, 29)
    assert earliest_next(date(2027, 1, 31), POLICY) == date(2027, 2, 28)
    assert earliest_next(date(2028, 2, 1), POLICY) == date(2028, 2, 29)
    assert earliest_next(date(2026, 12, 4), POLICY) == date(2027, 1, 1)
    assert earliest_next(date(2027, 3, 1), POLICY, 42) == date(2027, 4, 12)
    assert earliest_next(date(2027, 3, 1), POLICY, 1) == date(2027, 3, 29)


def test_sessions_too_close_together_are_all_named() -> None:
    dated = (
        ("session 3", date(2027, 1, 20)),
        ("session 1", FRIDAY),
        ("session 2", date(2026, 12, 25)),
        ("the injection elsewhere", date(2026, 12, 26)),
    )
    first, second = gap_problems(dated, POLICY)
    assert first.as_data() == {
        "code": "gap_too_short",
        "message": "The injection elsewhere on Sat 26 Dec 2026 is 1 day after session 2 on Fri 25 Dec 2026: "
        "28 are needed.",
        "days": 1,
        "minimum_days": 28,
        "earliest_on": "2027-01-22",
    }
    assert second.message == (
        "Session 3 on Wed 20 Jan 2027 is 25 days after the injection elsewhere on Sat 26 Dec 2026: 28 are needed."
    )


def test_sessions_28_days_apart_are_no_problem_and_27_are() -> None:
    assert gap_problems((("session 1", FRIDAY), ("session 2", FRIDAY + timedelta(days=28))), POLICY) == ()
    assert len(gap_problems((("session 1", FRIDAY), ("session 2", FRIDAY + timedelta(days=27))), POLICY)) == 1
    assert len(gap_problems((("session 1", FRIDAY), ("session 2", FRIDAY)), POLICY)) == 1


@pytest.mark.parametrize(
    "laxer",
    [
        {"maximum_sessions": 5},
        {"maximum_sessions": 0},
        {"minimum_days": 27},
        {"response_days": 27},
        {"aftercare_days": 13},
        {"before_hours": 23},
        {"horizon_days": 0},
    ],
)
def test_a_policy_laxer_than_the_patient_page_cannot_be_built(laxer: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(laxer))):
        CoursePolicy(**laxer)


def test_a_stricter_policy_is_kept() -> None:
    policy = CoursePolicy(maximum_sessions=2, minimum_days=42)
    request = PlanRequest(start=date(2027, 1, 4), every_days=42)
    assert days_of(propose(request, policy, clinic(), ())) == [date(2027, 1, 4), date(2027, 2, 15)]
    with pytest.raises(Refusal, match="plan 42 days or more"):
        propose(PlanRequest(start=FRIDAY), policy, clinic(), ())


@pytest.mark.parametrize(
    "wrong",
    [
        {"sessions": 0},
        {"sessions": -1},
        {"days": frozenset()},
        {"days": frozenset({7})},
        {"avoid": ((FRIDAY, FRIDAY - timedelta(days=1)),)},
    ],
)
def test_a_request_that_makes_no_sense_cannot_be_built(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        PlanRequest(start=FRIDAY, **wrong)  # type: ignore[arg-type]


# ── the patient ──


def test_17_on_the_day_is_refused_until_the_18th_birthday() -> None:
    born_on = date(2008, 11, 28)
    assert refused(PlanRequest(start=FRIDAY, born_on=born_on)) == [
        (
            "under_age",
            "Session 1 on Fri 27 Nov 2026 is before the 18th birthday: plan from Sat 28 Nov 2026.",
        )
    ]
    assert days_of(plan(PlanRequest(start=FRIDAY, sessions=1, born_on=date(2008, 11, 27)))) == [FRIDAY]


def test_someone_who_turns_18_before_the_slot_may_be_planned() -> None:
    saturday = FRIDAY + timedelta(days=1)
    request = PlanRequest(start=saturday, sessions=1, born_on=date(2008, 11, 30))
    assert days_of(plan(request)) == [date(2026, 11, 30)]


def test_someone_born_on_29_february_is_planned_from_1_march() -> None:
    born_on = date(2008, 2, 29)
    assert refused(PlanRequest(start=date(2026, 2, 27), sessions=1, born_on=born_on)) == [
        ("under_age", "Session 1 on Fri 27 Feb 2026 is before the 18th birthday: plan from Sun 1 Mar 2026.")
    ]
    assert days_of(plan(PlanRequest(start=date(2026, 3, 1), sessions=1, born_on=born_on))) == [date(2026, 3, 2)]


def test_a_day_to_avoid_in_the_weeks_of_aftercare_is_pointed_out() -> None:
    wedding = date(2026, 12, 11)
    day_after = wedding + timedelta(days=1)
    (notice,) = plan(PlanRequest(start=FRIDAY, sessions=1, avoid=((wedding, wedding),))).notices
    assert (notice.meets, notice.session.number, notice.event.from_on) == ("aftercare", 1, wedding)
    assert plan(PlanRequest(start=FRIDAY, sessions=1, avoid=((day_after, day_after),))).notices == ()
    assert plan(PlanRequest(start=FRIDAY, sessions=1)).notices == ()


def test_a_wedding_on_the_first_possible_day_is_rolled_past_by_its_name() -> None:
    wedding = Event(event=1, from_on=date(2027, 1, 26), until_on=date(2027, 1, 26), what="wedding")
    third = plan(PlanRequest(start=FRIDAY, events=(wedding,))).sessions[2]
    assert (third.slot.on, third.rolled) == (date(2027, 1, 27), ("Tue 26 Jan 2027: wedding",))


def test_what_the_patient_has_on_is_named_whatever_else_is_in_the_way() -> None:
    party = Event(event=1, from_on=date(2026, 12, 29), until_on=date(2026, 12, 29), what="party")
    second = plan(PlanRequest(start=FRIDAY, sessions=2, events=(party,))).sessions[1]
    assert second.slot.on == date(2026, 12, 30)
    assert second.rolled == (
        "Fri 25 Dec 2026: Christmas Day",
        "Sat 26 Dec 2026: Boxing Day",
        "Sun 27 Dec 2026: closed on Sundays",
        "Tue 29 Dec 2026: party",
    )
