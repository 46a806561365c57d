"""The clinic's verbs: init, show, edit, hours, team."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from microsclero.commands.shared import (
    Answers,
    AsJson,
    answer,
    ask,
    ask_changes,
    at_desk,
    can_ask,
    document_or_person,
    maybe_dated,
    tell,
    tell_all,
)
from microsclero.errors import UsageError
from microsclero.settings import Settings

if TYPE_CHECKING:
    from datetime import date

    from microsclero.desk import Desk


def init(ctx: typer.Context, answers: Answers = None, as_json: AsJson = False) -> None:
    """Make the clinic file: name, numbers, hours, team. Answered at the terminal or by --answers."""
    from microsclero.ask.clinic import init_fields
    from microsclero.ask.fields import missing_off_a_terminal
    from microsclero.render.views.clinic import clinic_view

    if answers is None and not can_ask(ctx):
        raise missing_off_a_terminal(init_fields())
    path = make_clinic(ctx.obj, answers)
    with at_desk(ctx) as desk:
        from microsclero.desk.clinic import overview

        seen = overview(desk)
        tell(f"The clinic file is {path}. Only your account can read it; it is not encrypted: encrypt the disk.")
        answer("clinic init", seen.as_data() | {"file": str(path)}, as_json=as_json, view=lambda: clinic_view(seen))
        if not as_json:
            tell("Next: microsclero screen registers a patient and asks the questionnaire.")


def make_clinic(settings: Settings, answers: str | None) -> Path:
    """The new file, from a document or from the person at the terminal."""
    from microsclero.ask import clinic as asking
    from microsclero.desk import founding

    if answers is not None:
        from microsclero.ask.documents import read_answers
        from microsclero.ask.fields import from_document

        given = from_document(asking.init_fields(), read_answers(answers))
    else:
        from microsclero.commands.shared import keyboard, one_key

        founding.refuse_existing(settings)
        given = asking.ask_clinic(keyboard(), tell, one_key)
    tell_all(founding.about_holidays(given.get("country") or "GB"))
    return founding.init(settings, given)


def show(ctx: typer.Context, as_json: AsJson = False) -> None:
    """The clinic as the file knows it: numbers, hours, closures, bank holidays, team."""
    _show(ctx, "clinic show", as_json)


def _show(ctx: typer.Context, command: str, as_json: bool) -> None:
    from microsclero.desk.clinic import overview
    from microsclero.render.views.clinic import clinic_view

    with at_desk(ctx) as desk:
        seen = overview(desk)
        answer(command, seen.as_data(), as_json=as_json, view=lambda: clinic_view(seen))


def _change(ctx: typer.Context, command: str, as_json: bool, change: Callable[[Desk], tuple[str, ...]]) -> None:
    """What was saved, shortly, and last what is to be seen to."""
    from microsclero.desk.clinic import overview
    from microsclero.render.terminal import console, print_lines

    with at_desk(ctx, writing=True) as desk:
        remarks = change(desk)
        seen = overview(desk.reread())
        short = f"Saved: {command.removeprefix('clinic ')}. The whole clinic: microsclero clinic show"
        answer(command, seen.as_data(), as_json=as_json, view=lambda: print_lines(console(), [short]))
        tell_all(remarks)


def edit(ctx: typer.Context, answers: Answers = None, as_json: AsJson = False) -> None:
    """Change name, numbers, place, session length, or record the clinic's reading of "any past phlebitis"."""
    from microsclero.ask.clinic import edit_fields
    from microsclero.desk import clinic

    given = document_or_person(ctx, edit_fields(), answers, partly=True)

    def change(desk: Desk) -> tuple[str, ...]:
        changes = given if given is not None else ask_changes(edit_fields(), clinic.typed(desk))
        return clinic.edit(desk, changes)

    _change(ctx, "clinic edit", as_json, change)


def hours(ctx: typer.Context, answers: Answers = None, as_json: AsJson = False) -> None:
    """Show or change the weekly opening hours.

    Days left out stay as they are; booked sessions outside the new hours are named, not moved.
    """
    from microsclero.ask.clinic import hours_fields
    from microsclero.desk import clinic

    if answers is None and not can_ask(ctx):
        return _show(ctx, "clinic hours", as_json)
    given = document_or_person(ctx, hours_fields(), answers, partly=True)

    def change(desk: Desk) -> tuple[str, ...]:
        week = given if given is not None else ask_changes(hours_fields(), clinic.typed_hours(desk))
        return clinic.set_hours(desk, week)

    return _change(ctx, "clinic hours", as_json, change)


def team(
    ctx: typer.Context,
    answers: Answers = None,
    add: Annotated[bool, typer.Option("--add", help="Ask for a new member, or for changes to one.")] = False,
    end: Annotated[str | None, typer.Option(metavar="INITIALS", help="This person leaves.", show_default=False)] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Last day, with --end.", show_default=False)] = None,
    to: Annotated[
        str | None,
        typer.Option(metavar="INITIALS", help="With --end: who takes over what they look after.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the team; --add or --answers for a new member or a change; --end for someone who leaves.

    Whoever leaves hands over reactions to follow, holds and incidents; their decisions count to their last day.
    """
    from microsclero.ask.clinic import member_fields
    from microsclero.desk import clinic

    last = maybe_dated(on, "--on")
    if (on is not None or to is not None) and end is None:
        raise UsageError("--on and --to go with --end: who leaves?")
    if end is not None:
        return _leave(ctx, end, last, to, as_json)
    if answers is None and not add:
        return _show(ctx, "clinic team", as_json)
    given = document_or_person(ctx, member_fields(), answers, partly=answers is not None)
    return _change(
        ctx,
        "clinic team",
        as_json,
        lambda desk: clinic.save_member(desk, ask(member_fields()) if given is None else given),
    )


def _leave(ctx: typer.Context, end: str, last: Callable[[date], date | None], to: str | None, as_json: bool) -> None:
    """Somebody leaves; at a terminal it is asked who takes over."""
    from microsclero.desk import leaving
    from microsclero.desk.clinic import overview
    from microsclero.render.views.clinic import left_view

    with at_desk(ctx, writing=True) as desk:
        member = desk.member(end)
        hers = leaving.looked_after_by(desk, member.initials)
        if hers and to is None and can_ask(ctx):
            to = _successor(desk, member.initials, [each.words for each in hers])
        left = leaving.leave(desk, end, last(desk.today()), to=to)
        seen = overview(desk.reread())
        answer("clinic team", seen.as_data() | left.as_data(), as_json=as_json, view=lambda: left_view(left))
        tell_all(left.remarks)


def _successor(desk: Desk, leaver: str, what: list[str]) -> str:
    """Who takes over, typed at the terminal."""
    from microsclero.commands.shared import keyboard

    others = [initials for initials in desk.initials() if initials != leaver]
    tell(f"{leaver} looks after: {'; '.join(what)}.")
    while True:
        typed = keyboard().line(f"  Who takes over ({', '.join(others)}): ").strip().upper()
        if typed in others:
            return str(typed)
        tell(f"Please again: one of {', '.join(others)}.")
