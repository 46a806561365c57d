"""What the tests of reactions start from: somebody treated, reports, follow-ups and a prescriber's word."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.builders import Line, Result, planned, ready
from tests.response_builders import give, on_day

# A Monday; the session is given at nine.
GIVEN_ON = date(2026, 11, 23)


def given_on(line: Line, *, sessions: int = 2, start: date = GIVEN_ON, **details: str) -> int:
    """A patient of whose course the first session was given; the others are planned."""
    number = ready(line, **details)
    planned(line, number, "--start", start, "--sessions", sessions)
    give(line, number, 1)
    return number


def days_after(line: Line, days: int, hour: int = 12) -> Line:
    """The desk so many days after the session."""
    return on_day(line, GIVEN_ON + timedelta(days=days), hour)


def told(line: Line, effect: str = "calf_pain", **changed: Any) -> dict[str, Any]:
    """A reaction as a document holds it: noticed today, mild; ... leaves a key out."""
    document = {"effect": effect, "severity": "mild", "noticed_on": f"{line.now:%Y-%m-%d}", "emergency": []}
    return {key: value for key, value in {**document, **changed}.items() if value is not ...}


def report(line: Line, number: int, effect: str = "calf_pain", **changed: Any) -> Result:
    return line.json("reaction", number, answers=told(line, effect, **changed))


def reported(line: Line, number: int, effect: str = "calf_pain", **changed: Any) -> dict[str, Any]:
    """The same, and it was kept; its data."""
    data: dict[str, Any] = report(line, number, effect, **changed).data
    return data


def follow(line: Line, number: int, reaction: int, state: str, **more: Any) -> Result:
    return line.json("reaction", number, "--follow", reaction, answers={"state": state, **more})


def word(line: Line, number: int, said: str = "lift", finding: str = "excluded", **changed: Any) -> Result:
    """A prescriber's word on the holds of a patient."""
    document = {"prescriber": "MS", "hold": said, "finding": finding, "reason": "Duplex of today."}
    return line.json("decide", number, answers={**document, **changed})


def all_of(line: Line, number: int) -> dict[str, Any]:
    """Every reaction and hold of a patient."""
    data: dict[str, Any] = line.json("reaction", number, "--list").data
    return data


def holds(line: Line, number: int) -> list[str | None]:
    """When each hold of a patient was lifted; None for one that stands."""
    return [each["lifted_on"] for each in sorted(all_of(line, number)["holds"], key=lambda each: int(each["hold"]))]
