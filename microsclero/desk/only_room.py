"""The only room of a clinic needs no naming: plans and changes as their tables show them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.desk import Desk
    from microsclero.desk.changes import Change, Step
    from microsclero.desk.closing import Closing
    from microsclero.desk.planning import Plan
    from microsclero.desk.sessions import PlannedSession


def plan_shown(desk: Desk, plan: Plan) -> Plan:
    only = _only_room(desk)
    return replace(plan, sessions=_without(plan.sessions, only), new=_without(plan.new, only)) if only else plan


def change_shown(desk: Desk, change: Change) -> Change:
    only = _only_room(desk)
    return _change_without(change, only) if only else change


def closing_shown(desk: Desk, closing: Closing) -> Closing:
    only = _only_room(desk)
    return replace(closing, changes=tuple(_change_without(each, only) for each in closing.changes)) if only else closing


def _only_room(desk: Desk) -> str | None:
    from microsclero.store import clinic

    rooms = clinic.rooms(desk.store, desk.today())
    return rooms[0].name if len(rooms) == 1 else None


def _change_without(change: Change, room: str) -> Change:
    def step(one: Step) -> Step:
        (before,) = _without([one.before], room)
        return replace(one, before=before, after=_without([one.after], room)[0] if one.after else None)

    return replace(change, steps=tuple(map(step, change.steps)), sessions=_without(change.sessions, room))


def _without(sessions: Iterable[PlannedSession], room: str) -> tuple[PlannedSession, ...]:
    return tuple(session._replace(room=None) if session.room == room else session for session in sessions)
