"""How a patient likes to come is kept with the course, and holds for a later plan that is silent."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from microsclero.desk.wishes import Wish, around, as_json, as_options, in_words, wish_of
from microsclero.store.diary import CourseRow
from tests.builders import Line, dates, planned, ready

FIRST = "2026-11-27"
LIKES = ("--days", "tue,thu", "--at", "10:00")


def kept(path: Path) -> list[str | None]:
    with sqlite3.connect(path) as connection:
        return [row[0] for row in connection.execute("select wish from course order by id")]


def times(data: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["date"], each["start"]) for each in data["sessions"]]


def test_a_later_plan_that_is_silent_keeps_to_what_was_wished(run: Line, clinic_file: Path) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1, *LIKES)
    assert kept(clinic_file) == ['{"days":[1,3],"at":"10:00"}']
    rest = planned(run, number)
    assert times(rest)[1:] == [("2026-12-29", "10:00"), ("2027-01-26", "10:00"), ("2027-02-23", "10:00")]
    assert rest["remarks"] == ["As before: Tuesdays and Thursdays at 10:00."]
    assert kept(clinic_file) == ['{"days":[1,3],"at":"10:00"}']


def test_what_is_typed_comes_before_what_was_kept_and_is_kept_in_its_place(run: Line, clinic_file: Path) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1, *LIKES, "--every", "6w")
    data = planned(run, number, "--sessions", 1, "--at", "14:30", "--injector", "ms")
    assert times(data)[1:] == [("2027-01-12", "14:30")]
    assert data["remarks"] == ["As before: Tuesdays and Thursdays, 42 days apart."]
    assert kept(clinic_file) == ['{"days":[1,3],"at":"14:30","injector":"MS","every_days":42}']


def test_every_weekday_and_28_days_free_what_was_wished(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1, "--days", "fri", "--every", "8w")
    free = ("--days", "mon,tue,wed,thu,fri,sat,sun", "--every", "4w")
    assert dates(planned(run, number, "--sessions", 1, *free)["sessions"])[1] == "2026-12-29"
    assert planned(run, number, "--sessions", 1)["remarks"] == ["As before: any weekday, 28 days apart."]


def test_nothing_wished_is_nothing_kept_and_nothing_said(run: Line, clinic_file: Path) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    assert planned(run, number)["remarks"] == []
    assert kept(clinic_file) == [None]


def test_days_to_avoid_are_kept_until_they_are_over(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1, "--avoid", "2026-12-29..2027-01-03")
    data = run.json("plan", number, "--sessions", 1, "--dry-run").data
    assert dates(data["sessions"])[1] == "2027-01-04"
    assert data["remarks"][0] == "As before: not on Tue 29 Dec 2026 to Sun 3 Jan 2027."
    later = run.at(datetime(2027, 1, 10, 11, tzinfo=UTC))
    assert later.json("plan", number, "--sessions", 1, "--dry-run").data["remarks"] == []


@pytest.mark.parametrize("look", ["--yes", "--dry-run", "--why"])
@pytest.mark.parametrize(("many", "code"), [(100, 0), (101, 2), (400, 2)])
def test_so_many_days_to_avoid_and_no_more(run: Line, clinic_file: Path, many: int, code: int, look: str) -> None:
    number = ready(run)
    first = date(2027, 6, 1)
    avoided = [word for day in range(many) for word in ("--avoid", first + timedelta(days=2 * day))]
    before = clinic_file.read_bytes()
    done = run.json("plan", number, "--start", FIRST, "--sessions", 1, *avoided, look)
    assert done.code == code
    if code:
        assert [(error["code"], error["message"]) for error in done.envelope["errors"]] == [
            ("usage", "--avoid is there more than 100 times: put days that follow each other in one A..B.")
        ]
        assert clinic_file.read_bytes() == before


def test_days_no_longer_avoided_are_said(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1, "--avoid", "2026-12-29..2027-01-03")
    data = run.json("plan", number, "--sessions", 1, "--avoid", "2027-05-01", "--dry-run").data
    assert dates(data["sessions"])[1] == "2026-12-29"
    assert data["remarks"] == ["No longer avoided: Tue 29 Dec 2026 to Sun 3 Jan 2027."]


def test_a_wish_for_somebody_who_has_left_is_dropped_and_said(run: Line, clinic_file: Path) -> None:
    run.json("clinic", "team", answers={"initials": "AB", "name": "Amy Bell", "roles": ["injector"]})
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1, "--injector", "AB", "--at", "10:00")
    run.json("clinic", "team", "--end", "AB", "--on", "2026-11-28")
    later = run.at(datetime(2026, 12, 1, 11, tzinfo=UTC))
    data = planned(later, number, "--sessions", 1)
    assert data["sessions"][1]["injector"] == "MS"
    assert data["remarks"] == [
        "AB, wished for before, no longer injects here; whoever is free was taken.",
        "As before: at 10:00.",
    ]
    assert kept(clinic_file) == ['{"at":"10:00"}']


def test_a_dry_run_and_a_refusal_keep_nothing(run: Line, clinic_file: Path) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    before = clinic_file.read_bytes()
    assert run.json("plan", number, *LIKES, "--dry-run").code == 0
    assert run.json("plan", number, *LIKES, "--sessions", 4, "--yes").code == 4
    assert clinic_file.read_bytes() == before


def test_wishes_changed_meanwhile_stop_the_booking(run: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    from microsclero.desk import planning

    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    book = planning.book

    def late(desk: Any, plan: Any) -> Any:
        from microsclero.store import diary

        with desk.store.changing(who="RT", command="plan"):
            diary.set_wish(desk.store, plan.course, {"at": "15:00"})
        return book(desk, plan)

    monkeypatch.setattr(planning, "book", late)
    done = run.json("plan", number, "--yes")
    assert (done.code, done.codes) == (5, ["changed_meanwhile"])
    assert len(run.json("patient", "show", number).data["sessions"]) == 1


def course(wish: dict[str, object] | None) -> CourseRow:
    from datetime import date

    return CourseRow(1, 1, date(2026, 11, 22), "open", None, None, wish)


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"days": [1, 3], "at": "10:00"},
        {"injector": "MS", "every_days": 42, "avoid": [["2026-12-20", "2027-01-03"]]},
        {"days": [0], "at": "09:05", "injector": "AB", "every_days": 28, "avoid": [["2027-02-28", "2027-02-28"]]},
    ],
)
def test_a_wish_comes_back_as_it_was_kept(wish: dict[str, object]) -> None:
    assert as_json(wish_of(course(wish))) == wish


def test_no_course_and_no_wish_are_nothing_wished() -> None:
    assert wish_of(None) == wish_of(course(None)) == Wish()


def test_wishes_in_words() -> None:
    full = {"days": [0, 2, 4], "at": "09:05", "injector": "AB", "every_days": 35}
    avoid = [["2026-12-21", "2026-12-25"], ["2027-02-28", "2027-02-28"]]
    assert in_words(wish_of(course({**full, "avoid": avoid}))) == (
        "Mondays, Wednesdays and Fridays at 09:05 with AB, 35 days apart, "
        "not on Mon 21 Dec to Fri 25 Dec 2026 and Sun 28 Feb 2027"
    )
    assert in_words(Wish()) == ""


@pytest.mark.parametrize(
    ("avoided", "left"),
    [
        ([(1, 3)], [(1, 1), (3, 3)]),
        ([(2, 5), (8, 9)], [(3, 5), (8, 9)]),
        ([(1, 2), (2, 4)], [(1, 1), (3, 4)]),
        ([(2, 2)], [(1, 1)]),
    ],
)
def test_the_days_to_avoid_go_around_one_that_is_not(
    avoided: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    def spans(days: list[tuple[int, int]]) -> tuple[tuple[date, date], ...]:
        return tuple((date(2026, 12, first), date(2026, 12, last)) for first, last in days)

    assert around(spans(avoided), date(2026, 12, 2)) == spans(left)


def test_a_wish_as_it_is_typed() -> None:
    day = date(2026, 12, 21)
    full = Wish(days=frozenset({0, 3}), at=time(9, 5), injector="AB", avoid=((day, day),))
    assert as_options(full) == "--days mon,thu --at 09:05 --injector AB --avoid 2026-12-21..2026-12-21"
    assert as_options(Wish()) == ""
