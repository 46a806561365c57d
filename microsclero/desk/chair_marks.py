"""Marks of earlier injections that are still open: what to read before the needle goes near them again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from microsclero.objections import Objection

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.reactions import ReactionRow

_SOURCE = "Clinical reference 4: do not retreat while there is new matting or marked pigment"
# The finding that a response would have put on hold, by the effect it is reported as.
_FOUND_AS = {"matting": "new_matting", "pigmentation": "marked_pigmentation"}


def open_marks(desk: Desk, patient_no: int, start: datetime) -> Iterator[Objection]:
    """New matting and marked pigmentation that was reported before the start and had not gone by that day."""
    from microsclero.content.reactions import load_reactions
    from microsclero.dates import show_date
    from microsclero.response import FINDINGS_BY_CODE
    from microsclero.store import reactions

    for row in reactions.reactions_of(desk.store, patient_no):
        if row.amended_by is not None or not _is_marked(row) or not _is_open(row, start):
            continue
        words = load_reactions(row.version).by_code(row.effect).words
        yield Objection(
            f"{row.effect}_open",
            f"Reaction {row.reaction} is open: {words}, {row.severity}, noticed {show_date(row.noticed_on)}. "
            f"{FINDINGS_BY_CODE[_FOUND_AS[row.effect]].do}",
            _SOURCE,
            refuses=False,
            confirm=True,
            details={"reaction": row.reaction, "leg": row.leg, "region": row.region},
        )


def _is_marked(row: ReactionRow) -> bool:
    """Matting that was reported is new; a brown mark counts once it is more than slight."""
    return row.effect == "matting" or (row.effect == "pigmentation" and row.severity != "mild")


def _is_open(row: ReactionRow, start: datetime) -> bool:
    from microsclero.desk.chair import minute_of

    was_known = row.noticed_on < start.date() or row.at <= minute_of(start)
    return was_known and (row.ended_on is None or row.ended_on > start.date())
