"""At a terminal, beyond the intake: the session's form, decisions, documents, corrections, two desks at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from microsclero.ask.question_keys import option_keys
from microsclero.content import questionnaire
from tests.builders import Line, form, ready, register, screened
from tests.cli.sitting import CTRL_C, MATCHES, SIGN, Person, left_unfinished, nearly_done
from tests.cli.test_deciding_flow import decide

ANOTHER = r"Another member, or < back to the last\? \[y/n\] "
PRESCRIBER = r"Prescriber, one of MS(?: \(Enter: MS\))?: "


def shown(line: Line, number: int = 1) -> dict[str, Any]:
    data: dict[str, Any] = line.json("patient", "show", number).data
    return data


def sit_down(now: Line, number: int, purpose: str = "intake") -> Person:
    person = Person("screen", number, "--for", purpose, file=now.file)
    person.sees(MATCHES)
    person.press("y")
    return person


@contextmanager
def deciding(now: Line, number: int) -> Iterator[Person]:
    """At the findings: the prescriber has said who they are."""
    with Person("decide", number, file=now.file) as person:
        person.sees(PRESCRIBER)
        person.type("MS")
        yield person


def test_the_sessions_form_shows_what_was_said_last_time_and_confirms_it_by_one_key(now: Line) -> None:
    number = ready(now.at(now.now - timedelta(days=30)))
    with sit_down(now, number, "session") as person:
        confirmed, asked = 0, 0
        while person.next() == 0:
            told, asked = person.group(4), asked + 1
            if "s the same as last time" in told:
                assert "Last time (" in told
                person.press("s")
                confirmed += 1
            else:
                person.answer(told)
        person.type("MS")
        code, _ = person.leaves()
    assert (code, confirmed > 5, asked > confirmed) == (0, True, True)
    assert [each["for"] for each in shown(now)["screenings"]] == ["session", "intake"] or (
        [each["for"] for each in shown(now)["screenings"]] == ["intake", "session"]
    )


def test_a_follow_up_in_words_is_confirmed_by_the_same_key_and_its_decision_carried_over(now: Line) -> None:
    then = now.at(now.now - timedelta(days=30))
    number = register(then)
    screened(then, number, cardiac="yes", cardiac_what="AF since 2019", smoker="yes")
    assert decide(then, number, ("cardiac", "proceed"), ("clot_risk_factors", "proceed")).code == 0
    with sit_down(now, number, "session") as person:
        while person.next() == 0:
            told = person.group(4)
            if "AF since 2019" in told:
                assert "s the same as last time" in told
                person.type("s")
            elif "s the same as last time" in told:
                person.press("s")
            else:
                person.answer(told)
        before = str(person.child.before)
        assert re.search(r"tobacco[^\r\n]*  no \(last time yes\)", before)
        assert "!" in next(line for line in before.splitlines() if "heart attack" in line)
        person.type("MS")
        code, told = person.leaves()
    assert code == 0
    assert re.search(r"Changed +smoker: yes on .* \(screening 1\), no now", told)
    assert "cardiac: Decided before: proceed (MS, " in told
    data = now.json("screen", number, "--reprint").data
    given = {each["link_id"]: (each["answer"], each["said_on"]) for each in data["questions"]}
    # Half an hour before midnight in UTC it is the next day already where the clock stands on summer time.
    said_on = then.now.astimezone(ZoneInfo("Europe/London")).date()
    assert given["cardiac_what"] == ("AF since 2019", said_on.isoformat())
    with deciding(now, number) as person:
        person.sees("Decided before: proceed .* Its answers are unchanged; please decide again")
        person.sees("leave for later: ")
        person.type("p")
        person.sees("Why .*: ")
        person.type("As before.")
        assert person.leaves()[0] == 0


def test_a_decision_that_has_lapsed_is_told_to_who_decides_anew(now: Line) -> None:
    then = now.at(now.now - timedelta(days=30))
    number = register(then)
    screened(then, number, cardiac="yes", cardiac_what="AF since 2019")
    assert decide(then, number, ("cardiac", "proceed")).code == 0
    screened(now, number, cardiac="yes", cardiac_what="AF, and angina")
    with deciding(now, number) as person:
        person.sees("Lapsed: proceed .* Changed since, at screening 2: cardiac_what")
        person.sees("leave for later: ")


def test_who_stops_is_told_the_form_to_go_on_with(now: Line) -> None:
    number = ready(now)
    with sit_down(now, number, "session") as person:
        person.answers_until(2)
        person.question()
        person.press("q")
        code, told = person.leaves()
    assert (code, f"Go on with: microsclero screen {number} --for session" in told) == (130, True)
    with sit_down(now, number) as person:
        person.sees(f"The session questionnaire is unfinished, too: microsclero screen {number} --for session")
        person.sees(SIGN)
        person.press(CTRL_C)
        code, told = person.leaves()
    assert (code, "as they were signed today" in told) == (130, True)
    with sit_down(now, number, "session") as person:
        person.sees("2 of 2 answers are from today and stand")
        assert person.question()[0] == 3


def test_what_is_asked_afresh_can_not_be_confirmed_unasked(now: Line) -> None:
    number = ready(now)
    with sit_down(now, number, "session") as person:
        at, _, told = person.question()
        assert (at, "s the same" in told) == (1, False)
        person.press("s")
        assert person.question()[0] == 1


def test_answers_of_another_day_are_asked_afresh_with_what_was_said(now: Line) -> None:
    number = register(now)
    yesterday = now.at(now.now - timedelta(days=1))
    left_unfinished(yesterday, number, "intake", {"pregnant": "no", "recently_pregnant": "no"})
    with sit_down(now, number) as person:
        person.sees("0 of 2 answers are from today and stand. Those of .* are asked again")
        at, _, told = person.question()
        assert (at, "Last time (" in told) == (1, True)


def test_going_on_another_day_and_stopping_again_loses_no_answer(now: Line) -> None:
    number = register(now)
    yesterday = now.at(now.now - timedelta(days=1))
    said = {"pregnant": "no", "recently_pregnant": "no", "breastfeeding": "no", "trying_to_conceive": "yes"}
    left_unfinished(yesterday, number, "intake", said)
    with sit_down(now, number) as person:
        person.answers_until(1)
        person.question()
        person.press(CTRL_C)
        assert person.leaves()[0] == 130
    with sit_down(now, number) as person:
        person.sees("1 of 4 answers are from today and stand.")
        at, _, told = person.question()
        assert (at, "Last time (" in told) == (2, True)


def signed_today(now: Line, **changed: str) -> tuple[int, list[str]]:
    """A patient whose intake was signed today; the questions in their order."""
    number = register(now)
    screened(now, number, **changed)
    return number, [question["link_id"] for question in form(now) if question["shown_if"] is None]


def test_who_was_screened_today_begins_at_the_summary_and_changes_one_answer_by_its_number(now: Line) -> None:
    number, asked = signed_today(now)
    with sit_down(now, number) as person:
        person.sees("Screened already today: those answers stand")
        assert person.next() == 1, "nothing is asked again"
        person.type(str(asked.index("smoker") + 1))
        at, _, told = person.question()
        assert (at, "Just now: no" in told) == (asked.index("smoker") + 1, True)
        person.press("y")
        person.sees(SIGN)
        person.type("MS")
        assert person.leaves()[0] == 0
    data = shown(now, number)
    assert [each["outcome"] for each in sorted(data["screenings"], key=lambda each: each["screening"])] == (
        ["suitable", "review"]
    )
    assert data["unfinished_intake"] is False


def test_who_was_screened_today_and_is_not_signed_again_stays_as_screened(now: Line) -> None:
    number, _ = signed_today(now)
    with sit_down(now, number) as person:
        person.sees(SIGN)
        person.press(CTRL_C)
        assert person.leaves()[0] == 130
    assert [each["outcome"] for each in shown(now, number)["screenings"]] == ["suitable"]


def test_back_is_one_thing_at_a_key_and_at_a_line_and_is_never_kept_as_an_answer(now: Line) -> None:
    number, asked = signed_today(now)
    at = asked.index("cardiac") + 1
    with sit_down(now, number) as person:
        person.sees(SIGN)
        person.type(str(at))
        assert "b or < back" in person.question()[2]
        person.press("y")
        for back in ("<", "b"):
            place, _, told = person.question()
            assert (place, "b or < back" in told) == (at + 1, True)
            person.type(back)
            place, _, told = person.question()
            assert (place, "Just now: yes" in told) == (at, True)
            person.press("y")
        person.question()
        person.type("AF since 2019")
        person.sees(SIGN)
        person.type("MS")
        assert person.leaves()[0] == 0
    given = {each["link_id"]: each["answer"] for each in now.json("screen", number, "--reprint").data["questions"]}
    assert (given["cardiac"], given["cardiac_what"]) == ("yes", "AF since 2019")


def test_enter_beside_just_now_keeps_it_and_a_dash_leaves_it_out(now: Line) -> None:
    number, asked = signed_today(now, cardiac="yes", cardiac_what="AF since 2019")
    at = asked.index("cardiac") + 2
    with sit_down(now, number) as person:
        for typed, becomes in (("", "→ AF since 2019"), ("-", "→ left out")):
            person.sees(SIGN)
            person.type(str(at))
            told = person.question()[2]
            assert ("Just now: AF since 2019" in told, "Enter keep it   - leave out" in told) == (True, True)
            person.type(typed)
            person.sees(becomes)
        person.sees(SIGN)


@pytest.mark.parametrize(("key", "label"), [("0", "C0"), ("1", "C1")])
def test_a_numbered_option_is_chosen_by_its_own_digit(now: Line, key: str, label: str) -> None:
    number, asked = signed_today(now)
    with sit_down(now, number) as person:
        person.sees(SIGN)
        person.type(str(asked.index("ceap") + 1))
        told = person.question()[2]
        assert re.search(rf"\b{key}  {label}\b", told)
        person.press(key)
        person.sees(f"{label}[^\r\n]*\r\n")
        person.sees(SIGN)


@pytest.mark.parametrize("purpose", ["intake", "session"])
def test_every_option_has_a_key_and_its_own_digit_where_each_value_has_one(purpose: str) -> None:
    for question in questionnaire(purpose).questions:
        if question.type != "choice":
            continue
        keys, values = option_keys(question), [value for value, _ in question.options]
        assert (sorted(keys.values()), all(len(key) == 1 for key in keys)) == (sorted(values), True)
        if all(value[-1].isdigit() for value in values):
            assert all(value.endswith(key) for key, value in keys.items())
        else:
            assert list(keys) == [str(place) for place in range(1, len(values) + 1)]


def test_two_desks_with_one_patient_lose_no_answer_silently(now: Line) -> None:
    number = register(now)
    nearly_done(now, number)
    with sit_down(now, number) as first, sit_down(now, number) as second:
        _, _, told = second.question()
        first.answers_everything()
        first.type("MS")
        assert first.leaves()[0] == 0
        assert len(shown(now)["screenings"]) == 1
        second.answer(told)
        second.question()
        second.press("q")
        code, told = second.leaves()
    assert (code, "Traceback" in told, "fault" in told) == (130, False, False)


def test_a_prescriber_decides_at_the_terminal(now: Line) -> None:
    number = register(now)
    screened(now, number, cardiac="yes", smoker="yes")
    with Person("decide", number, file=now.file) as person:
        person.sees(PRESCRIBER)
        person.type("ms")
        person.sees("leave for later: ")
        person.type("x")
        person.sees("leave for later: ")
        person.type("p")
        person.sees("Why .*: ")
        person.type("")
        person.sees("Why .*: ")
        person.type("Rate controlled.")
        person.sees("leave for later: ")
        person.type("l")
        code, told = person.leaves()
    assert (code, "Still to decide" in told) == (0, True)
    with deciding(now, number) as person:
        person.sees("leave for later: ")
        person.type("p")
        person.sees("Why .*: ")
        person.type("Stops next week.")
        assert person.leaves()[0] == 0
    assert now.json("plan", number, "--dry-run").code == 0


def test_who_decides_is_asked_until_it_is_a_prescriber(now: Line) -> None:
    number = register(now)
    screened(now, number, cardiac="yes")
    with Person("decide", number, file=now.file, who="RT") as person:
        for initials in ("RT", "zz", ""):
            person.sees(PRESCRIBER)
            person.type(initials)
        person.sees(PRESCRIBER)
        person.type("ms")
        person.sees("leave for later: ")
        person.type("d")
        person.sees("Why .*: ")
        person.type("Ask the cardiologist.")
        assert person.leaves()[0] == 0
    assert shown(now)["screenings"][0]["decisions"] == ["cardiac: decline (MS), Ask the cardiologist."]


def test_a_filed_document_is_shown_to_who_decides(now: Line) -> None:
    number = register(now)
    screened(now, number, varicose_or_cvi="yes")
    paper = {"kind": "duplex", "dated_on": "2026-11-20", "summary": "No reflux [left], 50% of [/right]."}
    assert now.json("document", number, answers=paper).code == 0
    with deciding(now, number) as person:
        person.sees("varicose_or_cvi: ")
        person.sees("Asked: Do you have bulging veins")
        person.sees("Answer: “yes”, given on ")
        person.sees(r"Changes it: [^\r\n]+\r\n")
        person.sees(r"Filed: duplex of Fri 20 Nov 2026: No reflux \[left\], 50% of \[/right\]\.\r\n")
        person.sees("leave for later: ")


def test_who_decides_reads_the_patients_own_words(now: Line) -> None:
    number = register(now)
    screened(now, number, cardiac="yes", cardiac_what="AF since 2019")
    with deciding(now, number) as person:
        person.sees("“AF since 2019”, given on ")
        person.sees("leave for later: ")


def test_a_decision_left_for_later_is_no_entry_in_the_record(now: Line) -> None:
    number = register(now)
    screened(now, number, cardiac="yes")
    head = now.json("record", "check").data["head"]
    with deciding(now, number) as person:
        person.sees("leave for later: ")
        person.type("l")
        code, told = person.leaves()
    assert (code, "Nothing was decided; every finding is left for later." in told) == (1, True)
    assert now.json("record", "check").data["head"] == head


@pytest.mark.parametrize("typed", ["ok \u202egnirts", "ok \x1b[31m red", "x" * 2_500], ids=["bidi", "escape", "long"])
def test_a_reason_typed_at_the_terminal_is_held_to_the_same_rules_as_a_document(now: Line, typed: str) -> None:
    number = register(now)
    screened(now, number, cardiac="yes")
    head = now.json("record", "check").data["head"]
    with deciding(now, number) as person:
        person.sees("leave for later: ")
        person.type("p")
        person.sees("Why .*: ")
        person.type(typed)
        person.is_waiting(1)
    assert now.json("record", "check").data["head"] == head


def test_a_document_is_filed_at_the_terminal(now: Line) -> None:
    number = register(now)
    screened(now, number, varicose_or_cvi="yes")
    with Person("document", number, file=now.file) as person:
        person.sees("varicose_or_cvi waits for: duplex")
        for line in ("scan", "duplex", "30/02/2026", "01/11/2026", "Vascular Lab", "No reflux.", "cardiac", ""):
            person.sees(r": $")
            person.type(line)
        assert "one of varicose_or_cvi is wanted" in str(person.child.before)
        code, told = person.leaves()
    assert (code, "varicose_or_cvi is now for a prescriber" in told) == (0, True)


def test_a_detail_is_corrected_at_the_terminal(now: Line) -> None:
    number = register(now)
    with Person("patient", "edit", number, file=now.file) as person:
        for line in ("", "Weiß-Ray", "", "-", "", "", "", "", "latex", ""):
            person.sees(r"\]: $")
            person.type(line)
        assert person.leaves()[0] == 0
    data = shown(now, number)
    assert (data["given_name"], data["family_name"], data["phone"], data["allergies"]) == (
        ("Zoë", "Weiß-Ray", None, "latex")
    )


def test_the_prescriber_at_the_desk_is_offered_to_compare_a_leaflet(now: Line) -> None:
    with Person("clinic", "product", "fibrovein", file=now.file) as person:
        person.sees(r"compare them now\? \[y/n\] ")
        person.press("y")
        for asked, line in (
            (r"\(initials\) \(Enter: MS\): ", ""),
            ("Revision .*: ", "03/2025"),
            ("Compared .*: ", "today"),
        ):
            person.sees(asked)
            person.type(line)
        code, told = person.leaves()
    assert (code, "compared" in told.lower()) == (0, True)


def test_a_near_twin_is_shown_before_a_new_patient_is_registered(now: Line) -> None:
    register(now)
    with Person("patient", "add", file=now.file) as person:
        for line in ("Zoey", "Weiß", "03/02/1980", "", "", "", "", "", "", ""):
            person.sees(r": $")
            person.type(line)
        person.sees("Is it one of these")
        person.sees("1  Zoë Weiß, born Sun 3 Feb 1980")
        person.sees(r"\[y/n\] ")
        person.press("n")
        code, told = person.leaves()
    assert (code, "Nobody was registered" in told) == (1, True)
    assert len(now.json("patient", "find").data["patients"]) == 1


def test_a_missing_clinic_file_is_offered_to_be_made(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with Person("today", file=path) as person:
        person.sees("There is no clinic file at")
        person.sees(r"Make a new clinic file there now\? \[y/n\] ")
        person.press("n")
        code, _ = person.leaves()
    assert (code, path.exists()) == (7, False)


def test_a_clinic_is_made_by_answering(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    place = ["Quay Clinic", "01632 960001", "", "", "", "", "", "", "Blue, Green"]
    hours = ["09:00-13:00, 14:00-17:00", "09:00-17:00", "", "", "", "", ""]
    back = ["<", "10:00-14:00"]
    team = ["MS", "Maria Silva", "injector, prescriber", "NMC 1", ""]
    with Person("clinic", "init", file=path, who=None) as person:
        for line in [*place, *hours, *back, *team]:
            person.sees(r": $")
            person.type(line)
        person.sees(ANOTHER)
        person.press("n")
        code, told = person.leaves()
    assert (code, "Quay Clinic" in told, "Next: microsclero screen" in told) == (0, True, True)
    clinic = Line(file=path).json("clinic", "show").data
    assert (clinic["hours"]["tue"], clinic["zone"], clinic["session_minutes"]) == (["09:00-17:00"], "Europe/London", 30)
    assert (clinic["hours"]["sun"], clinic["rooms"]) == (["10:00-14:00"], ["Blue", "Green"])


def test_what_was_typed_is_still_there_for_who_goes_back(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with Person("clinic", "init", file=path, who=None) as person:
        for line in ("Quay Clinic", "01632 960001", "", "1 Quay Street", "<"):
            person.sees(r": $")
            person.type(line)
        for asked, line in (
            (r"Address \(Enter: 1 Quay Street; - empties it\): $", "<"),
            (r"out of hours \(Enter: NHS 111\): $", "<"),
            (r"Phone in opening hours \(Enter: 01632 960001\): $", "01632 960002"),
            (r"out of hours \(Enter: NHS 111\): $", ""),
            (r"Address \(Enter: 1 Quay Street; - empties it\): $", ""),
        ):
            person.sees(asked)
            person.type(line)
        rest = ["", "", "", "", "Blue", "<", "-", "09:00-17:00", "<", "", *[""] * 6]
        alone = ["MS", "Maria Silva", "injector", "", "mon"]
        mended = ["<", "<", "injector, prescriber", "", "-"]
        for line in [*rest, *alone]:
            person.sees(r": $")
            person.type(line)
        person.sees(ANOTHER)
        person.press("n")
        person.sees("There is no prescriber yet: y for another member, < to correct the last.")
        person.sees(ANOTHER)
        person.press("<")
        for line in mended:
            person.sees(r": $")
            person.type(line)
        person.sees(ANOTHER)
        person.press("?")
        person.sees("Please press y, n or <.")
        person.press("n")
        code, _ = person.leaves()
    clinic = Line(file=path).json("clinic", "show").data
    told = {key: clinic[key] for key in ("name", "phone", "address", "rooms")}
    (member,) = clinic["team"]
    assert (code, told, (member["name"], member["roles"], member["weekdays"])) == (
        0,
        {"name": "Quay Clinic", "phone": "01632 960002", "address": "1 Quay Street", "rooms": []},
        ("Maria Silva", ["injector", "prescriber"], None),
    )


def test_the_rooms_are_changed_at_the_terminal(now: Line) -> None:
    with Person("clinic", "edit", file=now.file) as person:
        for _ in range(9):
            person.sees(r"\]: $")
            person.type("")
        person.sees(r"Rooms, separated by commas \[–\]: $")
        person.type("Blue, Green")
        assert person.leaves()[0] == 0
    assert now.json("clinic", "show").data["rooms"] == ["Blue", "Green"]
