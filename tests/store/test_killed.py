"""Pulled down in the middle of a booking: nothing half-written, nothing acknowledged lost."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from microsclero.store import Store, open_store, writing
from tests.figures import Note, note
from tests.store.builders import acknowledged, book_for_ever, fork, half_written, loose_store, numbers

assert writing  # Loaded here once, so that a child starts booking at once.


def kill_one(path: Path, opening: Callable[[Path], Store], after: float) -> set[int]:
    """A child books without a pause until it is killed; the numbers it said were saved."""
    reading, telling = os.pipe()

    def keep_booking() -> None:
        with opening(path) as opened:
            book_for_ever(opened, telling)

    child = fork(keep_booking)
    os.close(telling)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with open(reading, "rb") as told:
        return acknowledged(told.read())


def kill_again_and_again(path: Path, kills: int) -> int:
    """How many bookings were made; each kill at a moment of its own."""
    draw = random.Random(2)
    told: set[int] = set()
    for kill in range(kills):
        told |= kill_one(path, open_store, draw.uniform(0.002, 0.04))
        with open_store(path) as opened:
            assert half_written(opened.connection) == []
            assert told <= numbers(opened), "something that was said to be saved is lost"
            if kill % 20 == 19:
                assert opened.check().problems == ()
    return len(told)


def test_killed_200_times_in_mid_booking_nothing_is_half_written_and_nothing_lost(
    clinic_file: Path, record_property: Note
) -> None:
    made = kill_again_and_again(clinic_file, 200)
    assert made > 200
    note(record_property, kills=200, bookings=made, half_written=0, lost=0)
    with open_store(clinic_file) as opened:
        report = opened.check()
        # A child killed between COMMIT and telling has saved one more than it said.
        assert made <= report.counts["patient"] <= made + 200
        assert report.counts["session"] == 4 * report.counts["patient"]
        assert report.problems == ()


def test_the_same_without_the_transaction_is_half_written(clinic_file: Path, record_property: Note) -> None:
    """The control: if this found nothing, the test above could not fail either."""
    draw = random.Random(2)
    for kill in range(200):
        kill_one(clinic_file, loose_store, draw.uniform(0.002, 0.04))
        with loose_store(clinic_file) as opened:
            if half_written(opened.connection):
                note(record_property, caught_half_written_at_kill=kill + 1)
                return
    pytest.fail("no booking was ever caught half-written")


@pytest.mark.proof
def test_killed_1000_times_nothing_is_half_written_and_nothing_lost(clinic_file: Path, record_property: Note) -> None:
    made = kill_again_and_again(clinic_file, 1000)
    assert made > 1000
    note(record_property, kills=1000, bookings=made, half_written=0, lost=0)
