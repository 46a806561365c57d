"""Every file that is not a whole clinic file of ours is refused by name, and left as it is."""

from __future__ import annotations

import os
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from microsclero.errors import FileError
from microsclero.store import create_store, open_store
from tests.store.builders import a_patient, fill, fork, in_child, raw, ticking
from tests.store.damage import DAMAGE, a_dangling_link, a_folder, empty, overwrite


def refused(path: Path, **others: object) -> FileError:
    with pytest.raises(FileError) as caught:
        open_store(path, timeout=0.05, **others)  # type: ignore[arg-type]
    assert caught.value.exit_code == 7
    return caught.value


def bytes_below(folder: Path) -> dict[str, bytes | str]:
    """Everything in a folder, to see that nothing changed."""
    return {
        str(path.relative_to(folder)): os.readlink(path) if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


@pytest.mark.parametrize(("damage", "code", "words"), DAMAGE, ids=lambda case: getattr(case, "__name__", ""))
def test_a_file_that_is_not_right_is_refused_by_name_and_left_as_it_is(
    damage: Callable[[Path], None], code: str, words: str, clinic_file: Path
) -> None:
    damage(clinic_file)
    before = bytes_below(clinic_file.parent)

    error = refused(clinic_file)

    assert error.code == code
    assert words in error.message
    assert str(clinic_file) in error.message
    assert bytes_below(clinic_file.parent) == before


def test_an_untouched_file_opens(clinic_file: Path) -> None:
    before = clinic_file.read_bytes()
    open_store(clinic_file).close()
    assert clinic_file.read_bytes() == before


def test_a_good_link_opens_the_file_behind_it(clinic_file: Path, tmp_path: Path) -> None:
    link = tmp_path / "desk.db"
    link.symlink_to(clinic_file)
    with open_store(link) as opened:
        assert opened.path == clinic_file


def test_a_missing_folder_and_a_file_used_as_a_folder_are_missing_files(clinic_file: Path, tmp_path: Path) -> None:
    assert refused(tmp_path / "no" / "clinic.db").code == "file_missing"
    assert refused(clinic_file / "clinic.db").code == "file_missing"
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("name", ["a\0b.db", "x" * 5000])
def test_a_path_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path / name).code == "file_cannot_open"


@pytest.mark.parametrize("name", ["what?mode=memory.db", "a#b.db", "100%.db", "Zoë ☃.db", 'it\'s "so".db', "a b.db"])
def test_any_name_a_file_may_have_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    create_store(path, fill=fill).close()
    with open_store(path) as opened:
        assert a_patient(opened) == 1
    assert [found.name for found in tmp_path.iterdir()] == [name]


def test_dev_null_is_refused() -> None:
    assert refused(Path("/dev/null")).code == "file_not_regular"


def test_a_folder_that_may_not_be_written_to_is_refused(clinic_file: Path) -> None:
    clinic_file.parent.chmod(0o500)
    try:
        error = refused(clinic_file)
    finally:
        clinic_file.parent.chmod(0o700)
    assert (error.code, "chmod u+w" in error.message) == ("folder_read_only", True)


def test_a_network_drive_is_refused_with_the_way_out(clinic_file: Path) -> None:
    before = clinic_file.read_bytes()
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/share {clinic_file.parent} nfs4 rw 0 0\n"
    error = refused(clinic_file, mounts=mounts)
    assert error.code == "file_network_drive"
    assert "nfs4" in error.message
    assert "Move it to a disk of this computer" in error.message
    assert clinic_file.read_bytes() == before


@pytest.mark.parametrize("folder", ["Dropbox", "OneDrive - The Clinic", "Google Drive", "iCloud Drive", "Nextcloud"])
def test_a_sync_folder_is_refused_with_the_way_out(clinic_file: Path, tmp_path: Path, folder: str) -> None:
    inside = tmp_path / folder / "desk"
    inside.mkdir(parents=True)
    path = clinic_file.rename(inside / "clinic.db")
    before = path.read_bytes()
    error = refused(path)
    assert error.code == "file_sync_folder"
    assert "Move it to an ordinary folder" in error.message
    assert path.read_bytes() == before


@pytest.fixture
def somebody_else(clinic_file: Path) -> Iterator[sqlite3.Connection]:
    connection = raw(clinic_file)
    yield connection
    connection.close()


def test_a_file_locked_by_another_is_refused_after_waiting(
    clinic_file: Path, somebody_else: sqlite3.Connection
) -> None:
    somebody_else.execute("begin exclusive")
    before = clinic_file.read_bytes()
    error = refused(clinic_file)
    assert error.code == "file_locked"
    assert error.message == (
        f"{clinic_file} is being changed by another window or program and did not come free in 0.05 seconds. "
        "Nothing was changed; try again."
    )
    assert clinic_file.read_bytes() == before


