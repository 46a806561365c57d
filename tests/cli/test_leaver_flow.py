"""Somebody leaves: what they look after is handed over by name, and their decisions count to their last day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.builders import Line, planned, ready, register, screened
from tests.chair_builders import THURSDAY, after, agreed, compared, given_at, in_the_chair

LAST = "2026-11-30"
KL = {"initials": "KL", "name": "Kay Lee", "roles": ["injector", "prescriber"]}
BACK = {"initials": "MS", "name": "Maria Silva", "roles": ["injector", "prescriber"]}
DECEMBER = datetime(2026, 12, 28, 8, 0, tzinfo=UTC)


@pytest.fixture
def line(run: Line) -> Line:
    """The clinic with a second prescriber who also injects."""
    assert run.json("clinic", "team", answers=KL).code == 0
    return run


def leave(line: Line, *words: object) -> Any:
    return line.json("clinic", "team", "--end", "MS", "--on", LAST, *words)


def with_a_swollen_leg(line: Line, **details: str) -> int:
    number = register(line, **details)
    told = {"effect": "leg_swelling", "severity": "mild", "noticed_on": "2026-11-21"}
    assert line.json("reaction", number, answers=told).code == 0
    return number


def decided(line: Line, who: str = "MS") -> int:
    """A patient with a course, whose heart condition a prescriber has decided on."""
    number = register(line)
    screened(line, number, cardiac="yes")
    made = {"rule": "cardiac", "decision": "proceed", "reason": "Rate controlled."}
    assert line.json("decide", number, answers={"prescriber": who, "decisions": [made]}).code == 0
    planned(line, number, "--start", "2026-11-27")
    return number


# ── not before what was signed ──


def test_a_last_day_before_what_somebody_signed_is_a_slip(line: Line) -> None:
    number = in_the_chair(line)
    assert after(line).json("treat", number, answers=given_at(THURSDAY)).code == 0
    desk = after(line)
    done = desk.json("clinic", "team", "--end", "MS", "--on", "2001-01-01", "--to", "KL")
    (error,) = done.envelope["errors"]
    assert (done.code, error["code"], error["kind"], error["id"], error["at"]) == (
        (4, "signed_since", "treatment", 1, "2026-11-26T09:50:00+00:00")
    )
    assert error["message"] == (
        "MS signed treatment 1 of Thu 26 Nov 2026, 09:50, after Mon 1 Jan 2001: the last day is that day or later."
    )
    assert desk.json("clinic", "team", "--end", "MS", "--on", "2026-11-25").codes == ["signed_since"]
    assert {one["ended_on"] for one in desk.json("clinic", "team").data["team"]} == {None}
    assert desk.json("clinic", "team", "--end", "MS", "--on", "2026-11-26").data["last_on"] == "2026-11-26"


def test_what_was_struck_out_keeps_nobody(line: Line) -> None:
    number = register(line)
    noted = line.at(DECEMBER).json("note", number, answers={"note": "Rang to ask about the car park."}).data["note"]
    wrong = {"reason": "Somebody else's.", "entered_in_error": True}
    at = line.at(DECEMBER).by("KL")
    assert at.json("clinic", "team", "--end", "MS", "--on", LAST).codes == ["signed_since"]
    assert at.json("amend", "note", noted, answers=wrong).code == 0
    assert at.json("clinic", "team", "--end", "MS", "--on", LAST).data["last_on"] == LAST


# ── handed over ──


def test_what_is_open_wants_somebody_else_and_nothing_is_saved_without(line: Line) -> None:
    number = with_a_swollen_leg(line)
    done = leave(line)
    assert (done.code, done.codes) == (2, ["successor_missing"] * 2)
    named = [(error["kind"], error["id"], error["patient"]) for error in done.envelope["errors"]]
    assert named == [("reaction", 1, number), ("hold", 1, number)]
    team = {one["initials"]: one["ended_on"] for one in line.json("clinic", "team").data["team"]}
    assert team == {"KL": None, "MS": None, "RT": None}


def test_follow_ups_holds_and_incidents_go_to_whoever_takes_over(line: Line) -> None:
    number = with_a_swollen_leg(line)
    walked_in = ready(line, given_name="Ann")
    desk = after(line)
    assert desk.json("treat", walked_in, "--record-anyway", "Walked in.", answers=given_at(THURSDAY)).code == 0
    done = leave(desk, "--to", "kl")
    assert [(each["kind"], each["id"], each["patient"], each["to"]) for each in done.data["handed_over"]] == [
        ("reaction", 1, number, "KL"),
        ("hold", 1, number, "KL"),
        ("incident", 1, walked_in, "KL"),
    ]
    today = desk.by("KL").json("today").data
    assert [today[kind][0]["what"].partition(":")[0] for kind in ("reactions", "holds", "incidents")] == (
        ["reaction 1 (KL)", "hold 1 (KL)", "incident 1 (KL)"]
    )
    shown = desk.by("KL")("today", "--initials").out
    assert ("reaction 1 (KL)" in shown, "swollen" in shown) == (True, False)


def test_what_somebody_took_over_is_handed_on_when_they_leave_in_turn(line: Line) -> None:
    number = with_a_swollen_leg(line)
    later = line.json("clinic", "team", answers={"initials": "PO", "name": "Pat Orr", "roles": KL["roles"]})
    assert later.code == 0
    assert leave(line, "--to", "KL").code == 0
    december = line.by("PO").at(DECEMBER)
    done = december.json("clinic", "team", "--end", "KL")
    assert [(error["kind"], error["patient"]) for error in done.envelope["errors"]] == [
        ("reaction", number),
        ("hold", number),
    ]
    assert december.json("clinic", "team", "--end", "KL", "--to", "PO").code == 0
    assert december.json("today").data["holds"][0]["what"].startswith("hold 1 (PO):")


def test_what_is_over_is_nobodys_to_hand_over(line: Line) -> None:
    number = register(line)
    told = {"effect": "hives", "severity": "mild", "noticed_on": "2026-11-21", "ended_on": "2026-11-21"}
    line.json("reaction", number, answers=told)
    line.json("reaction", number, "--follow", 1, answers={"state": "gone"})
    assert leave(line).data["handed_over"] == []


@pytest.mark.parametrize(
    ("words", "code", "cause"),
    [
        (("--to", "MS"), 2, "usage"),
        (("--to", "XX"), 3, "member_not_found"),
    ],
)
def test_whoever_takes_over_is_somebody_else_of_the_team(
    line: Line, words: tuple[str, ...], code: int, cause: str
) -> None:
    with_a_swollen_leg(line)
    done = leave(line, *words)
    assert (done.code, done.codes) == (code, [cause])


def test_whoever_leaves_too_takes_nothing_over(line: Line) -> None:
    with_a_swollen_leg(line)
    line.json("clinic", "team", answers={"initials": "PO", "name": "Pat Orr", "roles": KL["roles"]})
    assert line.json("clinic", "team", "--end", "KL", "--on", "2026-11-25").code == 0
    done = leave(line, "--to", "KL")
    assert (done.code, done.codes) == (3, ["member_not_found"])


def test_only_a_leaver_hands_over(line: Line) -> None:
    assert line.json("clinic", "team", "--to", "KL").code == 2
    assert line.json("clinic", "team", "--on", LAST).code == 2


# ── decisions ──


def test_a_decision_counts_to_the_last_day_of_whoever_made_it(line: Line) -> None:
    number = decided(line)
    remarks = leave(line, "--to", "KL").data["remarks"]
    assert (
        f"Patient {number}: cardiac was decided by MS, whose last day is Mon 30 Nov 2026. "
        f"For sessions after it another prescriber decides: microsclero decide {number}" in remarks
    )
    last_day = line.at(datetime(2026, 11, 30, 12, 0, tzinfo=UTC))
    assert last_day.json("plan", number, "--dry-run").causes == ["course_full"]
    day_after = last_day.at(last_day.now + timedelta(days=1)).by("KL")
    assert day_after.json("plan", number, "--dry-run").causes == ["undecided", "course_full"]


def test_why_not_says_who_decided_and_when_they_left(line: Line) -> None:
    number = decided(line)
    leave(line)
    december = line.by("KL").at(DECEMBER)
    reason = december.json("plan", number, "--why").data["reasons"][0]
    assert (reason["code"], reason["rule"], reason["next"]) == ("undecided", "cardiac", f"microsclero decide {number}")
    assert "decided by MS, who left on Mon 30 Nov 2026" in reason["message"]


def test_a_session_after_the_last_day_is_not_given_on_that_decision(line: Line) -> None:
    number = decided(line)
    leave(line)
    december = line.by("KL").at(DECEMBER)
    errors = december.json("treat", number, "--check").envelope["errors"]
    said = [error["message"] for error in errors if error["code"] == "undecided"]
    assert said == [
        "cardiac was decided by MS, who left on Mon 30 Nov 2026, and is for a prescriber to decide: "
        f"microsclero decide {number}"
    ]
    listed = december.json("today").data["reviews"]
    assert [(each["patient"], each["what"]) for each in listed] == [
        (number, "intake screening, its prescriber has left")
    ]


def test_another_prescriber_decides_and_it_counts(line: Line) -> None:
    number = decided(line)
    leave(line)
    december = line.by("KL").at(DECEMBER)
    made = {"rule": "cardiac", "decision": "proceed", "reason": "Seen, rate still controlled."}
    assert december.json("decide", number, answers={"prescriber": "KL", "decisions": [made]}).data["undecided"] == []
    assert december.json("today").data["reviews"] == []
    assert december.json("plan", number, "--dry-run").causes == ["course_full"]


def test_an_older_yes_does_not_come_back_with_whoever_said_no_after_it(line: Line) -> None:
    """KL had said yes, MS no: with MS gone nobody has decided."""
    number = register(line)
    screened(line, number, cardiac="yes")
    for who, decision in (("KL", "proceed"), ("MS", "decline")):
        made = {"rule": "cardiac", "decision": decision, "reason": "Seen."}
        assert line.json("decide", number, answers={"prescriber": who, "decisions": [made]}).code == 0
    leave(line)
    december = line.by("KL").at(DECEMBER)
    assert december.json("plan", number, "--dry-run").causes == ["undecided"]


def test_who_comes_back_does_not_bring_the_decisions_along_and_that_is_said(line: Line) -> None:
    number = decided(line)
    leave(line)
    december = line.by("KL").at(DECEMBER)
    done = december("clinic", "team", answers=BACK)
    assert (done.code, done.err) == (
        0,
        "MS, who left on Mon 30 Nov 2026, is back. What MS decided before that stays lapsed: it is decided again.\n",
    )
    assert december.json("plan", number, "--dry-run").causes == ["undecided", "course_full"]
    assert "undecided" in december.json("treat", number, "--check").codes
    assert [row["patient"] for row in december.json("today").data["reviews"]] == [number]
    again = {"prescriber": "MS", "decisions": [{"rule": "cardiac", "decision": "proceed", "reason": "Seen again."}]}
    assert december.json("decide", number, answers=again).code == 0
    assert december.json("plan", number, "--dry-run").causes == ["course_full"], "made since, it counts"
    assert december.json("today").data["reviews"] == []


@pytest.mark.parametrize("told", [{}, {"roles": ["prescriber"]}, {"register": "NMC 99"}])
def test_the_initials_of_whoever_left_stay_theirs(line: Line, told: dict[str, Any]) -> None:
    leave(line)
    december = line.by("KL").at(DECEMBER)
    before = december.json("clinic", "team").data["team"]
    done = december.json("clinic", "team", answers={"initials": "MS", "name": "Mary Smith", **told})
    assert (done.code, done.envelope["errors"]) == (
        5,
        [
            {
                "code": "initials_taken",
                "message": "MS are the initials of somebody who left on Mon 30 Nov 2026, and stay theirs: sessions and "
                "decisions on record are signed with them. Take other initials.",
                "initials": "MS",
            }
        ],
    )
    assert december.json("clinic", "team").data["team"] == before
    assert december.json("clinic", "team", answers={**BACK, "initials": "MY", "name": "Mary Smith"}).code == 0


def test_a_new_name_for_somebody_of_the_team_is_said_and_another_register_with_it_is_somebody_else(
    line: Line,
) -> None:
    done = line("clinic", "team", answers={"initials": "MS", "name": "Maria Jones"})
    assert (done.code, done.err) == (
        0,
        "Whatever MS signed is now under the new name. Somebody else has initials of their own.\n",
    )
    other = line.json("clinic", "team", answers={"initials": "MS", "name": "Mary Smith", "register": "NMC 99"})
    assert (other.code, other.codes) == (5, ["initials_taken"])


def test_a_plan_says_until_when_a_decision_counts(line: Line) -> None:
    number = register(line)
    screened(line, number, cardiac="yes")
    made = {"rule": "cardiac", "decision": "proceed", "reason": "Rate controlled."}
    line.json("decide", number, answers={"prescriber": "MS", "decisions": [made]})
    leave(line)
    remarks = line.json("plan", number, "--yes").data["remarks"]
    assert remarks[0] == (
        "MS, who decided on cardiac, leaves on Mon 30 Nov 2026: for sessions after that day another prescriber decides."
    )


def test_consent_taken_by_whoever_left_stands(line: Line) -> None:
    number = in_the_chair(line)
    agreed(line.at(THURSDAY), number)
    compared(line)
    leave(line)
    december = line.by("KL").at(DECEMBER)
    assert december.json("consent", number, "--show").data["in_force"] == ["treatment"]


def test_a_session_given_before_the_last_day_and_typed_after_it_rests_on_the_decision(line: Line) -> None:
    number = register(line)
    screened(line, number, cardiac="yes")
    made = {"rule": "cardiac", "decision": "proceed", "reason": "Rate controlled."}
    line.json("decide", number, answers={"prescriber": "MS", "decisions": [made]})
    compared(line)
    planned(line, number, "--start", "2026-11-26")
    before = line.at(THURSDAY - timedelta(hours=1))
    screened(before, number, "session", cardiac="yes")
    before.json("decide", number, answers={"prescriber": "MS", "decisions": [made]})
    agreed(before, number)
    leave(line)
    december = line.by("KL").at(DECEMBER)
    assert december.json("treat", number, answers=given_at(THURSDAY)).code == 0
