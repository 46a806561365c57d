"""A confirmed clot goes with the reaction it was found on, where a prescriber says so; both records tell it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.amend_builders import WHY, amend, given_once
from tests.builders import SUNDAY_11, Line, another
from tests.chair_builders import A_DAY, THURSDAY

PAIN = {"effect": "calf_pain", "severity": "mild", "noticed_on": "2026-11-27", "emergency": []}
IN = {"initials": "IN", "name": "Ina Njector", "roles": ["injector"]}


@pytest.fixture
def line(run: Line) -> Line:
    """The day after a session, with somebody in the team who only injects."""
    assert run.json("clinic", "team", answers=IN).code == 0
    return run.at(THURSDAY + A_DAY)


def with_clot(line: Line, finding: str = "dvt", word: str = "lift") -> int:
    """A patient with a reaction on which a prescriber found a clot."""
    number = given_once(line.at(SUNDAY_11))
    assert line.json("reaction", number, answers=PAIN).code == 0
    assert settle(line, number, hold=word, finding=finding).code == 0
    return number


def settle(line: Line, number: int, **changed: Any) -> Any:
    told = {"prescriber": "MS", "hold": "lift", "finding": "excluded", "reason": "Duplex.", **changed}
    return line.json("decide", number, answers=told)


def stands(line: Line, number: int) -> list[str]:
    """What of holds and clots stands against a plan."""
    return [code for code in line.json("plan", number, "--dry-run").codes if code in ("on_hold", "clot_confirmed")]


@pytest.mark.parametrize(("finding", "words"), [("dvt", "A deep vein thrombosis"), ("pe", "A pulmonary embolism")])
def test_a_clot_goes_with_its_reaction_when_a_prescriber_moves_it(line: Line, finding: str, words: str) -> None:
    wrong, right = with_clot(line, finding), another(line)
    done = amend(line, "reaction", 1, patient=right).data
    assert done["remarks"] == [
        f"{words}, found on hold 1, goes with it: it bars patient {right} for good, and patient {wrong} no longer."
    ]
    assert (stands(line, wrong), stands(line, right)) == ([], ["clot_confirmed"])
    (hold,) = line.json("reaction", right, "--list").data["holds"]
    assert [(each["finding"], each["reason"]) for each in hold["words"]] == [
        (finding, f"Moved from another record ({WHY}). Found by MS on Fri 27 Nov 2026: Duplex.")
    ]
    (old,) = line.json("reaction", wrong, "--list").data["holds"]
    assert [(each["finding"], each["reason"]) for each in old["words"]] == [
        (finding, "Duplex."),
        ("excluded", f"Moved to patient {right}: {WHY}"),
    ]
    assert line.json("record", "check").data["ok"] is True


def test_a_clot_found_while_the_hold_is_kept_goes_along_and_the_hold_with_it(line: Line) -> None:
    wrong, right = with_clot(line, word="keep"), another(line)
    assert amend(line, "reaction", 1, patient=right).code == 0
    assert (stands(line, wrong), stands(line, right)) == ([], ["on_hold", "clot_confirmed"])


def test_it_goes_back_with_its_reaction(line: Line) -> None:
    wrong, right = with_clot(line), another(line)
    amend(line, "reaction", 1, patient=right)
    assert amend(line, "reaction", 2, patient=wrong).code == 0
    assert (stands(line, wrong), stands(line, right)) == (["clot_confirmed"], [])


def test_whoever_is_no_prescriber_moves_the_reaction_alone_and_both_records_say_who_is_barred(line: Line) -> None:
    wrong, right = with_clot(line), another(line)
    done = amend(line.by("IN"), "reaction", 1, patient=right).data
    assert done["remarks"] == [
        f"Patient {wrong} stays barred by a deep vein thrombosis found on hold 1. If it was not theirs, a prescriber "
        f"says so: microsclero decide {wrong} with hold lift, hold_no 1, finding excluded and the reason.",
        f"It does not bar patient {right} yet, who is on hold: if it is theirs, a prescriber lifts that hold with "
        f"finding dvt: microsclero decide {right}",
    ]
    assert (stands(line, wrong), stands(line, right)) == (["clot_confirmed"], ["on_hold"])
    put_right = settle(line, wrong, hold_no=1, reason="The scan was of patient 2.").data
    assert (put_right["holds"], put_right["still"]) == ([1], [])
    assert settle(line, right, finding="dvt").code == 0
    assert (stands(line, wrong), stands(line, right)) == ([], ["clot_confirmed"])


def test_a_reaction_entered_in_error_leaves_its_clot_until_a_prescriber_takes_it_back(line: Line) -> None:
    number = with_clot(line)
    done = amend(line, "reaction", 1, entered_in_error=True).data
    assert done["remarks"][0].startswith(f"Patient {number} stays barred by a deep vein thrombosis found on hold 1.")
    assert stands(line, number) == ["clot_confirmed"]
    refused = settle(line.by("IN"), number, hold_no=1, prescriber="IN")
    assert (refused.code, refused.codes) == (4, ["role_missing"])
    assert settle(line, number, hold_no=1).code == 0
    assert stands(line, number) == []


@pytest.mark.parametrize("told", [{"hold_no": 1}, {}, {"hold_no": 1, "finding": "other"}, {"hold_no": 7}])
def test_a_clot_whose_reaction_stands_is_taken_back_by_nobody(line: Line, told: dict[str, Any]) -> None:
    number = with_clot(line)
    done = settle(line, number, **told)
    assert (done.code, done.codes) == (3, ["not_on_hold"])
    assert amend(line, "reaction", 1, severity="moderate").code == 0
    assert settle(line, number, **told).code == 3, "nor once it was corrected"
    assert stands(line, number) == ["clot_confirmed"]


# ── with a document ──


def test_a_hold_lifted_without_a_document_says_that_none_was_filed(line: Line) -> None:
    number = given_once(line.at(SUNDAY_11))
    assert line.json("reaction", number, answers=PAIN).code == 0
    assert settle(line, number).data["remarks"] == [
        "No document was filed since the hold began on Fri 27 Nov 2026: file the scan or letter that it rests on: "
        f"microsclero document {number}"
    ]


@pytest.mark.parametrize("named", [True, False])
def test_a_document_that_was_filed_is_named_or_asked_for(line: Line, named: bool) -> None:
    number = given_once(line.at(SUNDAY_11))
    assert line.json("reaction", number, answers=PAIN).code == 0
    scan = {"kind": "duplex", "dated_on": "2026-11-27", "summary": "No clot."}
    filed = line.json("document", number, answers=scan).data["document"]
    said = settle(line, number, **({"document": filed} if named else {})).data["remarks"]
    assert said == (
        []
        if named
        else [
            "It was lifted without naming a document. Filed since the hold began: document 1 (duplex of "
            "Fri 27 Nov 2026)."
        ]
    )


def test_a_hold_that_is_kept_wants_no_document(line: Line) -> None:
    number = given_once(line.at(SUNDAY_11))
    assert line.json("reaction", number, answers=PAIN).code == 0
    assert settle(line, number, hold="keep", finding="other").data["remarks"] == []
