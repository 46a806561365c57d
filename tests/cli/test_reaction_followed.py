"""A reaction followed to its end: what raises it, when somebody asks again, and where the desk sees it until then."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from microsclero.store import Store
from tests.amend_builders import amended
from tests.builders import Line, another, form, planned, register, screened, untroubled
from tests.cli.worklist import lines, page, patients
from tests.paper_reader import words_of
from tests.reaction_builders import all_of, days_after, follow, given_on, holds, reported, word

A_DAY = timedelta(days=1)


@pytest.fixture
def patient(run: Line) -> int:
    return given_on(run)


# ── followed to its end ──


def test_what_got_worse_is_raised_and_holds(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    number = reported(there, patient, "bruising")["reaction"]
    first = follow(there, patient, number, "worse").data
    assert (first["band"], first["hold"], first["follow_up_on"]) == ("call", False, "2026-11-28")
    second = follow(there, patient, number, "worse", note="Spreads.").data
    assert (second["band"], second["hold"], second["follow_up_on"]) == ("same_day", True, "2026-11-26")
    assert follow(there, patient, number, "worse").data["hold_no"] == second["hold_no"], "one hold is enough"
    assert holds(there, patient) == [None]
    (kept,) = all_of(there, patient)["reactions"]
    assert (kept["band"], kept["reported_band"], [each["state"] for each in kept["followed"]]) == (
        ("same_day", "expected", ["worse"] * 3)
    )


def test_worse_after_the_hold_was_lifted_holds_again(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    number = reported(there, patient, "calf_pain")["reaction"]
    word(there, patient)
    assert follow(there, patient, number, "same").data["hold"] is False
    assert follow(there, patient, number, "worse").data["hold"] is True
    assert holds(there, patient) == ["2026-11-25", None]


def test_words_of_danger_at_a_follow_up_raise_it_and_nothing_ends_with_them(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    number = reported(there, patient, "bruising")["reaction"]
    assert follow(there, patient, number, "better", note="no fever").data["band"] == "expected"
    data = follow(there, patient, number, "gone", note="but she is short of breath").data
    assert (data["band"], data["hold"], data["ended_on"], data["follow_up_on"]) == (
        ("emergency", True, None, "2026-11-26")
    )
    assert data["because"] == ["the note speaks of trouble breathing"]


def test_what_lasts_beyond_its_window_is_looked_at_when_somebody_asks(run: Line, patient: int) -> None:
    number = reported(days_after(run, 2), patient, "bruising")["reaction"]
    inside = follow(days_after(run, 28), patient, number, "same").data
    assert (inside["band"], inside["follow_up_on"]) == ("expected", "2026-12-22")
    outside = follow(days_after(run, 29), patient, number, "better").data
    assert (outside["band"], outside["because"], outside["hold"]) == ("call", ["longer than it is usual"], False)
    assert follow(days_after(run, 30), patient, number, "not_reached").data["band"] == "call"


@pytest.mark.parametrize(
    ("effect", "state", "next_on"),
    [
        ("bruising", "better", "2026-12-22"),
        ("bruising", "not_reached", "2026-11-26"),
        ("numbness", "same", "2026-11-28"),
        ("calf_pain", "better", "2026-11-26"),
        ("matting", "same", "2027-02-17"),
        ("matting", "gone", None),
    ],
)
def test_when_somebody_asks_again_follows_from_the_list(
    run: Line, patient: int, effect: str, state: str, next_on: str | None
) -> None:
    there = days_after(run, 2)
    number = reported(there, patient, effect)["reaction"]
    assert follow(there, patient, number, state).data["follow_up_on"] == next_on


@pytest.mark.parametrize(
    ("effect", "last"), [("calf_pain", "2026-12-02"), ("bruising", "2027-02-25")], ids=["a week", "three months"]
)
def test_another_day_may_be_agreed_but_none_too_far(run: Line, patient: int, effect: str, last: str) -> None:
    there = days_after(run, 2)
    number = reported(there, patient, effect)["reaction"]
    too_late = follow(there, patient, number, "same", next_on=(date.fromisoformat(last) + A_DAY).isoformat())
    assert (too_late.code, too_late.codes) == (4, ["follow_up_too_late"])
    for wrong in ("2026-11-25", "+2d", "soon"):
        assert follow(there, patient, number, "same", next_on=wrong).code == 2
    assert follow(there, patient, number, "same", next_on=last).data["follow_up_on"] == last


def test_what_has_ended_takes_a_yellow_card_and_nothing_else(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    number = reported(there, patient, "bruising")["reaction"]
    assert follow(there, patient, number, "gone").data["ended_on"] == "2026-11-25"
    again = follow(there, patient, number, "same")
    assert (again.code, again.codes) == (4, ["already_ended"])
    assert follow(there, patient, number, "gone", yellow_card="GB-1").data["ended_on"] == "2026-11-25"
    (kept,) = all_of(there, patient)["reactions"]
    assert ([each["yellow_card"] for each in kept["followed"]], kept["ended_on"]) == ([None, "GB-1"], "2026-11-25")


def test_a_yellow_card_names_nobody_and_the_batch(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    number = reported(there, patient, "infection", severity="moderate", notes="Hot since Monday [night].")["reaction"]
    done = there.json("reaction", patient, "--yellow-card", number)
    assert done.data["yellow_card"] == (
        "Yellow Card report (yellowcard.mhra.gov.uk)\n"
        f"Patient: our number {patient}, aged 46\n"
        "Suspected reaction: hot, sore skin that spreads, pus, or a fever, moderate, noticed Wed 25 Nov 2026\n"
        "Outcome: not yet known\n"
        "Medicine: not known\n"
        "Given: Mon 23 Nov 2026\n"
        "Reporter: MS, Harbour Street Clinic\n"
        "In their words: Hot since Monday [night]."
    )
    assert "Weiß" not in done.out
    follow(there, patient, number, "better")
    follow(there, patient, number, "not_reached")
    assert "Outcome: recovering\n" in there.json("reaction", patient, "--yellow-card", number).data["yellow_card"]
    shown = there("reaction", patient, "--yellow-card", number)
    assert "In their words: Hot since Monday [night].\n" in shown.out
    assert shown.err.startswith("Nothing is sent by this program.")


# ── the desk's lists ──


def test_a_follow_up_arrives_on_its_day_and_leaves_only_with_the_end(run: Line, patient: int) -> None:
    number = reported(days_after(run, 2), patient, "bruising")["reaction"]
    day_before, there = days_after(run, 28, 23), days_after(run, 29, 1)
    assert (patients(day_before, "reaction"), page(day_before)["counts"]["reactions_open"]) == ([], 1)
    (line,) = lines(there, "reaction")
    assert (line["patient"], line["date"], line["what"]) == (patient, "2026-12-22", f"reaction {number}: bruising")
    assert line["next"] == f"microsclero reaction {patient} --follow {number}"
    for outcome in ("reached", "no_answer", "message_left", "wrong_number", "wants_no_more"):
        done = there.json("call", patient, "--about", "reaction", "--outcome", outcome).data
        assert done["still_open"] is True
    (line,) = lines(there, "reaction")
    assert (line["attempts"], line["last_attempt"]["outcome"]) == (5, "wants_no_more")
    assert patients(days_after(run, 400), "reaction") == [patient], "nobody asked: it is due for ever"
    follow(there, patient, number, "better")
    assert patients(there, "reaction") == []
    assert patients(days_after(run, 32), "reaction") == [patient]
    follow(days_after(run, 32), patient, number, "gone")
    assert (patients(days_after(run, 400), "reaction"), page(there)["counts"]["reactions_open"]) == ([], 0)


def asked_today(line: Line) -> list[tuple[str, str]]:
    return [(each["what"], each["date"]) for each in lines(line, "reaction")]


def test_an_urgent_reaction_is_asked_about_on_the_very_day_until_somebody_has_heard_them(
    run: Line, patient: int
) -> None:
    there, later, next_day = days_after(run, 2), days_after(run, 2, 13), days_after(run, 3)
    number = reported(there, patient, "calf_pain")["reaction"]
    unseen = f"reaction {number}: calf pain, SAME DAY: have they been seen?"
    assert asked_today(later) == [(unseen, "2026-11-25")]
    assert "have they been seen? · Wed 25 Nov 2026" in later("today", env={"COLUMNS": "200"}).out
    follow(later, patient, number, "not_reached")
    unreached = f"reaction {number}: calf pain, URGENT: have they been seen?"
    assert asked_today(days_after(run, 2, 14)) == [(unreached, "2026-11-25")]
    assert asked_today(next_day) == [(unreached, "2026-11-26")]
    follow(next_day, patient, number, "same")
    assert (asked_today(next_day), patients(next_day, "hold")) == ([], [patient])


def test_an_urgent_reaction_that_was_gone_when_it_was_told_is_asked_about_all_the_same(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    reported(there, patient, "calf_pain", ended_on="2026-11-25")
    assert asked_today(there) == [("reaction 1: calf pain, URGENT: have they been seen?", "2026-11-25")]


def test_what_became_urgent_at_a_follow_up_is_asked_about_the_same_day(run: Line, patient: int) -> None:
    number = reported(days_after(run, 2), patient, "numbness")["reaction"]
    there = days_after(run, 5)
    follow(there, patient, number, "worse", next_on="2026-12-03")
    asked = [("reaction 1: numbness, URGENT: have they been seen?", "2026-11-28")]
    assert [asked_today(days_after(run, day)) for day in (5, 6)] == [asked, asked]
    follow(days_after(run, 6), patient, number, "better")
    assert asked_today(days_after(run, 6)) == []


def test_once_its_hold_is_lifted_a_reaction_is_asked_about_on_its_day_as_looked_into(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    number = reported(there, patient, "calf_pain")["reaction"]
    lifting = word(there, patient)
    assert (lifting.data["to_follow"], asked_today(there)) == ([number], [])
    assert asked_today(days_after(run, 3)) == [(f"reaction {number}: calf pain, looked into", "2026-11-26")]
    follow(days_after(run, 3), patient, number, "gone")
    reported(days_after(run, 3), patient, "leg_swelling")
    assert word(days_after(run, 3), patient, "keep").data["to_follow"] == []


def test_a_corrected_reaction_is_asked_about_and_looked_into_as_the_one_before(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    reported(there, patient, "calf_pain")
    amended(there, "reaction", 1, leg="left")
    amended(there, "reaction", 2, region="calf")
    assert asked_today(there) == [("reaction 3: calf pain, SAME DAY: have they been seen?", "2026-11-25")]
    assert word(there, patient).data["to_follow"] == [3]
    (opened,) = there.json("patient", "show", patient).data["open_reactions"]
    assert (opened["reaction"], opened["looked_into"]) == (3, {"date": "2026-11-25", "finding": "excluded"})


def test_a_reaction_corrected_to_what_is_usual_is_asked_about_on_its_own_day(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    reported(there, patient, "leg_swelling")
    amended(there, "reaction", 1, effect="bruising")
    assert (asked_today(there), patients(there, "hold")) == ([], [patient])


def test_emergencies_come_first_then_what_is_seen_the_same_day_though_they_are_put_off(run: Line) -> None:
    people = [given_on(run, given_name=name, born_on=f"197{n}-01-01", sessions=1) for n, name in enumerate("ABCD")]
    there = days_after(run, 2)
    for number, effect in zip(people, ("numbness", "calf_pain", "other", "collapse"), strict=True):
        reported(there, number, effect)
    due = days_after(run, 5)
    urgent_first = [people[3], people[1], people[0], people[2]]
    assert patients(due, "reaction") == urgent_first
    assert due.json("call", people[3], "--about", "reaction", "--outcome", "put_off", "--until", "+1w").code == 0
    assert patients(due, "reaction") == urgent_first
    assert patients(due, "hold") == [people[3], people[1]]
    follow(due, people[0], 1, "worse")
    follow(days_after(run, 5, 13), people[0], 1, "worse")
    told_of = {each["patient"]: each["what"] for each in lines(days_after(run, 6), "reaction")}
    assert told_of[people[0]] == "reaction 1: numbness, URGENT"
    assert told_of[people[3]] == "reaction 4: collapse, EMERGENCY: have they been seen?"
    assert told_of[people[1]] == "reaction 2: calf pain, SAME DAY: have they been seen?"


def test_a_hold_stays_on_the_list_until_it_is_lifted_whatever_becomes_of_the_reaction(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    number = reported(there, patient, "leg_swelling")["reaction"]
    follow(there, patient, number, "gone")
    (line,) = lines(there, "hold")
    assert (line["what"], line["date"], line["next"]) == (
        ("hold 1: a swollen leg", "2026-11-25", f"microsclero decide {patient}")
    )
    assert there.json("call", patient, "--about", "hold", "--outcome", "reached").data["still_open"] is True
    assert (lines(there, "hold")[0]["attempts"], page(there)["counts"]["holds"]) == (1, 1)
    word(there, patient, "keep")
    assert patients(days_after(run, 30), "hold") == [patient]
    word(there, patient, "lift")
    assert patients(there, "hold") == []


def test_the_booked_sessions_of_a_held_patient_show_it_everywhere(run: Line, patient: int) -> None:
    other = another(run)
    planned(run, other, "--start", "2026-12-21", "--sessions", 1)
    planned(run, patient, "--consultation", "--start", "2026-12-21")
    reported(days_after(run, 2), patient, "leg_swelling")
    day = days_after(run, 28)
    seen = {(each["patient"], each["number"]): each["status"] for each in page(day)["sessions"]}
    assert seen == {(patient, 2): "held", (other, 1): "planned", (patient, None): "planned"}
    today = day("today").out
    assert "2 HELD" in today
    assert f"! on hold: microsclero decide {patient}" in today
    (agenda,) = day.json("agenda", "--from", "2026-12-21", "--days", 1).data["days"]
    assert {(each["patient"], each["number"]): (each["status"], each["against"]) for each in agenda["sessions"]} == {
        (patient, 2): ("held", ["HELD"]),
        (other, 1): ("planned", []),
        (patient, None): ("planned", []),
    }
    assert day("agenda", "--from", "2026-12-21", "--days", 1).out.count("! HELD") == 1
    record = day.json("patient", "show", patient).data
    assert [each["status"] for each in record["sessions"] if each["number"]] == ["given", "held"]
    calls = page(days_after(run, 25))["preparation_calls"]
    assert {each["patient"]: each["what"] for each in calls} == {
        patient: "session 2 at 09:00, HELD",
        other: "session 1 at 09:30",
    }
    word(day, patient)
    assert {each["status"] for each in page(day)["sessions"]} == {"planned"}


def test_the_day_sheet_and_the_week_show_it_and_say_nothing_of_why(run: Line, patient: int, tmp_path: Path) -> None:
    reported(days_after(run, 2), patient, "leg_swelling")
    day, sheet = days_after(run, 28), tmp_path / "day.pdf"
    assert day("agenda", "--from", "2026-12-21", "--days", 1, "--pdf", sheet).code == 0
    (told_of,) = [" ".join(each.extract_text().split()) for each in PdfReader(sheet).pages]
    assert "! HELD Session 2 MS" in told_of
    assert ("swollen" in told_of, told_of.count("HELD")) == (False, 1)
    week = day("agenda", "--from", "2026-12-21", "--week", env={"COLUMNS": "120"}).out
    assert f"! Mon 21 Dec 09:00 MS {patient}: HELD" in week


def test_a_confirmed_clot_is_seen_beside_what_is_booked_today(run: Line, patient: int) -> None:
    reported(days_after(run, 2), patient, "calf_pain")
    word(days_after(run, 2), patient, "lift", "dvt")
    (session,) = page(days_after(run, 28))["sessions"]
    assert (session["status"], session["screening"]) == ("planned", "bar")
    assert f"! not suitable: microsclero patient show {patient}" in days_after(run, 28)("today").out


def test_initials_hide_what_it_is_about(run: Line, patient: int) -> None:
    reported(days_after(run, 2), patient, "leg_swelling")
    there = days_after(run, 3)
    for told_of in (there("today", "--initials").out, str(page(there, "--initials"))):
        assert ("reaction 1" in told_of, "hold 1" in told_of) == (True, True)
        for hidden in ("swel", "leg", "Weiß", "07700"):
            assert hidden not in told_of


def test_open_reactions_and_holds_stand_under_the_allergies(run: Line) -> None:
    number = given_on(run, allergies="[latex]")
    there = days_after(run, 2)
    reported(there, number, "bruising")
    reported(there, number, "leg_swelling")
    shown = there("patient", "show", number, env={"COLUMNS": "200"}).out.splitlines()
    at = shown.index("ALLERGIES  [latex]")
    assert shown[at + 1 : at + 5] == [
        "MEDICINES  none told of",
        f"ON HOLD    since Wed 25 Nov 2026: a swollen leg: microsclero decide {number}",
        "OPEN       reaction 2: leg swelling, SAME DAY, noticed Wed 25 Nov 2026; ask again Thu 26 Nov 2026: "
        f"microsclero reaction {number} --follow 2",
        "OPEN       reaction 1: bruising, noticed Wed 25 Nov 2026; ask again Tue 22 Dec 2026: "
        f"microsclero reaction {number} --follow 1",
    ]
    assert sum("On hold since" in line for line in shown) == 0, "it is said once"
    data = there.json("patient", "show", number).data
    assert data["holds"] == [{"hold": 1, "since": "2026-11-25", "cause": "a swollen leg", "reaction": 2}]
    assert [(each["reaction"], each["urgent"], each["hold"]) for each in data["open_reactions"]] == [
        (2, True, True),
        (1, False, False),
    ]
    assert [each["code"] for each in data["why_not"]] == ["on_hold"]


def test_under_a_lifted_hold_an_open_reaction_stands_as_looked_into(run: Line, patient: int, tmp_path: Path) -> None:
    there = days_after(run, 2)
    reported(there, patient, "leg_swelling")
    word(there, patient)
    opened = there.json("patient", "show", patient).data["open_reactions"]
    assert [each["looked_into"] for each in opened] == [{"date": "2026-11-25", "finding": "excluded"}]
    told_of = "leg swelling, looked into on Wed 25 Nov 2026 (a clot was excluded), noticed Wed 25 Nov 2026"
    shown = there("patient", "show", patient, "--pdf", tmp_path / "record.pdf", env={"COLUMNS": "200"}).out
    assert f"OPEN       reaction 1: {told_of}; ask again Thu 26 Nov 2026" in shown
    listed = there("reaction", patient, "--list").out.splitlines()
    assert listed[0] == (
        f"Reaction 1 of patient {patient}: a swollen leg · looked into on Wed 25 Nov 2026 (a clot was excluded)"
    )
    assert f"Open reactions {told_of}" in words_of(tmp_path / "record.pdf")


def test_today_asks_for_all_of_it_in_as_many_queries_as_for_one(run: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [register(run, given_name=f"N{n}", born_on=f"19{n + 50}-01-01") for n in range(12)]
    there = run.at(run.now + timedelta(days=9))
    asked: list[str] = []
    rows = Store.rows

    def counted(store: Store, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        asked.append(sql)
        return rows(store, sql, *values)

    monkeypatch.setattr(Store, "rows", counted)
    counts = []
    for some in (people[:1], people[1:]):
        for number in some:
            kept = reported(run, number, "calf_pain")["reaction"]
            follow(run, number, kept, "same")
        asked.clear()
        assert len(page(there, "--all")["reactions"]) == people.index(some[-1]) + 1
        counts.append(len(asked))
    assert counts[0] == counts[1]


# ── at a screening ──


@pytest.mark.parametrize(
    ("answer", "begins"),
    [("yes", "It is a reaction: report it"), ("unsure", "Find out what it was; if it was one, report it")],
)
def test_what_happened_since_the_last_session_is_to_be_reported_once(
    run: Line, patient: int, answer: str, begins: str
) -> None:
    there = days_after(run, 28)
    changed = {"since_last": answer, "since_last_what": "a swollen leg"}
    assert screened(there, patient, "session", **changed)["remarks"] == [f"{begins}: microsclero reaction {patient}"]
    assert all_of(there, patient)["reactions"] == [], "nothing is entered behind anybody's back"
    reported(there, patient, "leg_swelling")
    assert screened(there, patient, "session", **changed)["remarks"] == [
        f"Followed already: reaction 1 (leg swelling). Anything else is reported: microsclero reaction {patient}"
    ]
    assert screened(there, patient, "session")["remarks"] == []


def test_a_screening_without_findings_says_no_more_of_a_held_patient_than_that_they_are_on_hold(
    run: Line, patient: int
) -> None:
    there = days_after(run, 2)
    reported(there, patient, "leg_swelling")
    data = screened(there, patient)
    assert (data["outcome"], [each["code"] for each in data["also_standing"]]) == ("suitable", ["on_hold"])
    shown = there("screen", patient, "--for", "intake", answers=untroubled(form(there))).out
    assert shown.startswith("ON HOLD\n")
    assert "NO CONTRAINDICATION RECORDED" not in shown
    assert "microsclero plan" not in shown
