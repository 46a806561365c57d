"""After the screening: who may decide what, what a document opens, and everything that planning wants."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.builders import SUNDAY_11, Line, Result, dates, planned, ready, register, screened

LOCKED = (
    "pregnant",
    "breastfeeding",
    "dvt_ever",
    "phlebitis_now",
    "phlebitis_past",
    "leg_infection",
    "asthma_uncontrolled",
    "asthma_severe",
    "diabetes_uncontrolled",
    "diabetes_severe",
)


def decide(line: Line, number: int, *decisions: tuple[str, str], prescriber: str = "MS") -> Result:
    made = [{"rule": rule, "decision": word, "reason": "Looked at."} for rule, word in decisions]
    return line.json("decide", number, answers={"prescriber": prescriber, "decisions": made})


def test_a_prescriber_decides_finding_by_finding_and_then_it_can_be_planned(run: Line) -> None:
    number = register(run)
    assert screened(run, number, cardiac="yes", smoker="yes")["outcome"] == "review"
    refused = run.json("plan", number, "--yes")
    assert (refused.code, refused.causes) == (4, ["undecided", "undecided"])
    assert {error.get("rule") for error in refused.envelope["errors"]} == {"cardiac", "clot_risk_factors", None}
    assert decide(run, number, ("cardiac", "proceed")).data["undecided"] == ["clot_risk_factors"]
    assert run.json("plan", number, "--yes").code == 4
    assert decide(run, number, ("clot_risk_factors", "proceed")).data["may_plan"] is True
    assert planned(run, number)["patient"] == number


def test_a_declined_finding_keeps_planning_closed(run: Line) -> None:
    number = register(run)
    screened(run, number, cardiac="yes")
    assert decide(run, number, ("cardiac", "decline")).data["declined"] == ["cardiac"]
    assert run.json("plan", number, "--yes").code == 4


def test_only_a_prescriber_decides(run: Line, clinic_file: Path) -> None:
    number = register(run)
    screened(run, number, cardiac="yes")
    before = clinic_file.read_bytes()
    refused = decide(run, number, ("cardiac", "proceed"), prescriber="RT")
    assert (refused.code, refused.codes) == (4, ["role_missing"])
    assert decide(run, number, ("cardiac", "proceed"), prescriber="ZZ").code == 3
    assert clinic_file.read_bytes() == before


@pytest.mark.parametrize("link_id", [*LOCKED, "pe_ever", "sclerosant_reaction", "severe_event_previous"])
def test_a_not_sure_that_defers_can_never_be_decided_away(run: Line, link_id: str) -> None:
    number = register(run)
    screened(run, number, **{link_id: "unsure"})
    assert decide(run, number, (link_id, "proceed")).code == 4
    assert run.json("plan", number, "--yes").code == 4


@pytest.mark.parametrize("changed", [{"dvt_ever": "yes"}, {"varicose_or_cvi": "yes"}, {"smoker": None}], ids=str)
def test_nothing_is_decided_while_anything_above_review_stands_or_is_unanswered(
    run: Line, changed: dict[str, str | None]
) -> None:
    number = register(run)
    screened(run, number, "intake", **{"cardiac": "yes", **changed})
    assert decide(run, number, ("cardiac", "proceed")).code == 4


def test_a_finding_that_was_never_made_can_not_be_decided(run: Line) -> None:
    number = register(run)
    screened(run, number, cardiac="yes")
    assert decide(run, number, ("cardiac", "proceed"), ("lymphoedema", "proceed")).code in (3, 4)


def test_a_filed_document_turns_a_refer_into_a_review(run: Line) -> None:
    number = register(run)
    assert screened(run, number, varicose_or_cvi="yes")["outcome"] == "refer"
    assert decide(run, number, ("varicose_or_cvi", "proceed")).code == 4
    paper = {"kind": "abpi", "dated_on": "2026-11-20", "summary": "0.98 on both sides."}
    assert run.json("document", number, answers=paper).data["still_waiting"] == ["varicose_or_cvi"]
    assert run.json("plan", number, "--yes").code == 4
    filed = run.json("document", number, answers={**paper, "kind": "duplex", "summary": "No reflux."}).data
    assert (filed["now_for_review"], filed["still_waiting"]) == (["varicose_or_cvi"], [])
    assert run.json("plan", number, "--yes").code == 4
    assert decide(run, number, ("varicose_or_cvi", "proceed")).data["may_plan"] is True
    assert planned(run, number)["course"] == 1


def test_every_reason_against_planning_is_told_at_once(run: Line) -> None:
    number = register(run, born_on="2010-01-01")
    screened(run, number, dvt_ever="yes", pregnant="yes", varicose_or_cvi="yes", cardiac="yes", smoker=None)
    done = run.json("plan", number, "--yes")
    named = {error.get("rule") or error["code"] for error in done.envelope["errors"]}
    assert done.code == 4
    assert named >= {"dvt_ever", "pregnant", "varicose_or_cvi", "age"}
    assert any("smoker" in str(error) for error in done.envelope["errors"])
    told = run("plan", number, "--yes")
    assert (told.code, told.out) == (4, "")
    assert len(told.err.splitlines()) == len(done.envelope["errors"])


def test_a_patient_never_screened_can_not_be_planned(run: Line) -> None:
    done = run.json("plan", register(run), "--yes")
    assert (done.code, done.causes) == (4, ["no_screening"])


def test_only_the_latest_intake_counts(run: Line) -> None:
    number = ready(run)
    screened(run, number, dvt_ever="yes")
    assert run.json("plan", number, "--yes").code == 4
    screened(run, number)
    assert planned(run, number)["course"] == 1


def test_a_session_screening_is_no_intake(run: Line) -> None:
    number = register(run)
    screened(run, number, "session")
    assert run.json("plan", number, "--yes").causes == ["no_screening"]


@pytest.mark.parametrize(("days", "code"), [(0, 0), (90, 0), (91, 4)])
def test_an_intake_is_good_for_ninety_days(run: Line, days: int, code: int) -> None:
    number = ready(run)
    later = run.at(SUNDAY_11 + timedelta(days=days))
    assert later.json("plan", number, "--yes").code == code


def test_a_deferral_with_a_date_lets_session_one_roll_past_it(run: Line) -> None:
    number = register(run)
    data = screened(run, number, recently_pregnant="yes", recently_pregnant_ended_on="2026-09-14")
    assert (data["outcome"], data["ask_again_on"]) == ("defer", "2026-12-14")
    sessions = planned(run, number, "--start", "2026-11-23", "--sessions", 2)["sessions"]
    assert dates(sessions) == ["2026-12-14", "2027-01-11"]


def test_a_session_rolled_past_a_deferral_can_not_be_moved_before_it(run: Line) -> None:
    number = register(run)
    screened(run, number, recently_pregnant="yes", recently_pregnant_ended_on="2026-09-14")
    planned(run, number, "--sessions", 1)
    assert run.json("move", number, "--session", 1, "--to", "2026-12-11", "--yes").code == 4
    assert run.json("move", number, "--session", 1, "--to", "2026-12-15", "--yes").code == 0


def test_a_deferral_without_a_date_keeps_planning_closed(run: Line) -> None:
    number = register(run)
    data = screened(run, number, recently_pregnant="yes")
    assert (data["outcome"], data["ask_again_on"]) == ("defer", None)
    assert run.json("plan", number, "--start", "2027-11-22", "--yes").code == 4


def test_injections_elsewhere_put_the_first_session_off_by_28_days(run: Line) -> None:
    number = register(run)
    data = screened(run, number, sclerotherapy_elsewhere="yes", sclerotherapy_elsewhere_on="2026-11-10")
    assert (data["outcome"], data["ask_again_on"]) == ("defer", "2026-12-08")
    first = planned(run, number, "--sessions", 1)["sessions"][0]
    assert date.fromisoformat(first["date"]) - date(2026, 11, 10) == timedelta(days=28)
