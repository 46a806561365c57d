"""Every shipped rule speaks in one test and is silent in another; the named cases of the clinic."""

from __future__ import annotations

from datetime import date

import pytest

from microsclero.outcomes import Outcome
from microsclero.questionnaire import Rule
from microsclero.screening import screen
from tests.domain.screening_builders import (
    BORN_ON,
    FORMS,
    SOME_DAY,
    SPEAKS,
    form,
    found,
    rules_found,
    screened,
    speaking,
    untroubled,
)

EVERY_RULE = [(name, rule) for name in FORMS for rule in form(name).rules]
CHILD = date(2010, 6, 1)
# The prescriber has recorded the clinic's own reading of its page.
READING = ("phlebitis_past",)

# For each case of each rule: the answers, the readings, the outcome and the date to ask again.
CASES = {
    ("pregnant", 1): (
        {
            "pregnant": "unsure",
            "pregnancy_test": "negative",
            "pregnancy_test_on": "2026-11-22",
            "last_unprotected_sex_on": "2026-11-01",
            "pregnancy_test_seen_by": "MS",
        },
        (),
        "note",
        None,
    ),
    ("phlebitis_past", 1): ({"phlebitis_past": "yes", "phlebitis_past_kind": "arm_from_drip"}, (), "note", None),
    ("phlebitis_past", 2): (
        {"phlebitis_past": "yes", "phlebitis_past_kind": "leg_varicose", "phlebitis_past_on": "2026-10-01"},
        READING,
        "refer",
        date(2027, 1, 1),
    ),
    ("phlebitis_past", 3): (
        {"phlebitis_past": "yes", "phlebitis_past_kind": "leg_other", "phlebitis_past_on": "2026-10-01"},
        READING,
        "defer",
        date(2027, 1, 1),
    ),
    ("phlebitis_past", 4): (
        {"phlebitis_past": "yes", "phlebitis_past_kind": "leg_varicose", "phlebitis_past_on": "2020-10-01"},
        READING,
        "refer",
        None,
    ),
    ("phlebitis_past", 5): (
        {"phlebitis_past": "yes", "phlebitis_past_kind": "leg_other", "phlebitis_past_on": "2026-08-22"},
        READING,
        "review",
        None,
    ),
    ("clot_risk_factors", 1): ({"smoker": "yes", "immobile": "yes"}, (), "bar", None),
    ("cancer_last_year", 1): (
        {"cancer_last_year": "yes", "cancer_last_year_kind": "removed_skin_spot"},
        (),
        "note",
        None,
    ),
    ("leg_infection", 1): ({"leg_infection": "yes", "leg_infection_kind": "fungus_only"}, (), "review", None),
}


@pytest.mark.parametrize(("name", "rule"), EVERY_RULE, ids=lambda value: getattr(value, "id", value))
def test_every_rule_speaks_when_its_question_is_answered_yes(name: str, rule: Rule) -> None:
    born_on = CHILD if rule.id == "age" else BORN_ON

    screening = screened(name, born_on=born_on, answers=untroubled(name, **speaking(rule)))

    speaks = rule.outcome if rule.when is not None else rule.unsure
    assert rules_found(screening) == [(rule.id, speaks.value)]
    assert screening.outcome is (Outcome.SUITABLE if speaks is Outcome.NOTE else speaks)
    assert screening.unanswered == ()


@pytest.mark.parametrize(("name", "rule"), EVERY_RULE, ids=lambda value: getattr(value, "id", value))
def test_every_rule_is_silent_when_every_answer_is_untroubled(name: str, rule: Rule) -> None:
    assert rule.id not in [finding.rule for finding in screened(name).findings]


@pytest.mark.parametrize(("name", "rule"), EVERY_RULE, ids=lambda value: getattr(value, "id", value))
def test_every_rule_is_silent_when_only_the_others_speak(name: str, rule: Rule) -> None:
    others = [other for other in form(name).rules if other is not rule and other.id not in ("age", "clot_risk_factors")]
    answers = {key: value for other in others for key, value in speaking(other).items()}

    assert rule.id not in [finding.rule for finding in screened(name, answers=untroubled(name, **answers)).findings]


