"""Leave, breaks and weekdays through the command line: nobody is booked with somebody who is not there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from microsclero.settings import Settings
from tests.builders import Line, another, dates, planned, ready
from tests.cli.sitting import Person

FIRST = "2026-11-27"
AB = {"initials": "AB", "name": "Alex Bell", "roles": ["injector"]}


def member(line: Line, initials: str = "MS") -> dict[str, Any]:
    team: list[dict[str, Any]] = line.json("clinic", "show").data["team"]
    return next(one for one in team if one["initials"] == initials)


def starts(data: dict[str, Any]) -> list[str]:
    return [session["start"] for session in data["sessions"]]


def test_leave_is_kept_shown_and_taken_back(run: Line) -> None:
    data = run.json("clinic", "away", "ms", "2026-12-21..2026-12-31", "--reason", "holiday").data
    assert data == {
        "initials": "MS",
        "from": "2026-12-21",
        "until": "2026-12-31",
        "hours": None,
        "reason": "holiday",
        "undone": False,
        "bookings": [],
        "remarks": ["No prescriber is at work on these days."],
    }
    assert member(run)["away"] == [{"from": "2026-12-21", "until": "2026-12-31", "hours": None, "reason": "holiday"}]
    assert "MS is away Mon 21 Dec to Thu 31 Dec 2026 (holiday)" in run("clinic", "show").out
    assert run.json("clinic", "away", "MS", "2026-12-21..2026-12-31", "--undo").data == {
        **data,
        "undone": True,
        "remarks": [],
    }
    assert member(run)["away"] == []


def away_remarks(line: Line, *words: str) -> tuple[list[str], list[str]]:
    """What is said of a leave, with everybody moved and without."""
    looked = line.json("clinic", "away", *words, "--move", "--dry-run").data["remarks"]
    return line.json("clinic", "away", *words).data["remarks"], looked


def test_leave_of_the_only_prescriber_of_these_days_says_so_day_by_day(run: Line) -> None:
    run.json("clinic", "team", answers=AB)
    assert away_remarks(run, "AB", "2026-12-01..2026-12-04") == ([], [])
    no_one = ["No prescriber is at work on these days."]
    assert away_remarks(run, "MS", "2026-11-28..2026-12-01") == (no_one, no_one)
    told = run("clinic", "away", "MS", "2026-12-02").out.splitlines()
    assert told == ["MS is away Wed 2 Dec 2026", "! No prescriber is at work on these days."]
    run.json("clinic", "team", answers={**AB, "initials": "CD", "roles": ["prescriber"], "weekdays": ["mon", "wed"]})
    some = ["No prescriber is at work on Thu 10 Dec 2026, Fri 11 Dec 2026."]
    assert away_remarks(run, "MS", "2026-12-09..2026-12-12") == (some, some)
    assert away_remarks(run, "MS", "2026-12-14") == ([], [])
    assert away_remarks(run, "MS", "2026-12-15", "--hours", "10:00-11:00") == ([], [])
    assert away_remarks(run, "MS", "2026-12-19..2026-12-20") == ([], []), "closed all the same"


def test_a_plan_rolls_past_leave_and_says_so(run: Line) -> None:
    run.json("clinic", "away", "MS", "2026-11-27..2026-11-30")
    number = ready(run)
    told = run("plan", number, "--start", FIRST, "--sessions", 1, "--injector", "MS", "--dry-run")
    assert dates(run.json("plan", number, "--start", FIRST, "--sessions", 1, "--dry-run").data["sessions"]) == [
        "2026-12-01"
    ]
    assert "Fri 27 Nov 2026 (MS is away)" in " ".join(told.out.split())


def test_a_plan_goes_around_a_break(run: Line) -> None:
    run.json("clinic", "away", "MS", FIRST, "--hours", "09:00-10:15")
    number = ready(run)
    assert starts(run.json("plan", number, "--start", FIRST, "--sessions", 1, "--dry-run").data) == ["10:30"]
    words = ("--start", FIRST, "--sessions", 1, "--at", "10:00", "--injector", "MS", "--dry-run")
    assert dates(run.json("plan", number, *words).data["sessions"]) == ["2026-11-30"]
    assert "Fri 27 Nov 2026 (MS has a break 09:00-10:15)" in " ".join(run("plan", number, *words).out.split())


def test_the_other_injector_takes_what_falls_into_a_break(run: Line) -> None:
    run.json("clinic", "team", answers=AB)
    run.json("clinic", "away", "AB", FIRST)
    run.json("clinic", "away", "MS", FIRST, "--hours", "09:00-10:00")
    data = run.json("plan", ready(run), "--start", FIRST, "--sessions", 1, "--dry-run").data
    assert [(one["start"], one["injector"]) for one in data["sessions"]] == [("10:00", "MS")]
    run.json("clinic", "away", "AB", FIRST, "--undo")
    data = run.json("plan", 1, "--start", FIRST, "--sessions", 1, "--dry-run").data
    assert [(one["start"], one["injector"]) for one in data["sessions"]] == [("09:00", "AB")]


def test_what_is_booked_with_someone_away_is_named_with_what_to_type(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--at", "10:00", "--sessions", 2)
    done = run("clinic", "away", "MS", "2026-11-23..2026-12-31", "--reason", "ill")
    assert done.out.splitlines() == [
        "MS is away Mon 23 Nov to Thu 31 Dec 2026 (ill)",
        "2 bookings stand in the diary then; to move:",
        "  Fri 27 Nov 2026 10:00  microsclero move 1 --session 1 --to DATE",
        "  Tue 29 Dec 2026 10:00  microsclero move 1 --session 2 --to DATE",
        "! No prescriber is at work on these days.",
    ]
    assert "Weiß" not in done.out + done.err


def test_a_break_names_only_what_it_touches(run: Line) -> None:
    planned(run, ready(run), "--start", FIRST, "--at", "10:00", "--sessions", 1)
    hit = {
        hours: [one["move"] for one in run.json("clinic", "away", "MS", FIRST, "--hours", hours).data["bookings"]]
        for hours in ("09:00-10:00", "09:00-10:01", "10:29-11:00", "10:30-11:00")
    }
    named = ["microsclero move 1 --session 1 --to DATE"]
    assert hit == {"09:00-10:00": [], "09:00-10:01": named, "10:29-11:00": named, "10:30-11:00": []}


def test_what_has_gone_by_today_is_not_named(run: Line) -> None:
    planned(run, ready(run), "--start", FIRST, "--at", "10:00", "--sessions", 1)
    later = run.at(datetime(2026, 11, 27, 10, 30, tzinfo=UTC))
    assert later.json("clinic", "away", "MS", FIRST).data["bookings"] == []


def test_a_moved_session_finds_whoever_is_there(run: Line) -> None:
    run.json("clinic", "team", answers=AB)
    number = ready(run)
    planned(run, number, "--start", FIRST, "--at", "10:00", "--injector", "MS", "--sessions", 1)
    run.json("clinic", "away", "MS", "2026-11-27..2026-12-04")
    moved = run.json("move", number, "--session", 1, "--to", "2026-12-01", "--yes").data["sessions"][0]
    assert (moved["date"], moved["start"], moved["injector"]) == ("2026-12-01", "10:00", "AB")


def test_a_move_to_a_day_when_nobody_is_there_is_refused(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    run.json("clinic", "away", "MS", "2026-12-01", "--hours", "09:00-12:00")
    run.json("clinic", "away", "MS", "2026-12-02")
    refused = run.json("move", number, "--session", 1, "--to", "2026-12-02", "--yes")
    assert (refused.code, refused.codes) == (4, ["injector_away", "first_date"])
    refused = run.json("move", number, "--session", 1, "--to", "2026-12-01", "--at", "11:30", "--yes")
    assert (refused.code, refused.codes) == (4, ["injector_away", "first_date"])
    assert "Tue 1 Dec 2026: MS has a break 09:00-12:00." in refused.envelope["errors"][0]["message"]
    assert (
        run.json("move", number, "--session", 1, "--to", "2026-12-01", "--yes").data["sessions"][0]["start"] == "12:00"
    )


def test_an_absence_entered_meanwhile_is_noticed_under_the_lock(run: Line) -> None:
    """What was shown can't be booked once its injector is away: nothing is."""
    from microsclero.desk import open_desk, planning
    from microsclero.desk.wishes import Wish
    from microsclero.errors import ConflictError

    number = ready(run)
    desk = open_desk(Settings(file=run.file, clock=lambda: run.now), who="MS")
    try:
        shown = planning.propose(desk, number, Wish(sessions=1), start=None)
        on = f"{shown.new[0].on}"
        run.json("clinic", "away", "MS", on)
        with pytest.raises(ConflictError) as refusal:
            planning.book(desk, shown)
    finally:
        desk.close()
    assert [reason.code for reason in refusal.value.reasons] == ["away_meanwhile"]
    assert run.json("patient", "show", number).data["sessions"] == []
    run.json("clinic", "away", "MS", on, "--undo")
    assert len(planned(run, number, "--sessions", 1)["sessions"]) == 1


