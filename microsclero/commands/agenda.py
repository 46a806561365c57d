"""The diary: by day, by week, free times; as a calendar file, and as day sheets on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from microsclero.commands.shared import AsJson, answer, at_desk, dated, initials, tell
from microsclero.errors import UsageError
from microsclero.text import Written

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.agenda import Agenda

DAYS_SHOWN = 7


def agenda(
    ctx: typer.Context,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="From this day.", show_default=False)
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=366, help="So many days: 7, or 1 with --pdf.", show_default=False),
    ] = None,
    week: Annotated[bool, typer.Option("--week", help="The week of that day, drawn.")] = False,
    injector: Annotated[
        str | None, typer.Option(metavar="MS", help="Only with this injector.", show_default=False)
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Show the times still free.")] = False,
    ics: Annotated[
        str | None, typer.Option("--ics", metavar="FILE", help="Write a calendar file.", show_default=False)
    ] = None,
    pdf: Annotated[
        str | None, typer.Option("--pdf", metavar="FILE", help="Write a sheet for each day.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The diary: opening hours, closed days and why, who is away, what is booked; free times with --open.

    A calendar file holds times and the word "Appointment", nothing about anyone. A day sheet is for the desk alone.
    """
    from microsclero.desk import agenda as diary_pages
    from microsclero.render.views.agenda import agenda_view, week_view

    start = dated(first, "--from") if first is not None else None
    who = initials(injector, "--injector")
    if week and days is not None:
        raise UsageError("--week shows one week: leave --days out.")
    count = days or (1 if pdf is not None and not week else DAYS_SHOWN)
    with at_desk(ctx) as desk:
        day = start(desk.today()) if start else desk.today()
        day = diary_pages.monday_of(day) if week else day
        with_free = open_ or pdf is not None or (week and not as_json)
        seen = diary_pages.agenda(desk, day, count, injector=who, with_free=with_free)
        data = seen.as_data()
        if ics is not None:
            data["ics"] = _write_calendar(desk, seen, ics)
        if pdf is not None:
            data["pdf"] = _write_sheets(desk, seen, pdf)
        if (pdf is not None or ics is not None) and not as_json:
            return
        answer("agenda", data, as_json=as_json, view=lambda: (week_view if week else agenda_view)(seen))


def _write_calendar(desk: Desk, seen: Agenda, target: str) -> str:
    from microsclero.desk import appointments
    from microsclero.render.views.calendars import write_calendar

    written = write_calendar(
        appointments.of_days(desk, seen.days[0].on, len(seen.days), injector=seen.injector),
        target,
        zone=desk.clinic.zone,
        stamp=desk.clock(),
        live=desk.store.path,
    )
    tell(Written(written))
    return str(written)


def _write_sheets(desk: Desk, seen: Agenda, target: str) -> str:
    from microsclero.desk.day_sheets import day_sheets
    from microsclero.render.views.agenda import write_day_sheets

    written = write_day_sheets(day_sheets(desk, seen), target, live=desk.store.path)
    tell(Written(written.path))
    if written.by_hand:
        tell(f"Our fonts lack letters for: {', '.join(written.by_hand)}. Please write it in by hand.")
    return str(written.path)
