"""One session moved or cancelled at the desk: proposed with every refusal, then saved as it was shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from typing import TYPE_CHECKING

from microsclero.desk.planning import live_in, refuse_too_far
from microsclero.desk.sessions import PlannedSession, planned
from microsclero.errors import ConflictError, NotFoundError, Reason, RefusedError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.diary import Slot
    from microsclero.schedule import CoursePolicy
    from microsclero.store.diary import SessionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One session moved or cancelled: before, after, and the live course as it then stands."""

    kind: str
    course: int
    patient_no: int
    before: PlannedSession
    after: PlannedSession | None
    why: str
    sessions: tuple[PlannedSession, ...]
    as_seen: tuple[tuple[int, int], ...]
    saved: bool = False

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
    refuse_too_far(desk.today(), to, policy)
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
    after = before._replace(on=slot.on, starts=slot.starts, ends=slot.ends, injector=slot.injector, room=slot.room)
    return Change(
        kind="move",
        course=int(row.course or 0),
        patient_no=patient_no,
        before=before,
        after=after,
        why=f"moved by request to {slot.starts:%H:%M}",
        sessions=tuple(after if each.session == row.session else planned(each) for each in live),
        as_seen=tuple((each.session, each.version) for each in live),
    )


def _move_refusals(
    desk: Desk, row: SessionRow, live: tuple[SessionRow, ...], to: date, policy: CoursePolicy
) -> list[Reason]:
    from microsclero import schedule
    from microsclero.dates import age_on, birthday, show_date
    from microsclero.desk.gate import against_moving, plan_gate
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
    gate = plan_gate(desk, row.patient_no)
    reasons += against_moving(gate, later=to > row.on)
    not_before = gate.not_before
    if not_before and to < not_before:
        reasons.append(
            Reason(
                "deferred",
                f"A deferral of patient {row.patient_no} lasts until {show_date(not_before)}; choose a day from then.",
                {"not_before": not_before.isoformat()},
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
    reasons += [_which_first(reason, row) for reason in after if reason.message not in before]
    reasons += _out_of_order(row, live, to)
    return reasons


def _which_first(reason: Reason, row: SessionRow) -> Reason:
    """Where a later session is in the way, say that it moves first."""
    own = f"session {row.number} on"
    if reason.message.lower().startswith(own):
        return reason
    return reason._replace(message=f"{reason.message} Move that session first.")


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
        sessions=tuple(each._replace(number=place) for place, each in enumerate(left, 1)),
        as_seen=tuple((each.session, each.version) for each in live),
    )


def save_change(desk: Desk, change: Change) -> Change:
    """Save what was shown, in one transaction; taken or changed meanwhile is 5, and nothing is saved."""
    from microsclero.store import diary

    with desk.store.changing(who=desk.writer(), command=change.kind):
        _refuse_changed(desk.reread(), change)
        versions = dict(change.as_seen)
        own = int(change.before.session or 0)
        if change.after is not None:
            after = change.after
            details: dict[str, object] = {"on": after.on, "starts": after.starts, "ends": after.ends}
            details |= {"injector": after.injector, "room": after.room, "is_hand_set": True}
            diary.update_session(desk.store, own, details, versions[own])
        else:
            diary.update_session(desk.store, own, {"status": "cancelled", "cancel_reason": change.why}, versions[own])
            for session in change.sessions:
                number = int(session.session or 0)
                if diary.session(desk.store, number).number != session.number:
                    diary.update_session(desk.store, number, {"number": session.number}, versions[number])
    return replace(change, sessions=tuple(map(planned, live_in(desk, change.course))), saved=True)


def _refuse_changed(desk: Desk, change: Change) -> None:
    """The same proposal, made again under the lock, must come to what was shown."""
    meanwhile = f"The course of patient {change.patient_no} changed meanwhile; nothing was saved. Look again."
    try:
        if change.after is None:
            again = propose_cancel(desk, change.patient_no, int(change.before.number or 0), reason=change.why)
        else:
            again = propose_move(
                desk,
                change.patient_no,
                int(change.before.number or 0),
                to=change.after.on,
                at=change.after.starts,
            )
    except (RefusedError, NotFoundError) as refusal:
        raise ConflictError.for_reasons(refusal.reasons) from None
    if (again.as_seen, again.before, again.after) != (change.as_seen, change.before, change.after):
        raise ConflictError(meanwhile, code="changed_meanwhile")
