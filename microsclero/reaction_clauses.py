"""What somebody says at all: clauses of plain words, without what they plainly deny; and how words are compared."""

from __future__ import annotations

import re
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
_CLAUSE_END = re.compile(r",|\band (?=(?:no|not|nil|without|denies)\b)|\bwith (?=no\b)")
_AND = re.compile(r"[&+/]")
_BETWEEN = re.compile(r" and (?!blue\b)")
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?")
_QUOTES = re.compile('[\u201c\u201d"]')
# "Any chest pain? No.", "chest pain: no": what is asked, with its answer.
_ANSWERED = re.compile(
    r"(?:^|(?<=[.;!?()\n\r,]))\s*(?:(?:is|are|has|have|had|do|does|did) (?:there|she|he|they|you|it) )?"
    r"(?:(?:have|had|got|been|any) )*"
    r"([^.;:!?()\n\r,]+?)\s*[?:]\s*(?:no|none|nil)\s*(?=[.,;!)\n\r]|$)"
)
# "No chest pain?": who asks denies nothing.
_ASKED = re.compile(r"(\b(?:no|not|nil|without|denies)\b[^.;!?()\n\r]*)\?")
# "no fever", "she has no fever", "my calf is not swollen", "I don't have chest pain".
_DENIAL = re.compile(
    r"(?:(?P<about>.+?) )?(?:no|without|denies|denied|nil|not|(?:is|are|was|were|do|does|did|has|have|had)n? (?:not|t)"
    r"|(?:is|are|was|were|does|did|do|has|have|had)nt)"
    r"(?: (?:have|had|got|been|any|a|an|(?:sign|signs|evidence|history) of))* (?P<what>.+?)"
    r"(?: at all)?(?: since(?: (?:then|last time|(?:the|her|his|my) (?:session|treatment|injections?)))?)?"
)
# "advised to ring if fever": what somebody was told by us to look out for; "told me to ring if ..." says why they ring.
_ADVICE = re.compile(
    r"(?:(?:(?:i|we)(?: have)?|(?:she|he|they|patient|pt) (?:was|were|has been|have been)) )?"
    r"(?:advised|told|warned|reminded) (?!me\b|us\b).*\bif (?P<what>.+)"
)
# "..., and it did": then it has come about.
_CONFIRMED = re.compile(
    r"(?:(?:yes|and|so|now|it|she|he|they|i|we|this|that|which|there) )*"
    r"(?:yes|did|does|do|has|have|had|is|are|am|was|were|happened|started)"
    r"(?: (?:now|today|so|too|all|just|one|some|happened|started))*"
)
_STATE_WORDS = "is are was were has have had feels hurts aches throbs gone went goes going turned turns came"
# With one of these a clause states something, though a "no" stand before it.
_STATES = frozenset(_STATE_WORDS.split(" "))
_PLAIN_WORDS = (
    "a an the on in at of my her his their your i you she he it they there any some have had has got been is are was "
    "were or nor s m ve today now tonight currently either both left right patient pt still also elsewhere anywhere "
    "whatsoever injection injections injected site sites area areas skin where around touch touched so far"
)
# All that may stand in a denial beside what is denied. "Not mild", "not only", "not there yesterday" deny nothing.
_PLAIN = frozenset(_PLAIN_WORDS.split(" "))
# "No pain this morning" is plain; "was not there this morning" says that it has come since.
_PAST = re.compile(r"\b(?:was|were|did|had)")
_TIME_NOW = frozenset(("this", "morning", "today", "tonight", "now"))
_SAYS_WORDS = "says said reports reported states feels is are was were do does did has have had and with"
_SAYS = frozenset(_SAYS_WORDS.split(" "))
# "Not ok", "not right" deny nothing: they say that something is wrong.
_FINE = frozenset(("fine", "ok", "okay", "normal", "good", "well"))


def said_in(words: str, listed: ReactionList, *, is_effect: bool = False) -> tuple[str, ...]:
    """The clauses that say something: folded, without what is plainly denied or, in a note, what was only warned of."""
    text = _ASKED.sub(r"\1 asked. ", _ANSWERED.sub(r" no \1. ", _QUOTES.sub(". ", _lower(words))))
    text = _INITIALS.sub(lambda found: found[0].replace(".", ""), _AND.sub(" and ", text))
    sentences = _SENTENCE_END.split(text)
    parts = [_plain(part) for each in sentences for clause in _CLAUSE_END.split(each) for part in clause.split(" and ")]
    heeds = not is_effect and not any(_CONFIRMED.fullmatch(part) for part in parts)
    return tuple(clause for sentence in sentences for clause in _left_of(sentence, listed, heeds_advice=heeds))


def _lower(words: str) -> str:
    """Folded line by line; a new line ends what is said."""
    return "\n".join(map(name_key, words.splitlines()))


def _left_of(sentence: str, listed: ReactionList, *, heeds_advice: bool) -> Iterator[str]:
    """The clauses of a sentence that are not denied; a denied list goes on over commas only to its "or"."""
    parts = [plain for part in _CLAUSE_END.split(sentence) if (plain := _plain(part))]
    while parts:
        part, *parts = parts
        head, _, rest = part.partition(" and ")
        advice = _ADVICE.fullmatch(head) if heeds_advice else None
        still = "" if advice and _are_things(advice["what"], listed) else _beside_denied(head, listed)
        if still is None:
            yield part
            continue
        if still:
            yield still
        if rest:
            parts = [rest, *parts]
            continue
        end = next((place for place, each in enumerate(parts, 1) if _has_or(each)), 0)
        if end and all(_are_things(each, listed) for each in parts[:end]):
            parts = parts[end:]


