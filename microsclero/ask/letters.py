"""What is asked for a letter: to whom it goes, what it is about, and what the writer has to say themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from microsclero.ask.fields import Field, person_text, true_or_false
from microsclero.ask.notes import ask_lines

if TYPE_CHECKING:
    from microsclero.ask.keys import Keyboard


def letter_fields() -> tuple[Field, ...]:
    """A letter as a document holds it; all of it may be left out."""
    return (
        Field(key="to", ask="To", parse=person_text(1_000, lines=True, what="the address")),
        Field(
            key="about",
            ask="About (Enter: as usual)",
            parse=person_text(200, what="the subject"),
            why="The line above the letter, such as “Her left leg”. As usual: what the letter is for, in a few words.",
        ),
        Field(key="text", ask="Your own words", parse=person_text(20_000, lines=True, what="the text")),
        Field(key="notes", ask="With the notes", parse=true_or_false, document_only=True),
    )


def ask_letter(keyboard: Keyboard, say: Callable[[str], None], *, address: str | None) -> dict[str, Any]:
    """To whom, where the record does not say; what about; the writer's own words, if any."""
    from microsclero.ask.fields import from_person

    told: dict[str, Any] = {}
    if not address:
        told["to"] = ask_lines(keyboard, say, what="To whom (leave out to write it by hand)", needed=False)
    told |= from_person([letter_fields()[1]], keyboard, say)
    told["text"] = ask_lines(keyboard, say, what="Your own words (leave out for none)", needed=False)
    return told
