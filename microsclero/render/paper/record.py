"""A patient's whole record as paper: who, what stands against, everything that happened, each session on a leg map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from microsclero.dates import show_date, show_moment, show_range
from microsclero.products import VEIN_WORDS
from microsclero.render.paper import Hand, PatientLine, Printed, no_commands, pdf, printable
from microsclero.render.views.told import NO_ALLERGIES, NO_MEDICINES, allergies_in_words
from microsclero.site_codes import short_sites
from microsclero.text import visible

if TYPE_CHECKING:
    from datetime import datetime

    from microsclero.desk.patient_record import Record
    from microsclero.desk.timeline import Entry

# A remark names a site by its number, which the table has, and by its short code.
_SITE = re.compile(r"\b(Site \d+) \([^()]*\)")

# For the file and for another practitioner; nobody takes it home to follow it.
RECORD_PT = 10


def record_pdf(record: Record, *, clinic: str, phone: str, printed_at: datetime, made_up: bool) -> Printed:
    """The record as it stands, A4, black and white; what the fonts can't set is left to be written in."""
    hand = Hand()
    patient = record.patient
    line = PatientLine.of(patient)
    footer = f"Record as it was on {show_moment(printed_at)}"
    facts = [
        ("Allergies", allergies_in_words(patient.allergies, record.told.allergies) or NO_ALLERGIES),
        ("Medicines", "; ".join(record.told.medicines) or NO_MEDICINES),
        ("Open reactions", "\n".join(_open_reactions(record))),
        ("Phone", patient.phone),
        ("E-mail", patient.email),
        ("Address", patient.address),
        ("GP", patient.gp),
        ("Emergency contact", patient.emergency_contact),
        ("Own dates", "\n".join(f"{show_range(each.from_on, each.until_on)}, {each.what}" for each in record.events)),
        ("Notes", patient.notes),
    ]
    data = {
        **hand.frame("Record", clinic, line, footer=footer, made_up=made_up, large=False),
        "size": RECORD_PT,
        "facts": [{"label": label, "value": hand.kept(_plain(value), label)} for label, value in facts if value],
        "stops": [_kept(no_commands(reason.message), "what stands against today", hand) for reason in record.why_not],
        "phone": hand.kept(_plain(phone), "phone") if phone else "",
        "entries": [_entry(entry, hand) for entry in record.timeline if entry.on <= printed_at.date()],
        "team": [
            _kept(", ".join(filter(None, (f"{one.initials}: {one.name}", one.register))), "team", hand)
            for one in record.team
        ],
        "ahead": [_entry(entry, hand) for entry in record.timeline if entry.on > printed_at.date()],
    }
    return Printed(pdf=pdf("record", data), by_hand=tuple(dict.fromkeys(hand.by_hand)))


def _open_reactions(record: Record) -> Iterator[str]:
    from microsclero.render.views.reacting import open_in_short

    yield from map(open_in_short, record.opened.reactions if record.opened else ())


def _plain(text: str) -> str:
    return visible(text, lines=True)


def _entry(entry: Entry, hand: Hand) -> dict[str, Any]:
    what = f"{entry.kind} {entry.number}"
    lines = entry.lines
    if entry.kind == "screening":
        lines = tuple(map(_rule_in_words, lines))
    if entry.sites:
        # The screen's short codes are a table here, and whoever reads it elsewhere has no use for our commands.
        codes = short_sites(entry.sites)
        lines = tuple(_SITE.sub(r"\1", no_commands(line)) for line in lines if line != codes)
    return {
        "day": show_date(entry.on),
        "title": _kept(entry.title, what, hand),
        "lines": [_kept(line, what, hand) for line in lines],
        "struck": _kept(entry.struck, what, hand) if entry.struck else None,
        "sites": [
            {
                "leg": site["leg"],
                "region": site["region"],
                "aspect": site.get("aspect"),
                "label": str(place),
                "vein": VEIN_WORDS.get(site["vein"], site["vein"]),
                "vial": site["vial"],
                "ml": site["volume_ml"],
                "punctures": str(site.get("punctures") or 1),
            }
            for place, site in enumerate(entry.sites, 1)
        ],
    }


def _rule_in_words(line: str) -> str:
    """A line that begins with rules by name; what follows the colon is somebody's own words."""
    rules, colon, rest = line.partition(":")
    return f"{rules.replace('_', ' ')}{colon}{rest}"


def _kept(text: str, what: str, hand: Hand) -> str | None:
    text = _plain(text)
    if text.isascii() or printable(text):
        return text
    hand.by_hand.append(what)
    return None
