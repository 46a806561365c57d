"""A session moved at the desk: every reason against the new day, the place on it, and the later sessions after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, time
from functools import partial
from typing import TYPE_CHECKING

from microsclero.desk.changes import Change, Step, at_slot
from microsclero.desk.changing import Wanted, wanted
from microsclero.desk.planning import reach, too_far
from microsclero.desk.replanning import Followed, book_from, booked, clashes, follow, near_or_far, shifted, terms
from microsclero.desk.sessions import planned
from microsclero.errors import ConflictError, Reason, RefusedError
from microsclero.replanning import Before

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.gate import Gate
    from microsclero.desk.replanning import Book
    from microsclero.diary import Booking, Slot

# What another day or another time cures; a refusal for these alone can name the first time that works.
_CURED_LATER = frozenset(
    {"gap_too_short", "out_of_order", "too_soon", "closed", "outside_hours", "injector_away", "deferred", "under_age"}
    | {"own_day", "slot_taken", "booked_twice", "too_far_ahead"}
)


def propose_move(
    desk: Desk, patient_no: int, number: int | None, *, to: date, at: time | None, override: str | None = None
) -> Change:
    """The session on its new day, and the later ones after it: closed or too soon is 4, taken is 5.

    It never blocks itself, nor do those that follow it. override: double-booked at `at` on purpose, with this reason.
    """
    from microsclero.desk.gate import plan_gate

    it = wanted(desk, patient_no, number, "moved")
    gate = plan_gate(desk, patient_no) if it.row.number else None
    moving = (it.row, *it.following)
    book = book_from(desk, to, 0).without(moving)
    reasons = list(_refusals(desk, it, to, gate))
    slot, why_not = _slot(book, it, to, at, override)
    reasons += why_not
    if reasons:
        raise RefusedError.for_reasons((*reasons, *_first_time(desk, it, reasons, at)))
    if slot is None:
        taken = _taken(book, it, to, at)
        raise ConflictError.for_reasons((taken, *_first_time(desk, it, [taken], at)))
    shared = book.diary.blockers(slot, patient_no=patient_no) if override is not None else ()
    before = planned(it.row)
    after = at_slot(before, slot)._replace(override_reason=override if shared else None)
    moved = Step(before=before, after=after, why=_by_request(book, it, slot, at), by_hand=True)
    followed = Followed()
    if gate and it.following:
        by = partial(terms, desk, patient_no, not_before=gate.not_before)
        after_it = Before(it.label, to)
        followed = near_or_far(
            desk, to, it.following, lambda book: follow(it.following, by(book.without(moving)), after=after_it)
        )
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


def _refusals(desk: Desk, it: Wanted, to: date, gate: Gate | None) -> Iterator[Reason]:
    """Everything but the hours that stands against the new day."""
    from microsclero import content, schedule
    from microsclero.dates import age_on, birthday, show_date
    from microsclero.desk.gate import against_moving
    from microsclero.desk.patients import patient_of

    row = it.row
    if to > reach(desk.today(), content.course()):
        yield too_far(desk.today(), to, content.course())
    if to < desk.today():
        yield Reason("too_soon", f"{show_date(to)} is in the past.", {"date": to.isoformat()})
    yield from _own_days(desk, it, to)
    if gate is None:
        return
    born_on = patient_of(desk, row.patient_no).born_on
    if age_on(born_on, to) < schedule.ADULT:
        words = f"The patient is 18 on {show_date(birthday(born_on, schedule.ADULT))}, not before."
        yield Reason("under_age", words, {"date": to.isoformat()})
    yield from against_moving(gate, later=to > row.on)
    if gate.not_before and to < gate.not_before:
        yield Reason(
            "deferred",
            f"{gate.why_wait}.",
            {"not_before": gate.not_before.isoformat()},
        )
    fixed = _fixed(desk, it)
    policy = content.course()
    known = {reason.message for reason in schedule.gap_problems(fixed, policy)}
    for reason in schedule.gap_problems([*fixed, (it.label, to)], policy):
        if reason.message not in known:
            yield reason
    yield from _out_of_order(it, to)


def _own_days(desk: Desk, it: Wanted, to: date) -> Iterator[Reason]:
    """What the patient has on that day; a plan goes around it, and a move as well."""
    from microsclero.dates import show_range
    from microsclero.desk.events import events_from
    from microsclero.desk.wishes import wish_of
    from microsclero.store import diary

    number = it.row.patient_no
    for event in events_from(desk, number, to):
        if event.from_on <= to:
            words = (
                f"Patient {number} has something on {show_range(event.from_on, event.until_on)} (event {event.event}); "
                f"if that is off: microsclero patient event {number} --remove {event.event}"
            )
            yield Reason("own_day", words, {"date": to.isoformat(), "event": event.event})
    for first, last in wish_of(diary.running_course(desk.store, number)).avoid:
        if first <= to <= last:
            words = f"Patient {number} asked not to come on {show_range(first, last)}."
            yield Reason("own_day", words, {"date": to.isoformat(), "event": None})


def _fixed(desk: Desk, it: Wanted) -> list[tuple[str, date]]:
    """What does not go along and keeps its distance: sessions before it, given ones, other courses, elsewhere."""
    from microsclero.desk.elsewhere import told_elsewhere
    from microsclero.store import diary

    dated = [(f"session {one.number}", one.on) for one in it.live if one not in (it.row, *it.following)]
    dated += [
        (f"session {each.number} of course {each.course}", each.on)
        for each in diary.sessions_of_patient(desk.store, it.row.patient_no)
        if each.course != it.row.course and each.kind == "session" and each.status in ("planned", "given")
    ]
    return dated + [(each.label, each.on) for each in told_elsewhere(desk, it.row.patient_no)]


def _out_of_order(it: Wanted, to: date) -> Iterator[Reason]:
    """Sessions keep their order: what comes after goes along, what came before, or was given, does not."""
    from microsclero.dates import show_date

    for each in it.live:
        if each in it.before and to <= each.on:
            way_out = "choose a later day" if each.status == "given" else "move that one first"
            words = (
                f"Session {it.row.number} can't move before session {each.number} on {show_date(each.on)}; {way_out}."
            )
            yield Reason("out_of_order", words, {"session": each.number})
        if each in it.later and each.status == "given" and to >= each.on:
            words = (
                f"Session {it.row.number} can't move past session {each.number}, given on {show_date(each.on)}; "
                f"mark it missed: microsclero missed {each.patient_no} --session {it.row.number}"
            )
            yield Reason("out_of_order", words, {"session": each.number})


def _first_time(desk: Desk, it: Wanted, reasons: list[Reason], at: time | None) -> tuple[Reason, ...]:
    """The last sentence of a refusal: the first time that would work, or why none is known."""
    from microsclero import content
    from microsclero.dates import show_date
    from microsclero.desk import first_date

    last = reach(desk.today(), content.course())
    lasting = [reason for reason in reasons if reason.code not in _CURED_LATER]
    wishes = dict.fromkeys(((at, it.row.injector), (None, it.row.injector), (None, None)))
    found = (_first_slot(desk, it, when, who, last) for when, who in wishes)
    slot = None if lasting else next(filter(None, found), None)
    if slot is not None:
        given_up = ", at another time of day" if at not in (None, slot.starts) else ""
        words = f"{first_date.WORKS}{first_date.as_words(slot)}{given_up}."
        return (Reason("first_date", words, first_date.as_data(slot)),)
    because = first_date.why_first(lasting) or f"nothing is free, and the diary was searched to {show_date(last)}"
    none = {"date": None, "start": None, "injector": None, "none_because": because}
    return (Reason("first_date", f"{first_date.NONE_KNOWN}{because}.", none),)


def _first_day(desk: Desk, it: Wanted) -> date:
    """The first day that comes into question for this session, whatever the diary holds."""
    from microsclero import content
    from microsclero.dates import birthday
    from microsclero.desk.gate import plan_gate
    from microsclero.desk.patients import patient_of
    from microsclero.schedule import ADULT, earliest_next

    if it.row.number is None:
        return desk.today()
    adult_on = birthday(patient_of(desk, it.row.patient_no).born_on, ADULT)
    not_before = plan_gate(desk, it.row.patient_no).not_before
    days = [earliest_next(one.on, content.course()) for one in it.before]
    return max(filter(None, (desk.today(), adult_on, not_before, *days)))


def _first_slot(desk: Desk, it: Wanted, at: time | None, injector: str | None, last: date) -> Slot | None:
    """The first place that `move` would give this session, as the patient likes to come; None where none is found."""
    from microsclero.desk.wishes import wish_of
    from microsclero.replanning import new_place
    from microsclero.schedule import Refusal
    from microsclero.store import diary

    row, first = it.row, _first_day(desk, it)
    if len(it.following) != len(it.later) or first > last:
        return None
    book = book_from(desk, first, (last - first).days).without((row, *it.following))
    wish = replace(wish_of(diary.running_course(desk.store, row.patient_no)), at=at, injector=injector)
    by = terms(desk, row.patient_no, book, wish=wish)
    by = by if row.number else replace(by, others=())
    try:
        return new_place(shifted(booked(row), at), by, first, advice="").slot
    except Refusal:
        return None
