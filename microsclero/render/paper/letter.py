"""A letter as paper: the clinic's head, whom it is about, the facts, room to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from microsclero.dates import show_date
from microsclero.render.letters import CLOSING, OPENING, patient_lines, sections, signature
from microsclero.render.paper import PatientLine, Printed, pdf
from microsclero.render.paper.reprint import Persons

if TYPE_CHECKING:
    from microsclero.desk.letters import Letter


def letter_pdf(letter: Letter) -> Printed:
    """A4, black on white, PDF/UA-1; what our fonts can't set is left to be written in by hand."""
    patient = letter.patient
    told = sections(letter)
    who = patient_lines(letter)
    own = (letter.text or "").splitlines()
    texts = [*who, *letter.address, letter.about, *own, *(line for section in told for line in section.lines)]
    hand = Persons(["x", *texts, signature(letter), letter.clinic.address or "", letter.clinic.phone])
    name = PatientLine(name=who[0], patient_no=patient.number, born_on=patient.born_on)
    made_up = letter.clinic.made_up
    data: dict[str, Any] = {
        **hand.frame(
            letter.about,
            letter.clinic.name,
            name,
            footer=f"Letter of {show_date(letter.on)}",
            made_up=made_up,
            large=False,
        ),
        "address_of_clinic": [
            hand.text(line, "the clinic's address") for line in (letter.clinic.address or "").splitlines()
        ],
        "phone": hand.text(letter.clinic.phone, "the clinic's phone") if letter.clinic.phone else "",
        "on": show_date(letter.on),
        "to": [hand.text(line, "the address") for line in letter.address],
        "who": [hand.text(line, "a line about the patient") for line in who],
        "opening": OPENING,
        "own": [hand.text(line, "your own words") for line in own if line.strip()],
        "sections": [
            {"title": section.title, "lines": [hand.text(line, "a fact") for line in section.lines]} for section in told
        ],
        "closing": CLOSING,
        "signature": hand.text(signature(letter), "the signature") if letter.signed_by else None,
    }
    return Printed(pdf=pdf("letter", data), by_hand=tuple(dict.fromkeys(hand.by_hand)))
