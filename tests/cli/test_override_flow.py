"""One session double-booked on purpose: with a reason that is kept, and past no rule of the practice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.builders import CLINIC, Line, Result, another, planned, ready, register, screened

FIRST = "2026-11-27"
WHY = "Flies on Saturday."
AT_TEN = ("--start", FIRST, "--at", "10:00")


def override(line: Line, number: int, *words: object, why: str = WHY) -> Result:
    return line.json("plan", number, *words, "--override", why, "--yes")


def refused(done: Result) -> list[str]:
    """Why it is refused; the last of all is always the first date that would work."""
    *codes, last = done.codes
    assert (done.code, last) == (4, "first_date")
    return codes


def busy(line: Line) -> int:
    """Somebody else at ten o'clock on the first day."""
    other = another(line)
    planned(line, other, *AT_TEN, "--sessions", 1)
    return other


def test_a_taken_time_is_booked_on_purpose_and_the_reason_is_kept(run: Line) -> None:
    other, number = busy(run), ready(run)
    data = override(run, number, *AT_TEN).data
    (session,) = data["sessions"]
    assert (session["date"], session["start"], session["override_reason"]) == (FIRST, "10:00", WHY)
    assert data["remarks"] == [f"Double-booked on purpose: session 1 of patient {other} at 10:00 is with MS, too."]
    both = run.json("agenda", "--from", FIRST, "--days", 1).data["days"][0]["sessions"]
    assert [(each["patient"], each["start"], each["override_reason"]) for each in both] == [
        (other, "10:00", None),
        (number, "10:00", WHY),
    ]


def test_the_reason_is_in_sight_in_the_plan_and_on_the_agenda(run: Line) -> None:
    busy(run)
    number = ready(run)
    told = run("plan", number, *AT_TEN, "--override", WHY, "--yes").out
    assert f"  Session 1 is double-booked: {WHY}\n" in told
    assert WHY in run("plan", number, "--dry-run").out
    assert WHY in run("agenda", "--from", FIRST, "--days", 1).out


def test_a_time_that_is_free_needs_no_reason_and_keeps_none(run: Line) -> None:
    number = ready(run)
    data = override(run, number, *AT_TEN).data
    assert data["sessions"][0]["override_reason"] is None
    assert data["remarks"] == ["That time is free: nothing is double-booked, so the reason is not kept."]


def test_the_rest_of_the_course_is_planned_as_ever(run: Line) -> None:
    busy(run)
    number = ready(run)
    override(run, number, *AT_TEN)
    rest = planned(run, number)
    assert [each["date"] for each in rest["sessions"]] == [FIRST, "2026-12-29", "2027-01-26", "2027-02-23"]
    assert rest["remarks"] == []


def test_a_room_is_shared_on_purpose_too(run: Line, tmp_path: Path) -> None:
    line = run.on(tmp_path / "rooms.db")
    two = [*CLINIC["team"], {"initials": "AB", "name": "Amy Bell", "roles": ["injector"]}]
    assert line.json("clinic", "init", answers={**CLINIC, "team": two, "rooms": ["Blue"]}).code == 0
    other = busy(line)
    (session,) = override(line, ready(line), *AT_TEN, "--injector", "AB").data["sessions"]
    assert (session["injector"], session["room"], session["override_reason"]) == ("AB", "Blue", WHY)
    assert other


def test_no_rule_of_the_practice_is_passed_over_and_every_reason_is_given(run: Line, clinic_file: Path) -> None:
    busy(run)
    number = ready(run)
    planned(run, number, "--start", "2026-11-26", "--at", "10:00", "--sessions", 1)
    before = clinic_file.read_bytes()
    done = override(run, number, *AT_TEN)
    assert refused(done) == ["gap_too_short"]
    assert done.envelope["errors"][0]["message"] == (
        "The new session on Fri 27 Nov 2026 is 1 day after session 1 on Thu 26 Nov 2026: 28 are needed."
    )
    for day, at, codes in (
        ("2026-12-19", "20:00", {"gap_too_short", "closed", "outside_hours"}),
        ("2026-12-29", "20:00", {"outside_hours"}),
        ("2026-11-24", "10:00", {"out_of_order"}),
        ("2026-11-26", "10:00", {"gap_too_short", "booked_twice"}),
    ):
        assert set(refused(override(run, number, "--start", day, "--at", at))) == codes, day
    assert clinic_file.read_bytes() == before


