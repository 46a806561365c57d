"""After what was given or said the diary holds nothing that can't be: it moves, waits for a new date, or is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.builders import Line, planned, ready, screened
from tests.chair_builders import THURSDAY, after, before_the_needle, compared, given_at

AB = {"initials": "AB", "name": "Alex Bell", "roles": ["injector", "prescriber"]}
WAITS: dict[str, Any] = {
    "grades": [{"leg": "left", "region": "thigh", "improvement": 3}],
    "satisfaction": 3,
    "findings": [],
    "next": "wait",
}


@pytest.fixture
def two(run: Line) -> Line:
    """A clinic in which two people inject, one of whom is about to leave."""
    assert run.json("clinic", "team", "--add", answers=AB).code == 0
    return run


def stand(line: Line, number: int) -> list[tuple[int, str, str]]:
    sessions = line.json("patient", "show", number).data["sessions"]
    return [(each["number"], each["date"], each["status"]) for each in sessions]


def waiting(line: Line) -> list[str]:
    return [each["what"] for each in line.json("today").data["new_dates"]]


def given(line: Line, number: int, start: datetime) -> dict[str, Any]:
    done = line.at(start + timedelta(minutes=30)).json("treat", number, "--yes", answers=given_at(start))
    assert done.code == 0, done
    data: dict[str, Any] = done.data
    return data


def test_after_a_session_given_early_what_has_a_place_moves_and_what_has_none_waits_for_a_new_date(two: Line) -> None:
    number = ready(two)
    compared(two)
    planned(two, number, "--start", "2027-01-05", "--sessions", 3, "--injector", "AB")
    assert two.json("clinic", "team", "--end", "AB", "--on", "2027-03-03", "--to", "MS").code == 0
    early = datetime(2026, 12, 21, 9, 30, tzinfo=UTC)
    before_the_needle(two, number, early)
    data = given(two, number, early)
    assert [(each["from"], each["to"]) for each in data["changed"]] == [
        ("2027-03-02", None),
        ("2027-01-05", "2027-01-18"),
        ("2027-02-02", "2027-02-15"),
    ]
    assert [words for words in data["remarks"] if "No place" in words] == [
        "No place is found for session 4 until Wed 20 Dec 2028, as this patient likes to come. It is taken out of the "
        "diary on Tue 2 Mar 2027 and waits for a new date: microsclero rebook 1"
    ]
    later = after(two, early)
    assert stand(later, number) == [
        (1, "2026-12-21", "given"),
        (2, "2027-01-18", "planned"),
        (3, "2027-02-15", "planned"),
        (3, "2027-03-02", "cancelled"),
    ]
    assert waiting(later) == ["session 3 cancelled, no place"]
    again = later.json("rebook", number, "--injector", "MS", "--yes")
    assert (again.code, waiting(later)) == (0, [])


def test_after_a_wait_what_has_a_place_moves_and_what_has_none_waits_for_a_new_date(two: Line) -> None:
    number = ready(two)
    compared(two)
    planned(two, number, "--start", "2026-11-26", "--injector", "AB")
    before_the_needle(two, number, THURSDAY)
    given(two, number, THURSDAY)
    assert two.json("clinic", "team", "--end", "AB", "--on", "2027-02-20", "--to", "MS").code == 0
    seen = two.at(datetime(2026, 12, 14, 10, tzinfo=UTC))
    data = seen.json("response", number, answers=WAITS).data
    assert data["wait_until"] == "2027-02-08"
    assert stand(seen, number) == [
        (1, "2026-11-26", "given"),
        (3, "2027-01-21", "cancelled"),
        (2, "2027-02-08", "planned"),
        (4, "2027-02-18", "cancelled"),
    ]
    assert waiting(seen) == ["session 4 cancelled, no place", "session 3 cancelled, no place"]


def test_what_was_taken_out_for_a_session_entered_in_error_is_back_once_that_is_struck_out(two: Line) -> None:
    number = ready(two)
    compared(two)
    planned(two, number, "--start", "2027-01-05", "--sessions", 3, "--injector", "AB")
    assert two.json("clinic", "team", "--end", "AB", "--on", "2027-03-03", "--to", "MS").code == 0
    before = stand(two, number)
    early = datetime(2026, 12, 21, 9, 30, tzinfo=UTC)
    before_the_needle(two, number, early)
    data = given(two, number, early)
    later = after(two, early)
    assert (waiting(later), before) == (
        ["session 3 cancelled, no place"],
        [(1, "2027-01-05", "planned"), (2, "2027-02-02", "planned"), (3, "2027-03-02", "planned")],
    )
    struck = {"reason": "another patient's", "entered_in_error": True}
    assert later.json("amend", "treatment", data["treatment"], answers=struck).code == 0
    live = [each for each in stand(later, number) if each[2] == "planned"]
    assert ([(number, on) for number, on, _ in live], waiting(later)) == (
        [(number, on) for number, on, _ in before],
        [],
    )
    assert later.json("record", "check").data["ok"] is True


def test_a_session_entered_late_leaves_what_nobody_has_recorded_where_it_was(run: Line) -> None:
    number = ready(run)
    compared(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 3)
    then = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
    before_the_needle(run, number, then)
    late = run.at(datetime(2026, 12, 30, 9, tzinfo=UTC))
    done = late.json("treat", number, "--yes", answers=given_at(then))
    assert (done.code, done.data["changed"]) == (0, [])
    assert done.data["remarks"][-2:] == [
        "The session planned for Tue 1 Dec 2026 is still open; if nobody came: microsclero missed 1 --session 2",
        "The session planned for Tue 29 Dec 2026 is still open; if nobody came: microsclero missed 1 --session 3",
    ]
    assert stand(late, number) == [
        (1, "2026-11-30", "given"),
        (2, "2026-12-01", "planned"),
        (3, "2026-12-29", "planned"),
        (4, "2027-01-26", "planned"),
    ]
    assert [each["date"] for each in late.json("today").data["not_recorded"]] == ["2026-12-29", "2026-12-01"]


def test_a_full_course_gives_up_its_last_session_and_not_one_that_may_have_been_given(run: Line) -> None:
    number = ready(run)
    compared(run)
    planned(run, number, "--start", "2026-12-15")
    then = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
    before_the_needle(run, number, then)
    late = run.at(datetime(2026, 12, 16, 9, tzinfo=UTC))
    assert late.json("treat", number, "--yes", answers=given_at(then)).code == 0
    assert stand(late, number) == [
        (1, "2026-12-14", "given"),
        (2, "2026-12-15", "planned"),
        (3, "2027-01-12", "planned"),
        (4, "2027-02-09", "planned"),
        (4, "2027-03-09", "cancelled"),
    ]
    assert [each["date"] for each in late.json("today").data["not_recorded"]] == ["2026-12-15"]


def test_nothing_of_somebody_who_must_not_be_treated_moves_after_a_response(run: Line) -> None:
    number = ready(run)
    compared(run)
    planned(run, number, "--start", "2026-11-26")
    before_the_needle(run, number, THURSDAY)
    given(run, number, THURSDAY)
    before = stand(run, number)
    seen = run.at(datetime(2026, 12, 14, 10, tzinfo=UTC))
    screened(seen, number, "intake", dvt_ever="yes")
    data = seen.json("response", number, answers=WAITS).data
    assert data["changed"] == []
    assert stand(seen, number) == before
    (said,) = [words for words in data["remarks"] if words.startswith("Not moved")]
    assert said.startswith("Not moved: Thu 24 Dec 2026, Thu 21 Jan 2027, Thu 18 Feb 2027. dvt_ever: ")
    assert said.endswith("It can be cancelled: microsclero cancel 1")


def test_injections_elsewhere_stand_against_a_booking_even_once_they_are_denied(run: Line) -> None:
    number = ready(run)
    compared(run)
    planned(run, number, "--start", "2027-01-05", "--sessions", 1)
    told = {"sclerotherapy_elsewhere": "yes", "sclerotherapy_elsewhere_on": "2026-12-20"}
    screened(run.at(datetime(2026, 12, 28, 9, tzinfo=UTC)), number, "intake", **told)
    denied = run.at(datetime(2026, 12, 29, 9, tzinfo=UTC))
    screened(denied, number, "intake")
    (day,) = denied.json("agenda", "--from", "2027-01-05", "--days", 1).data["days"]
    assert [each["against"] for each in day["sessions"]] == [["less than 28 days after an injection"]]
    rung = run.at(datetime(2026, 12, 31, 9, tzinfo=UTC)).json("today").data["preparation_calls"]
    assert [each["screening"] for each in rung] == ["too_soon"]
    refused = denied.json("prepare", number)
    assert (refused.code, refused.codes) == (4, ["gap_too_short"])


def test_whoever_turns_out_to_be_under_age_is_marked_wherever_the_booking_stands(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 2)
    assert run.json("patient", "edit", number, answers={"born_on": "2010-01-01"}).code == 0
    days = run.json("agenda", "--from", "2026-12-01", "--days", 30).data["days"]
    assert [each["against"] for day in days for each in day["sessions"]] == [["not 18 yet"], ["not 18 yet"]]
    friday = run.at(datetime(2026, 11, 27, 9, tzinfo=UTC))
    assert [each["screening"] for each in friday.json("today").data["preparation_calls"]] == ["under_age"]
    tuesday = run.at(datetime(2026, 12, 1, 8, 30, tzinfo=UTC))
    assert [each["screening"] for each in tuesday.json("today").data["sessions"]] == ["under_age"]
    assert "! not 18 yet" in tuesday("today").out
    refused = run.json("prepare", number)
    assert (refused.code, refused.codes) == (4, ["under_age"])
    talk = run.json("plan", number, "--consultation", "--start", "2026-12-02", "--yes")
    assert talk.code == 0
    wednesday = run.at(datetime(2026, 12, 2, 8, 30, tzinfo=UTC))
    # Age is no matter of a talk; that they are asked anew by the right date of birth is.
    assert [each["screening"] for each in wednesday.json("today").data["sessions"]] == ["birth_date_changed"]
