"""Entries struck out since that named a batch: a wrong correction must lose nobody in a recall."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from microsclero.desk import Desk


class StruckVial(NamedTuple):
    """A treatment that named the batch until it was struck out, and what stands instead does not name it."""

    treatment: int
    patient_no: int
    on: date
    why: str

    def as_data(self) -> dict[str, object]:
        return {
            "treatment": self.treatment,
            "patient": self.patient_no,
            "date": self.on.isoformat(),
            "why": self.why,
        }


def struck_vials(desk: Desk, batch_key: str, standing: Container[int]) -> tuple[StruckVial, ...]:
    """standing: the treatments that name it still; an entry that became one of these is left out."""
    from microsclero.store import notes, treatments

    found: dict[int, StruckVial] = {}
    for _, row in treatments.vials_of_batch(desk.store, batch_key, struck=True):
        made = notes.amendment_of(desk.store, "treatment", row.treatment)
        if made is None or _stands_as(desk, made.new) in standing:
            continue
        found[row.treatment] = StruckVial(
            treatment=row.treatment,
            patient_no=row.patient_no,
            on=row.started_at.astimezone(desk.zone).date(),
            why=f"{made.action.replace('_', ' ')}: {made.reason}",
        )
    return tuple(found.values())


def _stands_as(desk: Desk, treatment: int | None) -> int | None:
    """The entry that stands in the end; None where none does."""
    from microsclero.store import notes

    while treatment is not None:
        made = notes.amendment_of(desk.store, "treatment", treatment)
        if made is None:
            return treatment
        treatment = made.new
    return None


def words_about_struck(struck: tuple[StruckVial, ...]) -> tuple[str, ...]:
    """How many there are, and each with its patient and day."""
    from microsclero.dates import show_date

    if not struck:
        return ()
    many = "1 struck-out entry named it" if len(struck) == 1 else f"{len(struck)} struck-out entries named it"
    each = (
        f"treatment {one.treatment} of patient {one.patient_no} on {show_date(one.on)} ({one.why})" for one in struck
    )
    return (f"{many}: {'; '.join(each)}. Is the correction right?",)
