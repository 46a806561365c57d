"""The sclerosants of the clinic: what each strength is meant for and the most of it, every figure with its source."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

VEINS = ("telangiectasia", "feeder", "reticular")
# Veins that microsclerotherapy leaves alone; a strength meant only for these is never used here.
LARGER = "larger"
VEIN_WORDS = {"telangiectasia": "thread vein", "feeder": "feeder vein", "reticular": "reticular vein"}

CONFIDENCES = ("H", "M", "L")
BASES = ("label", "guideline", "manufacturer", "policy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a figure or a rule comes from. `confidence`: H, M or L; `basis`: whose word it is; policy is our own."""

    ids: tuple[str, ...]
    text: str
    basis: str
    confidence: str

    def __str__(self) -> str:
        """For a screen: "Fibrovein product text, Ireland 2006 (S2b)"."""
        return f"{self.text} ({', '.join(self.ids)})" if self.ids else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number and where it comes from; the unit stands in the name of the field that holds it."""

    value: Decimal
    source: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRange:
    """The volume at one puncture, in mL, in veins of these kinds; both limits are themselves allowed."""

    veins: tuple[str, ...]
    least_ml: Decimal
    most_ml: Decimal
    source: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """One strength as marketed. 0.2 % is 2 mg/mL: `mg_per_ml` is always ten times `percent`.

    most_ml: in one session, whatever the weight. most_sites: punctures in one session.
    vial_ml: what one vial or ampoule holds; None where no source read says so.
    """

    percent: Decimal
    mg_per_ml: Decimal
    meant_for: tuple[str, ...]
    source: Citation
    most_ml: Figure
    most_sites: Figure | None = None
    vial_ml: Decimal | None = None
    ranges: tuple[SiteRange, ...] = ()

    @property
    def is_in_scope(self) -> bool:
        """Meant for a vein that is treated here; not only for larger ones."""
        return any(vein in VEINS for vein in self.meant_for)

    def range_for(self, vein: str) -> SiteRange | None:
        """The range for this kind of vein; for one the label does not name, the narrowest of this strength."""
        named = [each for each in self.ranges if vein in each.veins]
        return min(named or self.ranges, key=lambda each: each.most_ml, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeWarning:
    """A volume in mL of one substance in a day, above which something is to be said; nothing is refused."""

    code: str
    above_ml: Decimal
    text: str
    source: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A sclerosant by its code, such as fibrovein. A product that is not usable is known for comparison only.

    mg_per_kg: the most of the active substance in one day per kilogram of the patient; None where there is no such
    limit.
    """

    product: str
    name: str
    active: str
    active_name: str
    usable: bool
    strengths: tuple[Strength, ...]
    mg_per_kg: Figure | None = None
    warnings: tuple[VolumeWarning, ...] = ()

    def strength(self, percent: Decimal) -> Strength | None:
        """The strength as marketed; None for one that is not."""
        return next((each for each in self.strengths if each.percent == percent), None)

    def meant_for(self, vein: str) -> tuple[Strength, ...]:
        """The strengths meant for this kind of vein, the weakest first."""
        return tuple(sorted((s for s in self.strengths if vein in s.meant_for), key=lambda each: each.percent))


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSources:
    """Where the rules come from that are no figure of one product.

    mixed: the sum of fractions. day: earlier volumes of the same day. guard: a strength for larger veins.
    swap: a strength taken over from another substance. scope: larger veins are not treated here.
    record: what a treatment record holds. comparison: a product of another country.
    """

    mixed: Citation
    day: Citation
    guard: Citation
    swap: Citation
    scope: Citation
    record: Citation
    comparison: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Products:
    """The products of one released version."""

    version: str
    sha256: str
    products: tuple[Product, ...]
    rules: RuleSources

    def find(self, product: str) -> Product | None:
        """The product of this code; None for one that is not known."""
        return next((each for each in self.products if each.product == product), None)

    @property
    def usable(self) -> tuple[Product, ...]:
        return tuple(each for each in self.products if each.usable)


def show_product(code: str) -> str:
    """A product by its code, as its name is written: Fibrovein."""
    return code[:1].upper() + code[1:]


def show_percent(percent: Decimal) -> str:
    """0.2 %."""
    return f"{plain(percent)} %"


def plain(number: Decimal) -> str:
    """The number without needless zeros and never with an exponent: 10, 0.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
