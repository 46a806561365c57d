"""A list to be worked: patients with open lines of every kind, and how a call about one is noted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.builders import Line, Result, planned, ready, register, screened
from tests.cli.sitting import left_unfinished

# What a call is about, and the list of the page on which it stands.
LISTS = {
    "reaction": "reactions",
    "hold": "holds",
    "stranded": "stranded",
    "preparation": "preparation_calls",
    "response": "responses",
    "new_date": "new_dates",
    "course": "courses",
    "deferral": "deferrals",
    "review": "reviews",
    "intake": "unfinished",
}
OUTCOMES = ("reached", "no_answer", "message_left", "wrong_number", "put_off", "wants_no_more")
# The two attempts that are themselves what a line waits for.
SETTLING = {("preparation", "reached"), ("new_date", "wants_no_more")}
TUESDAY_24 = "2026-11-24"


def on(line: Line, day: str, clock: str = "08:00") -> Line:
    """The same desk on another day, London's clock in winter."""
    return line.at(datetime.fromisoformat(f"{day}T{clock}+00:00"))


def page(line: Line, *words: str) -> dict[str, Any]:
    data: dict[str, Any] = line.json("today", *words).data
    return data


def lines(line: Line, about: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page(line)[LISTS[about]]
    return found


def patients(line: Line, about: str) -> list[int]:
    return [each["patient"] for each in lines(line, about)]


def call(line: Line, number: int, about: str, outcome: str, *words: object) -> Result:
    until = ("--until", line.now.date() + timedelta(days=3)) if outcome == "put_off" and "--until" not in words else ()
    return line.json("call", number, "--about", about, "--outcome", outcome, *until, *words)


def record(line: Line, number: int, session: int, **changes: object) -> None:
    """What the record will say of a session once it is given and looked at."""
    from microsclero.store import diary, open_store

    assert line.file is not None
    with open_store(line.file, clock=lambda: line.now) as store, store.changing(who="MS", command="treat"):
        rows = diary.sessions_of_patient(store, number)
        row = next(row for row in rows if row.number == session and row.status in ("planned", "given"))
        diary.update_session(store, row.session, changes, row.version)


def treated(line: Line, *words: object, **details: str) -> int:
    """A patient whose first session was given on Tuesday 24 November."""
    number = ready(line, **details)
    planned(line, number, "--start", TUESDAY_24, *(words or ("--sessions", 1)))
    record(on(line, TUESDAY_24), number, 1, status="given")
    return number


def reaction(line: Line, number: int, effect: str) -> int:
    """A reaction reported today; its number."""
    document = {"effect": effect, "severity": "mild", "noticed_on": f"{line.now:%Y-%m-%d}"}
    kept: int = line.json("reaction", number, answers=document).data["reaction"]
    return kept


def deferred(line: Line, **details: str) -> int:
    """Somebody who may be asked again on Christmas Day."""
    number = register(line, **details)
    screened(line, number, recently_pregnant="yes", recently_pregnant_ended_on="2026-09-25")
    return number


def missed(line: Line, **details: str) -> int:
    """Somebody who did not come on Tuesday 24 November."""
    number = ready(line, **details)
    planned(line, number, "--start", TUESDAY_24, "--sessions", 1)
    assert on(line, TUESDAY_24, "18:00").json("missed", number, "--session", 1, "--yes").code == 0
    return number


DECEMBER = "2026-12-29"


def a_worked_list(line: Line) -> dict[str, int]:
    """One patient with an open line of each kind on Tuesday 29 December."""
    found = {
        "response": treated(line, given_name="Bea"),
        "new_date": missed(line, given_name="Cleo", born_on="1971-01-01"),
        "course": treated(line, given_name="Dot", born_on="1972-01-01"),
        "deferral": deferred(line, given_name="Eve", born_on="1973-01-01"),
        "review": register(line, given_name="Fay", born_on="1974-01-01"),
        "intake": register(line, given_name="Gwen", born_on="1975-01-01"),
        "preparation": ready(line, given_name="Hope", born_on="1976-01-01"),
        "reaction": register(line, given_name="Ida", born_on="1977-01-01"),
        "hold": register(line, given_name="Jill", born_on="1978-01-01"),
        "stranded": ready(line, given_name="Kim", born_on="1979-01-01"),
    }
    reaction(line, found["reaction"], "numbness")
    gone = reaction(line, found["hold"], "calf_pain")
    assert line.json("reaction", found["hold"], "--follow", gone, answers={"state": "gone"}).code == 0
    screened(line, found["review"], cardiac="yes")
    left_unfinished(line, found["intake"], "intake", {"pregnant": "no"})
    planned(line, found["preparation"], "--start", "2026-12-31", "--sessions", 1)
    planned(line, found["stranded"], "--start", "2027-01-12", "--sessions", 1)
    assert line.json("clinic", "close", "2027-01-12").code == 0
    record(on(line, "2026-12-22"), found["course"], 1, settled="seen")
    return found


def standing(line: Line) -> dict[str, list[int]]:
    """Everything on the page, by kind."""
    whole = page(line)
    return {about: [each["patient"] for each in whole[key]] for about, key in LISTS.items()}
