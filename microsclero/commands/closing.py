"""The verb that closes days, opens them once, or takes that back; sessions booked there are offered new places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from microsclero.commands.shared import (
    AsJson,
    DryRun,
    Yes,
    answer,
    at_desk,
    can_ask,
    confirm,
    go_ahead,
    maybe,
    readable,
    tell,
)
from microsclero.errors import DeclinedError, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.closing import Closing, Days


def close(
    ctx: typer.Context,
    days: Annotated[str, typer.Argument(metavar="DAYS", help="2026-12-24 or 2026-12-24..2026-12-31.")],
    reason: Annotated[str | None, typer.Option(help="Why, as patients may read it.", show_default=False)] = None,
    open_: Annotated[
        str | None, typer.Option("--open", metavar="HOURS", help="Open instead, 09:00-13:00.", show_default=False)
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the closure of these days back.")] = False,
    move: Annotated[bool, typer.Option("--move", help="Move the sessions booked there, and those after them.")] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Close a day or a span of days; sessions booked there are moved with --move, else named.

    At a terminal moving them is offered. Each patient's course is planned anew from the session that must move.
    """
    from microsclero.ask.clinic import parse_periods
    from microsclero.ask.fields import person_text
    from microsclero.dates import parse_range
    from microsclero.desk import clinic, closing
    from microsclero.render.views.closing import closing_view

    span = readable(parse_range, days, "DAYS")
    plain = "closed" if open_ is None else "open"
    why = readable(person_text(200, what="the reason"), plain if reason is None else reason, "--reason")
    if not why:
        raise UsageError("--reason is empty: say why, as patients may read it.")
    periods = maybe(parse_periods, open_, "--open")
    if undo and move:
        raise UsageError("--undo and --move exclude each other: what was moved is taken back by record undo.")
    if dry_run and (yes or not move):
        raise UsageError("--dry-run goes with --move and without --yes: it shows who would be moved.")
    wanted = closing.Days(from_on=span[0], until_on=span[1], reason=str(why), periods=periods or ())
    with at_desk(ctx, writing=not dry_run) as desk:
        asked = move or (can_ask(ctx) and not undo and not yes)
        shown = closing.propose(desk, wanted) if asked else None
        if shown is not None and dry_run:
            answer("clinic close", shown.as_data(), as_json=as_json, view=lambda: closing_view(shown))
        elif shown is not None and _agreed(ctx, shown, move=move, yes=yes):
            _answer(closing.save(desk, shown), desk, as_json=as_json)
        else:
            remarks = clinic.close(desk, span, str(why), open_periods=periods, undo=undo)
            _answer(wanted, desk, as_json=as_json, undo=undo)
            for remark in remarks:
                tell(remark)


def _agreed(ctx: typer.Context, shown: Closing, *, move: bool, yes: bool) -> bool:
    """Whether whoever is booked there is moved: asked for on the line, or offered to a person and accepted."""
    from microsclero.render.views.closing import closing_view

    question = "Close these days and move everybody as shown?"
    if not shown.changes or yes or not can_ask(ctx):
        if move and shown.changes:
            go_ahead(ctx, yes=yes, question=question)
        return move
    closing_view(shown, stderr=True)
    if confirm(question):
        return True
    if move or not confirm("Close them all the same, and leave everybody booked where they are?"):
        raise DeclinedError("Nothing was saved.")
    return False


def _answer(saved: Closing | Days, desk: Desk, *, as_json: bool, undo: bool = False) -> None:
    """Which days, and who was moved; in JSON also the clinic as the file knows it now."""
    from microsclero.desk.clinic import overview
    from microsclero.desk.closing import Closing
    from microsclero.render.views.closing import closing_view, days_view

    seen = overview(desk.reread())

    def view() -> None:
        if isinstance(saved, Closing):
            closing_view(saved)
        else:
            days_view(saved, undo=undo)

    moved = saved.as_data() if isinstance(saved, Closing) else {}
    answer("clinic close", seen.as_data() | moved, as_json=as_json, view=view)
