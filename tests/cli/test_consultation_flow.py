"""A consultation in the same diary: no screening, no course, no number and no gap; but a time, a room and somebody."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.builders import CLINIC, TEAM, Line, another, dates, planned, ready, register

FIRST = "2026-11-27"


def consultation(line: Line, number: int, *words: object) -> dict[str, Any]:
    return planned(line, number, "--consultation", *words)


def test_somebody_who_was_never_screened_is_booked_for_a_consultation(run: Line) -> None:
    number = register(run)
    assert consultation(run, number, "--start", FIRST, "--at", "10:10") == {
        "course": None,
        "patient": number,
        "sessions": [
            {
                "session": 1,
                "number": None,
                "date": FIRST,
                "start": "10:10",
                "end": "10:40",
                "injector": "MS",
                "room": None,
                "status": "planned",
                "earliest_on": FIRST,
                "override_reason": None,
                "rolled": [],
            }
        ],
        "response_on": None,
        "effect_by": None,
        "remarks": [],
        "by": None,
        "booked": True,
    }


def test_it_is_shown_as_a_consultation_wherever_it_stands(run: Line) -> None:
    number = register(run)
    told = run("plan", number, "--consultation", "--start", FIRST, "--yes").out
    assert told.startswith(f"Consultation, booked · patient {number}\n")
    assert "Stockings" not in told
    assert "09:00-09:30  MS   1 Zoë Weiß · consultation" in run("agenda", "--from", FIRST, "--days", 1).out
    assert "consultation" in run("patient", "show", number).out
    that_day = run.at(datetime(2026, 11, 27, 8, tzinfo=UTC))
    assert "consultation" in that_day("today").out
    (entry,) = that_day.json("today").data["sessions"]
    assert (entry["patient"], entry["number"]) == (number, None)


def test_it_rolls_past_closed_days_full_days_and_the_patients_own(run: Line) -> None:
    number = register(run)
    run.json("patient", "event", number, "--on", "2026-12-29", "--what", "exam")
    data = consultation(run, number, "--start", "2026-12-25", "--avoid", "2026-12-30", "--days", "tue,wed,thu")
    (found,) = data["sessions"]
    assert (found["date"], found["earliest_on"]) == ("2026-12-31", "2026-12-25")
    assert found["rolled"] == [
        "Fri 25 Dec 2026: Christmas Day",
        "Sat 26 Dec 2026: Boxing Day",
        "Tue 29 Dec 2026: exam",
        "Wed 30 Dec 2026: a day to avoid",
    ]


def test_it_takes_a_time_room_and_injector_as_a_session_does(run: Line, tmp_path: Path) -> None:
    two = [*TEAM, {"initials": "AB", "name": "Amy Bell", "roles": ["injector"]}]
    line = run.on(tmp_path / "rooms.db")
    assert line.json("clinic", "init", answers={**CLINIC, "team": two, "rooms": ["Blue"]}).code == 0
    talk = consultation(line, register(line), "--start", FIRST, "--at", "09:00", "--injector", "ab")["sessions"][0]
    assert (talk["injector"], talk["room"]) == ("AB", "Blue")
    session = planned(line, another(line), "--start", FIRST, "--at", "09:00", "--sessions", 1)["sessions"][0]
    assert session["date"] == "2026-11-30"


def test_no_gap_stands_before_or_after_it_and_it_counts_for_none(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    talk = consultation(run, number, "--start", FIRST)["sessions"][0]
    assert (talk["date"], talk["start"]) == (FIRST, "09:30")
    consultation(run, number, "--start", "2026-12-28")
    rest = planned(run, number)
    assert dates(rest["sessions"]) == [FIRST, "2026-12-29", "2027-01-26", "2027-02-23"]
    assert [each["number"] for each in rest["sessions"]] == [1, 2, 3, 4]


def test_the_same_patient_is_never_in_two_places(run: Line) -> None:
    run.json("clinic", "team", answers={"initials": "AB", "name": "Amy Bell", "roles": ["injector"]})
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1, "--at", "10:00")
    talk = consultation(run, number, "--start", FIRST, "--at", "10:15")["sessions"][0]
    assert (talk["date"], talk["start"]) == ("2026-11-30", "10:15")


def test_a_second_one_is_pointed_out(run: Line) -> None:
    number = register(run)
    consultation(run, number, "--start", FIRST)
    assert consultation(run, number, "--start", FIRST)["remarks"] == [
        f"Patient {number} has a consultation on Fri 27 Nov 2026 09:00 already."
    ]


def test_a_course_keeps_its_wishes_and_a_consultation_leaves_none(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1, "--at", "10:00")
    assert consultation(run, number, "--start", "2026-12-01", "--at", "15:00")["sessions"][0]["start"] == "15:00"
    rest = planned(run, number, "--sessions", 1)
    assert (rest["sessions"][1]["start"], rest["remarks"]) == ("10:00", ["As before: at 10:00."])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--sessions", 2), ["--consultation is one talk: leave --sessions out."]),
        (
            ("--every", "6w", "--by", "2027-06-12", "--override", "x"),
            ["--consultation is one talk: leave --every, --by and --override out."],
        ),
    ],
)
def test_what_belongs_to_a_course_does_not_go_with_it(run: Line, words: tuple[object, ...], told: list[str]) -> None:
    done = run.json("plan", register(run), "--consultation", *words, "--yes")
    assert (done.code, [error["message"] for error in done.envelope["errors"]]) == (2, told)


@pytest.mark.parametrize(
    ("words", "code", "codes"),
    [
        (("--at", "18:00"), 4, ["outside_hours", "first_date"]),
        (("--injector", "ZZ"), 3, ["member_not_found"]),
        (("--injector", "RT"), 4, ["role_missing", "first_date"]),
        (("--start", "2026-11-01"), 2, ["in_the_past"]),
        (("--start", "2030-11-01"), 4, ["too_far_ahead", "first_date"]),
        (("--avoid", "2026-11-22..2029-11-22"), 4, ["no_slot", "first_date"]),
    ],
    ids=str,
)
def test_it_is_refused_where_there_is_no_time(
    run: Line, words: tuple[object, ...], code: int, codes: list[str]
) -> None:
    done = run.json("plan", register(run), "--consultation", *words, "--yes")
    assert (done.code, done.codes) == (code, codes)
    if "no_slot" in codes:
        assert done.envelope["errors"][0]["message"].startswith("No time is free for a consultation from ")


def test_what_was_shown_is_booked_or_nothing(run: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    from microsclero.desk import consulting

    number, other = register(run), another(run)
    book = consulting.book

    def late(desk: Any, plan: Any) -> Any:
        planned(run, other, "--start", FIRST, "--at", "09:15", "--sessions", 1)
        return book(desk, plan)

    monkeypatch.setattr(consulting, "book", late)
    done = run.json("plan", number, "--consultation", "--start", FIRST, "--yes")
    assert (done.code, done.codes) == (5, ["slot_taken"])
    assert "session 1 of patient 2" in done.envelope["errors"][0]["message"]
    assert run.json("patient", "show", number).data["sessions"] == []
