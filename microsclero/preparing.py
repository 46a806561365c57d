"""When a patient is rung before a session: early enough that stockings can still be bought."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from microsclero.opening import Opening

CALL_DAYS_BEFORE = 2


def call_on(hours: Opening, session_on: date, *, today: date) -> date:
    """The day to ring: the last open day at least two days before the session; today, where that has passed."""
    day = session_on - timedelta(days=CALL_DAYS_BEFORE)
    while day > today and hours.closed_why(day):
        day -= timedelta(days=1)
    return max(day, today)


def rung_about_until(hours: Opening, today: date, *, days: int) -> date | None:
    """The last of the coming days whose sessions are to be rung about by today; None where none is.

    hours: known for so many `days` ahead.
    """
    coming = (today + timedelta(days=ahead) for ahead in range(1, days + 1))
    # The later the session, the later the call: the first day that is not due yet ends the list.
    due = list(takewhile(lambda day: call_on(hours, day, today=today) <= today, coming))
    return due[-1] if due else None
