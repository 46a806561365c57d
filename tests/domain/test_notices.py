"""A wedding or a holiday beside a session: which days meet, and the words a patient may hear."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsclero import clashes
from microsclero.clashes import Dated, Event, Notice, notices
from microsclero.schedule import CoursePolicy

from .plans import POLICY

SESSION = date(2027, 6, 1)
DAY = timedelta(days=1)
SHEETS = files("microsclero.content").joinpath("aftercare.2026-1.toml").read_text("utf-8")


def event(first: date, last: date | None = None, what: str = "wedding") -> Event:
    return Event(event=7, from_on=first, until_on=last or first, what=what)


def met(*events: Event, session: Dated | None = None) -> tuple[Notice, ...]:
    return notices([session or Dated(3, SESSION)], events, POLICY)


def test_a_wedding_in_the_two_weeks_after_says_which_days_and_what_to_say() -> None:
    (notice,) = met(event(date(2027, 6, 12)))
    assert notice.words() == (
        "Sat 12 Jun 2027 (wedding) falls into the aftercare of session 3 (Tue 1 Jun to the end of Tue 15 Jun 2027). "
        "Say: “You will be wearing your stockings to the end of Tue 15 Jun 2027. Until then no hard exercise with your "
        "legs, and nothing very hot or cold on them, longer if it has not settled. The veins may look worse before "
        "they fade, and it can take 4 weeks to see the full effect.” Session 3 on Mon 14 Jun 2027 or later keeps it "
        "free."
    )


def test_a_party_on_the_next_day_is_told_about_alcohol_too() -> None:
    (notice,) = met(event(SESSION + DAY, what="party"))
    assert "Do not drink a lot of alcohol in the 24 hours after the session." in notice.say
    (later,) = met(event(SESSION + 2 * DAY, what="party"))
    assert "alcohol" not in later.say


def test_a_party_on_the_day_before_says_what_to_leave_alone() -> None:
    (notice,) = met(event(SESSION - DAY, what="party"))
    assert notice.words() == (
        "Mon 31 May 2027 (party) falls into the 24 hours before session 3 (Tue 1 Jun 2027). Say: “In the 24 hours "
        "before your session put nothing on your legs, have no waxing or other treatments, and keep strong heat off "
        "them.” Session 3 on Wed 2 Jun 2027 or later keeps it free."
    )


def test_a_wedding_on_the_day_itself_asks_for_another() -> None:
    (notice,) = met(event(SESSION))
    assert notice.words() == (
        "Tue 1 Jun 2027 (wedding): session 3 is on Tue 1 Jun 2027. Say: “Your session is booked for that day. Shall we "
        "find another?”"
    )


def test_a_day_to_avoid_has_no_name() -> None:
    (notice,) = met(Event(event=None, from_on=SESSION - DAY, until_on=SESSION - DAY))
    assert notice.words().startswith("Mon 31 May 2027 falls into the 24 hours before session 3 (Tue 1 Jun 2027). Say:")


@pytest.mark.parametrize(
    ("days_from_session", "meets"),
    [(-2, None), (-1, "before"), (0, "session"), (1, "aftercare"), (14, "aftercare"), (15, None)],
)
def test_the_24_hours_before_and_the_two_weeks_after_and_no_day_more(days_from_session: int, meets: str | None) -> None:
    found = met(event(SESSION + timedelta(days=days_from_session)))
    assert [notice.meets for notice in found] == ([meets] if meets else [])


def test_a_holiday_meets_wherever_one_of_its_days_does() -> None:
    holiday = event(date(2027, 6, 10), date(2027, 6, 24), "holiday")
    (notice,) = met(holiday)
    assert notice.words().startswith("Thu 10 Jun to Thu 24 Jun 2027 (holiday) falls into the aftercare of session 3")
    assert notice.free_from == date(2027, 6, 26)
    around = met(event(date(2027, 5, 20), date(2027, 6, 24), "holiday"))
    assert [each.meets for each in around] == ["session"]


def test_a_session_that_was_given_makes_no_room_and_is_not_moved() -> None:
    given_today = Dated(3, SESSION, was_given=True)
    (after,) = met(event(SESSION + 3 * DAY), session=given_today)
    assert (after.meets, after.free_from) == ("aftercare", None)
    (same_day,) = met(event(SESSION, what="party"), session=given_today)
    assert (same_day.meets, "alcohol" in same_day.say) == ("aftercare", True)


def test_a_consultation_needs_no_care_and_meets_only_its_own_day() -> None:
    talk = Dated(None, SESSION, is_consultation=True)
    assert [met(event(SESSION + days * DAY), session=talk) for days in (-1, 1, 14)] == [(), (), ()]
    (notice,) = met(event(SESSION), session=talk)
    assert notice.words() == (
        "Tue 1 Jun 2027 (wedding): the consultation is on Tue 1 Jun 2027. Say: “Your consultation is booked for that "
        "day. Shall we find another?”"
    )


def test_clashes_come_in_the_order_of_the_days() -> None:
    sessions = [Dated(2, SESSION + 28 * DAY), Dated(1, SESSION)]
    found = notices(sessions, [event(SESSION + 35 * DAY), event(SESSION + 3 * DAY)], POLICY)
    assert [(each.session.number, each.event.from_on) for each in found] == [
        (1, SESSION + 3 * DAY),
        (2, SESSION + 35 * DAY),
    ]


def test_a_persons_text_is_made_fit_only_where_it_stands() -> None:
    (notice,) = met(event(SESSION, what="\u202etni"))
    assert "(<\u202etni>)" in notice.words(lambda text: f"<{text}>")
    assert notice.words().count("\u202e") == 1


def test_a_longer_aftercare_of_the_clinic_is_used() -> None:
    stricter = CoursePolicy(aftercare_days=21, before_hours=48)
    assert [each.until for each in notices([Dated(1, SESSION)], [event(SESSION + 20 * DAY)], stricter)] == [
        SESSION + 21 * DAY
    ]
    (before,) = notices([Dated(1, SESSION)], [event(SESSION - 2 * DAY)], stricter)
    assert "falls into the 48 hours before" in before.words()
    assert before.free_from == SESSION + DAY


def test_hours_that_reach_into_a_second_day_count_it_whole() -> None:
    policy = CoursePolicy(before_hours=36)
    found = {days: notices([Dated(1, SESSION)], [event(SESSION - days * DAY)], policy) for days in (1, 2, 3)}
    assert [[each.meets for each in found[days]] for days in (1, 2, 3)] == [["before"], ["before"], []]


@given(
    first=st.integers(min_value=-40, max_value=40),
    length=st.integers(min_value=0, max_value=30),
    hours=st.sampled_from([24, 48, 60]),
)
def test_the_day_that_is_offered_is_the_first_that_keeps_the_event_free(first: int, length: int, hours: int) -> None:
    policy = CoursePolicy(before_hours=hours)
    wedding = event(SESSION + first * DAY, SESSION + (first + length) * DAY)
    for notice in notices([Dated(1, SESSION)], [wedding], policy):
        if notice.free_from is not None:
            assert notices([Dated(1, notice.free_from)], [wedding], policy) == ()
            assert notices([Dated(1, notice.free_from - DAY)], [wedding], policy) != ()


@pytest.mark.parametrize(
    ("said", "phrase"),
    [
        (clashes.STOCKINGS, "stockings"),
        (clashes.CARE, "no hard exercise with your legs"),
        (clashes.CARE, "nothing very hot or cold on"),
        (clashes.CARE, "settled"),
        (clashes.LOOKS, "look worse"),
        (clashes.LOOKS, "weeks to see the full effect"),
        (clashes.ALCOHOL, "do not drink a lot of alcohol"),
        (clashes.BEFORE, "put nothing on your legs"),
        (clashes.BEFORE, "no waxing or other treatments"),
        (clashes.BEFORE, "strong heat"),
    ],
)
def test_what_is_said_stands_on_the_sheets_that_go_home(said: str, phrase: str) -> None:
    """No fact is made up here: each is one of the two sheets' own, in its words."""
    assert phrase in said.lower()
    assert phrase in SHEETS.lower()


def test_the_numbers_that_are_said_are_those_of_the_sheets() -> None:
    assert f"aftercare_days = {POLICY.aftercare_days}\n" in SHEETS
    assert f"before_hours = {POLICY.before_hours}\n" in SHEETS
    assert f"alcohol_hours = {clashes.ALCOHOL_HOURS}\n" in SHEETS
    assert f"It can take {POLICY.response_days // 7} weeks to see the full effect" in SHEETS
