"""A session as it is shown: booked, with an id, or only proposed."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from microsclero.store.diary import SessionRow


class PlannedSession(NamedTuple):
    """One session as it is shown: booked (with an id) or only proposed (without)."""

    session: int | None
    number: int | None
    on: date
    starts: time
    ends: time
    injector: str
    room: str | None
    status: str
    earliest_on: date
    rolled: tuple[str, ...] = ()
    patient_no: int | None = None

    @property
    def minutes(self) -> int:
        """How long it takes, in minutes."""
        return (self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute

    def as_data(self) -> dict[str, object]:
        return {
            "session": self.session,
            "number": self.number,
            "date": self.on.isoformat(),
            "start": self.starts.strftime("%H:%M"),
            "end": self.ends.strftime("%H:%M"),
            "injector": self.injector,
            "room": self.room,
            "status": self.status,
            "earliest_on": self.earliest_on.isoformat(),
        }


def planned(row: SessionRow) -> PlannedSession:
    """A session of the file as it is shown."""
    return PlannedSession(
        session=row.session,
        number=row.number,
        on=row.on,
        starts=row.starts,
        ends=row.ends,
        injector=row.injector,
        room=row.room,
        status=row.status,
        earliest_on=row.earliest_on or row.on,
        patient_no=row.patient_no,
    )
