"""The words of the sheets as the clinic's content holds them, before a patient's dates are filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

AFTERCARE_ITEMS = (
    "compression",
    "no_rubbing_or_creams",
    "walk",
    "no_vigorous_exercise",
    "no_extreme_heat_or_cold",
    "no_excess_alcohol",
    "keep_clean",
)
PREPARE_ITEMS = ("nothing_on_legs", "no_waxing_or_other_treatments", "no_extreme_heat", "stockings_ready")
# What may be called usual; anything else that a patient notices belongs to a band.
USUAL_EFFECTS = (
    "hives",
    "redness",
    "swelling_at_site",
    "tenderness",
    "itching",
    "irritation",
    "lump",
    "bruising",
    "veins_look_worse",
    "pigmentation",
    "matting",
)
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def fill(words: str, values: Mapping[str, str]) -> str:
    """Puts the values in, once: what a clinic typed is never read as a placeholder."""
    return PLACEHOLDER.sub(lambda found: values[found[1]], words)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTimes:
    """How long each instruction lasts; never laxer than the clinic's page."""

    aftercare_days: int = 14
    alcohol_hours: int = 24
    before_hours: int = 24

    def __post_init__(self) -> None:
        for name, least in (("aftercare_days", 14), ("alcohol_hours", 24), ("before_hours", 24)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} can't be shorter than {least}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWords:
    item: str
    title: str
    when: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedWords:
    """Effects that fade together, as (code, words), and how long after; without days or months, no date is given."""

    effects: tuple[tuple[str, str], ...]
    when: str
    note: str
    days: int | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BandWords:
    title: str
    intro: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What the clinic's page does not say: whose word it is stands in `basis` (label, practice, pharmacist)."""

    advice: str
    basis: str
    text: str

    def as_data(self) -> dict[str, object]:
        return {"advice": self.advice, "basis": self.basis, "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetWords:
    title: str
    intro: str
    items_title: str
    items: tuple[ItemWords, ...]
    expected_title: str
    expected_intro: str
    expected: tuple[ExpectedWords, ...]
    call: BandWords
    same_day: BandWords
    emergency: BandWords
    advice_title: str
    advice: tuple[Advice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneWords:
    title: str
    open: str
    closed: str
    nobody: str
    closures: str
    closures_help: str
    by_hand: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWords:
    next_title: str
    not_from_record: str
    replaces: str
    next_session: str
    next_booked: str
    response: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetContent:
    version: str
    sha256: str
    times: SheetTimes
    phones: PhoneWords
    lines: LineWords
    aftercare: SheetWords
    prepare: SheetWords
