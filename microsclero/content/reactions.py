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
    groups = _groups(top.table("groups"))
    signs = tuple(_sign(table, groups) for table in top.tables("signs"))
    at_site, lost = _said_words(top.table("said"), faults)
    top.done()
    if [one.effect for one in effects] != list(dict.fromkeys(one.effect for one in effects)) or {
        one.effect for one in effects
    } != set(EFFECTS):
        faults.add("effects", f"must be each of these, once: {', '.join(EFFECTS)}.")
    if not asked:
        faults.add("emergency", "there must be questions to read aloud.")
    _check_synonyms(effects, faults)
    _check_signs(signs, effects, faults)
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
        at_site=at_site,
        lost_with_no=frozenset(lost),
    )


def _groups(table: Table | None) -> dict[str, str]:
    """What may stand in braces in a sign: one thing, however it is said."""
    return {} if table is None else {name: table.text(name) for name in table.names()}


def _sign(table: Table, groups: dict[str, str]) -> Sign:
    from microsclero.reactions import BANDS, RED_FLAGS, Band, Sign

    def written_out(key: str) -> tuple[str, ...]:
        try:
            return tuple(each.format_map(groups) for each in table.texts(key))
        except (KeyError, ValueError):
            table.fault(f"{key} names a group that is not there.")
            return ()

    made = Sign(
        effect=table.one_of("effect", sorted(RED_FLAGS | {"other"}), "calf_pain"),
        words=written_out("words"),
        alone=written_out("alone"),
        band=Band(table.one_of("band", [each.value for each in BANDS], "call")) if "band" in table else None,
        says=table.text("says", ""),
        unless=table.texts("unless"),
        not_at_site=table.flag("not_at_site"),
        across=table.flag("across"),
    )
    table.done()
    return made


def _said_words(table: Table | None, faults: Faults) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How people say "where you injected", and what a "no" says is lost."""
    if table is None:
        faults.add("said", "this table is missing.")
        return (), ()
    made = table.texts("at_site"), table.texts("lost_with_no")
    table.done()
    return made


def _check_signs(signs: tuple[Sign, ...], effects: tuple[Effect, ...], faults: Faults) -> None:
    """A sign raises its effect or leaves it; what raises counts in notes, too, and says what it is."""
    from microsclero.reactions import BANDS

    bands = {one.effect: one.band for one in effects}
    for sign in signs:
        place = f"signs of {sign.effect}"
        if sign.band is None and (sign.effect == "other" or sign.says):
            faults.add(place, "a sign that says something of its own, or of nothing in the list, has a band.")
        if sign.band and BANDS.index(sign.band) <= BANDS.index(bands.get(sign.effect, sign.band)):
            faults.add(place, "its band must be above that of the effect.")
        if sign.band and (sign.alone or not sign.says):
            faults.add(place, "what has a band of its own says what it is, and has no words that count alone.")
        if not sign.words and not sign.alone:
            faults.add(place, "there are no words.")


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
