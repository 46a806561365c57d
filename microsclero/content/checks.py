"""What a questionnaire must be before anybody is asked by it; the floors that no content may go under."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from microsclero.conditions import JOINS, Condition, Facts
from microsclero.content.build import UNSURE_DEFERS, Parts
from microsclero.content.tables import Faults
from microsclero.outcomes import Outcome, is_at_least
from microsclero.questionnaire import DERIVED, AskAgain, Case, Question, Rule
from microsclero.standing import DOCUMENT_WORDS

# The clinic's own page, item by item: locked, and never laxer than this.
SEED = {
    "pregnant": Outcome.DEFER,
    "breastfeeding": Outcome.DEFER,
    "dvt_ever": Outcome.BAR,
    "phlebitis_now": Outcome.DEFER,
    "phlebitis_past": Outcome.BAR,
    "leg_infection": Outcome.DEFER,
    "asthma_uncontrolled": Outcome.DEFER,
    "asthma_severe": Outcome.BAR,
    "diabetes_uncontrolled": Outcome.DEFER,
    "diabetes_severe": Outcome.BAR,
}
PRODUCTS = ("fibrovein", "aethoxysklerol")
READINGS = ("phlebitis_past",)

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VERSION = re.compile(r"[0-9]{4}-[0-9]{1,3}")
# The program promises nothing about a person; these would.
_PROMISES = ("safe", "cleared", "fit for treatment")
_CODE_WORDS = re.compile(r"\b(bar|barred|defer|deferred|refer|referred|review|incomplete|contraindicat\w*)\b", re.I)
_SOME_DAY = date(2026, 1, 1)
_ADULT = {"age": Decimal(40)}


def check(parts: Parts, faults: Faults) -> None:
    """Every fault of meaning in a questionnaire goes to `faults`."""
    questions = {question.link_id: question for question in parts.questions}
    if not _VERSION.fullmatch(parts.version):
        faults.add("file", "version must look like 2026-1.")
    _check_twice(faults, "section", [section.section for section in parts.sections])
    _check_twice(faults, "rule", [rule.id for rule in parts.rules])
    _check_order(parts, faults)
    for question in parts.questions:
        for reason in _question_faults(question, questions, parts):
            faults.add(question.link_id, reason)
    untroubled = {q.link_id: q.untroubled for q in parts.questions if q.untroubled is not None}
    for rule in parts.rules:
        for reason in _rule_faults(rule, questions):
            faults.add(rule.id, reason)
        if rule.when is not None and rule.when.holds(Facts(on=_SOME_DAY, answers=untroubled, derived=_ADULT)):
            faults.add(rule.id, "it speaks although every answer is the untroubled one.")
    for place, reason in _seed_faults(parts, questions):
        faults.add(place, reason)
    for place, words in _words(parts):
        for promise in _PROMISES:
            if promise in words.casefold():
                faults.add(place, f'the word "{promise}" promises what nobody can.')
    for place, words in _heard(parts):
        for code_word in _CODE_WORDS.findall(words):
            faults.add(place, f'patients don\'t hear "{code_word}".')


def _check_twice(faults: Faults, what: str, names: Sequence[str]) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.add(name, f"this {what} stands here twice.")


def _check_order(parts: Parts, faults: Faults) -> None:
    """Sections come one after the other: nobody is asked about clots twice."""
    known = [section.section for section in parts.sections]
    seen: list[str] = []
    for question in parts.questions:
        if question.section not in known:
            faults.add(question.link_id, f'there is no section "{question.section}".')
        elif question.section not in seen:
            seen.append(question.section)
        elif seen[-1] != question.section:
            faults.add(question.link_id, f'section "{question.section}" was left before this question.')


def _question_faults(question: Question, questions: dict[str, Question], parts: Parts) -> Iterator[str]:
    if not _NAME.fullmatch(question.link_id) or question.link_id in DERIVED:
        yield "link_id must be small letters, digits and _, and no derived number's name."
    values = [value for value, _ in question.options]
    if (question.type == "choice") != (len(set(values)) >= 2) or len(values) != len(set(values)):
        yield "a choice, and nothing else, has two or more different options."
    if "unsure" in values:
        yield '"unsure" can\'t be an option of a choice: give it words of its own.'
    if question.type != "number" and (question.least, question.most, question.places) != (None, None, 0):
        yield "least, most and places are for numbers."
    if question.type == "number" and (
        question.least is None or question.most is None or question.least > question.most
    ):
        yield "a number needs least and most."
    if question.type != "date" and (question.within, question.latest_days) != (None, None):
        yield "within and latest_days are for dates."
    if question.type == "yes_no" and question.untroubled not in ("no", None):
        yield '"no" is always the untroubled answer.'
    if question.untroubled is not None and not question.accepts(question.untroubled):
        yield "its untroubled answer is no answer to it."
    if question.safety and question.type not in ("yes_no", "number"):
        yield "a question of safety is yes_no or a number: only there can one be unsure."
    if question.safety and question.untroubled is None:
        yield "a question of safety needs an untroubled answer."
    if question.shown_if is not None:
        yield from _condition_faults(question.shown_if, questions)
    if question.safety and not any(rule.question == question.link_id for rule in parts.rules):
        yield "a question of safety needs a rule of its own name."
    reads_yes = any(rule.when is not None and question.link_id in rule.when.questions() for rule in parts.rules)
    if question.safety and not reads_yes:
        yield "no rule reads its answer."


def _rule_faults(rule: Rule, questions: dict[str, Question]) -> Iterator[str]:
    if rule.when is None and rule.question is None:
        yield "it has neither a question of its name nor a condition."
    if rule.when is not None:
        yield from _condition_faults(rule.when, questions)
    yield from _finding_faults(rule, questions)
    if not set(rule.applies_to) <= set(PRODUCTS):
        yield f"applies_to knows only {', '.join(PRODUCTS)}."
    own = questions.get(rule.question or "")
    if own is not None and own.locked != rule.locked:
        yield "question and rule must both be locked, or neither."
    if rule.question in UNSURE_DEFERS and rule.unsure is not Outcome.DEFER:
        yield "not sure must be a deferral here."
    if own is not None and own.safety and not is_at_least(rule.unsure, Outcome.REVIEW):
        yield "not sure on a question of safety must be for review at least."
    for n, case in enumerate(rule.cases, start=1):
        for reason in (*_finding_faults(case, questions), *_case_faults(rule, case, questions)):
            yield f"case {n}: {reason}"


def _finding_faults(part: Rule | Case, questions: dict[str, Question]) -> Iterator[str]:
    """What holds for a rule and for each of its cases alike."""
    if (part.outcome is Outcome.REFER) != (part.document is not None):
        yield "refer, and nothing else, names the document that answers it."
    if part.document is not None and part.document not in DOCUMENT_WORDS:
        yield f"unknown document: one of {', '.join(DOCUMENT_WORDS)}."
    if part.ask_again is not None:
        yield from _ask_again_faults(part.ask_again, part.outcome, questions)


def _ask_again_faults(again: AskAgain, outcome: Outcome, questions: dict[str, Question]) -> Iterator[str]:
    if outcome not in (Outcome.BAR, Outcome.REFER, Outcome.DEFER):
        yield "only what stands in the way has a date to ask again."
    if again.birthday is None and (again.question not in questions or questions[again.question].type != "date"):
        yield "ask_again must count from a question that holds a date."


def _case_faults(rule: Rule, case: Case, questions: dict[str, Question]) -> Iterator[str]:
    if case.when is not None:
        yield from _condition_faults(case.when, questions)
    yield from (f'needs: there is no question "{name}".' for name in case.needs if name not in questions)
    if case.reading is not None and case.reading not in READINGS:
        yield f"unknown reading: one of {', '.join(READINGS)}."
    looks_at = {*case.needs, *(case.when.questions() if case.when is not None else ())}
    follow_ups = {name for name in looks_at if name in questions and questions[name].shown_if is not None}
    if not is_at_least(case.outcome, rule.outcome) and not follow_ups:
        yield "only the answer to a follow-up can make a rule milder."


def _condition_faults(condition: Condition, questions: dict[str, Question]) -> Iterator[str]:
    if condition.operator in JOINS:
        for part in condition.of:
            yield from _condition_faults(part, questions)
        return
    name = condition.question
    if name in DERIVED:
        if condition.operator not in ("at_least", "less_than"):
            yield f"{name} is a number: at_least or less_than."
        return
    if name not in questions:
        yield f'there is no question "{name}".'
        return
    question = questions[name]
    if condition.operator == "is":
        unknown = [value for value in condition.values if not question.accepts(value) or question.type == "text"]
        if unknown or not condition.values:
            yield f"{name} has no such answer: {', '.join(unknown) or 'none given'}."
    elif question.type != "date" and (question.type != "number" or condition.operator == "within_days"):
        yield f"{condition.operator} can't be asked of {name}, which is {question.type}."
    elif condition.number is None:
        yield f"{condition.operator} needs a number."


def _seed_faults(parts: Parts, questions: dict[str, Question]) -> Iterator[tuple[str, str]]:
    """A locked rule loosened, or gone."""
    rules = {rule.id: rule for rule in parts.rules}
    for name, floor in SEED.items():
        rule, question = rules.get(name), questions.get(name)
        if rule is None or question is None:
            yield name, "this question of the clinic's page, or its rule, is missing."
            continue
        if not (rule.locked and question.locked and question.safety):
            yield name, "a rule of the clinic's page must be locked."
        if not is_at_least(rule.outcome, floor) or rule.unsure is not Outcome.DEFER:
            yield name, f"a locked rule can't be loosened: {floor.value} at least, and not sure a deferral."
        if rule.when is None or not rule.when.holds(Facts(on=_SOME_DAY, answers={name: "yes"})):
            yield name, "a locked rule must speak when its question is answered yes."
    for name in UNSURE_DEFERS:
        if name not in rules:
            yield name, "this rule is missing."
    for rule in parts.rules:
        if rule.locked and rule.id not in SEED:
            yield rule.id, "only the rules of the clinic's page are locked."


def _heard(parts: Parts) -> Iterator[tuple[str, str]]:
    """What is said to the patient, questions included."""
    for question in parts.questions:
        yield question.link_id, f"{question.text} {question.text_session or ''} {question.why}"
    for rule in parts.rules:
        yield rule.id, " ".join((rule.say, rule.unsure_say, *(case.say for case in rule.cases)))
    for words in parts.words:
        yield f"outcome.{words.outcome.value}", words.say


def _words(parts: Parts) -> Iterator[tuple[str, str]]:
    """Everything that a person reads."""
    yield from _heard(parts)
    for section in parts.sections:
        yield section.section, f"{section.title} {section.prompt or ''}"
    for question in parts.questions:
        yield question.link_id, " ".join(label for _, label in question.options)
    for rule in parts.rules:
        parts_of_it: tuple[Rule | Case, ...] = (rule, *rule.cases)
        yield rule.id, " ".join(f"{part.reason} {part.changes} {part.source}" for part in parts_of_it)
        yield rule.id, f"{rule.topic} {rule.unsure_changes}"
    for words in parts.words:
        yield f"outcome.{words.outcome.value}", words.heading
