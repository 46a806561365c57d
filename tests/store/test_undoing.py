"""The journal read back, and whole changes taken back: equal by value, or nothing at all."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time as clock_time
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from microsclero.errors import ConflictError, FileError, NotFoundError
from microsclero.store import Store, clinic, diary, journal, open_store, patients, undoing, writing
from tests.store.builders import SOME_DAY, a_patient, a_slot, fork, loose_store, put_course, put_patient
from tests.store.diary_values import the_diary

assert writing  # Loaded here once, so that a child starts writing at once.


def planned_course(store: Store, **others: Any) -> tuple[int, int]:
    patient_no = a_patient(store)
    with store.changing(who="MS", command="plan"):
        return patient_no, put_course(store, patient_no, **others)


def move_all(store: Store, course: int, days: int, *, who: str = "MS") -> None:
    """Session 1 moved, and the later ones with it, in one change."""
    rows = diary.sessions_of_course(store, course)
    with store.changing(who=who, command="move"):
        for row in reversed(rows) if days > 0 else rows:
            diary.update_session(
                store, row.session, {"on": row.on + timedelta(days=days), "is_hand_set": row.number == 1}, row.version
            )


def cancel_first(store: Store, course: int) -> None:
    """Session 1 cancelled, the others numbered anew, in one change."""
    first, *others = diary.sessions_of_course(store, course)
    with store.changing(who="MS", command="cancel"):
        cancelled = {"status": "cancelled", "cancel_reason": "patient_away"}
        diary.update_session(store, first.session, cancelled, first.version)
        for number, row in enumerate(others, 1):
            diary.update_session(store, row.session, {"number": number}, row.version)


def rebook_first(store: Store, course: int) -> None:
    """A cancelled session booked again before the others, which go along; it is settled."""
    waiting = next(row for row in diary.sessions_of_course(store, course) if row.status == "cancelled")
    live = [row for row in diary.sessions_of_course(store, course) if row.status == "planned"]
    with store.changing(who="MS", command="rebook"):
        diary.update_session(store, waiting.session, {"settled": "rebooked"}, waiting.version)
        for row in reversed(live):
            later = {"number": int(row.number or 0) + 1, "on": row.on + timedelta(days=7)}
            diary.update_session(store, row.session, later, row.version)
        slot = a_slot(live[0].on - timedelta(days=21), number=1)
        diary.book_sessions(store, patient_no=waiting.patient_no, course=course, sessions=[slot])


def close_with_sessions(store: Store, course: int) -> None:
    """A day closed, and what was booked there moved, in one change."""
    first = diary.sessions_of_course(store, course)[0]
    with store.changing(who="MS", command="clinic close"):
        clinic.add_closure(store, from_on=first.on, until_on=first.on, reason="Training")
        moved = {"on": first.on + timedelta(days=1), "starts": time(9), "ends": time(9, 30), "injector": "DR"}
        diary.update_session(store, first.session, moved, first.version)


def take_back_last(store: Store, **others: Any) -> int:
    """The newest change of MS's in the diary, taken back; its number."""
    made = journal.last_entry_by(store, "MS", ("plan", "move", "cancel", "rebook", "clinic close"))
    assert made is not None
    with store.changing(who="MS", command="record undo"):
        undoing.take_back(store, made, reason="wrong patient", on=SOME_DAY, **others)
    return made.entry


