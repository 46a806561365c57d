"""Builders for courses that are planned anew, shared by the tests of replanning."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from microsclero.diary import Diary, Slot
from microsclero.replanning import Before, Booked, PutIn, Replanned, Terms, put_in, replan
from microsclero.schedule import EarlierSession, PlanRequest

from .diaries import clinic
from .plans import POLICY

PATIENT = 7
# Four Tuesdays, 28 days apart.
FIRST, SECOND, THIRD, FOURTH = date(2027, 1, 12), date(2027, 2, 9), date(2027, 3, 9), date(2027, 4, 6)
TODAY = date(2027, 1, 4)


def slot(on: date, starts: str = "09:00", minutes: int = 30, injector: str = "MS") -> Slot:
    at = time.fromisoformat(starts)
    ends = (datetime.combine(on, at) + timedelta(minutes=minutes)).time()
    return Slot(on=on, starts=at, ends=ends, injector=injector)


def session(
    number: int | None,
    on: date,
    starts: str = "09:00",
    *,
    by_hand: bool = False,
    given: bool = False,
    minutes: int = 30,
) -> Booked:
    return Booked(
        session_id=100 + (number or 0),
        number=number,
        slot=slot(on, starts, minutes),
        is_hand_set=by_hand,
        is_given=given,
    )


def terms(
    diary: Diary | None = None,
    *,
    others: tuple[EarlierSession, ...] = (),
    last_day: date = date(2028, 12, 31),
    **wished: object,
) -> Terms:
    """No wishes but those named, on a Monday in January."""
    request = replace(PlanRequest(start=TODAY, patient_no=PATIENT), **wished)  # type: ignore[arg-type]
    return Terms(request=request, policy=POLICY, diary=diary or clinic(), last_day=last_day, others=others)


def after(number: int, on: date) -> Before:
    return Before(f"session {number}", on)


def replanned(later: list[Booked], by: Terms | None = None, *, after: Before | None) -> Replanned:
    return replan(later, by or terms(), after=after)


def again(missed: Booked, live: list[Booked], by: Terms | None = None) -> PutIn:
    by = by or terms()
    return put_in(missed, live, by, later_terms=by)


def moves(result: Replanned) -> list[tuple[int | None, date, str, str]]:
    """Each session that moves: its number, the new day and time, and why."""
    return [(one.session.number, one.slot.on, f"{one.slot.starts:%H:%M}", one.why) for one in result.moved]


def kept(result: Replanned) -> list[int | None]:
    return [one.number for one in result.kept_by_hand]
