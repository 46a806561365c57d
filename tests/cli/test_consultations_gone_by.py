"""Consultations whose time has come: which one is meant, that they came, that they did not, and what waits then."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Line, Result, planned, ready, register
from tests.cli.worklist import lines, on, page

PAST, NEXT, LAST = "2026-11-24", "2026-12-10", "2026-12-17"
NOW = "2026-12-08"


def talk(line: Line, number: int, day: str) -> int:
    """A consultation booked for that day; its number in the file."""
    session: int = planned(line, number, "--consultation", "--start", day)["sessions"][0]["session"]
    return session


def three_talks(line: Line) -> int:
    """A patient with a consultation two weeks past and two to come, on 8 December."""
    number = register(line)
    for day in (LAST, PAST, NEXT):
        talk(line, number, day)
    return number


def changed(done: Result) -> list[tuple[str, str | None, str]]:
    return [(each["from"], each["to"], each["why"]) for each in done.data["changed"]]


def states(line: Line, number: int) -> list[tuple[str, str]]:
    return [(each["date"], each["status"]) for each in line.json("patient", "show", number).data["sessions"]]


def left_open(line: Line) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page(line)["not_recorded"]
    return found


# ── which one is meant ──


def test_the_consultation_that_moves_is_the_first_to_come_and_never_one_of_the_past(run: Line) -> None:
    number = three_talks(run)
    done = on(run, NOW).json("move", number, "--consultation", "--to", "2026-12-11", "--yes")
    assert changed(done) == [(NEXT, "2026-12-11", "moved by request to 09:00")]
    assert states(run, number) == [(PAST, "planned"), ("2026-12-11", "planned"), (LAST, "planned")]


def test_the_consultation_that_is_cancelled_is_the_first_to_come(run: Line) -> None:
    number, now = three_talks(run), on(run, NOW)
    for day in (NEXT, LAST):
        assert changed(now.json("cancel", number, "--consultation", "--reason", "other", "--yes"))[0][0] == day
    assert states(run, number) == [(PAST, "planned"), (NEXT, "cancelled"), (LAST, "cancelled")]


@pytest.mark.parametrize("words", [("move", "--to", "2026-12-11"), ("cancel", "--reason", "other")])
def test_with_none_to_come_nothing_is_changed_and_what_to_type_about_the_past_is_said(
    run: Line, words: tuple[str, ...]
) -> None:
    number = register(run)
    talk(run, number, PAST)
    verb, *rest = words
    done = on(run, NOW).json(verb, number, "--consultation", *rest, "--yes")
    assert (done.code, done.codes) == (3, ["session_not_found"])
    assert done.envelope["errors"][0]["message"] == (
        f"Patient {number} has no consultation to come. About that of Tue 24 Nov 2026: "
        f"microsclero missed {number} --consultation (--came if they came)"
    )
    assert states(run, number) == [(PAST, "planned")]


def test_one_that_begins_this_minute_is_no_longer_to_come(run: Line) -> None:
    number = register(run)
    talk(run, number, PAST)
    words = ("cancel", number, "--consultation", "--reason", "other", "--dry-run")
    assert on(run, PAST, "08:59").json(*words).code == 0
    assert on(run, PAST, "09:00").json(*words).code == 3


def test_the_consultation_that_was_missed_is_the_latest_that_has_begun(run: Line) -> None:
    number = three_talks(run)
    talk(run, number, "2026-12-01")
    now = on(run, NOW)
    for day in ("2026-12-01", PAST):
        assert changed(now.json("missed", number, "--consultation", "--yes")) == [(day, None, "missed")]
    assert now.json("missed", number, "--consultation", "--yes").codes == ["not_begun"]
    nobody = register(run, given_name="Ann", born_on="1971-01-01")
    assert now.json("missed", nobody, "--consultation", "--yes").code == 3


# ── they came ──


def test_a_consultation_they_came_to_took_place_and_leaves_the_list(run: Line) -> None:
    number, now = register(run), on(run, NOW)
    session = talk(run, number, PAST)
    (line,) = left_open(now)
    assert line["next"] == f"microsclero missed {number} --consultation (--came if they came)"
    assert line["next"] in " ".join(now("today").out.split())
    done = now.json("missed", number, "--consultation", "--came", "--yes")
    assert done.data == {
        "course": None,
        "patient": number,
        "changed": [
            {
                "session": session,
                "number": None,
                "from": PAST,
                "to": PAST,
                "from_time": "09:00",
                "to_time": "09:00",
                "why": "took_place",
            }
        ],
        "sessions": [
            {
                "session": session,
                "number": None,
                "date": PAST,
                "start": "09:00",
                "end": "09:30",
                "injector": "MS",
                "room": None,
                "status": "given",
                "earliest_on": PAST,
                "override_reason": None,
            }
        ],
        "remarks": [],
    }
    assert (left_open(now), lines(now, "new_date"), lines(now, "response")) == ([], [], [])
    assert states(now, number) == [(PAST, "given")]


def test_it_is_said_to_have_taken_place_wherever_it_is_shown(run: Line) -> None:
    number, now = register(run), on(run, PAST, "16:00")
    talk(run, number, PAST)
    assert now("missed", number, "--consultation", "--came", "--dry-run").out.splitlines()[-1].endswith("  took place")
    told = now("missed", number, "--consultation", "--came", "--yes").out
    assert told.startswith(f"Took place · consultation of patient {number}\n")
    assert told.splitlines()[-1].split() == ["–", "Tue", "24", "Nov", "2026", "09:00", "MS", "took", "place"]
    for words in (("agenda", "--from", PAST, "--days", 1), ("patient", "show", number), ("today",)):
        assert ("took place" in now(*words).out, "given" in now(*words).out) == (True, False), words
    assert "    consultation of Tue 24 Nov 2026 09:00 took place\n" in now("record", "history", number).out


def test_that_it_took_place_is_undone_with_one_command(run: Line) -> None:
    number, now = register(run), on(run, NOW)
    talk(run, number, PAST)
    before = states(now, number)
    assert now.json("missed", number, "--consultation", "--came", "--yes").code == 0
    told = now("record", "undo", "--reason", "a slip", "--yes")
    assert (told.code, "Tue 24 Nov 2026 09:00  MS, took place" in told.out) == (0, True)
    assert (states(now, number), len(left_open(now))) == (before, 1)
    assert now.json("record", "check").data["ok"] is True


def test_a_consultation_that_took_place_counts_for_no_gap_no_course_and_no_response(run: Line) -> None:
    number = ready(run)
    talk(run, number, PAST)
    now = on(run, PAST, "16:00")
    assert now.json("missed", number, "--consultation", "--came", "--yes").code == 0
    booked = planned(now, number, "--start", "2026-11-25")["sessions"]
    assert [(each["number"], each["date"]) for each in booked][::3] == [(1, "2026-11-25"), (4, "2027-02-17")]
    assert now.json("move", number, "--session", 1, "--to", "2026-11-26", "--yes").code == 0
    later = on(run, "2026-12-29")
    assert later.json("missed", number, "--session", 1, "--yes").code == 0
    assert (lines(later, "response"), lines(later, "course")) == ([], [])


@pytest.mark.parametrize(
    ("words", "code", "codes"),
    [
        (("--session", 1, "--came"), 2, ["usage"]),
        (("--came",), 2, ["which_missing"]),
        (("--consultation", "--came"), 4, ["not_begun"]),
    ],
)
def test_nobody_has_come_to_what_has_not_begun_nor_is_that_said_of_a_session(
    run: Line, words: tuple[object, ...], code: int, codes: list[str]
) -> None:
    number = ready(run)
    planned(run, number, "--sessions", 1)
    talk(run, number, NEXT)
    done = on(run, NOW).json("missed", number, *words, "--yes")
    assert (done.code, done.codes) == (code, codes)


def test_what_happens_meanwhile_stops_it(run: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    from microsclero.desk import changing

    number, now, save = register(run), on(run, NOW), changing.save_change
    talk(run, number, PAST)

    def late(desk: Any, change: Any) -> Any:
        monkeypatch.setattr(changing, "save_change", save)
        assert now.json("missed", number, "--consultation", "--yes").code == 0
        return save(desk, change)

    monkeypatch.setattr(changing, "save_change", late)
    assert now.json("missed", number, "--consultation", "--came", "--yes").code == 5
    assert states(now, number) == [(PAST, "missed")]


# ── nobody said anything ──


@pytest.mark.parametrize(
    ("booked_on", "stands"), [("2026-11-22", True), ("2026-11-23", True), (PAST, False), (NOW, False)]
)
def test_it_stands_until_a_visit_is_booked_on_its_day_or_later(run: Line, booked_on: str, stands: bool) -> None:
    number = ready(run)
    talk(run, number, PAST)
    assert [each["patient"] for each in left_open(on(run, NOW))] == [number]
    planned(on(run, booked_on), number, "--start", NEXT, "--sessions", 1)
    assert [(each["patient"], each["what"], each["date"]) for each in left_open(on(run, NOW))] == (
        [(number, "consultation was planned", PAST)] if stands else []
    )


# ── they did not come, and what waits then ──


def waiting(line: Line) -> list[str]:
    return [each["date"] for each in lines(line, "new_date")]


@pytest.mark.parametrize("visit", [("--consultation", "--start", NEXT), ("--start", NEXT, "--sessions", 1)])
def test_a_missed_consultation_waits_no_more_once_a_later_visit_was_booked_even_if_that_is_cancelled(
    run: Line, visit: tuple[str, ...]
) -> None:
    number, now = ready(run), on(run, NOW)
    talk(run, number, PAST)
    now.json("missed", number, "--consultation", "--yes")
    assert waiting(now) == [PAST]
    planned(now, number, *visit)
    assert waiting(now) == []
    which = ("--consultation",) if visit[0] == "--consultation" else ("--session", 1)
    assert now.json("cancel", number, *which, "--reason", "patient_choice", "--yes").code == 0
    assert waiting(now) == []


def test_a_consultation_missed_while_a_later_one_stands_waits_for_nothing(run: Line) -> None:
    number, now = register(run), on(run, NOW)
    talk(run, number, PAST)
    talk(run, number, NEXT)
    now.json("missed", number, "--consultation", "--yes")
    now.json("cancel", number, "--consultation", "--reason", "patient_choice", "--yes")
    assert waiting(now) == []


def test_the_later_visit_undone_the_missed_consultation_waits_again(run: Line) -> None:
    number, now = register(run), on(run, NOW)
    talk(run, number, PAST)
    now.json("missed", number, "--consultation", "--yes")
    talk(now, number, NEXT)
    assert now.json("record", "undo", "--reason", "wrong patient", "--yes").code == 0
    assert waiting(now) == [PAST]
