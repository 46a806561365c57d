"""The clinic's own rows: settings, hours, closures, bank holidays, team, rooms."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from microsclero.errors import ConflictError, FileError, NotFoundError
from microsclero.store import Store, clinic, memory_store
from tests.store.builders import fill

XMAS, BOXING = date(2026, 12, 25), date(2026, 12, 26)
MORNING, AFTERNOON = (time(9), time(13)), (time(14), time(17))


def test_the_clinic_comes_back_as_entered(store: Store) -> None:
    assert clinic.clinic(store) == clinic.ClinicRow(
        name="The Clinic",
        phone="01234 567890",
        out_of_hours="Ring 111",
        zone="Europe/London",
        country="GB",
        subdivision="ENG",
        session_minutes=30,
        made_up=False,
        reading_phlebitis=None,
        address=None,
        cooling_off_days=0,
        opened_at=datetime(2026, 11, 22, 15, 0, 1, tzinfo=UTC),
    )


def test_a_file_with_nothing_in_it_has_no_clinic() -> None:
    with memory_store() as empty:
        assert clinic.clinic(empty) is None
        assert clinic.hours(empty) == ((),) * 7


def test_there_is_only_one_clinic_in_a_file(store: Store) -> None:
    with pytest.raises(ConflictError):
        fill(store)


def test_settings_change_in_place_and_the_history_keeps_what_was(store: Store) -> None:
    reading = {"who": "MS", "on": "2026-11-22", "why": "our leaflet"}
    with store.changing(who="MS", command="clinic edit"):
        clinic.edit_clinic(store, {"phone": "09", "session_minutes": 45, "made_up": True, "reading_phlebitis": reading})
    held = clinic.clinic(store)
    assert held is not None
    assert (held.name, held.phone, held.session_minutes, held.made_up, held.reading_phlebitis) == (
        "The Clinic",
        "09",
        45,
        True,
        reading,
    )
    old = store.value("select old from history where tbl = 'clinic' and op = 'U'")
    assert "'01234 567890'" in old


@pytest.mark.parametrize("changes", [{"session_minutes": 4}, {"session_minutes": 241}, {"name": ""}, {"zone": ""}])
def test_settings_no_clinic_can_have_are_refused(store: Store, changes: dict[str, object]) -> None:
    with pytest.raises(FileError, match="Nothing was saved"), store.changing(who="MS", command="clinic edit"):
        clinic.edit_clinic(store, changes)


def test_what_a_clinic_does_not_have_cannot_be_set(store: Store) -> None:
    with pytest.raises(TypeError, match="opened_at"), store.changing(who="MS", command="clinic edit"):
        clinic.edit_clinic(store, {"opened_at": "x"})


def test_hours_are_those_of_seven_days_monday_first(store: Store) -> None:
    assert clinic.hours(store) == ((MORNING, AFTERNOON),) * 5 + ((), ())
    with store.changing(who="MS", command="clinic hours"):
        clinic.set_hours(store, {5: [MORNING], 0: []})
    assert clinic.hours(store) == ((), *((MORNING, AFTERNOON),) * 4, (MORNING,), ())


def test_closures_are_those_that_touch_the_days_asked_for(store: Store) -> None:
    with store.changing(who="MS", command="clinic close"):
        leave = clinic.add_closure(store, from_on=date(2026, 8, 3), until_on=date(2026, 8, 14), reason="Leave")
        late = clinic.add_closure(
            store, from_on=XMAS, until_on=XMAS, reason="By request", is_open=True, periods=[(time(10), time(12))]
        )
    rows = (
        clinic.ClosureRow(
            closure=leave,
            from_on=date(2026, 8, 3),
            until_on=date(2026, 8, 14),
            reason="Leave",
            is_open=False,
            periods=(),
        ),
        clinic.ClosureRow(
            closure=late,
            from_on=XMAS,
            until_on=XMAS,
            reason="By request",
            is_open=True,
            periods=((time(10), time(12)),),
        ),
    )
    assert clinic.closures(store) == rows
    assert clinic.closures(store, date(2026, 8, 14), date(2026, 12, 24)) == rows[:1]
    assert clinic.closures(store, date(2026, 8, 15), date(2026, 12, 25)) == rows[1:]
    assert clinic.closures(store, date(2026, 8, 15), date(2026, 12, 24)) == ()


def test_a_closure_taken_back_stays_in_the_record(store: Store) -> None:
    with store.changing(who="MS", command="clinic close"):
        number = clinic.add_closure(store, from_on=XMAS, until_on=XMAS, reason="Leave")
    with store.changing(who="MS", command="clinic close"):
        clinic.void_closure(store, number)
    assert clinic.closures(store) == ()
    assert store.value("select voided from closure") == 1
    with pytest.raises(NotFoundError), store.changing(who="MS", command="clinic close"):
        clinic.void_closure(store, number)


def test_a_closure_does_not_end_before_it_begins(store: Store) -> None:
    with pytest.raises(FileError), store.changing(who="MS", command="clinic close"):
        clinic.add_closure(store, from_on=BOXING, until_on=XMAS, reason="Leave")


def test_bank_holidays_are_those_of_the_clinics_own_place(store: Store) -> None:
    with store.changing(who="MS", command="plan"):
        clinic.add_holidays(
            store, country="GB", subdivision="ENG", year=2026, days=[(XMAS, "Christmas Day"), (BOXING, "Boxing Day")]
        )
        clinic.add_holidays(store, country="GB", subdivision="SCT", year=2026, days=[(date(2026, 11, 30), "St Andrew")])
        # Asked for again: the year stands as it is.
        clinic.add_holidays(store, country="GB", subdivision="ENG", year=2026, days=[(date(2026, 1, 1), "New Year")])
    assert clinic.holidays(store, date(2026, 1, 1), date(2026, 12, 31)) == (
        clinic.HolidayRow(on=XMAS, name="Christmas Day"),
        clinic.HolidayRow(on=BOXING, name="Boxing Day"),
    )
    assert clinic.holiday_years(store) == {2026}
    with store.changing(who="MS", command="clinic edit"):
        clinic.edit_clinic(store, {"subdivision": "SCT"})
    assert [row.name for row in clinic.holidays(store, date(2026, 1, 1), date(2026, 12, 31))] == ["St Andrew"]


def test_the_team_by_initials_and_who_is_of_it_on_a_day(store: Store) -> None:
    with store.changing(who="MS", command="clinic team"):
        clinic.edit_member(store, "DR", {"ended_on": date(2026, 6, 30), "roles": ["injector", "prescriber"]})
        clinic.add_member(store, initials="AB", name="Al Bo", roles=[], from_on=date(2026, 7, 1))
    dana = clinic.MemberRow(
        member=2,
        initials="DR",
        name="Dana Reyes",
        register=None,
        roles=("injector", "prescriber"),
        from_on=None,
        ended_on=date(2026, 6, 30),
    )
    assert clinic.team(store)[1] == dana
    assert [one.initials for one in clinic.team(store)] == ["AB", "DR", "MS"]
    assert [one.initials for one in clinic.team(store, date(2026, 6, 30))] == ["DR", "MS"]
    assert [one.initials for one in clinic.team(store, date(2026, 7, 1))] == ["AB", "MS"]


def test_somebody_who_is_not_of_the_team_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError), store.changing(who="MS", command="clinic team"):
        clinic.edit_member(store, "XX", {"name": "X"})
    with pytest.raises(TypeError, match="initials"), store.changing(who="MS", command="clinic team"):
        clinic.edit_member(store, "MS", {"initials": "SM"})


def test_rooms_by_name_and_which_are_in_use_on_a_day(store: Store) -> None:
    with store.changing(who="MS", command="clinic edit"):
        clinic.add_room(store, "Red")
        clinic.add_room(store, "Blue")
        clinic.end_room(store, "Red", date(2026, 6, 30))
    assert clinic.rooms(store) == (
        clinic.RoomRow(room=2, name="Blue", ended_on=None),
        clinic.RoomRow(room=1, name="Red", ended_on=date(2026, 6, 30)),
    )
    assert [room.name for room in clinic.rooms(store, date(2026, 7, 1))] == ["Blue"]
    with pytest.raises(ConflictError), store.changing(who="MS", command="clinic edit"):
        clinic.add_room(store, "Red")
    with pytest.raises(NotFoundError), store.changing(who="MS", command="clinic edit"):
        clinic.end_room(store, "Green", date(2026, 6, 30))
