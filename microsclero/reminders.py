"""What of a sheet goes into the patient's own calendar: days and moments, and nothing that says what they are for."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from microsclero.sheet import Sheet

STOCKINGS, ALCOHOL = "compression", "no_excess_alcohol"


class Reminder(NamedTuple):
    """One entry of a calendar: a whole day, or a moment; `sequence` grows from each file to the next that differs."""

    uid: str
    sequence: int
    on: date | None = None
    at: datetime | None = None
    is_withdrawn: bool = False


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
        Reminder(uid=_uid(name, place, record), sequence=sequence, on=on, at=at)
        for place, (on, at) in enumerate(when, 1)
        if on is not None or at is not None
    )


def withdrawn(*, name: str, record: str, sequence: int, on: date) -> tuple[Reminder, ...]:
    """The same three taken back, under their own names: a calendar that has any of them takes it out.

    on: a day for them to stand on, since no entry of a calendar is without one.
    """
    return tuple(
        Reminder(uid=_uid(name, place, record), sequence=sequence, on=on, is_withdrawn=True) for place in (1, 2, 3)
    )


def _uid(name: str, place: int, record: str) -> str:
    return f"{name}.{place}-{record}@diary"
