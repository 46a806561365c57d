"""The verbs that change what is booked: move, cancel, missed, rebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

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
    dated,
    go_ahead,
    initials,
    maybe,
    maybe_dated,
    right_patient,
    save_or_look,
    text_on_line,
    timed,
)
from microsclero.errors import UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.changes import Change

SessionNo = Annotated[
    int | None,
    typer.Option("--session", metavar="K", min=1, help="Which session of the running course.", show_default=False),
]
Consultation = Annotated[bool, typer.Option("--consultation", help="The consultation in place of a session.")]


def move(
    ctx: typer.Context,
    to: Annotated[str, typer.Option(metavar="DATE", help="The new day.")],
    patient: PatientNo = None,
    session: SessionNo = None,
    consultation: Consultation = False,
    at: At = None,
    override: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Double-book it on purpose, at --at.", show_default=False),
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Move one planned session; the later ones follow where they would come too close.

    A gap under 28 days is refused. Nobody is moved to an earlier day along the way.
    """
    from microsclero.desk import moving

    day, clock = dated(to, "--to"), timed(at, "--at")
    which = _which(session, consultation)
    reason = text_on_line(override, "--override")
    if override is not None and not reason:
        raise UsageError("--override is empty: say why.")
    if reason and clock is None:
        raise UsageError("--override double-books one time: give --at, too.")
    save_or_look(yes=yes, dry_run=dry_run)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=not dry_run) as desk:
        right_patient(ctx, desk, number, ask=False)
        change = moving.propose_move(desk, number, which, to=day(desk.today()), at=clock, override=reason or None)
        _settle(ctx, desk, change, "Move {it}?", dry_run=dry_run, yes=yes, as_json=as_json)


def cancel(
    ctx: typer.Context,
    reason: Annotated[
        str,
        typer.Option(
            metavar="CODE",
            help="patient_ill, patient_away, clinic_closed, injector_away (waits for a new date); patient_choice, "
            "contraindication, response_complete, other.",
        ),
    ],
    patient: PatientNo = None,
    session: SessionNo = None,
    consultation: Consultation = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Cancel one planned session; it no longer counts among the four, and the later ones stay."""
    from microsclero.desk import changing
    from microsclero.desk.changes import CANCEL_CODES

    if reason not in CANCEL_CODES:
        raise UsageError(f"--reason is one of {', '.join(CANCEL_CODES)}.", code="unreadable", option="--reason")
    which = _which(session, consultation)
    save_or_look(yes=yes, dry_run=dry_run)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=not dry_run) as desk:
        right_patient(ctx, desk, number, ask=False)
        change = changing.propose_cancel(desk, number, which, reason=reason)
        _settle(ctx, desk, change, "Cancel {it}?", dry_run=dry_run, yes=yes, as_json=as_json)


def missed(
    ctx: typer.Context,
    patient: PatientNo = None,
    session: SessionNo = None,
    consultation: Consultation = False,
    came: Annotated[bool, typer.Option("--came", help="They came: the consultation was held.")] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Record that nobody came, once the start has passed; a session then waits for a new date (rebook).

    Of consultations it is the latest that has begun. With --came it is recorded as held.
    """
    from microsclero.desk import changing

    which = _which(session, consultation)
    if came and not consultation:
        raise UsageError("--came is for --consultation: it says that a talk was held.")
    save_or_look(yes=yes, dry_run=dry_run)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=not dry_run) as desk:
        right_patient(ctx, desk, number, ask=False)
        change = changing.propose_held(desk, number) if came else changing.propose_missed(desk, number, which)
        question = "Record {it} as held?" if came else "Record {it} as missed?"
        _settle(ctx, desk, change, question, dry_run=dry_run, yes=yes, as_json=as_json)


def rebook(
    ctx: typer.Context,
    patient: PatientNo = None,
    start: Start = None,
    at: At = None,
    injector: WithInjector = None,
    days: Weekdays = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Book a missed or put-off session again, at the first time that keeps every rule; the later ones follow.

    Not before the day after the one it stood on, unless --start says so. What the patient wished for with the plan
    still holds; what is said here is for this session only.
    """
    from microsclero.dates import parse_days
    from microsclero.desk import rebooking

    first, clock = maybe_dated(start, "--start"), timed(at, "--at")
    weekdays, who = maybe(parse_days, days, "--days"), initials(injector, "--injector")
    save_or_look(yes=yes, dry_run=dry_run)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=not dry_run) as desk:
        right_patient(ctx, desk, number, ask=False)
        change = rebooking.propose_rebook(
            desk, number, start=first(desk.today()), at=clock, injector=who, days=weekdays
        )
        _settle(ctx, desk, change, "Book {it}?", dry_run=dry_run, yes=yes, as_json=as_json)


def _settle(
    ctx: typer.Context, desk: Desk, change: Change, question: str, *, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """What was proposed: shown, agreed to, saved; only shown on a dry run."""
    from dataclasses import replace

    from microsclero.desk import changing, holding
    from microsclero.desk.only_room import change_shown
    from microsclero.render.views.changing import change_view

    if not dry_run:
        if not yes and can_ask(ctx):
            change_view(change_shown(desk, change), stderr=True)
        several = sum(bool(step.why) for step in change.steps) > 1
        go_ahead(ctx, yes=yes, question=question.format(it="them" if several else "it"))
        change = changing.save_change(desk, change)
    held = holding.held(desk, [change.patient_no])
    change = replace(change, sessions=holding.as_held(change.sessions, held))
    answer(change.kind, change.as_data(), as_json=as_json, view=lambda: change_view(change_shown(desk, change)))


def _which(session: int | None, consultation: bool) -> int | None:
    """The number of the session; None for the next consultation."""
    if (session is None) != consultation:
        raise UsageError("Which one: --session K, or --consultation?", code="which_missing")
    return session
