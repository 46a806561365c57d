"""A patient's own dates at the desk: told, taken back, listed, and what they mean for the sessions booked."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from microsclero.clashes import Event, Notice
from microsclero.errors import ConflictError, NotFoundError, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk

LONGEST_DAYS = 366


class Events(NamedTuple):
    """What a patient has told us of, and where it meets a session that is booked."""

    patient_no: int
    events: tuple[Event, ...]
    notices: tuple[Notice, ...]
    added: int | None = None
    removed: int | None = None

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient_no,
            "events": [event.as_data() for event in self.events],
            "added": self.added,
            "removed": self.removed,
            "remarks": [*(notice.words() for notice in self.notices), *self.hints()],
        }

    def hints(self) -> tuple[str, ...]:
        """What to type where a session stands on such a day."""
        met = [notice.session for notice in self.notices if notice.meets == "session"]
        which = ["--consultation" if each.is_consultation else f"--session {each.number}" for each in met]
        return tuple(
            f"To move it: microsclero move {self.patient_no} {each} --to DATE" for each in dict.fromkeys(which)
        )


def events_of(desk: Desk, patient_no: int) -> tuple[Event, ...]:
    """The patient's own dates, by date; nothing that was taken back."""
    from microsclero.store import events

    return events.events(desk.store, patient_no)


def events_from(desk: Desk, patient_no: int, first: date) -> tuple[Event, ...]:
    """Those that are not over by that day."""
    return tuple(event for event in events_of(desk, patient_no) if event.until_on >= first)


def seen(desk: Desk, patient_no: int) -> Events:
    """The patient's own dates from today on, and what of the sessions booked or given they meet."""
    from microsclero.desk.patients import patient_of

    patient_of(desk, patient_no)
    ahead = events_from(desk, patient_no, desk.today())
    return Events(patient_no=patient_no, events=ahead, notices=clashes(desk, patient_no, ahead))


def add(desk: Desk, patient_no: int, days: tuple[date, date], what: str) -> Events:
    """Enter an event; told again in the same words it is refused (5)."""
    from microsclero.dates import show_date
    from microsclero.desk.patients import patient_of
    from microsclero.store import events

    first, last = days
    patient_of(desk, patient_no)
    if last < desk.today():
        raise UsageError(f"--on: {show_date(last)} is over; give a day to come.", code="in_the_past", option="--on")
    if (last - first).days >= LONGEST_DAYS:
        raise UsageError("--on: an event lasts a year at most; type its days again.", code="unreadable", option="--on")
    with desk.store.changing(who=desk.writer(), command="patient event"):
        for known in events_of(desk, patient_no):
            if (known.from_on, known.until_on, known.what) == (first, last, what):
                raise ConflictError(
                    f"This is known already, as event {known.event} of patient {patient_no}.",
                    code="already_there",
                    event=known.event,
                )
        number = events.add_event(desk.store, patient_no, from_on=first, until_on=last, what=what)
    (new,) = (event for event in events_of(desk, patient_no) if event.event == number)
    return seen(desk, patient_no)._replace(notices=clashes(desk, patient_no, (new,)), added=number)


def remove(desk: Desk, patient_no: int, event: int) -> Events:
    """Take an event back; it stays in the history."""
    from microsclero.desk.patients import patient_of
    from microsclero.store import events

    patient_of(desk, patient_no)
    with desk.store.changing(who=desk.writer(), command="patient event"):
        known = [each.event for each in events_of(desk, patient_no)]
        if event not in known:
            raise NotFoundError(
                f"Patient {patient_no} has no event {event}; known: {', '.join(map(str, known)) or 'none'}.",
                code="event_not_found",
                event=event,
            )
        events.void_event(desk.store, event)
    return seen(desk, patient_no)._replace(notices=(), removed=event)


def clashes(desk: Desk, patient_no: int, events: tuple[Event, ...]) -> tuple[Notice, ...]:
    """Where these events meet what is booked for the patient, or the aftercare of what was given."""
    from microsclero import content
    from microsclero.clashes import Dated, notices
    from microsclero.store import diary

    if not events:
        return ()
    sessions = [
        Dated(
            number=row.number,
            on=row.on,
            was_given=row.status == "given",
            is_consultation=row.kind == "consultation",
        )
        for row in diary.sessions_of_patient(desk.store, patient_no)
        if row.status in ("planned", "given")
    ]
    return notices(sessions, events, content.course())