def test_a_screening_is_never_passed_over(run: Line) -> None:
    busy(run)
    done = override(run, register(run), *AT_TEN)
    assert refused(done) == ["no_screening"]


def test_a_fifth_session_is_refused(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST)
    done = override(run, number, "--start", "2027-06-01", "--at", "10:00")
    assert refused(done) == ["course_full"]


def test_the_same_patient_is_never_booked_twice_at_one_time(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--consultation", *AT_TEN)
    done = override(run, number, "--start", FIRST, "--at", "10:15")
    assert refused(done) == ["booked_twice"]


def test_under_18_on_that_day_is_refused(run: Line) -> None:
    number = register(run, born_on="2008-12-15")
    screened(run, number)
    assert "under_age" in refused(override(run, number, "--start", "2026-12-14", "--at", "10:00"))
    birthday = run.at(datetime(2026, 12, 15, 9, tzinfo=UTC))
    screened(birthday, number)
    assert override(birthday, number, "--start", "2026-12-15", "--at", "10:00").code == 0


def test_a_deferral_is_never_passed_over(run: Line) -> None:
    number = register(run)
    screened(run, number, recently_pregnant="yes", recently_pregnant_ended_on="2026-10-31")
    assert refused(override(run, number, *AT_TEN)) == ["deferred"]


@pytest.mark.parametrize(
    ("words", "why", "told"),
    [
        ((), WHY, ["--override double-books one day and time: give --start and --at, too."]),
        (("--start", FIRST), WHY, ["--override double-books one day and time: give --at, too."]),
        ((*AT_TEN, "--sessions", 2), WHY, ["--override double-books one session: say --sessions 1, or leave it out."]),
        (
            (*AT_TEN, "--days", "fri", "--by", "+9w"),
            WHY,
            ["--override names its day and time: leave --days and --by out."],
        ),
        (AT_TEN, "  ", ["--override is empty: say why."]),
    ],
    ids=str,
)
def test_it_names_one_session_its_day_and_its_time(
    run: Line, words: tuple[object, ...], why: str, told: list[str]
) -> None:
    done = override(run, ready(run), *words, why=why)
    assert (done.code, [error["message"] for error in done.envelope["errors"]]) == (2, told)


@pytest.mark.parametrize("why", ["x" * 2001, "a\u202eb", "a\nb"])
def test_a_reason_that_hides_something_is_refused(run: Line, why: str) -> None:
    done = override(run, ready(run), *AT_TEN, why=why)
    assert (done.code, done.codes) == (2, ["unreadable"])


def test_what_was_shown_is_booked_or_nothing(run: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """The patient's own consultation, entered meanwhile, stands in the way of what was to be double-booked."""
    from microsclero.desk import planning

    busy(run)
    number = ready(run)
    book = planning.book

    def late(desk: Any, plan: Any) -> Any:
        planned(run, number, "--consultation", "--start", FIRST, "--at", "09:45", "--injector", "AB")
        return book(desk, plan)

    run.json("clinic", "team", answers={"initials": "AB", "name": "Amy Bell", "roles": ["injector"]})
    monkeypatch.setattr(planning, "book", late)
    done = run.json("plan", number, *AT_TEN, "--injector", "MS", "--override", WHY, "--yes")
    assert (done.code, done.codes) == (5, ["slot_taken"])


def test_where_only_the_room_is_wanting_somebody_who_is_free_is_booked(run: Line) -> None:
    """One room and two who inject: the room is shared, and nobody is asked to be in two places."""
    team = {"initials": "AB", "name": "Alex Bell", "roles": ["injector"]}
    assert run.json("clinic", "team", answers=team).code == 0
    assert run.json("clinic", "edit", answers={"rooms": ["Blue"]}).code == 0
    at_nine = ("--start", "2026-12-01", "--at", "09:00", "--sessions", 1)
    for first, free in (("AB", "MS"), ("MS", "AB")):
        one, other = ready(run, given_name=f"With {first}", born_on="1960-01-01"), ready(run, given_name=f"Not {first}")
        planned(run, one, *at_nine, "--injector", first)
        data = run.json("plan", other, *at_nine, "--override", "Flies on Saturday.", "--dry-run").data
        assert [(each["injector"], each["room"]) for each in data["sessions"]] == [(free, "Blue")]
        assert run.json("cancel", one, "--session", 1, "--reason", "other", "--yes").code == 0
