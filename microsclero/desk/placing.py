"""Which session of the course a treatment is, and what becomes of the later ones once it has been given."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from microsclero.desk.changes import Change, Step, renumbered, write
from microsclero.desk.placing_words import counted_as_missed, in_place_of, left_open_words, no_room
from microsclero.desk.planning import live_in
from microsclero.desk.sessions import PlannedSession, planned
from microsclero.errors import Reason
from microsclero.replanning import Before

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.giving_way import Stand
    from microsclero.desk.replanning import Book, Followed
    from microsclero.store.diary import SessionRow

# Why a planned session is taken out when another was given in its place: none of the causes a patient gives.
TAKEN_OUT = "other"
WITHOUT_BOOKING = "given without a booking"
# Far above any number of a course, for the moment in which two sessions change theirs.
_APART = 50
_END_OF_DAY = time(23, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The session that was given: the one planned that day, or an unplanned one; and the rest of its course.

    course, row: None where they are made once it is saved. missed: the session that waited for a new date, and for
    which this one stands. rest: what moves, what only counts differently, what is taken out. lapsed: sessions left open
    on past days that count as missed, since a course holds no more; reasons: what refuses that.
    """

    patient_no: int
    start: datetime
    number: int
    course: int | None
    row: SessionRow | None
    rest: Change
    missed: SessionRow | None = None
    lapsed: tuple[SessionRow, ...] = ()
    reasons: tuple[Reason, ...] = ()
    remarks: tuple[str, ...] = ()


def place(desk: Desk, patient_no: int, start: datetime) -> Place:
    """Where a session given from that moment on belongs. What was planned for an earlier day is not silently taken."""
    from microsclero.store import diary

    day = start.date()
    running = diary.running_course(desk.store, patient_no)
    course = running.course if running else None
    live = live_in(desk, course)
    row = next((each for each in live if each.on == day and each.status == "planned"), None)
    if row is None:
        return _unplanned(desk, patient_no, start, course, live)
    later = [each for each in live if each.status == "planned" and each.on > day and not _has_gone_by(desk, each)]
    # What was given since, and what of days gone by may have been, keeps its distance, too.
    last = max((each for each in live if each not in later), key=lambda each: each.on)
    followed = _follow(desk, patient_no, later, Before(f"session {last.number}", last.on))
    return Place(
        patient_no=patient_no,
        start=start,
        number=int(row.number or 0),
        course=course,
        row=row,
        rest=_rest(patient_no, course, live, followed.steps, followed.remarks),
        remarks=tuple(
            left_open_words(
                [planned(each) for each in live if each.status == "planned" and each is not row and each not in later]
            )
        ),
    )


def _unplanned(desk: Desk, patient_no: int, start: datetime, course: int | None, live: Sequence[SessionRow]) -> Place:
    """An unplanned session of the running course, or the first of a new one; the live ones count in order of date.

    Where the course would hold more than it may, the next planned session gives way; the last one where it is sessions
    left open on past days that fill it; and with none ahead, the oldest of those counts as missed.
    """
    from microsclero import content
    from microsclero.desk.replanning import Followed, waiting

    day, most = start.date(), content.course().maximum_sessions
    ahead = [row for row in live if row.status == "planned" and row.on > day and not _has_gone_by(desk, row)]
    left_open = [row for row in live if row.status == "planned" and row not in ahead]
    dropped, lapsed = _makes_way(live, ahead, left_open, most)
    later = [row for row in ahead if row is not dropped]
    before = [row for row in live if row.on <= day and row not in lapsed]
    number = len(before) + 1
    since = [row for row in live if row.on > day and row not in ahead and row not in lapsed]
    # The planned ones count from the last that was given, or left open: both may be later where this is entered late.
    last = Before(f"session {number + len(since)}", since[-1].on if since else day)
    followed = _follow(desk, patient_no, later, last, number + len(since) + 1) if later else Followed()
    counted = [*((row, place) for place, row in enumerate(before, 1))]
    counted += [(row, place) for place, row in enumerate(since, number + 1)]
    missed = next(iter(waiting(desk, course)), None) if course and dropped is None and not lapsed else None
    steps = (
        *([Step(before=planned(dropped), after=None, why=TAKEN_OUT)] if dropped else []),
        *(renumbered(row, place) for row, place in counted if row.number != place),
        *followed.steps,
    )
    still_open = [planned(row)._replace(number=place) for row, place in counted if row.status == "planned"]
    gone = {row.session for row in lapsed}
    return Place(
        patient_no=patient_no,
        start=start,
        number=number,
        course=course,
        row=None,
        rest=_rest(patient_no, course, live, steps, followed.remarks, gone),
        missed=missed,
        lapsed=lapsed,
        reasons=tuple(no_room(live, lapsed)),
        remarks=(
            *in_place_of(dropped, missed, most),
            *counted_as_missed(lapsed, most),
            *left_open_words(still_open),
        ),
    )


