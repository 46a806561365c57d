"""Answers for the tests of screening: the untroubled ones, and for each shipped rule those that make it speak."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from microsclero import content
from microsclero.questionnaire import Questionnaire, Rule
from microsclero.screening import Finding, Screening, screen

SOME_DAY = date(2026, 11, 22)
BORN_ON = date(1980, 2, 3)
FORMS = ("intake", "session")

# What makes a rule speak where "yes" to the question of its name is not the way.
SPEAKS = {
    "clot_risk_factors": {"smoker": "yes"},
    "largest_vein_mm": {"largest_vein_mm": "3"},
    # Their "yes" is counted by clot_risk_factors; by themselves they speak only when nobody is sure.
    "clot_risk_hormones": {"clot_risk_hormones": "unsure"},
    "smoker": {"smoker": "unsure"},
    "significant_obesity": {"significant_obesity": "unsure"},
    "immobile": {"immobile": "unsure"},
    "family_clots": {"family_clots": "unsure"},
}


@cache
def form(name: str = "intake") -> Questionnaire:
    return content.questionnaire(name)


def untroubled(name: str = "intake", **changed: str) -> dict[str, str]:
    """Every answer the untroubled one, except those named."""
    answers = {q.link_id: q.untroubled for q in form(name).questions if q.untroubled is not None}
    return {**answers, **changed}


def without(answers: dict[str, str], *blank: str) -> dict[str, str]:
    return {link_id: answer for link_id, answer in answers.items() if link_id not in blank}


def screened(
    name: str = "intake",
    *,
    answers: dict[str, str] | None = None,
    born_on: date = BORN_ON,
    on: date = SOME_DAY,
    readings: Iterable[str] = (),
    **changed: str,
) -> Screening:
    given = untroubled(name, **changed) if answers is None else answers
    return screen(form(name), given, born_on=born_on, on=on, readings=frozenset(readings))


def speaking(rule: Rule) -> dict[str, str]:
    """The answers that make a rule speak; none for age, which is never asked."""
    if rule.id == "age":
        return {}
    return SPEAKS.get(rule.id, {rule.id: "yes"})


def found(screening: Screening, rule: str) -> Finding:
    return next(finding for finding in screening.findings if finding.rule == rule)


def rules_found(screening: Screening) -> list[tuple[str, str]]:
    return [(finding.rule, finding.outcome.value) for finding in screening.findings]
