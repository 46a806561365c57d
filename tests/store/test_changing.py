"""One whole change or nothing: refusals, faults in the middle, failed commits, full disks, clocks that go back."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from microsclero.errors import ConflictError, DeskError, FileError
from microsclero.store import Store, open_store, patients
from microsclero.store.connection import fence, file_error, lift_fence, set_safety
from microsclero.store.writing import CLOCK_WENT_BACK, SAVED_AFTER_ALL
from tests.store.builders import a_patient, in_child, put_course, put_patient, ticking


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt, SystemExit, sqlite3.IntegrityError])
def test_a_fault_in_the_middle_leaves_nothing_behind(file_store: Store, fault: type[BaseException]) -> None:
    before = file_store.rows("select count(*), max(n), (select count(*) from history) from ledger")
    with pytest.raises(BaseException), file_store.changing(who="MS", command="plan"):  # noqa: B017
        put_course(file_store, put_patient(file_store))
        raise fault
    assert file_store.rows("select count(*), max(n), (select count(*) from history) from ledger") == before
    assert file_store.value("select count(*) from patient") == 0
    assert file_store.check().is_sound


def test_a_change_is_seen_by_others_only_when_it_is_whole(file_store: Store, clinic_file: Path) -> None:
    with open_store(clinic_file) as other:
        with file_store.changing(who="MS", command="patient add"):
            put_patient(file_store)
            assert other.value("select count(*) from patient") == 0
        assert other.value("select count(*) from patient") == 1


def test_a_change_inside_a_change_is_a_bug(store: Store) -> None:
    with (
        pytest.raises(RuntimeError, match="under way"),
        store.changing(who="MS", command="a"),
        store.changing(who="MS", command="b"),
    ):
        pass
    assert a_patient(store) == 1


def test_writing_outside_a_change_is_a_bug(store: Store) -> None:
    with pytest.raises(RuntimeError, match=r"outside changing\(\)"):
        put_patient(store)


@pytest.mark.parametrize(("who", "command"), [("", "plan"), ("MS", "")])
def test_a_change_says_who_and_with_what(store: Store, who: str, command: str) -> None:
    with pytest.raises(ValueError, match="who makes it"), store.changing(who=who, command=command):
        pass


def test_a_change_that_changes_nothing_leaves_no_entry(store: Store) -> None:
    head = store.head()
    with store.changing(who="MS", command="plan"):
        pass
    assert store.head() == head


def test_what_was_entered_is_noted_with_who_when_and_with_what(store: Store) -> None:
    patient_no = a_patient(store)
    patients_before = patients.patient(store, patient_no)
    with store.changing(who="DR", command="patient edit"):
        patients.edit_patient(store, patient_no, {"phone": "0 1"}, patients_before.version)
    noted = store.rows("select who, at, cmd, op, row_id from history where tbl = 'patient' order by seq")
    assert noted == [
        ("MS", "2026-11-22T15:00:02.000000Z", "patient add", "I", 1),
        ("DR", "2026-11-22T15:00:03.000000Z", "patient edit", "U", 1),
    ]
    entries = store.rows("select who, cmd, last_seq - first_seq + 1 from ledger order by n")
    assert entries == [("MS", "clinic init", 10), ("MS", "patient add", 1), ("DR", "patient edit", 1)]


def test_a_text_with_a_nul_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="NUL"), store.changing(who="MS", command="patient add"):
        put_patient(store, "Ja\0ne")


def test_a_clock_gone_back_is_said_and_marked_never_refused(clinic_file: Path) -> None:
    now = datetime(2026, 11, 22, 15, tzinfo=UTC)
    with open_store(clinic_file, clock=lambda: now - timedelta(hours=2)) as opened:
        assert a_patient(opened) == 1
        assert opened.notes == [CLOCK_WENT_BACK]
        # From here on it goes forward again.
        assert a_patient(opened) == 2
        assert opened.notes == [CLOCK_WENT_BACK]
        assert opened.rows("select n, clock_back from ledger") == [(1, 0), (2, 1), (3, 0)]
        report = opened.check()
    assert (report.clock_back, report.is_sound) == (1, True)


def test_ctrl_c_waits_until_the_change_is_saved(clinic_file: Path) -> None:
    def interrupted() -> tuple[list[str], object, bool]:
        """In a process of its own: threads that other tests have left here would take the signal in its place."""
        seen = []
        with open_store(clinic_file) as opened:
            with pytest.raises(KeyboardInterrupt), opened.changing(who="MS", command="patient add"):
                os.kill(os.getpid(), signal.SIGINT)
                seen.append("interrupted")
                put_patient(opened)
                seen.append("put")
            is_held = signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])
            return seen, opened.value("select count(*) from patient"), is_held

    assert in_child(interrupted) == (["interrupted", "put"], 1, False)


class FailingCommit(sqlite3.Connection):
    """A disk that fails at the commit: before it took hold, or after."""

    fault = ""
    takes_hold = False

    def execute(self, sql: str, values: object = (), /) -> sqlite3.Cursor:
        if sql == "COMMIT" and self.fault:
            super().execute("COMMIT" if self.takes_hold else "ROLLBACK")
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorname = self.fault
            raise error
        return super().execute(sql, values)  # type: ignore[arg-type]


@pytest.fixture
def failing(clinic_file: Path) -> Iterator[tuple[Store, FailingCommit]]:
    connection = sqlite3.connect(clinic_file, factory=FailingCommit, isolation_level=None)
    set_safety(connection)
    fence(connection)
    opened = Store(connection, clinic_file, clock=ticking(datetime(2026, 11, 24, tzinfo=UTC)))
    yield opened, connection
    opened.close()


def test_a_commit_that_failed_but_held_is_saved_after_all(failing: tuple[Store, FailingCommit]) -> None:
    opened, connection = failing
    connection.fault, connection.takes_hold = "SQLITE_IOERR_DIR_FSYNC", True
    assert a_patient(opened) == 1
    assert opened.notes == [SAVED_AFTER_ALL]
    assert opened.connection is not connection
    assert opened.value("select count(*) from patient") == 1
    # The fresh connection goes on, as fenced as the first.
    assert a_patient(opened) == 2
    with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
        opened.connection.execute("drop table patient")


@pytest.mark.parametrize(
    ("fault", "code"),
    [("SQLITE_IOERR_FSYNC", "not_saved"), ("SQLITE_FULL", "disk_full"), ("SQLITE_IOERR_WRITE", "disk_full")],
)
def test_a_commit_that_failed_and_did_not_hold_is_not_saved(
    failing: tuple[Store, FailingCommit], fault: str, code: str
) -> None:
    opened, connection = failing
    connection.fault = fault
    with pytest.raises(FileError) as caught:
        a_patient(opened)
    assert caught.value.code == code
    assert "not saved" in caught.value.message
    assert opened.value("select count(*) from patient") == 0
    assert opened.check().is_sound


def test_where_the_file_cannot_be_read_again_it_is_not_known(
    failing: tuple[Store, FailingCommit], clinic_file: Path
) -> None:
    opened, connection = failing
    connection.fault = "SQLITE_IOERR_FSYNC"
    with pytest.raises(FileError) as caught, opened.changing(who="MS", command="patient add"):
        put_patient(opened)
        clinic_file.rename(clinic_file.with_name("gone.db"))
    assert caught.value.code == "disk_error"
    assert "is not known" in caught.value.message


def test_a_full_database_keeps_everything_before_and_says_so(file_store: Store) -> None:
    a_patient(file_store)
    lift_fence(file_store.connection)
    file_store.connection.execute("pragma max_page_count = 1")
    fence(file_store.connection)
    saved = 1
    with pytest.raises(FileError) as caught:
        while True:
            a_patient(file_store, notes="x" * 5000)
            saved += 1
    assert (caught.value.code, caught.value.exit_code) == ("disk_full", 7)
    assert "not saved; all earlier ones are" in caught.value.message
    assert file_store.value("select count(*) from patient") == saved
    assert file_store.check().is_sound


def test_a_disk_that_takes_no_more_keeps_everything_before_and_says_so(clinic_file: Path) -> None:
    def fill_it_up() -> tuple[int, int, str, str, bool]:
        limit = clinic_file.stat().st_size + 65_536
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        saved = 0
        with open_store(clinic_file) as opened:
            try:
                while True:
                    a_patient(opened, notes="x" * 5000)
                    saved += 1
            except DeskError as error:
                told = error
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
            held = opened.value("select count(*) from patient")
            return saved, held, told.code, told.message, opened.check().is_sound

    saved, held, code, message, is_sound = in_child(fill_it_up)
    assert saved > 0
    assert (held, code, is_sound) == (saved, "disk_full", True)
    assert "not saved; all earlier ones are" in message


def test_a_draft_on_a_full_disk_says_so_too(file_store: Store) -> None:
    from microsclero.store import drafts

    lift_fence(file_store.connection)
    file_store.connection.execute("pragma max_page_count = 1")
    fence(file_store.connection)
    with pytest.raises(FileError) as caught:
        while True:
            drafts.save_draft(file_store, purpose="intake", body={"notes": "x" * 5000})
    assert caught.value.code == "disk_full"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("SQLITE_BUSY", "file_locked"),
        ("SQLITE_BUSY_SNAPSHOT", "file_locked"),
        ("SQLITE_LOCKED_SHAREDCACHE", "file_locked"),
        ("SQLITE_NOTADB", "file_damaged"),
        ("SQLITE_CORRUPT_INDEX", "file_damaged"),
        ("SQLITE_READONLY_DIRECTORY", "folder_read_only"),
        ("SQLITE_READONLY_ROLLBACK", "file_read_only"),
        ("SQLITE_FULL", "disk_full"),
        ("SQLITE_IOERR_WRITE", "disk_full"),
        ("SQLITE_IOERR_FSYNC", "disk_error"),
        ("SQLITE_CANTOPEN_ISDIR", "file_cannot_open"),
    ],
)
def test_each_fault_of_the_database_has_a_sentence(name: str, code: str) -> None:
    fault = sqlite3.OperationalError("whatever it says")
    fault.sqlite_errorname = name
    told = file_error(fault, Path("/x/{clinic}.db"), waited=15)
    assert told is not None
    assert (told.code, told.exit_code, "whatever" in told.message, "{" in told.message.replace("{clinic}", "")) == (
        code,
        7,
        False,
        False,
    )


def test_a_fault_of_ours_is_no_sentence() -> None:
    fault = sqlite3.OperationalError("no such column: x")
    fault.sqlite_errorname = "SQLITE_ERROR"
    assert file_error(fault, None) is None
    assert file_error(sqlite3.ProgrammingError("Cannot operate on a closed database."), None) is None


def test_something_already_there_is_a_conflict(store: Store) -> None:
    from microsclero.store import clinic

    with pytest.raises(ConflictError) as caught, store.changing(who="MS", command="clinic team"):
        clinic.add_member(store, initials="MS", name="Mo Said", roles=["injector"])
    assert (caught.value.code, caught.value.exit_code) == ("already_there", 5)
