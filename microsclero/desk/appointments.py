"""What a calendar file tells: when to be where, each booking under one name for ever."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.desk import Desk
    from microsclero.diary import Appointment
    from microsclero.store.diary import SessionRow


def of_days(desk: Desk, first: date, days: int, *, injector: str | None = None) -> tuple[Appointment, ...]:
    """These days of the diary, or of one injector's; what was cancelled too, so that an older file's entries go."""
    from microsclero.store import diary

    rows = diary.all_sessions(desk.store, first, first + timedelta(days=days - 1))
    return _appointments(desk, (row for row in rows if injector in (None, row.injector)))


def of_patient(desk: Desk, patient_no: int) -> tuple[Appointment, ...]:
    """A patient's own appointments, from today on; what was cancelled too."""
    from microsclero.store import diary

    rows = diary.sessions_of_patient(desk.store, patient_no)
    return _appointments(desk, (row for row in rows if row.on >= desk.today()))


def _appointments(desk: Desk, rows: Iterable[SessionRow]) -> tuple[Appointment, ...]:
    from microsclero.diary import Appointment
    from microsclero.store import diary

    # The entry's name says nothing of what is done, and no two records share it.
    record = diary.record_id(desk.store)
    return tuple(
        Appointment(
            uid=f"{row.session}-{record}@diary",
            sequence=row.version - 1,
            on=row.on,
            starts=row.starts,
            ends=row.ends,
            is_cancelled=row.status in ("cancelled", "missed"),
        )
        for row in rows
    )
