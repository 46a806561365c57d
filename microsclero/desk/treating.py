"""A session as given at the desk: read, held against every gate, and kept with its place in the course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from microsclero.errors import ConflictError, Reason, RefusedError, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.changes import Change
    from microsclero.desk.dosing import Dosed
    from microsclero.desk.giving_way import Stand
    from microsclero.desk.placing import Place
    from microsclero.desk.sessions import PlannedSession
    from microsclero.objections import Objection
    from microsclero.patients import Patient
    from microsclero.treatment import Treatment

# A session may go on past midnight; what took longer is a slip of the day.
_LONGEST = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session as it was told: what it comes to, what stands against it, and its place in the course.

    reasons: what the gates refuse, and anyway why it is kept all the same. warnings: what is to be read. treatment_no
    and what follows it are None until it is saved. advice: what is only said now, and not kept. is_held: on hold before
    anything of this was saved; hold: the number of the hold it brings.
    """

    patient: Patient
    treatment: Treatment
    dosed: Dosed
    place: Place
    stand: Stand
    screening: int | None
    findings: tuple[str, ...]
    reasons: tuple[Reason, ...]
    warnings: tuple[Objection, ...]
    remarks: tuple[str, ...]
    advice: tuple[str, ...] = ()
    anyway: str | None = None
    is_held: bool = False
    treatment_no: int | None = None
    session_no: int | None = None
    incident: int | None = None
    hold: int | None = None
    course: Change | None = None

    @property
    def rest(self) -> Change:
        """The course as it stands once this is saved; as it would, until then."""
        return self.course or self.place.rest

    @property
    def sessions(self) -> tuple[PlannedSession, ...]:
        """The live sessions of the course as they stand once this is saved."""
        from microsclero.desk.placing import as_given

        if self.course is not None:
            return self.course.sessions
        return as_given(self.place, self.stand, injector=self.treatment.injector)

    @property
    def told(self) -> tuple[str, ...]:
        """Everything that refuses nothing and is kept with the treatment."""
        return (*(each.message for each in self.warnings), *self.remarks)

    def as_data(self) -> dict[str, object]:
        dose, given = self.dosed.dose.as_data(), self.treatment
        return {
            "treatment": self.treatment_no,
            "number": self.place.number,
            "total_ml": dose["total_ml"],
            "total_mg": dose["total_mg"],
            "ceiling_percent": dose["ceiling_percent"],
            "patient": self.patient.number,
            "session": self.session_no,
            "course": self.rest.course,
            "screening": self.screening,
            "prescriber": given.prescriber,
            "injector": given.injector,
            "started_at": given.started_at.isoformat(),
            "ended_at": given.ended_at.isoformat(),
            "by_strength": dose["by_strength"],
            "remarks": [*self.told, *self.advice, *self.rest.remarks],
            "changed": [step.as_data() for step in self.rest.steps if step.why],
            "sessions": [session.as_data() for session in self.sessions],
            "incident": self.incident,
            "anyway": [reason.as_data() for reason in self.reasons],
            "hold": self.is_held or self.hold is not None,
            "saved": self.treatment_no is not None,
        }


