"""What the tests of `record undo` start from: changes of several rows made as one, and the diary by value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from typing import Any

from microsclero.store import Store, absences, diary, open_store
from tests.builders import Line, Result
from tests.store.diary_values import the_diary

FIRST = "2026-11-27"
AS_PLANNED = ["2026-11-27", "2026-12-29", "2027-01-26", "2027-02-23"]
OTHER_INJECTOR = {"initials": "DR", "name": "Dana Reyes", "roles": ["injector", "prescriber"]}


@contextmanager
def file_of(run: Line) -> Iterator[Store]:
    assert run.file is not None
    with open_store(run.file, clock=lambda: run.now) as opened:
        yield opened


def values(run: Line) -> dict[tuple[str, int], dict[str, Any]]:
    with file_of(run) as store:
        return the_diary(store)


def changed(run: Line, number: int, command: str, **changes: dict[str, Any]) -> None:
    """Several sessions of a patient changed as one, by whoever sits there: s2={"on": …}."""
    assert run.who is not None
    with file_of(run) as store:
        running = diary.running_course(store, number)
        assert running is not None
        live = [row for row in diary.sessions_of_course(store, running.course) if row.status in ("planned", "given")]
        rows = {f"s{row.number}": row for row in live}
        with store.changing(who=run.who, command=command):
            for name, each in changes.items():
                diary.update_session(store, rows[name].session, each, rows[name].version)


def moved_as_one(run: Line, number: int) -> None:
    """Session 2 a week later, 3 and 4 with it."""
    days = [date.fromisoformat(day) + timedelta(days=7) for day in AS_PLANNED]
    changed(
        run,
        number,
        "move",
        s4={"on": days[3]},
        s3={"on": days[2], "starts": time(10), "ends": time(10, 30)},
        s2={"on": days[1], "is_hand_set": True},
    )


def undone(run: Line, *words: object) -> Result:
    return run.json("record", "undo", "--reason", "wrong patient", *words)


def refused(run: Line, *words: object) -> tuple[int, list[str]]:
    """Exit code and codes of an undo that must not be saved; it leaves no trace."""
    head = run.json("record", "check").data["head"]
    done = undone(run, *words, "--yes")
    assert run.json("record", "check").data["head"] == head, done
    return done.code, done.codes


def said(run: Line, *words: object) -> str:
    return run("record", "undo", "--reason", "wrong", *words, "--yes").err


def last_entry(run: Line, command: str) -> int:
    entries = run.json("record", "history", "--limit", 500).data["entries"]
    return next(int(entry["entry"]) for entry in entries if entry["command"] == command)


def cancelled(run: Line, number: int, session: int) -> None:
    """Cancelled as it is at the desk: the later ones are numbered anew."""
    assert run.json("cancel", number, "--session", session, "--reason", "other", "--yes").code == 0


def away(run: Line, *, session: int | None = None, voided: bool = False) -> None:
    """DR on leave on the first day, with a session of theirs moved to MS; or that leave taken back."""
    assert run.who is not None
    with file_of(run) as store, store.changing(who=run.who, command="clinic away"):
        if voided:
            absences.void_absence(store, 1)
        else:
            day = date.fromisoformat(FIRST)
            absences.add_absence(store, initials="DR", from_on=day, until_on=day)
        if session:
            diary.update_session(store, session, {"injector": "MS"}, diary.session(store, session).version)
