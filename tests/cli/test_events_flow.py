"""A patient's own dates through the command line: kept, gone around, pointed out with the words to say, taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Line, another, dates, planned, ready

FIRST = "2026-11-27"
WEDDING = "2027-01-26"


def told(line: Line, number: int, on: str, what: str = "wedding") -> dict[str, Any]:
    data: dict[str, Any] = line.json("patient", "event", number, "--on", on, "--what", what).data
    return data


def test_an_event_is_kept_and_listed_by_date(run: Line) -> None:
    number = ready(run)
    told(run, number, WEDDING)
    assert told(run, number, "2026-12-20..2027-01-03", "Spain") == {
        "patient": number,
        "events": [
            {"event": 2, "from": "2026-12-20", "until": "2027-01-03", "what": "Spain"},
            {"event": 1, "from": WEDDING, "until": WEDDING, "what": "wedding"},
        ],
        "added": 2,
        "removed": None,
        "remarks": [],
    }
    seen = run.json("patient", "event", number).data
    assert (seen["events"][1]["what"], seen["added"]) == ("wedding", None)
    assert run.json("patient", "show", number).data["events"] == seen["events"]
    assert "Event 1: Tue 26 Jan 2027, wedding" in run("patient", "show", number).out


def test_every_plan_goes_around_it_and_says_so(run: Line) -> None:
    number = ready(run)
    told(run, number, WEDDING)
    sessions = planned(run, number, "--start", FIRST)["sessions"]
    assert dates(sessions) == [FIRST, "2026-12-29", "2027-01-27", "2027-02-24"]
    assert sessions[2]["rolled"] == ["Tue 26 Jan 2027: wedding"]


def test_a_clash_comes_with_the_words_to_say(run: Line) -> None:
    number = ready(run)
    told(run, number, "2026-12-05")
    data = run.json("plan", number, "--start", FIRST, "--sessions", 1, "--dry-run").data
    assert data["remarks"] == [
        "By event 1, Sat 5 Dec 2026, the full effect of this session does not show.",
        "No one can promise clear legs by a date.",
        "Sat 5 Dec 2026 (wedding) falls into the aftercare of session 1 (Fri 27 Nov to the end of Fri 11 Dec 2026). "
        "Say: “You will be wearing your stockings to the end of Fri 11 Dec 2026. Until then no hard exercise with your "
        "legs, and nothing very hot or cold on them, longer if it has not settled. The veins may look worse before "
        "they fade, and it can take 4 weeks to see the full effect.” Session 1 on Mon 7 Dec 2026 or later keeps it "
        "free.",
    ]
    later = run.json("plan", number, "--start", "2026-12-07", "--sessions", 1, "--dry-run").data
    assert [remark for remark in later["remarks"] if "Say:" in remark] == []


def test_what_is_booked_already_counts_for_an_event_told_later(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 2)
    planned(run, number, "--consultation", "--start", "2027-03-01", "--at", "15:00")
    assert told(run, number, "2026-12-29")["remarks"] == [
        "Tue 29 Dec 2026 (wedding): session 2 is on Tue 29 Dec 2026. Say: “Your session is booked for that day. Shall "
        "we find another?”",
        f"To move it: microsclero move {number} --session 2 --to DATE",
    ]
    (before,) = told(run, number, "2026-11-26", "party")["remarks"]
    assert before.startswith("Thu 26 Nov 2026 (party) falls into the 24 hours before session 1 (Fri 27 Nov 2026).")
    assert told(run, number, "2027-03-01", "race")["remarks"][-1] == (
        f"To move it: microsclero move {number} --consultation --to DATE"
    )
    assert told(run, number, "2027-02-10", "quiz")["remarks"] == []
    shown = run("patient", "event", number).out
    assert shown.count("Say:") == 3


def test_days_to_avoid_are_pointed_out_beside_what_is_booked(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    words = ("--sessions", 1, "--avoid", "2026-12-02..2026-12-04", "--dry-run")
    remarks = run.json("plan", number, *words).data["remarks"]
    assert [remark[: remark.index(" Say:")] for remark in remarks] == [
        "Wed 2 Dec to Fri 4 Dec 2026 falls into the aftercare of session 1 (Fri 27 Nov to the end of Fri 11 Dec 2026)."
    ]


def test_an_event_taken_back_no_longer_stands_in_the_way(run: Line) -> None:
    number = ready(run)
    told(run, number, WEDDING)
    data = run.json("patient", "event", number, "--remove", 1).data
    assert (data["events"], data["removed"]) == ([], 1)
    assert dates(planned(run, number, "--start", FIRST)["sessions"])[2] == WEDDING
    assert run("patient", "event", number).out == f"Patient {number} has no dates to come.\n"
    again = run.json("patient", "event", number, "--remove", 1)
    assert (again.code, again.codes) == (3, ["event_not_found"])


def test_an_event_of_somebody_else_is_not_there_to_take_back(run: Line) -> None:
    number, other = ready(run), another(run)
    told(run, number, WEDDING)
    done = run.json("patient", "event", other, "--remove", 1)
    assert (done.code, done.codes) == (3, ["event_not_found"])
    assert dates(planned(run, other, "--start", FIRST)["sessions"])[2] == WEDDING


def test_an_event_that_is_over_is_no_longer_listed_nor_kept_anew(run: Line) -> None:
    number = ready(run)
    told(run, number, "2026-12-05")
    later = run.at(datetime(2026, 12, 6, 11, tzinfo=UTC))
    assert later.json("patient", "event", number).data["events"] == []
    done = later.json("patient", "event", number, "--on", "2026-12-05", "--what", "wedding")
    assert (done.code, done.codes) == (2, ["in_the_past"])


@pytest.mark.parametrize(
    ("words", "code", "codes"),
    [
        (("--on", WEDDING), 2, ["missing_answer"]),
        (("--what", "wedding"), 2, ["missing_answer"]),
        (("--on", WEDDING, "--what", "  "), 2, ["missing_answer"]),
        (("--on", "2027-02-29", "--what", "x"), 2, ["unreadable"]),
        (("--on", "2027-02-03..2027-02-01", "--what", "x"), 2, ["unreadable"]),
        (("--on", "2027-02-01..2028-02-02", "--what", "x"), 2, ["unreadable"]),
        (("--on", WEDDING, "--what", "x" * 201), 2, ["unreadable"]),
        (("--on", WEDDING, "--what", "a\u202eb"), 2, ["unreadable"]),
        (("--on", WEDDING, "--what", "x", "--remove", 1), 2, ["usage"]),
        (("--remove", 9), 3, ["event_not_found"]),
    ],
    ids=str,
)
def test_what_can_not_be_kept_is_refused_and_nothing_is(
    run: Line, clinic_file: Path, words: tuple[object, ...], code: int, codes: list[str]
) -> None:
    number = ready(run)
    before = clinic_file.read_bytes()
    done = run.json("patient", "event", number, *words)
    assert (done.code, done.codes) == (code, codes)
    assert clinic_file.read_bytes() == before


def test_told_twice_it_is_kept_once(run: Line) -> None:
    number = ready(run)
    told(run, number, WEDDING)
    done = run.json("patient", "event", number, "--on", WEDDING, "--what", "wedding")
    assert (done.code, done.codes) == (5, ["already_there"])
    assert len(run.json("patient", "event", number).data["events"]) == 1


def test_nobody_unknown_has_events(run: Line) -> None:
    assert run.json("patient", "event", 7).code == 3
    assert run.json("patient", "event", 7, "--on", WEDDING, "--what", "wedding").code == 3


def test_what_a_person_typed_is_data_everywhere(run: Line) -> None:
    number = ready(run)
    what = "[bold]Zoë's %s {x} \\n 'wedding'"
    assert told(run, number, "2026-12-05", what)["events"][0]["what"] == what
    shown = run("plan", number, "--start", FIRST, "--sessions", 1, "--dry-run", env={"COLUMNS": "400"}).out
    assert f"({what})" in shown
    arabic = "عرس"
    told(run, number, "2026-12-09", arabic)
    assert f"\u2068{arabic}\u2069" in run("patient", "event", number).out
    assert f"(\u2068{arabic}\u2069)" in run("plan", number, "--start", FIRST, "--sessions", 1, "--dry-run").out


def test_an_event_told_meanwhile_stops_the_booking(run: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    from microsclero.desk import planning

    number = ready(run)
    book = planning.book

    def late(desk: Any, plan: Any) -> Any:
        monkeypatch.setattr(planning, "book", book)
        told(run, number, FIRST)
        return book(desk, plan)

    monkeypatch.setattr(planning, "book", late)
    done = run.json("plan", number, "--start", FIRST, "--yes")
    assert (done.code, done.codes) == (5, ["changed_meanwhile"])
    assert run.json("patient", "show", number).data["sessions"] == []
