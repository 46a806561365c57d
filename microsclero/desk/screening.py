"""Screening at the desk: which form, what was said before, kept answers, and the signed result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from microsclero.errors import Reason, UsageError

if TYPE_CHECKING:
    from microsclero.answers import Before
    from microsclero.desk import Desk
    from microsclero.questionnaire import OutcomeWords, Questionnaire
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
    changed: tuple[dict[str, object], ...] = ()

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
            "changed": list(self.changed),
            "planned_sessions": self.planned,
            "also_standing": [reason.as_data() for reason in self.besides],
            "options_discussed": list(self.options_discussed),
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
    """What the document alone shows, before any file is opened: unknown keys and values nobody can read."""
    from microsclero.answers import check_answer
    from microsclero.content import questionnaire
    from microsclero.text import visible

    forms = [questionnaire(each) for each in ((purpose,) if purpose else ("intake", "session"))]
    known = {question.link_id: question for form in forms for question in form.questions}
    elsewhere = {question.link_id for form in forms for question in form.elsewhere}
    faults = []
    for key, value in document.items():
        name = visible(str(key)[:60])
        if key in known:
            try:
                if value is not None:
                    check_answer(known[key], value, on=None)
            except ValueError as error:
                faults.append(Reason("unreadable", str(error), {"key": key}))
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


def readings(desk: Desk) -> frozenset[str]:
    """The clinic's own recorded readings of the patient page."""
    return frozenset({"phlebitis_past"} if desk.clinic.reading_phlebitis else ())


def screen_document(desk: Desk, patient_no: int, purpose: str, document: Mapping[str, Any]) -> Screened:
    """Answers from a document, signed by whoever is at the desk; gaps come back as unanswered."""
    from microsclero.content import questionnaire

    form = questionnaire(purpose)
    answers = form.check_answers(document, on=desk.today())
    return _save(desk, patient_no, form, answers, {}, desk.writer(), draft=None)


def _save(
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
    from microsclero.desk.gate import stands_besides
    from microsclero.desk.patients import patient_of
    from microsclero.screening import screen
    from microsclero.store import drafts, screenings

    patient = patient_of(desk, patient_no)
    before = latest_of_any(desk, patient_no)
    carried, carried_on = _carried(desk, patient_no, form)
    kept = {**carried, **answers}
    answered_on = {**carried_on, **confirmed}
    today = desk.today()
    result = screen(form, kept, born_on=patient.born_on, on=today, readings=readings(desk), answered_on=answered_on)
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
            asked_by=desk.writer(),
            signed_by=signed_by,
        )
        if draft is not None:
            drafts.drop_draft(desk.store, draft)
    return Screened(
        number=number,
        patient_no=patient_no,
        screening=result,
        signed_by=signed_by,
        answers=kept,
        words=form.words_for(result.outcome),
        planned=_planned(desk, patient_no),
        besides=stands_besides(desk, patient_no, number),
        wording={question.link_id: form.wording(question) for question in form.questions},
        changed=_changed(form, before, kept),
    )


def _planned(desk: Desk, patient_no: int) -> int:
    """How many sessions are booked; a finding that stops them concerns the diary, too."""
    from microsclero.store import diary

    rows = diary.sessions_of_patient(desk.store, patient_no)
    return sum(row.status == "planned" and row.kind == "session" for row in rows)


def _carried(desk: Desk, patient_no: int, form: Questionnaire) -> tuple[dict[str, str], dict[str, date]]:
    """The latest intake's answers that count at a session without being asked again, and when they were given."""
    from microsclero.store import screenings

    row = screenings.latest_screening(desk.store, patient_no, "intake")
    if row is None or form.form == "intake":
        return {}, {}
    answers = form.carried(row.answers)
    said_on = _said_on(row)
    return answers, {link_id: said_on[link_id] for link_id in answers}


