"""A questionnaire taken up again: what was answered today stands, everything else is asked afresh or confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from microsclero.desk import Desk, open_desk, sitting
from microsclero.desk.sitting import Sitting
from microsclero.settings import Settings
from tests.builders import Line, form, planned, ready, register, screened, untroubled
from tests.cli.sitting import left_unfinished
from tests.content.folders import forget_content, made_newer

BEGUN = {"pregnant": "no", "recently_pregnant": "no", "dvt_ever": "yes"}
KNOWN = {"cardiac": "yes", "cardiac_what": "AF since 2019"}


@pytest.fixture
def at() -> Iterator[Callable[..., Desk]]:
    """The desk of a clinic file at some moment."""
    opened: list[Desk] = []

    def open_at(line: Line, **later: float) -> Desk:
        moment = line.now + timedelta(**later)
        opened.append(open_desk(Settings(file=line.file, clock=lambda: moment), who="MS"))
        return opened[-1]

    yield open_at
    for desk in opened:
        desk.close()


def days_of(line: Line, number: int) -> dict[str, str]:
    """When each answer of the latest screening was given."""
    questions = line.json("screen", number, "--reprint").data["questions"]
    return {each["link_id"]: each["said_on"] for each in questions if each["answer"] is not None}


def sit(desk: Desk, number: int, purpose: str = "intake") -> Sitting:
    return sitting.sit_down(desk, number, purpose)


def test_answers_of_today_stand_and_those_of_earlier_days_are_only_shown(run: Line, at: Callable[..., Desk]) -> None:
    number = register(run)
    left_unfinished(run, number, "intake", BEGUN)
    same_day, next_day = sit(at(run, hours=5), number), sit(at(run, days=1), number)
    assert (same_day.answers, next_day.answers) == (BEGUN, {})
    assert (next_day.before.answers, set(next_day.before.answered_on.values())) == (BEGUN, {date(2026, 11, 22)})
    assert same_day.resumed_from == "An unfinished intake questionnaire: 3 of 3 answers are from today and stand."
    assert next_day.resumed_from == (
        "An unfinished intake questionnaire: 0 of 3 answers are from today and stand. "
        "Those of Sun 22 Nov 2026 are asked again."
    )


def test_a_resumed_intake_passes_over_today_and_asks_the_rest_day_by_day(run: Line, at: Callable[..., Desk]) -> None:
    number = register(run)
    left_unfinished(run, number, "intake", BEGUN)
    sit(at(run, days=1), number).keep({"pregnant": "unsure"})
    third_day = sit(at(run, days=1, hours=3), number)
    assert third_day.answers == {"pregnant": "unsure"}
    assert third_day.before.answers == {"recently_pregnant": "no", "dvt_ever": "yes"}
    assert "1 of 3 answers are from today" in third_day.resumed_from
    assert sit(at(run, days=2), number).answers == {}


def test_an_answer_of_another_day_never_counts_unasked(run: Line, at: Callable[..., Desk]) -> None:
    number = register(run)
    left_unfinished(run, number, "intake", untroubled(form(run)))
    desk = at(run, days=1)
    sat_down = sit(desk, number)
    done = sitting.complete(desk, sat_down, {**sat_down.answers, "pregnant": "no"}, {}, "MS")
    assert (done.screening.outcome.value, "dvt_ever" in done.screening.unanswered) == ("incomplete", True)
    assert done.answers == {"pregnant": "no"}
    assert run.json("patient", "show", number).data["unfinished_intake"] is False


@pytest.mark.parametrize(("minute", "stands"), [(59, True), (60, False)])
def test_the_day_ends_at_the_clinics_midnight(run: Line, at: Callable[..., Desk], minute: int, stands: bool) -> None:
    """In June London is an hour ahead: 22:59 in Greenwich is a minute before midnight there."""
    june = run.at(datetime(2027, 6, 21, 22, 0, tzinfo=UTC))
    number = register(june)
    left_unfinished(june, number, "intake", BEGUN)
    assert bool(sit(at(june, minutes=minute), number).answers) is stands


def test_a_new_session_confirms_what_was_said_and_keeps_the_day_it_was_said_on(
    run: Line, at: Callable[..., Desk]
) -> None:
    number = ready(run)
    desk = at(run, days=9)
    sat_down = sit(desk, number, "session")
    assert (sat_down.answers, sat_down.before.answers["cardiac"]) == ({}, "no")
    assert ("cardiac" in sat_down.before.confirm, "smoker" in sat_down.before.confirm) == (True, False)
    confirmed = {link_id: sat_down.before.answered_on[link_id] for link_id in sat_down.before.confirm}
    confirmed = {link_id: day for link_id, day in confirmed.items() if link_id in sat_down.before.answers}
    answers = untroubled(form(run, "session"))
    sitting.complete(desk, sat_down, answers, confirmed, "MS")
    days = days_of(run.at(desk.now()), number)
    assert (days["cardiac"], days["smoker"]) == ("2026-11-22", "2026-12-01")


def test_what_was_confirmed_keeps_its_day_through_a_stop_and_through_signing_again(
    run: Line, at: Callable[..., Desk]
) -> None:
    number = ready(run)
    desk = at(run, days=9)
    since = {"cardiac": date(2026, 11, 22)}
    answers = untroubled(form(run, "session"))
    sit(desk, number, "session").keep(answers, since)
    again = sit(desk, number, "session")
    assert (again.answers, again.confirmed) == (answers, since)
    sitting.complete(desk, again, again.answers, again.confirmed, "MS")
    once_more = sit(desk, number, "session")
    assert once_more.confirmed == since
    sitting.complete(desk, once_more, {**once_more.answers, "smoker": "yes"}, once_more.confirmed, "MS")
    assert days_of(run.at(desk.now()), number)["cardiac"] == "2026-11-22"
    later = at(run, days=30)
    assert sit(later, number, "session").before.answered_on["cardiac"] == date(2026, 11, 22)


def test_what_a_resumed_session_confirmed_on_an_earlier_day_is_asked_again(run: Line, at: Callable[..., Desk]) -> None:
    number = ready(run)
    sit(at(run, days=9), number, "session").keep({"cardiac": "no"}, {"cardiac": date(2026, 11, 22)})
    next_day = sit(at(run, days=10), number, "session")
    assert (next_day.answers, next_day.confirmed) == ({}, {})
    assert next_day.before.answered_on["cardiac"] == date(2026, 12, 1)


def test_a_follow_up_of_a_confirmed_answer_is_confirmed_in_the_same_words(run: Line, at: Callable[..., Desk]) -> None:
    number = register(run)
    screened(run, number, **KNOWN)
    desk = at(run, days=9)
    before = sit(desk, number, "session").before
    assert ({"cardiac", "cardiac_what"} <= before.confirm, before.answers["cardiac_what"]) == (True, "AF since 2019")


def test_the_last_answer_counts_even_where_the_last_screening_left_it_open(run: Line, at: Callable[..., Desk]) -> None:
    number = register(run)
    screened(run, number, **KNOWN)
    run.json("screen", number, "--for", "session", answers={"pregnant": "no"})
    assert sit(at(run, days=9), number, "session").before.answers["cardiac"] == "yes"


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], None]]:
    yield made_newer(monkeypatch, tmp_path / "content")
    monkeypatch.undo()
    forget_content()


def test_a_draft_of_older_questions_is_asked_again_whole_with_what_was_said(
    run: Line, at: Callable[..., Desk], newer: Callable[[], None]
) -> None:
    number = register(run)
    left_unfinished(run, number, "session", {"pregnant": "no", "cardiac": "no"})
    newer()
    sat_down = sit(at(run, hours=1), number, "session")
    assert (sat_down.answers, sat_down.before.answers) == ({}, {"pregnant": "no", "cardiac": "no"})
    assert sat_down.before.confirm == frozenset()
    assert sat_down.resumed_from == (
        "An unfinished session questionnaire, of older questions: everything is asked again."
    )


# ── what is left behind ──


def unfinished(line: Line, number: int) -> bool:
    data: dict[str, Any] = line.json("patient", "show", number).data
    return bool(data["unfinished_intake"])


def test_a_questionnaire_nobody_has_touched_is_not_left_unfinished(run: Line, at: Callable[..., Desk]) -> None:
    number = register(run)
    desk = at(run)
    sat_down = sit(desk, number)
    assert unfinished(run, number)
    assert sitting.leave(desk, sat_down) is False
    assert not unfinished(run, number)


def test_a_signed_one_that_was_only_looked_at_is_not_left_unfinished(run: Line, at: Callable[..., Desk]) -> None:
    number = ready(run)
    desk = at(run)
    assert sitting.leave(desk, sit(desk, number)) is False
    assert not unfinished(run, number)
    changed = sit(desk, number)
    changed.keep({**changed.answers, "smoker": "yes"})
    assert sitting.leave(desk, changed) is True
    assert unfinished(run, number)


def test_one_answer_is_enough_to_be_kept(run: Line, at: Callable[..., Desk]) -> None:
    number = register(run)
    desk = at(run)
    sat_down = sit(desk, number)
    sat_down.keep({"pregnant": "no"})
    assert sitting.leave(desk, sat_down) is True
    assert sit(desk, number).answers == {"pregnant": "no"}


def test_what_another_desk_has_answered_meanwhile_is_never_dropped(run: Line, at: Callable[..., Desk]) -> None:
    number = register(run)
    first, second = at(run), at(run)
    looked = sit(first, number)
    answering = sit(second, number)
    answering.keep({"pregnant": "no"})
    assert sitting.leave(first, looked) is True
    assert sit(second, number).answers == {"pregnant": "no"}
    assert sitting.leave(second, sit(second, number)) is True
    assert unfinished(run, number)


def test_a_document_leaves_an_unfinished_questionnaire_of_the_same_form_and_says_so(run: Line) -> None:
    number = register(run)
    left_unfinished(run, number, "intake", BEGUN)
    answers = untroubled(form(run))
    done = run("screen", number, answers=answers)
    assert (done.code, done.err) == (
        0,
        "An unfinished intake questionnaire is kept besides: microsclero screen 1 --for intake\n",
    )
    assert unfinished(run, number)
    assert run("screen", number, "--for", "session", answers=untroubled(form(run, "session"))).err == ""


# ── which form ──


def test_an_unfinished_intake_of_today_does_not_keep_the_session_of_today_from_its_form(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-23", "--sessions", 1)
    monday = run.at(run.now + timedelta(days=1))
    left_unfinished(monday, number, "intake", BEGUN)
    assert monday.json("screen", number, answers={"pregnant": "no"}).data["for"] == "session"


def test_a_session_moved_to_another_day_leaves_the_intake_to_be_asked(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-23", "--sessions", 1)
    monday = run.at(run.now + timedelta(days=1))
    assert run.json("move", number, "--session", 1, "--to", "2026-11-24", "--yes").code == 0
    assert monday.json("screen", number, answers={"pregnant": "no"}).data["for"] == "intake"
