"""Answers as they arrive from a person or a document, and as they are kept: every fault named at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from microsclero.dates import parse_date, parse_past_date, show_date
from microsclero.errors import Reason, UsageError
from microsclero.quantities import parse_decimal
from microsclero.text import clean, visible

if TYPE_CHECKING:
    from microsclero.conditions import Condition
    from microsclero.questionnaire import Question, Questionnaire

_LONGEST_TEXT = 300
_LONGEST_KEY = 40
# No number that we ask for comes near it; str() of a huge int is itself an attack.
_HUGE = 10**9
# Any day will do to see whether a date can be read at all.
_SOME_DAY = date(2026, 1, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was said last time, and when."""

    answers: Mapping[str, str] = field(default_factory=dict)
    answered_on: Mapping[str, date] = field(default_factory=dict)
    confirm: frozenset[str] = frozenset()


def check_answers(questionnaire: Questionnaire, answers: object, *, on: date) -> dict[str, str]:
    """The answers as kept: yes/no/unsure, an option's value, 2026-12-01, 2.5, or words.

    JSON null is an answer not given. UsageError carries one Reason for each unknown key, each answer to a question
    that is not shown, and each value that cannot be read; none of them quotes a value.
    """
    if not isinstance(answers, Mapping):
        raise UsageError("The answers must be one JSON object, keys and answers: see screen --form.", code="unreadable")
    kept, faults = read_answers(questionnaire, answers, on=on)
    faults += _strangers(questionnaire, answers)
    if faults:
        raise UsageError(" ".join(fault.message for fault in faults), code=faults[0].code, reasons=faults)
    shown = {question.link_id for question in questionnaire.shown(kept)}
    return {link_id: kept[link_id] for link_id in kept if link_id in shown}


def read_answers(
    questionnaire: Questionnaire, answers: Mapping[str, object], *, on: date | None
) -> tuple[dict[str, str], list[Reason]]:
    """The form's own questions as answered, and what is wrong with them: not readable, or not shown after the others.

    Without a day of asking, dates are only read, not judged.
    """
    faults: list[Reason] = []
    kept: dict[str, str] = {}
    given = {key: value for key, value in answers.items() if value is not None}
    for question in questionnaire.questions:
        if question.link_id in given:
            try:
                kept[question.link_id] = check_answer(question, given[question.link_id], on=on)
            except ValueError as error:
                faults.append(_fault("unreadable", question.link_id, str(error)))
    unreadable = set(given) - set(kept)
    shown = {question.link_id for question in questionnaire.shown(kept)}
    for question in questionnaire.questions:
        link_id, condition = question.link_id, question.shown_if
        if condition is None or link_id not in kept or link_id in shown:
            continue
        if unreadable.isdisjoint(condition.questions()):
            faults.append(_fault("not_shown", link_id, _only_asked_when(link_id, condition)))
        else:
            # It may well be shown once the fault already named is put right.
            unreadable.add(link_id)
    return kept, faults


def check_answer(question: Question, value: object, *, on: date | None) -> str:
    """One answer as it is kept; ValueError in one sentence that names the question and never quotes the answer.

    Without a day of asking, a date is only read, not judged.
    """
    name = question.link_id
    match question.type:
        case "yes_no":
            return _one_of(name, ("yes", "no", "unsure"), value)
        case "choice":
            return _one_of(name, tuple(option for option, _ in question.options), value)
        case "number":
            return _number(question, value)
        case "date":
            return _date(question, value, on)
    if not isinstance(value, str):
        raise ValueError(f"{name}: the answer must be words in quotes.")
    kept = clean(value, limit=_LONGEST_TEXT, what=name)
    if not kept:
        raise ValueError(f"{name}: the answer is empty; leave the key out instead.")
    return kept


def _one_of(name: str, options: tuple[str, ...], value: object) -> str:
    word = value.strip().casefold() if isinstance(value, str) and len(value) < 100 else None
    if word not in options:
        raise ValueError(f"{name}: the answer must be {_either(options)}, in quotes.")
    return word


def _number(question: Question, value: object) -> str:
    name = question.link_id
    if question.is_unsure_allowed and isinstance(value, str) and value[:20].strip().casefold() == "unsure":
        return "unsure"
    if not isinstance(value, str | int | float | Decimal):
        raise ValueError(f"{name}: the answer must be a number.")
    is_finite = value.is_finite() if isinstance(value, Decimal) else True
    if not isinstance(value, str) and not (is_finite and -_HUGE < value < _HUGE):
        raise ValueError(f"{name}: that number is out of range.")
    try:
        number = parse_decimal(str(value), least=question.least, most=question.most, places=question.places)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    return format(number, "f")


def _date(question: Question, value: object, on: date | None) -> str:
    name = question.link_id
    if not isinstance(value, str):
        raise ValueError(f"{name}: the answer must be a date in quotes, such as 2026-12-01.")
    try:
        read = parse_past_date if question.latest_days == 0 else parse_date
        day = read(value, today=on or _SOME_DAY)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    if on is None:
        return day.isoformat()
    if question.latest_days is not None and day > on + timedelta(days=question.latest_days):
        limit = "in the future" if question.latest_days == 0 else f"more than {question.latest_days} days ahead"
        raise ValueError(f"{name}: {show_date(day)} is {limit}; type the date again.")
    if question.within is not None and question.within.after(day) <= on:
        raise ValueError(
            f"{name}: {show_date(day)} is too long ago for the answer it follows: "
            "type the date again, or change that answer."
        )
    return day.isoformat()


def _only_asked_when(link_id: str, condition: Condition) -> str:
    return f"{link_id} is asked only when {condition.question} is {_either(condition.values)}: leave it out."


def _strangers(questionnaire: Questionnaire, answers: Mapping[object, object]) -> list[Reason]:
    """Keys that are no question of this form."""
    elsewhere = {question.link_id for question in questionnaire.elsewhere}
    faults = []
    for key in answers:
        if key in questionnaire.by_id:
            continue
        if key in elsewhere:
            message = f"{key} is not asked at {_article(questionnaire.form)}: leave it out."
            faults.append(_fault("not_shown", str(key), message))
        else:
            name = visible(str(key)[:_LONGEST_KEY])
            faults.append(_fault("unknown_key", name, f'There is no question "{name}" here: see screen --form.'))
    return faults


def _fault(code: str, link_id: str, message: str) -> Reason:
    return Reason(code, message, {"key": link_id})


def _article(form: str) -> str:
    return "a session" if form == "session" else "intake"


def _either(options: tuple[str, ...]) -> str:
    return options[0] if len(options) == 1 else f"{', '.join(options[:-1])} or {options[-1]}"
