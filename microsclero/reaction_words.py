"""What somebody's own words name: usual effects by phrases, red flags by their signs; and what is not understood."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from microsclero.reaction_clauses import (
    among,
    begins,
    has_all,
    in_a_row,
    is_named,
    listed_words,
    names_of,
    parts_of,
    said_in,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.reactions import Effect, ReactionList, Sign

_FILLER_WORDS = (
    "a an the on in at of my her his their i im ive we you she he it its they them has have had having got get "
    "getting some any bit bits little small smallish tiny slight slightly mild mildly few several lots lot quite very "
    "really still also now just only mostly mainly so far left right both side legs shins thighs calves shin inner "
    "outer front back top bottom upper lower where injected inject injection injections site sites area areas place "
    "places skin since yesterday today tonight morning evening week weeks day days straight after afterwards "
    "treatment session and or with is are was were been being be am do does did seem seems look looks looking feel "
    "feels felt there here this that these those like for as me s m ve around near round about one two three when "
    "touch touched press pressed go went going then rather otherwise fine ok okay well happy night"
)
# Words that change nothing about what a phrase names; how far something reaches ("all over", "from", "up") does.
_FILLER = frozenset(_FILLER_WORDS.split(" "))
# A whole leg is another thing than the place that was injected.
_WHOLE_LEG = frozenset(("leg", "thigh", "calf"))
# Where it is says nothing more of these; a lump, soreness, swelling or heat there may be a vein that clots.
_MARKS = frozenset(("bruising", "pigmentation", "matting", "veins_look_worse", "itching", "irritation"))
_PLACE_WORDS = "knee knees ankle ankles foot feet above below behind over next beside under inside outside"
_PLACES = frozenset(_PLACE_WORDS.split(" "))
_WHOLLY = re.compile(
    r"\b(?:at all|all (?:day|night|the time|fine|good|well|ok|okay|gone|better|healed|clear)"
    r"|to (?:the )?(?:touch|press)|next to|all over(?= where\b| (?:the )?(?:inject|site))"
    r"|from (?:(?:the|my|your) )?(?:inject|needle|session|treatment|stocking)\w*)\b"
)
_ALL_OVER_LEGS = re.compile(r"\ball over (?:(?:my|the|her|his|their|both|left|right) )*(?:legs?|thighs?|calf|calves)\b")
_SYMPTOM_WORDS = (
    "pain hurt =ache =aches aching achy sore tender throb cramp spasm burn swol swool swell puff =hard harder =hot "
    "hotter heat numb tingl weak drop droop limp =drag drags dragging wobbl unstead fever feaver temperature "
    "temprature =temp shiver sweat chill sick vomit nause dizz giddy lighthead faint collaps confus muddl slur breath "
    "wheez cough phlegm sputum chok blood bleed weep ooz leak =pus smell blister scab ulcer wound rash blotch tongue "
    "tounge =lip lips throat chest heart =face mouth =eye =eyes sight vision blind headache migrain puls pulsing grow "
    "spread worse groin severe unbearabl agony odd strange weird =funny clot =dvt toe calf calv =foot =feet purple "
    "mottl stiff heavy lump bump =red redness =warm"
)
# What makes a note speak of the body: a symptom, what somebody can't do, what isn't right, how far something reaches.
_OF_THE_BODY = (
    "|".join(_SYMPTOM_WORDS.split(" ")),
    "cant|cannot|couldnt|=t|=not|unable|hardly|barely|struggl walk|stand|sleep|bend|move|lift|weight|feel|swallow",
    "=not|=t|isnt|doesnt =right|=ok|=okay|=normal|=well",
    "=up|=down|along|across|whole|spread =leg|=legs|thigh|=knee|=knees|ankle|=body",
)
_DESK_WORDS = (
    "rang ring rings called calls call phone phoned phones by sent sends send photo photos picture pictures showed "
    "shows shown seen saw see sees can last next told says said reports reported describes asked asks asking advised "
    "advice reassured explained agreed aware apologised pleased stocking stockings wear wears wearing patient pt she "
    "her normal usual expected settling settled settle fading fades faded fade going gone better improving improved "
    "improves smaller less lighter paler softer same healing heals healed clearing clearer resolving resolved size "
    "sized coin pea cm mm than unchanged worry worried concern concerns about it will again tomorrow soon monday "
    "tuesday wednesday thursday friday saturday sunday arnica cream gel moisturiser using used uses helps helped good "
    "nicely show come evenings mornings nights times sometimes occasionally mentioned mentions noted only almost "
    "nearly much more already yet if"
)
# What the desk writes of a usual effect besides naming it.
_DESK = _FILLER | frozenset(_DESK_WORDS.split(" "))
_WELL_WORDS = "fine ok okay normal good clear soft warm pink present well comfortable better"
# "chest fine", "feet warm": a part of the body and that it is well.
_WELL = frozenset(_WELL_WORDS.split(" "))
_BODY = (
    "chest|breath|throat|tongue|lip|face|mouth|=eye|=eyes|sight|vision|speech|pulse|temperature|heart|leg|calf|calv|=foot"
    "|=feet|toe"
)
_HARMLESS = re.compile(
    r"\b(?:(?:no|not) (?:longer|more|change\w*|worse|bigger|larger|growing|spreading|getting (?:worse|bigger))"
    r"|non tender|hay fever|sore throat|deep breaths?|confused (?:about|by|when|whether|which|how)|warm water"
    r"|hot (?:bath|shower|water|drink|weather)|to (?:come|ring|see|send|show|tell))\b"
)


def match_effects(words: str, listed: ReactionList, *, is_effect: bool = False) -> tuple[Effect, ...]:
    """The effects somebody's words name, each as urgent as its signs, the most urgent first; none if nothing matches.

    is_effect: the words say what it is, so that a single word such as "chest" is enough. "no fever", said by itself,
    names nothing; anything less plain than that counts as said.
    """
    from microsclero.reactions import BANDS

    clauses = said_in(words, listed, is_effect=is_effect)
    named = [each for one in listed.effects if (each := _named(one, clauses, listed, is_effect=is_effect))]
    return tuple(sorted(named, key=lambda one: -BANDS.index(one.band)))


def effect_named(words: str, listed: ReactionList) -> Effect:
    """The one effect these words are kept as: a usual one only where they say nothing else."""
    from microsclero.reactions import Band

    found = match_effects(words, listed, is_effect=True)
    said = parts_of(said_in(words, listed, is_effect=True))
    if found and (found[0].band is not Band.EXPECTED or not any(_surplus(part, found, listed) for part in said)):
        return found[0]
    return listed.by_code("other")


def leaves_open(notes: str, listed: ReactionList) -> bool:
    """Whether a note speaks of the body in words that are not wholly understood: then somebody looks.

    Read part by part, without what is denied. A part that names no symptom is the desk's own ("rang at 10", "wears her
    stockings") and is left alone. One that names a symptom, a usual effect or a worrying part of the body has to be
    understood to its last word: names of usual effects, where and when, what a desk writes beside them ("fading",
    "sent photo of"), or a part of the body that is well ("feet warm"). "Tongue feels too big", "brown marks that
    weep" and "sore all along" are not; what the signs of the red flags know, they raise further by themselves.
    """
    from microsclero.reactions import Band

    said = parts_of(said_in(notes, listed))
    found = [one for one in listed.effects if one.band is Band.EXPECTED and any(is_named(one, part) for part in said)]
    for part in (_HARMLESS.sub(" ", each) for each in said):
        speaks = any(has_all(part, each) for each in _OF_THE_BODY) or any(is_named(one, part) for one in found)
        if speaks and not _is_well(part) and any(not _is_desk(word) for word in _surplus(part, found, listed)):
            return True
    return False


def _is_well(part: str) -> bool:
    words = part.split()
    return not _WELL.isdisjoint(words) and all(begins(word, _BODY) or word in _WELL | _FILLER for word in words)


def _is_desk(word: str) -> bool:
    return word in _DESK or word[0].isdigit()


def _named(effect: Effect, clauses: tuple[str, ...], listed: ReactionList, *, is_effect: bool) -> Effect | None:
    """The effect, where these clauses name it; in the band and the words of the most urgent sign of it."""
    from microsclero.reactions import BANDS

    signs = [one for one in listed.signs if one.effect == effect.effect and _shows(one, clauses, listed, is_effect)]
    raised = [one for one in signs if one.band]
    if raised:
        most = max(raised, key=lambda one: BANDS.index(one.band or effect.band))
        return replace(effect, band=most.band or effect.band, words=most.says)
    return effect if signs or any(is_named(effect, clause) for clause in clauses) else None


def _shows(sign: Sign, clauses: tuple[str, ...], listed: ReactionList, is_effect: bool) -> bool:
    """Whether one of these clauses has one of its sets of words, or all together where the sign is read so.

    A single word that spares a sign spares it between one "and" and the next: "a bruise, and my foot is blue" without
    its comma. Words in a row that spare it are only left out: "lost my sight, had to see a doctor" has lost the sight.
    """
    sets = sign.words + (sign.alone if is_effect else ())
    runs = [each for each in sign.unless if " " in each]
    spared = [each for each in sign.unless if " " not in each] + list(listed.at_site if sign.not_at_site else ())
    read = [*([" ".join(clauses)] if sign.across else clauses), *parts_of(clauses)]
    return any(
        any(has_all(clause, each) and has_all(without(clause, runs), each) for each in sets)
        and not any(in_a_row(clause, each) for each in spared)
        for clause in read
    )


def _surplus(part: str, found: Iterable[Effect], listed: ReactionList) -> set[str]:
    """What these words say beyond the usual effects they name."""
    known = {word for one in found for name in names_of(one) for word in listed_words(name).split()}
    left = _WHOLLY.sub(" ", part)
    if {one.effect for one in found} <= _MARKS:
        known |= _WHOLE_LEG | (_PLACES if known else set())
        left = _ALL_OVER_LEGS.sub(" ", left)
    at_site = without(left, listed.at_site)
    if at_site != left:
        known |= _PLACES | _WHOLE_LEG
    return {word for word in at_site.split() if word not in _FILLER and not among(word, known)}
