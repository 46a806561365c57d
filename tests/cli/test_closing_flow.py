"""Days closed with bookings on them: who is moved, who stays booked and why, and all of it or nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Line, Result, another, dates, planned, ready, screened
from tests.cli.sitting import Person

TRAINING = ("clinic", "close", "2026-12-01..2026-12-02", "--reason", "Staff training")
CLOSED = "on Tue 1 Dec 2026 the clinic is closed (Staff training)"


def third(line: Line) -> int:
    return ready(line, given_name="Cy", family_name="Third", born_on="1971-01-01")


def three_bookings(line: Line) -> tuple[int, int, int]:
    """A course of two, a single session and a consultation, all on Tuesday 1 December."""
    numbers = ready(line), another(line), third(line)
    planned(line, numbers[0], "--start", "2026-12-01", "--sessions", 2)
    planned(line, numbers[1], "--start", "2026-12-01", "--sessions", 1)
    planned(line, numbers[2], "--consultation", "--start", "2026-12-01")
    return numbers


def moved(done: Result) -> list[list[tuple[int | None, str, str, str]]]:
    """For each patient, who moves where and why."""
    return [
        [(each["number"], each["to"], each["to_time"], each["why"]) for each in change["changed"]]
        for change in done.data["changes"]
    ]


def live(line: Line, number: int) -> list[tuple[str, str]]:
    return [(each["date"], each["start"]) for each in line.json("patient", "show", number).data["sessions"]]


def entries(line: Line) -> list[str]:
    found = line.json("record", "history", "--limit", 99).data["entries"]
    return [each["command"] for each in sorted(found, key=lambda each: each["entry"])]


def test_a_closed_day_with_three_bookings_moves_all_of_them_and_what_follows(run: Line, clinic_file: Path) -> None:
    course, single, talk = three_bookings(run)
    before = clinic_file.read_bytes()
    looked = run.json(*TRAINING, "--move", "--dry-run")
    assert clinic_file.read_bytes() == before
    assert run.json(*TRAINING, "--move").code == 2
    assert clinic_file.read_bytes() == before
    done = run.json(*TRAINING, "--move", "--yes")
    assert (
        moved(done)
        == moved(looked)
        == [
            [
                (1, "2026-12-03", "09:00", CLOSED),
                (2, "2026-12-31", "09:00", "28 days after session 1 on Thu 3 Dec 2026"),
            ],
            [(1, "2026-12-03", "09:30", CLOSED)],
            [(None, "2026-12-03", "10:00", CLOSED)],
        ]
    )
    assert [change["patient"] for change in done.data["changes"]] == [course, single, talk]
    assert (done.data["still_booked"], done.data["closures"][0]["reason"]) == ([], "Staff training")
    assert (live(run, course), live(run, single), live(run, talk)) == (
        [("2026-12-03", "09:00"), ("2026-12-31", "09:00")],
        [("2026-12-03", "09:30")],
        [("2026-12-03", "10:00")],
    )
    assert entries(run)[-1] == "clinic close"
    assert run.json("record", "check").data["ok"] is True


def test_without_move_the_days_are_closed_and_the_bookings_named_as_before(run: Line) -> None:
    course, single, talk = three_bookings(run)
    told = run(*TRAINING)
    assert (told.code, live(run, course)[0], live(run, single), live(run, talk)) == (
        0,
        ("2026-12-01", "09:00"),
        [("2026-12-01", "09:30")],
        [("2026-12-01", "10:00")],
    )
    assert f"move it: microsclero move {course} --session 1 --to DATE" in told.err
    assert f"move it: microsclero move {talk} --consultation --to DATE" in told.err
    assert "Weiß" not in told.err


def test_whoever_moves_first_leaves_a_place_that_the_next_may_take(run: Line) -> None:
    """The first of 1 December gets the only place of the 3rd; the second gets that of the 4th."""
    course, single, _ = three_bookings(run)
    for day, hours in (("2026-12-03", "09:00-09:30"), ("2026-12-04", "09:30-10:00")):
        assert run.json("clinic", "close", day, "--open", hours).code == 0
    run.json(*TRAINING, "--move", "--yes")
    assert (live(run, course)[0], live(run, single)[0]) == (("2026-12-03", "09:00"), ("2026-12-04", "09:30"))


def test_shorter_hours_move_only_who_is_booked_outside_them(run: Line) -> None:
    _, single, talk = three_bookings(run)
    words = ("clinic", "close", "2026-12-01", "--open", "09:00-10:00", "--move", "--yes")
    assert moved(run.json(*words)) == [
        [(None, "2026-12-02", "10:00", "10:00 lies outside the hours of Tue 1 Dec 2026")]
    ]
    assert (live(run, single), live(run, talk)) == ([("2026-12-01", "09:30")], [("2026-12-02", "10:00")])


def test_a_date_set_by_hand_moves_off_a_closed_day_and_says_so(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-30", "--sessions", 1)
    run.json("move", number, "--session", 1, "--to", "2026-12-01", "--yes")
    assert moved(run.json(*TRAINING, "--move", "--yes")) == [[(1, "2026-12-03", "09:00", f"set by hand, but {CLOSED}")]]


def test_who_is_not_suitable_stays_booked_and_is_named_while_the_others_move(run: Line) -> None:
    course, single, _ = three_bookings(run)
    screened(run, course, dvt_ever="yes")
    done = run.json(*TRAINING, "--move", "--yes").data
    (left,) = done["still_booked"]
    assert (left["patient"], live(run, course)[0]) == (course, ("2026-12-01", "09:00"))
    assert left["why"].startswith(
        f"Session 1 of patient {course} on Tue 1 Dec 2026 09:00 stays booked outside the hours: "
    )
    assert next(change["patient"] for change in done["changes"]) == single


def test_a_deferral_that_lasts_longer_is_waited_for(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    screened(run, number, recently_pregnant="yes", recently_pregnant_ended_on="2026-09-14")
    assert moved(run.json(*TRAINING, "--move", "--yes"))[0][0][:2] == (1, "2026-12-14")


def test_today_closed_at_noon_moves_who_is_still_to_come_and_not_to_later_today(run: Line) -> None:
    early, late = ready(run), another(run)
    planned(run, early, "--start", "2026-11-24", "--at", "09:00", "--sessions", 1)
    planned(run, late, "--start", "2026-11-24", "--at", "14:00", "--sessions", 1)
    noon = run.at(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    words = ("clinic", "close", "2026-11-24", "--open", "15:00-17:00", "--reason", "Power cut", "--move", "--yes")
    assert moved(noon.json(*words)) == [[(1, "2026-11-25", "14:00", "14:00 lies outside the hours of Tue 24 Nov 2026")]]
    assert live(run, early) == [("2026-11-24", "09:00")]


def test_nobody_booked_there_and_move_closes_all_the_same(run: Line) -> None:
    done = run.json(*TRAINING, "--move")
    assert (done.data["changes"], done.data["still_booked"], done.data["closures"][0]["from"]) == (
        [],
        [],
        "2026-12-01",
    )


@pytest.mark.parametrize("words", [("--undo", "--move"), ("--dry-run",), ("--move", "--dry-run", "--yes")])
def test_what_can_not_stand_together_is_said_before_anything_is_opened(run: Line, words: tuple[str, ...]) -> None:
    assert run.on(Path("/nowhere/clinic.db")).json(*TRAINING, *words).code == 2


@pytest.mark.parametrize("what", ["somebody books there", "somebody takes the place shown"])
def test_all_of_it_as_shown_or_nothing(run: Line, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    from microsclero.desk import closing

    course, _, _ = three_bookings(run)
    four = ready(run, given_name="Di", family_name="Fourth", born_on="1972-01-01")
    save = closing.save

    def late(desk: Any, shown: Any) -> Any:
        monkeypatch.setattr(closing, "save", save)
        on = "2026-12-02" if what == "somebody books there" else "2026-12-03"
        planned(run, four, "--start", on, "--at", "09:15", "--sessions", 1)
        return save(desk, shown)

    monkeypatch.setattr(closing, "save", late)
    done = run.json(*TRAINING, "--move", "--yes")
    assert done.code == 5
    assert set(done.codes) == {"changed_meanwhile" if what == "somebody books there" else "slot_taken"}
    assert live(run, course) == [("2026-12-01", "09:00"), ("2026-12-29", "09:00")]
    assert run.json("clinic", "show").data["closures"] == []


# ── at a terminal ──

MOVE = r"move everybody as shown\? \[y/n\] "
LEAVE = r"leave everybody booked where they are\? \[y/n\] "


def one_booking(line: Line) -> tuple[int, str]:
    number = ready(line)
    return number, dates(planned(line, number, "--start", "+1w", "--sessions", 1)["sessions"])[0]


@pytest.mark.parametrize(
    ("keys", "code", "is_closed", "is_moved"), [("y", 0, True, True), ("ny", 0, True, False), ("nn", 1, False, False)]
)
def test_at_a_terminal_moving_them_is_offered(now: Line, keys: str, code: int, is_closed: bool, is_moved: bool) -> None:
    number, day = one_booking(now)
    with Person("clinic", "close", day, "--reason", "Flood", file=now.file) as person:
        for key, question in zip(keys, (MOVE, LEAVE), strict=False):
            person.sees(question)
            person.press(key)
        assert person.leaves()[0] == code
    assert [each["reason"] for each in now.json("clinic", "show").data["closures"]] == (["Flood"] if is_closed else [])
    assert (live(now, number)[0][0] != day) == is_moved


def test_at_a_terminal_a_day_without_bookings_is_closed_without_a_question(now: Line) -> None:
    with Person("clinic", "close", "2027-12-01", file=now.file) as person:
        code, told = person.leaves()
    assert (code, "[y/n]" in told) == (0, False)


def test_whoever_s_date_of_birth_was_corrected_since_the_screening_stays_booked_and_is_named(run: Line) -> None:
    course, single, _ = three_bookings(run)
    assert run.json("patient", "edit", course, answers={"born_on": "2009-01-15"}).code == 0
    done = run.json(*TRAINING, "--move", "--yes").data
    (left,) = done["still_booked"]
    assert (left["patient"], left["why"]) == (
        course,
        f"Session 1 of patient {course} on Tue 1 Dec 2026 09:00 stays booked outside the hours: "
        "The date of birth was corrected after this screening: microsclero screen 1 --for intake",
    )
    assert [place[0] for place in live(run, course)] == ["2026-12-01", "2026-12-29"]
    assert next(change["patient"] for change in done["changes"]) == single


def test_a_closure_taken_back_says_what_it_moved_and_that_it_stays_there(run: Line) -> None:
    numbers = [ready(run), ready(run, given_name="Ann", born_on="1971-01-01")]
    for number in numbers:
        planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    assert run.json("clinic", "close", "2026-12-01", "--move", "--yes").code == 0
    entry = run.json("record", "history").data["entries"][0]["entry"]
    done = run("clinic", "close", "2026-12-01", "--undo")
    said = f"2 sessions were moved for it (entry {entry} of microsclero record history). They stay where moved."
    assert (done.code, done.err.splitlines()) == (0, [said])
    assert [run.json("patient", "show", n).data["sessions"][0]["date"] for n in numbers] == ["2026-12-02"] * 2
    assert run.json("clinic", "close", "2026-12-01").code == 0
    assert run("clinic", "close", "2026-12-01", "--undo").err == ""


def test_what_was_moved_on_since_does_not_stay_where_a_closure_moved_it(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    assert run.json("clinic", "close", "2026-12-01", "--move", "--yes").code == 0
    assert run.json("move", number, "--session", 1, "--to", "2026-12-15", "--yes").code == 0
    assert run("clinic", "close", "2026-12-01", "--undo").err == ""


def test_leave_taken_back_says_so_too(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    assert run.json("clinic", "away", "MS", "2026-12-01", "--move", "--yes").code == 0
    entry = run.json("record", "history").data["entries"][0]["entry"]
    assert run.json("clinic", "away", "MS", "2026-12-01", "--undo").data["remarks"] == [
        f"1 session was moved for it (entry {entry} of microsclero record history). It stays where moved."
    ]
