"""The verb for what somebody heard or saw: note."""

from __future__ import annotations

from typing import Annotated

import typer

from microsclero.commands.shared import (
    Answers,
    AsJson,
    PatientNo,
    answer,
    at_desk,
    chosen_patient,
    document_or_person,
    keyboard,
    right_patient,
    tell,
    tell_all,
)
from microsclero.errors import UsageError


def note(
    ctx: typer.Context,
    patient: PatientNo = None,
    listed: Annotated[bool, typer.Option("--list", help="The notes on this patient, the newest first.")] = False,
    answers: Answers = None,
    as_json: AsJson = False,
) -> None:
    """Keep a note on a patient, such as of a phone call, in your own words.

    A note is corrected with amend; it is never overwritten.
    """
    from microsclero.ask import notes as asking
    from microsclero.desk import noting
    from microsclero.render.views.notes import note_view

    if listed:
        if answers is not None:
            raise UsageError("--list and --answers exclude each other: look, or write?")
        _list(ctx, patient, as_json)
        return
    given = document_or_person(ctx, asking.note_fields(), answers)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=True) as desk:
        right_patient(ctx, desk, number, ask=False)
        words = given["note"] if given else asking.ask_lines(keyboard(), tell, what="Note")
        kept = noting.keep(desk, number, str(words))
        answer("note", kept.as_data(), as_json=as_json, view=lambda: note_view(kept))


def _list(ctx: typer.Context, patient: int | None, as_json: bool) -> None:
    from microsclero.desk import noting
    from microsclero.render.views.notes import notes_view

    number = chosen_patient(ctx, patient)
    with at_desk(ctx) as desk:
        right_patient(ctx, desk, number, ask=False)
        found = noting.of_patient(desk, number)
        tell_all(found.remarks)
        answer("note", found.as_data(), as_json=as_json, view=lambda: notes_view(found))
