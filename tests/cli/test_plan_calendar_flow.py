"""A patient's own appointments as a calendar file: all of theirs, nobody else's, and nothing of what they are for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.builders import Line, another, planned, ready

FIRST = "2026-11-27"


def entries(path: Path) -> list[Any]:
    """What another program reads out of the file."""
    return list(Calendar.from_ical(path.read_bytes()).walk("VEVENT"))


def told(path: Path) -> list[tuple[str, str, int]]:
    return [(each["DTSTART"].dt.isoformat(), str(each["STATUS"]), int(each["SEQUENCE"])) for each in entries(path)]


def test_what_was_booked_is_written_once_it_is_booked(run: Line, tmp_path: Path) -> None:
    planned(run, another(run), "--start", FIRST, "--sessions", 1)
    target = tmp_path / "theirs.ics"
    number = ready(run)
    data = planned(run, number, "--start", FIRST, "--at", "10:00", "--sessions", 2, "--ics", target)
    assert data["ics"] == str(target)
    assert told(target) == [
        ("2026-11-27T10:00:00+00:00", "CONFIRMED", 0),
        ("2026-12-29T10:00:00+00:00", "CONFIRMED", 0),
    ]
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_later_file_takes_an_older_ones_entries_back(run: Line, tmp_path: Path) -> None:
    first, second = tmp_path / "first.ics", tmp_path / "second.ics"
    number = ready(run)
    planned(run, number, "--start", FIRST, "--at", "10:00", "--sessions", 2, "--ics", first)
    assert run.json("cancel", number, "--session", 2, "--reason", "patient_away", "--yes").code == 0
    planned(run, number, "--consultation", "--start", "2026-12-01", "--at", "15:00", "--ics", second)
    assert told(second) == [
        ("2026-11-27T10:00:00+00:00", "CONFIRMED", 0),
        ("2026-12-01T15:00:00+00:00", "CONFIRMED", 0),
        ("2026-12-29T10:00:00+00:00", "CANCELLED", 2),
    ]
    assert [str(each["UID"]) for each in entries(first)] == [str(entries(second)[place]["UID"]) for place in (0, 2)]
    diary = tmp_path / "diary.ics"
    run("agenda", "--from", FIRST, "--days", 90, "--ics", diary)
    assert {str(each["UID"]) for each in entries(diary)} == {str(each["UID"]) for each in entries(second)}


def test_nothing_clinical_and_nobody_stands_in_it(run: Line, tmp_path: Path) -> None:
    target = tmp_path / "theirs.ics"
    number = ready(run, allergies="latex")
    run.json("patient", "event", number, "--on", "2027-01-26", "--what", "wedding")
    planned(run, number, "--start", FIRST, "--ics", target)
    assert {str(each["SUMMARY"]) for each in entries(target)} == {"Appointment"}
    text = target.read_text("utf-8").lower()
    words = ("zoë", "weiß", "1980", "latex", "wedding", "vein", "sclero", "session", "inject", "harbour", "description")
    assert [word for word in words if word in text] == []


def test_a_dry_run_books_nothing_and_writes_nothing(run: Line, tmp_path: Path) -> None:
    done = run.json("plan", ready(run), "--dry-run", "--ics", tmp_path / "x.ics")
    assert (done.code, [error["message"] for error in done.envelope["errors"]]) == (
        2,
        ["--ics is written once something is booked: leave it out of a --dry-run."],
    )
    assert list(tmp_path.glob("*.ics")) == []


@pytest.mark.parametrize("target", ["", "missing/x.ics", "folder", "notes.txt", "clinic.db"])
def test_a_file_that_can_not_be_written_is_said_before_anything_is_booked(
    run: Line, clinic_file: Path, tmp_path: Path, target: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "notes.txt").write_text("Somebody still needs this.")
    number = ready(run)
    before = clinic_file.read_bytes()
    done = run.json("plan", number, "--yes", "--ics", tmp_path / target if target else "")
    assert (done.code, done.codes) == (2, ["unwritable"])
    assert clinic_file.read_bytes() == before
    assert (tmp_path / "notes.txt").read_text() == "Somebody still needs this."


def test_a_disk_that_fails_after_the_booking_says_that_it_is_booked(
    run: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from microsclero.errors import UsageError
    from microsclero.render import files

    def full(*_: object, **__: object) -> Path:
        raise UsageError("--ics: x.ics can't be written: No space left on device.", code="unwritable")

    monkeypatch.setattr(files, "put_down", full)
    number = ready(run)
    done = run.json("plan", number, "--start", FIRST, "--yes", "--ics", tmp_path / "x.ics")
    assert (done.code, done.codes) == (1, ["file_not_written"])
    assert done.envelope["errors"][0]["message"] == (
        "It is booked, but: --ics: x.ics can't be written: No space left on device."
    )
    assert len(run.json("patient", "show", number).data["sessions"]) == 4
