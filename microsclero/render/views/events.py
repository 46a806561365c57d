"""A patient's own dates on the screen, and what they mean for the sessions booked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.dates import show_range
from microsclero.render.terminal import console, name, print_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.clashes import Event, Notice
    from microsclero.desk.events import Events


def events_view(seen: Events) -> None:
    if seen.added:
        done = f"Kept: event {seen.added} of patient {seen.patient_no}."
    elif seen.removed:
        done = f"Taken back: event {seen.removed} of patient {seen.patient_no}."
    else:
        done = ""
    lines = [done] if done else []
    lines += [event_line(event) for event in seen.events] or [f"Patient {seen.patient_no} has no dates to come."]
    print_lines(console(), [*lines, *notice_lines(seen.notices), *(f"  {hint}" for hint in seen.hints())])


def event_line(event: Event) -> str:
    """Event 3: Sat 12 Jun 2027, wedding."""
    return f"Event {event.event}: {show_range(event.from_on, event.until_on)}, {name(event.what)}"


def notice_lines(notices: Iterable[Notice]) -> list[str]:
    """Each clash with what to say, marked so that it is not overlooked."""
    return [f"! {notice.words(name)}" for notice in notices]
