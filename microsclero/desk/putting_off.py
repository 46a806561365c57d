"""Planned sessions that a wait puts off: planned anew from the day it is over, as the patient likes to come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from microsclero.desk.as_far import as_far_as_it_goes, stay
from microsclero.desk.changes import Change
from microsclero.desk.planning import live_in
from microsclero.desk.replanning import Followed, clashes, follow, terms
from microsclero.desk.sessions import planned
from microsclero.replanning import Before

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from microsclero.desk import Desk
    from microsclero.desk.replanning import Book
    from microsclero.store.diary import SessionRow


def put_off(desk: Desk, patient_no: int, course: int, until: date) -> Change | None:
    """The planned sessions of a course once nothing is given before that day; None where none stands sooner.

    One that finds no place waits for a new date, and that is said: the response is kept all the same. Of whoever must
    not be treated nothing moves.
    """
    from microsclero.desk.gate import plan_gate

    live = live_in(desk, course)
    later = [row for row in live if row.status == "planned" and row.on >= desk.today()]
    if not any(row.on < until for row in later):
        return None
    given = [row for row in live if row.status == "given"]
    after = Before(f"session {given[-1].number}", given[-1].on) if given else None
    gate = plan_gate(desk, patient_no)
    not_before = max(filter(None, (until, gate.not_before)))

    def looked_for(book: Book, left: Sequence[SessionRow], number: int | None) -> Followed:
        by = terms(desk, patient_no, book.without(later), not_before=not_before)
        waits = replace(by, why_wait="the response said to wait until")
        return follow(left, waits, after=after, first_number=number)

    followed = stay(later, gate, None) or as_far_as_it_goes(
        desk, later, first=until, first_number=None, attempt=looked_for
    )
    changed = {step.before.session: step.after for step in followed.steps}
    after_all = (changed.get(row.session, planned(row)) for row in live)
    return Change(
        kind="response",
        patient_no=patient_no,
        course=course,
        steps=followed.steps,
        sessions=tuple(session for session in after_all if session is not None),
        as_seen=tuple((row.session, row.version) for row in live),
        remarks=followed.remarks,
        notices=clashes(desk, patient_no, followed.steps),
    )
