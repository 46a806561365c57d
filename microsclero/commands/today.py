"""The bare command: the desk today."""

from __future__ import annotations

from typing import Annotated

import typer

from microsclero.commands.shared import AsJson, answer, at_desk


def today(
    ctx: typer.Context,
    initials: Annotated[bool, typer.Option("--initials", help="Initials in place of names.")] = False,
    all_lines: Annotated[bool, typer.Option("--all", help="Whole lists, not their first ten lines.")] = False,
    as_json: AsJson = False,
) -> None:
    """The desk today: sessions, calls to make, deferrals whose date has come, reviews, unfinished intakes, backup."""
    show_today(ctx, initials=initials, as_json=as_json, all_lines=all_lines)


def show_today(ctx: typer.Context, *, initials: bool, as_json: bool, all_lines: bool = False) -> None:
    from microsclero.desk import today as desk_today

    with at_desk(ctx) as desk:
        page = desk_today.page(desk, whole=all_lines)
        if initials:
            page = page.with_initials()

        def view() -> None:
            from microsclero.render.views.today import today_view

            today_view(page, all_lines=all_lines)

        answer("today", {} if not as_json else page.as_data(), as_json=as_json, view=view)
