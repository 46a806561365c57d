"""Screening at the desk: which form, the answers of a document, and the signed result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from microsclero.errors import Reason, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.lapsing import DecidedBefore
    from microsclero.lasting import Lasting
    from microsclero.questionnaire import OutcomeWords, Questionnaire
    from microsclero.said_before import Difference
    from microsclero.screening import Screening
    from microsclero.store.screenings import ScreeningRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """A signed screening as it is shown and answered."""

    number: int
    patient_no: int
    screening: Screening
    signed_by: str
    answers: Mapping[str, str]
    words: OutcomeWords
    wording: Mapping[str, str]
    planned: int = 0
    besides: tuple[Reason, ...] = ()
    changed: tuple[Difference, ...] = ()
    to_confirm: tuple[DecidedBefore, ...] = ()
    lapsed: tuple[DecidedBefore, ...] = ()
    remarks: tuple[str, ...] = ()
    to_report: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        return {
            "screening": self.number,
            "patient": self.patient_no,
            "for": self.screening.form,
            "questionnaire": self.screening.questionnaire,
            "version": self.screening.version,
            "outcome": self.screening.outcome.value,
            "ask_again_on": self.screening.ask_again_on.isoformat() if self.screening.ask_again_on else None,
            "signed_by": self.signed_by,
            "findings": [finding.as_data() for finding in self.screening.findings],
            "unanswered": list(self.screening.unanswered),
            "lasting": [each.as_data() for each in self.screening.lasting],
            "changed": [difference.as_data() for difference in self.changed],
            "to_confirm": [decided.as_data() for decided in self.to_confirm],
            "lapsed": [decided.as_data() for decided in self.lapsed],
            "planned_sessions": self.planned,
            "also_standing": [reason.as_data() for reason in self.besides],
            "options_discussed": list(self.options_discussed),
            "remarks": list(self.remarks),
            "to_report": list(self.to_report),
        }

    @property
    def options_discussed(self) -> tuple[str, ...]:
        """The treatment options that were talked about: microsclerotherapy, laser, referral, nothing."""
        return tuple(
            link_id.removeprefix("discussed_")
            for link_id, answer in self.answers.items()
            if link_id.startswith("discussed_") and answer == "discussed"
        )


def refuse_unreadable(document: Mapping[str, Any], purpose: str | None) -> None:
    """What the document alone shows, before any file is opened; where no form is named, what is wrong on both."""
    from microsclero.answers import read_answers
    from microsclero.content import questionnaire
    from microsclero.text import visible

    forms = [questionnaire(each) for each in ((purpose,) if purpose else ("intake", "session"))]
    wrong = [{str(each.details["key"]): each for each in read_answers(form, document, on=None)[1]} for form in forms]
    elsewhere = {question.link_id for form in forms for question in form.elsewhere}
    faults = []
    for key in document:
        name = visible(str(key)[:60])
        about = [mistakes.get(key) for mistakes, form in zip(wrong, forms, strict=True) if key in form.by_id]
        if about:
            faults += [about[0]] if about[0] is not None and all(about) else []
        elif key in elsewhere:
            faults.append(Reason("not_shown", f"{name} is not asked on this form: leave it out.", {"key": name}))
        else:
            message = f"There is no question “{name}” here; microsclero screen --form lists them."
            faults.append(Reason("unknown_key", message, {"key": name}))
    if faults:
        raise UsageError.for_reasons(faults)


def purpose_for(desk: Desk, patient_no: int, wanted: str | None) -> str:
    """The form asked for; else the session's where one is planned today, else the intake."""
    from microsclero.desk.patients import patient_of
    from microsclero.store import diary

    patient_of(desk, patient_no)
    if wanted:
        return wanted
    today = desk.today()
    planned = any(
        row.on == today and row.status == "planned" and row.kind == "session"
        for row in diary.sessions_of_patient(desk.store, patient_no)
    )
    return "session" if planned else "intake"


def is_unfinished(desk: Desk, patient_no: int, purpose: str) -> bool:
    """Whether this form was begun for the patient, by somebody, and not signed."""
    from microsclero.store import drafts

    return any(row.purpose == purpose for row in drafts.drafts(desk.store, patient_no))


def readings(desk: Desk) -> frozenset[str]:
    """The clinic's own recorded readings of the patient page."""
    return frozenset({"phlebitis_past"} if desk.clinic.reading_phlebitis else ())


def screen_document(desk: Desk, patient_no: int, purpose: str, document: Mapping[str, Any]) -> Screened:
    """Answers from a document, signed by whoever is at the desk; gaps come back as unanswered."""
    from microsclero.content import questionnaire

    form = questionnaire(purpose)
    answers = form.check_answers(document, on=desk.today())
    return save(desk, patient_no, form, answers, {}, desk.writer(), draft=None)


