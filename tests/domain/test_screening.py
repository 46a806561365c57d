"""What holds for every screening, whatever the rules: unknown never opens a door, the worst wins, nothing is lost."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsclero.outcomes import Outcome, is_above_review, is_at_least, worst
from microsclero.questionnaire import Question
from microsclero.screening import Finding, Screening, screen
from microsclero.standing import Decision, may_decide, standing
from tests.domain.screening_builders import (
    BORN_ON,
    FORMS,
    SOME_DAY,
    form,
    found,
    rules_found,
    screened,
    speaking,
    untroubled,
    without,
)

MANY = settings(max_examples=80, deadline=None)
SAFETY = [(name, q.link_id) for name in FORMS for q in form(name).questions if q.safety]
NOT_ANSWERS = ("", "  ", "Yes", "y", "maybe", "nan", "2026-02-30", "1e3", "true", "０")


def an_answer(question: Question) -> st.SearchStrategy[str]:
    """Any answer that may be kept."""
    match question.type:
        case "yes_no":
            return st.sampled_from(["no", "no", "no", "yes", "unsure"])
        case "choice":
            return st.sampled_from([value for value, _ in question.options])
        case "number":
            return st.decimals(question.least, question.most, places=question.places).map(lambda n: format(n, "f"))
        case "date":
            return st.dates(date(2025, 1, 1), SOME_DAY).map(date.isoformat)
    return st.text("abc ", min_size=1).map(lambda words: f"x{words}")


def any_answers(name: str) -> st.SearchStrategy[dict[str, str]]:
    """A whole form, each question answered or left out."""
    return st.fixed_dictionaries({}, optional={q.link_id: an_answer(q) for q in form(name).questions})


def complete_answers(name: str) -> st.SearchStrategy[dict[str, str]]:
    """A whole form with every question of safety answered somehow."""
    return st.fixed_dictionaries(
        {q.link_id: an_answer(q) for q in form(name).questions if q.required},
        optional={q.link_id: an_answer(q) for q in form(name).questions if not q.required},
    )


def the_test_for_pregnancy(name: str) -> list[str]:
    return [q.link_id for q in form(name).questions if q.link_id.startswith("pregnancy_test")]


@pytest.mark.parametrize("name", FORMS)
def test_an_untroubled_form_is_suitable_and_finds_nothing(name: str) -> None:
    questionnaire = form(name)

    assert screened(name) == Screening(
        form=name,
        questionnaire=name,
        version="2026-1",
        sha256=questionnaire.sha256,
        on=SOME_DAY,
        outcome=Outcome.SUITABLE,
        ask_again_on=None,
        findings=(),
        unanswered=(),
    )


@pytest.mark.parametrize(("name", "blank"), SAFETY)
def test_one_blank_question_of_safety_is_incomplete(name: str, blank: str) -> None:
    screening = screened(answers=without(untroubled(name), blank), name=name)

    assert (screening.outcome, screening.unanswered, screening.findings) == (Outcome.INCOMPLETE, (blank,), ())


@pytest.mark.parametrize(("name", "link_id"), SAFETY)
def test_what_cannot_be_read_is_not_an_answer(name: str, link_id: str) -> None:
    for nonsense in NOT_ANSWERS:
        screening = screened(name, answers=untroubled(name, **{link_id: nonsense}))

        assert (screening.outcome, screening.unanswered) == (Outcome.INCOMPLETE, (link_id,)), nonsense


def test_a_number_out_of_range_is_not_an_answer() -> None:
    assert screened(largest_vein_mm="51").unanswered == ("largest_vein_mm",)
    assert screened(height_cm="1.6", weight_kg="60") == screened()


@pytest.mark.parametrize("name", FORMS)
def test_every_question_with_an_untroubled_answer_wants_one(name: str) -> None:
    for link_id in untroubled(name):
        assert screened(name, answers=without(untroubled(name), link_id)).outcome is Outcome.INCOMPLETE


def test_an_empty_form_is_incomplete_and_names_every_question() -> None:
    screening = screened(answers={})

    assert screening.outcome is Outcome.INCOMPLETE
    assert screening.unanswered == tuple(q.link_id for q in form().questions if q.required)


def test_a_bar_with_blanks_is_a_bar_and_names_the_blanks() -> None:
    answers = without(untroubled(dvt_ever="yes"), "smoker", "largest_vein_mm")

    screening = screened(answers=answers)

    assert (screening.outcome, screening.unanswered) == (Outcome.BAR, ("smoker", "largest_vein_mm"))
    assert rules_found(screening) == [("dvt_ever", "bar")]


def test_a_review_with_blanks_is_incomplete() -> None:
    screening = screened(answers=without(untroubled(other_condition="yes"), "smoker"))

    assert (screening.outcome, rules_found(screening)) == (Outcome.INCOMPLETE, [("other_condition", "review")])


@pytest.mark.parametrize("name", FORMS)
@given(data=st.data())
@MANY
def test_an_unanswered_safety_question_is_never_suitable(name: str, data: st.DataObject) -> None:
    blank = data.draw(st.sampled_from([q.link_id for q in form(name).questions if q.safety]))
    answers = without(data.draw(complete_answers(name)), blank)

    screening = screened(name, answers=answers)

    assert screening.outcome is not Outcome.SUITABLE
    assert is_at_least(screening.outcome, Outcome.INCOMPLETE)
    assert blank in screening.unanswered


@pytest.mark.parametrize("name", FORMS)
@given(data=st.data())
@MANY
def test_an_unsure_safety_question_is_never_suitable(name: str, data: st.DataObject) -> None:
    unsure = data.draw(st.sampled_from([q for q in form(name).questions if q.safety]))
    answers = data.draw(complete_answers(name)) | {unsure.link_id: "unsure"}

    screening = screened(name, answers=without(answers, *the_test_for_pregnancy(name)))

    assert screening.outcome is not Outcome.SUITABLE
    floor = Outcome.DEFER if unsure.locked else Outcome.REVIEW
    assert is_at_least(found(screening, unsure.link_id).outcome, floor)


@pytest.mark.parametrize("name", FORMS)
@given(data=st.data())
@MANY
def test_the_worst_finding_is_the_outcome(name: str, data: st.DataObject) -> None:
    screening = screened(name, answers=data.draw(any_answers(name)))

    blanks = [Outcome.INCOMPLETE] if screening.unanswered else []
    assert screening.outcome is worst([*(finding.outcome for finding in screening.findings), *blanks])
    stands = [f for f in screening.findings if is_above_review(f.outcome)]
    if screening.ask_again_on is not None:
        assert screening.ask_again_on >= SOME_DAY
        assert screening.ask_again_on == max(f.ask_again_on or date.min for f in stands)
        assert all(f.ask_again_on is not None and f.outcome is not Outcome.REFER for f in stands)


@pytest.mark.parametrize("name", FORMS)
@given(data=st.data())
@MANY
def test_locked_rules_are_never_decided_away(name: str, data: st.DataObject) -> None:
    locked = data.draw(st.sampled_from([q.link_id for q in form(name).questions if q.locked]))
    answers = data.draw(complete_answers(name)) | {locked: data.draw(st.sampled_from(["yes", "unsure"]))}
    follow_ups = [q.link_id for q in form(name).questions if q.shown_if is not None]
    screening = screened(name, answers=without(answers, *follow_ups))
    decisions = [
        Decision(rule=finding.rule, decision="proceed", reason="because", prescriber="MS", on=SOME_DAY)
        for finding in screening.findings
    ]

    stands = standing(screening, (), decisions)

    assert not stands.is_open
    assert is_above_review(stands.outcome)
    now = next(f for f in stands.findings if f.finding.rule == locked)
    assert now.effective in ("bar", "defer")
    assert now.decision is None
    assert "locked" in [reason.code for reason in may_decide(screening, (), [locked])]


@pytest.mark.parametrize("name", FORMS)
def test_every_pair_of_rules_is_at_least_as_strict_as_either(name: str) -> None:
    rules = [rule for rule in form(name).rules if rule.id != "age"]
    alone = {rule.id: screened(name, answers=untroubled(name, **speaking(rule))).outcome for rule in rules}

    for one, other in combinations(rules, 2):
        together = screened(name, answers=untroubled(name, **{**speaking(one), **speaking(other)}))

        assert is_at_least(together.outcome, alone[other.id]), (one.id, other.id)
        overridden = speaking(one).keys() & speaking(other).keys()
        assert overridden or is_at_least(together.outcome, alone[one.id]), (one.id, other.id)
        assert {finding.rule for finding in together.findings} >= {other.id}


@pytest.mark.parametrize("name", FORMS)
def test_every_pair_of_blank_and_unsure_questions_is_never_suitable(name: str) -> None:
    safety = [q.link_id for q in form(name).questions if q.safety]

    for one, other in combinations(safety, 2):
        for answers in (
            without(untroubled(name), one, other),
            without(untroubled(name, **{other: "unsure"}), one),
            untroubled(name, **{one: "unsure", other: "unsure"}),
        ):
            assert screened(name, answers=answers).outcome is not Outcome.SUITABLE, (one, other)


@pytest.mark.parametrize("name", FORMS)
@given(data=st.data())
@MANY
def test_a_form_answered_twice_comes_to_the_same(name: str, data: st.DataObject) -> None:
    answers = data.draw(any_answers(name))

    screening = screened(name, answers=answers)

    assert screening == screened(name, answers=dict(reversed(answers.items())))
    assert tuple(Finding.from_data(finding.as_data()) for finding in screening.findings) == screening.findings


def test_answers_to_questions_that_are_not_shown_change_nothing() -> None:
    answers = untroubled(leg_infection_kind="fungus_only", recent_surgery_on="2026-11-01", nonsense="yes")

    assert screened(answers=answers) == screened()


def test_a_finding_carries_all_that_a_person_needs() -> None:
    screening = screen(
        form("session"),
        untroubled("session", asthma_severe="yes"),
        born_on=BORN_ON,
        on=SOME_DAY,
        answered_on={"asthma_severe": date(2026, 10, 1)},
    )

    rule = form("session").rules_by_id["asthma_severe"]
    assert screening.findings == (
        Finding(
            rule="asthma_severe",
            question="asthma_severe",
            answer="yes",
            answered_on=date(2026, 10, 1),
            outcome=Outcome.BAR,
            reason=rule.reason,
            changes=rule.changes,
            source=rule.source,
            say=rule.say,
            ask_again_on=None,
            applies_to=(),
            document=None,
            locked=True,
            policy=False,
            questions=("asthma_severe",),
        ),
    )


def test_an_answer_asked_today_has_todays_date() -> None:
    assert found(screened(dvt_ever="yes"), "dvt_ever").answered_on == SOME_DAY


def test_a_finding_as_data_has_the_agreed_keys() -> None:
    data = found(screened(smoker="yes"), "clot_risk_factors").as_data()

    assert {
        "rule",
        "question",
        "answer",
        "outcome",
        "reason",
        "changes",
        "source",
        "ask_again_on",
        "applies_to",
    } <= set(data)


def test_the_order_of_outcomes_is_that_of_the_practice() -> None:
    order = ["bar", "refer", "defer", "incomplete", "review", "suitable"]

    for n, outcome in enumerate(order):
        assert worst(Outcome(other) for other in order[n:]).value == outcome
    assert worst([Outcome.NOTE]) is Outcome.SUITABLE
    assert worst([]) is Outcome.SUITABLE
