"""Responses, reactions, notes, photographs and documents put right: checked as the first time, the original kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.amend_builders import ANN, WHY, amend, amended, course_status, diary, given_once, timeline
from tests.builders import Line, another, planned, ready, register, screened
from tests.chair_builders import A_DAY, THURSDAY, after, agreed, in_the_chair, treated

FOUR_WEEKS = timedelta(days=28)
THIGH = {"leg": "left", "region": "thigh"}


def grades(improvement: int) -> list[dict[str, Any]]:
    return [{**THIGH, "improvement": improvement}]


def responded(run: Line, next_step: str = "continue", **changed: Any) -> tuple[Line, int]:
    """The desk four weeks after a session, before the next, its response recorded; whose."""
    number = in_the_chair(run)
    treated(run, number)
    desk = run.at(THURSDAY + FOUR_WEEKS - timedelta(hours=1))
    document = {"grades": grades(3), "satisfaction": 3, "findings": [], "next": next_step, **changed}
    assert desk.json("response", number, answers=document).code == 0
    return desk, number


def live(line: Line, number: int) -> list[tuple[int, str, str]]:
    return [(row[0], row[1], row[3]) for row in diary(line, number) if row[3] in ("planned", "given")]


# ── responses ──


def test_other_grades_change_nothing_else(run: Line) -> None:
    desk, number = responded(run)
    before = diary(desk, number)
    data = amended(desk, "response", 1, grades=grades(5), satisfaction=None)
    assert (data["new"], data["hold"], diary(desk, number)) == (2, False, before)
    assert [(each["key"], each["before"], each["after"]) for each in data["changes"]] == (
        [("grades", grades(3), grades(5)), ("satisfaction", 3, None)]
    )
    shown = desk.json("response", number, "--show").data["courses"][0]["responses"]
    assert [(each["response"], each["grades"][0]["improvement"]) for each in shown] == [(2, 5)]
    assert [struck is None for _, struck in timeline(desk, number, "response")] == [False, True]


def test_a_finding_that_was_left_out_holds_as_it_would_have(run: Line) -> None:
    desk, number = responded(run)
    data = amended(desk, "response", 1, findings=["ulcer"])
    assert data["hold"] is True
    assert [each["patient"] for each in desk.json("today").data["holds"]] == [number]
    again = amended(desk, "response", 2, findings=["ulcer"], notes="Left ankle.")
    assert (again["hold"], len(desk.json("today").data["holds"])) == (False, 1)
    gone = amended(desk, "response", 3, findings=[])
    assert any(f"Patient {number} stays on hold" in words for words in gone["remarks"])


def test_a_course_closed_by_a_slip_runs_again_with_its_sessions(run: Line) -> None:
    desk, number = responded(run)
    before = live(desk, number)
    amended(desk, "response", 1, next="close")
    assert (course_status(desk, number), live(desk, number)) == (["closed"], before[:1])
    data = amended(desk, "response", 2, next="continue")
    assert (course_status(desk, number), live(desk, number), data["remarks"][:0]) == (["open"], before, [])


def test_a_wait_that_was_left_out_puts_the_sessions_off(run: Line) -> None:
    desk, number = responded(run)
    before = live(desk, number)
    amended(desk, "response", 1, next="wait")
    assert live(desk, number)[1][1] > before[1][1]
    amended(desk, "response", 2, next="continue")
    assert live(desk, number) == before


def test_what_was_agreed_is_not_agreed_otherwise_once_the_course_has_gone_on(run: Line) -> None:
    desk, number = responded(run)
    document = {"grades": grades(4), "satisfaction": 4, "findings": [], "next": "continue"}
    assert desk.json("response", number, answers=document).code == 0
    done = amend(desk, "response", 1, next="close")
    assert (done.code, done.codes) == (4, ["overtaken"])
    assert amended(desk, "response", 1, grades=grades(2))["new"] == 3


def test_a_response_entered_in_error_leaves_the_look_still_due(run: Line) -> None:
    desk, number = responded(run, "close")
    amended(desk, "response", 1, entered_in_error=True)
    assert course_status(desk, number) == ["open"]
    assert next(row[4] for row in diary(desk, number)) is None
    assert len(live(desk, number)) == 4


def test_a_response_of_another_patient_is_graded_in_their_course(run: Line) -> None:
    right = in_the_chair(run, THURSDAY + A_DAY, **ANN)
    treated(run, right, THURSDAY + A_DAY)
    desk, wrong = responded(run)
    data = amended(desk, "response", 1, patient=right)
    assert (data["patient"], timeline(desk, right, "response")) == (right, [(2, None)])
    assert diary(desk, wrong)[0][4] is None
    nothing = amend(desk, "response", 2, patient=register(desk, given_name="Bea"))
    assert (nothing.code, nothing.codes) == (4, ["nothing_given"])


def test_a_response_that_contradicts_itself_is_a_slip(run: Line) -> None:
    desk, _ = responded(run)
    done = amend(desk, "response", 1, wait_weeks=4)
    assert (done.code, done.codes) == (2, ["unreadable"])


# ── reactions ──


def reported(run: Line, **told: Any) -> tuple[Line, int]:
    number = given_once(run)
    desk = run.at(THURSDAY + A_DAY)
    document = {"effect": "hives", "severity": "mild", "noticed_on": "2026-11-26", **told}
    assert desk.json("reaction", number, answers=document).code == 0
    return desk, number


def test_a_reaction_is_banded_anew_and_holds_where_it_must(run: Line) -> None:
    desk, number = reported(run)
    data = amended(desk, "reaction", 1, effect="leg_swelling")
    assert (data["hold"], data["remarks"]) == (True, ["It belongs to another band now: same day, before expected."])
    open_now = desk.json("today").data
    assert [each["patient"] for each in open_now["holds"]] == [number]
    assert desk.json("reaction", number, "--follow", 2, answers={"state": "better"}).code == 0
    gone = desk.json("reaction", number, "--follow", 1, answers={"state": "better"})
    assert (gone.code, gone.codes) == (3, ["reaction_not_found"])


def test_what_was_heard_since_still_counts_for_the_corrected_reaction(run: Line) -> None:
    desk, number = reported(run, effect="lump")
    for _ in range(2):
        assert desk.json("reaction", number, "--follow", 1, answers={"state": "worse"}).code == 0
    data = amended(desk, "reaction", 1, leg="left", region="calf")
    assert data["changes"] == [
        {"key": "leg", "before": None, "after": "left"},
        {"key": "region", "before": None, "after": "calf"},
    ]
    # It had become one to be seen the same day, and still is; the hold it brought stands as it was.
    assert [each["patient"] for each in desk.json("today").data["holds"]] == [number]
    (told,) = [
        each
        for each in desk.json("patient", "show", number).data["timeline"]
        if each["kind"] == "reaction" and not each["struck"]
    ]
    assert "same day" in told["title"]


def test_a_hold_stays_until_a_prescriber_lifts_it_though_its_reaction_was_a_slip(run: Line) -> None:
    desk, number = reported(run, effect="leg_swelling")
    data = amended(desk, "reaction", 1, entered_in_error=True)
    assert data["remarks"] == [
        f"Patient {number} stays on hold (a swollen leg) until a prescriber lifts it: microsclero decide {number}"
    ]
    assert desk.json("today").data["reactions"] == []
    assert [each["patient"] for each in desk.json("today").data["holds"]] == [number]


def test_the_window_of_a_corrected_reaction_is_that_of_the_day_of_its_report(run: Line) -> None:
    """Corrected long after, it is not suddenly one that has lasted too long."""
    desk, _ = reported(run)
    years = desk.at(desk.now + timedelta(days=400))
    data = amended(years, "reaction", 1, region="thigh", leg="left")
    assert (data["remarks"], data["hold"]) == ([], False)


def test_a_reaction_noticed_after_its_report_is_a_slip(run: Line) -> None:
    desk, _ = reported(run)
    later = desk.at(desk.now + 5 * A_DAY)
    done = amend(later, "reaction", 1, noticed_on="2026-12-01")
    assert (done.code, done.codes) == (2, ["unreadable"])


def test_a_reaction_of_another_patient_holds_them(run: Line) -> None:
    desk, wrong = reported(run, effect="leg_swelling")
    right = another(desk)
    data = amended(desk, "reaction", 1, patient=right)
    assert (data["patient"], data["hold"]) == (right, True)
    assert {each["patient"] for each in desk.json("today").data["holds"]} == {wrong, right}


# ── notes ──


def test_a_note_is_corrected_moved_and_struck_out(run: Line) -> None:
    number, right = register(run), register(run, **ANN)
    assert run.json("note", number, answers={"note": "Rang: bruise.\nAll well."}).data["note"] == 1
    amended(run, "note", 1, note="Rang: bruise, left.\nAll well.")
    amended(run, "note", 2, patient=right)
    amended(run, "note", 3, entered_in_error=True)
    listed = run.json("note", right, "--list").data["notes"]
    assert [(each["note"], each["words"], each["struck_out"]["action"]) for each in listed] == (
        [(3, "Rang: bruise, left.\nAll well.", "entered_in_error")]
    )
    struck = [each["struck_out"]["action"] for each in run.json("note", number, "--list").data["notes"]]
    assert struck == ["moved", "corrected"]
    shown = run("note", number, "--list").out
    assert "It was struck out by MS on Sun 22 Nov 2026, moved to the right patient: " + WHY in " ".join(shown.split())


# ── photographs ──


def photographed(run: Line, folder: Any) -> tuple[Line, int]:
    from tests.picture_builders import a_jpeg

    number = given_once(run)
    desk = after(run)
    agreed(desk, number, purpose="photo_record")
    path = folder / "leg.jpg"
    path.write_bytes(a_jpeg())
    assert desk.json("photo", "add", number, path, "--leg", "left", "--region", "thigh").code == 0
    return desk, number


def test_the_label_of_a_photograph_is_corrected_and_the_picture_stays(run: Line, tmp_path: Any) -> None:
    desk, number = photographed(run, tmp_path)
    data = amended(desk, "photo", 1, leg="right", aspect="medial")
    assert [(each["key"], each["after"]) for each in data["changes"]] == [("leg", "right"), ("aspect", "medial")]
    photos = desk.json("photo", "list", number).data["photos"]
    assert [(each["photo"], each["leg"], each["struck_out"] is None) for each in photos] == (
        [(1, "left", False), (2, "right", True)]
    )
    assert photos[0]["sha256"] == photos[1]["sha256"]
    assert desk.json("photo", "verify").code == 0


def test_a_photograph_goes_along_with_its_treatment_and_wants_consent_there(run: Line, tmp_path: Any) -> None:
    desk, wrong = photographed(run, tmp_path)
    right = ready(desk, **ANN)
    planned(desk, right, "--start", "2026-12-01")
    (before,) = desk.json("photo", "list", wrong).data["photos"]
    data = amended(desk, "treatment", 1, patient=right, photos=[1])
    assert data["also"] == [{"kind": "photo", "id": 1, "new": 2}]
    (reason,) = data["incidents"][-1]["reasons"]
    assert (reason["code"], "photographs for the record" in reason["message"]) == ("consent_missing", True)
    (kept,) = desk.json("photo", "list", right).data["photos"]
    assert (kept["session"], kept["stage"], kept["struck_out"]) == (1, before["stage"], None)
    assert [each["struck_out"] is None for each in desk.json("photo", "list", wrong).data["photos"]] == [False]
    assert desk.json("photo", "verify").code == 0


@pytest.mark.parametrize(
    ("told", "code", "cause"),
    [
        ({"session": 9}, 3, "session_not_found"),
        ({"stage": "session", "session": None}, 2, "missing_answer"),
        ({"taken_on": "2030-01-01"}, 2, "unreadable"),
        ({"taken_by": "XX"}, 3, "member_not_found"),
        ({"stage": "during"}, 2, "unreadable"),
        ({"leg": "left"}, 4, "nothing_changed"),
    ],
)
def test_a_label_that_cannot_be_is_refused(
    run: Line, tmp_path: Any, told: dict[str, Any], code: int, cause: str
) -> None:
    desk, _ = photographed(run, tmp_path)
    done = amend(desk, "photo", 1, **told)
    assert (done.code, done.codes) == (code, [cause])


# ── documents ──


def test_a_struck_out_document_answers_nothing_any_more(run: Line) -> None:
    number = register(run)
    screened(run, number, varicose_or_cvi="yes")
    filed = {"kind": "duplex", "dated_on": "2026-11-20", "summary": "No reflux."}
    assert run.json("document", number, answers=filed).data["now_for_review"] == ["varicose_or_cvi"]
    decision = {"rule": "varicose_or_cvi", "decision": "proceed", "reason": "No reflux."}
    assert run.json("decide", number, answers={"prescriber": "MS", "decisions": [decision]}).code == 0
    assert run.json("plan", number, "--dry-run").code == 0
    data = amended(run, "document", 1, entered_in_error=True)
    assert data["remarks"] == [
        f"Without it these wait for a duplex again: varicose_or_cvi. File it: microsclero document {number}"
    ]
    assert run.json("plan", number, "--dry-run").causes == ["finding_refer"]
    assert timeline(run, number, "document")[0][1] == f"entered in error by MS on Sun 22 Nov 2026: {WHY}"
    assert amend(run, "document", 1, entered_in_error=True).codes == ["already_amended"]


def test_a_document_is_only_ever_struck_out(run: Line) -> None:
    number = register(run)
    screened(run, number, varicose_or_cvi="yes")
    run.json("document", number, answers={"kind": "duplex", "dated_on": "2026-11-20", "summary": "No reflux."})
    for told in ({"summary": "Reflux."}, {"patient": 2}):
        assert (amend(run, "document", 1, **told).code, amend(run, "document", 1, **told).codes[0]) == (
            2,
            "unknown_key",
        )


def test_a_struck_out_document_is_no_longer_for_the_prescriber(run: Line) -> None:
    number = register(run)
    screened(run, number, varicose_or_cvi="yes")
    run.json("document", number, answers={"kind": "duplex", "dated_on": "2026-11-20", "summary": "No reflux."})
    assert [each["patient"] for each in run.json("today").data["reviews"]] == [number]
    amended(run, "document", 1, entered_in_error=True)
    assert run.json("today").data["reviews"] == []


def test_a_struck_out_document_is_told_as_such_with_the_screening_it_answered(run: Line) -> None:
    number = register(run)
    screened(run, number, varicose_or_cvi="yes")
    run.json("document", number, answers={"kind": "duplex", "dated_on": "2026-11-20", "summary": "No reflux."})
    amended(run, "document", 1, entered_in_error=True)
    documents = run.json("screen", number, "--reprint").data["documents"]
    assert [each["summary"] for each in documents] == ["STRUCK OUT. No reflux."]


# ── the history ──


def test_the_history_says_what_was_struck_out_and_why(run: Line) -> None:
    desk, number = reported(run)
    amended(desk, "reaction", 1, severity="moderate")
    newest = desk.json("record", "history", number, "--limit", 1).data["entries"][0]
    assert (newest["command"], [(each["what"], each["said"]) for each in newest["changes"]]) == (
        "amend",
        [
            ("reaction 2 reported: hives, expected", None),
            ("reaction 1 corrected, reaction 2 stands instead", WHY),
            ("reaction 1 struck out", None),
        ],
    )


def test_what_was_put_right_is_not_undone(run: Line) -> None:
    desk, _ = reported(run)
    amended(desk, "reaction", 1, severity="moderate")
    entry = desk.json("record", "history", "--limit", 1).data["entries"][0]["entry"]
    done = desk.json("record", "undo", "--change", entry, "--reason", "x", "--yes")
    assert (done.code, done.codes) == (4, ["not_the_diary"])
