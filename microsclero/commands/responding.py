"""The verb for what the veins did: response."""

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
    document_or_person,
    go_ahead,
    keyboard,
    one_key,
    right_patient,
    tell,
)
from microsclero.errors import UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.responding import Responded


def response(
    ctx: typer.Context,
    patient: PatientNo = None,
    show: Annotated[bool, typer.Option("--show", help="Show the courses and grades so far, save nothing.")] = False,
    answers: Answers = None,
    as_json: AsJson = False,
) -> None:
    """Grade what a session did: each region 1 to 5, the patient's own apart, findings; then go on, wait or close.

    5 is the best. Four weeks after a session a grade is an interim one; about twelve weeks after the last it is final.
    """
    from microsclero.ask import responses as asking
    from microsclero.desk import responding
    from microsclero.render.views.responding import proposal_view, response_view

    if show:
        if answers is not None:
            raise UsageError("--show and --answers exclude each other: look, or record a response?")
        _show(ctx, patient, as_json)
        return
    told = document_or_person(ctx, asking.response_fields(), answers)
    given = asking.in_full(told) if told is not None else None
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=True) as desk:
        right_patient(ctx, desk, number, ask=False)
        if given is not None:
            kept = responding.save(desk, responding.propose(desk, number, given))
        else:
            proposed = _sit(desk, number)
            proposal_view(proposed)
            go_ahead(ctx, yes=False, question="Save this response?")
            kept = responding.save(desk, proposed)
        answer("response", kept.as_data(), as_json=as_json, view=lambda: response_view(kept))


def _sit(desk: Desk, number: int) -> Responded:
    """The response asked at the terminal, and what it will bring."""
    from microsclero.ask.responses import ask_response
    from microsclero.desk import responding
    from microsclero.render.views.responding import progress_view

    look = responding.look_at(desk, number)
    progress_view(look.progress, stderr=True)
    return responding.propose(desk, number, ask_response(look, keyboard(), one_key, tell))


def _show(ctx: typer.Context, patient: int | None, as_json: bool) -> None:
    """The courses as they have come along."""
    from microsclero.desk.course_progress import courses_of
    from microsclero.desk.patient_record import note_look
    from microsclero.render.views.responding import courses_view

    number = chosen_patient(ctx, patient)
    with at_desk(ctx) as desk:
        right_patient(ctx, desk, number, ask=False)
        seen = courses_of(desk, number)
        remarks = note_look(desk, number, "response --show")
        data = {"patient": number, "courses": [each.as_data() for each in seen], "remarks": list(remarks)}
        answer("response", data, as_json=as_json, view=lambda: courses_view(number, seen, remarks))
