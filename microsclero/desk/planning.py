"""Planning at the desk: a proposal from the file's diary, and what was shown is what is booked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from typing import TYPE_CHECKING

from microsclero.errors import ConflictError, NotFoundError, Reason, RefusedError, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.diary import Slot
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
class PlannedSession:
    """One session as it is shown: booked (with an id) or only proposed (without)."""

    session: int | None
    number: int | None
    on: date
    starts: time
    ends: time
    injector: str
    room: str | None
    status: str
    earliest_on: date
    rolled: tuple[str, ...] = ()
    patient_no: int | None = None

    def as_data(self) -> dict[str, object]:
        return {
            "session": self.session,
            "number": self.number,
            "date": self.on.isoformat(),
            "start": self.starts.strftime("%H:%M"),
            "end": self.ends.strftime("%H:%M"),
            "injector": self.injector,
            "room": self.room,
            "status": self.status,
            "earliest_on": self.earliest_on.isoformat(),
        }


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
    screening: int | None
    as_seen: tuple[tuple[int, int], ...]

    def as_data(self) -> dict[str, object]:
        return {
            "course": self.course,
            "patient": self.patient_no,
            "sessions": [session.as_data() for session in (self.sessions if self.booked else self.new)],
            "response_on": self.response_on.isoformat(),
            "effect_by": self.effect_by.isoformat(),
            "remarks": list(self.remarks),
            "booked": self.booked,
        }


def planned(row: SessionRow) -> PlannedSession:
    """A session of the file as it is shown."""
    return PlannedSession(
        session=row.session,
        number=row.number,
        on=row.on,
        starts=row.starts,
        ends=row.ends,
        injector=row.injector,
        room=row.room,
        status=row.status,
        earliest_on=row.earliest_on or row.on,
        patient_no=row.patient_no,
    )


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


def propose(desk: Desk, patient_no: int, wish: Wish, *, start: date | None) -> Plan:
    """A proposal through every gate; refused (4) with all reasons at once."""
    from microsclero import content, schedule
    from microsclero.desk import diary_of
    from microsclero.desk.deciding import plan_gate
    from microsclero.desk.patients import patient_of
    from microsclero.store import diary

    today = desk.today()
    patient = patient_of(desk, patient_no)
    if start is not None and start < today:
        raise UsageError("--start is in the past: give today or a later day.", code="in_the_past", option="--start")
    injector = desk.member(wish.injector, role="injector").initials if wish.injector else None
    policy = content.course()
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
        remarks=(*gate.remarks, *proposal.notices),
        booked=False,
        screening=gate.screening,
        as_seen=tuple((row.session, row.version) for row in live),
    )


def book(desk: Desk, plan: Plan) -> Plan:
    """Book what was shown; if any of it has gone meanwhile, nothing is booked (5)."""
    from microsclero.desk import diary_of
    from microsclero.store import diary, screenings
    from microsclero.store.diary import NewSession

    who = desk.writer()
    diary_of.keep_missing_holidays(desk, plan.new[-1].on)
    with desk.store.changing(who=who, command="plan"):
        running = diary.running_course(desk.store, plan.patient_no)
        latest = screenings.latest_screening(desk.store, plan.patient_no, "intake")
        in_course = tuple((row.session, row.version) for row in live_in(desk, running.course if running else None))
        if in_course != plan.as_seen or (latest.screening if latest else None) != plan.screening:
            raise ConflictError(
                f"The record of patient {plan.patient_no} changed meanwhile; nothing was booked. Plan again.",
                code="changed_meanwhile",
            )
        _refuse_taken(desk, plan.new)
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
        replace(planned(rows[number]), rolled=shown.rolled) for number, shown in zip(booked, plan.new, strict=True)
    )
    return replace(plan, course=course, sessions=(*kept, *new), new=new, booked=True)


def live_in(desk: Desk, course: int | None) -> tuple[SessionRow, ...]:
    """The planned and given sessions of a course, in their order."""
    from microsclero.store import diary

    if course is None:
        return ()
    rows = diary.sessions_of_course(desk.store, course)
    return tuple(sorted((row for row in rows if row.status in ("planned", "given")), key=lambda row: row.on))


def _refuse_taken(desk: Desk, sessions: tuple[PlannedSession, ...], excluding: int | None = None) -> None:
    """ConflictError naming whatever stands in the way of any of these, by number."""
    from microsclero.dates import show_date
    from microsclero.store import diary

    reasons = [
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One session moved or cancelled: before, after, and the live course as it then stands."""

    kind: str
    course: int
    patient_no: int
    before: PlannedSession
    after: PlannedSession | None
    why: str
    version: int
    sessions: tuple[PlannedSession, ...]
    saved: bool = False
    neighbours: tuple[tuple[int, int], ...] = ()

    def as_data(self) -> dict[str, object]:
        return {
            "course": self.course,
            "changed": [
                {
                    "number": self.before.number,
                    "from": self.before.on.isoformat(),
                    "to": self.after.on.isoformat() if self.after else None,
                    "why": self.why,
                }
            ],
            "sessions": [session.as_data() for session in self.sessions],
        }


