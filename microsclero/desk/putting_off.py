"""Planned sessions that a wait puts off: planned anew from the day it is over, as the patient likes to come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from microsclero.desk.changes import Change
from microsclero.desk.planning import live_in
from microsclero.desk.replanning import Followed, clashes, follow, near_or_far, terms
from microsclero.desk.sessions import planned
from microsclero.replanning import Before
from microsclero.schedule import Refusal

if TYPE_CHECKING:
    from datetime import date

    from microsclero.desk import Desk
    from microsclero.desk.replanning import Book


def put_off(desk: Desk, patient_no: int, course: int, until: date) -> Change | None:
    """The planned sessions of a course once nothing is given before that day; None where none stands sooner.

    Where one finds no place they all stay, and that is said: the response is kept all the same.
    """
    from microsclero.desk.gate import plan_gate

    live = live_in(desk, course)
    later = [row for row in live if row.status == "planned" and row.on >= desk.today()]
    if not any(row.on < until for row in later):
        return None
    given = [row for row in live if row.status == "given"]
    after = Before(f"session {given[-1].number}", given[-1].on) if given else None
    not_before = max(filter(None, (until, plan_gate(desk, patient_no).not_before)))

    def looked_for(book: Book) -> Followed:
        by = terms(desk, patient_no, book.without(later), not_before=not_before)
        return follow(later, replace(by, why_wait="the response said to wait until"), after=after)

    try:
        followed = near_or_far(desk, until, later, looked_for)
    except Refusal as refusal:
        followed = Followed(remarks=tuple(f"{reason.message} For now nothing is moved." for reason in refusal.reasons))
    changed = {step.before.session: step.after for step in followed.steps}
    return Change(
        kind="response",
        patient_no=patient_no,
        course=course,
        steps=followed.steps,
        sessions=tuple(changed.get(row.session) or planned(row) for row in live),
        as_seen=tuple((row.session, row.version) for row in live),
        remarks=followed.remarks,
        notices=clashes(desk, patient_no, followed.steps),
    )
