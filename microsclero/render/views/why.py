"""Why not, on the screen: what stands against it, on which answer, what would change it, and the first time."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from microsclero.dates import show_date
from microsclero.render.folding import fold
from microsclero.render.terminal import Heading, console, name, print_lines, width, words
from microsclero.render.views.screening import HEADINGS

if TYPE_CHECKING:
    from rich.console import Console

    from microsclero.desk.explaining import Said, Why
    from microsclero.desk.patient_record import Record
    from microsclero.desk.why_not import WhyNot

# Beside a question that is cut short, at least so much of it is left.
_LEAST_OF_A_QUESTION = 30


def why_view(seen: WhyNot) -> None:
    """One heading, each reason with what it rests on, and the first time that would work."""
    from microsclero.render.views.patients import headline

    out = console()
    print_lines(out, [Heading(headline(seen.patient)), *seen.remarks, Heading(_heading(seen))])
    for reason in seen.reasons:
        out.print()
        _reason(out, reason)
    out.print()
    print_lines(out, [Heading(seen.first_words)])
    if seen.may_plan and not seen.is_consultation:
        out.print()
        print_lines(out, ["This clears nobody: examine, decide, and screen again on the day of each session."])


def head_lines(record: Record, columns: int) -> Iterator[str]:
    """What stands against a session today, in a line or two each; then what is booked, or the first time free."""
    for reason in record.why_not:
        # Holds stand above, with what is open besides.
        if reason.code != "on_hold":
            yield _in_short(reason, columns)
    coming = record.next_session
    if coming is not None:
        what = f"session {coming.number}" if coming.number else "a consultation"
        waits = [day for reason in record.why_not if (day := reason.ask_again_on) and not reason.stops]
        too_soon = f", before {show_date(max(waits))}: move it" if waits and coming.on < max(waits) else ""
        held = ", HELD" if coming.status == "held" else ""
        yield f"Next: {what} on {show_date(coming.on)} {coming.starts:%H:%M} with {coming.injector}{held}{too_soon}."
    if record.first_words is not None:
        yield f"First time free that fits: {record.first_words}."


def _heading(seen: WhyNot) -> str:
    outcomes = {reason.outcome for reason in seen.reasons}
    if seen.is_consultation and seen.may_plan:
        return "A CONSULTATION CAN BE PLANNED"
    if not seen.reasons:
        return "NO CONTRAINDICATION RECORDED: sessions can be planned"
    if outcomes & {"bar", "declined"}:
        return "NOT SUITABLE as things stand"
    if seen.may_plan:
        return "NOT TODAY, but sessions can be planned"
    worst = next((each for each in _WORST_FIRST if each in outcomes), None)
    if worst is not None:
        return HEADINGS[_AS_SCREENED.get(worst, worst)]
    codes = {reason.code for reason in seen.reasons if reason.stops}
    if codes == {"course_full"}:
        return "NO SESSION IS LEFT TO BE BOOKED IN THIS COURSE"
    return "NOT AS ASKED FOR" if codes <= _ABOUT_WISHES else "NOT TODAY"


# The same words as at the end of a screening.
_WORST_FIRST = ("refer", "defer", "unanswered", "undecided")
_AS_SCREENED = {"unanswered": "incomplete", "undecided": "review"}

# What somebody asked for in vain: other wishes could be met.
_ABOUT_WISHES = frozenset(
    (
        "gap_too_short",
        "too_far_ahead",
        "too_late",
        "role_missing",
        "outside_hours",
        "closed",
        "injector_away",
        "booked_twice",
        "out_of_order",
        "deferred",
        "no_slot",
    )
)


def _reason(out: Console, reason: Why) -> None:
    is_grave = reason.outcome in ("bar", "declined", "refer")
    style = "bold red" if is_grave else "bold yellow" if reason.stops else ""
    for line in fold(reason.message, min(width(), 100)):
        out.print(words(line, style))
    for said in reason.said:
        _labelled(out, "Asked" if said.was_asked else "Known", said.question)
        _labelled(out, "Answer", f"“{name(said.words)}”, given on {show_date(said.on)}")
    _labelled(out, "Changes it", reason.what_changes_it or "")
    if reason.ask_again_on:
        _labelled(out, "Ask again", show_date(reason.ask_again_on))
    _labelled(out, "Next", reason.next_step or "")
    _labelled(out, "Source", reason.source or "")
    if reason.rule:
        _labelled(out, "Rule", f"{reason.rule}, in screening {reason.screening} ({reason.asked_at})")


def _labelled(out: Console, label: str, text: str) -> None:
    if not text:
        return
    first, *more = fold(text, max(min(width(), 100) - 14, 30))
    print_lines(out, [f"  {label:<10}  {first}", *(f"  {'':<10}  {line}" for line in more)])


def _answered(said: Said) -> str:
    return f"{name(said.words)}, on {show_date(said.on)}"


def _in_short(reason: Why, columns: int) -> str:
    """Words that a patient may hear, the question as far as two lines hold it, the answer and its day, what next."""
    label = "Not suitable" if reason.outcome in ("bar", "declined") else "Not today"
    first = reason.said[0] if reason.said else None
    asked = first.question if first else reason.question
    if asked is None:
        step = f" Next: {reason.next_step}" if reason.next_step and reason.next_step not in reason.message else ""
        return f"{label}: {reason.message}{step}"
    parts = [f"{_answered(first)}." if first else "not answered yet."]
    if reason.decided:
        parts.append(reason.decided)
    if reason.ask_again_on:
        parts.append(f"Ask again on {show_date(reason.ask_again_on)}.")
    elif reason.next_step and not reason.decided:
        parts.append(f"Next: {reason.next_step}")
    rest = " ".join(parts)
    room = 2 * columns - len(label) - len(rest) - 12
    shown = textwrap.shorten(asked, max(room, _LEAST_OF_A_QUESTION), placeholder=" …")
    return f"{label}: “{shown}” {rest}" if first is None or first.was_asked else f"{label}: {shown}: {rest}"
