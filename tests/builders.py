"""What the tests of the command line start from: a clinic, patients, answers, and the words that call the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from microsclero.cli import app
from microsclero.settings import Settings

SUNDAY_11 = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
PROGRAM = Path(sys.executable).with_name("microsclero")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
DAY = ["09:00-13:00", "14:00-17:00"]
TEAM = [
    {"initials": "MS", "name": "Maria Silva", "roles": ["injector", "prescriber"], "register": "NMC 12A3456E"},
    {"initials": "RT", "name": "Ray Tan", "roles": ["reception"]},
]
CLINIC: dict[str, Any] = {
    "name": "Harbour Street Clinic",
    "phone": "020 7946 0123",
    "out_of_hours": "020 7946 0999",
    "zone": "Europe/London",
    "country": "GB",
    "subdivision": "ENG",
    "hours": dict.fromkeys(WEEKDAYS, DAY),
    "session_minutes": 30,
    "team": TEAM,
}
ZOE = {"given_name": "Zoë", "family_name": "Weiß", "born_on": "1980-02-03", "phone": "07700 900123"}

Answers = Mapping[str, Any] | str | bytes


@dataclass(frozen=True, slots=True)
class Result:
    """What one call came to: exit code, the answer, and everything else."""

    code: int
    out: str
    err: str

    @property
    def envelope(self) -> dict[str, Any]:
        """The one JSON document of an answer or an error."""
        document: dict[str, Any] = json.loads(self.out)
        return document

    @property
    def data(self) -> Any:
        """The data of a command that was done; anything else fails the test with what was said."""
        assert (self.code, self.envelope["errors"]) == (0, []), self
        return self.envelope["data"]

    @property
    def codes(self) -> list[str]:
        return [error["code"] for error in self.envelope["errors"]]

    @property
    def causes(self) -> list[str]:
        """The codes of a refused plan, without the first date that would work, with which every one ends."""
        *causes, last = self.codes
        assert (last, "first_date" in causes) == ("first_date", False), self
        return causes


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The command line in this process, on one clinic file, at one moment, by one person."""

    file: Path | None
    who: str | None = "MS"
    now: datetime = SUNDAY_11

    def at(self, moment: datetime) -> Line:
        return replace(self, now=moment)

    def by(self, who: str | None) -> Line:
        return replace(self, who=who)

    def on(self, file: Path | None) -> Line:
        return replace(self, file=file)

    def __call__(self, *words: object, answers: Answers | None = None, env: Mapping[str, str] | None = None) -> Result:
        """Call the program with these words; answers go in as a document on standard input."""
        line = [str(word) for word in words]
        if answers is not None:
            line += ["--answers", "-"]
        settings = Settings(file=self.file, who=self.who, clock=lambda: self.now)
        done = CliRunner().invoke(
            app, line, obj=settings, input=as_input(answers), env=dict(env or {}), catch_exceptions=False
        )
        return Result(done.exit_code, done.stdout, done.stderr)

    def json(self, *words: object, answers: Answers | None = None) -> Result:
        return self(*words, "--json", answers=answers)


def as_input(answers: Answers | None) -> bytes:
    if answers is None:
        return b""
    if isinstance(answers, bytes):
        return answers
    text = answers if isinstance(answers, str) else json.dumps(answers)
    return text.encode("utf-8", "surrogatepass")


def plain_environment(**more: str) -> dict[str, str]:
    """The environment of a subprocess, without anything of ours that happens to be set."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MICROSCLERO_", "NO_COLOR"))}
    return {**kept, **more}


def installed(
    *words: object, answers: Answers | None = None, env: Mapping[str, str] | None = None, timeout: float = 60
) -> Result:
    """The installed program in a process of its own, with the computer's own clock."""
    line = [str(PROGRAM), *map(str, words), *(["--answers", "-"] if answers is not None else [])]
    done = subprocess.run(
        line, input=as_input(answers), capture_output=True, env=plain_environment(**(env or {})), timeout=timeout
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def form(line: Line, purpose: str = "intake") -> list[dict[str, Any]]:
    """The questions of a form, as the program itself lists them."""
    questions: list[dict[str, Any]] = line.json("screen", "--form", "--for", purpose).data["questions"]
    return questions


def untroubled(questions: list[dict[str, Any]], **changed: str | None) -> dict[str, str]:
    """Every answer the one that raises nothing, except those named; None leaves one out."""
    answers = {q["link_id"]: q["untroubled"] for q in questions if q["untroubled"] is not None}
    return {key: value for key, value in {**answers, **changed}.items() if value is not None}


def register(line: Line, **details: str) -> int:
    """A new patient; the number."""
    number: int = line.json("patient", "add", answers={**ZOE, **details}).data["patient"]
    return number


def screened(line: Line, number: int, purpose: str = "intake", **changed: str | None) -> dict[str, Any]:
    """A signed screening of a patient, untroubled but for what is named; its data."""
    answers = untroubled(form(line, purpose), **changed)
    data: dict[str, Any] = line.json("screen", number, "--for", purpose, answers=answers).data
    return data


def ready(line: Line, **details: str) -> int:
    """A patient with nothing against planning."""
    number = register(line, **details)
    assert screened(line, number)["outcome"] == "suitable"
    return number


def another(line: Line) -> int:
    """Somebody else with nothing against planning."""
    return ready(line, given_name="Ann", family_name="Other", born_on="1970-01-01")


def planned(line: Line, number: int, *words: object) -> dict[str, Any]:
    """A course booked for a patient; its data."""
    data: dict[str, Any] = line.json("plan", number, *words, "--yes").data
    return data


def dates(sessions: list[dict[str, Any]]) -> list[str]:
    return [session["date"] for session in sessions]
