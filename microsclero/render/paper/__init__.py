"""Paper: a template and its data become a PDF that a printer, a screen and a screen reader can all use."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from microsclero.dates import show_date
from microsclero.sheet import Band, Sheet

if TYPE_CHECKING:
    from microsclero.patients import Patient

TEMPLATES = Path(__file__).parent
NORMAL_PT, LARGE_PT = 14, 18
# The fonts that typst carries and that set a script properly; its mathematical font has Devanagari but can't join it.
_PROBE = b"""#set document(title: "name")
#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"), lang: "en", fallback: false)
#sys.inputs.name #strong(sys.inputs.name)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientLine:
    """What stands on a sheet so that it can't be taken for somebody else's."""

    name: str
    patient_no: int
    born_on: date

    @classmethod
    def of(cls, patient: Patient) -> PatientLine:
        return cls(name=patient.full_name, patient_no=patient.number, born_on=patient.born_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A PDF, and what the fonts could not set and is left to be written in by hand."""

    pdf: bytes
    by_hand: tuple[str, ...] = ()


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The template (aftercare, prepare, screening_form) with this data, as PDF/UA-1; nothing is left on the disk."""
    import typst

    made = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    return bytes(made)


def printable(name: str) -> bool:
    """Whether our fonts have every letter of it. The typesetter itself is asked, so the answer can't drift."""
    import typst

    if not name.strip():
        return False
    try:
        typst.compile(_PROBE, sys_inputs={"name": name}, pdf_standards=["ua-1"], ignore_system_fonts=True)
    except typst.TypstError as fault:
        if "could not be displayed" in fault.message:
            return False
        raise
    return True


def no_commands(text: str) -> str:
    """The sentence without what to type next."""
    cut = re.sub(r":? \(?microsclero [a-z][^.;)]*\)?", "", text).rstrip()
    return cut if cut == text or cut.endswith(".") else f"{cut}."


class Hand:
    """Keeps what the fonts can set, and notes what is to be written in by hand."""

    def __init__(self) -> None:
        self.by_hand: list[str] = []

    def kept(self, text: str, what: str) -> str | None:
        if printable(text):
            return text
        self.by_hand.append(what)
        return None

    def frame(
        self, title: str, clinic: str, patient: PatientLine | None, *, footer: str, made_up: bool, large: bool
    ) -> dict[str, Any]:
        """What every sheet of paper carries: head, foot, size."""
        who = None
        if patient:
            # A birth date needs no weekday.
            born_on = show_date(patient.born_on).partition(" ")[2]
            who = {"name": self.kept(patient.name, "name"), "number": patient.patient_no, "born": born_on}
        return {
            "title": title,
            "footer": f"{footer} · No. {patient.patient_no}" if patient else footer,
            "size": LARGE_PT if large else NORMAL_PT,
            "made_up": made_up,
            "clinic": {"name": self.kept(clinic, "clinic")},
            "patient": who,
        }


def sheet_pdf(
    sheet: Sheet, *, patient: PatientLine | None = None, made_up: bool = False, large: bool = False
) -> Printed:
    """The sheet as it is handed over: A4, black and white, 14 pt, or 18 pt if large."""
    hand, phones, clinic = Hand(), sheet.phones, sheet.clinic
    data = {
        **hand.frame(sheet.title, clinic.name, patient, footer=sheet.title, made_up=made_up, large=large),
        "intro": " ".join((sheet.intro, *sheet.notes)),
        "items_title": sheet.items_title,
        "items": [{"title": item.title, "when": item.when, "words": item.words} for item in sheet.items],
        "phones": {
            "title": phones.title,
            "rows": [
                {"label": phones.open, "number": hand.kept(clinic.phone, "phone")},
                {"label": phones.closed, "number": hand.kept(clinic.out_of_hours or phones.nobody, "out_of_hours")},
            ],
            "closures_title": phones.closures,
            # A reason the fonts lack is no loss: the days are what counts.
            "closures": [each.shown if printable(each.shown) else each.days for each in sheet.closures],
            "closures_help": phones.closures_help,
        },
        "expected": {
            "title": sheet.expected_title,
            "intro": sheet.expected_intro,
            "groups": [{"when": g.when, "effects": g.effects, "note": g.note} for g in sheet.expected_groups],
        },
        "call": _band(sheet.call),
        "same_day": _band(sheet.same_day),
        "emergency": _band(sheet.emergency),
        "next": {"title": sheet.next_title, "lines": list(sheet.next)},
        "advice": {"title": sheet.advice_title, "lines": [advice.text for advice in sheet.advice]},
    }
    return Printed(pdf=pdf(sheet.kind.value, data), by_hand=tuple(hand.by_hand))


def _band(band: Band) -> dict[str, Any]:
    return {"title": band.title, "intro": band.intro, "lines": list(band.lines)}
