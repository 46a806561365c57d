"""Builders for plans, shared by the tests of the schedule."""

from __future__ import annotations

from datetime import date

import pytest

from microsclero.diary import Diary
from microsclero.schedule import CoursePolicy, EarlierSession, PlanRequest, Proposal, Refusal, propose

from .diaries import FRIDAY, clinic

POLICY = CoursePolicy()


def plan(
    request: PlanRequest | None = None, diary: Diary | None = None, earlier: tuple[EarlierSession, ...] = ()
) -> Proposal:
    return propose(request or PlanRequest(start=FRIDAY), POLICY, diary or clinic(), earlier)


def days_of(proposal: Proposal) -> list[date]:
    return [session.slot.on for session in proposal.sessions]


def refused(
    request: PlanRequest, diary: Diary | None = None, earlier: tuple[EarlierSession, ...] = ()
) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as refusal:
        plan(request, diary, earlier)
    assert refusal.value.exit_code == 4
    return [(reason.code, reason.message) for reason in refusal.value.reasons]


def given(on: date, number: int | None = None, *, this_course: bool = True) -> EarlierSession:
    return EarlierSession(on=on, status="given", number=number, this_course=this_course)


def planned(on: date, number: int | None = None, *, this_course: bool = True) -> EarlierSession:
    return EarlierSession(on=on, status="planned", number=number, this_course=this_course)
