"""A slot taken on purpose: what may be shared, and what nothing passes over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from microsclero.diary import Diary, Injector, Slot
from microsclero.double_booking import OnPurpose, beside_words, slot_on_purpose

from .diaries import AB, FRIDAY, MS, booking, clinic, full_day

TEN = time(10)
HALF_PAST = time(10, 30)


def at_ten(diary: Diary, on: date = FRIDAY, *, at: time = TEN, injector: str | None = None) -> OnPurpose:
    return slot_on_purpose(diary, on, at, minutes=30, patient_no=1, injector=injector)


def test_a_time_that_is_free_is_simply_taken() -> None:
    assert at_ten(clinic()) == OnPurpose(Slot(on=FRIDAY, starts=TEN, ends=HALF_PAST, injector="MS"))


def test_an_injector_who_is_booked_is_booked_twice_and_beside_whom_is_said() -> None:
    theirs = booking(FRIDAY, "09:45")
    assert at_ten(clinic(theirs)) == OnPurpose(
        Slot(on=FRIDAY, starts=TEN, ends=HALF_PAST, injector="MS"), beside=(theirs,)
    )


def test_whoever_is_free_is_taken_before_anybody_is_booked_twice() -> None:
    diary = clinic(booking(FRIDAY, "10:00"), injectors=(MS, AB))
    assert at_ten(diary) == OnPurpose(Slot(on=FRIDAY, starts=TEN, ends=HALF_PAST, injector="AB"))


def test_the_injector_who_is_asked_for_is_booked_twice_though_another_is_free() -> None:
    theirs = booking(FRIDAY, "10:00")
    found = at_ten(clinic(theirs, injectors=(MS, AB)), injector="MS")
    assert (found.slot and found.slot.injector, found.beside) == ("MS", (theirs,))


def test_the_pair_that_shares_least_is_taken() -> None:
    mine = booking(FRIDAY, "10:00", session_id=1, injector="MS", room="Blue")
    theirs = booking(FRIDAY, "10:00", session_id=2, injector="AB", room="Red", patient_no=98)
    diary = clinic(mine, theirs, injectors=(MS, AB), rooms=("Blue", "Red"))
    found = at_ten(diary)
    assert (found.slot and (found.slot.injector, found.slot.room), found.beside) == (("MS", "Blue"), (mine,))


def test_a_room_alone_can_be_shared() -> None:
    theirs = booking(FRIDAY, "10:00", injector="AB", room="Blue")
    found = at_ten(clinic(theirs, injectors=(MS, AB), rooms=("Blue",)))
    assert (found.slot and (found.slot.injector, found.slot.room), found.beside) == (("MS", "Blue"), (theirs,))


def test_the_last_room_is_shared_with_whoever_is_booked_without_one() -> None:
    early = booking(FRIDAY, "10:00", session_id=3, injector="AB")
    diary = clinic(early, injectors=(MS, AB), rooms=("Blue",))
    slot = Slot(on=FRIDAY, starts=TEN, ends=HALF_PAST, injector="MS", room="Blue")
    assert at_ten(diary) == OnPurpose(slot, beside=(early,))
    assert beside_words(slot, [early]) == (
        "Double-booked on purpose: session 3 of patient 99 at 10:00 is in one of the rooms, too.",
    )
    theirs = replace(slot, injector="AB")
    assert at_ten(diary, injector="AB") == OnPurpose(theirs, beside=(early,))
    assert beside_words(theirs, [early]) == (
        "Double-booked on purpose: session 3 of patient 99 at 10:00 is with AB, too.",
    )


@pytest.mark.parametrize(
    ("on", "at", "codes"),
    [
        (date(2026, 11, 28), TEN, ["closed"]),
        (date(2026, 12, 25), TEN, ["closed"]),
        (FRIDAY, time(13, 15), ["outside_hours"]),
        (FRIDAY, time(12, 45), ["outside_hours"]),
        (FRIDAY, time(17), ["outside_hours"]),
        (FRIDAY, time(12, 30), []),
    ],
)
def test_closed_hours_are_never_passed_over(on: date, at: time, codes: list[str]) -> None:
    assert [reason.code for reason in at_ten(clinic(*full_day(FRIDAY)), on, at=at).reasons] == codes


def test_the_same_patient_is_never_booked_twice_at_one_time() -> None:
    own = booking(FRIDAY, "10:15", patient_no=1, session_id=5)
    found = at_ten(clinic(own))
    assert found.slot is None
    assert [reason.as_data() for reason in found.reasons] == [
        {
            "code": "booked_twice",
            "message": "Patient 1 is booked on Fri 27 Nov 2026 at 10:15 already; nobody is booked twice at one time.",
            "date": "2026-11-27",
            "start": "10:00",
            "blocked_by": 5,
        }
    ]
    assert at_ten(clinic(booking(FRIDAY, "10:30", patient_no=1))).reasons == ()
    assert at_ten(clinic(booking(FRIDAY, "09:30", patient_no=1))).reasons == ()


def test_nobody_who_is_away_is_booked() -> None:
    away = Injector(initials="MS", away=((FRIDAY, FRIDAY),))
    assert [reason.message for reason in at_ten(clinic(injectors=(away,))).reasons] == [
        "Fri 27 Nov 2026: MS is away. Choose another time."
    ]
    found = at_ten(clinic(*full_day(FRIDAY, "AB"), injectors=(away, AB)))
    assert found.slot and found.slot.injector == "AB"
    assert [reason.code for reason in at_ten(clinic(injectors=(away, AB)), injector="MS").reasons] == ["injector_away"]


def test_every_reason_is_given_at_once() -> None:
    away = Injector(initials="MS", away=((FRIDAY, FRIDAY),))
    found = at_ten(clinic(booking(FRIDAY, "12:45", patient_no=1), injectors=(away,)), at=time(13))
    assert [reason.code for reason in found.reasons] == ["outside_hours", "injector_away", "booked_twice"]
