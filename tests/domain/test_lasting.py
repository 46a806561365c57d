"""What outlasts a later "no": told at a session until an intake is answered anew, or confirmed by a prescriber."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsclero.lapsing import decided_before
from microsclero.lasting import Lasting, lasting
from microsclero.outcomes import Outcome, is_above_review, is_at_least
from microsclero.said_before import Earlier, differences, said_before
from microsclero.screening import Screening, screen
from microsclero.standing import Decision
from tests.domain.screening_builders import BORN_ON, FORMS, SOME_DAY, form, found, rules_found, untroubled, without

# Asked at a session "since we last asked", at an intake "ever"; with what "yes" and "not sure" come to.
OF_LATE = {
    "dvt_ever": ("bar", "defer"),
    "pe_ever": ("bar", "defer"),
    "stroke_tia": ("refer", "review"),
    "severe_event_previous": ("bar", "defer"),
}
A_CLOT = Lasting(question="pe_ever", answer="yes", on=date(2026, 11, 20), source="hold", number=7)
MANY = settings(max_examples=150, deadline=None)


class History:
    """One patient's screenings as they are signed, each with all that lasted by then; the newest first."""

    def __init__(self, *clots: Lasting) -> None:
        self.clots = clots
        self.signed: tuple[Earlier, ...] = ()

    def asked(self, name: str, **changed: str) -> Screening:
        return self.answered(name, untroubled(name, **changed))

    def answered(self, name: str, answers: dict[str, str]) -> Screening:
        on = SOME_DAY + timedelta(days=28 * len(self.signed))
        beside = lasting(form(name), answers, self.signed, self.clots)
        came_to = screen(form(name), answers, born_on=BORN_ON, on=on, lasting=beside)
        number = len(self.signed) + 1
        signed = Earlier(
            screening=number,
            form=name,
            questionnaire=form(name),
            on=on,
            answers=answers,
            answered_on={},
            lasting=came_to.lasting,
        )
        self.signed = (signed, *self.signed)
        return came_to


def test_these_are_all_the_questions_that_a_session_asks_of_the_time_since() -> None:
    assert {q.link_id for q in form("session").questions if q.text_session is not None} == set(OF_LATE)


@pytest.mark.parametrize("question", OF_LATE)
@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_what_was_told_at_a_session_stands_through_the_next_truthful_no(question: str, answer: str) -> None:
    history = History()
    history.asked("intake")
    first = history.asked("session", **{question: answer})
    for screening in (history.asked("session"), history.asked("session")):
        outcome = OF_LATE[question][answer == "unsure"]
        assert (screening.outcome.value, rules_found(screening)) == (outcome, [(question, outcome)])
        assert screening.lasting == (
            Lasting(question=question, answer=answer, on=first.on, source="session", number=2),
        )
        finding, told = found(screening, question), found(first, question)
        assert (finding.answer, finding.answered_on) == (answer, first.on)
        assert finding.reason == (
            f"{told.reason} Told at a session on Sun 20 Dec 2026 (screening 2); it stands until an intake asks about "
            "it again."
        )
        assert (finding.locked, finding.document, finding.changes) == (told.locked, told.document, told.changes)


def test_the_answers_as_given_stay_as_they_were_and_gaps_stay_gaps() -> None:
    history = History()
    history.asked("session", dvt_ever="yes")
    screening = history.answered("session", without(untroubled("session"), "dvt_ever", "smoker"))
    assert (screening.outcome, screening.unanswered) == (Outcome.BAR, ("dvt_ever", "smoker"))


def test_an_intake_that_asks_it_anew_ends_it_and_its_other_answer_is_a_difference() -> None:
    history = History()
    history.asked("intake")
    history.asked("session", dvt_ever="yes")
    history.asked("session")
    intake = history.asked("intake")
    assert (intake.outcome, intake.lasting) == (Outcome.SUITABLE, ())
    now, *before = history.signed
    assert [(each.question.link_id, each.before, each.now, each.screening) for each in differences(now, before)] == [
        ("dvt_ever", "yes", "no", 2)
    ]
    assert history.asked("session").outcome is Outcome.SUITABLE


def test_an_intake_that_leaves_it_unanswered_ends_nothing() -> None:
    history = History()
    history.asked("session", dvt_ever="yes")
    intake = history.answered("intake", without(untroubled(), "dvt_ever"))
    assert (intake.outcome, intake.unanswered) == (Outcome.BAR, ("dvt_ever",))
    assert history.asked("session").outcome is Outcome.BAR


def test_a_plain_answer_outlasts_a_later_not_sure_and_neither_is_made_milder() -> None:
    history = History()
    history.asked("session", dvt_ever="yes")
    assert history.asked("session", dvt_ever="unsure").outcome is Outcome.BAR
    assert history.asked("session").outcome is Outcome.BAR
    history = History()
    history.asked("session", dvt_ever="unsure")
    screening = history.asked("session", dvt_ever="yes")
    assert (screening.outcome, screening.lasting) == (Outcome.BAR, ())


def test_what_was_told_besides_goes_along() -> None:
    history = History()
    history.asked("session", severe_event_previous="yes", severe_event_previous_what="Aberdeen, [2019]")
    assert [(each.question, each.answer) for each in history.asked("session").lasting] == [
        ("severe_event_previous", "yes"),
        ("severe_event_previous_what", "Aberdeen, [2019]"),
    ]


