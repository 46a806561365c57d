"""What a person's text may hold, how it is folded for searching, and how it is shown without doing harm."""

from __future__ import annotations

import re
from typing import Self

_BLANKS = " \t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji are misspelt without them.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LOOKS_EMPTY = frozenset("\u115f\u1160\u2800\u3164\uffa0" + _JOINERS)
_MOST_MARKS = 5
_FIRST_RTL = "\u0590"
# Letters that Unicode does not take apart, but that a British keyboard types without their stroke.
_PLAIN_LETTERS = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
        "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "`": "'",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
    }
)  # fmt: skip


def clean(text: str, *, limit: int, what: str, lines: bool = False) -> str:
    """The text as it is kept: NFC, without outer blanks, otherwise exactly as typed.

    ValueError, in one sentence that names `what` and never quotes the text, for anything that could hide,
    reorder or act: control and escape characters, bidi controls, private, unassigned or invisible characters,
    heaps of marks. New lines and tabs pass where `lines` is true. `limit` counts characters.
    """
    # A composed letter may be typed as four characters, so only what can never fit is refused before normalising.
    if len(text) > 4 * limit + 1000:
        raise ValueError(_too_long(what, limit))
    kept = text.strip(_BLANKS)
    if lines:
        kept = kept.replace("\r\n", "\n")
    if not (kept.isascii() and kept.isprintable()):
        kept = _checked(kept, what, lines)
    if len(kept) > limit:
        raise ValueError(_too_long(what, limit))
    return kept


def name_key(text: str) -> str:
    """The text folded for searching: small letters, no accents, single blanks; "zoe" for "Zoë"."""
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    from unicodedata import category, combining, normalize

    folded = normalize("NFKD", normalize("NFKD", text).casefold()).translate(_PLAIN_LETTERS)
    # Vowel signs of Indic scripts have combining class 0: they are letters of the name and stay.
    letters = (c for c in folded if not combining(c) and c not in _JOINERS and not _selects_a_variant(c))
    plain = "".join(" " if category(c) == "Zs" else c for c in letters)
    return " ".join(plain.split())


def phone_digits(text: str) -> str:
    """The digits of a telephone number, so that "+44 (0)7700 900123" and "07700 900123" compare equal."""
    digits = "".join(str(int(c)) for c in text if c.isdecimal())
    is_international = text.lstrip().startswith(("+", "(+")) or digits.startswith("00")
    if not is_international:
        return digits
    digits = digits.removeprefix("00")
    if digits.startswith("44"):
        return "0" + digits[2:].removeprefix("0")
    return digits


def visible(text: str, *, lines: bool = False) -> str:
    """The text for output: whatever could act on a terminal or hide is shown as an escape such as \\u001b.

    With `lines`, new lines and tabs stay. For text already in the file: nothing is trusted because it is ours.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or _is_harmless(c, lines) else _escaped(c) for c in text)


def shown_line(text: str) -> str:
    """A whole line for output: made visible, but for the isolates that isolate() put around a name."""
    if "\u2068" not in text:
        return visible(text)
    return "".join(
        part if part in ("\u2068", "\u2069") else visible(part) for part in re.split("([\u2068\u2069])", text)
    )


def isolate(text: str) -> str:
    """Right-to-left text between isolates, so that it cannot reorder what stands beside it; for terminals only."""
    if not text or max(text) < _FIRST_RTL:
        return text
    from unicodedata import bidirectional

    if any(bidirectional(c) in ("R", "AL", "AN") for c in text):
        return f"\u2068{text}\u2069"
    return text


def _checked(text: str, what: str, lines: bool) -> str:
    """The text in NFC, once every character of it has been looked at."""
    from unicodedata import category, normalize

    for c in text:
        fault = _fault(c, category(c), lines)
        if fault:
            raise ValueError(f"{what}: this holds {fault} (U+{ord(c):04X}); type it again without it.")
    kept = normalize("NFC", text)
    in_a_row = 0
    for c in kept:
        in_a_row = in_a_row + 1 if category(c)[0] == "M" else 0
        if in_a_row > _MOST_MARKS:
            raise ValueError(f"{what}: this holds more than {_MOST_MARKS} accents on one letter; type it again.")
    if kept and all(c in _LOOKS_EMPTY or category(c)[0] in "MZ" for c in kept):
        raise ValueError(f"{what}: this shows nothing that can be read; type it again.")
    return kept


def _fault(c: str, category: str, lines: bool) -> str | None:
    """Why this character is refused, in words; None if it may stay."""
    if c in _BIDI:
        return "a character that turns the direction of writing"
    if category == "Cc":
        if c in "\n\t":
            return None if lines else "a line break or tab"
        return "a control character"
    if c in ("\u2028", "\u2029"):
        return "a line break"
    if category == "Cf":
        return None if c in _JOINERS else "an invisible character"
    return {
        "Cs": "a character that was damaged on its way here",
        "Co": "a private character that has no agreed meaning",
        "Cn": "a character that has no meaning",
    }.get(category)


def _too_long(what: str, limit: int) -> str:
    return f"{what}: this is longer than {limit} characters; shorten it."


def _is_harmless(c: str, lines: bool) -> bool:
    if c in "\n\t":
        return lines
    return c in _JOINERS or (c != "\r" and c in _BLANKS)


def _escaped(c: str) -> str:
    return f"\\u{ord(c):04x}" if ord(c) <= 0xFFFF else f"\\U{ord(c):08x}"


def _selects_a_variant(c: str) -> bool:
    return "\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef"


class Written(str):
    """Where a file was put: never folded, so that its path is copied in one piece."""

    __slots__ = ()

    def __new__(cls, path: object, *more: str) -> Self:
        return super().__new__(cls, ", ".join([f"Written: {path}", *more]))
