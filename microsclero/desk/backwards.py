"""Counting back from a date: how many sessions fit, when each course must start, and what can honestly be said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from microsclero.clashes import Event
    from microsclero.diary import Diary
    from microsclero.schedule import CoursePolicy, EarlierSession, PlanRequest
    from microsclero.schedule import Proposal as Proposed

# Marks and matting take longer than the four weeks the effect is given.
BETTER_WEEKS = 12
NO_PROMISE = "No one can promise clear legs by a date."


class Way(NamedTuple):
    """So many sessions, and the last day on which the first of them can be: None where it is too late for that.

    better_start_on: the same for twelve weeks after the last session in place of four.
    """

    sessions: int
    last_start_on: date | None
    better_start_on: date | None


class ByDate(NamedTuple):
    """What a course comes to by a date: the whole weeks after its last session, and every other way to get there."""

    by: date
    weeks: int
    ways: tuple[Way, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "date": self.by.isoformat(),
            "weeks": self.weeks,
            "ways": [
                {
                    "sessions": way.sessions,
                    "last_start_on": way.last_start_on.isoformat() if way.last_start_on else None,
                    "better_start_on": way.better_start_on.isoformat() if way.better_start_on else None,
                }
                for way in self.ways
            ],
        }


class Backwards(NamedTuple):
    """Where a plan that must be seen by a date is looked for: what is asked, by which rules, in which diary."""

    request: PlanRequest
    policy: CoursePolicy
    book: Diary
    earlier: tuple[EarlierSession, ...]
    by: date

    def in_time(self, proposal: Proposed) -> tuple[Proposed, ByDate]:
        """The same proposal with as many sessions as fit before that date; Refusal where it can't be done."""
        from microsclero import schedule

        left = self.policy.maximum_sessions - sum(one.this_course for one in self.earlier)
        ways = tuple(self._way(count) for count in range(left, 0, -1))
        fitting = [way.sessions for way in ways if way.last_start_on]
        wanted = self.request.sessions
        if not fitting or (wanted is not None and wanted not in fitting):
            raise self._too_late(proposal, wanted or 1, max(fitting, default=0), ways)
        count = wanted or max(fitting)
        plan = schedule.propose(replace(self.request, sessions=count), self.policy, self.book, self.earlier)
        weeks = (self.by - plan.sessions[-1].slot.on).days // 7
        return plan, ByDate(by=self.by, weeks=weeks, ways=ways)

    def _way(self, count: int) -> Way:
        better = self.by - timedelta(days=7 * BETTER_WEEKS - self.policy.response_days)
        return Way(
            sessions=count,
            last_start_on=self._last_start(count, self.by),
            better_start_on=self._last_start(count, better),
        )

    def _last_start(self, count: int, by: date) -> date | None:
        """The last day in the diary from which so many sessions show their full effect by then.

        Whoever starts later is never done sooner, so the day is found by halving.
        """
        from microsclero import schedule

        def done(start: date) -> tuple[date, date] | None:
            request = replace(self.request, start=start, sessions=count)
            try:
                plan = schedule.propose(request, self.policy, self.book, self.earlier)
            except schedule.Refusal:
                return None
            return (plan.sessions[0].slot.on, plan.effect_by) if plan.effect_by <= by else None

        first = done(self.request.start)
        if first is None:
            return None
        last, too_late = first[0], schedule.last_start(by, count, self.policy, self.request.every_days)
        while last < too_late:
            middle = last + timedelta(days=((too_late - last).days + 1) // 2)
            found = done(middle)
            if found:
                last = found[0]
            else:
                too_late = middle - timedelta(days=1)
        return last

    def _too_late(self, proposal: Proposed, wanted: int, most: int, ways: tuple[Way, ...]) -> Exception:
        from microsclero import schedule
        from microsclero.dates import show_date

        start = schedule.last_start(self.by, wanted, self.policy, self.request.every_days)
        fits = next((way for way in ways if way.sessions == most), None)
        instead = (
            f"{_sessions(most)} can be done, with the first by {show_date(fits.last_start_on)}."
            if fits and fits.last_start_on
            else "Choose a later date."
        )
        return schedule.Refusal(
            f"The full effect of {_sessions(wanted)} by {show_date(self.by)} wants the first by {show_date(start)}; "
            f"the first possible is {show_date(proposal.sessions[0].slot.on)}. {instead}",
            code="too_late",
            last_start_on=start.isoformat(),
        )


def about_date(proposal: Proposed, seen: ByDate) -> tuple[str, ...]:
    """What can honestly be said about a date: the last day to start, the weeks left, and no promise."""
    from microsclero.dates import show_date

    what = _sessions(len(proposal.sessions))
    start = next(way.last_start_on for way in seen.ways if way.sessions == len(proposal.sessions))
    latest = f"; the last day to start with {what} is {show_date(start)}" if start else ""
    better = "" if seen.weeks >= BETTER_WEEKS else f" {BETTER_WEEKS} weeks would be better."
    weeks = "1 week" if seen.weeks == 1 else f"{seen.weeks} weeks"
    return (
        f"By {show_date(seen.by)}, {weeks} will have passed since the last of {what}{latest}.{better}",
        NO_PROMISE,
    )


def about_events(sessions: Iterable[date], events: Iterable[Event], policy: CoursePolicy) -> tuple[str, ...]:
    """For each of the patient's own dates within the course: how much of it can be seen by then."""
    from microsclero.dates import show_date

    days = sorted(sessions)
    effect = timedelta(days=policy.response_days)
    said = []
    for event in events:
        if not days[0] < event.from_on < days[-1] + effect:
            continue
        seen = sum(day + effect <= event.from_on for day in days)
        several = f"{seen or 'none'} of the {_sessions(len(days))} shows"
        which = several if len(days) > 1 else "this session does not show"
        ways = f"; --by {event.from_on.isoformat()} plans for it" if seen else ""
        said.append(f"By event {event.event}, {show_date(event.from_on)}, the full effect of {which}{ways}.")
    return (*said, NO_PROMISE) if said else ()


def _sessions(count: int) -> str:
    return "1 session" if count == 1 else f"{count} sessions"
