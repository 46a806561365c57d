"""Planning through the command line: gaps, closed days, the cap, exact times, moves, and what was shown is booked."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.builders import CLINIC, TEAM, Line, another, dates, planned, ready, register, screened

FIRST = "2026-11-27"
AS_PLANNED = ["2026-11-27", "2026-12-29", "2027-01-26", "2027-02-23"]
GAP = timedelta(days=28)


def times(sessions: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(each["date"], each["start"], each["end"]) for each in sessions]


def fails(line: Line, *words: object) -> tuple[int, list[str]]:
    done = line.json(*words)
    return done.code, done.causes if words[0] in ("plan", "move") and done.code == 4 else done.codes


def test_four_sessions_from_27_november_pass_christmas_by(run: Line) -> None:
    data = planned(run, ready(run), "--start", FIRST)
    assert dates(data["sessions"]) == AS_PLANNED
    assert [each["earliest_on"] for each in data["sessions"]] == [
        "2026-11-27",
        "2026-12-25",
        "2027-01-26",
        "2027-02-23",
    ]
    assert [each["number"] for each in data["sessions"]] == [1, 2, 3, 4]
    assert (data["effect_by"], data["response_on"]) == ("2027-03-23", "2027-03-23")


@pytest.mark.parametrize("start", ["2026-11-27", "2026-11-28", "2026-12-04", "2026-12-05", "2026-12-25", "2027-02-26"])
def test_no_session_is_on_a_bank_holiday_or_a_weekend_and_every_gap_is_28_days(run: Line, start: str) -> None:
    found = [date.fromisoformat(day) for day in dates(planned(run, ready(run), "--start", start)["sessions"])]
    closed = {"2026-12-25", "2026-12-28", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31"}
    assert len(found) == 4
    assert closed.isdisjoint(day.isoformat() for day in found)
    assert {day.weekday() for day in found} <= {0, 1, 2, 3, 4}
    assert all(later - earlier >= GAP for earlier, later in pairwise(found))


def test_dates_roll_forward_never_back(run: Line) -> None:
    assert dates(planned(run, ready(run), "--start", "2026-12-25", "--sessions", 1)["sessions"]) == ["2026-12-29"]


def test_a_fifth_session_is_refused(run: Line) -> None:
    number = ready(run)
    assert fails(run, "plan", number, "--sessions", 5, "--yes") == (4, ["course_full"])
    planned(run, number)
    assert fails(run, "plan", number, "--sessions", 1, "--yes") == (4, ["course_full"])


def test_what_is_left_of_four_is_planned(run: Line) -> None:
    number = ready(run)
    first = planned(run, number, "--start", FIRST, "--sessions", 1)
    rest = planned(run, number)
    assert rest["course"] == first["course"]
    assert dates(rest["sessions"]) == AS_PLANNED
    assert [each["number"] for each in rest["sessions"]] == [1, 2, 3, 4]


def test_a_proposal_shows_the_same_sessions_that_are_then_booked(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    shown = run.json("plan", number, "--dry-run").data["sessions"]
    assert times(shown) == times(planned(run, number)["sessions"])


@pytest.mark.parametrize("every", ["27", "27d", "3w", "1"])
def test_less_than_28_days_apart_is_refused(run: Line, every: str) -> None:
    number = ready(run)
    assert fails(run, "plan", number, "--every", every, "--yes") == (4, ["gap_too_short"])
    assert run.json("patient", "show", number).data["sessions"] == []


@pytest.mark.parametrize(
    "words",
    [
        ("--start", "2199-12-31"),
        ("--start", FIRST, "--avoid", "2026-11-22..2029-11-22"),
        ("--start", FIRST, "--every", "700d"),
    ],
    ids=str,
)
def test_a_course_with_no_room_in_two_years_is_refused_not_searched_for_ever(run: Line, words: tuple[str, ...]) -> None:
    done = run.json("plan", ready(run), *words, "--yes")
    assert done.code in (2, 4), done


def test_six_weeks_apart_on_request(run: Line) -> None:
    assert dates(planned(run, ready(run), "--start", FIRST, "--every", "6w", "--sessions", 3)["sessions"]) == [
        "2026-11-27",
        "2027-01-08",
        "2027-02-19",
    ]


def test_only_on_the_weekdays_wanted(run: Line) -> None:
    found = dates(planned(run, ready(run), "--start", FIRST, "--days", "tue,thu")["sessions"])
    assert found == ["2026-12-01", "2026-12-29", "2027-01-26", "2027-02-23"]


def test_not_on_the_days_to_avoid(run: Line) -> None:
    words = ("--start", FIRST, "--avoid", "2026-11-27..2026-12-02", "--avoid", "2026-12-31")
    assert dates(planned(run, ready(run), *words, "--sessions", 2)["sessions"]) == ["2026-12-03", "2027-01-04"]


def test_at_is_exact_and_a_day_without_that_time_is_full(run: Line) -> None:
    number = another(run)
    planned(run, number, "--start", FIRST, "--at", "10:10", "--sessions", 1)
    found = planned(run, ready(run), "--start", FIRST, "--at", "10:00", "--sessions", 1)["sessions"]
    assert times(found) == [("2026-11-30", "10:00", "10:30")]


@pytest.mark.parametrize("at", ["08:00", "12:45", "13:30", "17:00", "23:00"])
def test_a_time_outside_every_days_hours_is_refused(run: Line, at: str) -> None:
    assert run.json("plan", ready(run), "--at", at, "--yes").code == 4


def test_with_the_injector_named_and_no_other(run: Line) -> None:
    second = {"initials": "AB", "name": "Amy Bell", "roles": ["injector"]}
    run.json("clinic", "team", answers=second)
    sessions = planned(run, ready(run), "--injector", "ab")["sessions"]
    assert {each["injector"] for each in sessions} == {"AB"}
    number = another(run)
    assert fails(run, "plan", number, "--injector", "RT", "--yes") == (4, ["role_missing"])
    assert fails(run, "plan", number, "--injector", "ZZ", "--yes") == (3, ["member_not_found"])


def test_two_injectors_take_two_patients_at_one_time(run: Line) -> None:
    run.json("clinic", "team", answers={"initials": "AB", "name": "Amy Bell", "roles": ["injector"]})
    words = ("--start", FIRST, "--at", "09:00", "--sessions", 1)
    taken = [planned(run, number, *words)["sessions"][0] for number in (ready(run), another(run))]
    assert [(each["date"], each["start"]) for each in taken] == [(FIRST, "09:00")] * 2
    assert {each["injector"] for each in taken} == {"MS", "AB"}


def test_a_start_in_the_past_is_refused(run: Line) -> None:
    assert run.json("plan", ready(run), "--start", "2026-11-21", "--yes").code == 2


def test_nobody_is_booked_this_morning_at_noon(run: Line) -> None:
    number = ready(run)
    monday_noon = run.at(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    first = planned(monday_noon, number, "--sessions", 1)["sessions"][0]
    assert (first["date"], first["start"]) == ("2026-11-23", "12:30")


def test_a_time_of_today_that_is_too_soon_is_so_and_not_outside_the_hours(run: Line) -> None:
    number = ready(run)
    monday = run.at(datetime(2026, 11, 23, 14, 10, tzinfo=UTC))
    told = monday("plan", number, "--at", "14:15", "--sessions", 1, "--dry-run").out
    assert "rolled forward past Mon 23 Nov 2026 (14:15 is too soon: from 14:30)." in " ".join(told.split())
    planned(monday, another(monday), "--at", "14:30", "--sessions", 1)
    told = monday("plan", number, "--at", "09:00", "--sessions", 1, "--dry-run").out
    assert "(09:00 is too soon: from 15:00)" in told
    evening = monday.at(datetime(2026, 11, 23, 16, 25, tzinfo=UTC))
    run.json("clinic", "away", "MS", "2026-11-23", "--hours", "16:30-17:00")
    assert "(16:00 is too soon: no time is left)" in evening("plan", number, "--at", "16:00", "--dry-run").out
    refused = monday.json("plan", number, "--at", "08:00", "--dry-run")
    assert (refused.code, "(09:00-13:00, 14:00-17:00)" in refused.envelope["errors"][0]["message"]) == (4, True)


def test_a_move_to_a_time_of_today_that_is_too_soon_says_from_when(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-24", "--sessions", 1)
    monday = run.at(datetime(2026, 11, 23, 14, 10, tzinfo=UTC))
    done = monday.json("move", number, "--session", 1, "--to", "2026-11-23", "--at", "14:15", "--yes")
    assert (done.code, done.envelope["errors"][0]["message"]) == (
        4,
        "14:15 is too soon on Mon 23 Nov 2026: choose a time from 14:30.",
    )


def test_under_18_is_refused_whatever_the_date_and_planned_after_a_new_intake(run: Line) -> None:
    number = register(run, born_on="2008-12-15")
    assert screened(run, number)["ask_again_on"] == "2026-12-15"
    assert run.json("plan", number, "--start", "2026-12-15", "--yes").code == 4
    birthday = run.at(datetime(2026, 12, 15, 11, tzinfo=UTC))
    screened(birthday, number)
    assert planned(birthday, number, "--start", "2026-12-16", "--sessions", 1)["sessions"][0]["date"] == "2026-12-16"
    assert fails(run, "move", number, "--session", 1, "--to", "2026-12-14", "--yes") == (4, ["under_age"])


def test_a_session_at_ten_stays_at_ten_across_a_clock_change(run: Line) -> None:
    words = ("--start", "2027-03-05", "--at", "10:00", "--sessions", 2)
    later = run.at(datetime(2027, 2, 20, 11, tzinfo=UTC))
    number = register(run)
    screened(later, number)
    assert times(planned(later, number, *words)["sessions"]) == [
        ("2027-03-05", "10:00", "10:30"),
        ("2027-04-02", "10:00", "10:30"),
    ]
    assert later.at(datetime(2027, 3, 30, 8, tzinfo=UTC)).json("prepare", number).data["items"][0]["until_at"] == (
        "2027-04-02T10:00:00+01:00"
    )


def test_move_to_a_closed_day_or_too_soon_is_refused_with_every_reason(run: Line, clinic_file: Path) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST)
    before = clinic_file.read_bytes()
    assert fails(run, "move", number, "--session", 4, "--to", "2027-02-27", "--yes") == (4, ["closed"])
    assert fails(run, "move", number, "--session", 2, "--to", "2026-12-26", "--yes") == (4, ["closed"])
    code, codes = fails(run, "move", number, "--session", 2, "--to", "2026-12-20", "--yes")
    assert (code, set(codes)) == (4, {"gap_too_short", "closed"})
    code, codes = fails(run, "move", number, "--session", 2, "--to", "2026-12-24", "--yes")
    assert (code, codes) == (4, ["gap_too_short"])
    code, codes = fails(run, "move", number, "--session", 3, "--to", "2026-12-10", "--yes")
    assert (code, set(codes)) == (4, {"gap_too_short", "out_of_order"})
    assert fails(run, "move", number, "--session", 1, "--to", "2026-11-20", "--yes")[0] == 4
    assert fails(run, "move", number, "--session", 1, "--to", FIRST, "--at", "18:00", "--yes")[0] == 4
    assert clinic_file.read_bytes() == before


def test_27_days_is_too_soon_and_28_is_not(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-24", "--sessions", 2)
    assert fails(run, "move", number, "--session", 2, "--to", "2026-12-21", "--yes") == (4, ["gap_too_short"])
    assert run.json("move", number, "--session", 2, "--to", "2026-12-23", "--yes").code == 0
    assert run.json("move", number, "--session", 2, "--to", "2026-12-22", "--yes").code == 0


def test_move_to_a_taken_slot_names_what_blocks_and_changes_nothing(run: Line, clinic_file: Path) -> None:
    number, other = ready(run), another(run)
    planned(run, number, "--start", FIRST, "--at", "09:00")
    theirs = planned(run, other, "--start", "2026-11-26", "--at", "10:00", "--sessions", 1)["sessions"][0]["session"]
    before = clinic_file.read_bytes()
    done = run.json("move", number, "--session", 1, "--to", "2026-11-26", "--at", "09:45", "--yes")
    assert (done.code, done.causes) == (5, ["slot_taken"])
    assert f"session {theirs} " in done.envelope["errors"][0]["message"] or "session 1 of patient 2" in str(done)
    assert "Other" not in done.out + done.err
    assert clinic_file.read_bytes() == before


def test_its_own_slot_never_blocks_a_session(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--at", "09:00", "--sessions", 1)
    moved = run.json("move", number, "--session", 1, "--to", FIRST, "--at", "09:15", "--yes").data
    assert times(moved["sessions"]) == [(FIRST, "09:15", "09:45")]
    assert moved["changed"][0]["number"] == 1
    assert (moved["changed"][0]["from"], moved["changed"][0]["to"]) == (FIRST, FIRST)


def test_move_without_a_time_keeps_it_where_it_is_free_and_else_stays_near(run: Line) -> None:
    number, other = ready(run), another(run)
    planned(run, number, "--start", FIRST, "--at", "10:00", "--sessions", 1)
    planned(run, other, "--start", "2026-12-02", "--at", "10:00", "--sessions", 1)
    kept = run.json("move", number, "--session", 1, "--to", "2026-12-01", "--yes").data["sessions"]
    assert times(kept) == [("2026-12-01", "10:00", "10:30")]
    found = run.json("move", number, "--session", 1, "--to", "2026-12-02", "--yes").data["sessions"]
    assert times(found) == [("2026-12-02", "09:30", "10:00")]


def test_cancel_frees_the_slot_and_it_can_be_planned_again(run: Line) -> None:
    number, other = ready(run), another(run)
    planned(run, number, "--start", FIRST, "--at", "09:00")
    left = run.json("cancel", number, "--session", 2, "--reason", "patient_ill", "--yes").data
    assert (dates(left["sessions"]), [each["number"] for each in left["sessions"]]) == (
        ([AS_PLANNED[0], *AS_PLANNED[2:]], [1, 2, 3])
    )
    (gone,) = left["changed"]
    assert (gone["number"], gone["from"], gone["to"], gone["why"]) == (2, "2026-12-29", None, "patient_ill")
    theirs = planned(run, other, "--start", "2026-12-29", "--at", "09:00", "--sessions", 1)["sessions"]
    assert times(theirs) == [("2026-12-29", "09:00", "09:30")]
    again = planned(run, number)["sessions"]
    assert dates(again) == [AS_PLANNED[0], *AS_PLANNED[2:], "2027-03-23"]


def test_every_session_cancelled_leaves_nothing_to_move_or_prepare_for(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--sessions", 1)
    assert run.json("cancel", number, "--session", 1, "--reason", "other", "--yes").data["sessions"] == []
    assert fails(run, "cancel", number, "--session", 1, "--reason", "other", "--yes") == (3, ["session_not_found"])
    assert fails(run, "move", number, "--session", 1, "--to", FIRST, "--yes") == (3, ["session_not_found"])
    assert fails(run, "prepare", number) == (3, ["no_session_planned"])
    assert planned(run, number)["sessions"][0]["number"] == 1


def test_rooms_constrain_once_they_are_listed(run: Line, tmp_path: Path) -> None:
    two = [*TEAM, {"initials": "AB", "name": "Amy Bell", "roles": ["injector"]}]
    line = run.on(tmp_path / "rooms.db")
    assert line.json("clinic", "init", answers={**CLINIC, "team": two, "rooms": ["Blue"]}).code == 0
    words = ("--start", FIRST, "--at", "09:00", "--sessions", 1)
    first = planned(line, ready(line), *words)["sessions"][0]
    second = planned(line, another(line), *words)["sessions"][0]
    assert (first["date"], first["room"], second["date"], second["room"]) == (FIRST, "Blue", "2026-11-30", "Blue")


def shown(line: Line, *words: object) -> str:
    return line(*words, "--dry-run", env={"COLUMNS": "80"}).out


def test_the_only_room_of_a_clinic_is_in_no_table(run: Line) -> None:
    number = ready(run)
    run.json("clinic", "edit", answers={"rooms": ["Treatment room"]})
    plan = shown(run, "plan", number, "--start", FIRST)
    assert planned(run, number, "--start", FIRST)["sessions"][0]["room"] == "Treatment room"
    moving = shown(run, "move", number, "--session", 1, "--to", "2026-12-01")
    away = shown(run, "clinic", "away", "MS", FIRST, "--move")
    assert "Treatment" not in plan + moving + away
    assert "1        Fri 27 Nov 2026  09:00-09:30  MS    same day    Fri 11 Dec" in plan.splitlines()
    assert "1        Fri 27 Nov 2026 09:00 MS  Tue 1 Dec 2026 09:00 MS" in moving.splitlines()
    run.json("clinic", "edit", answers={"rooms": ["Treatment room", "Blue"]})
    assert "MS, Treatment room" in shown(run, "move", number, "--session", 1, "--to", "2026-12-01")
    assert "MS, Blue" in shown(run, "plan", another(run), "--start", "2026-12-02")


def test_numbers_in_the_json_are_never_names(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST)
    for words in (("plan", number, "--yes"), ("move", number, "--session", 2, "--to", "2026-12-24", "--yes")):
        assert "Weiß" not in json.dumps(run.json(*words).envelope, ensure_ascii=False)
