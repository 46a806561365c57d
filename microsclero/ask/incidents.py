"""What is asked of a prescriber who closes an incident."""

from __future__ import annotations

from microsclero.ask.fields import Field, initials_field, person_text, whole_number


def closing_fields() -> tuple[Field, ...]:
    return (
        initials_field("prescriber", "Prescriber"),
        Field(key="incident", ask="Number of the incident", parse=whole_number(1, 999_999_999), required=True),
        Field(
            key="reason",
            ask="What was looked at, and what follows",
            parse=person_text(5_000, lines=True, what="the reason"),
            required=True,
        ),
    )
