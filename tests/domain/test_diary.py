"""When the clinic is open, what is taken, and which slots are free."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from microsclero.diary import Booking, Diary, Slot
from microsclero.injectors import Break, Injector, show_absence
from microsclero.opening import Closure, OpeningHours, Period, parse_period

from .diaries import AB, FRIDAY, MS, WEEK, booking, clinic, closed, full_day, opened, opening_hours

SATURDAY, SUNDAY, MONDAY = (FRIDAY + timedelta(days=days) for days in (1, 2, 3))
CHRISTMAS = date(2026, 12, 25)


def starts(diary: Diary, on: date = FRIDAY, **wanted: object) -> list[str]:
    return [f"{slot.starts:%H:%M}" for slot in diary.free_slots(on, **wanted)]  # type: ignore[arg-type]


def slot(at: str, until: str, injector: str = "MS", room: str | None = None, on: date = FRIDAY) -> Slot:
    return Slot(on=on, starts=time.fromisoformat(at), ends=time.fromisoformat(until), injector=injector, room=room)


MORNING = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00", "12:30"]
AFTERNOON = ["14:00", "14:30", "15:00", "15:30", "16:00", "16:30"]


def test_a_period_is_read_and_shown_alike() -> None:
    assert parse_period("09:00-13:00") == Period(starts=time(9), ends=time(13))
    assert str(parse_period("09:00-13:00")) == "09:00-13:00"


@pytest.mark.parametrize("text", ["09:00", "13:00-09:00", "09:00-09:00", "9-13", "09:00–13:00", "", "09:00-24:00"])
def test_a_period_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse_period(text)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("monday", "sentence"),
    [
        ("09:00-13:00 12:00-17:00", "09:00-13:00 and 12:00-17:00 overlap or are out of order"),
        ("14:00-17:00 09:00-13:00", "type the earlier period first"),
    ],
)
def test_a_week_that_makes_no_sense_is_refused(monday: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        opening_hours(mon=monday)


def test_wrong_values_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="seven days"):
        OpeningHours(weekly=())
    with pytest.raises(ValueError, match="needs its hours"):
        Closure(from_on=FRIDAY, until_on=FRIDAY, reason="Extra clinic", is_open=True)
    with pytest.raises(ValueError, match="a closure has none"):
        Closure(from_on=FRIDAY, until_on=FRIDAY, reason="Ill", periods=(parse_period("09:00-10:00"),))
    with pytest.raises(ValueError, match="Thu 26 Nov 2026 is before Fri 27 Nov 2026"):
        closed(FRIDAY, FRIDAY - timedelta(days=1))
    with pytest.raises(ValueError, match="Session 7 on Fri 27 Nov 2026 does not end after it starts"):
        Booking(session_id=7, patient_no=1, on=FRIDAY, starts=time(9), ends=time(9), injector="MS")
    with pytest.raises(ValueError, match="at least one minute"):
        Diary(hours=WEEK, session_minutes=0)


def test_the_clinic_says_why_it_is_closed() -> None:
    diary = clinic(closures=(closed(MONDAY, MONDAY, "Staff training"),))
    assert diary.closed_why(FRIDAY) is None
    assert diary.closed_why(SATURDAY) == "closed on Saturdays"
    assert diary.closed_why(SUNDAY) == "closed on Sundays"
    assert diary.closed_why(MONDAY) == "Staff training"
    assert diary.closed_why(CHRISTMAS) == "Christmas Day"
    assert diary.open_periods(CHRISTMAS) == diary.open_periods(MONDAY) == ()


def test_the_last_and_first_day_of_a_closure_are_closed() -> None:
    diary = clinic(closures=(closed(MONDAY, MONDAY + timedelta(days=2)),))
    assert [bool(diary.open_periods(MONDAY + timedelta(days=days))) for days in (0, 1, 2, 3)] == [False] * 3 + [True]


def test_a_one_off_opening_beats_the_week_and_a_holiday() -> None:
    diary = clinic(closures=(opened(SATURDAY), opened(CHRISTMAS, "09:00-10:00")))
    assert [str(period) for period in diary.open_periods(SATURDAY)] == ["10:00-12:00"]
    assert starts(diary, SATURDAY) == ["10:00", "10:30", "11:00", "11:30"]
    assert starts(diary, CHRISTMAS) == ["09:00", "09:30"]
    assert diary.closed_why(CHRISTMAS) is None


def test_of_two_entries_for_one_day_the_later_holds() -> None:
    holiday = closed(FRIDAY, MONDAY)
    assert clinic(closures=(holiday, opened(FRIDAY))).closed_why(FRIDAY) is None
    assert clinic(closures=(opened(FRIDAY), holiday)).closed_why(FRIDAY) == "Summer holiday"


def test_an_empty_day_offers_each_step_of_the_session_length() -> None:
    assert starts(clinic()) == MORNING + AFTERNOON
    assert next(clinic().free_slots(FRIDAY)) == slot("09:00", "09:30")


def test_a_closed_day_offers_nothing() -> None:
    assert starts(clinic(), SATURDAY) == starts(clinic(), CHRISTMAS) == []


def test_a_session_that_straddles_the_lunch_break_is_not_offered() -> None:
    assert starts(clinic(), minutes=60) == [*MORNING[:-1], *AFTERNOON[:-1]]
    assert starts(clinic(), minutes=45, at=time(12, 30)) == []
    assert starts(clinic(), minutes=45, at=time(12, 15)) == ["12:15"]
    assert starts(clinic(), minutes=241) == []


def test_a_taken_slot_is_not_offered_and_its_neighbours_are() -> None:
    assert starts(clinic(booking(FRIDAY, "10:00"))) == [one for one in MORNING + AFTERNOON if one != "10:00"]
    assert starts(clinic(booking(FRIDAY, "10:10", 5))) == [one for one in MORNING + AFTERNOON if one != "10:00"]
    assert starts(clinic(booking(FRIDAY, "10:15"))) == [
        one for one in MORNING + AFTERNOON if one not in ("10:00", "10:30")
    ]


def test_a_booking_on_another_day_is_not_in_the_way() -> None:
    assert starts(clinic(booking(MONDAY, "09:00"))) == MORNING + AFTERNOON


def test_a_given_time_is_exact_and_may_lie_off_the_grid() -> None:
    assert list(clinic().free_slots(FRIDAY, at=time(9, 7))) == [slot("09:07", "09:37")]
    assert starts(clinic(booking(FRIDAY, "09:30")), at=time(9, 7)) == []
    assert starts(clinic(), at=time(13, 30)) == []
    assert starts(clinic(), at=time(8, 59)) == []
    assert starts(clinic(), at=time(16, 30)) == ["16:30"]
    assert starts(clinic(), at=time(16, 31)) == []


def test_the_first_free_injector_is_offered() -> None:
    diary = clinic(booking(FRIDAY, "09:00"), injectors=(MS, AB))
    assert list(diary.free_slots(FRIDAY))[:2] == [slot("09:00", "09:30", "AB"), slot("09:30", "10:00", "MS")]


def test_a_named_injector_is_the_only_one_offered() -> None:
    diary = clinic(*full_day(FRIDAY, "AB"), injectors=(MS, AB))
    assert starts(diary, injector="AB") == []
    assert starts(diary, injector="MS") == MORNING + AFTERNOON
    assert starts(diary, injector="XY") == []


def test_an_injector_works_from_the_first_to_the_last_day_except_when_away() -> None:
    someone = Injector(initials="MS", from_on=FRIDAY, until_on=date(2026, 12, 31), away=((MONDAY, MONDAY),))
    days = (FRIDAY - timedelta(days=1), FRIDAY, MONDAY, date(2026, 12, 31), date(2027, 1, 4))
    assert [someone.works_on(day) for day in days] == [False, True, False, True, False]
    assert [bool(starts(clinic(injectors=(someone,)), day)) for day in days] == [False, True, False, True, False]


def test_a_patient_is_not_in_two_places() -> None:
    diary = clinic(booking(FRIDAY, "09:00", patient_no=12, injector="AB"), injectors=(MS, AB))
    assert starts(diary, patient_no=12)[0] == "09:30"
    assert starts(diary, patient_no=13)[0] == "09:00"


def test_rooms_limit_and_no_rooms_do_not() -> None:
    taken = booking(FRIDAY, "09:00", injector="AB", room="1")
    one_room, two_rooms = (clinic(taken, injectors=(MS, AB), rooms=rooms) for rooms in (("1",), ("1", "2")))
    assert next(one_room.free_slots(FRIDAY)) == slot("09:30", "10:00", "MS", "1")
    assert next(two_rooms.free_slots(FRIDAY)) == slot("09:00", "09:30", "MS", "2")
    assert next(clinic(taken, injectors=(MS, AB)).free_slots(FRIDAY)) == slot("09:00", "09:30", "MS")


def test_a_booking_without_a_room_holds_one_of_them_for_its_time() -> None:
    """It was made before the rooms were listed."""
    early = booking(FRIDAY, "09:15", session_id=5, injector="AB")
    one_room, two_rooms = (clinic(early, injectors=(MS, AB), rooms=rooms) for rooms in (("1",), ("1", "2")))
    assert next(one_room.free_slots(FRIDAY)) == slot("10:00", "10:30", "MS", "1")
    assert starts(one_room, at=time(9, 45)) == ["09:45"]
    assert starts(one_room, at=time(9), excluding=frozenset({5})) == ["09:00"]
    assert next(two_rooms.free_slots(FRIDAY)) == slot("09:00", "09:30", "MS", "1")
    in_the_other = booking(FRIDAY, "09:40", 10, session_id=6, injector="CD", room="2")
    both_held = clinic(early, in_the_other, injectors=(MS, AB), rooms=("1", "2"))
    assert starts(both_held)[:2] == ["09:00", "10:00"]
    by_turns = booking(FRIDAY, "09:45", session_id=7, injector="CD")
    assert starts(clinic(early, by_turns, injectors=(MS,), rooms=("1", "2")))[:2] == ["09:00", "09:30"]


def test_a_session_that_moves_never_blocks_itself() -> None:
    diary = clinic(booking(FRIDAY, "09:00", session_id=5, patient_no=12))
    assert starts(diary, at=time(9, 15), patient_no=12) == []
    assert starts(diary, at=time(9, 15), patient_no=12, excluding=frozenset({5})) == ["09:15"]


def test_a_day_outside_the_hours_says_why() -> None:
    diary = clinic()
    assert diary.outside_hours(FRIDAY, time(12, 30)) is None
    assert diary.outside_hours(CHRISTMAS, time(10)) == (
        "The clinic is closed on Fri 25 Dec 2026 (Christmas Day): choose another day."
    )
    assert diary.outside_hours(FRIDAY, time(12, 45)) == (
        "12:45 for 30 minutes does not fit the hours of Fri 27 Nov 2026 (09:00-13:00, 14:00-17:00): "
        "choose another time."
    )
    assert diary.outside_hours(FRIDAY, time(12, 45), 15) is None


def test_what_stands_in_the_way_is_named_in_time_order() -> None:
    by_injector = booking(FRIDAY, "09:20", session_id=2)
    by_patient = booking(FRIDAY, "09:00", session_id=1, patient_no=12, injector="AB")
    elsewhere = booking(FRIDAY, "09:00", session_id=3, injector="CD")
    before, after = booking(FRIDAY, "08:30", session_id=4), booking(FRIDAY, "09:30", session_id=6)
    diary = clinic(by_injector, elsewhere, by_patient, before, after, injectors=(MS, AB))
    wanted = slot("09:00", "09:30")
    assert diary.blockers(wanted, patient_no=12) == (by_patient, by_injector)
    assert diary.blockers(wanted, patient_no=12, excluding=frozenset({1})) == (by_injector,)
    assert diary.blockers(wanted) == (by_injector,)
    assert diary.blockers(slot("09:00", "09:20")) == ()


def test_a_room_is_in_the_way_only_when_no_other_is_free() -> None:
    first = booking(FRIDAY, "09:00", session_id=1, injector="AB", room="1")
    second = booking(FRIDAY, "09:00", session_id=2, injector="CD", room="2")
    wanted, in_room_1 = slot("09:00", "09:30"), slot("09:00", "09:30", room="1")
    assert clinic(first, rooms=("1", "2")).blockers(wanted) == ()
    assert clinic(first, rooms=("1", "2")).blockers(in_room_1) == (first,)
    assert clinic(first, second, rooms=("1", "2")).blockers(wanted) == (first, second)
    assert clinic(first, second).blockers(wanted) == ()


def test_a_booking_without_a_room_is_in_the_way_where_none_is_left() -> None:
    early = booking(FRIDAY, "09:00", session_id=1, injector="AB")
    roomed = booking(FRIDAY, "09:15", session_id=2, injector="CD", room="1")
    wanted, in_room_2 = slot("09:00", "09:30"), slot("09:00", "09:30", room="2")
    assert clinic(early, rooms=("2",)).blockers(in_room_2) == (early,)
    assert clinic(early, roomed, rooms=("1", "2")).blockers(in_room_2) == (early,)
    assert clinic(early, roomed, rooms=("1", "2")).blockers(wanted) == (early, roomed)
    assert clinic(early, roomed, rooms=("1", "2", "3")).blockers(in_room_2) == ()
    assert clinic(early, roomed).blockers(wanted) == ()


@pytest.mark.parametrize("minutes", [0, -5, 24 * 60])
def test_a_length_that_makes_no_sense_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="cannot be planned"):
        list(clinic().free_slots(FRIDAY, minutes=minutes))


PAUSE = Break(FRIDAY, MONDAY, parse_period("10:15-11:00"))


def test_a_break_takes_its_minutes_on_each_of_its_days() -> None:
    diary = clinic(injectors=(Injector(initials="MS", breaks=(PAUSE,)),))
    left = [one for one in MORNING + AFTERNOON if one not in ("10:00", "10:30")]
    assert starts(diary) == starts(diary, MONDAY) == left
    assert starts(diary, MONDAY + timedelta(days=1)) == MORNING + AFTERNOON


def test_a_break_may_be_used_up_to_its_beginning_and_from_its_end() -> None:
    diary = clinic(injectors=(Injector(initials="MS", breaks=(PAUSE,)),))
    offered = {
        at: bool(starts(diary, at=time.fromisoformat(at))) for at in ("09:45", "09:46", "10:30", "10:59", "11:00")
    }
    assert offered == {"09:45": True, "09:46": False, "10:30": False, "10:59": False, "11:00": True}


def test_in_the_break_of_one_the_other_is_offered() -> None:
    diary = clinic(injectors=(Injector(initials="MS", breaks=(PAUSE,)), AB))
    offered = {f"{one.starts:%H:%M}": one.injector for one in diary.free_slots(FRIDAY)}
    assert {at: who for at, who in offered.items() if who == "AB"} == {"10:00": "AB", "10:30": "AB"}
    assert starts(diary, injector="MS") == [one for one in MORNING + AFTERNOON if one not in ("10:00", "10:30")]


def test_an_injector_is_offered_on_their_weekdays_alone() -> None:
    fridays = Injector(initials="MS", weekdays=frozenset({4}))
    diary = clinic(injectors=(fridays,))
    assert [bool(starts(diary, FRIDAY + timedelta(days=days))) for days in (0, 3, 4, 5, 6, 7)] == [True] + [
        False
    ] * 4 + [True]


def test_a_session_that_moves_is_held_up_by_a_break_all_the_same() -> None:
    diary = clinic(booking(FRIDAY, "10:30", session_id=5), injectors=(Injector(initials="MS", breaks=(PAUSE,)),))
    assert starts(diary, at=time(10, 30), excluding=frozenset({5})) == []


@pytest.mark.parametrize(
    ("on", "at", "why"),
    [
        (date(2026, 11, 26), None, "MS is not here before Fri 27 Nov 2026"),
        (FRIDAY, time(9, 45), None),
        (FRIDAY, time(9, 46), "MS has a break 10:15-11:00"),
        (FRIDAY, time(11), None),
        (FRIDAY, None, None),
        (MONDAY, time(9), "MS is away"),
        (date(2026, 12, 2), None, "MS does not work on Wednesdays"),
        (date(2027, 1, 1), None, "MS has left"),
    ],
)
def test_why_an_injector_is_absent_is_said_in_words(on: date, at: time | None, why: str | None) -> None:
    someone = Injector(
        initials="MS",
        from_on=FRIDAY,
        until_on=date(2026, 12, 31),
        weekdays=frozenset({0, 1, 3, 4}),
        away=((MONDAY, MONDAY),),
        breaks=(PAUSE,),
    )
    assert clinic(injectors=(someone,)).absent_why("MS", on, at) == why


def test_someone_who_does_not_inject_is_absent_always() -> None:
    assert clinic().absent_why("RT", FRIDAY) == "RT does not inject here"


def test_an_absence_is_shown_with_its_days_and_hours() -> None:
    assert show_absence("MS", FRIDAY, MONDAY, None) == "MS is away Fri 27 Nov to Mon 30 Nov 2026"
    assert show_absence("MS", FRIDAY, FRIDAY, (time(10, 15), time(11))) == "MS has a break 10:15-11:00, Fri 27 Nov 2026"
