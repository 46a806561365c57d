"""Bookings that can't be held as they stand: each cause by name, and whole days judged as their bookings are."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsclero.diary import Slot
from microsclero.injectors import Break, Injector
from microsclero.opening import Closure, Holiday, Opening, OpeningHours, Period
from microsclero.stranded import Surroundings, crowded

TUESDAY = date(2026, 12, 1)
MORNING, AFTERNOON = Period(starts=time(9), ends=time(13)), Period(starts=time(14), ends=time(17))
WEEK = OpeningHours(weekly=(*[(MORNING, AFTERNOON)] * 5, (), ()))
CROWD = Period(starts=time(9, 20), ends=time(9, 30))
CREW = {"MS": Injector("MS"), "AB": Injector("AB", weekdays=frozenset({0, 1}))}


def surroundings(
    *closures: Closure,
    crew: dict[str, Injector] | None = None,
    holidays: tuple[Holiday, ...] = (),
    crowds: tuple[Period, ...] = (),
    **ended: date,
) -> Surroundings:
    hours = Opening(hours=WEEK, closures=closures, holidays=holidays)
    return Surroundings(hours, crew or CREW, ended, {TUESDAY: crowds})


def slot(on: date = TUESDAY, starts: str = "09:00", minutes: int = 30, **more: str) -> Slot:
    begin = time.fromisoformat(starts)
    end = begin.hour * 60 + begin.minute + minutes
    return Slot(
        on=on,
        starts=begin,
        ends=time(end // 60, end % 60),
        injector=more.get("injector", "MS"),
        room=more.get("room"),
    )


def closed(first: date, last: date | None = None) -> Closure:
    return Closure(from_on=first, until_on=last or first, reason="Flood")


def on_a_break(starts: time) -> dict[str, Injector]:
    """MS, but not from then until ten."""
    hours = Period(starts=starts, ends=time(10))
    return {"MS": Injector("MS", breaks=(Break(TUESDAY, TUESDAY, hours),))}


@pytest.mark.parametrize(
    ("around", "where", "why"),
    [
        (surroundings(), slot(), ()),
        (surroundings(), slot(starts="12:30"), ()),
        (surroundings(), slot(starts="12:31"), ("outside the opening hours",)),
        (surroundings(), slot(starts="08:59"), ("outside the opening hours",)),
        (surroundings(closed(TUESDAY)), slot(), ("the clinic is closed then",)),
        (surroundings(holidays=(Holiday(TUESDAY, "a day off"),)), slot(), ("the clinic is closed then",)),
        (surroundings(), slot(TUESDAY + timedelta(days=4)), ("the clinic is closed then",)),
        (surroundings(), slot(TUESDAY + timedelta(days=1), injector="AB"), ("AB does not work on Wednesdays",)),
        (surroundings(crew={"MS": Injector("MS", until_on=date(2026, 11, 30))}), slot(), ("MS has left",)),
        (surroundings(crew={"MS": Injector("MS", away=((TUESDAY, TUESDAY),))}), slot(), ("MS is away",)),
        (
            surroundings(crew=on_a_break(time(9, 29))),
            slot(),
            ("MS has a break 09:29-10:00",),
        ),
        (
            surroundings(crew=on_a_break(time(9, 30))),
            slot(),
            (),
        ),
        (surroundings(), slot(injector="RT"), ("RT does not inject here",)),
        (surroundings(Blue=date(2026, 11, 30)), slot(room="Blue"), ("Blue is closed",)),
        (surroundings(Blue=TUESDAY), slot(room="Blue"), ()),
        (surroundings(Blue=date(2026, 11, 30)), slot(room="Red"), ()),
        (surroundings(crowds=(CROWD,)), slot(), ("no room is free",)),
        (surroundings(crowds=(CROWD,)), slot(room="Red"), ()),
        (surroundings(crowds=(CROWD,)), slot(starts="09:30"), ()),
        (surroundings(crowds=(CROWD,)), slot(TUESDAY + timedelta(days=1)), ()),
        (
            surroundings(closed(TUESDAY), Blue=date(2026, 11, 30)),
            slot(injector="RT", room="Blue"),
            ("the clinic is closed then", "RT does not inject here", "Blue is closed"),
        ),
    ],
)  # fmt: skip
def test_why_a_booking_can_not_be_held(around: Surroundings, where: Slot, why: tuple[str, ...]) -> None:
    assert around.against(where) == why


DAYS = [TUESDAY + timedelta(days=ahead) for ahead in range(9)]
SPANS = st.tuples(st.sampled_from(DAYS), st.integers(0, 3)).map(lambda it: (it[0], it[0] + timedelta(days=it[1])))
PERIODS = st.tuples(st.integers(8, 17), st.integers(1, 4)).map(
    lambda it: Period(starts=time(it[0]), ends=time(min(it[0] + it[1], 23)))
)
CLOSURES = st.builds(
    lambda span, hours: Closure(
        from_on=span[0], until_on=span[1], reason="x", is_open=hours is not None, periods=(hours,) if hours else ()
    ),
    SPANS,
    st.none() | PERIODS,
)
INJECTORS = st.builds(
    lambda initials, until_on, weekdays, away, breaks: Injector(
        initials,
        None,
        until_on,
        tuple(away),
        weekdays,
        tuple(Break(first, last, hours) for (first, last), hours in breaks),
    ),
    st.sampled_from(["MS", "AB"]),
    st.none() | st.sampled_from(DAYS),
    st.none() | st.frozensets(st.integers(0, 6)),
    st.lists(SPANS, max_size=2),
    st.lists(st.tuples(SPANS, PERIODS), max_size=2),
)
AROUND = st.builds(
    lambda closures, crew, ended, crowds: Surroundings(
        Opening(hours=WEEK, closures=tuple(closures)), {one.initials: one for one in crew}, ended, crowds
    ),
    st.lists(CLOSURES, max_size=3),
    st.lists(INJECTORS, max_size=2),
    st.dictionaries(st.sampled_from(["Blue", "Red"]), st.sampled_from(DAYS)),
    st.dictionaries(st.sampled_from(DAYS), st.lists(PERIODS, max_size=2).map(tuple)),
)
SLOTS = st.builds(
    lambda on, hour, minutes, injector, room: (
        slot(on, f"{hour:02}:15", minutes, injector=injector)
        if room is None
        else slot(on, f"{hour:02}:15", minutes, injector=injector, room=room)
    ),
    st.sampled_from(DAYS),
    st.integers(8, 18),
    st.sampled_from([15, 30, 45, 90]),
    st.sampled_from(["MS", "AB", "RT"]),
    st.sampled_from([None, "Blue", "Red"]),
)


def held_by_the_day(around: Surroundings, where: Slot) -> bool:
    """The same question, asked of what the whole day has."""
    day = around.offer(where.on)
    minutes = (where.ends.hour - where.starts.hour) * 60 + where.ends.minute - where.starts.minute
    start = where.starts.hour * 60 + where.starts.minute
    breaks = dict(day.crew).get(where.injector)
    return (
        any(period.holds(start, minutes) for period in day.periods)
        and breaks is not None
        and not any(where.starts < each.ends and where.ends > each.starts for each in breaks)
        and where.room not in day.closed_rooms
        and (
            where.room is not None
            or not any(where.starts < each.ends and where.ends > each.starts for each in day.crowded)
        )
    )


@given(around=AROUND, where=SLOTS)
def test_a_day_rules_out_exactly_what_is_against_a_booking(around: Surroundings, where: Slot) -> None:
    assert held_by_the_day(around, where) == (around.against(where) == ())


def at(starts: str, ends: str, room: str | None = None) -> tuple[time, time, str | None]:
    return time.fromisoformat(starts), time.fromisoformat(ends), room


@pytest.mark.parametrize(
    ("booked", "rooms", "when"),
    [
        ([at("09:00", "09:30"), at("09:00", "09:30")], ["Blue"], ["09:00-09:30"]),
        ([at("09:00", "09:30"), at("09:00", "09:30")], ["Blue", "Red"], []),
        ([at("09:00", "09:30"), at("09:00", "09:30")], [], []),
        ([at("09:00", "09:30"), at("09:30", "10:00")], ["Blue"], []),
        ([at("09:00", "10:00"), at("09:15", "09:30", "Blue"), at("09:30", "09:45")], ["Blue"], ["09:15-09:45"]),
        ([at("09:00", "10:00"), at("09:15", "09:30", "Red")], ["Blue"], []),
        ([at("09:00", "10:00", "Blue"), at("09:15", "09:30", "Blue")], ["Blue"], []),
        ([at("09:00", "09:10"), at("09:00", "09:10"), at("09:20", "09:40"), at("09:30", "10:00")], ["Blue"],
         ["09:00-09:10", "09:30-09:40"]),
    ],
)  # fmt: skip
def test_when_more_is_booked_than_there_are_rooms(
    booked: list[tuple[time, time, str | None]], rooms: list[str], when: list[str]
) -> None:
    assert [str(period) for period in crowded(booked, rooms)] == when
