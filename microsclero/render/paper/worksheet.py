"""The treatment worksheet: written on by hand in the room, keyed in after it; for a patient, or blank."""

from __future__ import annotations

from collections.abc import Sequence

from microsclero.render.paper import Hand, PatientLine, Printed, no_commands, pdf
from microsclero.render.views.told import NO_ALLERGIES, NO_MEDICINES
from microsclero.text import visible

TITLE = "Treatment worksheet"
# What fits on its line by hand; the record has the rest.
LONGEST, LONGEST_ALLERGIES = 160, 320
# The legs and the lines for the sites want the rest of the page.
MOST_LINES = 6


def worksheet_pdf(
    *,
    clinic: str,
    patient: PatientLine | None,
    allergies: str,
    medicines: str,
    read_first: Sequence[str],
    made_up: bool,
) -> Printed:
    """One page: vials with room for their labels, both legs in outline, a line for each site."""
    hand = Hand()
    data = {
        **hand.frame(TITLE, clinic, patient, footer=TITLE, made_up=made_up, large=False),
        "allergies": _told(hand, allergies, NO_ALLERGIES, "allergies", LONGEST_ALLERGIES) if patient else None,
        "medicines": _told(hand, medicines, NO_MEDICINES, "medicines", LONGEST) if patient else None,
        "read_first": [hand.kept(line, "what is to be read first") for line in _on_paper(read_first)],
    }
    return Printed(pdf=pdf("worksheet", data), by_hand=tuple(hand.by_hand))


def _on_paper(lines: Sequence[str]) -> list[str]:
    """As many lines as the page has room for, each without what to type next; a long one loses its middle."""
    lines = [_in_short(no_commands(visible(line)), LONGEST * 2) for line in lines]
    if len(lines) <= MOST_LINES:
        return lines
    return [*lines[: MOST_LINES - 1], f"{len(lines) - MOST_LINES + 1} more on record: look at them first."]


def _in_short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest // 2].rstrip()} … {text[-longest // 2 :].lstrip()}"


def _told(hand: Hand, text: str, nothing: str, what: str, longest: int) -> str | None:
    """What is on record, so far as it fits and our fonts have it; None leaves a line to write on."""
    if not text:
        return nothing
    short = text if len(text) <= longest else f"{text[:longest]} … (more on record)"
    return hand.kept(short.replace("\n", "; "), what)
