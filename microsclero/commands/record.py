"""The record's verbs: backup, check, migrate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from microsclero.commands.shared import AsJson, Yes, answer, at_desk, go_ahead, tell
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
        for remark in made.remarks:
            tell(remark)
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
