"""Screening through the command line: what each answer comes to, who may decide, and what planning wants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from microsclero import content
from tests.builders import (
    SUNDAY_11,
    Line,
    Result,
    dates,
    form,
    planned,
    ready,
    register,
    screened,
    untroubled,
)

LOCKED = {
    "pregnant": "defer",
    "breastfeeding": "defer",
    "dvt_ever": "bar",
    "phlebitis_now": "defer",
    "phlebitis_past": "bar",
    "leg_infection": "defer",
    "asthma_uncontrolled": "defer",
    "asthma_severe": "bar",
    "diabetes_uncontrolled": "defer",
    "diabetes_severe": "bar",
}
UNSURE_DEFERS = {*LOCKED, "pe_ever", "sclerosant_reaction", "severe_event_previous"}
FORMS = {purpose: content.questionnaire(purpose) for purpose in ("intake", "session")}
SAFETY = [(form, q.link_id) for form, asked in FORMS.items() for q in asked.questions if q.safety]


@pytest.fixture(scope="module")
def one_patient(tmp_path_factory: pytest.TempPathFactory, made_clinic: bytes) -> Line:
    """One file with one patient, screened again and again; each screening is looked at by itself."""
    path = tmp_path_factory.mktemp("screenings") / "clinic.db"
    path.touch(0o600)
    path.write_bytes(made_clinic)
    line = Line(file=path)
    assert register(line) == 1
    return line


@pytest.fixture(scope="module")
def forms(one_patient: Line) -> dict[str, list[dict[str, Any]]]:
    return {purpose: form(one_patient, purpose) for purpose in FORMS}


def outcome(line: Line, number: int, answers: dict[str, str], purpose: str = "intake") -> dict[str, Any]:
    data: dict[str, Any] = line.json("screen", number, "--for", purpose, answers=answers).data
    return data


def rules(data: dict[str, Any]) -> dict[str, str]:
    return {finding["rule"]: finding["outcome"] for finding in data["findings"]}


def test_the_locked_questions_are_the_seeds_own(forms: dict[str, list[dict[str, Any]]]) -> None:
    assert {q["link_id"] for q in forms["intake"] if q["locked"]} == set(LOCKED)
    assert {q["link_id"] for q in forms["session"] if q["locked"]} == set(LOCKED) - {"phlebitis_past"}


@pytest.mark.parametrize("purpose", FORMS)
def test_untroubled_answers_end_with_no_contraindication(
    one_patient: Line, forms: dict[str, list[dict[str, Any]]], purpose: str
) -> None:
    data = outcome(one_patient, 1, untroubled(forms[purpose]), purpose)
    assert (data["outcome"], data["findings"], data["unanswered"], data["ask_again_on"]) == ("suitable", [], [], None)


@pytest.mark.parametrize(
    ("purpose", "link_id"), [case for case in SAFETY if case[1] in LOCKED], ids=lambda value: str(value)
)
def test_a_locked_rule_alone_is_never_suitable(
    one_patient: Line, forms: dict[str, list[dict[str, Any]]], purpose: str, link_id: str
) -> None:
    data = outcome(one_patient, 1, untroubled(forms[purpose], **{link_id: "yes"}), purpose)
    assert (data["outcome"], rules(data)) == (LOCKED[link_id], {link_id: LOCKED[link_id]})


@pytest.mark.parametrize(("purpose", "link_id"), SAFETY, ids=lambda value: str(value))
def test_not_sure_on_a_safety_question_is_never_suitable(
    one_patient: Line, forms: dict[str, list[dict[str, Any]]], purpose: str, link_id: str
) -> None:
    question = next(q for q in forms[purpose] if q["link_id"] == link_id)
    assert question["type"] == "yes_no" or question["unsure_allowed"]
    data = outcome(one_patient, 1, untroubled(forms[purpose], **{link_id: "unsure"}), purpose)
    assert data["outcome"] == ("defer" if link_id in UNSURE_DEFERS else "review")
    assert data["ask_again_on"] is None
    assert data["unanswered"] == []


@pytest.mark.parametrize(("purpose", "link_id"), SAFETY, ids=lambda value: str(value))
def test_a_blank_on_a_safety_question_is_incomplete(
    one_patient: Line, forms: dict[str, list[dict[str, Any]]], purpose: str, link_id: str
) -> None:
    data = outcome(one_patient, 1, untroubled(forms[purpose], **{link_id: None}), purpose)
    assert (data["outcome"], data["unanswered"]) == ("incomplete", [link_id])


def test_no_answer_at_all_is_incomplete_and_names_every_question(
    one_patient: Line, forms: dict[str, list[dict[str, Any]]]
) -> None:
    data = outcome(one_patient, 1, {})
    assert data["outcome"] == "incomplete"
    assert set(data["unanswered"]) >= {q["link_id"] for q in forms["intake"] if q["safety"]}


@pytest.mark.parametrize(
    ("changed", "expected", "found"),
    [
        ({"smoker": "yes"}, "review", {"clot_risk_factors": "review"}),
        ({"smoker": "yes", "clot_risk_hormones": "yes"}, "bar", {"clot_risk_factors": "bar"}),
        ({"smoker": "yes", "immobile": "yes"}, "bar", {"clot_risk_factors": "bar"}),
        ({"family_clots": "yes", "significant_obesity": "yes"}, "bar", {"clot_risk_factors": "bar"}),
        ({"height_cm": "170", "weight_kg": "90", "smoker": "yes"}, "bar", {"clot_risk_factors": "bar"}),
        ({"asthma_severe": "yes"}, "bar", {"asthma_severe": "bar"}),
        ({"asthma_uncontrolled": "yes"}, "defer", {"asthma_uncontrolled": "defer"}),
        ({"asthma_past_admission": "yes"}, "review", {"asthma_past_admission": "review"}),
        ({"largest_vein_mm": "2.9"}, "suitable", {}),
        ({"largest_vein_mm": "3"}, "refer", {"largest_vein_mm": "refer"}),
        ({"dvt_ever": "yes", "cardiac": "yes", "smoker": None}, "bar", {"dvt_ever": "bar", "cardiac": "review"}),
        ({"cardiac": "yes", "smoker": None}, "incomplete", {"cardiac": "review"}),
        ({"minocycline_or_iron": "yes"}, "suitable", {"minocycline_or_iron": "note"}),
    ],
)
def test_the_worst_finding_is_the_outcome(
    one_patient: Line,
    forms: dict[str, list[dict[str, Any]]],
    changed: dict[str, str | None],
    expected: str,
    found: dict[str, str],
) -> None:
    data = outcome(one_patient, 1, untroubled(forms["intake"], **changed))
    assert (data["outcome"], rules(data)) == (expected, found)


@pytest.mark.parametrize(
    ("now", "expected", "again"),
    [
        (datetime(2026, 11, 22, 11, tzinfo=UTC), "bar", "2026-11-23"),
        (datetime(2026, 11, 23, 11, tzinfo=UTC), "suitable", None),
        # Half past eleven in the evening of the 22nd in UTC and in London alike.
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "bar", "2026-11-23"),
    ],
)
def test_seventeen_on_the_day_is_barred_until_the_eighteenth_birthday(
    run: Line, now: datetime, expected: str, again: str | None
) -> None:
    number = register(run, born_on="2008-11-23")
    data = screened(run.at(now), number)
    assert (data["outcome"], data["ask_again_on"]) == (expected, again)


@pytest.mark.parametrize(("day", "expected"), [(28, "bar"), (1, "suitable")])
def test_someone_born_on_29_february_is_18_on_1_march(run: Line, day: int, expected: str) -> None:
    number = register(run, born_on="2008-02-29")
    month = 2 if day == 28 else 3
    assert screened(run.at(datetime(2026, month, day, 11, tzinfo=UTC)), number)["outcome"] == expected


def test_the_outcome_of_a_screening_is_an_answer_whatever_it_is(run: Line) -> None:
    number = register(run)
    done = run("screen", number, answers=untroubled(form(run), dvt_ever="yes"))
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("NOT SUITABLE while these answers stand\n")


def test_the_session_form_is_asked_when_a_session_is_planned_today(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-23", "--sessions", 1)
    asked = {}
    for day in (22, 23, 24):
        then = run.at(datetime(2026, 11, day, 8, tzinfo=UTC))
        asked[day] = then.json("screen", number, answers={"pregnant": "no"}).data["for"]
    assert asked == {22: "intake", 23: "session", 24: "intake"}


def test_a_session_screening_counts_what_the_intake_said_and_is_not_asked_again(run: Line) -> None:
    number = register(run)
    screened(run, number, family_clots="yes")
    data = screened(run, number, "session", smoker="yes")
    assert (data["outcome"], rules(data)) == ("bar", {"clot_risk_factors": "bar"})


def test_what_changed_since_last_time_is_said(run: Line) -> None:
    number = register(run)
    screened(run, number)
    assert screened(run, number, "session", smoker="yes")["changed"] == [
        {"question": "smoker", "before": "no", "now": "yes"}
    ]


def test_unknown_keys_are_all_named_and_nothing_is_saved(run: Line, clinic_file: Path) -> None:
    number = register(run)
    before = clinic_file.read_bytes()
    for words in (("screen", number), ("screen", number, "--for", "intake")):
        done = run.json(*words, answers={"pregnant": "no", "horoscope": "no", "moon": "no"})
        assert (done.code, done.codes) == (2, ["unknown_key", "unknown_key"])
        told = [error["message"] for error in done.envelope["errors"]]
        assert ["horoscope" in told[0], "moon" in told[1]] == [True, True]
    assert clinic_file.read_bytes() == before


def test_an_answer_to_a_question_not_shown_is_refused_and_named(run: Line, clinic_file: Path) -> None:
    number = register(run)
    before = clinic_file.read_bytes()
    answers = untroubled(form(run), recently_pregnant_ended_on="2026-10-01", hba1c_mmol_mol="50")
    done = run.json("screen", number, "--for", "intake", answers=answers)
    assert (done.code, done.codes) == (2, ["not_shown", "not_shown"])
    told = [error["message"].split()[0] for error in done.envelope["errors"]]
    assert told == ["recently_pregnant_ended_on", "hba1c_mmol_mol"]
    assert clinic_file.read_bytes() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"pregnant": "maybe"},
        {"pregnant": True},
        {"largest_vein_mm": "nan"},
        {"largest_vein_mm": "1e3"},
        {"largest_vein_mm": "-1"},
        {"skin_type": "purple"},
        {"pregnant": "unsure", "pregnancy_test": "negative", "pregnancy_test_on": "2026-02-30"},
        {"pregnant": "unsure", "pregnancy_test": "negative", "pregnancy_test_on": "03/04"},
    ],
    ids=str,
)
def test_an_answer_that_cant_be_read_is_refused_and_named(run: Line, wrong: dict[str, Any]) -> None:
    number = register(run)
    done = run.json("screen", number, "--for", "intake", answers={**untroubled(form(run)), **wrong})
    assert (done.code, done.codes) == (2, ["unreadable"])
    assert done.envelope["errors"][0]["message"].startswith(f"{list(wrong)[-1]}: ")
    assert run.json("patient", "show", number).data["screenings"] == []


def test_null_is_an_answer_not_given(run: Line) -> None:
    answers: dict[str, Any] = {**untroubled(form(run)), "pregnant": None}
    data = run.json("screen", register(run), "--for", "intake", answers=answers).data
    assert (data["outcome"], data["unanswered"]) == ("incomplete", ["pregnant"])


def decide(line: Line, number: int, *decisions: tuple[str, str], prescriber: str = "MS") -> Result:
    made = [{"rule": rule, "decision": word, "reason": "Looked at."} for rule, word in decisions]
    return line.json("decide", number, answers={"prescriber": prescriber, "decisions": made})


def test_a_prescriber_decides_finding_by_finding_and_then_it_can_be_planned(run: Line) -> None:
    number = register(run)
    assert screened(run, number, cardiac="yes", smoker="yes")["outcome"] == "review"
    refused = run.json("plan", number, "--yes")
    assert (refused.code, {error.get("rule") for error in refused.envelope["errors"]}) == (
        (4, {"cardiac", "clot_risk_factors"})
    )
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
    assert (done.code, done.codes) == (4, ["no_screening"])


def test_only_the_latest_intake_counts(run: Line) -> None:
    number = ready(run)
    screened(run, number, dvt_ever="yes")
    assert run.json("plan", number, "--yes").code == 4
    screened(run, number)
    assert planned(run, number)["course"] == 1


def test_a_session_screening_is_no_intake(run: Line) -> None:
    number = register(run)
    screened(run, number, "session")
    assert run.json("plan", number, "--yes").codes == ["no_screening"]


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


def test_a_screening_is_signed_by_whoever_is_at_the_desk(run: Line) -> None:
    number = register(run)
    assert run.by("rt").json("screen", number, answers=untroubled(form(run))).data["signed_by"] == "RT"
    assert run.by("ZZ").json("screen", number, answers=untroubled(form(run))).code == 3
    done = run.by(None).json("screen", number, answers=untroubled(form(run)))
    assert (done.code, done.codes) == (2, ["who_missing"])


def test_injections_elsewhere_put_the_first_session_off_by_28_days(run: Line) -> None:
    number = register(run)
    data = screened(run, number, sclerotherapy_elsewhere="yes", sclerotherapy_elsewhere_on="2026-11-10")
    assert (data["outcome"], data["ask_again_on"]) == ("defer", "2026-12-08")
    first = planned(run, number, "--sessions", 1)["sessions"][0]
    assert date.fromisoformat(first["date"]) - date(2026, 11, 10) == timedelta(days=28)
