"""Slips on the line itself: each told in a sentence that says what to do, and repeats no word that may be a name."""

from __future__ import annotations

import pytest

from tests.builders import Line

NAME = "Zoë Weiß"

SLIPS: dict[str, tuple[tuple[object, ...], str]] = {
    "a name for a number": (
        ("plan", NAME),
        "PATIENT is the patient's number, and what was typed is none: microsclero patient find looks it up.",
    ),
    "no patient has it": (
        ("plan", 0),
        "PATIENT is the patient's number, and 0 is not: microsclero patient find looks it up.",
    ),
    "a name for another number": (
        ("move", 1, "--session", NAME, "--to", "tomorrow"),
        "--session is a whole number of 1 or more, and what was typed is none: type it again. "
        "See: microsclero move --help",
    ),
    "too many days": (
        ("agenda", "--days", 400),
        "--days is a whole number from 1 to 366, and 400 is not: type it again. See: microsclero agenda --help",
    ),
    "a name too many": (
        ("plan", 1, "Weiß"),
        "There are words too many on the line: put what has spaces in quotes, and name a patient by number, which "
        "microsclero patient find looks up. See: microsclero plan --help",
    ),
    "a name for a command": ((NAME,), "There is no command of that name. See: microsclero --help"),
    "a command nearly": (
        ("clinic", "awya"),
        "There is no command of that name. Did you mean away? See: microsclero clinic --help",
    ),
    "an option nearly": (
        ("plan", 1, "--strat", "today"),
        "There is no --strat here. Did you mean --at or --start? See: microsclero plan --help",
    ),
    "a name for an option": (("plan", 1, "--Zoë"), "There is no option here. See: microsclero plan --help"),
    "an option left out": (
        ("record", "undo"),
        "--reason is missing: why, for whoever reads the history. See: microsclero record undo --help",
    ),
    "an argument left out": (
        ("amend", "note"),
        "ID is missing: its number. See: microsclero amend --help",
    ),
    "a value too many": (("plan", 1, "--yes=1"), "--yes takes no value after it. See: microsclero --help"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_with_the_way_out_and_without_the_word(run: Line, slip: str) -> None:
    words, sentence = SLIPS[slip]
    done = run(*words)
    assert (done.code, done.out, done.err) == (2, "", sentence + "\n")
    assert [each["message"] for each in run.json(*words).envelope["errors"]] == [sentence]


@pytest.mark.parametrize(
    ("typed", "those"), [("ZZ", "the initials ZZ"), (NAME, "those initials"), ("Anna", "those initials")]
)
def test_what_may_be_a_name_is_not_repeated_where_initials_belong(run: Line, typed: str, those: str) -> None:
    sentence = f"Nobody in the team has {those}; see: microsclero clinic team."
    for done in (run.by(typed).json("note", 1, answers={"note": "x"}), run.json("clinic", "away", typed, "tomorrow")):
        assert (done.code, [each["message"] for each in done.envelope["errors"]]) == (3, [sentence])


def test_a_value_left_out_is_asked_for(run: Line) -> None:
    done = run("move", 1, "--to", "tomorrow", "--session")
    assert (done.code, done.out, done.err) == (2, "", "--session needs a value after it. See: microsclero --help\n")


@pytest.mark.parametrize("words", [("today", "--file", ""), ("today", "--file=")], ids=str)
def test_a_file_without_a_name_is_a_slip(run: Line, words: tuple[str, ...]) -> None:
    done = run(*words)
    assert (done.code, done.out, done.err) == (2, "", "--file is empty: name the clinic file, or leave --file out.\n")
