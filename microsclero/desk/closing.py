"""Days closed, or somebody away, with bookings there: each course that is touched planned anew, saved as one."""

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
    from typing import Protocol

    from microsclero.desk import Desk
    from microsclero.desk.clinic import Periods
    from microsclero.diary import Diary
    from microsclero.store.diary import SessionRow

    class Entered(Protocol):
        """What is entered for some days, and rules out bookings there: a closure, or somebody's leave."""

        @property
        def command(self) -> str: ...
        @property
        def from_on(self) -> date: ...
        @property
        def until_on(self) -> date: ...
        @property
        def where(self) -> str:
            """Where those are who stay booked all the same: outside the hours."""

        def refuse(self, desk: Desk) -> None:
            """What stands against entering it."""

        def added_to(self, diary: Diary) -> Diary:
            """The diary as it will be."""

        def rules_out(self, row: SessionRow, diary: Diary) -> bool:
            """Whether this booking can't be held with it; `diary` as it will be."""

        def enter(self, desk: Desk) -> None:
            """Into the file, inside `changing()`."""

        def remarks(self, desk: Desk, /) -> tuple[str, ...]:
            """What else the desk should know of these days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days closed, or open once with hours of their own."""

    from_on: date
    until_on: date
    reason: str
    periods: Periods = ()

    @property
    def command(self) -> str:
        return "clinic close"

    @property
    def where(self) -> str:
        return "outside the hours"

    def refuse(self, desk: Desk) -> None:
        if self.until_on < desk.today():
            raise UsageError("These days have gone by; close days to come.", code="in_the_past")

    def added_to(self, diary: Diary) -> Diary:
        from microsclero.opening import Closure, Period

        closure = Closure(
            from_on=self.from_on,
            until_on=self.until_on,
            reason=self.reason,
            is_open=bool(self.periods),
            periods=tuple(Period(starts=a, ends=b) for a, b in self.periods),
        )
        return replace(diary, closures=(*diary.closures, closure))

    def rules_out(self, row: SessionRow, diary: Diary) -> bool:
        return diary.outside_hours(row.on, row.starts, booked(row).minutes) is not None

    def enter(self, desk: Desk) -> None:
        from microsclero.store import clinic

        clinic.add_closure(
            desk.store,
            from_on=self.from_on,
            until_on=self.until_on,
            reason=self.reason,
            is_open=bool(self.periods),
            periods=self.periods,
        )

    def remarks(self, _: Desk) -> tuple[str, ...]:
        """None: on a closed day nobody is needed."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StillBooked:
    """A session that stays where it is, and why nothing better was found for it."""

    session: SessionRow
    where: str
    reasons: tuple[Reason, ...]

    def words(self) -> str:
        from microsclero.desk.absences import booking_words

        why = " ".join(reason.message for reason in self.reasons)
        return f"{booking_words(planned(self.session))} stays booked {self.where}: {why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What is entered, and what becomes of whoever is booked there; `seen` is what this rests on."""

    entered: Entered
    changes: tuple[Change, ...]
    still_booked: tuple[StillBooked, ...]
    seen: tuple[tuple[int, int], ...]
    remarks: tuple[str, ...] = ()
    saved: bool = False

    def as_data(self) -> dict[str, object]:
        return {
            "changes": [change.as_data() for change in self.changes],
            "still_booked": [
                {"session": each.session.session, "patient": each.session.patient_no, "why": each.words()}
                for each in self.still_booked
            ],
            "remarks": list(self.remarks),
        }


def propose(desk: Desk, entered: Entered) -> Closing:
    """Every session booked there and still to come, with its course after it, on the days that are left.

    Nobody is moved sooner, nobody to later today. Who may not be moved, and for whom no place is found, stays booked
    and is named.
    """
    entered.refuse(desk)
    book = book_from(desk, max(entered.from_on, desk.today()))
    book = book._replace(diary=entered.added_to(book.diary))
    changes: list[Change] = []
    left: list[StillBooked] = []
    rows = _ruled_out(desk, entered, book)
    for row in rows:
        if any(step.before.session == row.session for change in changes for step in change.steps):
            continue
        found = _moved(desk, row, book, entered.where)
        if isinstance(found, Change):
            changes.append(found)
            book = _after(book, found)
        else:
            left.append(found)
    seen = {**{row.session: row.version for row in rows}, **{k: v for change in changes for k, v in change.as_seen}}
    return Closing(
        entered=entered,
        changes=tuple(changes),
        still_booked=tuple(left),
        seen=tuple(sorted(seen.items())),
        remarks=entered.remarks(desk),
    )


def save(desk: Desk, closing: Closing) -> Closing:
    """Enter it and move everybody as shown, in one transaction; anything else meanwhile is 5, nothing saved."""
    from microsclero.desk import opening_of
    from microsclero.desk.changing import changed_meanwhile

    dates = [step.after.on for change in closing.changes for step in change.steps if step.after]
    opening_of.keep_missing_holidays(desk, max(dates, default=desk.today()))
    with desk.store.changing(who=desk.writer(), command=closing.entered.command):
        desk = desk.reread()
        if propose(desk, closing.entered) != closing:
            raise ConflictError.for_reasons(changed_meanwhile(desk, *closing.changes))
        closing.entered.enter(desk)
        return replace(closing, changes=tuple(write(desk, change) for change in closing.changes), saved=True)


def _ruled_out(desk: Desk, entered: Entered, book: Book) -> tuple[SessionRow, ...]:
    """What is booked on these days, has not begun, and could not be held then; in order of time."""
    from microsclero.store import diary

    now = desk.now()
    return tuple(
        row
        for row in diary.live_sessions(desk.store, max(entered.from_on, now.date()), entered.until_on)
        if row.status == "planned"
        and (row.on, row.starts) > (now.date(), now.time())
        and entered.rules_out(row, book.diary)
    )


def _moved(desk: Desk, row: SessionRow, book: Book, where: str) -> Change | StillBooked:
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
            return StillBooked(session=row, where=where, reasons=lasting)
        not_before, live = gate.not_before, live_in(desk, row.course)
    place = live.index(row)
    later = tuple(each for each in live[place:] if each.status == "planned")
    after = Before(f"session {live[place - 1].number}", live[place - 1].on) if place else None
    start = desk.today() + timedelta(days=1)
    by = terms(desk, row.patient_no, book.without(later), not_before=not_before, start=start)
    try:
        followed = follow(later, by, after=after)
    except Refusal as refusal:
        return StillBooked(session=row, where=where, reasons=refusal.reasons)
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
