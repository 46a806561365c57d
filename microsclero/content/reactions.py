"""Reads the list of reactions, and refuses it whole when anything in it is wrong or calls a red flag usual."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from microsclero.content.tables import Faults, Table
    from microsclero.reactions import Band, BandWords, Effect, EmergencyQuestion, FollowUp, ReactionList, Sign

NEWEST = "2026-1"
_LONGEST_FOLLOW_UP = {"call": 7, "same_day": 1, "emergency": 1, "watch": 92}


@cache
def load_reactions(version: str | None = None) -> ReactionList:
    """This version of the list, the newest without one; ContentError naming every fault at once."""
    from microsclero import content

    name = f"reactions.{version or NEWEST}.toml"
    source, digest = content._bytes(name)
    content.refuse_edited(name, digest)
    return read_reactions(source, name)


def read_reactions(source: bytes, name: str) -> ReactionList:
    """The list in this TOML; `name` is the file's, for the faults."""
    from hashlib import sha256

    from microsclero import content
    from microsclero.content.tables import Faults, Table
    from microsclero.reactions import BANDS, EFFECTS, RED_FLAGS, ReactionList

    faults = Faults(name)
    top = Table(content._parse(source, name), "file", faults)
    version = top.text("version")
    top.one_of("language", ("en-GB",), "en-GB")
    effects = tuple(_effect(table) for table in top.tables("effects"))
    asked = tuple(_question(table) for table in top.tables("emergency"))
    bands = top.table("bands")
    words = {band: _words(bands.table(band.value) if bands else None, band, faults) for band in BANDS}
    if bands:
        bands.done()
    follow_up = _follow_up(top.table("follow_up"), faults)
    signs = tuple(_sign(table) for table in top.tables("signs"))
    top.done()
    if [one.effect for one in effects] != list(dict.fromkeys(one.effect for one in effects)) or {
        one.effect for one in effects
    } != set(EFFECTS):
        faults.add("effects", f"must be each of these, once: {', '.join(EFFECTS)}.")
    if not asked:
        faults.add("emergency", "there must be questions to read aloud.")
    _check_synonyms(effects, faults)
    lacking = RED_FLAGS - {one.effect for one in signs}
    if lacking:
        faults.add("signs", f"there are none for {', '.join(sorted(lacking))}.")
    faults.raise_if_any()
    return ReactionList(
        version=version,
        sha256=sha256(source).hexdigest(),
        effects=effects,
        bands=words,
        emergency=asked,
        follow_up=follow_up,
        signs=signs,
    )


def _sign(table: Table) -> Sign:
    from microsclero.reactions import RED_FLAGS, Sign

    made = Sign(
        effect=table.one_of("effect", sorted(RED_FLAGS), "calf_pain"),
        words=table.texts("words"),
        alone=table.texts("alone"),
    )
    table.done()
    return made


def _effect(table: Table) -> Effect:
    from microsclero.reactions import BANDS, EFFECTS, RED_FLAGS, Band, Effect

    def band(key: str) -> Band | None:
        return Band(table.one_of(key, [each.value for each in BANDS], "call")) if key in table else None

    code = table.one_of("effect", EFFECTS, "other")
    days, months = table.whole("window_days"), table.whole("window_months")
    own, after, severe = band("band") or Band.CALL, band("after"), band("severe")
    if own is Band.EXPECTED and (code in RED_FLAGS or code == "other"):
        table.fault(f"{code} can never be expected.")
    if own is Band.EXPECTED and ((days is None) == (months is None) or after is None):
        table.fault(f"{code} is expected, so it needs one window and what holds after it.")
    if own is not Band.EXPECTED and (days is not None or months is not None or after is not None):
        table.fault(f"{code} is never expected, so it has no window.")
    for key, other in (("after", after), ("severe", severe)):
        if other is not None and BANDS.index(other) <= BANDS.index(own):
            table.fault(f"{key} of {code} must be above its band.")
    made = Effect(
        effect=code,
        words=table.text("words"),
        synonyms=() if code == "other" else table.texts("synonyms"),
        band=own,
        say=table.text("say"),
        do=table.text("do"),
        source=table.text("source"),
        window_days=days,
        window_months=months,
        after=after,
        severe=severe,
        is_watched=table.flag("is_watched"),
    )
    if code == "other":
        table._take("synonyms", list)
    table.done()
    return made


def _question(table: Table) -> EmergencyQuestion:
    from microsclero.reactions import EFFECTS, EmergencyQuestion

    made = EmergencyQuestion(question=table.text("question"), text=table.text("text"), effects=table.texts("effects"))
    for effect in made.effects:
        if effect not in EFFECTS:
            table.fault(f'unknown effect "{effect}".')
    table.done()
    return made


def _words(table: Table | None, band: Band, faults: Faults) -> BandWords:
    from microsclero.reactions import BandWords

    if table is None:
        faults.add("bands", f"{band.value} is missing.")
        return BandWords(words="", say="", do="")
    made = BandWords(words=table.text("words"), say=table.text("say"), do=table.text("do"))
    table.done()
    return made


def _follow_up(table: Table | None, faults: Faults) -> FollowUp:
    from microsclero.reactions import FollowUp

    if table is None:
        faults.add("follow_up", "this table is missing.")
        return FollowUp(call=1, same_day=1, emergency=1, watch=1, source="")
    days = {}
    for key, longest in _LONGEST_FOLLOW_UP.items():
        days[key] = table.whole(key, 0) or 0
        if not 1 <= days[key] <= longest:
            table.fault(f"{key} must be from 1 to {longest}.")
    made = FollowUp(**days, source=table.text("source"))
    table.done()
    return made


def _check_synonyms(effects: tuple[Effect, ...], faults: Faults) -> None:
    """One word of a patient's belongs to one effect."""
    owner: dict[str, str] = {}
    for one in effects:
        for name in one.synonyms:
            other = owner.setdefault(name.casefold(), one.effect)
            if other != one.effect:
                faults.add(one.effect, f'the synonym "{name}" belongs to {other} already.')
