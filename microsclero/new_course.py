"""What a new course wants after one that had all its sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from microsclero.dates import show_date
from microsclero.errors import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseBefore:
    """The course that a new one would follow. closed_at: when a response closed it; None while none has.

    The numbers are those of `content`, which reading a patient's page does not load; a test compares them.
    """

    sessions_given: int
    last_given_on: date
    closed_at: datetime | None = None
    maximum_sessions: int = 4
    weeks: int = 12

    @property
    def is_full(self) -> bool:
        return self.sessions_given >= self.maximum_sessions

    @property
    def new_from(self) -> date | None:
        """The first day after a full course on which a new one may begin; None where the usual gap is all.

        weeks: the clinic's own wait, in weeks of 7 days, counted from the last session.
        """
        return self.last_given_on + timedelta(weeks=self.weeks) if self.is_full else None


def new_course_refusals(
    before: CourseBefore, *, intake_at: datetime | None, consent_at: datetime | None
) -> tuple[Reason, ...]:
    """What a new course still wants after a full one; the day it may begin stands with every reason.

    intake_at, consent_at: when the latest intake was signed, and when the consent to treatment that stands was given.
    Source: rules.md, "Gates". After fewer sessions a new course wants what any course wants.
    """
    from_on = before.new_from
    if from_on is None:
        return ()
    details = {"from_on": from_on.isoformat()}
    reasons = []
    if before.closed_at is None:
        message = (
            f"{before.sessions_given} sessions were given: a new course can begin on {show_date(from_on)}, "
            "once this one is closed by its response."
        )
        reasons.append(Reason("course_not_closed", message, details))
    if not _is_since(before.closed_at, intake_at):
        message = "A new course wants a new intake, taken after the one before was closed."
        reasons.append(Reason("new_intake_wanted", message, details))
    if not _is_since(before.closed_at, consent_at):
        message = "A new course wants consent to treatment again, given after the one before was closed."
        reasons.append(Reason("new_consent_wanted", message, details))
    return tuple(reasons)


def new_photographs_wanted(before: CourseBefore, photographed_at: datetime | None) -> Reason | None:
    """What the first session after a full course wants of photographs; their absence can be explained instead.

    photographed_at: when the latest photograph was kept; None where there is none. A course that is not closed is
    refused for that.
    """
    if not before.is_full or before.closed_at is None or _is_since(before.closed_at, photographed_at):
        return None
    message = "A new course wants new photographs before its first session, or a reason for none."
    return Reason("new_photographs_wanted", message)


def _is_since(closed_at: datetime | None, at: datetime | None) -> bool:
    return closed_at is not None and at is not None and at >= closed_at


def new_course_wait(before: CourseBefore) -> Reason | None:
    """Until when a new course waits after a full one."""
    if before.new_from is None:
        return None
    message = (
        f"After {before.sessions_given} sessions a new course waits {before.weeks} weeks (clinic policy): "
        f"it can begin on {show_date(before.new_from)}."
    )
    return Reason("new_course_too_soon", message, {"ask_again_on": before.new_from.isoformat()})