CHANGES: dict[str, Callable[[Store, int], None]] = {
    "move": lambda store, course: move_all(store, course, 1),
    "move onto each other's days": lambda store, course: move_all(store, course, 28),
    "move back onto each other's days": lambda store, course: move_all(store, course, -28),
    "cancel": cancel_first,
    "close": close_with_sessions,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_whole_change_taken_back_leaves_the_diary_as_it_was_by_value(
    store: Store, change: Callable[[Store, int], None]
) -> None:
    _, course = planned_course(store)
    before = the_diary(store)
    change(store, course)
    assert the_diary(store) != before
    entry = take_back_last(store)
    assert the_diary(store) == before
    assert store.check().problems == ()
    back = journal.undoing_of(store, entry)
    assert back is not None
    assert (back.entry, back.reason, back.who) == (entry, "wrong patient", "MS")


def test_what_was_put_in_is_voided_and_what_waited_waits_again(store: Store) -> None:
    _, course = planned_course(store)
    cancel_first(store, course)
    before = the_diary(store)
    rebook_first(store, course)
    take_back_last(store)
    assert the_diary(store) == before
    left = diary.session(store, 5)
    assert (left.status, left.cancel_reason, left.version) == ("cancelled", "undone", 2)
    assert store.check().problems == ()


def test_a_plan_taken_back_closes_the_course_it_opened_and_leaves_nothing_live(store: Store) -> None:
    before = the_diary(store)
    patient_no, course = planned_course(store)
    take_back_last(store)
    assert the_diary(store) == before == {}
    assert diary.running_course(store, patient_no) is None
    assert [(row.status, row.cancel_reason) for row in diary.sessions_of_course(store, course)] == (
        [("cancelled", "undone")] * 4
    )
    (closed,) = diary.courses_of(store, patient_no)
    assert (closed.status, closed.closed_on, closed.closed_why) == ("closed", SOME_DAY, "undone")


def test_each_change_taken_back_uncovers_the_one_before(store: Store) -> None:
    seen = [the_diary(store)]
    _, course = planned_course(store)
    for change in (lambda s, c: move_all(s, c, 3), cancel_first, rebook_first, close_with_sessions):
        seen.append(the_diary(store))
        change(store, course)
    for before in reversed(seen):
        take_back_last(store)
        assert the_diary(store) == before
    assert journal.last_entry_by(store, "MS", ("plan", "move", "cancel", "rebook", "clinic close")) is None
    assert store.check().problems == ()


def test_the_comparison_sees_a_change_that_is_not_taken_back(store: Store) -> None:
    """The control: an undo that forgot one row, or one column of it, would be found out."""
    _, course = planned_course(store)
    before = the_diary(store)
    move_all(store, course, 1)
    take_back_last(store)
    for forgotten in ({"is_hand_set": True}, {"settled": "no_more"}, {"number": 5}, {"ends": time(10, 45)}):
        row = diary.sessions_of_course(store, course)[-1]
        with store.changing(who="MS", command="test"):
            diary.update_session(store, row.session, forgotten, row.version)
        assert the_diary(store) != before
        with store.changing(who="MS", command="test"):
            put_back = {key: getattr(row, key) for key in forgotten}
            diary.update_session(store, row.session, put_back, row.version + 1)
        assert the_diary(store) == before


def test_forwards_a_chain_of_moves_would_run_into_itself(store: Store) -> None:
    """The control of the order: the same rows put back first to last meet places that are still taken."""
    _, course = planned_course(store)
    move_all(store, course, 28)
    made = journal.last_entry_by(store, "MS", ("move",))
    assert made is not None
    with pytest.raises(ConflictError) as caught, store.changing(who="MS", command="record undo"):
        for row in journal.rows_of(store, made):
            assert row.before is not None
            live = diary.session(store, row.row_id)
            diary.update_session(
                store, row.row_id, {"on": date.fromisoformat(str(row.before["on_date"]))}, live.version
            )
    assert caught.value.code == "slot_taken"


def test_a_place_that_has_gone_takes_nothing_back(store: Store) -> None:
    _, course = planned_course(store)
    move_all(store, course, 1)
    with store.changing(who="DR", command="plan"):
        diary.book_sessions(store, patient_no=put_patient(store), course=None, sessions=[a_slot()])
    after, head = the_diary(store), store.head()
    with pytest.raises(ConflictError) as caught:
        take_back_last(store)
    assert (caught.value.code, the_diary(store), store.head()) == ("slot_taken", after, head)


def test_an_entry_is_taken_back_once(store: Store) -> None:
    _, course = planned_course(store)
    move_all(store, course, 1)
    made = journal.entry(store, take_back_last(store))
    head = store.head()
    with pytest.raises(ConflictError), store.changing(who="MS", command="record undo"):
        undoing.take_back(store, made, reason="again", on=SOME_DAY)
    assert store.head() == head


def test_a_fault_half_way_leaves_everything_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _, course = planned_course(store)
    move_all(store, course, 1)
    after, head = the_diary(store), store.head()
    update, calls = writing.Write.update, []

    def failing(write: writing.Write, table: str, row_id: int, changes: Any) -> None:
        calls.append(row_id)
        if len(calls) == 3:
            raise OSError("gone")
        update(write, table, row_id, changes)

    monkeypatch.setattr(writing.Write, "update", failing)
    with pytest.raises(OSError, match="gone"):
        take_back_last(store)
    assert (len(calls), the_diary(store), store.head()) == (3, after, head)
    assert store.check().problems == ()


def to_and_fro(store: Store, course: int, telling: int) -> None:
    """Four sessions moved by a day and taken back, again and again, telling each time."""
    while True:
        move_all(store, course, 1)
        take_back_last(store)
        os.write(telling, b".")


def killed_in_mid_undo(path: Path, opening: Callable[[Path], Store], after: float) -> tuple[set[int], int]:
    """How far the four sessions stand from their days after the kill, and how many undos were told."""
    with open_store(path) as opened:
        course = opened.value("select max(id) from course")
    reading, telling = os.pipe()

    def keep_going() -> None:
        with opening(path) as opened:
            to_and_fro(opened, course, telling)

    child = fork(keep_going)
    os.close(telling)
    first = os.read(reading, 1)
    clock_time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with open(reading, "rb") as told:
        count = len(first + told.read())
    with opening(path) as opened:
        rows = diary.sessions_of_course(opened, course)
        return {(row.on - SOME_DAY).days - 28 * place for place, row in enumerate(rows)}, count


def test_killed_in_mid_undo_all_sessions_went_back_or_none(clinic_file: Path) -> None:
    with open_store(clinic_file) as opened:
        planned_course(opened)
    draw, undone = random.Random(3), 0
    for _ in range(40):
        apart, count = killed_in_mid_undo(clinic_file, open_store, draw.uniform(0, 0.02))
        undone += count
        assert apart in ({0}, {1})
        with open_store(clinic_file) as opened:
            if apart == {1}:
                take_back_last(opened)
            assert opened.value("select count(*) from undone") >= undone, "an undo that was told is lost"
    with open_store(clinic_file) as opened:
        assert opened.check().problems == ()
    assert undone >= 40


def test_the_same_without_the_transaction_goes_half_way(clinic_file: Path, tmp_path: Path) -> None:
    """The control: if this found nothing, the test above could not fail either."""
    with open_store(clinic_file) as opened:
        planned_course(opened)
    draw = random.Random(3)
    for number in range(200):
        # Afresh each time: what was saved without a ledger row is no record to go on with.
        path = tmp_path / f"{number}.db"
        shutil.copy2(clinic_file, path)
        apart, _ = killed_in_mid_undo(path, loose_store, draw.uniform(0, 0.02))
        if len(apart) > 1:
            return
    pytest.fail("no undo was ever caught half-way")


# ── what changed since ──


def rows_back(store: Store, command: str) -> tuple[undoing.RowBack, ...]:
    made = journal.last_entry_by(store, "MS", (command,))
    assert made is not None
    return undoing.rows_back(store, journal.rows_of(store, made), on=SOME_DAY)


def test_a_row_is_known_by_what_the_change_left_whatever_its_version(store: Store) -> None:
    _, course = planned_course(store)
    move_all(store, course, 1)
    assert [row.is_changed_since for row in rows_back(store, "plan")] == [False, True, True, True, True]
    take_back_last(store)
    assert [row.now.get("version") for row in rows_back(store, "plan")] == [None, 3, 3, 3, 3]
    assert not any(row.is_changed_since for row in rows_back(store, "plan"))


def test_a_change_of_any_column_since_is_seen(store: Store) -> None:
    _, course = planned_course(store)
    row = diary.sessions_of_course(store, course)[1]
    with store.changing(who="DR", command="response"):
        diary.update_session(store, row.session, {"settled": "no_more"}, row.version)
    changed = [(back.table, back.row_id) for back in rows_back(store, "plan") if back.is_changed_since]
    assert changed == [("session", row.session)]
    last = journal.last_entry_on(store, "session", row.session)
    assert last is not None
    assert (last.who, last.command) == ("DR", "response")


# ── the journal ──


def test_the_last_entry_is_this_persons_of_these_commands_and_not_undone(store: Store) -> None:
    _, course = planned_course(store)
    move_all(store, course, 1, who="DR")
    first = journal.last_entry_by(store, "MS", ("plan", "move"))
    second = journal.last_entry_by(store, "DR", ("plan", "move"))
    assert first is not None
    assert second is not None
    assert (first.command, second.command, second.entry) == ("plan", "move", first.entry + 1)
    assert journal.last_entry_by(store, "RT", ("plan", "move")) is None
    assert journal.last_entry_by(store, "MS", ("move",)) is None


def test_an_entry_that_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError) as caught:
        journal.entry(store, 99)
    assert caught.value.code == "entry_not_found"


