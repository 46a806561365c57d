"""Patients as they are entered, found, changed and looked at."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsclero.errors import ConflictError, NotFoundError
from microsclero.store import Store, memory_store, patients
from tests.store.builders import BORN, a_patient, ticking

HOSTILE = [
    "O'Hara",
    'Ann "Bo" Cox',
    "Robert'); drop table patient;--",
    "[lidocaine]",
    "[/red]",
    "%s %d {0} {given}",
    "Zoë",
    "Zoë",
    "محمد",
    "שרה",
    "王小明",
    "नमस्ते",
    "👩‍⚕️",
    "a_b%c\\d",
    "; -- /* */",
    "\u202eevil",
    "\x1b[31m",
    "NULL",
    "1e5",
    "-1",
]


def edited(store: Store, patient_no: int, version: int, **changes: Any) -> None:
    with store.changing(who="MS", command="patient edit"):
        patients.edit_patient(store, patient_no, changes, version)


def found(store: Store, **wanted: Any) -> list[int]:
    return [row.patient_no for row in patients.find_patients(store, **wanted)]


def test_a_patient_comes_back_as_entered(store: Store) -> None:
    patient_no = a_patient(
        store,
        "Zoë",
        "O'Hara",
        phone="+44 20 7946 0001",
        phone_digits="02079460001",
        email="zoe@example.org",
        address="1 High Street\nTown",
        gp="Dr Who",
        emergency_contact="Al 07700 900000",
        allergies="[lidocaine]",
        notes="",
    )
    assert patients.patient(store, patient_no) == patients.PatientRow(
        patient_no=1,
        given_name="Zoë",
        family_name="O'Hara",
        born_on=BORN,
        phone="+44 20 7946 0001",
        email="zoe@example.org",
        address="1 High Street\nTown",
        gp="Dr Who",
        emergency_contact="Al 07700 900000",
        allergies="[lidocaine]",
        notes=None,
        version=1,
        added_at=datetime(2026, 11, 22, 15, 0, 2, tzinfo=UTC),
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_name_holds_it_comes_back_as_it_went_in(store: Store, text: str) -> None:
    row = patients.patient(store, a_patient(store, text, text, notes=text))
    assert (row.given_name, row.family_name, row.notes) == (text, text, text)
    assert store.check().is_sound


@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=200),
    born_on=st.dates(date(1900, 1, 1), date(2199, 12, 31)),
)
def test_any_text_and_date_come_back_as_they_went_in(text: str, born_on: date) -> None:
    with memory_store(clock=ticking()) as store:
        patient_no = a_patient(store, text, text, name_key=text, family_key=text, born_on=born_on, allergies=text)
        row = patients.patient(store, patient_no)
        assert (row.given_name, row.family_name, row.born_on, row.allergies) == (text, text, born_on, text)
        edited(store, patient_no, 1, notes=text)
        assert patients.patient(store, patient_no).notes == text
        assert store.check().problems == ()


@pytest.mark.parametrize("patient_no", [1, 0, -1, 2**70])
def test_a_patient_who_is_not_there_is_not_found(store: Store, patient_no: int) -> None:
    with pytest.raises(NotFoundError) as caught:
        patients.patient(store, patient_no)
    assert caught.value.message == f"There is no patient {patient_no}. Look for them with: microsclero patient find"
    assert caught.value.exit_code == 3


def test_a_change_keeps_the_rest_and_counts_the_version(store: Store) -> None:
    patient_no = a_patient(store, phone="1")
    edited(store, patient_no, 1, given_name="Janet", born_on=date(1991, 1, 1))
    row = patients.patient(store, patient_no)
    assert (row.given_name, row.family_name, row.born_on, row.phone, row.version) == (
        "Janet",
        "Roe",
        date(1991, 1, 1),
        "1",
        2,
    )


def test_a_change_of_what_somebody_else_changed_is_a_conflict(store: Store) -> None:
    patient_no = a_patient(store)
    edited(store, patient_no, 1, phone="1")
    with pytest.raises(ConflictError) as caught:
        edited(store, patient_no, 1, phone="2")
    assert (caught.value.code, caught.value.exit_code) == ("changed_meanwhile", 5)
    assert patients.patient(store, patient_no).phone == "1"


def test_what_a_patient_does_not_have_cannot_be_set(store: Store) -> None:
    with pytest.raises(TypeError, match="added_at"):
        edited(store, a_patient(store), 1, added_at="now")
    with pytest.raises(TypeError, match="colour"):
        a_patient(store, colour="blue")


def test_the_latest_come_first(store: Store) -> None:
    numbers = [a_patient(store, name) for name in ("Ann", "Bea", "Cat")]
    assert [row.patient_no for row in patients.latest_patients(store, 2)] == [numbers[2], numbers[1]]


def test_part_of_a_name_finds_those_who_begin_so_first(store: Store) -> None:
    inside = a_patient(store, "Joanna", "Marsh")
    given_name = a_patient(store, "Anna", "Roe")
    family = a_patient(store, "Bo", "Annis")
    assert found(store, name_key="ann") == [family, given_name, inside]
    assert found(store, name_key="ann", limit=1) == [family]
    assert found(store, name_key="roe anna") == [given_name]
    assert found(store, name_key="anna marsh") == [inside]
    assert found(store, name_key="anna bo") == []


@pytest.mark.parametrize("wild", ["%", "_", "a%", "*", "?", "[a]"])
def test_signs_in_a_search_mean_themselves(store: Store, wild: str) -> None:
    a_patient(store, "Anna", "Roe")
    marked = a_patient(store, f"x{wild}x", "Roe")
    assert found(store, name_key=wild) == [marked]


def test_digits_find_a_phone_by_beginning_and_by_any_part(store: Store) -> None:
    inside = a_patient(store, phone_digits="02079460001")
    beginning = a_patient(store, phone_digits="07946555555")
    a_patient(store)
    assert found(store, digits="07946") == [beginning, inside]
    assert found(store, digits="0001") == [inside]


def test_a_birth_date_finds_those_born_on_it(store: Store) -> None:
    a_patient(store)
    born = a_patient(store, born_on=date(1985, 5, 5))
    assert found(store, born_on=date(1985, 5, 5)) == [born]
    assert found(store) == []


def test_who_might_be_the_same_shares_a_birth_date_a_family_name_or_a_beginning(store: Store) -> None:
    same_birth = a_patient(store, "Ada", "Poe")
    same_family = a_patient(store, "Ada", "Roe", born_on=date(1950, 1, 1))
    same_beginning = a_patient(store, "Janette", "Poe", born_on=date(1950, 1, 1))
    a_patient(store, "Ada", "Poe", born_on=date(1950, 1, 1))
    alike = patients.similar_patients(store, name_key="jane roe", family_key="roe", born_on=BORN)
    assert [row.patient_no for row in alike] == [same_birth, same_family, same_beginning]


def test_names_of_many_come_in_one_go(store: Store) -> None:
    numbers = [a_patient(store, f"Ann {step}") for step in range(3)]
    assert patients.names(store, [*numbers, 99]) == {number: (f"Ann {number - 1}", "Roe") for number in numbers}
    assert patients.names(store, []) == {}
    assert len(patients.names(store, range(2000))) == 3


def test_a_look_is_noted_outside_the_ledger(store: Store) -> None:
    patient_no, head = a_patient(store), store.head()
    patients.looked(store, patient_no, "MS", "patient show")
    patients.looked(store, patient_no, None, "treat")
    assert patients.looks(store, patient_no) == (
        patients.LookRow(at=datetime(2026, 11, 22, 15, 0, 4, tzinfo=UTC), who=None, patient_no=1, command="treat"),
        patients.LookRow(
            at=datetime(2026, 11, 22, 15, 0, 3, tzinfo=UTC), who="MS", patient_no=1, command="patient show"
        ),
    )
    assert (store.head(), store.check().is_sound) == (head, True)
