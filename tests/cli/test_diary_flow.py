"""The diary through the command line: what is open, closed and free, calendar files, and courses planned by a date."""

from __future__ import annotations

from pathlib import Path

from tests.builders import DAY, Line, another, dates, planned, ready

FIRST = "2026-11-27"


def test_the_agenda_shows_what_is_booked_what_is_closed_and_why(run: Line) -> None:
    planned(run, ready(run), "--start", FIRST)
    run.json("clinic", "close", "2026-12-30", "--reason", "Staff training")
    run.json("clinic", "close", "2026-12-27", "--open", "10:00-12:00", "--reason", "Sunday clinic")
    days = {day["date"]: day for day in run.json("agenda", "--from", "2026-12-25", "--days", 6).data["days"]}
    assert {day: (each["open"], each["closed"]) for day, each in days.items()} == {
        "2026-12-25": ([], "Christmas Day"),
        "2026-12-26": ([], "Boxing Day"),
        "2026-12-27": (["10:00-12:00"], None),
        "2026-12-28": ([], "Boxing Day (observed)"),
        "2026-12-29": (DAY, None),
        "2026-12-30": ([], "Staff training"),
    }
    assert [(each["patient"], each["number"], each["start"]) for each in days["2026-12-29"]["sessions"]] == [
        (1, 2, "09:00")
    ]


def test_a_closed_day_is_passed_by_and_what_is_booked_there_is_named(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    told = run("clinic", "close", FIRST)
    assert told.code == 0
    assert f"patient {number}" in told.err
    assert "Weiß" not in told.err
    other = another(run)
    assert dates(planned(run, other, "--start", FIRST, "--sessions", 1)["sessions"]) == ["2026-11-30"]


def test_free_times_are_shown_on_request(run: Line) -> None:
    planned(run, ready(run), "--start", FIRST, "--at", "10:00", "--sessions", 1)
    day = run.json("agenda", "--from", FIRST, "--days", 1, "--open").data["days"][0]
    assert "10:00" not in day["free"]
    assert {"09:00", "09:30", "10:30", "16:30"} <= set(day["free"])
    told = run("agenda", "--from", FIRST, "--days", 1, "--open").out
    assert "09:30, 10:30" in told


def test_a_calendar_file_says_when_and_nothing_about_anyone(run: Line, tmp_path: Path) -> None:
    from icalendar import Calendar

    number = ready(run, given_name="Zoë", allergies="latex")
    planned(run, number, "--start", FIRST, "--at", "10:00")
    target = tmp_path / "diary.ics"
    done = run("agenda", "--from", FIRST, "--days", 366, "--ics", target)
    assert (done.code, target.stat().st_mode & 0o777) == (0, 0o600)
    text = target.read_bytes()
    events = list(Calendar.from_ical(text).walk("VEVENT"))
    assert [str(event["SUMMARY"]) for event in events] == ["Appointment"] * 4
    assert [event.decoded("DTSTART").isoformat() for event in events][:2] == (
        ["2026-11-27T10:00:00+00:00", "2026-12-29T10:00:00+00:00"]
    )
    assert len({str(event["UID"]) for event in events}) == 4
    for word in (b"Zo", b"Wei", b"latex", b"screen", b"vein", b"sclero\r"):
        assert word not in text.replace(b"@microsclero", b"").replace(b"//microsclero//", b"")


def test_a_moved_session_keeps_its_entry_in_the_calendar(run: Line, tmp_path: Path) -> None:
    from icalendar import Calendar

    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    seen = []
    for _ in range(2):
        run("agenda", "--from", FIRST, "--days", 30, "--ics", tmp_path / "diary.ics")
        event = Calendar.from_ical((tmp_path / "diary.ics").read_bytes()).walk("VEVENT")[0]
        seen.append((str(event["UID"]), int(str(event["SEQUENCE"]))))
        run("move", number, "--session", 1, "--to", "2026-12-01", "--yes")
    assert (seen[0][0], seen[0][1] < seen[1][1]) == (seen[1][0], True)


def test_by_a_date_plans_what_fits_and_promises_nothing(run: Line) -> None:
    number = ready(run)
    data = run.json("plan", number, "--start", FIRST, "--by", "2027-03-22", "--dry-run").data
    assert dates(data["sessions"]) == ["2026-11-27", "2026-12-29", "2027-01-26"]
    assert data["effect_by"] <= "2027-03-22"
    told = run("plan", number, "--start", FIRST, "--by", "2027-03-22", "--dry-run").out
    assert "promise" in told
    assert "12 weeks" in told


def test_by_a_date_that_is_too_near_is_refused(run: Line) -> None:
    number = ready(run)
    assert run.json("plan", number, "--by", "2026-12-18", "--yes").code == 4
    assert run.json("plan", number, "--start", FIRST, "--sessions", 4, "--by", "2027-03-22", "--yes").code == 4
    assert run.json("patient", "show", number).data["sessions"] == []


def test_days_to_avoid_inside_the_two_weeks_after_a_session_are_pointed_out(run: Line) -> None:
    words = ("--start", FIRST, "--sessions", 1, "--avoid", "2026-12-04", "--dry-run")
    told = run("plan", ready(run), *words).out
    assert "Fri 4 Dec 2026 falls into the aftercare of session 1" in told
    near = run("plan", another(run), "--start", FIRST, "--sessions", 1, "--avoid", "2026-11-26", "--dry-run").out
    assert "Thu 26 Nov 2026" in near
