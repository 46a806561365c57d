"""The verb batch: who had it, whom to ring, quarantine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from microsclero.commands.shared import (
    AsJson,
    answer,
    ask,
    at_desk,
    can_ask,
    readable,
    right_patient,
    tell_by_hand,
    text_on_line,
)
from microsclero.errors import UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.batches import Traced


def batch(
    ctx: typer.Context,
    number: Annotated[
        str, typer.Argument(metavar="NUMBER", help="As on the label; case, spaces and hyphens don't matter.")
    ],
    quarantine: Annotated[bool, typer.Option("--quarantine", help="Set it aside: no session may use it.")] = False,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="With --quarantine: why.", show_default=False)
    ] = None,
    lift: Annotated[bool, typer.Option("--lift", help="End the quarantine; a prescriber only.")] = False,
    contacted: Annotated[
        int | None,
        typer.Option(metavar="PATIENT", min=1, help="This patient was rung about it.", show_default=False),
    ] = None,
    outcome: Annotated[
        str | None, typer.Option(metavar="CODE", help="With --contacted: what came of it.", show_default=False)
    ] = None,
    note: Annotated[
        str | None, typer.Option(metavar="TEXT", help="With --contacted: what was said.", show_default=False)
    ] = None,
    pdf: Annotated[
        str | None, typer.Option("--pdf", metavar="FILE", help="The call list to print.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Who had a batch, with phone, volume, open reactions, next booking, and whether they were contacted.

    What came of a call is reached, no_answer, message_left or wrong_number.
    """
    _refuse_together(quarantine, reason, lift, contacted, outcome, note, pdf)
    named = _named(number)
    if quarantine:
        return _change(ctx, as_json, _set_aside(named, text_on_line(reason, "--reason", what="the text")))
    if lift:
        return _change(ctx, as_json, _lift(named))
    if contacted is not None:
        return _change(
            ctx,
            as_json,
            _note(ctx, named, contacted, outcome, text_on_line(note, "--note", what="the text", lines=True)),
        )
    return _list(ctx, named, pdf, as_json)


def _refuse_together(
    quarantine: bool,
    reason: str | None,
    lift: bool,
    contacted: int | None,
    outcome: str | None,
    note: str | None,
    pdf: str | None,
) -> None:
    if sum([quarantine, lift, contacted is not None, pdf is not None]) > 1:
        raise UsageError("--quarantine, --lift, --contacted and --pdf exclude each other.")
    if reason is not None and not quarantine:
        raise UsageError("--reason goes with --quarantine: it says why the batch is set aside.")
    if quarantine and not (reason or "").strip():
        raise UsageError("Why is it set aside? Give --reason.", code="missing_answer", option="--reason")
    if contacted is None and (outcome is not None or note is not None):
        raise UsageError("--outcome and --note go with --contacted: who was rung?")


def _named(number: str) -> str:
    """The number as typed, once it is sure that it is one."""
    from microsclero.ask.fields import person_text
    from microsclero.batches import batch_key

    named = readable(person_text(100, what="the batch"), number, "NUMBER")
    if not named or not batch_key(named):
        raise UsageError("NUMBER: a batch has letters or digits; read it off the label.", code="unreadable")
    return str(named)


def _set_aside(named: str, reason: str | None) -> Callable[[Desk], Traced]:
    from microsclero.desk import quarantining

    return lambda desk: quarantining.set_aside(desk, named, reason or "")


def _lift(named: str) -> Callable[[Desk], Traced]:
    from microsclero.desk import quarantining

    return lambda desk: quarantining.lift(desk, named)


def _note(
    ctx: typer.Context, named: str, patient: int, outcome: str | None, note: str | None
) -> Callable[[Desk], Traced]:
    from microsclero.ask.batches import OUTCOMES, call_fields
    from microsclero.ask.fields import one_of
    from microsclero.desk import quarantining

    if outcome is not None:
        readable(one_of(OUTCOMES), outcome, "--outcome")
    elif not can_ask(ctx):
        known = ", ".join(OUTCOMES)
        raise UsageError(f"What came of it? Give --outcome: {known}.", code="missing_answer", option="--outcome")

    def noted(desk: Desk) -> Traced:
        right_patient(ctx, desk, patient, ask=False)
        said = ask(call_fields()) if outcome is None else {"outcome": outcome}
        return quarantining.note_contact(desk, named, patient, said["outcome"], note or said.get("note"))

    return noted


def _change(ctx: typer.Context, as_json: bool, change: Callable[[Desk], Traced]) -> None:
    with at_desk(ctx, writing=True) as desk:
        _out(change(desk), as_json)


def _list(ctx: typer.Context, named: str, pdf: str | None, as_json: bool) -> None:
    from microsclero.desk import batches
    from microsclero.render.views.batches import list_view, write_call_list

    with at_desk(ctx) as desk:
        traced = batches.trace(desk, named)
        if pdf is None:
            return _out(traced, as_json)
        written = write_call_list(traced, pdf, live=desk.store.path)
        tell_by_hand(written.by_hand)
        data = traced.as_data() | {"pdf": str(written.path)}
        return answer("batch", data, as_json=as_json, view=lambda: list_view(written.path))


def _out(traced: Traced, as_json: bool) -> None:
    from microsclero.render.views.batches import batch_view

    answer("batch", traced.as_data(), as_json=as_json, view=lambda: batch_view(traced))
