"""What of a patient's screenings stands: against planning, against moving sooner, and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import Line, Result, dates, planned, ready, register, screened
from tests.cli.test_deciding_flow import decide

FIRST, SOONER, LATER = "2026-12-03", "2026-12-01", "2026-12-08"
WHOLE: dict[str, tuple[dict[str, str | None], str]] = {
    "incomplete": ({"pregnant": None}, "unanswered"),
    "undecided": ({"cardiac": "yes"}, "undecided"),
    "not sure": ({"pregnant": "unsure"}, "finding_defer"),
    "journey without its day": ({"long_travel": "yes"}, "finding_defer"),
    "refer": ({"arterial": "yes"}, "finding_refer"),
    "bar": ({"dvt_ever": "yes"}, "finding_bar"),
}
# What no intake asks, and what it comes to.
ONLY_AT_A_SESSION: dict[str, tuple[dict[str, str | None], str]] = {
    "since_last": ({"since_last": "yes"}, "finding_defer"),
    "acute_illness": ({"acute_illness": "yes"}, "finding_defer"),
    "acute_illness not sure": ({"acute_illness": "unsure"}, "undecided"),
    "skin_at_site": ({"skin_at_site": "yes"}, "finding_defer"),
    "long_travel": ({"long_travel": "yes"}, "finding_defer"),
    "medicines_changed": ({"medicines_changed": "yes"}, "undecided"),
    "unanswered": ({"acute_illness": None, "skin_at_site": None}, "unanswered"),
}


def plan(line: Line, number: int, *words: object) -> Result:
    return line.json("plan", number, *words, "--yes")


def move(line: Line, number: int, to: str) -> Result:
    return line.json("move", number, "--session", 1, "--to", to, "--yes")


def booked(line: Line) -> int:
    """A patient with one session on the first Thursday of December."""
    number = ready(line)
    assert dates(planned(line, number, "--start", FIRST, "--sessions", 1)["sessions"]) == [FIRST]
    return number


@pytest.mark.parametrize("what", WHOLE)
def test_a_session_screening_newer_than_the_intake_counts_whole(run: Line, what: str) -> None:
    changed, code = WHOLE[what]
    number = ready(run)
    screened(run, number, "session", **changed)
    done = plan(run, number)
    assert (done.code, done.causes) == (4, [code])
    assert "Screened for a session on Sun 22 Nov 2026" in done.envelope["errors"][0]["message"]
    assert run.json("plan", number, "--dry-run").causes == [code], "looking passes the same gates"
    screened(run, number)
    assert plan(run, number, "--start", "2027-01-11").code == (0 if what != "journey without its day" else 4)


def test_a_finding_declined_at_a_session_keeps_planning_closed(run: Line) -> None:
    number = ready(run)
    screened(run, number, "session", cardiac="yes")
    assert decide(run, number, ("cardiac", "decline")).data["may_plan"] is False
    assert (plan(run, number).code, plan(run, number).causes) == (4, ["declined"])


def test_a_finding_of_a_session_decided_proceed_opens_planning(run: Line) -> None:
    number = ready(run)
    screened(run, number, "session", cardiac="yes")
    assert decide(run, number, ("cardiac", "proceed")).data["may_plan"] is True
    assert plan(run, number).code == 0


# What happened after the last session stands until it is reported as a reaction, whatever is answered later.
UNTIL_REPORTED = {"since_last"}


@pytest.mark.parametrize("what", [what for what in ONLY_AT_A_SESSION if what not in UNTIL_REPORTED])
def test_what_only_a_session_asks_stands_through_a_newer_intake_until_the_next_session(run: Line, what: str) -> None:
    changed, code = ONLY_AT_A_SESSION[what]
    number = ready(run)
    screened(run, number, "session", **changed)
    assert screened(run, number)["outcome"] == "suitable"
    done = plan(run, number)
    assert (done.code, done.causes) == (4, [code])
    if code == "unanswered":
        assert done.envelope["errors"][0]["unanswered"] == list(changed)
    assert screened(run, number, "session")["outcome"] == "suitable"
    assert plan(run, number).code == 0


def test_what_an_intake_asks_too_is_answered_anew_by_a_newer_intake(run: Line) -> None:
    number = ready(run)
    screened(run, number, "session", cardiac="yes", dvt_ever="unsure", acute_illness="yes")
    screened(run, number)
    errors = plan(run, number).envelope["errors"]
    assert [error.get("rule") for error in errors] == ["acute_illness", None]


def test_a_journey_told_at_a_session_is_waited_for_after_a_newer_intake_too(run: Line) -> None:
    number = ready(run)
    data = screened(run, number, "session", long_travel="yes", long_travel_last_on="2026-12-05")
    assert data["ask_again_on"] == "2026-12-12"
    for _ in range(2):
        proposed = run.json("plan", number, "--dry-run", "--sessions", 1).data
        assert dates(proposed["sessions"]) == ["2026-12-14"]
        screened(run, number)


@pytest.mark.parametrize("word", ["proceed", "decline"])
def test_changed_medicines_stay_decided_as_they_were_after_a_newer_intake(run: Line, word: str) -> None:
    number = ready(run)
    screened(run, number, "session", medicines_changed="yes")
    assert decide(run, number, ("medicines_changed", word)).code == 0
    screened(run, number)
    done = plan(run, number)
    assert (done.code, [] if done.code == 0 else done.causes) == ((0, []) if word == "proceed" else (4, ["declined"]))


@pytest.mark.parametrize("what", ["bar", "refer", "declined"])
def test_who_is_not_suitable_is_not_moved_at_all(run: Line, what: str) -> None:
    number = booked(run)
    changed, _ = WHOLE["undecided" if what == "declined" else what]
    screened(run, number, "session", **changed)
    if what == "declined":
        assert decide(run, number, ("cardiac", "decline")).code == 0
    for to in (SOONER, LATER):
        done = move(run, number, to)
        assert (done.code, done.causes) == (4, ["declined" if what == "declined" else f"finding_{what}"]), to
    assert run.json("cancel", number, "--session", 1, "--reason", "contraindication", "--yes").code == 0


@pytest.mark.parametrize("what", ["incomplete", "undecided", "not sure", "journey without its day"])
def test_what_only_has_to_pass_lets_a_session_be_put_off_never_brought_forward(run: Line, what: str) -> None:
    number = booked(run)
    changed, code = WHOLE[what]
    screened(run, number, "session", **changed)
    for to in (SOONER, FIRST):
        done = move(run, number, to)
        assert (done.code, done.causes) == (4, [code]), to
    assert dates(move(run, number, LATER).data["sessions"]) == [LATER]


@pytest.mark.parametrize("purpose", ["intake", "session"])
def test_a_dated_deferral_moves_a_session_to_that_day_or_later(run: Line, purpose: str) -> None:
    number = booked(run)
    changed = {"recently_pregnant": "yes", "recently_pregnant_ended_on": "2026-09-14"}
    assert screened(run, number, purpose, **changed)["ask_again_on"] == "2026-12-14"
    for to in (SOONER, LATER, "2026-12-11"):
        assert (move(run, number, to).code, move(run, number, to).causes) == (4, ["deferred"]), to
    assert move(run, number, "2026-12-14").code == 0
    assert move(run, number, "2026-12-16").code == 0


def test_an_intake_grown_old_lets_what_is_booked_be_moved(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2027-03-01", "--sessions", 1)
    old = run.at(run.now + timedelta(days=95))
    assert plan(old, number).code == 4
    assert move(old, number, "2027-03-02").code == 0


def test_a_date_of_birth_corrected_after_the_screening_asks_for_another(run: Line) -> None:
    number = booked(run)
    edited = run.json("patient", "edit", number, answers={"born_on": "1981-02-03"}).data
    assert edited["remarks"] == [
        "The screenings rest on the old date of birth: microsclero screen 1 --for intake. "
        "1 planned session stays booked until then."
    ]
    assert plan(run, number).causes == ["birth_date_changed"]
    assert (move(run, number, SOONER).code, move(run, number, SOONER).causes) == (4, ["birth_date_changed"])
    assert move(run, number, LATER).code == 0
    screened(run, number)
    assert plan(run, number).code == 0


def test_another_detail_corrected_says_nothing_of_screenings(run: Line) -> None:
    number = booked(run)
    assert run.json("patient", "edit", number, answers={"gp": "Dr Ray", "born_on": "1980-02-03"}).data["remarks"] == []
    assert plan(run, number).code == 0


def test_an_intake_signed_in_the_future_is_none_to_plan_on(run: Line) -> None:
    number = ready(run)
    set_back = run.at(run.now - timedelta(days=2))
    done = plan(set_back, number)
    assert (done.code, done.causes) == (4, ["intake_too_old"])
    assert "check the clock" in done.envelope["errors"][0]["message"]


DUPLEX: dict[str, Any] = {"kind": "duplex", "dated_on": "2026-11-20", "summary": "No reflux."}


def after(line: Line, hours: int) -> Line:
    return line.at(line.now + timedelta(hours=hours))


def test_what_lay_in_the_record_before_is_no_answer_to_a_new_finding(run: Line) -> None:
    number = register(run)
    assert run.json("document", number, answers=DUPLEX).code == 0
    later = after(run, 1)
    assert screened(later, number, varicose_or_cvi="yes")["outcome"] == "refer"
    assert decide(later, number, ("varicose_or_cvi", "proceed")).code == 4
    assert plan(later, number).causes == ["finding_refer"]
    assert run.at(later.now).json("document", number, answers=DUPLEX).data["now_for_review"] == ["varicose_or_cvi"]
    assert decide(later, number, ("varicose_or_cvi", "proceed")).data["may_plan"] is True


def test_a_document_goes_on_counting_while_the_finding_is_made_again_and_again(run: Line) -> None:
    number = register(run)
    screened(run, number, varicose_or_cvi="yes")
    assert after(run, 1).json("document", number, answers=DUPLEX).code == 0
    again = after(run, 2)
    assert screened(again, number, varicose_or_cvi="yes")["outcome"] == "refer"
    assert decide(again, number, ("varicose_or_cvi", "proceed")).data["may_plan"] is True


def test_a_finding_that_went_and_came_back_wants_a_new_document(run: Line) -> None:
    number = register(run)
    screened(run, number, varicose_or_cvi="yes")
    assert after(run, 1).json("document", number, answers=DUPLEX).code == 0
    screened(after(run, 2), number)
    back = after(run, 3)
    screened(back, number, varicose_or_cvi="yes")
    assert plan(back, number).causes == ["finding_refer"]


def test_a_document_from_before_the_patients_birth_is_refused(run: Line) -> None:
    number = register(run)
    screened(run, number, varicose_or_cvi="yes")
    done = run.json("document", number, answers={**DUPLEX, "dated_on": "1980-02-02"})
    assert done.code == 2, done
    assert run.json("patient", "show", number).data["documents"] == []
    assert run.json("document", number, answers={**DUPLEX, "dated_on": "1980-02-03"}).code == 0
