"""A correction never leaves more than four live sessions in a course, but for what was really given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.amend_builders import amend, amended, diary
from tests.builders import Line, planned, ready
from tests.chair_builders import (
    A_DAY,
    THURSDAY,
    after,
    before_the_needle,
    compared,
    given_at,
    in_the_chair,
    treated,
)

ANOTHER = {"initials": "AB", "name": "Alex Bell", "roles": ["injector", "prescriber"]}
FULL = "a course holds 4 sessions, and this one is full without it."


def stands(line: Line, number: int) -> list[tuple[int, str, str]]:
    """The live sessions of a patient: number, day, status."""
    return [row[:2] + row[3:4] for row in diary(line, number) if row[3] in ("planned", "given")]


def came_early(run: Line, *words: object) -> int:
    """A patient with a course from 12 January, treated on the Thursday in November without a booking."""
    number = ready(run)
    compared(run)
    planned(run, number, "--start", "2027-01-12", *words)
    before_the_needle(run, number, THURSDAY)
    treated(run, number)
    return number


def moments(start: datetime) -> dict[str, str]:
    return {"started_at": f"{start:%Y-%m-%dT%H:%M}", "ended_at": f"{start + timedelta(minutes=20):%Y-%m-%dT%H:%M}"}


def shown_then_saved(line: Line, treatment: int, **told: Any) -> dict[str, Any]:
    """The correction, which a look at it beforehand shows the same."""
    shown = amend(line, "treatment", treatment, "--dry-run", **told).data
    data = amended(line, "treatment", treatment, **told)
    assert {key: shown[key] for key in ("changed", "remarks")} == {key: data[key] for key in ("changed", "remarks")}
    return data


def test_what_gave_way_stays_out_of_a_course_that_is_full_with_the_corrected_day(run: Line) -> None:
    number = came_early(run)
    before = stands(after(run), number)
    assert before == [
        (1, "2026-11-26", "given"),
        (2, "2027-02-09", "planned"),
        (3, "2027-03-09", "planned"),
        (4, "2027-04-06", "planned"),
    ]
    friday = run.at(THURSDAY + A_DAY)
    data = shown_then_saved(friday, 1, **moments(THURSDAY - A_DAY))
    assert data["remarks"] == [
        f"The session of patient {number} that was planned for Tue 12 Jan 2027 at 09:00 stays cancelled: {FULL}"
    ]
    assert [(each["from"], each["to"], each["status"]) for each in data["changed"]] == [
        ("2026-11-26", "2026-11-25", "given")
    ]
    assert stands(friday, number) == [(1, "2026-11-25", "given"), *before[1:]]


def test_what_gave_way_comes_back_where_the_session_is_struck_out_or_the_course_has_room_since(run: Line) -> None:
    number = came_early(run)
    friday = run.at(THURSDAY + A_DAY)
    amended(friday, "treatment", 1, **moments(THURSDAY - A_DAY))
    again = shown_then_saved(friday, 2, entered_in_error=True)
    assert [words for words in again["remarks"] if "stays cancelled" in words] == []
    as_planned = ["2027-01-12", "2027-02-09", "2027-03-09", "2027-04-06"]
    assert stands(friday, number) == [(place, day, "planned") for place, day in enumerate(as_planned, 1)]


def test_what_gave_way_comes_back_on_a_corrected_day_once_another_was_cancelled(run: Line) -> None:
    number = came_early(run)
    friday = run.at(THURSDAY + A_DAY)
    assert friday.json("cancel", number, "--session", 4, "--reason", "other", "--yes").code == 0
    data = shown_then_saved(friday, 1, **moments(THURSDAY - A_DAY))
    assert data["remarks"] == []
    assert stands(friday, number) == [
        (1, "2026-11-25", "given"),
        (2, "2027-01-12", "planned"),
        (3, "2027-02-09", "planned"),
        (4, "2027-03-09", "planned"),
    ]


def test_what_gave_way_is_itself_the_session_of_the_corrected_day(run: Line) -> None:
    number = came_early(run)
    then = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
    later = after(run, then)
    data = shown_then_saved(later, 1, **moments(then), prescriber_saw_on="2027-01-12")
    assert [words for words in data["remarks"] if "stays" in words] == []
    assert stands(later, number) == [
        (1, "2027-01-12", "given"),
        (2, "2027-02-09", "planned"),
        (3, "2027-03-09", "planned"),
        (4, "2027-04-06", "planned"),
    ]


def more_than_four(run: Line) -> tuple[Line, int]:
    """A course of four in which five were given, one after the other; the desk on the day after the last."""
    number = in_the_chair(run)
    treated(run, number)
    for days in (1, 2, 3, 4):
        start = (THURSDAY + days * A_DAY).replace(hour=11, minute=0)
        told = run.at(start.replace(hour=12)).json(
            "treat", number, "--record-anyway", "It happened.", answers=given_at(start)
        )
        assert told.code == 0, told
    line = run.at(THURSDAY + 5 * A_DAY)
    assert [row[1:] for row in stands(line, number)] == [(f"2026-11-{day}", "given") for day in range(26, 31)]
    return line, number


def test_no_session_comes_back_into_a_course_in_which_four_were_given(run: Line) -> None:
    line, number = more_than_four(run)
    data = shown_then_saved(line, 4, entered_in_error=True)
    (stays,) = [words for words in data["remarks"] if "stays cancelled" in words]
    assert stays == (
        f"The session of patient {number} that was planned for Thu 18 Feb 2027 at 09:00 stays cancelled: {FULL}"
    )
    assert stands(line, number) == [(place, f"2026-11-{day}", "given") for place, day in enumerate((26, 27, 28, 30), 1)]


def test_a_booked_session_entered_in_error_is_not_planned_again_beside_four_that_were_given(run: Line) -> None:
    line, number = more_than_four(run)
    data = shown_then_saved(line, 1, entered_in_error=True)
    (stays,) = [words for words in data["remarks"] if "stays cancelled" in words]
    assert stays == (
        f"The session of patient {number} that was planned for Thu 26 Nov 2026 at 09:00 stays cancelled: {FULL}"
    )
    assert stands(line, number) == [(place, f"2026-11-{day}", "given") for place, day in enumerate((27, 28, 29, 30), 1)]


@pytest.mark.parametrize("treatment", [1, 2, 5])
def test_all_that_was_really_given_is_kept_though_it_is_more_than_four(run: Line, treatment: int) -> None:
    line, number = more_than_four(run)
    given = {f"2026-11-{day}" for day in range(26, 31)}
    wrong = f"2026-11-{25 + treatment}"
    shown_then_saved(line, treatment, **moments(THURSDAY - 2 * A_DAY), prescriber_saw_on="2026-11-24")
    days = sorted(given - {wrong} | {"2026-11-24"})
    assert stands(line, number) == [(place, day, "given") for place, day in enumerate(days, 1)]


def test_what_was_booked_again_since_does_not_come_back_beside_its_new_date(run: Line) -> None:
    assert run.json("clinic", "team", "--add", answers=ANOTHER).code == 0
    number = ready(run)
    compared(run)
    planned(run, number, "--start", "2027-01-05", "--sessions", 3, "--injector", "AB")
    assert run.json("clinic", "team", "--end", "AB", "--on", "2027-03-03", "--to", "MS").code == 0
    early = datetime(2026, 12, 21, 9, 30, tzinfo=UTC)
    before_the_needle(run, number, early)
    assert after(run, early).json("treat", number, "--yes", answers=given_at(early)).code == 0
    line = after(run, early)
    assert line.json("rebook", number, "--injector", "MS", "--start", "2027-04-20", "--yes").code == 0
    data = shown_then_saved(line, 1, entered_in_error=True)
    assert [words for words in data["remarks"] if "it stays" in words] == [
        f"A session of patient {number} that it moved was changed since: it stays on Tue 2 Mar 2027 at 09:00, "
        "cancelled."
    ]
    assert stands(line, number) == [
        (1, "2027-01-05", "planned"),
        (2, "2027-02-02", "planned"),
        (3, "2027-04-20", "planned"),
    ]
