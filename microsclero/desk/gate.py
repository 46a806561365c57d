"""The gates before the diary: what of a patient's screenings stands against planning, or against moving sooner."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from microsclero.errors import Reason

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.standing import PlanGate
    from microsclero.store.screenings import ScreeningRow

# What is asked of an intake before what it found; a session already booked does not fall with its age.
FORMALITIES = frozenset({"no_screening", "no_intake", "intake_version", "intake_unsigned", "intake_too_old"})


class Gate(NamedTuple):
    """Whether a course may be planned: every reason against it, or the first day it may begin."""

    reasons: tuple[Reason, ...]
    remarks: tuple[str, ...]
    not_before: date | None
    screenings: tuple[int, ...]


def plan_gate(desk: Desk, patient_no: int) -> Gate:
    """The latest intake, complete, signed, in force, recent; nothing above review, every review decided "proceed".

    The latest session's screening counts, too: whole where it is newer than the intake, and in what only a session asks
    where it is older, since no intake has asked that again. It stands until the next session's screening.
    """
    from microsclero.dates import show_date
    from microsclero.store import screenings

    intake = screenings.latest_screening(desk.store, patient_no, "intake")
    session = screenings.latest_screening(desk.store, patient_no, "session")
    seen = tuple(row.screening for row in (intake, session) if row is not None)
    if intake is None:
        reason = Reason(
            "no_screening", f"Patient {patient_no} has no intake yet: microsclero screen {patient_no} --for intake.", {}
        )
        return Gate(reasons=(reason,), remarks=(), not_before=None, screenings=seen)
    reasons, waits = _against(desk, intake)
    if session is not None:
        more, more_waits = _against(desk, session)
        if session.screening < intake.screening:
            more, more_waits = _only_of_sessions(desk, session, more)
        reasons += [_at_a_session(reason, session) for reason in more if reason.code not in FORMALITIES]
        waits += more_waits
    not_before = max(waits, default=None)
    remarks: tuple[str, ...] = ()
    if not_before and not_before > desk.today():
        remarks = (f"Not before {show_date(not_before)}: a deferral lasts until then.",)
    return Gate(reasons=tuple(reasons), remarks=remarks, not_before=not_before, screenings=seen)


def stands_besides(desk: Desk, patient_no: int, screening: int) -> tuple[Reason, ...]:
    """What the other screening in force has found and still stands: no new "no" takes it back."""
    from microsclero.desk.standing_of import screenings_in_force

    newest, *others = screenings_in_force(desk, patient_no)
    found: list[Reason] = []
    for row in others if newest.screening == screening else ():
        reasons, waits = _against(desk, row)
        if row.purpose == "session":
            reasons, waits = _only_of_sessions(desk, row, reasons)
        found += [reason for reason in reasons if reason.code not in FORMALITIES]
        found += [_waiting(day) for day in waits if day > desk.today()]
    return tuple(found)


def against_session(desk: Desk, patient_no: int, on: date) -> tuple[Reason, ...]:
    """What stands against giving the session that is booked for that day, as things are now."""
    gate = plan_gate(desk, patient_no)
    found = [reason for reason in gate.reasons if reason.code not in FORMALITIES]
    if gate.not_before is not None and on < gate.not_before:
        found.append(_waiting(gate.not_before))
    return tuple(found)


def _waiting(until: date) -> Reason:
    from microsclero.dates import show_date

    return Reason("deferred", f"A deferral lasts until {show_date(until)}.", {"not_before": until.isoformat()})


def _against(desk: Desk, row: ScreeningRow) -> tuple[list[Reason], list[date]]:
    """What one screening has against planning, and the days it wants waited for."""
    from microsclero import content
    from microsclero.desk.patients import patient_of
    from microsclero.desk.standing_of import decisions_on, documents_for, screening_from_row
    from microsclero.standing import intake_refusals

    gate: PlanGate = intake_refusals(
        screening_from_row(row),
        documents_for(desk, row),
        decisions_on(desk, row),
        signed_on=row.signed_at.astimezone(desk.zone).date() if row.signed_at else None,
        today=desk.today(),
        version_in_force=content.version_in_force(),
        valid_days=content.intake_valid_days(),
    )
    reasons = [_with_command(reason, row) for reason in gate.reasons]
    if row.born_on != patient_of(desk, row.patient_no).born_on:
        message = "The date of birth was corrected after this screening: screen again."
        reasons.append(Reason("birth_date_changed", message, {"screening": row.screening}))
    return reasons, [gate.not_before] if gate.not_before else []


def _with_command(reason: Reason, row: ScreeningRow) -> Reason:
    """The reason with what to type, for what a document or a decision can change."""
    if reason.code == "undecided":
        rule = reason.details.get("rule")
        message = f"{rule} is for a prescriber to decide: microsclero decide {row.patient_no}"
        return reason._replace(message=message)
    if reason.code == "finding_refer":
        command = f"microsclero document {row.patient_no}"
        return reason._replace(message=reason.message.replace("use document.", command))
    return reason


def _only_of_sessions(desk: Desk, row: ScreeningRow, reasons: list[Reason]) -> tuple[list[Reason], list[date]]:
    """What stands of a session's screening after a newer intake: all that rests on questions no intake asks."""
    from microsclero.content import questionnaire
    from microsclero.desk.standing_of import stands_at
    from microsclero.outcomes import Outcome

    intake = questionnaire("intake")
    elsewhere = [link_id for link_id in row.unanswered if link_id not in intake.by_id]
    kept = [
        reason for reason in reasons if reason.details.get("rule") and reason.details["rule"] not in intake.rules_by_id
    ]
    if elsewhere:
        message = f"Not answered yet: {', '.join(elsewhere)}. Finish the screening first."
        kept.append(Reason("unanswered", message, {"unanswered": elsewhere}))
    waits = [
        found.finding.ask_again_on
        for found in stands_at(desk, row).findings
        if found.finding.rule not in intake.rules_by_id
        and found.effective == Outcome.DEFER.value
        and found.finding.ask_again_on is not None
    ]
    return kept, waits


def _at_a_session(reason: Reason, row: ScreeningRow) -> Reason:
    from microsclero.dates import show_date

    message = f"{reason.message} (Screened for a session on {show_date(row.on)}; screen again with --for session.)"
    return reason._replace(message=message)


def against_moving(gate: Gate, *, later: bool) -> tuple[Reason, ...]:
    """What stands against moving a session that is booked already.

    Whoever is not suitable has the session cancelled, not moved. What only has to pass lets it be put off, never
    brought forward; it is screened again on the day.
    """
    lasting = ("finding_bar", "finding_refer", "declined")
    found: Iterable[Reason] = (reason for reason in gate.reasons if reason.code not in FORMALITIES)
    return tuple(reason for reason in found if not later or reason.code in lasting)
