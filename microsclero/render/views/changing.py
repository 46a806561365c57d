"""A change of the diary on the screen: before and after side by side, and under each what moved and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.dates import show_date
from microsclero.render.terminal import Heading, console, name, print_lines, table_lines
from microsclero.render.views.events import notice_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microsclero.desk.changes import Change, Step
    from microsclero.desk.sessions import PlannedSession

_DONE = {"move": "Moved", "cancel": "Cancelled", "missed": "Missed", "rebook": "Booked again"}
_INDENT = "  "


def change_view(change: Change, *, stderr: bool = False) -> None:
    """What was changed, or what would be."""
    said = "Took place" if change.steps[0].took_place else _DONE[change.kind]
    done = said if change.saved else "Proposed, nothing saved yet"
    print_lines(console(stderr=stderr), [Heading(f"{done} · {_what(change)}"), *change_lines(change)])


def change_lines(change: Change) -> list[str]:
    """The table of one patient's sessions, and the remarks under it."""
    rows = list(_rows(change))
    header, rule, *lines = table_lines(["Session", "Before", "After"], [row for row, _ in rows])
    page = [header, rule]
    for line, (_, why) in zip(lines, rows, strict=True):
        page += [line, *([f"{_INDENT}{name(why)}"] if why else [])]
    if not change.sessions and change.course is not None:
        page.append("No session of this course is left.")
    return [*page, *change.remarks, *notice_lines(change.notices)]


def _what(change: Change) -> str:
    number = change.steps[0].before.number
    if change.course is None:
        return f"consultation of patient {change.patient_no}"
    which = "" if change.kind == "rebook" else f"session {number} of "
    return f"{which}course {change.course}, patient {change.patient_no}"


def _rows(change: Change) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Every session in the order of its date, with why it changes; those that stay are there to be compared with."""
    steps = {step.before.session: step for step in change.steps}
    new = {step.after: step for step in change.steps if step.is_new and step.after}
    gone = [step for step in change.steps if step.after is None]
    for session in sorted((*(step.before for step in gone), *change.sessions), key=lambda one: (one.on, one.starts)):
        step = new.get(session) or steps.get(session.session)
        yield _row(session, step)


def _row(session: PlannedSession, step: Step | None) -> tuple[tuple[str, str, str], str]:
    state = {"given": " given", "held": " HELD"}.get(session.status, "") if session.number else ""
    label = f"{session.number or '–'}{state}"
    if step is None:
        return (label, _place(session), "stays"), ""
    before, after = step.before, step.after
    if after is None:
        return (label, _place(before), "missed" if step.why == "missed" else "cancelled"), _reason(step.why)
    if step.took_place:
        return (label, _place(before), after.state), ""
    if step.is_new:
        return (label, f"{_place(before)}", _place(after)), step.why
    if not step.why:
        return (f"{before.number}, now {after.number}", _place(before), "stays"), ""
    if before.number != after.number:
        label = f"{before.number}, now {after.number}"
    return (label, _place(before), _place(after)), step.why


def _reason(code: str) -> str:
    return "" if code == "missed" else code.replace("_", " ")


def _place(session: PlannedSession) -> str:
    room = f", {name(session.room)}" if session.room else ""
    return f"{show_date(session.on)} {session.starts:%H:%M} {session.injector}{room}"
