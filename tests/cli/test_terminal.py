"""At a terminal: one key a question, back, why, stop and go on, and no answer that nobody gave."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Line, form, planned, ready, register, screened, untroubled
from tests.cli.sitting import (
    BEGIN,
    CHOOSE,
    CTRL_C,
    CTRL_D,
    MATCHES,
    QUESTION,
    SIGN,
    TOO_FAST,
    Person,
    at_the_prompt,
    left_unfinished,
    nearly_done,
)

BOOK = r"Book these sessions\? \[y/n\] "


@pytest.fixture
def zoe(now: Line) -> int:
    return register(now)


def shown(line: Line, number: int = 1) -> dict[str, Any]:
    data: dict[str, Any] = line.json("patient", "show", number).data
    return data


def sit_down(now: Line, number: int, **env: str) -> Person:
    """At the first question: the date of birth has been asked and matches."""
    person = Person("screen", number, "--for", "intake", file=now.file, **env)
    person.sees(MATCHES)
    person.press("y")
    return person


def test_the_intake_of_a_healthy_adult_takes_about_one_key_a_question(now: Line, zoe: int) -> None:
    with sit_down(now, zoe) as person:
        asked = person.answers_everything()
        assert asked > 50
        assert asked <= person.keys <= asked + 3
        person.type("ms")
        code, told = person.leaves()
    assert code == 0
    assert "NO CONTRAINDICATION RECORDED" in told
    data = shown(now)
    assert [(each["outcome"], each["signed_by"]) for each in data["screenings"]] == [("suitable", "MS")]
    assert data["unfinished_intake"] is False


def test_back_why_and_keys_that_mean_nothing(now: Line, zoe: int) -> None:
    with sit_down(now, zoe) as person:
        first = person.question()
        person.press("b")
        person.sees("This is the first question")
        assert person.question() == first
        person.press("?")
        person.sees("The medicine isn't given in pregnancy")
        assert person.question() == first
        for key in ("x", "\x1b[A", "\r", " ", "é", "1"):
            person.press(key)
            assert person.question()[0] == 1
        person.press("N")
        second = person.question()
        assert second[0] == 2
        person.press("b")
        assert person.question()[0] == 1
        person.press("n")
        assert person.question() == second


def test_stopping_keeps_the_answers_and_going_on_begins_where_it_stopped(now: Line, zoe: int) -> None:
    with sit_down(now, zoe) as person:
        person.answers_until(4)
        person.question()
        person.press("q")
        code, told = person.leaves()
    assert (code, "4 answers of patient 1 are kept. Go on with: microsclero screen 1" in told) == (130, True)
    assert shown(now)["unfinished_intake"] is True
    assert shown(now)["screenings"] == []
    with sit_down(now, zoe) as person:
        person.sees("An unfinished intake questionnaire: 4 of 4 answers are from today and stand.")
        assert person.question()[0] == 5


@pytest.mark.parametrize("how", [CTRL_C, CTRL_D], ids=["Ctrl-C", "Ctrl-D"])
def test_an_interruption_in_the_middle_loses_no_answer(now: Line, zoe: int, how: str) -> None:
    with sit_down(now, zoe) as person:
        person.answers_until(7)
        person.question()
        person.press(how)
        code, told = person.leaves()
    assert (code, "7 answers of patient 1 are kept." in told, "Traceback" in told) == (130, True, False)
    with sit_down(now, zoe) as person:
        person.sees("7 of 7 answers are from today and stand.")
        assert person.question()[0] == 8


def test_a_terminal_that_is_gone_or_a_process_killed_loses_no_answer(now: Line, zoe: int) -> None:
    with sit_down(now, zoe) as person:
        person.answers_until(3)
        person.question()
    with sit_down(now, zoe) as person:
        person.sees("3 of 3 answers are from today and stand.")
        person.answers_until(5)
        person.question()
        person.child.kill(9)
    with sit_down(now, zoe) as person:
        person.sees("5 of 5 answers are from today and stand.")


def test_an_interruption_before_signing_keeps_everything(now: Line, zoe: int) -> None:
    nearly_done(now, zoe)
    with sit_down(now, zoe) as person:
        assert person.answers_everything() > 5
        person.press(CTRL_C)
        assert person.leaves()[0] == 130
    assert (shown(now)["screenings"], shown(now)["unfinished_intake"]) == ([], True)
    with sit_down(now, zoe) as person:
        optional = [q for q in form(now) if not q["required"] and q["shown_if"] is None]
        assert person.answers_everything() == len(optional), "only what was left out is asked once more"


def test_an_answer_is_corrected_before_it_is_signed(now: Line, zoe: int) -> None:
    nearly_done(now, zoe)
    with sit_down(now, zoe) as person:
        person.answers_everything()
        person.type("4")
        assert person.question()[0] == 4
        person.press("y")
        person.sees(SIGN)
        person.type("nobody")
        person.sees("initials of someone in the team")
        person.sees(SIGN)
        person.type("MS")
        assert person.leaves()[0] == 0
    assert shown(now)["screenings"][0]["outcome"] != "suitable"


@pytest.mark.parametrize("every", [0.033, 0.06, 0.092])
def test_leaning_on_n_never_finishes_the_intake(now: Line, zoe: int, every: float) -> None:
    with sit_down(now, zoe) as person:
        person.question()
        person.lean_on("n", every=every, seconds=4)
        assert person.is_waiting(0.5)
        person.press("q")
        code, told = person.leaves()
    assert code == 130
    assert "the last answers were not kept" in told
    kept = int(told.split(" answers of patient")[0].split()[-1])
    assert kept < 6
    assert shown(now)["screenings"] == []


def test_a_flood_of_n_at_once_answers_next_to_nothing(now: Line, zoe: int) -> None:
    with sit_down(now, zoe) as person:
        person.question()
        person.flood("n" * 400)
        assert person.is_waiting(1)
        person.press("q")
        code, told = person.leaves()
    assert code == 130
    assert int(told.split(" answers of patient")[0].split()[-1]) < 3


def test_what_is_typed_ahead_is_no_answer(now: Line, zoe: int) -> None:
    with Person("screen", zoe, file=now.file) as person:
        person.sees(MATCHES)
        person.flood("ynnnn")
        person.sees(TOO_FAST)
        person.sees(MATCHES)
        person.press("ynnnn")
        assert person.question()[0] == 1
        assert person.is_waiting(0.3)
        person.press("q")
        code, told = person.leaves()
    assert (code, "0 answers of patient 1 are kept" in told) == (130, True)


def test_a_date_of_birth_that_does_not_match_ends_it(now: Line, zoe: int) -> None:
    with Person("screen", zoe, file=now.file) as person:
        person.sees("Patient 1 · Zoë Weiß · born Sun 3 Feb 1980")
        person.sees("Not booked today")
        person.sees(MATCHES)
        for key in ("\r", "x", " "):
            person.press(key)
        person.press("n")
        code, told = person.leaves()
    assert (code, "nothing was done" in told) == (1, True)
    assert shown(now)["unfinished_intake"] is False


@pytest.mark.parametrize(
    "typed",
    ["zoe", "WEISS", "03/02/1980", "1980-02-03", "07700900123", "#1"],
    ids=lambda typed: typed.replace("/", "-"),
)
def test_a_patient_is_chosen_by_number_name_date_of_birth_or_phone(now: Line, zoe: int, typed: str) -> None:
    with Person("screen", file=now.file) as person:
        person.sees(CHOOSE)
        person.type(typed)
        person.sees(r"1\)  No\. 1  Zoë Weiß, born Sun 3 Feb 1980")
        person.sees(CHOOSE)
        person.type("1")
        person.sees("Patient 1 · Zoë Weiß")
        person.sees(MATCHES)
        person.press("n")
        assert person.leaves()[0] == 1


def test_those_of_today_are_offered_by_row_with_number_name_and_date_of_birth(now: Line, zoe: int) -> None:
    begun = register(now, given_name="Ana", family_name="Sousa", born_on="1979-12-31", allergies="latex: rash")
    left_unfinished(now, begun, "intake", {"pregnant": "no"})
    with Person("screen", file=now.file) as person:
        person.sees(r"\r\n  1\)  No\. 2  Ana Sousa, born Mon 31 Dec 1979")
        person.sees(CHOOSE)
        person.type("1")
        person.sees(r"Patient 2 · Ana Sousa[^\r\n]*\r\nALLERGIES latex: rash\r\n")
        person.sees(MATCHES)
        person.press("n")
        assert person.leaves()[0] == 1


def test_nobody_found_is_said_and_asked_again(now: Line, zoe: int) -> None:
    with Person("patient", "show", file=now.file) as person:
        person.sees(CHOOSE)
        person.type("xyzzy")
        person.sees("Nobody found")
        person.sees(CHOOSE)
        person.type("q")
        assert person.leaves()[0] == 1


def test_a_new_patient_is_registered_on_the_way(now: Line) -> None:
    with Person("screen", file=now.file) as person:
        person.sees(CHOOSE)
        person.type("+")
        for line in ("Ana", "Sousa", "31/12/1979", "", "", "", "", "", "penicillin", ""):
            person.sees(r": $")
            person.type(line)
        person.answers_until(2)
        person.question()
        person.press("q")
        assert person.leaves()[0] == 130
    data = shown(now)
    assert (data["given_name"], data["born_on"], data["allergies"], data["unfinished_intake"]) == (
        ("Ana", "1979-12-31", "penicillin", True)
    )


@pytest.mark.parametrize("way", ["a new patient", "a known one", "going on"])
def test_a_habitual_y_or_n_never_answers_the_first_question(now: Line, way: str) -> None:
    answered = int(way == "going on")
    if way != "a new patient":
        number = register(now)
    if answered:
        left_unfinished(now, number, "intake", {"pregnant": "no"})
    with Person("screen", *([] if way == "a new patient" else [1, "--for", "intake"]), file=now.file) as person:
        if way == "a new patient":
            person.sees(CHOOSE)
            person.type("+")
            for line in ("Ana", "Sousa", "31/12/1979", "", "", "", "", "", "", ""):
                person.sees(r": $")
                person.type(line)
        else:
            person.sees(MATCHES)
            person.press("y")
        person.sees(BEGIN)
        for key in "ynuy":
            person.press(key)
        assert person.is_waiting(0.3)
        person.press("\r")
        person.sees(QUESTION)
        assert int(person.group(1)) == 1 + answered
        person.press("q")
        code, told = person.leaves()
    assert (code, f"{answered} answers of patient 1 are kept" in told) == (130, True)


def test_what_is_marked_and_its_outcome_stand_right_above_the_signature_also_after_a_slip(now: Line, zoe: int) -> None:
    answers = {**untroubled(form(now)), "pregnant": "unsure", "smoker": "yes"}
    left_unfinished(now, zoe, "intake", answers)
    with sit_down(now, zoe) as person:
        person.answers_everything()
        for slip in ("", "Please type the number of an answer, or the initials of someone in the team"):
            *marked, outcome, hint = str(person.child.before).partition("BEFORE YOU SIGN")[2].strip().splitlines()[:-1]
            said = [(line.split()[0], line.rpartition("  ")[2].strip()) for line in marked]
            assert said == [("!", "not sure"), ("!", "–"), ("!", "yes")], "the other answers are not printed again"
            assert outcome.strip() == "These answers come to: NOT TODAY"
            assert slip in hint
            person.type("zz")
            person.sees(SIGN)


def test_a_key_that_is_no_option_is_told_right_above_the_prompt(now: Line, zoe: int) -> None:
    screened(now, zoe)
    asked = [question["link_id"] for question in form(now) if question["shown_if"] is None]
    with sit_down(now, zoe) as person:
        person.sees(SIGN)
        person.type(str(asked.index("ceap") + 1))
        person.question()
        person.press("8")
        person.question()
        person.sees("Please again: that key is none of 0, 1, 2, 3, 4, 5, 6")


def test_the_example_of_a_past_date_is_one_that_is_taken(now: Line, zoe: int) -> None:
    left_unfinished(now, zoe, "intake", {"pregnant": "no"})
    with sit_down(now, zoe) as person:
        person.question()
        person.press("y")
        told = person.question()[2]
        example = re.search(r"a date, (\d\d/\d\d/\d{4})", told)
        assert example is not None
        person.type(example[1])
        assert person.question()[0] == 4


def test_plan_asks_and_n_saves_nothing(now: Line) -> None:
    number = ready(now)
    with Person("plan", number, file=now.file) as person:
        person.sees("Proposal, nothing booked yet")
        person.sees(BOOK)
        person.press("n")
        code, told = person.leaves()
    assert (code, "Nothing was saved." in told) == (1, True)
    assert shown(now)["sessions"] == []


def test_leaning_on_y_from_before_the_question_books_nothing(now: Line) -> None:
    number = ready(now)
    with Person("plan", number, file=now.file) as person:
        person.lean_on("y", every=0.04, seconds=4)
        person.sees(BOOK)
        person.sees(TOO_FAST)
        assert person.is_waiting(0.5)
        person.sees(BOOK)
        person.press("n")
        code, told = person.leaves()
    assert (code, "Nothing was saved." in told) == (1, True)
    assert shown(now)["sessions"] == []


def test_plan_asks_and_y_books(now: Line) -> None:
    number = ready(now)
    with Person("plan", number, file=now.file) as person:
        person.sees(BOOK)
        person.press("y")
        code, told = person.leaves()
    assert (code, "Course 1, booked" in told) == (0, True)
    assert len(shown(now)["sessions"]) == 4


@pytest.mark.parametrize(
    "words", [("move", "--session", 1, "--to", "+3w"), ("cancel", "--session", 1, "--reason", "other")]
)
def test_a_change_asks_with_before_and_after(now: Line, words: tuple[Any, ...]) -> None:
    number = ready(now)
    planned(now, number, "--start", "+2w", "--sessions", 1)
    before = shown(now)["sessions"]
    with Person(words[0], number, *words[1:], file=now.file) as person:
        which = person.sees("Before", "closed")
        if which == 0:
            person.sees("After")
            person.sees(r"it\? \[y/n\] ")
            person.press("n")
        assert person.leaves()[0] == (1 if which == 0 else 4)
    assert shown(now)["sessions"] == before


def test_an_interruption_of_a_question_saves_nothing(now: Line) -> None:
    number = ready(now)
    with Person("plan", number, file=now.file) as person:
        person.sees(r"\[y/n\] ")
        person.press(CTRL_C)
        code, told = person.leaves()
    assert (code, "Traceback" in told) == (130, False)
    assert shown(now)["sessions"] == []


WHERE: dict[str, tuple[tuple[object, ...], str]] = {
    "choosing a patient": (("patient", "show"), CHOOSE),
    "the right patient": (("screen", 2), MATCHES),
    "signing": (("screen", 1, "--for", "intake"), SIGN),
    "a new patient": (("patient", "add"), "Given name: "),
    "a correction": (("patient", "edit", 1), r"Given name \[Zoë\]: "),
    "booking": (("plan", 1), BOOK),
    "who decides": (("decide", 2), r"Prescriber, one of MS \(Enter: MS\): "),
    "a document": (("document", 1), "Kind.*: "),
    "a clinic": (("clinic", "init", "--file", "new.db"), "Name of the clinic: "),
    "a clinic file that is missing": (("today", "--file", "none.db"), r"there now\? \[y/n\] "),
}


@pytest.mark.parametrize("where", WHERE)
def test_ctrl_d_anywhere_ends_it_with_one_sentence_and_nothing_saved(
    now: Line, zoe: int, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    screened(now, zoe)
    screened(now, register(now, given_name="Bea", family_name="Ray"), cardiac="yes")
    head = now.json("record", "check").data["head"]
    words, prompt = WHERE[where]
    with Person(*words, file=None if "--file" in words else now.file) as person:
        if person.sees(prompt, MATCHES) == 1 and prompt != MATCHES:
            person.press("y")
            person.sees(prompt)
        person.press(CTRL_D)
        code, told = person.leaves()
    said = told.strip().splitlines()
    assert (code, len(said), said[0][:8]) == (130, 1, "Stopped;"), told
    assert now.json("record", "check").data["head"] == head
    assert not (tmp_path / "new.db").exists()


def test_the_terminal_is_left_as_it_was_found(now: Line, zoe: int) -> None:
    import pexpect

    from tests.builders import PROGRAM, plain_environment

    line = f"'{PROGRAM}' --file '{now.file}' --as MS screen {zoe}; stty -a; exit"
    child = pexpect.spawn("bash", ["-c", line], env=plain_environment(TERM="xterm"), encoding="utf-8", timeout=15)
    at_the_prompt(child, MATCHES, "y")
    at_the_prompt(child, BEGIN, "\r")
    at_the_prompt(child, "q stop and keep", CTRL_C)
    told = child.read()
    assert " icanon" in told
    assert " echo " in told
    assert "-echo " not in told


def test_who_is_at_the_desk_is_asked_where_nobody_said(now: Line, zoe: int) -> None:
    with Person("patient", "edit", zoe, file=now.file, who=None) as person:
        person.sees(r"Initials \(MS, RT\): ")
        person.type("rt")
        person.sees("Given name")
        person.press(CTRL_C)
        assert person.leaves()[0] == 130


def test_colours_are_used_at_a_terminal_unless_no_color_is_set(now: Line, zoe: int, tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text('{"dvt_ever": "yes"}')
    told = {}
    for name, value in (("plain", "1"), ("coloured", "")):
        with Person("screen", zoe, "--for", "intake", "--answers", answers, file=now.file, NO_COLOR=value) as person:
            told[name] = person.leaves()[1]
    red = r"\x1b\[[0-9;]*\b3[0-7]m"
    assert [bool(re.search(red, each)) for each in (told["plain"], told["coloured"])] == [False, True]


def test_prompts_are_never_part_of_the_answer(now: Line, tmp_path: Path) -> None:
    import pexpect

    from tests.builders import PROGRAM, plain_environment

    number = ready(now)
    out = tmp_path / "out.json"
    line = f"'{PROGRAM}' --file '{now.file}' --as MS plan {number} --json > '{out}'"
    child = pexpect.spawn("bash", ["-c", line], env=plain_environment(TERM="xterm"), encoding="utf-8", timeout=15)
    at_the_prompt(child, BOOK, "y")
    child.read()
    import json

    assert len(json.loads(out.read_text())["data"]["sessions"]) == 4
