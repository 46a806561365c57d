"""Real processes: eight at once for one slot, one killed in mid-booking; and the same without the safeguards."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.builders import CLINIC, DAY, Line, Result, form, plain_environment, untroubled

RACERS = 8
# A clinic without holidays, open every day: the computer's own clock decides which day it is.
ALWAYS_OPEN = {
    **CLINIC,
    "country": "ZZ",
    "subdivision": None,
    "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), DAY),
}
START = """
import sys, time
from pathlib import Path
from microsclero.cli import main
import microsclero.commands.changing, microsclero.commands.planning, microsclero.desk.moving, microsclero.desk.planning
import microsclero.content, microsclero.store.writing
"""
# Everybody has looked and found the slot free before anybody saves.
WAIT = """
import os
import microsclero.commands.changing as verbs
go_ahead = verbs.go_ahead
def together(ctx, **more):
    go_ahead(ctx, **more)
    Path({gate!r}, str(os.getpid())).touch()
    while not Path({gate!r}, 'go').exists():
        time.sleep(0.001)
verbs.go_ahead = together
"""
# Nobody looks once more under the lock, and the file's own triggers are not missed.
WITHOUT_LOCK = """
import microsclero.desk.changing as changing
import microsclero.store.checks as checks
checks.fingerprint = lambda connection: checks.TRIGGERS[checks.SCHEMA]
assert changing._refuse_changed
changing._refuse_changed = lambda desk, change: None
"""
# A slow disk, so that a kill falls between two sessions of a course.
SLOWLY = """
import microsclero.store.writing as writing
insert = writing.Write.insert
def slowly(self, table, row):
    time.sleep(0.015)
    return insert(self, table, row)
writing.Write.insert = slowly
"""
# Every statement is saved for itself.
WITHOUT_TRANSACTION = f"""{SLOWLY}
assert writing.begin_immediate and writing._commit
writing.begin_immediate = writing._commit = lambda *given: None
"""


def drop_overlap_triggers(path: Path) -> None:
    """The second lock taken out of the file."""
    connection = sqlite3.connect(path)
    rows = connection.execute("select name from sqlite_schema where type = 'trigger' and sql like '%SLOT_TAKEN%'")
    names = [name for (name,) in rows.fetchall()]
    assert names
    for name in names:
        connection.execute(f'drop trigger "{name}"')
    connection.commit()
    connection.close()


def begin(words: list[object], *, file: Path, prelude: str = "") -> subprocess.Popen[bytes]:
    """A process of its own that runs the command line as the console script does."""
    line = ["microsclero", "--file", str(file), "--as", "MS", *map(str, words), "--json"]
    code = f"{START}{prelude}\nsys.argv = {line!r}\nmain()"
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=plain_environment()
    )


def ended(process: subprocess.Popen[bytes]) -> Result:
    out, err = process.communicate(timeout=60)
    return Result(process.returncode, out.decode(), err.decode())


def people(line: Line, how_many: int) -> list[int]:
    """So many patients with nothing against planning."""
    answers = untroubled(form(line))
    numbers = []
    for place in range(how_many):
        born_on = f"19{50 + place % 50}-0{1 + place % 9}-{10 + place % 19}"
        given = {"given_name": f"Person {place}", "family_name": f"Number {place}", "born_on": born_on}
        numbers.append(int(line.json("patient", "add", answers=given).data["patient"]))
        assert line.json("screen", numbers[-1], answers=answers).code == 0
    return numbers


def race(file: Path, numbers: list[int], *, to: str, at: str, prelude: str = "") -> list[Result]:
    """All of them move their first session to one slot at one moment."""
    gate = file.with_name(f"gate {to}")
    gate.mkdir()
    words = ["--session", 1, "--to", to, "--at", at, "--yes"]
    racers = [begin(["move", n, *words], file=file, prelude=prelude + WAIT.format(gate=str(gate))) for n in numbers]
    while len(list(gate.iterdir())) < len(racers) and all(racer.poll() is None for racer in racers):
        time.sleep(0.005)
    (gate / "go").touch()
    return [ended(racer) for racer in racers]


def sessions_at(line: Line, day: str, start: str) -> list[dict[str, Any]]:
    days = line.json("agenda", "--from", day, "--days", 1).data["days"]
    return [session for session in days[0]["sessions"] if session["start"] == start]


def kill_while_saving(process: subprocess.Popen[bytes], file: Path, after: float) -> Result:
    """kill -9, so many seconds after the journal appeared; whatever it had said until then."""
    journal = file.with_name(f"{file.name}-journal")
    while process.poll() is None and not journal.exists():
        pass
    time.sleep(after)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    return ended(process)


def kill_at_the_first_session(process: subprocess.Popen[bytes], file: Path, number: int) -> Result:
    """kill -9 as soon as anybody else can see a session of this patient."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5, isolation_level=None)
    try:
        while process.poll() is None:
            if connection.execute("select count(*) from session where patient_id = ?", (number,)).fetchone()[0]:
                os.kill(process.pid, signal.SIGKILL)
                break
    finally:
        connection.close()
    return ended(process)


def booked(line: Line, number: int) -> int:
    return len(line.json("patient", "show", number).data["sessions"])


def was_acknowledged(done: Result) -> bool:
    return bool(done.out) and json.loads(done.out)["exit_code"] == 0


def delays(how_many: int) -> list[float]:
    """From the first moment of saving to well past it."""
    drawn = random.Random(22)
    return [drawn.uniform(0, 0.1) for _ in range(how_many)]
