"""What is said of a session as it was given and refuses nothing: who saw when, watching, stockings, photographs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.treatment import Treatment

# How long somebody stays to be watched. Source: clinical reference 6, anaphylaxis.
OBSERVED_AT_LEAST = 15


def remarks(desk: Desk, treatment: Treatment) -> tuple[str, ...]:
    """What is kept with the treatment."""
    from datetime import timedelta

    from microsclero.dates import show_date

    day, saw_on, watched = treatment.started_at.date(), treatment.prescriber_saw_on, treatment.observed_minutes
    said = []
    if saw_on is not None and saw_on < day:
        before = f"{(day - saw_on).days} {'day' if (day - saw_on).days == 1 else 'days'} before"
        said.append(f"{treatment.prescriber} saw the patient on {show_date(saw_on)}, {before}.")
    if watched is None:
        said.append("How long the patient was watched afterwards is not recorded.")
    elif watched < OBSERVED_AT_LEAST:
        said.append(f"Watched for {watched} minutes: a severe allergic reaction shows within 15 to 20.")
    if watched and treatment.ended_at + timedelta(minutes=watched) > desk.now():
        many = "1 minute has" if watched == 1 else f"{watched} minutes have"
        said.append(f"Watched afterwards: {many} not passed yet since the end at {treatment.ended_at:%H:%M}.")
    if treatment.stockings is None:
        said.append("Nothing is recorded about stockings.")
    elif treatment.stockings == "buying_today":
        said.append("Stockings are worn from today, straight after the session: they are still to be bought.")
    return tuple(said)


def advice(desk: Desk, patient_no: int, treatment: Treatment) -> tuple[str, ...]:
    """What is still to be done now; it may be true no longer in an hour, so it is not kept."""
    from microsclero.dates import show_date
    from microsclero.store import photos

    day = treatment.started_at.date()
    taken = any(row.taken_on == day and row.amended_by is None for row in photos.photos_of(desk.store, patient_no))
    if taken or treatment.no_photo_reason:
        return ()
    return (f"No photographs of {show_date(day)}, and no reason for none: microsclero photo add {patient_no}",)
