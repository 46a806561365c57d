"""The consent form as paper: what is told, a box for each purpose, lines to sign on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from microsclero.dates import show_date
from microsclero.render.paper import Hand, PatientLine, Printed, pdf

if TYPE_CHECKING:
    from microsclero.consent import ConsentWords

TITLE = "What you agree to"


def consent_form_pdf(
    wording: ConsentWords,
    *,
    printed_on: date,
    clinic: str = "",
    phone: str = "",
    patient: PatientLine | None = None,
    made_up: bool = False,
    large: bool = False,
) -> Printed:
    """The wording, purposes and signatures, A4; blank where no patient is given. Its foot says which wording it is."""
    hand = Hand()
    footer = f"Consent {wording.version} · printed {show_date(printed_on)}"
    data: dict[str, Any] = {
        **hand.frame(wording.title, clinic, patient, footer=footer, made_up=made_up, large=large),
        "intro": wording.intro,
        "phone": hand.kept(phone, "phone"),
        "sections": [{"title": each.title, "lines": list(each.lines)} for each in wording.sections],
        "agree_title": TITLE,
        "purposes": [
            {
                "title": each.title,
                "statements": list(each.statements),
                "notes": [each.withdrawal, *([each.free] if each.free else [])],
            }
            for each in wording.purposes
        ],
    }
    return Printed(pdf=pdf("consent_form", data), by_hand=tuple(hand.by_hand))
