"""A backup exists only once it was opened, checked and counted; and only what is no longer needed goes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import resource
import signal
import subprocess
import time as clock_time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from microsclero.errors import FileError
from microsclero.store import Store, backup, backup_log, checks, open_store
from microsclero.store.files import sync_file
from tests.figures import Note, note
from tests.store.builders import (
    a_patient,
    acknowledged,
    book_for_ever,
    codes,
    fork,
    half_written,
    in_child,
    numbers,
    put_course,
    tamper,
    ticking,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


@pytest.fixture
def busy_store(file_store: Store) -> Store:
    patient_no = a_patient(file_store)
    with file_store.changing(who="MS", command="plan"):
        put_course(file_store, patient_no)
    return file_store


def test_a_backup_is_the_record_as_it_was_with_its_proof_beside_it(busy_store: Store, folder: Path) -> None:
    head = busy_store.head()
    saved = busy_store.backup(folder, who="MS")

    assert sorted(path.name for path in folder.iterdir()) == [
        "clinic-20261122T150003Z.db",
        "clinic-20261122T150003Z.db.sha256",
        "clinic-20261122T150003Z.json",
    ]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    content = saved.path.read_bytes()
    manifest = json.loads(saved.manifest.read_text(encoding="utf-8"))
    assert manifest == {
        "microsclero_backup": 1,
        "file": "clinic-20261122T150003Z.db",
        "at": "2026-11-22T15:00:03.000000Z",
        "application_id": 0x4D53434C,
        "schema": checks.SCHEMA,
        "record": busy_store.value("select hash from ledger where n = 1"),
        "head": head,
        "counts": dict(saved.counts),
        "pages": len(content) // 4096,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "proved": ["integrity_check", "foreign_key_check", "history", "ledger", "counts", "head"],
    }
    assert (saved.head, saved.counts["patient"], saved.counts["session"]) == (head, 1, 4)
    with open_store(saved.path) as copy:
        assert copy.check(against=saved.head).is_sound
        assert copy.rows("select * from session") == busy_store.rows("select * from session")


def test_the_sum_beside_it_is_one_that_other_tools_check(busy_store: Store, folder: Path) -> None:
    saved = busy_store.backup(folder, who="MS")
    done = subprocess.run(
        ["sha256sum", "-c", f"{saved.path.name}.sha256"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, f"{saved.path.name}: OK\n")


def test_the_record_says_when_it_was_last_backed_up(busy_store: Store, folder: Path) -> None:
    assert backup_log.last_backup(busy_store) is None
    saved = busy_store.backup(folder, who="DR")
    last = backup_log.last_backup(busy_store)
    assert last == backup_log.LastBackup(
        at=datetime(2026, 11, 22, 15, 0, 4, tzinfo=UTC), path=str(saved.path), head=saved.head
    )
    assert busy_store.row("select who, cmd from ledger order by n desc limit 1") == ("DR", "record backup")
    assert busy_store.check(against=saved.head).is_sound


def test_two_backups_in_one_second_stand_side_by_side(clinic_file: Path, folder: Path) -> None:
    with open_store(clinic_file, clock=lambda: NOON) as opened:
        names = [opened.backup(folder, who="MS").path.name for _ in range(3)]
    assert names == [f"clinic-20261122T120000Z{again}.db" for again in ("", "-2", "-3")]


def test_a_backup_can_be_backed_up(busy_store: Store, folder: Path) -> None:
    saved = busy_store.backup(folder, who="MS")
    with open_store(saved.path, clock=ticking(NOON + timedelta(days=1))) as copy:
        again = copy.backup(folder, who="MS")
    with open_store(again.path) as copy:
        assert copy.check().is_sound


def test_a_record_in_memory_can_be_backed_up(store: Store, folder: Path) -> None:
    saved = store.backup(folder, who="MS")
    with open_store(saved.path) as copy:
        assert copy.value("select name from clinic") == "The Clinic"


def test_a_folder_that_is_not_there_is_refused(busy_store: Store, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", busy_store.path or tmp_path):
        with pytest.raises(FileError) as caught:
            busy_store.backup(path, who="MS")
        assert (caught.value.code, caught.value.exit_code) == ("backup_folder_missing", 7)
    assert backup_log.last_backup(busy_store) is None


def test_a_folder_that_may_not_be_written_to_is_refused(busy_store: Store, folder: Path) -> None:
    folder.chmod(0o500)
    with pytest.raises(FileError) as caught:
        busy_store.backup(folder, who="MS")
    folder.chmod(0o700)
    assert caught.value.code == "folder_read_only"


def test_the_live_file_beside_its_backups_is_left_alone(busy_store: Store, clinic_file: Path) -> None:
    saved = busy_store.backup(clinic_file.parent, who="MS")
    assert saved.path != clinic_file
    assert busy_store.check().is_sound


def test_a_record_that_was_tampered_with_gives_no_backup(clinic_file: Path, folder: Path) -> None:
    with open_store(clinic_file) as opened:
        a_patient(opened)
    tamper(clinic_file, "update patient set given_name = 'Eve'")
    with open_store(clinic_file) as opened, pytest.raises(FileError) as caught:
        opened.backup(folder, who="MS")
    assert caught.value.code == "backup_not_proved"
    assert "patient 1 is not as its history has it" in caught.value.message
    assert list(folder.iterdir()) == []


def test_a_copy_that_differs_is_thrown_away(busy_store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the proof: damage between copying and opening again must be seen."""

    def damage(path: Path) -> None:
        tamper(path, "delete from access", "delete from session where id = 4", "delete from history where row_id = 4")
        sync_file(path)

    monkeypatch.setattr("microsclero.store.backup.sync_file", damage)
    with pytest.raises(FileError) as caught:
        busy_store.backup(folder, who="MS")
    assert caught.value.code == "backup_not_proved"
    assert list(folder.iterdir()) == []


