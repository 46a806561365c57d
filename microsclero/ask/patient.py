"""What is asked about a patient, and what a search may hold."""

from __future__ import annotations

from datetime import date

from microsclero.ask.fields import Field, birth_day, person_text


def patient_fields(today: date | None = None) -> tuple[Field, ...]:
    """A patient's details, in the order they are asked.

    Without a day, a birth still to come is left for the desk to refuse: only there is the clinic's date known.
    """
    return (
        Field(key="given_name", ask="Given name", parse=person_text(200, what="the given name"), required=True),
        Field(key="family_name", ask="Family name", parse=person_text(200, what="the family name"), required=True),
        Field(
            key="born_on",
            ask="Date of birth (03/02/1981)",
            parse=birth_day(today),
            required=True,
            why="Age counts on the day of treatment, and the date tells patients with one name apart.",
        ),
        Field(key="phone", ask="Phone", parse=person_text(60, what="the phone number")),
        Field(key="email", ask="E-mail", parse=person_text(200, what="the e-mail address")),
        Field(key="address", ask="Address", parse=person_text(500, lines=True, what="the address")),
        Field(key="gp", ask="GP", parse=person_text(300, lines=True, what="the GP")),
        Field(
            key="emergency_contact",
            ask="Emergency contact",
            parse=person_text(300, lines=True, what="the emergency contact"),
        ),
        Field(
            key="allergies",
            ask="Allergies",
            parse=person_text(2_000, lines=True, what="the allergies"),
            why="They stand at the head of the record. Substance, what happened, when.",
        ),
        Field(key="notes", ask="Notes", parse=person_text(20_000, lines=True, what="the notes")),
    )


def edit_fields(today: date | None = None) -> tuple[Field, ...]:
    """The same details, to be corrected one by one."""
    return patient_fields(today)


def search_fields() -> tuple[Field, ...]:
    return (Field(key="search", ask="Search", parse=person_text(200, what="the search")),)
