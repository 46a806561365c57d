"""A batch on the screen and on paper: set aside or not, who had it, whom to ring."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from microsclero.dates import show_date, show_moment
from microsclero.render.terminal import Heading, console, name, print_lines
from microsclero.text import Written, visible

if TYPE_CHECKING:
    from datetime import date

    from microsclero.desk.batches import Attempt, GivenVial, Holder, Traced
    from microsclero.render.views.sheets import WrittenPdf

OUTCOME_WORDS = {
    "reached": "reached",
    "no_answer": "no answer",
    "message_left": "message left",
    "wrong_number": "wrong number",
}
_BAND_WORDS = {"expected": "expected", "call": "call", "same_day": "same day", "emergency": "emergency"}


def batch_view(traced: Traced) -> None:
    """The call list: everybody who had it, with phone, what they had and how they are."""
    lines: list[str] = [Heading(f"Batch {visible(traced.batch)}"), *map(Heading, _heads(traced))]
    if traced.near:
        near = ", ".join(map(visible, traced.near))
        lines.append(f"Looks like it, and is recorded too: {near}. The same batch, misread?")
    for holder in traced.holders:
        lines += ["", Heading(_who(holder)), *(f"       {line}" for line in _about(holder, traced))]
    print_lines(console(), [*lines, *map(visible, traced.remarks)])


def _heads(traced: Traced) -> Iterator[str]:
    yield from _quarantine_lines(traced)
    yield _how_many(traced)
    expiries = _expiries(traced)
    if len(expiries) == 1:
        yield f"Expiry as recorded: {_expiry(expiries[0])}."
    elif expiries:
        yield "Recorded with different expiries: look at the labels."


def _expiries(traced: Traced) -> tuple[date | None, ...]:
    return tuple(dict.fromkeys(vial.expires_on for holder in traced.holders for vial in holder.vials))


def _expiry(expires_on: date | None) -> str:
    return show_date(expires_on) if expires_on else "none"


def _quarantine_lines(traced: Traced) -> Iterator[str]:
    standing = traced.quarantine
    if standing is not None:
        since = f"IN QUARANTINE since {show_moment(standing.at)} ({visible(standing.who)})"
        yield f"{since}: {visible(standing.reason)}"
    for row in traced.quarantines:
        if row.lifted_at is not None:
            lifted = f"lifted {show_moment(row.lifted_at)} by {visible(row.lifted_by or '')}"
            yield f"In quarantine from {show_moment(row.at)}, {lifted}: {visible(row.reason)}"


def _how_many(traced: Traced) -> str:
    count = len(traced.holders)
    if not count:
        return "Nobody had it."
    reached = sum(holder.is_contacted for holder in traced.holders)
    return f"{'1 patient' if count == 1 else f'{count} patients'} had it; {reached} reached about it."


def _who(holder: Holder) -> str:
    return f"{holder.patient_no:>5}  {name(holder.name)} · {_phone(holder)}"


def _phone(holder: Holder) -> str:
    if not holder.phone:
        return "no phone number"
    return f"{visible(holder.phone)}{' (wrong number)' if holder.is_wrong_number else ''}"


def _about(holder: Holder, traced: Traced) -> Iterator[str]:
    """What they had, how they are, what comes next, and whether they know."""
    same_expiry = len(_expiries(traced)) == 1
    for vial in holder.vials:
        yield _given(vial) + ("" if same_expiry else f", expiry {_expiry(vial.expires_on)}")
    if len(holder.vials) > 1:
        yield f"{holder.volume_ml} mL in all"
    for each in holder.reactions:
        band = _BAND_WORDS[each.band]
        yield f"OPEN REACTION {each.reaction}: {each.words}, {band}, noticed {show_date(each.noticed_on)}"
    yield f"Next in the diary: {show_date(holder.next_on) if holder.next_on else 'nothing'}"
    yield _attempts(holder)


def _given(vial: GivenVial) -> str:
    return (
        f"{show_date(vial.on)}, session {vial.number or '–'}: {vial.volume_ml} mL {visible(vial.product_name)} "
        f"{vial.strength_percent} %"
    )


def _attempts(holder: Holder) -> str:
    if not holder.attempts:
        return "NOT CONTACTED"
    reached = [one for one in holder.attempts if one.outcome == "reached"]
    tries = "; ".join(f"{OUTCOME_WORDS[one.outcome]} {_when(one)}" for one in holder.attempts)
    return f"Contacted {_when(reached[-1])}" if reached else f"NOT REACHED: {tries}"


def _when(attempt: Attempt) -> str:
    return f"{show_moment(attempt.at)} ({visible(attempt.who)})"


def list_view(path: Path) -> None:
    print_lines(console(), [Written(path)])


def write_call_list(traced: Traced, target: str, *, live: Path | None) -> WrittenPdf:
    """The call list as a PDF, whole or not at all; readable by this account alone."""
    from microsclero.render.files import put_down
    from microsclero.render.paper.call_list import Call, call_list_pdf
    from microsclero.render.views.sheets import WrittenPdf

    calls = [
        Call(
            patient_no=holder.patient_no,
            name=holder.name,
            phone=_phone(holder),
            lines=tuple(_about(holder, traced)),
        )
        for holder in traced.holders
    ]
    printed = call_list_pdf(
        calls,
        batch=traced.batch,
        heads=(*_heads(traced), *map(visible, traced.remarks)),
        clinic=traced.clinic,
        printed_on=traced.on,
        made_up=traced.made_up,
    )
    return WrittenPdf(
        path=put_down(printed.pdf, target, option="--pdf", live=live),
        by_hand=tuple(dict.fromkeys(part.replace("_", " ") for part in printed.by_hand)),
    )
