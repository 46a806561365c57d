"""The verbs that close days and enter leave, or take that back; whoever is booked there is offered a new place."""

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
    spanned,
    tell_all,
    text_on_line,
)
from microsclero.errors import DeclinedError, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.closing import Closing, Entered

Move = Annotated[bool, typer.Option("--move", help="Move the sessions booked there, and those after them.")]


def close(
    ctx: typer.Context,
    days: Annotated[str, typer.Argument(metavar="DAYS", help="2026-12-24 or 2026-12-24..2026-12-31.")],
    reason: Annotated[str | None, typer.Option(help="Why, as patients may read it.", show_default=False)] = None,
    open_: Annotated[
        str | None, typer.Option("--open", metavar="HOURS", help="Open instead, 09:00-13:00.", show_default=False)
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the closure of these days back.")] = False,
    move: Move = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Close a day or a span of days; sessions booked there are moved with --move, else named.

    At a terminal moving them is offered. Each patient's course is planned anew from the session that must move.
    """
    from microsclero.ask.clinic import parse_periods
    from microsclero.desk import clinic, closing
    from microsclero.desk.only_room import closing_shown
    from microsclero.render.views.closing import closing_view, days_view, days_words

    when = spanned(days, "DAYS")
    plain = "closed" if open_ is None else "open"
    why = text_on_line(plain if reason is None else reason, "--reason", most=200)
    if not why:
        raise UsageError("--reason is empty: say why, as patients may read it.")
    periods = maybe(parse_periods, open_, "--open")
    if periods == ():
        raise UsageError("--open names no hours: type them as 09:00-13:00, or leave --open out to close.")
    _refuse_mixed(undo=undo, move=move, dry_run=dry_run, yes=yes)
    with at_desk(ctx, writing=not dry_run) as desk:
        span = when(desk.today())
        wanted = closing.Days(from_on=span[0], until_on=span[1], reason=why, periods=periods or ())
        words = days_words(wanted)
        moved = None if undo else _moved(ctx, desk, wanted, words, move=move, dry_run=dry_run, yes=yes)
        if moved is not None:
            data = moved.as_data() if dry_run else _clinic_data(desk) | moved.as_data()
            answer("clinic close", data, as_json=as_json, view=lambda: closing_view(closing_shown(desk, moved), words))
        else:
            remarks = clinic.close(desk, span, why, open_periods=periods, undo=undo)
            answer("clinic close", _clinic_data(desk), as_json=as_json, view=lambda: days_view(wanted, undo=undo))
            tell_all(remarks)


def _clinic_data(desk: Desk) -> dict[str, object]:
    """The clinic as the file knows it now."""
    from microsclero.desk.clinic import overview

    return overview(desk.reread()).as_data()


def away(
    ctx: typer.Context,
    initials: Annotated[str, typer.Argument(metavar="INITIALS", help="Who is away; an injector.")],
    days: Annotated[str, typer.Argument(metavar="DAYS", help="2026-12-21 or 2026-12-21..2026-12-31.")],
    hours: Annotated[
        str | None,
        typer.Option(metavar="10:00-11:00", help="Only these hours, on each of the days.", show_default=False),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, for the team.", show_default=False)] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take it back: the same days and hours.")] = False,
    move: Move = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Leave of one injector; with --hours a break. Nobody is booked with them then.

    What is booked already is moved with --move, else named; at a terminal moving is offered. Each patient's course is
    planned anew from the session that must move, with another injector where one is free.
    """
    from microsclero.desk import away as absence
    from microsclero.desk.only_room import closing_shown
    from microsclero.opening import parse_period
    from microsclero.render.views.clinic import away_view, leave_words
    from microsclero.render.views.closing import closing_view

    when = spanned(days, "DAYS")
    times = maybe(parse_period, hours, "--hours")
    why = text_on_line(reason, "--reason", most=200) or ""
    _refuse_mixed(undo=undo, move=move, dry_run=dry_run, yes=yes)
    with at_desk(ctx, writing=not dry_run) as desk:
        wanted = absence.leave(desk, initials, when(desk.today()), hours=times, reason=why)
        words = leave_words(wanted)
        moved = None if undo else _moved(ctx, desk, wanted, words, move=move, dry_run=dry_run, yes=yes)
        if moved is not None:
            data = moved.as_data() if dry_run else absence.entered(desk, wanted).as_data() | moved.as_data()
            answer("clinic away", data, as_json=as_json, view=lambda: closing_view(closing_shown(desk, moved), words))
        else:
            seen = absence.back(desk, wanted) if undo else absence.away(desk, wanted)
            answer("clinic away", seen.as_data(), as_json=as_json, view=lambda: away_view(seen))


def _refuse_mixed(*, undo: bool, move: bool, dry_run: bool, yes: bool) -> None:
    if undo and move:
        raise UsageError("--undo and --move exclude each other: what was moved is taken back by record undo.")
    if dry_run and (yes or not move):
        raise UsageError("--dry-run goes with --move and without --yes: it shows who would be moved.")


def _moved(
    ctx: typer.Context, desk: Desk, wanted: Entered, words: str, *, move: bool, dry_run: bool, yes: bool
) -> Closing | None:
    """What becomes of whoever is booked there: on a dry run only shown, else saved; None where they stay booked."""
    from microsclero.desk import closing
    from microsclero.desk.only_room import closing_shown

    if not move and (yes or not can_ask(ctx)):
        return None
    shown = closing.propose(desk, wanted)
    if dry_run:
        return shown
    return closing.save(desk, shown) if _agreed(ctx, closing_shown(desk, shown), words, move=move, yes=yes) else None


def _agreed(ctx: typer.Context, shown: Closing, words: str, *, move: bool, yes: bool) -> bool:
    """Whether whoever is booked there is moved: asked for on the line, or offered to a person and accepted."""
    from microsclero.render.views.closing import closing_view

    question = "Enter this, and move everybody as shown?"
    if not shown.changes or yes or not can_ask(ctx):
        if move and shown.changes:
            go_ahead(ctx, yes=yes, question=question)
        return move
    closing_view(shown, words, stderr=True)
    if confirm(question):
        return True
    if move or not confirm("Enter it all the same, and leave everybody booked where they are?"):
        raise DeclinedError("Nothing was saved.")
    return False
