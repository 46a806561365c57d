"""What was told at a session, or confirmed by a prescriber, and stands whatever is answered later: all pages agree."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from microsclero.desk import screening as desk_screening
from tests.builders import Line, Result, planned, ready, register, screened
from tests.chair_builders import MINUTES, agreed, given_at, in_the_chair, treated
from tests.reaction_builders import days_after, given_on, report, reported, word
from tests.response_builders import on_day

# The second session of somebody treated on THURSDAY, and the third.
SECOND = datetime(2026, 12, 24, 9, 30, tzinfo=UTC)
THIRD = datetime(2027, 1, 21, 9, 30, tzinfo=UTC)


def told_at_the_second(line: Line, **told: str) -> int:
    """Treated once; at the second session something was told, and it was not given."""
    number = in_the_chair(line)
    treated(line, number)
    screened(line.at(SECOND - 60 * MINUTES), number, "session", **told)
    cancelled = line.at(SECOND).json("cancel", number, "--session", 2, "--reason", "contraindication", "--yes")
    assert cancelled.code == 0
    return number


def at_the_third(line: Line) -> Line:
    return line.at(THIRD - 60 * MINUTES)


def check(line: Line, number: int, start: datetime = THIRD) -> Result:
    return line.at(start).json("treat", number, "--check")


def refused(done: Result) -> list[str]:
    assert done.code == 4, done
    return [code for code in done.codes if code != "first_date"]


def findings(data: dict[str, Any]) -> list[tuple[str, str]]:
    return [(found["rule"], found["outcome"]) for found in data["findings"]]


@pytest.mark.parametrize(
    ("question", "outcome"),
    [("dvt_ever", "bar"), ("pe_ever", "bar"), ("severe_event_previous", "bar"), ("stroke_tia", "refer")],
)
def test_what_was_told_at_one_session_refuses_the_next_until_an_intake_asks_anew(
    run: Line, question: str, outcome: str
) -> None:
    number = told_at_the_second(run, **{question: "yes"})
    fresh = screened(at_the_third(run), number, "session")
    agreed(at_the_third(run), number)
    assert (fresh["outcome"], findings(fresh)) == (outcome, [(question, outcome)])
    assert fresh["lasting"] == [
        {"question": question, "answer": "yes", "told_on": "2026-12-24", "from": "session", "number": 3}
    ]
    assert (fresh["changed"], fresh["also_standing"]) == ([], [])
    assert f"finding_{outcome}" in refused(check(run, number))
    saved = run.at(THIRD + 35 * MINUTES).json("treat", number, answers=given_at(THIRD))
    assert f"finding_{outcome}" in refused(saved)
    assert run.at(THIRD).json("plan", number, "--dry-run").code == 4
    intake = screened(at_the_third(run), number)
    assert [(each["question"], each["before"], each["now"]) for each in intake["changed"]] == [(question, "yes", "no")]
    assert screened(at_the_third(run), number, "session")["outcome"] == "suitable"
    assert check(run, number).code == 0


def test_a_stroke_told_at_a_session_keeps_its_letter_and_its_decision_is_confirmed_at_the_next(run: Line) -> None:
    number = told_at_the_second(run, stroke_tia="yes")
    filed = {"kind": "letter", "dated_on": "2027-01-04", "from": "Dr Okoro", "summary": "No opening in the heart."}
    desk = run.at(datetime(2027, 1, 6, 10, 0, tzinfo=UTC))
    assert desk.json("document", number, answers=filed).data["now_for_review"] == ["stroke_tia"]
    decision = {"rule": "stroke_tia", "decision": "proceed", "reason": "The letter."}
    decided = {"prescriber": "MS", "decisions": [decision]}
    assert desk.json("decide", number, answers=decided).code == 0
    fresh = screened(at_the_third(run), number, "session")
    agreed(at_the_third(run), number)
    assert [(each["rule"], each["changed"]) for each in fresh["to_confirm"]] == [("stroke_tia", [])]
    assert fresh["lapsed"] == []
    assert refused(check(run, number)) == ["undecided"]
    assert at_the_third(run).json("decide", number, answers=decided).code == 0
    assert check(run, number).code == 0


def test_a_stroke_without_its_letter_waits_for_it_however_often_no_is_said(run: Line) -> None:
    number = told_at_the_second(run, stroke_tia="yes")
    screened(at_the_third(run), number, "session")
    filed = {"kind": "letter", "dated_on": "2027-01-21", "from": "Dr Okoro", "summary": "No opening in the heart."}
    assert run.at(THIRD).json("document", number, answers=filed).data["now_for_review"] == ["stroke_tia"]


def a_clot(run: Line, finding: str = "dvt") -> tuple[Line, int]:
    """Treated once, a second session booked, and a clot confirmed two days after the first."""
    number = given_on(run)
    there = days_after(run, 2)
    reported(there, number, "calf_pain")
    assert word(there, number, "lift", finding).code == 0
    return there, number


@pytest.mark.parametrize("purpose", ["intake", "session"])
def test_a_confirmed_clot_is_found_by_every_screening_and_all_pages_say_the_same(
    run: Line, tmp_path: Path, purpose: str
) -> None:
    there, number = a_clot(run)
    fresh = screened(there, number, purpose)
    assert (fresh["outcome"], findings(fresh)) == ("bar", [("dvt_ever", "bar")])
    (finding,) = fresh["findings"]
    assert (finding["answer"], finding["answered_on"], finding["locked"]) == ("yes", "2026-11-25", True)
    reason = "Has had a clot in a deep vein (DVT). A prescriber confirmed it on Wed 25 Nov 2026 (hold 1)."
    assert finding["reason"] == reason
    shown = there.json("patient", "show", number).data
    assert (shown["screenings"][-1]["outcome"], shown["timeline"][-2]["lines"]) == ("bar", ["dvt_ever (bar)"])
    (why,) = shown["why_not"]
    assert why == there.json("plan", number, "--why").data["reasons"][0]
    assert (why["code"], why["rule"], why["outcome"]) == ("clot_confirmed", "dvt_ever", "bar")
    assert (why["message"], why["screening"]) == (f"Not suitable while this stands: {reason}", fresh["screening"])
    assert refused(there.json("plan", number, "--dry-run")) == ["clot_confirmed"]
    decided = {"prescriber": "MS", "decisions": [{"rule": "dvt_ever", "decision": "proceed", "reason": "No."}]}
    assert refused(there.json("decide", number, answers=decided)) == ["finding_bar", "locked"]
    again = there.json("screen", number, "--reprint").data
    assert (again["outcome"], again["proof"]["same"], again["lasting"]) == ("bar", True, fresh["lasting"])
    lines = [(line["state"], line["answer"]) for line in again["questions"] if line["link_id"] == "dvt_ever"]
    assert lines == [("answered", "no"), ("counted", "yes")]
    printed = there("screen", number, "--reprint").out
    assert "yes (A prescriber confirmed it on Wed 25 Nov 2026 (hold 1))" in " ".join(printed.split())
    assert there("screen", number, "--reprint", "--pdf", tmp_path / "screening.pdf").code == 0


def test_the_screen_itself_says_not_suitable_and_why(run: Line) -> None:
    there, number = a_clot(run, "pe")
    screened(there, number, "session")
    answers = {each["link_id"]: "no" for each in there.json("screen", "--form", "--for", "session").data["questions"]}
    answers = {key: value for key, value in answers.items() if key in ("pe_ever", "dvt_ever")}
    page = there("screen", number, "--for", "session", answers=answers).out
    assert page.startswith("NOT SUITABLE while these answers stand")
    assert "A prescriber confirmed it on Wed 25 Nov 2026" in " ".join(page.split())


def test_a_clot_that_was_taken_back_is_found_no_more_and_the_old_screening_still_says_what_it_rested_on(
    run: Line,
) -> None:
    there, number = a_clot(run)
    old = screened(there, number)
    in_error = {"reason": "Not this patient.", "entered_in_error": True}
    assert there.json("amend", "reaction", 1, answers=in_error).code == 0
    assert screened(there, number)["outcome"] == "bar", "a correction alone takes no clot back"
    assert word(there, number, "lift", "excluded", hold_no=1).code == 0
    plan = there.json("plan", number, "--dry-run")
    assert refused(plan) == ["finding_bar"]
    again = f"That was taken back since; screen again: microsclero screen {number} --for intake"
    assert again in plan.envelope["errors"][0]["message"]
    assert screened(there, number)["outcome"] == "suitable"
    assert there.json("plan", number, "--dry-run").code == 0
    reprinted = there.json("screen", number, old["screening"], "--reprint").data
    assert (reprinted["outcome"], reprinted["proof"]["same"]) == ("bar", True)


def test_a_screening_stored_before_any_of_this_comes_to_its_own_outcome_and_the_next_one_sees_through_it(
    run: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = told_at_the_second(run, dvt_ever="yes")
    with monkeypatch.context() as before:
        before.setattr(desk_screening, "beside", lambda *_: ())
        old = screened(at_the_third(run), number, "session")
    assert (old["outcome"], old["lasting"]) == ("suitable", [])
    again = run.at(THIRD).json("screen", number, old["screening"], "--reprint").data
    assert (again["outcome"], again["proof"]["same"], again["lasting"]) == ("suitable", True, [])
    assert screened(run.at(THIRD), number, "session")["outcome"] == "bar"


# ── sheets and the diary ──


def test_no_sheet_tells_somebody_to_come_who_is_not_suitable(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    assert run.json("prepare", number).data["remarks"] == []
    screened(run, number, dvt_ever="yes")
    assert refused(run.json("prepare", number)) == ["finding_bar"]


def test_what_else_stands_against_the_session_is_a_remark_on_its_sheet(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    screened(run, number, smoker="yes")
    done = run("prepare", number)
    remark = (
        "Careful, as things stand this session should not be given. clot_risk_factors is for a prescriber to decide: "
        f"microsclero decide {number}"
    )
    assert run.json("prepare", number).data["remarks"] == [remark]
    assert (done.code, remark in done.err) == (0, True)


def against(line: Line, on: str) -> list[list[str]]:
    (day,) = line.json("agenda", "--from", on, "--days", 1).data["days"]
    return [each["against"] for each in day["sessions"]]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"dvt_ever": "yes"}, "not suitable"),
        ({"stroke_tia": "yes"}, "another opinion first"),
        ({"cannot_walk": "yes"}, "not today"),
        ({"smoker": "yes"}, "for a prescriber"),
        ({"smoker": None}, "questionnaire not complete"),
    ],
    ids=str,
)
def test_the_diary_names_what_stands_against_a_booked_session(
    run: Line, told: dict[str, str | None], words: str
) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    assert against(run, "2026-12-01") == [[]]
    screened(run, number, "intake", **told)
    assert against(run, "2026-12-01") == [[words]]
    assert f"! {words}" in run("agenda", "--from", "2026-12-01", "--days", 1).out
    assert run("agenda", "--from", "2026-11-30", "--week").code == 0


def test_the_diary_names_a_confirmed_clot_and_nothing_against_a_consultation_or_what_was_given(run: Line) -> None:
    there, number = a_clot(run)
    assert there.json("plan", number, "--consultation", "--start", "2026-12-21", "--at", "12:00", "--yes").code == 0
    assert (against(there, "2026-12-21"), against(there, "2026-11-23")) == ([["not suitable"], []], [[]])


def test_a_deferral_stands_against_the_sessions_before_its_date_and_not_against_those_after(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 2)
    screened(run, number, recent_surgery="yes", recent_surgery_on="2026-09-10")
    assert (against(run, "2026-12-01"), against(run, "2026-12-29")) == ([["not today"]], [[]])
    screened(run, number, recent_surgery="yes", recent_surgery_on="2026-09-10", smoker="yes")
    assert (against(run, "2026-12-01"), against(run, "2026-12-29")) == ([["not today"]], [["for a prescriber"]])
    the_day = on_day(run, date(2026, 12, 29))
    assert the_day.json("today").data["sessions"][0]["screening"] == "defer", "until it is asked again"
    assert against(the_day, "2026-12-29") == [["not today"]]


# ── decisions ──


def deferred_and_for_review(run: Line) -> tuple[int, dict[str, Any]]:
    number = register(run)
    screened(run, number, recent_surgery="yes", recent_surgery_on="2026-10-01", smoker="yes")
    decision = {"rule": "clot_risk_factors", "decision": "proceed", "reason": "One, and light."}
    return number, {"prescriber": "MS", "decisions": [decision]}


def test_a_deferral_whose_date_has_come_no_longer_keeps_a_prescriber_from_deciding(run: Line) -> None:
    number, decided = deferred_and_for_review(run)
    day_before = on_day(run, date(2026, 12, 31))
    assert refused(day_before.json("decide", number, answers=decided)) == ["finding_defer"]
    plan = day_before.json("plan", number, "--dry-run")
    assert refused(plan) == ["undecided"]
    assert plan.envelope["errors"][0]["message"] == (
        f"clot_risk_factors is for a prescriber to decide: microsclero decide {number} "
        "(from Fri 1 Jan 2027 on, when the deferral ends)"
    )
    on_the_day = on_day(run, date(2027, 1, 1))
    assert on_the_day.json("decide", number, answers=decided).data["may_plan"] is True
    assert on_the_day.json("plan", number, "--dry-run").code == 0


def test_a_deferral_without_a_date_keeps_a_prescriber_from_deciding_for_ever(run: Line) -> None:
    number = register(run)
    screened(run, number, cannot_walk="yes", smoker="yes")
    decision = {"rule": "clot_risk_factors", "decision": "proceed", "reason": "One, and light."}
    decided = {"prescriber": "MS", "decisions": [decision]}
    later = run.at(run.now + timedelta(days=80))
    assert refused(later.json("decide", number, answers=decided)) == ["finding_defer"]


def test_a_reported_clot_is_none_until_a_prescriber_says_so(run: Line) -> None:
    number = given_on(run)
    there = days_after(run, 2)
    assert report(there, number, "calf_pain").code == 0
    assert screened(there, number)["outcome"] == "suitable"
