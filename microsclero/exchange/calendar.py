"""Calendar files (iCalendar): when to be where, and nothing else; no name, no treatment, no number of a patient."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from microsclero.diary import Appointment
from microsclero.reminders import Reminder

if TYPE_CHECKING:
    from icalendar import Calendar

TITLE = "Appointment"
REMINDER, SEE_SHEET = "Clinic reminder", "See the sheet you were given."
REMINDED_FOR = timedelta(minutes=15)
# Whoever sees the patient's calendar must not read from it what they came for; so our own name stays out of it.
MAKER = "-//desk diary//EN"


def calendar_text(appointments: Sequence[Appointment], *, zone: str, stamp: datetime) -> bytes:
    """The calendar file, of the clinic's diary or of one patient.

    Times are local in the clinic's zone, which the file describes, so that 10:00 stays 10:00 across a clock change.
    An entry that is cancelled says so under its own uid: a calendar that took the older file takes it out.
    """
    from icalendar import Event

    calendar = _calendar()
    for each in appointments:
        event = Event()
        event.add("uid", each.uid)
        event.add("sequence", each.sequence)
        event.add("dtstamp", stamp)
        event.add("dtstart", datetime.combine(each.on, each.starts, tzinfo=ZoneInfo(zone)))
        event.add("dtend", datetime.combine(each.on, each.ends, tzinfo=ZoneInfo(zone)))
        event.add("summary", TITLE)
        event.add("class", "PRIVATE")
        event.add("status", "CANCELLED" if each.is_cancelled else "CONFIRMED")
        calendar.add_component(event)
    years = [each.on.year for each in appointments] or [stamp.year]
    calendar.add_missing_timezones(first_date=date(min(years), 1, 1), last_date=date(max(years) + 1, 1, 1))
    return bytes(calendar.to_ical())


def reminders_text(reminders: Sequence[Reminder], *, zone: str, stamp: datetime) -> bytes:
    """The calendar file of a sheet's dates: each is only a reminder to look at the sheet, or takes one back."""
    from icalendar import Event

    calendar = _calendar()
    years = {stamp.year}
    for each in reminders:
        event = Event()
        event.add("uid", each.uid)
        event.add("sequence", each.sequence)
        event.add("dtstamp", stamp)
        if each.at is not None:
            starts = each.at.astimezone(ZoneInfo(zone))
            event.add("dtstart", starts)
            event.add("dtend", (each.at + REMINDED_FOR).astimezone(ZoneInfo(zone)))
            years.add(starts.year)
        elif each.on is not None:
            event.add("dtstart", each.on)
            event.add("dtend", each.on + timedelta(days=1))
        event.add("summary", REMINDER)
        event.add("description", SEE_SHEET)
        event.add("class", "PRIVATE")
        event.add("status", "CANCELLED" if each.is_withdrawn else "CONFIRMED")
        # Nobody is busy because of it.
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    calendar.add_missing_timezones(first_date=date(min(years), 1, 1), last_date=date(max(years) + 1, 1, 1))
    return bytes(calendar.to_ical())


def _calendar() -> Calendar:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    return calendar
