"""The sheets at the desk: which session, which clinic numbers, which closed days stand on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from microsclero.errors import NotFoundError, Reason, RefusedError, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.patients import Patient
    from microsclero.reminders import Reminder
    from microsclero.sheet import ClinicContact, Sheet


RESPONSE_WITH_SESSION_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientSheet:
    """A sheet with whom it is for."""

    patient: Patient
    sheet: Sheet
    made_up: bool
    remarks: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        return {"patient": self.patient.number} | self.sheet.as_data() | {"remarks": list(self.remarks)}


def readable_moment(text: str | None) -> Callable[[str], datetime | None]:
    """The moment typed, checked at once for its form, worked out in the clinic's zone once that is known."""
    from microsclero.dates import parse_moment

    def parse(zone: str) -> datetime | None:
        if text is None:
            return None
        try:
            # Of an hour that comes twice the later one: what is counted from the end then lasts long enough.
            return parse_moment(text, zone=zone, later=True)
        except ValueError as error:
            raise UsageError(f"--ended: {error}".rstrip(".") + ".", code="unreadable", option="--ended") from None

    parse("UTC")
    return parse


def _contact(desk: Desk) -> ClinicContact:
    from microsclero.sheet import ClinicContact

    return ClinicContact(name=desk.clinic.name, phone=desk.clinic.phone, out_of_hours=desk.clinic.out_of_hours or None)


def closed_spans(desk: Desk, first: date, last: date) -> tuple[tuple[date, date, str], ...]:
    """Days on which the clinic is closed though it is usually open: closures and bank holidays, runs joined."""
    from microsclero.desk.opening_of import opening

    hours = opening(desk, first, (last - first).days)
    spans: list[tuple[date, date, str]] = []
    for day in (first + timedelta(days=offset) for offset in range((last - first).days + 1)):
        why = hours.closed_why(day)
        if why is None or not hours.hours.weekly[day.weekday()]:
            continue
        if spans and spans[-1][1] == day - timedelta(days=1) and spans[-1][2] == why:
            spans[-1] = (spans[-1][0], day, why)
        else:
            spans.append((day, day, why))
    return tuple(spans)


def _response_on(desk: Desk, day: date, booked: date | None) -> date:
    """The day the response is looked at: at the next session where that is within a week after it."""
    if booked is not None and 0 <= (booked - day).days <= RESPONSE_WITH_SESSION_DAYS:
        return booked
    return _first_open(desk, day)


def _first_open(desk: Desk, day: date) -> date:
    """The first open day from this one on; the day itself where none is near."""
    from microsclero.desk.opening_of import opening

    hours = opening(desk, day, 60)
    days = (day + timedelta(days=offset) for offset in range(60))
    return next((one for one in days if hours.open_periods(one)), day)


def _next_booked(desk: Desk, patient_no: int, first: date) -> datetime | None:
    """The start of the next session that is planned for that day or later, where there is one."""
    from microsclero.store import diary

    rows = diary.sessions_of_patient(desk.store, patient_no)
    coming = [
        datetime.combine(row.on, row.starts, tzinfo=desk.zone)
        for row in rows
        if row.status == "planned" and row.kind == "session" and row.on >= first
    ]
    return min(coming, default=None)


def not_to_come(desk: Desk, patient_no: int) -> tuple[Reason, ...]:
    """Why no sheet may tell this patient to come: on hold, a clot confirmed, consent taken back."""
    from microsclero.desk.consenting import objections
    from microsclero.desk.holding import against

    withdrawn = (each for each in objections(desk, patient_no, desk.now()) if each.code == "consent_withdrawn")
    return (*against(desk, patient_no), *(each.as_reason() for each in withdrawn))


def _not_suitable(desk: Desk, patient_no: int, on: date) -> tuple[Reason, ...]:
    """What a screening has found that bars a session of that day."""
    from microsclero.desk.gate import against_session

    return tuple(reason for reason in against_session(desk, patient_no, on) if reason.code == "finding_bar")


def _too_young_or_too_soon(desk: Desk, patient: Patient, on: date) -> Iterator[Reason]:
    """What no screening says of that day: whoever is not 18 then, and injections that lie too close."""
    from microsclero.desk.chair_gap import gaps
    from microsclero.schedule import age_reasons

    yield from age_reasons("The session", on, patient.born_on)
    yield from (reason for reason in gaps(desk, patient.number, on) if reason.code == "gap_too_short")


def _booked_too_soon(desk: Desk, patient_no: int, ended_on: date, first: date) -> tuple[str, ...]:
    """Sessions booked after this one and before the next may be: they have to move."""
    from microsclero.dates import show_date
    from microsclero.store import diary

    return tuple(
        f"Session {row.number} on {show_date(row.on)} is booked less than 28 days after this: move it to "
        f"{show_date(first)} or later."
        for row in diary.sessions_of_patient(desk.store, patient_no)
        if row.status == "planned" and row.kind == "session" and ended_on < row.on < first
    )


