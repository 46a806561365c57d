"""The course that heals itself: which later sessions stay when one changes, which move, where to, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, time
from functools import partial
from typing import NamedTuple

from .dates import birthday, show_date, show_time
from .diary import Diary, Slot
from .opening import minute_of
from .schedule import (
    ADULT,
    CoursePolicy,
    EarlierSession,
    PlanRequest,
    ProposedSession,
    Refusal,
    earliest_next,
    first_free,
    search_window,
)


class NoPlaceAfter(Refusal):
    """A session booked again has its place, but one of those after it finds none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A session where it stands in the diary; a consultation has no number, one that was given stands for ever."""

    session_id: int
    number: int | None
    slot: Slot
    is_hand_set: bool = False
    is_given: bool = False

    @property
    def minutes(self) -> int:
        """How long it takes, in minutes."""
        return minute_of(self.slot.ends) - minute_of(self.slot.starts)

    @property
    def label(self) -> str:
        return f"session {self.number}" if self.number else "the consultation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a session is placed by.

    request: how the patient likes to come; `start` is the first day that comes into question. others: injections
    outside this course. diary: without the sessions that may move, and known up to `last_day`. why_wait: what lasts
    until the request's `not_before`.
    """

    request: PlanRequest
    policy: CoursePolicy
    diary: Diary
    last_day: date
    others: tuple[EarlierSession, ...] = ()
    why_wait: str = "a deferral lasts until"


