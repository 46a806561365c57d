"""Days to close, or leave, on the screen: whoever is booked there, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.dates import show_range
from microsclero.render.terminal import Heading, console, name, print_lines
from microsclero.render.views.changing import change_lines

if TYPE_CHECKING:
    from microsclero.desk.closing import Closing, Days


def days_view(days: Days, *, undo: bool) -> None:
    """The days that were entered, or taken back."""
    when = show_range(days.from_on, days.until_on)
    print_lines(console(), [f"Taken back: {when}" if undo else days_words(days)])


def days_words(days: Days) -> str:
    """Thu 24 Dec to Thu 31 Dec 2026: closed, Christmas."""
    return f"{show_range(days.from_on, days.until_on)}: {_what(days)}"


def _what(days: Days) -> str:
    spans = ", ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in days.periods)
    what = f"open {spans} only" if days.periods else "closed"
    return what if days.reason in ("open", "closed") else f"{what}, {name(days.reason)}"


def closing_view(closing: Closing, entered: str, *, stderr: bool = False) -> None:
    """One table for each patient that is touched; those that stay booked are named."""
    state = "" if closing.saved else ", nothing saved yet"
    lines: list[str] = [Heading(f"{entered}{state}")]
    for change in closing.changes:
        of = f"course {change.course}, " if change.course else "consultation of "
        lines += ["", Heading(f"{of}patient {change.patient_no}".capitalize()), *change_lines(change)]
    lines += ["", *(f"! {each.words()}" for each in closing.still_booked)] if closing.still_booked else []
    lines += [] if closing.changes or closing.still_booked else [f"Nobody is booked {closing.entered.where} then."]
    lines += [f"! {remark}" for remark in closing.remarks]
    print_lines(console(stderr=stderr), lines)
