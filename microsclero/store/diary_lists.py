"""The lists of the diary behind `today`: each asks a partial index for what is open, however long the record."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.store.diary import SESSION_COLUMNS, SessionRow, sessions_from_rows
from microsclero.store.formerly import start_in
from microsclero.store.rows import WHOSE, maybe_date, time_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from microsclero.store import Store


class OpenSession(NamedTuple):
    """A session or consultation somebody must come back to.

    Where that was asked: `visit_on`, when they come next; `told`, the start they were told, which is another one now.
    """

    session: int
    patient_no: int
    kind: str
    number: int | None
    on: date
    starts: time
    status: str
    cancel_reason: str | None
    visit_on: date | None = None
    told: time | None = None


class Stalled(NamedTuple):
    """A running course with nothing booked; `since` its last session or its opening."""

    course: int
    patient_no: int
    last_number: int | None
    since: date


_SESSION = "id, patient_id, kind, number, on_date, starts, status, cancel_reason"
# The start that the patient of a session was told when last reached about preparing, if it was about its present day:
# as the session stood before the first change since that call, or as it stands.
_TOLD = (
    "(select case when rung.about_on = session.on_date then coalesce("
    f"(select {start_in('changed.old')} from history changed where changed.tbl = 'session' "
    "and changed.row_id = session.id and changed.op = 'U' and changed.seq > "
    "(select noted.seq from history noted where noted.tbl = 'contact' and noted.row_id = rung.id) "
    "order by changed.seq limit 1), session.starts) end from contact rung where rung.about = 'preparation' "
    "and rung.about_id = session.id and rung.outcome = 'reached' order by rung.id desc limit 1)"
)
# The day of the call in which the patient of session `s` said that they want no new date.
_SAID_NO_MORE = (
    "(select max(date(said.at, :offset)) from contact said where said.about = 'new_date' "
    "and said.about_id = s.id and said.outcome = 'wants_no_more')"
)


def sessions_on(store: Store, day: date) -> tuple[SessionRow, ...]:
    """What is planned or given on a day, in order of time."""
    sql = (
        f"select {SESSION_COLUMNS} from session where status in ('planned', 'given') and on_date = ? "
        "order by on_date, starts, id"
    )
    return sessions_from_rows(store.rows(sql, (day.isoformat(),)))


def booked_days(store: Store, from_on: date) -> tuple[date, ...]:
    """The days from this one on for which anything is planned, in order."""
    # The index that what is planned then is looked through with, so that its pages are read once.
    sql = (
        "select distinct on_date from session indexed by session_planned_places "
        "where status = 'planned' and on_date >= ? order by on_date"
    )
    return tuple(date.fromisoformat(on) for (on,) in store.rows(sql, (from_on.isoformat(),)))


def last_planned_day(store: Store) -> date | None:
    """The last day for which anything is planned."""
    return maybe_date(store.value("select max(on_date) from session where status = 'planned'"))


def planned_beside_roomless(
    store: Store, first: date, last: date
) -> tuple[tuple[date, tuple[tuple[time, time, str | None], ...]], ...]:
    """The days between these (both included) for which anything is planned without a room, each with the times and
    rooms of all that is planned for it; in order.
    """
    planned = "from session indexed by session_planned_places where status = 'planned'"
    sql = (
        f"select on_date, starts, ends, room {planned} and on_date in (select on_date {planned} "
        "and on_date between ? and ? and room is null) order by on_date, starts"
    )
    clock = cache(time.fromisoformat)
    by_day: dict[str, list[tuple[time, time, str | None]]] = {}
    for on, starts, ends, room in store.rows(sql, (first.isoformat(), last.isoformat())):
        by_day.setdefault(on, []).append((clock(starts), clock(ends), room))
    return tuple((date.fromisoformat(on), tuple(places)) for on, places in by_day.items())


def planned_outside(
    store: Store,
    days: Iterable[date],
    *,
    periods: Iterable[tuple[time, time]],
    crew: Mapping[str, Iterable[tuple[time, time]]],
    closed_rooms: Iterable[str] = (),
    crowded: Iterable[tuple[time, time]] = (),
    limit: int = 50,
    patient_no: int | None = None,
) -> tuple[SessionRow, ...]:
    """What is planned for these days outside these periods, or with nobody of this crew, or in their breaks, or in one
    of the closed rooms, or without a room at a crowded time; by date. So much at most.
    """
    values: list[object] = []

    def given(*more: object) -> str:
        values.extend(time_text(each) if isinstance(each, time) else each for each in more)
        return ", ".join("?" * len(more))

    def beside(spans: Iterable[tuple[time, time]]) -> str:
        return "".join(f" and not (starts < {given(last)} and ends > {given(first)})" for first, last in spans)

    wanted = given(*(day.isoformat() for day in days))
    whose = "1" if patient_no is None else f"patient_id = {given(patient_no)}"
    is_open = " or ".join(f"starts >= {given(first)} and ends <= {given(last)}" for first, last in periods) or "0"
    is_there = " or ".join(f"injector = {given(who)}{beside(breaks)}" for who, breaks in crew.items()) or "0"
    closed = given(*closed_rooms)
    is_roomed = f"coalesce(room, '') not in ({closed})" if closed else "1"
    is_roomed += f" and (room is not null or (1{crowds}))" if (crowds := beside(crowded)) else ""
    sql = (
        f"select {SESSION_COLUMNS} from session where id in (select id from session indexed by session_planned_places "
        f"where status = 'planned' and on_date in ({wanted}) and {whose} "
        f"and not (({is_open}) and ({is_there}) and {is_roomed}) order by on_date, starts, id limit {given(limit)}) "
        "order by on_date, starts, id"
    )
    return sessions_from_rows(store.rows(sql, values))


def preparation_due(store: Store, today: date, until: date | None = None) -> tuple[OpenSession, ...]:
    """Sessions planned after today, up to and with `until` (tomorrow), their patients not yet reached: to be rung now.

    Whoever was last reached about another day, or told another time, is rung again.
    """
    until = until or today + timedelta(days=1)
    sql = (
        f"select {_SESSION}, told from (select *, {_TOLD} as told from session where status = 'planned' "
        "and on_date > ? and on_date <= ? and kind = 'session') where told is null or told <> starts "
        "order by on_date, starts, id"
    )
    rows = store.rows(sql, (today.isoformat(), until.isoformat()))
    due = _open_sessions(row[:-1] for row in rows)
    return tuple(
        one._replace(told=time.fromisoformat(told)) if told else one for one, (*_, told) in zip(due, rows, strict=True)
    )


def sessions_left_open(store: Store, before: date, limit: int = 50) -> tuple[OpenSession, ...]:
    """Still planned though their day has passed: given, missed or cancelled, nobody said; newest first.

    A consultation was held where the patient was screened since, or any visit booked on its day or later: each booking
    has its day by the clinic's clock.
    """
    sql = (
        f"select {_SESSION} from session s where status = 'planned' and on_date < :before and (kind = 'session' or not "
        "(exists (select 1 from screening asked where asked.patient_id = s.patient_id "
        "and asked.superseded_by is null and asked.on_date >= s.on_date) or exists (select 1 from session visit "
        "where visit.patient_id = s.patient_id and visit.id > s.id and visit.status in ('planned', 'given') "
        "and date(visit.booked_at, :offset) >= s.on_date))) order by on_date desc, starts desc, id limit :limit"
    )
    values = {"before": before.isoformat(), "offset": _offset(store, before), "limit": limit}
    return _open_sessions(store.rows(sql, values))


def _offset(store: Store, on: date) -> str:
    """What the clinic's clock is ahead of UTC as that day begins, as SQLite adds it to a moment."""
    from zoneinfo import ZoneInfo

    begins = datetime.combine(on, time(), ZoneInfo(store.value("select zone from clinic where id = 1")))
    return f"{int((begins.utcoffset() or timedelta()).total_seconds())} seconds"