class Before(NamedTuple):
    """The session that the next one counts from, with its label, such as "session 2"."""

    label: str
    on: date

    def __str__(self) -> str:
        return f"{self.label} on {show_date(self.on)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A session with its new slot, the first day the rules allow it, and why it could not stay."""

    session: Booked
    slot: Slot
    earliest_on: date
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanned:
    """What moves, in the order of the course, and which dates set by hand stay."""

    moved: tuple[Moved, ...] = ()
    kept_by_hand: tuple[Booked, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PutIn:
    """A session that is booked again, and what becomes of those after it; all with the numbers they then bear."""

    session: ProposedSession
    later: Replanned


def replan(later: Sequence[Booked], terms: Terms, *, after: Before | None) -> Replanned:
    """The planned sessions of a course, in their order, once the one before them stands on `after.on`.

    What still keeps every rule stays; a date set by hand even where a longer gap was wished. The rest is proposed
    anew, never sooner than it stood, nor before the patient is 18. Refusal where one has to move and finds no place.
    """
    moved: list[Moved] = []
    kept: list[Booked] = []
    for session in later:
        why = _why_not_here(session, terms, after)
        on = session.slot.on
        if why is None:
            kept += [session] if session.is_hand_set else []
        else:
            adult_on = _adult_on(session, terms)
            if adult_on is not None and adult_on > terms.last_day:
                raise Refusal(
                    f"No place is found for {session.label}: the patient is {ADULT} on {show_date(adult_on)}, "
                    "after the last day that is looked at. Move or cancel that session first.",
                    code="under_age",
                    number=session.number,
                )
            earliest = max(on, adult_on or on, terms.request.start, terms.request.not_before or on)
            if after is not None:
                earliest = max(earliest, earliest_next(after.on, terms.policy, terms.request.every_days))
            advice = "as this patient likes to come. Move or cancel that session first."
            found = new_place(session, terms, earliest, advice=advice)
            words = why + _how_placed(session, found)
            moved.append(Moved(session=session, slot=found.slot, earliest_on=found.earliest_on, why=words))
            on = found.slot.on
        after = Before(session.label, on)
    return Replanned(moved=tuple(moved), kept_by_hand=tuple(kept))


def put_in(again: Booked, live: Sequence[Booked], terms: Terms, *, later_terms: Terms) -> PutIn:
    """A missed session booked again, at the first slot from `request.start`; the sessions after that slot follow.

    What stood before it stays before it, and no session that stands on or before that slot is pushed behind it.
    What was asked for the new one only is in `terms`, not in `later_terms`. Refusal where the course is full or no
    slot is free, NoPlaceAfter where one is, but none for what comes after it.
    """
    if len(live) >= terms.policy.maximum_sessions:
        given = sum(one.is_given for one in live)
        raise Refusal(
            f"This course is full again ({given} given and {len(live) - given} planned of at most "
            f"{terms.policy.maximum_sessions}): there is no room for another session.",
            code="course_full",
            given=given,
            planned=len(live) - given,
            maximum=terms.policy.maximum_sessions,
        )
    first = max(terms.request.start, again.slot.on)
    before = [one for one in live if one.is_given or one.slot.on <= first]
    later = [one for one in live if one not in before]
    advice = "as it is wished for. Choose other days, another time or another injector."
    while True:
        own = tuple(EarlierSession(on=one.slot.on, status="planned") for one in before)
        around = replace(terms, others=(*own, *terms.others))
        found = new_place(again, around, terms.request.start, advice=advice)
        if not later or later[0].slot.on > found.slot.on:
            break
        before.append(later.pop(0))
    number = len(before) + 1
    followers = [replace(one, number=place) for place, one in enumerate(later, number + 1)]
    try:
        following = replan(followers, later_terms, after=Before(f"session {number}", found.slot.on))
    except Refusal as refusal:
        raise NoPlaceAfter.for_reasons(refusal.reasons) from None
    return PutIn(session=replace(found, number=number), later=following)


def new_place(session: Booked, terms: Terms, earliest: date, *, advice: str) -> ProposedSession:
    """The first day with a place, and on it the session's own injector before its own clock time, where they are free.

    Where a time was wished, a day on which neither that nor the session's own time is free is full. advice: the end of
    the sentence where there is none.
    """
    request = replace(terms.request, minutes=session.minutes)
    first, _ = search_window(replace(request, start=earliest), terms.policy, terms.others)
    found: list[ProposedSession] = []
    # Of two times on one day its own comes first.
    for at in dict.fromkeys((session.slot.starts, request.at)) if request.at else (None,):
        with suppress(Refusal):
            found.append(first_free(session.number, first, terms.last_day, replace(request, at=at), terms.diary))
    if not found:
        raise Refusal(
            f"No place is found for {session.label} until {show_date(terms.last_day)}, {advice}",
            code="no_slot",
            number=session.number,
        )
    best = min(found, key=lambda each: each.slot.on)
    return replace(best, slot=_most_like(session.slot, best.slot, request, terms.diary))


def why_not_there(session: Booked, diary: Diary) -> str | None:
    """What of the hours, or of who is there, rules out the place where a session stands; None where nothing does."""
    slot = session.slot
    closed = diary.closed_why(slot.on)
    if closed:
        return f"on {show_date(slot.on)} the clinic is closed ({closed})"
    if diary.outside_hours(slot.on, slot.starts, session.minutes):
        return f"{show_time(slot.starts)} lies outside the hours of {show_date(slot.on)}"
    absent = diary.absent_why(slot.injector, slot.on, slot.starts, session.minutes)
    return f"on {show_date(slot.on)} {absent}" if absent else None


def _why_not_here(session: Booked, terms: Terms, after: Before | None) -> str | None:
    """Why a session can't stay, in words; None where it can. Whatever else is booked there it has stood beside."""
    on, not_before, adult_on = session.slot.on, terms.request.not_before, _adult_on(session, terms)
    gap = terms.policy.minimum_days if session.is_hand_set else max(terms.policy.minimum_days, terms.request.every_days)
    near = next((one.on for one in terms.others if abs((on - one.on).days) < terms.policy.minimum_days), None)
    if after is not None and on < earliest_next(after.on, terms.policy, gap):
        if not session.is_hand_set:
            return f"{gap} days after {after}"
        days = (on - after.on).days
        why = f"only {days} {'day' if days == 1 else 'days'} after {after}" if days > 0 else f"no longer after {after}"
    elif near is not None:
        why = f"less than {terms.policy.minimum_days} days from an injection on {show_date(near)}"
    elif not_before is not None and on < not_before:
        why = f"{terms.why_wait} {show_date(not_before)}"
    elif adult_on is not None and on < adult_on:
        why = f"the patient is {ADULT} on {show_date(adult_on)}, not before"
    else:
        why = why_not_there(session, terms.diary) or ""
    return (f"set by hand, but {why}" if session.is_hand_set else why) if why else None


def _adult_on(session: Booked, terms: Terms) -> date | None:
    """The first day the patient is old enough; a consultation asks for no age."""
    born_on = terms.request.born_on
    return birthday(born_on, ADULT) if born_on is not None and session.number is not None else None


def _most_like(own: Slot, found: Slot, request: PlanRequest, diary: Diary) -> Slot:
    """The slot of that day that is most like the one the session had: its injector, then its time.

    Where a time was wished it is that or the session's own.
    """
    theirs = own.injector if request.injector is None else request.injector
    at = request.at and found.starts
    for injector in dict.fromkeys((theirs, request.injector)):
        like = partial(diary.free_slots, found.on, injector=injector, patient_no=request.patient_no)
        slot = next(like(minutes=request.minutes, at=own.starts), None) or nearest(
            like(minutes=request.minutes, at=at), own.starts
        )
        if slot is not None:
            return slot
    return found


def nearest(slots: Iterable[Slot], at: time) -> Slot | None:
    """The slot that begins nearest to that time, of two the earlier; None where there is none."""
    return min(slots, key=lambda slot: abs(minute_of(slot.starts) - minute_of(at)), default=None)


def _how_placed(session: Booked, found: ProposedSession) -> str:
    """What was rolled over, and what of its time or its injector could not be kept."""
    own = session.slot
    words = rolled_past(found, own.on)
    if found.slot.injector != own.injector:
        return f"{words}, with {found.slot.injector} as {own.injector} is not free then"
    if found.slot.starts != own.starts:
        return f"{words}, {show_time(own.starts)} is not free with {own.injector} then"
    return words


def rolled_past(found: ProposedSession, own_day: date | None = None) -> str:
    """The days that were rolled over and why, but for the day it stood on; nothing where none were."""
    past = [each.partition(": ") for each in found.rolled if not own_day or not each.startswith(show_date(own_day))]
    return f", rolled past {', '.join(f'{day} ({why})' for day, _, why in past)}" if past else ""
