"""Slips of the keys, each by name: an empty name, a text too long, and a way out that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from microsclero.store import checks, create_store, migrations
from tests.builders import Line, planned, ready
from tests.cli.worklist import TUESDAY_24, missed, on
from tests.store.test_migrations import steps_until

# ── nobody named ──


@pytest.mark.parametrize("initials", ["", "  "])
@pytest.mark.parametrize(
    "words",
    [
        ("plan", 1, "--dry-run"),
        ("plan", 1, "--why"),
        ("plan", 1, "--consultation", "--yes"),
        ("rebook", 1, "--yes"),
        ("agenda",),
        ("agenda", "--week"),
    ],
    ids=lambda words: " ".join(map(str, words)) if isinstance(words, tuple) else None,
)
def test_an_injector_without_a_name_is_a_slip_not_everybody(
    run: Line, tmp_path: Path, words: tuple[object, ...], initials: str
) -> None:
    """Said before any file is opened."""
    done = run.on(tmp_path / "gone.db").json(*words, "--injector", initials)
    assert (done.code, done.codes) == (2, ["unreadable"])
    assert done.envelope["errors"][0]["message"] == "--injector is empty: give initials, such as MS."


# ── a text too long for its place in the file ──

LONGEST = {
    "patient event": (("patient", "event", 1, "--on", "2027-06-12", "--what"), 200),
    "clinic away": (("clinic", "away", "MS", "2027-06-14", "--reason"), 200),
    "clinic close": (("clinic", "close", "2027-06-14", "--reason"), 200),
    "call": (("call", 1, "--outcome", "no_answer", "--note"), 2000),
    "plan": (("plan", 1, "--yes", "--start", "2027-02-02", "--at", "10:00", "--override"), 2000),
    "move": (("move", 1, "--yes", "--session", 1, "--to", "2027-02-02", "--at", "10:00", "--override"), 2000),
    "record undo": (("record", "undo", "--yes", "--reason"), 2000),
}


@pytest.mark.parametrize("letter", ["x", "\U0001f600", "e\u0301"], ids=["a letter", "an emoji", "two marks for one"])
@pytest.mark.parametrize("name", LONGEST)
def test_the_longest_text_is_kept_and_one_letter_more_is_refused_in_a_sentence(
    run: Line, name: str, letter: str
) -> None:
    words, longest = LONGEST[name]
    number = missed(run)
    evening = on(run, TUESDAY_24, "18:00")
    planned(evening, number, "--consultation", "--start", "2026-12-01")
    if name == "move":
        planned(evening, number, "--start", "2026-12-22", "--sessions", 1)
    assert run.file is not None
    before = run.file.read_bytes()
    done = evening.json(*words, letter * (longest + 1))
    assert (done.code, done.codes) == (2, ["unreadable"])
    assert f"longer than {longest} characters" in done.envelope["errors"][0]["message"]
    assert run.file.read_bytes() == before
    assert evening.json(*words, letter * longest).code == 0


# ── an older file, and no terminal ──


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file as the first released schema had it."""
    path = tmp_path / "older.db"
    with monkeypatch.context() as then:
        then.setattr(migrations, "STEPS", steps_until(1))
        then.setattr(checks, "SCHEMA", 1)
        then.setattr(checks, "STEP_NAMES", checks.STEP_NAMES[:1])
        create_store(path).close()
    return path


def test_an_older_file_names_the_command_that_brings_it_up_to_date(run: Line, older: Path) -> None:
    there = run.on(older)
    refused = there.json("today")
    assert (refused.code, refused.codes) == (7, ["file_older"])
    way = "microsclero record migrate --yes"
    assert refused.envelope["errors"][0]["message"].endswith(
        f"Nothing was changed. Bring it up to date, after a proved backup: {way}"
    )
    assert there(*way.split()[1:]).code == 0
    assert there.json("today").codes != ["file_older"]


def test_only_what_can_look_first_says_dry_run(run: Line, older: Path) -> None:
    number = ready(run)
    before = older.read_bytes()
    migrated, planned_only = run.on(older).json("record", "migrate"), run.json("plan", number)
    assert [(done.code, done.codes, done.envelope["errors"][0]["message"]) for done in (migrated, planned_only)] == [
        (2, ["yes_missing"], "Nothing was saved: say --yes to go on."),
        (2, ["yes_missing"], "Nothing was saved: say --yes to save it, or --dry-run to look only."),
    ]
    assert older.read_bytes() == before
