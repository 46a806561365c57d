"""The first slot that would work: wishes give way only where they must, and where there is none it says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsclero.clashes import Event
from microsclero.dates import birthday
from microsclero.diary import Diary, Slot
from microsclero.first_slot import FirstSlot, first_slot, how_many
from microsclero.schedule import EVERY_DAY, CoursePolicy, EarlierSession, PlanRequest, Proposal, Refusal, propose
from tests.domain import test_schedule_properties as made
from tests.domain.diaries import AB, FRIDAY, MS, booking, clinic, closed, full_day, opened, opening_hours
from tests.domain.plans import given as was_given
from tests.domain.plans import planned

POLICY = CoursePolicy()
SHORT = CoursePolicy(horizon_days=40)
MONDAY = FRIDAY + timedelta(days=3)


def found(
    request: PlanRequest, diary: Diary | None = None, earlier: tuple[EarlierSession, ...] = (), today: date = FRIDAY
) -> FirstSlot:
    shown = diary or clinic()
    return first_slot(request, POLICY, earlier, lambda first, last: shown, today=today)


def when(first: FirstSlot) -> tuple[date, str, str] | None:
    slot = first.slot
    return (slot.on, f"{slot.starts:%H:%M}", slot.injector) if slot else None


def asked(**wishes: Any) -> PlanRequest:
    return replace(PlanRequest(start=FRIDAY), **wishes)


def test_without_wishes_it_is_the_first_free_slot() -> None:
    first = found(asked(), clinic(*full_day(FRIDAY)))
    assert (when(first), first.given_way, first.none_because) == ((MONDAY, "09:00", "MS"), (), None)


@pytest.mark.parametrize(
    ("wishes", "given_way", "expected"),
    [
        ({"at": time(10)}, (), (FRIDAY, "10:00", "MS")),
        ({"at": time(7)}, ("at",), (FRIDAY, "09:00", "MS")),
        ({"days": frozenset({1})}, (), (date(2026, 12, 1), "09:00", "MS")),
        ({"days": frozenset({6})}, ("days",), (FRIDAY, "09:00", "MS")),
        ({"days": frozenset({6}), "at": time(10)}, ("days",), (FRIDAY, "10:00", "MS")),
        ({"days": frozenset({6}), "at": time(7)}, ("at", "days"), (FRIDAY, "09:00", "MS")),
        ({"injector": "ZZ"}, ("injector",), (FRIDAY, "09:00", "MS")),
        ({"injector": "ZZ", "start": MONDAY}, ("injector",), (MONDAY, "09:00", "MS")),
        ({"start": date(2199, 1, 1)}, ("start",), (FRIDAY, "09:00", "MS")),
        ({"every_days": 14}, ("every",), (FRIDAY, "09:00", "MS")),
        ({"sessions": 5}, ("sessions",), (FRIDAY, "09:00", "MS")),
        ({"sessions": 5, "at": time(7)}, ("sessions", "at"), (FRIDAY, "09:00", "MS")),
        ({"avoid": ((FRIDAY, date(2034, 1, 1)),)}, ("avoid",), (FRIDAY, "09:00", "MS")),
        ({"avoid": ((FRIDAY, FRIDAY),)}, (), (MONDAY, "09:00", "MS")),
    ],
    ids=str,
)
def test_a_wish_gives_way_only_where_it_leaves_no_slot(
    wishes: dict[str, object], given_way: tuple[str, ...], expected: tuple[date, str, str]
) -> None:
    first = found(asked(**wishes))
    assert (first.given_way, when(first)) == (given_way, expected)


def test_where_only_an_earlier_day_is_open_the_start_gives_way() -> None:
    only_monday = clinic(hours=opening_hours(), closures=(opened(MONDAY),))
    first = found(asked(start=MONDAY + timedelta(days=1), at=time(11)), only_monday)
    assert (first.given_way, when(first)) == (("start",), (MONDAY, "11:00", "MS"))


@pytest.mark.parametrize("ahead", [0, 1, 27, 28, 29, 83, 84, 85, 729, 730, 731, 1460])
def test_no_day_is_passed_over_however_far_ahead_the_only_opening_is(ahead: int) -> None:
    on = FRIDAY + timedelta(days=ahead)
    only_then = clinic(hours=opening_hours(), closures=(opened(on),))
    assert when(found(asked(), only_then)) == (on, "10:00", "MS")


def test_what_the_patient_has_on_never_gives_way() -> None:
    away = Event(event=1, from_on=FRIDAY, until_on=date(2040, 1, 1), what="abroad")
    first = found(asked(events=(away,), at=time(10)))
    assert (when(first), first.none_because) == (None, "nothing_free")


def test_the_gap_and_a_deferral_are_kept_whatever_is_wished() -> None:
    assert when(found(asked(), earlier=(was_given(FRIDAY, 1),))) == (date(2026, 12, 29), "09:00", "MS")
    assert when(found(asked(), earlier=(was_given(FRIDAY, this_course=False),))) == (date(2026, 12, 29), "09:00", "MS")
    assert when(found(asked(not_before=date(2027, 2, 6), at=time(7)))) == (date(2027, 2, 8), "09:00", "MS")
    six_weeks = found(asked(every_days=42), earlier=(was_given(FRIDAY, 1),))
    assert when(six_weeks) == (date(2027, 1, 8), "09:00", "MS")


def test_nobody_is_treated_before_the_eighteenth_birthday() -> None:
    assert when(found(asked(born_on=date(2008, 12, 5)))) == (date(2026, 12, 7), "09:00", "MS")


def test_the_patients_other_bookings_and_the_rooms_count() -> None:
    elsewhere = booking(FRIDAY, "09:00", patient_no=7, injector="AB", room="Blue")
    diary = clinic(elsewhere, injectors=(MS, AB), rooms=("Blue", "Green"))
    mine, others = found(asked(patient_no=7), diary).slot, found(asked(patient_no=8), diary).slot
    assert (mine and mine.starts, mine and mine.room) == (time(9, 30), "Blue")
    assert (others and others.starts, others and others.injector, others and others.room) == (time(9), "MS", "Green")


@pytest.mark.parametrize(
    ("diary", "because"),
    [
        (clinic(injectors=()), "nobody_injects"),
        (clinic(hours=opening_hours()), "no_hours"),
        (clinic(hours=opening_hours(mon="09:00-09:20")), "no_hours"),
        (clinic(closures=(closed(FRIDAY, date(2040, 1, 1)),)), "nothing_free"),
    ],
    ids=["nobody injects", "never open", "never long enough", "closed for years"],
)
def test_where_there_is_none_it_says_why(diary: Diary, because: str) -> None:
    first = found(asked(at=time(9)), diary)
    assert (first.slot, first.none_because, first.searched_to) == (None, because, FRIDAY + timedelta(days=2 * 730))


def test_a_full_course_has_no_next_session() -> None:
    four = tuple(planned(FRIDAY + timedelta(days=28 * number), number + 1) for number in range(4))
    first = found(asked(), earlier=four)
    assert (first.slot, first.none_because) == (None, "course_full")


def test_a_day_that_no_plan_can_start_on_is_found_from_the_last_that_can() -> None:
    far = FRIDAY + timedelta(days=900)
    diary = clinic(hours=opening_hours(), closures=(opened(far),))
    assert when(found(asked(), diary)) == (far, "10:00", "MS")
    assert when(found(asked(), clinic(hours=opening_hours(), closures=(opened(far + timedelta(days=600)),)))) is None


def test_only_so_many_are_booked_as_fit_from_there() -> None:
    open_twice = clinic(hours=opening_hours(), closures=(opened(MONDAY), opened(MONDAY + timedelta(days=30))))
    first = found(asked(), open_twice)

    def count(**more: date) -> int:
        return how_many(first, POLICY, (), lambda start, last: open_twice, today=FRIDAY, **more)

    assert (when(first), count()) == ((MONDAY, "10:00", "MS"), 2)
    assert count(by=MONDAY + timedelta(days=28)) == 1
    assert count(by=MONDAY + timedelta(days=27)) == 0


# ── against every plan there is, one by one ──


@st.composite
def requests(draw: st.DrawFn) -> PlanRequest:
    """Wishes of every kind; now and then somebody who is not eighteen yet."""
    request = draw(made.requests())
    adult_on = draw(st.none() | made.DAYS)
    born_on = adult_on and adult_on.replace(year=adult_on.year - 18)
    return replace(request, start=made.FIRST + timedelta(days=draw(st.integers(0, 50))), born_on=born_on)


def plans(request: PlanRequest, diary: Diary, earlier: tuple[EarlierSession, ...], count: int) -> dict[date, Proposal]:
    """What a plan of so many sessions comes to, for every start from the one wished to the last that can be named."""
    last = made.FIRST + timedelta(days=SHORT.horizon_days)
    results = {}
    for ahead in range((last - request.start).days + 1):
        start = request.start + timedelta(days=ahead)
        try:
            results[start] = propose(replace(request, start=start, sessions=count), SHORT, diary, earlier)
        except Refusal:
            continue
    return results


def first_of(results: dict[date, Proposal]) -> Slot | None:
    return min((plan.sessions[0].slot for plan in results.values()), key=lambda one: (one.on, one.starts), default=None)


def without(request: PlanRequest, names: tuple[str, ...]) -> PlanRequest:
    given_up: dict[str, dict[str, Any]] = {
        "at": {"at": None},
        "days": {"days": EVERY_DAY},
        "injector": {"injector": None},
        "start": {"start": made.FIRST},
        "avoid": {"avoid": ()},
        "every": {"every_days": 28},
        "sessions": {},
    }
    for name in names:
        request = replace(request, **given_up[name])
    return request


@settings(max_examples=150, deadline=None)
@given(requests(), made.diaries(), made.EARLIER)
def test_what_it_names_can_be_booked_and_nothing_earlier_can(
    request: PlanRequest, diary: Diary, earlier: tuple[EarlierSession, ...]
) -> None:
    first = first_slot(request, SHORT, earlier, lambda start, last: diary, today=made.FIRST)
    as_met = without(request, first.given_way)
    assert first.slot == first_of(plans(as_met, diary, earlier, 1))
    if first.slot is not None:
        last_start = made.FIRST + timedelta(days=SHORT.horizon_days)
        count = how_many(first, SHORT, earlier, lambda start, last: diary, today=made.FIRST)
        from_there = replace(as_met, start=min(first.slot.on, last_start), sessions=count)
        proposal = propose(from_there, SHORT, diary, earlier)
        assert (proposal.sessions[0].slot, len(proposal.sessions)) == (first.slot, count)
        assert first.slot.on >= birthday(request.born_on, 18) if request.born_on else True


@settings(max_examples=60, deadline=None)
@given(requests(), made.diaries(), made.EARLIER)
def test_fewer_wishes_given_up_would_not_do(
    request: PlanRequest, diary: Diary, earlier: tuple[EarlierSession, ...]
) -> None:
    """Every smaller choice of wishes to give up leaves no slot; where none is named, giving up all leaves none."""
    first = first_slot(request, SHORT, earlier, lambda start, last: diary, today=made.FIRST)
    names = ("at", "days", "injector", "start", "avoid", "every")
    most = len(names) + 1 if first.slot is None else len([each for each in first.given_way if each != "sessions"])
    for fewer in chain.from_iterable(combinations(names, count) for count in range(most)):
        assert plans(without(request, fewer), diary, earlier, 1) == {}