def responses_due(
    store: Store,
    today: date,
    *,
    days: int,
    fold_days: int,
    seen: bool = False,
    limit: int = 50,
    patient_no: int | None = None,
) -> tuple[OpenSession, ...]:
    """Sessions given at least so many days ago that wait for their response (`seen`: for another); newest first.

    Not where a visit is booked at most `fold_days` after that day, nor where the course went on to a later session, nor
    while the last response has said to wait.
    """
    visit = "from session visit where visit.patient_id = s.patient_id and visit.status = 'planned'"
    sql = (
        f"select {_SESSION}, (select min(visit.on_date) {visit} and visit.on_date >= :today) "
        f"from session s where {_waits(seen)} and on_date <= :given_by and {WHOSE} "
        f"and not exists (select 1 {visit} and visit.on_date between :today and date(s.on_date, :fold)) "
        f"and not exists (select 1 from response r where {_STILL_WAITS}) "
        "order by on_date desc, id desc limit :limit"
    )
    given_by = today - timedelta(days=days)
    values = {"given_by": given_by.isoformat(), "today": today.isoformat(), "fold": f"+{days + fold_days} days"}
    return _open_sessions(store.rows(sql, {**values, "patient": patient_no, "limit": limit}))


def responses_of(store: Store, patients: Iterable[int], *, given_by: date, seen: bool = False) -> dict[int, date]:
    """Of these patients, the day of the last session that waits for its response (`seen`: for another)."""
    wanted = sorted(set(patients))
    found: dict[int, date] = {}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        sql = (
            f"select patient_id, max(on_date) from session s where {_waits(seen)} and on_date <= ? "
            f"and patient_id in ({', '.join('?' * len(some))}) group by patient_id"
        )
        rows = store.rows(sql, (given_by.isoformat(), *some))
        found.update((patient, date.fromisoformat(on)) for patient, on in rows)
    return found