def test_a_patients_entries_are_theirs_newest_first_each_with_their_rows_only(store: Store) -> None:
    first, course = planned_course(store)
    second = a_patient(store, "Ann", "Other")
    with store.changing(who="MS", command="clinic close"):
        row = diary.sessions_of_course(store, course)[0]
        diary.update_session(store, row.session, {"starts": time(11), "ends": time(11, 30)}, row.version)
        patients.edit_patient(store, second, {"phone": "1"}, 1)
    entries = journal.entries_of_patient(store, first, 10)
    assert [(made.command, len(seqs)) for made, seqs in entries] == [
        ("clinic close", 1),
        ("plan", 5),
        ("patient add", 1),
    ]
    assert [made.command for made, _ in journal.entries_of_patient(store, first, 2)] == ["clinic close", "plan"]
    assert [made.command for made, _ in journal.entries_of_patient(store, second, 10)] == [
        "clinic close",
        "patient add",
    ]
    assert [made.command for made in journal.latest_entries(store, 2)] == ["clinic close", "patient add"]


def test_a_patients_entries_are_found_through_indexes(store: Store) -> None:
    """However long the history: no table of it is read from end to end."""
    asked: list[str] = []
    store.connection.set_trace_callback(asked.append)
    journal.entries_of_patient(store, a_patient(store), 10)
    store.connection.set_trace_callback(None)
    (query,) = [sql for sql in asked if "cross join history" in sql]
    plan = [row[3] for row in store.rows(f"explain query plan {query}")]
    assert [step for step in plan if step.startswith("SCAN") and step.split()[1] in ("history", "noted", "made")] == []
    assert any("history_by_row" in step for step in plan)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30))
