"""The call list about a batch as paper: a block for each patient, with boxes for what came of the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from microsclero.dates import show_date
from microsclero.render.paper import Hand, Printed, pdf, printable


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Somebody to ring, and what to know about them."""

    patient_no: int
    name: str
    phone: str
    lines: tuple[str, ...]


def call_list_pdf(
    calls: Sequence[Call], *, batch: str, heads: Sequence[str], clinic: str, printed_on: date, made_up: bool
) -> Printed:
    """Everybody to ring about a batch, A4, black and white. For the clinic alone: it holds names and numbers."""
    hand = Hand()
    title = "Call list"
    data: dict[str, Any] = {
        **hand.frame(
            title, clinic, None, footer=f"For the clinic only · printed {show_date(printed_on)}", made_up=made_up,
            large=False,
        ),
        "batch": hand.kept(batch, "batch"),
        "heads": [text for text in (hand.kept(head, "a line about the quarantine") for head in heads) if text],
        "calls": _calls(calls, hand),
    }  # fmt: skip
    return Printed(pdf=pdf("call_list", data), by_hand=tuple(hand.by_hand))


def _calls(calls: Sequence[Call], hand: Hand) -> list[dict[str, Any]]:
    # The typesetter is asked once for all of them; one by one only where it lacks a letter of some.
    whole = "\n".join(text for call in calls for text in (call.name, call.phone, *call.lines) if text)
    kept = _as_it_is if not calls or printable(whole) else hand.kept
    return [
        {
            "number": call.patient_no,
            "name": kept(call.name, "name"),
            "phone": kept(call.phone, "phone"),
            "lines": [kept(line, "a line") or "(to be written in)" for line in call.lines],
        }
        for call in calls
    ]


def _as_it_is(text: str, what: str) -> str | None:
    return text
