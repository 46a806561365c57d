"""Calendar files say when to be where, and nothing about anyone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
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


CLOCK_CHANGES = [
    pytest.param(date(2026, 10, 25), id="October 2026"),
    pytest.param(date(2027, 3, 28), id="March 2027"),
    pytest.param(date(2027, 10, 31), id="October 2027"),
    pytest.param(date(2028, 3, 26), id="March 2028, a leap year"),
]


def around(sunday: date) -> list[Appointment]:
    """Ten o'clock on the Saturday before, on the Sunday itself, on the Monday after."""
    days = [sunday + timedelta(days=days) for days in (-1, 0, 1)]
    return [entry(day)._replace(uid=f"{place}-abc@diary") for place, day in enumerate(days)]


@pytest.mark.parametrize("sunday", CLOCK_CHANGES)
def test_ten_o_clock_is_ten_on_both_sides_of_the_sunday_the_clocks_change(sunday: date) -> None:
    read = [event["DTSTART"].dt for event in events(*around(sunday))]
    assert [moment.replace(tzinfo=None) for moment in read] == [
        datetime.combine(each.on, each.starts) for each in around(sunday)
    ]
    summer, winter = timedelta(hours=1), timedelta()
    before, after = (winter, summer) if sunday.month == 3 else (summer, winter)
    assert [moment.utcoffset() for moment in read] == [before, after, after]


@pytest.mark.parametrize("sunday", CLOCK_CHANGES)
def test_a_program_that_knows_no_zones_finds_the_same_in_the_file_itself(sunday: date) -> None:
    """The zone as the file describes it, read by dateutil, against the zone as the computer knows it."""
    zone = tzical(StringIO(written(*around(sunday)).decode())).get("Europe/London")
    london = ZoneInfo("Europe/London")
    year = [datetime(sunday.year, 1, 1, 10) + timedelta(days=days) for days in range(365)]  # noqa: DTZ001  a wall clock
    assert [
        moment
        for moment in year
        if moment.replace(tzinfo=zone).utcoffset() != moment.replace(tzinfo=london).utcoffset()
    ] == []


def test_nothing_in_the_whole_file_tells_what_is_done_here() -> None:
    text = written(entry(date(2026, 12, 1))._replace(uid="7-abc@diary")).decode().lower()
    assert [word for word in ("sclero", "vein", "clinic", "session", "patient", "treat") if word in text] == []