def test_whatever_was_typed_is_read_back_as_it_was(store: Store, text: str) -> None:
    with store.changing(who="MS", command="patient add") as write:
        number = put_patient(store, notes=f"{text}','NULL", gp=None)
        seq = write.query("select max(seq) seq from history")[0]["seq"]
    (noted,) = journal.rows_by_number(store, [seq])
    assert (noted.table, noted.row_id, noted.op, noted.before) == ("patient", number, "I", None)
    assert noted.after == journal.present(store, "patient", number)
    assert (noted.after["notes"], noted.after["gp"]) == (f"{text}','NULL", None)


def test_a_picture_from_before_a_migration_lacks_the_newest_columns_which_were_empty(store: Store) -> None:
    names = {"id": True, "name": False, "later": True}
    assert journal._row("'7','O''Hara'", names) == {"id": 7, "name": "O'Hara", "later": None}


@pytest.mark.parametrize("damaged", ["'1", "1", "'1''", "'1'x", "NULLL", "'1';drop table session"])
def test_a_damaged_picture_is_said_to_be_damaged_and_never_run(store: Store, damaged: str) -> None:
    with pytest.raises(FileError) as caught:
        journal._noted(store, [(1, "session", 1, "U", damaged, damaged)])
    assert caught.value.code == "history"


def test_a_table_that_no_record_has_is_said_to_be_damaged(store: Store) -> None:
    with pytest.raises(FileError) as caught:
        journal._noted(store, [(1, "ledger; drop", 1, "I", None, "'1'")])
    assert caught.value.code == "history"
