"""What somebody's own words name: usual effects by whole phrases, red flags by their signs, in any order of words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from microsclero.text import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.reactions import Effect, ReactionList

_CLAUSE = re.compile(r"[.,;:!?()\n\r]+|\bbut\b", re.IGNORECASE)
_DENIAL = re.compile(r"(?:no|without|denies|nil)(?: any)?(?: signs? of)? (.+)")
_FILLER_WORDS = (
    "a an the on in at of my her his their i she he has have had some bit little small slight slightly mild very "
    "still left right both leg legs thigh thighs knee knees shin shins groin inner outer side where injected "
    "injection injections site sites area areas skin since yesterday today after and or is are was been just there it"
)
# Words that change nothing about what a phrase names.
_FILLER = frozenset(_FILLER_WORDS.split(" "))


def match_effects(words: str, listed: ReactionList, *, is_effect: bool = False) -> tuple[Effect, ...]:
    """The effects somebody's words name, the most urgent first; none where nothing matches.

    is_effect: the words say what it is, so that a single word such as "chest" is enough. "no fever", said by itself,
    names nothing; anything less plain than that counts as said.
    """
    from microsclero.reactions import BANDS

    clauses = [clause for clause in map(_plain, _CLAUSE.split(words)) if clause and not _is_denied(clause, listed)]

    def is_named(one: Effect) -> bool:
        names, signs = _names(one), listed.signs_of(one.effect, alone=is_effect)
        return any(
            any(_has_phrase(clause, _listed(name)) for name in names) or any(_has_sign(clause, sign) for sign in signs)
            for clause in clauses
        )

    found = [one for one in listed.effects if one.effect != "other" and is_named(one)]
    return tuple(sorted(found, key=lambda one: -BANDS.index(one.band)))


def effect_named(words: str, listed: ReactionList) -> Effect:
    """The one effect these words are kept as: a usual one only where they say nothing else."""
    from microsclero.reactions import Band

    found = match_effects(words, listed, is_effect=True)
    if found and (found[0].band is not Band.EXPECTED or not _surplus(words, found)):
        return found[0]
    return listed.by_code("other")


def _names(effect: Effect) -> tuple[str, ...]:
    return (effect.effect.replace("_", " "), effect.words, *effect.synonyms)


def _surplus(words: str, found: Iterable[Effect]) -> set[str]:
    """What these words say beyond the usual effects they name."""
    known = {word for one in found for name in _names(one) for word in _listed(name).split()}
    return {word for word in _plain(words).split() if word not in known and word not in _FILLER}


@lru_cache(maxsize=2000)
def _listed(name: str) -> str:
    """The same for a word of the list, once; what patients say is not kept."""
    return _plain(name)


def _plain(words: str) -> str:
    """Words alone, folded, one space between them."""
    return " ".join(re.findall(r"[^\W_]+", name_key(words)))


def _has_phrase(clause: str, phrase: str) -> bool:
    """The phrase as it stands, in the plural too."""
    if not phrase or phrase.split()[0] not in clause:
        return False
    return bool(re.search(r"\b" + " ".join(rf"{re.escape(word)}(?:s|es)?" for word in phrase.split()) + r"\b", clause))


def _has_sign(clause: str, sign: str) -> bool:
    """Every part of the sign begins some word of the clause; a part after = is the whole word."""
    said = clause.split()
    return all(
        part[1:] in said if part.startswith("=") else any(word.startswith(part) for word in said)
        for part in sign.split()
    )


def _is_denied(clause: str, listed: ReactionList) -> bool:
    """ "no fever", "without calf pain or swelling": a denial and nothing but words of the list."""
    found = _DENIAL.fullmatch(clause)
    return found is not None and set(found[1].split()) <= _vocabulary(listed)


def _vocabulary(listed: ReactionList) -> frozenset[str]:
    return _words_of(tuple(name for one in listed.effects for name in _names(one)))


@lru_cache(maxsize=8)
def _words_of(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for phrase in phrases for word in _listed(phrase).split()) | {"or", "and"}
