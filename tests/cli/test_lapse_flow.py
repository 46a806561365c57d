"""What time does to a screening: decisions that lapse with their answers, and the day on which to ask again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from microsclero import content
from microsclero.questionnaire import Questionnaire, Rule
from tests.builders import Line, planned, ready, register, screened
from tests.cli.test_deciding_flow import decide
from tests.cli.test_today_flow import page, stops

AT_TEN = time(10, 0)
DECIDED = {"cardiac": "yes", "cardiac_what": "AF since 2019", "smoker": "yes", "height_cm": "170", "weight_kg": "70"}
BOTH = ("cardiac", "clot_risk_factors")


def on(line: Line, day: date) -> Line:
    return line.at(datetime.combine(day, AT_TEN, UTC))


def later(line: Line, days: int = 20) -> Line:
    return line.at(line.now + timedelta(days=days))


def decided(line: Line, **changed: str) -> int:
    """A patient for whom a prescriber has decided "proceed" on a heart condition and on smoking."""
    number = register(line)
    assert screened(line, number, **{**DECIDED, **changed})["outcome"] == "review"
    assert decide(line, number, *((rule, "proceed") for rule in BOTH)).data["may_plan"] is True
    return number


def rules(entries: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Rule by rule, the answers that have changed."""
    return {each["rule"]: each["changed"] for each in entries}


def refused(line: Line, number: int) -> list[str]:
    """The rules that keep a plan closed until they are decided; none: it may be planned."""
    done = line.json("plan", number, "--dry-run")
    rules = [error["rule"] for error in done.envelope["errors"] if error["code"] == "undecided"]
    assert (done.code, rules) == (0, []) or (done.code, set(done.causes)) == (4, {"undecided"}), done
    return sorted(rules)


# ── the same answers ──


@pytest.mark.parametrize("purpose", ["intake", "session"])
def test_the_same_answers_carry_a_decision_over_to_be_confirmed_again(run: Line, purpose: str) -> None:
    number = decided(run)
    asked = later(run)
    answers = DECIDED if purpose == "intake" else {key: DECIDED[key] for key in ("cardiac", "cardiac_what", "smoker")}
    data = screened(asked, number, purpose, **answers)
    made = {"decision": "proceed", "reason": "Looked at.", "prescriber": "MS", "decided_on": "2026-11-22"}
    assert sorted(data["to_confirm"], key=lambda each: each["rule"]) == [
        {"rule": rule, **made, "screening": 1, "changed": []} for rule in BOTH
    ]
    assert (data["lapsed"], data["changed"]) == ([], [])
    assert refused(asked, number) == list(BOTH), "carried over is not taken over"
    assert decide(asked, number, *((rule, "proceed") for rule in BOTH)).data["may_plan"] is True
    assert refused(asked, number) == []


def test_a_decision_to_be_confirmed_is_said_with_whose_and_when(run: Line) -> None:
    number = decided(run)
    asked = later(run)
    answers = {**screened_answers(run, number), "smoker": "no"}
    assert (
        "Decision cardiac: Decided before: proceed (MS, Sun 22 Nov 2026, screening 1), Looked at. "
        "Its answers are unchanged; please decide again."
    ) in said(asked, number, answers)


def said(line: Line, number: int, answers: dict[str, str]) -> str:
    """What a screening shows, as one line."""
    done = line("screen", number, "--for", "intake", answers=answers)
    assert (done.code, done.err) == (0, "")
    return " ".join(done.out.split())


def screened_answers(line: Line, number: int) -> dict[str, str]:
    """The answers of the latest screening, as the program itself prints them again."""
    questions = line.json("screen", number, "--reprint").data["questions"]
    return {each["link_id"]: each["answer"] for each in questions if each["state"] == "answered"}


# ── answers that change ──

