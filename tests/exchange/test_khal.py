"""Calendar files as another program reads them: khal takes our file in and prints what it understood."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from microsclero.diary import Appointment
from microsclero.exchange.calendar import calendar_text
from tests.builders import Line, planned, ready

KHAL = Path(sys.executable).with_name("khal")
STAMP = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
CONFIG = """
[calendars]
[[clinic]]
path = {folder}/calendar
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[default]
default_calendar = clinic
"""
SEEN = "{start-date} {start-time}-{end-time} {title} {status}{description}{location}{categories}"


class Khal:
    """Somebody's own calendar, in a folder of its own."""

    def __init__(self, folder: Path, zone: str = "Europe/London") -> None:
        folder.mkdir(exist_ok=True)
        (folder / "calendar").mkdir(exist_ok=True)
        self.folder, self.config = folder, folder / "config"
        self.config.write_text(CONFIG.format(folder=folder, zone=zone), encoding="utf-8")

    def __call__(self, *words: str) -> str:
        env = {"HOME": str(self.folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        line = [str(KHAL), "-c", str(self.config), *words]
        done = subprocess.run(line, capture_output=True, text=True, env=env, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def takes(self, file: Path) -> None:
        self("import", "--batch", str(file))

    def lists(self, first: str, days: int = 400) -> list[str]:
        """Every entry from that day on, as khal prints it."""
        told = self("list", "--day-format", "", "--format", SEEN, first, f"{days}d")
        return [line.strip() for line in told.splitlines() if line.strip()]


def entry(number: int, on: date, *, sequence: int = 0, is_cancelled: bool = False) -> Appointment:
    return Appointment(
        uid=f"{number}-abc@diary",
        sequence=sequence,
        on=on,
        starts=time(10),
        ends=time(10, 30),
        is_cancelled=is_cancelled,
    )


def put(file: Path, *appointments: Appointment) -> Path:
    file.write_bytes(calendar_text(appointments, zone="Europe/London", stamp=STAMP))
    return file


DAYS = [
    date(2026, 10, 24),
    date(2026, 10, 25),
    date(2026, 10, 26),
    date(2027, 3, 27),
    date(2027, 3, 28),
    date(2027, 3, 29),
]
SUMMER = {date(2026, 10, 24), date(2027, 3, 28), date(2027, 3, 29)}


@pytest.mark.parametrize(("zone", "in_summer"), [("Europe/London", "10:00-10:30"), ("UTC", "09:00-09:30")])
def test_khal_reads_ten_o_clock_on_both_sides_of_a_clock_change(tmp_path: Path, zone: str, in_summer: str) -> None:
    """In London it is ten all year; a khal that lives by UTC sees the hour that lies between."""
    khal = Khal(tmp_path / "khal", zone)
    khal.takes(put(tmp_path / "ours.ics", *(entry(number, day) for number, day in enumerate(DAYS))))
    assert khal.lists("2026-10-01") == [
        f"{day} {in_summer if day in SUMMER else '10:00-10:30'} Appointment CONFIRMED" for day in DAYS
    ]


def test_khal_replaces_an_entry_that_moved_and_shows_one_that_was_cancelled(tmp_path: Path) -> None:
    khal = Khal(tmp_path / "khal")
    first, second = entry(1, date(2026, 12, 1)), entry(2, date(2026, 12, 29))
    khal.takes(put(tmp_path / "ours.ics", first, second))
    moved = first._replace(on=date(2026, 12, 3), starts=time(14), ends=time(14, 30), sequence=1)
    khal.takes(put(tmp_path / "ours.ics", moved, second._replace(sequence=1, is_cancelled=True)))
    assert khal.lists("2026-11-01") == [
        "2026-12-03 14:00-14:30 Appointment CONFIRMED",
        "2026-12-29 10:00-10:30 Appointment CANCELLED",
    ]


def test_khal_finds_nothing_clinical_in_the_diary_of_the_command_line(run: Line, tmp_path: Path) -> None:
    number = ready(run, given_name="Zoë", allergies="latex")
    planned(run, number, "--start", "2027-03-01", "--at", "10:00", "--sessions", 2)
    run.json("agenda", "--from", "2027-03-01", "--days", 60, "--ics", tmp_path / "ours.ics")
    khal = Khal(tmp_path / "khal")
    khal.takes(tmp_path / "ours.ics")
    assert khal.lists("2027-01-01") == [
        "2027-03-01 10:00-10:30 Appointment CONFIRMED",
        "2027-03-30 10:00-10:30 Appointment CONFIRMED",
    ]
