"""Corners of the calendar, each by name: the clock changes, 29 February, year ends, bank-holiday weekends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import Line, dates, planned, ready

# name, first day, and the course as it must come out: Monday to Friday, English bank holidays, 28 days.
COURSES = {
    "the clocks go forward on Sun 28 Mar 2027": (
        "2027-03-01",
        ["2027-03-01", "2027-03-30", "2027-04-27", "2027-05-25"],
    ),
    "the clocks go back on Sun 31 Oct 2027": ("2027-10-04", ["2027-10-04", "2027-11-01", "2027-11-29", "2027-12-29"]),
    "the clocks go back on Sun 25 Oct 2026": ("2026-10-05", ["2026-10-05", "2026-11-02", "2026-11-30", "2026-12-29"]),
    "a session on 29 February": ("2028-02-01", ["2028-02-01", "2028-02-29", "2028-03-28", "2028-04-25"]),
    "a gap over 29 February": ("2028-02-07", ["2028-02-07", "2028-03-06", "2028-04-03", "2028-05-02"]),
    "a gap over 28 February of a plain year": ("2027-02-08", ["2027-02-08", "2027-03-08", "2027-04-05", "2027-05-04"]),
    "the end of 2026": ("2026-12-01", ["2026-12-01", "2026-12-29", "2027-01-26", "2027-02-23"]),
    "Christmas 2026, Friday to Monday": ("2026-11-27", ["2026-11-27", "2026-12-29", "2027-01-26", "2027-02-23"]),
    "New Year 2028 on a Saturday": ("2027-12-06", ["2027-12-06", "2028-01-04", "2028-02-01", "2028-02-29"]),
    "Good Friday to Easter Monday 2027": ("2027-02-26", ["2027-02-26", "2027-03-30", "2027-04-27", "2027-05-25"]),
    "both May bank holidays 2027": ("2027-04-05", ["2027-04-05", "2027-05-04", "2027-06-01", "2027-06-29"]),
    "the August bank holiday 2027": ("2027-08-02", ["2027-08-02", "2027-08-31", "2027-09-28", "2027-10-26"]),
}


def days_before(line: Line, first: str) -> Line:
    """The same desk three days before that day, in the forenoon."""
    return line.at(datetime.fromisoformat(f"{first}T10:00").replace(tzinfo=UTC) - timedelta(days=3))


@pytest.mark.parametrize("name", COURSES)
def test_a_course_rolls_forward_and_stays_at_ten(run: Line, name: str) -> None:
    first, wanted = COURSES[name]
    line = days_before(run, first)
    sessions = planned(line, ready(line), "--start", first, "--at", "10:00")["sessions"]
    assert dates(sessions) == wanted
    assert {(each["start"], each["end"]) for each in sessions} == {("10:00", "10:30")}


# name, first day, where session 2 goes, and the course after it.
MOVES = {
    "over Easter and the early May bank holiday": (
        "2027-02-01",
        "2027-03-08",
        ["2027-02-01", "2027-03-08", "2027-04-05", "2027-05-04"],
    ),
    "over the end of the year": ("2026-12-01", "2026-12-31", ["2026-12-01", "2026-12-31", "2027-01-28", "2027-02-25"]),
    "to 29 February": ("2028-01-31", "2028-02-29", ["2028-01-31", "2028-02-29", "2028-03-28", "2028-04-25"]),
    "over both clock changes' Sundays": (
        "2027-09-27",
        "2027-11-01",
        ["2027-09-27", "2027-11-01", "2027-11-29", "2027-12-29"],
    ),
}


@pytest.mark.parametrize("name", MOVES)
def test_a_moved_session_takes_the_later_ones_along(run: Line, name: str) -> None:
    first, to, wanted = MOVES[name]
    line = days_before(run, first)
    number = ready(line)
    planned(line, number, "--start", first, "--at", "10:00")
    moved = line.json("move", number, "--session", 2, "--to", to, "--yes").data
    assert dates(moved["sessions"]) == wanted
    assert {each["start"] for each in moved["sessions"]} == {"10:00"}


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("2027-03-26", "Good Friday"),
        ("2027-03-29", "Easter Monday"),
        ("2027-03-28", "closed on Sundays"),
        ("2027-05-03", "May Day"),
    ],
)
def test_a_session_is_never_moved_to_a_bank_holiday_or_a_sunday(run: Line, to: str, why: str) -> None:
    line = days_before(run, "2027-02-22")
    number = ready(line)
    planned(line, number, "--start", "2027-02-22", "--sessions", 2)
    refused = line.json("move", number, "--session", 2, "--to", to, "--yes")
    assert (refused.code, refused.codes[0]) == (4, "closed")
    assert why in refused.envelope["errors"][0]["message"]
