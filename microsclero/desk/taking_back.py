"""What a struck-out entry had done to the diary, taken back as far as nobody built on it since; the rest is named."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from microsclero.desk.sessions import planned
from microsclero.desk.settling import settle_anew, waits_again
from microsclero.errors import ConflictError

if TYPE_CHECKING:
    from datetime import date, datetime

    from microsclero.desk import Desk
    from microsclero.store.diary import SessionRow
    from microsclero.store.journal import EntryRow
    from microsclero.store.undoing import RowBack

LIVE = ("planned", "given")
IN_ERROR = "entered_in_error"
# Far above any number of a course: for sessions that come back, and for the moment in which all are counted anew.
_COMES_BACK, _APART = 40, 70


class Seat(NamedTuple):
    """A session set aside, and the place among the four that it takes again once it is known where it belongs.

    was_booked: it is planned again at least. given_on: the day on which it was really given. A session planned for that
    day is then the one that was given, and may go back there though the day has gone by.
    """

    session: int
    course: int | None
    was_booked: bool
    given_on: date | None = None

    def is_taken(self, planned_on: Collection[date]) -> bool:
        """Whether it is in the course again, beside those planned for these days."""
        return self.was_booked or (self.given_on is not None and self.given_on not in planned_on)


def take_back(desk: Desk, made: EntryRow, *, patient_no: int, seat: Seat | None = None) -> tuple[str, ...]:
    """Take back, inside `changing()`, what this change did to the patient's sessions and course; what stays, in words.

    seat: of the session that whoever asks sees to.
    """
    from microsclero.store import journal, undoing

    rows = [
        row
        for row in undoing.rows_back(desk.store, journal.rows_of(desk.store, made), on=desk.today())
        if row.now.get("patient_id") == patient_no
    ]
    # A course that was closed runs again before anything is planned in it.
    said = [words for row in rows if row.table == "course" for words in _course_back(desk, row)]
    waiting = [row for row in rows if row.table == "session" and (seat is None or row.row_id != seat.session)]
    while waiting:
        stays = [(row, words) for row in waiting if (words := _session_back(desk, row, seat)) is not None]
        if len(stays) == len(waiting):
            for row, _ in stays:
                waits_again(desk, row)
            return (*said, *(words for _, words in stays))
        # What went back may have made room for another.
        waiting = [row for row, _ in stays]
    return tuple(said)


def _course_back(desk: Desk, row: RowBack) -> Iterator[str]:
    """A course that the entry closed runs again, unless another does."""
    from microsclero.store import diary

    was_closed = row.then.get("status") == "open" and row.left.get("status") == "closed"
    if not was_closed or row.now.get("status") != "closed":
        return
    running = diary.running_course(desk.store, int(str(row.now["patient_id"])))
    if running is not None:
        yield f"Course {row.row_id} stays closed: course {running.course} has begun since."
        return
    diary.reopen_course(desk.store, row.row_id)


def _session_back(desk: Desk, row: RowBack, seat: Seat | None) -> str | None:
    """One session as it was before the entry, where it still stands as the entry left it; else why it stays."""
    from microsclero.dates import show_date
    from microsclero.store import diary
    from microsclero.store.undoing import session_from_values

    left, then = map(session_from_values, (row.left, row.then))
    now = diary.session(desk.store, left.session)
    settled: dict[str, object] = {}
    if left.settled != then.settled and now.settled == left.settled:
        settled = {"settled": then.settled}
    # A number only counts; it is put right for the whole course at the end.
    was_moved = (left.status, _slot(left)) != (then.status, _slot(then))
    elsewhere = (now.status, _slot(now)) != (then.status, _slot(then))
    if then.status != "planned" or not was_moved or not elsewhere:
        if settled:
            diary.update_session(desk.store, now.session, settled, now.version)
        return None
    # One that was put off and booked again since has its new date.
    if (now.status, now.settled, _slot(now)) != (left.status, left.settled, _slot(left)):
        where = f"on {show_date(now.on)} at {now.starts:%H:%M}, {now.status}"
        return f"A session of patient {now.patient_no} that it moved was changed since: it stays {where}."
    if now.kind == "consultation":
        return _talk_back(desk, now, then)
    why_not = _stays_because(desk, now, then, seat)
    if why_not:
        return why_not
    # The number it had may be another's by now: it counts last until all are counted anew.
    diary.update_session(
        desk.store,
        now.session,
        {
            "status": "planned",
            "cancel_reason": None,
            "on": then.on,
            "starts": then.starts,
            "ends": then.ends,
            "injector": then.injector,
            "room": then.room,
            "earliest_on": then.earliest_on,
            "is_hand_set": then.is_hand_set,
            "override_reason": then.override_reason,
            "number": _spare_number(desk, now.course),
            **settled,
        },
        now.version,
    )
    return None


def _talk_back(desk: Desk, now: SessionRow, then: SessionRow) -> str | None:
    """A consultation that took place only by what is struck out: open again where it was booked, in hours gone by, too.

    Nobody has said otherwise whether they came. Why it stays as it is, where another has that time by now.
    """
    from microsclero.dates import show_date
    from microsclero.store import diary

    if _is_taken(desk, then, override=then.override_reason is not None):
        return (
            f"The consultation of patient {now.patient_no} on {show_date(now.on)} stays at {now.starts:%H:%M}, "
            f"{now.state}: {then.starts:%H:%M} is no longer free."
        )
    wanted = {key: getattr(then, key) for key in ("on", "starts", "ends", "status", "override_reason")}
    diary.update_session(desk.store, now.session, wanted, now.version)
    return None


def _is_taken(desk: Desk, then: SessionRow, *, override: bool = False) -> bool:
    """Whether another has the place it had; `override`: of the patient's own alone."""
    from microsclero.store import diary

    blocking = diary.blocking(
        desk.store,
        on=then.on,
        starts=then.starts,
        ends=then.ends,
        patient_no=then.patient_no,
        injector=then.injector,
        room=then.room,
        excluding=(then.session,),
        override=override,
    )
    return bool(blocking)