def test_a_full_disk_leaves_nothing_and_says_so(clinic_file: Path, folder: Path) -> None:
    def try_it() -> tuple[str, str, list[str], bool]:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        with open_store(clinic_file) as opened:
            resource.setrlimit(resource.RLIMIT_FSIZE, (clinic_file.stat().st_size - 8192, hard))
            with pytest.raises(FileError) as caught:
                opened.backup(folder, who="MS")
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
            left = [path.name for path in folder.iterdir()]
            return caught.value.code, caught.value.message, left, opened.check().is_sound

    code, message, left, is_sound = in_child(try_it)
    assert (code, left, is_sound) == ("disk_full", [], True)
    assert message.startswith(f"No backup was made in {folder}")


def test_what_is_kept_thins_out_with_age() -> None:
    every_ten_minutes = [NOON - timedelta(minutes=10 * step) for step in range(6 * 24 * 800)]
    kept = backup.kept(every_ten_minutes)
    assert max(every_ten_minutes) in kept
    assert len(kept) == 24 + 13 + 6 + 22
    hours = [moment for moment in kept if NOON - moment < timedelta(hours=24)]
    days = {moment.date() for moment in kept if NOON.date() - moment.date() < timedelta(days=14)}
    assert (len(hours), len(days)) == (24, 14)
    assert min(kept) == datetime(2024, 12, 31, 23, 50, tzinfo=UTC)


def test_of_few_copies_all_are_kept() -> None:
    few = [NOON - timedelta(days=40 * step) for step in range(10)]
    assert backup.kept(few) == frozenset(few)
    assert backup.kept([]) == frozenset()


def test_old_copies_go_and_the_newest_never_does(clinic_file: Path, folder: Path) -> None:
    at = NOON
    with open_store(clinic_file, clock=lambda: at) as opened:
        made = []
        for minute in range(0, 50, 10):
            at = NOON + timedelta(minutes=minute)
            made.append(opened.backup(folder, who="MS").path)
        assert [path for path in made if path.exists()] == [made[-1]]
        assert len(list(folder.iterdir())) == 3
        # A clock gone back: the one just made stays, though another of its hour is newer by name.
        at = NOON + timedelta(minutes=5)
        back = opened.backup(folder, who="MS").path
        assert (back.exists(), made[-1].exists()) == (True, True)
        at = NOON + timedelta(minutes=6)
        opened.backup(folder, who="MS")
    assert (back.exists(), made[-1].exists()) == (False, True)


