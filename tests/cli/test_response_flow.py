"""The response by document: graded, kept, and what it makes of the session, the course and the days ahead."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from microsclero.ask.responses import in_full
from microsclero.desk import holding, responding
from microsclero.desk.gate import plan_gate
from microsclero.errors import ConflictError
from microsclero.response import FINDINGS, Grade
from microsclero.store import diary
from tests.builders import Line, planned, ready, register, screened
from tests.response_builders import (
    CALF,
    THIGH,
    agree,
    desk_of,
    give,
    grade,
    in_course,
    on_day,
    report,
    respond,
    settled,
    strike,
    told,
)

FOUR_WEEKS, EIGHT_WEEKS, TWELVE_WEEKS = timedelta(weeks=4), timedelta(weeks=8), timedelta(weeks=12)


def after(run: Line, given: int, wait: timedelta = FOUR_WEEKS, *, sessions: int = 4) -> tuple[Line, int]:
    """The desk so long after the last of so many sessions given, and whose they are."""
    number, last_on = in_course(run, given, sessions=sessions)
    return on_day(run, last_on + wait), number


# ── what is kept ──


def test_a_response_is_kept_with_its_grades_in_words_and_the_patients_own_apart(run: Line) -> None:
    line, number = after(run, 1)
    data = respond(line, number, satisfaction=2, findings=["pigmentation"], notes="Likes the left leg.").data
    assert (data["response"], data["patient"], data["course"], data["after_session"]) == (1, number, 1, 1)
    assert (data["on"], data["days"], data["stage"]) == ("2026-12-21", 28, "interim")
    assert data["grades"] == [
        {"leg": "left", "region": "thigh", "improvement": 4, "words": "good improvement"},
        {"leg": "right", "region": "calf", "improvement": 3, "words": "moderate improvement"},
    ]
    assert (data["satisfaction"], data["next"], data["wait_until"]) == (2, "continue", None)
    assert [(each["finding"], each["holds"], each["reaction"]) for each in data["findings"]] == [
        ("pigmentation", False, "pigmentation")
    ]
    assert (data["hold"], data["closed"], data["cancelled"], data["changed"]) == (False, False, [], [])
    seen = line.json("response", number, "--show").data["courses"][0]["responses"][0]
    assert (seen["satisfaction"], seen["notes"], seen["by"]) == (2, "Likes the left leg.", "MS")


def test_a_patient_who_would_not_say_has_no_mark(run: Line) -> None:
    line, number = after(run, 1)
    assert respond(line, number, satisfaction=None).data["satisfaction"] is None


def test_a_response_before_anything_was_given_is_refused(run: Line) -> None:
    nobody, waiting = register(run), ready(run, given_name="Ann")
    planned(run, waiting)
    for number in (nobody, waiting):
        done = respond(run, number)
        assert (done.code, done.codes) == (4, ["nothing_given"])
        assert done.envelope["errors"][0]["message"].startswith(f"Nothing was given to patient {number} yet")
    assert respond(run, 99).code == 3


@pytest.mark.parametrize(
    ("days", "stage", "becomes"),
    [
        (0, "early", None),
        (27, "early", None),
        (28, "interim", "seen"),
        (83, "interim", "seen"),
        (84, "final", "followed"),
    ],
)
def test_a_grade_is_final_after_twelve_weeks_and_an_early_one_leaves_the_look_at_four_weeks(
    run: Line, days: int, stage: str, becomes: str | None
) -> None:
    line, number = after(run, 1, timedelta(days=days), sessions=1)
    data = respond(line, number).data
    assert (data["stage"], settled(line, number)) == (stage, [("given", None, becomes)])
    assert data["stage_words"].startswith("final grade" if stage == "final" else "interim grade")
    early = [remark for remark in data["remarks"] if "kept as an interim grade" in remark]
    assert len(early) == (stage == "early")


@pytest.mark.parametrize("who", [None, "RT"])
def test_a_response_is_written_by_somebody(run: Line, who: str | None) -> None:
    line, number = after(run, 1)
    done = respond(line.by(who), number)
    assert (done.code, done.codes) == ((2, ["who_missing"]) if who is None else (0, []))


# ── the document ──


@pytest.mark.parametrize(
    ("changed", "code", "key"),
    [
        ({"grades": ...}, "missing_answer", "grades"),
        ({"satisfaction": ...}, "missing_answer", "satisfaction"),
        ({"findings": ...}, "missing_answer", "findings"),
        ({"next": ...}, "missing_answer", "next"),
        ({"next": "stop"}, "unreadable", "next"),
        ({"grades": "all good"}, "unreadable", "grades"),
        ({"grades": [grade("left", "thigh", 0)]}, "unreadable", "grades"),
        ({"grades": [grade("left", "thigh", 6)]}, "unreadable", "grades"),
        ({"grades": [grade("left", "thigh", "four")]}, "unreadable", "grades"),
        ({"grades": [grade("left", "thigh", True)]}, "unreadable", "grades"),
        ({"grades": [grade("left", "toe", 4)]}, "unreadable", "grades"),
        ({"grades": [{**grade("left", "thigh", 4), "aspect": "medial"}]}, "unreadable", "grades"),
        ({"grades": [{"leg": "left", "region": "thigh"}]}, "unreadable", "grades"),
        ({"satisfaction": 6}, "unreadable", "satisfaction"),
        ({"satisfaction": "very"}, "unreadable", "satisfaction"),
        ({"findings": ["rash"]}, "unreadable", "findings"),
        ({"findings": ["ulcer", "ulcer"]}, "unreadable", "findings"),
        ({"wait_weeks": 0, "next": "wait"}, "unreadable", "wait_weeks"),
        ({"wait_weeks": 53, "next": "wait"}, "unreadable", "wait_weeks"),
        ({"mood": "fine"}, "unknown_key", "mood"),
    ],
    ids=str,
)
def test_what_can_not_be_read_is_named_before_any_file_is_opened(
    tmp_path: Path, changed: dict[str, Any], code: str, key: str
) -> None:
    done = Line(file=tmp_path / "none.db").json("response", 1, answers=told(**changed))
    assert (done.code, [(error["code"], error["key"]) for error in done.envelope["errors"]]) == (2, [(code, key)])


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"grades": [grade(*THIGH, 4), grade(*THIGH, 2)]}, "A region has one grade: leave out the other."),
        ({"wait_weeks": 8}, "Weeks to wait belong to wait alone."),
    ],
    ids=str,
)
def test_what_makes_no_sense_together_is_said_in_a_sentence(run: Line, changed: dict[str, Any], sentence: str) -> None:
    done = run.json("response", 1, answers=told(**changed))
    assert (done.code, done.envelope["errors"][0]["message"]) == (2, sentence)


def test_off_a_terminal_every_missing_answer_is_named(run: Line) -> None:
    done = run.json("response", 1)
    assert (done.code, [error["key"] for error in done.envelope["errors"]]) == (
        (2, ["grades", "satisfaction", "findings", "next"])
    )


def test_looking_and_recording_exclude_each_other(run: Line) -> None:
    assert run.json("response", 1, "--show", answers=told()).code == 2


# ── regions ──


def test_a_leg_where_nothing_was_injected_is_asked_about_and_what_was_left_out_is_named(run: Line) -> None:
    line, number = after(run, 1)
    data = respond(line, number, grades=[grade("left", "calf", 4), grade(*THIGH, 3)]).data
    assert data["remarks"] == [
        "Nothing is recorded as injected there: left calf. Is it the right leg?",
        "Treated and not graded: right calf.",
    ]


def test_what_was_found_may_be_kept_without_a_grade_and_nothing_at_all_may_not(run: Line) -> None:
    line, number = after(run, 1)
    done = respond(line, number, grades=[])
    assert (done.code, done.codes) == (4, ["no_grades"])
    assert respond(line, number, grades=[], findings=["numbness"]).data["grades"] == []


# ── findings ──


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda each: each.finding)
def test_a_finding_that_holds_puts_the_patient_on_hold_at_once(run: Line, finding: Any) -> None:
    line, number = after(run, 1)
    data = respond(line, number, findings=[finding.finding]).data
    holds = finding.holds != "never"
    assert (data["hold"], data["findings"][0]["holds"]) == (holds, holds)
    desk = desk_of(line)
    against = [(reason.code, reason.details["cause"]) for reason in holding.against(desk, number)]
    desk.close()
    assert against == ([("on_hold", finding.label)] if holds else [])
    said = [remark for remark in data["remarks"] if f"microsclero reaction {number}" in remark]
    assert len(said) == (finding.reaction is not None)
    assert all(str(finding.reaction) in remark for remark in said)
    states = [session["status"] for session in data["courses"][0]["sessions"]]
    assert states == ["given", *(["held" if holds else "planned"] * 3)]


def test_matting_that_was_seen_before_in_this_course_holds_once(run: Line) -> None:
    line, number = after(run, 1)
    assert respond(line, number, findings=["matting"]).data["hold"] is True
    later = on_day(line, line.now.date() + timedelta(days=7))
    assert respond(later, number, findings=["matting"]).data["hold"] is False
    assert "was recorded today already" in respond(later, number).data["remarks"][0]
    assert respond(later, number, findings=["new_matting"]).data["hold"] is True


def test_a_reaction_that_is_followed_already_is_named(run: Line) -> None:
    line, number = after(run, 1)
    reaction = report(line, number, "leg_swelling")
    assert respond(line, number, findings=["leg_swelling", "calf_pain"]).data["remarks"] == [
        f"leg_swelling: followed already as reaction {reaction}.",
        f"Report it as well, so that it is followed to its end: microsclero reaction {number} (calf_pain)",
    ]


@pytest.mark.parametrize(
    ("effect", "found", "is_asked"),
    [
        ("pigmentation", [], True),
        ("pigmentation", ["matting"], True),
        ("pigmentation", ["marked_pigmentation"], False),
        ("matting", [], True),
        ("matting", ["new_matting"], False),
        ("bruising", [], False),
    ],
)
def test_an_open_reaction_that_was_not_found_is_asked_about(
    run: Line, effect: str, found: list[str], is_asked: bool
) -> None:
    line, number = after(run, 1)
    reaction = report(line, number, effect)
    asked = (
        f"Reaction {reaction}, {effect}, is open, and was not found here: is it still there? "
        f"microsclero reaction {number} --follow {reaction}"
    )
    assert (asked in respond(line, number, findings=found).data["remarks"]) == is_asked


# ── what comes next ──


def test_waiting_eight_weeks_is_the_usual_wait_and_puts_planned_sessions_off(run: Line) -> None:
    line, number = after(run, 1)
    data = respond(line, number, "wait").data
    assert (data["wait_weeks"], data["wait_until"]) == (8, "2027-02-15")
    assert [(step["number"], step["from"], step["to"]) for step in data["changed"]] == [
        (2, "2026-12-21", "2027-02-15"),
        (3, "2027-01-18", "2027-03-15"),
        (4, "2027-02-15", "2027-04-12"),
    ]
    assert [session["date"] for session in data["courses"][0]["sessions"]][1:] == [
        "2027-02-15",
        "2027-03-15",
        "2027-04-12",
    ]
    assert settled(line, number)[0] == ("given", None, "seen")


def test_nothing_is_planned_or_moved_before_the_wait_is_over(run: Line) -> None:
    line, number = after(run, 1, sessions=1)
    screened(line, number)
    assert respond(line, number, "wait", wait_weeks=6).data["wait_until"] == "2027-02-01"
    data = planned(line, number, "--sessions", 1)
    assert data["sessions"][-1]["date"] == "2027-02-01"
    assert any("The response of Mon 21 Dec 2026 said to wait" in remark for remark in data["remarks"])
    sooner = line.json("move", number, "--session", 2, "--to", "2027-01-29", "--yes")
    assert (sooner.code, "2027-02-01" in sooner.out) == (4, True)
    assert line.json("move", number, "--session", 2, "--to", "2027-02-02", "--yes").code == 0


def test_a_later_response_ends_the_wait(run: Line) -> None:
    line, number = after(run, 1, sessions=1)
    screened(line, number)
    respond(line, number, "wait")
    respond(line, number, "continue")
    assert planned(line, number, "--sessions", 1)["sessions"][-1]["date"] == "2026-12-21"


def test_closing_cancels_what_is_planned_and_leaves_nothing_waiting(run: Line) -> None:
    line, number = after(run, 2)
    data = respond(line, number, "close").data
    assert (data["closed"], [session["number"] for session in data["cancelled"]]) == (True, [3, 4])
    assert data["courses"][0]["status"] == "closed"
    assert settled(line, number) == [
        ("given", None, "followed"),
        ("given", None, "course_closed"),
        ("cancelled", "response_complete", None),
        ("cancelled", "response_complete", None),
    ]


def test_closing_settles_a_missed_session_that_waited_for_a_date(run: Line) -> None:
    number, last_on = in_course(run, 1, sessions=2)
    line = on_day(run, last_on + timedelta(days=30))
    line.json("missed", number, "--session", 2, "--yes")
    respond(line, number, "close")
    assert settled(line, number) == [("given", None, "course_closed"), ("missed", None, "course_closed")]


def test_a_course_is_not_closed_over_a_session_nobody_has_recorded(run: Line) -> None:
    number, last_on = in_course(run, 1)
    line = on_day(run, last_on + timedelta(days=30))
    done = respond(line, number, "close")
    assert (done.code, done.codes) == (4, ["session_open"])
    assert respond(line, number).data["remarks"] == [
        "Session 2, planned for Mon 21 Dec 2026, is still open. Enter it with treat; "
        f"if nobody came: microsclero missed {number} --session 2"
    ]


def test_after_four_we_stop_and_reassess(run: Line) -> None:
    line, number = after(run, 4)
    done = respond(line, number, "continue")
    assert (done.code, done.codes) == (4, ["stop_and_reassess"])
    assert settled(line, number)[-1] == ("given", None, None)
    assert respond(line, number, "wait").code == 0
    assert respond(line, number, "close").code == 0


def test_everything_against_a_response_is_said_at_once(run: Line) -> None:
    line, number = after(run, 4)
    assert respond(line, number, "continue", grades=[]).codes == ["no_grades", "stop_and_reassess"]


def test_a_closed_course_is_looked_at_again_and_stays_closed(run: Line) -> None:
    line, number = after(run, 1)
    respond(line, number, "close")
    later = on_day(line, line.now.date() + EIGHT_WEEKS)
    assert respond(later, number, "continue").codes == ["course_closed"]
    assert respond(later, number, "wait").codes == ["course_closed"]
    data = respond(later, number, "close").data
    assert (data["stage"], data["closed"], data["courses"][0]["closed_on"]) == ("final", False, "2026-12-21")


def test_a_response_entered_in_error_is_neither_drawn_nor_waited_for(run: Line) -> None:
    line, number = after(run, 1, sessions=1)
    screened(line, number)
    kept = respond(line, number, "wait", findings=["matting"]).data["response"]
    strike(line, number, kept)
    seen = line.json("response", number, "--show").data["courses"][0]
    assert (seen["responses"], seen["regions"][0]["grades"]) == ([], [])
    desk = desk_of(line)
    waits = plan_gate(desk, number).waits
    desk.close()
    assert waits == ()
    assert respond(line, number, findings=["matting"]).data["findings"][0]["holds"] is True


# ── a new course ──


def closed_after_four(run: Line) -> tuple[Line, int]:
    """Four given, and the course closed four weeks after the last."""
    line, number = after(run, 4)
    assert respond(line, number, "close").code == 0
    return line, number


def against_planning(line: Line, number: int) -> list[str]:
    errors = line.json("plan", number, "--yes").envelope["errors"]
    return [error["code"] for error in errors if error["code"] not in ("first_date", "intake_too_old")]


def test_a_fifth_session_is_not_planned_and_what_a_new_course_wants_is_said_at_once(run: Line) -> None:
    line, number = after(run, 4)
    done = line.json("plan", number, "--yes")
    wanted = {"course_full", "course_not_closed", "new_intake_wanted", "new_consent_wanted"}
    assert done.code == 4
    assert wanted <= set(done.codes)
    assert {error["from_on"] for error in done.envelope["errors"] if "from_on" in error} == {"2027-05-10"}
    assert len(done.codes) == len(set(done.codes))


def test_a_new_course_wants_an_intake_and_consent_taken_after_the_closing(run: Line) -> None:
    line, number = closed_after_four(run)
    assert against_planning(line, number) == ["new_intake_wanted", "new_consent_wanted"]
    later = on_day(line, line.now.date() + timedelta(days=1))
    screened(later, number)
    assert against_planning(later, number) == ["new_consent_wanted"]
    agree(later, number)
    assert against_planning(later, number) == []


def test_a_new_course_begins_twelve_weeks_after_the_last_session_and_rolls_forward(run: Line) -> None:
    line, number = closed_after_four(run)
    screened(line, number)
    agree(line, number)
    data = planned(line, number, "--sessions", 2)
    assert (data["course"], [each["date"] for each in data["sessions"]]) == (2, ["2027-05-10", "2027-06-07"])
    assert any("a new course waits 12 weeks" in remark for remark in data["remarks"])
    sooner = line.json("move", number, "--session", 1, "--to", "2027-05-07", "--yes")
    assert (sooner.code, "2027-05-10" in sooner.out) == (4, True)


def test_consent_from_before_the_closing_is_not_enough(run: Line) -> None:
    line, number = after(run, 4)
    agree(line, number)
    screened(line, number)
    later = on_day(line, line.now.date() + timedelta(days=1))
    respond(later, number, "close")
    assert against_planning(later, number) == ["new_intake_wanted", "new_consent_wanted"]


@pytest.mark.parametrize(("days", "first"), [(1, "2026-12-21"), (28, "2026-12-21"), (42, "2027-01-04")])
def test_a_course_closed_early_is_followed_after_28_days_with_the_gates_as_always(
    run: Line, days: int, first: str
) -> None:
    line, number = after(run, 1, timedelta(days=days), sessions=1)
    respond(line, number, "close")
    data = planned(line, number, "--sessions", 1)
    assert (data["course"], data["sessions"][0]["date"]) == (2, first)


def test_what_a_new_course_wants_is_asked_once(run: Line) -> None:
    line, number = closed_after_four(run)
    screened(line, number)
    agree(line, number)
    planned(line, number, "--sessions", 2)
    give(line, number, 1)
    later = on_day(line, line.now.date() + TWELVE_WEEKS)
    screened(later, number)
    assert planned(later, number, "--sessions", 1)["course"] == 2


# ── saved as it was shown, or not at all ──


def test_what_changed_meanwhile_is_not_graded_over(run: Line, clinic_file: Path) -> None:
    line, number = after(run, 2)
    desk = desk_of(line)
    given = in_full({**told("close"), "grades": [Grade(leg="left", region="thigh", improvement=4)]})
    shown = responding.propose(desk, number, given)
    assert line.json("cancel", number, "--session", 4, "--reason", "patient_choice", "--yes").code == 0
    before = clinic_file.read_bytes()
    with pytest.raises(ConflictError) as conflict:
        responding.save(desk, shown)
    desk.close()
    assert (conflict.value.code, clinic_file.read_bytes() == before) == ("changed_meanwhile", True)


def test_a_response_is_saved_whole_or_not_at_all(run: Line, clinic_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line, number = after(run, 2)
    before = settled(line, number)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the last of its rows")

    monkeypatch.setattr(diary, "close_course", fails)
    with pytest.raises(RuntimeError):
        respond(line, number, "close", findings=["ulcer"])
    monkeypatch.undo()
    seen = line.json("response", number, "--show").data["courses"][0]
    assert (settled(line, number), seen["responses"], seen["status"]) == (before, [], "open")
    assert {session["status"] for session in seen["sessions"]} == {"given", "planned"}


# ── the lists, and the drawing ──


def coming(line: Line, number: int) -> dict[str, Any]:
    said: dict[str, Any] = line.json("response", number, "--show").data["courses"][0]["coming"]
    return said


def waiting(line: Line) -> list[str]:
    """What `today` says of the responses to be looked at."""
    return [entry["what"] for entry in line.json("today").data["responses"]]


def test_a_response_leaves_the_worked_list_once_it_has_been_given(run: Line) -> None:
    line, number = after(run, 1, sessions=1)
    assert waiting(line) == ["session 1, 4 weeks on"]
    respond(line, number)
    assert waiting(line) == []
    assert waiting(on_day(line, line.now.date() + EIGHT_WEEKS)) == ["session 1, about 12 weeks on"]


@pytest.mark.parametrize("weeks", [3, 8, 12])
def test_whoever_waits_comes_back_to_the_list_on_the_day_that_was_agreed(run: Line, weeks: int) -> None:
    line, number = after(run, 1, sessions=1)
    until = respond(line, number, "wait", wait_weeks=weeks).data["wait_until"]
    the_day = on_day(line, date.fromisoformat(until))
    eve = on_day(line, the_day.now.date() - timedelta(days=1))
    assert (waiting(eve), len(waiting(the_day))) == ([], 1)
    assert [coming(each, number)["what"] for each in (eve, the_day)] == ["wait", "response"]
    assert coming(the_day, number)["on"] == until


def test_showing_saves_nothing_and_draws_every_course(run: Line, clinic_file: Path) -> None:
    line, number = after(run, 2)
    respond(line, number, "close")
    agree(line, number)
    planned(line, number, "--sessions", 1)
    data = line.json("response", number, "--show").data
    assert [(each["course"], each["status"], each["given"], each["coming"]["what"]) for each in data["courses"]] == [
        (1, "closed", 2, "followed"),
        (2, "open", 0, "session"),
    ]
    regions = data["courses"][0]["regions"]
    assert [(each["leg"], each["region"], [one["improvement"] for one in each["grades"]]) for each in regions] == [
        (*THIGH, [4]),
        (*CALF, [3]),
    ]


@pytest.mark.parametrize(
    ("given", "wait", "what", "on"),
    [
        (0, 0, "session", "2026-11-23"),
        (0, 1, "record", "2026-11-23"),
        (1, 3, "response", "2026-12-21"),
        (4, 3, "response", "2027-03-15"),
    ],
)
def test_what_comes_next_is_said(run: Line, given: int, wait: int, what: str, on: str) -> None:
    number, last_on = in_course(run, given)
    said = coming(on_day(run, last_on + timedelta(days=wait)), number)
    assert (said["what"], said["on"]) == (what, on)


def test_somebody_without_a_course_has_nothing_to_draw(run: Line) -> None:
    number = register(run)
    assert run.json("response", number, "--show").data["courses"] == []
    assert run("response", number, "--show").out == f"Patient {number} has no course yet: microsclero plan {number}\n"


# ── pointed out ──


COMPLETE = [{"leg": "left", "region": "thigh", "improvement": 5}, {"leg": "right", "region": "calf", "improvement": 5}]
EARLY = "Complete success in every region and the patient content: a course usually stops early then, with close."


@pytest.mark.parametrize(
    ("changed", "is_said"),
    [
        ({}, True),
        ({"satisfaction": 4}, True),
        ({"satisfaction": 3}, False),
        ({"satisfaction": None}, False),
        ({"grades": COMPLETE[:1]}, False),
        ({"grades": [COMPLETE[0], {**COMPLETE[1], "improvement": 4}]}, False),
        ({"next": "wait"}, False),
        ({"next": "close"}, False),
    ],
)
def test_a_course_that_is_complete_and_goes_on_is_pointed_out_and_not_refused(
    run: Line, changed: dict[str, Any], is_said: bool
) -> None:
    line, number = after(run, 1)
    told = {"grades": COMPLETE, "satisfaction": 5, **changed}
    remarks = respond(line, number, str(told.pop("next", "continue")), **told).data["remarks"]
    assert (EARLY in remarks) is is_said


def test_a_red_flag_in_the_notes_of_a_response_is_pointed_out(run: Line) -> None:
    line, number = after(run, 1)
    remarks = respond(line, number, notes="She collapsed on the stairs.").data["remarks"]
    assert [each for each in remarks if each.startswith("This reads like ")] == [remarks[-1]]
