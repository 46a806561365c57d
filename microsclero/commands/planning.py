"""The diary's verbs: plan, move, cancel, agenda."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from microsclero.commands.shared import (
    AsJson,
    DryRun,
    PatientNo,
    Yes,
    answer,
    at_desk,
    can_ask,
    chosen_patient,
    dated,
    go_ahead,
    maybe,
    readable,
    right_patient,
    tell,
    timed,
)
from microsclero.errors import UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.changing import Change

At = Annotated[str | None, typer.Option("--at", metavar="HH:MM", help="At this time exactly.", show_default=False)]
SessionNo = Annotated[int, typer.Option("--session", metavar="K", min=1, help="Which session of the running course.")]

CANCEL_CODES = (
    "patient_ill",
    "patient_away",
    "patient_choice",
    "clinic_closed",
    "injector_away",
    "contraindication",
    "response_complete",
    "other",
)


def plan(
    ctx: typer.Context,
    patient: PatientNo = None,
    start: Annotated[str | None, typer.Option(metavar="DATE", help="Not before this day.", show_default=False)] = None,
    sessions: Annotated[int | None, typer.Option(metavar="N", min=1, max=99, help="What is left of four.")] = None,
    at: At = None,
    days: Annotated[str | None, typer.Option(metavar="tue,thu", help="On these weekdays.", show_default=False)] = None,
    every: Annotated[str | None, typer.Option(metavar="6w", help="At least so far apart.", show_default=False)] = None,
    avoid: Annotated[
        list[str] | None, typer.Option(metavar="A..B", help="Not on these days; repeatable.", show_default=False)
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="DATE", help="The full effect shows by this day.", show_default=False)
    ] = None,
    injector: Annotated[str | None, typer.Option(metavar="MS", help="With this injector.", show_default=False)] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Propose up to four sessions, at least 28 days apart, and book them.

    Dates roll forward past closed and full days, never back.
    """
    from microsclero.dates import parse_days, parse_every, parse_range
    from microsclero.desk import planning
    from microsclero.render.views.planning import plan_view

    first = dated(start, "--start") if start is not None else None
    last = dated(by, "--by") if by is not None else None
    wish = planning.Wish(
        sessions=sessions,
        at=timed(at, "--at"),
        days=maybe(parse_days, days, "--days"),
        every_days=maybe(parse_every, every, "--every"),
        avoid=tuple(readable(parse_range, text, "--avoid") for text in avoid or ()),
        injector=injector,
    )
    _one_of(yes, dry_run)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=not dry_run) as desk:
        right_patient(ctx, desk, number, ask=False)
        proposed = planning.propose(
            desk,
            number,
            wish,
            start=first(desk.today()) if first else None,
            by=last(desk.today()) if last else None,
        )
        if dry_run:
            answer("plan", proposed.as_data(), as_json=as_json, view=lambda: plan_view(proposed))
            return
        if not yes and can_ask(ctx):
            plan_view(proposed, stderr=True)
        go_ahead(ctx, yes=yes, question="Book these sessions?")
        booked = planning.book(desk, proposed)
        answer("plan", booked.as_data(), as_json=as_json, view=lambda: plan_view(booked))


def move(
    ctx: typer.Context,
    session: SessionNo,
    to: Annotated[str, typer.Option(metavar="DATE", help="The new day.")],
    patient: PatientNo = None,
    at: At = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Move one planned session to another day or time; a gap under 28 days is refused."""
    from microsclero.desk import changing

    day, clock = dated(to, "--to"), timed(at, "--at")
    _one_of(yes, dry_run)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=not dry_run) as desk:
        right_patient(ctx, desk, number, ask=False)
        target = day(desk.today())
        change = changing.propose_move(desk, number, session, to=target, at=clock)
        _settle(ctx, desk, change, "Move it?", dry_run=dry_run, yes=yes, as_json=as_json)


def cancel(
    ctx: typer.Context,
    session: SessionNo,
    reason: Annotated[str, typer.Option(metavar="CODE", help=f"One of {', '.join(CANCEL_CODES)}.")],
    patient: PatientNo = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Cancel one planned session; it no longer counts among the four."""
    from microsclero.desk import changing

    if reason not in CANCEL_CODES:
        raise UsageError(f"--reason is one of {', '.join(CANCEL_CODES)}.", code="unreadable", option="--reason")
    _one_of(yes, dry_run)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=not dry_run) as desk:
        right_patient(ctx, desk, number, ask=False)
        change = changing.propose_cancel(desk, number, session, reason=reason)
        _settle(ctx, desk, change, "Cancel it?", dry_run=dry_run, yes=yes, as_json=as_json)


def _settle(
    ctx: typer.Context, desk: Desk, change: Change, question: str, *, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """What was proposed: shown, agreed to, saved; only shown on a dry run."""
    from microsclero.desk import changing
    from microsclero.render.views.planning import change_view

    if not dry_run:
        if not yes and can_ask(ctx):
            change_view(change, stderr=True)
        go_ahead(ctx, yes=yes, question=question)
        change = changing.save_change(desk, change)
    answer(change.kind, change.as_data(), as_json=as_json, view=lambda: change_view(change))


def agenda(
    ctx: typer.Context,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="From this day.", show_default=False)
    ] = None,
    days: Annotated[int, typer.Option(metavar="N", min=1, max=366, help="So many days.")] = 7,
    open_: Annotated[bool, typer.Option("--open", help="Show the times still free.")] = False,
    ics: Annotated[
        str | None, typer.Option("--ics", metavar="FILE", help="Write a calendar file.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The diary: opening hours, closed days and why, sessions; free times with --open.

    A calendar file holds times and the word "Appointment", nothing about anyone.
    """
    from microsclero.desk import agenda as diary_pages
    from microsclero.render.views.planning import agenda_view

    start = dated(first, "--from") if first is not None else None
    with at_desk(ctx) as desk:
        day = start(desk.today()) if start else None
        seen = diary_pages.agenda(desk, day, days, with_free=open_)
        data = seen.as_data()
        if ics is not None:
            data["ics"] = _write_calendar(desk, day, days, ics)
        answer("agenda", data, as_json=as_json, view=lambda: agenda_view(seen))


def _write_calendar(desk: Desk, first: date | None, days: int, target: str) -> str:
    from microsclero.desk import agenda as diary_pages
    from microsclero.exchange.calendar import calendar_text
    from microsclero.render.files import put_down

    text = calendar_text(
        diary_pages.appointments(desk, first, days), zone=desk.clinic.zone, stamp=desk.clock().replace(microsecond=0)
    )
    written = put_down(text, target, option="--ics", live=desk.store.path)
    tell(f"Written: {written}")
    return str(written)


def _one_of(yes: bool, dry_run: bool) -> None:
    if yes and dry_run:
        raise UsageError("--yes and --dry-run exclude each other: save, or only look?")
