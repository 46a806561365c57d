"""The live sessions of a course are numbered in the order of their days, whatever was undone in between."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from tests.builders import Line, planned, ready
from tests.chair_builders import compared, in_the_chair, treated
from tests.cli.undoing import changed, last_entry, refused, said, undone, values

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANOTHER = {"initials": "AB", "name": "Alex Bell", "roles": ["injector", "prescriber"]}


@pytest.fixture
def ms(run: Line) -> Line:
    """MS at the desk on Monday morning; AB may sit there, too."""
    assert run.json("clinic", "team", "--add", answers=ANOTHER).code == 0
    return run.at(MONDAY)


def cancel(line: Line, number: int, session: int, reason: str = "other") -> int:
    """Cancelled; the number of that entry."""
    assert line.json("cancel", number, "--session", session, "--reason", reason, "--yes").code == 0
    return last_entry(line, "cancel")


def live(line: Line, number: int) -> list[tuple[int, str]]:
    sessions = line.json("patient", "show", number).data["sessions"]
    return [(each["number"], each["date"]) for each in sessions if each["status"] in ("planned", "given")]


def test_what_came_last_does_not_come_back_once_somebody_cancelled_what_came_before_it(ms: Line) -> None:
    number = ready(ms)
    planned(ms, number, "--sessions", 2)
    mine = cancel(ms, number, 2)
    entry = cancel(ms.by("AB"), number, 1, "patient_ill")
    assert said(ms) == (
        f"Other sessions of course 1 were changed since, by AB with “cancel” (entry {entry}): in the order of their "
        "days they would be numbered 2; nothing was undone. AB can undo that first: microsclero record undo --change "
        f"{entry}. Or see what was changed: microsclero record history {number}\n"
    )
    assert refused(ms) == refused(ms, "--change", mine) == (5, ["changed_meanwhile"])
    assert live(ms, number) == []
    assert ms.json("rebook", number, "--start", "2027-01-20", "--yes").code == 0
    assert live(ms, number) == [(1, "2027-01-20")]


def test_both_are_back_once_the_later_one_was_undone_first(ms: Line) -> None:
    number = ready(ms)
    planned(ms, number, "--sessions", 2)
    before = values(ms)
    cancel(ms, number, 2)
    cancel(ms.by("AB"), number, 1, "patient_ill")
    assert undone(ms.by("AB"), "--yes").code == 0
    assert undone(ms, "--yes").code == 0
    assert (values(ms), live(ms, number)) == (before, [(1, "2026-11-23"), (2, "2026-12-21")])
    assert ms.json("record", "check").data["ok"] is True


def test_nor_once_nobody_came_to_what_came_before_it(ms: Line) -> None:
    number = ready(ms)
    planned(ms, number, "--sessions", 2)
    cancel(ms, number, 2, "patient_away")
    later = ms.at(MONDAY.replace(hour=12))
    assert later.by("AB").json("missed", number, "--session", 1, "--yes").code == 0
    assert refused(later) == (5, ["changed_meanwhile"])
    assert said(later).endswith(f"Or give it a new date: microsclero rebook {number}\n")
    assert later.json("rebook", number, "--yes").code == 0
    assert [place for place, _ in live(later, number)] == [1]


def test_nor_beside_one_that_was_given(run: Line) -> None:
    assert run.json("clinic", "team", "--add", answers=ANOTHER).code == 0
    number = in_the_chair(run)
    treated(run, number)
    friday = run.at(datetime(2026, 11, 27, 9, 0, tzinfo=UTC))
    cancel(friday, number, 4)
    mine = cancel(friday, number, 3)
    cancel(friday.by("AB"), number, 2)
    assert refused(friday) == refused(friday, "--change", mine) == (5, ["changed_meanwhile"])
    assert live(friday, number) == [(1, "2026-11-26")]


def test_ones_own_later_change_is_undone_first(ms: Line) -> None:
    number = ready(ms)
    planned(ms, number)
    before = values(ms)
    mine = cancel(ms, number, 4)
    later = cancel(ms, number, 3)
    assert refused(ms, "--change", mine) == (5, ["changed_meanwhile"])
    assert f"MS can undo that first: microsclero record undo --change {later}. Or book it again" in said(
        ms, "--change", mine
    )
    assert [undone(ms, "--yes").code for _ in range(2)] == [0, 0]
    assert values(ms) == before


def test_what_is_said_to_be_typed_instead_books_it_again_behind_the_others(ms: Line) -> None:
    number = ready(ms)
    planned(ms, number, "--sessions", 3)
    mine = cancel(ms, number, 3)
    cancel(ms.by("AB"), number, 1)
    instead = said(ms, "--change", mine).rpartition("microsclero ")[2].split()
    assert instead == ["plan", str(number), "--start", "2027-01-18", "--sessions", "1"]
    assert ms.json(*instead, "--yes").code == 0
    assert live(ms, number) == [(1, "2026-12-21"), (2, "2027-01-18")]


def test_in_a_file_whose_numbers_were_wrong_before_an_undo_gives_back_exactly_what_was(ms: Line) -> None:
    number = ready(ms)
    planned(ms, number, "--sessions", 2)
    changed(ms, number, "plan", s2={"number": 3})
    before = values(ms)
    cancel(ms, number, 1)
    assert undone(ms, "--yes").code == 0
    assert values(ms) == before


def test_in_a_file_whose_numbers_were_wrong_before_a_session_is_booked_again_and_all_count_anew(ms: Line) -> None:
    number = ready(ms)
    compared(ms)
    planned(ms, number, "--sessions", 2)
    cancel(ms, number, 1, "patient_ill")
    changed(ms, number, "plan", s1={"number": 2})
    data = ms.json("rebook", number, "--start", "2027-01-20", "--yes").data
    assert [(each["number"], each["date"]) for each in data["sessions"]] == [(1, "2026-12-21"), (2, "2027-01-20")]
    assert live(ms, number) == [(1, "2026-12-21"), (2, "2027-01-20")]
    assert ms.json("record", "check").data["ok"] is True


@pytest.mark.parametrize("seed", range(5))
def test_whoever_cancels_and_undoes_what_in_any_order_the_numbers_follow_the_days(ms: Line, seed: int) -> None:
    """Every undo is done, or refused and leaves no trace."""
    hands, number = random.Random(seed), ready(ms)
    planned(ms.by("RT"), number)
    codes = set()
    for _ in range(24):
        line, there = ms.by(hands.choice(["MS", "AB"])), len(live(ms, number))
        if hands.random() < 0.5:
            reason = hands.choice(["other", "patient_ill"])
            line.json(
                "cancel", number, "--session", hands.choice([1, there or 1, there or 1]), "--reason", reason, "--yes"
            )
        else:
            before = values(ms)
            done = undone(line, "--yes")
            codes.add((done.code, *done.codes))
            assert done.code == 0 or values(ms) == before
        now = live(ms, number)
        assert now == [(place, day) for place, (_, day) in enumerate(sorted(now, key=lambda each: each[1]), 1)]
    assert (0,) in codes
    assert ms.json("record", "check").data["ok"] is True