def _planned_session(desk: Desk, patient_no: int, number: int, verb: str) -> tuple[SessionRow, tuple[SessionRow, ...]]:
    """The session to change, and the live sessions of its course."""
    from microsclero.dates import show_date
    from microsclero.desk.patients import patient_of
    from microsclero.store import diary

    patient_of(desk, patient_no)
    running = diary.running_course(desk.store, patient_no)
    live = live_in(desk, running.course if running else None)
    for row in live:
        if row.number == number:
            if row.status == "given":
                raise RefusedError(
                    f"Session {number} of patient {patient_no} was given on {show_date(row.on)}; it can't be {verb}.",
                    code="already_given",
                )
            return row, live
    known = ", ".join(str(row.number) for row in live if row.status == "planned") or "none"
    raise NotFoundError(
        f"Patient {patient_no} has no planned session {number}; planned in the running course: {known}.",
        code="session_not_found",
    )


def propose_move(desk: Desk, patient_no: int, number: int, *, to: date, at: time | None) -> Change:
    """The session on its new day: closed or too soon is 4, taken is 5; it never blocks itself."""
    from microsclero import content
    from microsclero.dates import show_date
    from microsclero.desk import diary_of

    row, live = _planned_session(desk, patient_no, number, "moved")
    policy = content.course()
    reasons = _move_refusals(desk, row, live, to, policy)
    book = diary_of.diary(desk, to, 0)
    closed = book.closed_why(to)
    slot: Slot | None = None
    if closed:
        reasons.append(
            Reason(
                "closed",
                f"{show_date(to)}: {closed}. Choose an open day; microsclero agenda shows them.",
                {"date": to.isoformat()},
            )
        )
    else:
        slot, why_not = diary_of.slot_for_move(book, row, to, at)
        reasons += why_not
    if reasons:
        raise RefusedError.for_reasons(reasons)
    if slot is None:
        where = f"{show_date(to)} {at:%H:%M}" if at else f"{show_date(to)}"
        blockers = diary_of.blockers_for_move(book, row, to, at)
        named = (
            ", ".join(f"session {each.session_id} of patient {each.patient_no}" for each in blockers)
            or "other sessions"
        )
        raise ConflictError(
            f"{where} is taken by {named}; nothing was moved.",
            code="slot_taken",
            date=to.isoformat(),
            blocked_by=[each.session_id for each in blockers],
        )
    before = planned(row)
    after = replace(before, on=slot.on, starts=slot.starts, ends=slot.ends, injector=slot.injector, room=slot.room)
    return Change(
        kind="move",
        course=int(row.course or 0),
        patient_no=patient_no,
        before=before,
        after=after,
        why=f"moved by request to {slot.starts:%H:%M}",
        version=row.version,
        sessions=tuple(after if each.session == row.session else planned(each) for each in live),
        neighbours=tuple((each.session, each.version) for each in live if each.session != row.session),
    )


def _move_refusals(
    desk: Desk, row: SessionRow, live: tuple[SessionRow, ...], to: date, policy: CoursePolicy
) -> list[Reason]:
    from microsclero import schedule
    from microsclero.dates import age_on, birthday, show_date
    from microsclero.desk.patients import patient_of
    from microsclero.desk.screening import injected_elsewhere_on
    from microsclero.store import diary

    reasons = []
    if to < desk.today():
        reasons.append(Reason("too_soon", f"{show_date(to)} is in the past.", {"date": to.isoformat()}))
    born_on = patient_of(desk, row.patient_no).born_on
    if age_on(born_on, to) < 18:
        reasons.append(
            Reason(
                "under_age",
                f"The patient is 18 on {show_date(birthday(born_on, 18))}, not before.",
                {"date": to.isoformat()},
            )
        )
    dated = [(f"session {each.number}", each.on) for each in live if each.session != row.session]
    dated += [
        (f"session {each.number} of course {each.course}", each.on)
        for each in diary.sessions_of_patient(desk.store, row.patient_no)
        if each.course != row.course and each.kind == "session" and each.status in ("planned", "given")
    ]
    elsewhere = injected_elsewhere_on(desk, row.patient_no)
    if elsewhere:
        dated.append(("injections elsewhere", elsewhere))
    before = {reason.message for reason in schedule.gap_problems(dated, policy)}
    after = schedule.gap_problems([*dated, (f"session {row.number}", to)], policy)
    reasons += [reason for reason in after if reason.message not in before]
    reasons += _out_of_order(row, live, to)
    return reasons