def propose(
    desk: Desk, patient_no: int, given: Mapping[str, Any], *, anyway: str | None = None, where: Place | None = None
) -> Session:
    """What a document or a person told, held against every gate; refused (4) with all reasons at once.

    What overlaps a treatment that stands already is that one: 5, whatever else.

    anyway: why it is kept although gates refuse, since it has happened; what cannot be true is refused all the same.
    where: its place in the course, where that is known already.
    """
    from microsclero.desk import chair, dosing, holding, treating_remarks
    from microsclero.desk.giving_way import stand
    from microsclero.desk.next_course import photographs_wanted
    from microsclero.desk.patients import patient_of
    from microsclero.desk.placing import place
    from microsclero.desk.red_flags import reads_like

    patient = patient_of(desk, patient_no)
    treatment = _told(desk, patient, given)
    chair.refuse_recorded(desk, patient_no, treatment.started_at, treatment.ended_at)
    started_at, day = treatment.started_at, treatment.started_at.date()
    prescriber, injector = (chair.member_ever(desk, given[who]) for who in ("prescriber", "injector"))
    treatment = replace(treatment, prescriber=prescriber.initials, injector=injector.initials)
    screened = chair.screened_for(desk, patient_no, treatment.started_at)
    against = chair.against_treating(desk, patient_no, treatment.started_at, treatment.ended_at)
    dosed = dosing.dosed(
        desk, patient_no, started_at, treatment.vials, treatment.sites, treatment.weight_kg, screened.rows
    )
    where = where or place(desk, patient_no, treatment.started_at)
    stands = stand(desk, where, end=treatment.ended_at, injector=treatment.injector)
    reasons = (
        *against.reasons,
        *where.reasons,
        *chair.against_people(day, prescriber=prescriber, saw_on=treatment.prescriber_saw_on, injector=injector),
        *(photographs_wanted(desk, patient_no, day) if treatment.no_photo_reason is None else ()),
        *_found(given),
        *dosed.reasons,
    )
    impossible = [reason for reason in reasons if reason.code in dosing.CANNOT_BE]
    if reasons and (anyway is None or impossible):
        raise RefusedError.for_reasons(reasons if anyway is None else impossible)
    return Session(
        patient=patient,
        treatment=treatment,
        dosed=dosed,
        place=where,
        stand=stands,
        screening=screened.session.screening if screened.session else None,
        findings=tuple(given.get("findings") or ()),
        reasons=reasons,
        warnings=(*against.warnings, *dosed.warnings),
        remarks=(
            *treating_remarks.told_before(desk, patient_no, treatment, screened),
            *treating_remarks.remarks(desk, treatment),
            *where.remarks,
            *stands.remarks,
            *_about_anyway(anyway, reasons),
            *reads_like(patient_no, treatment.notes),
        ),
        advice=treating_remarks.advice(desk, patient_no, treatment),
        anyway=anyway,
        is_held=bool(holding.open_holds(desk, patient_no)),
    )


def _about_anyway(anyway: str | None, reasons: tuple[Reason, ...]) -> tuple[str, ...]:
    if anyway is None or reasons:
        return ()
    return ("Nothing stood against it, so it is no incident, and the reason is not kept.",)


# ── told ──


def _told(desk: Desk, patient: Patient, given: Mapping[str, Any]) -> Treatment:
    """The treatment as a value; what cannot be true of it is exit 2, all of it at once."""
    from microsclero.treatment import Treatment, Vial, read_sites

    started_at, ended_at = (read_moment(desk, given[key], key) for key in ("started_at", "ended_at"))
    faults = list(_impossible(desk, patient.born_on, started_at, ended_at, given.get("prescriber_saw_on")))
    if faults:
        raise UsageError.for_reasons(faults)
    return Treatment(
        prescriber=given["prescriber"],
        prescriber_saw_on=given.get("prescriber_saw_on"),
        injector=given["injector"],
        vials=tuple(Vial(**vial) for vial in given["vials"]),
        sites=read_sites(given["sites"]),
        started_at=started_at,
        ended_at=ended_at,
        stockings=given.get("stockings"),
        weight_kg=given.get("weight_kg"),
        needle_gauge=given.get("needle_gauge"),
        observed_minutes=given.get("observed_minutes"),
        no_photo_reason=given.get("no_photo_reason"),
        notes=given.get("notes"),
    )


def read_moment(desk: Desk, text: str, key: str) -> datetime:
    """A typed moment by the clinic's clock; one that the clock skips is exit 2.

    Of an end that comes twice in autumn the later one, once it has come: what is counted from it lasts long enough.
    """
    from microsclero.dates import parse_moment

    try:
        moment = parse_moment(text, zone=desk.clinic.zone, later=key == "ended_at")
        return moment if moment <= desk.now() else parse_moment(text, zone=desk.clinic.zone)
    except ValueError as error:
        raise UsageError(f"“{key}”: {error}".rstrip(".") + ".", code="unreadable", key=key) from None


def _impossible(
    desk: Desk, born_on: date, started_at: datetime, ended_at: datetime, saw_on: date | None
) -> list[Reason]:
    """What cannot be true of a session that has been given."""
    now, faults = desk.now(), []

    def fault(key: str, words: str) -> None:
        faults.append(Reason("unreadable", f"“{key}” {words}.", {"key": key}))

    if started_at > now:
        fault("started_at", "lies in the future: a session is recorded once it has been given")
    elif started_at.date() < born_on:
        fault("started_at", "lies before the patient's birth")
    if ended_at < started_at:
        fault("ended_at", "lies before the start")
    elif ended_at.date() != started_at.date() and ended_at.astimezone(UTC) - started_at.astimezone(UTC) >= _LONGEST:
        fault("ended_at", "lies on another day than the start, six hours after it or more")
    elif ended_at > now:
        fault("ended_at", "lies in the future: a session is recorded once it has been given")
    if saw_on is not None and not born_on <= saw_on <= now.date():
        fault("prescriber_saw_on", "lies in the future or before the patient's birth")
    return faults


