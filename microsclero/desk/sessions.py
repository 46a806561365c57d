"""A session as it is shown: booked, with an id, or only proposed."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from microsclero.schedule import ProposedSession
    from microsclero.store.diary import NewSession, SessionRow


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
    override_reason: str | None = None

    @property
    def minutes(self) -> int:
        """How long it takes, in minutes."""
        return (self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute

    @property
    def state(self) -> str:
        """The status in words: a session is given, a consultation took place; HELD is a session of somebody on hold."""
        if self.status == "held":
            return "HELD"
        return "took place" if self.number is None and self.status == "given" else self.status

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
            "override_reason": self.override_reason,
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
        override_reason=row.override_reason,
    )


def proposed(session: ProposedSession, patient_no: int) -> PlannedSession:
    """A session of a proposal as it is shown."""
    slot = session.slot
    return PlannedSession(
        session=None,
        number=session.number,
        on=slot.on,
        starts=slot.starts,
        ends=slot.ends,
        injector=slot.injector,
        room=slot.room,
        status="planned",
        earliest_on=session.earliest_on,
        rolled=session.rolled,
        patient_no=patient_no,
    )


def as_new(session: PlannedSession) -> NewSession:
    """What was shown, to be booked; a day that was double-booked on purpose was set by hand."""
    from microsclero.store.diary import NewSession

    return NewSession(
        on=session.on,
        starts=session.starts,
        ends=session.ends,
        injector=session.injector,
        room=session.room,
        number=session.number,
        earliest_on=session.earliest_on,
        is_hand_set=session.override_reason is not None,
        override_reason=session.override_reason,
    )
