"""Which leg and which place somebody's own words name: only ever offered, and only where they name one."""

from __future__ import annotations

import re
from typing import NamedTuple

from microsclero.treatment import LEGS, REGIONS

_PLACES = "|".join((*REGIONS, "calves", "feet", "leg"))
_INSIDE = "(?:(?:inner|outer|inside|outside|front|back|upper|lower|whole|medial|lateral) )*"
# "left calf", "left, inner thigh"; "calf, left", "thigh on the left". "Left the room" and "right after" name no leg.
_SIDE_FIRST = re.compile(rf"\b(left|right|l|r),? {_INSIDE}(?:{_PLACES})s?\b")
_SIDE_LAST = re.compile(
    rf"\b(?:{_PLACES})s?(?:,| \(| -)? ?(?:on |in |of )?(?:the |her |his |my )?(left|right)(?=[ ]*(?:$|[,;.)]))"
)
_REGION = re.compile(rf"\b({'|'.join(REGIONS)})s?\b|\b(calves|feet)\b")
_BOTH = re.compile(r"\b(?:both|either|each|bilateral|other|neither)\b|\bleft\b.*\bright\b|\bright\b.*\bleft\b")
# Who denies anything may name the leg that is well: then nothing is offered.
_DENIED = re.compile(r"\b(?:no|not|nor|nil|none|never|without|denies|denied|fine|except)\b|n['’]t\b")


class Place(NamedTuple):
    """A leg and a region, as far as they are named."""

    leg: str | None
    region: str | None


def place_in(words: str) -> Place:
    """The one leg and the one region that these words name; nothing where they name two or deny something."""
    said = " ".join(words.casefold().split())
    if _DENIED.search(said):
        return Place(None, None)
    sides = (side for pattern in (_SIDE_FIRST, _SIDE_LAST) for side in pattern.findall(said))
    legs = {leg for side in sides for leg in LEGS if leg.startswith(side)}
    regions = {_singular(one or many) for one, many in _REGION.findall(said)}
    is_one = not _BOTH.search(said)
    return Place(
        leg=next(iter(legs)) if is_one and len(legs) == 1 else None,
        region=next(iter(regions)) if len(regions) == 1 else None,
    )


def _singular(place: str) -> str:
    return {"calves": "calf", "feet": "foot"}.get(place, place)
