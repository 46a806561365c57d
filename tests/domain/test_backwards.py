"""Planning backwards: the last day to start is one on which the sessions really fit, and no later day is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsclero.clashes import Event
from microsclero.desk.backwards import Backwards, ByDate, Way, about_date, about_events
from microsclero.diary import Diary
from microsclero.schedule import EarlierSession, PlanRequest, Refusal, propose

from .diaries import FRIDAY, clinic, closed, full_day
from .plans import POLICY, days_of, planned
from .plans import given as given_before

WEDDING = date(2027, 6, 12)
DAY = timedelta(days=1)


def backwards(
    by: date,
    request: PlanRequest | None = None,
    diary: Diary | None = None,
    earlier: tuple[EarlierSession, ...] = (),
) -> tuple[list[date], ByDate]:
    request = request or PlanRequest(start=FRIDAY)
    diary = diary or clinic()
    found, seen = Backwards(request, POLICY, diary, earlier, by).in_time(propose(request, POLICY, diary, earlier))
    return days_of(found), seen


def last_start_by_trying(by: date, count: int, request: PlanRequest, diary: Diary) -> date | None:
    """Every day, one after the other, from the date back to the first that may be."""
    for start in (by - ahead * DAY for ahead in range((by - request.start).days + 1)):
        try:
            found = propose(replace(request, start=start, sessions=count), POLICY, diary, ())
        except Refusal:
            continue
        if found.sessions[0].slot.on == start and found.effect_by <= by:
            return start
    return None


def test_a_wedding_in_june_has_a_last_day_to_start_for_every_number_of_sessions() -> None:
    days, seen = backwards(WEDDING)
    assert days == [FRIDAY, date(2026, 12, 29), date(2027, 1, 26), date(2027, 2, 23)]
    assert seen == ByDate(
        by=WEDDING,
        weeks=15,
        ways=(
            Way(4, date(2027, 2, 19), date(2026, 12, 24)),
            Way(3, date(2027, 3, 19), date(2027, 1, 22)),
            Way(2, date(2027, 4, 16), date(2027, 2, 19)),
            Way(1, date(2027, 5, 14), date(2027, 3, 19)),
        ),
    )
    assert about_date(propose(PlanRequest(start=FRIDAY), POLICY, clinic(), ()), seen) == (
        "By Sat 12 Jun 2027, 15 weeks will have passed since the last of 4 sessions; the last day to start with 4 "
        "sessions is Fri 19 Feb 2027.",
        "No one can promise clear legs by a date.",
    )


def test_fewer_sessions_where_that_is_what_fits() -> None:
    days, seen = backwards(date(2027, 2, 1))
    assert days == [FRIDAY, date(2026, 12, 29)]
    assert [(way.sessions, way.last_start_on) for way in seen.ways] == [
        (4, None),
        (3, None),
        (2, date(2026, 12, 7)),
        (1, date(2027, 1, 4)),
    ]
    assert [way.better_start_on for way in seen.ways] == [None, None, None, None]


def test_the_last_start_is_not_counted_back_through_a_bank_holiday() -> None:
    """From Mon 30 Nov the second session would be Mon 28 Dec; it rolls to Tue 29 Dec, four weeks before Tue 26 Jan."""
    _, a_day_short = backwards(date(2027, 1, 25))
    _, enough = backwards(date(2027, 1, 26))
    assert (a_day_short.ways[2].last_start_on, enough.ways[2].last_start_on) == (None, date(2026, 12, 1))


@pytest.mark.parametrize(
    ("request_", "diary"),
    [
        (PlanRequest(start=FRIDAY, every_days=42), clinic()),
        (PlanRequest(start=FRIDAY, days=frozenset({1, 3}), at=time(10)), clinic()),
        (PlanRequest(start=FRIDAY, avoid=((date(2027, 2, 1), date(2027, 2, 28)),)), clinic()),
        (PlanRequest(start=FRIDAY), clinic(closures=(closed(date(2027, 3, 1), date(2027, 4, 20)),))),
        (PlanRequest(start=FRIDAY), clinic(*(slot for n in range(40) for slot in full_day(FRIDAY + (60 + n) * DAY)))),
    ],
    ids=["six weeks apart", "Tuesdays and Thursdays at ten", "not in February", "closed in spring", "full in winter"],
)
def test_the_last_start_is_the_one_found_by_trying_every_day(request_: PlanRequest, diary: Diary) -> None:
    _, seen = backwards(WEDDING, request_, diary)
    for way in seen.ways:
        assert way.last_start_on == last_start_by_trying(WEDDING, way.sessions, request_, diary), way


@settings(max_examples=40, deadline=None)
@given(
    shut=st.lists(st.tuples(st.integers(0, 190), st.integers(0, 25)), max_size=4),
    days=st.sets(st.integers(0, 4), min_size=1),
    every=st.sampled_from([28, 35, 56]),
    ahead=st.integers(20, 210),
)
def test_no_later_day_would_do_in_any_diary(
    shut: list[tuple[int, int]], days: set[int], every: int, ahead: int
) -> None:
    diary = clinic(closures=tuple(closed(FRIDAY + n * DAY, FRIDAY + (n + length) * DAY) for n, length in shut))
    request, by = PlanRequest(start=FRIDAY, days=frozenset(days), every_days=every), FRIDAY + ahead * DAY
    try:
        _, seen = backwards(by, request, diary)
    except Refusal:
        assert last_start_by_trying(by, 1, request, diary) is None
        return
    assert [way.last_start_on for way in seen.ways] == [
        last_start_by_trying(by, way.sessions, request, diary) for way in seen.ways
    ]


def test_what_is_left_of_a_running_course_is_planned_backwards() -> None:
    earlier = (given_before(FRIDAY, 1), planned(date(2026, 12, 29), 2))
    days, seen = backwards(WEDDING, PlanRequest(start=FRIDAY), earlier=earlier)
    assert days == [date(2027, 1, 26), date(2027, 2, 23)]
    assert [(way.sessions, way.last_start_on) for way in seen.ways] == [
        (2, date(2027, 4, 16)),
        (1, date(2027, 5, 14)),
    ]


def test_too_late_for_any_session_says_so() -> None:
    with pytest.raises(Refusal) as refusal:
        backwards(date(2026, 12, 18))
    assert [reason.as_data() for reason in refusal.value.reasons] == [
        {
            "code": "too_late",
            "message": "The full effect of 1 session by Fri 18 Dec 2026 wants the first by Fri 20 Nov 2026; the first "
            "possible is Fri 27 Nov 2026. Choose a later date.",
            "last_start_on": "2026-11-20",
        }
    ]


def test_too_late_for_so_many_says_how_many_can_be_done() -> None:
    with pytest.raises(Refusal) as refusal:
        backwards(date(2027, 2, 1), PlanRequest(start=FRIDAY, sessions=4))
    assert refusal.value.message == (
        "The full effect of 4 sessions by Mon 1 Feb 2027 wants the first by Mon 12 Oct 2026; the first possible is "
        "Fri 27 Nov 2026. 2 sessions can be done, with the first by Mon 7 Dec 2026."
    )


def test_twelve_weeks_are_better_and_said_where_they_do_not_fit() -> None:
    request = PlanRequest(start=FRIDAY, sessions=1)
    days, seen = backwards(date(2026, 12, 30), request)
    assert (days, seen.weeks) == ([FRIDAY], 4)
    assert about_date(propose(request, POLICY, clinic(), ()), seen)[0] == (
        "By Wed 30 Dec 2026, 4 weeks will have passed since the last of 1 session; the last day to start with 1 "
        "session is Wed 2 Dec 2026. 12 weeks would be better."
    )


def event(on: date, number: int = 1) -> Event:
    return Event(event=number, from_on=on, until_on=on, what="wedding")


def test_a_wedding_within_the_course_says_how_much_of_it_shows_by_then() -> None:
    days = [FRIDAY, date(2026, 12, 29), date(2027, 1, 26), date(2027, 2, 23)]
    assert about_events(days, [event(date(2027, 2, 28))], POLICY) == (
        "By event 1, Sun 28 Feb 2027, the full effect of 3 of the 4 sessions shows; --by 2027-02-28 plans for it.",
        "No one can promise clear legs by a date.",
    )
    four_weeks_after_the_second = date(2027, 1, 26)
    assert about_events(days, [event(four_weeks_after_the_second)], POLICY)[0].startswith(
        "By event 1, Tue 26 Jan 2027, the full effect of 2 of the 4 sessions shows;"
    )
    assert about_events(days, [event(date(2026, 12, 20))], POLICY)[0] == (
        "By event 1, Sun 20 Dec 2026, the full effect of none of the 4 sessions shows."
    )
    assert about_events([FRIDAY], [event(date(2026, 12, 20))], POLICY)[0] == (
        "By event 1, Sun 20 Dec 2026, the full effect of this session does not show."
    )


@pytest.mark.parametrize("on", [FRIDAY, date(2027, 3, 23), date(2027, 9, 1), date(2026, 11, 1)])
def test_a_wedding_outside_the_course_is_not_spoken_of(on: date) -> None:
    days = [FRIDAY, date(2026, 12, 29), date(2027, 1, 26), date(2027, 2, 23)]
    assert about_events(days, [event(on)], POLICY) == ()