def test_the_same_twice_is_a_conflict_and_nothing_entered_is_not_found(run: Line) -> None:
    run.json("clinic", "away", "MS", FIRST, "--hours", "10:00-11:00")
    twice = run.json("clinic", "away", "MS", FIRST, "--hours", "10:00-11:00")
    assert (twice.code, twice.codes) == (5, ["already_there"])
    gone = run.json("clinic", "away", "MS", FIRST, "--undo")
    assert (gone.code, gone.codes) == (3, ["not_found"])
    assert "MS has a break 10:00-11:00, Fri 27 Nov 2026" in gone.envelope["errors"][0]["message"]
    assert run.json("clinic", "away", "MS", "2026-12-01", "--undo").code == 3
    assert len(member(run)["away"]) == 1


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("MS", "someday"), 2, "unreadable"),
        (("MS", "2026-12-31..2026-12-01"), 2, "unreadable"),
        (("MS", FIRST, "--hours", "11:00-10:00"), 2, "unreadable"),
        (("MS", FIRST, "--hours", "noon"), 2, "unreadable"),
        (("MS", FIRST, "--reason", "a\x1b[2Jb"), 2, "unreadable"),
        (("MS", "2026-11-20..2026-11-21"), 2, "in_the_past"),
        (("XY", FIRST), 3, "member_not_found"),
        (("RT", FIRST), 4, "role_missing"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(
    run: Line, words: tuple[str, ...], code: int, why: str
) -> None:
    refused = run.json("clinic", "away", *words)
    assert (refused.code, refused.codes) == (code, [why])
    assert member(run)["away"] == []


def test_weekdays_bind_the_plan_and_name_what_no_longer_fits(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    done = run("clinic", "team", answers={"initials": "MS", "weekdays": ["thu", "mon", "tue"]})
    assert done.err.splitlines() == [
        "Session 1 of patient 1 on Fri 27 Nov 2026 09:00: MS does not work on Fridays; "
        "move it: microsclero move 1 --session 1 --to DATE"
    ]
    assert member(run)["weekdays"] == ["mon", "tue", "thu"]
    assert "mon tue thu" in " ".join(run("clinic", "show").out.split())
    data = planned(run, another(run), "--start", FIRST, "--sessions", 2)
    assert dates(data["sessions"]) == ["2026-11-30", "2026-12-29"]
    run.json("clinic", "team", answers={"initials": "MS", "weekdays": None})
    assert member(run)["weekdays"] is None


@pytest.mark.parametrize("days", [["monday"], "mon", ["mon", "mon", 3], [["mon"]]])
def test_weekdays_are_a_list_of_known_days(run: Line, days: object) -> None:
    done = run.json("clinic", "team", answers={"initials": "MS", "weekdays": days})
    if days == "mon":
        assert member(run)["weekdays"] == ["mon"]
    else:
        assert (done.code, done.codes, member(run)["weekdays"]) == (2, ["unreadable"], None)


def test_whoever_takes_an_absence_back_stands_in_the_history(run: Line) -> None:
    """Nothing is deleted: the entry is voided, by a command of its own name."""
    run.json("clinic", "away", "MS", FIRST)
    run.json("clinic", "away", "MS", FIRST, "--undo")
    from microsclero.store import open_store

    store = open_store(str(run.file), clock=lambda: run.now)
    try:
        assert store.rows("select from_on, voided from absence") == [(FIRST, 1)]
        assert store.rows("select who, cmd from ledger order by n desc limit 2") == [("MS", "clinic away")] * 2
    finally:
        store.close()
    assert run.json("record", "check").code == 0


def test_weekdays_are_asked_at_the_terminal_and_typed_again_when_unreadable(run: Line) -> None:
    with Person("clinic", "team", "--add", file=run.file) as person:
        for prompt, told in (("Initials", "ab"), ("Name", "Alex Bell"), ("Roles", "injector"), ("Register", "")):
            person.sees(f"{prompt}[^:]*: ")
            person.type(told)
        person.sees("Weekdays at work, as mon,tue; or all[^:]*: ")
        person.type("?")
        person.sees("Nobody is booked with an injector on other days.")
        person.sees("Weekdays[^:]*: ")
        person.type("monday")
        person.sees("Please again")
        person.sees("Weekdays[^:]*: ")
        person.type("tue, mon")
        assert person.leaves()[0] == 0
    assert member(run, "AB")["weekdays"] == ["mon", "tue"]
