"""Which keys answer a question of the questionnaire, and how they stand below it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from microsclero.questionnaire import Question

YES_NO_KEYS = {"y": "yes", "n": "no", "u": "unsure"}
BACK_KEYS = ("b", "<")


def answering_keys(question: Question) -> dict[str, str]:
    """What each key answers; none where the answer is typed."""
    return YES_NO_KEYS if question.type == "yes_no" else option_keys(question)


def option_keys(question: Question) -> dict[str, str]:
    """The key of each option: its own digit where every option has one (C1 is 1), else its place."""
    values = [value for value, _ in question.options]
    own = [value[-1] for value in values]
    if len(set(own)) == len(own) and all(digit.isascii() and digit.isdigit() for digit in own):
        return dict(zip(own, values, strict=True))
    return {str(place): value for place, value in enumerate(values, 1)}


def choices_shown(question: Question) -> list[str]:
    """Each option behind its key."""
    labels = dict(question.options)
    return [f"{key}  {labels[value]}" for key, value in option_keys(question).items()] if labels else []


def keys_shown(question: Question, today: date, *, may_confirm: bool, was_just_told: bool) -> list[str]:
    """Every key that does something here; Enter keeps what was told just now, else it leaves out."""
    from microsclero.dates import past_example

    parts = ["y yes", "n no", "u not sure"] if question.type == "yes_no" else []
    if question.type not in ("yes_no", "choice"):
        unit = f" ({question.unit})" if question.unit else ""
        day = past_example(today)
        parts.append({"date": f"a date, {day}", "number": f"a number{unit}"}.get(question.type, "in words"))
    if may_confirm:
        parts.append("s the same as last time")
    if question.type not in ("yes_no", "choice") and question.is_unsure_allowed:
        parts.append("u not sure")
    if not question.required:
        parts += ["Enter keep it", "- leave out"] if was_just_told else ["Enter leave out"]
    return [*parts, "b or < back", "? why we ask", "q stop and keep"]


def no_such_key(question: Question) -> str:
    """What is said to a key that does nothing here."""
    return f"Please again: that key is none of {', '.join(answering_keys(question))}; b or < goes back, q stops."
