"""A session booked again: never back before the day that it could not be held on, unless somebody says so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders import Line, Result, planned, ready, screened

TUESDAY = "2026-11-24"
PUT_OFF = "for the session put off on Tue 24 Nov 2026"
BOUND = f"{PUT_OFF}, so not before Wed 25 Nov 2026"


def _cancelled(run: Line, reason: str, *words: str) -> int:
    """Somebody whose session 1 of Tue 24 Nov 2026 was cancelled on the Sunday before."""
    number = ready(run)
    planned(run, number, "--start", TUESDAY, *words)
    assert run.json("cancel", number, "--session", 1, "--reason", reason, "--yes").code == 0
    return number


def _changed(done: Result) -> list[tuple[str, str, str]]:
    return [(each["from"], each["to"], each["why"]) for each in done.data["changed"]]


def _first(done: Result) -> Any:
    return _changed(done)[0]


@pytest.mark.parametrize("reason", ["patient_ill", "patient_away", "clinic_closed", "injector_away"])
@pytest.mark.parametrize(
    ("words", "to", "why"),
    [
        ((), "2026-11-25", BOUND),
        (
            ("--days", "tue"),
            "2026-12-01",
            f"{BOUND}, rolled past Wed 25 Nov 2026 (not a weekday asked for), Sat 28 Nov 2026 (closed on Saturdays), "
            "Sun 29 Nov 2026 (closed on Sundays)",
        ),
        (("--at", "10:00"), "2026-11-25", BOUND),
        (("--start", "2026-11-25"), "2026-11-25", PUT_OFF),
        (("--start", "2026-11-27"), "2026-11-27", PUT_OFF),
        (("--start", TUESDAY), TUESDAY, PUT_OFF),
        (("--start", "2026-11-23"), "2026-11-23", PUT_OFF),
    ],
)
def test_a_session_put_off_comes_after_its_own_day_unless_a_start_is_said(
    run: Line, reason: str, words: tuple[str, ...], to: str, why: str
) -> None:
    number = _cancelled(run, reason, "--sessions", "1")
    assert _changed(run.json("rebook", number, *words, "--dry-run")) == [(TUESDAY, to, why)]


@pytest.mark.parametrize("reason", ["patient_choice", "contraindication", "response_complete", "other"])
def test_what_was_given_up_is_not_booked_again_but_planned_anew_on_any_day(run: Line, reason: str) -> None:
    number = _cancelled(run, reason, "--sessions", "1")
    assert run.json("rebook", number, "--dry-run").codes == ["nothing_to_rebook"]
    again = run.json("plan", number, "--sessions", 1, "--start", TUESDAY, "--at", "15:00", "--dry-run").data
    assert [(each["date"], each["start"]) for each in again["sessions"]] == [(TUESDAY, "15:00")]


@pytest.mark.parametrize(
    ("now", "to", "why"),
    [
        ("2026-11-24T12:00", "2026-11-25", "for the session missed on Tue 24 Nov 2026, so not before Wed 25 Nov 2026"),
        ("2026-11-25T08:00", "2026-11-25", "for the session missed on Tue 24 Nov 2026"),
        ("2026-12-03T08:00", "2026-12-03", "for the session missed on Tue 24 Nov 2026"),
    ],
)
def test_a_missed_session_comes_the_day_after_at_the_earliest(run: Line, now: str, to: str, why: str) -> None:
    number = ready(run)
    planned(run, number, "--start", TUESDAY, "--sessions", 1)
    late = run.at(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert late.json("missed", number, "--session", 1, "--yes").code == 0
    assert _changed(late.json("rebook", number, "--dry-run")) == [(TUESDAY, to, why)]


def test_a_course_wished_for_january_is_not_begun_in_november(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2027-01-12", "--sessions", 2, "--days", "tue")
    assert run.json("cancel", number, "--session", 1, "--reason", "patient_ill", "--yes").code == 0
    assert _changed(run.json("rebook", number, "--yes")) == [
        (
            "2027-01-12",
            "2027-01-19",
            "for the session put off on Tue 12 Jan 2027, so not before Wed 13 Jan 2027, "
            "rolled past Wed 13 Jan 2027 (not a weekday asked for), Sat 16 Jan 2027 (closed on Saturdays), "
            "Sun 17 Jan 2027 (closed on Sundays)",
        ),
        ("2027-02-09", "2027-02-16", "28 days after session 1 on Tue 19 Jan 2027"),
    ]


@pytest.mark.parametrize("start", [(), ("--start", "2026-11-25")])
def test_the_days_a_patient_is_away_are_gone_around(run: Line, start: tuple[str, ...]) -> None:
    number = _cancelled(run, "patient_away", "--sessions", "1", "--avoid", "2026-11-25..2026-11-27")
    told = {"what": "wedding", "on": "2026-11-30"}
    assert run.json("patient", "event", number, "--on", told["on"], "--what", told["what"]).code == 0
    _, to, why = _first(run.json("rebook", number, *start, "--dry-run"))
    assert (to, "Wed 25 Nov 2026 (a day to avoid)" in why, "Mon 30 Nov 2026 (wedding)" in why) == (
        "2026-12-01",
        True,
        True,
    )


@pytest.mark.parametrize("start", [(), ("--start", "2026-11-25")])
def test_a_dated_deferral_is_waited_for_whatever_start_is_said(run: Line, start: tuple[str, ...]) -> None:
    number = _cancelled(run, "patient_ill", "--sessions", "1")
    screened(run, number, recent_surgery="yes", recent_surgery_on="2026-09-10")
    done = run.json("rebook", number, *start, "--dry-run")
    assert _changed(done) == [(TUESDAY, "2026-12-10", PUT_OFF)]
    assert done.data["remarks"] == ["Not before Thu 10 Dec 2026: a deferral lasts until then."]


def test_who_is_ill_without_a_date_is_not_booked_again_yet(run: Line) -> None:
    number = _cancelled(run, "patient_ill", "--sessions", "1")
    screened(run, number, "session", acute_illness="yes")
    assert run.json("rebook", number, "--dry-run").causes == ["finding_defer"]
