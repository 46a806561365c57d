"""What stood against the diary before a change stands in no one's way back to it, and is said; what came since does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Line, another, dates, planned, ready, screened
from tests.cli.test_deciding_flow import decide
from tests.cli.undoing import OTHER_INJECTOR, last_entry, refused, undone, values

DAY = "2026-12-01"
CLOSED = "the clinic is closed that day (Staff training)"
BACK = "As before: Session 1 of patient 1 would be back on Tue 1 Dec 2026 09:00, and a deferral lasts until {}."
STANDS = "As before: Session 1 of patient 1 would stand on Tue 1 Dec 2026 09:00, and {}."


def booked(line: Line, *words: object) -> int:
    """A patient with one session on Tuesday 1 December at nine."""
    number = ready(line)
    assert planned(line, number, "--start", DAY, "--sessions", 1, *words)["sessions"][0]["date"] == DAY
    return number


def close(line: Line, *words: object, day: str = DAY) -> None:
    assert line.json("clinic", "close", day, "--reason", "Staff training", *words).code == 0


def cancel(line: Line, number: int) -> None:
    assert line.json("cancel", number, "--session", 1, "--reason", "other", "--yes").code == 0


def deferred(line: Line, number: int, ended_on: str) -> None:
    """Not before three months after that day."""
    screened(line, number, recently_pregnant="yes", recently_pregnant_ended_on=ended_on)


def undone_to(line: Line, before: Any, *words: object) -> list[str]:
    """Taken back to exactly that diary; what is said of it."""
    data = undone(line, "--yes", *words).data
    assert values(line) == before
    remarks: list[str] = data["remarks"]
    return remarks


# ── screenings, decisions and age ──


def test_a_closure_is_undone_over_a_deferral_that_was_found_before_it(run: Line) -> None:
    number, other = booked(run), another(run)
    planned(run, other, "--start", DAY, "--sessions", 1)
    deferred(run, number, "2026-09-14")
    before = values(run)
    close(run, "--move", "--yes")
    assert undone_to(run, before) == [BACK.format("Mon 14 Dec 2026")]
    assert run.json("record", "check").data["ok"] is True


def test_the_same_deferral_found_since_refuses_it(run: Line) -> None:
    number = booked(run)
    close(run, "--move", "--yes")
    deferred(run, number, "2026-09-14")
    assert refused(run) == (4, ["deferred"])


@pytest.mark.parametrize("known_until", ["2026-12-14", "2027-01-14"])
def test_another_deferral_found_since_refuses_it_and_is_the_one_that_is_named(run: Line, known_until: str) -> None:
    number = booked(run)
    deferred(run, number, {"2026-12-14": "2026-09-14", "2027-01-14": "2026-10-14"}[known_until])
    close(run, "--move", "--yes")
    screened(run, number, "session", long_travel="yes", long_travel_last_on="2026-12-20")
    done = undone(run, "--yes")
    assert (done.code, [(each["code"], each["not_before"]) for each in done.envelope["errors"]]) == (
        4,
        [("deferred", "2026-12-27")],
    )


def test_a_move_is_undone_over_a_finding_that_waited_for_the_prescriber_before_it(run: Line) -> None:
    number = booked(run)
    screened(run, number, cardiac="yes")
    before = values(run)
    assert run.json("move", number, "--session", 1, "--to", "2026-12-03", "--yes").code == 0
    assert undone_to(run, before) == [
        f"As before: Patient {number}: cardiac is for a prescriber to decide: microsclero decide {number}"
    ]


@pytest.mark.parametrize("answers", [{"dvt_ever": "yes"}, {"varicose_or_cvi": "yes"}])
def test_what_stands_for_good_refuses_it_only_where_it_was_found_since(run: Line, answers: dict[str, str]) -> None:
    number = booked(run)
    before = values(run)
    cancel(run, number)
    screened(run, number, **answers)
    code, codes = refused(run)
    assert (code, codes[0] in ("finding_bar", "finding_refer")) == (4, True)
    screened(run, number)
    assert undone_to(run, before) == []
    screened(run, number, **answers)
    cancel(run, number)
    (remark,) = undone_to(run, before)
    assert remark.startswith(f"As before: Patient {number}: ")


def test_a_prescriber_s_no_refuses_it_only_where_it_was_said_since(run: Line) -> None:
    number = booked(run)
    screened(run, number, cardiac="yes")
    before = values(run)
    cancel(run, number)
    assert decide(run, number, ("cardiac", "decline")).code == 0
    assert refused(run) == (4, ["declined"])
    entry = last_entry(run, "cancel")
    assert decide(run, number, ("cardiac", "proceed")).code == 0
    assert undone_to(run, before, "--change", entry) == []
    assert decide(run, number, ("cardiac", "decline")).code == 0
    cancel(run, number)
    (remark,) = undone_to(run, before)
    assert remark.startswith(f"As before: Patient {number}: cardiac was declined")


def test_a_date_of_birth_refuses_it_only_where_it_was_corrected_since(run: Line) -> None:
    number = booked(run)
    before = values(run)
    cancel(run, number)
    assert run.json("patient", "edit", number, answers={"born_on": "2009-01-01"}).code == 0
    assert refused(run) == (4, ["birth_date_changed", "under_age"])
    assert run.json("patient", "edit", number, answers={"born_on": "1980-02-03"}).code == 0
    assert undone_to(run, before) == []
    assert run.json("patient", "edit", number, answers={"born_on": "2009-01-01"}).code == 0
    cancel(run, number)
    assert undone_to(run, before) == [
        f"As before: Patient {number}: The date of birth was corrected after this screening: "
        "microsclero screen 1 --for intake",
        f"As before: Patient {number} is 18 on Fri 1 Jan 2027, not before.",
    ]


# ── hours, and who is there ──

AGAINST: dict[str, tuple[tuple[object, ...], str]] = {
    "closed": (("clinic", "close", DAY, "--reason", "Staff training"), CLOSED),
    "other hours": (("clinic", "close", DAY, "--open", "12:00-15:00"), "the clinic's hours are 12:00-15:00"),
    "leave": (("clinic", "away", "MS", DAY), "MS is away"),
    "a break": (("clinic", "away", "MS", DAY, "--hours", "09:00-10:00"), "MS has a break 09:00-10:00"),
    "hours of the week": (("clinic", "hours"), "the clinic is closed that day (closed on Tuesdays)"),
    "another weekday": (("clinic", "team"), "MS does not work on Tuesdays"),
}
TYPED: dict[str, dict[str, Any]] = {
    "hours of the week": {"tue": []},
    "another weekday": {"initials": "MS", "weekdays": ["mon", "wed"]},
}


def against(line: Line, what: str) -> str:
    """Something that leaves a session of 1 December where nobody can give it; what is said of that."""
    words, told = AGAINST[what]
    done = line.json(*words, answers=TYPED.get(what))
    assert done.code == 0, done
    return told


@pytest.mark.parametrize("what", AGAINST)
def test_a_cancellation_is_undone_where_the_session_had_stood_against_the_hours_already(run: Line, what: str) -> None:
    number = booked(run)
    told = against(run.by("RT"), what)
    before = values(run)
    cancel(run, number)
    assert undone_to(run, before) == [STANDS.format(told)]


@pytest.mark.parametrize("what", AGAINST)
def test_what_was_entered_after_the_cancellation_refuses_it(run: Line, what: str) -> None:
    number = booked(run)
    cancel(run, number)
    against(run.by("RT"), what)
    code, codes = refused(run)
    assert (code, set(codes) <= {"closed", "outside_hours", "injector_away"}) == (4, True)


def test_what_is_new_refuses_it_beside_what_is_not(run: Line) -> None:
    number = booked(run)
    close(run)
    cancel(run, number)
    against(run.by("RT"), "leave")
    assert refused(run) == (4, ["injector_away"])
    against_again = ("clinic", "close", DAY, "--reason", "Flood")
    assert run.by("RT").json(*against_again).code == 0
    assert refused(run) == (4, ["closed", "injector_away"])


def test_a_closure_that_was_taken_back_before_the_cancellation_is_no_closure(run: Line) -> None:
    number = booked(run)
    close(run)
    assert run.json("clinic", "close", DAY, "--undo").code == 0
    cancel(run, number)
    close(run.by("RT"))
    assert refused(run) == (4, ["closed"])


def test_a_session_goes_back_to_a_day_that_was_closed_when_it_was_moved_off_it(run: Line) -> None:
    number = booked(run)
    close(run)
    before = values(run)
    assert run.json("move", number, "--session", 1, "--to", "2026-12-03", "--yes").code == 0
    assert undone_to(run, before) == [STANDS.format(CLOSED)]


def test_a_session_that_only_gets_its_number_back_is_asked_for_no_hours(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", DAY, "--sessions", 2)
    before = values(run)
    cancel(run, number)
    run.by("RT").json("clinic", "close", "2026-12-29")
    closed_then = ("closure", 1)
    assert undone(run, "--yes").data["remarks"] == []
    assert {key: row for key, row in values(run).items() if key != closed_then} == before


def test_leave_that_comes_back_over_a_session_that_stood_there_before_it_was_taken_back_is_said(run: Line) -> None:
    assert run.json("clinic", "team", answers=OTHER_INJECTOR).code == 0
    number = booked(run, "--injector", "DR")
    assert run.json("clinic", "away", "DR", DAY).code == 0
    before = values(run)
    assert run.json("clinic", "away", "DR", DAY, "--undo").code == 0
    assert undone_to(run, before) == [
        f"As before: Session 1 of patient {number} would stand on Tue 1 Dec 2026 09:00, and DR is away."
    ]


def test_it_is_said_on_the_screen_before_the_reason(run: Line) -> None:
    number = booked(run)
    close(run)
    cancel(run, number)
    told = run("record", "undo", "--reason", "a slip", "--yes").out
    assert " ".join(told.split()).endswith(f"{STANDS.format(CLOSED)} Reason: a slip")


# ── the patient's own days ──


def test_a_session_that_comes_back_to_the_patients_own_day_is_said_as_a_move_says_it(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    assert run.json("move", number, "--session", 1, "--to", "2026-12-08", "--yes").code == 0
    assert run.json("patient", "event", number, "--on", "2026-12-01", "--what", "[b]wedding").code == 0
    words = (
        "Tue 1 Dec 2026 ([b]wedding): session 1 is on Tue 1 Dec 2026. "
        "Say: “Your session is booked for that day. Shall we find another?”"
    )
    shown = run("record", "undo", "--reason", "wrong", "--dry-run", env={"COLUMNS": "200"})
    assert (shown.code, [line.rstrip() for line in shown.out.splitlines()[-2:]]) == (
        0,
        [f"! {words}", "Reason: wrong"],
    )
    data = undone(run, "--yes").data
    assert (dates(data["sessions"]), data["remarks"]) == (["2026-12-01"], [words])


def test_care_that_meets_the_patients_own_days_is_said_and_what_stays_where_it_is_says_nothing(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 3)
    assert run.json("move", number, "--session", 2, "--to", "2027-01-05", "--yes").code == 0
    for day, what in (("2026-12-02", "party"), ("2027-01-01", "wedding")):
        assert run.json("patient", "event", number, "--on", day, "--what", what).code == 0
    (remark,) = undone(run, "--yes").data["remarks"]
    assert remark.startswith("Fri 1 Jan 2027 (wedding) falls into the aftercare of session 2 (Tue 29 Dec 2026 to ")
