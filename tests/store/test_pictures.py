"""The pictures beside the file: whole or not there, each one proved, and in every backup."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from microsclero.errors import FileError
from microsclero.store import Store, open_store, photos, pictures
from microsclero.store.backup import Backup
from microsclero.store.pictures import Wanted, faults, folder_of, laid_down, named, picture
from tests.store.builders import a_patient, in_child, ticking

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOME = {hashlib.sha256(data).hexdigest(): data for data in (b"one picture", b"another picture")}
ONE, OTHER = SOME


def wanted(*names: str) -> list[Wanted]:
    return [Wanted(number, name, len(SOME[name])) for number, name in enumerate(names, 1)]


def kept(file: Path, *names: str) -> Path:
    """The pictures of these hashes, laid down and named."""
    with laid_down(file, {name: SOME[name] for name in names}) as parts, named(parts):
        pass
    return folder_of(file)


def codes(file: Path, *names: str) -> list[str]:
    return [fault.code for fault in faults(file, wanted(*names))]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clinic.db"


def test_pictures_lie_in_a_closed_folder_beside_the_file_named_by_their_hash(file: Path) -> None:
    folder = kept(file, ONE, OTHER)
    assert folder == file.with_name("clinic.db.photos")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == SOME
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert faults(file, wanted(ONE, OTHER)) == ()
    assert picture(file, wanted(ONE)[0]) == b"one picture"


def test_until_it_is_named_a_picture_is_not_there_and_what_is_not_named_goes(file: Path) -> None:
    with laid_down(file, SOME):
        assert {path.name for path in folder_of(file).iterdir()} & SOME.keys() == set()
        assert len(list(folder_of(file).iterdir())) == 2
    assert list(folder_of(file).iterdir()) == []


def test_what_is_unfinished_is_named_once_nobody_is_adding_any_more(file: Path) -> None:
    left = f".{'e' * 64}.12.part"
    with laid_down(file, SOME):
        (folder_of(file) / left).write_bytes(b"half")
        assert codes(file) == []
    assert codes(file) == ["photo_unfinished"]


def test_what_a_stopped_program_left_goes_with_the_next_pictures_and_nothing_else_does(file: Path) -> None:
    folder = kept(file, ONE)
    left, strange = folder / f".{'e' * 64}.12.part", folder / "notes.part"
    for path in (left, strange):
        path.write_bytes(b"half")
        os.utime(path, (0, 0))
    with laid_down(file, SOME):
        assert left.exists(), "while others may be adding, nothing goes"
    assert (left.exists(), strange.exists()) == (False, True)


def test_what_is_left_stays_where_nothing_was_added(file: Path) -> None:
    folder = kept(file, ONE)
    left = folder / f".{'e' * 64}.12.part"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    with pytest.raises(KeyError), laid_down(file, SOME):
        raise KeyError
    assert left.exists()


def test_where_the_rows_cant_be_written_the_new_pictures_go_and_the_old_stay(file: Path) -> None:
    folder = kept(file, ONE)
    with pytest.raises(ZeroDivisionError), laid_down(file, SOME) as parts, named(parts):
        assert {path.name for path in folder.iterdir()} == set(SOME)
        raise ZeroDivisionError
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {ONE: SOME[ONE]}


def test_a_full_disk_keeps_nothing_and_is_said(file: Path) -> None:
    def on_a_small_disk() -> tuple[str, int, list[str]]:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            with laid_down(file, {ONE: b"small", OTHER: bytes(5000)}):
                return "", 0, []
        except FileError as error:
            return error.code, error.exit_code, os.listdir(folder_of(file))

    assert in_child(on_a_small_disk) == ("disk_full", 7, [])


def test_a_folder_that_others_can_open_takes_no_pictures(file: Path) -> None:
    folder_of(file).mkdir(mode=0o755)
    with pytest.raises(FileError) as caught, laid_down(file, SOME):
        pass
    assert (caught.value.code, list(folder_of(file).iterdir())) == ("photo_open_to_others", [])


def test_something_else_of_that_name_is_left_alone(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    folder_of(file).symlink_to(elsewhere)
    with pytest.raises(FileError) as caught, laid_down(file, SOME):
        pass
    assert (caught.value.code, list(elsewhere.iterdir())) == ("photos_unreadable", [])


# ── looked over ──


def test_every_flipped_bit_is_found(file: Path) -> None:
    path = kept(file, ONE) / ONE
    for bit in range(8 * len(SOME[ONE])):
        data = bytearray(SOME[ONE])
        data[bit // 8] ^= 1 << bit % 8
        path.write_bytes(data)
        assert codes(file, ONE) == ["photo_changed"]
        with pytest.raises(FileError, match="is not the one that was kept"):
            picture(file, wanted(ONE)[0])
    path.write_bytes(SOME[ONE])
    assert codes(file, ONE) == []


@pytest.mark.parametrize("data", [b"", b"one pictur", b"one picture and more"])
def test_a_picture_of_another_length_is_found(file: Path, data: bytes) -> None:
    (kept(file, ONE) / ONE).write_bytes(data)
    assert codes(file, ONE) == ["photo_changed"]


def test_all_that_is_wrong_is_named_at_once(file: Path) -> None:
    folder = kept(file, ONE, OTHER)
    (folder / ONE).unlink()
    (folder / OTHER).chmod(0o644)
    (folder / ("f" * 64)).write_bytes(b"nobody's")
    (folder / f".{'e' * 64}.12.part").write_bytes(b"half")
    (folder / "holiday.jpg").write_bytes(b"foreign")
    (folder / ("d" * 64)).mkdir()
    folder.chmod(0o755)
    found = faults(file, wanted(ONE, OTHER))
    assert sorted(fault.code for fault in found) == [
        "photo_foreign",
        "photo_foreign",
        "photo_missing",
        "photo_open_to_others",
        "photo_open_to_others",
        "photo_orphan",
        "photo_unfinished",
    ]
    assert [fault.photo for fault in found if fault.photo] == [1]
    assert [fault.sha256 for fault in found if fault.sha256] == ["f" * 64]


def test_a_folder_that_is_gone_is_one_sentence_with_every_number(file: Path) -> None:
    (fault,) = faults(file, wanted(ONE, OTHER))
    assert fault.code == "photo_missing"
    assert "photographs 1, 2." in fault.message
    assert faults(file, ()) == ()


def test_a_link_in_place_of_a_picture_is_not_followed(file: Path, tmp_path: Path) -> None:
    path = kept(file, ONE) / ONE
    (tmp_path / "elsewhere").write_bytes(SOME[ONE])
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    assert codes(file, ONE) == ["photo_unreadable"]
    path.unlink()
    os.mkfifo(path)
    assert codes(file, ONE) == ["photo_changed"]


# ── taken along ──


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


def put_photo(store: Store, patient_no: int, name: str) -> int:
    """A photograph with its picture, in a change of its own."""
    file = store.path or Path()
    with (
        laid_down(file, {name: SOME[name]}) as parts,
        store.changing(who="MS", command="photo add"),
        named(parts),
    ):
        return photos.add_photo(
            store,
            patient_no=patient_no,
            course=None,
            session=None,
            stage="before",
            leg=None,
            region=None,
            aspect=None,
            sha256=name,
            size=len(SOME[name]),
            width=1,
            height=1,
            original_name="a.jpg",
            taken_on=date(2026, 11, 22),
            taken_by="MS",
        )


@pytest.fixture
def pictured(file_store: Store) -> Store:
    patient_no = a_patient(file_store)
    for name in SOME:
        put_photo(file_store, patient_no, name)
    return file_store


def in_backup(saved: Backup) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder_of(saved.path).iterdir()}


def test_a_backup_has_the_pictures_that_its_rows_name(pictured: Store, folder: Path) -> None:
    saved = pictured.backup(folder, who="MS")
    assert in_backup(saved) == SOME
    assert folder_of(saved.path).stat().st_mode & 0o777 == 0o700
    assert saved.photos == pictures.Taken(photos=2)
    assert json.loads(saved.manifest.read_text())["photos"] == {"proved": 2, "without_picture": []}
    with open_store(saved.path) as copy:
        assert faults(saved.path, pictures.wanted_in(copy.connection)) == ()
    assert not list(folder.glob("*.part*"))


def test_a_record_without_photographs_has_no_such_folder(file_store: Store, folder: Path) -> None:
    saved = file_store.backup(folder, who="MS")
    assert not folder_of(saved.path).exists()
    assert "photos" not in json.loads(saved.manifest.read_text())


def test_a_second_backup_stores_no_picture_twice_and_never_shares_one_with_the_record(
    pictured: Store, folder: Path
) -> None:
    first = pictured.backup(folder, who="MS")
    pictured.clock = ticking(NOON + timedelta(days=1))
    second = pictured.backup(folder, who="MS")
    assert in_backup(first) == in_backup(second) == SOME
    for name in SOME:
        live = (folder_of(pictured.path or Path()) / name).stat()
        copies = [(folder_of(saved.path) / name).stat() for saved in (first, second)]
        assert copies[0].st_ino == copies[1].st_ino != live.st_ino
        assert live.st_nlink == 1


def test_a_picture_that_went_bad_in_an_earlier_backup_is_copied_anew(pictured: Store, folder: Path) -> None:
    first = pictured.backup(folder, who="MS")
    (folder_of(first.path) / ONE).write_bytes(b"rotten")
    assert in_backup(pictured.backup(folder, who="MS")) == SOME


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"rotten")], ids=["missing", "damaged"])
def test_a_picture_the_record_has_lost_is_named_and_everything_else_is_backed_up(
    pictured: Store, folder: Path, spoil: object
) -> None:
    assert callable(spoil)
    spoil(folder_of(pictured.path or Path()) / ONE)
    saved = pictured.backup(folder, who="MS")
    assert in_backup(saved) == {OTHER: SOME[OTHER]}
    assert saved.photos == pictures.Taken(photos=1, without=(1,))
    assert json.loads(saved.manifest.read_text())["photos"] == {"proved": 1, "without_picture": [1]}


def test_a_picture_the_record_has_lost_comes_from_the_backup_before(pictured: Store, folder: Path) -> None:
    pictured.backup(folder, who="MS")
    (folder_of(pictured.path or Path()) / ONE).unlink()
    assert in_backup(pictured.backup(folder, who="MS")) == SOME


def test_what_stopped_on_the_way_leaves_neither_copy_nor_pictures(
    pictured: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_more(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pictures, "_write_whole", no_more)
    with pytest.raises(FileError) as caught:
        pictured.backup(folder, who="MS")
    assert (caught.value.code, list(folder.iterdir())) == ("disk_full", [])


def test_pictures_that_got_their_name_and_no_copy_go(
    pictured: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def not_the_copy(source: Path, target: Path) -> None:
        if str(target).endswith(".db"):
            raise OSError(5, "Input/output error")
        replace(source, target)

    monkeypatch.setattr(os, "replace", not_the_copy)
    with pytest.raises(FileError):
        pictured.backup(folder, who="MS")
    assert [path.name for path in folder.iterdir() if path.suffix not in (".json", ".sha256")] == []


def test_a_backup_that_goes_takes_its_pictures_along_but_no_file_of_others(pictured: Store, folder: Path) -> None:
    made = []
    for minutes in range(3):
        pictured.clock = ticking(NOON + timedelta(minutes=minutes))
        made.append(pictured.backup(folder, who="MS"))
        (folder_of(made[0].path) / "mine.txt").write_text("mine")
    assert [saved.path.exists() for saved in made] == [False, False, True]
    assert [path.name for path in folder_of(made[0].path).iterdir()] == ["mine.txt"]
    assert not folder_of(made[1].path).exists()
    assert in_backup(made[2]) == SOME


def test_a_killed_backup_is_cleared_away_with_its_pictures(pictured: Store, folder: Path) -> None:
    old = folder / "clinic-20261101T000000Z.db.part"
    old.touch()
    os.utime(old, (0, 0))
    for left in (folder_of(old), folder_of(old.with_suffix(""))):
        left.mkdir()
        (left / ONE).write_bytes(b"x")
    saved = pictured.backup(folder, who="MS")
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [saved.path.name, saved.manifest.name, f"{saved.path.name}.sha256", f"{saved.path.name}.photos"]
    )
