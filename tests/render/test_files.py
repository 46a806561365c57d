"""Writing a file somebody asked for never costs another file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from microsclero.errors import UsageError
from microsclero.render.files import put_down

SHEET = b"%PDF-1.7 the new sheet"


def refused(target: Path | str, live: Path | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        put_down(SHEET, str(target), option="--pdf", live=live)
    return caught.value.message


def test_a_new_file_is_whole_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    written = put_down(SHEET, str(tmp_path / "sheet.pdf"), option="--pdf")
    assert (written.read_bytes(), written.stat().st_mode & 0o777) == (SHEET, 0o600)
    assert [each.name for each in tmp_path.iterdir()] == ["sheet.pdf"]


def test_an_older_sheet_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "sheet.pdf"
    target.write_bytes(b"%PDF-1.4 last week's")
    assert put_down(SHEET, str(target), option="--pdf").read_bytes() == SHEET


@pytest.mark.parametrize("name", ["clinic.db", "clinic.db-journal", "clinic.db-wal"])
def test_the_clinic_file_and_its_journal_are_never_replaced(tmp_path: Path, name: str) -> None:
    live = tmp_path / "clinic.db"
    live.write_bytes(b"SQLite format 3\0 and every patient")
    assert refused(tmp_path / name, live) == f"--pdf: {tmp_path / name} belongs to the clinic file; name another."
    assert live.read_bytes() == b"SQLite format 3\0 and every patient"


def test_the_clinic_file_is_known_through_a_link(tmp_path: Path) -> None:
    live, link = tmp_path / "clinic.db", tmp_path / "other" / "sheet.pdf"
    live.write_bytes(b"SQLite format 3\0")
    link.parent.mkdir()
    link.symlink_to(live)
    assert refused(link, live) == f"--pdf: {link} is the clinic file; name another."
    assert live.read_bytes() == b"SQLite format 3\0"


def test_a_file_of_another_kind_stays_as_it_is(tmp_path: Path) -> None:
    letter = tmp_path / "answers.json"
    letter.write_text("{}", encoding="utf-8")
    assert refused(letter) == f"--pdf: {letter} is another kind of file; it was left as it is."
    assert letter.read_text(encoding="utf-8") == "{}"


@pytest.mark.parametrize(("stream", "number"), [("stdin", 0), ("stdout", 1), ("stderr", 2)])
@pytest.mark.parametrize("name", ["/dev/fd/{number}", "{folder}/out"])
def test_what_the_command_itself_reads_or_answers_into_is_never_replaced(
    tmp_path: Path, stream: str, number: int, name: str
) -> None:
    """Sent into a file, /dev/stdout is an ordinary one; putting another in its place would cost the answer."""
    import subprocess
    import sys

    target = name.format(number=number, folder=tmp_path)
    code = (
        "from microsclero.errors import UsageError\n"
        "from microsclero.render.files import CALENDAR, check_target\n"
        f"try: check_target({target!r}, CALENDAR, option='--ics', live=None)\n"
        "except UsageError as error: raise SystemExit(error.message)\n"
    )
    with (tmp_path / "out").open("wb+") as out:
        streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: out}
        done = subprocess.run([sys.executable, "-c", code], **streams, timeout=60, check=False)
    told = (tmp_path / "out").read_bytes() if stream == "stderr" else done.stderr
    words = f"--ics: {target} is this command's own input or output; name another.\n"
    assert (done.returncode, told.decode()) == (1, words)


def test_a_folder_a_pipe_and_a_link_to_nowhere_are_refused(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link.pdf"
    os.mkfifo(pipe)
    link.symlink_to(tmp_path / "nowhere.pdf")
    assert refused(tmp_path) == f"--pdf: {tmp_path} is not an ordinary file; name another."
    assert refused(pipe) == f"--pdf: {pipe} is not an ordinary file; name another."
    assert refused(link) == f"--pdf: {link} is a link to nowhere; name another."


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("", "--pdf wants the name of a file."),
        ("a\0b.pdf", "--pdf wants the name of a file."),
        ("~nosuchaccount/x.pdf", "--pdf: there is no such account's home folder."),
    ],
)
def test_a_name_no_file_can_have_is_a_sentence(target: str, sentence: str) -> None:
    assert refused(target) == sentence


def test_a_name_that_is_too_long_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / ("a" * 300 + ".pdf")
    assert refused(target) == f"--pdf: {target} can't be written: File name too long."
    assert list(tmp_path.iterdir()) == []
