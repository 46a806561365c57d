"""The verb that books: plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from microsclero.commands.shared import (
    AsJson,
    At,
    DryRun,
    PatientNo,
    Start,
    Weekdays,
    WithInjector,
    Yes,
    answer,
    at_desk,
    can_ask,
    chosen_patient,
    go_ahead,
    initials,
    maybe,
    maybe_dated,
    right_patient,
    save_or_look,
    spanned,
    tell,
    text_on_line,
    timed,
)
from microsclero.errors import DeskError, Reason, UsageError
from microsclero.text import Written

if TYPE_CHECKING:
    from datetime import date

    from microsclero.desk import Desk
    from microsclero.desk.planning import Plan
    from microsclero.desk.wishes import Wish


class _Asked(NamedTuple):
    """What is to be planned for whom, once the clinic's today is known."""

    patient_no: int
    wish: Wish
    start: date | None
    by: date | None
    consultation: bool
    override: str | None


def plan(
    ctx: typer.Context,
    patient: PatientNo = None,
    start: Start = None,
    sessions: Annotated[int | None, typer.Option(metavar="N", min=1, max=99, help="What is left of four.")] = None,
    at: At = None,
    days: Weekdays = None,
    every: Annotated[str | None, typer.Option(metavar="6w", help="At least so far apart.", show_default=False)] = None,
    avoid: Annotated[
        list[str] | None, typer.Option(metavar="A..B", help="Not on these days; repeatable.", show_default=False)
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="How many sessions fit by this day, and when to start.", show_default=False),
    ] = None,
    injector: WithInjector = None,
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
    from dataclasses import replace

    from microsclero.dates import parse_days, parse_every
    from microsclero.desk.only_room import plan_shown
    from microsclero.desk.wishes import Wish
    from microsclero.render.views.planning import plan_view

    first, last = maybe_dated(start, "--start"), maybe_dated(by, "--by")
    avoided = [spanned(text, "--avoid") for text in avoid or ()]
    reason = text_on_line(override, "--override")
    wish = Wish(
        sessions=sessions,
        at=timed(at, "--at"),
        days=maybe(parse_days, days, "--days"),
        every_days=maybe(parse_every, every, "--every"),
        injector=initials(injector, "--injector"),
    )
    save_or_look(yes=yes, dry_run=dry_run)
    _fit_together(ctx)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=not (dry_run or why)) as desk:
        right_patient(ctx, desk, number, ask=False, headed=as_json or not why)
        if ics is not None:
            _check_calendar(desk, ics)
        wish = replace(wish, avoid=tuple(days(desk.today()) for days in avoided))
        asked = _Asked(number, wish, first(desk.today()), last(desk.today()), consultation, reason)
        if why:
            return _show_why(desk, asked, as_json)
        shown = _proposed(desk, asked)
        if not dry_run:
            shown = _booked(ctx, desk, shown, yes=yes)
        data = shown.as_data()
        if ics is not None:
            data["ics"] = _write_calendar(desk, number, ics)
        return answer("plan", data, as_json=as_json, view=lambda: plan_view(plan_shown(desk, shown)))


def _proposed(desk: Desk, asked: _Asked) -> Plan:
    from microsclero.desk import consulting, overriding, planning
    from microsclero.desk.why_not import every_reason

    number, wish, start, by, consultation, override = asked
    with every_reason(desk, number, wish, start=start, by=by, consultation=consultation, override=override is not None):
        if consultation:
            return consulting.propose(desk, number, wish, start=start)
        if override is not None and start is not None:
            return overriding.propose(desk, number, wish, start=start, reason=override)
        return planning.propose(desk, number, wish, start=start, by=by)


def _show_why(desk: Desk, asked: _Asked, as_json: bool) -> None:
    """What stands against it and the first time that would work; nothing is booked, and nothing is refused."""
    from microsclero.desk.why_not import why_not
    from microsclero.render.views.why import why_view

    seen = why_not(
        desk,
        asked.patient_no,
        lambda: _proposed(desk, asked),
        asked.wish,
        start=asked.start,
        consultation=asked.consultation,
    )
    answer("plan", seen.as_data(), as_json=as_json, view=lambda: why_view(seen))


def _booked(ctx: typer.Context, desk: Desk, proposed: Plan, *, yes: bool) -> Plan:
    """What was proposed: shown, agreed to, booked."""
    from microsclero.desk import consulting, planning
    from microsclero.desk.only_room import plan_shown
    from microsclero.render.views.planning import plan_view

    if not yes and can_ask(ctx):
        plan_view(plan_shown(desk, proposed), stderr=True)
    what = "this consultation" if proposed.is_consultation else "these sessions"
    go_ahead(ctx, yes=yes, question=f"Book {what}?")
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
    tell(Written(written))
    return str(written)
