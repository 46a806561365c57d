"""Days closed with bookings on them: every course that is touched planned anew, and all of it saved as one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from microsclero.desk.changes import Change, write
from microsclero.desk.planning import live_in
from microsclero.desk.replanning import Book, book_from, booked, clashes, follow, terms
from microsclero.desk.sessions import planned
from microsclero.errors import ConflictError, Reason, UsageError
from microsclero.replanning import Before

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.clinic import Periods
    from microsclero.store.diary import SessionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What is entered: days closed, or open once with hours of their own."""

    from_on: date
    until_on: date
    reason: str
    periods: Periods = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StillBooked:
    """A session that stays where it is, outside the hours, and why nothing better was found for it."""

    session: SessionRow
    reasons: tuple[Reason, ...]

    def words(self) -> str:
        from microsclero.desk.absences import booking_words

        why = " ".join(reason.message for reason in self.reasons)
        return f"{booking_words(planned(self.session))} stays booked outside the hours: {why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Days to close, and what becomes of whoever is booked there; `seen` is what this rests on."""

    days: Days
    changes: tuple[Change, ...]
    still_booked: tuple[StillBooked, ...]
    seen: tuple[tuple[int, int], ...]
    saved: bool = False

    def as_data(self) -> dict[str, object]:
        return {
            "changes": [change.as_data() for change in self.changes],
            "still_booked": [
                {"session": each.session.session, "patient": each.session.patient_no, "why": each.words()}
                for each in self.still_booked
            ],
        }


def propose(desk: Desk, days: Days) -> Closing:
    """Every session booked there and still to come, with its course after it, on the days that are left.

    Nobody is moved sooner, nobody to later today. Who may not be moved, and for whom no place is found, stays booked
    and is named.
    """
    if days.until_on < desk.today():
        raise UsageError("These days have gone by; close days to come.", code="in_the_past")
    book = _with(book_from(desk, max(days.from_on, desk.today())), days)
    changes: list[Change] = []
    left: list[StillBooked] = []
    rows = _outside(desk, days, book)
    for row in rows:
        if any(step.before.session == row.session for change in changes for step in change.steps):
            continue
        found = _moved(desk, row, book)
        if isinstance(found, Change):
            changes.append(found)
            book = _after(book, found)
        else:
            left.append(found)
    seen = {**{row.session: row.version for row in rows}, **{k: v for change in changes for k, v in change.as_seen}}
    return Closing(days=days, changes=tuple(changes), still_booked=tuple(left), seen=tuple(sorted(seen.items())))


def save(desk: Desk, closing: Closing) -> Closing:
    """Close the days and move everybody as shown, in one transaction; anything else meanwhile is 5, nothing saved."""
    from microsclero.desk import opening_of
    from microsclero.desk.changing import changed_meanwhile
    from microsclero.store import clinic

    dates = [step.after.on for change in closing.changes for step in change.steps if step.after]
    opening_of.keep_missing_holidays(desk, max(dates, default=desk.today()))
    days = closing.days
    with desk.store.changing(who=desk.writer(), command="clinic close"):
        desk = desk.reread()
        if propose(desk, days) != closing:
            raise ConflictError.for_reasons(changed_meanwhile(desk, *closing.changes))
        clinic.add_closure(
            desk.store,
            from_on=days.from_on,
            until_on=days.until_on,
            reason=days.reason,
            is_open=bool(days.periods),
            periods=days.periods,
        )
        return replace(closing, changes=tuple(write(desk, change) for change in closing.changes), saved=True)


def _with(book: Book, days: Days) -> Book:
    """The diary as it will be once the days are entered."""
    from microsclero.opening import Closure, Period

    closure = Closure(
        from_on=days.from_on,
        until_on=days.until_on,
        reason=days.reason,
        is_open=bool(days.periods),
        periods=tuple(Period(starts=a, ends=b) for a, b in days.periods),
    )
    return book._replace(diary=replace(book.diary, closures=(*book.diary.closures, closure)))


def _outside(desk: Desk, days: Days, book: Book) -> tuple[SessionRow, ...]:
    """What is booked on these days, has not begun, and would lie in no open hour; in order of time."""
    from microsclero.store import diary

    now = desk.now()
    return tuple(
        row
        for row in diary.live_sessions(desk.store, max(days.from_on, now.date()), days.until_on)
        if row.status == "planned"
        and (row.on, row.starts) > (now.date(), now.time())
        and book.diary.outside_hours(row.on, row.starts, booked(row).minutes)
    )


def _moved(desk: Desk, row: SessionRow, book: Book) -> Change | StillBooked:
    """The session and those after it in its course, each on the first day that keeps every rule."""
    from microsclero.desk.gate import against_moving, plan_gate
    from microsclero.schedule import Refusal

    not_before = None
    live: tuple[SessionRow, ...] = (row,)
    if row.course is not None:
        gate = plan_gate(desk, row.patient_no)
        lasting = against_moving(gate, later=True)
        # Asked with another age: that is looked at one by one, not with a whole day.
        lasting += tuple(reason for reason in gate.reasons if reason.code == "birth_date_changed")
        if lasting:
            return StillBooked(session=row, reasons=lasting)
        not_before, live = gate.not_before, live_in(desk, row.course)
    place = live.index(row)
    later = tuple(each for each in live[place:] if each.status == "planned")
    after = Before(f"session {live[place - 1].number}", live[place - 1].on) if place else None
    start = desk.today() + timedelta(days=1)
    by = terms(desk, row.patient_no, book.without(later), not_before=not_before, start=start)
    try:
        followed = follow(later, by, after=after)
    except Refusal as refusal:
        return StillBooked(session=row, reasons=refusal.reasons)
    changed = {step.before.session: step.after for step in followed.steps}
    return Change(
        kind="move",
        patient_no=row.patient_no,
        course=row.course,
        steps=followed.steps,
        sessions=tuple(changed.get(each.session) or planned(each) for each in live),
        as_seen=tuple((each.session, each.version) for each in live),
        remarks=followed.remarks,
        notices=clashes(desk, row.patient_no, followed.steps),
    )


def _after(book: Book, change: Change) -> Book:
    """The diary for whoever is moved next: the new places taken, the old ones free."""
    from microsclero.diary import Booking

    gone = {step.before.session for step in change.steps}
    left = [one for one in book.diary.bookings if one.session_id not in gone]
    taken = [
        Booking(
            session_id=after.session or 0,
            patient_no=change.patient_no,
            on=after.on,
            starts=after.starts,
            ends=after.ends,
            injector=after.injector,
            room=after.room,
        )
        for after in [step.after for step in change.steps if step.after]
    ]
    return book._replace(diary=replace(book.diary, bookings=(*left, *taken)))
