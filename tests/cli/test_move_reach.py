"""How far ahead and how near a session may be moved: within the diary's reach, and never into the past."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.builders import Line, Result, dates, planned, ready
from tests.cli.worklist import on

# Two years from Sunday 22 November 2026.
REACH = "2028-11-21"


def move(line: Line, number: int, session: int, to: str, *words: object) -> Result:
    return line.json("move", number, "--session", session, "--to", to, *words, "--yes")


def first_date(done: Result) -> dict[str, Any]:
    """The last word of a refusal."""
    *_, last = done.envelope["errors"]
    assert (done.code, last["code"]) == (4, "first_date"), done
    found: dict[str, Any] = last
    return found


def days_of(line: Line, number: int) -> list[str]:
    found: list[dict[str, Any]] = line.json("patient", "show", number).data["sessions"]
    return dates(found)


def near_the_end(line: Line) -> int:
    """A course that ends at the diary's reach, and then moved so that only its first session is within."""
    number = ready(line)
    planned(line, number, "--start", "2028-08-24")
    assert move(line, number, 1, "2028-11-20").code == 0
    assert days_of(line, number) == ["2028-11-20", "2028-12-18", "2029-01-15", "2029-02-12"]
    return number


def test_the_first_time_that_would_work_is_never_beyond_the_reach_of_the_diary(run: Line) -> None:
    number = near_the_end(run)
    done = move(run, number, 2, REACH)
    assert (done.causes, first_date(done)["date"]) == (["gap_too_short"], None)
    assert first_date(done)["message"].endswith("the diary was searched to Tue 21 Nov 2028.")


def test_on_the_last_day_of_the_reach_a_first_time_is_named_and_works(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2028-10-24", "--sessions", 2)
    assert days_of(run, number) == ["2028-10-24", REACH]
    first = first_date(move(run, number, 2, "2028-11-20"))
    assert (first["date"], first["start"]) == (REACH, "09:00")
    assert move(run, number, 2, first["date"], "--at", first["start"]).code == 0


def test_a_full_last_day_leaves_no_first_time(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2028-10-24", "--sessions", 2)
    assert run.json("clinic", "close", REACH).code == 0
    done = move(run, number, 2, "2028-11-20")
    assert (done.causes, first_date(done)["date"]) == (["gap_too_short"], None)


def test_too_far_ahead_is_said_together_with_all_else(run: Line) -> None:
    number = near_the_end(run)
    assert move(run, number, 2, "2028-12-10").causes == ["too_far_ahead", "gap_too_short", "closed"]
    only = move(run, number, 1, "2028-11-22")
    assert (only.code, only.causes) == (4, ["too_far_ahead"])
    assert only.envelope["errors"][0]["message"] == (
        "Wed 22 Nov 2028 is too far ahead: the diary reaches to Tue 21 Nov 2028."
    )


def test_what_a_closing_moved_beyond_the_reach_is_moved_back_within_it(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2027-12-01")
    words = ("clinic", "close", "2027-11-30..2028-11-15", "--reason", "Building works", "--move", "--yes")
    assert len(run.json(*words).data["changes"]) == 1
    assert days_of(run, number) == ["2028-11-16", "2028-12-14", "2029-01-11", "2029-02-08"]
    for session, to in enumerate(("2027-08-02", "2027-08-31", "2027-10-04", "2027-11-01"), 1):
        assert move(run, number, session, to).code == 0
    assert days_of(run, number) == ["2027-08-02", "2027-08-31", "2027-10-04", "2027-11-01"]


# ── never into the past ──


def test_sessions_of_the_past_that_nobody_recorded_follow_into_the_days_to_come(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-24")
    now = on(run, "2027-01-05", "10:00")
    assert days_of(run, number)[:2] == ["2026-11-24", "2026-12-22"]
    assert move(now, number, 1, "2027-01-05").code == 0
    assert days_of(run, number) == ["2027-01-05", "2027-02-02", "2027-03-02", "2027-03-30"]
    first = now.json("patient", "show", number).data["sessions"][0]
    assert first["start"] > "10:00"


def test_a_time_of_today_that_has_passed_is_refused(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-26")
    noon = on(run, "2026-11-24", "12:00")
    assert move(noon, number, 1, "2026-11-24", "--at", "09:30").causes == ["outside_hours"]
    assert move(noon, number, 1, "2026-11-23").causes == ["too_soon"]


def test_a_closing_moves_nobody_into_the_past_nor_to_today(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-24")
    now = on(run, "2026-12-22", "08:00")
    done = now.json("clinic", "close", "2026-12-20..2026-12-23", "--move", "--yes")
    moved = [date.fromisoformat(each["to"]) for each in done.data["changes"][0]["changed"]]
    assert moved == [date(2026, 12, 24), date(2027, 1, 21), date(2027, 2, 18)]
    assert days_of(run, number)[0] == "2026-11-24"
