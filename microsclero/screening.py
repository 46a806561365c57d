"""What the answers mean: screen() reads them by the rules; nothing here knows a question by heart, nor the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from microsclero.conditions import Condition, Facts, read_number
from microsclero.dates import age_on
from microsclero.lasting import Lasting, that_count
from microsclero.outcomes import FINDINGS, Outcome, is_above_review, worst
from microsclero.questionnaire import Answers, Case, Questionnaire, Rule

__all__ = ["Finding", "Outcome", "Screening", "screen", "worst"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that an answer has met, with all that a person needs to judge it.

    `question` is the first answer it rests on and `questions` are all of them. `applies_to` names the products it is
    about; empty is every product. A locked finding can never be decided away.
    """

    rule: str
    question: str
    answer: str
    answered_on: date
    outcome: Outcome
    reason: str
    changes: str
    source: str
    say: str
    ask_again_on: date | None = None
    applies_to: tuple[str, ...] = ()
    document: str | None = None
    locked: bool = False
    policy: bool = False
    questions: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        return {
            "rule": self.rule,
            "question": self.question,
            "answer": self.answer,
            "answered_on": self.answered_on.isoformat(),
            "outcome": self.outcome.value,
            "reason": self.reason,
            "changes": self.changes,
            "source": self.source,
            "say": self.say,
            "ask_again_on": _iso(self.ask_again_on),
            "applies_to": list(self.applies_to),
            "document": self.document,
            "locked": self.locked,
            "policy": self.policy,
            "questions": list(self.questions),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Finding:
        """A finding as as_data() wrote it; ValueError for anything else."""
        # A word left out would fall back on its default, and a locked finding come out unlocked.
        if data.keys() != cls.__dataclass_fields__.keys():
            raise ValueError("This is no finding.")
        try:
            found = cls(
                **{
                    **data,
                    "answered_on": date.fromisoformat(data["answered_on"]),
                    "outcome": Outcome(data["outcome"]),
                    "ask_again_on": _date(data["ask_again_on"]),
                    "applies_to": tuple(data["applies_to"]),
                    "questions": tuple(data["questions"]),
                }
            )
        except TypeError:
            raise ValueError("This is no finding.") from None
        texts = (found.rule, found.question, found.answer, found.reason, found.changes, found.source, found.say)
        words = (*texts, *found.applies_to, *found.questions, found.document or "")
        flags = (found.locked, found.policy)
        if (
            found.outcome not in FINDINGS
            or not all(isinstance(each, str) for each in words)
            or not all(isinstance(each, bool) for each in flags)
        ):
            raise ValueError("This is no finding.")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What one set of answers came to on one day, under one version of one form.

    `lasting` are the answers of earlier days that counted beside those given.
    """

    form: str
    questionnaire: str
    version: str
    sha256: str
    on: date
    outcome: Outcome
    ask_again_on: date | None
    findings: tuple[Finding, ...]
    unanswered: tuple[str, ...]
    lasting: tuple[Lasting, ...] = ()


def screen(
    questionnaire: Questionnaire,
    answers: Answers,
    *,
    born_on: date,
    on: date,
    readings: frozenset[str] = frozenset(),
    answered_on: Mapping[str, date] | None = None,
    lasting: Sequence[Lasting] = (),
) -> Screening:
    """Read the answers by every rule of the form; the worst finding is the outcome.

    `on` is the treatment date, or the day of the screening. `readings` are the readings of the clinic's page that a
    prescriber has recorded. `answered_on` gives the day of answers that were confirmed rather than asked anew.
    `lasting` stand beside the answers: of both the graver counts, and none of them answers a question of today.
    Answers that the form does not ask, does not show or cannot read count as not given.
    """
    shown = questionnaire.shown(answers)
    asked = (*shown, *questionnaire.background)
    given = {q.link_id: answers[q.link_id] for q in asked if q.accepts(answers.get(q.link_id))}
    stand = that_count(questionnaire, given, lasting)
    counting = given | {each.question: each.answer for each in stand}
    facts = Facts(on=on, answers=counting, derived=_derived(counting, born_on, on))
    unanswered = tuple(q.link_id for q in shown if q.required and q.link_id not in given)
    said_on = {**(answered_on or {}), **{each.question: each.on for each in stand}}
    reader = _Reader(questionnaire, facts, born_on, readings, said_on, {each.question: each for each in stand})
    findings = tuple(finding for rule in questionnaire.rules if (finding := reader.finding(rule)) is not None)
    outcome = worst((*(f.outcome for f in findings), *([Outcome.INCOMPLETE] if unanswered else [])))
    return Screening(
        form=questionnaire.form,
        questionnaire=questionnaire.id,
        version=questionnaire.version,
        sha256=questionnaire.sha256,
        on=on,
        outcome=outcome,
        ask_again_on=_ask_again_on(findings),
        findings=findings,
        unanswered=unanswered,
        lasting=stand,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one rule after another by the same facts."""

    questionnaire: Questionnaire
    facts: Facts
    born_on: date
    readings: frozenset[str]
    answered_on: Mapping[str, date]
    lasting: Mapping[str, Lasting]

    def finding(self, rule: Rule) -> Finding | None:
        is_met = rule.when is not None and rule.when.holds(self.facts)
        is_unsure = self.facts.answers.get(rule.question or "") == "unsure"
        if not (is_met or is_unsure):
            return None
        case = next((case for case in rule.cases if self._holds(case)), None)
        if case is not None:
            return self._found(rule, case, outcome=case.outcome, reason=case.reason)
        if is_met:
            return self._found(rule, rule, outcome=rule.outcome, reason=rule.reason)
        return self._unsure(rule)

    def _holds(self, case: Case) -> bool:
        if case.reading is not None and case.reading not in self.readings:
            return False
        if any(link_id not in self.facts.answers for link_id in case.needs):
            return False
        if case.when is not None and not case.when.holds(self.facts):
            return False
        if case.ask_again is None:
            return True
        until = case.ask_again.on(self.facts, self.born_on)
        return until is not None and until > self.facts.on

    def _found(self, rule: Rule, words: Rule | Case, *, outcome: Outcome, reason: str) -> Finding:
        question = self._first_question(rule)
        return Finding(
            rule=rule.id,
            question=question,
            answer=self._answer(question),
            answered_on=self.answered_on.get(question, self.facts.on),
            outcome=outcome,
            reason=self._with_source(rule, self._counting(rule, reason)),
            changes=words.changes,
            source=words.source or rule.source,
            say=words.say,
            ask_again_on=words.ask_again.on(self.facts, self.born_on) if words.ask_again else None,
            applies_to=rule.applies_to,
            document=words.document if outcome is Outcome.REFER else None,
            # A narrowed answer is no longer the one that is locked.
            locked=rule.locked and outcome in (Outcome.BAR, Outcome.DEFER),
            policy=words.policy,
            questions=self.questionnaire.rests_on(rule) or (question,),
        )

    def _unsure(self, rule: Rule) -> Finding:
        question = rule.question or ""
        return Finding(
            rule=rule.id,
            question=question,
            answer="unsure",
            answered_on=self.answered_on.get(question, self.facts.on),
            outcome=rule.unsure,
            reason=self._with_source(rule, f"Not sure: {rule.topic}."),
            changes=rule.unsure_changes,
            source=rule.source,
            say=rule.unsure_say,
            applies_to=rule.applies_to,
            locked=rule.locked,
            policy=rule.policy,
            questions=self.questionnaire.rests_on(rule),
        )

    def _first_question(self, rule: Rule) -> str:
        """The rule's own question; of a counting rule the first that counts."""
        if rule.question is not None:
            return rule.question
        parts = self._counted(rule) or ((rule.when,) if rule.when else ())
        names = [name for part in parts for name in _met_by(part, self.facts)]
        return names[0] if names else rule.id

    def _counted(self, rule: Rule) -> tuple[Condition, ...]:
        if not rule.is_counted or rule.when is None:
            return ()
        return tuple(part for part in rule.when.of if part.holds(self.facts))

    def _counting(self, rule: Rule, reason: str) -> str:
        """The reason; of a counting rule with what was counted: "…: smoking; BMI of 30 or more (31.2 …)."."""
        topics = [self._topic(part) for part in self._counted(rule)]
        return f"{reason.rstrip('.')}: {'; '.join(topics)}." if topics else reason

    def _with_source(self, rule: Rule, reason: str) -> str:
        """The reason; of what was told on an earlier day also when and where."""
        told = (self.lasting[name].words for name in self.questionnaire.rests_on(rule) if name in self.lasting)
        return " ".join((reason, *dict.fromkeys(told)))

    def _topic(self, part: Condition) -> str:
        name = next(part.questions())
        rule = self.questionnaire.rules_by_id.get(name)
        topic = rule.topic if rule is not None else name
        if "bmi" in _met_by(part, self.facts):
            return f"{topic} ({self._answer('bmi')} by height and weight)"
        return topic

    def _answer(self, name: str) -> str:
        if name in self.facts.derived:
            # Cut, not rounded: 29.96 must not be shown as the 30 that it is not.
            places = Decimal("0.1") if name == "bmi" else Decimal(1)
            return str(self.facts.derived[name].quantize(places, rounding=ROUND_DOWN))
        return self.facts.answers.get(name, "")


def _met_by(condition: Condition, facts: Facts) -> tuple[str, ...]:
    """The questions and derived numbers through which a condition holds."""
    if not condition.holds(facts):
        return ()
    if condition.question:
        return (condition.question,)
    return tuple(name for part in condition.of for name in _met_by(part, facts))


def _derived(given: Answers, born_on: date, on: date) -> dict[str, Decimal]:
    """Age on the day; BMI when height and weight are both given."""
    derived = {"age": Decimal(age_on(born_on, on))}
    height_cm = read_number(given.get("height_cm", ""))
    weight_kg = read_number(given.get("weight_kg", ""))
    if height_cm and weight_kg:
        derived["bmi"] = weight_kg * 10_000 / (height_cm * height_cm)
    return derived


def _ask_again_on(findings: Sequence[Finding]) -> date | None:
    """When to ask again: the latest date, and only if everything that stands in the way ends by itself on a date."""
    dates = [
        finding.ask_again_on if finding.outcome is not Outcome.REFER else None
        for finding in findings
        if is_above_review(finding.outcome)
    ]
    known = [day for day in dates if day is not None]
    return max(known) if known and len(known) == len(dates) else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
