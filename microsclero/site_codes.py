"""Injection sites as they are typed with one hand: "L thigh lat A 0.3", and back."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from microsclero.products import VEIN_WORDS, VEINS, Products, plain
from microsclero.quantities import parse_decimal
from microsclero.treatment import ASPECTS, MOST_ML, MOST_PUNCTURES, REGIONS, STEP_ML, InjectionSite, Vial

EXAMPLE = "L thigh lat tel A 0.3 x2"
EXAMPLE_IN_WORDS = "0.3 mL in all, 2 punctures of 0.15 mL each"
_LONGEST = 80
_SHORTEST_WORD = 3
# How alike two words are when one is a slip of the other: “ankel” and ankle are 0.8.
_NEAR = 0.75
_LEG_WORDS = {"l": "left", "left": "left", "r": "right", "right": "right"}
_KINDS = {"region": REGIONS, "aspect": ASPECTS, "vein": VEINS}
_WANTED = {
    "leg": "The leg is missing: start with L or R.",
    "region": f"The region is missing: type one of {', '.join(REGIONS)}.",
    "vial": "The vial is missing: type its letter.",
    "volume": "The volume is missing: type it in mL, such as 0.3.",
}


def vials_for_thread_veins(vials: Iterable[Vial], products: Products) -> frozenset[str]:
    """The letters of the vials whose strength is meant for thread veins: with these the vein need not be typed."""
    letters = set()
    for vial in vials:
        product = products.find(vial.product)
        strength = product.strength(vial.strength_percent) if product else None
        if strength and "telangiectasia" in strength.meant_for:
            letters.add(vial.vial)
    return frozenset(letters)


def parse_site(code: str, thread_vein_vials: Collection[str] = ()) -> InjectionSite:
    """The site a code names: leg, region, aspect, vein, vial, volume in mL, punctures.

    "L thigh lat A 0.3", "r calf med feeder B 0.2 x2". The leg comes first; words may be cut to three letters. Aspect
    and punctures (one) may be left out, the vein only with a vial of `thread_vein_vials`; nothing else is filled in.
    ValueError with one sentence for each mistake.
    """
    if len(code) > _LONGEST or not code.split():
        raise ValueError(f"That is not a site: type it as {EXAMPLE}.")
    found, mistakes = _read(code.replace("×", "x").split())
    sentences = [*mistakes.values(), *_missing(found, mistakes, thread_vein_vials)]
    if sentences:
        raise ValueError(" ".join(sentences))
    return InjectionSite(
        leg=found["leg"],
        region=found["region"],
        aspect=found.get("aspect"),
        vein=found.get("vein", "telangiectasia"),
        vial=found["vial"],
        volume_ml=Decimal(found["volume"]),
        punctures=int(found.get("punctures", "1")),
    )


def show_site(site: InjectionSite, thread_vein_vials: Collection[str] = ()) -> str:
    """The code that parse_site reads back, with the same vials: "L thigh lat A 0.3"."""
    vein = site.vein[:3]
    if site.vein == "telangiectasia" and site.vial in thread_vein_vials:
        vein = ""
    words = (
        site.leg[0].upper(),
        site.region,
        (site.aspect or "")[:3],
        vein,
        site.vial,
        plain(site.volume_ml),
        f"x{site.punctures}" if site.punctures > 1 else "",
    )
    return " ".join(word for word in words if word)


def amount_in_words(site: InjectionSite) -> str:
    """How the volume is meant where there are several punctures: it is all of it, never that of each."""
    if site.punctures == 1:
        return ""
    each = (site.volume_ml / site.punctures).quantize(Decimal("0.01"))
    about = "" if each * site.punctures == site.volume_ml else "about "
    return f"{plain(site.volume_ml)} mL in all, {site.punctures} punctures of {about}{plain(each)} mL each"


def all_codes() -> tuple[str, ...]:
    """Every word of a site, with what it stands for; in the order in which they are typed."""

    def short(values: Iterable[str]) -> str:
        return ", ".join(f"{value[:_SHORTEST_WORD]} {value}" for value in values)

    return (
        "Leg: L left, R right.",
        f"Region: {', '.join(REGIONS)}.",
        f"Side, may be left out: {short(ASPECTS)}.",
        f"Vein: {', '.join(f'{vein[:_SHORTEST_WORD]} {VEIN_WORDS[vein]}' for vein in VEINS)}.",
        f"Vial: its letter. Volume: all of it in mL. Punctures: x2. {EXAMPLE}: {EXAMPLE_IN_WORDS}.",
    )


def short_sites(sites: Iterable[Mapping[str, Any]]) -> str:
    """Kept sites in one line, by the numbers they bear on the leg map: "1 L thigh lat tel A 0.3 x2"."""
    return " · ".join(f"{place} {_short(site)}" for place, site in enumerate(sites, 1))


def _short(site: Mapping[str, Any]) -> str:
    words = (
        str(site["leg"])[0].upper(),
        str(site["region"]),
        str(site.get("aspect") or "")[:3],
        str(site["vein"])[:3],
        str(site["vial"]),
        str(site["volume_ml"]),
        f"x{site['punctures']}" if int(site.get("punctures") or 1) > 1 else "",
    )
    return " ".join(word for word in words if word)


def _read(words: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """What the words say, and the mistakes: by kind, or by the word itself where nobody knows what it is about."""
    found: dict[str, str] = {}
    mistakes: dict[str, str] = {}
    for number, word in enumerate(words, start=1):
        leg = _LEG_WORDS.get(word.lower()) if number == 1 else None
        kind, value, mistake = ("leg", leg, "") if leg else _kind_of(word, number)
        if kind in found:
            mistake = f"The {kind} stands there twice: type it once."
        if mistake:
            mistakes[kind] = mistake
        else:
            found[kind] = value
    return found, mistakes


def _kind_of(word: str, number: int) -> tuple[str, str, str]:
    """What one word after the leg is about, its value, and the sentence where it cannot be used.

    A word is never repeated in a sentence: it may have been meant for another field, and be a name. Only one that is
    nearly a word of a closed list is.
    """
    small = word.lower()
    if re.fullmatch("[a-z]", small):
        return "vial", small.upper(), ""
    if re.fullmatch("x[0-9]{1,9}", small):
        wrong = not 1 <= int(small[1:]) <= MOST_PUNCTURES
        mistake = f"The punctures are x1 to x{MOST_PUNCTURES}: type their number again." if wrong else ""
        return "punctures", small[1:], mistake
    if word[0].isdigit() or word[0] in ".,+-":
        try:
            return "volume", str(parse_decimal(word, least=STEP_ML, most=MOST_ML, places=1)), ""
        except ValueError as mistake:
            return "volume", "", f"Volume: {mistake}"
    if small == "thread":
        return "vein", "telangiectasia", ""
    for kind, values in _KINDS.items():
        for value in values:
            if len(small) >= _SHORTEST_WORD and value.startswith(small):
                return kind, value, ""
    if small in _LEG_WORDS:
        return "leg", "", "The leg comes first, once: start with L or R."
    near = _near(small)
    if near:
        return f"word {number}", "", f"“{small}”: did you mean {near}?"
    return f"word {number}", "", f"Word {number} is no part of a site: type it as {EXAMPLE}."


def _near(word: str) -> str | None:
    """The word of a closed list that was probably meant."""
    from difflib import get_close_matches

    known = [value for values in _KINDS.values() for value in values]
    near = get_close_matches(word, known, n=1, cutoff=_NEAR) if word.isascii() and word.isalpha() else []
    return near[0] if near else None


def _missing(found: Mapping[str, str], mistakes: Mapping[str, str], thread_vein_vials: Collection[str]) -> list[str]:
    """A sentence for each thing that is never filled in. A word nobody knows may have been the region or the vein."""
    has_strange_word = any(kind.startswith("word ") for kind in mistakes)
    sentences = [
        sentence
        for kind, sentence in _WANTED.items()
        if kind not in found and kind not in mistakes and not (kind == "region" and has_strange_word)
    ]
    if "vein" in found or "vein" in mistakes or "vial" not in found or has_strange_word:
        return sentences
    if found["vial"] not in thread_vein_vials:
        kinds = ", ".join(f"{vein[:3]} ({VEIN_WORDS[vein]})" for vein in VEINS)
        sentences.append(f"The vein is missing: with vial {found['vial']} type one of {kinds}.")
    return sentences