def _stays_because(desk: Desk, now: SessionRow, then: SessionRow, seat: Seat | None) -> str | None:
    """Why a session does not get its earlier place again; None where it does."""
    from microsclero.dates import show_date
    from microsclero.desk.planning import refuse_taken
    from microsclero.store import diary

    running = diary.running_course(desk.store, now.patient_no)
    before = f"{show_date(then.on)} at {then.starts:%H:%M}"
    stays = (
        f"The session of patient {now.patient_no} on {show_date(now.on)} at {now.starts:%H:%M} stays there"
        if now.status == "planned"
        else f"The session of patient {now.patient_no} that was planned for {before} stays {now.status}"
    )
    if running is None or running.course != now.course:
        return f"{stays}: its course is closed."
    if now.status != "planned" and _is_full(desk, now.course, then.on, seat):
        return f"{stays}: {_full_words()}"
    today = desk.now()
    taken = f"{stays}: {before} is no longer free."
    if seat is not None and then.on == seat.given_on:
        return taken if _is_taken(desk, then) else None
    if (then.on, then.starts) <= (today.date(), today.time()):
        return f"{stays}: {before} has gone by."
    if _too_close(desk, then):
        return f"{stays}: back on {show_date(then.on)} it would be too close to another."
    try:
        refuse_taken(desk, (planned(then),), excluding=now.session)
    except ConflictError:
        return taken
    return None


def _is_full(desk: Desk, course: int | None, on: date, seat: Seat | None = None) -> bool:
    """Whether the course, with one more session planned for that day, would hold more than it may."""
    from microsclero import content
    from microsclero.store import diary

    live = [row for row in diary.sessions_of_course(desk.store, int(course or 0)) if row.status in LIVE]
    planned_on = {on, *(row.on for row in live if row.status == "planned")}
    taken = seat is not None and seat.course == course and seat.is_taken(planned_on)
    return len(live) + 1 + taken > content.course().maximum_sessions


def _full_words() -> str:
    from microsclero import content

    return f"a course holds {content.course().maximum_sessions} sessions, and this one is full without it."


def _too_close(desk: Desk, then: SessionRow) -> bool:
    """Whether the session, back in its place, would stand too close to any other injection of the patient."""
    from microsclero import content

    others = [on for number, _, on in injections(desk, then.patient_no) if number != then.session]
    return any(abs((then.on - on).days) < content.course().minimum_days for on in others)


def injections(desk: Desk, patient_no: int) -> tuple[tuple[int | None, str, date], ...]:
    """Everything that keeps the gap: sessions planned and given, in any course, and injections elsewhere."""
    from microsclero.desk.elsewhere import told_elsewhere
    from microsclero.store import diary

    found: list[tuple[int | None, str, date]] = [
        (row.session, f"session {row.number} of course {row.course}", row.on)
        for row in diary.sessions_of_patient(desk.store, patient_no)
        if row.kind == "session" and row.status in LIVE
    ]
    return (*found, *((None, each.label, each.on) for each in told_elsewhere(desk, patient_no)))