def _found(given: Mapping[str, Any]) -> tuple[Reason, ...]:
    """What was found on the legs: nothing is injected until a prescriber has looked at it."""
    from microsclero.response import FINDINGS_BY_CODE

    return tuple(
        Reason(
            "found_today",
            f"Found on the legs: {FINDINGS_BY_CODE[code].label}. {FINDINGS_BY_CODE[code].do}",
            {"finding": code},
        )
        for code in given.get("findings") or ()
    )


# ── saved ──


def save(desk: Desk, patient_no: int, given: Mapping[str, Any], *, shown: Session, draft: int | None = None) -> Session:
    """Keep it in one transaction: the treatment, its session, the rest of the course, the incident if it is one.

    Every gate is asked once more under the lock; where what was shown has changed, nothing is saved (5).
    """
    from microsclero.desk import opening_of, placing
    from microsclero.store import drafts, incidents, reactions

    later = [step.after.on for step in shown.place.rest.steps if step.after]
    opening_of.keep_missing_holidays(desk, max((*later, desk.today())))
    with desk.store.changing(who=desk.writer(), command="treat"):
        desk = desk.reread()
        now = propose(desk, patient_no, given, anyway=shown.anyway)
        if (now.reasons, now.place, now.stand, now.dosed) != (shown.reasons, shown.place, shown.stand, shown.dosed):
            raise ConflictError(
                f"The record of patient {patient_no} or the diary changed meanwhile; nothing was saved. Look again.",
                code="changed_meanwhile",
            )
        told = now.treatment
        session, rest = placing.keep(desk, now.place, end=told.ended_at, injector=told.injector)
        number = enter(desk, now, session.session, anyway=now.anyway if now.reasons else None)
        incident = hold = None
        if now.anyway is not None and now.reasons:
            codes = list(dict.fromkeys(reason.code for reason in now.reasons))
            incident = incidents.add_incident(
                desk.store, patient_no=patient_no, treatment=number, codes=codes, reason=now.anyway
            )
        if now.findings:
            cause = f"found at treatment: {', '.join(code.replace('_', ' ') for code in now.findings)}"
            hold = reactions.add_hold(desk.store, patient_no=patient_no, cause=cause, treatment=number)
        if draft is not None:
            drafts.drop_draft(desk.store, draft)
    return replace(now, treatment_no=number, session_no=session.session, incident=incident, hold=hold, course=rest)


def enter(desk: Desk, now: Session, session: int, *, anyway: str | None, sheet: str | None = None) -> int:
    """The entry itself with its vials, inside `changing()`; sheet: the version given, where that is not today's."""
    from microsclero import content
    from microsclero.content.products import load_products
    from microsclero.store import treatments

    told, dose = now.treatment, now.dosed.dose.as_data()
    return treatments.add_treatment(
        desk.store,
        patient_no=now.patient.number,
        session=session,
        screening=now.screening,
        prescriber=told.prescriber,
        prescriber_saw_on=told.prescriber_saw_on,
        injector=told.injector,
        sites=[site.as_data() for site in told.sites],
        weight_kg=None if told.weight_kg is None else f"{told.weight_kg:f}",
        needle_gauge=told.needle_gauge,
        started_at=told.started_at,
        ended_at=told.ended_at,
        stockings=told.stockings,
        observed_minutes=told.observed_minutes,
        no_photo_reason=told.no_photo_reason,
        notes=told.notes,
        total_ml=str(dose["total_ml"]),
        total_mg=str(dose["total_mg"]),
        ceiling_percent=None if dose["ceiling_percent"] is None else str(dose["ceiling_percent"]),
        remarks=now.told,
        sheet=sheet or content.aftercare().version,
        products=load_products().version,
        anyway=anyway,
        vials=_vial_rows(told),
    )


def _vial_rows(told: Treatment) -> list[dict[str, object]]:
    """Each vial with what came out of it; one that gave nothing is kept as well, since it was opened."""
    from decimal import Decimal

    return [
        {
            "vial": vial.vial,
            "product": vial.product,
            "strength_percent": f"{vial.strength_percent:f}",
            "batch": vial.batch or "",
            "batch_key": vial.batch_key,
            "expires_on": vial.expires_on,
            "volume_ml": f"{sum((s.volume_ml for s in told.sites if s.vial == vial.vial), Decimal(0)):f}",
        }
        for vial in told.vials
    ]