@pytest.mark.parametrize("name", FORMS)
def test_a_confirmed_clot_bars_on_every_form_whatever_is_answered(name: str) -> None:
    history = History(A_CLOT)
    for answer in ("no", "unsure"):
        screening = history.asked(name, pe_ever=answer)
        assert (screening.outcome, screening.lasting) == (Outcome.BAR, (A_CLOT,))
        finding = found(screening, "pe_ever")
        assert finding.reason.endswith("A prescriber confirmed it on Fri 20 Nov 2026 (hold 7).")
        assert finding.answered_on == A_CLOT.on
    screening = history.asked(name, pe_ever="yes")
    assert (screening.outcome, screening.lasting) == (Outcome.BAR, ())


def test_no_since_then_is_no_difference_and_what_lasts_is_what_was_said_last_time() -> None:
    history = History()
    history.asked("session", stroke_tia="yes")
    history.asked("session")
    now, *before = history.signed
    assert differences(now, before) == ()
    said = said_before(form("session"), history.signed)["stroke_tia"]
    assert (said.answer, said.on, said.screening) == ("yes", SOME_DAY, 2)


def test_a_decision_on_what_lasts_is_to_be_confirmed_and_has_not_lapsed() -> None:
    history = History()
    history.asked("session", stroke_tia="yes")
    history.asked("session")
    made = Decision(rule="stroke_tia", decision="proceed", reason="The letter.", prescriber="MS", on=SOME_DAY)
    (before,) = decided_before([(1, made)], history.signed[::-1]).values()
    assert not before.has_lapsed
    history.asked("intake")
    history.asked("session", stroke_tia="unsure")
    (before,) = decided_before([(1, made)], history.signed[::-1]).values()
    assert before.changed == ("stroke_tia",)


def any_session() -> st.SearchStrategy[dict[str, str]]:
    """A session's answers: anything to the questions of the time since, each perhaps left out; the rest untroubled."""
    rest = without(untroubled("session"), *OF_LATE)
    answers = {key: st.sampled_from(["no", "yes", "unsure"]) for key in OF_LATE}
    return st.fixed_dictionaries({}, optional=answers).map(lambda said: {**rest, **said})


@given(question=st.sampled_from(sorted(OF_LATE)), later=st.lists(any_session(), min_size=1, max_size=4))
@MANY
def test_whatever_is_answered_at_later_sessions_a_yes_told_at_one_never_lets_anything_through_until_an_intake(
    question: str, later: list[dict[str, str]]
) -> None:
    history = History()
    history.asked("intake")
    history.asked("session", **{question: "yes"})
    for answers in later:
        screening = history.answered("session", answers)
        assert is_above_review(screening.outcome)
        assert (question, OF_LATE[question][0]) in rules_found(screening)
    screening = history.asked("intake")
    assert (screening.outcome, screening.lasting) == (Outcome.SUITABLE, ())


@given(
    rounds=st.lists(st.tuples(st.sampled_from(FORMS), any_session()), min_size=1, max_size=5),
)
@MANY
def test_whatever_is_answered_at_intakes_and_sessions_a_confirmed_clot_bars(
    rounds: list[tuple[str, dict[str, str]]],
) -> None:
    history = History(A_CLOT)
    for name, answers in rounds:
        of_late = {key: answer for key, answer in answers.items() if key in OF_LATE}
        screening = history.answered(name, {**without(untroubled(name), *OF_LATE), **of_late})
        assert (screening.outcome, ("pe_ever", "bar") in rules_found(screening)) == (Outcome.BAR, True)


@given(
    answers=any_session(),
    told=st.dictionaries(st.sampled_from(sorted(OF_LATE)), st.sampled_from(["yes", "unsure", "no", "x"])),
)
@MANY
def test_what_lasts_never_makes_an_outcome_milder_and_comes_out_the_same_again(
    answers: dict[str, str], told: dict[str, str]
) -> None:
    beside = tuple(
        Lasting(question=key, answer=answer, on=SOME_DAY, source="session", number=1) for key, answer in told.items()
    )
    alone = screen(form("session"), answers, born_on=BORN_ON, on=SOME_DAY)
    both = screen(form("session"), answers, born_on=BORN_ON, on=SOME_DAY, lasting=beside)
    assert is_at_least(both.outcome, alone.outcome)
    assert both.unanswered == alone.unanswered
    kept = tuple(Lasting.from_data(each.as_data()) for each in both.lasting)
    assert screen(form("session"), answers, born_on=BORN_ON, on=SOME_DAY, lasting=kept) == both


def test_without_what_lasts_a_screening_comes_to_what_it_always_did() -> None:
    answers = untroubled("session")
    assert screen(form("session"), answers, born_on=BORN_ON, on=SOME_DAY).outcome is Outcome.SUITABLE
    old = Earlier(
        screening=1, form="session", questionnaire=None, on=SOME_DAY, answers={"dvt_ever": "yes"}, answered_on={}
    )
    assert [each.number for each in lasting(form("session"), answers, [replace(old, screening=4), old])] == [4]


@pytest.mark.parametrize(
    "changed",
    [{"question": 1}, {"answer": None}, {"told_on": "x"}, {"from": "hearsay"}, {"number": "7"}, {"number": True}],
    ids=str,
)
def test_what_is_none_of_ours_is_refused(changed: dict[str, Any]) -> None:
    assert Lasting.from_data(A_CLOT.as_data()) == A_CLOT
    with pytest.raises(ValueError):
        Lasting.from_data(A_CLOT.as_data() | changed)
