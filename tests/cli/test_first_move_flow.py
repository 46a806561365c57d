"""The last sentence of a refused move: a first time that `move` takes when it is typed, or why none is known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import CLINIC, Line, Result, planned, ready, screened
from tests.chair_builders import THURSDAY, after, in_the_chair, treat, treated

AB = {"initials": "AB", "name": "Alex Bell", "roles": ["injector", "prescriber"]}
SUNDAY = "2027-01-31"
CLOSED = "Sun 31 Jan 2027: closed on Sundays. Choose an open day; microsclero agenda shows them."


def move(line: Line, number: int, session: int, to: str, *words: object) -> Result:
    return line.json("move", number, "--session", session, "--to", to, *words, "--dry-run")


def told(done: Result) -> list[tuple[str, str]]:
    return [(error["code"], error["message"]) for error in done.envelope["errors"]]


def first(done: Result) -> dict[str, Any]:
    found: dict[str, Any] = done.envelope["errors"][-1]
    assert (done.code in (4, 5), found["code"]) == (True, "first_date"), done
    return found


def typed(line: Line, number: int, session: int, named: dict[str, Any]) -> Result:
    """What the sentence names, typed as it stands."""
    return move(line, number, session, named["date"], "--at", named["start"])


def on_hold(line: Line) -> tuple[Line, int]:
    """Session 2 stands on 12 January, and the calf has hurt since session 1."""
    number = in_the_chair(line)
    treated(line, number)
    now = line.at(THURSDAY + timedelta(days=5))
    assert now.json("move", number, "--session", 2, "--to", "2027-01-12", "--yes").code == 0
    calf = {"effect": "calf_pain", "noticed_on": "2026-11-30", "severity": "mild"}
    assert now.json("reaction", number, answers=calf).code == 0
    return now, number


def pregnant(line: Line) -> tuple[Line, int]:
    """Session 1 stands on 12 January."""
    number = ready(line)
    planned(line, number, "--start", "2027-01-12", "--sessions", 1)
    screened(line, number, "intake", pregnant="yes")
    return line, number


@pytest.mark.parametrize(("who", "session"), [(pregnant, 1), (on_hold, 2)], ids=["pregnant", "on hold"])
def test_whoever_may_only_be_put_off_is_named_no_earlier_day(run: Line, who: Any, session: int) -> None:
    now, number = who(run)
    done = move(now, number, session, SUNDAY)
    assert (done.code, told(done)) == (
        4,
        [("closed", CLOSED), ("first_date", "The first time that would work: Mon 1 Feb 2027 09:00 with MS.")],
    )
    assert typed(now, number, session, first(done)).code == 0


@pytest.mark.parametrize(
    ("who", "session", "because"),
    [
        (pregnant, 1, "what stands against it today ends on no known date"),
        (on_hold, 2, "a prescriber lifts the hold first"),
    ],
    ids=["pregnant", "on hold"],
)
def test_sooner_than_what_stands_no_date_is_known_and_that_it_may_be_put_off_is_said(
    run: Line, who: Any, session: int, because: str
) -> None:
    now, number = who(run)
    last = first(move(now, number, session, "2027-01-11"))
    because += "; it may be put off, to a later day than Tue 12 Jan 2027"
    assert (last["date"], last["start"], last["injector"], last["none_because"]) == (None, None, None, because)
    assert last["message"] == f"No date is known that would work up to Tue 12 Jan 2027: {because}."
    assert move(now, number, session, "2027-01-13").code == 0


def until_february_with_ab(line: Line) -> int:
    """Three sessions with AB, who leaves on 1 February: the last stands on Tuesday 26 January."""
    assert line.json("clinic", "team", answers=AB).code == 0
    number = ready(line)
    planned(line, number, "--start", "2026-12-01", "--sessions", 3, "--injector", "AB")
    assert line.json("clinic", "team", "--end", "AB", "--on", "2027-02-01", "--to", "MS").code == 0
    return number


NO_PLACE = (
    "No place is found for session 3 until Thu 7 Dec 2028, as this patient likes to come. "
    "Move or cancel that session first."
)


def test_a_move_that_leaves_a_later_session_no_place_names_a_day_that_leaves_it_one(run: Line) -> None:
    number = until_february_with_ab(run)
    done = move(run, number, 1, "2026-12-08")
    assert (done.code, told(done)) == (
        4,
        [
            ("no_slot", NO_PLACE),
            ("first_date", "The first time that would work: Mon 23 Nov 2026 09:00 with AB, keeping to AB."),
        ],
    )
    assert typed(run, number, 1, first(done)).code == 0


def test_no_day_is_named_after_which_a_later_session_finds_no_place(run: Line) -> None:
    number = until_february_with_ab(run)
    assert run.json("clinic", "close", "2026-11-23..2026-12-07").code == 0
    because = "session 3, which comes after it, finds no place"
    for to, code in (("2026-12-06", "closed"), ("2026-12-08", "no_slot")):
        done = move(run, number, 1, to)
        last = first(done)
        assert (done.codes, last["date"], last["none_because"]) == ([code, "first_date"], None, because)
        assert last["message"] == f"No date is known that would work: {because}."


def test_where_the_weekday_they_like_is_closed_for_good_another_is_named(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1, "--days", "tue")
    hours = {day: CLINIC["hours"][day] for day in ("mon", "wed", "thu", "fri")}
    assert run.json("clinic", "hours", answers={**hours, "tue": []}).code == 0
    last = first(move(run, number, 1, "2026-12-08"))
    assert last["message"] == "The first time that would work: Wed 9 Dec 2026 09:00 with MS, on another weekday."
    assert typed(run, number, 1, last).code == 0


def test_a_given_session_can_not_be_moved_and_no_date_is_known(run: Line) -> None:
    number = in_the_chair(run)
    treated(run, number)
    done = move(after(run), number, 1, "2027-03-01")
    assert (done.code, told(done)) == (
        4,
        [
            ("already_given", "Session 1 of patient 1 was given on Thu 26 Nov 2026; it can't be moved."),
            ("first_date", "No date is known that would work: what was given stays on its day."),
        ],
    )


def test_a_session_left_open_before_one_that_was_given_has_no_day_to_go_to(run: Line) -> None:
    number = in_the_chair(run, THURSDAY)
    later = THURSDAY + timedelta(days=28)
    screened(run.at(later - timedelta(hours=1)), number, "session")
    assert treat(run, number, later, "--yes", "--record-anyway", "Nobody wrote down the first.").code == 0
    last = first(move(after(run, later), number, 1, "2027-01-04"))
    assert (last["date"], last["none_because"]) == (
        None,
        "session 1 can't move past session 2, given on Thu 24 Dec 2026; mark it missed: "
        f"microsclero missed {number} --session 1",
    )


def test_who_comes_of_age_beyond_the_reach_of_the_diary_is_named_no_date(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    assert run.json("patient", "edit", number, answers={"born_on": "2012-05-06"}).code == 0
    done = move(run, number, 1, "2026-12-08")
    assert (done.codes, first(done)["none_because"]) == (
        ["under_age", "first_date"],
        "the patient is 18 on Mon 6 May 2030, not before",
    )


def test_whoever_is_not_suitable_is_not_told_that_it_may_be_put_off(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2027-01-12", "--sessions", 1)
    screened(run, number, "intake", dvt_ever="yes")
    last = first(move(run, number, 1, "2027-01-11"))
    assert last["message"] == "No date is known that would work: what makes it not suitable has no date."


def test_the_first_time_says_whom_and_which_weekdays_it_keeps_to(run: Line) -> None:
    assert run.json("clinic", "team", answers=AB).code == 0
    number = ready(run)
    planned(run, number, "--start", "2027-01-12", "--sessions", 1, "--injector", "AB", "--days", "tue,thu")
    last = first(move(run, number, 1, SUNDAY))
    assert (last["message"], last["without"]) == (
        "The first time that would work: Tue 2 Feb 2027 09:00 with AB, keeping to AB and to Tuesdays and Thursdays.",
        [],
    )
    assert typed(run, number, 1, last).code == 0


def test_it_keeps_to_the_weekdays_they_like_where_only_one_person_injects(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2027-01-12", "--sessions", 1, "--days", "tue")
    last = first(move(run, number, 1, SUNDAY, "--at", "20:00"))
    assert (last["message"], last["without"]) == (
        "The first time that would work: Tue 2 Feb 2027 09:00 with MS, at another time of day, keeping to Tuesdays.",
        ["at"],
    )
    assert typed(run, number, 1, last).code == 0


def test_whoever_asks_for_a_later_day_is_told_one_from_then_on(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 2)
    for session, to, at, first_from_then in (
        (1, "2026-12-13", (), "2026-12-14"),
        (1, "2026-12-10", ("--at", "16:45"), "2026-12-10"),
        (2, "2027-01-20", ("--at", "16:45"), "2027-01-20"),
        (2, "2027-02-14", (), "2027-02-15"),
    ):
        last = first(move(run, number, session, to, *at))
        assert (last["date"], typed(run, number, session, last).code) == (first_from_then, 0)


def test_an_earlier_day_is_told_where_there_is_none_from_then_on(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    assert run.json("clinic", "close", "2026-12-10..2028-12-31").code == 0
    last = first(move(run, number, 1, "2026-12-11"))
    assert (last["date"], typed(run, number, 1, last).code) == ("2026-11-23", 0)
