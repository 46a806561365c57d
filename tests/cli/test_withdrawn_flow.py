"""A calendar file takes back what an older one said: also what has moved to other days, or to somebody else."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from microsclero.store import diary, formerly, open_store
from tests.builders import Line, another, planned, ready
from tests.cli.undoing import OTHER_INJECTOR
from tests.cli.worklist import on, record
from tests.exchange.test_khal import Khal

FIRST = "2026-12-01"
WEEK, NEXT_WEEK, BOTH = ("2026-11-30", 7), ("2026-12-07", 7), ("2026-11-30", 14)
AT_TEN, AT_THREE = "2026-12-01T10:00", "2026-12-09T15:00"

Entry = tuple[str, str, int]


@pytest.fixture
def number(run: Line) -> int:
    """A patient with one session on Tuesday 1 December at ten."""
    number = ready(run)
    planned(run, number, "--start", FIRST, "--at", "10:00", "--sessions", 1)
    return number


def move(run: Line, number: int, to: str, clock: str) -> None:
    assert run.json("move", number, "--session", 1, "--to", to, "--at", clock, "--yes").code == 0


def written(run: Line, file: Path, days: tuple[str, int], *words: object) -> Path:
    done = run.json("agenda", "--from", days[0], "--days", days[1], *words, "--ics", file)
    assert done.code == 0, done
    return file


def entries(run: Line, file: Path, days: tuple[str, int], *words: object) -> list[Entry]:
    """Start, status and sequence of what a file of these days holds."""
    return [told(event) for event in events(written(run, file, days, *words))]


def events(file: Path) -> list[Any]:
    return list(Calendar.from_ical(file.read_bytes()).walk("VEVENT"))


def told(event: Any) -> Entry:
    return event["DTSTART"].dt.strftime("%Y-%m-%dT%H:%M"), str(event["STATUS"]), int(event["SEQUENCE"])


def test_a_session_moved_out_of_the_days_is_taken_back_and_stands_once_in_a_wider_file(
    run: Line, number: int, tmp_path: Path
) -> None:
    file = tmp_path / "diary.ics"
    assert entries(run, file, WEEK) == [(AT_TEN, "CONFIRMED", 0)]
    (before,) = events(file)
    move(run, number, "2026-12-09", "15:00")
    assert entries(run, file, WEEK) == [(AT_TEN, "CANCELLED", 1)]
    assert [event["UID"] for event in events(file)] == [before["UID"]]
    assert entries(run, file, NEXT_WEEK) == [(AT_THREE, "CONFIRMED", 2)]
    assert entries(run, file, BOTH) == [(AT_THREE, "CONFIRMED", 2)]
    assert [event["UID"] for event in events(file)] == [before["UID"]]


def test_a_session_moved_to_an_earlier_week_is_taken_back(run: Line, tmp_path: Path) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-09", "--at", "15:00", "--sessions", 1)
    move(run, number, FIRST, "10:00")
    assert entries(run, tmp_path / "diary.ics", NEXT_WEEK) == [(AT_THREE, "CANCELLED", 1)]


def test_every_move_outbids_every_older_file(run: Line, number: int, tmp_path: Path) -> None:
    """In whatever order a calendar takes the files, what stands last has the highest sequence."""
    file = tmp_path / "diary.ics"
    highest = -1
    for to, clock in (("2026-12-09", "15:00"), ("2026-12-10", "09:00"), (FIRST, "10:00"), ("2026-12-09", "15:00")):
        move(run, number, to, clock)
        week, other = (NEXT_WEEK, WEEK) if to > "2026-12-06" else (WEEK, NEXT_WEEK)
        ((_, status, sequence),) = entries(run, file, week)
        ((_, gone, taken_back),) = entries(run, file, other)
        assert (status, gone, sequence > taken_back > highest) == ("CONFIRMED", "CANCELLED", True)
        highest = sequence
    assert entries(run, file, WEEK) == [(AT_TEN, "CANCELLED", 7)], "where it stood there last"


def test_what_moved_and_was_cancelled_then_is_off_in_every_file(run: Line, number: int, tmp_path: Path) -> None:
    file = tmp_path / "diary.ics"
    move(run, number, "2026-12-09", "15:00")
    assert run.json("cancel", number, "--session", 1, "--reason", "other", "--yes").code == 0
    assert entries(run, file, WEEK) == [(AT_TEN, "CANCELLED", 3)]
    assert entries(run, file, NEXT_WEEK) == [(AT_THREE, "CANCELLED", 4)]


def test_what_never_stood_there_is_not_in_the_file(run: Line, number: int, tmp_path: Path) -> None:
    move(run, number, "2026-12-09", "15:00")
    planned(run, another(run), "--start", "2026-12-14", "--sessions", 1)
    assert entries(run, tmp_path / "diary.ics", ("2026-12-14", 7)) == [("2026-12-14T09:00", "CONFIRMED", 0)]
    assert entries(run, tmp_path / "diary.ics", ("2026-12-21", 7)) == []


def test_a_session_given_to_somebody_else_is_taken_back_from_the_one_who_had_it(
    run: Line, number: int, tmp_path: Path
) -> None:
    assert run.json("clinic", "team", answers=OTHER_INJECTOR).code == 0
    file = tmp_path / "diary.ics"
    assert entries(run, file, WEEK, "--injector", "MS") == [(AT_TEN, "CONFIRMED", 0)]
    record(run, number, 1, injector="DR")
    assert entries(run, file, WEEK, "--injector", "MS") == [(AT_TEN, "CANCELLED", 1)]
    assert entries(run, file, WEEK, "--injector", "DR") == [(AT_TEN, "CONFIRMED", 2)]
    assert entries(run, file, WEEK) == [(AT_TEN, "CONFIRMED", 2)]
    move(run, number, "2026-12-09", "15:00")
    assert entries(run, file, WEEK, "--injector", "DR") == [(AT_TEN, "CANCELLED", 3)]


def test_a_patients_own_file_takes_back_a_day_to_come_that_moved_to_one_gone_by(run: Line, tmp_path: Path) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-09", "--at", "15:00", "--sessions", 1)
    move(run, number, FIRST, "10:00")
    theirs = tmp_path / "theirs.ics"
    later = on(run, "2026-12-02")
    words = ("--consultation", "--start", "2026-12-15", "--at", "09:00", "--ics", theirs)
    planned(later, number, *words)
    assert [told(event) for event in events(theirs)] == [
        ("2026-12-15T09:00", "CONFIRMED", 0),
        (AT_THREE, "CANCELLED", 1),
    ]


def test_khal_that_took_the_older_week_no_longer_shows_it_confirmed(run: Line, number: int, tmp_path: Path) -> None:
    khal, file = Khal(tmp_path / "khal"), tmp_path / "diary.ics"
    khal.takes(written(run, file, WEEK))
    assert khal.lists("2026-11-01") == ["2026-12-01 10:00-10:30 Appointment CONFIRMED"]
    move(run, number, "2026-12-09", "15:00")
    khal.takes(written(run, file, WEEK))
    assert khal.lists("2026-11-01") == ["2026-12-01 10:00-10:30 Appointment CANCELLED"]
    khal.takes(written(run, file, BOTH))
    assert khal.lists("2026-11-01") == ["2026-12-09 15:00-15:30 Appointment CONFIRMED"]


def test_a_picture_is_read_the_same_by_sql_as_by_the_journal(run: Line, number: int) -> None:
    """Whatever a text of the row holds, hyphens and quotes and days of its own."""
    number = ready(run, given_name="Ann", born_on="1970-01-01")
    planned(run, number, "--consultation", "--start", "2026-12-03", "--at", "11:30")
    reason = "two'', '2026-01-01','08:00' - again"
    assert run.file is not None
    with open_store(run.file, clock=lambda: run.now) as store:
        rows = [row for patient_no in (1, 2) for row in diary.sessions_of_patient(store, patient_no)]
        with store.changing(who="MS", command="move"):
            for row in rows:
                changes = {"override_reason": reason, "room": "R-1"}
                diary.update_session(store, row.session, changes, 1)
                diary.update_session(store, row.session, {"on": date(2026, 12, 4)}, 2)
        day, start = formerly.day_in("old"), formerly.start_in("old")
        read = store.rows(f"select {day}, {start} from history where tbl = 'session' and op = 'U' order by row_id, seq")
        stood = formerly.stood_between(store, date(2026, 12, 1), date(2026, 12, 3), moved_from=date(2026, 11, 1))
    assert read == [("2026-12-01", "10:00")] * 2 + [("2026-12-03", "11:30")] * 2
    assert [(each.row.on, each.row.starts, each.row.override_reason, each.version) for each in stood] == [
        (date(2026, 12, 1), time(10), None, 3),
        (date(2026, 12, 1), time(10), reason, 3),
        (date(2026, 12, 3), time(11, 30), None, 3),
        (date(2026, 12, 3), time(11, 30), reason, 3),
    ]