CHANGES: dict[str, tuple[str, dict[str, str | None], list[str]]] = {
    "the answer to a follow-up": ("cardiac", {"cardiac_what": "AF, and a heart attack"}, ["cardiac_what"]),
    "a follow-up left blank": ("cardiac", {"cardiac_what": None}, ["cardiac_what"]),
    "no longer sure": ("cardiac", {"cardiac": "unsure"}, ["cardiac"]),
    "another single factor": ("clot_risk_factors", {"smoker": "no", "immobile": "yes"}, ["smoker", "immobile"]),
    "a second factor": ("clot_risk_factors", {"immobile": "yes"}, ["immobile"]),
    "a factor nobody is sure of": ("clot_risk_factors", {"family_clots": "unsure"}, ["family_clots"]),
    "a weight, and with it the BMI": ("clot_risk_factors", {"weight_kg": "80"}, ["weight_kg"]),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_decision_lapses_when_an_answer_it_rests_on_changes(run: Line, what: str) -> None:
    rule, changed, expected = CHANGES[what]
    number = decided(run)
    asked = later(run)
    data = screened(asked, number, "intake", **{**DECIDED, **changed})
    assert rules(data["lapsed"]) == {rule: expected}
    assert rules(data["to_confirm"]) == {other: [] for other in BOTH if other != rule}
    assert run.json("plan", number, "--dry-run").code == 4


def test_one_lapsed_decision_is_made_anew_and_then_it_can_be_planned(run: Line) -> None:
    number = decided(run)
    asked = later(run)
    screened(asked, number, **{**DECIDED, "cardiac_what": "AF, and angina"})
    assert decide(asked, number, ("clot_risk_factors", "proceed")).data["undecided"] == ["cardiac"]
    assert refused(asked, number) == ["cardiac"]
    assert decide(asked, number, ("cardiac", "proceed")).data["may_plan"] is True
    assert refused(asked, number) == []
    assert planned(asked, number)["patient"] == number


def test_what_lapsed_is_said_with_what_has_changed(run: Line) -> None:
    number = decided(run)
    answers = {**screened_answers(run, number), "cardiac_what": "AF, and angina", "smoker": "no"}
    told = said(later(run), number, answers)
    assert (
        "Decision cardiac: Lapsed: proceed (MS, Sun 22 Nov 2026, screening 1), Looked at. "
        "Changed since, at screening 2: cardiac_what. Please decide anew."
    ) in told
    assert "Changed cardiac_what: AF since 2019 on Sun 22 Nov 2026 (screening 1), AF, and angina now" in told


def test_an_answer_at_a_session_lets_the_intakes_decision_lapse(run: Line) -> None:
    number = decided(run)
    asked = later(run)
    data = screened(asked, number, "session", cardiac="yes", cardiac_what="AF since 2019", immobile="yes")
    assert rules(data["lapsed"]) == {"clot_risk_factors": ["smoker", "immobile"]}
    assert rules(data["to_confirm"]) == {"cardiac": []}
    assert refused(asked, number) == list(BOTH)


def test_an_answer_that_changed_and_changed_back_has_changed(run: Line) -> None:
    number = decided(run)
    screened(later(run, 5), number, **{**DECIDED, "smoker": "no", "immobile": "yes"})
    data = screened(later(run, 10), number, **DECIDED)
    assert rules(data["lapsed"]) == {"clot_risk_factors": ["smoker", "immobile"]}
    assert rules(data["to_confirm"]) == {"cardiac": []}


def test_the_last_decision_is_the_one_that_is_carried_over(run: Line) -> None:
    number = decided(run)
    screened(later(run, 5), number, **DECIDED)
    assert decide(later(run, 5), number, ("cardiac", "decline")).code == 0
    data = screened(later(run, 10), number, **DECIDED)
    carried = {each["rule"]: (each["decision"], each["screening"]) for each in data["to_confirm"]}
    assert carried == {"cardiac": ("decline", 2), "clot_risk_factors": ("proceed", 1)}


def test_what_is_for_a_prescriber_no_longer_needs_no_decision(run: Line) -> None:
    number = decided(run)
    data = screened(later(run), number)
    assert (data["outcome"], data["lapsed"], data["to_confirm"]) == ("suitable", [], [])
    assert refused(later(run), number) == []


def test_what_no_answer_touches_outlasts_a_session_that_does_not_ask_it(run: Line) -> None:
    number = register(run)
    screened(run, number, migraine_aura="yes")
    assert decide(run, number, ("migraine_aura", "proceed")).code == 0
    screened(later(run, 5), number, "session")
    assert rules(screened(later(run, 10), number, migraine_aura="yes")["to_confirm"]) == {"migraine_aura": []}


# ── booked sessions of somebody whose decision has lapsed ──


def test_a_session_booked_on_a_decision_that_has_lapsed_shows_the_stop_on_the_day(run: Line) -> None:
    number = decided(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    the_day = on(run, date(2026, 12, 1))
    assert stops(the_day) == {number: None}
    screened(the_day, number, "session", cardiac="yes", cardiac_what="AF, and angina", smoker="yes")
    assert stops(the_day) == {number: "review"}
    assert f"! for a prescriber: microsclero patient show {number}" in the_day("today").out
    assert [line["patient"] for line in page(the_day)["reviews"]] == [number]
    assert decide(the_day, number, *((rule, "proceed") for rule in BOTH)).code == 0
    assert stops(the_day) == {number: None}


def test_a_second_factor_stops_a_booked_session_for_good(run: Line) -> None:
    number = decided(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    the_day = on(run, date(2026, 12, 1))
    data = screened(
        the_day, number, "session", cardiac="yes", cardiac_what="AF since 2019", smoker="yes", immobile="yes"
    )
    assert (data["outcome"], data["planned_sessions"]) == ("bar", 1)
    assert stops(the_day) == {number: "bar"}
    assert decide(the_day, number, ("clot_risk_factors", "proceed")).code == 4


def test_a_finding_declined_at_the_session_stops_it(run: Line) -> None:
    number = decided(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    the_day = on(run, date(2026, 12, 1))
    screened(the_day, number, "session", cardiac="yes", cardiac_what="AF, and angina")
    assert decide(the_day, number, ("cardiac", "decline")).code == 0
    assert stops(the_day) == {number: "declined"}
    assert f"! declined by the prescriber: microsclero patient show {number}" in the_day("today").out


def test_a_deferral_asked_again_at_the_session_no_longer_stops_it(run: Line) -> None:
    number = register(run)
    screened(run, number, recent_surgery="yes", recent_surgery_on="2026-09-01")
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    the_day = on(run, date(2026, 12, 1))
    assert stops(the_day) == {number: "defer"}
    screened(the_day, number, "session")
    assert stops(the_day) == {number: None}


# ── the day to ask again ──

FIRST = date(2026, 11, 22)
# rule → (form, the answers, the patient's birth date, the day on which to ask again)
DATED: dict[str, tuple[str, dict[str, str | None], str, date]] = {
    "recently_pregnant": (
        "intake",
        {"recently_pregnant": "yes", "recently_pregnant_ended_on": "2026-08-31"},
        "1990-01-01",
        date(2026, 11, 30),
    ),
    "recent_surgery": (
        "intake",
        {"recent_surgery": "yes", "recent_surgery_on": "2026-09-15"},
        "1990-01-01",
        date(2026, 12, 15),
    ),
    "long_travel": (
        "session",
        {"long_travel": "yes", "long_travel_last_on": "2026-12-24"},
        "1990-01-01",
        date(2026, 12, 31),
    ),
    "waxed_or_heated": (
        "session",
        {"waxed_or_heated": "yes", "waxed_or_heated_on": "2026-11-21"},
        "1990-01-01",
        date(2026, 11, 23),
    ),
    "local_anaesthetic": (
        "session",
        {"local_anaesthetic": "yes", "local_anaesthetic_on": "2026-11-22"},
        "1990-01-01",
        date(2026, 11, 24),
    ),
    "sclerotherapy_elsewhere": (
        "intake",
        {"sclerotherapy_elsewhere": "yes", "sclerotherapy_elsewhere_on": "2026-11-10"},
        "1990-01-01",
        date(2026, 12, 8),
    ),
    "phlebitis_past": (
        "intake",
        {"phlebitis_past": "yes", "phlebitis_past_kind": "leg_other", "phlebitis_past_on": "2026-11-01"},
        "1990-01-01",
        date(2027, 2, 1),
    ),
    "age": ("intake", {}, "2008-12-05", date(2026, 12, 5)),
}
READING = {"prescriber": "MS", "reason": "The page speaks of phlebitis that is not healed."}


def forms() -> list[Questionnaire]:
    return [content.questionnaire(purpose) for purpose in ("intake", "session")]


def has_a_date(rule: Rule) -> bool:
    return rule.ask_again is not None or any(case.ask_again is not None for case in rule.cases)


def test_every_rule_with_a_date_stands_in_the_table() -> None:
    assert set(DATED) == {rule.id for form in forms() for rule in form.rules if has_a_date(rule)}


def put_off(line: Line, rule: str) -> tuple[int, date]:
    """A patient who is to be asked again on a day, by this rule alone."""
    purpose, answers, born_on, again_on = DATED[rule]
    if rule == "phlebitis_past":
        assert line.json("clinic", "edit", answers={"phlebitis_reading": READING}).code == 0
    number = register(line, born_on=born_on)
    data = screened(line, number, purpose, **answers)
    found = {each["rule"]: each["ask_again_on"] for each in data["findings"]}
    assert (found, data["ask_again_on"]) == ({rule: again_on.isoformat()}, again_on.isoformat())
    return number, again_on


def due(line: Line) -> list[tuple[int, str]]:
    return [(each["patient"], each["date"]) for each in page(line)["deferrals"]]


@pytest.mark.parametrize("rule", DATED)
def test_who_is_to_be_asked_again_stands_on_the_desk_from_that_very_day_until_asked(run: Line, rule: str) -> None:
    number, again_on = put_off(run, rule)
    expected = [(number, again_on.isoformat())]
    assert due(on(run, again_on - timedelta(days=1))) == []
    assert due(on(run, again_on)) == expected
    assert due(on(run, again_on + timedelta(days=9))) == expected
    the_day = on(run, again_on)
    screened(the_day, number, DATED[rule][0])
    assert due(the_day) == []


def test_the_day_is_the_clinics_not_that_of_greenwich(run: Line) -> None:
    number = register(run)
    ended = {"recently_pregnant": "yes", "recently_pregnant_ended_on": "2027-04-10"}
    screened(run.at(datetime(2027, 5, 1, 10, tzinfo=UTC)), number, **ended)
    assert due(run.at(datetime(2027, 7, 9, 22, 59, tzinfo=UTC))) == []
    assert due(run.at(datetime(2027, 7, 9, 23, 0, tzinfo=UTC))) == [(number, "2027-07-10")]


BOTH_FORMS = ("recently_pregnant", "recent_surgery", "sclerotherapy_elsewhere")


@pytest.mark.parametrize("rule", DATED)
def test_asked_anew_on_the_other_form_it_waits_no_longer_where_that_form_asks_it(run: Line, rule: str) -> None:
    number, again_on = put_off(run, rule)
    the_day = on(run, again_on)
    other = "session" if DATED[rule][0] == "intake" else "intake"
    screened(the_day, number, other)
    assert due(the_day) == ([] if rule in BOTH_FORMS else [(number, again_on.isoformat())])
    assert run.json("record", "check").data["ok"] is True


@pytest.mark.parametrize(
    ("days", "changed"), [(-1, {}), (0, {"recent_surgery": None})], ids=["the day before", "left blank"]
)
def test_asked_too_soon_or_not_answered_it_still_waits(run: Line, days: int, changed: dict[str, str | None]) -> None:
    number, again_on = put_off(run, "recent_surgery")
    screened(on(run, again_on + timedelta(days=days)), number, "session", **changed)
    assert due(on(run, again_on)) == [(number, again_on.isoformat())]


def test_put_off_again_on_the_other_form_it_waits_for_the_new_day(run: Line) -> None:
    number, again_on = put_off(run, "recent_surgery")
    the_day = on(run, again_on)
    anew = {"recently_pregnant": "yes", "recently_pregnant_ended_on": "2026-12-01"}
    assert screened(the_day, number, "session", **anew)["ask_again_on"] == "2027-03-01"
    assert due(the_day) == []
    assert due(on(run, date(2027, 3, 1))) == [(number, "2027-03-01")]


def test_two_reasons_to_wait_are_asked_again_on_the_later_day(run: Line) -> None:
    number = register(run)
    answers = {**DATED["recent_surgery"][1], **DATED["sclerotherapy_elsewhere"][1]}
    assert screened(run, number, "intake", **answers)["ask_again_on"] == "2026-12-15"
    assert due(on(run, date(2026, 12, 14))) == []
    assert due(on(run, date(2026, 12, 15))) == [(number, "2026-12-15")]


def test_a_deferral_that_only_an_answer_ends_has_no_day(run: Line) -> None:
    number = ready(run)
    data = screened(run, number, "intake", breastfeeding="yes", **DATED["recent_surgery"][1])
    assert (data["outcome"], data["ask_again_on"]) == ("defer", None)
    assert due(on(run, date(2027, 6, 1))) == []
