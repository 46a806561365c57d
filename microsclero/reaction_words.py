"""What somebody's own words name: usual effects by phrases, red flags by their signs, what is denied not at all."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from microsclero.text import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from microsclero.reactions import Effect, ReactionList, Sign

# Where one thing that is said ends; a colon only before a denial ("calf: no pain") or after one ("better? no: worse").
_SENTENCE_END = re.compile(
    r"[.;!?()\n\r]+|\s-+\s|:(?=\s*(?:no|not|nil|none|without|denies)\b)|(?<=\bno)\s*:|(?<=\bnot)\s*:|(?<=\bdenies)\s*:"
    r"|\b(?:but|although|though|however|yet|except)\b"
)
_CLAUSE_END = re.compile(r",|\band (?=(?:no|not|nil|without|denies)\b)")
_AND = re.compile(r"[&+/]")
_BETWEEN = re.compile(r" and (?!blue\b)")
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?")
# "no fever", "she has no fever", "my calf is not swollen", "I don't have chest pain".
_DENIAL = re.compile(
    r"(?:(?P<about>.+?) )?(?:no|without|denies|denied|nil|not|(?:is|are|was|were|do|does|did|has|have|had)n? (?:not|t)"
    r"|(?:is|are|was|were|does|did|do|has|have|had)nt)"
    r"(?: (?:have|had|got|been|any|a|an|(?:sign|signs|evidence|history) of))* (?P<what>.+)"
)
# "advised to ring if fever": what somebody was told to look out for.
_ADVICE = re.compile(r"(?P<about>)(?:(?:i|we) )?(?:have )?(?:advised|told|warned|reminded) .*\bif (?P<what>.+)")
_STATE_WORDS = "is are was were has have had feels hurts aches throbs gone went goes going turned turns came"
# With one of these a clause states something, though a "no" stand before it.
_STATES = frozenset(_STATE_WORDS.split(" "))
_FILLER_WORDS = (
    "a an the on in at of my her his their i im ive we you she he it its they them has have had having got get "
    "getting some any bit bits little small smallish tiny slight slightly mild mildly few several lots lot quite "
    "very really still also now just only mostly mainly so far left right both side legs knees shins thighs "
    "calves ankles foot feet knee shin ankle groin inner outer front back top bottom upper lower where injected "
    "inject injection injections site sites area areas place places skin since yesterday today tonight morning "
    "evening week weeks day days straight after afterwards treatment session and or with is are was were been "
    "being be am do does did seem seems look looks looking feel feels felt there here this that these those like "
    "from for to as me s t m ve all along around over under near round about one two three when touch touched "
    "press pressed go went going then rather otherwise fine ok okay well happy night"
)
# Words that change nothing about what a phrase names.
_FILLER = frozenset(_FILLER_WORDS.split(" "))
# A whole leg is another thing than the place that was injected.
_WHOLE_LEG = frozenset(("leg", "thigh", "calf"))


def match_effects(words: str, listed: ReactionList, *, is_effect: bool = False) -> tuple[Effect, ...]:
    """The effects somebody's words name, each as urgent as its signs, the most urgent first; none if nothing matches.

    is_effect: the words say what it is, so that a single word such as "chest" is enough. "no fever", said by itself,
    names nothing; anything less plain than that counts as said.
    """
    from microsclero.reactions import BANDS

    clauses = _said(words, listed)
    named = [each for one in listed.effects if (each := _named(one, clauses, listed, is_effect=is_effect))]
    return tuple(sorted(named, key=lambda one: -BANDS.index(one.band)))


def effect_named(words: str, listed: ReactionList) -> Effect:
    """The one effect these words are kept as: a usual one only where they say nothing else."""
    from microsclero.reactions import Band

    found = match_effects(words, listed, is_effect=True)
    if found and (found[0].band is not Band.EXPECTED or not _surplus(words, found, listed)):
        return found[0]
    return listed.by_code("other")


def _named(effect: Effect, clauses: tuple[str, ...], listed: ReactionList, *, is_effect: bool) -> Effect | None:
    """The effect, where these clauses name it; in the band and the words of the most urgent sign of it."""
    from microsclero.reactions import BANDS

    signs = [one for one in listed.signs if one.effect == effect.effect and _shows(one, clauses, listed, is_effect)]
    raised = [one for one in signs if one.band]
    if raised:
        most = max(raised, key=lambda one: BANDS.index(one.band or effect.band))
        return replace(effect, band=most.band or effect.band, words=most.says)
    if signs or any(_has_phrase(clause, _listed(name)) for clause in clauses for name in _names(effect)):
        return effect
    return None


def _names(effect: Effect) -> tuple[str, ...]:
    return () if effect.effect == "other" else (effect.effect.replace("_", " "), effect.words, *effect.synonyms)


def _shows(sign: Sign, clauses: tuple[str, ...], listed: ReactionList, is_effect: bool) -> bool:
    """Whether one of these clauses has one of its sets of words, or all together where the sign is read so.

    What spares a sign spares it between one "and" and the next: "a bruise, and my foot is blue" without its comma.
    """
    spared = sign.unless + (listed.at_site if sign.not_at_site else ())
    parts = [part for clause in clauses for part in _BETWEEN.split(clause)]
    read = [*([" ".join(clauses)] if sign.across else clauses), *parts]
    sets = sign.words + (sign.alone if is_effect else ())
    return any(
        any(_has_all(clause, each) for each in sets) and not any(_in_a_row(clause, each) for each in spared)
        for clause in read
    )


def _surplus(words: str, found: Iterable[Effect], listed: ReactionList) -> set[str]:
    """What these words say beyond the usual effects they name, and beyond what they deny."""
    said = _said(words, listed)
    known = {word for one in found for name in _names(one) for word in _listed(name).split()}
    if any(_in_a_row(clause, each) for clause in said for each in listed.at_site):
        known |= _WHOLE_LEG | {word for each in listed.at_site for word in each.split()}
    return {word for clause in said for word in clause.split() if word not in _FILLER and not _among(word, known)}


def _among(word: str, known: Iterable[str]) -> bool:
    """The word, in the singular or in the plural."""
    return word in known or f"{word}s" in known or word.removesuffix("s") in known or word.removesuffix("es") in known


# ---------------------------------------------------------------------------------------------- what is said at all


def _said(words: str, listed: ReactionList) -> tuple[str, ...]:
    """The clauses that say something: folded, without what is plainly denied."""
    text = _INITIALS.sub(lambda found: found[0].replace(".", ""), _AND.sub(" and ", _lower(words)))
    return tuple(clause for sentence in _SENTENCE_END.split(text) for clause in _left_of(sentence, listed))


def _lower(words: str) -> str:
    """Folded line by line; a new line ends what is said."""
    return "\n".join(map(name_key, words.splitlines()))


def _left_of(sentence: str, listed: ReactionList) -> Iterator[str]:
    """The clauses of a sentence that are not denied; a denied list goes on over commas only to its "or"."""
    parts = [plain for part in _CLAUSE_END.split(sentence) if (plain := _plain(part))]
    while parts:
        part, *parts = parts
        head, _, rest = part.partition(" and ")
        if not _is_denied(head, listed):
            yield part
            continue
        if rest:
            parts = [rest, *parts]
            continue
        end = next((place for place, each in enumerate(parts, 1) if _has_or(each)), 0)
        if end and all(_is_one_thing(item, listed) for each in parts[:end] for item in _items(each)):
            parts = parts[end:]


def _has_or(clause: str) -> bool:
    return bool(re.search(r"\b(?:or|nor)\b", clause))


def _items(clause: str) -> list[str]:
    return [item for item in re.split(r"\b(?:or|nor)\b", clause) if item.strip()]


def _is_denied(clause: str, listed: ReactionList) -> bool:
    """ "no fever", "without calf pain or swelling": a denial and nothing but names of the list, one at a time."""
    found = _DENIAL.fullmatch(clause) or _ADVICE.fullmatch(clause)
    if found is None:
        return False
    about = " ".join(_weighty(found["about"] or ""))
    if about and _STATES.intersection((found["about"] or "").split()):
        return False
    return all(_is_one_thing(f"{about} {item}", listed) for item in _items(found["what"]))


def _is_one_thing(item: str, listed: ReactionList) -> bool:
    """Whether one name of the list covers these words; "no sight" denies nothing: it says that something is lost."""
    words = _weighty(item)
    if not words or _STATES.intersection(item.split()) or set(words) <= listed.lost_with_no:
        return False
    return any(
        all(_among(word, name) for word in words) for one in listed.effects for name in _words_of_names(one.synonyms)
    ) or any(_covers(each, words) for each in _sets(listed.signs))


def _covers(parts: str, words: Iterable[str]) -> bool:
    """Whether each of these words begins with a part of its own."""
    left = parts.split()
    for word in words:
        part = next((each for each in left if _begins(word, each)), None)
        if part is None:
            return False
        left.remove(part)
    return True


def _weighty(words: str) -> list[str]:
    return [word for word in words.split() if word not in _FILLER]


@lru_cache(maxsize=100)
def _words_of_names(names: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(_listed(name).split()) for name in names)


@lru_cache(maxsize=8)
def _sets(signs: tuple[Sign, ...]) -> tuple[str, ...]:
    return tuple(each for one in signs for each in one.words + one.alone)


# -------------------------------------------------------------------------------------------------------- matching


@lru_cache(maxsize=2000)
def _listed(name: str) -> str:
    """The same for a word of the list, once; what patients say is not kept."""
    return _plain(name_key(name))


def _plain(folded: str) -> str:
    """Words alone, one space between them."""
    return " ".join(re.findall(r"[^\W_]+", folded))


def _has_phrase(clause: str, phrase: str) -> bool:
    """The phrase as it stands, in the plural too."""
    if not phrase or phrase.split()[0] not in clause:
        return False
    return bool(re.search(r"\b" + " ".join(rf"{re.escape(word)}(?:s|es)?" for word in phrase.split()) + r"\b", clause))


def _has_all(clause: str, parts: str) -> bool:
    """Every part begins some word of the clause, in any order."""
    said = clause.split()
    return all(any(_begins(word, part) for word in said) for part in parts.split())


def _in_a_row(clause: str, parts: str) -> bool:
    """The parts begin words that follow one another."""
    said, wanted = clause.split(), parts.split()
    return any(
        all(_begins(word, part) for word, part in zip(said[start:], wanted, strict=False))
        for start in range(len(said) - len(wanted) + 1)
    )


def _begins(word: str, part: str) -> bool:
    """Whether the part begins the word; a|b is either, after = it is the whole word."""
    whole, beginnings = _either(part)
    return word in whole or word.startswith(beginnings)


@lru_cache(maxsize=5000)
def _either(part: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Whole words, and beginnings, that a part of the list stands for."""
    each = part.split("|")
    whole = frozenset(one[1:] for one in each if one.startswith("="))
    return whole, tuple(one for one in each if not one.startswith("="))
