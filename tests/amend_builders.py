"""What the tests of corrections start from: sessions given, and the record as the program itself tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.builders import Line, Result
from tests.chair_builders import THURSDAY, after, in_the_chair, treated

WHY = "Typed into the wrong record."
ANN = {"given_name": "Ann", "family_name": "Other", "born_on": "1970-01-01"}

Diary = list[tuple[int, str, str, str, str | None]]


def amend(line: Line, kind: str, number: int, *words: object, **told: Any) -> Result:
    """The correction, with a reason unless another is given."""
    return line.json("amend", kind, number, *words, answers={"reason": WHY, **told})


def amended(line: Line, kind: str, number: int, **told: Any) -> dict[str, Any]:
    """The same, and it was saved; its data. The record is whole after it."""
    data: dict[str, Any] = amend(line, kind, number, **told).data
    assert line.json("record", "check").data["ok"] is True
    return data


def given_once(line: Line, start: datetime = THURSDAY, **changed: Any) -> int:
    """A patient with the first session of a course given; the number."""
    number = in_the_chair(line, start)
    treated(line, number, start, **changed)
    return number


def diary(line: Line, number: int) -> Diary:
    """Every session ever booked for a patient: number, day, time, status, what settled it; those taken out last."""
    from tests.response_builders import desk_of

    desk = desk_of(line)
    from microsclero.store import diary as rows_of

    rows = rows_of.sessions_of_patient(desk.store, number)
    desk.close()
    told = [(row.number or 0, row.on.isoformat(), f"{row.starts:%H:%M}", row.status, row.settled) for row in rows]
    return sorted(told, key=lambda one: (one[3] == "cancelled", one[1], one[2]))


def course_status(line: Line, number: int) -> list[str]:
    from tests.response_builders import desk_of

    desk = desk_of(line)
    from microsclero.store import diary as rows_of

    rows = rows_of.courses_of(desk.store, number)
    desk.close()
    return [row.status for row in rows]


def timeline(line: Line, number: int, kind: str) -> list[tuple[int, str | None]]:
    """The entries of one kind in a patient's record, by number, each with why it no longer stands, or None."""
    entries = line.json("patient", "show", number).data["timeline"]
    return [(each["id"], each["struck"]) for each in entries if each["kind"] == kind]


def later(line: Line) -> Line:
    return after(line)