def _changed(
    form: Questionnaire, before: ScreeningRow | None, answers: Mapping[str, str]
) -> tuple[dict[str, object], ...]:
    """What is answered otherwise than last time."""
    if before is None:
        return ()
    return tuple(
        {"question": question.link_id, "before": before.answers[question.link_id], "now": answers.get(question.link_id)}
        for question in form.questions
        if question.link_id in before.answers and before.answers[question.link_id] != answers.get(question.link_id)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One person in front of one questionnaire."""

    patient_no: int
    questionnaire: Questionnaire
    answers: dict[str, str]
    before: Before
    draft: int
    resumed_from: str
    left_out: frozenset[str]
    keep: Callable[[dict[str, str]], None]
    matters: Callable[[Mapping[str, str]], frozenset[str]]


def sit_down(desk: Desk, patient_no: int, purpose: str) -> Sitting:
    """Begin, or go on with, a questionnaire; what was answered on an earlier day is asked afresh."""
    from microsclero.answers import Before
    from microsclero.content import questionnaire
    from microsclero.dates import show_date
    from microsclero.store import drafts

    form = questionnaire(purpose)
    today = desk.today()
    draft = next((row for row in drafts.drafts(desk.store, patient_no) if row.purpose == purpose), None)
    body: dict[str, Any] = dict(draft.body) if draft else {}
    stale = draft is not None and body.get("version") != form.version
    said: dict[str, str] = {} if stale else dict(body.get("answers", {}))
    said_on = {key: date.fromisoformat(day) for key, day in body.get("on", {}).items()}
    fresh = {key: value for key, value in said.items() if said_on.get(key) == today}
    earlier = latest_of_any(desk, patient_no)
    before = Before(
        answers={**(dict(earlier.answers) if earlier else {}), **said},
        answered_on={**(_said_on(earlier) if earlier else {}), **said_on},
        confirm=frozenset(
            question.link_id for question in form.questions if purpose == "session" and not question.afresh
        ),
    )
    number = draft.draft if draft else None
    again = draft is None and _signed_today(earlier, form, today)
    if again and earlier is not None:
        fresh = {key: value for key, value in earlier.answers.items() if key in form.by_id}
    older = {key: value for key, value in said.items() if key not in fresh}

    def keep(answers: dict[str, str]) -> None:
        nonlocal number
        content = {
            "version": form.version,
            "answers": {**older, **answers},
            "on": {key: (today if key in answers else said_on[key]).isoformat() for key in {**older, **answers}},
        }
        number = drafts.save_draft(
            desk.store, draft_no=number, patient_no=patient_no, purpose=purpose, body=content, who=desk.writer()
        )

    if number is None:
        keep(fresh)
    resumed = ""
    if again:
        resumed = "Screened already today: those answers stand. Change by its number what has changed, then sign again."
    if said:
        resumed = (
            f"An unfinished {purpose} questionnaire: {len(fresh)} of {len(said)} answers are from today and stand."
        )
        if len(fresh) < len(said):
            days = ", ".join(sorted({show_date(day) for day in said_on.values() if day != today}))
            resumed += f" Those of {days} are asked again."
    return Sitting(
        patient_no=patient_no,
        questionnaire=form,
        answers=fresh,
        before=before,
        draft=int(number or 0),
        resumed_from=resumed,
        left_out=frozenset(q.link_id for q in form.questions if again and not q.required and q.link_id not in fresh),
        keep=keep,
        matters=lambda answers: _rests_on(desk, patient_no, form, answers),
    )


def _signed_today(row: ScreeningRow | None, form: Questionnaire, today: date) -> bool:
    """Whether the same questions were answered and signed today: then only what has changed is asked again."""
    return row is not None and (row.on, row.purpose, row.version) == (today, form.form, form.version)


def _rests_on(desk: Desk, patient_no: int, form: Questionnaire, answers: Mapping[str, str]) -> frozenset[str]:
    """The questions whose answers a finding would rest on, to be marked before anyone signs."""
    from microsclero.desk.patients import patient_of
    from microsclero.screening import screen

    kept = {**_carried(desk, patient_no, form)[0], **answers}
    born_on = patient_of(desk, patient_no).born_on
    result = screen(form, kept, born_on=born_on, on=desk.today(), readings=readings(desk))
    return frozenset(link_id for finding in result.findings for link_id in (finding.question, *finding.questions))


def complete(
    desk: Desk, sitting: Sitting, answers: Mapping[str, str], confirmed: Mapping[str, date], signed_by: str
) -> Screened:
    """The signed questionnaire becomes one screening; the draft goes once it is saved."""
    checked = sitting.questionnaire.check_answers(answers, on=desk.today())
    return _save(desk, sitting.patient_no, sitting.questionnaire, checked, confirmed, signed_by, draft=sitting.draft)


def latest_of_any(desk: Desk, patient_no: int) -> ScreeningRow | None:
    """The latest screening, intake or session."""
    from microsclero.store import screenings

    rows = [screenings.latest_screening(desk.store, patient_no, purpose) for purpose in ("intake", "session")]
    return max((row for row in rows if row is not None), key=lambda row: row.screening, default=None)


def _said_on(row: ScreeningRow) -> dict[str, date]:
    """When each answer of a screening was given: that day, or the day it was confirmed from."""
    return {key: date.fromisoformat(row.answered_on.get(key, row.on.isoformat())) for key in row.answers}


def injected_elsewhere_on(desk: Desk, patient_no: int) -> date | None:
    """The day of vein injections elsewhere, as the patient last told it; it counts for the gap."""
    row = latest_of_any(desk, patient_no)
    if row is None or row.answers.get("sclerotherapy_elsewhere") != "yes":
        return None
    told = row.answers.get("sclerotherapy_elsewhere_on")
    return date.fromisoformat(told) if told else None
