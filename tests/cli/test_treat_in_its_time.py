"""What was given stands in the diary at the time it was given, and what the patient had booked there gives way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.amend_builders import amended
from tests.builders import Line, Result, another, planned, register, screened
from tests.chair_builders import A_DAY, MINUTES, THURSDAY, after, before_the_needle, compared, in_the_chair, treat

TALK = "The consultation of Thu 26 Nov 2026 at"

Day = list[tuple[str, str, int | None, str]]


def walks_in(line: Line, *talks_at: str) -> int:
    """Nothing stands against a session, none is booked; consultations are, on that day."""
    number = register(line)
    compared(line)
    for at in talks_at:
        planned(line, number, "--consultation", "--start", "2026-11-26", "--at", at)
    screened(line.at(THURSDAY - 90 * MINUTES), number, "intake")
    before_the_needle(line, number, THURSDAY)
    return number


def day_of(line: Line) -> Day:
    """Who stands when in the diary of that day: start, end, number of the session, status."""
    days = after(line).json("agenda", "--from", "2026-11-26", "--days", 1).data["days"]
    return [(each["start"], each["end"], each["number"], each["status"]) for each in days[0]["sessions"]]


def alike(shown: Result, saved: Result) -> dict[str, Any]:
    """What was shown is what was saved, but for the numbers that only saving gives; the data."""

    def told(data: dict[str, Any]) -> dict[str, Any]:
        given = {"treatment", "session", "course", "incident", "saved", "sessions"}
        return {key: value for key, value in data.items() if key not in given} | {
            "sessions": [{key: value for key, value in each.items() if key != "session"} for each in data["sessions"]]
        }

    assert told(shown.data) == told(saved.data)
    data: dict[str, Any] = saved.data
    return data


def recorded(line: Line, number: int, start: Any = THURSDAY, *words: object, **changed: Any) -> dict[str, Any]:
    """Shown, then saved, and both said the same; the record is whole after it."""
    data = alike(
        treat(line, number, start, *words, "--dry-run", **changed), treat(line, number, start, *words, **changed)
    )
    assert line.json("record", "check").data["ok"] is True
    return data


@pytest.mark.parametrize(
    ("talk_at", "ended_at", "then", "stands"),
    [
        ("09:30", "09:50", ("09:50", "10:00"), True),
        ("09:15", "09:50", ("09:15", "09:30"), True),
        ("09:45", "09:50", ("09:50", "10:15"), True),
        ("09:30", "10:00", ("09:29", "09:30"), True),
        ("09:00", "09:50", ("09:00", "09:30"), False),
        ("09:50", "09:50", ("09:50", "10:20"), False),
    ],
)
def test_a_consultation_in_whose_time_they_are_treated_took_place_and_gives_way(
    run: Line, talk_at: str, ended_at: str, then: tuple[str, str], stands: bool
) -> None:
    number = walks_in(run, talk_at)
    data = recorded(run, number, ended_at=f"2026-11-26T{ended_at}")
    took_place = f"{TALK} {talk_at} took place: this session was given in its time."
    said = [words for words in data["remarks"] if words.startswith(TALK)]
    assert said == ([f"{took_place} It stands in the diary at {'-'.join(then)}."] if stands else [])
    assert sorted(day_of(run)) == sorted(
        [("09:30", ended_at, 1, "given"), (*then, None, "given" if stands else "planned")]
    )


def test_a_consultation_that_began_before_a_session_booked_for_that_day_took_place_and_stays(run: Line) -> None:
    number = in_the_chair(run)
    planned(run, number, "--consultation", "--start", "2026-11-26", "--at", "09:30")
    data = recorded(run, number)
    assert data["remarks"][-1] == f"{TALK} 09:30 took place: this session was given in its time."
    assert day_of(run) == [("09:00", "09:30", 1, "given"), ("09:30", "10:00", None, "given")]


@pytest.mark.parametrize(("late", "is_said"), [(0, False), (1, True), (7 * 60, True)])
def test_a_session_keeps_its_booked_time_and_is_said_to_where_it_was_given_outside_it(
    run: Line, late: int, is_said: bool
) -> None:
    start = THURSDAY + late * MINUTES
    number = in_the_chair(run, start)
    said = [words for words in recorded(run, number, start)["remarks"] if "booked" in words]
    words = f"It was booked for 09:00-09:30 and given at {start:%H:%M}: the diary keeps the booked time."
    assert said == ([words] if is_said else [])
    assert day_of(run)[0] == ("09:00", "09:30", 1, "given")


def test_a_session_given_in_the_booked_time_of_another_stands_in_its_own(run: Line) -> None:
    start = THURSDAY - 30 * MINUTES
    number = in_the_chair(run, start)
    recorded(run, number, start, ended_at="2026-11-26T09:10")
    data = recorded(run, number, start + 15 * MINUTES, "--record-anyway", "The other leg bled.")
    assert (
        "Session 1 of Thu 26 Nov 2026 at 09:00 stands in the diary at 09:00-09:10, beside this one."
        in (data["remarks"])
    )
    assert [(each["start"], each["end"]) for each in data["sessions"][:2]] == [("09:00", "09:10"), ("09:15", "09:35")]
    assert day_of(run) == [("09:00", "09:10", 1, "given"), ("09:15", "09:35", 2, "given")]


def test_where_nothing_of_their_own_can_give_way_it_stands_beside_and_that_is_said(run: Line) -> None:
    number = walks_in(run, "09:00", "09:30", "10:00")
    data = recorded(run, number, ended_at="2026-11-26T10:00")
    assert data["remarks"][-1:] == ["The diary has no room for it at 09:30: it stands there at 10:30-11:00."]
    assert day_of(run) == [
        ("09:00", "09:30", None, "planned"),
        ("09:30", "10:00", None, "planned"),
        ("10:00", "10:30", None, "planned"),
        ("10:30", "11:00", 1, "given"),
    ]


def test_a_session_in_the_booked_time_of_somebody_else_is_shown_as_it_is_saved(run: Line) -> None:
    planned(run, another(run), "--start", "2026-11-26", "--at", "09:30", "--sessions", 1)
    number = walks_in(run)
    (given,) = recorded(run, number)["sessions"]
    assert (given["start"], given["end"], given["override_reason"]) == ("09:30", "09:50", "given without a booking")


def test_a_consultation_is_open_again_in_its_own_time_once_the_session_is_struck_out(run: Line) -> None:
    number = walks_in(run, "09:30")
    treatment = recorded(run, number)["treatment"]
    done = amended(run.at(THURSDAY + A_DAY), "treatment", treatment, entered_in_error=True)
    assert [words for words in done["remarks"] if "consultation" in words or "stays cancelled" in words] == []
    assert day_of(run) == [("09:30", "10:00", None, "planned")]


def test_a_consultation_whose_time_is_taken_by_then_stays_as_it_is_and_that_is_said(run: Line) -> None:
    number = walks_in(run, "09:30")
    assert run.json("clinic", "team", answers={"initials": "AB", "name": "Alex Bell", "roles": ["injector"]}).code == 0
    treatment = recorded(run, number, injector="AB")["treatment"]
    words = ("--consultation", "--start", "2026-11-26", "--at", "09:20", "--injector", "MS")
    planned(run.at(THURSDAY - 60 * MINUTES), another(run), *words)
    done = amended(run.at(THURSDAY + A_DAY), "treatment", treatment, entered_in_error=True)
    assert done["remarks"][0] == (
        "The consultation of patient 1 on Thu 26 Nov 2026 stays at 09:50, took place: 09:30 is no longer free."
    )
    assert day_of(run) == [("09:20", "09:50", None, "planned"), ("09:50", "10:00", None, "given")]
