"""What is asked of a prescriber who compares a product with the leaflet in the box."""

from __future__ import annotations

from datetime import date

from microsclero.ask.fields import Field, initials_field, past_day, person_text


def leaflet_fields(today: date | None = None) -> tuple[Field, ...]:
    return (
        initials_field("prescriber", "Prescriber"),
        Field(
            key="leaflet_revision",
            ask="Revision of the leaflet, as it stands on it",
            parse=person_text(200, what="the revision"),
            required=True,
        ),
        Field(key="compared_on", ask="Compared on (type today, or the date)", parse=past_day(today), required=True),
    )
