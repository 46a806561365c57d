"""Who is told to wait is on no list until that day has come, and then is; whoever is not told so is at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.builders import Line
from tests.chair_builders import THURSDAY, before_the_needle, expected, treated
from tests.response_builders import THIGH, grade, on_day, respond

GRADES = [grade(*THIGH, 3)]


@pytest.fixture
def one_given(run: Line) -> tuple[Line, int]:
    """A course of one session, given, with nothing booked after it; the desk 4 weeks on."""
    number = expected(run, THURSDAY, "--sessions", 1)
    before_the_needle(run, number, THURSDAY)
    treated(run, number)
    return on_day(run, THURSDAY.date() + timedelta(weeks=4)), number


def _on_lists(line: Line) -> dict[str, list[int]]:
    data = line.json("today", "--all").data
    names = ("responses", "courses", "new_dates", "deferrals")
    return {name: [each["patient"] for each in data[name]] for name in names if data[name]}


def test_nobody_is_asked_to_plan_before_the_wait_of_a_response_is_over(one_given: tuple[Line, int]) -> None:
    line, number = one_given
    for _ in range(2):
        until = date.fromisoformat(respond(line, number, "wait", grades=GRADES).data["wait_until"])
        assert [_on_lists(on_day(line, day)) for day in (line.now.date(), until - timedelta(days=1))] == [{}, {}]
        line = on_day(line, until)
        assert _on_lists(line) == {"responses": [number]}


def test_a_course_that_goes_on_and_has_nothing_booked_is_named_at_once(one_given: tuple[Line, int]) -> None:
    line, number = one_given
    assert respond(line, number, "continue", grades=GRADES).code == 0
    assert _on_lists(line) == {"courses": [number]}


def test_a_wait_that_was_entered_in_error_keeps_nobody_off_the_list(one_given: tuple[Line, int]) -> None:
    line, number = one_given
    assert respond(line, number, "continue", grades=GRADES).code == 0
    later = on_day(line, line.now.date() + timedelta(weeks=1))
    response = respond(later, number, "wait", grades=GRADES).data["response"]
    assert _on_lists(later) == {}
    struck = {"reason": "Somebody else.", "entered_in_error": True}
    assert later.json("amend", "response", response, answers=struck).code == 0
    assert _on_lists(later) == {"courses": [number]}


def test_after_a_short_wait_they_are_named_on_its_day(one_given: tuple[Line, int]) -> None:
    line, number = one_given
    assert respond(line, number, "wait", grades=GRADES, wait_weeks=2).data["wait_until"] == "2027-01-07"
    assert _on_lists(on_day(line, date(2027, 1, 6))) == {}
    assert _on_lists(on_day(line, date(2027, 1, 7))) == {"responses": [number]}
