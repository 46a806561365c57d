"""Screening through the command line: what each answer comes to, who may decide, and what planning wants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from microsclero import content
from tests.builders import (
    Line,
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
def registered(tmp_path_factory: pytest.TempPathFactory, made_clinic: bytes) -> Line:
    """A file with one patient, to be copied."""
    path = tmp_path_factory.mktemp("screenings") / "clinic.db"
    path.touch(0o600)
    path.write_bytes(made_clinic)
    line = Line(file=path)
    assert register(line) == 1
    return line


@pytest.fixture
def one_patient(registered: Line, tmp_path: Path) -> Line:
    """One patient nobody has screened yet: what is told at a session stays with a patient."""
    assert registered.file is not None
    path = tmp_path / "one_patient.db"
    path.touch(0o600)
    path.write_bytes(registered.file.read_bytes())
    return registered.on(path)


@pytest.fixture(scope="module")
def forms(registered: Line) -> dict[str, list[dict[str, Any]]]:
    return {purpose: form(registered, purpose) for purpose in FORMS}


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
    later = run.at(run.now + timedelta(days=5))
    said = {"question": "smoker", "before": "no", "before_on": "2026-11-22", "screening": 1}
    assert screened(later, number, "session", smoker="yes")["changed"] == [
        {**said, "now": "yes", "now_on": "2026-11-27"}
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


def test_a_screening_is_signed_by_whoever_is_at_the_desk(run: Line) -> None:
    number = register(run)
    assert run.by("rt").json("screen", number, answers=untroubled(form(run))).data["signed_by"] == "RT"
    assert run.by("ZZ").json("screen", number, answers=untroubled(form(run))).code == 3
    done = run.by(None).json("screen", number, answers=untroubled(form(run)))
    assert (done.code, done.codes) == (2, ["who_missing"])
