"""A session at a terminal: short codes with the total after each, a table to correct, and nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.builders import Line, register, screened
from tests.chair_builders import agreed, compared, given_at
from tests.cli.sitting import CTRL_C, MATCHES, Person
from tests.reaction_builders import told

FOUND = r"Found \(Enter: none of them\): "
PRESCRIBER = r"Prescriber \(Enter: MS\): "
SAW_ON = r"MS saw the patient on \(Enter: today; or 20/11/2026\): "
INJECTOR = r"Injector \(Enter: MS\): "
VIAL = r"Vial ([A-Z]), number of its product and strength[^:]*(?:: no more, -A takes A out\))?: "
BATCH = r"Batch, off the label: "
EXPIRY = r"Expiry, off the label \(2028-01 or 31/01/2028\): "
NEEDLE = r"Needle, such as 30G \(Enter to leave out\): "
STARTED = r"Started at \(10:00, or 2026-11-25T10:00\): "
ENDED = r"Ended at \(Enter: now\): "
STOCKINGS = r"Stockings: w worn, s supplied, b buying today, < back "
WATCHED = r"Watched afterwards for how many minutes \(Enter to leave out\): "
PHOTOS = r"No photographs of today yet: why \(Enter: still to come\): "
NOTES = r"Notes \(Enter to leave out\): "
SAVE = r"y saves it, a letter changes that part, q keeps it for later: "


def walks_in(now: Line, *, consent: bool = True, **details: str) -> int:
    number = register(now, **details)
    compared(now)
    screened(now, number, "intake")
    screened(now, number, "session")
    if consent:
        agreed(now, number)
    return number


def clock(now: Line) -> str:
    return f"{now.now.astimezone(ZoneInfo('Europe/London')):%H:%M}"


def sits_down(now: Line, number: int, *words: object) -> Person:
    person = Person("treat", number, *words, file=now.file)
    person.sees(MATCHES)
    person.press("y")
    return person


def types(person: Person, *steps: tuple[str, str]) -> None:
    for prompt, line in steps:
        person.sees(prompt)
        person.type(line)


def up_to_the_vials(person: Person) -> None:
    types(person, (FOUND, ""), (PRESCRIBER, ""), (SAW_ON, ""), (INJECTOR, ""))


def one_vial(person: Person, batch: str = "AB 12", expiry: str = "2029-01") -> None:
    types(person, (VIAL, "1"), (BATCH, batch), (EXPIRY, expiry), (VIAL, ""))


def the_rest(person: Person, now: Line) -> None:
    types(person, (STARTED, clock(now)), (ENDED, ""))
    person.sees(STOCKINGS)
    person.press("w")
    types(person, (WATCHED, "15"), (PHOTOS, "Would rather not."), (NOTES, ""))


def sessions(line: Line, number: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = line.json("patient", "show", number).data["sessions"]
    return found


def test_a_session_is_typed_in_short_codes_with_the_total_after_each(now: Line) -> None:
    number = walks_in(now, allergies="[latex]: wheals")
    with sits_down(now, number) as person:
        person.sees(r"BEFORE THE NEEDLE · patient 1 · session 1, not planned for today")
        person.sees(r"ALLERGIES  \[latex\]: wheals")
        up_to_the_vials(person)
        person.sees(r"1  Fibrovein 0\.2 % \(thread vein\)")
        one_vial(person)
        types(person, (NEEDLE, "30G"), (r"  1: ", "?"))
        person.sees(r"Side, may be left out: ant anterior")
        types(person, (r"  1: ", "L thigh lat A 0.3"))
        person.sees(r"1 site · 0\.3 mL · 0\.6 mg · 3\.0 % of the ceiling")
        types(person, (r"  2: ", "r calf A 0.5 x2"))
        person.sees(r"2 sites · 0\.8 mL · 1\.6 mg · 8\.0 % of the ceiling")
        types(person, (r"  3: ", "L nose A 0.3"))
        person.sees("Please again: ")
        types(person, (r"  3: ", "2 R calf A 0.4 x2"))
        person.sees(r"2  R calf tel A 0\.4 x2  \(0\.4 mL in all, 2 punctures of 0\.2 mL each\)")
        person.sees(r"2 sites · 0\.7 mL · 1\.4 mg · 7\.0 % of the ceiling")
        types(person, (r"  3: ", "L knee A 0.2"), (r"  4: ", "-3"), (r"  3: ", "?"))
        person.sees(r"2  R calf tel A 0\.4 x2")
        types(person, (r"  3: ", ""))
        the_rest(person, now)
        person.sees(r"h  Sites +L thigh lat tel A 0\.3; R calf tel A 0\.4 x2")
        person.sees(r"In all 0\.7 mL, 1\.4 mg, 7\.0 % of the ceiling")
        person.sees(SAVE)
        person.press("y")
        code, told = person.leaves()
    assert (code, "Treatment 1, saved" in told) == (0, True)
    assert [(each["number"], each["status"]) for each in sessions(now, number)] == [(1, "given")]
    assert now.json("today").data["unfinished"] == []


def test_matting_that_is_open_is_read_and_answered_before_anything_is_asked(now: Line) -> None:
    number = walks_in(now)
    assert now.json("reaction", number, answers=told(now, "matting")).code == 0
    with sits_down(now, number) as person:
        person.sees(r"may\s+add\s+matting\.\s+Go\s+on\? \[y/n\] ")
        person.press("n")
        code, said = person.leaves()
    assert (code, said.strip().splitlines()[-1]) == (1, "Then nothing is given.")


def test_ctrl_c_keeps_every_line_and_the_same_command_goes_on(now: Line) -> None:
    number = walks_in(now)
    with sits_down(now, number) as person:
        up_to_the_vials(person)
        one_vial(person)
        types(person, (NEEDLE, ""), (r"  1: ", "L thigh lat A 0.3"))
        person.sees(r"  2: ")
        person.press(CTRL_C)
        code, told = person.leaves()
    assert (code, f"Go on with: microsclero treat {number}" in told.replace("\r\n", " ")) == (130, True)
    unfinished = now.json("today").data["unfinished"]
    assert [(each["what"], each["next"]) for each in unfinished] == [
        ("session typed, not saved", f"microsclero treat {number}")
    ]
    with sits_down(now, number) as person:
        person.sees("1 vials, 1 sites")
        person.sees("g goes on with it, a begins anew and drops it: ")
        person.press("g")
        person.sees(r"1  L thigh lat tel A 0\.3")
        types(person, (r"  2: ", ""))
        the_rest(person, now)
        person.sees(SAVE)
        person.press("y")
        assert person.leaves()[0] == 0
    assert len(sessions(now, number)) == 1


def test_q_keeps_it_for_later_and_a_begins_anew(now: Line) -> None:
    number = walks_in(now)
    with sits_down(now, number) as person:
        types(person, (FOUND, ""), (PRESCRIBER, "MS"), (SAW_ON, "q"))
        assert person.leaves()[0] == 130
    with sits_down(now, number) as person:
        person.sees("a begins anew and drops it: ")
        person.press("a")
        types(person, (FOUND, ""), (PRESCRIBER, "<"), (FOUND, ""), (PRESCRIBER, "ZZ"), (PRESCRIBER, "MS"))
        types(person, (SAW_ON, "<"), (PRESCRIBER, "q"))
        code, told = person.leaves()
    assert (code, f"what was typed for patient {number} is kept" in told.replace("\r\n", " ")) == (130, True)


def test_nothing_is_kept_where_nothing_was_typed(now: Line) -> None:
    number = walks_in(now)
    with sits_down(now, number) as person:
        types(person, (FOUND, ""), (PRESCRIBER, "<"), (FOUND, ""), (PRESCRIBER, "q"))
        code, told = person.leaves()
    assert (code, "nothing is kept" in told.replace("\r\n", " ")) == (130, True)
    assert now.json("today").data["unfinished"] == []


def test_what_was_typed_stands_in_brackets_for_who_comes_back_and_for_who_corrects_it(now: Line) -> None:
    number, started = walks_in(now), clock(now)
    with sits_down(now, number) as person:
        up_to_the_vials(person)
        types(person, (VIAL, "1"), (BATCH, "<"), (VIAL, "1"), (BATCH, "AB12"), (EXPIRY, "<"))
        types(person, (r"Batch, off the label \(Enter: AB12\): ", ""), (EXPIRY, "2029-01"), (VIAL, ""))
        types(person, (NEEDLE, "30G"), (r"  1: ", "<"), (r"30G \(Enter: 30G; - empties it\): ", ""))
        types(person, (r"  1: ", "L thigh A 0.3"), (r"  2: ", ""))
        the_rest(person, now)
        person.sees(SAVE)
        person.press("i")
        types(person, (rf"Started at [^:]*:00, [^:]*:00\) \(Enter: {started}\): ", ""))
        types(person, (r"Ended at \(now, or 10:30\) \(Enter: \d\d:\d\d\): ", ""))
        person.sees(r"g  Needle +30G")
        person.sees(rf"i  Started +[0-9-]+T{started}")
        person.sees(SAVE)
        person.press("k")
        person.sees(r"Stockings \(Enter: worn\): w worn")
        person.press("\r")
        person.sees(r"k  Stockings +worn")
        person.sees(SAVE)
        person.press("q")
        assert person.leaves()[0] == 130


def test_what_stands_against_it_at_the_start_stops_it_before_anything_is_typed(now: Line) -> None:
    number = walks_in(now, consent=False)
    with sits_down(now, number) as person:
        person.sees("No consent to treatment is recorded")
        person.sees("b it is about to begin, e it was given earlier and is only typed now: ")
        person.press("b")
        code, told = person.leaves()
    assert (code, "No consent to treatment is recorded" in told.replace("\r\n", " ")) == (4, True)
    assert (sessions(now, number), now.json("today").data["unfinished"]) == ([], [])


def test_what_a_gate_refuses_at_the_end_is_corrected_by_its_letter(now: Line) -> None:
    number = walks_in(now)
    with sits_down(now, number) as person:
        up_to_the_vials(person)
        types(person, (VIAL, "1"), (BATCH, "AB12"), (EXPIRY, "2020-01"))
        person.sees("! Vial A could be used until Fri 31 Jan 2020: it has expired, take another.")
        types(person, (VIAL, ""), (NEEDLE, ""), (r"  1: ", "L thigh A 0.3"), (r"  2: ", ""))
        the_rest(person, now)
        person.sees("! Vial A could be used until Fri 31 Jan 2020")
        person.sees(r"x keeps it as an incident, a letter changes that part, q keeps it for later: ")
        person.press("e")
        types(person, (VIAL, "-A"), (VIAL, "1"), (BATCH, "AB13"), (EXPIRY, "2029-01"), (VIAL, ""))
        types(person, (r"  2: ", ""))
        person.sees(SAVE)
        person.press("y")
        assert person.leaves()[0] == 0
    assert now.json("today").data["incidents"] == []


def test_what_has_happened_all_the_same_is_kept_as_an_incident_with_its_reason(now: Line) -> None:
    number = walks_in(now, consent=False)
    with sits_down(now, number) as person:
        person.sees("only typed now: ")
        person.press("e")
        up_to_the_vials(person)
        one_vial(person)
        types(person, (NEEDLE, ""), (r"  1: ", "L thigh A 0.3"), (r"  2: ", ""))
        the_rest(person, now)
        person.sees("x keeps it as an incident")
        person.press("x")
        types(person, (r"Why, although this stood against it: ", "The form was signed on paper."))
        person.sees(SAVE)
        person.press("y")
        code, told = person.leaves()
    assert (code, "INCIDENT 1, for a prescriber to close" in told) == (0, True)
    assert [each["about"] for each in now.json("today").data["incidents"]] == ["incident"]


def test_consent_of_another_day_is_confirmed_aloud_and_that_is_kept(now: Line) -> None:
    number = walks_in(now, consent=False)
    agreed(now.at(now.now - timedelta(days=2)), number)
    with sits_down(now, number) as person:
        person.sees(r"ask whether it still holds today, and record the answer\. \[y/n\] ")
        person.press("y")
        person.sees(FOUND)
        person.press(CTRL_C)
        assert person.leaves()[0] == 130
    kept = now.json("consent", number, "--show").data["consents"]
    assert [(each["purpose"], each["given"], each["method"]) for each in kept] == [
        ("treatment", True, "paper"),
        ("treatment", True, "screen"),
    ]


def test_a_no_to_that_question_ends_it(now: Line) -> None:
    number = walks_in(now, consent=False)
    agreed(now.at(now.now - timedelta(days=2)), number)
    with sits_down(now, number) as person:
        person.sees(r"record the answer\. \[y/n\] ")
        person.press("n")
        code, told = person.leaves()
    assert (code, "Then nothing is given." in told) == (1, True)


def test_the_weight_is_asked_only_where_a_product_wants_it(now: Line) -> None:
    number = walks_in(now)
    with sits_down(now, number) as person:
        up_to_the_vials(person)
        types(person, (VIAL, "4"), (BATCH, "P1"), (EXPIRY, "2029-01"), (VIAL, ""))
        types(person, (r"Weight in kg, measured: ", ""), (r"Weight in kg, measured: ", "7"))
        types(person, (r"Weight in kg, measured: ", "70,5"), (NEEDLE, ""), (r"  1: ", "L thigh A 0.2"))
        person.sees(r"1 site · 0\.2 mL · 1 mg · 2\.0 % of the ceiling")


def test_a_dry_run_at_the_terminal_keeps_nothing(now: Line) -> None:
    number = walks_in(now)
    with sits_down(now, number, "--dry-run") as person:
        up_to_the_vials(person)
        person.sees(VIAL)
        person.press(CTRL_C)
        assert person.leaves()[0] == 130
    assert now.json("today").data["unfinished"] == []


def test_the_wrong_patient_ends_it_before_anything_is_shown(now: Line) -> None:
    number = walks_in(now)
    person = Person("treat", number, file=now.file)
    with person:
        person.sees(MATCHES)
        person.press("n")
        code, told = person.leaves()
    assert (code, "BEFORE THE NEEDLE" in told) == (1, False)


def test_a_document_given_at_a_terminal_asks_nothing(now: Line, tmp_path: Any) -> None:
    import json

    number = walks_in(now)
    local = now.now.astimezone(ZoneInfo("Europe/London"))
    told = given_at(local, started_at=f"{local:%Y-%m-%dT%H:%M}", ended_at=f"{local:%Y-%m-%dT%H:%M}")
    (tmp_path / "told.json").write_text(json.dumps({**told, "vials": [{**told["vials"][0], "expires_on": "2029-01"}]}))
    with Person("treat", number, "--answers", tmp_path / "told.json", file=now.file) as person:
        code, said = person.leaves()
    assert (code, "Treatment 1, saved" in said) == (0, True)
