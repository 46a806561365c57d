"""Calendar files say when to be where, and nothing about anyone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from icalendar import Calendar

from microsclero.diary import Appointment
from microsclero.exchange.calendar import calendar_text

STAMP = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


def written(*appointments: Appointment) -> bytes:
    return calendar_text(appointments, zone="Europe/London", stamp=STAMP)


def events(*appointments: Appointment) -> list[Any]:
    """What another program reads out of the file."""
    return list(Calendar.from_ical(written(*appointments)).walk("VEVENT"))


def entry(on: date, *, sequence: int = 0, is_cancelled: bool = False) -> Appointment:
    return Appointment(
        uid="7-abc@microsclero",
        sequence=sequence,
        on=on,
        starts=time(10),
        ends=time(10, 30),
        is_cancelled=is_cancelled,
    )


def test_an_appointment_is_read_back_with_its_place_in_time() -> None:
    (event,) = events(entry(date(2026, 12, 1), sequence=2))
    assert {name: str(event[name]) for name in ("UID", "SEQUENCE", "SUMMARY", "STATUS", "CLASS")} == {
        "UID": "7-abc@microsclero",
        "SEQUENCE": "2",
        "SUMMARY": "Appointment",
        "STATUS": "CONFIRMED",
        "CLASS": "PRIVATE",
    }
    assert (event["DTSTART"].dt.isoformat(), event["DTEND"].dt.isoformat()) == (
        "2026-12-01T10:00:00+00:00",
        "2026-12-01T10:30:00+00:00",
    )


def test_ten_o_clock_stays_ten_o_clock_across_a_clock_change() -> None:
    winter, summer = events(entry(date(2027, 3, 26)), entry(date(2027, 3, 30)))
    assert (winter["DTSTART"].dt.hour, summer["DTSTART"].dt.hour) == (10, 10)
    assert (winter["DTSTART"].dt.utcoffset(), summer["DTSTART"].dt.utcoffset()) != (None, None)
    assert winter["DTSTART"].dt.utcoffset() != summer["DTSTART"].dt.utcoffset()


def test_a_cancelled_session_says_so_under_the_same_uid() -> None:
    (event,) = events(entry(date(2026, 12, 1), sequence=3, is_cancelled=True))
    assert (str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])) == ("7-abc@microsclero", 3, "CANCELLED")


def test_nothing_but_times_and_one_word_stands_in_the_file() -> None:
    (event,) = events(entry(date(2026, 12, 1)))
    assert sorted(event) == ["CLASS", "DTEND", "DTSTAMP", "DTSTART", "SEQUENCE", "STATUS", "SUMMARY", "UID"]


def test_an_empty_diary_is_a_calendar_without_entries() -> None:
    assert events() == []
