"""What was injected in one session: vials, sites, and who, when and how."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from microsclero.batches import batch_key
from microsclero.products import VEINS

LEGS = ("left", "right")
REGIONS = ("groin", "thigh", "knee", "calf", "shin", "ankle", "foot")
ASPECTS = ("anterior", "posterior", "medial", "lateral")
STOCKINGS = ("worn", "supplied", "buying_today")

STEP_ML = Decimal("0.1")
# At one site; far above what any label allows, so that what has happened can still be told.
MOST_ML = 99
MOST_PUNCTURES = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Vial:
    """An opened vial by its letter. `batch` and `expires_on` are None until somebody has read them off the label.

    expires_on: the last day it may be used.
    """

    vial: str
    product: str
    strength_percent: Decimal
    batch: str | None = None
    expires_on: date | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch("[A-Z]", self.vial):
            raise ValueError("A vial has one letter, A to Z.")
        if not self.strength_percent.is_finite() or self.strength_percent <= 0:
            raise ValueError("A strength is a percentage above 0.")

    @property
    def batch_key(self) -> str:
        """The batch for comparing; empty where none is known."""
        return batch_key(self.batch or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectionSite:
    """Where something was injected: the volume, in mL, is that of all its punctures together."""

    leg: str
    region: str
    vein: str
    vial: str
    volume_ml: Decimal
    aspect: str | None = None
    punctures: int = 1

    def __post_init__(self) -> None:
        for name, allowed in (("leg", LEGS), ("region", REGIONS), ("vein", VEINS)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"The {name} is one of {', '.join(allowed)}.")
        if self.aspect is not None and self.aspect not in ASPECTS:
            raise ValueError(f"The aspect is one of {', '.join(ASPECTS)}, or left out.")
        if not re.fullmatch("[A-Z]", self.vial):
            raise ValueError("A vial has one letter, A to Z.")
        if not self.volume_ml.is_finite() or not 0 < self.volume_ml <= MOST_ML or self.volume_ml % STEP_ML:
            raise ValueError(f"A volume at a site is above 0, in steps of 0.1 mL, and {MOST_ML} mL at most.")
        if not 1 <= self.punctures <= MOST_PUNCTURES:
            raise ValueError(f"A site has 1 to {MOST_PUNCTURES} punctures.")

    def as_data(self) -> dict[str, object]:
        """The keys of its document, the volume as a text."""
        return {
            "leg": self.leg,
            "region": self.region,
            "aspect": self.aspect,
            "vein": self.vein,
            "vial": self.vial,
            "volume_ml": f"{self.volume_ml:f}",
            "punctures": self.punctures,
        }


def read_sites(told: Iterable[Mapping[str, Any]]) -> tuple[InjectionSite, ...]:
    """Sites by the keys of their document; where nobody counted, it was one puncture."""
    return tuple(InjectionSite(**{**each, "punctures": each["punctures"] or 1}) for each in told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A volume, in mL, that this patient had at another time."""

    product: str
    strength_percent: Decimal
    volume_ml: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """A session as it was given; both moments carry their zone. weight_kg: None where it was not needed.

    It holds what has happened, also what a gate would have refused; only what cannot be true is refused here.
    """

    prescriber: str
    prescriber_saw_on: date | None
    injector: str
    vials: tuple[Vial, ...]
    sites: tuple[InjectionSite, ...]
    started_at: datetime
    ended_at: datetime
    stockings: str | None = None
    weight_kg: Decimal | None = None
    needle_gauge: str | None = None
    observed_minutes: int | None = None
    no_photo_reason: str | None = None
    notes: str | None = None

    def __post_init__(self) -> None:
        if self.started_at.tzinfo is None or self.ended_at.tzinfo is None:
            raise ValueError("The start and the end of a session need their time zone.")
        if self.ended_at < self.started_at:
            raise ValueError("A session ends after it starts.")
        if self.stockings is not None and self.stockings not in STOCKINGS:
            raise ValueError(f"The stockings are one of {', '.join(STOCKINGS)}.")
        if self.weight_kg is not None and not (self.weight_kg.is_finite() and self.weight_kg > 0):
            raise ValueError("A weight is above 0 kg.")

    @property
    def regions(self) -> tuple[tuple[str, str], ...]:
        """Each leg and region that was treated, once, in the order of the body."""
        return treated_regions(self.sites)

    def given(self) -> tuple[Given, ...]:
        """What it adds up to for each product and strength, for the dose of a later session."""
        volumes: dict[tuple[str, Decimal], Decimal] = {}
        by_letter = {vial.vial: vial for vial in self.vials}
        for site in self.sites:
            if site.vial in by_letter:
                vial = by_letter[site.vial]
                key = (vial.product, vial.strength_percent)
                volumes[key] = volumes.get(key, Decimal(0)) + site.volume_ml
        return tuple(Given(product=p, strength_percent=s, volume_ml=volume) for (p, s), volume in volumes.items())


def treated_regions(sites: Iterable[InjectionSite]) -> tuple[tuple[str, str], ...]:
    """Each leg and region among these sites, once: left before right, from the groin to the foot."""
    found = {(site.leg, site.region) for site in sites}
    return tuple((leg, region) for leg in LEGS for region in REGIONS if (leg, region) in found)
