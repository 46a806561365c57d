"""Sessions of past days that nobody said anything about: they keep their gap, and count in the course as they stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import Line
from tests.chair_builders import THURSDAY, after, before_the_needle, expected, given_at, treat, treated

CHRISTMAS_EVE = datetime(2026, 12, 24, 9, 30, tzinfo=UTC)
FEBRUARY = datetime(2027, 2, 22, 9, 30, tzinfo=UTC)
JUNE = datetime(2027, 6, 3, 8, 30, tzinfo=UTC)


def _statuses(run: Line, number: int) -> list[tuple[int, str, str]]:
    rows = run.at(JUNE).json("patient", "show", number).data["sessions"]
    return [(each["number"], each["date"], each["status"]) for each in rows if each["number"]]


def test_one_left_open_and_one_given_on_its_booking_the_next_unplanned_counts_on(run: Line) -> None:
    number = expected(run, THURSDAY, "--sessions", 3)
    before_the_needle(run, number, CHRISTMAS_EVE)
    assert treated(run, number, CHRISTMAS_EVE)["number"] == 2
    before_the_needle(run, number, FEBRUARY)
    data = treated(run, number, FEBRUARY)
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


# ── the gap from one that was perhaps given ──


@pytest.mark.parametrize(("days", "apart"), [(1, "1 day"), (18, "18 days"), (27, "27 days")])
def test_less_than_28_days_after_a_session_nobody_recorded_nothing_is_given(run: Line, days: int, apart: str) -> None:
    number, start = expected(run, THURSDAY, "--sessions", 1), THURSDAY + timedelta(days=days)
    before_the_needle(run, number, start)
    said = (
        f"Session 1 was planned for Thu 26 Nov 2026, {apart} before, and nothing is recorded of it: 28 days are "
        f"needed. If it was given, record it first: microsclero treat {number}. If nobody came: "
        f"microsclero missed {number} --session 1"
    )
    for done in (run.at(start).json("treat", number, "--check"), treat(run, number, start)):
        assert (done.code, done.envelope["errors"]) == (
            4,
            [
                {
                    "code": "session_left_open",
                    "message": said,
                    "session": 1,
                    "days": days,
                    "minimum_days": 28,
                    "planned_for": "2026-11-26",
                }
            ],
        )
    assert _statuses(run, number) == [(1, "2026-11-26", "planned")]


def test_after_28_days_it_is_only_said(run: Line) -> None:
    number, start = expected(run, THURSDAY, "--sessions", 1), THURSDAY + timedelta(days=28)
    before_the_needle(run, number, start)
    missed = f"microsclero missed {number} --session 1"
    open_still = f"The session planned for Thu 26 Nov 2026 is still open; if nobody came: {missed}"
    assert open_still in run.at(start).json("treat", number, "--check").data["remarks"]
    data = treated(run, number, start)
    assert (data["number"], data["incident"], open_still in data["remarks"]) == (2, None, True)


def test_marked_as_missed_it_keeps_no_gap(run: Line) -> None:
    number, start = expected(run, THURSDAY, "--sessions", 1), THURSDAY + timedelta(days=18)
    before_the_needle(run, number, start)
    assert run.at(start).json("missed", number, "--session", 1, "--yes").code == 0
    assert run.at(start).json("treat", number, "--check").code == 0
    assert treated(run, number, start)["number"] == 1


def test_whoever_records_the_very_session_is_not_refused_and_then_it_keeps_the_gap(run: Line) -> None:
    number, late = expected(run, THURSDAY, "--sessions", 1), run.at(THURSDAY + timedelta(days=18))
    before_the_needle(run, number, THURSDAY)
    kept = late.json("treat", number, answers=given_at(THURSDAY)).data
    assert (kept["number"], kept["incident"]) == (1, None)
    before_the_needle(run, number, late.now)
    assert late.json("treat", number, "--check").codes == ["gap_too_short"]


def test_what_was_given_all_the_same_is_an_incident(run: Line) -> None:
    number, start = expected(run, THURSDAY, "--sessions", 1), THURSDAY + timedelta(days=18)
    before_the_needle(run, number, start)
    data = treated(run, number, start, "--record-anyway", "She had not come on the Thursday.")
    assert (data["incident"], [each["code"] for each in data["anyway"]]) == (1, ["session_left_open"])
    assert [each["patient"] for each in after(run, start).json("today").data["incidents"]] == [number]