def test_what_is_not_ours_to_remove_stays(clinic_file: Path, folder: Path) -> None:
    from microsclero.store import create_store
    from tests.store.builders import fill

    at = NOON
    other_file = clinic_file.parent / "other" / "clinic.db"
    with (
        create_store(other_file, fill=fill, clock=lambda: at) as other,
        open_store(clinic_file, clock=lambda: at) as opened,
    ):
        of_another_clinic = other.backup(folder, who="MS").path
        undescribed = folder / "clinic-20261122T110000Z.db"
        undescribed.write_bytes(b"somebody's")
        at = NOON + timedelta(minutes=10)
        worked_in = opened.backup(folder, who="MS").path
        with open_store(worked_in) as copy:
            a_patient(copy)
        at = NOON + timedelta(minutes=20)
        untouched = opened.backup(folder, who="MS").path
        at = NOON + timedelta(minutes=30)
        newest = opened.backup(folder, who="MS").path
    there = [path.exists() for path in (of_another_clinic, undescribed, worked_in, untouched, newest)]
    assert there == [True, True, True, False, True]


def test_a_copy_left_by_a_kill_goes_after_an_hour(busy_store: Store, folder: Path) -> None:
    fresh, stale = folder / "clinic-20261121T120000Z.db.part", folder / "clinic-20261120T120000Z.db.part"
    for path in (fresh, stale):
        path.write_bytes(b"half")
    hours_ago = clock_time.time() - 7200
    os.utime(stale, (hours_ago, hours_ago))
    busy_store.backup(folder, who="MS")
    assert (fresh.exists(), stale.exists()) == (True, False)


def _under_load(clinic_file: Path, folder: Path, how_many: int) -> None:
    """Backups while somebody books without a pause: none torn, none short of what was saved before it began."""
    reading, writing = os.pipe()

    def keep_booking() -> None:
        with open_store(clinic_file) as opened:
            # A pause shorter than any person's, so that the record does not outgrow its own checking.
            book_for_ever(opened, writing, pause=0.005)

    child = fork(keep_booking)
    os.close(writing)
    try:
        told = b""
        with open_store(clinic_file) as opened:
            for _ in range(how_many):
                while len(acknowledged(told)) < 1:
                    told += os.read(reading, 65_536)
                before = acknowledged(told)
                saved = opened.backup(folder, who="MS")
                with open_store(saved.path) as copy:
                    assert half_written(copy.connection) == []
                    assert before <= numbers(copy)
                    assert copy.check(against=saved.head).is_sound
                saved.path.unlink()
                told += os.read(reading, 65_536)
        assert len(acknowledged(told)) > how_many
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reading)
    with open_store(clinic_file) as opened:
        assert opened.check().is_sound


def _killed(clinic_file: Path, folder: Path, kills: int) -> None:
    """Backups killed at any moment: whatever bears a final name is whole."""
    draw = random.Random(7)
    start = clock_time.perf_counter()
    with open_store(clinic_file) as opened:
        opened.backup(folder, who="MS").path.unlink()
    takes = clock_time.perf_counter() - start
    finished = interrupted = 0
    for _ in range(kills):

        def back_up() -> None:
            with open_store(clinic_file) as opened:
                opened.backup(folder, who="MS")

        child = fork(back_up)
        clock_time.sleep(draw.uniform(0, 2 * takes))
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        copies = list(folder.glob("*.db"))
        finished += len(copies)
        interrupted += not copies
        for copy in copies:
            manifest = json.loads(copy.with_suffix(".json").read_text(encoding="utf-8"))
            assert manifest["sha256"] == hashlib.sha256(copy.read_bytes()).hexdigest()
            with open_store(copy) as opened:
                assert codes(opened.check(against=manifest["head"]).problems) == set()
            copy.unlink()
    assert (finished > 0, interrupted > 0) == (True, True)
    with open_store(clinic_file) as opened:
        assert opened.check().is_sound
        opened.backup(folder, who="MS")


def test_backups_under_load_are_never_torn(clinic_file: Path, folder: Path) -> None:
    _under_load(clinic_file, folder, 20)


def test_a_killed_backup_never_bears_a_final_name(clinic_file: Path, folder: Path) -> None:
    _killed(clinic_file, folder, 20)


@pytest.mark.proof
def test_backups_under_load_are_never_torn_in_the_long_run(
    clinic_file: Path, folder: Path, record_property: Note
) -> None:
    _under_load(clinic_file, folder, 100)
    note(record_property, backups=100, torn=0)


@pytest.mark.proof
def test_a_killed_backup_never_bears_a_final_name_in_the_long_run(
    clinic_file: Path, folder: Path, record_property: Note
) -> None:
    _killed(clinic_file, folder, 60)
    note(record_property, kills=60, broken_under_a_final_name=0)
