"""Reactions, and the desk with a hold, at 80 and at 120 columns: read the golden files in a review."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.builders import Line, another, planned
from tests.reaction_builders import days_after, follow, given_on, reported, told, word
from tests.reviewed import as_reviewed

WORDS = "Since Tuesday [night], tight stocking."

Words = tuple[Line, tuple[object, ...]]


def urgent(line: Line) -> Words:
    number, there = given_on(line), days_after(line, 2)
    return there, ("reaction", number, told(there, "swollen calf", severity="moderate", leg="left", notes=WORDS))


def usual(line: Line) -> Words:
    number, there = given_on(line), days_after(line, 2)
    return there, ("reaction", number, told(there, "matting", emergency=...))


def worse(line: Line) -> Words:
    number, there = given_on(line), days_after(line, 2)
    reported(there, number, "numbness")
    return there, ("reaction", number, "--follow", 1, {"state": "worse", "note": "Spreads."})


def listed(line: Line) -> Words:
    number, there = given_on(line), days_after(line, 2)
    reported(there, number, "swollen calf", severity="moderate", leg="left", region="calf", notes=WORDS)
    reported(there, number, "bruising")
    follow(there, number, 1, "better", note="Walks well.", yellow_card="GB-1234")
    word(there, number, "keep", "other", reason="Scan on Friday.")
    word(there, number, reason="No clot on the duplex of today.")
    follow(days_after(line, 6), number, 2, "gone")
    reported(days_after(line, 6), number, "numbness", severity="severe")
    return days_after(line, 6), ("reaction", number, "--list")


def today(line: Line) -> Words:
    number = given_on(line)
    other = another(line)
    planned(line, other, "--start", "2026-12-21", "--sessions", 1)
    reported(days_after(line, 2), number, "leg_swelling")
    reported(days_after(line, 2), number, "bruising")
    reported(days_after(line, 28), other, "collapse")
    return days_after(line, 28, 8), ("today",)


def clot(line: Line) -> Words:
    number, there = given_on(line), days_after(line, 2)
    reported(there, number, "leg_swelling")
    document = {"prescriber": "MS", "hold": "lift", "finding": "dvt", "reason": "Duplex: popliteal vein."}
    return there, ("decide", number, document)


SCREENS: dict[str, Callable[[Line], Words]] = {
    "reaction": urgent,
    "reaction_usual": usual,
    "reaction_worse": worse,
    "reaction_list": listed,
    "today_hold": today,
    "decide_hold": clot,
}


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("name", SCREENS)
def test_a_reaction_looks_as_it_was_reviewed(run: Line, name: str, columns: int) -> None:
    line, words = SCREENS[name](run)
    answers = words[-1] if isinstance(words[-1], dict) else None
    done = line(*(words[:-1] if answers else words), answers=answers, env={"COLUMNS": str(columns)})
    assert (done.code, done.err) == (0, "")
    assert [row for row in done.out.splitlines() if len(row) > columns] == []
    assert done.out == as_reviewed(f"{name}.{columns}.txt", done.out)
