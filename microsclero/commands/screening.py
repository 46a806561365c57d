"""The screening verbs: screen and document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from microsclero.commands.shared import (
    Answers,
    AsJson,
    PatientNo,
    answer,
    at_desk,
    can_ask,
    chosen_or_new,
    chosen_patient,
    document_or_person,
    keyboard,
    right_patient,
    tell,
    tell_all,
    tell_by_hand,
)
from microsclero.errors import FileError, InterruptedByUser, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.screening import Screened

For = Annotated[
    str | None,
    typer.Option(
        "--for", metavar="intake|session", help="Which form (session when one is planned today).", show_default=False
    ),
]


def screen(
    ctx: typer.Context,
    patient: PatientNo = None,
    number: Annotated[
        int | None,
        typer.Argument(
            metavar="ID", min=1, max=999_999_999, help="With --reprint: which screening.", show_default=False
        ),
    ] = None,
    purpose: For = None,
    form: Annotated[
        bool, typer.Option("--form", help="The questions themselves; with --pdf a blank form to print.")
    ] = False,
    answers: Answers = None,
    reprint: Annotated[
        bool,
        typer.Option("--reprint", help="A stored screening as it was asked: ID, or the latest; with --pdf to print."),
    ] = False,
    pdf: Annotated[
        str | None,
        typer.Option("--pdf", metavar="FILE", help="With --form or --reprint: as a PDF.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the questionnaire and show what it found: reasons, what would change them, words to say.

    At a terminal one key answers a question; Ctrl-C or q keeps every answer for later.
    """
    if purpose not in (None, "intake", "session"):
        raise UsageError("--for is intake or session.", code="unreadable", option="--for")
    _refuse_mixed(form=form, reprint=reprint, answers=answers, pdf=pdf, number=number)
    if form:
        return _form(ctx, purpose or "intake", pdf=pdf, as_json=as_json)
    if reprint:
        return _reprint(ctx, patient, number, purpose, pdf=pdf, as_json=as_json)
    if answers is not None:
        return _by_document(ctx, patient, purpose, answers, as_json)
    return _by_person(ctx, patient, purpose, as_json)


def _refuse_mixed(*, form: bool, reprint: bool, answers: str | None, pdf: str | None, number: int | None) -> None:
    """One thing at a time: the blank form, an old screening, or a new one."""
    if form and reprint:
        raise UsageError("Either --form, the blank questions, or --reprint, a screening as it was answered.")
    if answers is not None and (form or reprint):
        raise UsageError("--answers begins a new screening: leave out --form and --reprint.")
    if pdf is not None and not (form or reprint):
        raise UsageError("--pdf goes with --form, the blank questions, or with --reprint.")
    if number is not None and not reprint:
        raise UsageError("A second number names a stored screening: say --reprint with it.")


def _reprint(
    ctx: typer.Context, patient: int | None, number: int | None, purpose: str | None, *, pdf: str | None, as_json: bool
) -> None:
    from microsclero.desk import reprinting
    from microsclero.render.views.reprint import reprint_view, write_reprint

    patient = chosen_patient(ctx, patient)
    with at_desk(ctx) as desk:
        right_patient(ctx, desk, patient, ask=False)
        page = reprinting.reprint(desk, patient, number, purpose=purpose)
        data = page.as_data()
        if pdf is not None:
            written = write_reprint(page, pdf, live=desk.store.path)
            data["pdf"] = str(written.path)
            tell_by_hand(written.by_hand)
        tell_all(page.unseen)
        if not page.proof.holds:
            if not as_json:
                reprint_view(page, stderr=True)
                if pdf is not None:
                    tell(f"Written, with this warning: {data['pdf']}")
            raise page.refusal(data)
        answer("screen", data, as_json=as_json, view=lambda: reprint_view(page, pdf=pdf))


def _form(ctx: typer.Context, purpose: str, *, pdf: str | None, as_json: bool) -> None:
    from microsclero.content import questionnaire
    from microsclero.render.views.screening import form_view, write_form

    asked = questionnaire(purpose)
    data = asked.form_data()
    if pdf is not None:
        written = write_form(asked, pdf, clinic=_clinic_name(ctx), live=ctx.obj.clinic_file())
        data["pdf"] = str(written.path)
        tell_by_hand(written.by_hand)
    answer("screen", data, as_json=as_json, view=lambda: form_view(asked, pdf=pdf))


def _clinic_name(ctx: typer.Context) -> str:
    """The clinic's name where its file is there; blank forms are printed without one, too."""
    from microsclero.desk import open_desk

    try:
        desk = open_desk(ctx.obj, who=None, read_only=True)
    except FileError as error:
        if error.code != "file_missing":
            tell(f"The clinic's name is left to be written in. {error.message}")
        return ""
    try:
        return desk.clinic.name
    finally:
        desk.close()


