"""A prescriber's decision holds only while every answer it rests on is what it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from microsclero.lapsing import DecidedBefore, decided_before
from microsclero.said_before import Earlier
from microsclero.standing import Decision
from tests.domain.screening_builders import SOME_DAY, form
from tests.domain.test_said_before import FIRST, SECOND, THIRD, answered, asked

KNEE = {"other_condition": "yes", "other_condition_what": "knee"}


def decided(rule: str, decision: str = "proceed") -> Decision:
    return Decision(rule=rule, decision=decision, reason="seen and talked through", prescriber="MS", on=SOME_DAY)


def lapses(rule: str, *screenings: Earlier) -> DecidedBefore:
    """What becomes of a decision made on the first of these, when the last is to be decided."""
    return decided_before([(screenings[0].screening, decided(rule))], screenings)[rule]


def test_the_same_answers_keep_a_decision_to_be_confirmed() -> None:
    kept = lapses("other_condition", asked(1, FIRST, "intake", **KNEE), asked(2, SECOND, "intake", **KNEE))
    assert kept == DecidedBefore(decision=decided("other_condition"), screening=1)
    assert kept.in_words() == (
        "Decided before: proceed (MS, Sun 22 Nov 2026, screening 1), seen and talked through. "
        "Its answers are unchanged; please decide again."
    )


@pytest.mark.parametrize(
    ("rule", "before", "after", "changed"),
    [
        ("other_condition", KNEE, {**KNEE, "other_condition_what": "heart"}, ("other_condition_what",)),
        ("other_condition", KNEE, {"other_condition": "yes"}, ("other_condition_what",)),
        ("other_condition", KNEE, {"other_condition": "unsure"}, ("other_condition", "other_condition_what")),
        ("clot_risk_factors", {"smoker": "yes"}, {"smoker": "yes", "immobile": "yes"}, ("immobile",)),
        ("clot_risk_factors", {"smoker": "yes"}, {"immobile": "yes"}, ("smoker", "immobile")),
        ("clot_risk_factors", {"smoker": "yes"}, {"smoker": "yes", "height_cm": "170"}, ("height_cm",)),
    ],
    ids=str,
)
def test_a_decision_lapses_when_any_answer_it_rests_on_changes(
    rule: str, before: dict[str, str], after: dict[str, str], changed: tuple[str, ...]
) -> None:
    found = lapses(rule, asked(1, FIRST, "intake", **before), asked(2, SECOND, "intake", **after))
    assert (found.changed, found.changed_at, found.has_lapsed) == (changed, 2, True)


def test_what_it_does_not_rest_on_may_change() -> None:
    assert not lapses(
        "other_condition", asked(1, FIRST, "intake", **KNEE), asked(2, SECOND, "intake", **KNEE, smoker="yes")
    ).has_lapsed


def test_an_answer_that_changed_and_changed_back_has_changed() -> None:
    found = lapses("cardiac", asked(1, FIRST, cardiac="yes"), asked(2, SECOND), asked(3, THIRD, cardiac="yes"))
    assert (found.changed, found.changed_at) == (("cardiac",), 2)


def test_a_screening_that_left_it_open_changes_nothing() -> None:
    blank = answered(asked(2, SECOND), {"pregnant": "no"})
    assert not lapses("cardiac", asked(1, FIRST, cardiac="yes"), blank, asked(3, THIRD, cardiac="yes")).has_lapsed


def test_a_form_that_does_not_ask_it_changes_nothing() -> None:
    between = asked(2, SECOND, "session")
    kept = lapses("migraine_aura", asked(1, FIRST, migraine_aura="yes"), between, asked(3, THIRD, migraine_aura="yes"))
    assert not kept.has_lapsed


def test_an_intakes_decision_is_carried_to_a_session_with_the_same_answers() -> None:
    assert not lapses("cardiac", asked(1, FIRST, cardiac="yes"), asked(2, SECOND, "session", cardiac="yes")).has_lapsed
    session = asked(2, SECOND, "session", smoker="yes", family_clots="no")
    assert not lapses("clot_risk_factors", asked(1, FIRST, smoker="yes"), session).has_lapsed
    other = asked(2, SECOND, "session", smoker="yes", family_clots="yes")
    assert lapses("clot_risk_factors", asked(1, FIRST, smoker="yes"), other).changed == ("family_clots",)


def test_no_since_last_time_leaves_a_decision_on_ever_and_yes_does_not() -> None:
    first, third = asked(1, FIRST, stroke_tia="yes"), asked(3, THIRD, stroke_tia="yes")
    assert not lapses("stroke_tia", first, asked(2, SECOND, "session"), third).has_lapsed
    anew = lapses("stroke_tia", first, asked(2, SECOND, "session", stroke_tia="yes"))
    assert anew.changed == ("stroke_tia",), "something has happened since"


def test_of_several_decisions_the_last_one_counts() -> None:
    rows = [asked(n, FIRST, cardiac="yes") for n in (1, 2, 3)]
    made = [(1, decided("cardiac")), (2, decided("cardiac", "decline"))]
    found = decided_before(made, rows)["cardiac"]
    assert (found.decision.decision, found.screening) == ("decline", 2)


def test_a_decision_on_the_screening_itself_is_no_earlier_one() -> None:
    rows = [asked(1, FIRST, cardiac="yes"), asked(2, SECOND, cardiac="yes")]
    assert decided_before([(2, decided("cardiac"))], rows) == {}
    both = decided_before([(1, decided("cardiac")), (2, decided("cardiac", "decline"))], rows)
    assert both["cardiac"].screening == 1


def test_another_wording_of_a_rule_lets_a_decision_lapse_and_of_a_question_where_it_raises_something() -> None:
    rules = tuple(replace(rule, reason=f"{rule.reason} Anew.") for rule in form().rules)
    now = replace(asked(2, SECOND, cardiac="yes"), questionnaire=replace(form(), rules=rules))
    assert lapses("cardiac", asked(1, FIRST, cardiac="yes"), now).changed == ("cardiac", "cardiac_what")
    reworded = tuple(
        replace(each, text="Otherwise?") if each.link_id in ("smoker", "immobile") else each
        for each in form().questions
    )
    newer = replace(asked(2, SECOND, smoker="yes"), questionnaire=replace(form(), questions=reworded))
    assert lapses("clot_risk_factors", asked(1, FIRST, smoker="yes"), newer).changed == ("smoker",)


def test_without_the_words_of_then_no_decision_is_carried_over() -> None:
    gone = replace(asked(1, FIRST, cardiac="yes"), questionnaire=None)
    assert lapses("cardiac", gone, asked(2, SECOND, cardiac="yes")).has_lapsed