def gap_problems(desk: Desk, patient_no: int) -> tuple[str, ...]:
    """Which of a patient's sessions stand too close together, in sentences."""
    from microsclero import content, schedule

    dated = [(label, on) for _, label, on in injections(desk, patient_no)]
    return tuple(reason.message for reason in schedule.gap_problems(dated, content.course()))


def set_aside(desk: Desk, session: SessionRow) -> None:
    """A session whose treatment is struck out stands in nobody's way, until it is known where it belongs."""
    from microsclero.store import diary

    changes = {"status": "cancelled", "cancel_reason": IN_ERROR, "settled": None}
    diary.update_session(desk.store, session.session, changes, session.version)


def take_out(desk: Desk, number: int, entered_at: Sequence[datetime]) -> tuple[str, ...]:
    """A session that was set aside: planned again where it had been booked, else it stays out; why, in words.

    One that lies in a course closed since can't be planned again, nor one in a course that is full without it.
    """
    from microsclero.dates import show_date
    from microsclero.store import diary

    session = diary.session(desk.store, number)
    running = diary.running_course(desk.store, session.patient_no)
    runs = running is not None and running.course == session.course
    if not runs or not was_booked(session, entered_at):
        return ()
    if _is_full(desk, session.course, session.on):
        where = f"{show_date(session.on)} at {session.starts:%H:%M}"
        stays = f"The session of patient {session.patient_no} that was planned for {where} stays cancelled"
        return (f"{stays}: {_full_words()}",)
    changes = {"status": "planned", "cancel_reason": None, "number": _spare_number(desk, session.course)}
    diary.update_session(desk.store, session.session, changes, session.version)
    return ()


def was_booked(session: SessionRow, entered_at: Sequence[datetime]) -> bool:
    """Whether it stood in the diary before it was given.

    entered_at: when the treatment, and those it corrected, were entered; a session entered in the same breath was
    never booked.
    """
    return session.booked_at not in entered_at


def open_again(desk: Desk, number: int) -> tuple[str, ...]:
    """What is to be said of a session that is planned again for a day gone by, once its course is counted anew."""
    from microsclero.dates import show_date
    from microsclero.store import diary

    session = diary.session(desk.store, number)
    if session.status != "planned" or session.on > desk.today():
        return ()
    return (
        f"Session {session.number} of patient {session.patient_no}, planned for {show_date(session.on)}, "
        "is open again; "
        f"if nobody came: microsclero missed {session.patient_no} --session {session.number}",
    )


def close_empty(desk: Desk, course: int | None) -> tuple[str, ...]:
    """A running course in which nothing is left, and which only the struck-out entry had opened, is closed again."""
    from microsclero.store import diary

    if course is None:
        return ()
    rows = diary.sessions_of_course(desk.store, course)
    if any(row.status != "cancelled" or row.cancel_reason != IN_ERROR for row in rows):
        return ()
    running = diary.running_course(desk.store, rows[0].patient_no) if rows else None
    if running is None or running.course != course:
        return ()
    diary.close_course(desk.store, course, on=desk.today(), why="entered in error")
    return (f"Course {course} of patient {rows[0].patient_no} was opened by that entry alone, and is closed again.",)


def _spare_number(desk: Desk, course: int | None) -> int:
    """A number that no session of the course has, until all are counted anew."""
    from microsclero.store import diary

    live = [row for row in diary.sessions_of_course(desk.store, int(course or 0)) if row.status in LIVE]
    return max([_COMES_BACK, *(row.number or 0 for row in live)]) + 1


def count_anew(desk: Desk, course: int | None) -> None:
    """The live sessions of a course numbered by their dates, and what the last of them waits for."""
    from microsclero.store import diary

    if course is None:
        return
    live = [row for row in diary.sessions_of_course(desk.store, course) if row.status in LIVE]
    wanted = {row.session: number for number, row in enumerate(sorted(live, key=lambda row: (row.on, row.starts)), 1)}
    wrong = [row for row in live if row.number != wanted[row.session]]
    for row in wrong:
        apart = _APART + wanted[row.session]
        if row.number != apart:
            diary.update_session(desk.store, row.session, {"number": apart}, row.version)
    for row in wrong:
        now = diary.session(desk.store, row.session)
        diary.update_session(desk.store, row.session, {"number": wanted[row.session]}, now.version)
    settle_anew(desk, course)


def _slot(row: SessionRow) -> tuple[object, ...]:
    return row.on, row.starts, row.ends, row.injector, row.room