def test_a_file_somebody_writes_to_can_be_read_but_not_changed(
    clinic_file: Path, somebody_else: sqlite3.Connection
) -> None:
    somebody_else.execute("begin immediate")
    with open_store(clinic_file, timeout=0.05) as opened:
        assert opened.value("select count(*) from clinic") == 1
        with pytest.raises(FileError) as caught:
            a_patient(opened)
        assert (caught.value.code, caught.value.exit_code) == ("file_locked", 7)
        somebody_else.execute("rollback")
        assert a_patient(opened) == 1


def test_a_lock_that_comes_free_in_time_is_waited_for(clinic_file: Path) -> None:
    reading, telling = os.pipe()

    def hold_it_a_while() -> None:
        other = raw(clinic_file)
        other.execute("begin immediate")
        os.write(telling, b"x")
        time.sleep(0.2)

    child = fork(hold_it_a_while)
    with open_store(clinic_file, timeout=10) as opened:
        os.read(reading, 1)
        assert a_patient(opened) == 1
        assert opened.value("pragma busy_timeout") == 10_000
    os.waitpid(child, 0)
    os.close(reading)
    os.close(telling)


def test_a_desk_that_has_no_file_handle_left_is_told(clinic_file: Path) -> None:
    def open_without_handles() -> str:
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
        try:
            return refused(clinic_file).code
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    assert in_child(open_without_handles) == "file_cannot_open"


def test_a_reader_in_the_way_of_the_commit_means_nothing_saved(
    clinic_file: Path, somebody_else: sqlite3.Connection
) -> None:
    with open_store(clinic_file, timeout=0.05) as opened:
        somebody_else.execute("begin")
        somebody_else.execute("select count(*) from patient").fetchall()
        with pytest.raises(FileError) as caught:
            a_patient(opened)
        assert caught.value.code == "file_locked"
        somebody_else.execute("rollback")
        assert opened.value("select count(*) from patient") == 0
        assert a_patient(opened) == 1


def test_a_file_that_may_not_be_written_to_can_still_be_read(clinic_file: Path) -> None:
    clinic_file.chmod(0o400)
    with open_store(clinic_file, readonly=True) as opened:
        assert opened.value("select name from clinic") == "The Clinic"
        with pytest.raises(FileError) as caught:
            a_patient(opened)
    assert caught.value.code == "file_read_only"


def test_reading_only_changes_nothing(clinic_file: Path) -> None:
    with open_store(clinic_file, readonly=True) as opened, pytest.raises(FileError) as caught:
        a_patient(opened)
    assert caught.value.code == "file_read_only"


def test_a_new_file_is_closed_to_others_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        create_store(tmp_path / "clinic.db", fill=fill).close()
    finally:
        os.umask(old)
    assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()] == [("clinic.db", 0o600)]


def test_a_new_folder_for_a_new_file_is_closed_to_others(tmp_path: Path) -> None:
    create_store(tmp_path / "data" / "clinic.db").close()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("there", [empty, a_folder, a_dangling_link], ids=["empty", "folder", "link"])
def test_making_a_file_touches_nothing_that_is_there(clinic_file: Path, there: Callable[[Path], None]) -> None:
    there(clinic_file)
    before = bytes_below(clinic_file.parent)
    with pytest.raises(FileError) as caught:
        create_store(clinic_file)
    assert caught.value.code == "file_exists"
    assert bytes_below(clinic_file.parent) == before


def test_a_making_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def stumble(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        create_store(tmp_path / "clinic.db", fill=stumble)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_not_made_where_none_may_lie(tmp_path: Path) -> None:
    with pytest.raises(FileError) as on_a_share:
        create_store(tmp_path / "a" / "clinic.db", mounts=f"x {tmp_path} cifs rw 0 0")
    with pytest.raises(FileError) as in_a_sync_folder:
        create_store(tmp_path / "Dropbox" / "clinic.db")
    assert (on_a_share.value.code, in_a_sync_folder.value.code) == ("file_network_drive", "file_sync_folder")
    assert list(tmp_path.iterdir()) == []


def test_a_hot_journal_is_rolled_back_at_the_next_opening(clinic_file: Path) -> None:
    """What a crash in the middle of a commit leaves: the old pages in the journal, new ones in the file."""
    with open_store(clinic_file, clock=ticking()) as opened:
        a_patient(opened)
    connection = raw(clinic_file)
    connection.execute("pragma cache_size = 1")
    connection.execute("pragma synchronous = off")
    connection.execute("begin immediate")
    connection.execute("create table junk (x)")
    connection.execute(
        "insert into junk with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000) "
        "select hex(randomblob(100)) from n"
    )
    torn, journal = clinic_file.read_bytes(), Path(f"{clinic_file}-journal").read_bytes()
    connection.execute("rollback")
    connection.close()
    overwrite(clinic_file, torn)
    overwrite(Path(f"{clinic_file}-journal"), journal)
    with open_store(clinic_file) as opened:
        assert opened.check().is_sound
        assert opened.value("select count(*) from patient") == 1
