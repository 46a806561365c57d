"""Eighteen on the day a session comes to stand, whatever made it move."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from microsclero.replanning import Replanned
from microsclero.schedule import Refusal

from .diaries import clinic, closed
from .replans import FIRST, FOURTH, SECOND, THIRD, after, again, moves, replanned, session, terms

DAY = timedelta(days=1)
CLOSED = closed(SECOND, SECOND)


def turning_18_on(day: date) -> date:
    return day.replace(year=day.year - 18)


def test_a_session_that_moves_is_never_before_the_18th_birthday() -> None:
    by = terms(clinic(closures=(CLOSED,)), born_on=turning_18_on(THIRD))
    ((number, on, _, why),) = moves(replanned([session(2, SECOND)], by, after=after(1, FIRST)))
    assert (number, on) == (2, THIRD)
    assert why.startswith("the patient is 18 on Tue 9 Mar 2027, not before")


def test_a_later_session_that_comes_to_stand_too_early_moves_though_the_gap_is_kept() -> None:
    by = terms(born_on=turning_18_on(SECOND + DAY))
    assert moves(replanned([session(2, SECOND), session(3, THIRD)], by, after=after(1, FIRST))) == [
        (2, SECOND + DAY, "09:00", "the patient is 18 on Wed 10 Feb 2027, not before"),
        (3, THIRD + DAY, "09:00", "28 days after session 2 on Wed 10 Feb 2027"),
    ]


def test_on_the_birthday_itself_it_stays() -> None:
    by = terms(born_on=turning_18_on(SECOND))
    assert replanned([session(2, SECOND)], by, after=after(1, FIRST)) == Replanned()


def test_a_birthday_beyond_all_that_is_looked_at_is_named() -> None:
    by = terms(clinic(closures=(CLOSED,)), born_on=date(2012, 1, 1))
    with pytest.raises(Refusal) as refused:
        replanned([session(2, SECOND)], by, after=after(1, FIRST))
    assert (refused.value.code, refused.value.message) == (
        "under_age",
        "No place is found for session 2: the patient is 18 on Tue 1 Jan 2030, after the last day that is looked at. "
        "Move or cancel that session first.",
    )


def test_a_consultation_asks_for_no_age() -> None:
    by = terms(clinic(closures=(CLOSED,)), born_on=date(2012, 1, 1))
    assert moves(replanned([session(None, SECOND)], by, after=None))[0][1] == SECOND + DAY


def test_those_after_a_session_booked_again_wait_for_the_birthday_too() -> None:
    by = terms(born_on=turning_18_on(FOURTH), start=FIRST)
    found = again(session(1, FIRST), [session(2, FOURTH - 7 * DAY)], by)
    assert [one.slot.on for one in found.later.moved] == [FOURTH]
