"""Courses and sessions in the file: what is booked, what stands in the way, and how a session is changed."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import ConflictError, NotFoundError
from microsclero.store.rows import date_text, json_text, maybe_date, maybe_json, maybe_text, moment_from_text, time_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from microsclero.store import Store


class CourseRow(NamedTuple):
    """Up to four sessions that belong together; `wish` is how the patient likes to come, as the plan was asked for."""

    course: int
    patient_no: int
    opened_on: date
    status: str
    closed_on: date | None
    closed_why: str | None
    wish: Mapping[str, Any] | None = None


class SessionRow(NamedTuple):
    """A session or a consultation in the diary; local clock times; `version` is what a change must name.

    settled: what became of one that wants something. A missed or put-off one wants a new date (rebooked, no_more,
    course_closed); a given one its response (seen once, followed by another session, course_closed).
    """

    session: int
    course: int | None
    patient_no: int
    kind: str
    number: int | None
    on: date
    starts: time
    ends: time
    injector: str
    room: str | None
    status: str
    earliest_on: date | None
    is_hand_set: bool
    cancel_reason: str | None
    override_reason: str | None
    version: int
    booked_at: datetime
    settled: str | None = None

    @property
    def state(self) -> str:
        """The status in words: a session is given, a consultation took place."""
        return "took place" if self.kind == "consultation" and self.status == "given" else self.status


class BookingRow(NamedTuple):
    """What the diary needs of a live session to know that its time is taken."""

    session: int
    patient_no: int
    on: date
    starts: time
    ends: time
    injector: str
    room: str | None


class NewSession(NamedTuple):
    """A session to book: what was shown is what is booked."""

    on: date
    starts: time
    ends: time
    injector: str
    room: str | None = None
    number: int | None = None
    earliest_on: date | None = None
    is_hand_set: bool = False
    override_reason: str | None = None


SESSION_COLUMNS = (
    "id, course_id, patient_id, kind, number, on_date, starts, ends, injector, room, status, earliest_on, "
    "is_hand_set, cancel_reason, override_reason, version, booked_at, settled"
)
_BOOKING = "id, patient_id, on_date, starts, ends, injector, room"
_COURSE = "id, patient_id, opened_on, status, closed_on, closed_why, wish"

# What a change may name, and the column it stands in.
_CHANGEABLE = {
    "on": "on_date",
    "starts": "starts",
    "ends": "ends",
    "injector": "injector",
    "room": "room",
    "number": "number",
    "status": "status",
    "earliest_on": "earliest_on",
    "is_hand_set": "is_hand_set",
    "cancel_reason": "cancel_reason",
    "override_reason": "override_reason",
    "settled": "settled",
}


def session_from_row(row: tuple[Any, ...]) -> SessionRow:
    return SessionRow(
        session=row[0],
        course=row[1],
        patient_no=row[2],
        kind=row[3],
        number=row[4],
        on=date.fromisoformat(row[5]),
        starts=time.fromisoformat(row[6]),
        ends=time.fromisoformat(row[7]),
        injector=row[8],
        room=row[9],
        status=row[10],
        earliest_on=maybe_date(row[11]),
        is_hand_set=bool(row[12]),
        cancel_reason=row[13],
        override_reason=row[14],
        version=row[15],
        booked_at=moment_from_text(row[16]),
        settled=row[17],
    )


def sessions_from_rows(rows: Iterable[tuple[Any, ...]]) -> tuple[SessionRow, ...]:
    return tuple(session_from_row(row) for row in rows)


def _booking_from_row(row: tuple[Any, ...]) -> BookingRow:
    return BookingRow(
        session=row[0],
        patient_no=row[1],
        on=date.fromisoformat(row[2]),
        starts=time.fromisoformat(row[3]),
        ends=time.fromisoformat(row[4]),
        injector=row[5],
        room=row[6],
    )


def _course_from_row(row: tuple[Any, ...]) -> CourseRow:
    return CourseRow(
        course=row[0],
        patient_no=row[1],
        opened_on=date.fromisoformat(row[2]),
        status=row[3],
        closed_on=maybe_date(row[4]),
        closed_why=row[5],
        wish=maybe_json(row[6]),
    )


def running_course(store: Store, patient_no: int) -> CourseRow | None:
    """The patient's open course; there is never more than one."""
    row = store.row(f"select {_COURSE} from course where patient_id = ? and status = 'open'", (patient_no,))
    return None if row is None else _course_from_row(row)


def courses_of(store: Store, patient_no: int) -> tuple[CourseRow, ...]:
    """All of a patient's courses, oldest first."""
    rows = store.rows(f"select {_COURSE} from course where patient_id = ? order by id", (patient_no,))
    return tuple(_course_from_row(row) for row in rows)


def open_course(store: Store, patient_no: int, on: date) -> int:
    """Begin a course inside `changing()`; a second open one is a ConflictError."""
    return store.write.insert("course", {"patient_id": patient_no, "opened_on": on.isoformat(), "status": "open"})


def set_wish(store: Store, course: int, wish: Mapping[str, Any] | None) -> None:
    """Keep how this patient likes to come, inside `changing()`."""
    store.write.update("course", course, {"wish": None if wish is None else json_text(wish)})


def close_course(store: Store, course: int, *, on: date, why: str | None = None) -> None:
    """End a course inside `changing()`."""
    store.write.update("course", course, {"status": "closed", "closed_on": on.isoformat(), "closed_why": why})


