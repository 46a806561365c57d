"""What stands against a booking shows wherever the booking stands, from the moment it came up; and what waits shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import Line, planned, ready, register, screened
from tests.chair_builders import agreed
from tests.cli.test_deciding_flow import decide
from tests.cli.worklist import TUESDAY_24, call, lines, missed, on, page, record, treated

THURSDAY = "2026-11-26"
PAPER = {"dated_on": "2026-11-20", "summary": "No reflux."}
STRUCK = {"reason": "another patient's", "entered_in_error": True}


def marks(line: Line) -> tuple[list[str], list[str | None], list[str | None]]:
    """On the agenda of Thursday today, at the call two days before, and on the day itself."""
    (day,) = line.json("agenda", "--from", THURSDAY, "--days", 1).data["days"]
    (session,) = day["sessions"]
    calls = [each["screening"] for each in page(on(line, TUESDAY_24))["preparation_calls"]]
    return session["against"], calls, [each["screening"] for each in page(on(line, THURSDAY))["sessions"]]


def booked(line: Line, number: int) -> int:
    planned(line, number, "--start", THURSDAY, "--sessions", 1)
    assert marks(line) == ([], [None], [None])
    return number


def filed(line: Line, number: int, kind: str = "duplex") -> int:
    done: int = line.json("document", number, answers={"kind": kind, **PAPER}).data["document"]
    return done


def test_a_struck_out_document_takes_what_was_decided_on_it_along(run: Line) -> None:
    number = register(run)
    screened(run, number, varicose_or_cvi="yes")
    document = filed(run, number)
    assert decide(run, number, ("varicose_or_cvi", "proceed")).code == 0
    booked(run, number)
    assert run.json("amend", "document", document, answers=STRUCK).code == 0
    assert marks(run) == (["another opinion first"], ["refer"], ["refer"])
    assert reviews(run) == [("intake screening, document struck out, duplex wanted", f"microsclero document {number}")]
    later = on(run, "2026-11-23")
    filed(later, number)
    assert marks(later) == (["for a prescriber"], ["review"], ["review"]), "nobody has looked at the paper in its place"
    assert reviews(later) == [("intake screening, document filed", f"microsclero decide {number}")]
    assert later.json("plan", number, "--dry-run").causes == ["undecided"]
    assert decide(later, number, ("varicose_or_cvi", "proceed")).code == 0
    assert (marks(later), reviews(later)) == (([], [None], [None]), [])


def test_consent_taken_back_is_seen_before_the_patient_comes(run: Line) -> None:
    number = booked(run, ready(run))
    agreed(run, number)
    assert marks(run) == ([], [None], [None])
    agreed(run, number, given=False)
    assert marks(run) == (["consent taken back"], ["consent_withdrawn"], ["consent_withdrawn"])
    agreed(run, number)
    assert marks(run) == ([], [None], [None])


def test_a_corrected_date_of_birth_is_seen_until_they_are_screened_by_it(run: Line) -> None:
    number = booked(run, ready(run))
    assert run.json("patient", "edit", number, answers={"born_on": "1981-02-03"}).code == 0
    assert marks(run) == (["date of birth corrected, screen again"], ["birth_date_changed"], ["birth_date_changed"])
    there = on(run, THURSDAY)
    (why,) = [
        each for each in there.json("plan", number, "--why").data["reasons"] if each["code"] == "birth_date_changed"
    ]
    assert why["next"] == f"microsclero screen {number} --for intake"
    screened(there, number)
    assert [each["screening"] for each in page(there)["sessions"]] == [None]


def reviews(line: Line) -> list[tuple[str, str]]:
    return [(each["what"], each["next"]) for each in lines(line, "review")]


def test_a_document_answers_the_same_finding_of_a_later_screening(run: Line) -> None:
    number = register(run)
    screened(run, number, varicose_or_cvi="yes")
    filed(run, number)
    waits = [("intake screening, document filed", f"microsclero decide {number}")]
    assert reviews(run) == waits
    later = on(run, TUESDAY_24)
    screened(later, number, varicose_or_cvi="yes")
    assert reviews(later) == waits
    assert decide(later, number, ("varicose_or_cvi", "proceed")).code == 0
    assert reviews(later) == []


def test_of_two_documents_the_one_that_has_not_come_is_named(run: Line) -> None:
    number = register(run)
    screened(run, number, varicose_or_cvi="yes", arterial="yes")
    assert reviews(run) == []
    filed(run, number, "abpi")
    assert reviews(run) == [("intake screening, document filed, duplex still wanted", f"microsclero document {number}")]
    filed(run, number)
    assert reviews(run) == [("intake screening, document filed", f"microsclero decide {number}")]


def test_an_opening_without_hours_closes_no_day(run: Line) -> None:
    for hours in ("", "closed"):
        done = run.json("clinic", "close", "2026-12-01", "--open", hours)
        assert (done.code, done.envelope["errors"][0]["message"]) == (
            2,
            "--open names no hours: type them as 09:00-13:00, or leave --open out to close.",
        )
    assert run.json("clinic", "show").data["closures"] == []


def stalled(line: Line, name: str, born_on: str, day: str, **changes: object) -> int:
    number = ready(line, given_name=name, born_on=born_on)
    planned(line, number, "--start", day, "--sessions", 1)
    record(on(line, day), number, 1, status="given", **changes)
    return number


def test_a_course_that_has_stopped_is_named_however_many_others_have_a_line_of_another_kind(run: Line) -> None:
    alone = stalled(run, "Alone", "1960-01-01", TUESDAY_24, settled="seen")
    for n in range(16):
        stalled(run, f"P{n}", f"19{61 + n}-01-01", "2026-11-25")
    there = on(run, "2027-01-05")
    (found,) = page(there)["courses"]
    assert (found["patient"], page(there)["counts"]["courses"], page(there)["counts"]["responses"]) == (alone, 1, 11)


@pytest.mark.parametrize("put_off", [10, 17])
def test_what_was_put_off_takes_no_line_from_whom_to_ring_now(run: Line, put_off: int) -> None:
    people = [missed(run, given_name=f"P{n}", born_on=f"19{50 + n}-01-01") for n in range(put_off + 2)]
    there = on(run, "2026-11-25")
    until = ("--until", there.now.date() + timedelta(days=60))
    # Of equals the newest line stands first, so these would be the ones on the page.
    for number in people[2:]:
        assert call(there, number, "new_date", "put_off", *until).code == 0
    shown: list[dict[str, Any]] = lines(there, "new_date")
    assert [each["patient"] for each in shown[:2]] == [people[1], people[0]]
    assert [each["put_off_until"] is None for each in shown] == [True, True, *[False] * 8]


def test_a_line_that_was_put_off_stands_last_until_its_day(run: Line) -> None:
    first, second = treated(run), treated(run, given_name="Ann", born_on="1971-01-01")
    there = on(run, "2026-12-29")
    assert call(there, second, "response", "put_off", "--until", "2026-12-31").code == 0
    assert [each["patient"] for each in lines(there, "response")] == [first, second]
    there = on(run, "2026-12-31")
    assert [each["patient"] for each in lines(there, "response")] == [second, first]


def test_what_lies_beneath_a_deferral_is_seen_once_that_was_asked_again(run: Line) -> None:
    """The session's form asks about the deferral again, and not about what a prescriber has yet to decide."""
    number = ready(run)
    planned(run, number, "--start", "2026-12-30", "--sessions", 1)
    deferred = {"recently_pregnant": "yes", "recently_pregnant_ended_on": "2026-09-25"}
    screened(on(run, "2026-11-23"), number, **deferred, cardiac="yes")
    there = on(run, "2026-12-30")
    screened(there, number, "session")
    assert [each["screening"] for each in page(there)["sessions"]] == ["review"]
    assert decide(there, number, ("cardiac", "proceed")).code == 0
    assert [each["screening"] for each in page(there)["sessions"]] == [None]
    assert decide(there, number, ("cardiac", "decline")).code == 0
    assert [each["screening"] for each in page(there)["sessions"]] == ["declined"]


