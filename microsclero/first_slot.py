"""The first slot that keeps every rule, and which wishes give way where they leave none; or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from .dates import birthday
from .diary import Diary, Slot
from .opening import minute_of
from .schedule import (
    ADULT,
    EVERY_DAY,
    CoursePolicy,
    EarlierSession,
    PlanRequest,
    Refusal,
    earliest_next,
    first_free,
    search_window,
)

# So many days of the diary are read at a time, and twice as many each time nothing was found.
_FIRST_LOOK = 28

# In the order in which wishes give way; what the patient has on, and the rules, never do.
_GIVE_WAY = ("at", "days", "injector", "start", "avoid")

# The diary for these days, the first and the last included.
Opened = Callable[[date, date], Diary]


class FirstSlot(NamedTuple):
    """The slot, the request that leads to it, and which wishes of the one that was made had to give way.

    none_because: course_full, nobody_injects, no_hours or nothing_free; None where there is a slot. searched_to: the
    last day that was looked at in vain.
    """

    slot: Slot | None
    request: PlanRequest
    given_way: tuple[str, ...] = ()
    none_because: str | None = None
    searched_to: date | None = None


def first_slot(
    asked: PlanRequest, policy: CoursePolicy, earlier: Sequence[EarlierSession], opened: Opened, *, today: date
) -> FirstSlot:
    """The first slot for the next session, whatever becomes of those after it.

    Every start up to `horizon_days` from today is tried, and each is searched for as long. `asked.start` is the wish
    alone; a deferral's date stands in `not_before`. As few wishes give way as will do.
    """
    left = policy.maximum_sessions - sum(one.this_course for one in earlier)
    if left <= 0:
        return FirstSlot(None, asked, none_because="course_full")
    request, broken = lawful(asked, policy, left, today)
    wished = _wished(request, today)
    search = _Search(policy=policy, earlier=earlier, opened=opened, today=today)
    slot = search.first(request)
    if slot is not None:
        return FirstSlot(slot, request, broken)
    if search.first(_without(request, wished, today)) is None:
        return search.in_vain(request, broken)
    for names, given_up in giving_way(request, today):
        slot = search.first(given_up)
        if slot is not None:
            return FirstSlot(slot, given_up, (*broken, *names))
    raise AssertionError("Without any wish there was a slot.")


def how_many(
    found: FirstSlot,
    policy: CoursePolicy,
    earlier: Sequence[EarlierSession],
    opened: Opened,
    *,
    today: date,
    by: date | None = None,
) -> int:
    """How many of the sessions asked for can be booked with the first of them in that slot.

    With `by` only those whose full effect shows by that day.
    """
    if found.slot is None:
        return 0
    last_start = today + timedelta(days=policy.horizon_days)
    request = replace(found.request, start=min(found.slot.on, last_start))
    wanted = request.sessions or policy.maximum_sessions - sum(one.this_course for one in earlier)
    day, last = search_window(request, policy, earlier)
    diary = opened(day, last)
    for number in range(wanted):
        try:
            on = first_free(None, day, last, request, diary).slot.on
        except Refusal:
            return number
        if by is not None and on + timedelta(days=policy.response_days) > by:
            return number
        day = earliest_next(on, policy, request.every_days)
    return wanted


class _Search(NamedTuple):
    policy: CoursePolicy
    earlier: Sequence[EarlierSession]
    opened: Opened
    today: date

    def first(self, request: PlanRequest) -> Slot | None:
        """The first slot of this very request, on any day that some start would lead to."""
        first, last_first, last = self._days(request)
        adult_on = birthday(request.born_on, ADULT) if request.born_on else first
        # From the last start that can be named nothing is skipped: a slot before the birthday is refused there.
        slot = self._scan(request, min(max(first, adult_on), last_first), last)
        return slot if slot is None or slot.on >= adult_on else None

    def in_vain(self, request: PlanRequest, broken: tuple[str, ...]) -> FirstSlot:
        """That no day has a slot even for somebody who would take any, and why."""
        first, _, last = self._days(request)
        diary = self.opened(first, last)
        minutes = request.minutes or diary.session_minutes
        openings = (*diary.hours.weekly, *(one.periods for one in diary.closures if one.is_open))
        lengths = [minute_of(period.ends) - minute_of(period.starts) for periods in openings for period in periods]
        if not diary.injectors:
            why = "nobody_injects"
        elif max(lengths, default=0) < minutes:
            why = "no_hours"
        else:
            why = "nothing_free"
        return FirstSlot(None, request, broken, none_because=why, searched_to=last)

    def _days(self, request: PlanRequest) -> tuple[date, date, date]:
        """The first day that is looked at, the last day that a search can begin on, and the last it can reach."""
        first, _ = search_window(request, self.policy, self.earlier)
        last_start = self.today + timedelta(days=self.policy.horizon_days)
        last_first, last = search_window(replace(request, start=last_start), self.policy, self.earlier)
        return first, last_first, last

    def _scan(self, request: PlanRequest, first: date, last: date) -> Slot | None:
        days = _FIRST_LOOK
        while first <= last:
            until = min(first + timedelta(days=days - 1), last)
            try:
                return first_free(None, first, until, request, self.opened(first, until)).slot
            except Refusal:
                first, days = until + timedelta(days=1), days * 2
        return None


def lawful(asked: PlanRequest, policy: CoursePolicy, left: int, today: date) -> tuple[PlanRequest, tuple[str, ...]]:
    """The request without what no diary could meet, and the names of it."""
    broken = []
    if asked.start > today + timedelta(days=policy.horizon_days):
        broken.append("start")
        asked = replace(asked, start=today)
    if asked.sessions is not None and asked.sessions > left:
        broken.append("sessions")
        asked = replace(asked, sessions=max(left, 1))
    if asked.every_days < policy.minimum_days:
        broken.append("every")
        asked = replace(asked, every_days=policy.minimum_days)
    return asked, tuple(broken)


def _wished(asked: PlanRequest, today: date) -> tuple[str, ...]:
    """The wishes that were made, in the order in which they give way."""
    made = {
        "at": asked.at is not None,
        "days": asked.days != EVERY_DAY,
        "injector": asked.injector is not None,
        "start": asked.start > today,
        "avoid": bool(asked.avoid),
    }
    return tuple(name for name in _GIVE_WAY if made[name])


def giving_way(asked: PlanRequest, today: date) -> Iterator[tuple[tuple[str, ...], PlanRequest]]:
    """The wishes that are given up, the fewest first, and the request without them. A start not after today is none."""
    wished = _wished(asked, today)
    for count in range(1, len(wished) + 1):
        for names in combinations(wished, count):
            yield names, _without(asked, names, today)


def _without(asked: PlanRequest, names: Sequence[str], today: date) -> PlanRequest:
    """The request with these wishes given up."""
    return replace(
        asked,
        at=None if "at" in names else asked.at,
        days=EVERY_DAY if "days" in names else asked.days,
        injector=None if "injector" in names else asked.injector,
        start=today if "start" in names else asked.start,
        avoid=() if "avoid" in names else asked.avoid,
    )
