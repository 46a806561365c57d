"""A letter's facts as sentences: the same on the screen and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from microsclero.dates import show_date
from microsclero.products import plain, show_percent
from microsclero.render.views.reacting import FINDING_WORDS
from microsclero.render.views.told import NO_ALLERGIES, allergies_in_words
from microsclero.sheet import capital

if TYPE_CHECKING:
    from datetime import date

    from microsclero.desk.letters import Found, GivenVial, Held, HoldWord, Letter, Reacted

BANDS = {
    "expected": "usual",
    "call": "looked at by us",
    "same_day": "to be seen the same day",
    "emergency": "an emergency",
}
OPENING, CLOSING = "Dear colleague,", "With kind regards"


class Section(NamedTuple):
    """A heading and what stands under it."""

    title: str
    lines: tuple[str, ...]


def sections(letter: Letter) -> tuple[Section, ...]:
    """Allergies, what was found, what was given, reactions, holds; the notes only where they were asked for."""
    made = [Section("Allergies and medicines", tuple(_told(letter)))]
    made.append(Section("What we found", (*map(_clot, letter.clots), *map(_found, letter.found))))
    given = tuple(map(_given, letter.given)) or ("No injections here are on record.",)
    made.append(Section("Treatment here", given))
    made.append(Section("Reactions", tuple(map(_reacted, letter.reactions))))
    made.append(Section("Treatment held", tuple(map(_held, letter.holds))))
    notes = tuple(f"{show_date(on)}: {' '.join(words.split())}" for on, words in letter.notes)
    made.append(Section("From our notes", notes))
    return tuple(section for section in made if section.lines)


def _told(letter: Letter) -> Iterator[str]:
    recorded = "; ".join((letter.patient.allergies or "").splitlines())
    yield f"Allergies: {allergies_in_words(recorded, letter.told.allergies) or NO_ALLERGIES}"
    yield f"Medicines: {'; '.join(letter.told.medicines) or 'none that we were told of'}"


def _clot(clot: tuple[str, date]) -> str:
    finding, on = clot
    return f"{capital(FINDING_WORDS[finding])} was confirmed on {show_date(on)}."


def _found(found: Found) -> str:
    said = " ".join(f"On {show_date(each.on)}: “{each.question}” Answer: {each.words}." for each in found.said)
    return f"{found.reason} {said} We would be glad of {found.wanted}."


def _given(vial: GivenVial) -> str:
    batch = f"batch {vial.batch}" if vial.batch else "batch not recorded"
    joined = ", ".join(vial.where)
    return (
        f"{show_date(vial.on)}: {vial.product} {show_percent(vial.strength_percent)}, {batch}, "
        f"{plain(vial.volume_ml)} mL{f'; {joined}' if joined else ''}"
    )


def _reacted(reacted: Reacted) -> str:
    ended = f"over on {show_date(reacted.ended_on)}" if reacted.ended_on else "not over yet"
    looked = reacted.looked_into
    soon = f"looked into on {_found_on(looked)}" if looked else BANDS[reacted.band]
    return f"{capital(reacted.words)}, {reacted.severity}, noticed on {show_date(reacted.noticed_on)}: {soon}; {ended}"


def _found_on(word: HoldWord) -> str:
    found = word.reason.rstrip(".") if word.finding == "other" else FINDING_WORDS[word.finding]
    return f"{show_date(word.on)}, {found}"


def _held(held: Held) -> str:
    until = f"lifted on {show_date(held.lifted_on)}" if held.lifted_on else "not lifted yet"
    found = "".join(f" {_said(each)}" for each in held.found)
    return f"From {show_date(held.since)}, {until}: {held.cause}.{found}"


def _said(said: HoldWord) -> str:
    words = "" if said.finding == "other" else f"{FINDING_WORDS[said.finding]}; "
    paper = f" ({said.document.rstrip('.')})" if said.document else ""
    return f"{show_date(said.on)}: {words}{said.reason.rstrip('.')}{paper}."


def patient_lines(letter: Letter) -> list[str]:
    """Whom it is about, with no more than they need to be found by."""
    patient = letter.patient
    born = show_date(patient.born_on).partition(" ")[2]
    lines = [patient.full_name, f"born {born}, our number {patient.number}"]
    lines += [", ".join(part.strip() for part in (patient.address or "").splitlines() if part.strip())]
    lines += [patient.phone or ""]
    return [line for line in lines if line]


def signature(letter: Letter) -> str:
    """Who signs, as the team knows them; empty is written by hand."""
    if letter.signed_by is None:
        return ""
    register = f", {letter.signed_by.register}" if letter.signed_by.register else ""
    return f"{letter.signed_by.name}{register}"
