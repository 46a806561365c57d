"""Leave with everybody moved: shown before and after, saved as one, taken back as one; with whoever else is free."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Line, dates, planned, ready, screened
from tests.cli.sitting import Person
from tests.cli.test_away_flow import AB, member
from tests.cli.test_closing_flow import LEAVE, MOVE, entries, live, moved, three_bookings

LEAVE_OF_MS = ("clinic", "away", "MS", "2026-12-01..2026-12-02", "--reason", "holiday")
NO_PRESCRIBER = "No prescriber is at work on these days."
AWAY = "on Tue 1 Dec 2026 MS is away"


def test_whoever_is_booked_with_somebody_away_moves_with_what_follows(run: Line, clinic_file: Path) -> None:
    course, single, talk = three_bookings(run)
    before = clinic_file.read_bytes()
    looked = run.json(*LEAVE_OF_MS, "--move", "--dry-run")
    assert run.json(*LEAVE_OF_MS, "--move").code == 2
    assert clinic_file.read_bytes() == before
    done = run.json(*LEAVE_OF_MS, "--move", "--yes")
    assert (
        moved(done)
        == moved(looked)
        == [
            [
                (1, "2026-12-03", "09:00", AWAY),
                (2, "2026-12-31", "09:00", "28 days after session 1 on Thu 3 Dec 2026"),
            ],
            [(1, "2026-12-03", "09:30", AWAY)],
            [(None, "2026-12-03", "10:00", AWAY)],
        ]
    )
    assert set(looked.data) == {"changes", "still_booked", "remarks"}
    assert {key: done.data[key] for key in ("initials", "from", "until", "hours", "reason", "undone", "bookings")} == {
        "initials": "MS",
        "from": "2026-12-01",
        "until": "2026-12-02",
        "hours": None,
        "reason": "holiday",
        "undone": False,
        "bookings": [],
    }
    assert [change["patient"] for change in done.data["changes"]] == [course, single, talk]
    assert member(run)["away"] == [{"from": "2026-12-01", "until": "2026-12-02", "hours": None, "reason": "holiday"}]
    assert (live(run, course), live(run, single), live(run, talk)) == (
        [("2026-12-03", "09:00"), ("2026-12-31", "09:00")],
        [("2026-12-03", "09:30")],
        [("2026-12-03", "10:00")],
    )
    assert entries(run)[-1] == "clinic away"
    assert run.json("today").data["stranded"] == []


def test_the_leave_and_the_moves_are_taken_back_as_one(run: Line) -> None:
    numbers = three_bookings(run)
    before = [live(run, number) for number in numbers]
    run.json(*LEAVE_OF_MS, "--move", "--yes")
    undone = run.json("record", "undo", "--reason", "Stays after all.", "--yes").data["undone"]
    assert (undone["command"], undone["patients"]) == ("clinic away", sorted(numbers))
    assert ([live(run, number) for number in numbers], member(run)["away"]) == (before, [])


def test_another_injector_who_is_free_then_takes_over_at_the_same_time(run: Line) -> None:
    run.json("clinic", "team", answers=AB)
    run.json("clinic", "away", "AB", "2026-12-01")
    number = ready(run)
    (booked,) = planned(run, number, "--start", "2026-12-01", "--at", "10:00", "--sessions", 1)["sessions"]
    run.json("clinic", "away", "AB", "2026-12-01", "--undo")
    done = run.json(*LEAVE_OF_MS, "--move", "--yes")
    assert moved(done) == [[(1, "2026-12-01", "10:00", f"{AWAY}, with AB as MS is not free then")]]
    (now,) = run.json("patient", "show", number).data["sessions"]
    assert [(each["date"], each["start"], each["injector"]) for each in (booked, now)] == [
        ("2026-12-01", "10:00", "MS"),
        ("2026-12-01", "10:00", "AB"),
    ]


def test_who_asked_for_somebody_waits_until_they_are_back(run: Line) -> None:
    run.json("clinic", "team", answers=AB)
    planned(run, ready(run), "--start", "2026-12-01", "--at", "10:00", "--injector", "MS", "--sessions", 1)
    done = run.json(*LEAVE_OF_MS, "--move", "--yes")
    assert [each[:3] for each in moved(done)[0]] == [(1, "2026-12-03", "10:00")]


def test_nobody_booked_with_somebody_else_is_touched(run: Line) -> None:
    run.json("clinic", "team", answers=AB)
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--injector", "AB", "--sessions", 1)
    done = run.json(*LEAVE_OF_MS, "--move", "--dry-run")
    assert done.data == {"changes": [], "still_booked": [], "remarks": [NO_PRESCRIBER]}


def test_a_break_moves_only_whom_it_touches(run: Line) -> None:
    _, single, talk = three_bookings(run)
    done = run.json("clinic", "away", "MS", "2026-12-01", "--hours", "10:00-10:30", "--move", "--yes")
    why = "on Tue 1 Dec 2026 MS has a break 10:00-10:30, 10:00 is not free with MS then"
    assert moved(done) == [[(None, "2026-12-01", "10:30", why)]]
    assert (live(run, single), live(run, talk)) == ([("2026-12-01", "09:30")], [("2026-12-01", "10:30")])


def test_who_may_not_be_moved_stays_booked_and_is_named_twice_over(run: Line) -> None:
    course, single, _ = three_bookings(run)
    screened(run, course, dvt_ever="yes")
    done = run.json(*LEAVE_OF_MS, "--move", "--yes").data
    (left,) = done["still_booked"]
    assert left["why"].startswith(f"Session 1 of patient {course} on Tue 1 Dec 2026 09:00 stays booked with MS: ")
    assert [each["move"] for each in done["bookings"]] == [f"microsclero move {course} --session 1 --to DATE"]
    assert next(change["patient"] for change in done["changes"]) == single
    assert [each["patient"] for each in run.json("today").data["stranded"]] == [course]


def test_nobody_booked_and_the_leave_is_entered_all_the_same(run: Line) -> None:
    told = run(*LEAVE_OF_MS, "--move")
    assert (told.code, told.out.splitlines()) == (
        0,
        [
            "MS is away Tue 1 Dec to Wed 2 Dec 2026 (holiday)",
            "Nobody is booked with MS then.",
            f"! {NO_PRESCRIBER}",
        ],
    )
    assert len(member(run)["away"]) == 1
    again = run.json(*LEAVE_OF_MS, "--move", "--dry-run")
    assert (again.code, again.codes) == (5, ["already_there"])


@pytest.mark.parametrize("words", [("--undo", "--move"), ("--dry-run",), ("--move", "--dry-run", "--yes")])
def test_what_can_not_stand_together_is_said_before_anything_is_opened(run: Line, words: tuple[str, ...]) -> None:
    assert run.on(Path("/nowhere/clinic.db")).json(*LEAVE_OF_MS, *words).code == 2


def test_somebody_booked_meanwhile_and_nothing_is_saved(run: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    from microsclero.desk import closing

    course, _, _ = three_bookings(run)
    four = ready(run, given_name="Di", family_name="Fourth", born_on="1972-01-01")
    save = closing.save

    def late(desk: Any, shown: Any) -> Any:
        monkeypatch.setattr(closing, "save", save)
        planned(run, four, "--start", "2026-12-02", "--at", "09:15", "--sessions", 1)
        return save(desk, shown)

    monkeypatch.setattr(closing, "save", late)
    done = run.json(*LEAVE_OF_MS, "--move", "--yes")
    assert (done.code, done.codes) == (5, ["changed_meanwhile"])
    assert (live(run, course)[0], member(run)["away"]) == (("2026-12-01", "09:00"), [])


@pytest.mark.parametrize(
    ("keys", "code", "is_away", "is_moved"), [("y", 0, True, True), ("ny", 0, True, False), ("nn", 1, False, False)]
)
def test_at_a_terminal_moving_them_is_offered(run: Line, keys: str, code: int, is_away: bool, is_moved: bool) -> None:
    now = run.at(datetime.now(UTC))
    number = ready(now)
    (on,) = dates(planned(now, number, "--start", "+1w", "--sessions", 1)["sessions"])
    with Person("clinic", "away", "MS", on, file=now.file) as person:
        for key, question in zip(keys, (MOVE, LEAVE), strict=False):
            person.sees(question)
            person.press(key)
        assert person.leaves()[0] == code
    assert bool(member(now)["away"]) == is_away
    assert (live(now, number)[0][0] != on) == is_moved
