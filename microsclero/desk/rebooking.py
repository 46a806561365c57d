"""A session that was missed or put off, booked again at the desk: through the gates of a plan, with the later ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from microsclero.desk import first_date
from microsclero.desk.changes import Change, Step, renumbered
from microsclero.desk.planning import beyond_reach, live_in, reach, refuse_past
from microsclero.desk.replanning import booked, clashes, followed, near_or_far, shifted, terms, waiting
from microsclero.desk.sessions import planned, proposed
from microsclero.desk.wishes import Wish, to_plan_by, wish_of
from microsclero.errors import Reason, RefusedError
from microsclero.first_slot import FirstSlot, giving_way
from microsclero.replanning import NoPlaceAfter, put_in
from microsclero.schedule import Refusal

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.first_date import Asked
    from microsclero.desk.replanning import Book
    from microsclero.replanning import PutIn
    from microsclero.schedule import PlanRequest, ProposedSession
    from microsclero.store.diary import SessionRow


class Again(NamedTuple):
    """The session that is booked again, those that wait besides, and the live ones of its course.

    is_noted: that they want no new date was noted before.
    """

    course: int
    row: SessionRow
    others: tuple[SessionRow, ...]
    is_noted: bool
    live: tuple[SessionRow, ...]
    kept: Wish

    @property
    def next_day(self) -> date:
        """What kept it from its day, an illness or a closed door, is not over sooner for being booked again."""
        return self.row.on + timedelta(days=1)


def propose_rebook(
    desk: Desk,
    patient_no: int,
    *,
    start: date | None = None,
    at: time | None = None,
    injector: str | None = None,
    days: frozenset[int] | None = None,
) -> Change:
    """The earliest session that was missed or put off, at the first slot after its own day; the later ones follow.

    Through the same gates as a plan; refused (4) with all reasons at once and the first time that would work. What is
    said here is for this session only; `start` alone lets it stand on its own day again, or before.
    """
    from microsclero.desk.elsewhere import about_denied
    from microsclero.desk.patients import patient_of

    patient_of(desk, patient_no)
    refuse_past(desk.today(), start, "--start")
    again = _again(desk, patient_no)
    asked, against = _asked_for(desk, again, Wish(at=at, injector=injector, days=days), start)
    place = partial(_placed, desk, again, is_at_typed=at is not None)
    found, no_place = _tried(place, asked.request)
    if no_place is not None:
        stands = tuple(first_date.against(desk, asked, lambda request: _reasons(_tried(place, request)[1])))
        against = (*against, *(stands or no_place.reasons))
    if against or found is None:
        raise RefusedError.for_reasons((*against, _first_time(desk, again, asked, against, place)))
    number = int(found.session.number or 0)
    later = followed(again.live[number - 1 :], found.later, first_number=number + 1)
    new = Step(
        before=planned(again.row),
        after=proposed(found.session, patient_no),
        why=_why_again(again.row, found.session, asked.request.injector, not_before=_bound(desk, again, asked, start)),
    )
    # In a file whose numbers do not follow the days, those before it are counted anew, too.
    before = [renumbered(row, place) for place, row in enumerate(again.live[: number - 1], 1)]
    steps = (new, *(step for step in before if step.after != step.before), *later.steps)
    return Change(
        kind="rebook",
        patient_no=patient_no,
        course=again.course,
        steps=steps,
        sessions=tuple(step.after for step in (*before, new, *later.steps) if step.after),
        as_seen=tuple((each.session, each.version) for each in (again.row, *again.live)),
        remarks=(
            *(asked.gate.remarks if asked.gate else ()),
            *about_denied(desk, patient_no),
            *(("It was noted before that they want no new date.",) if again.is_noted else ()),
            *later.remarks,
            *_still_waiting(again.others),
        ),
        notices=clashes(desk, patient_no, steps),
        again=partial(propose_rebook, patient_no=patient_no, start=start, at=at, injector=injector, days=days),
    )


def _again(desk: Desk, patient_no: int) -> Again:
    """The session to book again; RefusedError where none waits."""
    from microsclero.store import diary

    course = diary.running_course(desk.store, patient_no)
    missed = waiting(desk, course.course) if course else ()
    given_up = waiting(desk, course.course, settled="no_more") if course and not missed else ()
    if course is None or not (missed or given_up):
        raise RefusedError(
            f"No session of patient {patient_no} waits for a new date; plan one with: microsclero plan {patient_no}",
            code="nothing_to_rebook",
        )
    return Again(
        course=course.course,
        row=(missed or given_up)[0],
        others=missed[1:],
        is_noted=bool(given_up),
        live=live_in(desk, course.course),
        kept=wish_of(course),
    )


def _asked_for(desk: Desk, again: Again, typed: Wish, start: date | None) -> tuple[Asked, tuple[Reason, ...]]:
    """What is asked for as a plan would ask for it, without what can't be had, and what stands against it so far."""
    from microsclero import content
    from microsclero.desk.gate import plan_gate

    policy, patient_no = content.course(), again.row.patient_no
    gate = plan_gate(desk, patient_no)
    far = beyond_reach(desk.today(), policy, start)
    wish, kept, refused_injector, no_injector = to_plan_by(desk, typed, again.kept)
    asked = first_date.asked_for(
        desk,
        patient_no,
        wish,
        start=_earliest(desk, again) if far or start is None else start,
        gate=gate,
        policy=policy,
        kept=kept,
        refused_injector=refused_injector,
    )
    # Only what stands before it counts for its gap, and that depends on where it comes to stand.
    request = replace(asked.request, sessions=1, minutes=booked(again.row).minutes)
    return asked._replace(request=request, earlier=()), (*gate.reasons, *far, *no_injector)


