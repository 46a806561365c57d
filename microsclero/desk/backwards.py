"""Planning backwards from a date: how many sessions fit, and what can honestly be said about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from microsclero.diary import Diary
    from microsclero.schedule import CoursePolicy, EarlierSession, PlanRequest
    from microsclero.schedule import Proposal as Proposed

# Marks and matting take longer than the four weeks the effect is given.
BETTER_WEEKS = 12


def in_time(
    proposal: Proposed,
    request: PlanRequest,
    policy: CoursePolicy,
    book: Diary,
    earlier: tuple[EarlierSession, ...],
    by: date,
) -> Proposed:
    """The same proposal with as many sessions as fit before that date; Refusal where not even one does."""
    from microsclero import schedule
    from microsclero.dates import show_date

    fewest = len(proposal.sessions) if request.sessions is not None else 1
    for count in range(len(proposal.sessions), fewest - 1, -1):
        fitting = schedule.propose(replace(request, sessions=count), policy, book, earlier)
        if fitting.effect_by <= by:
            return fitting
    raise schedule.Refusal(
        f"The full effect of {_sessions(fewest)} by {show_date(by)} wants the first by "
        f"{show_date(schedule.last_start(by, fewest, policy, request.every_days))}; the first possible is "
        f"{show_date(proposal.sessions[0].slot.on)}. Choose a later date or fewer sessions.",
        code="too_late",
        last_start_on=schedule.last_start(by, fewest, policy, request.every_days).isoformat(),
    )


def about_date(proposal: Proposed, every_days: int | None, policy: CoursePolicy, by: date) -> tuple[str, ...]:
    """What can honestly be said about a date: the last day to start, the weeks left, and no promise."""
    from microsclero import schedule
    from microsclero.dates import show_date

    count = len(proposal.sessions)
    start = schedule.last_start(by, count, policy, every_days)
    weeks = (by - proposal.sessions[-1].slot.on).days // 7
    what = _sessions(count)
    better = "" if weeks >= BETTER_WEEKS else f" {BETTER_WEEKS} weeks would be better."
    return (
        f"By {show_date(by)}, {weeks} weeks will have passed since the last of {what}; the last day to start with "
        f"{what} is {show_date(start)}.{better}",
        "No one can promise clear legs by a date.",
    )


def _sessions(count: int) -> str:
    return "1 session" if count == 1 else f"{count} sessions"
