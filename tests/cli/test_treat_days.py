"""Days that are told of a session: past midnight, and years that must be a slip."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders import Line
from tests.chair_builders import MINUTES, expected, given_at, in_the_chair, treat

LATE = datetime(2026, 11, 26, 23, 50, tzinfo=UTC)


def test_a_session_that_went_on_past_midnight_is_kept(run: Line) -> None:
    number = in_the_chair(run, LATE)
    told = given_at(LATE, ended_at="2026-11-27T00:20")
    kept = run.at(LATE + 60 * MINUTES).json("treat", number, answers=told).data
    assert (kept["number"], kept["sessions"][0]["date"]) == (1, "2026-11-26")
    sheet = run.at(LATE + 60 * MINUTES).json("aftercare", number).data
    assert sheet["ended_at"] == "2026-11-27T00:20:00+00:00"
    assert kept["sessions"][1]["date"] == "2026-12-24"


def test_a_walk_in_past_midnight_stands_in_the_diary_until_the_end_of_its_day(run: Line) -> None:
    number = in_the_chair(run, LATE)
    assert run.at(LATE).json("missed", number, "--session", 1, "--yes").code == 0
    told = given_at(LATE, ended_at="2026-11-27T00:20")
    kept = run.at(LATE + 60 * MINUTES).json("treat", number, answers=told).data
    assert [(each["start"], each["end"]) for each in kept["sessions"] if each["status"] == "given"] == [
        ("23:50", "23:59")
    ]


@pytest.mark.parametrize(("ended", "code"), [("2026-11-27T05:49", 0), ("2026-11-27T05:50", 2)])
def test_six_hours_are_the_most_past_midnight(run: Line, ended: str, code: int) -> None:
    number = in_the_chair(run, LATE)
    told = given_at(LATE, ended_at=ended)
    assert run.at(LATE + 600 * MINUTES).json("treat", number, answers=told).code == code


@pytest.mark.parametrize(("saw_on", "codes"), [("2025-11-26", []), ("2025-11-25", ["prescriber_not_seen"])])
def test_a_prescriber_who_saw_the_patient_more_than_a_year_before_has_not_seen_them(
    run: Line, saw_on: str, codes: list[str]
) -> None:
    assert treat(run, in_the_chair(run), prescriber_saw_on=saw_on).codes == codes


@pytest.mark.parametrize(("compared_on", "code"), [("2021-11-22", 0), ("2021-11-21", 2), ("2006-11-20", 2)])
def test_a_leaflet_compared_more_than_five_years_ago_is_a_slip_of_the_year(
    run: Line, compared_on: str, code: int
) -> None:
    expected(run)
    told = {"prescriber": "MS", "leaflet_revision": "May 2024", "compared_on": compared_on}
    done = run.json("clinic", "product", "fibrovein", answers=told)
    assert (done.code, done.codes) == (code, ["unreadable"] if code else [])
