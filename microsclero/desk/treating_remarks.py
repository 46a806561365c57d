"""What is said of a session as it was given and refuses nothing: who saw when, watching, stockings, photographs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from microsclero.desk import Desk
    from microsclero.desk.chair import Screened
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


def told_before(desk: Desk, patient_no: int, treatment: Treatment, screened: Screened) -> tuple[str, ...]:
    """What was on record before the needle and is kept with the session, since it was to be read then."""
    from microsclero.desk.decided import decided

    start = treatment.started_at
    made = decided(desk, screened.rows, start.date())
    return (
        *(f"Decided before: {each.in_short}" for each in made),
        *_put_off_that_day(desk, patient_no, start, screened),
        *_consent_entered_later(desk, patient_no, start),
    )


def _put_off_that_day(desk: Desk, patient_no: int, start: datetime, screened: Screened) -> Iterator[str]:
    """What a session's screening of that day found, and the one that the session rests on does not."""
    from microsclero.standing import ABOVE_REVIEW
    from microsclero.store import screenings

    now = screened.session
    if now is None:
        return
    answered = {found["rule"] for found in now.findings if found["outcome"] in ABOVE_REVIEW}
    for row in screenings.screenings_of(desk.store, patient_no):
        if row.purpose != "session" or row.on != start.date() or row.screening >= now.screening:
            continue
        first, then = (each.signed_at.astimezone(desk.zone) for each in (row, now))
        for found in row.findings:
            if found["outcome"] in ABOVE_REVIEW and found["rule"] not in answered:
                yield (
                    f"Screened at {first:%H:%M} of that day, {found['rule']} stood against it: {found['reason']} "
                    f"Screened again at {then:%H:%M}, it did not."
                )


def _consent_entered_later(desk: Desk, patient_no: int, start: datetime) -> Iterator[str]:
    """Consent on paper may be entered afterwards; that it was is said."""
    from microsclero.dates import show_moment
    from microsclero.desk.chair import minute_of
    from microsclero.store import consents, journal

    rows = sorted(
        (row for row in consents.consents(desk.store, patient_no) if row.purpose == "treatment"), key=lambda row: row.at
    )
    counting: list[int] = []
    for row in rows:
        if row.at <= minute_of(start):
            counting = [*counting, row.consent] if row.is_given else []
    entered = [journal.entry_of_row(desk.store, "consent", number).at for number in counting]
    if entered and min(entered) > minute_of(start):
        shown = show_moment(min(entered).astimezone(desk.zone))
        yield f"Consent to treatment was entered on {shown}, after the start at {start:%H:%M}."


def advice(desk: Desk, patient_no: int, treatment: Treatment) -> tuple[str, ...]:
    """What is still to be done now; it may be true no longer in an hour, so it is not kept."""
    from microsclero.dates import show_date
    from microsclero.store import photos

    day = treatment.started_at.date()
    elsewhere = _with_somebody_else(desk, patient_no, treatment)
    taken = any(row.taken_on == day and row.amended_by is None for row in photos.photos_of(desk.store, patient_no))
    if taken or treatment.no_photo_reason:
        return tuple(elsewhere)
    return (
        *elsewhere,
        f"No photographs of {show_date(day)}, and no reason for none: microsclero photo add {patient_no}",
    )


def _with_somebody_else(desk: Desk, patient_no: int, treatment: Treatment) -> Iterator[str]:
    """The injector was with another patient then, for all the record knows. It names them by number only."""
    from microsclero.store import treatments

    for row in treatments.elsewhere_meanwhile(
        desk.store, patient_no, treatment.injector, treatment.started_at, treatment.ended_at
    ):
        starts, ends = (moment.astimezone(desk.zone) for moment in (row.started_at, row.ended_at))
        yield (
            f"{treatment.injector} was with patient {row.patient_no} from {starts:%H:%M} to {ends:%H:%M} "
            f"(treatment {row.treatment}): is this the right patient, and are these the right times?"
        )
