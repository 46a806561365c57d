"""Consent: what is in force, and what stands against treating without it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsclero.consent import (
    METHODS,
    PURPOSES,
    ConsentEntry,
    consent_objections,
    in_force,
    is_confirmed,
)
from microsclero.objections import Objection

ZONE = "Europe/London"
NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


def entry(days_ago: int = 0, *, hours_ago: int = 0, **changed: Any) -> ConsentEntry:
    usual: dict[str, Any] = {
        "purpose": "treatment",
        "is_given": True,
        "wording": "2026-1",
        "taken_by": "MS",
        "method": "paper",
        "at": NOW - timedelta(days=days_ago, hours=hours_ago),
    }
    return ConsentEntry(**{**usual, **changed})


def said(*entries: ConsentEntry, **more: Any) -> tuple[Objection, ...]:
    return consent_objections(entries, **{"at": NOW, "wording": "2026-1", "zone": ZONE, **more})


def codes(*entries: ConsentEntry, **more: Any) -> list[tuple[str, bool]]:
    return [(one.code, one.refuses) for one in said(*entries, **more)]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"purpose": "marketing"}, "Consent is for one of treatment, photo_record, photo_teaching, portfolio."),
        ({"method": "phone"}, "Consent is taken on paper or screen."),
        ({"at": datetime(2026, 11, 22)}, "A moment of consent needs its time zone."),  # noqa: DTZ001
    ],
)
def test_an_entry_that_makes_no_sense_is_not_built(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        entry(**changed)
    assert str(refused.value) == sentence


# ── in force ──


def test_the_latest_given_is_in_force() -> None:
    first, second = entry(30), entry(2)
    assert in_force([first, second], "treatment", NOW, wording="2026-1") is second
    assert in_force([second, first], "treatment", NOW, wording="2026-1") is second


def test_nothing_is_in_force_before_it_was_given() -> None:
    assert in_force([entry(0)], "treatment", NOW - timedelta(minutes=1), wording="2026-1") is None
    assert in_force([], "treatment", NOW, wording="2026-1") is None


def test_withdrawn_is_withdrawn_from_that_moment_on() -> None:
    entries = [entry(30), entry(2, is_given=False)]
    assert in_force(entries, "treatment", NOW, wording="2026-1") is None
    assert in_force(entries, "treatment", NOW - timedelta(days=3), wording="2026-1") is entries[0]
    again = entry(1)
    assert in_force([*entries, again], "treatment", NOW, wording="2026-1") is again


def test_entries_of_one_moment_count_in_the_order_they_stand_in() -> None:
    given_first, taken_back = entry(1), entry(1, is_given=False)
    assert in_force([given_first, taken_back], "treatment", NOW, wording="2026-1") is None
    assert in_force([taken_back, given_first], "treatment", NOW, wording="2026-1") is given_first


def test_an_older_wording_is_not_in_force() -> None:
    assert in_force([entry(2)], "treatment", NOW, wording="2027-1") is None
    assert in_force([entry(9), entry(2, wording="2027-1")], "treatment", NOW, wording="2027-1") is not None


@pytest.mark.parametrize("purpose", PURPOSES)
def test_each_purpose_stands_by_itself(purpose: str) -> None:
    entries = [entry(1, purpose=purpose)]
    for other in PURPOSES:
        assert bool(in_force(entries, other, NOW, wording="2026-1")) is (other == purpose)


def test_taking_back_photographs_takes_back_nothing_else() -> None:
    entries = [entry(purpose=purpose, hours_ago=2) for purpose in PURPOSES]
    entries.append(entry(purpose="portfolio", is_given=False, hours_ago=1))
    standing = [purpose for purpose in PURPOSES if in_force(entries, purpose, NOW, wording="2026-1")]
    assert standing == ["treatment", "photo_record", "photo_teaching"]


@given(
    st.lists(
        st.builds(
            entry,
            st.integers(-5, 60),
            purpose=st.sampled_from(PURPOSES),
            is_given=st.booleans(),
            wording=st.sampled_from(["2026-1", "2027-1"]),
            method=st.sampled_from(METHODS),
        ),
        max_size=8,
    ),
    st.sampled_from(PURPOSES),
)
def test_after_a_no_nothing_is_in_force_until_the_next_yes(entries: list[ConsentEntry], purpose: str) -> None:
    found = in_force(entries, purpose, NOW, wording="2027-1")
    if found is None:
        return
    assert (found.purpose, found.is_given, found.wording) == (purpose, True, "2027-1")
    later = [one for one in entries if one.purpose == purpose and found.at < one.at <= NOW]
    assert later == []


# ── before treating ──


def test_consent_of_the_day_is_enough() -> None:
    assert said(entry(hours_ago=2)) == ()
    assert said(entry(28), entry(hours_ago=1)) == ()


def test_no_consent_is_refused() -> None:
    assert codes() == [("consent_missing", True)]
    assert codes(entry(purpose="photo_record")) == [("consent_missing", True)]
    assert codes(entry(-1)) == [("consent_missing", True)]


def test_withdrawn_consent_is_refused_with_its_moment() -> None:
    objections = said(entry(28), entry(hours_ago=1, is_given=False))
    assert [one.code for one in objections] == ["consent_withdrawn"]
    assert objections[0].message == (
        "Consent was refused or taken back on Sun 22 Nov 2026, 13:00: nothing is given without it."
    )


def test_an_older_wording_is_taken_again() -> None:
    objections = said(entry(28), wording="2027-1")
    assert [(one.code, one.refuses) for one in objections] == [("consent_older_wording", True)]
    assert objections[0].message == (
        "Consent was given on Sun 25 Oct 2026 to an older wording (2026-1): take it again."
    )


def test_consent_from_before_is_asked_again_at_each_session() -> None:
    objections = said(entry(28))
    assert [(one.code, one.refuses, one.confirm) for one in objections] == [("consent_not_confirmed", False, True)]
    assert objections[0].message == (
        "Consent was given on Sun 25 Oct 2026: ask whether it still holds today, and record the answer."
    )


def test_the_day_is_the_clinics_not_utcs() -> None:
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # In London 00:30 on 2 July.
    taken = entry(at=late)
    assert is_confirmed([taken], "treatment", late + timedelta(hours=9), wording="2026-1", zone=ZONE)
    assert not is_confirmed([taken], "treatment", late + timedelta(hours=9), wording="2026-1", zone="UTC")


def test_nothing_withdrawn_is_confirmed() -> None:
    entries = [entry(hours_ago=3), entry(hours_ago=2, is_given=False)]
    assert not is_confirmed(entries, "treatment", NOW, wording="2026-1", zone=ZONE)


# ── time to think ──


@pytest.mark.parametrize(
    ("days_ago", "cooling_off_days", "is_refused"),
    [(0, 0, False), (0, 1, True), (1, 1, False), (13, 14, True), (14, 14, False)],
)
def test_the_clinics_own_days_of_thinking_over(days_ago: int, cooling_off_days: int, is_refused: bool) -> None:
    found = codes(entry(days_ago), cooling_off_days=cooling_off_days)
    assert (("cooling_off", True) in found) is is_refused


def test_thinking_over_is_never_called_law() -> None:
    objection = said(entry(13), entry(), cooling_off_days=14)[0]
    assert objection.message == (
        "This clinic leaves 14 days between consent and treatment: consent was given on Mon 9 Nov 2026, "
        "so treat from Mon 23 Nov 2026."
    )
    assert objection.source == "The clinic's own setting"
    for word in ("law", "legal", "statut"):
        assert word not in f"{objection.message} {objection.source}".casefold()


def test_agreeing_again_does_not_start_the_days_anew() -> None:
    assert codes(entry(14), entry(), cooling_off_days=14) == []


def test_agreeing_again_after_a_no_does() -> None:
    assert codes(entry(14), entry(7, is_given=False), entry(), cooling_off_days=1) == [("cooling_off", True)]


def test_a_new_wording_starts_them_anew() -> None:
    entries = [entry(14), entry(wording="2027-1")]
    assert codes(*entries, wording="2027-1", cooling_off_days=1) == [("cooling_off", True)]


def test_everything_on_one_day_is_warned_of() -> None:
    today = date(2026, 11, 22)
    assert codes(entry(), consulted_on=today) == [("consent_same_day", False)]
    assert codes(entry(1), entry(), consulted_on=today) == []
    assert codes(entry(), consulted_on=date(2026, 11, 21)) == []
    assert codes(entry(), consulted_on=None) == []


def test_all_of_it_comes_at_once() -> None:
    assert codes(entry(1), consulted_on=date(2026, 11, 21), cooling_off_days=7) == [
        ("consent_not_confirmed", False),
        ("cooling_off", True),
    ]
