"""What a prescriber decided on the findings of a session's screenings, with reason and condition, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.standing import Decision
    from microsclero.store.screenings import ScreeningRow

# Of a long reason the middle is left out where it is kept again: a condition stands at its end, and is never cut.
_HEAD, _TAIL = 300, 600


class Made(NamedTuple):
    """One decision that stands, and the screening it was made on."""

    decision: Decision
    screening: int

    @property
    def words(self) -> str:
        return self._words(self.decision.reason)

    @property
    def in_short(self) -> str:
        return self._words(_in_short(self.decision.reason))

    def _words(self, reason: str) -> str:
        from microsclero.dates import show_date

        made = self.decision
        return f"{made.rule}: {made.decision} ({made.prescriber}, {show_date(made.on)}). {reason}"

    def as_data(self) -> dict[str, object]:
        return {**self.decision.as_data(), "screening": self.screening}


def decided(desk: Desk, screenings: Iterable[ScreeningRow], on: date) -> tuple[Made, ...]:
    """The decisions that count on that day, the newest screening's first; each rule once."""
    from microsclero.desk.standing_of import stands_at

    found: dict[str, Made] = {}
    for row in sorted(screenings, key=lambda row: -row.screening):
        if row.outcome == "suitable":
            continue
        for each in stands_at(desk, row, on).findings:
            if each.decision is not None:
                found.setdefault(each.finding.rule, Made(each.decision, row.screening))
    return tuple(found.values())


def _in_short(reason: str) -> str:
    reason = " ".join(reason.split())
    if len(reason) <= _HEAD + _TAIL:
        return reason
    return f"{reason[:_HEAD].rstrip()} … {reason[-_TAIL:].lstrip()}"