def save(
    desk: Desk,
    patient_no: int,
    form: Questionnaire,
    answers: Mapping[str, str],
    confirmed: Mapping[str, date],
    signed_by: str,
    *,
    draft: int | None,
) -> Screened:
    """Run the rules and keep everything that reprints and re-runs this screening for ever."""
    from microsclero.desk.earlier import changed_since, decisions_before
    from microsclero.desk.gate import stands_besides
    from microsclero.desk.patients import patient_of
    from microsclero.desk.reactions_of import said_at_screening
    from microsclero.desk.unreported import to_report
    from microsclero.screening import screen
    from microsclero.store import drafts, screenings

    patient = patient_of(desk, patient_no)
    counted, counted_on = carried(desk, patient_no, form)
    kept = {**counted, **answers}
    answered_on = {**counted_on, **confirmed}
    today = desk.today()
    result = screen(
        form,
        kept,
        born_on=patient.born_on,
        on=today,
        readings=readings(desk),
        answered_on=answered_on,
        lasting=beside(desk, patient_no, form, answers),
    )
    with desk.store.changing(who=desk.writer(), command="screen"):
        number = screenings.add_screening(
            desk.store,
            patient_no=patient_no,
            purpose=form.form,
            questionnaire=result.questionnaire,
            version=result.version,
            sha256=result.sha256,
            on=today,
            born_on=patient.born_on,
            answers=dict(kept),
            answered_on={key: day.isoformat() for key, day in answered_on.items()},
            outcome=result.outcome.value,
            ask_again_on=result.ask_again_on,
            findings=[finding.as_data() for finding in result.findings],
            unanswered=list(result.unanswered),
            readings=sorted(readings(desk)),
            lasting=[each.as_data() for each in result.lasting],
            asked_by=desk.writer(),
            signed_by=signed_by,
        )
        for waited in _asked_again(desk, patient_no, form, answers):
            screenings.mark_asked_again(desk.store, waited)
        if draft is not None:
            drafts.drop_draft(desk.store, draft)
    to_confirm, lapsed = decisions_before(desk, screenings.screening(desk.store, number))
    return Screened(
        number=number,
        patient_no=patient_no,
        screening=result,
        signed_by=signed_by,
        answers=kept,
        words=form.words_for(result.outcome),
        planned=sessions_booked(desk, patient_no),
        besides=stands_besides(desk, patient_no, number),
        wording={question.link_id: form.wording(question) for question in form.questions},
        changed=changed_since(desk, patient_no, number),
        to_confirm=to_confirm,
        lapsed=lapsed,
        remarks=said_at_screening(desk, patient_no, answers),
        to_report=to_report(desk, patient_no),
    )


def _asked_again(desk: Desk, patient_no: int, form: Questionnaire, answers: Mapping[str, str]) -> tuple[int, ...]:
    """A deferral of the other form whose day has come, where all that it waited for is answered anew on this one."""
    from microsclero.store import screenings

    other = "intake" if form.form == "session" else "session"
    row = screenings.latest_screening(desk.store, patient_no, other)
    if row is None or row.outcome != "defer" or row.decided_at is not None:
        return ()
    if row.ask_again_on is None or row.ask_again_on > desk.today():
        return ()
    waited_for = {str(found.get("question")) for found in row.findings if found["outcome"] == "defer"}
    return (row.screening,) if waited_for <= set(answers) else ()


def sessions_booked(desk: Desk, patient_no: int) -> int:
    """How many sessions are booked; a finding that stops them concerns the diary, too."""
    from microsclero.store import diary

    rows = diary.sessions_of_patient(desk.store, patient_no)
    return sum(row.status == "planned" and row.kind == "session" for row in rows)


def carried(desk: Desk, patient_no: int, form: Questionnaire) -> tuple[dict[str, str], dict[str, date]]:
    """The latest intake's answers that count at a session without being asked again, and when they were given."""
    from microsclero.store import screenings

    row = screenings.latest_screening(desk.store, patient_no, "intake")
    if row is None or form.form == "intake":
        return {}, {}
    answers = form.carried(row.answers)
    said_on = _said_on(row)
    return answers, {link_id: said_on[link_id] for link_id in answers}


def beside(desk: Desk, patient_no: int, form: Questionnaire, answers: Mapping[str, str]) -> tuple[Lasting, ...]:
    """What counts more than these answers: told at a session and still standing, or a clot that was confirmed."""
    from microsclero.desk.earlier import screenings_before
    from microsclero.desk.holding import clots_lasting
    from microsclero.desk.unreported import unreported_lasting
    from microsclero.lasting import lasting

    besides = (*clots_lasting(desk, patient_no), *unreported_lasting(desk, patient_no))
    return lasting(form, answers, screenings_before(desk, patient_no), besides)


def latest_of_any(desk: Desk, patient_no: int) -> ScreeningRow | None:
    """The latest screening, intake or session."""
    from microsclero.store import screenings

    rows = [screenings.latest_screening(desk.store, patient_no, purpose) for purpose in ("intake", "session")]
    return max((row for row in rows if row is not None), key=lambda row: row.screening, default=None)


def _said_on(row: ScreeningRow) -> dict[str, date]:
    """When each answer of a screening was given: that day, or the day it was confirmed from."""
    return {key: date.fromisoformat(row.answered_on.get(key, row.on.isoformat())) for key in row.answers}
