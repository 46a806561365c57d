"""Planning at the desk: a proposal from the file's diary, and what was shown is what is booked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from microsclero.desk.sessions import PlannedSession, as_new, planned, proposed
from microsclero.desk.wishes import NOTHING_WISHED, Wish
from microsclero.errors import ConflictError, Reason, RefusedError, UsageError

if TYPE_CHECKING:
    from microsclero.clashes import Event, Notice
    from microsclero.desk import Desk
    from microsclero.desk.backwards import ByDate
    from microsclero.desk.gate import Gate
    from microsclero.schedule import CoursePolicy, EarlierSession, PlanRequest
    from microsclero.schedule import Proposal as Proposed
    from microsclero.store.diary import BookingRow, SessionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A course as it stands or as it is proposed; a consultation has no course, no response and no effect.

    wish: how the patient likes to come, kept with the course; kept, own_days: what of it was known when this was shown.
    """

    course: int | None
    patient_no: int
    sessions: tuple[PlannedSession, ...]
    new: tuple[PlannedSession, ...]
    response_on: date | None
    effect_by: date | None
    remarks: tuple[str, ...]
    booked: bool = False
    screenings: tuple[int, ...] = ()
    as_seen: tuple[tuple[int, int], ...] = ()
    wish: Wish = NOTHING_WISHED
    kept: Wish = NOTHING_WISHED
    own_days: tuple[Event, ...] = ()
    notices: tuple[Notice, ...] = ()
    by: ByDate | None = None

    @property
    def is_consultation(self) -> bool:
        return self.effect_by is None

    def as_data(self) -> dict[str, object]:
        return {
            "course": self.course,
            "patient": self.patient_no,
            "sessions": [session.as_data() | {"rolled": list(session.rolled)} for session in self.sessions],
            "response_on": self.response_on.isoformat() if self.response_on else None,
            "effect_by": self.effect_by.isoformat() if self.effect_by else None,
            "remarks": [*self.remarks, *(notice.words() for notice in self.notices)],
            "by": self.by.as_data() if self.by else None,
            "booked": self.booked,
        }


def earlier_sessions(desk: Desk, patient_no: int, course: int | None) -> tuple[EarlierSession, ...]:
    """What counts for the gap: sessions given or planned, in this course, in others, and injections elsewhere."""
    from microsclero.desk.elsewhere import told_elsewhere
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
    elsewhere = (
        EarlierSession(on=each.on, status="given", this_course=False, is_denied=each.is_denied)
        for each in told_elsewhere(desk, patient_no)
    )
    return (*rows, *elsewhere)


def propose(desk: Desk, patient_no: int, wish: Wish, *, start: date | None, by: date | None = None) -> Plan:
    """A proposal through every gate; refused (4) with all reasons at once.

    With `by`, as many sessions as let the full effect show by that date.
    """
    from microsclero import content
    from microsclero.desk import backwards, elsewhere, events, next_course, wishes
    from microsclero.desk.gate import plan_gate
    from microsclero.desk.patients import patient_of
    from microsclero.schedule import PlanRequest, Refusal
    from microsclero.store import diary

    today = desk.today()
    patient = patient_of(desk, patient_no)
    refuse_past(today, by, "--by")
    refuse_past(today, start, "--start")
    policy = content.course()
    refuse_too_far(today, start, policy)
    refuse_too_far(today, by, policy)
    gate = plan_gate(desk, patient_no)
    running = diary.running_course(desk.store, patient_no)
    course = running.course if running else None
    live = live_in(desk, course)
    kept = wishes.wish_of(running)
    wish, about_wish = wishes.settled(desk, wish, kept)
    own_days = events.events_from(desk, patient_no, today)
    request = PlanRequest(
        start=max(filter(None, (today, start, gate.not_before))),
        sessions=wish.sessions,
        at=wish.at,
        days=wish.days or frozenset(range(7)),
        every_days=wish.every_days or policy.minimum_days,
        avoid=wish.avoid,
        events=own_days,
        injector=wish.injector,
        minutes=desk.clinic.session_minutes,
        patient_no=patient_no,
        born_on=patient.born_on,
    )
    try:
        proposal, seen = places(desk, request, policy, earlier_sessions(desk, patient_no, course), by)
    except Refusal as refusal:
        raise RefusedError.for_reasons((*gate.reasons, *refusal.reasons)) from None
    if gate.reasons:
        raise RefusedError.for_reasons(gate.reasons)
    new = tuple(proposed(each, patient_no) for each in proposal.sessions)
    sessions = (*map(planned, live), *new)
    return Plan(
        course=course,
        patient_no=patient_no,
        sessions=sessions,
        new=new,
        response_on=proposal.response_on,
        effect_by=proposal.effect_by,
        remarks=(
            *gate.remarks,
            *elsewhere.about_denied(desk, patient_no),
            *(wanted.message for wanted in next_course.photographs_wanted(desk, patient_no, today)),
            *about_wish,
            *(
                backwards.about_date(proposal, seen)
                if seen
                else backwards.about_events([each.on for each in sessions], own_days, policy)
            ),
        ),
        screenings=gate.screenings,
        as_seen=tuple((row.session, row.version) for row in live),
        wish=wish,
        kept=kept,
        own_days=own_days,
        notices=(
            *events.clashes(desk, patient_no, tuple(each for each in request.own_days if each.until_on >= today)),
            *proposal.notices,
        ),
        by=seen,
    )


