"""The closed set of operators that questions and rules may use: is, at_least, less_than, within_days, and joins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

# The operators that look at one answer, and those that join other conditions.
LOOKS = ("is", "at_least", "less_than", "within_days")
JOINS = ("count_at_least", "any", "all")

_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known on the day: the answers as kept, and the numbers worked out from them (age, bmi)."""

    on: date
    answers: Mapping[str, str]
    derived: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One statement that holds or does not: about a question, or about other statements.

    `number` of a question that holds a date counts the days since that date.
    """

    operator: str
    question: str = ""
    values: tuple[str, ...] = ()
    number: Decimal | None = None
    of: tuple[Condition, ...] = ()

    def holds(self, facts: Facts) -> bool:
        """Whether it is known to be so; what was not asked, or is not sure, holds nothing."""
        if self.operator in JOINS:
            return sum(part.holds(facts) for part in self.of) >= self._wanted()
        if self.operator == "is":
            return facts.answers.get(self.question) in self.values
        value = self._number_of(facts)
        if value is None or self.number is None:
            return False
        if self.operator == "within_days":
            return 0 <= value <= self.number
        return value >= self.number if self.operator == "at_least" else value < self.number

    def questions(self) -> Iterator[str]:
        """Every question it looks at, in order; the derived ones by their own names."""
        if self.question:
            yield self.question
        for part in self.of:
            yield from part.questions()

    def _wanted(self) -> Decimal | int:
        if self.operator == "count_at_least":
            return self.number or 1
        return 1 if self.operator == "any" else len(self.of)

    def _number_of(self, facts: Facts) -> Decimal | None:
        if self.question in facts.derived:
            return facts.derived[self.question]
        answer = facts.answers.get(self.question, "")
        since = read_date(answer)
        if since is not None:
            return Decimal((facts.on - since).days)
        # Days cannot be counted from a number, nor numbers from a word such as "unsure".
        return read_number(answer) if self.operator != "within_days" else None


def read_date(answer: str) -> date | None:
    """The date of an answer as kept (2026-12-01); None for anything else, and for years nobody means."""
    if not _ISO_DATE.fullmatch(answer) or not "1900" <= answer[:4] <= "2199":
        return None
    try:
        return date.fromisoformat(answer)
    except ValueError:
        return None


def read_number(answer: str) -> Decimal | None:
    """The number of an answer as kept (2.5); None for anything else, nan and 1e3 among it."""
    return Decimal(answer) if _NUMBER.fullmatch(answer) else None
