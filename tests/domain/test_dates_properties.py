"""What always holds of dates, ages and hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from microsclero import dates

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))
BIRTHS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
ZONES = st.sampled_from(["Europe/London", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe"])


@given(DAYS)
def test_both_written_forms_mean_the_same_day(day: date) -> None:
    assert dates.parse_date(day.isoformat(), today=date(2026, 1, 1)) == day
    assert dates.parse_date(f"{day:%d/%m}/{day.year}", today=date(2026, 1, 1)) == day
    assert dates.parse_expiry(day.isoformat()) == day


@given(BIRTHS, st.integers(0, 7), st.integers(0, 40_000))
def test_a_weekday_is_within_a_week_and_never_today(today: date, weekday: int, _: int) -> None:
    word = dates.WEEKDAYS[weekday % 7]
    meant = dates.parse_date(word, today=today)
    assert today < meant <= today + timedelta(days=7)
    assert meant.weekday() == weekday % 7


@given(st.text(max_size=40))
def test_any_text_is_a_real_date_or_one_sentence(text: str) -> None:
    try:
        day = dates.parse_date(text, today=date(2026, 11, 22))
    except ValueError as refusal:
        assert str(refusal).endswith(".")
        assert str(refusal).isprintable()
    else:
        assert 1900 <= day.year <= 2199


@given(st.from_regex(r"[0-9/:+.wdT-]{1,16}", fullmatch=True))
def test_digits_and_marks_never_break_a_reader(text: str) -> None:
    for read in (
        lambda: dates.parse_date(text, today=date(2026, 11, 22)),
        lambda: dates.parse_birth_date(text, today=date(2026, 11, 22)),
        lambda: dates.parse_past_date(text, today=date(2026, 11, 22)),
        lambda: dates.parse_expiry(text),
        lambda: dates.parse_time(text),
        lambda: dates.parse_every(text),
        lambda: dates.parse_range(text, today=date(2026, 11, 22)),
        lambda: dates.parse_moment(text, zone="Europe/London"),
    ):
        try:
            read()
        except ValueError as refusal:
            assert str(refusal).endswith(".")


@given(BIRTHS, st.integers(0, 98))
def test_a_birthday_is_the_first_day_of_that_age(born_on: date, years: int) -> None:
    day = dates.birthday(born_on, years)
    assert dates.age_on(born_on, day) == years
    assert dates.age_on(born_on, day - timedelta(days=1)) == years - 1


@given(BIRTHS, st.integers(-24, 24))
def test_months_land_in_the_right_month_and_never_past_the_day(day: date, months: int) -> None:
    later = dates.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(
    st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2150, 1, 1)),  # noqa: DTZ001 - made UTC below
    st.integers(0, 200),
    ZONES,
)
def test_so_many_hours_really_pass(naive: datetime, hours: int, zone: str) -> None:
    moment = naive.replace(tzinfo=UTC).astimezone(dates.find_zone(zone))
    later = dates.hours_later(moment, hours, zone)
    assert later.astimezone(UTC) - moment.astimezone(UTC) == timedelta(hours=hours)
    assert str(later.tzinfo) == zone


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)), ZONES)  # noqa: DTZ001 - a wall clock
def test_a_moment_read_shows_the_clock_that_was_typed(wall: datetime, zone: str) -> None:
    typed = f"{wall:%Y-%m-%dT%H:%M}"
    try:
        moment = dates.parse_moment(typed, zone=zone)
    except ValueError as refusal:
        assert "skipped" in str(refusal)
    else:
        assert f"{moment:%Y-%m-%dT%H:%M}" == typed