def places(
    desk: Desk, request: PlanRequest, policy: CoursePolicy, earlier: tuple[EarlierSession, ...], by: date | None
) -> tuple[Proposed, ByDate | None]:
    """The sessions in the diary, and with `by` how they stand to that date; Refusal where there is no place."""
    from microsclero import schedule
    from microsclero.desk import backwards, diary_of

    first, last = schedule.search_window(request, policy, earlier)
    book = diary_of.diary(desk, first, (last - first).days + policy.response_days)
    proposal = schedule.propose(request, policy, book, earlier)
    if by is None:
        return proposal, None
    return backwards.Backwards(request, policy, book, earlier, by).in_time(proposal)


def book(desk: Desk, plan: Plan) -> Plan:
    """Book what was shown; if any of it has gone meanwhile, nothing is booked (5)."""
    from microsclero.desk import consulting, events, opening_of, wishes
    from microsclero.desk.gate import plan_gate
    from microsclero.desk.replanning import waiting
    from microsclero.store import diary

    who = desk.writer()
    opening_of.keep_missing_holidays(desk, plan.new[-1].on)
    with desk.store.changing(who=who, command="plan"):
        running = diary.running_course(desk.store, plan.patient_no)
        desk = desk.reread()
        gate = plan_gate(desk, plan.patient_no)
        in_course = tuple((row.session, row.version) for row in live_in(desk, running.course if running else None))
        own_days = events.events_from(desk, plan.patient_no, desk.today())
        now = (in_course, gate.screenings, wishes.wish_of(running), own_days)
        as_seen = now == (plan.as_seen, plan.screenings, plan.kept, plan.own_days)
        refuse_changed(desk, plan, as_seen and not _breaks(desk, plan, gate))
        refuse_taken(desk, plan.new)
        course = running.course if running else diary.open_course(desk.store, plan.patient_no, desk.today())
        booked = diary.book_sessions(
            desk.store,
            patient_no=plan.patient_no,
            course=course,
            sessions=map(as_new, plan.new),
        )
        # Each new date is the one a session that was missed or put off has waited for.
        for row, _ in zip(waiting(desk, course), booked, strict=False):
            diary.update_session(desk.store, row.session, {"settled": "rebooked"}, row.version)
        consulting.settle_missed(desk, plan.patient_no)
        wish = wishes.as_json(plan.wish)
        if wish != wishes.as_json(plan.kept):
            diary.set_wish(desk.store, course, wish or None)
    rows = {row.session: row for row in diary.sessions_of_course(desk.store, course)}
    kept = tuple(planned(rows[number]) for number, _ in plan.as_seen)
    new = tuple(
        planned(rows[number])._replace(rolled=shown.rolled) for number, shown in zip(booked, plan.new, strict=True)
    )
    return replace(plan, course=course, sessions=(*kept, *new), new=new, booked=True)


