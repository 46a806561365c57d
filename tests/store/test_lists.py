"""What the desk sees today, and that no list reads the whole record for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from microsclero.store import (
    Store,
    backup_log,
    clinic,
    contacts,
    diary,
    diary_lists,
    drafts,
    patients,
    screening_lists,
    screenings,
)
from tests.store.builders import SOME_DAY, a_patient, a_slot, put_course, put_screening

TOMORROW = SOME_DAY + timedelta(days=1)


def booked(store: Store, slot: diary.NewSession, status: str = "planned", *, is_consultation: bool = False) -> int:
    with store.changing(who="MS", command="plan"):
        patient_no = patients_in(store)
        course = None if is_consultation else diary.open_course(store, patient_no, slot.on)
        slot = slot if is_consultation else slot._replace(number=1)
        number = diary.book_sessions(store, patient_no=patient_no, course=course, sessions=[slot])[0]
        if status != "planned":
            diary.update_session(store, number, {"status": status}, 1)
    return number


def patients_in(store: Store) -> int:
    from tests.store.builders import put_patient

    return put_patient(store)


def screened(store: Store, **others: Any) -> int:
    with store.changing(who="MS", command="screen"):
        return put_screening(store, patients_in(store), **others)


def test_the_day_shows_what_is_planned_or_given_in_order(store: Store) -> None:
    late = booked(store, a_slot(at=time(15)))
    early = booked(store, a_slot(), "given")
    booked(store, a_slot(at=time(9)), "cancelled")
    booked(store, a_slot(at=time(12)), "missed")
    booked(store, a_slot(TOMORROW))
    talk = booked(store, a_slot(at=time(16)), is_consultation=True)
    assert [(one.session, one.status) for one in diary_lists.sessions_on(store, SOME_DAY)] == [
        (early, "given"),
        (late, "planned"),
        (talk, "planned"),
    ]


def test_preparation_is_due_for_sessions_up_to_the_next_day(store: Store) -> None:
    booked(store, a_slot())
    due = booked(store, a_slot(TOMORROW))
    booked(store, a_slot(TOMORROW, time(11)), "cancelled")
    booked(store, a_slot(TOMORROW, time(12)), is_consultation=True)
    after_the_weekend = booked(store, a_slot(SOME_DAY + timedelta(days=3)))
    assert [one.session for one in diary_lists.preparation_due(store, SOME_DAY)] == [due]
    found = diary_lists.preparation_due(store, SOME_DAY, SOME_DAY + timedelta(days=3))
    assert [one.session for one in found] == [due, after_the_weekend]


def test_sessions_nobody_said_anything_about_stay_in_sight(store: Store) -> None:
    older = booked(store, a_slot(SOME_DAY - timedelta(days=9)))
    newer = booked(store, a_slot(SOME_DAY - timedelta(days=1)))
    booked(store, a_slot(SOME_DAY - timedelta(days=2)), "given")
    booked(store, a_slot())
    assert [one.session for one in diary_lists.sessions_left_open(store, SOME_DAY)] == [newer, older]


def test_deferrals_are_due_from_their_date_on_until_asked_again(store: Store) -> None:
    today = screened(store, outcome="defer", ask_again_on=SOME_DAY)
    earlier = screened(store, outcome="defer", ask_again_on=SOME_DAY - timedelta(days=5))
    screened(store, outcome="defer", ask_again_on=TOMORROW)
    screened(store)
    assert screening_lists.deferrals_due(store, SOME_DAY) == (
        screening_lists.OpenScreening(
            screening=today, patient_no=1, purpose="intake", on=SOME_DAY, outcome="defer", ask_again_on=SOME_DAY
        ),
        screening_lists.OpenScreening(
            screening=earlier,
            patient_no=2,
            purpose="intake",
            on=SOME_DAY,
            outcome="defer",
            ask_again_on=SOME_DAY - timedelta(days=5),
        ),
    )
    with store.changing(who="MS", command="screen"):
        put_screening(store, 1)
    assert [one.screening for one in screening_lists.deferrals_due(store, SOME_DAY)] == [earlier]


def test_reviews_are_open_until_decided_or_asked_again(store: Store) -> None:
    first = screened(store, outcome="review", findings=[{"rule": "a", "outcome": "review"}])
    second = screened(store, outcome="review", findings=[{"rule": "a", "outcome": "review"}], on=TOMORROW)
    third = screened(store, outcome="review", findings=[{"rule": "a", "outcome": "review"}])
    assert [one.screening for one in screening_lists.reviews_open(store)] == [second, first, third]
    with store.changing(who="MS", command="decide"):
        screenings.add_decisions(store, first, [("a", "decline", "no")], prescriber="MS")
        put_screening(store, 3)
    assert [one.screening for one in screening_lists.reviews_open(store)] == [second]


def test_intakes_under_way_are_offered_again(store: Store) -> None:
    number = drafts.save_draft(store, purpose="intake", body={"asthma": "no"}, who="MS")
    drafts.save_draft(store, purpose="intake", body={}, finished=True)
    touched = datetime(2026, 11, 22, 15, 0, 2, tzinfo=UTC)
    assert screening_lists.drafts_open(store) == (
        screening_lists.OpenDraft(draft=number, patient_no=None, purpose="intake", touched_at=touched, who="MS"),
    )


WRONG_NUMBER = contacts.ContactRow(
    contact=1,
    patient_no=1,
    about="preparation",
    about_id=1,
    about_on="2026-11-24",
    outcome="wrong_number",
    put_off_until=None,
    at="",
    who="MS",
)


def outside(store: Store, **others: Any) -> list[int]:
    """What is planned for today and tomorrow outside ten to twelve, without MS, or in the Red room; MS has a break."""
    rest = [(time(10, 30), time(10, 45))]
    rows = diary_lists.planned_outside(
        store,
        [SOME_DAY, TOMORROW],
        **{
            "periods": [(time(10), time(12)), (time(13), time(14))],
            "crew": {"MS": rest, "DR": []},
            "closed_rooms": ["Red"],
            **others,
        },
    )
    return [row.session for row in rows]


ASKED: list[Callable[[Store], object]] = [
    lambda store: diary_lists.sessions_on(store, SOME_DAY),
    lambda store: diary_lists.preparation_due(store, SOME_DAY),
    lambda store: diary_lists.sessions_left_open(store, SOME_DAY),
    lambda store: screening_lists.deferrals_due(store, SOME_DAY),
    lambda store: screening_lists.reviews_open(store),
    lambda store: screening_lists.drafts_open(store),
    lambda store: backup_log.last_backup(store),
    lambda store: screening_lists.referrals_with_paper(store),
    lambda store: diary_lists.responses_due(store, SOME_DAY, days=28, fold_days=7),
    lambda store: diary_lists.responses_due(store, SOME_DAY, days=84, fold_days=7, seen=True),
    lambda store: diary_lists.responses_of(store, [1, 2], given_by=SOME_DAY),
    lambda store: diary_lists.last_planned_day(store),
    lambda store: diary_lists.booked_days(store, SOME_DAY),
    lambda store: outside(store),
    lambda store: outside(store, patient_no=1, crowded=[(time(10), time(11))]),
    lambda store: diary_lists.planned_beside_roomless(store, SOME_DAY, TOMORROW),
    lambda store: diary_lists.without_date(store, sessions=4),
    lambda store: diary_lists.courses_stalled(store, SOME_DAY, days=28, sessions=4),
    lambda store: contacts.contacts_of(store, [1, 2]),
    lambda store: contacts.wrong_numbers(store, [WRONG_NUMBER]),
    lambda store: patients.names_and_phones(store, [1, 2]),
    lambda store: patients.patient(store, 1),
    lambda store: patients.latest_patients(store),
    lambda store: patients.find_patients(store, born_on=SOME_DAY),
    lambda store: patients.similar_patients(store, name_key="jane roe", family_key="roe", born_on=SOME_DAY),
    lambda store: patients.names(store, [1, 2]),
    lambda store: patients.looks(store, 1),
    lambda store: screenings.latest_screening(store, 1, "intake"),
    lambda store: screenings.screenings_of(store, 1),
    lambda store: screenings.decisions(store, 1),
    lambda store: screenings.documents(store, 1),
    lambda store: diary.running_course(store, 1),
    lambda store: diary.courses_of(store, 1),
    lambda store: diary.sessions_of_course(store, 1),
    lambda store: diary.sessions_of_patient(store, 1),
    lambda store: diary.bookings(store, SOME_DAY, TOMORROW),
    lambda store: diary.live_sessions(store, SOME_DAY, TOMORROW),
    lambda store: diary.all_sessions(store, SOME_DAY, TOMORROW),
    lambda store: diary.blocking(
        store, on=SOME_DAY, starts=time(10), ends=time(11), patient_no=1, injector="MS", room="Blue"
    ),
    lambda store: clinic.closures(store, SOME_DAY),
]


@pytest.mark.parametrize("ask", ASKED, ids=[str(number) for number in range(len(ASKED))])
def test_no_list_reads_a_whole_table_or_sorts_what_an_index_has_in_order(
    store: Store, ask: Callable[[Store], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    patient_no = a_patient(store)
    with store.changing(who="MS", command="plan"):
        put_course(store, patient_no)
    asked: list[tuple[str, Any]] = []
    rows = store.rows

    def note(sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
        asked.append((sql, values))
        return rows(sql, values)

    monkeypatch.setattr(store, "rows", note)
    ask(store)
    assert asked
    for sql, values in asked:
        plan = [step for *_, step in rows(f"explain query plan {sql}", values)]
        # Read along an index from its end, up to a limit, is no reading of the whole.
        whole = [step for step in plan if re.match(r"SCAN (?!.*USING (COVERING )?INDEX)", step)]
        if " limit ?" in sql or " limit 1" in sql:
            whole = [step for step in whole if not step.startswith(("SCAN patient", "SCAN access"))]
        assert whole == [], (sql, plan)


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda store: diary_lists.preparation_due(store, SOME_DAY), "session_planned_by_day"),
        (lambda store: diary_lists.responses_due(store, SOME_DAY, days=28, fold_days=7), "session_unanswered"),
        (
            lambda store: diary_lists.responses_due(store, SOME_DAY, days=84, fold_days=7, seen=True),
            "session_answered_once",
        ),
        (lambda store: diary_lists.without_date(store, sessions=4), "session_without_date"),
        (lambda store: diary_lists.last_planned_day(store), "session_planned_by_day"),
        (lambda store: diary_lists.booked_days(store, SOME_DAY), "session_planned_places"),
        (lambda store: outside(store), "session_planned_places"),
        (
            lambda store: diary_lists.planned_beside_roomless(store, SOME_DAY, TOMORROW),
            "session_planned_places",
        ),
        (lambda store: diary_lists.courses_stalled(store, SOME_DAY, days=28, sessions=4), "course_running"),
        (lambda store: screening_lists.deferrals_due(store, SOME_DAY), "screening_ask_again"),
        (lambda store: screening_lists.reviews_open(store), "screening_for_review"),
        (lambda store: screening_lists.drafts_open(store), "draft_open"),
        (lambda store: screening_lists.incomplete(store), "screening_incomplete"),
        (lambda store: screening_lists.to_report(store), "screening_to_report"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_each_list_begins_with_the_index_of_what_is_open(
    store: Store, ask: Callable[[Store], object], index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, Any]] = []
    rows = store.rows

    def note(sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
        asked.append((sql, values))
        return rows(sql, values)

    monkeypatch.setattr(store, "rows", note)
    ask(store)
    ((sql, values),) = asked
    plan = (step for *_, step in rows(f"explain query plan {sql}", values))
    # Rows found through an index are then read by their number.
    first = next(step for step in plan if step.startswith(("SEARCH", "SCAN")) and "PRIMARY KEY" not in step)
    assert f"INDEX {index} " in f"{first} ", first


def test_what_is_planned_outside_what_its_day_has_is_found_in_order(store: Store) -> None:
    def at(clock: str, day: date = SOME_DAY, **more: Any) -> int:
        return booked(store, a_slot(day, time.fromisoformat(clock), **more))

    fits = [
        at("10:00"),
        at("10:45"),
        at("11:30", injector="DR"),
        at("13:00", room="Blue"),
        at("10:20", injector="DR"),
    ]
    strays = [
        at("11:31", TOMORROW),
        at("09:59", TOMORROW, injector="DR"),
        at("11:45"),
        at("10:16", TOMORROW),
        at("13:05", injector="DR", room="Red"),
        at("13:30", TOMORROW, injector="XY"),
    ]
    booked(store, a_slot(SOME_DAY + timedelta(days=2), time(20)))
    booked(store, a_slot(at=time(20)), "cancelled")
    in_order = [strays[2], strays[4], strays[1], strays[3], strays[0], strays[5]]
    assert outside(store) == in_order
    assert outside(store, limit=2) == in_order[:2]
    patient = diary.session(store, strays[0]).patient_no
    assert outside(store, patient_no=patient) == [strays[0]]
    assert (
        outside(store, periods=[])
        == outside(store, crew={})
        == sorted(
            [*fits, *strays], key=lambda one: (diary.session(store, one).on, diary.session(store, one).starts, one)
        )
    )
    assert diary_lists.booked_days(store, SOME_DAY) == (SOME_DAY, TOMORROW, SOME_DAY + timedelta(days=2))
    assert diary_lists.last_planned_day(store) == SOME_DAY + timedelta(days=2)


def test_what_has_no_room_at_a_crowded_time_is_found(store: Store) -> None:
    roomless, roomed, later = (
        booked(store, a_slot(at=time.fromisoformat(clock), injector=injector, room=room))
        for clock, injector, room in (("10:00", "DR", None), ("10:00", "MS", "Blue"), ("11:00", "MS", None))
    )
    assert outside(store, crowded=[(time(10, 29), time(11))]) == [roomless]
    assert outside(store, crowded=[(time(10, 30), time(11))]) == []
    assert outside(store, crowded=[(time(10), time(10, 1)), (time(11), time(12))]) == [roomless, later]
    assert roomed not in outside(store, crowded=[(time(9), time(12))])


def test_only_days_with_something_without_a_room_are_read_and_then_whole(store: Store) -> None:
    booked(store, a_slot(at=time(11), room="Blue"))
    booked(store, a_slot())
    booked(store, a_slot(at=time(12)), "cancelled")
    booked(store, a_slot(TOMORROW, room="Blue"))
    booked(store, a_slot(SOME_DAY + timedelta(days=2)))
    found = ((SOME_DAY, ((time(10), time(10, 30), None), (time(11), time(11, 30), "Blue"))),)
    assert diary_lists.planned_beside_roomless(store, SOME_DAY, TOMORROW) == found


def test_a_session_long_ago_does_not_slow_the_day(store: Store) -> None:
    plan = store.rows(
        "explain query plan select id from session where status in ('planned', 'given') and on_date = ? "
        "order by on_date, starts, id",
        (date(2026, 1, 1).isoformat(),),
    )
    assert "session_live_by_day (on_date=?)" in plan[0][3]
