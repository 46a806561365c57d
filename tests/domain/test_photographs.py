"""Which photographs show one place, which two are before and after, and what is said under them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsclero.photographs import (
    STAGES,
    Pair,
    Photograph,
    View,
    by_view,
    is_too_early,
    pair_of,
    stage_on,
    time_between,
)
from microsclero.treatment import ASPECTS, LEGS, REGIONS

FIRST = date(2026, 11, 22)
THIGH = View(leg="left", region="thigh")


def a_photograph(
    photo: int, stage: str, on: date = FIRST, view: View = THIGH, session: int | None = None
) -> Photograph:
    return Photograph(photo=photo, view=view, stage=stage, taken_on=on, sha256="a" * 64, session=session)


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (THIGH, "Left thigh"),
        (View(leg="right", region="calf", aspect="medial"), "Right calf, medial"),
        (View(leg="left"), "Left leg"),
        (View(leg="left", aspect="posterior"), "Left leg, posterior"),
        (View(region="ankle"), "Ankle"),
        (View(), "Legs"),
    ],
)
def test_a_place_is_said_in_words(view: View, words: str) -> None:
    assert view.words == words


@pytest.mark.parametrize(
    ("photograph", "words"),
    [
        (a_photograph(1, "before"), "Left thigh, before, Sun 22 Nov 2026"),
        (a_photograph(1, "session", session=2), "Left thigh, at session 2, Sun 22 Nov 2026"),
        (a_photograph(1, "session"), "Left thigh, at a session, Sun 22 Nov 2026"),
        (a_photograph(1, "after", session=2), "Left thigh, after, Sun 22 Nov 2026"),
    ],
)
def test_a_photograph_is_said_in_words_for_whoever_cant_see_it(photograph: Photograph, words: str) -> None:
    assert photograph.words == words


GIVEN = [FIRST, FIRST + timedelta(days=28)]


@pytest.mark.parametrize(
    ("day", "stage"),
    [(-1, "before"), (0, "session"), (1, "after"), (27, "after"), (28, "session"), (29, "after"), (56, "session")],
)
def test_the_stage_follows_from_the_day(day: int, stage: str) -> None:
    """Once something was given that day it is no longer before; day 56 has a session planned."""
    on = FIRST + timedelta(days=day)
    assert stage_on(on, GIVEN, [*GIVEN, FIRST + timedelta(days=56)]) == stage


@pytest.mark.parametrize(
    ("day", "stage", "early"),
    [
        (0, "session", True),
        (27, "after", True),
        (28, "after", True),
        (28, "session", False),
        (55, "after", True),
        (56, "after", False),
        (56, "session", False),
    ],
)
def test_a_result_shows_four_weeks_after_the_last_injection(day: int, stage: str, early: bool) -> None:
    """Injected on days 0 and 28; a photograph after, of day 28, was taken once that session was over."""
    photograph = a_photograph(1, stage, FIRST + timedelta(days=day))
    assert is_too_early(photograph, GIVEN, 28) is early


def test_where_nothing_was_given_nothing_is_too_early() -> None:
    assert not is_too_early(a_photograph(1, "after"), [], 28)


def test_the_first_before_and_the_latest_after_are_the_pair() -> None:
    photographs = [
        a_photograph(1, "before", FIRST + timedelta(days=1)),
        a_photograph(2, "before", FIRST),
        a_photograph(3, "after", FIRST + timedelta(days=84)),
        a_photograph(4, "after", FIRST + timedelta(days=60)),
        a_photograph(5, "session", FIRST + timedelta(days=90)),
    ]
    pair = pair_of(photographs)
    assert pair is not None
    assert (pair.before.photo, pair.after.photo, pair.view) == (2, 3, THIGH)


def test_without_one_after_the_latest_at_a_session_stands_for_it() -> None:
    photographs = [
        a_photograph(1, "before"),
        a_photograph(2, "session", FIRST + timedelta(days=28)),
        a_photograph(3, "session", FIRST + timedelta(days=56)),
    ]
    pair = pair_of(photographs)
    assert pair is not None
    assert (pair.before.photo, pair.after.photo) == (1, 3)


@pytest.mark.parametrize(
    "photographs",
    [
        [],
        [a_photograph(1, "before")],
        [a_photograph(1, "after"), a_photograph(2, "session")],
        [a_photograph(1, "before"), a_photograph(2, "before", FIRST + timedelta(days=90))],
        [a_photograph(1, "before"), a_photograph(2, "after", FIRST - timedelta(days=1))],
    ],
)
def test_what_is_not_before_and_after_is_no_pair(photographs: list[Photograph]) -> None:
    assert pair_of(photographs) is None


def a_pair(days: int, stage: str = "after") -> Pair:
    return Pair(before=a_photograph(1, "before"), after=a_photograph(2, stage, FIRST + timedelta(days=days)))


@pytest.mark.parametrize(
    ("pair", "given_after", "words"),
    [
        (a_pair(84), (0, 28, 56), "after 3 sessions, 12 weeks"),
        (a_pair(28), (0,), "after 1 session, 4 weeks"),
        (a_pair(7), (0,), "after 1 session, 1 week"),
        (a_pair(6), (0,), "after 1 session"),
        (a_pair(84), (), "after 12 weeks"),
        (a_pair(0), (), "after"),
        (a_pair(28), (0, 28), "after 2 sessions, 4 weeks"),
        (a_pair(28, "session"), (0, 28), "after 1 session, 4 weeks"),
        (a_pair(84), (-28, 0, 112), "after 1 session, 12 weeks"),
    ],
)
def test_how_far_apart_two_are_is_said_without_a_date(pair: Pair, given_after: tuple[int, ...], words: str) -> None:
    assert time_between(pair, [FIRST + timedelta(days=days) for days in given_after]) == words


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
VIEWS = st.builds(
    View,
    leg=st.sampled_from(("", *LEGS)),
    region=st.sampled_from(("", *REGIONS)),
    aspect=st.sampled_from(("", *ASPECTS)),
)
PHOTOGRAPHS = st.lists(st.builds(a_photograph, st.integers(1, 99), st.sampled_from(STAGES), DAYS, VIEWS), max_size=12)


@given(PHOTOGRAPHS)
def test_two_that_are_laid_side_by_side_always_show_one_place_the_earlier_first(photographs: list[Photograph]) -> None:
    for view, each in by_view(photographs).items():
        pair = pair_of(each)
        if pair is not None:
            assert pair.before.view == pair.after.view == view
            assert pair.before.taken_on <= pair.after.taken_on
            assert (pair.before.stage, pair.after.stage == "before") == ("before", False)


@given(st.builds(a_pair, st.integers(0, 2000), st.sampled_from(["session", "after"])), st.lists(DAYS, max_size=6))
def test_the_public_reads_sessions_and_weeks_and_no_date(pair: Pair, days: list[date]) -> None:
    words = time_between(pair, days)
    assert re.fullmatch(r"after( \d+ sessions?)?(,? \d+ weeks?)?", words)
