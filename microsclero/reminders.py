"""What of a sheet goes into the patient's own calendar: days and moments, and nothing that says what they are for."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from microsclero.sheet import Sheet

STOCKINGS, ALCOHOL = "compression", "no_excess_alcohol"


class Reminder(NamedTuple):
    """One entry of a calendar: a whole day, or a moment; `sequence` grows where the entry behind it was corrected."""

    uid: str
    sequence: int
    on: date | None = None
    at: datetime | None = None


def reminders(sheet: Sheet, *, name: str, record: str, sequence: int) -> tuple[Reminder, ...]:
    """The last day in stockings, the end of the hours without alcohol, and the day on which we look again.

    name: what the session is called for ever, and record: what no two records share; so a newer file replaces an
    older one, entry by entry.
    """
    items = {item.item: item for item in sheet.items}
    when: tuple[tuple[date | None, datetime | None], ...] = (
        (items[STOCKINGS].until, None),
        (None, items[ALCOHOL].until_at),
        (sheet.response_on, None),
    )
    return tuple(
        Reminder(uid=f"{name}.{place}-{record}@diary", sequence=sequence, on=on, at=at)
        for place, (on, at) in enumerate(when, 1)
        if on is not None or at is not None
    )
