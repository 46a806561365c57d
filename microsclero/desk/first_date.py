"""The first time that would work for a patient, by the file's diary: in words for a refusal, or why none is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from microsclero.errors import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from microsclero.desk import Desk
    from microsclero.desk.gate import Gate
    from microsclero.desk.sessions import PlannedSession
    from microsclero.desk.wishes import Wish
    from microsclero.diary import Diary, Slot
    from microsclero.first_slot import FirstSlot
    from microsclero.schedule import CoursePolicy, EarlierSession, PlanRequest

WORKS = "The first time that would work: "
NONE_KNOWN = "No date is known that would work: "

# What has to be settled before any date can be named, in the words of the sentence that says so.
_COMES_FIRST = {
    "no_screening": "an intake comes first",
    "no_intake": "an intake comes first",
    "intake_version": "an intake by the questions now in force comes first",
    "intake_unsigned": "the intake is to be signed first",
    "intake_too_old": "a new intake comes first",
    "course_not_closed": "the course is closed by its response first",
    "new_intake_wanted": "a new intake comes first",
    "new_consent_wanted": "consent, given again, comes first",
    "birth_date_changed": "a new screening comes first",
    "unanswered": "there are questions still to answer",
    "finding_bar": "what makes it not suitable has no date",
    "finding_refer": "another opinion comes first, and waits for its document",
    "finding_defer": "what stands against it today ends on no known date",
    "undecided": "the prescriber has yet to decide",
    "declined": "the prescriber has declined",
    "on_hold": "a prescriber lifts the hold first",
    "clot_confirmed": "a clot that was confirmed has no date",
}
_NO_SLOT = {
    "course_full": "the course has all its sessions, and is full until it is closed",
    "nobody_injects": "nobody on the team injects",
    "no_hours": "the opening hours never hold a session of {minutes} minutes",
    "nothing_free": "nothing is free, and the diary was searched to {searched_to}",
}
_GIVEN_WAY = {
    "at": "at any time of day",
    "days": "on any weekday",
    "injector": "not with {injector}",
    "start": "sooner than asked for",
    "avoid": "on a day that was to be avoided",
    "every": "{weeks} weeks apart",
}


class Asked(NamedTuple):
    """What a plan for this patient rests on: the request with its wishes, the rules, and what was done before.

    The request's `start` is the wish alone; what the gate waits for stands in `not_before`. No gate: a consultation.
    """

    request: PlanRequest
    policy: CoursePolicy
    earlier: tuple[EarlierSession, ...]
    gate: Gate | None

    @property
    def left(self) -> int:
        """How many sessions of the course are still to come."""
        return max(self.policy.maximum_sessions - sum(one.this_course for one in self.earlier), 0)


def asked_for(
    desk: Desk,
    patient_no: int,
    wish: Wish,
    *,
    gate: Gate | None,
    policy: CoursePolicy,
    start: date | None = None,
    consultation: bool = False,
) -> Asked:
    """What is asked for, on the day it is asked."""
    from microsclero.desk import events
    from microsclero.desk.patients import patient_of
    from microsclero.desk.planning import earlier_sessions
    from microsclero.schedule import EVERY_DAY, PlanRequest
    from microsclero.store import diary

    today = desk.today()
    running = diary.running_course(desk.store, patient_no)
    request = PlanRequest(
        start=start or today,
        sessions=1 if consultation else wish.sessions,
        at=wish.at,
        days=wish.days or EVERY_DAY,
        every_days=(not consultation and wish.every_days) or policy.minimum_days,
        avoid=wish.avoid,
        events=events.events_from(desk, patient_no, today),
        injector=wish.injector,
        minutes=desk.clinic.session_minutes,
        patient_no=patient_no,
        not_before=gate.not_before if gate else None,
        born_on=None if consultation else patient_of(desk, patient_no).born_on,
    )
    earlier = () if consultation else earlier_sessions(desk, patient_no, running.course if running else None)
    return Asked(request=request, policy=policy, earlier=earlier, gate=gate)


def find(desk: Desk, asked: Asked) -> FirstSlot:
    """The first slot by the file's diary; a few weeks of it are read, and more only where they are full."""
    from microsclero.first_slot import first_slot

    return first_slot(
        asked.request, asked.policy, asked.earlier, lambda first, last: _opened(desk, first, last), today=desk.today()
    )


def against(desk: Desk, asked: Asked) -> Iterator[Reason]:
    """What the rules of the course and the diary say against the request, each in its turn as if it stood alone."""
    from microsclero import schedule
    from microsclero.first_slot import lawful

    request, _ = lawful(asked.request, asked.policy, asked.left, desk.today())
    first, last = schedule.search_window(request, asked.policy, asked.earlier)
    diary = _opened(desk, first, last)
    if asked.gate is not None:
        yield from schedule.course_reasons(asked.request, asked.policy, asked.earlier)
    for reason in schedule.diary_reasons(request, diary):
        yield reason
        is_about_time = reason.code == "outside_hours"
        request = replace(request, at=None) if is_about_time else replace(request, injector=None)
    if diary.injectors and asked.left:
        number = schedule.numbers(request, asked.policy, asked.earlier)[0] if asked.gate is not None else None
        try:
            schedule.first_free(number, first, last, request, diary)
        except schedule.Refusal as refusal:
            yield from refusal.reasons


