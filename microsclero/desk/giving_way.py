"""At which clock time a session that was given stands in the diary, and what of the patient's own gives way to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.placing import Place
    from microsclero.desk.sessions import PlannedSession
    from microsclero.store.diary import SessionRow

_MINUTE = timedelta(minutes=1)


class Span(NamedTuple):
    """From when until when, by the clinic's clock."""

    starts: time
    ends: time

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}-{self.ends:%H:%M}"

    def meets(self, other: Span) -> bool:
        return self.starts < other.ends and other.starts < self.ends


class Way(NamedTuple):
    """A booking of the patient's own that gives way: where it stands then, and what is written of it."""

    row: SessionRow
    span: Span
    override_reason: str | None

    @property
    def changes(self) -> dict[str, object]:
        """What is written; whoever is treated in the time of a talk has come to it."""
        wanted = {
            "starts": self.span.starts,
            "ends": self.span.ends,
            "status": "given",
            "override_reason": self.override_reason,
        }
        return {key: value for key, value in wanted.items() if value != getattr(self.row, key)}


class Stand(NamedTuple):
    """Where it stands in the diary; `override_reason` where somebody else is booked there, too."""

    span: Span
    override_reason: str | None
    ways: tuple[Way, ...] = ()
    remarks: tuple[str, ...] = ()

    def made_way(self, sessions: Iterable[PlannedSession]) -> Iterator[PlannedSession]:
        """The sessions of the course, those that gave way in their new places."""
        moved = {way.row.session: way for way in self.ways}
        for each in sessions:
            way = moved.get(each.session or 0)
            yield each if way is None else each._replace(**way.span._asdict(), override_reason=way.override_reason)


def stand(desk: Desk, place: Place, *, end: datetime, injector: str) -> Stand:
    """What was given stands where it was given; a session planned for that day keeps the time it was booked for.

    What the patient has booked there gives way to it; only where that finds no place, it stands beside it instead.
    """
    from microsclero.desk.placing import WITHOUT_BOOKING, free_of_own

    patient_no, day = place.patient_no, place.start.date()
    given = Span(*free_of_own(desk, patient_no, day, place.start.time(), end.time(), beside=False))
    own = _own(desk, patient_no, day)
    if place.row is not None:
        return _as_booked(place.row, own, given)
    ways = _make_way(desk, own, given)
    if ways is None:
        ways, given = (), Span(*free_of_own(desk, patient_no, day, place.start.time(), end.time()))
    remarks = [*_words(ways)]
    if given.starts != place.start.time().replace(second=0, microsecond=0):
        remarks.append(f"The diary has no room for it at {place.start:%H:%M}: it stands there at {given}.")
    is_blocked = _is_blocked(desk, own, on=day, span=given, patient_no=patient_no, injector=injector)
    return Stand(given, WITHOUT_BOOKING if is_blocked else None, ways, tuple(remarks))


def _as_booked(row: SessionRow, own: Iterable[SessionRow], given: Span) -> Stand:
    """Where it was booked; one that is on record as given already is left as it is."""
    booked = Span(row.starts, row.ends)
    if row.status == "given":
        return Stand(booked, row.override_reason)
    held = tuple(_held_then(own, given.starts))
    elsewhen = given.starts > booked.ends or given.ends < booked.starts
    keeps = f"It was booked for {booked} and given at {given.starts:%H:%M}: the diary keeps the booked time."
    return Stand(booked, row.override_reason, held, (*_words(held), *([keeps] if elsewhen else [])))


def write_ways(desk: Desk, found: Stand) -> None:
    """What gives way, inside `changing()`, before the session itself: two of one patient never meet in the file."""
    from microsclero.store import diary

    for way in found.ways:
        diary.update_session(desk.store, way.row.session, way.changes, way.row.version)


