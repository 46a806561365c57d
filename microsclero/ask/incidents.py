"""What is asked of a prescriber who closes an incident."""

from __future__ import annotations

from microsclero.ask.fields import Field, person_text, whole_number


def closing_fields() -> tuple[Field, ...]:
    return (
        Field(key="prescriber", ask="Prescriber (initials)", parse=person_text(12, what="the initials"), required=True),
        Field(key="incident", ask="Number of the incident", parse=whole_number(1, 999_999_999), required=True),
        Field(
            key="reason",
            ask="What was looked at, and what follows",
            parse=person_text(5_000, lines=True, what="the reason"),
            required=True,
        ),
    )
