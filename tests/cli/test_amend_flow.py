"""Corrections: the original stays, struck through; what stands instead passes the checks of the first time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest

from tests.amend_builders import ANN, WHY, amend, amended, diary, given_once, timeline
from tests.builders import Line, another, planned, ready
from tests.chair_builders import A_DAY, THURSDAY, after, before_the_needle, in_the_chair, site, treated, vial


@pytest.fixture
def line(run: Line) -> Line:
    """The desk half an hour after a session of that Thursday has begun."""
    return after(run)


# ── corrected where it stands ──


def test_a_corrected_treatment_stands_instead_and_the_original_stays_readable(run: Line, line: Line) -> None:
    number = given_once(run)
    data = amended(line, "treatment", 1, reason="Typed the wrong batch.", vials=[vial(batch="AB13")])
    assert {key: data[key] for key in ("amendment", "kind", "id", "new", "patient", "incidents", "remarks")} == {
        "amendment": 1,
        "kind": "treatment",
        "id": 1,
        "new": 2,
        "patient": number,
        "incidents": [],
        "remarks": [],
    }
    assert data["changes"] == [{"key": "vials", "before": [vial()], "after": [vial(batch="AB13")]}]
    struck = "corrected by MS on Thu 26 Nov 2026: Typed the wrong batch. (treatment 2)"
    assert timeline(line, number, "treatment") == [(1, struck), (2, None)]
    shown = line.json("amend", "treatment", 1, "--show").data
    assert (shown["entry"]["vials"], shown["struck_out"]["new"]) == ([vial()], 2)


def test_a_batch_is_found_by_the_corrected_number_and_a_wrong_correction_loses_nobody(
    run: Line, line: Line, tmp_path: Path
) -> None:
    number = given_once(run)
    amended(line, "treatment", 1, vials=[vial(batch="AB13")])
    assert [each["patient"] for each in line.json("batch", "AB13").data["patients"]] == [number]
    gone = line.json("batch", "AB12").data
    assert (gone["patients"], [each["patient"] for each in gone["struck_out"]]) == ([], [number])
    assert gone["remarks"] == [
        f"1 struck-out entry named it: treatment 1 of patient {number} on Thu 26 Nov 2026 (corrected: {WHY}). "
        "Is the correction right?"
    ]
    assert line.json("batch", "AB12", "--pdf", tmp_path / "a.pdf").code == 0
    paper = " ".join(pypdf.PdfReader(tmp_path / "a.pdf").pages[0].extract_text().split())
    assert f"1 struck-out entry named it: treatment 1 of patient {number}" in paper
    amended(line, "treatment", 2, vials=[vial(batch="AB12")])
    assert line.json("batch", "AB12").data["struck_out"] == [], "corrected back, it stands"


def test_the_same_session_keeps_its_place_and_its_number(run: Line, line: Line) -> None:
    number = given_once(run)
    before = diary(line, number)
    data = amended(line, "treatment", 1, sites=[site("0.4")], ended_at="2026-11-26T09:55")
    assert (diary(line, number), data["changed"]) == (before, [])
    assert line.json("aftercare", number).data["ended_at"] == "2026-11-26T09:55:00+00:00"


def test_a_corrected_entry_is_corrected_no_more_its_successor_is(run: Line, line: Line) -> None:
    number = given_once(run)
    amended(line, "treatment", 1, sites=[site("0.4")])
    again = amend(line, "treatment", 1, sites=[site("0.5")])
    assert (again.code, again.codes) == (5, ["already_amended"])
    error = again.envelope["errors"][0]
    assert (error["new"], "microsclero amend treatment 2" in error["message"]) == (2, True)
    amended(line, "treatment", 2, sites=[site("0.5")])
    assert [struck is None for _, struck in timeline(line, number, "treatment")] == [False, False, True]


def test_a_corrected_dose_above_the_ceiling_is_kept_as_an_incident(run: Line, line: Line) -> None:
    number = given_once(run)
    data = amended(line, "treatment", 1, sites=[site("9.0", punctures=9), site("1.5", punctures=2)])
    (incident,) = data["incidents"]
    assert (incident["patient"], [reason["code"] for reason in incident["reasons"]]) == (number, ["over_ceiling"])
    (told,) = line.json("today").data["incidents"]
    assert (told["patient"], told["next"]) == (number, f"microsclero decide {number}")


def test_what_stood_against_the_entry_before_is_no_incident_of_its_correction(run: Line, line: Line) -> None:
    """The batch was set aside only after the session."""
    number = given_once(run)
    assert line.json("batch", "AB12", "--quarantine", "--reason", "Cloudy.").code == 0
    assert amended(line, "treatment", 1, needle_gauge="30G")["incidents"] == []
    assert line.json("today").data["incidents"] == []
    assert timeline(line, number, "incident") == []


def test_the_entry_does_not_stand_in_its_own_way(run: Line, line: Line) -> None:
    """Neither the gap of 28 days nor the ceiling counts what is struck out."""
    given_once(run, sites=[site("6.0", punctures=6)])
    data = amended(line, "treatment", 1, sites=[site("7.0", punctures=7)])
    assert data["incidents"] == []


def test_a_course_that_was_closed_is_no_hindrance(run: Line, line: Line) -> None:
    number = given_once(run)
    closing = line.at(THURSDAY + timedelta(days=84))
    assert closing.json("missed", number, "--session", 2, "--yes").code == 0
    for _ in range(2):
        closing.json("missed", number, "--session", 2, "--yes")
    told = {"grades": [{"leg": "left", "region": "thigh", "improvement": 5}], "satisfaction": 5, "findings": []}
    assert closing.json("response", number, answers={**told, "next": "close"}).code == 0
    before = diary(closing, number)
    data = amended(closing, "treatment", 1, vials=[vial(batch="AB14")])
    assert (data["incidents"], data["changed"], diary(closing, number)) == ([], [], before)


def test_in_a_course_that_was_closed_only_the_session_itself_gets_another_day(run: Line, line: Line) -> None:
    number = given_once(run)
    closing = line.at(THURSDAY + timedelta(days=5))
    told = {"grades": [{"leg": "left", "region": "thigh", "improvement": 5}], "satisfaction": 5, "findings": []}
    assert closing.json("response", number, answers={**told, "next": "close"}).code == 0
    moments = {"started_at": "2026-11-25T09:30", "ended_at": "2026-11-25T09:50", "prescriber_saw_on": "2026-11-25"}
    data = amended(closing, "treatment", 1, **moments)
    codes = {reason["code"] for incident in data["incidents"] for reason in incident["reasons"]}
    assert codes == {"not_screened_today", "consent_missing"}
    assert [(each["from"], each["to"], each["status"]) for each in data["changed"]] == (
        [("2026-11-26", "2026-11-25", "given")]
    )


def test_a_session_typed_for_the_wrong_day_moves_and_the_course_after_it(run: Line, line: Line) -> None:
    number = in_the_chair(run, THURSDAY + A_DAY)
    planned_before = diary(line, number)
    friday = after(run, THURSDAY + A_DAY)
    before_the_needle(run, number, THURSDAY)
    wrong = {"started_at": "2026-11-26T09:30", "ended_at": "2026-11-26T09:50", "prescriber_saw_on": "2026-11-26"}
    treated(run, number, THURSDAY + A_DAY, **wrong)
    assert [row[1:4] for row in diary(friday, number)][:2] == (
        [("2026-11-26", "09:30", "given"), ("2026-11-27", "09:00", "planned")]
    )
    data = amended(friday, "treatment", 1, started_at="2026-11-27T09:30", ended_at="2026-11-27T09:50")
    assert data["incidents"] == []
    live = [row for row in diary(friday, number) if row[3] != "cancelled"]
    assert live == [(1, "2026-11-27", "09:00", "given", None), *planned_before[1:]]


def test_a_booked_session_that_was_given_on_another_day_keeps_its_number_there(run: Line, line: Line) -> None:
    number = given_once(run)
    monday = line.at(THURSDAY + 4 * A_DAY)
    data = amended(monday, "treatment", 1, started_at="2026-11-24T09:30", ended_at="2026-11-24T09:50")
    (incident,) = data["incidents"]
    codes = {reason["code"] for reason in incident["reasons"]}
    assert codes == {"not_screened_today", "consent_missing", "prescriber_not_seen"}
    rows = diary(monday, number)
    assert rows[0] == (1, "2026-11-24", "09:30", "given", None)
    assert [row[:2] for row in rows[1:]] == [(2, "2026-12-24"), (3, "2027-01-21"), (4, "2027-02-18")]


def test_a_later_day_takes_the_rest_of_the_course_along(run: Line, line: Line) -> None:
    number = given_once(run)
    tuesday = line.at(THURSDAY + 5 * A_DAY)
    data = amended(
        tuesday,
        "treatment",
        1,
        started_at="2026-11-30T09:30",
        ended_at="2026-11-30T09:50",
        prescriber_saw_on="2026-11-30",
    )
    assert [row[:4] for row in diary(tuesday, number)][:2] == (
        [(1, "2026-11-30", "09:30", "given"), (2, "2026-12-29", "09:00", "planned")]
    )
    assert data["changed"][0]["from"] == "2026-11-26"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"started_at": "2026-11-26T12:00", "ended_at": "2026-11-26T12:20"}, "unreadable"),
        ({"ended_at": "2026-11-26T09:00"}, "unreadable"),
        ({"sites": []}, "unreadable"),
        ({"prescriber": None}, "unreadable"),
        ({"frobnicate": 1}, "unknown_key"),
        ({"entered_in_error": True, "patient": 2}, "one_at_a_time"),
        ({"entered_in_error": True, "weight_kg": "70"}, "one_at_a_time"),
        ({"entered_in_error": False}, "unreadable"),
        ({"reactions": [1], "weight_kg": "70"}, "one_at_a_time"),
        ({}, "missing_answer"),
        ({"reason": "", "weight_kg": "70"}, "missing_answer"),
    ],
)
def test_what_makes_no_sense_is_a_slip_and_nothing_is_saved(
    run: Line, line: Line, told: dict[str, Any], code: str
) -> None:
    number = given_once(run)
    done = amend(line, "treatment", 1, **told)
    assert (done.code, code in done.codes) == (2, True), done
    assert timeline(line, number, "treatment") == [(1, None)]


def test_a_correction_that_changes_nothing_is_refused(run: Line, line: Line) -> None:
    given_once(run)
    done = amend(line, "treatment", 1, sites=[site()])
    assert (done.code, done.codes) == (4, ["nothing_changed"])


def test_only_kinds_of_entries_that_there_are_and_numbers_of_them(run: Line, line: Line) -> None:
    given_once(run)
    assert amend(line, "session", 1, entered_in_error=True).code == 2
    missing = amend(line, "treatment", 9, entered_in_error=True)
    assert (missing.code, missing.codes) == (3, ["not_found"])


def test_a_dry_run_shows_all_of_it_and_saves_nothing(run: Line, line: Line) -> None:
    number, right = given_once(run), another(run)
    before = (diary(line, number), diary(line, right))
    data = amend(line, "treatment", 1, "--dry-run", patient=right).data
    assert (data["saved"], data["amendment"], data["new"]) == (False, None, None)
    assert [each["status"] for each in data["changed"]] == ["planned", "given"]
    assert data["incidents"][0]["incident"] is None
    assert (diary(line, number), diary(line, right)) == before
    assert line.json("today").data["incidents"] == []


def test_what_is_typed_stays_text(run: Line, line: Line) -> None:
    number = given_once(run)
    amended(line, "treatment", 1, reason="[bold] {x} ‹‹", notes="[red]Two lines.\nAnd %s.")
    shown = line("amend", "treatment", 2, "--show")
    assert "[red]Two lines." in shown.out
    assert "[bold] {x} ‹‹" in line("patient", "show", number).out


# ── entered in error ──


def test_a_booked_session_is_planned_again_once_its_treatment_is_struck_out(run: Line, line: Line) -> None:
    number = given_once(run)
    data = amended(line, "treatment", 1, entered_in_error=True)
    assert (data["new"], data["action"]) == (None, "entered_in_error")
    assert diary(line, number)[0] == (1, "2026-11-26", "09:00", "planned", None)
    gone = line.json("aftercare", number)
    assert (gone.code, gone.codes) == (3, ["no_session_given"])
    tomorrow = line.at(THURSDAY + A_DAY)
    assert [each["patient"] for each in tomorrow.json("today").data["not_recorded"]] == [number]


def test_a_session_that_was_never_booked_leaves_the_diary_and_what_it_moved_comes_back(run: Line, line: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01")
    before = diary(line, number)
    before_the_needle(run, number, THURSDAY)
    done = after(run).json("treat", number, "--record-anyway", "Came early.", answers=_told())
    assert done.code == 0
    assert [row[1] for row in diary(line, number)][:2] == ["2026-11-26", "2026-12-29"]
    data = amended(line, "treatment", 1, entered_in_error=True)
    live = [row for row in diary(line, number) if row[3] != "cancelled"]
    assert (live, [row[3] for row in diary(line, number)][-1]) == (before, "cancelled")
    incident = "Incident 1 of it stays open until a prescriber closes it: microsclero decide 1"
    assert incident in data["remarks"]


def test_a_course_opened_by_the_entry_alone_is_closed_again(run: Line, line: Line) -> None:
    number = ready(run)
    assert after(run).json("treat", number, "--record-anyway", "Walked in.", answers=_told()).code == 0
    data = amended(line, "treatment", 1, entered_in_error=True)
    assert "Course 1 of patient 1 was opened by that entry alone, and is closed again." in data["remarks"]
    assert line.json("plan", number, "--yes").code == 0


def test_a_time_that_was_taken_meanwhile_is_named_and_not_taken_back(run: Line, line: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    assert after(run).json("treat", number, "--record-anyway", "Came early.", answers=_told()).code == 0
    other = another(line)
    planned(line, other, "--start", "2026-12-01", "--sessions", 1, "--at", "09:00")
    data = amended(line, "treatment", 1, entered_in_error=True)
    taken = (
        "The session of patient 1 on Thu 24 Dec 2026 at 09:00 stays there: Tue 1 Dec 2026 at 09:00 is no longer free."
    )
    assert taken in data["remarks"]
    assert [row[1] for row in diary(line, number) if row[3] == "planned"] == ["2026-12-24"]


def test_nothing_goes_back_to_where_it_would_be_too_close_to_another_injection(run: Line, line: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    for start in (THURSDAY, THURSDAY - 6 * A_DAY):
        told = {**_told(start), "prescriber_saw_on": "2026-11-20"}
        assert after(run).json("treat", number, "--record-anyway", "Came early.", answers=told).code == 0
    data = amended(line, "treatment", 1, entered_in_error=True)
    assert (
        "The session of patient 1 on Thu 24 Dec 2026 at 09:00 stays there: back on Tue 1 Dec 2026 it would be too "
        "close to another."
    ) in data["remarks"]


def _told(start: datetime = THURSDAY) -> dict[str, Any]:
    from tests.chair_builders import given_at

    return given_at(start)


# ── the wrong patient ──


def test_a_session_entered_for_the_wrong_patient_is_moved_and_both_records_are_right(run: Line, line: Line) -> None:
    wrong = given_once(run)
    right = ready(run, **ANN)
    planned(run, right, "--start", "2026-12-01")
    before = diary(line, right)
    data = amended(line, "treatment", 1, patient=right)
    assert (data["patient"], data["from_patient"], data["new"]) == (right, wrong, 2)
    moved = f"moved to the right patient by MS on Thu 26 Nov 2026: {WHY} (treatment 2)"
    assert timeline(line, wrong, "treatment") == [(1, moved)]
    assert timeline(line, right, "treatment") == [(2, None)]
    assert diary(line, wrong)[0] == (1, "2026-11-26", "09:00", "planned", None)
    live = diary(line, right)
    assert [(row[0], row[1], row[3]) for row in live[:2]] == (
        [(1, "2026-11-26", "given"), (2, "2026-12-29", "planned")]
    )
    assert len([row for row in live if row[3] in ("planned", "given")]) == len(before)
    assert line.json("aftercare", right).data["ended_at"] == "2026-11-26T09:50:00+00:00"
    assert line.json("aftercare", wrong).codes == ["no_session_given"]
    assert [each["patient"] for each in line.json("batch", "AB12").data["patients"]] == [right]


def test_everything_against_the_right_patient_is_an_incident_on_their_record(run: Line, line: Line) -> None:
    given_once(run)
    right = another(run)
    treated_before = run.at(THURSDAY - timedelta(days=3))
    before_the_needle(run, right, THURSDAY - timedelta(days=3))
    from tests.chair_builders import given_at

    early = given_at(THURSDAY - timedelta(days=3))
    assert treated_before.at(THURSDAY - timedelta(days=2)).json("treat", right, answers=early).code == 0
    data = amended(line, "treatment", 1, patient=right)
    (incident,) = data["incidents"]
    assert incident["patient"] == right
    codes = {reason["code"] for reason in incident["reasons"]}
    assert codes == {"not_screened_today", "gap_too_short"}
    (told,) = line.json("today").data["incidents"]
    assert told["patient"] == right


def test_the_day_of_a_session_that_was_moved_stands_open_once_it_has_gone_by(run: Line, line: Line) -> None:
    wrong, right = given_once(run), another(run)
    monday = line.at(THURSDAY + 4 * A_DAY)
    data = amended(monday, "treatment", 1, patient=right)
    assert (
        f"Session 1 of patient {wrong}, planned for Thu 26 Nov 2026, is open again; if nobody came: microsclero "
        f"missed {wrong} --session 1"
    ) in data["remarks"]
    assert [each["patient"] for each in monday.json("today").data["not_recorded"]] == [wrong]
    assert monday.json("missed", wrong, "--session", 1, "--yes").code == 0


def test_a_session_is_not_moved_to_whose_it_is_already_nor_to_nobody(run: Line, line: Line) -> None:
    number = given_once(run)
    same = amend(line, "treatment", 1, patient=number)
    nobody = amend(line, "treatment", 1, patient=99)
    assert [(each.code, each.codes) for each in (same, nobody)] == [(4, ["nothing_changed"]), (3, ["not_found"])]


def test_reactions_of_the_session_are_named_and_go_along_where_they_are_told_to(run: Line, line: Line) -> None:
    wrong, right = given_once(run), another(run)
    for effect in ("hives", "leg_swelling"):
        told = {"effect": effect, "severity": "mild", "noticed_on": "2026-11-26"}
        assert line.json("reaction", wrong, answers=told).code == 0
    shown = amend(line, "treatment", 1, "--dry-run", patient=right, reactions=[2]).data
    assert [each["id"] for each in shown["also"]] == [2]
    assert any(
        words.startswith("Reaction 1 belongs to it; look at it: microsclero amend reaction 1")
        for words in shown["remarks"]
    )
    data = amended(line, "treatment", 1, patient=right, reactions=[1, 2])
    assert data["also"] == [{"kind": "reaction", "id": 1, "new": 3}, {"kind": "reaction", "id": 2, "new": 4}]
    assert [number for number, struck in timeline(line, right, "reaction") if struck is None] == [3, 4]
    # What looked like a clot holds whoever has it; who was held by mistake is let go by a prescriber, nobody else.
    held = {each["patient"] for each in line.json("today").data["holds"]}
    assert held == {wrong, right}
    assert any(f"Patient {wrong} stays on hold" in words for words in data["remarks"])


def test_a_reaction_of_another_session_does_not_go_along(run: Line, line: Line) -> None:
    given_once(run)
    right = another(run)
    told = {"effect": "hives", "severity": "mild", "noticed_on": "2026-11-26"}
    assert line.json("reaction", right, answers=told).code == 0
    done = amend(line, "treatment", 1, patient=right, reactions=[1])
    assert (done.code, done.codes) == (4, ["not_tied"])


def test_what_was_shown_is_what_is_saved(run: Line, line: Line) -> None:
    from microsclero.desk import amending
    from microsclero.errors import ConflictError
    from tests.response_builders import desk_of

    given_once(run)
    right = another(run)
    desk = desk_of(line)
    asked = amending.Asked(kind="treatment", number=1, reason=WHY, action="moved", patient=right)
    shown = amending.propose(desk, asked)
    planned(line, right, "--start", "2026-11-27")
    with pytest.raises(ConflictError) as refused:
        amending.save(desk, shown)
    desk.close()
    assert refused.value.code == "changed_meanwhile"
    assert timeline(line, right, "treatment") == []


def test_a_moved_session_can_be_corrected_and_moved_back(run: Line, line: Line) -> None:
    wrong, right = given_once(run), another(run)
    before = diary(line, wrong)
    amended(line, "treatment", 1, patient=right)
    amended(line, "treatment", 2, sites=[site("0.4")])
    data = amended(line, "treatment", 3, patient=wrong)
    assert (data["patient"], data["incidents"]) == (wrong, [])
    assert diary(line, wrong) == before
    assert [row[3] for row in diary(line, right)] == ["cancelled"]


def test_nobody_off_a_terminal_is_asked(run: Line, line: Line) -> None:
    given_once(run)
    done = line.json("amend", "treatment", 1)
    assert (done.code, done.codes) == (2, ["missing_answer"])
    assert amend(line.by(None), "treatment", 1, entered_in_error=True).codes == ["who_missing"]
    looked = amend(line.by(None), "treatment", 1, "--dry-run", entered_in_error=True)
    assert looked.data["saved"] is False


def test_a_record_long_after_is_still_corrected(run: Line) -> None:
    given_once(run)
    years = run.at(datetime(2029, 3, 1, 9, 0, tzinfo=UTC))
    assert amended(years, "treatment", 1, vials=[vial(batch="AB15")])["incidents"] == []
