"""Batch numbers as they are read off a label: what is one and the same, and what may be a slip of the eye."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MINUS = "\u2212"
_FOLDS = 5
# What an eye mistakes on a small label, each folded to one of the two.
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2"})


# What stands on a label around the number: the word for it before, the expiry behind.
_GAP = r"[\s:;.,#_/\-\u2010-\u2015\u2212]"
_NUMBER_WORDS = "NO|NR|NUM|NUMBER|CODE"
_LABEL = re.compile(rf"^{_GAP}*(?:LOT|BATCH)(?:{_GAP}*(?:{_NUMBER_WORDS})(?={_GAP}|$))?(?:{_GAP}+|(?=\d)|$)")
_EXPIRY = re.compile(
    rf"(?<=\w){_GAP}\W*(?:EXP|EXPIRY|EXPIRES|USE BY|USE BEFORE)(?![A-Z]){_GAP}*(?:[A-Z]{{3,9}}{_GAP}*)?\d.*$", re.DOTALL
)
# The same where it was typed in one word.
_GLUED = re.compile(rf"(?:LOT|BATCH)?(?:{_NUMBER_WORDS})?")


def batch_key(text: str) -> str:
    """The number for comparing: capitals, without blanks, dashes, "_", "/", "." and invisible characters.

    "ab-12 3", "AB 123" and full-width letters are one key, and so is what a label says around the number: "LOT: AB123",
    "Batch no. AB123", "AB123 exp 12/27". Text without a number has the key "".
    """
    key = _folded(text)
    # Without a blank, marks can join the letter before it: what is folded once is not always folded.
    for _ in range(_FOLDS):
        key = _folded(key)
    return key if any(c.isalnum() for c in key) else ""


def names_an_expiry(text: str) -> bool:
    """Whether the text goes on with the expiry, which has a place of its own."""
    return _EXPIRY.search(_in_capitals(text)) is not None


def near_misses(key: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known keys that may be meant: one slip of a key away, or alike to the eye (0 and O, 1, I and L …).

    A slip is one sign too many, too few or another, or two swapped, or a word of the label typed together with the
    number. The key itself is no near miss.
    """
    from rapidfuzz.distance import OSA

    seen = key.translate(_ALIKE)
    return tuple(
        other
        for other in dict.fromkeys(known)
        if other != key
        and (
            other.translate(_ALIKE) == seen
            or OSA.distance(key, other, score_cutoff=1) <= 1
            or _is_glued(key, other)
            or _is_glued(other, key)
        )
    )


def _is_glued(longer: str, number: str) -> bool:
    return bool(number) and longer.endswith(number) and _GLUED.fullmatch(longer.removesuffix(number)) is not None


def _folded(text: str) -> str:
    text = _in_capitals(text)
    return "".join(c for c in _LABEL.sub("", _EXPIRY.sub("", text)) if not _is_left_out(c))


def _in_capitals(text: str) -> str:
    if not text.isascii():
        from unicodedata import normalize

        text = normalize("NFKC", normalize("NFKC", text).casefold())
    return text.upper()


def _is_left_out(c: str) -> bool:
    if c.isascii():
        return c in "- _/." or not c.isprintable()
    from unicodedata import category

    return c == _MINUS or category(c) in ("Pd", "Zs", "Zl", "Zp", "Cf", "Cc")
