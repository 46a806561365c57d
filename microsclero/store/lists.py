"""The lists behind `today`: each asks a partial index for what is open, however long the record."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.store.diary import SESSION_COLUMNS, SessionRow, sessions_from_rows
from microsclero.store.formerly import start_in
from microsclero.store.rows import maybe_date, moment_from_text

if TYPE_CHECKING:
    from collections.abc import Iterable

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


class OpenScreening(NamedTuple):
    """A screening somebody must come back to."""

    screening: int
    patient_no: int
    purpose: str
    on: date
    outcome: str
    ask_again_on: date | None


class OpenDraft(NamedTuple):
    """An intake that was not finished."""

    draft: int
    patient_no: int | None
    purpose: str
    touched_at: datetime
    who: str | None


class Stalled(NamedTuple):
    """A running course with nothing booked; `since` its last session or its opening."""

    course: int
    patient_no: int
    last_number: int | None
    since: date


class LastBackup(NamedTuple):
    """The newest backup that was proved."""

    at: datetime
    path: str
    head: str


_SESSION = "id, patient_id, kind, number, on_date, starts, status, cancel_reason"
_SCREENING = "id, patient_id, purpose, on_date, outcome, ask_again_on"
# One patient's lines, or everybody's.
_WHOSE = "(:patient is null or patient_id = :patient)"
# Somebody decided against it, and that is the last word on it.
_IS_DECLINED = (
    "exists (select 1 from decision made where made.screening_id = screening.id and made.decision = 'decline' "
    "and not exists (select 1 from decision later where later.screening_id = made.screening_id "
    "and later.rule = made.rule and later.id > made.id))"
)
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
# The same list, however long: what SQLite understands by no limit.
WHOLE = -1


def sessions_on(store: Store, day: date) -> tuple[SessionRow, ...]:
    """What is planned or given on a day, in order of time."""
    sql = (
        f"select {SESSION_COLUMNS} from session where status in ('planned', 'given') and on_date = ? "
        "order by on_date, starts, id"
    )
    return sessions_from_rows(store.rows(sql, (day.isoformat(),)))


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

    A consultation was held where the patient was screened since, or any visit booked after it.
    """
    sql = (
        f"select {_SESSION} from session s where status = 'planned' and on_date < ? and (kind = 'session' or not "
        "(exists (select 1 from screening asked where asked.patient_id = s.patient_id "
        "and asked.superseded_by is null and asked.on_date >= s.on_date) or exists (select 1 from session visit "
        "where visit.patient_id = s.patient_id and visit.id > s.id and visit.status in ('planned', 'given')))) "
        "order by on_date desc, starts desc, id limit ?"
    )
    return _open_sessions(store.rows(sql, (before.isoformat(), limit)))


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
        f"from session s where {_waits(seen)} and on_date <= :given_by and {_WHOSE} "
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
    settled, whose = ("'no_more'", "patient_id = :patient") if no_more else ("null", _WHOSE)
    sql = (
        f"select {_SESSION} from session s where settled is {settled} and (status = 'missed' "
        "or (status = 'cancelled' and cancel_reason in ('patient_ill', 'patient_away', 'clinic_closed', 'injector_away'"
        f"))) and {whose} and case kind when 'session' "
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

    Not those of so many `sessions`: they are whole, and wait for a response only. Nor where the patient said since
    that they want no more; `offset` is the clinic's clock, by which a call has its day.
    """
    # By patient, who has at most one running course: in the order of the index, so nothing else is read.
    happened = "s.status in ('given', 'missed')"
    sql = (
        f"select c.id, c.patient_id, max(case when {happened} then s.number end), "
        f"max(c.opened_on, coalesce(max(case when {happened} then s.on_date end), '')) as since "
        "from course c left join session s on s.course_id = c.id "
        "where c.status = 'open' and (:patient is null or c.patient_id = :patient) and not exists "
        "(select 1 from session live where live.course_id = c.id and live.number = :sessions "
        "and live.status in ('planned', 'given')) group by c.patient_id having since <= :since "
        f"and coalesce(max(case when s.settled = 'no_more' then {_SAID_NO_MORE} end), '') < since and not exists "
        "(select 1 from session visit where visit.patient_id = c.patient_id and visit.status = 'planned' "
        "and (visit.kind = 'session' or visit.on_date >= :today)) order by since desc, c.id desc limit :limit"
    )
    since = today - timedelta(days=days)
    values = {"since": since.isoformat(), "today": today.isoformat(), "sessions": sessions}
    clock = {"offset": f"{int(offset.total_seconds())} seconds"}
    rows = store.rows(sql, {**values, **clock, "patient": patient_no, "limit": limit})
    return tuple(
        Stalled(course=row[0], patient_no=row[1], last_number=row[2], since=date.fromisoformat(row[3])) for row in rows
    )


def deferrals_due(
    store: Store, today: date, limit: int = 50, *, patient_no: int | None = None
) -> tuple[OpenScreening, ...]:
    """Patients who may be asked again from today or earlier on, and were not; the date that came last first."""
    sql = (
        f"select {_SCREENING} from screening where superseded_by is null and ask_again_on is not null "
        f"and ask_again_on <= :today and decided_at is null and {_WHOSE} order by ask_again_on desc, id limit :limit"
    )
    return _open_screenings(store.rows(sql, {"today": today.isoformat(), "patient": patient_no, "limit": limit}))


def reviews_open(store: Store, limit: int = 50, *, patient_no: int | None = None) -> tuple[OpenScreening, ...]:
    """Screenings that wait for a prescriber's decision, newest first."""
    sql = (
        f"select {_SCREENING} from screening where superseded_by is null and decided_at is null "
        f"and outcome = 'review' and {_WHOSE} order by on_date desc, id limit :limit"
    )
    return _open_screenings(store.rows(sql, {"patient": patient_no, "limit": limit}))


def decided_by_leavers(
    store: Store, today: date, until: date, limit: int = 50, *, patient_no: int | None = None
) -> tuple[OpenScreening, ...]:
    """Screenings of those who come on these days, with a decision whose prescriber has left; newest first."""
    # Mostly nobody has: then no booking is looked at.
    if store.row("select 1 from team_member where ended_on < ?", (today.isoformat(),)) is None:
        return ()
    columns = ", ".join(f"s.{column}" for column in _SCREENING.split(", "))
    sql = (
        f"select distinct {columns} from session v join screening s on s.patient_id = v.patient_id "
        "and s.superseded_by is null and s.decided_at is not null join decision d on d.screening_id = s.id "
        "join team_member t on t.initials = d.prescriber where v.status = 'planned' and v.kind = 'session' "
        "and v.on_date between :today and :until and t.ended_on < :today and not exists (select 1 from decision later "
        "where later.screening_id = d.screening_id and later.rule = d.rule and later.id > d.id) "
        "and (:patient is null or s.patient_id = :patient) order by s.on_date desc, s.id limit :limit"
    )
    values = {"today": today.isoformat(), "until": until.isoformat(), "patient": patient_no, "limit": limit}
    return _open_screenings(store.rows(sql, values))


def referrals_answered(store: Store, limit: int = 50, *, patient_no: int | None = None) -> tuple[OpenScreening, ...]:
    """Screenings that wait for another opinion, and for which a document has been filed since; newest first."""
    sql = (
        f"select {_SCREENING} from screening s where superseded_by is null and decided_at is null "
        f"and outcome = 'refer' and {_WHOSE} and exists "
        "(select 1 from document d where d.patient_id = s.patient_id and d.filed_at >= s.signed_at "
        "and not exists (select 1 from amendment a where a.kind = 'document' and a.ref_id = d.id)) "
        "order by on_date desc, id limit :limit"
    )
    return _open_screenings(store.rows(sql, {"patient": patient_no, "limit": limit}))


def drafts_open(store: Store, limit: int = 50, *, patient_no: int | None = None) -> tuple[OpenDraft, ...]:
    """Intakes that were not finished, last touched first."""
    rows = store.rows(
        f"select id, patient_id, purpose, touched_at, who from draft where finished = 0 and {_WHOSE} "
        "order by touched_at desc, id desc limit :limit",
        {"patient": patient_no, "limit": limit},
    )
    return tuple(
        OpenDraft(
            draft=number, patient_no=patient_no, purpose=purpose, touched_at=moment_from_text(touched_at), who=who
        )
        for number, patient_no, purpose, touched_at, who in rows
    )


def outcomes_in_force(store: Store, patients: Iterable[int]) -> dict[int, list[tuple[str, bool]]]:
    """The outcomes of the screenings in force of these patients, and whether each is settled.

    Settled is a review decided "proceed", and a deferral that was asked again on its day or later.
    """
    wanted = sorted(set(patients))
    found: dict[int, list[tuple[str, bool]]] = {}
    for start in range(0, len(wanted), 100):
        some = wanted[start : start + 100]
        rows = store.rows(
            f"select patient_id, case when outcome = 'review' and {_IS_DECLINED} then 'declined' else outcome end, "
            f"decided_at is not null and not {_IS_DECLINED} from screening "
            f"where superseded_by is null and patient_id in ({', '.join('?' * len(some))})",
            some,
        )
        for patient, outcome, is_settled in rows:
            found.setdefault(patient, []).append((outcome, bool(is_settled)))
    return found


def last_backup(store: Store) -> LastBackup | None:
    """When the record was last backed up and proved; None where it never was."""
    row = store.row("select at, path, head from backup_log where proved = 1 order by id desc limit 1")
    return None if row is None else LastBackup(at=moment_from_text(row[0]), path=row[1], head=row[2])


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


def _open_screenings(rows: Iterable[tuple[Any, ...]]) -> tuple[OpenScreening, ...]:
    return tuple(
        OpenScreening(row[0], row[1], row[2], date.fromisoformat(row[3]), row[4], maybe_date(row[5])) for row in rows
    )