def reopen_course(store: Store, course: int) -> None:
    """A course that was closed by mistake runs again, inside `changing()`; a second open one is a ConflictError."""
    store.write.update("course", course, {"status": "open", "closed_on": None, "closed_why": None})


def session(store: Store, number: int) -> SessionRow:
    """The session with this number of the file, or NotFoundError."""
    row = store.row(f"select {SESSION_COLUMNS} from session where id = ?", (number,))
    if row is None:
        raise NotFoundError(f"There is no session {number}. See them with: microsclero agenda", session=number)
    return session_from_row(row)


def sessions_of_course(store: Store, course: int) -> tuple[SessionRow, ...]:
    """Everything ever booked in a course, in order of number and date; cancelled and missed too."""
    sql = f"select {SESSION_COLUMNS} from session where course_id = ? order by number, on_date, starts, id"
    return sessions_from_rows(store.rows(sql, (course,)))


def sessions_of_patient(store: Store, patient_no: int) -> tuple[SessionRow, ...]:
    """Everything ever booked for a patient, by date; consultations, cancelled and missed too."""
    sql = f"select {SESSION_COLUMNS} from session where patient_id = ? order by on_date, starts, id"
    return sessions_from_rows(store.rows(sql, (patient_no,)))


def live_sessions(store: Store, from_on: date, until_on: date) -> tuple[SessionRow, ...]:
    """What is planned or given on these days (both inclusive), in order of time."""
    rows = store.rows(
        f"select {SESSION_COLUMNS} from session where status in ('planned', 'given') and on_date between ? and ? "
        "order by on_date, starts, id",
        (from_on.isoformat(), until_on.isoformat()),
    )
    return sessions_from_rows(rows)


def all_sessions(store: Store, from_on: date, until_on: date) -> tuple[SessionRow, ...]:
    """Everything ever booked on these days (both inclusive), cancelled and missed too."""
    sql = f"select {SESSION_COLUMNS} from session where on_date between ? and ? order by on_date, starts, id"
    return sessions_from_rows(store.rows(sql, (from_on.isoformat(), until_on.isoformat())))


def record_id(store: Store) -> str:
    """What no two records share: the beginning of the first entry of the ledger."""
    row = store.row("select substr(hash, 1, 16) from ledger where n = 1")
    return row[0] if row else ""


def bookings(store: Store, from_on: date, until_on: date) -> tuple[BookingRow, ...]:
    """The times taken on these days (both inclusive), in order of time."""
    rows = store.rows(
        f"select {_BOOKING} from session where status in ('planned', 'given') and on_date between ? and ? "
        "order by on_date, starts, id",
        (from_on.isoformat(), until_on.isoformat()),
    )
    return tuple(_booking_from_row(row) for row in rows)


def blocking(
    store: Store,
    *,
    on: date,
    starts: time,
    ends: time,
    patient_no: int,
    injector: str,
    room: str | None = None,
    excluding: Iterable[int] = (),
    override: bool = False,
) -> tuple[BookingRow, ...]:
    """What stands in the way of exactly this time: the same patient, injector or room, as the file's trigger sees it.

    With `override` only the patient's own; sessions double-booked on purpose block nobody but their patient.
    """
    rows = store.rows(
        f"select {_BOOKING} from session where status in ('planned', 'given') and on_date = :on "
        "and starts < :ends and ends > :starts and (patient_id = :patient "
        "or (not :override and override_reason is null and (injector = :injector or room = :room))) "
        "order by starts, id",
        {
            "on": on.isoformat(),
            "starts": time_text(starts),
            "ends": time_text(ends),
            "patient": patient_no,
            "injector": injector,
            "room": room,
            "override": int(override),
        },
    )
    left_out = frozenset(excluding)
    return tuple(_booking_from_row(row) for row in rows if row[0] not in left_out)


def book_sessions(
    store: Store, *, patient_no: int, course: int | None, sessions: Iterable[NewSession]
) -> tuple[int, ...]:
    """Book these inside `changing()`, all or none; without a course they are consultations. Their numbers.

    A time that has gone is a ConflictError, code slot_taken.
    """
    return tuple(
        store.write.insert(
            "session",
            {
                "course_id": course,
                "patient_id": patient_no,
                "kind": "consultation" if course is None else "session",
                "number": new.number,
                "on_date": new.on.isoformat(),
                "starts": time_text(new.starts),
                "ends": time_text(new.ends),
                "injector": new.injector,
                "room": maybe_text(new.room),
                "status": "planned",
                "earliest_on": date_text(new.earliest_on),
                "is_hand_set": int(new.is_hand_set),
                "override_reason": maybe_text(new.override_reason),
                "version": 1,
                "booked_at": store.write.at,
            },
        )
        for new in sessions
    )


def update_session(store: Store, number: int, changes: Mapping[str, object], version: int) -> None:
    """Change a session inside `changing()`; keys are SessionRow's.

    ConflictError changed_meanwhile where somebody changed it since `version` was read, slot_taken where the new
    time has gone.
    """
    unknown = changes.keys() - _CHANGEABLE.keys()
    if unknown:
        raise TypeError(f"A session has no {', '.join(sorted(unknown))} to change.")
    if session(store, number).version != version:
        raise ConflictError(
            f"Session {number} was changed meanwhile. Nothing was saved; look at it again.",
            code="changed_meanwhile",
            session=number,
        )
    stored = {_CHANGEABLE[key]: _stored(value) for key, value in changes.items()}
    store.write.update("session", number, {**stored, "version": version + 1})


def _stored(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return time_text(value)
    if isinstance(value, bool):
        return int(value)
    return value
