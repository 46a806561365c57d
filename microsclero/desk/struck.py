"""What was struck out of a patient's record: each entry with why, who, when, and what stands instead."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.notes import AmendmentRow


class Struck(NamedTuple):
    """One entry that no longer stands; it stays readable, struck through."""

    kind: str
    ref: int
    amendment: int
    action: str
    reason: str
    who: str
    at: datetime
    new: int | None

    @property
    def words(self) -> str:
        """struck out by MS on Thu 26 Nov 2026, entered in error: Wrong leg.; treatment 5 stands instead"""
        from microsclero.dates import show_date

        how = {"corrected": "corrected", "moved": "moved to the right patient", "entered_in_error": "entered in error"}
        instead = f" It is {self.kind} {self.new} now." if self.new is not None else ""
        reason = self.reason if self.reason.endswith((".", "!", "?")) else f"{self.reason}."
        return f"struck out by {self.who} on {show_date(self.at.date())}, {how[self.action]}: {reason}{instead}"

    def as_data(self) -> dict[str, object]:
        return {
            "amendment": self.amendment,
            "action": self.action,
            "reason": self.reason,
            "who": self.who,
            "at": self.at.isoformat(timespec="seconds"),
            "new": self.new,
        }


def struck_out(desk: Desk, patient_no: int) -> dict[tuple[str, int], Struck]:
    """Every entry of a patient that was struck out, by kind and number."""
    from microsclero.store import notes

    return {(row.kind, row.ref): struck_of(desk, row) for row in notes.amendments_of(desk.store, patient_no)}


def struck_of(desk: Desk, row: AmendmentRow) -> Struck:
    return Struck(
        kind=row.kind,
        ref=row.ref,
        amendment=row.amendment,
        action=row.action,
        reason=row.reason,
        who=row.who,
        at=row.at.astimezone(desk.zone),
        new=row.new,
    )
