"""Made-up clinics, patients and bookings for the tests of the store, and children that may be killed."""

from __future__ import annotations

import os
import pickle
import sqlite3
import time as clock_time
import traceback
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from microsclero.store import Store, clinic, diary, patients, screenings
from microsclero.store.connection import fence, set_safety

SOME_DAY = date(2026, 11, 23)
BORN = date(1990, 2, 3)
SHA = "a" * 64


def ticking(start: datetime = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)) -> Callable[[], datetime]:
    """A clock that goes on by one second each time it is read."""
    seconds = 0

    def read() -> datetime:
        nonlocal seconds
        seconds += 1
        return start + timedelta(seconds=seconds)

    return read


def fill(store: Store) -> None:
    """A clinic open Monday to Friday, with one injector and one prescriber."""
    with store.changing(who="MS", command="clinic init"):
        clinic.add_clinic(
            store,
            name="The Clinic",
            phone="01234 567890",
            out_of_hours="Ring 111",
            zone="Europe/London",
            country="GB",
            subdivision="ENG",
            session_minutes=30,
            hours={day: [(time(9), time(13)), (time(14), time(17))] for day in range(5)},
        )
        clinic.add_member(store, initials="MS", name="Maria Silva", roles=["injector", "prescriber"], register="NMC 1")
        clinic.add_member(store, initials="DR", name="Dana Reyes", roles=["injector"])


def a_patient(store: Store, given: str = "Jane", family: str = "Roe", **others: Any) -> int:
    """A patient entered in a change of their own."""
    with store.changing(who="MS", command="patient add"):
        return put_patient(store, given, family, **others)


def put_patient(store: Store, given: str = "Jane", family: str = "Roe", **others: Any) -> int:
    return patients.add_patient(
        store,
        given_name=given,
        family_name=family,
        name_key=others.pop("name_key", f"{given} {family}".casefold()),
        family_key=others.pop("family_key", family.casefold()),
        born_on=others.pop("born_on", BORN),
        **others,
    )


def a_slot(on: date = SOME_DAY, at: time = time(10), **others: Any) -> diary.NewSession:
    ends = (datetime.combine(on, at) + timedelta(minutes=30)).time()
    return diary.NewSession(on=on, starts=at, ends=ends, injector=others.pop("injector", "MS"), **others)


def put_course(store: Store, patient_no: int, start: date = SOME_DAY, at: time = time(10), **others: Any) -> int:
    """Four sessions, 28 days apart, inside a change under way."""
    course = diary.open_course(store, patient_no, start)
    slots = (a_slot(start + timedelta(days=28 * step), at, number=step + 1, **others) for step in range(4))
    diary.book_sessions(store, patient_no=patient_no, course=course, sessions=slots)
    return course


def put_screening(store: Store, patient_no: int, **others: Any) -> int:
    kept: dict[str, Any] = {
        "purpose": "intake",
        "questionnaire": "questionnaire",
        "version": "2026-1",
        "sha256": SHA,
        "on": SOME_DAY,
        "born_on": BORN,
        "answers": {"asthma": "no"},
        "answered_on": {"asthma": "2026-11-23"},
        "outcome": "suitable",
        "ask_again_on": None,
        "findings": (),
        "unanswered": (),
        "readings": frozenset(),
        "asked_by": "MS",
        "signed_by": "MS",
    }
    return screenings.add_screening(store, patient_no=patient_no, **{**kept, **others})


def raw(path: Path) -> sqlite3.Connection:
    """Somebody else's program at the file."""
    return sqlite3.connect(path, isolation_level=None, timeout=0.05)


def tamper(path: Path, *statements: str) -> None:
    """Change a file behind the program's back, triggers out of the way and put back again."""
    connection = raw(path)
    held = connection.execute("select name, sql from sqlite_schema where type = 'trigger'").fetchall()
    for name, _ in held:
        connection.execute(f'drop trigger "{name}"')
    for statement in statements:
        connection.execute(statement)
    for _, sql in held:
        connection.execute(sql)
    connection.close()


class WithoutTransaction(sqlite3.Connection):
    """The control: each statement is saved by itself, as if nobody had thought of transactions."""

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
        if sql == "BEGIN IMMEDIATE" or (sql in {"COMMIT", "ROLLBACK"} and not self.in_transaction):
            sql = "select 1"
        return super().execute(sql, values)


def loose_store(path: Path) -> Store:
    """A store that saves statement by statement."""
    connection = sqlite3.connect(path, factory=WithoutTransaction, isolation_level=None, timeout=15)
    set_safety(connection)
    fence(connection)
    return Store(connection, path)


def fork(work: Callable[[], object]) -> int:
    """Run this in a child of its own; its number. The child never returns into the test."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001  # whatever it was, the parent sees the number
        traceback.print_exc()
    finally:
        os._exit(code)


def in_child(work: Callable[[], object]) -> Any:
    """What this answers when a child does it: limits set there end with it."""
    reading, writing = os.pipe()

    def tell() -> None:
        with open(writing, "wb") as told:
            pickle.dump(work(), told)

    child = fork(tell)
    os.close(writing)
    with open(reading, "rb") as told:
        answer = told.read()
    _, status = os.waitpid(child, 0)
    assert status == 0, "the child failed"
    return pickle.loads(answer)  # noqa: S301  # written by our own child


def book_for_ever(store: Store, acknowledge: int, *, pause: float = 0) -> None:
    """Register a patient and book their course, again and again, telling each number once it is saved."""
    while True:
        with store.changing(who="MS", command="plan"):
            patient_no = put_patient(store)
            put_course(store, patient_no, SOME_DAY + timedelta(days=patient_no * 120))
        os.write(acknowledge, b"%d\n" % patient_no)
        clock_time.sleep(pause)


def half_written(connection: sqlite3.Connection) -> list[int]:
    """Patients without their four sessions in one course."""
    rows = connection.execute(
        "select p.id from patient p where (select count(*) from session s join course c on c.id = s.course_id "
        "where s.patient_id = p.id and s.number between 1 and 4) <> 4"
    ).fetchall()
    return [number for (number,) in rows]


def acknowledged(text: bytes) -> set[int]:
    """The numbers told in whole lines."""
    return {int(line) for line in text.split(b"\n")[:-1]}


def numbers(store: Store) -> set[int]:
    return {number for (number,) in store.rows("select id from patient")}


def codes(problems: Iterable[Any]) -> set[str]:
    return {problem.code for problem in problems}
