"""The diary as a value, from the file's rows, and the places a moved session may take."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from microsclero.dates import show_date
from microsclero.desk.crew import injectors
from microsclero.desk.opening_of import closures, holidays_between, opening_hours
from microsclero.diary import Booking, Diary, Slot
from microsclero.errors import Reason
from microsclero.opening import Closure, Period
from microsclero.replanning import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.desk import Desk
    from microsclero.desk.sessions import PlannedSession
    from microsclero.store.diary import BookingRow, SessionRow


def diary(desk: Desk, first: date, days: int) -> Diary:
    """Hours, closures, holidays, injectors and bookings from `first` on for so many days."""
    from microsclero.store import clinic
    from microsclero.store import diary as rows

    last = first + timedelta(days=days)
    made = Diary(
        hours=opening_hours(desk),
        closures=closures(desk, first, last),
        holidays=holidays_between(desk, first, last),
        bookings=tuple(map(booking, rows.bookings(desk.store, first, last))),
        injectors=injectors(desk, first, last),
        rooms=tuple(room.name for room in clinic.rooms(desk.store, first)),
        session_minutes=desk.clinic.session_minutes,
    )
    return _trimmed(desk, made) if first <= desk.today() else made


def booking(row: BookingRow) -> Booking:
    return Booking(
        session_id=row.session,
        patient_no=row.patient_no,
        on=row.on,
        starts=row.starts,
        ends=row.ends,
        injector=row.injector,
        room=row.room,
    )


def _trimmed(desk: Desk, diary: Diary) -> Diary:
    """Today's hours without what has already passed: nobody is booked this morning at noon."""
    from dataclasses import replace

    today, now = desk.today(), desk.now().time()
    left = []
    for period in diary.open_periods(today):
        start = period.starts
        while start <= now and start < period.ends:
            later = datetime.combine(today, start) + timedelta(minutes=diary.session_minutes)
            start = later.time() if later.date() == today else period.ends
        if start < period.ends:
            left.append(Period(starts=start, ends=period.ends))
    if tuple(left) == diary.open_periods(today):
        return diary
    if not left:
        over = Closure(from_on=today, until_on=today, reason="today's hours are over", is_open=False, periods=())
    else:
        whole = diary.open_periods(today)
        over = Closure(from_on=today, until_on=today, reason="today", is_open=True, periods=tuple(left), whole=whole)
    return replace(diary, closures=(*diary.closures, over))


def slot_for_move(diary: Diary, row: SessionRow, to: date, at: time | None) -> tuple[Slot | None, list[Reason]]:
    """The place for a moved session on an open day: its own injector's, at its own time or the nearest to it.

    Another injector's where its own is away, or without `at` has no time left that day.
    """
    own = frozenset({row.session})
    minutes = (row.ends.hour - row.starts.hour) * 60 + row.ends.minute - row.starts.minute
    injector = row.injector if diary.absent_why(row.injector, to, at, minutes) is None else None
    outside = diary.outside_hours(to, at, minutes) if at is not None else None
    if outside:
        return None, [Reason("outside_hours", outside, {"date": to.isoformat()})]
    absent = [diary.absent_why(one.initials, to, at, minutes) for one in diary.injectors]
    if all(absent):
        why = "; ".join(filter(None, absent)) or "nobody injects here"
        message = f"{show_date(to)}: {why}. Choose another {'time' if at else 'day'}."
        return None, [Reason("injector_away", message, {"date": to.isoformat()})]
    ways = [(injector, at)] if at is not None else [(who, on) for who in (injector, None) for on in (row.starts, None)]
    for who, wanted in ways:
        slots = diary.free_slots(to, minutes=minutes, injector=who, patient_no=row.patient_no, at=wanted, excluding=own)
        slot = nearest(slots, row.starts)
        if slot is not None:
            return slot, []
    return None, []


def in_the_way(
    desk: Desk, session: PlannedSession | SessionRow, excluding: Iterable[int] = ()
) -> tuple[BookingRow, ...]:
    """What stands in the way of exactly this place: its patient, injector or room is taken, or no room is left since
    bookings without one hold the last. Not itself, nor what goes elsewhere with it (`excluding`).
    """
    from microsclero.store import clinic
    from microsclero.store import diary as rows

    left_out = frozenset(excluding)
    taken = rows.blocking(
        desk.store,
        on=session.on,
        starts=session.starts,
        ends=session.ends,
        injector=session.injector,
        room=session.room,
        patient_no=session.patient_no or 0,
        excluding=left_out,
        override=session.override_reason is not None,
    )
    if session.override_reason is not None:
        return taken
    that_day = [row for row in rows.bookings(desk.store, session.on, session.on) if row.session not in left_out]
    book = Diary(
        hours=opening_hours(desk),
        bookings=tuple(map(booking, that_day)),
        rooms=tuple(room.name for room in clinic.rooms(desk.store, session.on)),
    )
    slot = Slot(on=session.on, starts=session.starts, ends=session.ends, injector=session.injector, room=session.room)
    # Whoever shares a named room on purpose stands in nobody's way.
    holders = {each.session_id for each in book.room_holders(slot) if each.room is None or slot.room is None}
    return (*taken, *(row for row in that_day if row.session in holders and row not in taken))


def blockers_for_move(diary: Diary, row: SessionRow, to: date, at: time | None) -> tuple[Booking, ...]:
    """What stands in the way of the moved session at that time."""
    starts = at or row.starts
    ends = (datetime.combine(to, starts) + (datetime.combine(to, row.ends) - datetime.combine(to, row.starts))).time()
    slot = Slot(on=to, starts=starts, ends=ends, injector=row.injector, room=row.room)
    return diary.blockers(slot, patient_no=row.patient_no, excluding=frozenset({row.session}))