# The last response `r` to the session `s`, where it puts the next look off beyond today.
_STILL_WAITS = (
    "r.patient_id = s.patient_id and r.session_id = s.id and r.amended_by is null and r.wait_until > :today "
    "and not exists (select 1 from response later where later.patient_id = r.patient_id "
    "and later.session_id = r.session_id and later.id > r.id and later.amended_by is null)"
)


def _waits(seen: bool) -> str:
    """What the session `s` must be to wait for a response: given, the last given of its course, and not answered."""
    standing = "settled = 'seen'" if seen else "settled is null"
    return (
        f"status = 'given' and {standing} and kind = 'session' "
        "and not exists (select 1 from session later where later.course_id = s.course_id "
        "and later.status = 'given' and later.on_date > s.on_date)"
    )


def without_date(
    store: Store, *, sessions: int, limit: int = 50, patient_no: int | None = None, no_more: bool = False
) -> tuple[OpenSession, ...]:
    """Missed or put off, and no new date since; the latest first.

    Of a course that runs and has fewer than so many `sessions`; a consultation, until any visit was booked after it.
    `no_more`, of one patient: those of which it was noted instead that no new date is wanted.
    """
    # No index knows what was given up; a patient's own sessions are few.
    settled, whose = ("'no_more'", "patient_id = :patient") if no_more else ("null", WHOSE)
    sql = (
        f"select {_SESSION} from session s where settled is {settled} and (status = 'missed' "
        "or (status = 'cancelled' and cancel_reason in "
        "('patient_ill', 'patient_away', 'clinic_closed', 'injector_away', 'no_place'))) "
        f"and {whose} and case kind when 'session' "
        "then exists (select 1 from course c where c.id = s.course_id and c.status = 'open') "
        "and not exists (select 1 from session live where live.course_id = s.course_id and live.number = :sessions "
        "and live.status in ('planned', 'given')) "
        "else not exists (select 1 from session visit where visit.patient_id = s.patient_id and visit.id > s.id "
        "and visit.status in ('planned', 'given')) end order by on_date desc, id desc limit :limit"
    )
    values = {"sessions": sessions, "patient": patient_no, "limit": limit}
    return _open_sessions(store.rows(sql, values))


def courses_stalled(
    store: Store,
    today: date,
    *,
    days: int,
    sessions: int,
    offset: timedelta = timedelta(),
    limit: int = 50,
    patient_no: int | None = None,
) -> tuple[Stalled, ...]:
    """Running courses with nothing booked whose last session, or opening, lies so many days back; the latest first.

    Not those of so many `sessions`: they are whole, and wait for a response only. Nor where the last response said to
    wait until a day to come, or the patient said since that they want no more; `offset` is the clinic's clock, by which
    a call has its day. What waits for its response, or for a new date, is on those lists.
    """
    # By patient, who has at most one running course: in the order of the index, so nothing else is read.
    happened = "s.status in ('given', 'missed')"
    sql = (
        f"select c.id, c.patient_id, max(case when {happened} then s.number end), "
        f"max(c.opened_on, coalesce(max(case when {happened} then s.on_date end), '')) as since "
        "from course c left join session s on s.course_id = c.id "
        "where c.status = 'open' and c.opened_on <= :since and (:patient is null or c.patient_id = :patient) "
        "and not exists (select 1 from session live where live.course_id = c.id and live.number = :sessions "
        "and live.status in ('planned', 'given')) group by c.patient_id having since <= :since "
        f"and coalesce(max(case when s.settled = 'no_more' then {_SAID_NO_MORE} end), '') < since "
        "and coalesce((select r.wait_until from response r where r.patient_id = c.patient_id and r.course_id = c.id "
        "and r.amended_by is null order by r.id desc limit 1), '') <= :today and not exists "
        "(select 1 from session visit where visit.patient_id = c.patient_id and visit.status = 'planned' "
        "and (visit.kind = 'session' or visit.on_date >= :today)) "
        f"and coalesce(max({happened} and s.settled is null), 0) = 0 order by since desc, c.id desc limit :limit"
    )
    since = today - timedelta(days=days)
    values = {"since": since.isoformat(), "today": today.isoformat(), "sessions": sessions}
    clock = {"offset": f"{int(offset.total_seconds())} seconds"}
    rows = store.rows(sql, {**values, **clock, "patient": patient_no, "limit": limit})
    return tuple(
        Stalled(course=row[0], patient_no=row[1], last_number=row[2], since=date.fromisoformat(row[3])) for row in rows
    )


def _open_sessions(rows: Iterable[tuple[Any, ...]]) -> tuple[OpenSession, ...]:
    return tuple(
        OpenSession(
            session=row[0],
            patient_no=row[1],
            kind=row[2],
            number=row[3],
            on=date.fromisoformat(row[4]),
            starts=time.fromisoformat(row[5]),
            status=row[6],
            cancel_reason=row[7],
            visit_on=maybe_date(row[8]) if len(row) > 8 else None,
        )
        for row in rows
    )
