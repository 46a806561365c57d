"""What was entered late, struck out or corrected leaves every other session waiting for what it waits for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.builders import Line, Result, planned, ready
from tests.chair_builders import compared, given_at
from tests.cli.test_no_place_flow import stand
from tests.cli.worklist import lines, on

NOVEMBER, DECEMBER = "2026-11-26", "2026-12-29"


def entered(line: Line, number: int, start: str) -> dict[str, Any]:
    """A session that nobody was screened for, kept as what happened."""
    moment = datetime.fromisoformat(start).replace(tzinfo=line.now.tzinfo)
    done = line.json(
        "treat", number, "--record-anyway", "It happened.", "--yes", answers=given_at(moment, observed_minutes=None)
    )
    assert done.code == 0, done
    data: dict[str, Any] = done.data
    return data


def amended(line: Line, treatment: int, **told: object) -> Result:
    done = line.json("amend", "treatment", treatment, answers={"reason": "another patient's", **told})
    assert done.code == 0, done
    return done


@pytest.mark.parametrize(("clock", "moves"), [("08:00", False), ("09:05", False), ("09:40", False)])
def test_a_session_whose_time_has_come_is_not_moved_by_what_is_entered_late(run: Line, clock: str, moves: bool) -> None:
    number = ready(run)
    compared(run)
    planned(run, number, "--start", DECEMBER, "--sessions", 2, "--at", "09:00")
    before = stand(run, number)
    done = entered(on(run, DECEMBER, clock), number, f"{NOVEMBER}T10:00")
    assert [(on, status) for _, on, status in stand(run, number)] == [
        (NOVEMBER, "given"),
        *[(on, status) for _, on, status in before],
    ]
    assert [each for each in done["changed"] if each["from"] != each["to"]] == []


def test_once_the_later_session_is_struck_out_the_earlier_waits_for_its_response(run: Line) -> None:
    number = ready(run)
    compared(run)
    planned(run, number, "--start", DECEMBER, "--sessions", 1, "--at", "09:00")
    there = on(run, DECEMBER, "16:00")
    later = entered(there, number, f"{DECEMBER}T09:05")["treatment"]
    entered(there, number, f"{NOVEMBER}T10:00")
    amended(there, later, entered_in_error=True)
    assert there.json("missed", number, "--session", 2, "--yes").code == 0
    january = on(run, "2027-01-04")
    assert [each["what"] for each in lines(january, "response")] == ["session 1, 4 weeks on"]


def test_what_counted_as_missed_waits_for_a_new_date_once_the_session_in_its_stead_is_struck_out(run: Line) -> None:
    number = ready(run)
    compared(run)
    planned(run, number, "--start", NOVEMBER, "--at", "09:00")
    there = on(run, "2027-03-10", "16:00")
    stood_for_it = entered(there, number, "2027-03-10T11:00")["treatment"]
    amended(there, stood_for_it, entered_in_error=True)
    assert [each["what"] for each in lines(there, "new_date")] == ["session 1 missed"]
    # By then the questions are old; that is all that stands against it.
    assert there.json("rebook", number, "--dry-run").causes == ["intake_too_old"]
    assert there.json("record", "check").data["ok"] is True
