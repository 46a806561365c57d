"""The record's verbs: backup, check, history, undo, migrate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from microsclero.commands.shared import (
    AsJson,
    DryRun,
    Yes,
    answer,
    at_desk,
    can_ask,
    go_ahead,
    right_patient,
    save_or_look,
    tell,
    tell_all,
    text_on_line,
)
from microsclero.errors import FileError, UsageError


def backup(
    ctx: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The folder for the backup.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Make a backup: copied, reopened, checked, counted, and only then renamed into place."""
    from microsclero.desk import record
    from microsclero.render.views.record import backup_view

    if not folder.strip():
        raise UsageError("DIR is empty: name the folder for the backup.")
    with at_desk(ctx, writing=True) as desk:
        made = record.backup(desk, Path(folder))
        tell_all(made.remarks)
        answer("record backup", made.as_data(), as_json=as_json, view=lambda: backup_view(made))


def check(
    ctx: typer.Context,
    against: Annotated[
        str | None, typer.Option(metavar="HEAD", help="A head from a backup or day sheet.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the file: pages, links, the history of every row, and the ledger's chain."""
    from microsclero.desk import record
    from microsclero.render.views.record import check_view

    with at_desk(ctx, read_only=True) as desk:
        found = record.check(desk, against=against)
        if found.problems:
            raise FileError.for_reasons(found.reasons())
        answer("record check", found.as_data(), as_json=as_json, view=lambda: check_view(found))


def history(
    ctx: typer.Context,
    patient: Annotated[
        int | None,
        typer.Argument(
            metavar="PATIENT",
            min=1,
            max=999_999_999,
            help="The patient's number; without it, the whole clinic.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=500, help="At most so many changes.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Who changed what and when, newest first: everything about one patient, or the clinic's latest changes.

    Each change has its number, which record undo --change takes. A look at a patient's history is noted.
    """
    from microsclero.desk import history_of
    from microsclero.render.views.record import history_view

    with at_desk(ctx) as desk:
        seen = history_of.of_clinic(desk, limit) if patient is None else history_of.of_patient(desk, patient, limit)
        answer("record history", seen.as_data(), as_json=as_json, view=lambda: history_view(seen))


def undo(
    ctx: typer.Context,
    reason: Annotated[str, typer.Option(help="Why, for whoever reads the history.")],
    change: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, max=999_999_999, help="This entry of the history; else your last.", show_default=False
        ),
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take your last change of the diary back, as a whole: a plan, a move with all that followed, a closure.

    Refused where anything of it was changed since, was given, or would break a rule of the diary.
    """
    from microsclero.desk import undoing
    from microsclero.render.views.record import undo_view

    why = text_on_line(reason, "--reason")
    if not why:
        raise UsageError("--reason is empty: say why, for whoever reads the history.")
    save_or_look(yes=yes, dry_run=dry_run)
    with at_desk(ctx, writing=True) as desk:
        proposed = undoing.propose(desk, change, reason=why)
        if len(proposed.patients) == 1:
            right_patient(ctx, desk, proposed.patients[0], ask=False)
        if not dry_run:
            if not yes and can_ask(ctx):
                undo_view(proposed, stderr=True)
            go_ahead(ctx, yes=yes, question="Undo it?")
            proposed = undoing.save(desk, proposed)
        answer("record undo", proposed.as_data(), as_json=as_json, view=lambda: undo_view(proposed))


def migrate(ctx: typer.Context, yes: Yes = False, as_json: AsJson = False) -> None:
    """Bring an older clinic file up to date, after a proved backup beside it."""
    from microsclero.desk import record

    record.refuse_current(ctx.obj)
    go_ahead(ctx, yes=yes, question="Make a proved backup and bring the file up to date?")
    kept = record.migrate(ctx.obj)
    answer(
        "record migrate",
        {"backup": str(kept)},
        as_json=as_json,
        view=lambda: tell(f"Up to date. Backup kept at {kept}."),
    )
