"""What is asked about a batch: what came of ringing somebody who had it."""

from __future__ import annotations

from microsclero.ask.fields import Field, one_of, person_text

OUTCOMES = ("reached", "no_answer", "message_left", "wrong_number")
LONGEST_NOTE = 2000


def call_fields() -> tuple[Field, ...]:
    """A call, once it has been made."""
    return (
        Field(
            key="outcome",
            ask="What came of it",
            parse=one_of(OUTCOMES),
            required=True,
            choices=tuple((each, each) for each in OUTCOMES),
            why="Only reached takes the patient off the list of those who don't know yet.",
        ),
        Field(key="note", ask="What was said", parse=person_text(LONGEST_NOTE, lines=True, what="the note")),
    )
