"""What is read once more before a signature: which answers are marked, and how each is said."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from microsclero.outcomes import ComesTo
    from microsclero.questionnaire import Question


def is_flagged(question: Question, answer: str | None, comes_to: ComesTo) -> bool:
    """Whether it is read again before the signature: not the untroubled answer, not sure, or unanswered.

    A follow-up left out counts where a finding waits for it; what only counts along with others, such as a weight, not.
    """
    is_in_a_finding = question.link_id in comes_to.rests_on
    if answer is None:
        return question.required or (question.shown_if is not None and is_in_a_finding)
    untroubled = "no" if question.type == "yes_no" else question.untroubled
    return is_in_a_finding if untroubled is None and answer != "unsure" else answer != untroubled


def summed_up(question: Question, now: str | None, said: str | None) -> str:
    """The answer, and what it was last time where that was another."""
    if now is None:
        return "–"
    words = in_words(question, now)
    if said in (None, now):
        return words
    return f"{words} (last time {shorten(in_words(question, str(said)), 30, placeholder='…')})"


def in_words(question: Question, answer: str) -> str:
    """The answer as it is read back: a number with its unit."""
    unit = f" {question.unit}" if question.type == "number" and question.unit and answer != "unsure" else ""
    return f"{question.in_words(answer)}{unit}"
