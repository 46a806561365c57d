"""Calendar files, written where somebody asked for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from microsclero.diary import Appointment
    from microsclero.reminders import Reminder


def write_calendar(
    appointments: Sequence[Appointment], target: str, *, zone: str, stamp: datetime, live: Path | None
) -> Path:
    """The appointments as a calendar file, whole or not at all; readable by this account alone."""
    from microsclero.exchange.calendar import calendar_text
    from microsclero.render.files import put_down

    text = calendar_text(appointments, zone=zone, stamp=stamp.replace(microsecond=0))
    return put_down(text, target, option="--ics", live=live)


def write_reminders(
    reminders: Sequence[Reminder], target: str, *, zone: str, stamp: datetime, live: Path | None
) -> Path:
    """A sheet's dates as a calendar file, whole or not at all; readable by this account alone."""
    from microsclero.exchange.calendar import reminders_text
    from microsclero.render.files import put_down

    text = reminders_text(reminders, zone=zone, stamp=stamp.replace(microsecond=0))
    return put_down(text, target, option="--ics", live=live)
