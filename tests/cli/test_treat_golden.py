"""The screens of a session as a practitioner sees them, at 80 and at 120 columns: read the golden files in a review."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import Line, Result, screened
from tests.chair_builders import (
    A_DAY,
    MINUTES,
    THURSDAY,
    after,
    before_the_needle,
    expected,
    given_at,
    in_the_chair,
    site,
    treated,
    vial,
)
from tests.reviewed import as_reviewed

TWO_LEGS: dict[str, Any] = {
    "vials": [vial(), vial("B", percent="0.5", batch="C-77 [1]")],
    "sites": [
        site("1.2", punctures=3),
        site("0.4", leg="right", region="calf", aspect=None),
        site("0.5", "B", leg="right", region="knee", aspect="medial", vein="reticular"),
    ],
    "prescriber_saw_on": "2026-11-22",
    "observed_minutes": 10,
}
Words = dict[str, str]


def check(line: Line, env: Words) -> Result:
    number = in_the_chair(line, allergies="[lidocaine]: rash, 2019")
    treated(line, number, vials=[vial("A"), vial("B", percent="0.5")])
    later = THURSDAY + timedelta(days=28)
    before_the_needle(line, number, later, minocycline_or_iron="yes")
    return line.at(later)("treat", number, "--check", env=env)


def check_refused(line: Line, env: Words) -> Result:
    number = expected(line, allergies="latex")
    screened(line.at(THURSDAY - A_DAY), number, "session", cardiac="yes")
    return line.at(THURSDAY)("treat", number, "--check", env=env)


def given(line: Line, env: Words) -> Result:
    number = in_the_chair(line)
    return after(line)("treat", number, answers=given_at(THURSDAY, **TWO_LEGS), env=env)


def late(line: Line, env: Words) -> Result:
    number = expected(line)
    start = THURSDAY + 4 * A_DAY
    before_the_needle(line, number, start)
    words = ("treat", number, "--record-anyway", "She came on the Monday.")
    return line.at(start + 35 * MINUTES)(*words, answers=given_at(start), env=env)


def incident(line: Line, env: Words) -> Result:
    number = expected(line)
    before_the_needle(line, number, THURSDAY, cardiac="yes")
    words = ("treat", number, "--record-anyway", "Nobody looked at the screen.")
    told = given_at(THURSDAY, vials=[vial(expires_on="2026-10-31")], findings=["ulcer"])
    return after(line)(*words, answers=told, env=env)


def product(line: Line, env: Words) -> Result:
    return line("clinic", "product", "aethoxysklerol", env=env)


SCREENS: dict[str, Callable[[Line, Words], Result]] = {
    "treat_check": check,
    "treat_check_refused": check_refused,
    "treat": given,
    "treat_late": late,
    "treat_incident": incident,
    "clinic_product": product,
}


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_of_the_chair_looks_as_it_was_reviewed(run: Line, name: str, columns: int) -> None:
    done = SCREENS[name](run, {"COLUMNS": str(columns)})
    assert (done.code, bool(done.out), bool(done.err)) == ((4, False, True) if "refused" in name else (0, True, False))
    told = done.out or done.err
    assert told == as_reviewed(f"{name}.{columns}.txt", told)
    assert [row for row in done.out.splitlines() if len(row) > columns + 2] == []