@pytest.mark.parametrize(
    ("name", "rule"), [pair for pair in EVERY_RULE if pair[1].question], ids=lambda value: getattr(value, "id", value)
)
def test_not_sure_comes_to_what_the_rules_decided(name: str, rule: Rule) -> None:
    defers = rule.locked or rule.id in ("pe_ever", "sclerosant_reaction", "severe_event_previous")
    is_note = rule.id in ("leg_infection_past", "cream_on_legs", "minocycline_or_iron", "lump_since_last")

    finding = found(screened(name, answers=untroubled(name, **{rule.id: "unsure"})), rule.id)

    assert finding.outcome is (Outcome.DEFER if defers else Outcome.NOTE if is_note else Outcome.REVIEW)
    assert finding.ask_again_on is None
    assert finding.answer == "unsure"
    assert finding.reason.startswith("Not sure: ")


def test_the_table_of_cases_forgets_none() -> None:
    shipped = {(rule.id, n) for name in FORMS for rule in form(name).rules for n, _ in enumerate(rule.cases, start=1)}

    assert set(CASES) == shipped


@pytest.mark.parametrize(("rule", "n"), CASES, ids=lambda value: str(value))
def test_every_case_comes_to_its_own_outcome(rule: str, n: int) -> None:
    answers, readings, outcome, ask_again_on = CASES[rule, n]

    finding = found(screened(answers=untroubled() | answers, readings=readings), rule)

    assert (finding.outcome.value, finding.ask_again_on) == (outcome, ask_again_on)
    assert finding.reason.startswith(form().rules_by_id[rule].cases[n - 1].reason.rstrip("."))


@pytest.mark.parametrize("missing", CASES["pregnant", 1][0])
def test_not_sure_about_pregnancy_stays_deferred_until_every_proof_is_there(missing: str) -> None:
    answers = dict(CASES["pregnant", 1][0])
    if missing == "pregnant":
        answers["pregnant"] = "yes"
    else:
        del answers[missing]

    assert rules_found(screened(answers=untroubled() | answers)) == [("pregnant", "defer")]


@pytest.mark.parametrize(
    "changed",
    [
        {"pregnancy_test": "positive"},
        {"pregnancy_test_on": "2026-11-21"},
        {"last_unprotected_sex_on": "2026-11-02"},
    ],
    ids=["positive", "a day old", "20 days after"],
)
def test_a_test_too_early_or_too_old_settles_nothing(changed: dict[str, str]) -> None:
    answers = untroubled() | CASES["pregnant", 1][0] | changed

    assert screened(answers=answers).outcome is Outcome.DEFER


@pytest.mark.parametrize("missing", ["phlebitis_past_kind", "phlebitis_past_on"])
def test_past_phlebitis_bars_until_where_and_when_are_known(missing: str) -> None:
    answers = {key: value for key, value in (untroubled() | CASES["phlebitis_past", 5][0]).items() if key != missing}

    assert screened(answers=answers, readings=READING).outcome is Outcome.BAR


def test_past_phlebitis_bars_without_the_recorded_reading_however_long_ago() -> None:
    answers = untroubled() | CASES["phlebitis_past", 5][0] | {"phlebitis_past_on": "1999-01-01"}

    assert screened(answers=answers).outcome is Outcome.BAR


def test_mild_controlled_asthma_passes() -> None:
    # A blue inhaler now and then: no symptoms on three days a week, no nights, no hospital, no steroid tablets.
    answers = untroubled(asthma_uncontrolled="no", asthma_severe="no", asthma_past_admission="no")

    assert screened(answers=answers).outcome is Outcome.SUITABLE


def test_severe_controlled_asthma_does_not() -> None:
    screening = screened(asthma_uncontrolled="no", asthma_severe="yes")

    assert (screening.outcome, screening.ask_again_on) == (Outcome.BAR, None)
    assert found(screening, "asthma_severe").locked