def _by_document(ctx: typer.Context, patient: int | None, purpose: str | None, answers: str, as_json: bool) -> None:
    from microsclero.ask.documents import read_answers
    from microsclero.desk import screening

    if patient is None:
        raise UsageError("Which patient? Give the number before --answers.", code="patient_missing")
    document = read_answers(answers)
    screening.refuse_unreadable(document, purpose)
    with at_desk(ctx, writing=True) as desk:
        chosen = screening.purpose_for(desk, patient, purpose)
        done = screening.screen_document(desk, patient, chosen, document)
        if screening.is_unfinished(desk, patient, chosen):
            tell(f"An unfinished {chosen} questionnaire is kept besides: microsclero screen {patient} --for {chosen}")
        _show(done, as_json)


def _show(done: Screened, as_json: bool) -> None:
    from microsclero.render.views.screening import outcome_view

    answer("screen", done.as_data(), as_json=as_json, view=lambda: outcome_view(done))


def _by_person(ctx: typer.Context, patient: int | None, purpose: str | None, as_json: bool) -> None:
    if not can_ask(ctx):
        raise UsageError("Give the answers with --answers FILE, or use a terminal.", code="missing_answer")
    number = patient or chosen_or_new(ctx)
    with at_desk(ctx, writing=True) as desk:
        if number is None:
            number = _register(desk)
        else:
            right_patient(ctx, desk, number, ask=True)
        _show(_sit_down(desk, number, purpose), as_json)


def _register(desk: Desk) -> int:
    from microsclero.ask.fields import from_person
    from microsclero.ask.patient import patient_fields
    from microsclero.desk import patients
    from microsclero.render.views.patients import match_line

    tell("A new patient. Enter leaves out what is optional, < goes back.")
    given = from_person(patient_fields(desk.today()), keyboard(), tell)
    for match in patients.similar(desk, given):
        tell(f"Perhaps already here: {match_line(match)}")
    return patients.add(desk, given).patient.number


def _sit_down(desk: Desk, patient_no: int, purpose: str | None) -> Screened:
    """The questionnaire at the terminal, every answer kept as it is given."""
    from microsclero.ask.intake import Intake, Stopped
    from microsclero.desk import screening, sitting
    from microsclero.desk.reactions_of import clots_in_surface_veins
    from microsclero.render.asking import TerminalScreen

    purpose = screening.purpose_for(desk, patient_no, purpose)
    tell_all(clots_in_surface_veins(desk, patient_no))
    sat_down = sitting.sit_down(desk, patient_no, purpose)
    if sat_down.resumed_from:
        tell(sat_down.resumed_from)
    other = "intake" if purpose == "session" else "session"
    if screening.is_unfinished(desk, patient_no, other):
        tell(f"The {other} questionnaire is unfinished, too: microsclero screen {patient_no} --for {other}")
    intake = Intake(
        sat_down.questionnaire,
        keyboard=keyboard(),
        screen=TerminalScreen(),
        today=desk.today(),
        keep=sat_down.keep,
        answers=sat_down.answers,
        confirmed=sat_down.confirmed,
        before=sat_down.before,
        signers=frozenset(desk.initials()),
        comes_to=sat_down.comes_to,
        left_out=sat_down.left_out,
    )
    try:
        told = intake.run()
    except (Stopped, KeyboardInterrupt, InterruptedByUser):
        stopped = f"Stopped; {len(intake.answers)} answers of patient {patient_no} are kept"
        if sitting.leave(desk, sat_down):
            raise InterruptedByUser(f"{stopped}. Go on with: microsclero screen {patient_no} --for {purpose}") from None
        signed = "as they were signed today" if intake.answers else "so nothing is left unfinished"
        raise InterruptedByUser(f"{stopped}, {signed}.") from None
    return sitting.complete(desk, sat_down, told.answers, told.confirmed, str(told.signed_by))


def document(ctx: typer.Context, patient: PatientNo = None, answers: Answers = None, as_json: AsJson = False) -> None:
    """File a duplex, ABPI or letter: a finding that waits for it goes to the prescriber for review."""
    from microsclero.ask.decisions import ask_document, document_fields
    from microsclero.ask.fields import settled
    from microsclero.desk import deciding
    from microsclero.desk.patients import patient_of
    from microsclero.render.views.screening import filed_view

    given = document_or_person(ctx, document_fields(), answers)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=True) as desk:
        right_patient(ctx, desk, number, ask=False)
        if given is None:
            waiting, born_on = deciding.waiting_for(desk, number), patient_of(desk, number).born_on
            given = ask_document(waiting, desk.today(), born_on, keyboard(), tell)
        filed = deciding.file_document(desk, number, settled(given, desk.today()))
        answer("document", filed.as_data(), as_json=as_json, view=lambda: filed_view(filed))
