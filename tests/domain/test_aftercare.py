"""The sheets' dates: counted as the clinic counts them, never short, never a red flag shown as usual."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsclero.aftercare import prepare_sheet
from microsclero.sheet import ClinicContact, Sheet, SheetItem
from microsclero.sheet_words import AFTERCARE_ITEMS, PREPARE_ITEMS, SheetTimes
from tests.sheet_builders import CLINIC, LONDON, WORDS, after, before, in_london, november

# hypothesis wants bounds without a zone, and puts it on what it draws.
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
DAYS = st.dates(date(2026, 11, 1), date(2026, 12, 31))


def item(sheet: Sheet, name: str) -> SheetItem:
    return next(each for each in sheet.items if each.item == name)


def gone_by(sheet: Sheet) -> dict[str, date | None]:
    return {each.effect: each.usually_gone_by for each in sheet.expected}


def test_a_session_that_ended_on_sunday_22_november() -> None:
    data = november().as_data()
    ended, two_weeks = "2026-11-22T15:00:00+00:00", "2026-12-06"

    def dates(name: str, until: str | None = None, until_at: str | None = None, settled: bool = False) -> object:
        return (name, ended, until, until_at, settled)

    assert isinstance(data["items"], list)
    assert [
        (each["item"], each["from"], each["until"], each["until_at"], each["until_settled"]) for each in data["items"]
    ] == [
        dates("compression", two_weeks),
        dates("no_rubbing_or_creams", two_weeks, settled=True),
        dates("walk"),
        dates("no_vigorous_exercise", two_weeks),
        dates("no_extreme_heat_or_cold", two_weeks, settled=True),
        dates("no_excess_alcohol", until_at="2026-11-23T15:00:00+00:00"),
        dates("keep_clean", settled=True),
    ]


def test_common_effects_go_in_four_weeks_and_colour_in_eighteen_months() -> None:
    four_weeks, eighteen_months = date(2026, 12, 20), date(2028, 5, 22)
    assert gone_by(november()) == {
        "hives": date(2026, 11, 23),
        "redness": four_weeks,
        "swelling_at_site": four_weeks,
        "tenderness": four_weeks,
        "itching": four_weeks,
        "irritation": four_weeks,
        "lump": four_weeks,
        "bruising": four_weeks,
        "veins_look_worse": None,
        "pigmentation": eighteen_months,
        "matting": eighteen_months,
    }


def test_the_dates_are_said_with_their_weekdays() -> None:
    said = {each.item: each.text for each in november().items}
    assert "to the end of Sun 6 Dec 2026" in said["compression"]
    assert "to the end of Sun 6 Dec 2026, and until it has settled" in said["no_rubbing_or_creams"]
    assert "to the end of Sun 6 Dec 2026, and until it has settled" in said["no_extreme_heat_or_cold"]
    assert "to the end of Sun 6 Dec 2026" in said["no_vigorous_exercise"]
    assert "until Mon 23 Nov 2026, 15:00" in said["no_excess_alcohol"]


@pytest.mark.parametrize(
    ("ended", "until_at", "shown"),
    [
        ("2027-03-27T18:00", "2027-03-28T19:00:00+01:00", "Sun 28 Mar 2027, 19:00"),
        ("2026-10-24T18:00", "2026-10-25T17:00:00+00:00", "Sun 25 Oct 2026, 17:00"),
        ("2026-06-01T09:30", "2026-06-02T09:30:00+01:00", "Tue 2 Jun 2026, 09:30"),
    ],
)
def test_alcohol_counts_hours_that_pass_even_when_the_clocks_change(ended: str, until_at: str, shown: str) -> None:
    alcohol = item(after(ended), "no_excess_alcohol")
    assert (alcohol.as_data()["until_at"], shown in alcohol.text) == (until_at, True)


def test_the_day_is_the_clinics_day_and_not_that_of_utc() -> None:
    late = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
    assert item(after(late), "compression").until == date(2026, 6, 16)


@pytest.mark.parametrize(
    ("ended", "until"),
    [("2026-08-31T12:00", date(2028, 2, 29)), ("2025-08-31T12:00", date(2027, 2, 28))],
)
def test_eighteen_months_end_with_the_month(ended: str, until: date) -> None:
    assert gone_by(after(ended))["matting"] == until


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        after(datetime(2026, 11, 22, 15))  # noqa: DTZ001 - that is the point


@given(MOMENTS)
def test_alcohol_is_always_24_hours_by_utc(ended: datetime) -> None:
    until_at = item(after(ended), "no_excess_alcohol").until_at
    assert until_at is not None
    assert until_at.astimezone(UTC) - ended == timedelta(hours=24)


@given(MOMENTS)
def test_nothing_ends_before_it_begins(ended: datetime) -> None:
    for each in after(ended).items:
        assert each.from_at is not None
        assert each.until is None or each.until >= each.from_at.date() + timedelta(days=14)
        assert each.until_at is None or each.until_at.astimezone(UTC) >= each.from_at.astimezone(UTC)


@given(st.lists(st.tuples(DAYS, DAYS, st.sampled_from(["Christmas Day", "moving rooms"])), max_size=5))
def test_every_closed_day_of_the_two_weeks_is_shown_and_no_other(drawn: list[tuple[date, date, str]]) -> None:
    closures = [(min(a, b), max(a, b), why) for a, b, why in drawn]
    window = [date(2026, 11, 22) + timedelta(days=n) for n in range(15)]
    wanted = {(day, why) for day in window for first, last, why in closures if first <= day <= last}
    shown = after("2026-11-22T15:00", closures=closures).closures
    days = [
        (each.from_on + timedelta(days=n), each.why)
        for each in shown
        for n in range((each.until_on - each.from_on).days + 1)
    ]
    assert set(days) == wanted
    assert list(shown) == sorted(shown, key=lambda each: (each.from_on, each.until_on, each.why))


def test_the_first_and_the_last_day_belong_to_the_two_weeks() -> None:
    days = [date(2026, 11, 21), date(2026, 11, 22), date(2026, 12, 6), date(2026, 12, 7)]
    sheet = after("2026-11-22T15:00", closures=[(day, day, "") for day in days])
    assert [closed.shown for closed in sheet.closures] == ["Sun 22 Nov 2026", "Sun 6 Dec 2026"]


def test_a_closure_is_cut_to_the_two_weeks() -> None:
    assert november().as_data()["closures"] == [{"from": "2026-12-04", "until": "2026-12-06", "why": "moving rooms"}]


def test_a_sheet_says_whether_it_comes_from_the_record() -> None:
    by_hand = after("2026-11-22T15:00", from_record=False)
    assert by_hand.notes == ("Worked out for this moment, not from the record.",)
    assert (by_hand.as_data()["from_record"], november().as_data()["from_record"]) == (False, True)


def test_what_comes_next_is_said_only_when_it_is_known() -> None:
    assert november().next == (
        "We would like to see your legs again on Mon 21 Dec 2026.",
        "Your next session can be on Sun 20 Dec 2026 at the earliest.",
    )
    assert after("2026-11-22T15:00").next == ()


def test_before_a_session_24_hours_that_pass() -> None:
    sheet = before("2027-03-28T10:00")
    from_at, starts_at = "2027-03-27T09:00:00+00:00", "2027-03-28T10:00:00+01:00"
    assert [(each.item, each.as_data()["from"], each.as_data()["until_at"]) for each in sheet.items] == [
        ("nothing_on_legs", from_at, starts_at),
        ("no_waxing_or_other_treatments", from_at, starts_at),
        ("no_extreme_heat", from_at, starts_at),
        ("stockings_ready", "2027-03-28", starts_at),
    ]
    assert "from Sat 27 Mar 2027, 09:00" in item(sheet, "nothing_on_legs").text


@given(MOMENTS)
def test_preparation_always_begins_24_hours_before_by_utc(starts: datetime) -> None:
    sheet = prepare_sheet(WORDS, starts_at=starts, zone=LONDON, clinic=CLINIC)
    from_at = item(sheet, "nothing_on_legs").from_at
    assert from_at is not None
    assert starts - from_at.astimezone(UTC) == timedelta(hours=24)


def test_stockings_are_named_by_standard_and_pressure_and_put_on_the_same_day() -> None:
    said = item(before("2026-12-21T10:00"), "stockings_ready").text
    assert all(word in said for word in ("British Standard class 2", "18 to 24 mmHg at the ankle", "the same day"))


def test_both_sheets_have_the_keys_that_are_pinned() -> None:
    for sheet, items in ((november(), AFTERCARE_ITEMS), (before("2026-12-21T10:00"), PREPARE_ITEMS)):
        data = sheet.as_data()
        assert {"items", "expected", "call", "same_day", "emergency"} <= set(data)
        assert tuple(each.item for each in sheet.items) == items
        for each in sheet.items:
            assert set(each.as_data()) == {"item", "text", "from", "until", "until_at", "until_settled"}
        assert all(isinstance(line, str) for band in ("call", "same_day", "emergency") for line in _list(data[band]))


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


@pytest.mark.parametrize("laxer", ["aftercare_days=13", "alcohol_hours=23", "before_hours=23"])
def test_times_laxer_than_the_clinics_page_cannot_be_built(laxer: str) -> None:
    name, _, value = laxer.partition("=")
    with pytest.raises(ValueError, match=name):
        SheetTimes(**{name: int(value)})


def test_what_a_clinic_typed_is_never_a_placeholder() -> None:
    sheet = after("2026-11-22T15:00", clinic=ClinicContact(name="x", phone="{until}"))
    assert sheet.call.title == "Call us: {until}"


def test_the_moment_is_shown_by_the_clinics_clock() -> None:
    elsewhere = in_london("2026-11-22T15:00").astimezone(ZoneInfo("Asia/Tokyo"))
    assert after(elsewhere).as_data() == after("2026-11-22T15:00").as_data()
