"""The spacing of sessions: the gap of 28 days, the cap of four, and the dates that are proposed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import pairwise

from .clashes import Dated, Event, Notice, notices
from .dates import age_on, birthday, show_date, show_range, show_time
from .diary import Diary, Slot
from .errors import Reason, RefusedError
from .opening import LONG_DAYS, is_too_soon, minute_of

ADULT = 18
EVERY_DAY = frozenset(range(7))
_MOST_ROLLED = 4


class Refusal(RefusedError):
    """The rules of the course, or the diary, leave no such plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePolicy:
    """The numbers of a course. The clinic may be stricter than its patient page; a laxer policy cannot be built."""

    maximum_sessions: int = 4
    minimum_days: int = 28
    response_days: int = 28
    aftercare_days: int = 14
    before_hours: int = 24
    horizon_days: int = 730

    def __post_init__(self) -> None:
        if not 1 <= self.maximum_sessions <= 4:
            raise ValueError("A course has one to four sessions: maximum_sessions cannot be more than 4.")
        for name, least in (
            ("minimum_days", 28),
            ("response_days", 28),
            ("aftercare_days", 14),
            ("before_hours", 24),
            ("horizon_days", 1),
        ):
            if getattr(self, name) < least:
                raise ValueError(f"{name} cannot be less than {least}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierSession:
    """An injection that was given, or a session that is planned; missed and cancelled ones are not earlier sessions.

    Outside this course, and elsewhere, it counts for the gap only. is_denied: told of elsewhere, and denied since.
    """

    on: date
    status: str
    number: int | None = None
    this_course: bool = True
    is_denied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What was asked for. `start` and `not_before` are "not before", `avoid` and `days` bound it, `at` is exact.

    sessions: None for what is left of the course. not_before: when a dated deferral clears. Weekdays: 0 is Monday.
    events: the patient's own dates, gone around as the days to avoid are.
    """

    start: date
    sessions: int | None = None
    at: time | None = None
    days: frozenset[int] = EVERY_DAY
    every_days: int = 28
    avoid: tuple[tuple[date, date], ...] = ()
    events: tuple[Event, ...] = ()
    injector: str | None = None
    minutes: int | None = None
    patient_no: int | None = None
    not_before: date | None = None
    born_on: date | None = None

    def __post_init__(self) -> None:
        if self.sessions is not None and self.sessions < 1:
            raise ValueError("A plan has at least one session.")
        if not self.days or not self.days <= EVERY_DAY:
            raise ValueError("A plan needs at least one weekday, from 0 for Monday to 6 for Sunday.")
        if any(last < first for first, last in self.avoid):
            raise ValueError("A range to avoid ends on or after the day it starts.")

    @property
    def own_days(self) -> tuple[Event, ...]:
        """The patient's own dates, and the days to avoid as dates without a name."""
        return (*self.events, *(Event(event=None, from_on=first, until_on=last) for first, last in self.avoid))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedSession:
    """One session: the first day the rule allows, the slot offered, and why it is later, where it is."""

    number: int | None
    earliest_on: date
    slot: Slot
    rolled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A plan to look at; nothing is booked.

    effect_by: when the full effect of the last session shows. response_on: the first open day from then.
    notices: the patient's own days that fall into the time of care before or after one of these sessions.
    """

    sessions: tuple[ProposedSession, ...]
    response_on: date
    effect_by: date
    notices: tuple[Notice, ...] = ()


def propose(request: PlanRequest, policy: CoursePolicy, diary: Diary, earlier: Sequence[EarlierSession]) -> Proposal:
    """The earliest plan that keeps every rule.

    Each session stands at least `every_days` after the one before: its date given, else planned, else just
    proposed; a date rolls forward over closed and full days, never back. Refusal, with all reasons at once.
    """
    reasons = (*course_reasons(request, policy, earlier), *diary_reasons(request, diary))
    if reasons:
        raise Refusal.for_reasons(reasons)
    earliest, last_day = search_window(request, policy, earlier)
    sessions: list[ProposedSession] = []
    for number in numbers(request, policy, earlier):
        session = first_free(number, earliest, last_day, request, diary)
        too_young = tuple(age_reasons(f"Session {number}", session.slot.on, request.born_on))
        if too_young:
            raise Refusal.for_reasons(too_young)
        sessions.append(session)
        earliest = earliest_next(session.slot.on, policy, request.every_days)
    effect_by = sessions[-1].slot.on + timedelta(days=policy.response_days)
    return Proposal(
        sessions=tuple(sessions),
        response_on=first_open(effect_by, policy, diary),
        effect_by=effect_by,
        notices=notices([Dated(each.number, each.slot.on) for each in sessions], request.own_days, policy),
    )


def last_start(by: date, sessions: int, policy: CoursePolicy, every_days: int | None = None) -> date:
    """The last day the first of so many sessions may be, for the full effect of the last to show by that date."""
    gap = max(policy.minimum_days, every_days or 0)
    return by - timedelta(days=policy.response_days + (sessions - 1) * gap)


def earliest_next(on: date, policy: CoursePolicy, every_days: int | None = None) -> date:
    """The first day another session may be given after one on that day; never less than the policy's gap."""
    return on + timedelta(days=max(policy.minimum_days, every_days or 0))


def gap_problems(dated: Sequence[tuple[str, date]], policy: CoursePolicy) -> tuple[Reason, ...]:
    """Which of these sessions stand too close together; each comes with its label, such as "session 2"."""
    ordered = sorted(dated, key=lambda one: one[1])
    return tuple(
        _too_soon(label, on, before, before_on, policy)
        for (before, before_on), (label, on) in pairwise(ordered)
        if on < earliest_next(before_on, policy)
    )


def search_window(request: PlanRequest, policy: CoursePolicy, earlier: Sequence[EarlierSession]) -> tuple[date, date]:
    """The first day a session may be, and the last that is looked at: the days whose holidays must be known."""
    first = max(request.start, request.not_before or request.start)
    for one in earlier:
        first = max(first, earliest_next(one.on, policy, request.every_days if one.this_course else None))
    return first, first + timedelta(days=policy.horizon_days)


def course_reasons(request: PlanRequest, policy: CoursePolicy, earlier: Sequence[EarlierSession]) -> Iterator[Reason]:
    """What the rules of the course say against the request, whatever the diary holds."""
    given = sum(one.this_course and one.status == "given" for one in earlier)
    counted = sum(one.this_course for one in earlier)
    left = policy.maximum_sessions - counted
    standing = f"{given} given and {counted - given} planned of at most {policy.maximum_sessions}"
    details = {"given": given, "planned": counted - given, "maximum": policy.maximum_sessions}
    if left <= 0:
        way_out = "see the response, close the course, and open a new one if needed."
        if counted > given:
            way_out = "to come on another day, move one of them; to have one less, cancel it."
        yield Reason("course_full", f"This course is full ({standing}): {way_out}", details)
    elif request.sessions is not None and request.sessions > left:
        yield Reason(
            "course_full",
            f"{request.sessions} more sessions are too many for this course ({standing}): plan {left} at most.",
            details,
        )
    if request.every_days < policy.minimum_days:
        yield Reason(
            "gap_too_short",
            f"A gap of {request.every_days} days is too short: the full effect takes up to 4 weeks, "
            f"so plan {policy.minimum_days} days or more.",
            {"days": request.every_days, "minimum_days": policy.minimum_days},
        )


def diary_reasons(request: PlanRequest, diary: Diary) -> Iterator[Reason]:
    """What could never be free, on any day."""
    known = [one.initials for one in diary.injectors]
    if not known:
        yield Reason("no_injector", "Nobody on the team injects: add an injector with microsclero clinic team.")
    elif request.injector is not None and request.injector not in known:
        yield Reason("no_injector", f"Nobody who injects has these initials: choose from {', '.join(known)}.")
    if request.at is None:
        return
    length = request.minutes or diary.session_minutes
    weekly = [periods for day, periods in enumerate(diary.hours.weekly) if day in request.days]
    opened = [one.periods for one in diary.closures if one.is_open]
    all_periods = [period for periods in (*weekly, *opened) for period in periods]
    if not any(period.holds(minute_of(request.at), length) for period in all_periods):
        hours = _hours_of(request, diary)
        yield Reason(
            "outside_hours",
            f"{show_time(request.at)} for {length} minutes lies outside the opening hours ({hours}): "
            "choose another time.",
            {"at": show_time(request.at), "minutes": length},
        )


def _hours_of(request: PlanRequest, diary: Diary) -> str:
    """The hours of the weekdays asked for, day by day where they differ, and those of one-off openings on them."""
    week = {
        day: ", ".join(map(str, diary.hours.weekly[day])) for day in sorted(request.days) if diary.hours.weekly[day]
    }
    alike = list(dict.fromkeys(week.values()))
    parts = alike if len(alike) == 1 else [f"{LONG_DAYS[day]} {hours}" for day, hours in week.items()]
    for one in diary.closures:
        spans = ", ".join(map(str, one.periods))
        if one.is_open and not one.whole and one.from_on.weekday() in request.days and spans not in alike:
            parts.append(f"{show_range(one.from_on, one.until_on)} {spans}")
    return "; ".join(parts) or "none on these days"


def numbers(request: PlanRequest, policy: CoursePolicy, earlier: Sequence[EarlierSession]) -> list[int]:
    """The numbers the new sessions bear: the lowest that no session of this course has."""
    own = [one.number for one in earlier if one.this_course]
    free = [number for number in range(1, policy.maximum_sessions + 1) if number not in own]
    unnumbered = own.count(None)
    left = policy.maximum_sessions - len(own)
    return free[unnumbered:][: left if request.sessions is None else request.sessions]


def first_free(
    number: int | None, earliest: date, last_day: date, request: PlanRequest, diary: Diary
) -> ProposedSession:
    """The first free slot from `earliest` on, with the first few different reasons why it is not sooner.

    What the patient has on is always among them. Without a number it is a consultation.
    """
    rolled: dict[str, date] = {}
    own: set[str] = set()
    own_days = request.own_days
    day = earliest
    while day <= last_day:
        busy = _busy_with(day, own_days)
        why = diary.closed_why(day) or busy or _why_not(day, request, diary)
        slot = None if why else next(_slots(day, request, diary), None)
        if slot:
            others = [words for words in rolled if words not in own]
            kept = own.union(others[: max(_MOST_ROLLED - len(own), 0)])
            reasons = tuple(f"{show_date(on)}: {words}" for words, on in rolled.items() if words in kept)
            return ProposedSession(number=number, earliest_on=earliest, slot=slot, rolled=reasons)
        if why == busy is not None:
            own.add(busy)
        rolled.setdefault(why or _why_full(day, request, diary), day)
        day += timedelta(days=1)
    if earliest > last_day:
        searched = f"before {show_date(last_day)}, where the search ends"
    else:
        searched = f"from {show_range(earliest, last_day)}"
    which = f"session {number}" if number else "a consultation"
    message = f"No time is free for {which} {searched}: choose other days, another time or another injector."
    raise Refusal(message, code="no_slot", number=number, earliest_on=earliest.isoformat())


def _busy_with(day: date, own_days: Sequence[Event]) -> str | None:
    """What the patient has on that day, or that it is to be avoided."""
    on = [each.what for each in own_days if each.from_on <= day <= each.until_on]
    return (on[0] or "a day to avoid") if on else None


def _why_not(day: date, request: PlanRequest, diary: Diary) -> str | None:
    """What rules a whole day out before its bookings are looked at."""
    if day.weekday() not in request.days:
        return "not a weekday asked for"
    here = [one for one in diary.injectors if request.injector in (None, one.initials) and one.works_on(day)]
    if not here:
        return "no injector is there" if request.injector is None else diary.absent_why(request.injector, day)
    return None


def _why_full(day: date, request: PlanRequest, diary: Diary) -> str:
    if request.at is None:
        return "no time free"
    if diary.outside_hours(day, request.at, request.minutes):
        if is_too_soon(diary.closures, day, request.at, request.minutes or diary.session_minutes):
            first = next(_slots(day, replace(request, at=None), diary), None)
            left = f"from {show_time(first.starts)}" if first else "no time is left"
            return f"{show_time(request.at)} is too soon: {left}"
        return f"{show_time(request.at)} is outside the opening hours"
    wanted = [one.initials for one in diary.injectors if request.injector in (None, one.initials)]
    absent = [diary.absent_why(initials, day, request.at, request.minutes) for initials in wanted]
    if all(absent):
        return (request.injector and absent[0]) or f"no injector is there at {show_time(request.at)}"
    return f"{show_time(request.at)} is taken"


def _slots(day: date, request: PlanRequest, diary: Diary) -> Iterator[Slot]:
    return diary.free_slots(
        day, minutes=request.minutes, injector=request.injector, patient_no=request.patient_no, at=request.at
    )


def age_reasons(label: str, on: date, born_on: date | None) -> Iterator[Reason]:
    """Eighteen on the treatment date, not on the day of planning."""
    if born_on is None or age_on(born_on, on) >= ADULT:
        return
    adult_on = birthday(born_on, ADULT)
    message = f"{label} on {show_date(on)} is before the {ADULT}th birthday: plan from {show_date(adult_on)}."
    yield Reason("under_age", message, {"date": on.isoformat(), "ask_again_on": adult_on.isoformat()})


def first_open(day: date, policy: CoursePolicy, diary: Diary) -> date:
    """The first open day from this one on; the day itself where the clinic does not open again."""
    days = (day + timedelta(days=ahead) for ahead in range(policy.horizon_days))
    return next((one for one in days if diary.open_periods(one)), day)


def _too_soon(label: str, on: date, before: str, before_on: date, policy: CoursePolicy) -> Reason:
    days = (on - before_on).days
    possible_on = earliest_next(before_on, policy)
    message = (
        f"{label[:1].upper()}{label[1:]} on {show_date(on)} is {days} {'day' if days == 1 else 'days'} after {before} "
        f"on {show_date(before_on)}: {policy.minimum_days} are needed."
    )
    details = {"days": days, "minimum_days": policy.minimum_days, "earliest_on": possible_on.isoformat()}
    return Reason("gap_too_short", message, details)
