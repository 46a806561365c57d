"""The verb call: which open line of a patient was rung about, and what came of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from microsclero.commands.shared import (
    AsJson,
    PatientNo,
    answer,
    at_desk,
    can_ask,
    chosen_patient,
    dated,
    keyboard,
    right_patient,
    tell,
)
from microsclero.errors import DeclinedError, UsageError

if TYPE_CHECKING:
    from datetime import date

    from microsclero.desk import Desk
    from microsclero.desk.worked import Line

KEYS = {
    "r": "reached",
    "n": "no_answer",
    "m": "message_left",
    "w": "wrong_number",
    "p": "put_off",
}
LONGEST_NOTE = 2000


def call(
    ctx: typer.Context,
    patient: PatientNo = None,
    about: Annotated[
        str | None,
        typer.Option(metavar="WHAT", help="Which open line; not needed where only one is open.", show_default=False),
    ] = None,
    outcome: Annotated[
        str | None, typer.Option(metavar="CODE", help="What came of it; without it, asked.", show_default=False)
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Ring again on this day.", show_default=False)
    ] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="What was said.", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """Note a call about an open line of today.

    It is about one of to_report, reaction, hold, stranded, preparation, response, new_date, course, deferral, review,
    incomplete or intake.

    What came of it: reached, no_answer, message_left, wrong_number, put_off (--until), wants_no_more. An attempt never
    takes a line off the list, but for a patient reached about preparing, and one who wants no new date. Reached about a
    new_date after all, they have it back.
    """
    from microsclero.desk import calling

    _refuse_unreadable(about, outcome, until)
    day = dated(until, "--until") if until is not None else None
    said = _cleaned(note)
    if outcome is None and not can_ask(ctx):
        raise UsageError(f"What came of it? Give --outcome: {', '.join(calling.OUTCOMES)}.", code="missing_answer")
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=True) as desk:
        put_off_until = day(desk.today()) if day else None
        calling.refuse_until(desk, (), put_off_until)
        right_patient(ctx, desk, number, ask=False)
        if about is None and can_ask(ctx):
            about = _which_one(calling.open_lines(desk, number))
        lines = calling.lines_about(desk, number, about, outcome)
        if outcome is None:
            outcome, put_off_until = _what_came_of_it(desk, lines, put_off_until)
        called = calling.note_call(desk, lines, outcome, until=put_off_until, note=said)

        def view() -> None:
            from microsclero.render.views.calling import called_view

            called_view(called)

        answer("call", called.as_data(), as_json=as_json, view=view)


def _refuse_unreadable(about: str | None, outcome: str | None, until: str | None) -> None:
    """What the line alone shows: words nobody knows, and a day that does not go with what came of the call."""
    from microsclero.desk.calling import MAY_WAIT, OUTCOMES
    from microsclero.desk.worked import ABOUT
    from microsclero.errors import Reason

    reasons = [
        Reason("unreadable", f"{option} is one of {', '.join(known)}.", {"option": option})
        for option, word, known in (("--about", about, ABOUT), ("--outcome", outcome, OUTCOMES))
        if word is not None and word not in known
    ]
    if outcome == "put_off" and until is None:
        reasons.append(Reason("missing_answer", "Put off until when? Give --until DATE.", {"option": "--until"}))
    if until is not None and outcome in OUTCOMES and outcome not in MAY_WAIT:
        reasons.append(
            Reason("usage", f"--until goes with {', '.join(MAY_WAIT)}, not with {outcome}.", {"option": "--until"})
        )
    if reasons:
        raise UsageError.for_reasons(reasons)


def _cleaned(note: str | None) -> str | None:
    from microsclero.text import clean

    try:
        return clean(note, limit=LONGEST_NOTE, what="--note", lines=True) if note else None
    except ValueError as error:
        raise UsageError(str(error), code="unreadable", option="--note") from None


def _which_one(lines: tuple[Line, ...]) -> str | None:
    """Of several kinds that are open, the one rung about."""
    from microsclero.render.views.today import line_words

    kinds = tuple(dict.fromkeys(line.about for line in lines))
    if len(kinds) < 2:
        return None
    tell("Open:")
    for place, kind in enumerate(kinds, 1):
        for line in lines:
            if line.about == kind:
                tell(f"  {place}  {kind}: {' · '.join(line_words(line))}")
    pressed = _press("Rung about which?", {str(place): kind for place, kind in enumerate(kinds, 1)})
    return kinds[int(pressed) - 1]


def _what_came_of_it(desk: Desk, lines: tuple[Line, ...], until: date | None) -> tuple[str, date | None]:
    """One key for what came of the call; for what is put off, the day."""
    from microsclero.desk import calling
    from microsclero.render.views.calling import told
    from microsclero.render.views.today import OUTCOME_WORDS

    for text in (text for line in lines for text in told(line)):
        tell(text)
    if lines[0].about == "new_date":
        tell("Who wants no more: --outcome wants_no_more.")
    while True:
        outcome = KEYS[_press("What came of it?", {key: OUTCOME_WORDS[word] for key, word in KEYS.items()})]
        if outcome == "put_off":
            until = until or _asked_until(desk, lines)
            if until is None:
                continue
        if until is None or outcome in calling.MAY_WAIT:
            return outcome, until
        tell(f"--until goes with {', '.join(calling.MAY_WAIT)}.")


def _asked_until(desk: Desk, lines: tuple[Line, ...]) -> date | None:
    """The day to ring again; Enter goes back."""
    from microsclero.desk.calling import refuse_until
    from microsclero.errors import RefusedError

    while typed := keyboard().line("Until when (tomorrow, fri, +1w, 2026-12-01; Enter goes back)? ").strip():
        try:
            day = dated(typed, "--until")(desk.today())
            refuse_until(desk, lines, day)
        except (UsageError, RefusedError) as error:
            tell(error.message)
        else:
            return day
    return None


def _press(question: str, known: Mapping[str, str]) -> str:
    """One deliberate key of these; q stops."""
    keys = keyboard()
    options = "   ".join(f"{key} {word}" for key, word in {**known, "q": "stop"}.items())
    while True:
        keys.forget_typed_ahead()
        tell(question)
        tell(f"  {options}")
        sys.stderr.write("  > ")
        sys.stderr.flush()
        key, is_too_fast = keys.read_key(time.monotonic())
        tell(key if key.isprintable() else "")
        if is_too_fast:
            tell("That came faster than anyone can read. Let go, then answer.")
            keys.wait_for_quiet()
        elif key == "q":
            raise DeclinedError("Nothing was noted.")
        elif key in known:
            return str(key)
