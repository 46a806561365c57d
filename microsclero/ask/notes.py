"""What is asked of a note: its words, one line or several."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from microsclero.ask.fields import Field, person_text

if TYPE_CHECKING:
    from microsclero.ask.keys import Keyboard

words = person_text(20_000, lines=True, what="the note")


def note_fields() -> tuple[Field, ...]:
    return (Field(key="note", ask="Note", parse=words, required=True),)


def ask_lines(keyboard: Keyboard, say: Callable[[str], None], *, what: str, needed: bool = True) -> str | None:
    """One line or several, ended with an empty one; None where nothing was typed and nothing is needed."""
    say(f"{what}: one line or several; an empty line ends it.")
    lines: list[str] = []
    while True:
        line = keyboard.line("  ").rstrip()
        if line:
            lines.append(line)
            continue
        if not lines and not needed:
            return None
        try:
            told = words("\n".join(lines))
        except ValueError as mistake:
            say(f"Please again: {mistake}".rstrip(".") + ".")
            lines = []
            continue
        if told:
            return str(told)
        say("This one is needed.")
