"""Reads the wording of consent, and refuses it whole when a fact, a purpose or a freedom is missing from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from microsclero.consent import PURPOSES, SECTIONS, ConsentSection, ConsentWords, PurposeWords

if TYPE_CHECKING:
    from microsclero.content.tables import Faults, Table

NEWEST = "2026-1"
# Patients read this: nothing in it may promote a prescription medicine, or promise.
_BRANDS = r"fibro-?vein|aethoxysklerol|aetoxisclerol|asclera|polidocanol|tetradecyl|lauromacrogol|\bSTS\b|\bPOL\b"
_TOLD = {
    "options": ("nothing", "laser"),
    "common_effects": ("4 weeks",),
    "long_lasting_marks": ("matting", "18 months"),
    "sessions": ("4 weeks", "4 sessions"),
}


@cache
def load_consent(version: str | None = None) -> ConsentWords:
    """This version of the wording, the newest without one; ContentError naming every fault at once."""
    from microsclero import content

    name = f"consent.{version or NEWEST}.toml"
    source, digest = content._bytes(name)
    content.refuse_edited(name, digest)
    return read_consent(source, name)


def read_consent(source: bytes, name: str) -> ConsentWords:
    """The wording in this TOML; `name` is the file's, for the faults."""
    from hashlib import sha256

    from microsclero import content
    from microsclero.content.tables import Faults, Table

    faults = Faults(name)
    top = Table(content._parse(source, name), "file", faults)
    version, title, intro = top.text("version"), top.text("title"), top.text("intro")
    top.one_of("language", ("en-GB",), "en-GB")
    sections = tuple(_section(table) for table in top.tables("section"))
    purposes = tuple(_purpose(table) for table in top.tables("purpose"))
    top.done()
    if tuple(each.section for each in sections) != SECTIONS:
        faults.add("section", f"must be, in this order: {', '.join(SECTIONS)}.")
    if tuple(each.purpose for each in purposes) != PURPOSES:
        faults.add("purpose", f"must be, in this order: {', '.join(PURPOSES)}.")
    words = ConsentWords(
        version=version,
        sha256=sha256(source).hexdigest(),
        title=title,
        intro=intro,
        sections=sections,
        purposes=purposes,
    )
    _check_words(words, faults)
    faults.raise_if_any()
    return words


def _section(table: Table) -> ConsentSection:
    section = table.text("section")
    table.place = section or table.place
    made = ConsentSection(section=section, title=table.text("title"), lines=table.texts("lines"))
    if "lines" not in table:
        table.fault("lines is missing.")
    said = " ".join(made.lines).casefold()
    for fact in _TOLD.get(section, ()):
        if fact not in said:
            table.fault(f'it does not tell of "{fact}".')
    table.done()
    return made


def _purpose(table: Table) -> PurposeWords:
    purpose = table.text("purpose")
    table.place = purpose or table.place
    made = PurposeWords(
        purpose=purpose,
        title=table.text("title"),
        statements=table.texts("statements"),
        withdrawal=table.text("withdrawal"),
        free=table.text_or_none("free"),
    )
    if "statements" not in table:
        table.fault("statements is missing.")
    if purpose != "treatment" and made.free is None:
        table.fault("free is missing: photographs are never a condition of treatment.")
    if purpose == "treatment" and made.free is not None:
        table.fault("free belongs to photographs.")
    table.done()
    return made


def _check_words(words: ConsentWords, faults: Faults) -> None:
    for place, said in _all_words(words):
        if re.search(_BRANDS, said, re.IGNORECASE):
            faults.add(place, "it names a product or a substance; patients are told of a medicine.")
        if "\n" in said or said != said.strip():
            faults.add(place, "it has a line break or a blank at its edge.")


def _all_words(words: ConsentWords) -> Iterator[tuple[str, str]]:
    yield "title", words.title
    yield "intro", words.intro
    for section in words.sections:
        yield from ((section.section, said) for said in (section.title, *section.lines))
    for each in words.purposes:
        said = (each.title, *each.statements, each.withdrawal, each.free or "")
        yield from ((each.purpose, one) for one in said)
