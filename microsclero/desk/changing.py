"""A session cancelled or missed at the desk; and how every change is saved: as it was shown, or not at all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from microsclero.desk.changes import WAITS_FOR_A_DATE, Change, Step, renumbered, write
from microsclero.desk.planning import live_in
from microsclero.desk.sessions import planned
from microsclero.errors import ConflictError, NotFoundError, Reason, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from microsclero.desk import Desk
    from microsclero.store.diary import SessionRow

# What is typed once a consultation has begun.
SAY = "microsclero missed {} --consultation (--came if they came)"


class Wanted(NamedTuple):
    """The session to change, and what stands around it: the live sessions of its course, itself among them."""

    row: SessionRow
    live: tuple[SessionRow, ...]

    @property
    def label(self) -> str:
        return f"session {self.row.number}" if self.row.number else "the consultation"

    @property
    def before(self) -> tuple[SessionRow, ...]:
        return self.live[: self.live.index(self.row)]

    @property
    def later(self) -> tuple[SessionRow, ...]:
        return self.live[self.live.index(self.row) + 1 :]

    @property
    def following(self) -> tuple[SessionRow, ...]:
        """The later ones that can still move."""
        return tuple(row for row in self.later if row.status == "planned")

    @property
    def as_seen(self) -> tuple[tuple[int, int], ...]:
        return tuple((row.session, row.version) for row in self.live)


def wanted(desk: Desk, patient_no: int, number: int | None, verb: str) -> Wanted:
    """The planned session with this number in the running course; without a number the next consultation to come."""
    from microsclero.dates import show_date
    from microsclero.desk.patients import patient_of
    from microsclero.store import diary

    patient_of(desk, patient_no)
    if number is None:
        begun, to_come = _consultations(desk, patient_no)
        if not to_come:
            words = f"Patient {patient_no} has no consultation to come."
            if begun:
                words += f" About that of {show_date(begun[-1].on)}: {SAY.format(patient_no)}"
            raise NotFoundError(words, code="session_not_found")
        return Wanted(to_come[0], to_come[:1])
    running = diary.running_course(desk.store, patient_no)
    live = live_in(desk, running.course if running else None)
    for row in live:
        if row.number == number:
            if row.status == "given":
                raise RefusedError(
                    f"Session {number} of patient {patient_no} was given on {show_date(row.on)}; it can't be {verb}.",
                    code="already_given",
                )
            return Wanted(row, live)
    known = ", ".join(str(row.number) for row in live if row.status == "planned") or "none"
    raise NotFoundError(
        f"Patient {patient_no} has no planned session {number}; planned in the running course: {known}.",
        code="session_not_found",
    )


def propose_cancel(desk: Desk, patient_no: int, number: int | None, *, reason: str) -> Change:
    """The session taken out; it no longer counts among the four, and those after it stay where they are."""
    it = wanted(desk, patient_no, number, "cancelled")
    again = partial(propose_cancel, patient_no=patient_no, number=number, reason=reason)
    waits = reason in WAITS_FOR_A_DATE and not _is_replaced(desk, it.row)
    return _taken_out("cancel", it, reason, again, waits=waits)


def propose_missed(desk: Desk, patient_no: int, number: int | None) -> Change:
    """Nobody came: known once the session's start has passed, and refused (4) before."""
    it = _begun(desk, patient_no, number, "has missed it")
    again = partial(propose_missed, patient_no=patient_no, number=number)
    return _taken_out("missed", it, "missed", again, waits=not _is_replaced(desk, it.row))


def propose_held(desk: Desk, patient_no: int) -> Change:
    """They came to the consultation; it counts for no course and no gap. Refused (4) before it begins."""
    it = _begun(desk, patient_no, None, "has come to it")
    before = planned(it.row)
    after = before._replace(status="given")
    return Change(
        kind="missed",
        patient_no=patient_no,
        course=None,
        steps=(Step(before=before, after=after, why="took_place", by_hand=it.row.is_hand_set),),
        sessions=(after,),
        as_seen=it.as_seen,
        again=partial(propose_held, patient_no=patient_no),
    )


