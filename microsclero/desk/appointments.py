"""What a calendar file tells: when to be where, each booking under one name for ever."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.desk import Desk
    from microsclero.diary import Appointment
    from microsclero.store.diary import SessionRow
    from microsclero.store.formerly import Former


def of_days(desk: Desk, first: date, days: int, *, injector: str | None) -> tuple[Appointment, ...]:
    """These days of the diary, or of one injector's; what left them too, cancelled, so that an older file's go."""
    from microsclero.desk.absences import HORIZON_DAYS
    from microsclero.store import diary, formerly

    last = first + timedelta(days=days - 1)
    # Nobody is moved to a day further back than bookings reach ahead.
    moved_from = date.fromordinal(max(first.toordinal() - HORIZON_DAYS, 1))
    rows = diary.all_sessions(desk.store, first, last)
    before = formerly.stood_between(desk.store, first, last, moved_from=moved_from)
    return _appointments(
        desk,
        [row for row in rows if injector in (None, row.injector)],
        [former for former in before if injector in (None, former.row.injector)],
    )


def of_patient(desk: Desk, patient_no: int) -> tuple[Appointment, ...]:
    """A patient's own appointments, from today on; what was cancelled or stood there before too."""
    from microsclero.store import diary, formerly

    today = desk.today()
    rows = diary.sessions_of_patient(desk.store, patient_no)
    before = formerly.stood_between(desk.store, today, date.max, patient_no=patient_no)
    return _appointments(desk, [row for row in rows if row.on >= today], before)


def _appointments(desk: Desk, rows: Iterable[SessionRow], before: Iterable[Former]) -> tuple[Appointment, ...]:
    """What stands in these days, and withdrawn what stood there last.

    The withdrawal goes before the entry in its new place: a calendar that takes both files keeps the latter.
    """
    from microsclero.store import diary

    # The entry's name says nothing of what is done, and no two records share it.
    record = diary.record_id(desk.store)
    here = {row.session: _appointment(record, row, row.version, was_here=False) for row in rows}
    # Of several places in which it stood, the last.
    gone = {
        former.row.session: _appointment(record, former.row, former.version, was_here=True)
        for former in before
        if former.row.session not in here and not _is_off(former.row)
    }
    return (*here.values(), *gone.values())


def _appointment(record: str, row: SessionRow, version: int, *, was_here: bool) -> Appointment:
    from microsclero.diary import Appointment

    return Appointment(
        uid=f"{row.session}-{record}@diary",
        sequence=2 * (version - 1) - was_here,
        on=row.on,
        starts=row.starts,
        ends=row.ends,
        is_cancelled=was_here or _is_off(row),
    )


def _is_off(row: SessionRow) -> bool:
    return row.status in ("cancelled", "missed")
