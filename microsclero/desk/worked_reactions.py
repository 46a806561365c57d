"""The lines of the worked list about reactions to follow and holds to be lifted, the most urgent first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.desk.worked_causes import Cause

if TYPE_CHECKING:
    from microsclero.desk import Desk


def reactions_and_holds(desk: Desk, limit: int, patient_no: int | None) -> dict[str, list[Cause]]:
    return {"reaction": _reactions(desk, limit, patient_no), "hold": _holds(desk, limit, patient_no)}


def _reactions(desk: Desk, limit: int, patient_no: int | None) -> list[Cause]:
    """Open reactions about which somebody asks again by today; an urgent one from the moment it became so."""
    from microsclero.reactions_in_short import effect_in_short, urgency_in_short
    from microsclero.store import follow_ups

    today = desk.today()
    return [
        Cause(
            patient_no=row.patient_no,
            what=f"reaction {row.reaction}: {effect_in_short(row.effect)}"
            + urgency_in_short(
                row.band,
                is_urgent=row.is_urgent,
                was_asked=row.was_asked,
                is_looked_into=row.looked_at is not None,
                is_unseen=row.unseen_since is not None,
            ),
            on=row.unseen_since.astimezone(desk.zone).date() if row.unseen_since and row.due_on > today else row.due_on,
            about="reaction",
            about_id=row.reaction,
            next=f"reaction {row.patient_no} --follow {row.reaction}",
        )
        for row in follow_ups.open_reactions(desk.store, due_by=today, limit=limit, patient_no=patient_no)
    ]


def _holds(desk: Desk, limit: int, patient_no: int | None) -> list[Cause]:
    """Holds that no prescriber has lifted, the oldest first."""
    from microsclero.store import follow_ups

    return [
        Cause(
            patient_no=row.patient_no,
            what=f"hold {row.hold}: {row.cause}",
            on=row.at.astimezone(desk.zone).date(),
            about="hold",
            about_id=row.hold,
            next=f"decide {row.patient_no}",
        )
        for row in follow_ups.open_holds(desk.store, limit=limit, patient_no=patient_no)
    ]
