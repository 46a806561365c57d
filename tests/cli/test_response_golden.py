"""The course drawn as it comes along, at 80 and at 120 columns: read the golden files in a review."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.builders import Line
from tests.response_builders import THIGH, give, grade, in_course, on_day, respond, told
from tests.reviewed import as_reviewed

Words = tuple[Line, tuple[object, ...]]


def with_findings(line: Line) -> Words:
    number, last_on = in_course(line, 1)
    document = told(findings=["marked_pigmentation", "trapped_blood", "leg_swelling"], satisfaction=2)
    return on_day(line, last_on + timedelta(weeks=4)), ("response", number, document)


def waiting(line: Line) -> Words:
    number, last_on = in_course(line, 1)
    respond(on_day(line, last_on + timedelta(days=28)), number)
    last_on = give(line, number, 2, THIGH)
    document = told("wait", grades=[grade(*THIGH, 5)], notes="Looks at it again in spring.")
    return on_day(line, last_on + timedelta(days=20)), ("response", number, document)


def whole_course(line: Line) -> Words:
    number, last_on = in_course(line, 1)
    for session in (2, 3, 4):
        respond(on_day(line, last_on + timedelta(days=27)), number, grades=[grade(*THIGH, session - 1)])
        last_on = give(line, number, session)
    respond(on_day(line, last_on + timedelta(weeks=4)), number, "wait", findings=["pigmentation"])
    closing = on_day(line, last_on + timedelta(weeks=12))
    respond(closing, number, "close", grades=[grade(*THIGH, 5)], satisfaction=5)
    return closing, ("response", number, "--show")


SCREENS: dict[str, Callable[[Line], Words]] = {
    "response_findings": with_findings,
    "response_waiting": waiting,
    "response_show": whole_course,
}


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("name", SCREENS)
def test_a_response_looks_as_it_was_reviewed(run: Line, name: str, columns: int) -> None:
    line, words = SCREENS[name](run)
    answers = words[-1] if isinstance(words[-1], dict) else None
    done = line(*(words[:-1] if answers else words), answers=answers, env={"COLUMNS": str(columns)})
    assert (done.code, done.err) == (0, "")
    assert [row for row in done.out.splitlines() if len(row) > columns] == []
    assert done.out == as_reviewed(f"{name}.{columns}.txt", done.out)
