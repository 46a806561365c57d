"""The line itself: root options wherever they stand, the environment, help for every verb, the version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import microsclero
from microsclero.cli import VERBS
from tests.builders import CLINIC, ZOE, Line, Result, installed, register


def verbs(table: dict[str, Any] = VERBS, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and group of commands, as it is typed."""
    for name, (_, inside) in table.items():
        yield (*before, name)
        if isinstance(inside, dict):
            yield from verbs(inside, (*before, name))


@pytest.mark.parametrize("words", list(verbs()), ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_verb_explains_itself(words: tuple[str, ...], option: str) -> None:
    done = Line(file=Path("/nowhere"))(*words, option)
    assert (done.code, done.err) == (0, "")
    assert re.match(rf"Usage: \S+ {' '.join(words)} \[OPTIONS\]", done.out)
    what = " ".join(re.split("Options:|Arguments:", done.out)[0].split("\n\n", 1)[1].split())
    assert what.endswith(".")


def test_the_program_explains_itself_and_names_every_verb() -> None:
    done = Line(file=None)("--help")
    assert (done.code, done.err) == (0, "")
    missing = [name for name in VERBS if not re.search(rf"^  {name} ", done.out, re.MULTILINE)]
    assert missing == []


def test_the_version_is_said_without_a_clinic_file() -> None:
    assert Line(file=Path("/nowhere"))("--version") == Result(0, f"microsclero {microsclero.__version__}\n", "")


def test_the_installed_program_says_its_version() -> None:
    assert installed("--version") == Result(0, f"microsclero {microsclero.__version__}\n", "")


def lines_with_root_options(file: str) -> list[tuple[str, ...]]:
    return [
        ("--file", file, "--as", "MS", "patient", "add"),
        ("--as=MS", f"--file={file}", "patient", "add"),
        ("patient", "--file", file, "add", "--as", "MS"),
        ("patient", "add", "--file", file, "--as", "MS"),
        ("patient", "add", f"--file={file}", "--as=MS"),
        ("--as", "MS", "patient", "add", "--file", file),
    ]


@pytest.mark.parametrize("place", range(6))
def test_file_and_as_may_stand_anywhere_on_the_line(clinic_file: Path, place: int) -> None:
    words = lines_with_root_options(str(clinic_file))[place]
    done = Line(file=None, who=None).json(*words, answers=ZOE)
    assert done.data["patient"] == 1


def test_file_and_as_may_stand_in_the_environment(clinic_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MICROSCLERO_FILE", str(clinic_file))
    monkeypatch.setenv("MICROSCLERO_AS", "MS")
    assert Line(file=None, who=None).json("patient", "add", answers=ZOE).data["patient"] == 1


def test_the_line_wins_over_the_environment(clinic_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MICROSCLERO_FILE", str(tmp_path / "elsewhere.db"))
    monkeypatch.setenv("MICROSCLERO_AS", "ZZ")
    words = ("patient", "add", "--file", clinic_file, "--as", "MS")
    assert Line(file=None, who=None).json(*words, answers=ZOE).data["patient"] == 1


def test_the_desks_own_settings_name_file_and_person(clinic_file: Path, tmp_path: Path) -> None:
    (tmp_path / "no-config.toml").write_text(f'file = "{clinic_file}"\nas = "MS"\n')
    assert Line(file=None, who=None).json("patient", "add", answers=ZOE).data["patient"] == 1


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("file = 3", "please mend: file."),
        ('colour = "red"', "please mend: colour."),
        ("file =", "are not valid TOML"),
        ("\x00", "are not valid TOML"),
    ],
)
def test_settings_that_cant_be_read_are_said_in_one_sentence(tmp_path: Path, config: str, told: str) -> None:
    path = tmp_path / "no-config.toml"
    path.write_text(config)
    done = Line(file=None, who=None)("today")
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert done.err.startswith(f"The desk's settings in {path} ")
    assert told in done.err


@pytest.mark.parametrize("words", [("--file",), ("--as",), ("today", "--file"), ("today", "--as")])
def test_a_root_option_without_its_value_is_a_sentence(run: Line, words: tuple[str, ...]) -> None:
    option = words[-1]
    assert run(*words) == Result(2, "", f"{option} needs a value after it.\n")


@pytest.mark.parametrize("file", ["", " "])
def test_an_empty_file_name_is_never_a_clinic(file: str) -> None:
    done = Line(file=None)("--file", file, "today")
    assert (done.code in (2, 7), done.out, len(done.err.splitlines())) == (True, "", 1)


def test_an_exit_code_and_one_sentence_leave_the_installed_program(tmp_path: Path) -> None:
    missing = tmp_path / "none.db"
    done = installed("today", env={"MICROSCLERO_FILE": str(missing)})
    assert (done.code, done.out, len(done.err.splitlines())) == (7, "", 1)
    assert str(missing) in done.err
    assert not missing.exists()
    told = installed("today", "--json", env={"MICROSCLERO_FILE": str(missing)})
    assert (told.code, told.envelope["exit_code"], told.codes, told.err) == (7, 7, ["file_missing"], "")


def test_a_clinic_is_made_by_the_installed_program_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "clinic.db"
    env = {"MICROSCLERO_FILE": str(path), "MICROSCLERO_AS": "MS"}
    assert installed("clinic", "init", answers=CLINIC, env=env).code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert installed("patient", "add", "--json", answers=ZOE, env=env).data["patient"] == 1
    shown = installed("patient", "show", "1", env=env)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("Patient 1 · Zoë Weiß · born Sun 3 Feb 1980\n")


@pytest.mark.parametrize("code_page", ["C", "POSIX", "en_GB.ISO-8859-1"])
def test_names_leave_the_program_whole_whatever_the_computers_code_page(
    run: Line, clinic_file: Path, code_page: str
) -> None:
    register(run, family_name="Łuczak-محمد")
    env = {"MICROSCLERO_FILE": str(clinic_file), "LC_ALL": code_page, "LANG": code_page, "PYTHONIOENCODING": "latin-1"}
    assert "Łuczak-محمد" in installed("patient", "show", "1", env=env).out
    assert installed("patient", "show", "1", "--json", env=env).data["family_name"] == "Łuczak-محمد"


def test_a_reader_that_goes_away_is_no_fault_of_the_program(run: Line, clinic_file: Path) -> None:
    import subprocess

    from tests.builders import PROGRAM, plain_environment

    line = f"'{PROGRAM}' agenda --days 366 --json | head -c 1 > /dev/null"
    env = plain_environment(MICROSCLERO_FILE=str(clinic_file))
    done = subprocess.run(["sh", "-c", line], capture_output=True, env=env)
    assert b"fault" not in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    "words", ["today", "today --json", "patient show 7", "plan 1", "screen 1 --answers -", "--help"]
)
def test_streams_the_caller_has_closed_are_no_fault(
    run: Line, clinic_file: Path, tmp_path: Path, closed: str, words: str
) -> None:
    import subprocess

    from tests.builders import PROGRAM, plain_environment

    register(run)
    env = plain_environment(MICROSCLERO_FILE=str(clinic_file), MICROSCLERO_AS="MS")
    line = f"'{PROGRAM}' {words} {closed}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, stdin=subprocess.DEVNULL, env=env, cwd=tmp_path)
    told = done.stdout + done.stderr
    is_lost = ">&-" in closed.replace("2>&-", "") and words in ("today", "today --json", "--help")
    right = done.returncode == 1 if is_lost else done.returncode in (0, 2, 3, 4)
    assert (b"Traceback" in told, b"fault" in told, right) == (False, False, True), done
    assert [each for each in tmp_path.iterdir() if each.name != clinic_file.name] == []