def refuse_past(today: date, day: date | None, option: str) -> None:
    if day is not None and day < today:
        raise UsageError(f"{option} is in the past: give today or a later day.", code="in_the_past", option=option)


def reach(today: date, policy: CoursePolicy) -> date:
    """The diary reaches as far as a place is looked for; beyond that a date is a slip of the keys."""
    from datetime import timedelta

    return today + timedelta(days=policy.horizon_days)


def refuse_too_far(today: date, day: date | None, policy: CoursePolicy) -> None:
    """Nothing is asked for beyond the diary's reach."""
    reasons = beyond_reach(today, policy, day)
    if reasons:
        raise RefusedError.for_reasons(reasons)


def beyond_reach(today: date, policy: CoursePolicy, *days: date | None) -> tuple[Reason, ...]:
    """Which of these days, where they were said, are too far ahead."""
    far = sorted({day for day in days if day is not None and day > reach(today, policy)})
    return tuple(too_far(today, day, policy) for day in far)


def too_far(today: date, day: date, policy: CoursePolicy) -> Reason:
    from microsclero.dates import show_date

    last = show_date(reach(today, policy))
    return Reason("too_far_ahead", f"{show_date(day)} is too far ahead: the diary reaches to {last}.")


def refuse_changed(desk: Desk, plan: Plan, as_seen: bool) -> None:
    """ConflictError where what was shown no longer stands: seen otherwise, or its hour, room or injector is gone."""
    from microsclero.desk import works_on
    from microsclero.store import clinic

    rooms = {room.name for room in clinic.rooms(desk.store, desk.today())}
    now = desk.now()
    injectors = {member.initials: member for member in desk.team if "injector" in member.roles}
    if (
        not as_seen
        or any((session.on, session.starts) <= (now.date(), now.time()) for session in plan.new)
        or any((session.room in rooms) != bool(rooms) for session in plan.new)
        or any(
            session.injector not in injectors or not works_on(injectors[session.injector], session.on)
            for session in plan.new
        )
    ):
        raise ConflictError(
            f"The record of patient {plan.patient_no} changed meanwhile; nothing was booked. Plan again.",
            code="changed_meanwhile",
        )


def _breaks(desk: Desk, plan: Plan, gate: Gate) -> bool:
    """Whether what was shown would now break a rule: gate, deferral, age, gap."""
    from microsclero import content
    from microsclero.desk.patients import patient_of
    from microsclero.schedule import ADULT, gap_problems

    patient = patient_of(desk, plan.patient_no)
    earlier = earlier_sessions(desk, plan.patient_no, plan.course)
    dated = [("earlier", each.on) for each in earlier] + [("new", session.on) for session in plan.new]
    return bool(
        gate.reasons
        or (gate.not_before and plan.new[0].on < gate.not_before)
        or any(patient.age_on(session.on) < ADULT for session in plan.new)
        or len(gap_problems(dated, content.course())) > len(gap_problems(dated[: len(earlier)], content.course()))
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
    from microsclero.desk import absences, diary_of
    from microsclero.desk.opening_of import opening

    hours = opening(desk, min(session.on for session in sessions), 0 if len(sessions) == 1 else 800)
    reasons = [
        Reason("closed_meanwhile", f"{outside} Nothing was booked.", {"date": session.on.isoformat()})
        for session in sessions
        if (outside := hours.outside_hours(session.on, session.starts, session.minutes))
    ]
    reasons += absences.against(desk, sessions)
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
        for row in diary_of.in_the_way(desk, session, excluding=() if excluding is None else (excluding,))
    ]
    if reasons:
        raise ConflictError.for_reasons(reasons)


def _what(desk: Desk, row: BookingRow) -> str:
    from microsclero.store import diary

    number = diary.session(desk.store, row.session).number
    return f"{f'session {number}' if number else 'a consultation'} of patient {row.patient_no} with {row.injector}"
