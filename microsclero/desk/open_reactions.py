"""What is open of a patient's reactions and holds, for the head of a page; quick, since no file of words is read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.follow_ups import OpenHold, OpenReaction


class Open(NamedTuple):
    """What of a patient is open: reactions not seen to their end, holds not lifted; for the head of a page.

    Of the reactions, `looked_at` is by the clinic's clock.
    """

    reactions: tuple[OpenReaction, ...]
    holds: tuple[tuple[OpenHold, date], ...]

    @property
    def is_any(self) -> bool:
        return bool(self.reactions or self.holds)

    def reactions_data(self) -> list[dict[str, object]]:
        return [
            {
                "reaction": row.reaction,
                "effect": row.effect,
                "reported_band": row.band,
                "urgent": row.is_urgent,
                "severity": row.severity,
                "noticed_on": row.noticed_on.isoformat(),
                "follow_up_on": row.due_on.isoformat(),
                "hold": row.is_held,
                "looked_into": (
                    {"date": row.looked_at.date().isoformat(), "finding": row.finding} if row.looked_at else None
                ),
            }
            for row in self.reactions
        ]

    def holds_data(self) -> list[dict[str, object]]:
        return [
            {"hold": row.hold, "since": since.isoformat(), "cause": row.cause, "reaction": row.reaction}
            for row, since in self.holds
        ]


def open_of(desk: Desk, patient_no: int) -> Open:
    """The open reactions and holds of a patient; no file of words is read for it."""
    from microsclero.store import follow_ups

    holds = follow_ups.open_holds(desk.store, patient_no=patient_no)
    rows = follow_ups.open_reactions(desk.store, patient_no=patient_no)
    return Open(
        reactions=tuple(
            row._replace(looked_at=row.looked_at.astimezone(desk.zone)) if row.looked_at else row for row in rows
        ),
        holds=tuple((row, row.at.astimezone(desk.zone).date()) for row in holds),
    )
