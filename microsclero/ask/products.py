"""What is asked of a prescriber who compares a product with the leaflet in the box."""

from __future__ import annotations

from microsclero.ask.fields import Field, past_day, person_text


def leaflet_fields() -> tuple[Field, ...]:
    return (
        Field(key="prescriber", ask="Prescriber (initials)", parse=person_text(12, what="the initials"), required=True),
        Field(
            key="leaflet_revision",
            ask="Revision of the leaflet, as it stands on it",
            parse=person_text(200, what="the revision"),
            required=True,
        ),
        Field(key="compared_on", ask="Compared on (22/11/2026)", parse=past_day(None), required=True),
    )
