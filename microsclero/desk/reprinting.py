"""An old screening exactly as it was asked and answered, and the proof that it still comes to the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from microsclero.errors import ContentError, DeskError, FileError, NotFoundError, Reason

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.asked_lines import Line
    from microsclero.patients import Patient
    from microsclero.questionnaire import Questionnaire
    from microsclero.said_before import Difference
    from microsclero.standing import Decision
    from microsclero.store.screenings import DocumentRow, ScreeningRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Whether the stored answers, run again, come to what is stored; why not, if not."""

    outcome_again: str | None
    findings_again: int
    reasons: tuple[Reason, ...]

    @property
    def holds(self) -> bool:
        return not self.reasons

    def as_data(self) -> dict[str, object]:
        return {
            "same": self.holds,
            "outcome_again": self.outcome_again,
            "reasons": [reason.as_data() for reason in self.reasons],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprint:
    """A stored screening with everything that belongs to it."""

    row: ScreeningRow
    patient: Patient
    clinic: str
    made_up: bool
    age: int
    signed_at: datetime
    lines: tuple[Line, ...]
    titles: Mapping[str, str]
    changed: tuple[Difference, ...]
    decisions: tuple[Decision, ...]
    documents: tuple[DocumentRow, ...]
    proof: Proof
    remarks: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        row = self.row
        return {
            "screening": row.screening,
            "patient": row.patient_no,
            "for": row.purpose,
            "questionnaire": row.questionnaire,
            "version": row.version,
            "sha256": row.sha256,
            "date": row.on.isoformat(),
            "born_on": row.born_on.isoformat(),
            "age": self.age,
            "outcome": row.outcome,
            "ask_again_on": row.ask_again_on.isoformat() if row.ask_again_on else None,
            "asked_by": row.asked_by,
            "signed_by": row.signed_by,
            "signed_at": self.signed_at.isoformat(),
            "superseded_by": row.superseded_by,
            "readings": list(row.readings),
            "questions": [line.as_data() for line in self.lines],
            "findings": [dict(finding) for finding in row.findings],
            "unanswered": list(row.unanswered),
            "lasting": [dict(told) for told in row.lasting],
            "changed": [difference.as_data() for difference in self.changed],
            "decisions": [made.as_data() for made in self.decisions],
            "documents": [
                {
                    "document": filed.document,
                    "kind": filed.kind,
                    "rule": filed.rule,
                    "dated_on": filed.dated_on.isoformat(),
                    "summary": filed.summary,
                }
                for filed in self.documents
            ],
            "proof": self.proof.as_data(),
            "remarks": list(self.remarks),
        }

    def refusal(self, stored: Mapping[str, object]) -> DeskError:
        """What is to be said where the proof does not hold; what is stored goes with it."""
        kind = ContentError if self.proof.reasons[0].code.startswith("content") else FileError
        first, *others = self.proof.reasons
        return kind.for_reasons([first._replace(details={**first.details, "stored": stored}), *others])


def reprint(desk: Desk, patient_no: int, number: int | None, *, purpose: str | None = None) -> Reprint:
    """A stored screening of this patient, the latest without a number; run again, and compared."""
    from microsclero.dates import age_on
    from microsclero.desk.asked_lines import asked_lines
    from microsclero.desk.earlier import changed_since, lasting_of
    from microsclero.desk.patient_record import note_look
    from microsclero.desk.patients import patient_of
    from microsclero.desk.standing_of import decisions_on, screening_from_row

    patient = patient_of(desk, patient_no)
    row = _chosen(desk, patient_no, number, purpose)
    screening_from_row(row)
    unseen = note_look(desk, patient_no, "screen --reprint")
    form, reasons = _form(row)
    changed = changed_since(desk, patient_no, row.screening)
    documents = _documents(desk, row)
    corrected = "The date of birth was corrected after this screening: the age is by the date that stood then."
    return Reprint(
        row=row,
        patient=patient,
        clinic=desk.clinic.name,
        made_up=desk.clinic.made_up,
        age=age_on(row.born_on, row.on),
        signed_at=row.signed_at.astimezone(desk.zone),
        lines=asked_lines(row, form, lasting_of(row), {each.question.link_id: each for each in changed}),
        titles={section.section: section.title for section in form.sections} if form else {},
        changed=changed,
        decisions=decisions_on(desk, row),
        documents=documents,
        proof=_prove(row, form, (*_not_as_noted(desk, row, documents), *reasons)),
        remarks=(corrected,) if row.born_on != patient.born_on else (),
        unseen=unseen,
    )


def _chosen(desk: Desk, patient_no: int, number: int | None, purpose: str | None) -> ScreeningRow:
    """The screening of that number, or the patient's latest; NotFoundError names those there are."""
    from microsclero.dates import show_date
    from microsclero.store import screenings

    rows = screenings.screenings_of(desk.store, patient_no)
    fits = [row for row in rows if number in (None, row.screening) and purpose in (None, row.purpose)]
    if fits:
        return fits[-1]
    if not rows:
        raise NotFoundError(
            f"Patient {patient_no} has not been screened yet: microsclero screen {patient_no}", code="no_screening"
        )
    known = "; ".join(f"{row.screening}, {row.purpose} of {show_date(row.on)}" for row in rows)
    wanted = f"screening {number}" if number is not None else f"{purpose} screening"
    raise NotFoundError(
        f"Patient {patient_no} has no {wanted}. There are: {known}.", patient=patient_no, screening=number
    )


def _form(row: ScreeningRow) -> tuple[Questionnaire | None, tuple[Reason, ...]]:
    """The form it was asked by, and what is wrong with it; None where its words can't be had any more."""
    from microsclero import content

    try:
        form = content.questionnaire(row.purpose, row.version)
    except ContentError as error:
        return None, error.reasons
    reasons = []
    name = f"questionnaire.{row.version}.toml"
    if name not in content.released():
        message = f"{name} is not among the released files: nobody can say that it is what was asked."
        reasons.append(Reason("content_unreleased", message, {"file": name}))
    if (form.id, form.sha256) != (row.questionnaire, row.sha256):
        message = (
            f"Screening {row.screening} was asked by other questions than those of {name} here: "
            f"its sha256 is {row.sha256}, that of the file is {form.sha256}. See: microsclero record check"
        )
        reasons.append(Reason("screening_other_questions", message, {"screening": row.screening}))
    return form, tuple(reasons)


def _prove(row: ScreeningRow, form: Questionnaire | None, reasons: tuple[Reason, ...]) -> Proof:
    """The stored answers through the rules once more, with the day, the birth date and all that counted then."""
    from microsclero.desk.earlier import lasting_of
    from microsclero.screening import screen

    if form is None:
        return Proof(outcome_again=None, findings_again=0, reasons=reasons)
    again = screen(
        form,
        row.answers,
        born_on=row.born_on,
        on=row.on,
        readings=frozenset(row.readings),
        answered_on={key: date.fromisoformat(day) for key, day in row.answered_on.items()},
        lasting=lasting_of(row),
    )
    found = [finding.as_data() for finding in again.findings]
    is_same = found == [dict(finding) for finding in row.findings]
    came_to = (again.outcome.value, again.ask_again_on, again.unanswered, again.lasting)
    if not is_same or came_to != (row.outcome, row.ask_again_on, row.unanswered, lasting_of(row)):
        stored, now = _summed_up(row.outcome, row.findings), _summed_up(again.outcome.value, found)
        message = (
            f"Screening {row.screening} does not come out as it was stored. Stored: {stored}. Run again: {now}. "
            "See: microsclero record check"
        )
        reasons = (*reasons, Reason("screening_differs", message, {"screening": row.screening}))
    return Proof(outcome_again=again.outcome.value, findings_again=len(found), reasons=reasons)


def _summed_up(outcome: str, findings: Sequence[Mapping[str, Any]]) -> str:
    rules = ", ".join(f"{found.get('rule')} {found.get('outcome')}" for found in findings)
    return f"{outcome} ({rules or 'no findings'})"


def _not_as_noted(desk: Desk, row: ScreeningRow, documents: Sequence[DocumentRow]) -> tuple[Reason, ...]:
    """What of all this another program has changed: the record's own history has it otherwise."""
    from microsclero.store import journal, screenings

    rows = [("screening", row.screening)]
    rows += [("decision", made.decision_no) for made in screenings.decisions(desk.store, row.screening)]
    rows += [("document", filed.document) for filed in documents]
    return tuple(
        Reason(
            "row_changed",
            f"{table.capitalize()} {number} is not as its history has it: another program has changed it. "
            "See: microsclero record check",
            {table: number},
        )
        for table, number in rows
        if not journal.is_as_noted(desk.store, table, number)
    )


def _documents(desk: Desk, row: ScreeningRow) -> tuple[DocumentRow, ...]:
    """What was filed since, and what had been filed before and answered a finding of this screening."""
    from microsclero.desk.standing_of import documents_for
    from microsclero.desk.struck import struck_out
    from microsclero.store import screenings

    counted = {(each.kind, each.dated_on, each.summary) for each in documents_for(desk, row)}
    struck = {number for kind, number in struck_out(desk, row.patient_no) if kind == "document"}
    return tuple(
        filed._replace(summary=f"STRUCK OUT. {filed.summary}") if filed.document in struck else filed
        for filed in screenings.documents(desk.store, row.patient_no)
        if filed.filed_at >= row.signed_at or (filed.kind, filed.dated_on, filed.summary) in counted
    )
