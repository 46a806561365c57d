"""Planning at the desk: a proposal from the file's diary, and what was shown is what is booked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from typing import TYPE_CHECKING

from microsclero.desk.sessions import PlannedSession, planned
from microsclero.errors import ConflictError, Reason, RefusedError, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.gate import Gate
    from microsclero.schedule import CoursePolicy, EarlierSession
    from microsclero.schedule import Proposal as Proposed
    from microsclero.store.diary import BookingRow, SessionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the patient and the practitioner would like, as typed."""

    sessions: int | None = None
    at: time | None = None
    days: frozenset[int] | None = None
    every_days: int | None = None
    avoid: tuple[tuple[date, date], ...] = ()
    injector: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A course as it stands or as it is proposed."""

    course: int | None
    patient_no: int
    sessions: tuple[PlannedSession, ...]
    new: tuple[PlannedSession, ...]
    response_on: date
    effect_by: date
    remarks: tuple[str, ...]
    booked: bool
    screenings: tuple[int, ...]
    as_seen: tuple[tuple[int, int], ...]

    def as_data(self) -> dict[str, object]:
        return {
            "course": self.course,
            "patient": self.patient_no,
            "sessions": [session.as_data() for session in self.sessions],
            "response_on": self.response_on.isoformat(),
            "effect_by": self.effect_by.isoformat(),
            "remarks": list(self.remarks),
            "booked": self.booked,
        }


def earlier_sessions(desk: Desk, patient_no: int, course: int | None) -> tuple[EarlierSession, ...]:
    """What counts for the gap: sessions given or planned, in this course, in others, and injections elsewhere."""
    from microsclero.desk.screening import injected_elsewhere_on
    from microsclero.schedule import EarlierSession
    from microsclero.store import diary

    rows = [
        EarlierSession(
            on=row.on,
            status="given" if row.status == "given" else "planned",
            number=row.number,
            this_course=row.course == course and course is not None,
        )
        for row in diary.sessions_of_patient(desk.store, patient_no)
        if row.kind == "session" and row.status in ("planned", "given")
    ]
    elsewhere = injected_elsewhere_on(desk, patient_no)
    if elsewhere:
        rows.append(EarlierSession(on=elsewhere, status="given", number=None, this_course=False))
    return tuple(rows)


def propose(desk: Desk, patient_no: int, wish: Wish, *, start: date | None, by: date | None = None) -> Plan:
    """A proposal through every gate; refused (4) with all reasons at once.

    With `by`, as many sessions as let the full effect show by that date.
    """
    from microsclero import content, schedule
    from microsclero.desk import backwards, diary_of
    from microsclero.desk.gate import plan_gate
    from microsclero.desk.patients import patient_of
    from microsclero.store import diary

    today = desk.today()
    patient = patient_of(desk, patient_no)
    if by is not None and by < today:
        raise UsageError("--by is in the past: give a day to come.", code="in_the_past", option="--by")
    if start is not None and start < today:
        raise UsageError("--start is in the past: give today or a later day.", code="in_the_past", option="--start")
    injector = desk.member(wish.injector, role="injector").initials if wish.injector else None
    policy = content.course()
    refuse_too_far(today, start, policy)
    gate = plan_gate(desk, patient_no)
    running = diary.running_course(desk.store, patient_no)
    course = running.course if running else None
    live = live_in(desk, course)
    request = schedule.PlanRequest(
        start=max(filter(None, (today, start, gate.not_before))),
        sessions=wish.sessions,
        at=wish.at,
        days=wish.days or frozenset(range(7)),
        every_days=wish.every_days or policy.minimum_days,
        avoid=wish.avoid,
        injector=injector,
        minutes=desk.clinic.session_minutes,
        patient_no=patient_no,
        born_on=patient.born_on,
    )
    reasons = list(gate.reasons)
    proposal: Proposed | None = None
    earlier = earlier_sessions(desk, patient_no, course)
    first, last = schedule.search_window(request, policy, earlier)
    book = diary_of.diary(desk, first, (last - first).days + policy.response_days)
    try:
        proposal = schedule.propose(request, policy, book, earlier)
        if by is not None:
            proposal = backwards.in_time(proposal, request, policy, book, earlier, by)
    except schedule.Refusal as refusal:
        reasons += refusal.reasons
    if reasons or proposal is None:
        raise RefusedError.for_reasons(reasons)
    new = tuple(
        PlannedSession(
            session=None,
            number=each.number,
            on=each.slot.on,
            starts=each.slot.starts,
            ends=each.slot.ends,
            injector=each.slot.injector,
            room=each.slot.room,
            status="planned",
            earliest_on=each.earliest_on,
            rolled=each.rolled,
            patient_no=patient_no,
        )
        for each in proposal.sessions
    )
    return Plan(
        course=course,
        patient_no=patient_no,
        sessions=(*map(planned, live), *new),
        new=new,
        response_on=proposal.response_on,
        effect_by=proposal.effect_by,
        remarks=(
            *gate.remarks,
            *proposal.notices,
            *(backwards.about_date(proposal, wish.every_days, policy, by) if by else ()),
        ),
        booked=False,
        screenings=gate.screenings,
        as_seen=tuple((row.session, row.version) for row in live),
    )


def book(desk: Desk, plan: Plan) -> Plan:
    """Book what was shown; if any of it has gone meanwhile, nothing is booked (5)."""
    from microsclero.desk import opening_of
    from microsclero.desk.gate import plan_gate
    from microsclero.store import diary
    from microsclero.store.diary import NewSession

    who = desk.writer()
    opening_of.keep_missing_holidays(desk, plan.new[-1].on)
    with desk.store.changing(who=who, command="plan"):
        running = diary.running_course(desk.store, plan.patient_no)
        desk = desk.reread()
        gate = plan_gate(desk, plan.patient_no)
        in_course = tuple((row.session, row.version) for row in live_in(desk, running.course if running else None))
        if in_course != plan.as_seen or gate.screenings != plan.screenings or _breaks(desk, plan, gate):
            raise ConflictError(
                f"The record of patient {plan.patient_no} changed meanwhile; nothing was booked. Plan again.",
                code="changed_meanwhile",
            )
        refuse_taken(desk, plan.new)
        course = running.course if running else diary.open_course(desk.store, plan.patient_no, desk.today())
        booked = diary.book_sessions(
            desk.store,
            patient_no=plan.patient_no,
            course=course,
            sessions=[
                NewSession(
                    on=session.on,
                    starts=session.starts,
                    ends=session.ends,
                    injector=session.injector,
                    room=session.room,
                    number=session.number,
                    earliest_on=session.earliest_on,
                )
                for session in plan.new
            ],
        )
    rows = {row.session: row for row in diary.sessions_of_course(desk.store, course)}
    kept = tuple(planned(rows[number]) for number, _ in plan.as_seen)
    new = tuple(
        planned(rows[number])._replace(rolled=shown.rolled) for number, shown in zip(booked, plan.new, strict=True)
    )
    return replace(plan, course=course, sessions=(*kept, *new), new=new, booked=True)


def refuse_too_far(today: date, day: date | None, policy: CoursePolicy) -> None:
    """The diary reaches as far as a place is looked for; beyond that a date is a slip of the keys."""
    from datetime import timedelta

    from microsclero.dates import show_date

    last = today + timedelta(days=policy.horizon_days)
    if day is not None and day > last:
        raise RefusedError(
            f"{show_date(day)} is too far ahead: the diary reaches to {show_date(last)}.", code="too_far_ahead"
        )


def _breaks(desk: Desk, plan: Plan, gate: Gate) -> bool:
    """Whether what was shown would now break a rule: gate, deferral, age, gap, the clock, rooms, who injects."""
    from microsclero import content
    from microsclero.desk import works_on
    from microsclero.desk.patients import patient_of
    from microsclero.schedule import ADULT, gap_problems
    from microsclero.store import clinic

    patient = patient_of(desk, plan.patient_no)
    earlier = earlier_sessions(desk, plan.patient_no, plan.course)
    dated = [("earlier", each.on) for each in earlier] + [("new", session.on) for session in plan.new]
    rooms = {room.name for room in clinic.rooms(desk.store, desk.today())}
    now = desk.now()
    injectors = {member.initials: member for member in desk.team if "injector" in member.roles}
    return bool(
        gate.reasons
        or (gate.not_before and plan.new[0].on < gate.not_before)
        or any(patient.age_on(session.on) < ADULT for session in plan.new)
        or any((session.on, session.starts) <= (now.date(), now.time()) for session in plan.new)
        or any((session.room in rooms) != bool(rooms) for session in plan.new)
        or len(gap_problems(dated, content.course())) > len(gap_problems(dated[: len(earlier)], content.course()))
        or any(
            session.injector not in injectors or not works_on(injectors[session.injector], session.on)
            for session in plan.new
        )
    )


def live_in(desk: Desk, course: int | None) -> tuple[SessionRow, ...]:
    """The planned and given sessions of a course, in their order."""
    from microsclero.store import diary

    if course is None:
        return ()
    rows = diary.sessions_of_course(desk.store, course)
    return tuple(sorted((row for row in rows if row.status in ("planned", "given")), key=lambda row: row.on))


def refuse_taken(desk: Desk, sessions: tuple[PlannedSession, ...], excluding: int | None = None) -> None:
    """ConflictError naming whatever stands in the way of any of these: bookings by number, hours that changed."""
    from microsclero.dates import show_date
    from microsclero.desk.opening_of import opening
    from microsclero.store import diary

    hours = opening(desk, min(session.on for session in sessions), 0 if len(sessions) == 1 else 800)
    reasons = [
        Reason("closed_meanwhile", f"{outside} Nothing was booked.", {"date": session.on.isoformat()})
        for session in sessions
        if (outside := hours.outside_hours(session.on, session.starts, session.minutes))
    ]
    reasons += [
        Reason(
            "slot_taken",
            f"{show_date(session.on)} {session.starts:%H:%M} is taken by {_what(desk, row)}; nothing was booked.",
            {
                "date": session.on.isoformat(),
                "start": f"{session.starts:%H:%M}",
                "blocked_by": row.session,
                "blocked_by_patient": row.patient_no,
            },
        )
        for session in sessions
        for row in diary.blocking(
            desk.store,
            on=session.on,
            starts=session.starts,
            ends=session.ends,
            injector=session.injector,
            room=session.room,
            patient_no=session.patient_no or 0,
            excluding=(excluding,) if excluding is not None else (),
        )
    ]
    if reasons:
        raise ConflictError.for_reasons(reasons)


def _what(desk: Desk, row: BookingRow) -> str:
    from microsclero.store import diary

    number = diary.session(desk.store, row.session).number
    return f"{f'session {number}' if number else 'a consultation'} of patient {row.patient_no} with {row.injector}"
