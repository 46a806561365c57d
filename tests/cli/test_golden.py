"""The screens as a practitioner sees them, at 80 and at 120 columns: read the golden files in a review."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.builders import Line, form, planned, ready, register, screened, untroubled
from tests.reviewed import as_reviewed

MONDAY_8 = datetime(2026, 12, 28, 8, 0, tzinfo=UTC)
TUESDAY_8 = datetime(2026, 12, 29, 8, 0, tzinfo=UTC)
CLOTS = {"family_name": "Ahmed-Świątek", "given_name": "Nadia"}

Words = tuple[Line, tuple[object, ...]]


def a_course(line: Line) -> int:
    number = ready(line, allergies="[lidocaine]: rash, 2019", notes="Prefers mornings.")
    planned(line, number, "--start", "2026-11-27")
    return number


def neighbours(line: Line) -> None:
    """Others on the same days, in every state that `today` speaks of."""
    arabic = ready(line, given_name="محمد", family_name="العلي", born_on="1990-05-06", phone="020 7946 0002")
    planned(line, arabic, "--start", "2026-12-29", "--at", "10:00", "--sessions", 1)
    waiting = register(line, given_name="Bea", family_name="O'Neill", born_on="1971-01-09", phone="020 7946 0003")
    screened(line, waiting, cardiac="yes")
    deferred = register(line, given_name="Cleo", family_name="Park", born_on="1995-01-09", phone="020 7946 0004")
    screened(line, deferred, recently_pregnant="yes", recently_pregnant_ended_on="2026-09-25")
    gone_by = ready(line, given_name="Dot", family_name="Quill", born_on="1960-01-09", phone="020 7946 0005")
    planned(line, gone_by, "--start", "2026-12-01", "--sessions", 1)
    soon = ready(line, given_name="Eve", family_name="Ray", born_on="1961-01-09", phone="020 7946 0006")
    planned(line, soon, "--start", "2026-12-31", "--sessions", 1)


def outcome(**changed: str | None) -> Callable[[Line], Words]:
    def call(line: Line) -> Words:
        return line, ("screen", register(line, **CLOTS), untroubled(form(line), **changed))

    return call


def today(line: Line) -> Words:
    a_course(line)
    neighbours(line)
    return line.at(TUESDAY_8), ("today",)


def today_in_initials(line: Line) -> Words:
    return today(line)[0], ("today", "--initials")


def today_with_a_stop(line: Line) -> Words:
    called = today(line)[0]
    screened(called, 1, "session", cardiac="yes", smoker="yes")
    return called, ("today",)


def today_with_nobody_there(line: Line) -> Words:
    """The day after tomorrow closed, MS on leave at the end of January, and somebody rung about it already."""
    called = today(line)[0]
    called.json("clinic", "close", "2026-12-31", "--reason", "Water damage")
    called.json("clinic", "away", "MS", "2027-01-25..2027-01-29")
    called.json("call", 6, "--about", "stranded", "--outcome", "message_left")
    return called, ("today",)


def a_quiet_day(line: Line) -> Words:
    return line, ("today",)


def agenda(line: Line) -> Words:
    a_course(line)
    neighbours(line)
    return line.at(MONDAY_8), ("agenda", "--from", "2026-12-24", "--days", 10)


def plan(line: Line) -> Words:
    return line, ("plan", ready(line), "--start", "2026-11-27", "--yes")


def proposal(line: Line) -> Words:
    return line, ("plan", ready(line), "--start", "2026-11-27", "--every", "8w", "--dry-run")


def wedding(line: Line) -> int:
    """A patient with a wedding in spring and a party near the first session."""
    number = ready(line, given_name="Flo", family_name="Stone", born_on="1991-01-09")
    line.json("patient", "event", number, "--on", "2027-01-26", "--what", "wedding [Leeds]")
    line.json("patient", "event", number, "--on", "2026-12-05..2026-12-06", "--what", "Christmas market")
    return number


def plan_around_a_wedding(line: Line) -> Words:
    return line, ("plan", wedding(line), "--start", "2026-11-27", "--days", "tue,fri", "--at", "10:00", "--yes")


def plan_by_a_date(line: Line) -> Words:
    return line, ("plan", wedding(line), "--by", "2027-02-20", "--every", "5w", "--dry-run")


def consultation(line: Line) -> Words:
    return line, ("plan", wedding(line), "--consultation", "--start", "2026-12-05", "--at", "15:00", "--yes")


def override(line: Line) -> Words:
    a_course(line)
    words = ("--start", "2026-11-27", "--at", "09:15", "--override", "Flies on Saturday.")
    return line, ("plan", wedding(line), *words, "--dry-run")


def patient_event(line: Line) -> Words:
    number = a_course(line)
    line.json("patient", "event", number, "--on", "2027-01-28", "--what", "wedding")
    return line, ("patient", "event", number, "--on", "2026-12-29", "--what", "exam")


def move(line: Line) -> Words:
    return line, ("move", a_course(line), "--session", 2, "--to", "2026-12-29", "--at", "14:30", "--yes")


def cancel(line: Line) -> Words:
    return line, ("cancel", a_course(line), "--session", 3, "--reason", "patient_away", "--dry-run")


def move_with_those_that_follow(line: Line) -> Words:
    """A bank holiday, the patient's own day, a date set by hand, and two who inject."""
    line.json("clinic", "team", answers={"initials": "AB", "name": "Amy Bell", "roles": ["injector"]})
    number = ready(line)
    planned(line, number, "--start", "2027-01-25", "--injector", "MS")
    line.json("patient", "event", number, "--on", "2027-03-31", "--what", "wedding [of my sister]")
    line.json("move", number, "--session", 4, "--to", "2027-05-04", "--at", "14:30", "--yes")
    return line, ("move", number, "--session", 2, "--to", "2027-03-01", "--at", "10:00", "--dry-run")


