"""How a screening can end, and which end is the worse."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """What a finding, or a whole screening, means; worst first, as the practice reads them."""

    BAR = "bar"
    REFER = "refer"
    DEFER = "defer"
    INCOMPLETE = "incomplete"
    REVIEW = "review"
    SUITABLE = "suitable"
    NOTE = "note"


class ComesTo(NamedTuple):
    """How the answers so far would end, and the questions its findings rest on."""

    outcome: Outcome
    rests_on: frozenset[str]


_ORDER = tuple(Outcome)

# What one answer may lead to; "incomplete" and "suitable" are said of a whole screening only.
FINDINGS = (Outcome.BAR, Outcome.REFER, Outcome.DEFER, Outcome.REVIEW, Outcome.NOTE)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The worst of them. A note informs and changes nothing, so notes alone, or nothing at all, are `suitable`."""
    return min((Outcome.SUITABLE, *outcomes), key=_ORDER.index)


def is_above_review(outcome: Outcome) -> bool:
    """Bar, refer or defer: what no decision can open while it stands."""
    return outcome in (Outcome.BAR, Outcome.REFER, Outcome.DEFER)


def is_at_least(outcome: Outcome, floor: Outcome) -> bool:
    """Whether `outcome` is as strict as `floor`, or stricter."""
    return _ORDER.index(outcome) <= _ORDER.index(floor)
