"""What earlier courses and their responses say to planning: what a new course wants, and until when to wait."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from microsclero.errors import Reason

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.new_course import CourseBefore
    from microsclero.store.diary import CourseRow
    from microsclero.store.responses import ResponseRow


class Said(NamedTuple):
    """What stands against planning, and what only has to pass, each of these with its day (`ask_again_on`)."""

    reasons: tuple[Reason, ...] = ()
    waits: tuple[Reason, ...] = ()


NOTHING = Said()


def said_by_courses(desk: Desk, patient_no: int, intake_at: datetime | None) -> Said:
    """What the courses of a patient say to the gate of planning. intake_at: when the latest intake was signed."""
    from microsclero.store import diary

    courses = diary.courses_of(desk.store, patient_no)
    if not courses:
        return NOTHING
    reasons, waits = _about_new_course(desk, patient_no, courses, intake_at)
    asked_to_wait = _asked_to_wait(desk, patient_no, courses)
    return Said(reasons, (*waits, asked_to_wait) if asked_to_wait else waits)


def _about_new_course(
    desk: Desk, patient_no: int, courses: tuple[CourseRow, ...], intake_at: datetime | None
) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    from microsclero.new_course import new_course_refusals, new_course_wait

    before = course_before(desk, patient_no, courses)
    if before is None or not before.is_full:
        return (), ()
    reasons = new_course_refusals(before, intake_at=intake_at, consent_at=_consented_at(desk, patient_no))
    wait = new_course_wait(before)
    return tuple(_with_command(reason, patient_no) for reason in reasons), (_as_wait(wait),) if wait else ()


def course_before(desk: Desk, patient_no: int, courses: tuple[CourseRow, ...] | None = None) -> CourseBefore | None:
    """The last course in which anything was given, where the next session would begin a new one; else None."""
    from microsclero.store import diary

    if courses is None:
        courses = diary.courses_of(desk.store, patient_no)
    for course in reversed(courses):
        given = [row.on for row in diary.sessions_of_course(desk.store, course.course) if row.status == "given"]
        if given:
            found = _before(desk, patient_no, course, len(given), max(given))
            return None if course.status == "open" and not found.is_full else found
    return None


def _before(desk: Desk, patient_no: int, course: CourseRow, given: int, last_given_on: date) -> CourseBefore:
    from microsclero.new_course import CourseBefore

    closing = [row.at for row in standing_responses(desk, patient_no, course.course) if row.next == "close"]
    return CourseBefore(
        sessions_given=given,
        last_given_on=last_given_on,
        closed_at=min(closing) if closing and course.status == "closed" else None,
    )


def standing_responses(desk: Desk, patient_no: int, course: int) -> tuple[ResponseRow, ...]:
    """The responses of a course that nobody has corrected since, oldest first."""
    from microsclero.store import responses

    rows = responses.responses_of(desk.store, patient_no)
    return tuple(row for row in rows if row.course == course and row.amended_by is None)


def _consented_at(desk: Desk, patient_no: int) -> datetime | None:
    """When the consent to treatment that stands was given; None where it was taken back, or never given."""
    from microsclero.store import consents

    said = [row for row in consents.consents(desk.store, patient_no) if row.purpose == "treatment"]
    return said[-1].at if said and said[-1].is_given else None


def photographs_wanted(desk: Desk, patient_no: int, on: date) -> tuple[Reason, ...]:
    """That a session on that day, the first of a new course after a full one, has no photographs of its own course."""
    from microsclero.new_course import new_photographs_wanted
    from microsclero.store import photos

    before = course_before(desk, patient_no)
    if before is None or before.closed_at is None:
        return ()
    closed_on = before.closed_at.astimezone(desk.zone).date()
    new = [
        row.at
        for row in photos.photos_of(desk.store, patient_no)
        if row.amended_by is None and closed_on <= row.taken_on <= on
    ]
    wanted = new_photographs_wanted(before, max(new, default=None))
    return (_with_command(wanted, patient_no),) if wanted else ()


def _with_command(reason: Reason, patient_no: int) -> Reason:
    command = {
        "course_not_closed": f"microsclero response {patient_no}",
        "new_intake_wanted": f"microsclero screen {patient_no} --for intake",
        "new_consent_wanted": f"microsclero consent {patient_no}",
        "new_photographs_wanted": f"microsclero photo add {patient_no}",
    }[reason.code]
    return reason._replace(message=f"{reason.message.rstrip('.')}: {command}")


def _asked_to_wait(desk: Desk, patient_no: int, courses: tuple[CourseRow, ...]) -> Reason | None:
    """The wait that the last response of the running course asked for; a session given since has ended it."""
    from microsclero.dates import show_date
    from microsclero.store import diary

    course = courses[-1]
    rows = standing_responses(desk, patient_no, course.course) if course.status == "open" else ()
    if not rows or rows[-1].wait_until is None:
        return None
    last, until = rows[-1], rows[-1].wait_until
    given = [row for row in diary.sessions_of_course(desk.store, course.course) if row.status == "given"]
    if any(row.session != last.session and row.on >= last.on for row in given):
        return None
    message = f"The response of {show_date(last.on)} said to wait, and to look again on {show_date(until)}."
    return _as_wait(Reason("response_waits", message, {"ask_again_on": until.isoformat(), "response": last.response}))


def _as_wait(reason: Reason) -> Reason:
    """As the gate keeps what only has to pass: by the rule and the screening it comes from, here neither's."""
    return reason._replace(details={"rule": reason.code, "screening": None, **reason.details})
