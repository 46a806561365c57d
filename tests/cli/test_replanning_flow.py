"""The course that heals itself, through the command line: what is moved, missed, booked again, and who follows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.builders import CLINIC, Line, Result, another, dates, planned, ready, screened

FIRST = "2026-12-01"
# Four Tuesdays, 28 days apart.
COURSE = ["2026-12-01", "2026-12-29", "2027-01-26", "2027-02-23"]
AB = {"initials": "AB", "name": "Amy Bell", "roles": ["injector"]}


def booked(line: Line, *words: object) -> int:
    """A patient with four sessions from the first Tuesday of December."""
    number = ready(line)
    assert dates(planned(line, number, "--start", FIRST, *words)["sessions"])[0] == FIRST
    return number


def move(line: Line, number: int, session: int, to: str, *words: object) -> Result:
    return line.json("move", number, "--session", session, "--to", to, *words)


def changed(done: Result) -> list[tuple[int, str, str | None, str]]:
    return [(each["number"], each["from"], each["to"], each["why"]) for each in done.data["changed"]]


def sessions(line: Line, number: int) -> list[dict[str, Any]]:
    """The live sessions as the record has them."""
    found = line.json("patient", "show", number).data["sessions"]
    return [each for each in found if each["status"] in ("planned", "given")]


def places(line: Line, number: int) -> list[tuple[int, str, str]]:
    return [(each["number"], each["date"], each["start"]) for each in sessions(line, number)]


def commands(line: Line) -> list[str]:
    """Every change of the diary so far, as the ledger names them."""
    entries = line.json("record", "history", "--limit", 99).data["entries"]
    verbs = ("plan", "move", "cancel", "missed", "rebook", "clinic close")
    return [each["command"] for each in sorted(entries, key=lambda each: each["entry"]) if each["command"] in verbs]


# ── move ──


def test_session_2_moved_a_week_later_and_3_and_4_follow_by_exactly_the_gap(run: Line) -> None:
    number = booked(run)
    done = move(run, number, 2, "2027-01-05", "--yes")
    assert done.data["changed"] == [
        {
            "session": 2,
            "number": 2,
            "from": "2026-12-29",
            "to": "2027-01-05",
            "from_time": "09:00",
            "to_time": "09:00",
            "why": "moved by request to 09:00",
        },
        {
            "session": 3,
            "number": 3,
            "from": "2027-01-26",
            "to": "2027-02-02",
            "from_time": "09:00",
            "to_time": "09:00",
            "why": "28 days after session 2 on Tue 5 Jan 2027",
        },
        {
            "session": 4,
            "number": 4,
            "from": "2027-02-23",
            "to": "2027-03-02",
            "from_time": "09:00",
            "to_time": "09:00",
            "why": "28 days after session 3 on Tue 2 Feb 2027",
        },
    ]
    assert done.data["sessions"] == sessions(run, number)
    assert places(run, number) == [
        (1, "2026-12-01", "09:00"),
        (2, "2027-01-05", "09:00"),
        (3, "2027-02-02", "09:00"),
        (4, "2027-03-02", "09:00"),
    ]


def test_all_of_it_is_one_change_and_a_dry_run_shows_the_same_and_saves_nothing(run: Line, clinic_file: Path) -> None:
    number = booked(run)
    before = clinic_file.read_bytes()
    looked = move(run, number, 2, "2027-01-05", "--dry-run").data
    assert clinic_file.read_bytes() == before
    assert move(run, number, 2, "2027-01-05").code == 2
    assert clinic_file.read_bytes() == before
    assert move(run, number, 2, "2027-01-05", "--yes").data == looked
    assert commands(run) == ["plan", "move"]


def test_a_session_may_take_the_very_slot_that_a_later_one_leaves(run: Line) -> None:
    number = booked(run)
    for to in (COURSE[2], "2027-02-23"):
        assert move(run, number, 2, to, "--at", "09:00", "--yes").code == 0
    assert dates(sessions(run, number)) == ["2026-12-01", "2027-02-23", "2027-03-23", "2027-04-20"]
    assert move(run, number, 1, "2027-03-23", "--at", "09:00", "--yes").code == 0
    assert dates(sessions(run, number)) == ["2027-03-23", "2027-04-20", "2027-05-18", "2027-06-15"]
    assert run.json("record", "check").data["ok"] is True


def test_moved_earlier_or_within_the_room_there_is_nobody_else_moves(run: Line) -> None:
    number = booked(run, "--every", "6w")
    assert dates(sessions(run, number)) == ["2026-12-01", "2027-01-12", "2027-02-23", "2027-04-06"]
    assert changed(move(run, number, 2, "2027-01-08", "--yes")) == [
        (2, "2027-01-12", "2027-01-08", "moved by request to 09:00")
    ]


def test_six_weeks_wished_with_the_plan_are_kept_when_a_session_moves(run: Line) -> None:
    number = booked(run, "--every", "6w")
    assert changed(move(run, number, 2, "2027-01-13", "--yes"))[1:] == [
        (3, "2027-02-23", "2027-02-24", "42 days after session 2 on Wed 13 Jan 2027"),
        (4, "2027-04-06", "2027-04-07", "42 days after session 3 on Wed 24 Feb 2027"),
    ]


def test_the_weekday_and_the_time_wished_with_the_plan_are_kept(run: Line) -> None:
    number = booked(run, "--days", "tue", "--at", "10:00")
    assert move(run, number, 2, "2027-01-07", "--yes").code == 0
    assert places(run, number)[1:] == [
        (2, "2027-01-07", "10:00"),
        (3, "2027-02-09", "10:00"),
        (4, "2027-03-09", "10:00"),
    ]


def test_a_date_set_by_hand_stays_and_is_reported(run: Line) -> None:
    number = booked(run)
    assert move(run, number, 3, "2027-02-04", "--at", "14:00", "--yes").code == 0
    done = move(run, number, 2, "2027-01-05", "--yes")
    assert changed(done) == [(2, "2026-12-29", "2027-01-05", "moved by request to 09:00")]
    assert done.data["remarks"] == ["Session 3 was set by hand and stays on Thu 4 Feb 2027 at 14:00."]


def test_a_date_set_by_hand_that_comes_too_close_moves_and_says_so_and_is_then_nobodys_own(run: Line) -> None:
    number = booked(run)
    assert move(run, number, 3, "2027-02-04", "--at", "14:00", "--yes").code == 0
    done = move(run, number, 2, "2027-01-14", "--yes")
    assert changed(done)[1] == (
        3,
        "2027-02-04",
        "2027-02-11",
        "set by hand, but only 21 days after session 2 on Thu 14 Jan 2027",
    )
    assert places(run, number)[2] == (3, "2027-02-11", "14:00")
    assert move(run, number, 2, "2027-01-13", "--yes").data["remarks"] == []


def test_a_bank_holiday_is_rolled_past_and_the_next_counts_from_there(run: Line) -> None:
    number = ready(run)
    first = planned(run, number, "--start", "2027-01-25")["sessions"]
    assert dates(first) == ["2027-01-25", "2027-02-22", "2027-03-22", "2027-04-19"]
    assert changed(move(run, number, 2, "2027-03-01", "--yes"))[1:] == [
        (
            3,
            "2027-03-22",
            "2027-03-30",
            "28 days after session 2 on Mon 1 Mar 2027, rolled past Mon 29 Mar 2027 (Easter Monday)",
        ),
        (4, "2027-04-19", "2027-04-27", "28 days after session 3 on Tue 30 Mar 2027"),
    ]


def test_a_session_far_ahead_on_a_day_that_closed_since_moves_too(run: Line) -> None:
    number = booked(run)
    assert move(run, number, 4, "2027-12-07", "--yes").code == 0
    run.json("clinic", "close", "2027-12-07", "--reason", "Staff training")
    assert changed(move(run, number, 2, "2026-12-30", "--yes"))[-1] == (
        4,
        "2027-12-07",
        "2027-12-08",
        "set by hand, but on Tue 7 Dec 2027 the clinic is closed (Staff training)",
    )


def test_where_the_next_months_are_full_a_later_session_is_placed_beyond_them(run: Line) -> None:
    number = booked(run, "--sessions", 2)
    run.json("clinic", "close", "2027-01-20..2027-12-31", "--reason", "Building works")
    assert move(run, number, 1, "2027-01-05", "--yes").data["changed"][1]["to"] == "2028-01-04"


def test_the_patients_own_days_are_gone_around_and_a_clash_is_pointed_out(run: Line) -> None:
    number = booked(run)
    assert run.json("patient", "event", number, "--on", "2027-02-02", "--what", "wedding").code == 0
    done = move(run, number, 2, "2027-01-05", "--yes")
    assert changed(done)[1][1:3] == ("2027-01-26", "2027-02-03")
    assert "Tue 2 Feb 2027 (wedding)" in changed(done)[1][3]
    assert any("wedding" in remark for remark in done.data["remarks"])


def test_a_refusal_names_every_reason_and_the_first_time_that_would_work(run: Line, clinic_file: Path) -> None:
    number = booked(run)
    before = clinic_file.read_bytes()
    done = move(run, number, 3, "2026-12-25", "--yes")
    assert (done.code, done.codes) == (4, ["gap_too_short", "gap_too_short", "out_of_order", "closed", "first_date"])
    messages = [error["message"] for error in done.envelope["errors"]]
    assert messages[2::2] == [
        "Session 3 can't move before session 2 on Tue 29 Dec 2026; move that one first.",
        "The first time that would work: Tue 26 Jan 2027 09:00 with MS.",
    ]
    only = move(run, number, 2, "2026-12-28", "--at", "10:00", "--yes").envelope["errors"]
    assert [error["code"] for error in only] == ["gap_too_short", "closed", "first_date"]
    assert (only[0]["earliest_on"], only[2]["date"], only[2]["start"]) == ("2026-12-29", "2026-12-29", "10:00")
    assert clinic_file.read_bytes() == before


def test_the_first_time_that_would_work_works(run: Line) -> None:
    number, other = booked(run, "--days", "tue,thu"), another(run)
    planned(run, other, "--start", "2026-12-29", "--at", "14:00", "--sessions", 1)
    error = move(run, number, 2, "2026-12-22", "--at", "14:00", "--yes").envelope["errors"][-1]
    assert (error["date"], error["start"]) == ("2026-12-31", "14:00")
    assert move(run, number, 2, error["date"], "--at", error["start"], "--yes").code == 0


def test_every_refusal_of_a_move_ends_with_the_first_time_and_a_taken_hour_does_too(run: Line) -> None:
    number, other = booked(run, "--sessions", 1), another(run)
    planned(run, other, "--start", "2026-12-03", "--at", "10:00", "--sessions", 1)
    for to, at, codes in (
        ("2026-12-05", "20:00", ["closed", "outside_hours"]),
        ("2026-11-02", "10:00", ["too_soon"]),
        ("2026-12-03", "20:00", ["outside_hours"]),
        ("2026-12-03", "10:00", ["slot_taken"]),
    ):
        done = move(run, number, 1, to, "--at", at, "--yes")
        assert done.codes == [*codes, "first_date"]
        first = done.envelope["errors"][-1]
        assert first["message"].startswith("The first time that would work: ")
        assert move(run, number, 1, first["date"], "--at", first["start"], "--dry-run").code == 0


def test_a_move_onto_the_patients_own_day_is_refused_until_that_day_is_taken_back(run: Line) -> None:
    number = booked(run, "--sessions", 1)
    event = run.json("patient", "event", number, "--on", "2026-12-03", "--what", "wedding").data["added"]
    done = move(run, number, 1, "2026-12-03", "--yes")
    assert (done.code, done.codes) == (4, ["own_day", "first_date"])
    assert done.envelope["errors"][0]["message"] == (
        f"Patient {number} has something on Thu 3 Dec 2026 (event {event}); "
        f"if that is off: microsclero patient event {number} --remove {event}"
    )
    assert run.json("patient", "event", number, "--remove", event).code == 0
    assert move(run, number, 1, "2026-12-03", "--yes").code == 0


def test_a_move_that_takes_another_injector_says_who_and_why(run: Line) -> None:
    assert run.json("clinic", "team", answers=AB).code == 0
    number = booked(run, "--sessions", 1, "--injector", "MS")
    assert run.json("clinic", "away", "MS", "2026-12-03", "--hours", "09:00-12:00").code == 0
    assert changed(move(run, number, 1, "2026-12-03", "--at", "10:00", "--dry-run"))[0][3] == (
        "moved by request to 10:00, with AB: MS has a break 09:00-12:00"
    )
    own = move(run, number, 1, "2026-12-03", "--dry-run").data["sessions"][0]
    assert (own["start"], own["injector"]) == ("12:00", "MS")


def test_who_may_not_be_treated_hears_of_no_first_time(run: Line) -> None:
    number = booked(run)
    screened(run, number, dvt_ever="yes")
    done = move(run, number, 2, "2026-12-22", "--yes")
    assert (done.code, done.codes) == (4, ["finding_bar", "gap_too_short", "first_date"])
    assert done.envelope["errors"][2]["date"] is None


def test_a_course_that_finds_no_place_for_a_later_session_is_refused_with_the_way_out(run: Line) -> None:
    number = booked(run, "--days", "tue")
    tuesdays = {day: CLINIC["hours"][day] for day in ("mon", "wed", "thu", "fri")}
    assert run.json("clinic", "hours", answers={**tuesdays, "tue": []}).code == 0
    done = move(run, number, 2, "2027-01-07", "--yes")
    assert (done.code, done.codes) == (4, ["no_slot", "first_date"])
    assert "Move or cancel that session first." in done.envelope["errors"][0]["message"]


MEANWHILE: dict[str, tuple[str, tuple[object, ...]]] = {
    "the same course": ("changed_meanwhile", ("cancel", 1, "--session", 4, "--reason", "other", "--yes")),
    "somebody in the way": (
        "slot_taken",
        ("plan", 2, "--start", "2027-02-02", "--at", "09:15", "--sessions", 1, "--yes"),
    ),
    "a day that closes": ("changed_meanwhile", ("clinic", "close", "2027-02-02")),
    "leave": ("changed_meanwhile", ("clinic", "away", "MS", "2027-03-02")),
    "a wedding": ("changed_meanwhile", ("patient", "event", 1, "--on", "2027-02-02", "--what", "wedding")),
}


@pytest.mark.parametrize("what", MEANWHILE)
def test_what_another_terminal_does_meanwhile_stops_all_of_it(
    run: Line, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    from microsclero.desk import changing

    code, words = MEANWHILE[what]
    number, _ = booked(run, "--at", "09:00"), another(run)
    save = changing.save_change

    def late(desk: Any, change: Any) -> Any:
        monkeypatch.setattr(changing, "save_change", save)
        assert run.json(*words).code == 0
        return save(desk, change)

    monkeypatch.setattr(changing, "save_change", late)
    done = move(run, number, 2, "2027-01-05", "--yes")
    assert (done.code, done.codes) == (5, [code])
    assert dates(sessions(run, number)) == COURSE[: 3 if what == "the same course" else 4]
    assert "move" not in commands(run)


# ── double-booked on purpose ──


def test_a_session_is_double_booked_on_purpose_with_the_reason_kept_until_it_moves_again(run: Line) -> None:
    number, other = booked(run, "--sessions", 1), another(run)
    planned(run, other, "--start", "2026-12-03", "--at", "10:00", "--sessions", 1)
    words = ("2026-12-03", "--at", "10:00")
    assert (move(run, number, 1, *words, "--yes").code, move(run, number, 1, *words, "--yes").codes) == (
        5,
        ["slot_taken", "first_date"],
    )
    done = move(run, number, 1, *words, "--override", "Sister drives both.", "--yes").data
    assert done["sessions"][0]["override_reason"] == "Sister drives both."
    assert done["remarks"] == ["Double-booked on purpose: session 2 of patient 2 at 10:00 is with MS, too."]
    assert places(run, number) == [(1, "2026-12-03", "10:00")]
    assert move(run, number, 1, "2026-12-04", "--yes").data["sessions"][0]["override_reason"] is None


def test_a_time_that_is_free_needs_no_override_and_keeps_no_reason(run: Line) -> None:
    done = move(run, booked(run), 1, "2026-12-03", "--at", "10:00", "--override", "Please.", "--yes").data
    assert done["sessions"][0]["override_reason"] is None
    assert done["remarks"] == ["That time is free: nothing is double-booked, so the reason is not kept."]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (("2026-12-22", "--at", "10:00"), ["gap_too_short"]),
        (("2026-12-30", "--at", "18:00"), ["outside_hours"]),
        (("2027-01-01", "--at", "10:00"), ["closed"]),
    ],
)
def test_nothing_overrides_a_gap_or_closed_hours(run: Line, words: tuple[str, ...], codes: list[str]) -> None:
    number = booked(run, "--sessions", 2)
    done = move(run, number, 2, *words, "--override", "Please.", "--yes")
    assert (done.code, done.codes) == (4, [*codes, "first_date"])


def test_nobody_is_in_two_places_whatever_is_overridden(run: Line) -> None:
    number = booked(run, "--sessions", 1)
    planned(run, number, "--consultation", "--start", "2026-12-03", "--at", "10:00")
    done = move(run, number, 1, "2026-12-03", "--at", "10:15", "--override", "Please.", "--yes")
    assert (done.code in (4, 5), places(run, number)) == (True, [(1, FIRST, "09:00")]) or done


@pytest.mark.parametrize("words", [("--override", "Please."), ("--at", "10:00", "--override", " ")])
def test_an_override_wants_a_time_and_a_reason(run: Line, words: tuple[str, ...]) -> None:
    assert move(run, booked(run), 2, "2026-12-30", *words, "--yes").code == 2


# ── missed, put off, booked again ──

ILL = datetime(2026, 12, 29, 12, 0, tzinfo=UTC)


def test_nobody_has_missed_a_session_before_it_begins(run: Line, clinic_file: Path) -> None:
    number = booked(run)
    before = clinic_file.read_bytes()
    for now in (run, run.at(datetime(2026, 12, 1, 8, 59, tzinfo=UTC))):
        done = now.json("missed", number, "--session", 1, "--yes")
        assert (done.code, done.codes) == (4, ["not_begun"])
    assert clinic_file.read_bytes() == before
    begun = run.at(datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    assert begun.json("missed", number, "--session", 1, "--dry-run").code == 0


def test_a_missed_session_no_longer_counts_and_the_later_ones_stay(run: Line) -> None:
    number = booked(run)
    now = run.at(ILL)
    done = now.json("missed", number, "--session", 2, "--yes")
    assert changed(done) == [(2, "2026-12-29", None, "missed")]
    assert done.data["remarks"] == [f"It waits for a new date: microsclero rebook {number}"]
    assert [place[:2] for place in places(run, number)] == [(1, COURSE[0]), (2, COURSE[2]), (3, COURSE[3])]


def test_booked_again_after_an_illness_the_later_ones_follow_and_nothing_waits_any_more(run: Line) -> None:
    number = booked(run)
    now = run.at(ILL)
    assert now.json("missed", number, "--session", 2, "--yes").code == 0
    done = now.json("rebook", number, "--start", "2027-01-08", "--yes")
    assert changed(done) == [
        (2, "2026-12-29", "2027-01-08", "for the session missed on Tue 29 Dec 2026"),
        (3, "2027-01-26", "2027-02-05", "28 days after session 2 on Fri 8 Jan 2027"),
        (4, "2027-02-23", "2027-03-05", "28 days after session 3 on Fri 5 Feb 2027"),
    ]
    assert done.data["sessions"] == sessions(run, number)
    assert [each["number"] for each in done.data["sessions"]] == [1, 2, 3, 4]
    assert (now.json("rebook", number, "--yes").code, now.json("rebook", number, "--yes").codes) == (
        4,
        ["nothing_to_rebook"],
    )
    assert run.json("record", "check").data["ok"] is True


@pytest.mark.parametrize("reason", ["patient_ill", "patient_away", "clinic_closed", "injector_away"])
def test_a_session_put_off_waits_for_a_new_date(run: Line, reason: str) -> None:
    number = booked(run)
    done = run.json("cancel", number, "--session", 2, "--reason", reason, "--yes")
    assert done.data["remarks"] == [f"It waits for a new date: microsclero rebook {number}"]
    again = run.json("rebook", number, "--start", "2026-12-30", "--yes")
    assert changed(again)[0] == (2, "2026-12-29", "2026-12-30", "for the session put off on Tue 29 Dec 2026")


@pytest.mark.parametrize("reason", ["patient_choice", "contraindication", "response_complete", "other"])
def test_a_session_cancelled_for_good_waits_for_nothing(run: Line, reason: str) -> None:
    number = booked(run)
    assert run.json("cancel", number, "--session", 2, "--reason", reason, "--yes").data["remarks"] == []
    assert run.json("rebook", number, "--yes").codes == ["nothing_to_rebook"]


def test_the_time_day_and_injector_asked_for_are_for_this_session_only(run: Line) -> None:
    run.json("clinic", "team", answers=AB)
    number = booked(run, "--injector", "MS")
    run.json("cancel", number, "--session", 2, "--reason", "patient_away", "--yes")
    words = ("--start", "2027-01-01", "--at", "15:30", "--days", "thu", "--injector", "ab")
    data = run.json("rebook", number, *words, "--yes").data
    assert [(each["date"], each["start"], each["injector"]) for each in data["sessions"]] == [
        ("2026-12-01", "09:00", "MS"),
        ("2027-01-07", "15:30", "AB"),
        ("2027-02-04", "09:00", "MS"),
        ("2027-03-04", "09:00", "MS"),
    ]


def test_the_same_gates_as_for_a_plan(run: Line) -> None:
    number = booked(run)
    assert run.json("rebook", number, "--yes").codes == ["nothing_to_rebook"]
    run.json("cancel", number, "--session", 2, "--reason", "patient_ill", "--yes")
    screened(run, number, "session", acute_illness="yes")
    done = run.json("rebook", number, "--yes")
    assert (done.code, done.causes) == (4, ["finding_defer"])
    screened(run, number, "session", long_travel="yes", long_travel_last_on="2027-01-05")
    again = run.json("rebook", number, "--yes")
    assert again.data["changed"][0]["to"] == "2027-01-12"


def test_in_a_course_filled_up_by_a_new_plan_nothing_waits(run: Line) -> None:
    number = booked(run)
    run.json("cancel", number, "--session", 2, "--reason", "patient_ill", "--yes")
    planned(run, number)
    assert run.json("rebook", number, "--yes").codes == ["nothing_to_rebook"]


def test_the_earliest_that_waits_comes_first_and_the_other_is_remembered(run: Line) -> None:
    number = booked(run)
    run.json("cancel", number, "--session", 3, "--reason", "patient_ill", "--yes")
    run.json("cancel", number, "--session", 2, "--reason", "patient_away", "--yes")
    first = run.json("rebook", number, "--start", "2027-01-04", "--yes").data
    assert first["changed"][0]["from"] == "2026-12-29"
    assert first["remarks"] == ["The session of Tue 26 Jan 2027 still waits for a new date."]
    second = run.json("rebook", number, "--yes").data
    assert second["changed"][0]["from"] == "2027-01-26"
    found = [date.fromisoformat(day) for day in dates(second["sessions"])]
    assert (len(found), all(b - a >= timedelta(days=28) for a, b in pairwise(found))) == (4, True)


def test_a_session_booked_again_meanwhile_is_not_booked_twice(run: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    from microsclero.desk import changing

    number = booked(run)
    run.json("cancel", number, "--session", 2, "--reason", "patient_ill", "--yes")
    save = changing.save_change

    def late(desk: Any, change: Any) -> Any:
        monkeypatch.setattr(changing, "save_change", save)
        assert run.json("rebook", number, "--start", "2026-12-30", "--yes").code == 0
        return save(desk, change)

    monkeypatch.setattr(changing, "save_change", late)
    done = run.json("rebook", number, "--start", "2026-12-31", "--yes")
    assert (done.code, done.codes) == (5, ["nothing_to_rebook"])
    assert dates(sessions(run, number))[:2] == ["2026-12-01", "2026-12-30"]


# ── consultations ──


def talk(line: Line, number: int) -> dict[str, Any]:
    return planned(line, number, "--consultation", "--start", "2026-12-03", "--at", "10:00")


def test_a_consultation_is_moved_with_no_gap_and_no_screening(run: Line) -> None:
    number = booked(run, "--sessions", 1)
    talk(run, number)
    screened(run, number, dvt_ever="yes")
    done = run.json("move", number, "--consultation", "--to", "2026-12-02", "--yes").data
    assert (done["course"], [(each["number"], each["to"], each["to_time"]) for each in done["changed"]]) == (
        None,
        [(None, "2026-12-02", "10:00")],
    )
    assert [(each["number"], each["date"]) for each in done["sessions"]] == [(None, "2026-12-02")]
    assert run.json("move", number, "--consultation", "--to", "2026-12-25", "--yes").codes == ["closed", "first_date"]
    taken = run.json("move", number, "--consultation", "--to", FIRST, "--at", "09:00", "--yes")
    assert taken.codes == ["slot_taken", "first_date"]


def test_a_consultation_is_cancelled_or_missed_and_waits_for_a_new_date_unless_a_visit_is_booked(run: Line) -> None:
    number = ready(run)
    waits = [f"It waits for a new date: microsclero plan {number} --consultation"]
    talk(run, number)
    assert run.json("missed", number, "--consultation", "--yes").codes == ["not_begun"]
    after = run.at(datetime(2026, 12, 3, 11, tzinfo=UTC))
    assert after.json("missed", number, "--consultation", "--dry-run").data["remarks"] == waits
    gone = run.json("cancel", number, "--consultation", "--reason", "patient_ill", "--yes").data
    assert (gone["sessions"], gone["remarks"]) == ([], waits)
    assert run.json("cancel", number, "--consultation", "--reason", "other", "--yes").codes == ["session_not_found"]
    talk(run, number)
    planned(run, number, "--sessions", 1)
    assert run.json("cancel", number, "--consultation", "--reason", "patient_ill", "--yes").data["remarks"] == []


@pytest.mark.parametrize("verb", [("move", "--to", "2026-12-30"), ("cancel", "--reason", "other"), ("missed",)])
def test_a_session_or_the_consultation_is_named_and_not_both(run: Line, verb: tuple[str, ...]) -> None:
    number = booked(run)
    for words in ((), ("--session", 1, "--consultation")):
        done = run.json(verb[0], number, *verb[1:], *words, "--yes")
        assert (done.code, done.codes) == (2, ["which_missing"])


def test_what_a_new_plan_books_again_waits_no_more(run: Line) -> None:
    number = booked(run)
    for reason in ("patient_ill", "patient_away"):
        run.json("cancel", number, "--session", 4 if reason == "patient_ill" else 3, "--reason", reason, "--yes")
    planned(run, number, "--sessions", 1)
    again = run.json("rebook", number, "--yes")
    assert (again.code, again.data["remarks"]) == (0, [])
    assert run.json("rebook", number, "--yes").codes == ["nothing_to_rebook"]
