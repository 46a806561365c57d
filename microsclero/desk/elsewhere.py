"""Vein injections elsewhere as a patient told of them: they count for the gap, at the chair and in the diary alike."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from microsclero.desk import Desk

_QUESTION = "sclerotherapy_elsewhere"
_ON = "sclerotherapy_elsewhere_on"


class Elsewhere(NamedTuple):
    """A day on which somebody else injected, and when it was last told; a later "no" takes nothing back."""

    on: date
    told_on: date
    is_denied: bool

    @property
    def label(self) -> str:
        """What it is called before its day."""
        from microsclero.dates import show_date

        if not self.is_denied:
            return "injections elsewhere"
        return f"injections elsewhere, told of on {show_date(self.told_on)} and denied since (ask which is right),"


def told_elsewhere(desk: Desk, patient_no: int) -> tuple[Elsewhere, ...]:
    """Every dated one of any screening, by its day."""
    from microsclero.store import screenings

    rows = screenings.screenings_of(desk.store, patient_no)
    last = {row.answers[_ON]: row for row in rows if row.answers.get(_QUESTION) == "yes" and row.answers.get(_ON)}
    denied_in = max((row.screening for row in rows if row.answers.get(_QUESTION) == "no"), default=0)
    return tuple(
        Elsewhere(date.fromisoformat(on), row.on, denied_in > row.screening) for on, row in sorted(last.items())
    )


def about_denied(desk: Desk, patient_no: int) -> tuple[str, ...]:
    """What to say, where something is planned, of injections that were denied since and still keep it waiting."""
    from microsclero import content
    from microsclero.dates import show_date
    from microsclero.schedule import earliest_next

    policy = content.course()
    return tuple(
        f"Not before {show_date(earliest_next(each.on, policy))}: {each.label} were on {show_date(each.on)}."
        for each in told_elsewhere(desk, patient_no)
        if each.is_denied and earliest_next(each.on, policy) > desk.today()
    )