def prepare(desk: Desk, patient_no: int) -> PatientSheet:
    """The sheet for before the next planned session; NotFoundError without one.

    Refused to whoever is not to come; what else stands against the session is said.
    """
    from microsclero.aftercare import prepare_sheet
    from microsclero.content.sheets import load_sheets
    from microsclero.desk.gate import against_session
    from microsclero.desk.patients import patient_of
    from microsclero.store import diary

    patient = patient_of(desk, patient_no)
    now = desk.now()
    upcoming = [
        starts_at
        for row in diary.sessions_of_patient(desk.store, patient_no)
        if row.status == "planned" and row.kind == "session"
        if (starts_at := datetime.combine(row.on, row.starts, tzinfo=desk.zone)) >= now - timedelta(hours=12)
    ]
    if not upcoming:
        raise NotFoundError(
            f"Patient {patient_no} has no session planned; plan one with: microsclero plan {patient_no}",
            code="no_session_planned",
        )
    starts_at = min(upcoming)
    reasons = (
        *not_to_come(desk, patient_no),
        *_not_suitable(desk, patient_no, starts_at.date()),
        *_too_young_or_too_soon(desk, patient, starts_at.date()),
    )
    if reasons:
        raise RefusedError.for_reasons(reasons)
    sheet = prepare_sheet(load_sheets(), starts_at=starts_at, zone=desk.clinic.zone, clinic=_contact(desk))
    remarks = tuple(
        f"Careful, as things stand this session should not be given. {reason.message}"
        for reason in against_session(desk, patient_no, starts_at.date())
    )
    return PatientSheet(patient=patient, sheet=sheet, made_up=desk.clinic.made_up, remarks=remarks)


def aftercare(desk: Desk, patient_no: int, ended_at: datetime | None) -> PatientSheet:
    """The checklist from the end of the last session given, in the words it was given with.

    ended_at: worked out for this moment instead, and marked as not from the record.
    """
    from microsclero import content
    from microsclero.aftercare import aftercare_sheet
    from microsclero.content.sheets import load_sheets
    from microsclero.desk.patients import patient_of
    from microsclero.schedule import earliest_next
    from microsclero.store import treatments

    patient = patient_of(desk, patient_no)
    given = treatments.last_treatment(desk.store, patient_no) if ended_at is None else None
    ended_at = given.ended_at if given else ended_at
    if ended_at is None:
        raise NotFoundError(
            f"No session of patient {patient_no} is recorded as given; say when it ended: --ended 2026-11-22T15:00",
            code="no_session_given",
        )
    policy = content.course()
    ended_on = ended_at.astimezone(desk.zone).date()
    first = earliest_next(ended_on, policy)
    reasons = (*not_to_come(desk, patient_no), *_not_suitable(desk, patient_no, first))
    booked_at = None if reasons else _next_booked(desk, patient_no, first)
    booked = booked_at.date() if booked_at else None
    sheet = aftercare_sheet(
        load_sheets(given.sheet if given else None),
        ended_at=ended_at,
        zone=desk.clinic.zone,
        clinic=_contact(desk),
        closures=closed_spans(desk, ended_on, ended_on + timedelta(days=policy.aftercare_days)),
        next_not_before=None if reasons else _first_open(desk, first),
        next_booked_at=booked_at,
        response_on=_response_on(desk, ended_on + timedelta(days=policy.response_days), booked),
        from_record=given is not None,
    )
    remarks = tuple(f"The sheet says nothing of a next session. {reason.message}" for reason in reasons)
    remarks = remarks or _booked_too_soon(desk, patient_no, ended_on, first)
    return PatientSheet(patient=patient, sheet=sheet, made_up=desk.clinic.made_up, remarks=remarks)


def reminders_of(desk: Desk, sheet: PatientSheet) -> tuple[Reminder, ...]:
    """The sheet's dates for the patient's own calendar, each under one name for ever; and what is taken back."""
    from microsclero.reminders import reminders
    from microsclero.store import diary, treatments

    given = treatments.last_treatment(desk.store, sheet.patient.number)
    if given is None or not sheet.sheet.from_record:
        raise NotFoundError(
            f"--ics wants a session on record; none of patient {sheet.patient.number} is recorded as given.",
            code="no_session_given",
        )
    record = diary.record_id(desk.store)
    standing = reminders(sheet.sheet, name=str(given.session), record=record, sequence=_as_of(desk))
    return (*standing, *_taken_back(desk, sheet.patient.number))


def nothing_but_withdrawn(desk: Desk, patient_no: int) -> tuple[Reminder, ...]:
    """What a calendar has to take out where no session of the patient stands as given any more; else nothing."""
    from microsclero.store import treatments

    if treatments.last_treatment(desk.store, patient_no) is not None:
        return ()
    return _taken_back(desk, patient_no)


def _taken_back(desk: Desk, patient_no: int) -> tuple[Reminder, ...]:
    """The reminders of sessions that were recorded as this patient's, and no longer stand as given."""
    from microsclero.reminders import withdrawn
    from microsclero.store import diary, treatments

    told = treatments.treatments_of(desk.store, patient_no)
    standing = {row.session for row in told if row.amended_by is None}
    gone = {row.session: row.ended_at.astimezone(desk.zone).date() for row in told if row.session not in standing}
    record, sequence = diary.record_id(desk.store), _as_of(desk)
    return tuple(
        reminder
        for session, on in gone.items()
        for reminder in withdrawn(name=str(session), record=record, sequence=sequence, on=on)
    )


def _as_of(desk: Desk) -> int:
    """The number of the newest change in the record: a date may move by any of them, the clinic's own days too."""
    from microsclero.store import journal

    return journal.latest_entries(desk.store, 1)[0].entry
