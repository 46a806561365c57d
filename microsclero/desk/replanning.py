"""The later sessions of a course at the desk: what they are placed by, what moves, and which wait for a new date."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from microsclero.desk.changes import WAITS_FOR_A_DATE, Step, moved_step, renumbered
from microsclero.desk.planning import earlier_sessions
from microsclero.diary import Slot
from microsclero.replanning import Before, Booked, Terms, replan

if TYPE_CHECKING:
    from microsclero.clashes import Notice
    from microsclero.desk import Desk
    from microsclero.desk.wishes import Wish
    from microsclero.diary import Diary
    from microsclero.replanning import Replanned
    from microsclero.store.diary import SessionRow


T = TypeVar("T")

# Four sessions six weeks apart, and room to roll forward.
NEAR_DAYS = 280


class Book(NamedTuple):
    """The diary from a day on, and the last day that was looked at."""

    diary: Diary
    last_day: date

    def without(self, rows: Collection[SessionRow]) -> Book:
        """The same without these sessions: what moves stands in nobody's way."""
        gone = {row.session for row in rows}
        left = tuple(one for one in self.diary.bookings if one.session_id not in gone)
        return self._replace(diary=replace(self.diary, bookings=left))


def book_from(desk: Desk, first: date, days: int | None = None) -> Book:
    """So many days from the first; without a number as far ahead as a place is looked for."""
    from microsclero import content
    from microsclero.desk import diary_of

    days = content.course().horizon_days if days is None else days
    return Book(diary_of.diary(desk, first, days), first + timedelta(days=days))


def near_or_far(desk: Desk, first: date, later: Sequence[SessionRow], attempt: Callable[[Book], T]) -> T:
    """What comes of the next months, which are quickly read; where they have no place, of all the days ahead.

    Either way as far as the later sessions reach: whether one may stay where it is must be known.
    """
    from microsclero.schedule import Refusal

    reach = max(((row.on - first).days for row in later), default=0)
    try:
        return attempt(book_from(desk, first, max(NEAR_DAYS, reach)))
    except Refusal:
        return attempt(book_from(desk, first))


def booked(row: SessionRow) -> Booked:
    """A session of the file as the trade sees it."""
    return Booked(
        session_id=row.session,
        number=row.number,
        slot=Slot(on=row.on, starts=row.starts, ends=row.ends, injector=row.injector, room=row.room),
        is_hand_set=row.is_hand_set,
        is_given=row.status == "given",
    )


def shifted(session: Booked, at: time | None) -> Booked:
    """The session as if it had stood at the time that is asked for now."""
    if at is None:
        return session
    ends = (datetime.combine(session.slot.on, at) + timedelta(minutes=session.minutes)).time()
    return replace(session, slot=replace(session.slot, starts=at, ends=ends))


def terms(
    desk: Desk,
    patient_no: int,
    book: Book,
    *,
    not_before: date | None = None,
    start: date | None = None,
    wish: Wish | None = None,
) -> Terms:
    """What the patient's sessions are placed by: wishes kept, their age and own dates, other injections.

    A wished injector who no longer injects binds nobody.
    """
    from microsclero import content
    from microsclero.desk.events import events_from
    from microsclero.desk.patients import patient_of
    from microsclero.desk.wishes import wish_of
    from microsclero.schedule import EVERY_DAY, PlanRequest
    from microsclero.store import diary

    policy = content.course()
    course = diary.running_course(desk.store, patient_no)
    wish = wish or wish_of(course)
    injects = {one.initials for one in book.diary.injectors}
    earlier = earlier_sessions(desk, patient_no, course.course if course else None)
    return Terms(
        request=PlanRequest(
            start=start or desk.today(),
            at=wish.at,
            days=wish.days or EVERY_DAY,
            every_days=max(policy.minimum_days, wish.every_days or 0),
            avoid=wish.avoid,
            events=events_from(desk, patient_no, desk.today()),
            injector=wish.injector if wish.injector in injects else None,
            patient_no=patient_no,
            not_before=not_before,
            born_on=patient_of(desk, patient_no).born_on,
        ),
        policy=policy,
        diary=book.diary,
        last_day=book.last_day,
        others=tuple(one for one in earlier if not one.this_course),
    )


class Followed(NamedTuple):
    """What becomes of the later sessions: those that change, and dates set by hand that stay, in sentences."""

    steps: tuple[Step, ...] = ()
    remarks: tuple[str, ...] = ()


def follow(
    later: Sequence[SessionRow], by: Terms, *, after: Before | None, first_number: int | None = None
) -> Followed:
    """The planned sessions after a change; Refusal where one of them has to move and finds no place.

    first_number: the number of the first of them, where a session has come between.
    """
    sessions = [booked(row) for row in later]
    if first_number is not None:
        sessions = [replace(one, number=number) for number, one in enumerate(sessions, first_number)]
    return followed(later, replan(sessions, by, after=after), first_number)


def followed(later: Sequence[SessionRow], replanned: Replanned, first_number: int | None = None) -> Followed:
    """The steps of what moves and, where the numbers go on from another, of what only gets its new number."""
    from microsclero.dates import show_date

    moved = {one.session.session_id: one for one in replanned.moved}
    steps = []
    for place, row in enumerate(later):
        if row.session in moved:
            steps.append(moved_step(row, moved[row.session]))
        elif first_number is not None:
            steps.append(renumbered(row, first_number + place))
    return Followed(
        steps=tuple(steps),
        remarks=tuple(
            f"Session {one.number} was set by hand and stays on {show_date(one.slot.on)} at {one.slot.starts:%H:%M}."
            for one in replanned.kept_by_hand
        ),
    )


def clashes(desk: Desk, patient_no: int, steps: Sequence[Step]) -> tuple[Notice, ...]:
    """Where the patient's own days meet a session in its new place, or the time of care around it."""
    placed = [step.after for step in steps if step.why and step.after is not None]
    return clashes_on(desk, patient_no, [(after.number, after.on) for after in placed])


def clashes_on(desk: Desk, patient_no: int, placed: Sequence[tuple[int | None, date]]) -> tuple[Notice, ...]:
    """The same of sessions by their number and day; without a number it is a consultation."""
    from microsclero import content
    from microsclero.clashes import Dated, Event, notices
    from microsclero.desk.events import events_from
    from microsclero.desk.wishes import wish_of
    from microsclero.store import diary

    dated = [Dated(number, on, is_consultation=number is None) for number, on in placed]
    today = desk.today()
    avoided = wish_of(diary.running_course(desk.store, patient_no)).avoid
    days = [Event(None, first, last) for first, last in avoided if last >= today]
    return notices(dated, (*events_from(desk, patient_no, today), *days), content.course())


def waiting(desk: Desk, course: int, *, settled: str | None = None) -> tuple[SessionRow, ...]:
    """The sessions of a course that were missed or put off and have no new date yet, the earliest first.

    With `settled` those of which that was noted instead.
    """
    from microsclero.store import diary

    rows = (
        row
        for row in diary.sessions_of_course(desk.store, course)
        if row.settled == settled
        and (row.status == "missed" or (row.status == "cancelled" and row.cancel_reason in WAITS_FOR_A_DATE))
    )
    return tuple(sorted(rows, key=lambda row: (row.on, row.starts, row.session)))
