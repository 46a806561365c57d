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
    can_ask,
    chosen_patient,
    readable,
    right_patient,
    tell,
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
    anyway = _anyway(record_anyway)
    _refuse_mixed(check=check, anyway=anyway, worksheet=worksheet, blank=blank, answers=answers, yes=yes, dry=dry_run)
    if worksheet is not None:
        _worksheet(ctx, None if blank else chosen_patient(ctx, patient), worksheet, as_json)
        return
    given = _from_document(answers, partly=check) if answers is not None else None
    if given is None and not check and not can_ask(ctx):
        from microsclero.ask.fields import missing_off_a_terminal
        from microsclero.ask.treating import treat_fields

        raise missing_off_a_terminal(treat_fields())
    number = chosen_patient(ctx, patient)
    if check:
        _check(ctx, number, given, as_json)
        return
    with at_desk(ctx, writing=not dry_run) as desk:
        right_patient(ctx, desk, number, ask=True)
        if given is not None:
            done = _by_document(desk, number, given, anyway, dry_run=dry_run)
        else:
            from microsclero.commands.chairside import by_person

            done = by_person(desk, number, anyway, yes=yes, dry_run=dry_run)
        _show(done, as_json)


def _anyway(reason: str | None) -> str | None:
    from microsclero.ask.fields import person_text

    if reason is None:
        return None
    told = readable(person_text(2_000, what="the reason"), reason, "--record-anyway")
    if not told:
        raise UsageError("--record-anyway is empty: say why it happened all the same.", option="--record-anyway")
    return str(told)


def _refuse_mixed(
    *, check: bool, anyway: str | None, worksheet: str | None, blank: bool, answers: str | None, yes: bool, dry: bool
) -> None:
    """One thing at a time: a check, a sheet of paper, or a record."""
    if yes and dry:
        raise UsageError("--yes and --dry-run exclude each other: save, or only look?")
    if check and (anyway is not None or yes or dry):
        raise UsageError("--check saves nothing: leave out --record-anyway, --yes and --dry-run.")
    if blank and worksheet is None:
        raise UsageError("--blank goes with --worksheet.")
    if worksheet is not None and (check or anyway is not None or answers is not None or yes or dry):
        raise UsageError("--worksheet prints a sheet to write on: leave out the other options.")


def _from_document(answers: str, *, partly: bool) -> dict[str, Any]:
    from microsclero.ask.documents import read_answers
    from microsclero.ask.fields import from_document
    from microsclero.ask.treating import treat_fields

    return from_document(treat_fields(), read_answers(answers), partly=partly)


def _show(done: Session, as_json: bool) -> None:
    from microsclero.render.views.treating import treated_view

    answer("treat", done.as_data(), as_json=as_json, view=lambda: treated_view(done))


def _worksheet(ctx: typer.Context, patient: int | None, target: str, as_json: bool) -> None:
    from microsclero.desk import checking
    from microsclero.render.views.treating import worksheet_view, write_worksheet

    with at_desk(ctx) as desk:
        if patient is not None:
            right_patient(ctx, desk, patient, ask=False)
        head = checking.head_of(desk, patient) if patient is not None else None
        written = write_worksheet(
            head, target, clinic=desk.clinic.name, made_up=desk.clinic.made_up, live=desk.store.path
        )
        if written.by_hand:
            tell(f"Our fonts lack letters for: {', '.join(written.by_hand)}. Please write it in by hand.")
        data = {"patient": patient, "pdf": str(written.path)}
        answer("treat", data, as_json=as_json, view=lambda: worksheet_view(written))


def _check(ctx: typer.Context, number: int, given: Mapping[str, Any] | None, as_json: bool) -> None:
    from microsclero.desk import checking
    from microsclero.render.views.treating import check_view

    with at_desk(ctx) as desk:
        right_patient(ctx, desk, number, ask=False)
        page = checking.check(desk, number, given)
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
