"""`record undo` through the command line: a whole change goes back as one, and the diary is as it was by value."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from tests.builders import Line, another, dates, planned, ready, screened
from tests.cli.sitting import Person
from tests.cli.undoing import (
    AS_PLANNED,
    FIRST,
    OTHER_INJECTOR,
    cancelled,
    changed,
    last_entry,
    moved_as_one,
    refused,
    undone,
    values,
)


def test_a_plan_undone_leaves_the_diary_as_it_was_and_the_history_shows_both(run: Line) -> None:
    number = ready(run)
    before = values(run)
    planned(run, number, "--start", FIRST)
    data = undone(run, "--yes").data["undone"]
    assert values(run) == before == {}
    assert {key: data[key] for key in ("command", "who", "reason", "patients", "saved")} == {
        "command": "plan",
        "who": "MS",
        "reason": "wrong patient",
        "patients": [number],
        "saved": True,
    }
    assert [(each["number"], each["from"], each["to"], each["status"]) for each in data["changed"]] == [
        (place, day, None, "cancelled") for place, day in enumerate(AS_PLANNED, 1)
    ]
    entries = run.json("record", "history", number).data["entries"]
    assert [entry["command"] for entry in entries[:2]] == ["record undo", "plan"]
    assert entries[1]["undone"] == {"at": "2026-11-22T11:00:00+00:00", "who": "MS", "reason": "wrong patient"}
    assert dates(planned(run, number, "--start", FIRST)["sessions"]) == AS_PLANNED
    assert run.json("record", "check").data["ok"] is True


def test_a_move_with_all_that_followed_is_undone_as_one_and_equal_by_value(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST)
    before = values(run)
    moved_as_one(run, number)
    assert values(run) != before
    data = undone(run, "--yes").data
    assert values(run) == before
    assert [(each["number"], each["from"], each["to"]) for each in data["undone"]["changed"]] == [
        (2, "2027-01-05", "2026-12-29"),
        (3, "2027-02-02", "2027-01-26"),
        (4, "2027-03-02", "2027-02-23"),
    ]
    assert dates(data["sessions"]) == AS_PLANNED
    assert run.json("record", "check").data["ok"] is True


MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
REAL: dict[str, tuple[object, ...]] = {
    "move": ("move", 1, "--session", 2, "--to", "2027-02-09", "--yes"),
    "cancel": ("cancel", 1, "--session", 2, "--reason", "patient_ill", "--yes"),
    "rebook": ("rebook", 1, "--yes"),
    "clinic close": ("clinic", "close", "2026-12-29..2026-12-31", "--move", "--yes"),
    "clinic away": ("clinic", "away", "MS", "2026-12-02..2026-12-04"),
    "plan": ("plan", 2, "--start", "2026-12-01", "--every", "6w", "--yes"),
    "plan, a consultation": ("plan", 2, "--consultation", "--yes"),
    "plan, double-booked": (
        *("plan", 2, "--start", "2026-12-29", "--at", "09:00", "--sessions", 1, "--yes"),
        *("--override", "Asked for it."),
    ),
}


@pytest.mark.parametrize("words", REAL.values(), ids=REAL.keys())
def test_whatever_the_desk_changes_in_the_diary_is_undone_as_one_and_equal_by_value(
    run: Line, words: tuple[object, ...]
) -> None:
    """Session 1 was missed on Friday and waits for a new date."""
    planned(run, ready(run), "--start", FIRST)
    another(run)
    run = run.at(MONDAY)
    assert run.json("missed", 1, "--session", 1, "--yes").code == 0
    before = values(run)
    done = run.json(*words)
    assert done.code == 0, done
    assert values(run) != before
    assert undone(run, "--yes").code == 0
    assert values(run) == before
    assert run.json("record", "check").data["ok"] is True
    assert undone(run, "--yes").data["undone"]["command"] == "missed"


def test_the_equality_above_would_see_one_column_that_stayed(run: Line) -> None:
    """The control."""
    number = ready(run)
    planned(run, number, "--start", FIRST)
    before = values(run)
    changed(run, number, "move", s3={"is_hand_set": True})
    assert values(run) != before


def test_what_would_go_back_is_shown_before_and_after_and_nothing_is_saved(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST)
    moved_as_one(run, number)
    after, head = values(run), run.json("record", "check").data["head"]
    told = run("record", "undo", "--reason", "[bold]wrong", "--dry-run", env={"COLUMNS": "80"})
    assert (told.code, told.err) == (0, "")
    lines = [line.rstrip() for line in told.out.splitlines()]
    assert lines == [
        "To be undone, nothing saved yet · entry 5",
        "“move” by MS, Sun 22 Nov 2026, 11:00",
        "Patient  Session now                  as it was",
        "─" * 66,
        "1        2  Tue 5 Jan 2027 09:00  MS  2  Tue 29 Dec 2026 09:00  MS",
        "1        3  Tue 2 Feb 2027 10:00  MS  3  Tue 26 Jan 2027 09:00  MS",
        "1        4  Tue 2 Mar 2027 09:00  MS  4  Tue 23 Feb 2027 09:00  MS",
        "Reason: [bold]wrong",
    ]
    assert undone(run, "--dry-run").data["undone"]["saved"] is False
    off = undone(run)
    assert (off.code, off.codes) == (2, ["yes_missing"])
    assert (values(run), run.json("record", "check").data["head"]) == (after, head)


def test_undone_again_goes_one_further_back_until_nothing_is_left(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST)
    before = values(run)
    moved_as_one(run, number)
    assert undone(run, "--yes").code == 0
    assert values(run) == before
    assert undone(run, "--yes").data["undone"]["command"] == "plan"
    assert values(run) == {}
    done = undone(run, "--yes")
    assert (done.code, done.codes) == (3, ["nothing_to_undo"])


def test_the_last_change_of_whoever_sits_there_not_of_anybody(run: Line) -> None:
    assert run.json("clinic", "team", answers=OTHER_INJECTOR).code == 0
    first, second = ready(run), another(run)
    planned(run, first, "--start", FIRST)
    planned(run.by("DR"), second, "--start", "2026-12-01", "--sessions", 1)
    screened(run, first)
    assert undone(run, "--yes").data["undone"]["patients"] == [first]
    assert [key for key in values(run) if key[0] == "session"] == [("session", 5)]


def test_a_closure_undone_opens_the_day_and_its_taking_back_undone_closes_it(run: Line) -> None:
    assert run.json("clinic", "close", "2026-12-30", "--reason", "Training").code == 0
    before = values(run)
    assert run.json("clinic", "close", "2026-12-30", "--undo").code == 0
    changes = undone(run, "--yes").data["undone"]["changes"]
    assert [(each["what"], each["said"]) for each in changes] == [
        ("closure of Wed 30 Dec 2026 holds again", "Training")
    ]
    assert values(run) == before
    assert undone(run, "--yes").code == 0
    assert run.json("agenda", "--from", "2026-12-30", "--days", 1).data["days"][0]["closed"] is None
    assert values(run) == {}


def test_an_entry_is_named_by_its_number_in_the_history(run: Line) -> None:
    first, second = ready(run), another(run)
    planned(run, first, "--start", FIRST)
    entry = last_entry(run, "plan")
    planned(run, second, "--start", "2026-12-01", "--sessions", 1)
    assert undone(run, "--change", entry, "--yes").data["undone"]["entry"] == entry
    assert run.json("patient", "show", second).data["sessions"][0]["status"] == "planned"
    assert refused(run, "--change", entry) == (4, ["already_undone"])


def test_a_missed_session_marked_by_mistake_is_planned_again_on_its_day(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST)
    later = run.at(datetime(2026, 11, 28, 9, 0, tzinfo=UTC))
    before = values(run)
    changed(later, number, "missed", s1={"status": "missed"}, s2={"number": 1}, s3={"number": 2}, s4={"number": 3})
    assert undone(later, "--yes").code == 0
    assert values(run) == before


def test_a_given_session_that_a_plan_only_answered_does_not_stand_in_the_way(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 2)
    later = run.at(datetime(2026, 11, 28, 9, 0, tzinfo=UTC))
    changed(later.by("RT"), number, "treat", s1={"status": "given"})
    before = values(run)
    changed(later, number, "move", s2={"on": date(2027, 1, 5)}, s1={"settled": "followed"})
    assert undone(later, "--yes").code == 0
    assert values(run) == before


def test_at_the_terminal_it_is_shown_and_one_key_undoes_it(run: Line) -> None:
    now = run.at(datetime.now(UTC))
    number = ready(now)
    planned(now, number, "--sessions", 2)
    words = ("record", "undo", "--reason", "wrong patient")
    with Person(*words, file=now.file) as person:
        person.sees(f"Patient {number} · Zoë Weiß")
        person.sees("To be undone, nothing saved yet")
        person.sees(r"Undo it\? \[y/n\] ")
        person.press("n")
        assert person.leaves()[0] == 1
    assert values(now) != {}
    with Person(*words, file=now.file) as person:
        person.sees(r"Undo it\? \[y/n\] ")
        person.press("y")
        code, rest = person.leaves()
    assert (code, "Undone · entry" in rest, values(now)) == (0, True, {})


def test_a_session_of_the_course_that_moved_since_by_itself_does_not_stand_in_the_way(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 3)
    cancelled(run, number, 1)
    before = values(run)
    changed(run, number, "move", s1={"on": date(2026, 12, 30)})
    changed(run.by("RT"), number, "move", s2={"on": date(2027, 2, 4)})
    assert undone(run, "--yes").code == 0
    assert {key for key, row in values(run).items() if row != before[key]} == {("session", 3)}


def test_a_session_that_stays_where_it_is_may_stand_on_a_day_that_was_closed_over_it(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 2)
    before = values(run)
    cancelled(run, number, 1)
    assert run.by("RT").json("clinic", "close", AS_PLANNED[1]).code == 0
    assert undone(run, "--yes").code == 0
    assert {key: row for key, row in values(run).items() if key[0] != "closure"} == before


def test_a_place_double_booked_on_purpose_is_taken_again_on_purpose(run: Line) -> None:
    number, other = ready(run), another(run)
    planned(run.by("RT"), other, "--start", FIRST, "--at", "10:00", "--sessions", 1)
    planned(run, number, "--start", FIRST, "--at", "11:00", "--sessions", 1)
    on_purpose = {"starts": time(10), "ends": time(10, 30), "override_reason": "asked for it"}
    changed(run, number, "move", s1=on_purpose)
    before = values(run)
    changed(run, number, "move", s1={"starts": time(12), "ends": time(12, 30), "override_reason": None})
    assert undone(run, "--yes").code == 0
    assert values(run) == before
