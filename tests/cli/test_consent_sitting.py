"""Consent at a terminal: the wording read section by section, one key for each purpose, a no taken for a no."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from microsclero.content.consent import load_consent
from tests.builders import Line, register
from tests.cli.sitting import CTRL_C, MATCHES, TOO_FAST, Person

ASKED = r"Do they agree\? \[y/n/u\] "
BACK = r"Do they take it back\? \[y/n\] "
RECORD = r"Record this\? \[y/n\] "
HOW = r"How \[paper / screen\]: "
WHO = r"Who went through it with them \(initials\)(?: \(Enter: MS\))?: "
FOOT = r"Does the foot of their form say “Consent 2026-1”\? \[y/n\] "
TITLES = [section.title for section in load_consent().sections]


@contextmanager
def sitting(line: Line, number: int, who: str = "MS") -> Iterator[Person]:
    """At the desk with the right patient."""
    with Person("consent", number, file=line.file, who=who) as person:
        person.sees(MATCHES)
        person.press("y")
        yield person


def reads_together(person: Person) -> None:
    person.sees(HOW)
    person.type("screen")
    for place, title in enumerate(TITLES, start=1):
        person.sees(rf"{place} of {len(TITLES)} · {title}")
        person.sees("Enter to go on: ")
        person.type("")


def answers(person: Person, *keys: str) -> None:
    for key in keys:
        person.sees(ASKED)
        person.press(key)


def in_force(line: Line, number: int) -> list[str]:
    standing: list[str] = line.at(datetime.now(UTC)).json("consent", number, "--show").data["in_force"]
    return standing


def entries(line: Line, number: int) -> list[tuple[str, bool, str, str]]:
    rows: list[dict[str, Any]] = line.at(datetime.now(UTC)).json("consent", number, "--show").data["consents"]
    return [(row["purpose"], row["given"], row["method"], row["taken_by"]) for row in rows]


def test_read_together_each_purpose_is_answered_by_itself(now: Line) -> None:
    number = register(now)
    with sitting(now, number) as person:
        reads_together(person)
        answers(person, "y", "y")
        person.sees("PHOTOGRAPHS FOR TEACHING")
        person.sees("If I say no, I can still have the treatment")
        answers(person, "u")
        person.sees("Nothing is recorded about it: not sure is not a yes")
        answers(person, "n")
        person.sees(r"Who went through it with them \(initials\) \(Enter: MS\): ")
        person.type("")
        person.sees("Treatment: YES\r\n  Photographs for the record: YES")
        person.sees(RECORD)
        person.press("y")
        assert person.leaves()[0] == 0
    assert entries(now, number) == [("treatment", True, "screen", "MS"), ("photo_record", True, "screen", "MS")]


def test_no_to_every_photograph_is_no_bar_to_the_treatment(now: Line) -> None:
    number = register(now)
    with sitting(now, number) as person:
        reads_together(person)
        answers(person, "y", "n", "n", "n")
        person.sees(WHO)
        person.type("MS")
        person.sees(RECORD)
        person.press("y")
        assert person.leaves()[0] == 0
    assert in_force(now, number) == ["treatment"]


def test_a_signed_form_is_entered_without_reading_it_out_again(now: Line) -> None:
    number = register(now)
    with sitting(now, number) as person:
        person.sees(HOW)
        person.type("paper")
        person.sees(FOOT)
        person.press("y")
        answers(person, "y", "n", "n", "n")
        person.sees(WHO)
        person.type("MS")
        person.sees(r"When, as 2026-11-22T15:00 \(Enter: now\): ")
        person.type("2020-01-02T10:00")
        person.sees(RECORD)
        person.press("y")
        assert person.leaves()[0] == 0
    row = now.json("consent", number, "--show").data["consents"][0]
    assert (row["method"], row["at"]) == ("paper", "2020-01-02T10:00:00+00:00")


def test_a_form_of_another_wording_records_nothing(now: Line) -> None:
    number = register(now)
    with sitting(now, number) as person:
        person.sees(HOW)
        person.type("paper")
        person.sees(FOOT)
        person.press("n")
        code, told = person.leaves()
    assert (code, "Print that one with" in told, entries(now, number)) == (1, True, [])


@pytest.mark.parametrize("keys", ["nnnn", "uuuu", "nunu"])
def test_without_a_single_yes_nothing_is_recorded(now: Line, keys: str) -> None:
    number = register(now)
    with sitting(now, number) as person:
        reads_together(person)
        answers(person, *keys)
        code, told = person.leaves()
    assert (code, "nothing was recorded" in told, entries(now, number)) == (1, True, [])


def test_a_no_to_what_was_agreed_to_before_is_asked_about_once_more(now: Line) -> None:
    number = register(now)
    given = {"for": ["treatment", "portfolio"], "given": True, "taken_by": "MS", "method": "paper"}
    now.json("consent", number, answers=given)
    with sitting(now, number, who="RT") as person:
        reads_together(person)
        answers(person, "u")
        person.sees(BACK)
        person.press("n")
        person.sees("What they agreed to before stands, and was not confirmed")
        answers(person, "n", "n")
        person.sees("Agreed to on ")
        answers(person, "n")
        person.sees(BACK)
        person.press("y")
        person.sees(r"Who went through it with them \(initials\): ")
        person.type("RT")
        person.sees("Photographs to show the clinic's work: TAKEN BACK")
        person.sees(RECORD)
        person.press("y")
        code, told = person.leaves()
    assert (code, "The portfolio page drops these photographs" in told) == (0, True)
    assert in_force(now, number) == ["treatment"]


def test_who_declines_at_the_end_saves_nothing(now: Line) -> None:
    number = register(now)
    with sitting(now, number) as person:
        reads_together(person)
        answers(person, "y", "n", "n", "n")
        person.sees(WHO)
        person.type("MS")
        person.sees(RECORD)
        person.press("n")
        assert person.leaves()[0] == 1
    assert entries(now, number) == []


def test_a_key_that_is_leant_on_is_no_consent(now: Line) -> None:
    number = register(now)
    with sitting(now, number) as person:
        reads_together(person)
        person.sees(ASKED)
        person.lean_on("y", every=0.03, seconds=0.6)
        person.sees(TOO_FAST)
        answers(person, "n")
        person.press(CTRL_C)
        assert person.leaves()[0] == 130
    assert entries(now, number) == []


def test_the_wrong_patient_is_shown_nothing(now: Line) -> None:
    number = register(now)
    with Person("consent", number, file=now.file) as person:
        person.sees(MATCHES)
        person.press("n")
        code, told = person.leaves()
    assert (code, TITLES[0] in told, entries(now, number)) == (1, False, [])


def test_a_word_entered_by_somebody_else_meanwhile_is_a_conflict(now: Line) -> None:
    number = register(now)
    said = {"for": ["photo_record"], "given": True, "taken_by": "RT", "method": "paper"}
    with sitting(now, number) as person:
        reads_together(person)
        answers(person, "y", "n", "n", "n")
        person.sees(WHO)
        person.type("MS")
        person.sees(RECORD)
        now.at(datetime.now(UTC)).by("RT").json("consent", number, answers=said)
        person.press("y")
        code, told = person.leaves()
    assert (code, "changed meanwhile; nothing was saved" in told) == (5, True)
    assert in_force(now, number) == ["photo_record"]
