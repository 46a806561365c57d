"""The treatment worksheet: written on by hand in the room, keyed in after it; for a patient, or blank."""

from __future__ import annotations

from microsclero.render.paper import Hand, PatientLine, Printed, pdf

TITLE = "Treatment worksheet"
# What fits on its line by hand; the record has the rest.
LONGEST = 160


def worksheet_pdf(
    *,
    clinic: str = "",
    patient: PatientLine | None = None,
    allergies: str = "",
    medicines: str = "",
    made_up: bool = False,
) -> Printed:
    """One page: vials with room for their labels, both legs in outline, a line for each site."""
    hand = Hand()
    data = {
        **hand.frame(TITLE, clinic, patient, footer=TITLE, made_up=made_up, large=False),
        "allergies": _told(hand, allergies, "allergies") if patient else None,
        "medicines": _told(hand, medicines, "medicines") if patient else None,
    }
    return Printed(pdf=pdf("worksheet", data), by_hand=tuple(hand.by_hand))


def _told(hand: Hand, text: str, what: str) -> str | None:
    """What is on record, so far as it fits and our fonts have it; None leaves a line to write on."""
    if not text:
        return "none recorded"
    short = text if len(text) <= LONGEST else f"{text[:LONGEST]} … (more on record)"
    return hand.kept(short.replace("\n", "; "), what)