@pytest.mark.parametrize(
    ("born_on", "on", "outcome", "ask_again_on"),
    [
        (date(2008, 11, 23), date(2026, 11, 22), "bar", date(2026, 11, 23)),
        (date(2008, 11, 23), date(2026, 11, 23), "suitable", None),
        (date(2008, 2, 29), date(2026, 2, 28), "bar", date(2026, 3, 1)),
        (date(2008, 2, 29), date(2026, 3, 1), "suitable", None),
    ],
    ids=["17", "18 today", "born 29 February, the day before", "born 29 February, 1 March"],
)
def test_seventeen_is_barred_until_the_18th_birthday(
    born_on: date, on: date, outcome: str, ask_again_on: date | None
) -> None:
    screening = screened(born_on=born_on, on=on)

    assert (screening.outcome.value, screening.ask_again_on) == (outcome, ask_again_on)
    assert [(f.rule, f.answer) for f in screening.findings] == ([("age", "17")] if outcome == "bar" else [])


def test_one_clot_risk_factor_is_for_review_and_names_it() -> None:
    finding = found(screened(smoker="yes"), "clot_risk_factors")

    assert finding.outcome is Outcome.REVIEW
    assert finding.reason == "One thing that raises the risk of a clot: tobacco in the last 4 weeks."
    assert (finding.question, finding.answer) == ("smoker", "yes")


def test_two_clot_risk_factors_bar_and_both_are_named() -> None:
    finding = found(screened(smoker="yes", clot_risk_hormones="yes"), "clot_risk_factors")

    assert finding.outcome is Outcome.BAR
    assert finding.reason == (
        "Several things that raise the risk of a clot: "
        "hormones that raise the risk of a clot; tobacco in the last 4 weeks."
    )


@pytest.mark.parametrize(
    ("height_cm", "weight_kg", "counts"),
    [("170", "86.7", True), ("170", "86.6", False), ("160", "76.8", True)],
    ids=["30.0 exactly", "29.9", "exactly 30"],
)
def test_bmi_by_height_and_weight_counts_whatever_was_answered(height_cm: str, weight_kg: str, counts: bool) -> None:
    screening = screened(height_cm=height_cm, weight_kg=weight_kg, significant_obesity="no")

    assert [f.rule for f in screening.findings] == (["clot_risk_factors"] if counts else [])


def test_the_bmi_is_shown_cut_never_rounded_up() -> None:
    finding = found(screened(height_cm="165.3", weight_kg="85.2"), "clot_risk_factors")

    assert (finding.question, finding.answer) == ("bmi", "31.1")
    assert finding.reason == (
        "One thing that raises the risk of a clot: BMI of 30 or more (31.1 by height and weight)."
    )


def test_obesity_said_and_measured_is_one_factor_not_two() -> None:
    screening = screened(significant_obesity="yes", height_cm="160", weight_kg="90")

    assert rules_found(screening) == [("clot_risk_factors", "review")]


def test_what_the_intake_counted_still_counts_at_a_session() -> None:
    session, intake = form("session"), untroubled(family_clots="yes", height_cm="160", weight_kg="50")
    carried = session.carried(intake)
    assert carried == {"family_clots": "yes", "height_cm": "160", "weight_kg": "50"}

    screening = screen(
        session,
        untroubled("session", smoker="yes") | carried,
        born_on=BORN_ON,
        on=SOME_DAY,
        answered_on={"family_clots": date(2026, 10, 1)},
    )

    assert rules_found(screening) == [("clot_risk_factors", "bar")]


