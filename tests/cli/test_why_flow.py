"""Why not: every kind of reason with its question, answer and day, what would change it, and the first time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from microsclero import content
from microsclero.content import pinned
from microsclero.errors import ContentError
from microsclero.schedule import CoursePolicy
from microsclero.store import Store, diary, open_store, patients
from tests.builders import CLINIC, TEAM, Line, Result, another, dates, planned, ready, register, screened
from tests.cli import shapes
from tests.cli.sitting import left_unfinished
from tests.cli.test_deciding_flow import decide
from tests.reviewed import as_reviewed
from tests.test_rooms import modules_after

SUNDAY = "2026-11-22"
DUPLEX = {"kind": "duplex", "dated_on": "2026-11-20", "summary": "No reflux."}
FIRST: dict[str, Any] = {
    "date": "2026-11-23",
    "start": "09:00",
    "end": "09:30",
    "injector": "MS",
    "room": None,
    "sessions": 4,
    "without": [],
}
PREGNANT = {"recently_pregnant": "yes", "recently_pregnant_ended_on": "2026-09-25"}


def why(line: Line, number: int, *words: object) -> dict[str, Any]:
    data: dict[str, Any] = line.json("plan", number, "--why", *words).data
    assert shapes.faults(shapes.WHY, data) == []
    assert (data["first_possible"] is None) == (data["none_because"] is not None)
    return data


def only(line: Line, number: int) -> dict[str, Any]:
    """The one reason there is."""
    (reason,) = why(line, number)["reasons"]
    assert isinstance(reason, dict)
    return reason


def last_error(done: Result) -> dict[str, Any]:
    assert (done.code, done.codes[-1]) == (4, "first_date")
    last: dict[str, Any] = done.envelope["errors"][-1]
    return last


def file_of(line: Line) -> Store:
    assert line.file is not None
    return open_store(line.file, clock=lambda: line.now)


def was_given(line: Line, number: int) -> None:
    """The first planned session of this patient has been given."""
    with file_of(line) as store, store.changing(who="MS", command="treat"):
        row = next(row for row in diary.sessions_of_patient(store, number) if row.status == "planned")
        diary.update_session(store, row.session, {"status": "given"}, row.version)


def undecided(line: Line) -> int:
    number = register(line)
    screened(line, number, cardiac="yes")
    return number


def filed(line: Line) -> int:
    number = register(line)
    screened(line, number, varicose_or_cvi="yes")
    assert line.json("document", number, answers=DUPLEX).code == 0
    return number


def declined(line: Line) -> int:
    number = undecided(line)
    assert decide(line, number, ("cardiac", "decline")).code == 0
    return number


def found(**answers: Any) -> Callable[[Line], int]:
    def make(line: Line) -> int:
        number = register(line)
        screened(line, number, **answers)
        return number

    return make


# ── each kind of reason ──


KINDS: dict[str, tuple[Callable[[Line], int], dict[str, Any]]] = {
    "a bar": (
        found(dvt_ever="yes"),
        {
            "code": "finding_bar",
            "rule": "dvt_ever",
            "source": "The clinic's patient page; Fibrovein product text (MHRA, 2018)",
            "question": "Have you ever had a blood clot in a deep vein (a DVT), even many years ago?",
            "answer": "yes",
            "outcome": "bar",
            "what_changes_it": "Nothing, once it is certain. If the diagnosis was later ruled out, a letter that says "
            "so changes the answer.",
            "message": "Not suitable while this stands: Has had a clot in a deep vein (DVT).",
        },
    ),
    "a referral": (
        found(varicose_or_cvi="yes"),
        {
            "code": "finding_refer",
            "rule": "varicose_or_cvi",
            "source": "NICE CG168; Fibrovein product text (MHRA, 2018)",
            "question": "Do you have bulging veins, swollen ankles, aching or heavy legs, brown or hard skin near the "
            "ankles, or have you ever had a leg ulcer?",
            "answer": "yes",
            "outcome": "refer",
            "what_changes_it": "A duplex scan is filed that shows no leak that matters, or that it has been treated; "
            "then the prescriber decides.",
            "next": "microsclero document 1",
            "message": "Another opinion first: Bulging veins, swelling, aching, skin changes or an ulcer: a bigger "
            "vein may be leaking.",
        },
    ),
    "a referral, its document filed": (
        filed,
        {
            "code": "undecided",
            "rule": "varicose_or_cvi",
            "source": "NICE CG168; Fibrovein product text (MHRA, 2018)",
            "question": "Do you have bulging veins, swollen ankles, aching or heavy legs, brown or hard skin near the "
            "ankles, or have you ever had a leg ulcer?",
            "answer": "yes",
            "outcome": "undecided",
            "what_changes_it": "A duplex scan is filed that shows no leak that matters, or that it has been treated; "
            "then the prescriber decides.",
            "next": "microsclero decide 1",
            "message": "For the prescriber to decide: Bulging veins, swelling, aching, skin changes or an ulcer: a "
            "bigger vein may be leaking. A duplex scan of Fri 20 Nov 2026 is filed.",
        },
    ),
    "a deferral without a date": (
        found(pregnant="unsure"),
        {
            "code": "finding_defer",
            "rule": "pregnant",
            "source": "The clinic's patient page; every sclerosant label",
            "question": "Are you pregnant, or is there any chance that you could be?",
            "answer": "unsure",
            "outcome": "defer",
            "what_changes_it": "A negative test done here on the day, at least three weeks after the last sex without "
            "contraception, and who saw it (clinic policy); or a clear no.",
            "message": "Not today: Not sure: pregnancy, or the chance of one.",
        },
    ),
    "a deferral with a date": (
        found(**PREGNANT),
        {
            "code": "deferred",
            "rule": "recently_pregnant",
            "source": "Asclera US label (pregnancy within 3 months raises the risk of clots); UIP conse"
            "nsus 2023. The three months are clinic policy for UK products",
            "question": "Have you been pregnant at any time in the last 3 months, however it ended?",
            "answer": "yes",
            "outcome": "defer",
            "what_changes_it": "Three calendar months have passed since the pregnancy ended.",
            "ask_again_on": "2026-12-25",
            "message": "Not today: Pregnant within the last 3 months, when clots are more likely.",
            "stops_planning": False,
            "also_answered": [
                {
                    "question": "On what date did the pregnancy end?",
                    "answer": "2026-09-25",
                    "answered_on": SUNDAY,
                }
            ],
        },
    ),
    "an undecided review": (
        undecided,
        {
            "code": "undecided",
            "rule": "cardiac",
            "source": "UIP consensus 2023; ANSM warnings",
            "question": "Do you have heart failure or a heart rhythm problem, have you had a heart attack, or do you "
            "take a beta-blocker?",
            "answer": "yes",
            "outcome": "undecided",
            "what_changes_it": "The prescriber decides, with the GP or cardiologist where need be. Nobody stops a "
            "prescribed medicine for this.",
            "next": "microsclero decide 1",
            "message": "For the prescriber to decide: A heart condition, or a beta-blocker.",
        },
    ),
    "a declined review": (
        declined,
        {
            "code": "declined",
            "rule": "cardiac",
            "source": "UIP consensus 2023; ANSM warnings",
            "question": "Do you have heart failure or a heart rhythm problem, have you had a heart attack, or do you "
            "take a beta-blocker?",
            "answer": "yes",
            "outcome": "declined",
            "what_changes_it": "Another decision by a prescriber.",
            "next": "microsclero decide 1",
            "message": "Not suitable, the prescriber has said: A heart condition, or a beta-blocker. Declined on "
            "Sun 22 Nov 2026 by MS: Looked at.",
        },
    ),
    "an answer that is missing": (
        found(smoker=None),
        {
            "code": "unanswered",
            "question": "Have you smoked or used any tobacco in the last 4 weeks, even just now and then?",
            "answered_on": None,
            "outcome": "unanswered",
            "what_changes_it": "An answer.",
            "next": "microsclero screen 1 --for intake",
            "source": None,
            "message": "Not answered yet: Have you smoked or used any tobacco in the last 4 weeks, even just now and "
            "then?",
        },
    ),
    "several answers that count together": (
        found(smoker="yes", immobile="yes"),
        {
            "code": "finding_bar",
            "rule": "clot_risk_factors",
            "source": "Fibrovein product text (MHRA, 2018) and Aethoxysklerol product text: multiple risk factors",
            "question": "Have you smoked or used any tobacco in the last 4 weeks, even just now and then?",
            "answer": "yes",
            "outcome": "bar",
            "what_changes_it": "Fewer than two of them remain. If one changes, ask again. Nobody stops a prescribed "
            "medicine for this.",
            "message": "Not suitable while this stands: Several things that raise the risk of a clot: tobacco in the "
            "last 4 weeks; hardly able to move about.",
            "also_answered": [
                {
                    "question": "Are you on bed rest, in a cast, or hardly able to move about at the moment?",
                    "answer": "yes",
                    "answered_on": SUNDAY,
                }
            ],
        },
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_reason_says_what_was_asked_and_answered_and_what_would_change_it(run: Line, kind: str) -> None:
    make, expected = KINDS[kind]
    every_time = {"answer": None, "answered_on": SUNDAY, "rule": None, "ask_again_on": None, "next": None}
    kept = {"screening": 1, "for": "intake", "also_answered": [], "stops_planning": True}
    assert only(run, make(run)) == {**every_time, **kept, **expected}


def grown_old(line: Line) -> tuple[Line, int]:
    return line.at(line.now + timedelta(days=91)), ready(line)


def born_again(line: Line) -> tuple[Line, int]:
    number = ready(line)
    assert line.json("patient", "edit", number, answers={"born_on": "1981-02-03"}).code == 0
    return line, number


def all_planned(line: Line) -> tuple[Line, int]:
    number = ready(line)
    planned(line, number)
    return line, number


def given_yesterday(line: Line) -> tuple[Line, int]:
    number = ready(line)
    planned(line, number, "--start", "2026-11-23", "--sessions", 1)
    later = line.at(line.now + timedelta(days=2))
    was_given(later, number)
    return later, number


def injected_elsewhere(line: Line) -> tuple[Line, int]:
    number = ready(line)
    screened(line, number, sclerotherapy_elsewhere="yes", sclerotherapy_elsewhere_on="2026-11-10")
    return line, number


@pytest.mark.parametrize(
    ("make", "code", "told", "changes", "again", "none_because"),
    [
        (
            lambda line: (line, register(line)),
            "no_screening",
            "Patient 1 has no intake yet: microsclero screen 1 --for intake.",
            "An intake.",
            None,
            "an intake comes first",
        ),
        (
            grown_old,
            "intake_too_old",
            "The intake was signed on Sun 22 Nov 2026, more than 90 days ago: screen again.",
            "A new intake.",
            None,
            "a new intake comes first",
        ),
        (
            born_again,
            "birth_date_changed",
            "The date of birth was corrected after this screening: microsclero screen 1 --for intake",
            "A new screening, by the corrected date of birth.",
            None,
            "a new screening comes first",
        ),
        (
            all_planned,
            "course_full",
            "This course is full (0 given and 4 planned of at most 4): to come on another day, move one of them; to "
            "have one less, cancel it.",
            "A cancelled session makes room; once all are given, the course is closed and another opened.",
            None,
            "the course has all its sessions, and is full until it is closed",
        ),
        (
            given_yesterday,
            "too_soon",
            "Session 1 was given on Mon 23 Nov 2026; the next comes 28 days later at the earliest, on Mon 21 Dec 2026.",
            "Nothing but time: the effect of a session is seen in full only then.",
            "2026-12-21",
            None,
        ),
    ],
    ids=["never screened", "an old intake", "another date of birth", "a full course", "the gap"],
)
def test_a_reason_that_no_answer_lies_under_says_what_would_change_it(
    run: Line,
    make: Callable[[Line], tuple[Line, int]],
    code: str,
    told: str,
    changes: str,
    again: str | None,
    none_because: str | None,
) -> None:
    line, number = make(run)
    data = why(line, number)
    (reason,) = data["reasons"]
    said = (reason["code"], reason["message"], reason["what_changes_it"], reason["ask_again_on"], reason["question"])
    assert said == (code, told, changes, again, None)
    assert (data["may_plan"], data["none_because"]) == (none_because is None, none_because)


def test_the_wording_is_that_of_the_screening_that_asked(run: Line) -> None:
    number = ready(run)
    screened(run, number, "session", dvt_ever="yes")
    reason = only(run, number)
    assert (reason["question"], reason["screening"], reason["for"]) == (
        ("Since we last asked: have you had a blood clot in a deep vein (a DVT)?", 2, "session")
    )


def test_an_answer_confirmed_from_earlier_keeps_the_day_it_was_given(run: Line) -> None:
    """One risk factor of the intake counts at a session that asks for another."""
    number = register(run)
    screened(run, number, family_clots="yes")
    assert decide(run, number, ("clot_risk_factors", "proceed")).code == 0
    later = run.at(run.now + timedelta(days=3))
    screened(later, number, "session", smoker="yes")
    (reason,) = why(later, number)["reasons"]
    told = {one["question"]: one["answered_on"] for one in (reason, *reason["also_answered"])}
    assert told == {
        "Have you smoked or used any tobacco in the last 4 weeks, even just now and then?": "2026-11-25",
        "Has a parent, brother or sister had a blood clot before the age of 50, or been told of a clotting "
        "disorder?": SUNDAY,
    }


def test_every_reason_is_told_at_once(run: Line) -> None:
    number = register(run)
    screened(run, number, smoker=None, cardiac="yes", dvt_ever="yes", arterial="yes", pregnant="unsure", **PREGNANT)
    data = why(run, number)
    assert [(each["outcome"], each["rule"]) for each in data["reasons"]] == [
        ("unanswered", None),
        ("defer", "pregnant"),
        ("bar", "dvt_ever"),
        ("refer", "arterial"),
        ("undecided", "cardiac"),
        ("defer", "recently_pregnant"),
    ]
    assert data["none_because"] == (
        "there are questions still to answer; what stands against it today ends on no known date; what makes it not "
        "suitable has no date; another opinion comes first, and waits for its document; the prescriber has yet to "
        "decide"
    )


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        ("knee", "heart", "Decided on Sun 22 Nov 2026 by MS (proceed), but the answer has changed since."),
        ("knee", "knee", "Decided on Sun 22 Nov 2026 by MS (proceed) on the same answer: to be confirmed again."),
    ],
)
def test_a_decision_on_an_answer_that_has_changed_has_lapsed_and_why_says_so(
    run: Line, then: str, now: str, told: str
) -> None:
    number = register(run)
    screened(run, number, other_condition="yes", other_condition_what=then)
    assert decide(run, number, ("other_condition", "proceed")).data["may_plan"] is True
    later = run.at(run.now + timedelta(days=1))
    screened(later, number, other_condition="yes", other_condition_what=now)
    reason = only(later, number)
    start = "For the prescriber to decide: Another condition that a doctor or nurse looks after. "
    assert (reason["code"], reason["message"]) == ("undecided", start + told)


def test_whoever_is_too_young_is_told_from_when(run: Line) -> None:
    number = register(run, born_on="2009-01-05")
    screened(run, number)
    data = why(run, number)
    (reason,) = data["reasons"]
    assert (reason["question"], reason["answer"], reason["ask_again_on"]) == (
        ("Age, worked out from the date of birth", "17", "2027-01-05")
    )
    assert data["none_because"] == "a new screening on Tue 5 Jan 2027 or later comes first"


def test_injections_elsewhere_are_told_once(run: Line) -> None:
    line, number = injected_elsewhere(run)
    data = why(line, number)
    assert [(each["rule"], each["ask_again_on"]) for each in data["reasons"]] == [
        ("sclerotherapy_elsewhere", "2026-12-08")
    ]
    assert data["first_possible"]["date"] == "2026-12-08"


# ── the first time ──


def test_with_nothing_against_it_the_first_time_is_the_one_that_plan_books(run: Line) -> None:
    data = why(run, ready(run))
    assert (data["may_plan"], data["reasons"], data["none_because"]) == (True, [], None)
    assert data["first_possible"] == FIRST


@pytest.mark.parametrize(
    ("words", "told", "first"),
    [
        (("--at", "07:00"), "Mon 23 Nov 2026 09:00 with MS, at any time of day.", "2026-11-23"),
        (("--days", "sat"), "Mon 23 Nov 2026 09:00 with MS, on any weekday.", "2026-11-23"),
        (("--days", "sat", "--at", "10:00"), "Mon 23 Nov 2026 10:00 with MS, on any weekday.", "2026-11-23"),
        (("--every", "2w"), "Mon 23 Nov 2026 09:00 with MS, 4 weeks apart.", "2026-11-23"),
        (("--sessions", "5"), "Mon 23 Nov 2026 09:00 with MS, for 4 sessions.", "2026-11-23"),
        (("--start", "2199-12-31"), "Mon 23 Nov 2026 09:00 with MS, sooner than asked for.", "2026-11-23"),
        (("--injector", "RT"), "Mon 23 Nov 2026 09:00 with MS, not with RT.", "2026-11-23"),
        (
            ("--injector", "RT", "--start", "2027-01-04", "--at", "07:00", "--every", "20"),
            "Mon 4 Jan 2027 09:00 with MS, not with RT, 4 weeks apart, at any time of day.",
            "2027-01-04",
        ),
        (
            ("--by", "2026-12-01"),
            "Mon 23 Nov 2026 09:00 with MS, without --by: the full effect of the first of 4 sessions shows by "
            "Mon 21 Dec 2026.",
            "2026-11-23",
        ),
        (("--by", "2027-01-12", "--sessions", "3"), "Mon 23 Nov 2026 09:00 with MS, for 1 session.", "2026-11-23"),
        (
            ("--avoid", "2026-11-22..2029-11-22"),
            "Fri 23 Nov 2029 09:00 with MS, which is found with --start 2028-11-21.",
            "2029-11-23",
        ),
        (
            ("--consultation", "--at", "18:00"),
            "Mon 23 Nov 2026 09:00 with MS, at any time of day.",
            "2026-11-23",
        ),
        (
            ("--override", "asked for", "--start", "2026-11-24", "--at", "18:00"),
            "Tue 24 Nov 2026 09:00 with MS, at any time of day.",
            "2026-11-24",
        ),
    ],
    ids=str,
)
def test_every_refusal_ends_with_the_first_time_and_which_wish_gives_way(
    run: Line, words: tuple[str, ...], told: str, first: str
) -> None:
    number = ready(run)
    last = last_error(run.json("plan", number, *words, "--yes"))
    assert (last["message"], last["date"]) == (f"The first time that would work: {told}", first)
    data = why(run, number, *words)
    assert (data["may_plan"], data["none_because"], data["first_possible"]["date"]) == (False, None, first)


def test_a_wish_that_can_be_met_stays(run: Line) -> None:
    number = ready(run)
    planned(run, another(run), "--start", "2026-11-26", "--at", "10:00", "--sessions", 1)
    data = why(run, number, "--days", "thu", "--at", "10:00", "--avoid", "2026-12-03")
    assert data["first_possible"] == {**FIRST, "date": "2026-12-10", "start": "10:00", "end": "10:30"}


def test_hours_that_never_hold_a_session_leave_no_date(run: Line) -> None:
    number = ready(run)
    short: dict[str, list[str]] = {"mon": ["09:00-09:20"], "tue": [], "wed": [], "thu": [], "fri": []}
    assert run.json("clinic", "hours", answers=short).code == 0
    last = last_error(run.json("plan", number, "--yes"))
    because = "the opening hours never hold a session of 30 minutes"
    assert (last["message"], last["date"]) == (f"No date is known that would work: {because}.", None)
    assert why(run, number)["none_because"] == because


def test_with_nobody_who_injects_there_is_no_date(run: Line) -> None:
    number = ready(run)
    with file_of(run) as store, store.changing(who="MS", command="clinic team"):
        store.write.update("team_member", 1, {"roles": '["prescriber"]'})
    last = last_error(run.json("plan", number, "--yes"))
    assert last["message"] == "No date is known that would work: nobody on the team injects."


def test_a_clinic_closed_for_years_says_how_far_was_looked(run: Line) -> None:
    number = ready(run)
    assert run.json("clinic", "close", "2026-11-22..2032-01-01").code == 0
    last = last_error(run.json("plan", number, "--yes"))
    assert last["message"] == (
        "No date is known that would work: nothing is free, and the diary was searched to Thu 21 Nov 2030."
    )


def test_what_stands_against_the_patient_counts_before_any_wish(run: Line) -> None:
    number = found(dvt_ever="yes", cardiac="yes")(run)
    words = ("--start", "2199-01-01", "--injector", "RT", "--at", "07:00", "--every", "2w", "--sessions", "5")
    done = run.json("plan", number, *words, "--yes")
    assert (done.code, sorted(done.causes)) == (
        4,
        [
            "course_full",
            "finding_bar",
            "gap_too_short",
            "outside_hours",
            "role_missing",
            "too_far_ahead",
            "undecided",
        ],
    )
    assert last_error(done)["message"] == (
        "No date is known that would work: what makes it not suitable has no date; the prescriber has yet to decide."
    )


def test_the_first_date_in_a_refusal_can_be_booked_as_it_stands(run: Line) -> None:
    number = ready(run)
    planned(run, another(run), "--start", "2026-11-23", "--sessions", 1)
    last = last_error(run.json("plan", number, "--days", "sun", "--start", "2026-11-23", "--yes"))
    assert (last["date"], last["start"], last["injector"], last["sessions"]) == ("2026-11-23", "09:30", "MS", 4)
    booked = planned(run, number, "--start", last["date"], "--at", last["start"], "--injector", last["injector"])
    assert dates(booked["sessions"])[0] == last["date"]


def test_rooms_and_the_patients_other_bookings_count_for_the_first_time(run: Line, tmp_path: Path) -> None:
    two = [*TEAM, {"initials": "AB", "name": "Amy Bell", "roles": ["injector"]}]
    line = run.on(tmp_path / "rooms.db")
    assert line.json("clinic", "init", answers={**CLINIC, "team": two, "rooms": ["Blue", "Green"]}).code == 0
    number = ready(line)
    assert line.json("plan", number, "--consultation", "--at", "09:00", "--yes").code == 0
    planned(line, another(line), "--start", "2026-11-23", "--at", "09:30", "--sessions", 1)
    booked = why(line, number)["first_possible"]
    refused = last_error(line.json("plan", number, "--sessions", 5, "--yes"))
    shown = line.json("patient", "show", number).data["first_possible"]
    for first in (booked, refused, shown):
        assert (first["date"], first["start"], first["injector"], first["room"]) == (
            ("2026-11-23", "09:30", "MS", "Green")
        )


def test_what_was_wished_before_and_what_the_patient_has_on_count_for_the_first_time(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-24", "--sessions", 1, "--days", "tue", "--at", "10:00")
    assert run.json("patient", "event", number, "--on", "2026-12-22", "--what", "a birthday").code == 0
    refused = last_error(run.json("plan", number, "--sessions", 4, "--yes"))
    assert refused["message"] == "The first time that would work: Tue 29 Dec 2026 10:00 with MS, for 3 sessions."
    assert run.json("cancel", number, "--session", 1, "--reason", "other", "--yes").code == 0
    assert run.json("patient", "event", number, "--on", "2026-11-24", "--what", "a birthday").code == 0
    assert head(run, number) == ["First time free that fits: Tue 1 Dec 2026 10:00 with MS."]


@st.composite
def wishes(draw: st.DrawFn) -> tuple[str, ...]:
    """Some that can be met, some that can't, some that can't be met together."""
    at = draw(st.sampled_from([None, "07:00", "09:00", "10:30", "16:45"]))
    days = draw(st.sampled_from([None, "mon", "tue,thu", "sat"]))
    every = draw(st.sampled_from([None, "2w", "6w"]))
    sessions = draw(st.sampled_from([None, "1", "3", "5"]))
    start = draw(st.sampled_from([None, "2026-11-24", "2026-12-24", "2028-11-06", "2031-01-01"]))
    avoid = draw(st.sampled_from([None, "2026-11-22..2026-12-10", "2026-11-22..2028-10-30"]))
    given = {"--at": at, "--days": days, "--every": every, "--sessions": sessions, "--start": start, "--avoid": avoid}
    return tuple(word for option, value in given.items() if value for word in (option, value))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=wishes())
def test_why_and_plan_say_the_same_and_what_they_name_can_be_booked(run: Line, words: tuple[str, ...]) -> None:
    number = prepared(run)
    data, done = why(run, number, *words), run.json("plan", number, *words, "--dry-run")
    first = data["first_possible"]
    assert (data["may_plan"], done.code) in ((True, 0), (False, 4))
    if done.code == 4:
        assert {each["code"] for each in data["reasons"] if each["stops_planning"]} == set(done.causes)
        assert {key: last_error(done)[key] for key in first} == first
    exactly = ("--start", first["date"], "--at", first["start"], "--injector", first["injector"], "--sessions", 1)
    on_its_own = run.json("plan", number, *exactly, "--dry-run").data["sessions"][0]
    assert {key: on_its_own[key] for key in ("date", "start", "end", "injector", "room")} == (
        {key: value for key, value in first.items() if key not in ("sessions", "without")}
    )


def prepared(line: Line) -> int:
    """Somebody to plan for, in a diary with a closed week and two busy mornings; made once."""
    if line.json("patient", "find").data["patients"]:
        return 1
    number = ready(line)
    other = another(line)
    planned(line, other, "--start", "2026-11-23", "--sessions", 2)
    assert line.json("clinic", "close", "2026-11-30..2026-12-04").code == 0
    return number


# ── only a look ──


def test_it_writes_nothing_but_that_somebody_looked(run: Line) -> None:
    number = ready(run)
    with file_of(run) as store:
        before = (store.rows("select * from ledger"), store.rows("select * from history"))
    assert run("plan", number, "--why").code == 0
    with file_of(run) as store:
        assert (store.rows("select * from ledger"), store.rows("select * from history")) == before
        look = patients.looks(store, number)[0]
    assert (look.command, look.who, look.patient_no) == ("plan --why", "MS", number)


@pytest.mark.parametrize(
    ("words", "code", "codes"),
    [
        (("--yes",), 2, ["usage"]),
        (("--ics", "x.ics"), 2, ["usage"]),
        (("--at", "25:00"), 2, ["unreadable"]),
        (("--start", "2026-11-01"), 2, ["in_the_past"]),
        (("--injector", "ZZ"), 3, ["member_not_found"]),
    ],
    ids=str,
)
def test_a_line_that_can_not_be_understood_is_no_question(
    run: Line, words: tuple[str, ...], code: int, codes: list[str]
) -> None:
    done = run.json("plan", ready(run), "--why", *words)
    assert (done.code, done.codes) == (code, codes)


def test_it_needs_nobody_at_the_desk_and_a_patient_that_exists(run: Line) -> None:
    number = ready(run)
    assert run.by(None).json("plan", number, "--why").code == 0
    assert run.json("plan", number + 1, "--why").codes == ["not_found"]


# ── the head of the patient's page ──


def head(line: Line, number: int) -> list[str]:
    """The lines between the medicines and whether they are booked today."""
    done = line("patient", "show", number, env={"COLUMNS": "80"})
    lines = done.out.splitlines()
    start = next(place for place, row in enumerate(lines) if row.startswith("MEDICINES")) + 1
    return lines[start : next(place for place, row in enumerate(lines) if "ooked today" in row)]


def test_the_page_begins_with_what_stands_against_today(run: Line) -> None:
    number = register(run)
    screened(run, number, smoker=None, cardiac="yes", dvt_ever="yes", arterial="yes", **PREGNANT)
    assert head(run, number) == [
        "Not today: “Have you smoked or used any tobacco in the last 4 weeks, even just",
        "  now and then?” not answered yet. Next: microsclero screen 1 --for intake",
        "Not suitable: “Have you ever had a blood clot in a deep vein (a DVT), even many",
        "  years ago?” yes, on Sun 22 Nov 2026.",
        "Not today: “Do your calves hurt when you walk and stop when you rest, are your",
        "  feet cold and …” yes, on Sun 22 Nov 2026. Next: microsclero document 1",
        "Not today: “Do you have heart failure or a heart rhythm problem, have you had a",
        "  heart attack, or do you take a beta-blocker?” yes, on Sun 22 Nov 2026.",
        "Not today: “Have you been pregnant at any time in the last 3 months, however it",
        "  ended?” yes, on Sun 22 Nov 2026. Ask again on Fri 25 Dec 2026.",
    ]


def test_the_page_of_somebody_with_nothing_planned_names_the_first_time_free(run: Line) -> None:
    number = ready(run)
    assert head(run, number) == ["First time free that fits: Mon 23 Nov 2026 09:00 with MS."]
    data = run.json("patient", "show", number).data
    assert (data["why_not"], data["first_possible"]) == (
        ([], {key: value for key, value in FIRST.items() if key not in ("sessions", "without")})
    )


def test_the_first_time_free_waits_for_a_deferral(run: Line) -> None:
    deferred = found(**PREGNANT)(run)
    assert head(run, deferred)[-1] == "First time free that fits: Tue 29 Dec 2026 09:00 with MS."


def test_the_first_time_free_waits_for_the_gap(run: Line) -> None:
    line, number = given_yesterday(run)
    assert head(line, number) == [
        "Not today: Session 1 was given on Mon 23 Nov 2026; the next comes 28 days later",
        "  at the earliest, on Mon 21 Dec 2026.",
        "First time free that fits: Mon 21 Dec 2026 09:00 with MS.",
    ]


def test_the_page_of_somebody_with_a_course_names_the_next_session(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-27")
    assert head(run, number) == ["Next: session 1 on Fri 27 Nov 2026 09:00 with MS."]
    data = run.json("patient", "show", number).data
    assert (data["why_not"], data["first_possible"]) == ([], None)


def test_a_next_session_before_a_deferral_ends_is_pointed_out(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-27", "--sessions", 1)
    screened(run, number, "session", long_travel="yes", long_travel_last_on="2026-12-05")
    assert head(run, number) == [
        "Not today: “Have you had a journey of more than 4 hours in the last 7 days, or",
        "  will you have …” yes, on Sun 22 Nov 2026. Ask again on Sat 12 Dec 2026.",
        "Next: session 1 on Fri 27 Nov 2026 09:00 with MS, before Sat 12 Dec 2026: move",
        "  it.",
    ]


def test_a_booked_session_does_not_fall_with_the_intakes_age(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2027-03-01", "--sessions", 1)
    later = run.at(run.now + timedelta(days=95))
    assert head(later, number) == ["Next: session 1 on Mon 1 Mar 2027 09:00 with MS."]


@pytest.mark.parametrize("form", ["intake", "session"])
def test_the_page_names_the_form_that_was_begun(run: Line, form: str) -> None:
    number = ready(run)
    left_unfinished(run, number, form, {"pregnant": "no"})
    told = f"The {form} questionnaire is unfinished: microsclero screen {number} --for {form}"
    assert told in run("patient", "show", number).out.splitlines()
    assert run.json("patient", "show", number).data["unfinished_intake"] is (form == "intake")


def test_a_page_gives_the_same_reasons_as_plan_does(run: Line) -> None:
    number = register(run)
    screened(run, number, smoker=None, cardiac="yes", dvt_ever="yes", arterial="yes", **PREGNANT)
    assert run.json("patient", "show", number).data["why_not"] == why(run, number)["reasons"]


def test_a_page_can_be_read_where_the_rules_can_not(run: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    number = found(dvt_ever="yes")(run)
    again = another(run)
    screened(run, again, "session", acute_illness="yes")
    screened(run, again)

    def broken(*_: object) -> None:
        raise ContentError("The questions can't be read.")

    monkeypatch.setattr(content, "questionnaire", broken)
    (reason,) = run.json("patient", "show", number).data["why_not"]
    assert (reason["message"], reason["question"]) == (
        ("Not suitable while this stands: Has had a clot in a deep vein (DVT).", "dvt_ever")
    )
    data = run.json("patient", "show", again).data
    assert (data["why_not"], data["first_possible"], data["remarks"][-1]) == (
        ([], None, "Whether anything stands against a session is not known: The questions can't be read.")
    )


def modules_of(run: Line, *words: str) -> set[str]:
    """The modules a command has loaded, in a process of its own, by its end."""
    code = (
        f"from microsclero.cli import main\nsys.argv = {['microsclero', *words]}\n"
        "try:\n    main()\nexcept SystemExit:\n    pass"
    )
    return modules_after(code, MICROSCLERO_FILE=str(run.file), MICROSCLERO_AS="MS")


@pytest.mark.parametrize("is_planned", [True, False], ids=["planned", "nothing planned"])
def test_the_questions_are_not_read_for_somebody_with_nothing_against_them(run: Line, is_planned: bool) -> None:
    number = ready(run)
    if is_planned:
        planned(run, number)
    loaded = modules_of(run, "patient", "show", str(number), "--json")
    assert "microsclero.desk.why_not" in loaded
    # A newer Typer brings hashlib along for any command at all.
    read = loaded - modules_of(run, "patient", "find", "--json")
    unread = {"tomllib", "hashlib", "holidays", "microsclero.content.build", "microsclero.questionnaire"}
    assert unread & read == set()
    assert ("microsclero.schedule" in loaded) is not is_planned


def test_the_quick_look_goes_by_the_released_numbers() -> None:
    assert (pinned.QUESTIONNAIRE_IN_FORCE, pinned.INTAKE_VALID_DAYS, CoursePolicy()) == (
        (content.version_in_force(), content.intake_valid_days(), content.course())
    )


# ── as it is shown ──


def everything_at_once(line: Line) -> tuple[object, ...]:
    number = register(line, allergies="[lidocaine]: rash, 2019")
    screened(line, number, smoker=None, cardiac="yes", dvt_ever="yes", varicose_or_cvi="yes", pregnant="unsure")
    return (number,)


def only_a_date(line: Line) -> tuple[object, ...]:
    return (found(**PREGNANT)(line),)


def a_wish_in_vain(line: Line) -> tuple[object, ...]:
    return (ready(line), "--at", "07:00", "--every", "2w")


def nothing_against_it(line: Line) -> tuple[object, ...]:
    return (ready(line),)


SCREENS = {
    "plan_why": everything_at_once,
    "plan_why_a_date": only_a_date,
    "plan_why_a_wish": a_wish_in_vain,
    "plan_why_nothing": nothing_against_it,
}


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("name", SCREENS)
def test_why_looks_as_it_was_reviewed(run: Line, name: str, columns: int) -> None:
    done = run("plan", *SCREENS[name](run), "--why", env={"COLUMNS": str(columns)})
    assert (done.code, done.err) == (0, "")
    assert [row for row in done.out.splitlines() if len(row) > columns] == []
    assert done.out == as_reviewed(f"{name}.{columns}.txt", done.out)
