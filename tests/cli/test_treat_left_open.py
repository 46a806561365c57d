"""Sessions of past days that nobody said anything about: what is given after them finds its number all the same."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.builders import Line
from tests.chair_builders import before_the_needle, expected, given_at, treat, treated

CHRISTMAS_EVE = datetime(2026, 12, 24, 9, 30, tzinfo=UTC)
JANUARY = datetime(2027, 1, 22, 9, 30, tzinfo=UTC)
JUNE = datetime(2027, 6, 3, 8, 30, tzinfo=UTC)


def _statuses(run: Line, number: int) -> list[tuple[int, str, str]]:
    rows = run.at(JUNE).json("patient", "show", number).data["sessions"]
    return [(each["number"], each["date"], each["status"]) for each in rows if each["number"]]


def test_one_left_open_and_one_given_on_its_booking_the_next_unplanned_counts_on(run: Line) -> None:
    number = expected(run)
    before_the_needle(run, number, CHRISTMAS_EVE)
    assert treated(run, number, CHRISTMAS_EVE)["number"] == 2
    before_the_needle(run, number, JANUARY)
    data = treated(run, number, JANUARY)
    assert data["number"] == 4
    assert [(each["number"], each["status"]) for each in data["sessions"]] == [
        (1, "planned"),
        (2, "given"),
        (3, "planned"),
        (4, "given"),
    ]


def test_four_left_open_are_a_full_course_until_somebody_says_what_became_of_one(run: Line) -> None:
    number = expected(run)
    before_the_needle(run, number, JUNE)
    refused = treat(run, number, JUNE, started_at="2027-06-03T09:30", ended_at="2027-06-03T09:50")
    full = [each for each in refused.envelope["errors"] if each["code"] == "course_full"]
    assert (refused.code, [each["message"].rpartition(": ")[2] for each in full]) == (
        4,
        [f"microsclero missed {number} --session 1"],
    )


def test_given_anyway_the_oldest_left_open_counts_as_missed_and_a_course_holds_four(run: Line) -> None:
    number = expected(run)
    before_the_needle(run, number, JUNE)
    told = given_at(JUNE, started_at="2027-06-03T09:30", ended_at="2027-06-03T09:50")
    anyway = ("--record-anyway", "Nobody had looked at the diary.")
    kept = run.at(JUNE.replace(hour=10)).json("treat", number, *anyway, answers=told).data
    assert kept["number"] == 4
    assert any("Thu 26 Nov 2026, which was still open, counts as missed" in words for words in kept["remarks"])
    assert [(one, status) for one, _, status in _statuses(run, number)] == [
        (1, "missed"),
        (1, "planned"),
        (2, "planned"),
        (3, "planned"),
        (4, "given"),
    ]
