"""Who a patient is, and who might be the same person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsclero.patients import Patient, Similar, is_exact_twin, near_duplicates, similar_name

JANE = Patient(
    number=1,
    given_name="Jane",
    family_name="Smith",
    born_on=date(1980, 2, 3),
    phone="+44 7700 900123",
    email="jane@example.org",
)


def someone(
    given_name: str = "Walter",
    family_name: str = "Quirk",
    born_on: date = date(1955, 7, 19),
    phone: str | None = None,
    email: str | None = None,
) -> Patient:
    return Patient(number=2, given_name=given_name, family_name=family_name, born_on=born_on, phone=phone, email=email)


def test_an_age_is_counted_on_a_day() -> None:
    leap = replace(JANE, born_on=date(2008, 2, 29))
    assert (leap.age_on(date(2026, 2, 28)), leap.age_on(date(2026, 3, 1))) == (17, 18)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (someone("Jane", "Smyth", JANE.born_on), "same birth date, same given name, similar family name"),
        (someone("Ruth", "Smyth", JANE.born_on), "same birth date, similar family name"),
        (someone("Jane", "Quirk", JANE.born_on), "same birth date, same given name"),
        (someone("JANE", "smith", JANE.born_on), "same birth date, same given name, same family name"),
        (someone("Smith", "Jane", JANE.born_on), "same birth date, given and family name exchanged"),
        (someone(born_on=JANE.born_on, phone="07700 900123"), "same birth date, same phone"),
        (someone(born_on=JANE.born_on, email="Jane@Example.org"), "same birth date, same email"),
        (
            someone("Jane", "Smith", date(1980, 3, 2)),
            "birth date with day and month exchanged, same given name, same family name",
        ),
        (
            someone("Jayne", "Smith", date(1981, 2, 3)),
            "birth date different in one digit, similar given name, same family name",
        ),
        (someone("Jane", "Smith"), "same given name, same family name"),
        (someone("Jayne", phone="07700900123"), "similar given name, same phone"),
        (someone("Jane", email="jane@example.org"), "same given name, same email"),
    ],
)
def test_someone_alike_is_named_with_the_reason(other: Patient, reason: str) -> None:
    assert near_duplicates(JANE, [other]) == (Similar(patient=other, reason=reason),)


@pytest.mark.parametrize(
    "other",
    [
        someone(),
        someone(born_on=JANE.born_on),
        someone("Walter", "Smith"),
        someone("Jane"),
        someone("Jayne", "Smyth"),
        someone("Walter", "Smith", phone="07700 900123"),
        someone(phone="07700 900123", email="jane@example.org"),
        someone("Smith", "Jane"),
    ],
)
def test_someone_else_is_not(other: Patient) -> None:
    assert near_duplicates(JANE, [other]) == ()


def test_accents_and_capitals_make_no_difference() -> None:
    zoe = someone("Zoë", "O’Brien", JANE.born_on)
    (found,) = near_duplicates(replace(zoe, number=3, given_name="ZOE", family_name="O'brien"), [zoe])
    assert found.reason == "same birth date, same given name, same family name"


def test_a_patient_is_never_their_own_duplicate() -> None:
    assert near_duplicates(JANE, [JANE]) == ()


def test_someone_not_yet_registered_is_compared_with_everyone() -> None:
    new = replace(JANE, number=0)
    assert [found.patient for found in near_duplicates(new, [JANE])] == [JANE]


def test_the_most_alike_come_first() -> None:
    twin = replace(someone("Jane", "Smith", JANE.born_on), number=9)
    sister = replace(someone("Jayne", "Smyth", JANE.born_on, phone=JANE.phone), number=3)
    namesake = replace(someone("Jane", "Smith"), number=4)
    found = near_duplicates(JANE, [namesake, twin, sister])
    assert [similar.patient.number for similar in found] == [3, 9, 4]


def test_missing_and_short_numbers_are_not_the_same_phone() -> None:
    bare = replace(JANE, phone=None, email=None)
    assert near_duplicates(bare, [someone(born_on=JANE.born_on)]) == ()
    assert near_duplicates(replace(JANE, phone="999"), [someone(born_on=JANE.born_on, phone="999")]) == ()
    assert near_duplicates(replace(JANE, email=""), [someone(born_on=JANE.born_on, email="")]) == ()


def test_an_exact_twin_has_the_same_folded_name_and_birth_date() -> None:
    assert is_exact_twin(JANE, someone("jane", "SMITH", JANE.born_on))
    assert not is_exact_twin(JANE, someone("Jane", "Smith"))
    assert not is_exact_twin(JANE, someone("Jane", "Smyth", JANE.born_on))


def test_names_that_could_be_mistaken_when_called() -> None:
    assert similar_name(JANE, someone("Jayne", "Smyth"))
    assert similar_name(JANE, someone("Smith", "Jane"))
    assert not similar_name(JANE, someone("Jane", "Quirk"))


NAMES = st.sampled_from(["Jane", "Jayne", "Zoë", "Zoe", "李", "नेहा", "O'Brien", "Smith", "Smyth", "X"])
PATIENTS = st.builds(
    Patient,
    number=st.integers(1, 50),
    given_name=NAMES,
    family_name=NAMES,
    born_on=st.dates(date(1980, 1, 1), date(1980, 12, 31)) | st.just(date(1980, 2, 3)),
    phone=st.none() | st.sampled_from(["07700 900123", "+447700900123", "1"]),
)


@given(PATIENTS, PATIENTS)
def test_likeness_goes_both_ways(one: Patient, other: Patient) -> None:
    there, back = near_duplicates(one, [other]), near_duplicates(other, [one])
    assert [similar.reason for similar in there] == [similar.reason for similar in back]


@given(PATIENTS, PATIENTS)
def test_an_exact_twin_is_always_a_near_duplicate(one: Patient, other: Patient) -> None:
    if is_exact_twin(one, other) and one.number != other.number:
        assert near_duplicates(one, [other]) != ()
