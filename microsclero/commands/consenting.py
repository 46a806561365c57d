"""The verb consent: given, confirmed, taken back, looked at, printed to be signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from microsclero.commands.shared import (
    Answers,
    AsJson,
    PatientNo,
    answer,
    at_desk,
    chosen_patient,
    confirm,
    document_or_person,
    keyboard,
    right_patient,
    tell,
    tell_by_hand,
    yes_no_unsure,
)
from microsclero.errors import DeclinedError, UsageError

if TYPE_CHECKING:
    from microsclero.ask.consent import Said
    from microsclero.desk import Desk
    from microsclero.desk.consenting import Consents


def consent(
    ctx: typer.Context,
    patient: PatientNo = None,
    show: Annotated[bool, typer.Option("--show", help="What is in force, and every word that led there.")] = False,
    pdf: Annotated[
        str | None,
        typer.Option("--pdf", metavar="FILE", help="The form to sign; blank without a patient.", show_default=False),
    ] = None,
    large: Annotated[bool, typer.Option("--large", help="With --pdf: large print, 18 pt.")] = False,
    answers: Answers = None,
    as_json: AsJson = False,
) -> None:
    """Record consent to treatment and, each by itself, to photographs: given, confirmed or taken back.

    At a terminal the wording in force is read section by section. Photographs are never a condition of treatment.
    """
    from microsclero.ask import consent as asking

    if sum([show, pdf is not None, answers is not None]) > 1:
        raise UsageError("--show, --pdf and --answers exclude each other.")
    if large and pdf is None:
        raise UsageError("--large goes with --pdf: it is about the printed form.")
    if pdf is not None:
        return _form(ctx, patient, pdf, large=large, as_json=as_json)
    if show:
        return _show(ctx, patient, as_json)
    given = document_or_person(ctx, asking.consent_fields(), answers)
    said = None if given is None else asking.from_document(given)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=True) as desk:
        right_patient(ctx, desk, number, ask=True)
        return _out(_take(desk, number, said), as_json)


def _take(desk: Desk, patient_no: int, said: Said | None) -> Consents:
    """What the document says; else what the patient says now, once it has been read and is to be recorded."""
    from microsclero.desk import consenting
    from microsclero.desk.chairside import own_as_prescriber

    if said is not None:
        return consenting.take(desk, patient_no, said.purposes, taken_by=said.taken_by, method=said.method, at=said.at)
    seen = consenting.standing(desk, patient_no)
    told = _ask(seen, own_as_prescriber(desk))
    if not confirm("Record this?"):
        raise DeclinedError("Nothing was saved.")
    return consenting.take(
        desk, patient_no, told.purposes, taken_by=told.taken_by, method=told.method, at=told.at, seen=seen
    )


def _ask(seen: Consents, own: str | None) -> Said:
    from microsclero.ask.consent import ask_consent

    return ask_consent(
        seen.wording, seen.agreed_at(), keyboard(), tell, yes_no_unsure=yes_no_unsure, confirm=confirm, own=own
    )


def _out(seen: Consents, as_json: bool) -> None:
    from microsclero.render.views.consenting import consents_view

    answer("consent", seen.as_data(), as_json=as_json, view=lambda: consents_view(seen))


def _show(ctx: typer.Context, patient: int | None, as_json: bool) -> None:
    from microsclero.desk import consenting

    number = chosen_patient(ctx, patient)
    with at_desk(ctx) as desk:
        _out(consenting.standing(desk, number), as_json)


def _form(ctx: typer.Context, patient: int | None, pdf: str, *, large: bool, as_json: bool) -> None:
    from microsclero.desk import consent_form
    from microsclero.render.views.consenting import form_view, write_form

    with at_desk(ctx) as desk:
        if patient is not None:
            right_patient(ctx, desk, patient, ask=False)
        form = consent_form.form(desk, patient)
        written = write_form(form, pdf, large=large, live=desk.store.path)
        tell_by_hand(written.by_hand)
        data = form.as_data() | {"pdf": str(written.path)}
        answer("consent", data, as_json=as_json, view=lambda: form_view(written.path))
