"""Batch numbers as they are read off a label: what is one and the same, and what may be a slip of the eye."""

from __future__ import annotations

from collections.abc import Iterable

_MINUS = "\u2212"
_FOLDS = 3
# What an eye mistakes on a small label, each folded to one of the two.
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2"})


def batch_key(text: str) -> str:
    """The number for comparing: capitals, without blanks, dashes, "_", "/", "." and invisible characters.

    "ab-12 3", "AB 123" and full-width letters are one key. Text without a letter or digit has the key "".
    """
    key = _folded(text)
    # Without a blank, marks can join the letter before it: what is folded once is not always folded.
    for _ in range(0 if key.isascii() else _FOLDS):
        key = _folded(key)
    return key if any(c.isalnum() for c in key) else ""


def near_misses(key: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known keys that may be meant: one slip of a key away, or alike to the eye (0 and O, 1, I and L …).

    A slip is one sign too many, too few or another, or two swapped. The key itself is no near miss.
    """
    from rapidfuzz.distance import OSA

    seen = key.translate(_ALIKE)
    return tuple(
        other
        for other in dict.fromkeys(known)
        if other != key and (other.translate(_ALIKE) == seen or OSA.distance(key, other, score_cutoff=1) <= 1)
    )


def _folded(text: str) -> str:
    if not text.isascii():
        from unicodedata import normalize

        text = normalize("NFKC", normalize("NFKC", text).casefold())
    return "".join(c for c in text.upper() if not _is_left_out(c))


def _is_left_out(c: str) -> bool:
    if c.isascii():
        return c in "- _/." or not c.isprintable()
    from unicodedata import category

    return c == _MINUS or category(c) in ("Pd", "Zs", "Zl", "Zp", "Cf", "Cc")
