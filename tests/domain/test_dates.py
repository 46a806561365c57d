"""Dates and times as typed, shown and counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from microsclero import dates

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("01/12/2026", date(2026, 12, 1)),
        ("03/04/2026", date(2026, 4, 3)),
        ("29/02/2028", date(2028, 2, 29)),
        (" 2026-12-01 ", date(2026, 12, 1)),
        ("today", SUNDAY),
        ("Tomorrow", date(2026, 11, 23)),
        ("+4w", date(2026, 12, 20)),
        ("+0w", SUNDAY),
        ("mon", date(2026, 11, 23)),
        ("tue", date(2026, 11, 24)),
        ("Sat", date(2026, 11, 28)),
        ("1900-01-01", date(1900, 1, 1)),
        ("2199-12-31", date(2199, 12, 31)),
    ],
)
def test_a_date_is_read_as_it_is_written(typed: str, meant: date) -> None:
    assert dates.parse_date(typed, today=SUNDAY) == meant


def test_a_weekday_is_the_next_one_after_today() -> None:
    assert dates.parse_date("sun", today=SUNDAY) == date(2026, 11, 29)


ADVICE = "type it as 2026-12-01 or 01/12/2026, or say today, tomorrow, +4w or a weekday such as tue."


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("03/04", f"03/04 lacks a year of four digits: {ADVICE}"),
        ("03/04/26", "03/04/26 lacks a year of four digits: type all four, as in 03/04/2026."),
        ("31.4.26", f"31.4.26 lacks a year of four digits: {ADVICE}"),
        ("26-04-03", f"26-04-03 lacks a year of four digits: {ADVICE}"),
        ("2026-02-30", "2026-02-30 does not exist: Feb 2026 has no day 30; type it again."),
        ("29/02/2027", "29/02/2027 does not exist: Feb 2027 has no day 29; type it again."),
        ("2026-04-00", "2026-04-00 does not exist: Apr 2026 has no day 0; type it again."),
        ("12/31/2026", "12/31/2026 has no such month: type the day first, as in 31/12/2026, or 2026-12-31."),
        ("1770076800", f"1770076800 is not a date: {ADVICE}"),
        ("20261201", f"20261201 is not a date: {ADVICE}"),
        ("2026-W49-2", f"That is not a date: {ADVICE}"),
        ("１２/12/2026", f"That is not a date: {ADVICE}"),
        ("٠١/١٢/٢٠٢٦", f"That is not a date: {ADVICE}"),
        ("nan", f"That is not a date: {ADVICE}"),
        ("", f"That is not a date: {ADVICE}"),
        ("2026", f"2026 is not a date: {ADVICE}"),
        ("10", f"10 is not a date: {ADVICE}"),
        ("+10d", f"That is not a date: {ADVICE}"),
        ("1/2/2026", "1/2/2026 can't be read: type it as 01/02/2026."),
        ("01-12-2026", "01-12-2026 can't be read: type it as 01/12/2026."),
        ("2026/12/1", "2026/12/1 can't be read: type it as 01/12/2026."),
        ("6/31/2026", f"6/31/2026 is not a date: {ADVICE}"),
        ("Tue 1 Dec 2026", "That can't be read: type it as 01/12/2026."),
        ("1 december 2026", "That can't be read: type it as 01/12/2026."),
        ("Feb", f"That is not a date: {ADVICE}"),
        ("tuesday", f"That is not a date: {ADVICE}"),
        ("\u017fun", f"That is not a date: {ADVICE}"),
        ("yesterday", f"That is not a date: {ADVICE}"),
        ("-1d", f"That is not a date: {ADVICE}"),
        ("+4m", f"That is not a date: {ADVICE}"),
        ("2026-12-01\n2026-12-02", f"That is not a date: {ADVICE}"),
        ("2026-12-01T10:00", f"2026-12-01T10:00 is not a date: {ADVICE}"),
        pytest.param("1" * 10_000_000, f"That is not a date: {ADVICE}", id="ten megabytes"),
        ("0001-01-01", "0001-01-01 is outside the years 1900 to 2199: type the year again."),
        ("9999-12-31", "9999-12-31 is outside the years 1900 to 2199: type the year again."),
        ("+9999w", "That is after the year 2199: type a nearer date."),
    ],
)
def test_anything_else_is_refused_in_one_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        dates.parse_date(typed, today=SUNDAY)
    assert str(refusal.value) == sentence


def test_a_refusal_never_repeats_words() -> None:
    with pytest.raises(ValueError) as refusal:
        dates.parse_date("Jane Roe", today=SUNDAY)
    assert "Jane" not in str(refusal.value)


def test_a_birth_date_is_written_out_and_past() -> None:
    assert dates.parse_birth_date("03/02/1980", today=SUNDAY) == date(1980, 2, 3)
    assert dates.parse_birth_date("2026-11-22", today=SUNDAY) == SUNDAY
    with pytest.raises(ValueError, match=r"^Mon 23 Nov 2026 is still to come: type the date of birth again.$"):
        dates.parse_birth_date("23/11/2026", today=SUNDAY)
    with pytest.raises(ValueError, match="outside the years 1900 to 2199"):
        dates.parse_birth_date("1899-12-31", today=SUNDAY)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Tue 14 Jun 1988", "That can't be read: type it as 14/06/1988."),
        ("14/6/1988", "14/6/1988 can't be read: type it as 14/06/1988."),
        ("14.06.1988", "14.06.1988 can't be read: type it as 14/06/1988."),
        ("14/6/88", "14/6/88 lacks a year of four digits: type all four, as in 14/06/1988."),
        ("14/06/04", "14/06/04 lacks a year of four digits: type all four, as in 14/06/2004."),
    ],
)
def test_a_birth_date_written_otherwise_is_shown_as_it_is_typed(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        dates.parse_birth_date(typed, today=SUNDAY)
    assert str(refusal.value) == sentence


GONE_BY = "type it as 2026-11-20 or 20/11/2026, or say today."


def test_a_day_gone_by_is_today_or_written_out() -> None:
    for typed, meant in (("today", SUNDAY), ("2026-11-20", date(2026, 11, 20)), ("20/11/2026", date(2026, 11, 20))):
        assert dates.parse_past_date(typed, today=SUNDAY) == meant


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("tue", f"A weekday may be the last or the next: {GONE_BY}"),
        ("tomorrow", f"That is still to come, and a day gone by is wanted: {GONE_BY}"),
        ("+4w", f"That is still to come, and a day gone by is wanted: {GONE_BY}"),
        ("yesterday", f"That is not a date: {GONE_BY}"),
        ("20/11/26", "20/11/26 lacks a year of four digits: type all four, as in 20/11/2026."),
        ("Fri 20 Nov 2026", "That can't be read: type it as 20/11/2026."),
    ],
)
def test_a_day_gone_by_is_not_guessed(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        dates.parse_past_date(typed, today=SUNDAY)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("typed", ["today", "tomorrow", "+4w", "tue", "1980"])
def test_a_birth_date_takes_no_short_form(typed: str) -> None:
    with pytest.raises(ValueError, match="type it as 1980-02-03 or 03/02/1980"):
        dates.parse_birth_date(typed, today=SUNDAY)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2028-01", date(2028, 1, 31)),
        ("01/2028", date(2028, 1, 31)),
        ("02/2028", date(2028, 2, 29)),
        ("2027-02", date(2027, 2, 28)),
        ("2027-12", date(2027, 12, 31)),
        ("31/01/2028", date(2028, 1, 31)),
        ("2028-01-15", date(2028, 1, 15)),
    ],
)
def test_an_expiry_month_lasts_to_its_last_day(typed: str, meant: date) -> None:
    assert dates.parse_expiry(typed) == meant


@pytest.mark.parametrize("typed", ["13/2028", "2028-13", "01/28", "2028", "today", "+4w", "1/2028", "0000-01"])
def test_an_expiry_that_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        dates.parse_expiry(typed)


def test_a_time_has_hours_and_minutes() -> None:
    assert dates.parse_time("09:30") == time(9, 30)
    assert dates.parse_time("00:00") == time(0)
    assert dates.parse_time("23:59") == time(23, 59)


@pytest.mark.parametrize("typed", ["9:30", "24:00", "12:60", "0930", "9.30", "3pm", "", "０９:30", "09:30:00", "-1:00"])
def test_any_other_time_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"is not a time: type hours and minutes as 09:30.$"):
        dates.parse_time(typed)


def test_a_spacing_is_in_days_or_weeks() -> None:
    assert [dates.parse_every(text) for text in ("6w", "42d", "42", "27", "104w")] == [42, 42, 42, 27, 728]


@pytest.mark.parametrize("typed", ["0", "0w", "999", "105w", "-6w", "6m", "1e2", "", "six", "4.5w", "٤w", "1000"])
def test_any_other_spacing_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"is not a number of days or weeks: type it as 6w, 42d or 42.$"):
        dates.parse_every(typed)


def test_weekdays_are_a_list_of_three_letters() -> None:
    assert dates.parse_days("tue,thu") == {1, 3}
    assert dates.parse_days("Sun, mon") == {0, 6}
    for typed in ("", "tue,", "tues", "1,2", "tue thu"):
        with pytest.raises(ValueError, match=r"^That is not a list of weekdays: "):
            dates.parse_days(typed)


def test_a_range_includes_both_its_days() -> None:
    for typed, first, last in (
        ("2026-12-21..03/01/2027", date(2026, 12, 21), date(2027, 1, 3)),
        ("2026-12-21", date(2026, 12, 21), date(2026, 12, 21)),
        ("tomorrow..+1w", date(2026, 11, 23), date(2026, 11, 29)),
        ("2026-11-01 .. tue", date(2026, 11, 1), date(2026, 11, 24)),
        ("today", SUNDAY, SUNDAY),
    ):
        assert dates.parse_range(typed, today=SUNDAY) == (first, last)


def test_a_range_that_runs_backwards_is_refused() -> None:
    with pytest.raises(ValueError) as refusal:
        dates.parse_range("2027-01-03..2026-12-21", today=SUNDAY)
    assert str(refusal.value) == "Mon 21 Dec 2026 is before Sun 3 Jan 2027: type the earlier date first."


@pytest.mark.parametrize("typed", ["..", "2026-12-21..", "..2026-12-21", "2026-12-21...2026-12-22", "a..b", ""])
def test_half_a_range_is_refused(typed: str) -> None:
    with pytest.raises(ValueError) as refusal:
        dates.parse_range(typed, today=SUNDAY)
    assert str(refusal.value).endswith(f": {ADVICE[:-1]}; several days as 2026-12-01..2026-12-14.")


LONDON = "Europe/London"


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-11-22T15:00", datetime(2026, 11, 22, 15, tzinfo=UTC)),
        ("2026-07-01T15:00:30", datetime(2026, 7, 1, 14, 0, 30, tzinfo=UTC)),
        ("2026-11-22T15:00Z", datetime(2026, 11, 22, 15, tzinfo=UTC)),
        ("2026-11-22T15:00+02:00", datetime(2026, 11, 22, 13, tzinfo=UTC)),
        ("2026-11-22T15:00-05:30", datetime(2026, 11, 22, 20, 30, tzinfo=UTC)),
        ("2026-10-25T01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T01:30+01:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T01:30+00:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_the_clinics_unless_it_says_otherwise(typed: str, utc: datetime) -> None:
    moment = dates.parse_moment(typed, zone=LONDON)
    assert moment.astimezone(UTC) == utc
    assert str(moment.tzinfo) == LONDON


def test_a_moment_that_comes_twice_shows_the_same_clock_both_times() -> None:
    first = dates.parse_moment("2026-10-25T01:30", zone=LONDON)
    second = dates.parse_moment("2026-10-25T01:30+00:00", zone=LONDON)
    assert dates.show_moment(first) == dates.show_moment(second) == "Sun 25 Oct 2026, 01:30"
    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=1)


def test_of_a_moment_that_comes_twice_the_later_can_be_asked_for() -> None:
    later = dates.parse_moment("2026-10-25T01:30", zone=LONDON, later=True)
    assert later.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    told = dates.parse_moment("2026-10-25T01:30+01:00", zone=LONDON, later=True)
    assert told.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "an offset says which"
    with pytest.raises(ValueError, match="is skipped"):
        dates.parse_moment("2027-03-28T01:30", zone=LONDON, later=True)


def test_a_time_the_clock_skips_is_refused() -> None:
    with pytest.raises(ValueError) as refusal:
        dates.parse_moment("2027-03-28T01:30", zone=LONDON)
    assert str(refusal.value) == ("01:30 on Sun 28 Mar 2027 is skipped when the clocks go forward: give another time.")


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-22",
        "2026-11-22 15:00",
        "22/11/2026T15:00",
        "2026-11-22T15",
        "2026-11-22T24:00",
        "2026-11-22T15:00:60",
        "2026-02-30T15:00",
        "2026-11-22T15:00+15:00",
        "2026-11-22T15:00+2",
        "1770076800",
        "now",
        "",
        pytest.param("x" * 10_000_000, id="ten megabytes"),
        "2026-11-22T15:00[Europe/London]",
        "9999-12-31T23:59",
        "0001-01-01T00:00+14:00",
    ],
)
def test_any_other_moment_is_refused(typed: str) -> None:
    with pytest.raises(ValueError) as refusal:
        dates.parse_moment(typed, zone=LONDON)
    assert str(refusal.value).endswith(".")
    assert len(str(refusal.value)) < 160


@pytest.mark.parametrize(
    "name", ["Europe/Nowhere", "Europe", "", "../etc/passwd", "/etc/localtime", "Lon don", "x" * 99]
)
def test_a_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(ValueError) as refusal:
        dates.find_zone(name)
    assert str(refusal.value) == "That is not a time zone: name one such as Europe/London."


def test_dates_are_shown_fully() -> None:
    assert dates.show_date(date(2026, 12, 1)) == "Tue 1 Dec 2026"
    assert dates.show_day(date(2026, 12, 1)) == "Tue 1 Dec"
    assert dates.show_time(time(9, 5)) == "09:05"
    assert dates.show_moment(datetime(2026, 11, 23, 15, tzinfo=UTC)) == "Mon 23 Nov 2026, 15:00"
    assert dates.show_range(date(2026, 12, 21), date(2026, 12, 25)) == "Mon 21 Dec to Fri 25 Dec 2026"
    assert dates.show_range(date(2026, 12, 21), date(2027, 1, 1)) == "Mon 21 Dec 2026 to Fri 1 Jan 2027"
    assert dates.show_range(date(2026, 12, 21), date(2026, 12, 21)) == "Mon 21 Dec 2026"


def test_someone_born_on_29_february_is_18_on_1_march() -> None:
    born_on = date(2008, 2, 29)
    assert dates.age_on(born_on, date(2026, 2, 28)) == 17
    assert dates.age_on(born_on, date(2026, 3, 1)) == 18
    assert dates.birthday(born_on, 18) == date(2026, 3, 1)
    assert dates.birthday(born_on, 20) == date(2028, 2, 29)
    assert dates.age_on(born_on, date(2028, 2, 28)) == 19
    assert dates.age_on(born_on, date(2028, 2, 29)) == 20


def test_an_age_turns_on_the_birthday() -> None:
    born_on = date(2008, 11, 22)
    assert dates.age_on(born_on, date(2026, 11, 21)) == 17
    assert dates.age_on(born_on, date(2026, 11, 22)) == 18
    assert dates.age_on(date(2008, 12, 31), date(2027, 1, 1)) == 18
    assert dates.birthday(born_on, 18) == date(2026, 11, 22)


def test_months_end_on_their_last_day() -> None:
    assert dates.add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert dates.add_months(date(2026, 1, 31), 2) == date(2026, 3, 31)
    assert dates.add_months(date(2026, 11, 22), 18) == date(2028, 5, 22)
    assert dates.add_months(date(2026, 8, 31), 18) == date(2028, 2, 29)
    assert dates.add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("ended", "shown"),
    [
        ("2026-11-22T15:00", "Mon 23 Nov 2026, 15:00"),
        ("2027-03-27T18:00", "Sun 28 Mar 2027, 19:00"),
        ("2026-10-24T18:00", "Sun 25 Oct 2026, 17:00"),
    ],
)
def test_24_hours_pass_whatever_the_clock_does(ended: str, shown: str) -> None:
    moment = dates.parse_moment(ended, zone=LONDON)
    assert dates.show_moment(dates.hours_later(moment, 24, LONDON)) == shown


def test_hours_are_not_counted_from_a_moment_without_a_zone() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        dates.hours_later(datetime(2026, 11, 22, 15), 24, LONDON)  # noqa: DTZ001 - the fault under test