def _earliest(desk: Desk, again: Again) -> date:
    """The first day it can stand on where no start is said."""
    return max(desk.today(), again.next_day)


def _first_day(desk: Desk, request: PlanRequest) -> date:
    from microsclero.dates import birthday
    from microsclero.schedule import ADULT

    adult_on = birthday(request.born_on, ADULT) if request.born_on else None
    return max(filter(None, (desk.today(), request.start, request.not_before, adult_on)))


def _placed(desk: Desk, again: Again, request: PlanRequest, *, is_at_typed: bool) -> PutIn:
    """The session and the later ones in the diary; Refusal where one of them finds no place."""
    first, live = _first_day(desk, request), again.live
    by = partial(terms, desk, again.row.patient_no, not_before=request.not_before)
    wish = replace(again.kept, at=request.at, injector=request.injector, days=request.days)
    own_time = shifted(booked(again.row), request.at if is_at_typed else None)

    def looked_for(book: Book) -> PutIn:
        free = book.without(live)
        own = by(free, start=first, wish=wish)
        return put_in(own_time, [booked(each) for each in live], own, later_terms=by(free))

    return near_or_far(desk, first, live, looked_for)


def _tried(place: Callable[[PlanRequest], PutIn], request: PlanRequest) -> tuple[PutIn | None, Refusal | None]:
    """The place, or why there is none."""
    try:
        return place(request), None
    except Refusal as refusal:
        return None, refusal


def _reasons(refusal: Refusal | None) -> tuple[Reason, ...]:
    return refusal.reasons if refusal else ()


def _first_time(
    desk: Desk, again: Again, asked: Asked, reasons: Sequence[Reason], place: Callable[[PlanRequest], PutIn]
) -> Reason:
    """The last reason of a refusal: the first time that would work as this is placed, or why none is known."""
    because = first_date.why_first(reasons)
    if because:
        return first_date.none_known(because)
    sooner = tuple("start" for reason in reasons if reason.code == "too_far_ahead")
    why_not: Refusal | None = None
    for names, request in _ways(desk, again, asked):
        found, refusal = _tried(place, request)
        why_not = why_not or refusal
        if isinstance(refusal, NoPlaceAfter):
            found, request = _behind(again, request, place)
        if found is not None:
            first = FirstSlot(found.session.slot, request, (*sooner, *names))
            words = [*first_date.what_gives_way(asked, first)]
            if request.start > (_earliest(desk, again) if "start" in names else asked.request.start):
                words.append(f"which is found with --start {request.start.isoformat()}")
            return first_date.known(
                found.session.slot, "".join(f", {each}" for each in words), first_date.given_up(asked, first)
            )
    return first_date.none_known(_why_none(desk, asked, reasons, why_not))


def _ways(desk: Desk, again: Again, asked: Asked) -> Iterator[tuple[tuple[str, ...], PlanRequest]]:
    """As it is asked for, from the last start there is, and without ever more of it.

    The days they asked not to come are not given up.
    """
    yield (), asked.request
    yield (), replace(asked.request, start=reach(desk.today(), asked.policy))
    for names, request in giving_way(asked.request, _earliest(desk, again)):
        if "avoid" not in names:
            yield names, request


def _behind(
    again: Again, request: PlanRequest, place: Callable[[PlanRequest], PutIn]
) -> tuple[PutIn | None, PlanRequest]:
    """The place behind a session that could not follow it elsewhere."""
    for row in again.live:
        later = replace(request, start=row.on)
        found = _tried(place, later)[0] if row.on > request.start else None
        if found is not None:
            return found, later
    return None, request


def _why_none(desk: Desk, asked: Asked, reasons: Sequence[Reason], why_not: Refusal | None) -> str | None:
    """Why there is no day at all: as of a plan, or that the course is full, or has no room for those after it."""
    if isinstance(why_not, NoPlaceAfter):
        return f"session {why_not.reasons[0].details.get('number')}, which comes after it, finds no place"
    found = first_date.find(desk, asked)
    if why_not is not None and why_not.code == "course_full":
        found = FirstSlot(None, asked.request, none_because="course_full")
    elif found.slot is not None:
        until = _first_day(desk, asked.request) + timedelta(days=asked.policy.horizon_days)
        found = FirstSlot(None, asked.request, none_because="nothing_free", searched_to=until)
    return first_date.why_none(desk, found, reasons)


def _bound(desk: Desk, again: Again, asked: Asked, start: date | None) -> date | None:
    """The day after its own, where nothing but that keeps it from coming sooner."""
    is_bound = start is None and _first_day(desk, asked.request) == again.next_day > desk.today()
    return again.next_day if is_bound else None


def _why_again(row: SessionRow, found: ProposedSession, wished: str | None, *, not_before: date | None) -> str:
    """For the session missed on Tue 29 Dec 2026, so not before Wed 30 Dec 2026, rolled past what comes then."""
    from microsclero.dates import show_date
    from microsclero.replanning import rolled_past

    what = "missed" if row.status == "missed" else "put off"
    bound = f", so not before {show_date(not_before)}" if not_before else ""
    words = f"for the session {what} on {show_date(row.on)}{bound}{rolled_past(found)}"
    if found.slot.injector in (row.injector, wished):
        return words
    return f"{words}, with {found.slot.injector} as {row.injector} is not free then"


def _still_waiting(rows: Sequence[SessionRow]) -> tuple[str, ...]:
    from microsclero.dates import show_date

    return tuple(f"The session of {show_date(row.on)} still waits for a new date." for row in rows)
