"""A response at a terminal: regions one by one, the patient's own apart, findings by number, one key for what next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.builders import Line
from tests.cli.sitting import Person
from tests.response_builders import in_course, respond, settled

GRADES = r"\[1-5 n\] "
FINDINGS = r"< back: "
NOTES = r"Notes \(Enter: none; < back\): "
SAVE = r"Save this response\? \[y/n\] "


def seen_after(now: Line, given: int = 1, *, sessions: int = 4) -> int:
    """A patient whose last session was given 28 to 40 days ago."""
    begun = now.at(now.now - timedelta(days=28 * given + 8))
    number, _ = in_course(begun, given, sessions=sessions, start=(begun.now + timedelta(days=1)).date())
    return number


def shown(line: Line, number: int) -> dict[str, Any]:
    data: dict[str, Any] = line.json("response", number, "--show").data["courses"][0]
    return data


def graded(person: Person, *keys: str) -> None:
    for key in keys:
        person.sees(GRADES)
        person.press(key)


def test_a_response_takes_a_key_a_region_and_a_key_for_what_next(now: Line) -> None:
    number = seen_after(now, sessions=1)
    with Person("response", number, file=now.file) as person:
        person.sees(r"1 worse · 2 same · 3 moderate improvement · 4 good improvement · 5 complete success")
        person.sees(r"left thigh ")
        graded(person, "4")
        person.sees("4 good improvement")
        person.sees(r"right calf ")
        graded(person, "3")
        person.sees("Ask the patient, apart from your grades: how satisfied are they")
        graded(person, "5")
        person.sees("5 very satisfied")
        person.sees(FINDINGS)
        person.type("3, 5")
        person.sees("brown marks, slight; trapped blood: a tender dark lump")
        person.sees("g go on with the next session")
        person.sees("w wait 8 weeks, then look again")
        person.sees("c close the course")
        person.sees(r"next \[g w o c\] ")
        person.press("w")
        person.sees(NOTES)
        person.type("")
        person.sees("To be saved:")
        person.sees(SAVE)
        person.press("y")
        code, screen = person.leaves()
    assert (code, "●●●●○ 4" in screen) == (0, True)
    assert settled(now, number) == [("given", None, "seen")]
    (kept,) = shown(now, number)["responses"]
    assert [(each["region"], each["improvement"]) for each in kept["grades"]] == [("thigh", 4), ("calf", 3)]
    assert (kept["satisfaction"], kept["findings"], kept["next"]) == (5, ["pigmentation", "trapped_blood"], "wait")


def test_the_one_before_can_be_answered_again_and_last_times_grades_stand_beside(now: Line) -> None:
    number = seen_after(now)
    respond(now, number)
    with Person("response", number, file=now.file) as person:
        person.sees("left thigh, last time 4 good improvement")
        graded(person, "1")
        person.sees("1 worse")
        person.sees("right calf, last time 3 moderate improvement")
        graded(person, "b")
        person.sees("left thigh, last time 4 good improvement")
        graded(person, "5", "n", "n")
        person.sees(FINDINGS)
        person.type("")
        person.sees("Please again: type numbers of the list, or 0 for none of these.")
        person.type("0")
        person.sees("none of these")
        person.sees(r"next \[g w o c\] ")
        person.press("<")
        person.sees(r"< back \(Enter: 0\): ")
        person.type("")
        person.sees("none of these")
        person.sees(r"next \[g w o c\] ")
        person.press("o")
        person.sees("How many weeks: ")
        person.type("6")
        person.sees(NOTES)
        person.type("Sees the difference.")
        person.sees(SAVE)
        person.press("y")
        assert person.leaves()[0] == 0
    kept = shown(now, number)["responses"][-1]
    assert [(each["region"], each["improvement"]) for each in kept["grades"]] == [("thigh", 5)]
    assert (kept["satisfaction"], kept["notes"]) == (None, "Sees the difference.")
    assert kept["wait_until"] == (datetime.fromisoformat(kept["on"]).date() + timedelta(weeks=6)).isoformat()


def test_after_four_going_on_is_not_offered(now: Line) -> None:
    number = seen_after(now, 4)
    with Person("response", number, file=now.file) as person:
        graded(person, "5", "5", "5")
        person.sees(FINDINGS)
        person.type("0")
        person.sees("4 sessions were given: stop and reassess")
        person.sees(r"next \[w o c\] ")
        person.press("g")
        assert person.is_waiting(0.3)
        person.press("c")
        person.sees(NOTES)
        person.type("")
        person.sees(SAVE)
        person.press("y")
        assert person.leaves()[0] == 0
    assert shown(now, number)["status"] == "closed"


@pytest.mark.parametrize("stopped_by", ["q", "n"])
def test_stopping_keeps_nothing(now: Line, stopped_by: str) -> None:
    number = seen_after(now)
    with Person("response", number, file=now.file) as person:
        if stopped_by == "n":
            graded(person, "5", "5", "5")
            person.sees(FINDINGS)
            person.type("7")
            person.sees(r"next \[g w o c\] ")
            person.press("g")
            person.sees(NOTES)
            person.type("")
            person.sees("ON HOLD: a blister, a sore or an ulcer")
            person.sees(SAVE)
            person.press("n")
        else:
            graded(person, "5", "q")
        code, screen = person.leaves()
    assert (code, "nothing was saved" in screen.lower()) == (1, True)
    assert shown(now, number)["responses"] == []


def test_nothing_is_asked_where_nothing_was_given(now: Line) -> None:
    number, _ = in_course(now, 0, start=(now.now + timedelta(days=1)).date())
    with Person("response", number, file=now.file) as person:
        code, screen = person.leaves()
    assert (code, "nothing to grade" in screen) == (4, True)