def _has_or(clause: str) -> bool:
    return bool(re.search(r"\b(?:or|nor)\b", clause))


def _items(clause: str) -> list[str]:
    return [item for item in re.split(r"\b(?:or|nor)\b", clause) if item.strip()]


def _beside_denied(clause: str, listed: ReactionList) -> str | None:
    """What a denial leaves said: nothing of "calf not swollen", the bruise of "bruise not sore"; None if none is plain.

    It is plain where names of the list are denied, one at a time, and nothing is said beside them but of whom and where
    ("she has no fever", "my calf isn't swollen"). "Not mild", "not only", "not there yesterday" name nothing to deny.
    """
    from microsclero.reactions import Band

    found = _DENIAL.fullmatch(clause)
    if found is None:
        return None
    about = (found["about"] or "").split()
    subject = [word for word in about if word not in _PLAIN | _SAYS]
    plain = _PLAIN - _TIME_NOW if _PAST.search(clause[: found.start("what")]) else _PLAIN | _TIME_NOW
    if not subject:
        return "" if _are_things(found["what"], listed, plain) else None
    if _STATES.intersection(about):
        return None
    named = [one for one in listed.effects if is_named(one, " ".join(about))]
    if named and all(one.band is Band.EXPECTED for one in named):
        return " ".join(about) if _are_things(found["what"], listed, plain) else None
    if named or any(has_all(" ".join(about), each) for one in listed.signs for each in one.words):
        return None
    return "" if _are_things(found["what"], listed, plain, " ".join(subject)) else None


def _are_things(what: str, listed: ReactionList, plain: frozenset[str] = _PLAIN, subject: str = "") -> bool:
    """Whether each of these, set apart by "or", is one thing of the list."""
    return all(
        _is_one_thing([word for word in each.split() if word not in plain], subject, listed) for each in _items(what)
    )


def _is_one_thing(words: list[str], subject: str, listed: ReactionList) -> bool:
    """Whether one name of the list covers these words; "no sight" denies nothing: it says that something is lost."""
    together = [*subject.split(), *words]
    if not words or not (_STATES | _FINE).isdisjoint(words) or set(together) <= listed.lost_with_no:
        return False
    return any(
        all(among(word, name) for word in together) for one in listed.effects for name in _words_of_names(one.synonyms)
    ) or any(_covers(each, together) for each in _sets(listed.signs))


def _covers(parts: str, words: Iterable[str]) -> bool:
    """Whether each of these words begins with a part of its own."""
    left = parts.split()
    for word in words:
        part = next((each for each in left if begins(word, each)), None)
        if part is None:
            return False
        left.remove(part)
    return True


@lru_cache(maxsize=100)
def _words_of_names(names: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(listed_words(name).split()) for name in names)


@lru_cache(maxsize=8)
def _sets(signs: tuple[Sign, ...]) -> tuple[str, ...]:
    return tuple(each for one in signs for each in one.words + one.alone)


def parts_of(clauses: tuple[str, ...]) -> list[str]:
    return [part for clause in clauses for part in _BETWEEN.split(clause)]


# -------------------------------------------------------------------------------------------------------- matching


@lru_cache(maxsize=2000)
def listed_words(name: str) -> str:
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


def has_all(clause: str, parts: str) -> bool:
    """Every part begins some word of the clause, in any order."""
    said = clause.split()
    return all(any(begins(word, part) for word in said) for part in parts.split())


def in_a_row(clause: str, parts: str) -> bool:
    """The parts begin words that follow one another."""
    said, wanted = clause.split(), parts.split()
    return any(
        all(begins(word, part) for word, part in zip(said[start:], wanted, strict=False))
        for start in range(len(said) - len(wanted) + 1)
    )


def without(clause: str, runs: Iterable[str]) -> str:
    """The clause without words in a row that begin so."""
    said = clause.split()
    for run in runs:
        wanted = run.split()
        for start in range(len(said) - len(wanted), -1, -1):
            if all(begins(word, part) for word, part in zip(said[start:], wanted, strict=False)):
                del said[start : start + len(wanted)]
    return " ".join(said)


def begins(word: str, part: str) -> bool:
    """Whether the part begins the word; a|b is either, after = it is the whole word."""
    whole, beginnings = _either(part)
    return word in whole or word.startswith(beginnings)


@lru_cache(maxsize=5000)
def _either(part: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Whole words, and beginnings, that a part of the list stands for."""
    each = part.split("|")
    whole = frozenset(one[1:] for one in each if one.startswith("="))
    return whole, tuple(one for one in each if not one.startswith("="))


def is_named(effect: Effect, clause: str) -> bool:
    return any(_has_phrase(clause, listed_words(name)) for name in names_of(effect))


def names_of(effect: Effect) -> tuple[str, ...]:
    return () if effect.effect == "other" else (effect.effect.replace("_", " "), effect.words, *effect.synonyms)


def among(word: str, known: Iterable[str]) -> bool:
    """The word, in the singular or in the plural."""
    return word in known or f"{word}s" in known or word.removesuffix("s") in known or word.removesuffix("es") in known
