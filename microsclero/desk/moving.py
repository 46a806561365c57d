"""A session moved at the desk: every reason against the new day, the place on it, and the later sessions after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, time
from functools import partial
from typing import TYPE_CHECKING

from microsclero.desk.changes import Change, Step, at_slot
from microsclero.desk.changing import Wanted, wanted
from microsclero.desk.replanning import book_from, booked, clashes
from microsclero.desk.sessions import planned
from microsclero.errors import ConflictError, Reason, RefusedError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.replanning import Book
    from microsclero.diary import Booking, Slot


def propose_move(
    desk: Desk, patient_no: int, number: int | None, *, to: date, at: time | None, override: str | None = None
) -> Change:
    """The session on its new day, and the later ones after it: closed or too soon is 4, taken is 5.

    It never blocks itself, nor do those that follow it. override: double-booked at `at` on purpose, with this reason.
    """
    from microsclero.desk.first_move import first_time
    from microsclero.desk.move_rules import rules_for
    from microsclero.schedule import Refusal

    it = _movable(desk, patient_no, number)
    rules = rules_for(desk, it)
    book = book_from(desk, to, 0).without((it.row, *it.following))
    slot, why_not = _slot(book, it, to, at, override)
    reasons = (*rules.against(to), *why_not)
    if reasons:
        raise RefusedError.for_reasons((*reasons, first_time(desk, rules, reasons, to, at)))
    if slot is None:
        taken = _taken(book, it, to, at)
        raise ConflictError.for_reasons((taken, first_time(desk, rules, [taken], to, at)))
    try:
        followed = rules.followed(desk, to)
    except Refusal as refusal:
        raise RefusedError.for_reasons((*refusal.reasons, first_time(desk, rules, refusal.reasons, to, at))) from None
    shared = book.diary.blockers(slot, patient_no=patient_no) if override is not None else ()
    before = planned(it.row)
    after = at_slot(before, slot)._replace(override_reason=override if shared else None)
    moved = Step(before=before, after=after, why=_by_request(book, it, slot, at), by_hand=True)
    steps = (moved, *followed.steps)
    changed = {step.before.session: step.after for step in steps}
    return Change(
        kind="move",
        patient_no=patient_no,
        course=it.row.course,
        steps=steps,
        sessions=tuple(changed.get(row.session) or planned(row) for row in it.live),
        as_seen=it.as_seen,
        remarks=(*_about_override(override, slot, shared), *followed.remarks),
        notices=clashes(desk, patient_no, steps),
        again=partial(propose_move, patient_no=patient_no, number=number, to=to, at=at, override=override),
    )


def _movable(desk: Desk, patient_no: int, number: int | None) -> Wanted:
    """The session that is to move; one that was given is refused (4), as every move is, with its first time."""
    from microsclero.desk.first_date import none_known

    try:
        return wanted(desk, patient_no, number, "moved")
    except RefusedError as refusal:
        stays = none_known("what was given stays on its day")
        raise RefusedError.for_reasons((*refusal.reasons, stays)) from None


def _slot(
    book: Book, it: Wanted, to: date, at: time | None, override: str | None
) -> tuple[Slot | None, tuple[Reason, ...]]:
    """The place on that day, or what of the hours and of who is there stands against it; None where it is taken."""
    from microsclero.dates import show_date
    from microsclero.desk import diary_of
    from microsclero.double_booking import slot_on_purpose

    row, minutes = it.row, booked(it.row).minutes
    if override is not None and at is not None:
        is_there = book.diary.absent_why(row.injector, to, at, minutes) is None
        who = row.injector if is_there else None
        found = slot_on_purpose(book.diary, to, at, minutes=minutes, patient_no=row.patient_no, injector=who)
        never = _never(book, at, minutes) if book.diary.closed_why(to) else ()
        return found.slot, (*found.reasons, *never)
    closed = book.diary.closed_why(to)
    if closed:
        message = f"{show_date(to)}: {closed}. Choose an open day; microsclero agenda shows them."
        return None, (Reason("closed", message, {"date": to.isoformat()}), *_never(book, at, minutes))
    slot, reasons = diary_of.slot_for_move(book.diary, row, to, at)
    return slot, tuple(reasons)


def _by_request(book: Book, it: Wanted, slot: Slot, at: time | None) -> str:
    """Moved by request to 10:00, with AB: MS has a break 09:30-10:30."""
    words, row = f"moved by request to {slot.starts:%H:%M}", it.row
    if slot.injector == row.injector:
        return words
    absent = book.diary.absent_why(row.injector, slot.on, at, booked(row).minutes)
    return f"{words}, with {slot.injector}: {absent or f'{row.injector} has no time free then'}"


def _about_override(override: str | None, slot: Slot, shared: Sequence[Booking]) -> tuple[str, ...]:
    from microsclero.double_booking import beside_words

    if override is None:
        return ()
    if shared:
        return beside_words(slot, shared)
    return ("That time is free: nothing is double-booked, so the reason is not kept.",)


def _never(book: Book, at: time | None, minutes: int) -> Iterator[Reason]:
    """That the clinic is not open at that time on any day, where it isn't."""
    from microsclero.schedule import PlanRequest, diary_reasons

    asked = PlanRequest(start=book.last_day, at=at, minutes=minutes)
    return (reason for reason in diary_reasons(asked, book.diary) if reason.code == "outside_hours")


def _taken(book: Book, it: Wanted, to: date, at: time | None) -> Reason:
    from microsclero.dates import show_date
    from microsclero.desk import diary_of

    blockers = diary_of.blockers_for_move(book.diary, it.row, to, at)
    named = ", ".join(f"session {each.session_id} of patient {each.patient_no}" for each in blockers)
    where = f"{show_date(to)} {at:%H:%M}" if at else show_date(to)
    return Reason(
        "slot_taken",
        f"{where} is taken by {named or 'other sessions'}; nothing was moved.",
        {"date": to.isoformat(), "blocked_by": [each.session_id for each in blockers]},
    )