def _has_gone_by(desk: Desk, row: SessionRow) -> bool:
    """Whether its time has come: nobody has said yet what became of it, and only that takes it from its place."""
    now = desk.now()
    return (row.on, row.starts) <= (now.date(), now.time())


def _makes_way(
    live: Sequence[SessionRow], ahead: Sequence[SessionRow], left_open: Sequence[SessionRow], most: int
) -> tuple[SessionRow | None, tuple[SessionRow, ...]]:
    """In a course that is full: which session ahead is given up, or else which left open count as missed."""
    if not ahead or len(live) < most:
        return None, tuple(left_open[: max(0, len(live) + 1 - most)])
    given = sum(row.status == "given" for row in live)
    return ahead[0] if given + len(ahead) >= most else ahead[-1], ()


def _follow(
    desk: Desk, patient_no: int, later: Sequence[SessionRow], before: Before, first_number: int | None = None
) -> Followed:
    """The planned sessions to come; where one finds no place it waits for a new date: what was given was given."""
    from microsclero.desk.as_far import as_far_as_it_goes, stay
    from microsclero.desk.gate import plan_gate
    from microsclero.desk.replanning import Followed, clashes, follow, terms

    if not later:
        return Followed()
    gate = plan_gate(desk, patient_no)
    stays = stay(later, gate, first_number)
    if stays is not None:
        return stays
    # Nobody is moved to later today: they have not been told.
    start = desk.today() + timedelta(days=1)

    def attempt(book: Book, left: Sequence[SessionRow], number: int | None) -> Followed:
        by = terms(desk, patient_no, book.without(later), not_before=gate.not_before, start=start)
        return follow(left, by, after=before, first_number=number)

    first = max(desk.today(), before.on)
    followed = as_far_as_it_goes(desk, later, first=first, first_number=first_number, attempt=attempt)
    words = tuple(notice.words() for notice in clashes(desk, patient_no, followed.steps))
    return Followed(steps=followed.steps, remarks=(*followed.remarks, *words))


def _rest(
    patient_no: int,
    course: int | None,
    live: Sequence[SessionRow],
    steps: tuple[Step, ...],
    remarks: tuple[str, ...],
    gone: Collection[int] = (),
) -> Change:
    changed = {step.before.session: step.after for step in steps}
    after = (changed.get(row.session, planned(row)) for row in live if row.session not in gone)
    return Change(
        kind="treat",
        patient_no=patient_no,
        course=course,
        steps=steps,
        sessions=tuple(session for session in after if session is not None),
        as_seen=tuple((row.session, row.version) for row in live if row.session not in gone),
        remarks=remarks,
    )


def as_given(place: Place, stand: Stand, *, injector: str) -> tuple[PlannedSession, ...]:
    """The course as it will stand once this session is saved."""
    if place.row is not None:
        number = place.row.session
        return tuple(each._replace(status="given") if each.session == number else each for each in place.rest.sessions)
    given = PlannedSession(
        session=None,
        number=place.number,
        on=place.start.date(),
        starts=stand.span.starts,
        ends=stand.span.ends,
        injector=injector,
        room=None,
        status="given",
        earliest_on=place.start.date(),
        patient_no=place.patient_no,
        override_reason=stand.override_reason,
    )
    return _in_order((*stand.made_way(place.rest.sessions), given))


# ── saved ──


