"""A consultation at the desk: a talk in the same diary, with no course, no number and no gap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from microsclero.desk.planning import Plan, refuse_changed, refuse_past, refuse_taken, refuse_too_far
from microsclero.desk.sessions import proposed
from microsclero.errors import RefusedError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.wishes import Wish


def propose(desk: Desk, patient_no: int, wish: Wish, *, start: date | None) -> Plan:
    """The first free time for a consultation; no screening opens it and none stands against it."""
    from microsclero import content, schedule
    from microsclero.dates import show_date
    from microsclero.desk import diary_of, events
    from microsclero.desk.patients import patient_of
    from microsclero.store import diary

    today = desk.today()
    patient_of(desk, patient_no)
    refuse_past(today, start, "--start")
    policy = content.course()
    refuse_too_far(today, start, policy)
    own_days = events.events_from(desk, patient_no, today)
    request = schedule.PlanRequest(
        start=start or today,
        sessions=1,
        at=wish.at,
        days=wish.days or schedule.EVERY_DAY,
        avoid=wish.avoid,
        events=own_days,
        injector=desk.member(wish.injector, role="injector").initials if wish.injector else None,
        minutes=desk.clinic.session_minutes,
        patient_no=patient_no,
    )
    first, last = schedule.search_window(request, policy, ())
    book = diary_of.diary(desk, first, (last - first).days)
    reasons = tuple(schedule.diary_reasons(request, book))
    if reasons:
        raise RefusedError.for_reasons(reasons)
    found = proposed(schedule.first_free(None, first, last, request, book), patient_no)
    others = tuple(
        f"Patient {patient_no} has a consultation on {show_date(row.on)} {row.starts:%H:%M} already."
        for row in diary.sessions_of_patient(desk.store, patient_no)
        if row.kind == "consultation" and row.status == "planned" and row.on >= today
    )
    return Plan(
        course=None,
        patient_no=patient_no,
        sessions=(found,),
        new=(found,),
        response_on=None,
        effect_by=None,
        remarks=others,
        own_days=own_days,
    )


def book(desk: Desk, plan: Plan) -> Plan:
    """Book what was shown; if it has gone meanwhile, nothing is booked (5)."""
    from microsclero.desk import events, opening_of
    from microsclero.desk.sessions import as_new, planned
    from microsclero.store import diary

    opening_of.keep_missing_holidays(desk, plan.new[-1].on)
    with desk.store.changing(who=desk.writer(), command="plan"):
        desk = desk.reread()
        refuse_changed(desk, plan, events.events_from(desk, plan.patient_no, desk.today()) == plan.own_days)
        refuse_taken(desk, plan.new)
        (number,) = diary.book_sessions(
            desk.store, patient_no=plan.patient_no, course=None, sessions=map(as_new, plan.new)
        )
        settle_missed(desk, plan.patient_no)
    booked = planned(diary.session(desk.store, number))._replace(rolled=plan.new[0].rolled)
    return replace(plan, sessions=(booked,), new=(booked,), booked=True)


def settle_missed(desk: Desk, patient_no: int) -> None:
    """A consultation that was missed or put off waits no more once any visit is booked after it; inside `changing()`.

    Else it would wait again when that visit is cancelled for good.
    """
    from microsclero.desk.changes import WAITS_FOR_A_DATE
    from microsclero.store import diary

    rows = diary.sessions_of_patient(desk.store, patient_no)
    newest = max((row.session for row in rows if row.status in ("planned", "given")), default=0)
    for row in rows:
        waits = row.status == "missed" or (row.status == "cancelled" and row.cancel_reason in WAITS_FOR_A_DATE)
        if row.kind == "consultation" and row.settled is None and waits and row.session < newest:
            diary.update_session(desk.store, row.session, {"settled": "rebooked"}, row.version)