@pytest.mark.parametrize(
    ("form_name", "answers", "ask_again_on"),
    [
        ("intake", {"recent_surgery": "yes", "recent_surgery_on": "2026-08-31"}, date(2026, 11, 30)),
        ("intake", {"recent_surgery": "yes", "recent_surgery_on": "2026-10-07"}, date(2027, 1, 7)),
        ("intake", {"recent_surgery": "yes"}, None),
        ("intake", {"recently_pregnant": "yes", "recently_pregnant_ended_on": "2026-09-30"}, date(2026, 12, 30)),
        ("intake", {"sclerotherapy_elsewhere": "yes", "sclerotherapy_elsewhere_on": "2026-11-01"}, date(2026, 11, 29)),
        ("session", {"long_travel": "yes", "long_travel_last_on": "2026-12-03"}, date(2026, 12, 10)),
        ("session", {"waxed_or_heated": "yes", "waxed_or_heated_on": "2026-11-22"}, date(2026, 11, 24)),
        ("session", {"local_anaesthetic": "yes", "local_anaesthetic_on": "2026-11-21"}, date(2026, 11, 23)),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_deferral_ends_on_the_date_that_follows_from_the_answer(
    form_name: str, answers: dict[str, str], ask_again_on: date | None
) -> None:
    screening = screened(form_name, answers=untroubled(form_name, **answers))

    assert (screening.outcome, screening.ask_again_on) == (Outcome.DEFER, ask_again_on)


def test_a_date_that_contradicts_its_answer_gives_no_date() -> None:
    screening = screened(recent_surgery="yes", recent_surgery_on="2025-01-01")

    assert (screening.outcome, screening.ask_again_on) == (Outcome.DEFER, None)


def test_the_latest_of_several_dates_is_when_to_ask_again() -> None:
    screening = screened(
        recent_surgery="yes",
        recent_surgery_on="2026-10-07",
        sclerotherapy_elsewhere="yes",
        sclerotherapy_elsewhere_on="2026-11-20",
    )

    assert screening.ask_again_on == date(2027, 1, 7)


@pytest.mark.parametrize("undated", ["breastfeeding", "dvt_ever", "stroke_tia", "recently_pregnant"])
def test_one_finding_without_a_date_leaves_no_date_to_promise(undated: str) -> None:
    answers = untroubled(recent_surgery="yes", recent_surgery_on="2026-10-07") | {undated: "yes"}

    screening = screened(answers=answers)

    assert screening.ask_again_on is None


def test_a_review_beside_a_dated_deferral_does_not_hide_the_date() -> None:
    screening = screened(recent_surgery="yes", recent_surgery_on="2026-10-07", smoker="yes")

    assert (screening.outcome, screening.ask_again_on) == (Outcome.DEFER, date(2027, 1, 7))


@pytest.mark.parametrize(
    ("name", "rule", "products"),
    [
        ("intake", "allergic_condition", ("fibrovein",)),
        ("intake", "alcohol_avoided", ("aethoxysklerol",)),
        ("session", "local_anaesthetic", ("aethoxysklerol",)),
        ("intake", "anticoagulant", ()),
    ],
)
def test_a_finding_about_one_product_says_so(name: str, rule: str, products: tuple[str, ...]) -> None:
    assert found(screened(name, answers=untroubled(name, **{rule: "yes"})), rule).applies_to == products


@pytest.mark.parametrize(
    ("name", "rule", "document"),
    [
        ("intake", "unexplained_lump", "letter"),
        ("intake", "stroke_tia", "letter"),
        ("intake", "bleeding_vein", "letter"),
        ("intake", "arterial", "abpi"),
        ("intake", "foot_pulses_doubtful", "abpi"),
        ("intake", "varicose_or_cvi", "duplex"),
        ("session", "oedema_or_skin_change", "duplex"),
    ],
)
def test_a_referral_names_the_document_that_answers_it(name: str, rule: str, document: str) -> None:
    assert found(screened(name, answers=untroubled(name, **{rule: "yes"})), rule).document == document


@pytest.mark.parametrize(("width", "outcome"), [("2.9", "suitable"), ("3", "refer"), ("3.0", "refer"), ("50", "refer")])
def test_a_vein_of_three_millimetres_wants_a_scan(width: str, outcome: str) -> None:
    assert screened(largest_vein_mm=width).outcome.value == outcome


def test_the_table_of_answers_names_only_shipped_rules() -> None:
    assert set(SPEAKS) <= {rule.id for name in FORMS for rule in form(name).rules}