def _begun(desk: Desk, patient_no: int, number: int | None, what: str) -> Wanted:
    """The session, or the latest consultation that nobody has settled; refused (4) before its start has passed."""
    from microsclero.dates import show_date

    begun, _ = _consultations(desk, patient_no) if number is None else ((), ())
    it = Wanted(begun[-1], begun[-1:]) if begun else wanted(desk, patient_no, number, "marked as missed")
    if not _has_begun(desk, it.row):
        raise RefusedError(
            f"{it.label.capitalize()} of patient {patient_no} only begins on {show_date(it.row.on)} at "
            f"{it.row.starts:%H:%M}, so nobody {what}; to take it out, cancel it.",
            code="not_begun",
            date=it.row.on.isoformat(),
            start=f"{it.row.starts:%H:%M}",
        )
    return it


def _consultations(desk: Desk, patient_no: int) -> tuple[tuple[SessionRow, ...], tuple[SessionRow, ...]]:
    """The planned consultations that have begun, and those to come, each by date."""
    from microsclero.store import diary

    rows = diary.sessions_of_patient(desk.store, patient_no)
    talks = [row for row in rows if row.kind == "consultation" and row.status == "planned"]
    begun = tuple(row for row in talks if _has_begun(desk, row))
    return begun, tuple(talks[len(begun) :])


def _is_replaced(desk: Desk, row: SessionRow) -> bool:
    """Whether any visit was booked after this consultation: then nobody waits for another."""
    from microsclero.store import diary

    visits = diary.sessions_of_patient(desk.store, row.patient_no)
    return row.number is None and any(
        each.session > row.session and each.status in ("planned", "given") for each in visits
    )


def _has_begun(desk: Desk, row: SessionRow) -> bool:
    now = desk.now()
    return (row.on, row.starts) <= (now.date(), now.time())


def _taken_out(kind: str, it: Wanted, why: str, again: Callable[[Desk], Change], *, waits: bool) -> Change:
    """One session gone; the later ones keep their dates and count one less."""
    row = it.row
    left = [each for each in it.live if each is not row]
    numbered = [(each, place) if row.number else (each, None) for place, each in enumerate(left, 1)]
    fewer = [renumbered(each, place) for each, place in numbered if each.number != place]
    again_with = f"rebook {row.patient_no}" if row.number else f"plan {row.patient_no} --consultation"
    return Change(
        kind=kind,
        patient_no=row.patient_no,
        course=row.course,
        steps=(Step(before=planned(row), after=None, why=why), *fewer),
        sessions=tuple(planned(each)._replace(number=place) for each, place in numbered),
        as_seen=it.as_seen,
        remarks=(f"It waits for a new date: microsclero {again_with}",) if waits else (),
        again=again,
    )


def save_change(desk: Desk, change: Change) -> Change:
    """Save what was shown, in one transaction; taken or changed meanwhile is 5, and nothing is saved."""
    from microsclero.desk import opening_of

    days = [step.after.on for step in change.steps if step.after]
    opening_of.keep_missing_holidays(desk, max(days, default=desk.today()))
    with desk.store.changing(who=desk.writer(), command=change.kind):
        desk = desk.reread()
        _refuse_changed(desk, change)
        return write(desk, change)


def _refuse_changed(desk: Desk, change: Change) -> None:
    """The same proposal, made again under the lock, must come to what was shown."""
    try:
        again = change.again(desk)
    except (RefusedError, NotFoundError) as refusal:
        raise ConflictError.for_reasons(refusal.reasons) from None
    if again != change:
        raise ConflictError.for_reasons(changed_meanwhile(desk, change))


def changed_meanwhile(desk: Desk, *changes: Change) -> tuple[Reason, ...]:
    """What took the places that were shown; where nothing did, that the record is no longer as it was seen."""
    from microsclero.dates import show_date
    from microsclero.store import diary

    own = [step.before.session or 0 for change in changes for step in change.steps]
    taken = tuple(
        Reason(
            "slot_taken",
            f"{show_date(after.on)} {after.starts:%H:%M} is taken by session {row.session} of patient "
            f"{row.patient_no}; nothing was saved. Look again.",
            {"date": after.on.isoformat(), "start": f"{after.starts:%H:%M}", "blocked_by": row.session},
        )
        for change in changes
        for after in [step.after for step in change.steps if step.after and step.why]
        for row in diary.blocking(
            desk.store,
            on=after.on,
            starts=after.starts,
            ends=after.ends,
            injector=after.injector,
            room=after.room,
            patient_no=change.patient_no,
            excluding=own,
            override=after.override_reason is not None,
        )
    )
    numbers = ", ".join(str(number) for number in dict.fromkeys(change.patient_no for change in changes))
    words = f"The course of patient {numbers} or the diary changed meanwhile; nothing was saved. Look again."
    return taken or (Reason("changed_meanwhile", words, {}),)
