"""Corrections at a terminal: the right patient, the entry shown, one key, before and after, and a yes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.amend_builders import ANN, timeline
from tests.builders import Line, ready, register
from tests.chair_builders import given_at, site
from tests.cli.sitting import CTRL_C, MATCHES, Person

WAYS = r"c correct it, p it is another patient's, e it was entered in error, q stops: "
SAVE = r"Save this correction\? \[y/n\] "


def treated_yesterday(line: Line) -> int:
    number = ready(line)
    start = (line.now - timedelta(days=1)).replace(hour=10, minute=0)
    done = line.json("treat", number, "--record-anyway", "It happened.", answers=given_at(start))
    assert done.code == 0, done
    return number


def notes(line: Line, number: int) -> list[tuple[int, str, bool]]:
    listed: list[dict[str, Any]] = line.json("note", number, "--list").data["notes"]
    return [(each["note"], each["words"], each["struck_out"] is not None) for each in listed]


def test_a_note_is_typed_in_one_line_or_several(now: Line) -> None:
    number = register(now)
    with Person("note", number, file=now.file) as person:
        person.sees("an empty line ends it")
        for line in ("Rang at noon.", "Bruise [left], going.", ""):
            person.type(line)
        assert person.leaves()[0] == 0
    assert notes(now, number) == [(1, "Rang at noon.\nBruise [left], going.", False)]


def test_an_empty_note_is_no_note(now: Line) -> None:
    number = register(now)
    with Person("note", number, file=now.file) as person:
        person.sees("an empty line ends it")
        person.type("")
        person.sees("This one is needed.")
        person.press(CTRL_C)
        assert person.leaves()[0] == 130
    assert notes(now, number) == []


def test_a_note_is_corrected_with_why_and_a_yes(now: Line) -> None:
    number = register(now)
    assert now.json("note", number, answers={"note": "Right leg."}).code == 0
    with Person("amend", "note", 1, file=now.file) as person:
        person.sees(MATCHES)
        person.press("y")
        person.sees("note: Right leg.")
        person.sees(WAYS)
        person.press("c")
        person.sees("an empty line ends it")
        person.type("Left leg.")
        person.type("")
        person.sees("Why: ")
        person.type("?")
        person.sees("what was wrong, and how it is known")
        person.sees("Why: ")
        person.type("Misheard.")
        person.sees("before +Right leg")
        person.sees("after +Left leg")
        person.sees(SAVE)
        person.press("y")
        assert person.leaves()[0] == 0
    assert notes(now, number) == [(2, "Left leg.", False), (1, "Right leg.", True)]


def test_a_session_is_moved_once_both_patients_were_asked_for_their_birth_date(now: Line) -> None:
    wrong = treated_yesterday(now)
    right = ready(now, **ANN)
    told = {"effect": "hives", "severity": "mild", "noticed_on": f"{now.now:%Y-%m-%d}"}
    assert now.json("reaction", wrong, answers=told).code == 0
    with Person("amend", "treatment", 1, file=now.file) as person:
        person.sees(f"Patient {wrong} ")
        person.sees(MATCHES)
        person.press("y")
        person.sees(WAYS)
        person.press("p")
        person.sees("Number of the right patient: ")
        person.type("Ann")
        person.sees("Type the number")
        person.type(str(right))
        person.sees(r"Reaction 1 belongs to it. Does it go along\? \[y/n\] ")
        person.press("y")
        person.sees("Why: ")
        person.type("Two charts on the desk.")
        person.sees(f"Patient {right} ")
        person.sees(MATCHES)
        person.press("y")
        person.sees("Reaction 1 goes along")
        person.sees(rf"INCIDENT of patient {right}")
        person.sees("The diary:")
        person.sees(SAVE)
        person.press("y")
        assert person.leaves()[0] == 0
    assert [struck is None for _, struck in timeline(now, right, "treatment")] == [True]
    assert [struck is None for _, struck in timeline(now, right, "reaction")] == [True]
    assert [struck is None for _, struck in timeline(now, wrong, "treatment")] == [False]


def test_a_birth_date_that_does_not_match_ends_it(now: Line) -> None:
    wrong = treated_yesterday(now)
    right = ready(now, **ANN)
    with Person("amend", "treatment", 1, file=now.file) as person:
        person.sees(MATCHES)
        person.press("y")
        person.sees(WAYS)
        person.press("p")
        person.type(str(right))
        person.sees("Why: ")
        person.type("Two charts.")
        person.sees(MATCHES)
        person.press("n")
        assert person.leaves()[0] == 1
    assert [struck is None for _, struck in timeline(now, wrong, "treatment")] == [True]


def test_a_part_of_a_session_is_corrected_where_it_stands(now: Line) -> None:
    number = treated_yesterday(now)
    with Person("amend", "treatment", 1, file=now.file) as person:
        person.sees(MATCHES)
        person.press("y")
        person.sees(WAYS)
        person.press("c")
        person.sees(r"h +Sites")
        person.sees("a letter changes that part, . when all is right, q stops: ")
        person.press("h")
        person.sees("1: |2: ")
        person.type("1 L calf post A 0.4")
        person.sees("2: ")
        person.type("")
        person.sees("a letter changes that part")
        person.press(".")
        person.sees("Why: ")
        person.type("Calf, not thigh.")
        person.sees("after +left calf posterior telangiectasia vial A 0.4 mL")
        person.sees(SAVE)
        person.press("y")
        assert person.leaves()[0] == 0
    shown = now.json("amend", "treatment", 2, "--show").data["entry"]
    assert shown["sites"] == [site("0.4", region="calf", aspect="posterior")]
    assert timeline(now, number, "treatment")[-1] == (2, None)


@pytest.mark.parametrize("key", ["q", CTRL_C])
def test_who_stops_changes_nothing(now: Line, key: str) -> None:
    number = treated_yesterday(now)
    with Person("amend", "treatment", 1, file=now.file) as person:
        person.sees(MATCHES)
        person.press("y")
        person.sees(WAYS)
        person.press(key)
        assert person.leaves()[0] in (1, 130)
    assert timeline(now, number, "treatment") == [(1, None)]


def test_who_declines_at_the_end_saves_nothing(now: Line) -> None:
    number = treated_yesterday(now)
    with Person("amend", "treatment", 1, file=now.file) as person:
        person.sees(MATCHES)
        person.press("y")
        person.sees(WAYS)
        person.press("e")
        person.sees("Why: ")
        person.type("Never happened.")
        person.sees("struck through")
        person.sees(SAVE)
        person.press("n")
        assert person.leaves()[0] == 1
    assert timeline(now, number, "treatment") == [(1, None)]


def test_who_takes_over_from_a_leaver_is_asked(now: Line) -> None:
    kl = {"initials": "KL", "name": "Kay Lee", "roles": ["injector", "prescriber"]}
    assert now.json("clinic", "team", answers=kl).code == 0
    number = register(now)
    told = {"effect": "leg_swelling", "severity": "mild", "noticed_on": f"{now.now:%Y-%m-%d}"}
    assert now.json("reaction", number, answers=told).code == 0
    with Person("clinic", "team", "--end", "MS", file=now.file) as person:
        person.sees(rf"MS looks after: reaction 1 of patient {number}; hold 1 of patient {number}")
        person.sees(r"Who takes over \(KL, RT\): ")
        person.type("MS")
        person.sees("Please again: one of KL, RT")
        person.type("kl")
        person.sees("KL looks after, from now on:")
        assert person.leaves()[0] == 0
    assert now.by("KL").json("today").data["holds"][0]["what"].startswith("hold 1 (KL):")


def test_a_letter_is_read_on_the_screen_before_it_is_written(now: Line) -> None:
    number = register(now)
    with Person("letter", number, "--to", "gp", file=now.file) as person:
        person.sees("To whom")
        person.type("Dr A Patel")
        person.type("")
        person.sees("About ")
        person.type("Her left leg")
        person.sees("Your own words")
        person.type("")
        person.sees("Dr A Patel")
        person.sees("Her left leg")
        person.sees("No injections here are on record.")
        assert person.leaves()[0] == 0
