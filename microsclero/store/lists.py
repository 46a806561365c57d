"""The lists behind `today`: each asks a partial index for what is open, however long the record."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.store.diary import SESSION_COLUMNS, SessionRow, sessions_from_rows
from microsclero.store.rows import maybe_date, moment_from_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.store import Store


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


class LastBackup(NamedTuple):
    """The newest backup that was proved."""

    at: datetime
    path: str
    head: str


_SCREENING = "id, patient_id, purpose, on_date, outcome, ask_again_on"


def sessions_on(store: Store, day: date) -> tuple[SessionRow, ...]:
    """What is planned or given on a day, in order of time."""
    sql = (
        f"select {SESSION_COLUMNS} from session where status in ('planned', 'given') and on_date = ? "
        "order by on_date, starts, id"
    )
    return sessions_from_rows(store.rows(sql, (day.isoformat(),)))


def preparation_due(store: Store, today: date, until: date | None = None) -> tuple[SessionRow, ...]:
    """Sessions planned after today, up to and with `until` (tomorrow): their patients are to be rung now."""
    until = until or today + timedelta(days=1)
    sql = (
        f"select {SESSION_COLUMNS} from session where status = 'planned' and on_date > ? and on_date <= ? "
        "and kind = 'session' order by on_date, starts, id"
    )
    return sessions_from_rows(store.rows(sql, (today.isoformat(), until.isoformat())))


def sessions_left_open(store: Store, before: date, limit: int = 50) -> tuple[SessionRow, ...]:
    """Still planned though their day has passed: given, missed or cancelled, nobody said; newest first."""
    sql = (
        f"select {SESSION_COLUMNS} from session where status = 'planned' and on_date < ? "
        "order by on_date desc, starts desc, id limit ?"
    )
    return sessions_from_rows(store.rows(sql, (before.isoformat(), limit)))


def deferrals_due(store: Store, today: date, limit: int = 50) -> tuple[OpenScreening, ...]:
    """Patients who may be asked again from today or earlier on; the date that came last first."""
    sql = (
        f"select {_SCREENING} from screening where superseded_by is null and ask_again_on is not null "
        "and ask_again_on <= ? order by ask_again_on desc, id limit ?"
    )
    return _open_screenings(store.rows(sql, (today.isoformat(), limit)))


def reviews_open(store: Store, limit: int = 50) -> tuple[OpenScreening, ...]:
    """Screenings that wait for a prescriber's decision, newest first."""
    sql = (
        f"select {_SCREENING} from screening where superseded_by is null and decided_at is null "
        "and outcome = 'review' order by on_date desc, id limit ?"
    )
    return _open_screenings(store.rows(sql, (limit,)))


def referrals_answered(store: Store, limit: int = 50) -> tuple[OpenScreening, ...]:
    """Screenings that wait for another opinion, and for which a document has been filed since; newest first."""
    sql = (
        f"select {_SCREENING} from screening s where superseded_by is null and decided_at is null "
        "and outcome = 'refer' and exists "
        "(select 1 from document d where d.patient_id = s.patient_id and d.filed_at >= s.signed_at) "
        "order by on_date desc, id limit ?"
    )
    return _open_screenings(store.rows(sql, (limit,)))


def drafts_open(store: Store, limit: int = 50) -> tuple[OpenDraft, ...]:
    """Intakes that were not finished, last touched first."""
    rows = store.rows(
        "select id, patient_id, purpose, touched_at, who from draft where finished = 0 "
        "order by touched_at desc, id desc limit ?",
        (limit,),
    )
    return tuple(
        OpenDraft(
            draft=number, patient_no=patient_no, purpose=purpose, touched_at=moment_from_text(touched_at), who=who
        )
        for number, patient_no, purpose, touched_at, who in rows
    )


def outcomes_in_force(store: Store, patients: Iterable[int]) -> dict[int, list[tuple[str, bool]]]:
    """The outcomes of the screenings in force of these patients, and whether a review has been decided."""
    wanted = sorted(set(patients))
    found: dict[int, list[tuple[str, bool]]] = {}
    for start in range(0, len(wanted), 100):
        some = wanted[start : start + 100]
        rows = store.rows(
            "select patient_id, outcome, decided_at is not null from screening where superseded_by is null "
            f"and patient_id in ({', '.join('?' * len(some))})",
            some,
        )
        for patient, outcome, is_decided in rows:
            found.setdefault(patient, []).append((outcome, bool(is_decided)))
    return found


def last_backup(store: Store) -> LastBackup | None:
    """When the record was last backed up and proved; None where it never was."""
    row = store.row("select at, path, head from backup_log where proved = 1 order by id desc limit 1")
    return None if row is None else LastBackup(at=moment_from_text(row[0]), path=row[1], head=row[2])


def _open_screenings(rows: Iterable[tuple[Any, ...]]) -> tuple[OpenScreening, ...]:
    return tuple(
        OpenScreening(
            screening=row[0],
            patient_no=row[1],
            purpose=row[2],
            on=date.fromisoformat(row[3]),
            outcome=row[4],
            ask_again_on=maybe_date(row[5]),
        )
        for row in rows
    )
