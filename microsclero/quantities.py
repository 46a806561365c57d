"""Numbers typed by a person: read exactly, never guessed, never rounded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

_PLAIN = r"([0-9]{1,9})(?:([.,])([0-9]{1,9}))?"


def parse_decimal(
    text: str, *, least: Decimal | int | None = None, most: Decimal | int | None = None, places: int | None = None
) -> Decimal:
    """The number, without needless zeros: 0.3, 0,3 and 0.30 are all Decimal("0.3").

    ValueError, in one sentence, for anything but plain digits with one decimal point or comma, for a value under
    `least` or over `most` (both allowed themselves), and for more than `places` decimal places.
    """
    from decimal import Decimal

    match = re.fullmatch(_PLAIN, text.strip()) if len(text) < 60 else None
    if not match:
        raise ValueError(f"That is not a number: {_advice(least, most, places)}.")
    whole, mark, fraction = match[1], match[2], match[3] or ""
    # In 1,500 the comma may stand for thousands: a thousandfold error is not ours to guess.
    if mark == "," and len(fraction) == 3:
        raise ValueError(f"{match[0]} can be read in two ways: type {whole}{fraction} or {whole}.{fraction}.")
    fraction = fraction.rstrip("0")
    if places is not None and len(fraction) > places:
        raise ValueError(f"{match[0]} has too many decimal places: {_advice(least, most, places)}.")
    number = Decimal(f"{int(whole)}.{fraction}" if fraction else str(int(whole)))
    if (least is not None and number < least) or (most is not None and number > most):
        raise ValueError(f"{match[0]} is out of range: {_advice(least, most, places)}.")
    return number


def _advice(least: Decimal | int | None, most: Decimal | int | None, places: int | None) -> str:
    """What to type instead: "type a number from 0.1 to 60 with at most 1 decimal place"."""
    words = ["type a whole number" if places == 0 else "type a number"]
    if least is not None and most is not None:
        words.append(f"from {least} to {most}")
    elif least is not None:
        words.append(f"of at least {least}")
    elif most is not None:
        words.append(f"of at most {most}")
    if places:
        words.append(f"with at most {places} decimal {'place' if places == 1 else 'places'}")
    return " ".join(words)
