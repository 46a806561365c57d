"""The verb for a letter: letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from microsclero.commands.shared import (
    Answers,
    AsJson,
    PatientNo,
    answer,
    at_desk,
    can_ask,
    chosen_patient,
    keyboard,
    right_patient,
    tell,
    tell_all,
    tell_by_hand,
)
from microsclero.errors import UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk


def letter(
    ctx: typer.Context,
    patient: PatientNo = None,
    to: Annotated[
        str | None, typer.Option(metavar="gp|vascular", help="To the GP, or to a vascular service.", show_default=False)
    ] = None,
    pdf: Annotated[
        str | None, typer.Option("--pdf", metavar="FILE", help="Write the letter as a PDF.", show_default=False)
    ] = None,
    answers: Answers = None,
    as_json: AsJson = False,
) -> None:
    """A letter about a patient: the findings that want another opinion, what was given here, reactions, your own words.

    Only facts on record, and no notes unless asked for. It is not kept; that it was written is.
    """
    from microsclero.desk import letters
    from microsclero.render.views.letters import letter_view, write_letter

    if to not in letters.RECIPIENTS:
        raise UsageError("--to is gp or vascular.", option="--to")
    if pdf is None and not can_ask(ctx):
        raise UsageError("--pdf is missing: into which file goes the letter?", option="--pdf")
    given = _from_document(answers) if answers is not None else None
    number = chosen_patient(ctx, patient)
    with at_desk(ctx) as desk:
        right_patient(ctx, desk, number, ask=False)
        told = given if given is not None else _by_person(ctx, desk, number, to)
        written = letters.letter(desk, number, to, told)
        tell_all(written.remarks)
        data: dict[str, object] = written.as_data()
        if pdf is not None:
            page = write_letter(written, pdf, live=desk.store.path)
            data["pdf"] = str(page.path)
            tell_by_hand(page.by_hand)
        answer("letter", data, as_json=as_json, view=lambda: letter_view(written, data.get("pdf")))


def _from_document(answers: str) -> dict[str, Any]:
    from microsclero.ask.documents import read_answers
    from microsclero.ask.fields import from_document
    from microsclero.ask.letters import letter_fields

    return from_document(letter_fields(), read_answers(answers))


def _by_person(ctx: typer.Context, desk: Desk, number: int, to: str) -> dict[str, Any]:
    """What somebody at the terminal adds to the facts; off a terminal nothing."""
    from microsclero.ask.letters import ask_letter
    from microsclero.desk.patients import patient_of

    if not can_ask(ctx):
        return {}
    address = patient_of(desk, number).gp if to == "gp" else None
    return ask_letter(keyboard(), tell, address=address)
