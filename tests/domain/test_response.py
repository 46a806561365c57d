"""What the veins did: grades with their words, what was found, and what may follow."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsclero.reactions import EFFECTS, RED_FLAGS
from microsclero.response import (
    FINDINGS,
    FINDINGS_BY_CODE,
    IMPROVEMENT_WORDS,
    SATISFACTION_WORDS,
    STAGE_WORDS,
    Grade,
    Next,
    Response,
    Stage,
    holding,
    next_choices,
    response_refusals,
    scale,
    settles,
    show_improvement,
    show_satisfaction,
    stage,
    ungraded,
)

GIVEN_ON = date(2026, 11, 22)
AT_4_WEEKS = date(2026, 12, 20)


def grade(improvement: int = 4, leg: str = "left", region: str = "thigh") -> Grade:
    return Grade(leg=leg, region=region, improvement=improvement)


def response(**changed: Any) -> Response:
    return Response(**{"on": AT_4_WEEKS, "grades": (grade(),), "next": Next.CONTINUE, "satisfaction": 4, **changed})


def refused(given: int, last: date | None = GIVEN_ON, **changed: Any) -> list[str]:
    return [one.code for one in response_refusals(response(**changed), sessions_given=given, last_given_on=last)]


# ── words ──


def test_a_digit_never_stands_without_its_words() -> None:
    assert [show_improvement(digit) for digit in IMPROVEMENT_WORDS] == [
        "1 worse",
        "2 same",
        "3 moderate improvement",
        "4 good improvement",
        "5 complete success",
    ]
    assert [show_satisfaction(digit) for digit in SATISFACTION_WORDS] == [
        "1 very unsatisfied",
        "2 unsatisfied",
        "3 neither",
        "4 satisfied",
        "5 very satisfied",
    ]
    assert scale(IMPROVEMENT_WORDS).startswith("1 worse · 2 same · 3 moderate")


def test_every_code_has_words_for_the_screen() -> None:
    assert set(STAGE_WORDS) == set(Stage)
    assert all(one.label and one.do.endswith(".") for one in FINDINGS)
    assert len(FINDINGS_BY_CODE) == len(FINDINGS)


def test_every_finding_is_recorded_as_a_known_effect() -> None:
    assert {one.reaction for one in FINDINGS} - {None} <= set(EFFECTS)
    for one in FINDINGS:
        if one.reaction in RED_FLAGS:
            assert one.holds == "always", one.finding


# ── values ──


@pytest.mark.parametrize("improvement", [0, 6, -1])
def test_a_grade_is_one_to_five(improvement: int) -> None:
    with pytest.raises(ValueError) as refusal:
        grade(improvement)
    assert str(refusal.value) == f"An improvement is one of: {scale(IMPROVEMENT_WORDS)}."


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"grades": (grade(3), grade(4))}, "A region has one grade: leave out the other."),
        ({"satisfaction": 6}, f"The satisfaction is one of: {scale(SATISFACTION_WORDS)}."),
        ({"findings": ("rash",)}, f"The findings are, once each, some of {', '.join(FINDINGS_BY_CODE)}."),
        ({"findings": ("ulcer", "ulcer")}, f"The findings are, once each, some of {', '.join(FINDINGS_BY_CODE)}."),
        ({"next": Next.CLOSE, "wait_weeks": 8}, "Weeks to wait belong to wait alone."),
        ({"next": Next.WAIT, "wait_weeks": 0}, "The wait is 1 to 52 weeks."),
        ({"next": Next.WAIT, "wait_weeks": 53}, "The wait is 1 to 52 weeks."),
    ],
)
def test_what_makes_no_sense_is_not_built(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        response(**changed)
    assert str(refusal.value) == sentence


def test_a_region_is_graded_by_leg() -> None:
    both = response(grades=(grade(5, "left"), grade(2, "right")))
    assert ungraded(both, [("left", "thigh"), ("right", "thigh"), ("right", "calf")]) == (("right", "calf"),)


def test_the_patients_own_mark_stands_apart() -> None:
    told = response(grades=(grade(5),), satisfaction=1)
    assert (told.grades[0].improvement, told.satisfaction) == (5, 1)
    assert response(satisfaction=None).satisfaction is None


# ── what comes next ──


def test_eight_weeks_are_the_usual_wait() -> None:
    waiting = response(next=Next.WAIT)
    assert (waiting.wait_weeks, waiting.look_again_on) == (8, date(2027, 2, 14))
    assert response(next=Next.WAIT, wait_weeks=4).look_again_on == date(2027, 1, 17)
    assert response().look_again_on is None


@pytest.mark.parametrize("given", [1, 2, 3])
def test_before_the_fourth_anything_may_follow(given: int) -> None:
    assert next_choices(given) == (Next.CONTINUE, Next.WAIT, Next.CLOSE)
    for step in Next:
        assert refused(given, next=step) == []


@pytest.mark.parametrize("given", [4, 5])
def test_after_four_we_stop_and_reassess(given: int) -> None:
    assert next_choices(given) == (Next.WAIT, Next.CLOSE)
    assert refused(given, next=Next.CONTINUE) == ["stop_and_reassess"]
    assert refused(given, next=Next.WAIT) == refused(given, next=Next.CLOSE) == []
    reason = response_refusals(response(), sessions_given=given, last_given_on=GIVEN_ON)[0]
    assert reason.message == (
        f"{given} sessions were given, and a course has no more: stop and reassess. Is there a feeder vein, "
        "is a duplex needed? Choose wait or close."
    )


@given(st.integers(4, 20), st.dates(GIVEN_ON, date(2028, 1, 1)))
def test_a_course_of_four_never_goes_on(given: int, on: date) -> None:
    assert "stop_and_reassess" in refused(given, on=on)


def test_all_that_stands_against_a_response_comes_at_once() -> None:
    assert refused(0, None, grades=()) == ["nothing_given", "no_grades"]
    assert refused(4, grades=(), on=GIVEN_ON - timedelta(days=1)) == [
        "before_session",
        "no_grades",
        "stop_and_reassess",
    ]


def test_what_was_found_may_be_kept_without_a_grade() -> None:
    assert refused(1, grades=(), findings=("ulcer",)) == []


@pytest.mark.parametrize("given", [1, 4])
def test_a_closed_course_is_looked_at_again_and_stays_closed(given: int) -> None:
    assert next_choices(given, is_closed=True) == (Next.CLOSE,)
    for step in Next:
        reasons = response_refusals(response(next=step), sessions_given=given, last_given_on=GIVEN_ON, is_closed=True)
        assert [one.code for one in reasons] == ([] if step is Next.CLOSE else ["course_closed"])


# ── what becomes of the session ──


@pytest.mark.parametrize(
    ("days", "step", "becomes"),
    [
        (27, Next.CONTINUE, None),
        (27, Next.WAIT, None),
        (27, Next.CLOSE, "course_closed"),
        (28, Next.CONTINUE, "seen"),
        (28, Next.WAIT, "seen"),
        (83, Next.WAIT, "seen"),
        (84, Next.CONTINUE, "followed"),
        (84, Next.WAIT, "seen"),
        (84, Next.CLOSE, "course_closed"),
    ],
)
def test_what_a_response_makes_of_the_session_it_answers(days: int, step: Next, becomes: str | None) -> None:
    assert settles(response(on=GIVEN_ON + timedelta(days=days), next=step), GIVEN_ON) == becomes


@pytest.mark.parametrize(("weeks", "becomes"), [(4, None), (7, None), (8, "seen"), (20, "seen")])
def test_a_wait_to_less_than_twelve_weeks_puts_the_look_at_four_weeks_off(weeks: int, becomes: str | None) -> None:
    assert settles(response(next=Next.WAIT, wait_weeks=weeks), GIVEN_ON) == becomes


# ── how much a grade means ──


@pytest.mark.parametrize(
    ("days", "is_called"),
    [
        (0, Stage.EARLY),
        (27, Stage.EARLY),
        (28, Stage.INTERIM),
        (56, Stage.INTERIM),
        (83, Stage.INTERIM),
        (84, Stage.FINAL),
        (400, Stage.FINAL),
    ],
)
def test_a_grade_at_four_weeks_is_an_interim_one(days: int, is_called: Stage) -> None:
    assert stage(GIVEN_ON, GIVEN_ON + timedelta(days=days)) is is_called


@given(st.integers(0, 83))
def test_nothing_before_twelve_weeks_is_called_final(days: int) -> None:
    called = stage(GIVEN_ON, GIVEN_ON + timedelta(days=days))
    assert called is not Stage.FINAL
    assert "final" not in STAGE_WORDS[called]
    assert STAGE_WORDS[called].startswith("interim grade")


# ── hold ──


@pytest.mark.parametrize(
    ("finding", "holds"),
    [
        ("matting", True),
        ("new_matting", True),
        ("pigmentation", False),
        ("marked_pigmentation", True),
        ("trapped_blood", False),
        ("numbness", False),
        ("ulcer", True),
        ("black_or_white_patch", True),
        ("infection", True),
        ("tender_cord", True),
        ("leg_swelling", True),
        ("calf_pain", True),
        ("new_veins", False),
    ],
)
def test_which_findings_put_the_course_on_hold(finding: str, holds: bool) -> None:
    assert bool(holding(response(findings=(finding,)))) is holds


def test_every_finding_is_in_the_table_above() -> None:
    marks = getattr(test_which_findings_put_the_course_on_hold, "pytestmark")  # noqa: B009
    assert [finding for finding, _ in marks[0].args[1]] == list(FINDINGS_BY_CODE)


@pytest.mark.parametrize("known", ["matting", "new_matting"])
def test_matting_that_was_known_is_not_new_but_more_of_it_is(known: str) -> None:
    assert holding(response(findings=("matting",)), known=[known]) == ()
    assert holding(response(findings=("matting",)), known=["pigmentation"]) == (FINDINGS_BY_CODE["matting"],)
    assert holding(response(findings=("new_matting",)), known=[known]) == (FINDINGS_BY_CODE["new_matting"],)
