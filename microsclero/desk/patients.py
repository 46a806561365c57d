"""Patients at the desk: registered, found, shown, corrected; near-duplicates and the right-patient remarks."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import ConflictError, NotFoundError, UsageError
from microsclero.patients import Patient

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.patients import PatientRow


def patient_from_row(row: PatientRow) -> Patient:
    return Patient(
        number=row.patient_no,
        given_name=row.given_name,
        family_name=row.family_name,
        born_on=row.born_on,
        phone=row.phone,
        email=row.email,
        address=row.address,
        gp=row.gp,
        emergency_contact=row.emergency_contact,
        allergies=row.allergies,
        notes=row.notes,
    )


def patient_of(desk: Desk, patient_no: int) -> Patient:
    """The patient of that number, or NotFoundError with the way to look."""
    from microsclero.store import patients

    return patient_from_row(patients.patient(desk.store, patient_no))


show = patient_of


def as_data(patient: Patient) -> dict[str, object]:
    """A patient as JSON speaks of one."""
    return {
        "patient": patient.number,
        "given_name": patient.given_name,
        "family_name": patient.family_name,
        "born_on": patient.born_on.isoformat(),
        "phone": patient.phone,
        "email": patient.email,
        "address": patient.address,
        "gp": patient.gp,
        "emergency_contact": patient.emergency_contact,
        "allergies": patient.allergies,
        "notes": patient.notes,
    }


class Match(NamedTuple):
    """Someone registered who may be the same person, and why."""

    patient: Patient
    reason: str

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient.number,
            "given_name": self.patient.given_name,
            "family_name": self.patient.family_name,
            "born_on": self.patient.born_on.isoformat(),
            "reason": self.reason,
        }


class Registered(NamedTuple):
    """A patient as they stand in the file now, and who is similar."""

    patient: Patient
    similar: tuple[Match, ...]
    remarks: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient.number,
            "similar": [match.as_data() for match in self.similar],
            "remarks": list(self.remarks),
        }


def similar(desk: Desk, given: Mapping[str, Any], *, besides: int | None = None) -> tuple[Match, ...]:
    """Registered patients who may be the one described; an exact twin (folded name, birth date) is 5."""
    from microsclero.patients import is_exact_twin, near_duplicates
    from microsclero.store import patients

    described = Patient(number=besides or 0, **given)
    keys = _keys(described)
    candidates = [
        patient_from_row(row)
        for row in patients.similar_patients(
            desk.store,
            name_key=keys["name_key"],
            family_key=keys["family_key"],
            born_on=described.born_on,
        )
        if row.patient_no != besides
    ]
    for other in candidates:
        if is_exact_twin(described, other):
            raise ConflictError(
                f"Patient {other.number} already has this name and date of birth. "
                f"Is it the same person? microsclero patient show {other.number}",
                code="exact_twin",
                patient=other.number,
            )
    return tuple(Match(patient=found.patient, reason=found.reason) for found in near_duplicates(described, candidates))


def as_details(patient: Patient) -> dict[str, Any]:
    """Everything about a patient but the number."""
    return {field: getattr(patient, field) for field in patient.__dataclass_fields__ if field != "number"}


def typed(patient: Patient) -> dict[str, object]:
    """The details as somebody would type them."""
    return as_details(patient) | {"born_on": f"{patient.born_on:%d/%m/%Y}"}


def _keys(patient: Patient) -> dict[str, Any]:
    """The folded name by which a patient is found, and the digits of the phone."""
    from microsclero.text import name_key, phone_digits

    return {
        "name_key": name_key(f"{patient.given_name} {patient.family_name}"),
        "family_key": name_key(patient.family_name),
        "phone_digits": phone_digits(patient.phone or ""),
    }


def _refuse_future_birth(desk: Desk, born_on: date | None) -> None:
    if born_on is not None and born_on > desk.today():
        raise UsageError("“born_on” lies in the future; a date of birth is wanted.", code="unreadable", key="born_on")


def add(desk: Desk, given: Mapping[str, Any]) -> Registered:
    """Register a patient; near-duplicates are pointed out, an exact twin is refused (5)."""
    from microsclero.store import patients

    _refuse_future_birth(desk, given["born_on"])
    described = Patient(**given)
    with desk.store.changing(who=desk.writer(), command="patient add"):
        matches = similar(desk, given)
        number = patients.add_patient(desk.store, **as_details(described), **_keys(described))
    return Registered(patient=patient_of(desk, number), similar=matches)


def edit(desk: Desk, patient_no: int, changes: Mapping[str, Any]) -> Registered:
    """Correct details; the record before the correction stays in the history."""
    from microsclero.store import patients

    before = patients.patient(desk.store, patient_no)
    now = patient_of(desk, patient_no)
    if not changes:
        raise UsageError("Nothing to change: name at least one detail.", code="missing_answer")
    _refuse_future_birth(desk, changes.get("born_on"))
    from dataclasses import replace

    after = replace(now, **changes)
    with desk.store.changing(who=desk.writer(), command="patient edit"):
        matches = similar(desk, as_details(after), besides=patient_no)
        patients.edit_patient(desk.store, patient_no, {**changes, **_keys(after)}, before.version)
    return Registered(
        patient=patient_of(desk, patient_no), similar=matches, remarks=_about_birth_date(desk, now, after)
    )


def _about_birth_date(desk: Desk, before: Patient, after: Patient) -> tuple[str, ...]:
    """What a corrected date of birth touches: screenings rest on the age."""
    from microsclero.store import diary

    if before.born_on == after.born_on:
        return ()
    planned = [row for row in diary.sessions_of_patient(desk.store, after.number) if row.status == "planned"]
    many = "1 planned session stays" if len(planned) == 1 else f"{len(planned)} planned sessions stay"
    booked = f" {many} booked until then." if planned else ""
    return (f"The screenings rest on the old date of birth: microsclero screen {after.number} --for intake.{booked}",)


class Found(NamedTuple):
    """One line of a list of patients."""

    patient: Patient
    next_on: date | None = None

    @property
    def number(self) -> int:
        return self.patient.number

    def as_data(self) -> dict[str, object]:
        return as_data(self.patient)


def find(desk: Desk, search: str, *, limit: int = 20) -> tuple[Found, ...]:
    """Patients by number, part of a name (accents and case ignored), date of birth or phone; none: the latest."""
    from microsclero.store import patients

    search = search.strip()
    if not search:
        return _found(patients.latest_patients(desk.store, limit))
    born_on = _as_birth_date(desk, search)
    if born_on is not None:
        return _found(patients.find_patients(desk.store, born_on=born_on, limit=limit))
    compact = search.replace(" ", "").replace("-", "").replace("(", "").replace(")", "")
    if compact.removeprefix("+").isascii() and compact.removeprefix("+").isdigit():
        return _found(_by_digits(desk, compact, limit))
    from microsclero.text import name_key

    return _found(patients.find_patients(desk.store, name_key=name_key(search), limit=limit))


def _as_birth_date(desk: Desk, search: str) -> date | None:
    from microsclero.dates import parse_birth_date

    try:
        return parse_birth_date(search, today=desk.today())
    except ValueError:
        return None


def _by_digits(desk: Desk, digits: str, limit: int) -> list[PatientRow]:
    """The patient of that number first, then everyone with these digits in the phone number."""
    from microsclero.store import patients
    from microsclero.text import phone_digits

    rows = []
    if digits.isdigit() and len(digits) < 10:
        with contextlib.suppress(NotFoundError):
            rows = [patients.patient(desk.store, int(digits))]
    if len(digits) >= 4:
        known = {row.patient_no for row in rows}
        phoned = patients.find_patients(desk.store, digits=phone_digits(digits), limit=limit)
        rows += [row for row in phoned if row.patient_no not in known]
    return rows[:limit]


def _found(rows: Any) -> tuple[Found, ...]:
    return tuple(Found(patient=patient_from_row(row)) for row in rows)


def todays(desk: Desk) -> tuple[Found, ...]:
    """Patients with a session today, in the order of the day."""
    from microsclero.store import diary, patients

    rows = diary.live_sessions(desk.store, desk.today(), desk.today())
    numbers = dict.fromkeys(row.patient_no for row in rows)
    return _found(patients.patient(desk.store, number) for number in numbers)


def unfinished(desk: Desk) -> tuple[Found, ...]:
    """Patients whose questionnaire was begun and not signed."""
    from microsclero.store import drafts, patients

    numbers = dict.fromkeys(draft.patient_no for draft in drafts.drafts(desk.store) if draft.patient_no)
    return _found(patients.patient(desk.store, number) for number in numbers)


def bystanders(desk: Desk, patient: Patient) -> tuple[str, ...]:
    """What keeps the wrong patient from being taken: not booked today, or a similar name today."""
    from microsclero.patients import similar_name
    from microsclero.store import diary, patients

    rows = diary.live_sessions(desk.store, desk.today(), desk.today())
    others = patients.names(desk.store, {row.patient_no for row in rows} - {patient.number})
    remarks = [] if any(row.patient_no == patient.number for row in rows) else ["Not booked today."]
    for number, (given, family) in others.items():
        if similar_name(Patient(number=number, given_name=given, family_name=family, born_on=patient.born_on), patient):
            remarks.append(f"Careful: patient {number}, also here today, has a similar name.")
    return tuple(remarks)
