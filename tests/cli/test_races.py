"""Eight at once for one slot, and the plug pulled in mid-booking: by the real command line, each with its control."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import Line, installed, planned
from tests.cli.racing import (
    ALWAYS_OPEN,
    RACERS,
    SLOWLY,
    WITHOUT_LOCK,
    WITHOUT_TRANSACTION,
    begin,
    booked,
    delays,
    drop_overlap_triggers,
    kill_at_the_first_session,
    kill_while_saving,
    people,
    race,
    sessions_at,
    was_acknowledged,
)
from tests.figures import Note, note

LONG = pytest.mark.proof


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """A clinic that is always open, by the computer's own clock."""
    made = Line(file=tmp_path / "clinic.db", now=datetime.now(UTC))
    assert made.json("clinic", "init", answers=ALWAYS_OPEN).code == 0
    return made


def day(after: int) -> str:
    return (date.today() + timedelta(days=after)).isoformat()  # noqa: DTZ011  the racers go by it too


def at_the_start(line: Line) -> list[int]:
    """Eight patients, each with one session next week."""
    numbers = people(line, RACERS)
    for number in numbers:
        planned(line, number, "--start", day(7), "--sessions", 1)
    return numbers


@pytest.mark.parametrize("rounds", [3, pytest.param(100, marks=LONG)])
def test_of_eight_racing_for_one_slot_one_wins_and_the_others_hear_what_blocks(
    line: Line, rounds: int, record_property: Note
) -> None:
    numbers = at_the_start(line)
    assert line.file is not None
    for turn in range(rounds):
        target, at = day(10 + turn), "10:00"
        results = race(line.file, numbers, to=target, at=at)
        assert sorted(done.code for done in results) == [0] + [5] * (RACERS - 1), results
        winner = next(number for number, done in zip(numbers, results, strict=True) if done.code == 0)
        for done in results:
            assert "is locked" not in done.out + done.err
            assert "Traceback" not in done.err
            if done.code == 5:
                assert done.causes == ["slot_taken"]
                assert f"patient {winner}" in done.envelope["errors"][0]["message"]
        assert [session["patient"] for session in sessions_at(line, target, at)] == [winner]
    note(record_property, tries=RACERS * rounds, rounds=rounds, winners_a_round=1, lock_errors=0)
    assert line.json("record", "check").data["ok"] is True


def test_without_the_lock_and_the_trigger_the_same_race_has_several_winners(line: Line, record_property: Note) -> None:
    numbers = at_the_start(line)
    assert line.file is not None
    drop_overlap_triggers(line.file)
    winners = [
        [done.code for done in race(line.file, numbers, to=day(10 + turn), at="10:00", prelude=WITHOUT_LOCK)].count(0)
        for turn in range(3)
    ]
    note(record_property, tries=RACERS * len(winners), rounds=len(winners), winners_in_the_worst_round=max(winners))
    assert max(winners) > 1


def test_the_installed_program_races_as_well(line: Line, record_property: Note) -> None:
    """Started together without a gate: whoever comes second is told, not stopped."""
    from concurrent.futures import ThreadPoolExecutor

    numbers = at_the_start(line)
    words = ("--session", 1, "--to", day(9), "--at", "10:00", "--yes", "--json", "--file", line.file, "--as", "MS")
    with ThreadPoolExecutor(RACERS) as pool:
        results = list(pool.map(lambda number: installed("move", number, *words), numbers))
    assert sorted(done.code for done in results) == [0] + [5] * (RACERS - 1)
    note(record_property, tries=RACERS, rounds=1, winners_a_round=1)


@pytest.mark.parametrize("times", [10, pytest.param(200, marks=LONG)])
def test_killed_in_mid_booking_nothing_is_half_written_and_nothing_acknowledged_is_lost(
    line: Line, times: int, record_property: Note
) -> None:
    assert line.file is not None
    killed = cut_short = 0
    for number, delay in zip(people(line, times), delays(times), strict=True):
        done = kill_while_saving(begin(["plan", number, "--yes"], file=line.file, prelude=SLOWLY), line.file, delay)
        found = booked(line, number)
        assert found in (0, 4)
        if was_acknowledged(done):
            assert found == 4
        cut_short += done.code == -9 and found == 0
        killed += done.code == -9
    assert cut_short, "not one was killed while it was saving"
    note(record_property, tries=times, kills=killed, cut_short_in_mid_booking=cut_short, half_written=0, lost=0)
    assert line.json("record", "check").data["ok"] is True


def test_without_the_transaction_a_kill_leaves_half_a_course(line: Line, record_property: Note) -> None:
    assert line.file is not None
    found = []
    for number in people(line, 4):
        process = begin(["plan", number, "--yes"], file=line.file, prelude=WITHOUT_TRANSACTION)
        kill_at_the_first_session(process, line.file, number)
        found.append(booked(line, number))
    note(record_property, kills=len(found), half_written=sum(each not in (0, 4) for each in found))
    assert set(found) - {0, 4}, found
