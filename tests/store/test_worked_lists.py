"""The lists nobody falls off: what waits for a response, a new date or a plan, and who was rung about it."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from microsclero.store import Store, clinic, contacts, diary, diary_lists, patients
from tests.store.builders import SOME_DAY, a_slot, put_patient, put_screening
from tests.store.test_lists import TOMORROW, booked


def test_whoever_was_reached_about_that_day_is_not_to_be_rung(store: Store) -> None:
    reached, tried, about_another_day = (booked(store, a_slot(TOMORROW, time(hour))) for hour in (9, 10, 11))
    rang(store, reached, TOMORROW, "reached")
    rang(store, tried, TOMORROW, "no_answer")
    rang(store, about_another_day, SOME_DAY, "reached")
    assert [one.session for one in diary_lists.preparation_due(store, SOME_DAY)] == [tried, about_another_day]


def rang(store: Store, session: int, on: date, outcome: str, **others: Any) -> int:
    patient_no = diary.session(store, session).patient_no
    with store.changing(who="MS", command="call"):
        return contacts.add_contact(
            store,
            patient_no=patient_no,
            about=others.pop("about", "preparation"),
            about_id=session,
            about_on=on,
            outcome=outcome,
            **others,
        )


def course_of(store: Store, *sessions: tuple[date, str, str | None]) -> tuple[int, list[int]]:
    """A patient's course with sessions of these days, statuses and what settled them; the patient, the sessions."""
    with store.changing(who="MS", command="plan"):
        patient_no = put_patient(store)
        course = diary.open_course(store, patient_no, sessions[0][0])
        found = []
        for place, (on, status, settled) in enumerate(sessions, 1):
            at = time(9 + patient_no % 3, 15 * (patient_no // 3 % 4))
            (number,) = diary.book_sessions(
                store,
                patient_no=patient_no,
                course=course,
                sessions=[a_slot(on, at, number=place, injector=f"I{patient_no}")],
            )
            why = "patient_away" if status == "cancelled" else None
            diary.update_session(store, number, {"status": status, "settled": settled, "cancel_reason": why}, 1)
            found.append(number)
    return patient_no, found


def days(count: int) -> date:
    return SOME_DAY + timedelta(days=count)


def due(store: Store, *, seen: bool = False, **others: Any) -> list[int]:
    weeks = 84 if seen else 28
    return [
        one.session for one in diary_lists.responses_due(store, SOME_DAY, days=weeks, fold_days=7, seen=seen, **others)
    ]


def test_a_response_is_due_for_what_was_given_so_long_ago_and_not_answered(store: Store) -> None:
    _, (older,) = course_of(store, (days(-40), "given", None))
    _, (today,) = course_of(store, (days(-28), "given", None))
    course_of(store, (days(-27), "given", None))
    course_of(store, (days(-40), "given", "course_closed"))
    course_of(store, (days(-40), "missed", None))
    _, (seen,) = course_of(store, (days(-84), "given", "seen"))
    course_of(store, (days(-83), "given", "seen"))
    assert due(store) == [today, older]
    assert due(store, limit=1) == [today]
    assert due(store, patient_no=1) == [older]
    assert due(store, seen=True) == [seen]


@pytest.mark.parametrize(
    ("visit", "is_due"),
    [(-1, True), (0, False), (7, False), (8, True)],
    ids=["gone by", "today", "in a week", "in eight days"],
)
def test_a_response_is_folded_into_a_visit_within_a_week_that_is_still_to_come(
    store: Store, visit: int, is_due: bool
) -> None:
    _, (given, _) = course_of(store, (days(-28), "given", None), (days(visit), "planned", None))
    assert due(store) == ([given] if is_due else [])


def test_a_later_session_of_the_same_course_takes_over_the_response(store: Store) -> None:
    patient_no, _ = course_of(store, (days(-70), "given", None), (days(-28), "given", None), (days(-90), "given", None))
    assert due(store) == [2]
    assert diary_lists.responses_of(store, [patient_no], given_by=days(-21)) == {patient_no: days(-28)}
    assert diary_lists.responses_of(store, [patient_no], given_by=days(-29)) == {}
    assert diary_lists.responses_of(store, [patient_no], given_by=days(-21), seen=True) == {}


def waiting(store: Store, **others: Any) -> list[int]:
    return [one.session for one in diary_lists.without_date(store, sessions=4, **others)]


def test_missed_and_put_off_sessions_wait_until_they_are_settled(store: Store) -> None:
    patient_no, (missed, put_off, _, _) = course_of(
        store,
        (days(-7), "missed", None),
        (days(30), "cancelled", None),
        (days(60), "missed", "rebooked"),
        (days(90), "cancelled", "no_more"),
    )
    assert waiting(store) == [put_off, missed]
    assert waiting(store, limit=1) == [put_off]
    assert (waiting(store, patient_no=patient_no), waiting(store, patient_no=99)) == ([put_off, missed], [])
    with store.changing(who="MS", command="response"):
        diary.close_course(store, 1, on=SOME_DAY)
    assert waiting(store) == [], "a closed course wants no more dates"


def test_a_course_that_is_whole_again_has_no_room_for_another_date(store: Store) -> None:
    patient_no, (missed, *_) = course_of(store, (days(-7), "missed", None), (days(28), "planned", None))
    assert waiting(store) == [missed]
    with store.changing(who="MS", command="plan"):
        slots = [a_slot(days(28 * place), time(16), number=place) for place in (3, 4)]
        diary.book_sessions(store, patient_no=patient_no, course=1, sessions=slots)
    assert waiting(store) == []


def test_a_missed_consultation_waits_until_any_visit_is_booked_after_it(store: Store) -> None:
    earlier = booked(store, a_slot(days(-9), time(9)), "missed", is_consultation=True)
    assert waiting(store) == [earlier]
    with store.changing(who="MS", command="plan"):
        patient_no = diary.session(store, earlier).patient_no
        diary.book_sessions(store, patient_no=patient_no, course=None, sessions=[a_slot(days(3))])
    assert waiting(store) == []


def left_open(store: Store) -> list[int]:
    return [one.session for one in diary_lists.sessions_left_open(store, SOME_DAY)]


def test_a_consultation_gone_by_is_open_until_something_came_of_it(store: Store) -> None:
    screened, booked_again, neither = (
        booked(store, a_slot(days(-9), time(hour)), is_consultation=True) for hour in (9, 10, 11)
    )
    assert left_open(store) == [neither, booked_again, screened]
    with store.changing(who="MS", command="screen"):
        put_screening(store, diary.session(store, screened).patient_no, on=days(-9))
        put_screening(store, diary.session(store, neither).patient_no, on=days(-10))
        patient_no = diary.session(store, booked_again).patient_no
        diary.book_sessions(store, patient_no=patient_no, course=None, sessions=[a_slot(days(3))])
    assert left_open(store) == [neither]


def test_a_visit_booked_before_its_day_says_nothing_of_whether_a_consultation_was_held(store: Store) -> None:
    """Everything is booked on 22 November: on the day of the second, before that of the third."""
    on_its_day, after_it = (booked(store, a_slot(days(away)), is_consultation=True) for away in (-1, 0))
    with store.changing(who="MS", command="plan"):
        for number in (on_its_day, after_it):
            patient_no = diary.session(store, number).patient_no
            slot = a_slot(days(3), time(number + 9))
            diary.book_sessions(store, patient_no=patient_no, course=None, sessions=[slot])
    found = diary_lists.sessions_left_open(store, TOMORROW)
    assert [one.session for one in found] == [after_it]


@pytest.mark.parametrize(("zone", "is_open"), [("Europe/London", True), ("Australia/Sydney", False)])
def test_a_booking_has_its_day_by_the_clinics_clock(store: Store, zone: str, is_open: bool) -> None:
    """Booked at three in the afternoon of the day before in Greenwich: in Sydney it is the day itself."""
    with store.changing(who="MS", command="clinic edit"):
        clinic.edit_clinic(store, {"zone": zone})
    held = booked(store, a_slot(), is_consultation=True)
    with store.changing(who="MS", command="plan"):
        patient_no = diary.session(store, held).patient_no
        diary.book_sessions(store, patient_no=patient_no, course=None, sessions=[a_slot(days(3))])
    found = diary_lists.sessions_left_open(store, TOMORROW)
    assert [one.session for one in found] == ([held] if is_open else [])


def test_a_session_gone_by_is_open_whatever_came_after(store: Store) -> None:
    patient_no, (gone_by, _) = course_of(store, (days(-9), "planned", None), (days(28), "planned", None))
    with store.changing(who="MS", command="screen"):
        put_screening(store, patient_no, on=days(-9))
    assert left_open(store) == [gone_by]


def stalled(store: Store, ago: int = 0) -> list[tuple[int, int | None, date]]:
    found = diary_lists.courses_stalled(store, SOME_DAY, days=ago, sessions=4)
    return [(one.patient_no, one.last_number, one.since) for one in found]


def test_a_course_is_stalled_from_its_last_session_or_its_opening(store: Store) -> None:
    given, _ = course_of(store, (days(-50), "given", "seen"), (days(-20), "cancelled", "rebooked"))
    missed, _ = course_of(store, (days(-60), "given", "seen"), (days(-30), "missed", "rebooked"))
    never, _ = course_of(store, (days(-10), "cancelled", "rebooked"))
    course_of(store, (days(-50), "given", "seen"), (days(20), "planned", None))
    _, (_, given_up) = course_of(store, (days(-50), "given", "seen"), (days(-20), "missed", "no_more"))
    rang(store, given_up, days(-20), "wants_no_more", about="new_date")
    course_of(store, *((days(-28 * place), "given", "seen") for place in (1, 2, 3, 4)))
    assert stalled(store) == [(never, None, days(-10)), (missed, 2, days(-30)), (given, 1, days(-50))]
    assert stalled(store, 30) == [(missed, 2, days(-30)), (given, 1, days(-50))]
    assert stalled(store, 51) == []
    with store.changing(who="MS", command="plan"):
        diary.book_sessions(store, patient_no=given, course=None, sessions=[a_slot(days(3))])
        diary.book_sessions(store, patient_no=never, course=None, sessions=[a_slot(days(-3), time(14))])
        diary.close_course(store, 2, on=SOME_DAY)
    assert stalled(store) == [(never, None, days(-10))], "a consultation gone by is nothing booked"


@pytest.mark.parametrize(("hours", "is_stalled"), [(0, True), (13, False)], ids=["Greenwich", "Sydney"])
def test_a_call_has_its_day_by_the_clinics_clock(store: Store, hours: int, is_stalled: bool) -> None:
    """Noted before midnight in Greenwich, when a Sydney clinic had opened on the day of the missed session."""
    _, (missed,) = course_of(store, (SOME_DAY, "missed", "no_more"))
    rang(store, missed, SOME_DAY, "wants_no_more", about="new_date")
    offset = timedelta(hours=hours)
    found = diary_lists.courses_stalled(store, SOME_DAY, days=0, sessions=4, offset=offset)
    assert [one.since for one in found] == ([SOME_DAY] if is_stalled else [])


def test_the_attempts_of_each_patient_come_in_order(store: Store) -> None:
    session = booked(store, a_slot(TOMORROW))
    other = booked(store, a_slot(TOMORROW, time(12)))
    first = rang(store, session, TOMORROW, "put_off", put_off_until=SOME_DAY, note="after lunch")
    second = rang(store, session, TOMORROW, "message_left")
    rang(store, other, TOMORROW, "reached")
    assert [one._replace(at="") for one in contacts.contacts_of(store, [1])] == [
        contacts.ContactRow(
            contact=contact,
            patient_no=1,
            about="preparation",
            about_id=session,
            about_on=TOMORROW.isoformat(),
            outcome=outcome,
            put_off_until=until,
            at="",
            who="MS",
        )
        for contact, outcome, until in ((first, "put_off", SOME_DAY.isoformat()), (second, "message_left", None))
    ]
    assert store.rows("select note from contact order by id") == [("after lunch",), (None,), (None,)]


def test_a_wrong_number_stands_until_the_number_changes_or_somebody_answers(store: Store) -> None:
    session = booked(store, a_slot(TOMORROW))

    def wrong() -> set[int]:
        return contacts.wrong_numbers(store, contacts.contacts_of(store, [1]))

    def edited(version: int, **changes: str) -> None:
        with store.changing(who="MS", command="patient edit"):
            patients.edit_patient(store, 1, changes, version)

    assert wrong() == set()
    edited(1, phone="it's 07700 900001")
    rang(store, session, TOMORROW, "wrong_number")
    assert wrong() == {1}
    edited(2, allergies="latex")
    assert wrong() == {1}
    edited(3, phone="07700 900002")
    assert wrong() == set()
    edited(4, phone="it's 07700 900001")
    assert wrong() == {1}, "the old number, put back, is as wrong as before"
    rang(store, session, TOMORROW, "reached")
    assert wrong() == set()
