"""A new course after one that had all its sessions: what it wants, and from when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsclero import content
from microsclero.new_course import CourseBefore, new_course_refusals, new_course_wait, new_photographs_wanted

LAST_ON = date(2027, 2, 15)
CLOSED_AT = datetime(2027, 3, 15, 10, 30, tzinfo=UTC)
BEFORE, AFTER = CLOSED_AT - timedelta(seconds=1), CLOSED_AT + timedelta(seconds=1)


def full(closed_at: datetime | None = CLOSED_AT, given: int = 4) -> CourseBefore:
    return CourseBefore(sessions_given=given, last_given_on=LAST_ON, closed_at=closed_at)


def codes(course: CourseBefore, intake_at: datetime | None, consent_at: datetime | None) -> list[str]:
    return [one.code for one in new_course_refusals(course, intake_at=intake_at, consent_at=consent_at)]


def test_a_new_course_wants_the_last_one_closed_a_new_intake_and_consent_all_said_at_once() -> None:
    reasons = new_course_refusals(full(closed_at=None), intake_at=AFTER, consent_at=AFTER)
    assert [one.code for one in reasons] == ["course_not_closed", "new_intake_wanted", "new_consent_wanted"]
    assert {one.details["from_on"] for one in reasons} == {"2027-05-10"}
    assert reasons[0].message == (
        "4 sessions were given: a new course can begin on Mon 10 May 2027, once this one is closed by its response."
    )


@pytest.mark.parametrize(
    ("intake_at", "consent_at", "said"),
    [
        (None, None, ["new_intake_wanted", "new_consent_wanted"]),
        (BEFORE, BEFORE, ["new_intake_wanted", "new_consent_wanted"]),
        (AFTER, BEFORE, ["new_consent_wanted"]),
        (BEFORE, AFTER, ["new_intake_wanted"]),
        (AFTER, AFTER, []),
        (CLOSED_AT, CLOSED_AT, []),
    ],
)
def test_intake_and_consent_count_from_the_closing(
    intake_at: datetime | None, consent_at: datetime | None, said: list[str]
) -> None:
    assert codes(full(), intake_at, consent_at) == said


@pytest.mark.parametrize(
    ("course", "photographed_at", "wanted"),
    [
        (full(), None, True),
        (full(), BEFORE, True),
        (full(), CLOSED_AT, False),
        (full(), AFTER, False),
        (full(closed_at=None), None, False),
        (full(given=3), None, False),
    ],
)
def test_photographs_count_from_the_closing_of_a_full_course(
    course: CourseBefore, photographed_at: datetime | None, wanted: bool
) -> None:
    reason = new_photographs_wanted(course, photographed_at)
    assert (reason.code if reason else None) == ("new_photographs_wanted" if wanted else None)


@pytest.mark.parametrize("given", [1, 2, 3])
def test_after_fewer_than_four_a_new_course_wants_what_any_course_wants(given: int) -> None:
    course = full(closed_at=None, given=given)
    assert (codes(course, None, None), course.new_from, new_course_wait(course)) == ([], None, None)


def test_a_new_course_waits_twelve_weeks_of_seven_days() -> None:
    wait = new_course_wait(full())
    assert wait is not None
    assert (wait.code, wait.details["ask_again_on"]) == ("new_course_too_soon", "2027-05-10")
    assert wait.message == (
        "After 4 sessions a new course waits 12 weeks (clinic policy): it can begin on Mon 10 May 2027."
    )


@given(st.integers(4, 20), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_full_course_is_never_followed_within_84_days(sessions: int, last_on: date) -> None:
    course = CourseBefore(sessions_given=sessions, last_given_on=last_on)
    assert course.new_from == last_on + timedelta(days=84)


def test_the_numbers_are_those_of_the_content() -> None:
    course = full()
    assert (course.maximum_sessions, course.weeks) == (content.course().maximum_sessions, content.new_course_weeks())
