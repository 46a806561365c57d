"""Eight desks want the same time: one gets it, the others are told so, and nobody hears of locks."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import time, timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from microsclero.errors import ConflictError
from microsclero.store import Store, diary, open_store, writing
from tests.figures import Note, note
from tests.store.builders import SOME_DAY, a_patient, a_slot, fork, loose_store, raw

assert writing  # Loaded here once, so that all children start alike.

DESKS = 8

Book = Callable[[Store, int, diary.NewSession], None]


def same_start(_: int) -> time:
    return time(10)


def overlapping_start(desk: int) -> time:
    return time(10, 3 * desk)


def race(
    path: Path,
    opening: Callable[[Path], Store],
    rounds: int,
    start: Callable[[int], time],
    book: Book,
    *,
    prepare: Callable[[], None] | None = None,
) -> list[Counter[str]]:
    """For each round, what the desks were told."""
    with open_store(path) as opened:
        patients = [a_patient(opened, f"Patient {desk}") for desk in range(DESKS)]
    if prepare is not None:
        prepare()
    ready = get_context("fork").Barrier(DESKS)
    reading, telling = os.pipe()
    children = []
    for desk in range(DESKS):

        def compete(desk: int = desk) -> None:
            with opening(path) as opened:
                _compete(opened, patients[desk], start(desk), rounds, book, ready, telling)

        children.append(fork(compete))
    os.close(telling)
    with open(reading, encoding="utf-8") as told:
        answers = [line.split() for line in told]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * DESKS
    return [Counter(what for number, what in answers if int(number) == one) for one in range(rounds)]


def _compete(
    store: Store,
    patient_no: int,
    start: time,
    rounds: int,
    book: Book,
    ready: Barrier,
    telling: int,
) -> None:
    for number in range(rounds):
        slot = a_slot(SOME_DAY + timedelta(days=number), start)
        ready.wait(30)
        try:
            book(store, patient_no, slot)
            what = "won"
        except ConflictError as error:
            what = error.code
        except Exception as error:  # noqa: BLE001  # whatever else is said is what the test is about
            what = type(error).__name__ + ":" + str(getattr(error, "code", error)).replace(" ", "_")
        os.write(telling, f"{number} {what}\n".encode())


def look_then_book(store: Store, patient_no: int, slot: diary.NewSession) -> None:
    """As a desk does it: whatever stands in the way is looked for under the lock."""
    with store.changing(who="MS", command="move"):
        if diary.blocking(
            store, on=slot.on, starts=slot.starts, ends=slot.ends, patient_no=patient_no, injector=slot.injector
        ):
            raise ConflictError("Taken.", code="slot_taken")
        diary.book_sessions(store, patient_no=patient_no, course=None, sessions=[slot])


def book_blindly(store: Store, patient_no: int, slot: diary.NewSession) -> None:
    """As code may do it that forgot to look: the file itself must refuse."""
    with store.changing(who="MS", command="move"):
        diary.book_sessions(store, patient_no=patient_no, course=None, sessions=[slot])


def double_booked(path: Path) -> int:
    connection = raw(path)
    found: int = connection.execute(
        "select count(*) from session a join session b on b.on_date = a.on_date and b.id > a.id "
        "and b.injector = a.injector and b.starts < a.ends and b.ends > a.starts"
    ).fetchone()[0]
    connection.close()
    return found


@pytest.mark.parametrize("book", [look_then_book, book_blindly])
@pytest.mark.parametrize("start", [same_start, overlapping_start])
def test_of_eight_desks_one_gets_the_slot_and_the_others_are_told(
    clinic_file: Path, book: Book, start: Callable[[int], time], record_property: Note
) -> None:
    rounds = 100 if book is look_then_book else 30
    told = race(clinic_file, open_store, rounds, start, book)
    assert told == [Counter({"won": 1, "slot_taken": DESKS - 1})] * rounds
    note(record_property, tries=DESKS * rounds, rounds=rounds, winners_a_round=1, lock_errors=0)
    assert double_booked(clinic_file) == 0
    with open_store(clinic_file) as opened:
        assert opened.check().problems == ()


def test_without_lock_and_trigger_the_same_slot_is_given_twice(clinic_file: Path, record_property: Note) -> None:
    """The control: look, then book, each statement by itself, the overlap triggers gone."""

    def drop_the_triggers() -> None:
        connection = raw(clinic_file)
        for event in ("insert", "update"):
            connection.execute(f"drop trigger session_overlap_{event}")
        connection.close()

    told = race(clinic_file, loose_store, 40, same_start, look_then_book, prepare=drop_the_triggers)
    assert max(answers["won"] for answers in told) > 1
    assert double_booked(clinic_file) > 0
    note(record_property, rounds=40, pairs_double_booked=double_booked(clinic_file))
