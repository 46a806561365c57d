"""The verb that books: plan."""

from __future__ import annotations

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
    initials,
    maybe,
    readable,
    right_patient,
    tell,
    timed,
)
from microsclero.errors import DeskError, Reason, UsageError

if TYPE_CHECKING:
    from datetime import date

    from microsclero.desk import Desk
    from microsclero.desk.planning import Plan
    from microsclero.desk.wishes import Wish

At = Annotated[str | None, typer.Option("--at", metavar="HH:MM", help="At this time exactly.", show_default=False)]


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
    consultation: Annotated[
        bool, typer.Option("--consultation", help="One consultation in place of sessions.")
    ] = False,
    override: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Double-book one session, at --start and --at.", show_default=False),
    ] = None,
    ics: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write their appointments as a calendar file.", show_default=False),
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Only look: what stands against it, and the first time.")] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Propose up to four sessions, at least 28 days apart, and book them.

    Dates roll forward past closed and full days and the patient's own dates, never back. What was wished for is kept
    with the course and holds where a later plan is silent.
    """
    from microsclero.ask.fields import person_text
    from microsclero.dates import parse_days, parse_every, parse_range
    from microsclero.desk.wishes import Wish
    from microsclero.render.views.planning import plan_view

    first = dated(start, "--start") if start is not None else None
    last = dated(by, "--by") if by is not None else None
    reason = readable(person_text(2000, what="the reason"), override, "--override") if override is not None else None
    wish = Wish(
        sessions=sessions,
        at=timed(at, "--at"),
        days=maybe(parse_days, days, "--days"),
        every_days=maybe(parse_every, every, "--every"),
        avoid=tuple(readable(parse_range, text, "--avoid") for text in avoid or ()),
        injector=initials(injector, "--injector"),
    )
    _one_of(yes, dry_run)
    _fit_together(ctx)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=not (dry_run or why)) as desk:
        right_patient(ctx, desk, number, ask=False, headed=as_json or not why)
        if ics is not None:
            _check_calendar(desk, ics)
        day = first(desk.today()) if first else None
        by_day = last(desk.today()) if last else None
        if why:
            _show_why(desk, number, wish, day, by_day, consultation=consultation, reason=reason, as_json=as_json)
            return
        proposed = _proposed(desk, number, wish, day, by_day, consultation=consultation, reason=reason)
        if dry_run:
            answer("plan", proposed.as_data(), as_json=as_json, view=lambda: plan_view(proposed))
            return
        if not yes and can_ask(ctx):
            plan_view(proposed, stderr=True)
        what = "this consultation" if consultation else "these sessions"
        go_ahead(ctx, yes=yes, question=f"Book {what}?")
        booked = _booked(desk, proposed)
        data = booked.as_data()
        if ics is not None:
            data["ics"] = _write_calendar(desk, number, ics)
        answer("plan", data, as_json=as_json, view=lambda: plan_view(booked))


def _proposed(
    desk: Desk, number: int, wish: Wish, day: date | None, by: date | None, *, consultation: bool, reason: str | None
) -> Plan:
    from microsclero.desk import consulting, overriding, planning
    from microsclero.desk.why_not import every_reason

    override = reason is not None
    with every_reason(desk, number, wish, start=day, by=by, consultation=consultation, override=override):
        if consultation:
            return consulting.propose(desk, number, wish, start=day)
        if reason is not None and day is not None:
            return overriding.propose(desk, number, wish, start=day, reason=reason)
        return planning.propose(desk, number, wish, start=day, by=by)


def _show_why(
    desk: Desk,
    number: int,
    wish: Wish,
    day: date | None,
    by: date | None,
    *,
    consultation: bool,
    reason: str | None,
    as_json: bool,
) -> None:
    """What stands against it and the first time that would work; nothing is booked, and nothing is refused."""
    from microsclero.desk.why_not import why_not
    from microsclero.render.views.why import why_view

    def proposed() -> Plan:
        return _proposed(desk, number, wish, day, by, consultation=consultation, reason=reason)

    seen = why_not(desk, number, proposed, wish, start=day, consultation=consultation)
    answer("plan", seen.as_data(), as_json=as_json, view=lambda: why_view(seen))


def _booked(desk: Desk, proposed: Plan) -> Plan:
    from microsclero.desk import consulting, planning

    return consulting.book(desk, proposed) if proposed.is_consultation else planning.book(desk, proposed)


def _fit_together(ctx: typer.Context) -> None:
    """What of the options of a plan can't stand together, all of it at once (2)."""
    from microsclero.desk.wishes import MOST_AVOIDED

    given = {name for name, value in ctx.params.items() if value not in (None, False, [], ())}
    faults = []
    if len(ctx.params.get("avoid") or ()) > MOST_AVOIDED:
        faults.append(f"--avoid is there more than {MOST_AVOIDED} times: put days that follow each other in one A..B.")
    if "consultation" in given:
        excluded = [f"--{name}" for name in ("sessions", "every", "by", "override") if name in given]
        if excluded:
            faults.append(f"--consultation is one talk: leave {_and(excluded)} out.")
    elif "override" in ctx.params and ctx.params["override"] is not None:
        missing = [f"--{name}" for name in ("start", "at") if name not in given]
        excluded = [f"--{name}" for name in ("days", "every", "avoid", "by") if name in given]
        if missing:
            faults.append(f"--override double-books one day and time: give {_and(missing)}, too.")
        if excluded:
            faults.append(f"--override names its day and time: leave {_and(excluded)} out.")
        if ctx.params.get("sessions") not in (None, 1):
            faults.append("--override double-books one session: say --sessions 1, or leave it out.")
        if not str(ctx.params["override"]).strip():
            faults.append("--override is empty: say why.")
    if "why" in given and given & {"yes", "ics"}:
        faults.append("--why only looks: leave --yes and --ics out.")
    if {"ics", "dry_run"} <= given:
        faults.append("--ics is written once something is booked: leave it out of a --dry-run.")
    if faults:
        raise UsageError.for_reasons([Reason("usage", fault) for fault in faults])


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _check_calendar(desk: Desk, target: str) -> None:
    """What keeps a calendar file from being written is said before anything is booked."""
    from microsclero.render.files import CALENDAR, check_target

    check_target(target, CALENDAR, option="--ics", live=desk.store.path)


def _write_calendar(desk: Desk, number: int, target: str) -> str:
    """The patient's appointments from today on, the cancelled ones too, so that an older file's entries go."""
    from microsclero.desk import appointments
    from microsclero.render.views.calendars import write_calendar

    try:
        written = write_calendar(
            appointments.of_patient(desk, number),
            target,
            zone=desk.clinic.zone,
            stamp=desk.clock(),
            live=desk.store.path,
        )
    except UsageError as error:
        raise DeskError(f"It is booked, but: {error.message}", code="file_not_written") from None
    tell(f"Written: {written}")
    return str(written)


def _one_of(yes: bool, dry_run: bool) -> None:
    if yes and dry_run:
        raise UsageError("--yes and --dry-run exclude each other: save, or only look?")