def keep(desk: Desk, place: Place, *, end: datetime, injector: str) -> tuple[SessionRow, Change]:
    """The session as given and the rest of its course, inside `changing()`; those given before it need no response."""
    from microsclero.desk.giving_way import stand, write_ways
    from microsclero.store import diary

    course = place.course or diary.open_course(desk.store, place.patient_no, place.start.date())
    for row in place.lapsed:
        diary.update_session(desk.store, row.session, {"status": "missed", "settled": "rebooked"}, row.version)
    rest = write(desk, _numbers_apart(desk, place.rest))
    stands = stand(desk, place, end=end, injector=injector)
    write_ways(desk, stands)
    if place.row is not None:
        number = place.row.session
        diary.update_session(desk.store, number, {"status": "given"}, place.row.version)
    else:
        number = _enter(desk, place, stands, course=course, injector=injector)
    if place.missed is not None:
        diary.update_session(desk.store, place.missed.session, {"settled": "rebooked"}, place.missed.version)
    given = diary.session(desk.store, number)
    _settle(desk, given)
    sessions = (*(each for each in stands.made_way(rest.sessions) if each.session != number), planned(given))
    return diary.session(desk.store, number), replace(rest, course=course, sessions=_in_order(sessions))


def _numbers_apart(desk: Desk, rest: Change) -> Change:
    """The same change, once all that will count differently stand where no other number is."""
    from microsclero.store import diary

    versions = dict(rest.as_seen)
    for step in rest.steps:
        number, before = int(step.before.session or 0), step.before.number or 0
        if step.after is not None and (step.after.number or 0) != before:
            diary.update_session(desk.store, number, {"number": before + _APART}, versions[number])
            versions[number] += 1
    return replace(rest, as_seen=tuple(versions.items()))


def _enter(desk: Desk, place: Place, stands: Stand, *, course: int, injector: str) -> int:
    """An unplanned session in the diary; it stands in nobody's way, and nobody in its."""
    from microsclero.store import diary
    from microsclero.store.diary import NewSession

    new = NewSession(
        on=place.start.date(),
        starts=stands.span.starts,
        ends=stands.span.ends,
        injector=injector,
        number=place.number,
        earliest_on=place.start.date(),
        override_reason=stands.override_reason,
    )
    (number,) = diary.book_sessions(desk.store, patient_no=place.patient_no, course=course, sessions=[new])
    diary.update_session(desk.store, number, {"status": "given"}, 1)
    return number


def free_of_own(
    desk: Desk, patient_no: int, day: date, start: time, end: time, *, beside: bool = True
) -> tuple[time, time]:
    """The time in the diary: as it was, or beside what the same patient has booked there, such as a consultation.

    What went on past midnight stands there until the end of its day. beside: without it, as it was in any case.
    """
    from microsclero.store import diary

    end = _END_OF_DAY if end < start else end
    last = datetime.combine(day, _END_OF_DAY)
    starts = min(datetime.combine(day, start.replace(second=0, microsecond=0)), last - timedelta(minutes=1))
    length = max(datetime.combine(day, end.replace(second=0, microsecond=0)) - starts, timedelta(minutes=1))
    own = [
        row
        for row in diary.sessions_of_patient(desk.store, patient_no)
        if beside and row.on == day and row.status in ("planned", "given")
    ]
    for row in own:
        if row.starts < min(starts + length, last).time() and row.ends > starts.time():
            starts = datetime.combine(day, row.ends)
    ends = min(starts + length, last)
    return starts.time(), max(ends, starts + timedelta(minutes=1)).time()


def _settle(desk: Desk, given: SessionRow) -> None:
    """What was given before in this course is answered by this session; itself, where a later one was given."""
    from microsclero.store import diary

    rows = [row for row in diary.sessions_of_course(desk.store, int(given.course or 0)) if row.status == "given"]
    last = max(row.on for row in rows)
    for row in rows:
        if row.on < last and row.settled in (None, "seen"):
            diary.update_session(desk.store, row.session, {"settled": "followed"}, row.version)


def _in_order(sessions: Sequence[PlannedSession]) -> tuple[PlannedSession, ...]:
    return tuple(sorted(sessions, key=lambda each: (each.on, each.starts)))
