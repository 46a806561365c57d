"""How proposed dates roll forward over what the diary holds."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from microsclero.diary import Injector, Slot
from microsclero.schedule import CoursePolicy, PlanRequest, Proposal, Refusal, propose, search_window

from .diaries import AB, FRIDAY, MS, booking, clinic, closed, full_day, opened, opening_hours
from .plans import POLICY, days_of, given, plan, refused

WEEKEND = ("Sat 28 Nov 2026: closed on Saturdays", "Sun 29 Nov 2026: closed on Sundays")


def rolled(proposal: Proposal) -> tuple[date, tuple[str, ...]]:
    return proposal.sessions[0].slot.on, proposal.sessions[0].rolled


def test_a_full_day_is_rolled_over() -> None:
    monday = date(2026, 11, 30)
    diary = clinic(*full_day(FRIDAY), *full_day(monday))
    assert rolled(plan(PlanRequest(start=FRIDAY, sessions=1), diary)) == (
        date(2026, 12, 1),
        ("Fri 27 Nov 2026: no time free", *WEEKEND),
    )


def test_a_day_without_the_wanted_time_free_is_full() -> None:
    diary = clinic(booking(FRIDAY, "09:45"))
    request = PlanRequest(start=FRIDAY, sessions=1, at=time(10), days=frozenset({4}))
    assert rolled(plan(request, diary)) == (
        date(2026, 12, 4),
        (
            "Fri 27 Nov 2026: 10:00 is taken",
            *WEEKEND,
            "Mon 30 Nov 2026: not a weekday asked for",
        ),
    )


def test_a_time_outside_some_days_hours_rolls_to_a_day_that_has_it() -> None:
    week = opening_hours(fri="09:00-13:00", mon="09:00-19:00")
    request = PlanRequest(start=FRIDAY, sessions=1, at=time(18))
    on, reasons = rolled(plan(request, clinic(hours=week)))
    assert (on, reasons[0]) == (date(2026, 11, 30), "Fri 27 Nov 2026: 18:00 is outside the opening hours")


@pytest.mark.parametrize("at", [time(13, 30), time(12, 45), time(8, 45), time(16, 45), time(20)])
def test_a_time_outside_every_open_period_is_refused_with_the_reason(at: time) -> None:
    assert refused(PlanRequest(start=FRIDAY, at=at)) == [
        (
            "outside_hours",
            f"{at:%H:%M} for 30 minutes lies outside the opening hours (09:00-13:00, 14:00-17:00): "
            "choose another time.",
        )
    ]


def test_a_time_on_weekdays_that_are_closed_is_refused() -> None:
    assert refused(PlanRequest(start=FRIDAY, at=time(10), days=frozenset({5, 6}))) == [
        (
            "outside_hours",
            "10:00 for 30 minutes lies outside the opening hours (none on these days): choose another time.",
        )
    ]


def test_a_session_that_straddles_the_lunch_break_is_not_proposed() -> None:
    diary = clinic(booking(FRIDAY, "09:00", 210))
    (session,) = plan(PlanRequest(start=FRIDAY, sessions=1, minutes=45), diary).sessions
    assert session.slot == Slot(on=FRIDAY, starts=time(14), ends=time(14, 45), injector="MS")


def test_only_the_weekdays_asked_for_are_proposed() -> None:
    proposal = plan(PlanRequest(start=FRIDAY, days=frozenset({1, 3})))
    assert days_of(proposal) == [date(2026, 12, 1), date(2026, 12, 29), date(2027, 1, 26), date(2027, 2, 23)]


def test_days_to_avoid_are_rolled_over_to_the_day_after() -> None:
    request = PlanRequest(start=FRIDAY, sessions=1, avoid=((FRIDAY, date(2026, 12, 3)),))
    assert rolled(plan(request)) == (
        date(2026, 12, 4),
        ("Fri 27 Nov 2026: a day to avoid", *WEEKEND),
    )


def test_an_injector_on_leave_is_not_proposed() -> None:
    away = Injector(initials="MS", away=((FRIDAY, date(2026, 12, 1)),))
    request = PlanRequest(start=FRIDAY, sessions=1, injector="MS")
    assert rolled(plan(request, clinic(injectors=(away,)))) == (
        date(2026, 12, 2),
        ("Fri 27 Nov 2026: MS is away", *WEEKEND),
    )
    anyone = plan(PlanRequest(start=FRIDAY, sessions=1), clinic(injectors=(away, AB)))
    assert anyone.sessions[0].slot == Slot(on=FRIDAY, starts=time(9), ends=time(9, 30), injector="AB")
    _, reasons = rolled(plan(PlanRequest(start=FRIDAY, sessions=1), clinic(injectors=(away,))))
    assert reasons[0] == "Fri 27 Nov 2026: no injector is there"


def test_a_patient_busy_elsewhere_gets_another_time() -> None:
    diary = clinic(booking(FRIDAY, "09:00", patient_no=12, injector="AB"), injectors=(MS, AB))
    (session,) = plan(PlanRequest(start=FRIDAY, sessions=1, patient_no=12), diary).sessions
    assert session.slot.starts == time(9, 30)


def test_a_full_room_rolls_over_and_no_rooms_do_not_limit() -> None:
    taken = tuple(
        booking(FRIDAY, at, minutes, session_id=n, injector="AB", room="1")
        for n, (at, minutes) in enumerate([("09:00", 240), ("14:00", 180)])
    )
    request = PlanRequest(start=FRIDAY, sessions=1)
    assert days_of(plan(request, clinic(*taken, injectors=(MS, AB), rooms=("1",)))) == [date(2026, 11, 30)]
    assert days_of(plan(request, clinic(*taken, injectors=(MS, AB)))) == [FRIDAY]


def test_a_one_off_opening_is_used() -> None:
    saturday = FRIDAY + timedelta(days=1)
    request = PlanRequest(start=saturday, sessions=1)
    assert days_of(plan(request, clinic(closures=(opened(saturday),)))) == [saturday]


def test_a_dated_deferral_moves_the_first_session() -> None:
    request = PlanRequest(start=FRIDAY, sessions=2, not_before=date(2027, 1, 4))
    assert days_of(plan(request)) == [date(2027, 1, 4), date(2027, 2, 1)]
    assert days_of(plan(PlanRequest(start=FRIDAY, sessions=1, not_before=date(2026, 1, 1)))) == [FRIDAY]


def test_a_session_at_ten_stays_at_ten_when_the_clocks_change() -> None:
    proposal = plan(PlanRequest(start=date(2027, 3, 15), sessions=2, at=time(10)))
    assert [(session.slot.on, session.slot.starts, session.slot.ends) for session in proposal.sessions] == [
        (date(2027, 3, 15), time(10), time(10, 30)),
        (date(2027, 4, 12), time(10), time(10, 30)),
    ]


def test_a_plan_runs_over_29_february_and_the_ends_of_years() -> None:
    assert days_of(plan(PlanRequest(start=date(2028, 2, 1), sessions=2))) == [date(2028, 2, 1), date(2028, 2, 29)]
    assert days_of(plan(PlanRequest(start=date(2027, 12, 31), sessions=2))) == [
        date(2027, 12, 31),
        date(2028, 1, 28),
    ]


def test_a_diary_without_a_free_day_is_refused_in_a_sentence() -> None:
    diary = clinic(closures=(closed(date(2026, 12, 1), date(2029, 12, 31), "Rebuilding"),))
    assert refused(PlanRequest(start=FRIDAY), diary) == [
        (
            "no_slot",
            "No time is free for session 2 from Fri 25 Dec 2026 to Sun 26 Nov 2028: "
            "choose other days, another time or another injector.",
        )
    ]


def test_gaps_longer_than_the_search_are_refused_in_a_sentence() -> None:
    ((code, message),) = refused(PlanRequest(start=FRIDAY, every_days=400))
    assert code == "no_slot"
    assert message == (
        "No time is free for session 3 before Sun 26 Nov 2028, where the search ends: "
        "choose other days, another time or another injector."
    )


def test_the_search_starts_where_the_rules_allow_and_ends_two_years_on() -> None:
    request = PlanRequest(start=FRIDAY, not_before=date(2026, 12, 1))
    assert search_window(request, POLICY, ()) == (date(2026, 12, 1), date(2028, 11, 30))
    earlier = (given(FRIDAY, 1), given(date(2026, 12, 10), this_course=False))
    assert search_window(request, POLICY, earlier) == (date(2027, 1, 7), date(2029, 1, 6))


def test_the_last_day_of_the_search_is_looked_at() -> None:
    monday = date(2026, 11, 30)
    request = PlanRequest(start=monday - timedelta(days=2), sessions=1)
    assert days_of(propose(request, CoursePolicy(horizon_days=2), clinic(), ())) == [monday]
    with pytest.raises(Refusal) as refusal:
        propose(request, CoursePolicy(horizon_days=1), clinic(), ())
    assert refusal.value.code == "no_slot"


def test_a_team_without_the_injector_is_refused() -> None:
    assert refused(PlanRequest(start=FRIDAY, injector="XY"), clinic(injectors=(MS, AB))) == [
        ("no_injector", "Nobody who injects has these initials: choose from MS, AB.")
    ]
    assert refused(PlanRequest(start=FRIDAY), clinic(injectors=())) == [
        ("no_injector", "Nobody on the team injects: add an injector with microsclero clinic team.")
    ]
