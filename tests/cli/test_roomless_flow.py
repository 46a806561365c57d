"""Booked before any room was listed: such a booking holds a room for its time, and none is given away twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Line, Result, another, planned, ready, register
from tests.cli.worklist import lines, on

TUESDAY, WEDNESDAY = "2026-12-01", "2026-12-02"
AT_NINE = ("--start", TUESDAY, "--at", "09:00", "--sessions", 1)
NO_ROOM = "no room is free"


@pytest.fixture
def two(run: Line) -> Line:
    """The clinic with two who inject, and no room listed yet."""
    team = {"initials": "AB", "name": "Alex Bell", "roles": ["injector"]}
    assert run.json("clinic", "team", answers=team).code == 0
    return run


def list_rooms(line: Line, *rooms: str) -> None:
    assert line.json("clinic", "edit", answers={"rooms": list(rooms)}).code == 0


def early(line: Line, injector: str = "MS") -> int:
    """Somebody at nine on the Tuesday, without a room."""
    number = register(line, given_name=f"Early {injector}", born_on="1960-01-01")
    words = ("--consultation", "--start", TUESDAY, "--at", "09:00", "--injector", injector)
    assert planned(line, number, *words)["sessions"][0]["room"] is None
    return number


def places(done: Result | list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    sessions = done.data["sessions"] if isinstance(done, Result) else done
    return [(each["date"], each["start"], each["room"]) for each in sessions]


def against(line: Line) -> list[tuple[int, list[str]]]:
    (day,) = line.json("agenda", "--from", TUESDAY, "--days", 1).data["days"]
    return [(each["patient"], each["against"]) for each in day["sessions"]]


def test_a_plan_goes_around_whoever_has_the_only_room(two: Line) -> None:
    number = ready(two)
    early(two)
    list_rooms(two, "Blue")
    assert places(two.json("plan", number, *AT_NINE, "--injector", "AB", "--yes")) == [(WEDNESDAY, "09:00", "Blue")]
    assert lines(two, "stranded") == []


def test_with_a_second_room_there_is_place_for_one_more_and_no_third(two: Line) -> None:
    two.json("clinic", "team", answers={"initials": "CD", "name": "Chris Dale", "roles": ["injector"]})
    first, second = ready(two), another(two)
    early(two)
    list_rooms(two, "Blue", "Red")
    assert places(planned(two, first, *AT_NINE)["sessions"]) == [(TUESDAY, "09:00", "Blue")]
    assert places(planned(two, second, *AT_NINE)["sessions"]) == [(WEDNESDAY, "09:00", "Blue")]


def test_no_session_moves_into_the_room_and_who_holds_it_is_named(two: Line) -> None:
    number = ready(two)
    planned(two, number, "--start", WEDNESDAY, "--at", "09:00", "--sessions", 1, "--injector", "AB")
    other = early(two)
    list_rooms(two, "Blue")
    move = ("move", number, "--session", 1, "--to", TUESDAY, "--yes")
    done = two.json(*move, "--at", "09:00")
    taken = done.envelope["errors"][0]
    assert (done.code, taken["message"]) == (
        5,
        f"Tue 1 Dec 2026 09:00 is taken by session 2 of patient {other}; nothing was moved.",
    )
    assert places(two.json(*move)) == [(TUESDAY, "09:30", "Blue")]


def test_a_missed_session_is_booked_again_around_it(two: Line) -> None:
    number = ready(two)
    planned(two, number, "--start", "2026-11-24", "--at", "09:00", "--sessions", 1, "--injector", "AB")
    early(two)
    list_rooms(two, "Blue")
    late = on(two, "2026-11-24", "16:00")
    assert late.json("missed", number, "--session", 1, "--yes").code == 0
    assert places(late.json("rebook", number, "--start", TUESDAY, "--yes")) == [(WEDNESDAY, "09:00", "Blue")]


def test_days_that_close_move_nobody_into_it(two: Line) -> None:
    number = ready(two)
    planned(two, number, "--start", "2026-11-30", "--at", "09:00", "--sessions", 1, "--injector", "AB")
    early(two)
    list_rooms(two, "Blue")
    (change,) = two.json("clinic", "close", "2026-11-30", "--move", "--yes").data["changes"]
    assert places(change["sessions"]) == [(WEDNESDAY, "09:00", "Blue")]


def test_the_agenda_shows_no_free_time_where_no_room_is_left(two: Line) -> None:
    early(two)
    words = ("agenda", "--from", TUESDAY, "--days", 1, "--open")
    assert two.json(*words).data["days"][0]["free"][:2] == ["09:00", "09:30"]
    list_rooms(two, "Blue")
    assert two.json(*words).data["days"][0]["free"][:2] == ["09:30", "10:00"]


def test_the_room_is_shared_on_purpose_only_and_that_is_said(two: Line) -> None:
    number = ready(two)
    other = early(two)
    list_rooms(two, "Blue")
    data = planned(two, number, *AT_NINE, "--injector", "AB", "--override", "Flies on Saturday.")
    assert (places(data["sessions"]), data["remarks"]) == (
        [(TUESDAY, "09:00", "Blue")],
        [f"Double-booked on purpose: session 1 of patient {other} at 09:00 is in one of the rooms, too."],
    )


def test_a_room_closed_between_looking_and_booking_stops_it(two: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """There were two rooms for two; now there is one, which is held."""
    from microsclero.desk import planning

    number, book = ready(two), planning.book
    other = early(two)
    list_rooms(two, "Blue", "Red")

    def late(desk: Any, plan: Any) -> Any:
        monkeypatch.setattr(planning, "book", book)
        list_rooms(two, "Blue")
        return book(desk, plan)

    monkeypatch.setattr(planning, "book", late)
    done = two.json("plan", number, *AT_NINE, "--yes")
    (taken,) = done.envelope["errors"]
    assert (done.code, taken["code"], taken["message"]) == (
        5,
        "slot_taken",
        f"Tue 1 Dec 2026 09:00 is taken by a consultation of patient {other} with MS; nothing was booked.",
    )
    assert two.json("patient", "show", number).data["sessions"] == []


def test_two_without_a_room_at_one_time_are_on_the_page_until_there_is_room_for_both(two: Line) -> None:
    first, second = early(two), early(two, "AB")
    assert (lines(two, "stranded"), against(two)) == ([], [(first, []), (second, [])])
    list_rooms(two, "Blue")
    assert [(each["patient"], each["date"], each["what"], each["next"]) for each in lines(two, "stranded")] == [
        (number, TUESDAY, f"consultation at 09:00: {NO_ROOM}", f"microsclero move {number} --consultation --to DATE")
        for number in (first, second)
    ]
    assert against(two) == [(first, [NO_ROOM]), (second, [NO_ROOM])]
    list_rooms(two, "Blue", "Red")
    assert (lines(two, "stranded"), against(two)) == ([], [(first, []), (second, [])])


def test_once_one_of_them_is_moved_neither_is_stranded(two: Line) -> None:
    first, second = early(two), early(two, "AB")
    list_rooms(two, "Blue")
    moved = two.json("move", second, "--consultation", "--to", TUESDAY, "--at", "09:30", "--yes")
    assert places(moved) == [(TUESDAY, "09:30", "Blue")]
    assert (lines(two, "stranded"), against(two)) == ([], [(first, []), (second, [])])


def taken_back(line: Line, command: str) -> Result:
    entries = line.json("record", "history").data["entries"]
    number = next(each["entry"] for each in entries if each["command"] == command)
    return line.json("record", "undo", "--change", number, "--reason", "They rang again.", "--yes")


def test_nobody_goes_back_to_a_time_at_which_the_only_room_was_given_away_since(two: Line) -> None:
    number, other = ready(two), early(two)
    list_rooms(two, "Blue")
    moved = two.json("move", other, "--consultation", "--to", TUESDAY, "--at", "09:30", "--yes")
    planned(two, number, *AT_NINE, "--injector", "AB")
    done = taken_back(two, "move")
    (taken,) = done.envelope["errors"]
    assert (done.code, taken["code"], taken["message"]) == (
        5,
        "slot_taken",
        f"Tue 1 Dec 2026 09:00 is taken by session 1 of patient {number} with AB, "
        f"so the consultation of patient {other} can't go back; nothing was undone.",
    )
    assert places(two.json("patient", "show", other)) == places(moved) == [(TUESDAY, "09:30", "Blue")]
    assert two.json("cancel", number, "--session", 1, "--reason", "patient_choice", "--yes").code == 0
    assert taken_back(two, "move").code == 0
    assert (places(two.json("patient", "show", other)), lines(two, "stranded")) == ([(TUESDAY, "09:00", None)], [])


def test_two_that_stood_at_one_time_before_may_stand_there_again(two: Line) -> None:
    first, second = early(two), early(two, "AB")
    list_rooms(two, "Blue")
    before = against(two)
    assert before == [(first, [NO_ROOM]), (second, [NO_ROOM])]
    assert two.json("move", second, "--consultation", "--to", TUESDAY, "--at", "09:30", "--yes").code == 0
    assert (taken_back(two, "move").code, against(two)) == (0, before)


def test_two_do_not_go_back_to_one_time_once_there_is_a_room_less(two: Line) -> None:
    first, second = early(two), early(two, "AB")
    list_rooms(two, "Blue", "Red")
    assert two.json("move", second, "--consultation", "--to", TUESDAY, "--at", "09:30", "--yes").code == 0
    list_rooms(two, "Blue")
    done = taken_back(two, "move")
    assert (done.code, [each["code"] for each in done.envelope["errors"]]) == (5, ["slot_taken"])
    assert against(two) == [(first, []), (second, [])]