@pytest.mark.parametrize("columns", ["abc", "-5", "0", "", "80x", "1e9", "99999999999999999999", "٨٠"])
@pytest.mark.parametrize("words", [("today",), ("agenda",), ("patient", "find"), ("--help",), ("plan", "--help")])
def test_a_width_that_is_no_number_of_columns_is_ignored(run: Line, columns: str, words: tuple[str, ...]) -> None:
    register(run)
    done = run(*words, env={"COLUMNS": columns})
    assert done == run(*words)
    assert (done.code, done.err) == (0, "")


def test_dates_are_typed_in_the_five_forms_and_no_other(run: Line) -> None:
    read = {}
    for typed in ("2026-12-01", "01/12/2026", "today", "tomorrow", "+4w", "tue"):
        read[typed] = run.json("agenda", "--from", typed, "--days", 1).data["days"][0]["date"]
    assert read == {
        "2026-12-01": "2026-12-01",
        "01/12/2026": "2026-12-01",
        "today": "2026-11-22",
        "tomorrow": "2026-11-23",
        "+4w": "2026-12-20",
        "tue": "2026-11-24",
    }


@pytest.mark.parametrize(
    "typed",
    [
        "2026-02-30",
        "03/04",
        "1/12/26",
        "12-01-2026",
        "2026-1-1",
        "next tuesday",
        "1 Dec",
        "٢٠٢٦-١٢-٠١",
        "",
        "+4x",
        "+10d",
        "nan",
    ],
)
def test_a_date_in_any_other_form_is_refused_not_guessed(run: Line, typed: str) -> None:
    done = run("agenda", "--from", typed)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert done.err.startswith("--from: ")


@pytest.mark.parametrize("typed", ["١", "1_0", "１"])
def test_a_number_is_typed_in_the_digits_0_to_9(run: Line, typed: str) -> None:
    register(run)
    for words in (("patient", "show", typed), ("treat", typed, "--check"), ("patient", "find", "--limit", typed)):
        done = run.json(*words)
        assert (done.code, done.codes) == (2, ["usage"]), words
    assert run.json("patient", "show", "1").code == 0
