"""One session double-booked on purpose at the desk: the same gates and the same gap, whatever else is booked then."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from microsclero.desk.planning import Plan, earlier_sessions, live_in, refuse_past, refuse_too_far
from microsclero.desk.sessions import planned, proposed
from microsclero.errors import Reason, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microsclero.desk import Desk
    from microsclero.desk.gate import Gate
    from microsclero.desk.wishes import Wish
    from microsclero.double_booking import OnPurpose
    from microsclero.schedule import CoursePolicy, EarlierSession


def propose(desk: Desk, patient_no: int, wish: Wish, *, start: date, reason: str) -> Plan:
    """The next session on exactly that day at exactly that time (`wish.at`); refused (4) with all reasons at once.

    It passes over whoever is booked with the injector or in the room; never over a gate, the gap, the cap, the hours
    or another booking of the same patient. What was wished for one session is no lasting wish.
    """
    from datetime import timedelta

    from microsclero import content, schedule
    from microsclero.clashes import Dated, notices
    from microsclero.desk import diary_of, events, wishes
    from microsclero.desk.gate import plan_gate
    from microsclero.desk.patients import patient_of
    from microsclero.double_booking import slot_on_purpose
    from microsclero.schedule import ProposedSession
    from microsclero.store import diary

    if wish.at is None:
        raise ValueError("A session that is double-booked has a time.")
    today, policy = desk.today(), content.course()
    patient = patient_of(desk, patient_no)
    refuse_past(today, start, "--start")
    refuse_too_far(today, start, policy)
    injector = desk.member(wish.injector, role="injector").initials if wish.injector else None
    gate = plan_gate(desk, patient_no)
    running = diary.running_course(desk.store, patient_no)
    live = live_in(desk, running.course if running else None)
    earlier = earlier_sessions(desk, patient_no, running.course if running else None)
    request = schedule.PlanRequest(start=start, sessions=1)
    book = diary_of.diary(desk, start, policy.horizon_days)
    found = slot_on_purpose(
        book, start, wish.at, minutes=desk.clinic.session_minutes, patient_no=patient_no, injector=injector
    )
    reasons = [
        *gate.reasons,
        *schedule.course_reasons(request, policy, earlier),
        *_against_the_day(start, gate, earlier, policy),
        *schedule.age_reasons(f"Session {len(live) + 1}", start, patient.born_on),
        *found.reasons,
    ]
    if reasons or found.slot is None:
        raise RefusedError.for_reasons(reasons)
    (number,) = schedule.numbers(request, policy, earlier)
    new = proposed(ProposedSession(number=number, earliest_on=start, slot=found.slot), patient_no)._replace(
        override_reason=reason if found.beside else None
    )
    own_days = events.events_from(desk, patient_no, today)
    kept = wishes.wish_of(running)
    effect_by = start + timedelta(days=policy.response_days)
    return Plan(
        course=running.course if running else None,
        patient_no=patient_no,
        sessions=(*map(planned, live), new),
        new=(new,),
        response_on=schedule.first_open(effect_by, policy, book),
        effect_by=effect_by,
        remarks=(
            *gate.remarks,
            *_what_is_shared(found),
        ),
        screenings=gate.screenings,
        as_seen=tuple((row.session, row.version) for row in live),
        wish=kept,
        kept=kept,
        own_days=own_days,
        notices=(
            *events.clashes(desk, patient_no, own_days),
            *notices([Dated(number, start)], own_days, policy),
        ),
    )


def _against_the_day(
    start: date, gate: Gate, earlier: tuple[EarlierSession, ...], policy: CoursePolicy
) -> Iterator[Reason]:
    """What the gap and a deferral say against exactly this day; a session that is added comes after all others."""
    from microsclero.dates import show_date
    from microsclero.schedule import earliest_next, gap_problems

    if gate.not_before and start < gate.not_before:
        words = f"{gate.why_wait}; choose a day from then."
        yield Reason("deferred", words, {"not_before": gate.not_before.isoformat()})
    if not earlier:
        return
    last = max(earlier, key=lambda one: one.on)
    label = f"session {last.number}" if last.this_course and last.number else "the injection before it"
    if last.is_denied:
        label = "injections elsewhere, denied since (ask which is right),"
    if start >= last.on:
        yield from gap_problems([(label, last.on), ("the new session", start)], policy)
    else:
        after = show_date(earliest_next(last.on, policy))
        words = f"{label[:1].upper()}{label[1:]} is on {show_date(last.on)}; plan adds sessions after it, from {after}."
        yield Reason("out_of_order", words, {"date": last.on.isoformat()})


def _what_is_shared(found: OnPurpose) -> tuple[str, ...]:
    from microsclero.double_booking import beside_words

    if found.slot is None or not found.beside:
        return ("That time is free: nothing is double-booked, so the reason is not kept.",)
    return beside_words(found.slot, found.beside)
