"""A clinic file that can't be used: each kind its own sentence, exit 7, and not a byte changed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import ZOE, Line, planned, ready, register

Spoil = Callable[[Path], None]


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


def scribbled(path: Path) -> None:
    path.write_bytes(b"this is a letter, not a record " * 500)


def foreign(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("create table somebody_elses (x)")
    connection.commit()
    connection.close()
    path.chmod(0o600)


def newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("pragma user_version = 99")
    connection.commit()
    connection.close()


def read_only(path: Path) -> None:
    path.chmod(0o400)


def open_to_others(path: Path) -> None:
    path.chmod(0o644)


def without_a_trigger(path: Path) -> None:
    connection = sqlite3.connect(path)
    name = connection.execute("select name from sqlite_schema where type = 'trigger' order by name").fetchone()[0]
    connection.execute(f'drop trigger "{name}"')
    connection.commit()
    connection.close()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def gone(path: Path) -> None:
    path.unlink()


def two_names(path: Path) -> None:
    os.link(path, path.with_name("second.db"))


def dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nowhere.db"))


KINDS: dict[str, Spoil] = {
    "file_empty": empty,
    "file_damaged": cut,
    "file_foreign": foreign,
    "file_newer": newer,
    "file_read_only": read_only,
    "file_readable_by_others": open_to_others,
    "file_triggers_missing": without_a_trigger,
    "file_is_directory": a_folder,
    "file_missing": gone,
    "file_hard_link": two_names,
    "file_dangling_link": dangling,
}


def left(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in sorted(folder.iterdir()) if each.is_file()}


@pytest.mark.parametrize("code", KINDS)
def test_a_file_that_cant_be_used_is_a_sentence_of_its_own_and_stays_as_it_is(
    run: Line, clinic_file: Path, code: str
) -> None:
    register(run)
    KINDS[code](clinic_file)
    before = left(clinic_file.parent)
    for words, answers in ((("today",), None), (("patient", "add"), {**ZOE, "given_name": "Ana"})):
        told = run(*words, answers=answers)
        assert (told.code, told.out, len(told.err.splitlines())) == (7, "", 1)
        assert str(clinic_file) in told.err
        done = run.json(*words, answers=answers)
        assert (done.code, done.codes, done.err) == (7, [code], "")
    assert left(clinic_file.parent) == before


def test_what_is_no_database_at_all_is_damaged_or_foreign(run: Line, clinic_file: Path) -> None:
    scribbled(clinic_file)
    before = clinic_file.read_bytes()
    done = run.json("today")
    assert (done.code, done.codes[0] in ("file_damaged", "file_foreign")) == (7, True)
    assert clinic_file.read_bytes() == before


def test_a_clinic_is_never_made_over_something_that_is_there(run: Line, clinic_file: Path) -> None:
    from tests.builders import CLINIC

    before = clinic_file.read_bytes()
    done = run.json("clinic", "init", answers=CLINIC)
    assert (done.code, done.codes) == (7, ["file_exists"])
    assert clinic_file.read_bytes() == before


def test_a_clinic_that_cant_be_made_leaves_nothing(run: Line, tmp_path: Path) -> None:
    from tests.builders import CLINIC

    (tmp_path / "Dropbox").mkdir()
    for path in (tmp_path / "Dropbox" / "c.db", tmp_path / "clinic.db" / "c.db"):
        done = run.on(path).json("clinic", "init", answers=CLINIC)
        assert (done.code, path.exists()) == (7, False), done
    assert list((tmp_path / "Dropbox").iterdir()) == []


def test_a_file_somebody_else_keeps_locked_can_still_be_read(run: Line, clinic_file: Path) -> None:
    number = register(run)
    other = sqlite3.connect(clinic_file, isolation_level=None)
    other.execute("begin immediate")
    try:
        assert run.json("patient", "find").data["patients"][0]["patient"] == number
        assert run.json("today").code == 0
        assert run.json("patient", "show", number).code == 0
    finally:
        other.execute("rollback")
        other.close()


SHEETS: dict[str, tuple[object, ...]] = {
    "aftercare --pdf": ("aftercare", 1, "--ended", "2026-11-22T10:00", "--pdf"),
    "prepare --pdf": ("prepare", 1, "--pdf"),
    "agenda --pdf": ("agenda", "--from", "2026-11-27", "--pdf"),
    "agenda --ics": ("agenda", "--from", "2026-11-27", "--days", 7, "--ics"),
    "screen --form --pdf": ("screen", "--form", "--pdf"),
}


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_never_takes_the_place_of_another_file(
    run: Line, clinic_file: Path, tmp_path: Path, sheet: str
) -> None:
    planned(run, ready(run), "--start", "2026-11-27")
    letter, pipe, link = tmp_path / "letter.pdf", tmp_path / "pipe.pdf", tmp_path / "linked.pdf"
    letter.write_text("Dear colleague", encoding="utf-8")
    os.mkfifo(pipe)
    link.symlink_to(clinic_file)
    journal = clinic_file.with_name(f"{clinic_file.name}-journal")
    before = clinic_file.read_bytes()
    for target in (clinic_file, journal, link, letter, pipe, tmp_path):
        done = run.json(*SHEETS[sheet], target)
        assert (done.code, done.codes) == (2, ["unwritable"]), target
        assert str(target) in done.envelope["errors"][0]["message"]
    assert clinic_file.read_bytes() == before
    assert (letter.read_text(encoding="utf-8"), journal.exists(), pipe.is_fifo(), link.is_symlink()) == (
        ("Dear colleague", False, True, True)
    )
    written = tmp_path / "new file"
    assert [run.json(*SHEETS[sheet], written).code for _ in range(2)] == [0, 0], "its own kind is replaced"
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.endswith(".part")) == []