def _out_of_order(row: SessionRow, live: tuple[SessionRow, ...], to: date) -> list[Reason]:
    """Sessions keep their order: session 2 can't jump over session 3."""
    from microsclero.dates import show_date

    return [
        Reason(
            "out_of_order",
            f"Session {row.number} can't move past session {each.number} on {show_date(each.on)}; move that one first.",
            {"session": each.number},
        )
        for each in live
        if each.session != row.session and (each.on - row.on).days * (each.on - to).days < 0
    ]


def propose_cancel(desk: Desk, patient_no: int, number: int, *, reason: str) -> Change:
    """The session taken out; it no longer counts among the four."""
    row, live = _planned_session(desk, patient_no, number, "cancelled")
    before = planned(row)
    left = [planned(each) for each in live if each.session != row.session]
    return Change(
        kind="cancel",
        course=int(row.course or 0),
        patient_no=patient_no,
        before=before,
        after=None,
        why=reason,
        version=row.version,
        sessions=tuple(replace(each, number=place) for place, each in enumerate(left, 1)),
    )


def save_change(desk: Desk, change: Change) -> Change:
    """Save what was shown, in one transaction; taken or changed meanwhile is 5."""
    from microsclero.store import diary

    with desk.store.changing(who=desk.writer(), command=change.kind):
        _refuse_changed(desk, change)
        if change.after is not None:
            _refuse_taken(desk, (change.after,), excluding=change.before.session)
            after = change.after
            diary.update_session(
                desk.store,
                int(change.before.session or 0),
                {
                    "on": after.on,
                    "starts": after.starts,
                    "ends": after.ends,
                    "injector": after.injector,
                    "room": after.room,
                    "is_hand_set": True,
                },
                change.version,
            )
        else:
            diary.update_session(
                desk.store,
                int(change.before.session or 0),
                {"status": "cancelled", "cancel_reason": change.why},
                change.version,
            )
            for session in change.sessions:
                row = diary.session(desk.store, int(session.session or 0))
                if row.number != session.number:
                    diary.update_session(desk.store, row.session, {"number": session.number}, row.version)
    return replace(change, sessions=tuple(map(planned, live_in(desk, change.course))), saved=True)


def _refuse_changed(desk: Desk, change: Change) -> None:
    """What was looked at while proposing must still be so."""
    from microsclero.store import diary

    for session, version in ((int(change.before.session or 0), change.version), *change.neighbours):
        if diary.session(desk.store, session).version != version:
            raise ConflictError(
                f"The course of patient {change.patient_no} changed meanwhile; nothing was saved. Look again and repeat.",
                code="changed_meanwhile",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaDay:
    """One day of the diary."""

    on: date
    open: tuple[str, ...]
    closed: str | None
    sessions: tuple[PlannedSession, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "date": self.on.isoformat(),
            "open": list(self.open),
            "closed": self.closed,
            "sessions": [session.as_data() | {"patient": session.patient_no} for session in self.sessions],
        }


def names_of(desk: Desk, numbers: set[int]) -> dict[int, str]:
    """Full names by number, for lists on the screen."""
    from microsclero.store import patients

    found = patients.names(desk.store, numbers)
    return {number: f"{given} {family}".strip() for number, (given, family) in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """Days of the diary, with the names a screen shows."""

    days: tuple[AgendaDay, ...]
    names: dict[int, str]

    def as_data(self) -> dict[str, object]:
        return {"days": [day.as_data() for day in self.days]}


def agenda(desk: Desk, first: date | None, days: int) -> Agenda:
    """The diary from a day on; a session on a day that closed since stays in sight."""
    from datetime import timedelta

    from microsclero.desk import diary_of
    from microsclero.store import diary

    start = first or desk.today()
    last = start + timedelta(days=days - 1)
    book = diary_of.diary(desk, start, days, bookings=False, trim_today=False)
    by_day: dict[date, list[SessionRow]] = {}
    for row in diary.live_sessions(desk.store, start, last):
        by_day.setdefault(row.on, []).append(row)
    names = names_of(desk, {row.patient_no for rows in by_day.values() for row in rows})
    return Agenda(
        days=tuple(
            AgendaDay(
                on=day,
                open=tuple(f"{period.starts:%H:%M}-{period.ends:%H:%M}" for period in book.open_periods(day)),
                closed=book.closed_why(day),
                sessions=tuple(map(planned, by_day.get(day, ()))),
            )
            for day in (start + timedelta(days=offset) for offset in range(days))
        ),
        names=names,
    )
