"""What a screening told of must not get lost: it stands on `today` and against treating until somebody reports it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import Line, ready, screened
from tests.chair_builders import A_DAY, MINUTES, THURSDAY, agreed, in_the_chair, treated
from tests.reaction_builders import told, word

MORNING = THURSDAY + 28 * A_DAY - 60 * MINUTES
CHEST_PAIN = {"since_last": "yes", "since_last_what": "chest pain, and one eye went dark"}


@pytest.fixture
def line(run: Line) -> Line:
    return run


@pytest.fixture
def told_of(line: Line) -> tuple[Line, int]:
    """A patient who had a session, and says at the next that something serious came after it."""
    number = in_the_chair(line)
    treated(line, number)
    at = line.at(MORNING)
    screened(at, number, "session", **CHEST_PAIN)
    return at, number


def to_report(line: Line) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = line.json("today").data["to_report"]
    return lines


def later(line: Line, **more: float) -> Line:
    return line.at(line.now + timedelta(**more))


def test_the_screening_sends_on_to_the_reaction(line: Line) -> None:
    number = in_the_chair(line)
    treated(line, number)
    said = line.at(MORNING).json("screen", "--form", "--for", "session").data["questions"]
    answers = {each["link_id"]: each["untroubled"] for each in said if each["untroubled"] is not None}
    shown = line.at(MORNING)("screen", number, "--for", "session", answers={**answers, **CHEST_PAIN})
    assert f"Next: microsclero reaction {number}" in shown.out
    assert "plan" not in shown.out.partition("Next:")[2]


def test_the_patient_stands_on_today_with_the_command_to_type(told_of: tuple[Line, int]) -> None:
    line, number = told_of
    (stands,) = to_report(line)
    assert (stands["patient"], stands["about"], stands["date"]) == (number, "to_report", "2026-12-24")
    assert stands["what"].endswith("something serious after the last session, to be reported")
    assert stands["next"] == f"microsclero reaction {number}"
    assert to_report(later(line, days=90)) == [stands]
    assert "To be reported (1): microsclero reaction PATIENT" in line("today").out
    assert "serious" not in line("today", "--initials").out
    assert line.json("call", number, "--about", "to_report", "--outcome", "no_answer").code == 0
    assert [each["attempts"] for each in to_report(line)] == [1]


def test_a_later_no_takes_nothing_back_until_the_reaction_is_reported(told_of: tuple[Line, int]) -> None:
    line, number = told_of
    again = later(line, minutes=10)
    data = screened(again, number, "session")
    assert (data["outcome"], data["to_report"]) == ("defer", ["since_last"])
    (found,) = data["findings"]
    assert (found["rule"], "no reaction that answers it has been reported since" in found["reason"]) == (
        "since_last",
        True,
    )
    agreed(again, number)
    chair = later(line, hours=1)
    assert "finding_defer" in chair.json("treat", number, "--check").codes
    assert "finding_defer" in chair.json("plan", number, "--sessions", 1, "--dry-run").codes
    assert len(to_report(chair)) == 1


def test_a_new_intake_does_not_take_it_back_either(told_of: tuple[Line, int]) -> None:
    line, number = told_of
    screened(later(line, minutes=10), number)
    after = later(line, minutes=20)
    assert "finding_defer" in after.json("plan", number, "--sessions", 1, "--dry-run").codes
    assert len(to_report(after)) == 1


def test_once_it_is_reported_the_line_goes_and_a_new_screening_is_free_of_it(told_of: tuple[Line, int]) -> None:
    line, number = told_of
    reported = later(line, minutes=5)
    assert reported.json("reaction", number, answers=told(reported, "chest pain")).data["band"] == "emergency"
    assert to_report(reported) == []
    assert len(reported.json("today").data["holds"]) == 1
    lifted = later(line, minutes=6)
    assert word(lifted, number).code == 0
    data = screened(later(line, minutes=10), number, "session")
    assert (data["outcome"], data["to_report"]) == ("suitable", [])


def test_a_usual_effect_reported_since_takes_nothing_of_it_away(told_of: tuple[Line, int]) -> None:
    line, number = told_of
    reported = later(line, minutes=5)
    itch = told(reported, "itching", noticed_on="2026-11-27", ended_on="2026-11-28")
    assert reported.json("reaction", number, answers=itch).data["band"] == "expected"
    assert reported.json("reaction", number, answers=told(reported, "bruising")).data["band"] == "expected"
    data = screened(later(line, minutes=10), number, "session")
    assert (data["outcome"], data["to_report"]) == ("defer", ["since_last"])
    agreed(line, number)
    chair = later(line, hours=1)
    assert chair.json("treat", number, "--check").codes == ["finding_defer"]
    assert [each["patient"] for each in to_report(chair)] == [number]


def test_a_usual_effect_that_is_open_is_not_taken_for_what_was_told(line: Line) -> None:
    number = in_the_chair(line)
    treated(line, number)
    before = line.at(THURSDAY + A_DAY)
    assert before.json("reaction", number, answers=told(before, "bruising")).data["band"] == "expected"
    data = screened(line.at(MORNING), number, "session", **CHEST_PAIN)
    assert data["remarks"] == [f"It is a reaction: report it: microsclero reaction {number}"]


@pytest.mark.parametrize(
    ("what", "band"),
    [
        ({"effect": "leg_swelling"}, "same_day"),
        ({"effect": "bruising", "severity": "severe"}, "call"),
        ({"effect": "other", "notes": "A sprained ankle at netball; the GP has seen it."}, "call"),
    ],
    ids=["urgent", "severe", "in words"],
)
def test_what_was_told_is_answered_by_what_it_was(told_of: tuple[Line, int], what: dict[str, str], band: str) -> None:
    line, number = told_of
    reported = later(line, minutes=5)
    assert reported.json("reaction", number, answers=told(reported, **what)).data["band"] == band
    assert to_report(reported) == []
    if band == "same_day":
        assert word(later(line, minutes=6), number).code == 0
    data = screened(later(line, minutes=10), number, "session")
    assert (data["outcome"], data["to_report"]) == ("suitable", [])


def test_other_without_a_word_answers_nothing(told_of: tuple[Line, int]) -> None:
    line, number = told_of
    reported = later(line, minutes=5)
    assert reported.json("reaction", number, answers=told(reported, "other")).data["band"] == "call"
    assert len(to_report(reported)) == 1


@pytest.mark.parametrize(("noticed_on", "left"), [("2026-11-25", 1), ("2026-11-26", 0)])
def test_only_what_came_after_the_last_session_answers_it(
    told_of: tuple[Line, int], noticed_on: str, left: int
) -> None:
    line, number = told_of
    reported = later(line, minutes=5)
    told_then = told(reported, "calf_pain", noticed_on=noticed_on)
    assert reported.json("reaction", number, answers=told_then).data["band"] == "same_day"
    assert len(to_report(reported)) == left


def test_a_report_struck_out_brings_the_line_back(told_of: tuple[Line, int]) -> None:
    line, number = told_of
    reported = later(line, minutes=5)
    reaction = reported.json("reaction", number, answers=told(reported, "chest pain")).data["reaction"]
    wrong = {"reason": "Typed into the wrong record.", "entered_in_error": True}
    assert later(line, minutes=6).json("amend", "reaction", reaction, answers=wrong).code == 0
    assert len(to_report(later(line, minutes=7))) == 1


def test_correcting_an_older_reaction_reports_nothing_new(line: Line) -> None:
    number = in_the_chair(line)
    treated(line, number)
    before = line.at(THURSDAY + A_DAY)
    reaction = before.json("reaction", number, answers=told(before, "bruising")).data["reaction"]
    at = line.at(MORNING)
    screened(at, number, "session", **CHEST_PAIN)
    corrected = {"reason": "It was the other leg.", "leg": "right"}
    assert later(at, minutes=5).json("amend", "reaction", reaction, answers=corrected).code == 0
    assert len(to_report(later(at, minutes=6))) == 1


def test_what_is_followed_already_as_urgent_is_not_asked_for_twice(line: Line) -> None:
    number = in_the_chair(line)
    treated(line, number)
    before = line.at(THURSDAY + A_DAY)
    before.json("reaction", number, answers=told(before, "calf_pain"))
    at = line.at(MORNING)
    screened(at, number, "session", since_last="yes", since_last_what="the calf, as I told you")
    assert to_report(at) == []
    assert len(at.json("today").data["holds"]) == 1


def test_a_hot_cord_stands_on_today_until_it_is_asked_about_again(line: Line) -> None:
    number = ready(line)
    screened(later(line, minutes=5), number, phlebitis_now="yes")
    after = later(line, minutes=6)
    (stands,) = to_report(after)
    assert (stands["patient"], stands["next"]) == (number, f"microsclero reaction {number}")
    assert "a GP the same day" in stands["what"]
    assert len(to_report(later(line, days=14))) == 1
    data = screened(later(line, days=14), number)
    assert (data["to_report"], to_report(later(line, days=15))) == ([], [])


def test_a_cord_reported_as_a_reaction_leaves_the_list(line: Line) -> None:
    number = ready(line)
    screened(later(line, minutes=5), number, phlebitis_now="yes")
    after = later(line, minutes=6)
    assert after.json("reaction", number, answers=told(after, "superficial_thrombosis")).code == 0
    assert to_report(after) == []


def test_the_mark_is_no_unfinished_questionnaire(told_of: tuple[Line, int]) -> None:
    line, number = told_of
    assert line.json("today").data["unfinished"] == []
    assert "unfinished" not in line("patient", "show", number).out


def test_a_usual_reaction_says_that_the_patient_is_on_hold_already(line: Line) -> None:
    number = in_the_chair(line)
    treated(line, number)
    at = line.at(THURSDAY + A_DAY)
    urgent = at.json("reaction", number, answers=told(at, "calf_pain")).data
    usual = at.json("reaction", number, answers=told(at, "bruising", emergency=None)).data
    assert (usual["band"], usual["hold"], usual["hold_no"]) == ("expected", True, urgent["hold_no"])
    assert (urgent["emergency_questions_asked"], usual["emergency_questions_asked"]) == (True, False)