def rebook(line: Line) -> Words:
    number = a_course(line)
    later = line.at(TUESDAY_8.replace(hour=10))
    assert later.json("missed", number, "--session", 2, "--yes").code == 0
    return later, ("rebook", number, "--start", "2027-01-04", "--yes")


def closing(line: Line) -> Words:
    a_course(line)
    neighbours(line)
    return line, ("clinic", "close", "2026-12-29..2026-12-31", "--reason", "Water damage", "--move", "--dry-run")


def leave(line: Line) -> Words:
    """AB is there on the first of the three days only."""
    a_course(line)
    neighbours(line)
    line.json("clinic", "team", answers={"initials": "AB", "name": "Amy Bell", "roles": ["injector"]})
    line.json("clinic", "away", "AB", "2026-12-30..2026-12-31")
    return line, ("clinic", "away", "MS", "2026-12-29..2026-12-31", "--reason", "skiing [Alps]", "--move", "--dry-run")


def patient_show(line: Line) -> Words:
    number = a_course(line)
    screened(line, number, "session", smoker="yes", immobile="unsure")
    return line, ("patient", "show", number)


def patient_find(line: Line) -> Words:
    a_course(line)
    neighbours(line)
    return line, ("patient", "find")


def clinic_show(line: Line) -> Words:
    line.json("clinic", "close", "2026-12-24", "--reason", "Staff party")
    return line, ("clinic", "show")


SCREENS: dict[str, Callable[[Line], Words]] = {
    "today": today,
    "today_initials": today_in_initials,
    "today_screening": today_with_a_stop,
    "today_stranded": today_with_nobody_there,
    "today_quiet": a_quiet_day,
    "agenda": agenda,
    "plan": plan,
    "plan_proposal": proposal,
    "plan_wedding": plan_around_a_wedding,
    "plan_by": plan_by_a_date,
    "plan_consultation": consultation,
    "plan_override": override,
    "patient_event": patient_event,
    "move": move,
    "cancel": cancel,
    "move_course": move_with_those_that_follow,
    "rebook": rebook,
    "closing": closing,
    "leave": leave,
    "patient_show": patient_show,
    "patient_find": patient_find,
    "clinic_show": clinic_show,
    "outcome_suitable": outcome(minocycline_or_iron="yes"),
    "outcome_bar": outcome(smoker="yes", clot_risk_hormones="yes", cardiac="yes"),
    "outcome_refer": outcome(varicose_or_cvi="yes", largest_vein_mm="3.5"),
    "outcome_defer_with_a_date": outcome(recently_pregnant="yes", recently_pregnant_ended_on="2026-10-31"),
    "outcome_defer_not_sure": outcome(pregnant="unsure"),
    "outcome_incomplete": outcome(dvt_ever=None, smoker=None),
    "outcome_review": outcome(migraine_aura="yes", smoker="yes"),
}


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_looks_as_it_was_reviewed(run: Line, name: str, columns: int) -> None:
    line, words = SCREENS[name](run)
    answers = words[-1] if isinstance(words[-1], dict) else None
    done = line(*(words[:-1] if answers else words), answers=answers, env={"COLUMNS": str(columns)})
    assert (done.code, done.err) == (0, "")
    assert [row for row in done.out.splitlines() if len(row) > columns + 2] == []
    assert done.out == as_reviewed(f"{name}.{columns}.txt", done.out)
