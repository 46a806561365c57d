"""The verb of the chair: treat, with its check before the needle and its worksheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from microsclero.commands.shared import (
    Answers,
    AsJson,
    DryRun,
    PatientNo,
    Yes,
    answer,
    at_desk,
    chosen_patient,
    document_or_person,
    right_patient,
    save_or_look,
    tell,
    tell_by_hand,
    text_on_line,
)
from microsclero.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.treating import Session


def treat(
    ctx: typer.Context,
    patient: PatientNo = None,
    check: Annotated[
        bool, typer.Option("--check", help="Before the needle: what stands against it, and what may be given.")
    ] = False,
    answers: Answers = None,
    record_anyway: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="It has happened: keep it as an incident, and why.", show_default=False),
    ] = None,
    worksheet: Annotated[
        str | None, typer.Option(metavar="FILE", help="A sheet to write on by hand, as a PDF.", show_default=False)
    ] = None,
    blank: Annotated[bool, typer.Option("--blank", help="With --worksheet: for no patient in particular.")] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Record a session as given: vials, sites and volumes, against every gate; the rest of the course follows.

    At a terminal every part is kept as it is typed; q or Ctrl-C stops, and the same command goes on.
    """
    from microsclero.ask.fields import settled

    anyway = _anyway(record_anyway)
    _refuse_mixed(check=check, anyway=anyway, worksheet=worksheet, blank=blank, answers=answers, yes=yes, dry=dry_run)
    if worksheet is not None:
        _worksheet(ctx, None if blank else chosen_patient(ctx, patient), worksheet, as_json)
        return
    given = _from_document(ctx, answers, partly=check) if answers is not None or not check else None
    number = chosen_patient(ctx, patient)
    if check:
        _check(ctx, number, given, as_json)
        return
    with at_desk(ctx, writing=not dry_run) as desk:
        right_patient(ctx, desk, number, ask=True)
        if given is not None:
            done = _by_document(desk, number, settled(given, desk.today()), anyway, dry_run=dry_run)
        else:
            from microsclero.commands.chairside import by_person

            done = by_person(desk, number, anyway, yes=yes, dry_run=dry_run)
        _show(done, as_json)


def _anyway(reason: str | None) -> str | None:
    told = text_on_line(reason, "--record-anyway")
    if reason is not None and not told:
        raise UsageError("--record-anyway is empty: say why it happened all the same.", option="--record-anyway")
    return told


def _refuse_mixed(
    *, check: bool, anyway: str | None, worksheet: str | None, blank: bool, answers: str | None, yes: bool, dry: bool
) -> None:
    """One thing at a time: a check, a sheet of paper, or a record."""
    save_or_look(yes=yes, dry_run=dry)
    if check and (anyway is not None or yes or dry):
        raise UsageError("--check saves nothing: leave out --record-anyway, --yes and --dry-run.")
    if blank and worksheet is None:
        raise UsageError("--blank goes with --worksheet.")
    if worksheet is not None and (check or anyway is not None or answers is not None or yes or dry):
        raise UsageError("--worksheet prints a sheet to write on: leave out the other options.")


def _from_document(ctx: typer.Context, answers: str | None, *, partly: bool) -> dict[str, Any] | None:
    from microsclero.ask.treating import refuse_backwards, treat_fields

    given = document_or_person(ctx, treat_fields(), answers, partly=partly)
    refuse_backwards(given or {})
    return given


def _show(done: Session, as_json: bool) -> None:
    from microsclero.render.views.treating import treated_view

    answer("treat", done.as_data(), as_json=as_json, view=lambda: treated_view(done))


def _worksheet(ctx: typer.Context, patient: int | None, target: str, as_json: bool) -> None:
    from microsclero.desk import checking
    from microsclero.render.views.treating import worksheet_view, write_worksheet

    with at_desk(ctx) as desk:
        if patient is not None:
            right_patient(ctx, desk, patient, ask=False)
        page = checking.for_paper(desk, patient) if patient is not None else None
        written = write_worksheet(
            page, target, clinic=desk.clinic.name, made_up=desk.clinic.made_up, live=desk.store.path
        )
        tell_by_hand(written.by_hand)
        against = [reason.as_data() for reason in page.reasons] if page else []
        data = {"patient": patient, "pdf": str(written.path), "against": against, "read_first": [*written.read_first]}
        answer("treat", data, as_json=as_json, view=lambda: worksheet_view(written))


def _check(ctx: typer.Context, number: int, given: Mapping[str, Any] | None, as_json: bool) -> None:
    from microsclero.ask.fields import settled
    from microsclero.desk import checking
    from microsclero.render.views.treating import check_view

    with at_desk(ctx) as desk:
        right_patient(ctx, desk, number, ask=False)
        page = checking.check(desk, number, given and settled(given, desk.today()))
        if page.reasons and not as_json:
            check_view(page, stderr=True)
            tell("")
            count = "1 thing stands" if len(page.reasons) == 1 else f"{len(page.reasons)} things stand"
            raise RefusedError(f"{count} against it: see above.", code=page.reasons[0].code)
        page.refuse()
        answer("treat", page.as_data(), as_json=as_json, view=lambda: check_view(page))


def _by_document(desk: Desk, number: int, given: Mapping[str, Any], anyway: str | None, *, dry_run: bool) -> Session:
    """A document is its own yes."""
    from microsclero.desk import chairside, treating

    if chairside.resume(desk, number).draft is not None:
        tell(f"A session typed at a terminal is kept besides, not saved: microsclero treat {number}")
    proposed = treating.propose(desk, number, given, anyway=anyway)
    return proposed if dry_run else treating.save(desk, number, given, shown=proposed)
