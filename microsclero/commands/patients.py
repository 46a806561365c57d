"""The patient verbs: add, find, show, edit, event."""

from __future__ import annotations

from typing import Annotated

import typer

from microsclero.commands.shared import (
    Answers,
    AsJson,
    PatientNo,
    PdfFile,
    answer,
    ask,
    ask_changes,
    at_desk,
    can_ask,
    chosen_patient,
    confirm,
    document_or_person,
    right_patient,
    spanned,
    tell,
    tell_all,
    tell_by_hand,
    text_on_line,
)
from microsclero.errors import DeclinedError, UsageError
from microsclero.text import Written


def add(ctx: typer.Context, answers: Answers = None, as_json: AsJson = False) -> None:
    """Register a patient."""
    from microsclero.ask.patient import patient_fields
    from microsclero.desk import patients
    from microsclero.render.views.patients import added_view, match_line

    given = document_or_person(ctx, patient_fields(), answers)
    with at_desk(ctx, writing=True) as desk:
        given = ask(patient_fields(desk.today())) if given is None else given
        similar = patients.similar(desk, given)
        if similar and can_ask(ctx):
            tell("Is it one of these?")
            for match in similar:
                tell(f"  {match_line(match)}")
            if not confirm("Register a new patient all the same?"):
                raise DeclinedError("Nobody was registered.")
        added = patients.add(desk, given)
        answer("patient add", added.as_data(), as_json=as_json, view=lambda: added_view(added))


def find(
    ctx: typer.Context,
    answers: Answers = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=500, help="At most so many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find patients by number, part of a name, date of birth or phone; without a search, the latest.

    What to look for is asked at the terminal or given by --answers, so that no name stays in the shell's history.
    """
    from microsclero.desk import patients
    from microsclero.render.views.patients import found_view

    search = ""
    if answers is not None:
        from microsclero.ask.patient import search_fields

        search = (document_or_person(ctx, search_fields(), answers) or {}).get("search") or ""
    elif can_ask(ctx) and not as_json:
        from microsclero.commands.shared import keyboard

        search = keyboard().line("Number, part of a name, date of birth or phone (Enter for the latest): ").strip()
    with at_desk(ctx) as desk:
        found = patients.find(desk, search, limit=limit)
        data = {"patients": [patient.as_data() for patient in found]}
        answer("patient find", data, as_json=as_json, view=lambda: found_view(found))


def show(ctx: typer.Context, patient: PatientNo = None, pdf: PdfFile = None, as_json: AsJson = False) -> None:
    """One patient: who, what to know before anything else, everything that happened, what comes next.

    With --pdf the whole record, each session drawn on a leg map.
    """
    from microsclero.desk.patient_record import record as patient_record
    from microsclero.render.views.patients import record_view, write_record

    number = chosen_patient(ctx, patient)
    with at_desk(ctx) as desk:
        record = patient_record(desk, number)
        data = record.as_data()
        if pdf is not None:
            written, by_hand = write_record(record, pdf, desk=desk)
            data["pdf"] = str(written)
            tell(Written(written))
            tell_by_hand(by_hand)
        answer("patient show", data, as_json=as_json, view=lambda: record_view(record))


def edit(ctx: typer.Context, patient: PatientNo = None, answers: Answers = None, as_json: AsJson = False) -> None:
    """Correct a patient's details; what stood there before stays in the history."""
    from microsclero.ask.patient import edit_fields
    from microsclero.desk import patients
    from microsclero.render.views.patients import added_view

    changes = document_or_person(ctx, edit_fields(), answers, partly=True)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=True) as desk:
        right_patient(ctx, desk, number, ask=False)
        if changes is None:
            changes = ask_changes(edit_fields(desk.today()), patients.typed(patients.show(desk, number)))
        edited = patients.edit(desk, number, changes)
        tell_all(edited.remarks)
        answer("patient edit", edited.as_data(), as_json=as_json, view=lambda: added_view(edited))


def event(
    ctx: typer.Context,
    patient: PatientNo = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DAYS", help="2027-06-12 or A..B; with --what.", show_default=False)
    ] = None,
    what: Annotated[
        str | None, typer.Option("--what", metavar="TEXT", help="What the patient has on.", show_default=False)
    ] = None,
    remove: Annotated[
        int | None, typer.Option("--remove", metavar="EVENT", min=1, help="Take this one back.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A patient's own dates, such as a wedding: kept, taken back with --remove, or listed.

    Every plan goes around them. Where one meets a session or its days of care, the words to say are shown.
    """
    from microsclero.desk import events
    from microsclero.render.views.events import events_view

    days = None if on is None else spanned(on, "--on")
    text = text_on_line(what, "--what", most=200, what="the event")
    if (days is None) != (text is None):
        raise UsageError('--on and --what go together: --on 2027-06-12 --what "wedding".', code="missing_answer")
    if remove is not None and days is not None:
        raise UsageError("--remove stands alone: take one back first, then enter the other.")
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=days is not None or remove is not None) as desk:
        if days is not None and text is not None:
            right_patient(ctx, desk, number, ask=False)
            seen = events.add(desk, number, days(desk.today()), text)
        elif remove is not None:
            right_patient(ctx, desk, number, ask=False)
            seen = events.remove(desk, number, remove)
        else:
            seen = events.seen(desk, number)
        answer("patient event", seen.as_data(), as_json=as_json, view=lambda: events_view(seen))
