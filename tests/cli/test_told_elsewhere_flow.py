"""Injections elsewhere that were told of and denied since: the diary counts what the chair counts, and says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import Line, dates, planned, ready, register, screened

ON = "2026-11-18"
DENIED = "njections elsewhere, told of on Sun 22 Nov 2026 and denied since (ask which is right),"
REMARK = f"Not before Wed 16 Dec 2026: i{DENIED} were on Wed 18 Nov 2026."


def _told(run: Line, number: int, on: str, purpose: str = "intake") -> None:
    screened(run, number, purpose, sclerotherapy_elsewhere="yes", sclerotherapy_elsewhere_on=on)


def _told_and_denied(run: Line, number: int, on: str = ON) -> int:
    _told(run, number, on)
    screened(run, number)
    return number


def test_a_plan_keeps_their_gap_and_says_that_they_were_denied(run: Line) -> None:
    number = register(run)
    _told(run, number, ON)
    told = run.json("plan", number, "--sessions", 1, "--dry-run").data
    screened(run, number)
    denied = planned(run, number, "--sessions", 1)
    assert dates(told["sessions"]) == dates(denied["sessions"]) == ["2026-12-16"]
    assert (REMARK in told["remarks"], denied["remarks"]) == (False, [REMARK])
    assert run.at(datetime(2026, 12, 16, 11, tzinfo=UTC)).json("plan", number, "--dry-run").data["remarks"] == []


@pytest.mark.parametrize("days", [0, 1, 14, 27])
def test_no_day_is_offered_on_which_the_chair_refuses_for_them(run: Line, days: int) -> None:
    on = run.now.date() - timedelta(days=days)
    number = _told_and_denied(run, register(run), on.isoformat())
    offered = run.json("plan", number, "--sessions", 1, "--dry-run").data["sessions"][0]
    assert offered["earliest_on"] == (on + timedelta(days=28)).isoformat()
    free = run.at(datetime.fromisoformat(f"{offered['earliest_on']}T09:00").replace(tzinfo=UTC))
    day_before = free.at(free.now - timedelta(days=1))
    codes = [line.json("treat", number, "--check").codes for line in (day_before, free)]
    assert ["gap_too_short" in each for each in codes] == [True, False]


def test_every_day_that_was_told_counts_not_only_the_last(run: Line) -> None:
    number = register(run)
    _told(run, number, "2026-11-20")
    _told(run, number, "2026-11-10")
    assert dates(run.json("plan", number, "--sessions", 1, "--dry-run").data["sessions"]) == ["2026-12-18"]
    late = run.at(datetime(2026, 12, 1, 9, tzinfo=UTC))
    errors = late.json("treat", number, "--check").envelope["errors"]
    assert [each["injected_on"] for each in errors if each["code"] == "gap_too_short"] == ["2026-11-10", "2026-11-20"]


def test_why_and_the_page_of_the_patient_say_it_too(run: Line) -> None:
    number = _told_and_denied(run, register(run))
    why = run.json("plan", number, "--why").data
    (too_soon,) = [each for each in why["reasons"] if each["code"] == "too_soon"]
    assert too_soon["message"] == (
        "Vein injections elsewhere were given on Wed 18 Nov 2026; the next comes 28 days later at the earliest, on "
        "Wed 16 Dec 2026. They were denied since: ask which is right."
    )
    assert why["first_possible"]["date"] == "2026-12-16"
    assert run.json("patient", "show", number).data["first_possible"]["date"] == "2026-12-16"


def test_a_session_is_not_moved_into_their_gap(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-18", "--sessions", 1)
    _told_and_denied(run, number)
    done = run.json("move", number, "--session", 1, "--to", "2026-11-26", "--yes")
    assert [(each["code"], each["message"]) for each in done.envelope["errors"]] == [
        (
            "gap_too_short",
            f"Session 1 on Thu 26 Nov 2026 is 8 days after i{DENIED} on Wed 18 Nov 2026: 28 are needed.",
        ),
        ("first_date", "The first time that would work: Wed 16 Dec 2026 09:00 with MS."),
    ]


def test_nor_booked_again_nor_double_booked_within_it(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-24", "--sessions", 1)
    assert run.json("cancel", number, "--session", 1, "--reason", "patient_ill", "--yes").code == 0
    _told_and_denied(run, number)
    again = run.json("rebook", number, "--dry-run").data
    assert (again["changed"][0]["to"], again["remarks"]) == ("2026-12-16", [REMARK])
    words = ("--start", "2026-11-26", "--at", "10:00", "--override", "Please.")
    refused = run.json("plan", number, *words, "--yes")
    assert refused.causes == ["gap_too_short"]
    assert refused.envelope["errors"][0]["message"] == (
        "The new session on Thu 26 Nov 2026 is 8 days after injections elsewhere, denied since (ask which is right), "
        "on Wed 18 Nov 2026: 28 are needed."
    )


def test_nor_brought_back_by_an_undo(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-26", "--sessions", 1)
    assert run.json("cancel", number, "--session", 1, "--reason", "patient_choice", "--yes").code == 0
    _told_and_denied(run, number)
    done = run.json("record", "undo", "--reason", "She comes after all.", "--yes")
    assert [(each["code"], each["message"]) for each in done.envelope["errors"]] == [
        (
            "gap_too_short",
            f"Patient {number}: Session 1 on Thu 26 Nov 2026 is 8 days after i{DENIED} on Wed 18 Nov 2026: "
            "28 are needed.",
        )
    ]
