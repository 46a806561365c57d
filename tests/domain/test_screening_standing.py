"""Documents and decisions: what they open, what they never open, and what planning wants of an intake."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from microsclero.errors import Reason
from microsclero.formalities import formalities
from microsclero.outcomes import Outcome
from microsclero.screening import Screening
from microsclero.standing import (
    Decision,
    Document,
    PlanGate,
    Standing,
    against,
    may_decide,
    standing,
)
from tests.domain.screening_builders import SOME_DAY, screened, untroubled, without


def decided(rule: str, decision: str = "proceed", on: date = SOME_DAY) -> Decision:
    return Decision(rule=rule, decision=decision, reason="seen and talked through", prescriber="MS", on=on)


def filed(kind: str, rule: str | None = None, dated_on: date = SOME_DAY) -> Document:
    return Document(kind=kind, rule=rule, dated_on=dated_on, summary="no reflux")


def effective(stands: Standing) -> dict[str, str]:
    return {found.finding.rule: found.effective for found in stands.findings}


def codes(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.code for reason in reasons]


def gate(
    screening: Screening,
    *decisions: Decision,
    documents: tuple[Document, ...] = (),
    signed_on: date | None = SOME_DAY,
    today: date = SOME_DAY,
    version_in_force: str = "2026-1",
) -> PlanGate:
    papers = formalities(
        form=screening.form,
        version=screening.version,
        signed_on=signed_on,
        today=today,
        version_in_force=version_in_force,
    )
    found = against(standing(screening, documents, decisions))
    return PlanGate(reasons=(*papers, *found.reasons), not_before=found.not_before)


# ── documents ──


def test_a_referral_stands_until_its_document_is_filed() -> None:
    screening = screened(varicose_or_cvi="yes")

    before, after = standing(screening, (), ()), standing(screening, (filed("duplex"),), ())

    assert (before.outcome, effective(before), before.undecided) == (Outcome.REFER, {"varicose_or_cvi": "refer"}, ())
    assert (after.outcome, after.undecided) == (Outcome.REVIEW, ("varicose_or_cvi",))


@pytest.mark.parametrize("wrong", [filed("letter"), filed("abpi"), filed("duplex", rule="largest_vein_mm")])
def test_another_document_answers_nothing(wrong: Document) -> None:
    assert standing(screened(varicose_or_cvi="yes"), (wrong,), ()).outcome is Outcome.REFER


def test_a_letter_named_for_nothing_answers_only_a_single_question() -> None:
    one, two = screened(stroke_tia="yes"), screened(stroke_tia="yes", bleeding_vein="yes")

    assert effective(standing(one, (filed("letter"),), ())) == {"stroke_tia": "review"}
    assert effective(standing(two, (filed("letter"),), ())) == {"stroke_tia": "refer", "bleeding_vein": "refer"}
    assert effective(standing(two, (filed("letter", "stroke_tia"),), ())) == {
        "stroke_tia": "review",
        "bleeding_vein": "refer",
    }


def test_one_scan_answers_every_finding_that_wants_a_scan() -> None:
    screening = screened(varicose_or_cvi="yes", largest_vein_mm="4")

    assert standing(screening, (filed("duplex"),), ()).undecided == ("varicose_or_cvi", "largest_vein_mm")


@pytest.mark.parametrize("rule", ["dvt_ever", "breastfeeding", "other_uncontrolled"])
def test_no_document_lifts_a_bar_or_a_deferral(rule: str) -> None:
    screening = screened(answers=untroubled(**{rule: "yes"}))
    papers = tuple(filed(kind, rule) for kind in ("duplex", "abpi", "letter"))

    assert standing(screening, papers, (decided(rule),)).outcome is screening.outcome


# ── decisions ──


def test_a_decided_review_is_open_and_stays_a_review() -> None:
    stands = standing(screened(smoker="yes"), (), [decided("clot_risk_factors")])

    assert (stands.outcome, effective(stands)) == (Outcome.REVIEW, {"clot_risk_factors": "proceed"})
    assert stands.is_open


def test_each_finding_is_decided_by_itself() -> None:
    stands = standing(screened(smoker="yes", anticoagulant="yes"), (), [decided("anticoagulant")])

    assert (stands.undecided, stands.is_open) == (("clot_risk_factors",), False)


def test_the_last_decision_counts() -> None:
    screening = screened(smoker="yes")
    yes, no = decided("clot_risk_factors"), decided("clot_risk_factors", "decline")

    assert standing(screening, (), [yes, no]).declined == ("clot_risk_factors",)
    assert not standing(screening, (), [yes, no]).is_open
    assert standing(screening, (), [no, yes]).is_open


def test_a_suitable_screening_is_open_without_a_decision_and_notes_need_none() -> None:
    assert standing(screened(), (), ()).is_open
    noted = standing(screened(minocycline_or_iron="yes"), (), ())
    assert (noted.is_open, noted.outcome) == (True, Outcome.SUITABLE)


def test_a_decision_is_proceed_or_decline() -> None:
    with pytest.raises(ValueError, match="proceed or decline"):
        decided("smoker", "maybe")


def test_nothing_speaks_against_deciding_a_review() -> None:
    assert may_decide(screened(smoker="yes"), (), ["clot_risk_factors"]) == ()


def test_deciding_is_refused_while_anything_stands_above_review_or_is_unanswered() -> None:
    answers = without(untroubled(dvt_ever="yes", varicose_or_cvi="yes", breastfeeding="yes", cardiac="yes"), "smoker")

    reasons = may_decide(screened(answers=answers), ())

    assert codes(reasons) == ["finding_defer", "finding_bar", "finding_refer", "unanswered"]
    assert reasons[-1].details == {"unanswered": ["smoker"]}


def test_not_sure_on_a_locked_rule_cannot_be_decided() -> None:
    screening = screened(dvt_ever="unsure")

    assert screening.outcome is Outcome.DEFER
    assert codes(may_decide(screening, (), ["dvt_ever"])) == ["finding_defer", "locked"]
    assert effective(standing(screening, (), [decided("dvt_ever")])) == {"dvt_ever": "defer"}


def test_a_locked_finding_cannot_be_decided_even_if_the_record_calls_it_a_review() -> None:
    screening = screened(breastfeeding="yes")
    tampered = replace(screening, findings=(replace(screening.findings[0], outcome=Outcome.REVIEW),))

    stands = standing(tampered, (), [decided("breastfeeding")])

    assert (effective(stands), stands.is_open) == ({"breastfeeding": "review"}, False)


def test_a_document_filed_opens_the_decision() -> None:
    screening = screened(arterial="yes")

    assert codes(may_decide(screening, (), ["arterial"])) == ["finding_refer"]
    assert may_decide(screening, (filed("abpi"),), ["arterial"]) == ()


def test_only_what_was_found_can_be_decided() -> None:
    screening = screened(minocycline_or_iron="yes")

    assert codes(may_decide(screening, (), ["smoker", "minocycline_or_iron"])) == [
        "no_such_finding",
        "nothing_to_decide",
    ]


def test_a_narrowed_locked_rule_is_for_the_prescriber() -> None:
    screening = screened(leg_infection="yes", leg_infection_kind="fungus_only")

    assert may_decide(screening, (), ["leg_infection"]) == ()
    assert standing(screening, (), [decided("leg_infection")]).is_open


# ── the gate of planning ──


def test_a_signed_untroubled_intake_opens_planning() -> None:
    assert gate(screened()) == PlanGate(reasons=(), not_before=None)


@pytest.mark.parametrize(
    ("gated", "code"),
    [
        (gate(screened(), signed_on=None), "intake_unsigned"),
        (gate(screened(), version_in_force="2027-1"), "intake_version"),
        (gate(screened("session")), "no_intake"),
        (gate(screened(answers=without(untroubled(), "smoker"))), "unanswered"),
        (gate(screened(dvt_ever="yes")), "finding_bar"),
        (gate(screened(arterial="yes")), "finding_refer"),
        (gate(screened(breastfeeding="yes")), "finding_defer"),
        (gate(screened(born_on=date(2008, 12, 1))), "finding_bar"),
        (gate(screened(smoker="yes")), "undecided"),
        (gate(screened(smoker="yes"), decided("clot_risk_factors", "decline")), "declined"),
        (gate(screened(arterial="yes"), documents=(filed("abpi"),)), "undecided"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_plan_is_shut(gated: PlanGate, code: str) -> None:
    assert codes(gated.reasons) == [code]


def test_a_decided_review_opens_planning() -> None:
    assert gate(screened(smoker="yes"), decided("clot_risk_factors")).reasons == ()


@pytest.mark.parametrize(("days", "refused"), [(90, []), (91, ["intake_too_old"])])
def test_an_intake_opens_planning_for_90_days(days: int, refused: list[str]) -> None:
    gated = gate(screened(), today=SOME_DAY + timedelta(days=days))

    assert codes(gated.reasons) == refused


def test_a_dated_deferral_opens_planning_from_its_date() -> None:
    gated = gate(screened(recent_surgery="yes", recent_surgery_on="2026-10-07"))

    assert gated == PlanGate(reasons=(), not_before=date(2027, 1, 7))


def test_an_undated_deferral_shuts_it() -> None:
    assert codes(gate(screened(recent_surgery="yes")).reasons) == ["finding_defer"]


def test_all_reasons_are_told_at_once() -> None:
    screening = screened(answers=without(untroubled(dvt_ever="yes", cardiac="yes"), "smoker"))

    gated = gate(screening, signed_on=None, version_in_force="2027-1")

    assert codes(gated.reasons) == ["intake_version", "intake_unsigned", "unanswered", "finding_bar", "undecided"]


def test_a_filed_scan_does_not_shorten_the_wait_after_a_clot() -> None:
    answers = untroubled(phlebitis_past="yes", phlebitis_past_kind="leg_varicose", phlebitis_past_on="2026-10-01")
    screening = screened(answers=answers, readings=["phlebitis_past"])

    gated = gate(screening, decided("phlebitis_past"), documents=(filed("duplex"),))

    assert screening.ask_again_on is None
    assert gated == PlanGate(reasons=(), not_before=date(2027, 1, 1))
    assert codes(gate(screening, decided("phlebitis_past")).reasons) == ["finding_refer"]