def _own(desk: Desk, patient_no: int, day: date) -> tuple[SessionRow, ...]:
    from microsclero.store import diary

    rows = diary.sessions_of_patient(desk.store, patient_no)
    return tuple(row for row in rows if row.on == day and row.status in ("planned", "given"))


def _held_then(own: Iterable[SessionRow], start: time) -> Iterator[Way]:
    """The talk in whose time the session began; it is in no way of the session's own booking."""
    for row in own:
        if row.kind == "consultation" and row.status == "planned" and row.starts <= start < row.ends:
            yield Way(row, Span(row.starts, row.ends), row.override_reason)


def _make_way(desk: Desk, own: Collection[SessionRow], given: Span) -> tuple[Way, ...] | None:
    """Everything of the patient's own that meets it, in another place each; None where one finds none.

    In the order in which they are written: each goes where none of the others stands at that moment.
    """
    stood = {row.session: Span(row.starts, row.ends) for row in own}
    ways = []
    for row in own:
        if not stood[row.session].meets(given):
            continue
        taken = [given, *(span for number, span in stood.items() if number != row.session)]
        if row.kind == "session" and row.status == "planned":
            return None
        free = (span for span in _places(desk, row, given) if not any(span.meets(each) for each in taken))
        span = next(free, None)
        if span is None:
            return None
        stood[row.session] = span
        ways.append(Way(row, span, _override_reason(desk, own, row, span)))
    return tuple(ways)


def _places(desk: Desk, row: SessionRow, given: Span) -> Iterator[Span]:
    """Where it may go: to the time it was given, to what is left of its own time, or right beside."""
    from microsclero.store import treatments

    was = treatments.live_treatment_of(desk.store, row.session) if row.kind == "session" else None
    if was is not None:
        starts, ends = (moment.astimezone(desk.zone) for moment in (was.started_at, was.ended_at))
        if starts.date() == ends.date() == row.on and starts.time() < ends.time():
            yield Span(starts.time(), ends.time())
    if row.starts < given.starts:
        yield Span(row.starts, given.starts)
    if given.ends < row.ends:
        yield Span(given.ends, row.ends)
    before, after = (datetime.combine(row.on, moment) for moment in given)
    for first, last in ((before - _MINUTE, before), (after, after + _MINUTE)):
        if first.date() == last.date() == row.on:
            yield Span(first.time(), last.time())


def _override_reason(desk: Desk, own: Collection[SessionRow], row: SessionRow, span: Span) -> str | None:
    """Why it may stand where somebody else is booked, too; of its own time nothing more is taken."""
    from microsclero.desk.placing import WITHOUT_BOOKING

    is_blocked = _is_blocked(
        desk, own, on=row.on, span=span, patient_no=row.patient_no, injector=row.injector, room=row.room
    )
    return row.override_reason or (WITHOUT_BOOKING if is_blocked else None)


def _is_blocked(
    desk: Desk,
    own: Iterable[SessionRow],
    *,
    on: date,
    span: Span,
    patient_no: int,
    injector: str,
    room: str | None = None,
) -> bool:
    """Whether somebody else has that time with this injector, or in this room."""
    from microsclero.store import diary

    excluding = [row.session for row in own]
    return bool(
        diary.blocking(
            desk.store,
            on=on,
            starts=span.starts,
            ends=span.ends,
            patient_no=patient_no,
            injector=injector,
            room=room,
            excluding=excluding,
        )
    )


def _words(ways: Iterable[Way]) -> Iterator[str]:
    from microsclero.dates import show_date

    for way in ways:
        row = way.row
        name = "The consultation" if row.kind == "consultation" else f"Session {row.number}"
        stands = "" if way.span == (row.starts, row.ends) else f"stands in the diary at {way.span}"
        what = f"{name} of {show_date(row.on)} at {row.starts:%H:%M}"
        if row.status == "given":
            yield f"{what} {stands}, beside this one."
        else:
            yield f"{what} took place: this session was given in its time.{f' It {stands}.' if stands else ''}"
