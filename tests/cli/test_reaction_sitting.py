"""A reaction at a terminal: the emergency questions first, 999 at once, and an emergency that no Ctrl-C can lose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import Line, register
from tests.cli.sitting import CHOOSE, CTRL_C, CTRL_D, MATCHES, TOO_FAST, Person
from tests.reaction_builders import all_of, follow, holds, report, reported
from tests.response_builders import in_course

QUESTIONS = 7
KEYS = r"\[y/n/u\] "
WHAT = r"What is it, in their words \(\? shows the list to choose from\): "
RIGHT = r"Is that right\? \[y/n\] "
RING = "RING 999 NOW, and type afterwards"


@pytest.fixture
def patient(now: Line) -> int:
    """Somebody treated a few days ago."""
    begun = now.at(now.now - timedelta(days=9))
    number, _ = in_course(begun, 1, start=(begun.now + timedelta(days=1)).date())
    return number


def no_emergency(person: Person) -> None:
    for place in range(1, QUESTIONS + 1):
        person.sees(rf"{place} of {QUESTIONS} · ")
        person.sees(KEYS)
        person.press("n")
    person.sees(MATCHES)
    person.press("y")


def rest(person: Person, *lines: str) -> None:
    """Severity, noticed, leg, where, gone since, their words."""
    prompts = ("How bad", "Noticed on", "Which leg", "Where", "Gone since", "In their own words")
    for prompt, line in zip(prompts, lines, strict=True):
        person.sees(rf"{prompt} [^\r\n]*: ")
        person.type(line)


def kept(line: Line, number: int) -> list[dict[str, Any]]:
    reactions: list[dict[str, Any]] = all_of(line, number)["reactions"]
    return reactions


def test_the_emergency_questions_come_first_then_the_rest_and_the_result_is_shown(now: Line, patient: int) -> None:
    with Person("reaction", patient, file=now.file) as person:
        person.sees("Read aloud. Each is y yes, n no, u not sure")
        no_emergency(person)
        person.sees(WHAT)
        person.type("swollen calf")
        person.sees("Understood as: a swollen leg. ")
        person.sees(RIGHT)
        person.press("y")
        rest(person, "2", "", "l", "calf", "", "Since last night [tight]")
        person.sees(r"SAME DAY: GP, NHS 111 OR US · reaction 1 of patient \d+: a swollen leg")
        code, screen = person.leaves()
    assert (code, "ON HOLD: nothing is planned or given" in screen) == (0, True)
    assert "The emergency questions were not part" not in screen
    (row,) = kept(now, patient)
    assert (row["effect"], row["severity"], row["leg"], row["region"]) == ("leg_swelling", "moderate", "left", "calf")
    assert (row["noticed_on"], row["notes"]) == (
        (f"{now.now.astimezone():%Y-%m-%d}", "“swollen calf”. Since last night [tight]")
    )
    assert holds(now, patient) == [None]


@pytest.mark.parametrize("key", ["y", "u"])
def test_the_first_yes_or_not_sure_rings_999_before_anything_else_is_asked(now: Line, patient: int, key: str) -> None:
    with Person("reaction", patient, file=now.file) as person:
        person.sees(KEYS)
        person.press("n")
        person.sees(KEYS)
        person.press(key)
        assert person.sees(RING, rf"3 of {QUESTIONS}") == 0
        for _ in range(3, QUESTIONS + 1):
            assert person.sees(KEYS, RING) == 0, "it is said once"
            person.press("n")
        person.sees(MATCHES)
        person.press("y")
        person.sees(WHAT)
        person.type("12")
        person.sees("a small, sore, dark lump")
        rest(person, "mild", "today", "", "", "", "")
        person.sees("EMERGENCY: 999 NOW")
        assert person.leaves()[0] == 0
    (row,) = kept(now, patient)
    assert (row["band"], row["because"]) == ("emergency", ["an emergency question was answered yes"])


def test_whose_questions_they_are_stands_first_and_a_slip_is_taken_back_by_going_back(now: Line, patient: int) -> None:
    with Person("reaction", patient, file=now.file) as person:
        person.sees(rf"Patient {patient} · .* · born ")
        person.sees("b or < goes back")
        for key, follows in (
            ("b", "This is the first question."),
            ("n", rf"2 of {QUESTIONS}"),
            ("y", RING),
            ("<", rf"back\r\n2 of {QUESTIONS}"),
            ("n", "Taken back: none of these is answered yes now."),
            ("x", "Please press y, n, u, b or <."),
        ):
            person.sees(KEYS)
            person.press(key)
            person.sees(follows)
        for _ in range(3, QUESTIONS + 1):
            person.press("n")
            person.sees(KEYS, MATCHES)
        person.press("y")
        person.sees(WHAT)
        person.press(CTRL_C)
        code, screen = person.leaves()
    assert (code, "Stopped; nothing was kept." in screen, kept(now, patient)) == (130, True, [])


def test_a_yes_gone_back_from_stands_until_it_is_answered_again(now: Line, patient: int) -> None:
    with Person("reaction", patient, file=now.file) as person:
        for key in "y<":
            person.sees(KEYS)
            person.press(key)
        person.sees(KEYS)
        person.press(CTRL_C)
        assert person.leaves()[0] == 130
    assert [(row["effect"], row["band"]) for row in kept(now, patient)] == [("breathlessness", "emergency")]


def test_leg_and_place_that_the_words_name_are_offered(now: Line, patient: int) -> None:
    with Person("reaction", patient, file=now.file) as person:
        no_emergency(person)
        person.sees(WHAT)
        person.type("her left calf is swollen")
        person.sees(RIGHT)
        person.press("y")
        person.sees("How bad")
        person.type("2")
        person.sees("Noticed on")
        person.type("")
        person.sees(r"Which leg \[1 left / 2 right\] \(Enter: left; - empties it\): ")
        person.type("")
        person.sees(r"Where [^\r\n]*\(Enter: calf; - empties it\): ")
        person.type("")
        person.sees("Gone since")
        person.type("")
        person.sees("In their own words")
        person.type("")
        assert person.leaves()[0] == 0
    assert [(row["leg"], row["region"]) for row in kept(now, patient)] == [("left", "calf")]


@pytest.mark.parametrize("stopped_by", [CTRL_C, CTRL_D])
def test_an_emergency_is_kept_though_the_person_stops_at_the_next_question(
    now: Line, patient: int, stopped_by: str
) -> None:
    with Person("reaction", patient, file=now.file) as person:
        person.sees(KEYS)
        person.press("y")
        person.sees(RING)
        person.sees(KEYS)
        person.press(stopped_by)
        code, screen = person.leaves()
    words = " ".join(screen.split())
    assert code == 130
    assert f"The emergency is kept as reaction 1 of patient {patient}, who is on hold. RING 999 NOW" in words
    assert f"microsclero reaction {patient} --follow 1" in words
    (row,) = kept(now, patient)
    assert (row["effect"], row["band"], row["severity"]) == ("breathlessness", "emergency", "severe")
    assert row["notes"] == "Stopped after the emergency questions. The date of birth was not checked."
    assert holds(now, patient) == [None]


def test_an_emergency_is_kept_though_the_person_stops_while_typing_the_rest(now: Line, patient: int) -> None:
    with Person("reaction", patient, file=now.file) as person:
        for key in "nnyynnn":
            person.sees(KEYS)
            person.press(key)
        person.sees(MATCHES)
        person.press("y")
        person.sees(WHAT)
        person.type("collapse")
        person.sees("How bad")
        person.press(CTRL_C)
        assert person.leaves()[0] == 130
    (row,) = kept(now, patient)
    assert (row["effect"], row["notes"]) == ("collapse", "Stopped after the emergency questions.")


def test_stopping_without_an_emergency_keeps_nothing_and_says_what_to_do(now: Line, patient: int) -> None:
    with Person("reaction", patient, file=now.file) as person:
        no_emergency(person)
        person.sees(WHAT)
        person.type("bruise")
        person.sees(RIGHT)
        person.press("y")
        person.sees("How bad")
        person.press(CTRL_C)
        code, screen = person.leaves()
    assert (code, kept(now, patient)) == (130, [])
    assert f"Stopped; nothing was kept. Begin again with: microsclero reaction {patient}" in screen


def test_without_a_patient_nothing_can_be_kept_and_that_is_said(now: Line, patient: int) -> None:
    with Person("reaction", file=now.file) as person:
        for _ in range(QUESTIONS):
            person.sees(KEYS)
            person.press("y")
        person.sees(CHOOSE)
        person.press(CTRL_C)
        code, screen = person.leaves()
    assert (code, kept(now, patient)) == (130, [])
    assert "Stopped before a patient was named, so nothing is kept. RING 999 NOW" in " ".join(screen.split())


def test_a_patient_chosen_after_the_questions_is_the_one_it_is_kept_for(now: Line, patient: int) -> None:
    with Person("reaction", file=now.file) as person:
        for key in "nnnnyyn":
            person.sees(KEYS)
            person.press(key)
        person.sees(CHOOSE)
        person.type(f"#{patient}")
        person.sees(CHOOSE)
        person.type("1")
        person.sees(MATCHES)
        person.press(CTRL_C)
        assert person.leaves()[0] == 130
    (row,) = kept(now, patient)
    assert (row["effect"], row["notes"]) == (
        ("visual_disturbance", "Stopped after the emergency questions. The date of birth was not checked.")
    )


def test_nothing_is_kept_for_the_wrong_patient(now: Line, patient: int) -> None:
    with Person("reaction", patient, file=now.file) as person:
        for _ in range(QUESTIONS):
            person.sees(KEYS)
            person.press("y")
        person.sees(MATCHES)
        person.press("n")
        code, screen = person.leaves()
    assert (code, kept(now, patient), holds(now, patient)) == (1, [], [])
    assert "The emergency answers are kept nowhere. Ring 999 first" in screen


def test_no_key_is_an_answer_before_its_question_stands_there(now: Line, patient: int) -> None:
    with Person("reaction", patient, file=now.file) as person:
        person.flood("nnnnnnnn")
        person.sees(KEYS)
        person.lean_on("n", every=0.03, seconds=1)
        person.sees(TOO_FAST)
        assert person.is_waiting(0.5)
        person.press(CTRL_C)
        assert person.leaves()[0] == 130


def test_the_list_is_shown_on_a_question_mark_and_what_is_not_understood_is_asked_again(
    now: Line, patient: int
) -> None:
    with Person("reaction", patient, file=now.file) as person:
        no_emergency(person)
        person.sees(WHAT)
        person.type("?")
        person.sees(r" 1  itchy raised bumps where we injected")
        person.sees(r"27  something else")
        person.sees(WHAT)
        person.type("99")
        person.sees("Please again: a number from 1 to 27, or their words.")
        person.sees(WHAT)
        person.type("")
        person.sees("This one is needed.")
        person.sees(WHAT)
        person.type("glue smells")
        person.sees("Understood as: nothing in the list: kept in their words and looked at.")
        person.sees(RIGHT)
        person.press("n")
        person.sees(WHAT)
        person.type("bruise")
        person.sees(RIGHT)
        person.press("y")
        rest(person, "1", "", "", "", "", "")
        assert person.leaves()[0] == 0
    assert [row["effect"] for row in kept(now, patient)] == ["bruising"]


def test_a_number_or_the_beginning_of_a_word_will_do_and_a_day_before_is_asked_again(now: Line, patient: int) -> None:
    yesterday = f"{now.now.astimezone() - timedelta(days=1):%d/%m/%Y}"
    with Person("reaction", patient, file=now.file) as person:
        no_emergency(person)
        person.sees(WHAT)
        person.type("bruising")
        person.sees("How bad")
        person.type("m")
        person.sees("Please again: one of mild, moderate, severe is wanted, or its number.")
        rest(person, "mo", "today", "2", "t", yesterday, "")
        person.sees("That is before it was noticed.")
        person.sees("Noticed on ")
        person.type(yesterday)
        person.sees("Gone since ")
        person.type(yesterday)
        person.sees("USUAL · reaction 1")
        assert person.leaves()[0] == 0
    (row,) = kept(now, patient)
    assert (row["severity"], row["leg"], row["region"]) == ("moderate", "right", "thigh")
    assert row["noticed_on"] == row["ended_on"] is not None


def test_what_got_worse_is_asked_about_at_once_and_an_emergency_is_a_reaction_of_its_own(
    now: Line, patient: int
) -> None:
    reported(now, patient, "bruising")
    with Person("reaction", patient, "--follow", 1, file=now.file) as person:
        person.sees(r"How is it now [^\r\n]*: ")
        person.type("worse")
        person.sees("What was said")
        person.type("Bigger.")
        person.sees("Ask again on")
        person.type("")
        person.sees("Yellow Card reference")
        person.type("")
        for key in "ynnnnnn":
            person.sees(KEYS)
            person.press(key)
        person.sees("EMERGENCY: 999 NOW · reaction 2")
        person.sees("Reaction 1 of patient")
        assert person.leaves()[0] == 0
    first, second = sorted(kept(now, patient), key=lambda each: int(each["reaction"]))
    assert ([each["state"] for each in first["followed"]], first["band"]) == (["worse"], "call")
    assert (second["band"], second["notes"]) == ("emergency", "Said when reaction 1 was followed.")
    assert holds(now, patient) == [None]


@pytest.mark.parametrize("key", ["y", "n"])
def test_stopping_at_the_questions_after_worse_keeps_what_was_said_and_an_emergency(
    now: Line, patient: int, key: str
) -> None:
    reported(now, patient, "bruising")
    with Person("reaction", patient, "--follow", 1, file=now.file) as person:
        for line in ("4", "", "", ""):
            person.sees(r": ")
            person.type(line)
        person.sees(KEYS)
        person.press(key)
        person.sees(KEYS)
        person.press(CTRL_C)
        code, screen = person.leaves()
    rows = kept(now, patient)
    assert (code, len(rows)) == (130, 2 if key == "y" else 1)
    words = "The emergency is kept as reaction 2" if key == "y" else "the emergency questions are not answered"
    assert words in " ".join(screen.split())
    assert [each["followed"][0]["state"] for each in rows if each["reaction"] == 1] == ["worse"]


def test_a_prescriber_lifts_a_hold_at_the_terminal_with_what_was_found(now: Line, patient: int) -> None:
    report(now, patient, "leg_swelling")
    report(now, patient, "calf_pain")
    with Person("decide", patient, file=now.file) as person:
        person.sees("On hold since [^:]*: a swollen leg.")
        person.sees("On hold since [^:]*: pain or throbbing in the calf or thigh.")
        person.sees(r"Prescriber \(initials\) \(Enter: MS\)")
        for line in ("", "lift", "excluded", "Duplex clear.", ""):
            person.sees(r": $")
            person.type(line)
        person.sees("Holds 1, 2 of patient [0-9]+ lifted by MS: a clot was excluded")
        assert person.leaves()[0] == 0
    assert None not in holds(now, patient)


@pytest.mark.parametrize("key", ["y", "n"])
def test_a_clot_is_asked_about_once_more_since_it_bars_for_good(now: Line, patient: int, key: str) -> None:
    report(now, patient, "leg_swelling")
    with Person("decide", patient, file=now.file) as person:
        for line in ("MS", "lift", "dvt", "Duplex.", ""):
            person.sees(r": $")
            person.type(line)
        person.sees(r"Found: a deep vein thrombosis\. It bars for good, and is not taken back\.")
        person.sees(r"\[y/n\] ")
        person.press(key)
        code, screen = person.leaves()
    assert code == (0 if key == "y" else 1)
    assert ("microsclero cancel" in screen) == (key == "y")
    assert (holds(now, patient) == [None]) == (key == "n")


def test_a_person_who_is_no_prescriber_lifts_nothing(now: Line, patient: int) -> None:
    report(now, patient, "leg_swelling")
    with Person("decide", patient, file=now.file, who="RT") as person:
        for line in ("RT", "lift", "excluded", "I think so.", ""):
            person.sees(r": $")
            person.type(line)
        code, screen = person.leaves()
    assert (code, "RT is not a prescriber" in screen, holds(now, patient)) == (4, True, [None])


def test_a_follow_up_of_somebody_elses_reaction_asks_nothing(now: Line, patient: int) -> None:
    number = reported(now, patient, "bruising")["reaction"]
    other = register(now, given_name="Ann", born_on="1970-01-01")
    with Person("reaction", other, "--follow", number, file=now.file) as person:
        code, screen = person.leaves()
    assert (code, "How is it now" in screen) == (3, False)
    assert follow(now, patient, number, "gone").code == 0
