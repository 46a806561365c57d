"""The day of the preparation call: the last open day at least two days before the session."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from microsclero.opening import Closure, Holiday, Opening, OpeningHours, Period
from microsclero.preparing import call_on, rung_about_until

WEEKDAYS = OpeningHours(weekly=(*[(Period(starts=time(9), ends=time(17)),)] * 5, (), ()))
CHRISTMAS = (Holiday(on=date(2026, 12, 25), name="Christmas Day"), Holiday(on=date(2026, 12, 28), name="Boxing Day"))
SHUT = Closure(from_on=date(2027, 2, 1), until_on=date(2027, 3, 5), reason="rebuilding")
OPEN_ONCE = Closure(
    from_on=date(2026, 11, 28),
    until_on=date(2026, 11, 28),
    reason="open",
    is_open=True,
    periods=(Period(starts=time(9), ends=time(12)),),
)
LONG_AGO = date(2026, 1, 1)


def opening(*closures: Closure) -> Opening:
    return Opening(hours=WEEKDAYS, closures=closures, holidays=CHRISTMAS)


@pytest.mark.parametrize(
    ("session_on", "rung_on"),
    [
        (date(2026, 11, 26), date(2026, 11, 24)),
        (date(2026, 11, 30), date(2026, 11, 27)),
        (date(2026, 12, 1), date(2026, 11, 27)),
        (date(2026, 12, 29), date(2026, 12, 24)),
        (date(2027, 3, 8), date(2027, 1, 29)),
        (date(2028, 3, 1), date(2028, 2, 28)),
        (date(2028, 3, 2), date(2028, 2, 29)),
    ],
    ids=[
        "two days",
        "over a weekend",
        "a Sunday is no day",
        "over Christmas",
        "over a closure",
        "a leap year",
        "29 Feb",
    ],
)
def test_the_call_is_on_the_last_open_day_at_least_two_days_before(session_on: date, rung_on: date) -> None:
    assert call_on(opening(SHUT), session_on, today=LONG_AGO) == rung_on


def test_a_one_off_opening_is_a_day_to_ring_on() -> None:
    assert call_on(opening(OPEN_ONCE), date(2026, 11, 30), today=LONG_AGO) == date(2026, 11, 28)


def test_a_call_that_is_late_is_for_today() -> None:
    assert call_on(opening(), date(2026, 11, 30), today=date(2026, 11, 29)) == date(2026, 11, 29)


def test_somebody_is_rung_about_every_session_on_a_day_that_the_clinic_is_open() -> None:
    """Whatever day a session is on, there is an open day before it on which it stands on the list."""
    hours = opening(SHUT)
    for ahead in range(3, 150):
        session_on = date(2026, 11, 23) + timedelta(days=ahead)
        day = call_on(hours, session_on, today=LONG_AGO)
        assert hours.closed_why(day) is None
        assert (session_on - day).days >= 2
        until = rung_about_until(hours, day, days=60)
        assert until is not None
        assert until >= session_on
        before = rung_about_until(hours, day - timedelta(days=1), days=60)
        assert before is None or before < session_on


def test_nobody_is_rung_about_a_week_in_which_all_is_in_good_time() -> None:
    monday = date(2026, 11, 23)
    assert rung_about_until(opening(), monday, days=14) == date(2026, 11, 25)
    assert rung_about_until(opening(), monday, days=0) is None