def as_reason(desk: Desk, asked: Asked, found: FirstSlot, reasons: Iterable[Reason], by: date | None) -> Reason:
    """The last reason of a refusal: the first time that would work, or why none is known."""
    none_because = why_none(desk, found, reasons)
    if none_because is not None or found.slot is None:
        return none_known(none_because)
    sessions, effect_by = _how_many(desk, asked, found, by)
    words = [as_words(found.slot), *_where_to_start(desk, asked, found.slot), *what_gives_way(asked, found)]
    if sessions < (asked.request.sessions or asked.left):
        words.append("for 1 session" if sessions == 1 else f"for {sessions} sessions")
    if effect_by:
        from microsclero.dates import show_date

        words.append(f"with its full effect by {show_date(effect_by)}")
    return Reason("first_date", f"{WORKS}{', '.join(words)}.", {**as_data(found.slot), "sessions": sessions})


def known(slot: Slot, given_up: str = "") -> Reason:
    """That this is the first time, and what of the wishes it goes without, in words that follow it."""
    return Reason("first_date", f"{WORKS}{as_words(slot)}{given_up}.", as_data(slot))


def none_known(because: str | None) -> Reason:
    """That no date can be named, and why."""
    none = {"date": None, "start": None, "injector": None, "none_because": because}
    return Reason("first_date", f"{NONE_KNOWN}{because}.", none)


def why_none(desk: Desk, found: FirstSlot, reasons: Iterable[Reason]) -> str | None:
    """Why no date can be named, every cause once; None where one can."""
    from microsclero.dates import show_date

    causes = [why_first(reasons)]
    if found.none_because is not None:
        searched_to = show_date(found.searched_to) if found.searched_to else ""
        words = _NO_SLOT[found.none_because]
        causes.append(words.format(minutes=desk.clinic.session_minutes, searched_to=searched_to))
    return "; ".join(filter(None, causes)) or None


def why_first(reasons: Iterable[Reason]) -> str:
    """What has to be settled before any date can be named, every cause once; empty where nothing has."""
    return "; ".join(dict.fromkeys(_comes_first(reason) for reason in reasons if reason.code in _COMES_FIRST))


def _comes_first(reason: Reason) -> str:
    from microsclero.dates import show_date

    again = reason.details.get("ask_again_on")
    if reason.code == "finding_bar" and again:
        return f"a new screening on {show_date(date.fromisoformat(str(again)))} or later comes first"
    return _COMES_FIRST[reason.code]


def _where_to_start(desk: Desk, asked: Asked, slot: Slot) -> Iterator[str]:
    """What to type for a day so far ahead that no plan can start on it, but that a plan can roll forward to."""
    last_start = desk.today() + timedelta(days=asked.policy.horizon_days)
    if slot.on > last_start:
        yield f"which is found with --start {last_start.isoformat()}"


def what_gives_way(asked: Asked, found: FirstSlot) -> Iterator[str]:
    """The wishes that can't be met, as the first date goes without them; how many sessions is said apart."""
    for name in found.given_way:
        if name in _GIVEN_WAY:
            yield _GIVEN_WAY[name].format(injector=asked.request.injector, weeks=asked.policy.minimum_days // 7)


def _how_many(desk: Desk, asked: Asked, found: FirstSlot, by: date | None) -> tuple[int, date | None]:
    """The sessions that can be booked from there; and when the first shows, where that is later than was asked for."""
    from microsclero.first_slot import how_many

    def opened(first: date, last: date) -> Diary:
        return _opened(desk, first, last)

    count = how_many(found, asked.policy, asked.earlier, opened, today=desk.today(), by=by)
    if count or found.slot is None:
        return count, None
    count = how_many(found, asked.policy, asked.earlier, opened, today=desk.today())
    return count, found.slot.on + timedelta(days=asked.policy.response_days)


def _opened(desk: Desk, first: date, last: date) -> Diary:
    from microsclero.desk import diary_of

    return diary_of.diary(desk, first, (last - first).days)


def as_words(slot: Slot | PlannedSession) -> str:
    """Tue 5 Jan 2027 09:00 with MS."""
    from microsclero.dates import show_date, show_time

    room = f" in {slot.room}" if slot.room else ""
    return f"{show_date(slot.on)} {show_time(slot.starts)} with {slot.injector}{room}"


def as_data(slot: Slot | PlannedSession) -> dict[str, object]:
    from microsclero.dates import show_time

    return {
        "date": slot.on.isoformat(),
        "start": show_time(slot.starts),
        "end": show_time(slot.ends),
        "injector": slot.injector,
        "room": slot.room,
    }
