"""What never happens in a plan, whatever is asked and however full the diary is."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from microsclero.diary import Booking, Diary, Injector
from microsclero.opening import Closure, Holiday, OpeningHours, Period, minute_of
from microsclero.schedule import CoursePolicy, EarlierSession, PlanRequest, Proposal, Refusal, propose

POLICY = CoursePolicy(horizon_days=200)
FIRST = date(2026, 11, 1)
DAYS = st.integers(0, 240).map(lambda days: FIRST + timedelta(days=days))
PEOPLE = ("MS", "AB")


def clock(minute: int) -> time:
    return time(minute // 60, minute % 60)


@st.composite
def weeks(draw: st.DrawFn) -> OpeningHours:
    """Each day closed, open in one stretch, or with a break."""
    days = []
    for _ in range(7):
        edges = sorted(draw(st.sets(st.integers(8 * 4, 18 * 4), min_size=4, max_size=4)))
        count = draw(st.integers(0, 2))
        spans = ((edges[0], edges[1]), (edges[2], edges[3]))[:count]
        days.append(tuple(Period(starts=clock(a * 15), ends=clock(b * 15)) for a, b in spans))
    return OpeningHours(weekly=tuple(days))


@st.composite
def bookings(draw: st.DrawFn) -> tuple[Booking, ...]:
    taken = draw(
        st.lists(
            st.tuples(
                DAYS,
                st.integers(8 * 12, 17 * 12),
                st.integers(1, 60),
                st.integers(1, 4),
                st.sampled_from(PEOPLE),
                st.sampled_from([None, "1", "2"]),
            ),
            max_size=12,
        )
    )
    return tuple(
        Booking(
            session_id=number,
            patient_no=patient_no,
            on=on,
            starts=clock(start * 5),
            ends=clock(start * 5 + length * 5),
            injector=injector,
            room=room,
        )
        for number, (on, start, length, patient_no, injector, room) in enumerate(taken)
    )


def ranges() -> st.SearchStrategy[tuple[date, date]]:
    return st.tuples(DAYS, st.integers(0, 20)).map(lambda one: (one[0], one[0] + timedelta(days=one[1])))


@st.composite
def diaries(draw: st.DrawFn) -> Diary:
    closures = draw(st.lists(ranges(), max_size=3))
    holidays = draw(st.lists(DAYS, max_size=4))
    return Diary(
        hours=draw(weeks()),
        closures=tuple(Closure(from_on=first, until_on=last, reason="closed") for first, last in closures),
        holidays=tuple(Holiday(on=on, name="holiday") for on in holidays),
        bookings=draw(bookings()),
        injectors=tuple(
            Injector(initials=one, away=tuple(draw(st.lists(ranges(), max_size=2))))
            for one in draw(st.sampled_from([PEOPLE, PEOPLE[:1], PEOPLE[::-1]]))
        ),
        rooms=draw(st.sampled_from([(), ("1",), ("1", "2")])),
        session_minutes=draw(st.sampled_from([15, 30, 45])),
    )


@st.composite
def requests(draw: st.DrawFn) -> PlanRequest:
    return PlanRequest(
        start=draw(DAYS),
        sessions=draw(st.none() | st.integers(1, 5)),
        at=draw(st.none() | st.integers(8 * 12, 17 * 12).map(lambda five: clock(five * 5))),
        days=draw(st.just(frozenset(range(7))) | st.frozensets(st.integers(0, 6), min_size=1)),
        every_days=draw(st.sampled_from([27, 28, 28, 28, 35, 42])),
        avoid=tuple(draw(st.lists(ranges(), max_size=2))),
        injector=draw(st.none() | st.sampled_from(PEOPLE)),
        minutes=draw(st.none() | st.integers(10, 90)),
        patient_no=draw(st.none() | st.integers(1, 4)),
        not_before=draw(st.none() | DAYS),
    )


EARLIER = st.lists(
    st.builds(
        EarlierSession,
        on=DAYS,
        status=st.sampled_from(["given", "planned"]),
        number=st.none(),
        this_course=st.booleans(),
    ),
    max_size=5,
).map(tuple)


def proposed(request: PlanRequest, diary: Diary, earlier: tuple[EarlierSession, ...]) -> Proposal | None:
    """The proposal; None, after a look at the sentence, where it is refused."""
    try:
        return propose(request, POLICY, diary, earlier)
    except Refusal as refusal:
        assert refusal.exit_code == 4
        assert all(reason.message.endswith(".") for reason in refusal.reasons)
        return None


@settings(max_examples=300)
@given(requests(), diaries(), EARLIER)
def test_never_too_soon_never_too_many(request: PlanRequest, diary: Diary, earlier: tuple[EarlierSession, ...]) -> None:
    proposal = proposed(request, diary, earlier)
    if proposal is None:
        return
    own = [one for one in earlier if one.this_course]
    days = [session.slot.on for session in proposal.sessions]
    assert len(own) + len(days) <= 4
    assert len({session.number for session in proposal.sessions}) == len(days)
    assert all(session.number in (1, 2, 3, 4) for session in proposal.sessions)
    assert request.every_days >= 28
    assert all((later - before).days >= request.every_days for before, later in pairwise(days))
    assert all((days[0] - one.on).days >= 28 for one in earlier)
    assert all((days[0] - one.on).days >= request.every_days for one in own)
    assert days[0] >= max(request.start, request.not_before or request.start)
    assert proposal.effect_by == days[-1] + timedelta(days=28)
    assert proposal.response_on >= proposal.effect_by


@settings(max_examples=300)
@given(requests(), diaries(), EARLIER)
def test_the_slot_offered_is_really_free(
    request: PlanRequest, diary: Diary, earlier: tuple[EarlierSession, ...]
) -> None:
    proposal = proposed(request, diary, earlier)
    for session in proposal.sessions if proposal else ():
        slot = session.slot
        closed = any(one.from_on <= slot.on <= one.until_on for one in diary.closures)
        assert not closed and slot.on not in {holiday.on for holiday in diary.holidays}
        assert any(
            period.starts <= slot.starts and slot.ends <= period.ends
            for period in diary.hours.weekly[slot.on.weekday()]
        )
        assert minute_of(slot.ends) - minute_of(slot.starts) == (request.minutes or diary.session_minutes)
        assert slot.starts == (request.at or slot.starts)
        assert slot.on.weekday() in request.days
        assert slot.injector == (request.injector or slot.injector)
        assert not any(first <= slot.on <= last for first, last in request.avoid)
        (injector,) = (one for one in diary.injectors if one.initials == slot.injector)
        assert injector.works_on(slot.on)
        assert (slot.room in diary.rooms) if diary.rooms else slot.room is None
        for taken in diary.bookings:
            apart = taken.on != slot.on or taken.ends <= slot.starts or slot.ends <= taken.starts
            assert apart or (
                taken.injector != slot.injector
                and taken.patient_no != request.patient_no
                and (slot.room is None or taken.room != slot.room)
            )
        assert diary.blockers(slot, patient_no=request.patient_no) == ()


@settings(max_examples=300)
@given(requests(), diaries(), EARLIER, st.integers(1, 60))
def test_a_later_start_never_gives_an_earlier_session(
    request: PlanRequest, diary: Diary, earlier: tuple[EarlierSession, ...], days: int
) -> None:
    from dataclasses import replace

    sooner = proposed(request, diary, earlier)
    later = proposed(replace(request, start=request.start + timedelta(days=days)), diary, earlier)
    if sooner is None or later is None:
        return
    for first, second in zip(sooner.sessions, later.sessions, strict=True):
        assert (first.slot.on, first.slot.starts) <= (second.slot.on, second.slot.starts)


@settings(max_examples=200)
@given(requests(), diaries(), EARLIER)
def test_no_earlier_slot_was_free(request: PlanRequest, diary: Diary, earlier: tuple[EarlierSession, ...]) -> None:
    """Every day that was rolled over has no slot of the kind asked for."""
    proposal = proposed(request, diary, earlier)
    for session in proposal.sessions if proposal else ():
        day = session.earliest_on
        while day < session.slot.on:
            wanted = day.weekday() in request.days and not any(a <= day <= b for a, b in request.avoid)
            slots = diary.free_slots(
                day, minutes=request.minutes, injector=request.injector, patient_no=request.patient_no, at=request.at
            )
            assert not (wanted and list(slots))
            day += timedelta(days=1)


@given(diaries(), DAYS, st.integers(5, 120), st.none() | st.integers(1, 4))
def test_free_slots_come_in_time_order_and_nothing_blocks_them(
    diary: Diary, on: date, minutes: int, patient_no: int | None
) -> None:
    slots = list(diary.free_slots(on, minutes=minutes, patient_no=patient_no))
    assert all(before.starts < after.starts for before, after in pairwise(slots))
    assert all(diary.blockers(slot, patient_no=patient_no) == () for slot in slots)
    assert all(diary.outside_hours(on, slot.starts, minutes) is None for slot in slots)
