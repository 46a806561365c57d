"""Courses and sessions: booked, blocked, changed; the file itself gives no time twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from microsclero.errors import ConflictError, FileError, NotFoundError
from microsclero.store import Store, diary
from tests.store.builders import SOME_DAY, a_patient, a_slot, put_course


def booked(store: Store, patient_no: int, slot: diary.NewSession) -> int:
    """A consultation."""
    with store.changing(who="MS", command="plan"):
        return diary.book_sessions(store, patient_no=patient_no, course=None, sessions=[slot])[0]


def changed(store: Store, number: int, **changes: Any) -> None:
    with store.changing(who="MS", command="move"):
        diary.update_session(store, number, changes, diary.session(store, number).version)


def planned_course(store: Store, **others: Any) -> tuple[int, int]:
    patient_no = a_patient(store)
    with store.changing(who="MS", command="plan"):
        return patient_no, put_course(store, patient_no, **others)


def test_a_course_of_four_comes_back_as_booked(store: Store) -> None:
    patient_no, course = planned_course(store, room="Blue", earliest_on=SOME_DAY)
    assert diary.running_course(store, patient_no) == diary.CourseRow(
        course=course, patient_no=patient_no, opened_on=SOME_DAY, status="open", closed_on=None, closed_why=None
    )
    sessions = diary.sessions_of_course(store, course)
    assert [(one.number, one.on) for one in sessions] == [
        (number + 1, SOME_DAY + timedelta(days=28 * number)) for number in range(4)
    ]
    assert sessions[0] == diary.SessionRow(
        session=1,
        course=course,
        patient_no=patient_no,
        kind="session",
        number=1,
        on=SOME_DAY,
        starts=time(10),
        ends=time(10, 30),
        injector="MS",
        room="Blue",
        status="planned",
        earliest_on=SOME_DAY,
        is_hand_set=False,
        cancel_reason=None,
        override_reason=None,
        version=1,
        booked_at=datetime(2026, 11, 22, 15, 0, 3, tzinfo=UTC),
    )
    assert diary.sessions_of_patient(store, patient_no) == sessions


def test_a_patient_has_one_open_course_at_a_time(store: Store) -> None:
    patient_no, course = planned_course(store)
    with pytest.raises(ConflictError), store.changing(who="MS", command="plan"):
        diary.open_course(store, patient_no, SOME_DAY)
    with store.changing(who="MS", command="response"):
        diary.close_course(store, course, on=SOME_DAY, why="clear")
    assert diary.running_course(store, patient_no) is None
    with store.changing(who="MS", command="plan"):
        second = diary.open_course(store, patient_no, SOME_DAY)
    assert [(one.course, one.status, one.closed_why) for one in diary.courses_of(store, patient_no)] == [
        (course, "closed", "clear"),
        (second, "open", None),
    ]


def test_a_session_that_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError):
        diary.session(store, 5)


CLASHES: list[tuple[str, dict[str, Any], bool]] = [
    ("the same time", {}, True),
    ("a minute of it at the end", {"at": time(10, 29)}, True),
    ("a minute of it at the beginning", {"at": time(9, 31)}, True),
    ("right after it", {"at": time(10, 30)}, False),
    ("right before it", {"at": time(9, 30)}, False),
    ("the next day", {"on": SOME_DAY + timedelta(days=1)}, False),
    ("another injector, the same room", {"injector": "DR", "room": "Blue"}, True),
    ("another injector, another room", {"injector": "DR", "room": "Red"}, False),
    ("another injector, no room", {"injector": "DR"}, False),
    ("on purpose", {"override_reason": "asked for it"}, False),
]


@pytest.mark.parametrize(("others", "is_taken"), [case[1:] for case in CLASHES], ids=[case[0] for case in CLASHES])
def test_a_time_is_given_once_and_what_blocks_is_what_the_file_refuses(
    store: Store, others: dict[str, Any], is_taken: bool
) -> None:
    first = booked(store, a_patient(store), a_slot(room="Blue"))
    patient_no = a_patient(store)
    slot = a_slot(**others)
    in_the_way = diary.blocking(
        store,
        on=slot.on,
        starts=slot.starts,
        ends=slot.ends,
        patient_no=patient_no,
        injector=slot.injector,
        room=slot.room,
        override=slot.override_reason is not None,
    )
    assert [one.session for one in in_the_way] == ([first] if is_taken else [])
    if not is_taken:
        assert booked(store, patient_no, slot) == 2
        return
    with pytest.raises(ConflictError) as caught:
        booked(store, patient_no, slot)
    assert (caught.value.code, caught.value.exit_code) == ("slot_taken", 5)
    assert len(diary.bookings(store, date.min, date.max)) == 1


def test_nobody_is_in_two_places_whatever_the_reason(store: Store) -> None:
    patient_no = a_patient(store)
    booked(store, patient_no, a_slot())
    slot = a_slot(at=time(10, 15), injector="DR", override_reason="asked for it")
    assert diary.blocking(
        store, on=slot.on, starts=slot.starts, ends=slot.ends, patient_no=patient_no, injector="DR", override=True
    )
    with pytest.raises(ConflictError):
        booked(store, patient_no, slot)


def test_one_slot_gone_means_none_is_booked(store: Store) -> None:
    booked(store, a_patient(store), a_slot(SOME_DAY + timedelta(days=84)))
    with pytest.raises(ConflictError):
        planned_course(store)
    assert store.value("select count(*) from session") == 1
    assert store.value("select count(*) from course") == 0


@pytest.mark.parametrize("ended", ["cancelled", "missed"])
def test_a_cancelled_or_missed_time_is_free_again(store: Store, ended: str) -> None:
    first = booked(store, a_patient(store), a_slot())
    changed(store, first, status=ended, cancel_reason="patient_ill")
    second = booked(store, a_patient(store), a_slot())
    with pytest.raises(ConflictError):
        changed(store, first, status="planned")
    assert [one.session for one in diary.bookings(store, SOME_DAY, SOME_DAY)] == [second]


def test_a_given_session_keeps_its_time(store: Store) -> None:
    changed(store, booked(store, a_patient(store), a_slot()), status="given")
    with pytest.raises(ConflictError):
        booked(store, a_patient(store), a_slot())


@pytest.mark.parametrize(
    "changes", [{"on": SOME_DAY}, {"starts": time(10), "ends": time(10, 30)}, {"injector": "MS"}], ids=str
)
def test_a_session_is_not_moved_onto_another(store: Store, changes: dict[str, Any]) -> None:
    booked(store, a_patient(store), a_slot())
    elsewhere = {
        "on": a_slot(SOME_DAY + timedelta(days=1)),
        "starts": a_slot(at=time(11)),
        "injector": a_slot(injector="DR"),
    }[next(iter(changes))]
    number = booked(store, a_patient(store), elsewhere)
    with pytest.raises(ConflictError) as caught:
        changed(store, number, **changes)
    assert caught.value.code == "slot_taken"
    assert diary.session(store, number).version == 1


def test_a_session_never_stands_in_its_own_way(store: Store) -> None:
    patient_no = a_patient(store)
    number = booked(store, patient_no, a_slot())
    changed(store, number, starts=time(10, 15), ends=time(10, 45), is_hand_set=True)
    moved = diary.session(store, number)
    assert (moved.starts, moved.ends, moved.is_hand_set, moved.version) == (time(10, 15), time(10, 45), True, 2)
    wanted: dict[str, Any] = {
        "on": SOME_DAY,
        "starts": time(10),
        "ends": time(10, 30),
        "patient_no": patient_no,
        "injector": "MS",
    }
    assert diary.blocking(store, **wanted, excluding=[number]) == ()
    assert [one.session for one in diary.blocking(store, **wanted)] == [number]


def test_a_session_somebody_else_changed_is_a_conflict(store: Store) -> None:
    number = booked(store, a_patient(store), a_slot())
    changed(store, number, injector="DR")
    with pytest.raises(ConflictError) as caught, store.changing(who="MS", command="move"):
        diary.update_session(store, number, {"status": "cancelled"}, version=1)
    assert caught.value.code == "changed_meanwhile"
    assert diary.session(store, number).status == "planned"


def test_two_desks_planning_one_course_do_not_number_a_session_twice(store: Store) -> None:
    patient_no, course = planned_course(store)
    with pytest.raises(ConflictError) as caught, store.changing(who="MS", command="plan"):
        slot = a_slot(SOME_DAY + timedelta(days=200), number=4)
        diary.book_sessions(store, patient_no=patient_no, course=course, sessions=[slot])
    assert caught.value.code == "changed_meanwhile"


def test_a_number_is_free_again_when_its_session_was_missed(store: Store) -> None:
    patient_no, course = planned_course(store)
    last = diary.sessions_of_course(store, course)[-1]
    changed(store, last.session, status="missed")
    with store.changing(who="MS", command="rebook"):
        slot = a_slot(SOME_DAY + timedelta(days=200), number=4)
        diary.book_sessions(store, patient_no=patient_no, course=course, sessions=[slot])
    assert [(one.number, one.status) for one in diary.sessions_of_course(store, course)][3:] == [
        (4, "missed"),
        (4, "planned"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends": "09:00"},
        {"starts": "24:00"},
        {"starts": "9:00"},
        {"on_date": "2026-02-30"},
        {"status": "held"},
        {"kind": "consultation"},
        {"number": None},
        {"course_id": 99},
        {"injector": ""},
        {"override_reason": ""},
    ],
    ids=str,
)
def test_a_session_that_cannot_be_is_refused_by_the_file(store: Store, wrong: dict[str, Any]) -> None:
    _, course = planned_course(store)
    number = diary.sessions_of_course(store, course)[0].session
    with pytest.raises(FileError), store.changing(who="MS", command="test") as write:
        write.update("session", number, wrong)


def test_a_session_belongs_to_the_patient_of_its_course(store: Store) -> None:
    _, course = planned_course(store)
    with pytest.raises(FileError), store.changing(who="MS", command="plan"):
        slot = a_slot(SOME_DAY + timedelta(days=1), number=5)
        diary.book_sessions(store, patient_no=a_patient_inside(store), course=course, sessions=[slot])


def a_patient_inside(store: Store) -> int:
    from tests.store.builders import put_patient

    return put_patient(store)


def test_what_a_session_does_not_have_cannot_be_set(store: Store) -> None:
    number = booked(store, a_patient(store), a_slot())
    with pytest.raises(TypeError, match="patient_no"):
        changed(store, number, patient_no=2)


def test_bookings_are_the_live_ones_of_these_days_in_order(store: Store) -> None:
    second = booked(store, a_patient(store), a_slot(at=time(11)))
    first = booked(store, a_patient(store), a_slot(room="Blue"))
    booked(store, a_patient(store), a_slot(SOME_DAY + timedelta(days=1)))
    gone = booked(store, a_patient(store), a_slot(at=time(12)))
    changed(store, gone, status="cancelled")
    assert diary.bookings(store, SOME_DAY - timedelta(days=3), SOME_DAY) == (
        diary.BookingRow(
            session=first,
            patient_no=2,
            on=SOME_DAY,
            starts=time(10),
            ends=time(10, 30),
            injector="MS",
            room="Blue",
        ),
        diary.BookingRow(
            session=second, patient_no=1, on=SOME_DAY, starts=time(11), ends=time(11, 30), injector="MS", room=None
        ),
    )
    assert [one.session for one in diary.live_sessions(store, SOME_DAY, SOME_DAY)] == [first, second]
    assert [one.session for one in diary.all_sessions(store, SOME_DAY, SOME_DAY)] == [first, second, gone]