def test_a_referral_that_was_declined_in_the_end_is_called_so(run: Line) -> None:
    number = register(run)
    screened(run, number, varicose_or_cvi="yes")
    filed(run, number)
    assert decide(run, number, ("varicose_or_cvi", "proceed")).code == 0
    booked(run, number)
    assert decide(run, number, ("varicose_or_cvi", "decline")).code == 0
    assert marks(run) == (["declined by a prescriber"], ["declined"], ["declined"])


def test_who_waits_for_a_response_is_no_stopped_course_however_many_they_are(run: Line) -> None:
    for n in range(18):
        stalled(run, f"P{n}", f"19{60 + n}-01-01", "2026-11-25")
    there = on(run, "2027-01-05")
    assert (page(there)["courses"], page(there)["counts"]["responses"]) == ([], 11)
    assert page(there, "--all")["courses"] == []


def test_an_unfinished_form_for_now_stands_before_those_put_off(run: Line) -> None:
    from microsclero.store import drafts, open_store

    asked = [register(run, given_name=f"P{n}", born_on=f"19{50 + n}-01-01") for n in range(11)]
    screened(run, asked[0], smoker=None)
    assert run.file is not None
    with open_store(run.file, clock=lambda: run.now) as store:
        for number in asked[1:]:
            drafts.save_draft(store, purpose="intake", body={}, patient_no=number)
    for number in asked[1:]:
        assert call(run, number, "intake", "put_off").code == 0
    shown = page(run)["unfinished"]
    assert (len(shown), shown[0]["patient"], shown[0]["put_off_until"]) == (10, asked[0], None)
