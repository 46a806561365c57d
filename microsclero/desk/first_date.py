"""The first time that would work for a patient, by the file's diary: in words for a refusal, or why none is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.desk.wishes import NOTHING_WISHED, Wish
from microsclero.errors import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from microsclero.desk import Desk
    from microsclero.desk.gate import Gate
    from microsclero.desk.sessions import PlannedSession
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
    kept: the wishes that hold wherever the line is silent. refused_injector: typed, but doesn't inject.
    """

    request: PlanRequest
    policy: CoursePolicy
    earlier: tuple[EarlierSession, ...]
    gate: Gate | None
    kept: Wish = NOTHING_WISHED
    refused_injector: str | None = None

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
    kept: Wish = NOTHING_WISHED,
    refused_injector: str | None = None,
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
    return Asked(request, policy, earlier, gate, kept, refused_injector)


def find(desk: Desk, asked: Asked) -> FirstSlot:
    """The first slot by the file's diary; a few weeks of it are read, and more only where they are full."""
    from microsclero.first_slot import first_slot

    return first_slot(
        asked.request, asked.policy, asked.earlier, lambda first, last: _opened(desk, first, last), today=desk.today()
    )


def against(desk: Desk, asked: Asked, unplaced: Callable[[PlanRequest], Iterable[Reason]]) -> Iterator[Reason]:
    """What the rules of the course and the diary say against the request, each in its turn as if it stood alone.

    unplaced: why there is no place for what of the request could be met on some day.
    """
    from microsclero import schedule
    from microsclero.first_slot import lawful

    request, _ = lawful(asked.request, asked.policy, asked.left, desk.today())
    diary = _opened(desk, *schedule.search_window(request, asked.policy, asked.earlier))
    if asked.gate is not None:
        yield from schedule.course_reasons(asked.request, asked.policy, asked.earlier)
    for reason in schedule.diary_reasons(request, diary):
        yield reason
        is_about_time = reason.code == "outside_hours"
        request = replace(request, at=None) if is_about_time else replace(request, injector=None)
    if diary.injectors and asked.left:
        yield from unplaced(request)


def as_reason(desk: Desk, asked: Asked, found: FirstSlot, reasons: Iterable[Reason], by: date | None) -> Reason:
    """The last reason of a refused plan: the first time that would work, or why none is known."""
    none_because, slot = why_none(desk, found, reasons), found.slot
    if none_because is not None or slot is None:
        return none_known(none_because)
    found = _as_typed(asked, found)
    is_late = by is not None and (by > _last_start(desk, asked) or not _how_many(desk, asked, found, by))
    sessions = _how_many(desk, asked, found, None if is_late else by)
    words = [*_where_to_start(desk, asked, slot), *what_gives_way(asked, found)]
    if sessions < (asked.request.sessions or asked.left):
        words.append("for 1 session" if sessions == 1 else f"for {sessions} sessions")
    if is_late:
        words.append(f"without --by: {_first_effect(asked, slot, sessions)}")
    without = (*given_up(asked, found), *(["by"] if is_late else []))
    return known(slot, "".join(f", {each}" for each in words), without, sessions=sessions)


def known(slot: Slot, words: str = "", without: Sequence[str] = (), **more: object) -> Reason:
    """That this is the first time, and what of the wishes it goes without, in words that follow it and by name."""
    message = f"{WORKS}{as_words(slot)}{words}."
    return Reason("first_date", message, {**as_data(slot), **more, "without": list(without)})


def none_known(because: str | None, begins: str = NONE_KNOWN) -> Reason:
    """That no date can be named, and why."""
    return Reason(
        "first_date",
        f"{begins}{because}.",
        {"date": None, "start": None, "injector": None, "without": [], "none_because": because},
    )


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
    last_start = _last_start(desk, asked)
    if slot.on > last_start:
        yield f"which is found with --start {last_start.isoformat()}"


def given_up(asked: Asked, found: FirstSlot) -> tuple[str, ...]:
    """By the names of their options, the wishes that the first date goes without."""
    refused = ("injector",) if asked.refused_injector else ()
    return tuple(dict.fromkeys((*refused, *found.given_way)))


def what_gives_way(asked: Asked, found: FirstSlot) -> Iterator[str]:
    """The wishes that can't be met, as the first date goes without them; how many sessions is said apart.

    What is typed can be left out; what is kept holds again then, and has to be typed anew.
    """
    from microsclero.desk.wishes import as_options, in_words

    if asked.refused_injector:
        yield f"not with {asked.refused_injector}"
    for name in found.given_way:
        if name in _GIVEN_WAY and not _is_kept(asked, name):
            yield _GIVEN_WAY[name].format(injector=asked.request.injector, weeks=asked.policy.minimum_days // 7)
    names = [name for name in found.given_way if _is_kept(asked, name)]
    if names:
        kept = Wish(**{name: getattr(asked.kept, name) for name in names})
        yield f"with {as_options(_anew(asked, found))} (kept from an earlier plan: {in_words(kept)})"


def _is_kept(asked: Asked, name: str) -> bool:
    """Whether a wish of this name holds where the line leaves it out."""
    return getattr(asked.kept, name, None) not in (None, ())


def _anew(asked: Asked, found: FirstSlot) -> Wish:
    """What has to be typed to get round the wishes that were kept and can't be met."""
    from microsclero.desk.wishes import around

    slot = found.slot
    if slot is None:
        return NOTHING_WISHED
    ways: dict[str, Any] = {
        "days": frozenset({slot.on.weekday()}),
        "at": slot.starts,
        "injector": slot.injector,
        "avoid": around(asked.kept.avoid, slot.on),
    }
    return Wish(**{name: ways[name] for name in found.given_way if _is_kept(asked, name)})


def _as_typed(asked: Asked, found: FirstSlot) -> FirstSlot:
    """The same slot by the request as its sentence says to type it, which binds the later sessions, too."""
    anew, request = _anew(asked, found), found.request
    return found._replace(
        request=replace(
            request,
            days=anew.days or request.days,
            at=anew.at or request.at,
            injector=anew.injector or request.injector,
            avoid=anew.avoid or request.avoid,
        )
    )


def _how_many(desk: Desk, asked: Asked, found: FirstSlot, by: date | None) -> int:
    """The sessions that can be booked from there; with `by` those whose full effect shows by then."""
    from microsclero.first_slot import how_many

    return how_many(
        found,
        asked.policy,
        asked.earlier,
        lambda first, last: _opened(desk, first, last),
        today=desk.today(),
        by=by,
    )


def _first_effect(asked: Asked, slot: Slot, sessions: int) -> str:
    """When the first of them shows; a course shows its full effect much later, and that day is not looked for."""
    from microsclero.dates import show_date

    which = "its full effect" if sessions == 1 else f"the full effect of the first of {sessions} sessions"
    return f"{which} shows by {show_date(slot.on + timedelta(days=asked.policy.response_days))}"


def _last_start(desk: Desk, asked: Asked) -> date:
    return desk.today() + timedelta(days=asked.policy.horizon_days)


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
