"""Corrections, notes and a leaver on the screen, at 80 and at 120 columns: read the golden files in a review."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.amend_builders import ANN, amended, given_once
from tests.builders import Line, planned, ready, register
from tests.chair_builders import A_DAY, THURSDAY, after, given_at, site, vial
from tests.reviewed import as_reviewed

Words = tuple[Line, tuple[object, ...], Mapping[str, Any] | None]


def corrected(line: Line) -> Words:
    given_once(line, sites=[site("0.3"), site("0.4", leg="right", region="calf", aspect=None)])
    told = {
        "reason": "Read the volumes off the worksheet again; [vial B] was the second one.",
        "vials": [vial(), vial("B", percent="0.5", batch="CD-9")],
        "sites": [site("4.5", punctures=5), site("4.0", "B", vein="reticular", punctures=4), site("3.0", punctures=3)],
        "notes": "Two vials.",
    }
    return after(line), ("amend", "treatment", 1), told


def moved(line: Line) -> Words:
    number = given_once(line)
    desk = after(line)
    told = {"effect": "leg_swelling", "severity": "mild", "noticed_on": "2026-11-26"}
    assert desk.json("reaction", number, answers=told).code == 0
    right = ready(line, **ANN)
    planned(line, right, "--start", "2026-12-01", "--sessions", 3)
    words = ("amend", "treatment", 1, "--dry-run")
    return desk, words, {"reason": "Two charts lay on the desk.", "patient": right, "reactions": [1]}


def struck_out(line: Line) -> Words:
    number = ready(line)
    planned(line, number, "--start", "2026-12-01")
    desk = after(line)
    assert desk.json("treat", number, "--record-anyway", "Came early.", answers=given_at(THURSDAY)).code == 0
    return desk, ("amend", "treatment", 1), {"reason": "Never came that day.", "entered_in_error": True}


def shown(line: Line) -> Words:
    given_once(line)
    desk = after(line)
    amended(desk, "treatment", 1, reason="Typed the wrong batch.", vials=[vial(batch="AB13")])
    return desk, ("amend", "treatment", 1, "--show"), None


def notes(line: Line) -> Words:
    number = register(line)
    for place, words in enumerate(
        ("Rang: bruise, right leg.", "Wants a session in spring.\nPrefers mornings [9 to 11].")
    ):
        later = line.at(line.now + place * A_DAY)
        assert later.json("note", number, answers={"note": words}).code == 0
    later = line.at(line.now + timedelta(days=2))
    amended(later, "note", 1, reason="Misheard.", note="Rang: bruise, left leg.")
    return later, ("note", number, "--list"), None


SCREENS: dict[str, Callable[[Line], Words]] = {
    "amend_corrected": corrected,
    "amend_moved": moved,
    "amend_struck_out": struck_out,
    "amend_show": shown,
    "note_list": notes,
}


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("name", SCREENS)
def test_a_correction_looks_as_it_was_reviewed(run: Line, name: str, columns: int) -> None:
    line, words, answers = SCREENS[name](run)
    done = line(*words, answers=answers, env={"COLUMNS": str(columns)})
    assert (done.code, done.err) == (0, "")
    assert [row for row in done.out.splitlines() if len(row) > columns] == []
    assert done.out == as_reviewed(f"{name}.{columns}.txt", done.out)
