"""How much was given, and against which ceiling: over all sites, legs, vials, strengths and products of a session."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from microsclero.errors import RefusedError
from microsclero.objections import Objection
from microsclero.products import Citation, Product, Products, Strength, plain, show_percent
from microsclero.treatment import STEP_ML, Given, InjectionSite, Vial
from microsclero.vial_checks import site_objections, vial_objections

_NOTHING = Decimal(0)


class MissingWeight(RefusedError):
    """A ceiling per kilogram cannot be known without the weight; nobody guesses it."""

    code = "weight_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """The most of one strength that one session may hold if nothing else is given.

    volume_ml: in whole steps of 0.1 mL, rounded down. mg: exact. source: of the limit that is reached first.
    """

    volume_ml: Decimal
    mg: Decimal
    source: Citation
    mg_per_ml: Decimal

    def share_of(self, volume_ml: Decimal) -> Fraction:
        """How much of it this volume takes up, exactly; 1 is all of it."""
        return Fraction(volume_ml) * Fraction(self.mg_per_ml) / Fraction(self.mg)


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthDose:
    """What one product and strength comes to. earlier_ml: given on the same day before this session.

    ceiling_ml and percent, of this strength alone, are None where the ceiling is not known.
    """

    product: str
    strength_percent: Decimal
    volume_ml: Decimal
    earlier_ml: Decimal
    mg: Decimal
    ceiling_ml: Decimal | None
    percent: Decimal | None

    def as_data(self) -> dict[str, object]:
        return {
            "product": self.product,
            "strength_percent": plain(self.strength_percent),
            "volume_ml": plain(self.volume_ml),
            "earlier_ml": plain(self.earlier_ml),
            "mg": plain(self.mg),
            "ceiling_ml": None if self.ceiling_ml is None else plain(self.ceiling_ml),
            "percent": None if self.percent is None else str(self.percent),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """What a session comes to, in mL and mg, and what stands against it.

    total_ml, total_mg: of this session alone; total_mg is None while the vial of a site is not known.
    ceiling_percent: of what the day may hold, to 0.1, rounded up; None where a ceiling is not known. share: the same,
    exact, with 1 for all of it.
    """

    total_ml: Decimal
    total_mg: Decimal | None
    ceiling_percent: Decimal | None
    by_strength: tuple[StrengthDose, ...]
    findings: tuple[Objection, ...]
    share: Fraction | None

    @property
    def is_refused(self) -> bool:
        return any(finding.refuses for finding in self.findings)

    def as_data(self) -> dict[str, object]:
        """For JSON; doses are strings, so that nobody reads them as binary fractions."""
        return {
            "total_ml": plain(self.total_ml),
            "total_mg": None if self.total_mg is None else plain(self.total_mg),
            "ceiling_percent": None if self.ceiling_percent is None else str(self.ceiling_percent),
            "by_strength": [each.as_data() for each in self.by_strength],
            "findings": [finding.as_data() for finding in self.findings],
        }


def ceiling(product: Product, strength: Strength, weight_kg: Decimal | None) -> Ceiling:
    """The lower of the product's limits for one session: its volume, and its milligrams per kilogram and day.

    weight_kg, above 0, is needed where the product is limited per kilogram; MissingWeight without it.
    Source: clinical reference, "Dose ceilings" (3.2), as in the content; checked by the clinic against its leaflet.
    """
    mg, source = strength.most_ml.value * strength.mg_per_ml, strength.most_ml.source
    if product.mg_per_kg is not None:
        if weight_kg is None:
            raise MissingWeight(_weigh(product), product=product.product)
        if not weight_kg.is_finite() or weight_kg <= 0:
            raise ValueError("A weight is above 0 kg.")
        if product.mg_per_kg.value * weight_kg < mg:
            mg, source = product.mg_per_kg.value * weight_kg, product.mg_per_kg.source
    volume = (mg / strength.mg_per_ml).quantize(STEP_ML, ROUND_FLOOR)
    return Ceiling(volume_ml=volume, mg=mg, source=source, mg_per_ml=strength.mg_per_ml)


def dose(
    vials: Sequence[Vial],
    sites: Sequence[InjectionSite],
    weight_kg: Decimal | None,
    products: Products,
    *,
    on: date,
    earlier_today: Sequence[Given] = (),
    last_time: Sequence[Given] = (),
    quarantined: Collection[str] = (),
) -> Dose:
    """What these sites come to, and everything that stands against it at once.

    on: the day of the session, for expiry. earlier_today: what the patient had on that day before, anywhere; it counts.
    last_time: what was given at the session before, to catch a strength carried over to another substance.
    quarantined: keys of batches (batch_key) that are not used.
    Shares of each strength's own ceiling are added up and may come to 1. Source: clinical reference 3.2.
    """
    by_letter: dict[str, Vial] = {}
    for vial in vials:
        by_letter.setdefault(vial.vial, vial)
    known = [(by_letter[site.vial], site) for site in sites if site.vial in by_letter]
    now = [Given(product=v.product, strength_percent=v.strength_percent, volume_ml=s.volume_ml) for v, s in known]
    parts = tuple(_parts(now, earlier_today, weight_kg, products))
    share = sum((part.share for part in parts), Fraction(0))
    is_known = all(part.is_known for part in parts) and len(known) == len(sites)
    return Dose(
        total_ml=sum((site.volume_ml for site in sites), _NOTHING),
        total_mg=sum((part.shown.mg for part in parts), _NOTHING) if len(known) == len(sites) else None,
        ceiling_percent=_percent(share) if is_known else None,
        share=share if is_known else None,
        by_strength=tuple(part.shown for part in parts if part.shown.volume_ml),
        findings=(
            *_ceiling_objections(parts, share, products),
            *vial_objections(vials, sites, products, on=on, last_time=last_time, quarantined=quarantined),
            *site_objections(by_letter, sites, products),
        ),
    )


def remaining_ml(given: Dose, most: Ceiling) -> Decimal | None:
    """How much of one strength may still be given after this, in mL, in whole steps of 0.1; None where nobody knows."""
    if given.share is None:
        return None
    steps = max(1 - given.share, Fraction(0)) * Fraction(most.mg) / Fraction(most.mg_per_ml) / Fraction(STEP_ML)
    return (int(steps) * STEP_ML).quantize(STEP_ML)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One product and strength of a day. Without a known ceiling, its share is by the volume limit alone."""

    shown: StrengthDose
    product: Product | None
    share: Fraction
    source: Citation | None
    is_known: bool
    lacks_weight: bool

    @property
    def volume_ml(self) -> Decimal:
        return self.shown.volume_ml + self.shown.earlier_ml


def _parts(
    now: Iterable[Given], earlier: Iterable[Given], weight_kg: Decimal | None, products: Products
) -> Iterator[_Part]:
    volumes: dict[tuple[str, Decimal], list[Decimal]] = {}
    for place, givens in enumerate((now, earlier)):
        for given in givens:
            volumes.setdefault((given.product, given.strength_percent), [_NOTHING, _NOTHING])[place] += given.volume_ml
    for (code, percent), (volume, before) in volumes.items():
        product = products.find(code)
        strength = product.strength(percent) if product else None
        # Per cent are grams in 100 mL, whatever the product: a tenfold slip here would be a tenfold dose.
        mg = volume * (strength.mg_per_ml if strength else percent * 10)
        most, share, lacks_weight = None, Fraction(0), False
        if product and strength:
            try:
                most = ceiling(product, strength, weight_kg)
                share = most.share_of(volume + before)
            except MissingWeight:
                lacks_weight = True
                share = Fraction(volume + before) / Fraction(strength.most_ml.value)
        shown = StrengthDose(
            product=code,
            strength_percent=percent,
            volume_ml=volume,
            earlier_ml=before,
            mg=mg,
            ceiling_ml=most.volume_ml if most else None,
            percent=_percent(share) if most else None,
        )
        yield _Part(
            shown=shown,
            product=product,
            share=share,
            source=most.source if most else strength.most_ml.source if strength else None,
            is_known=most is not None,
            lacks_weight=lacks_weight,
        )


def _percent(share: Fraction) -> Decimal:
    """To 0.1, rounded up: what is over the ceiling never reads 100."""
    tenths = -(-share * 1000 // 1)
    return Decimal(int(tenths)).scaleb(-1).quantize(STEP_ML)


def _ceiling_objections(parts: Sequence[_Part], share: Fraction, products: Products) -> Iterator[Objection]:
    if share > 1:
        yield _over_ceiling([part for part in parts if part.share], share, products)
    unweighed = list(dict.fromkeys(part.product for part in parts if part.lacks_weight and part.product))
    for product in unweighed:
        yield Objection(
            "weight_missing",
            _weigh(product),
            str(product.mg_per_kg.source) if product.mg_per_kg else "",
            details={"product": product.product},
        )
    for part in parts:
        if part.shown.earlier_ml and not part.is_known and not part.lacks_weight:
            yield Objection(
                "earlier_unknown",
                "Something we have no ceiling for was given earlier today, so nobody knows what may still be given.",
                str(products.rules.day),
                details={"earlier_ml": plain(part.shown.earlier_ml)},
            )
    yield from _volume_warnings(parts)


def _weigh(product: Product) -> str:
    return f"{product.name} is limited by weight: weigh the patient and give the weight in kg."


def _volume_warnings(parts: Sequence[_Part]) -> Iterator[Objection]:
    """What is to be said about this much of one substance in a day, whichever products it came in; each thing once."""
    told: set[str] = set()
    for product in (part.product for part in parts if part.product):
        same = [part for part in parts if part.product and part.product.active == product.active]
        volume = sum((part.volume_ml for part in same), _NOTHING)
        for warning in product.warnings:
            if volume > warning.above_ml and warning.code not in told:
                told.add(warning.code)
                yield Objection(
                    warning.code,
                    f"{plain(volume)} mL of {product.active_name} today: {warning.text}.",
                    str(warning.source),
                    refuses=False,
                    details={"volume_ml": plain(volume), "above_ml": plain(warning.above_ml)},
                )


def _over_ceiling(parts: Sequence[_Part], share: Fraction, products: Products) -> Objection:
    """One sentence on all that was added up, with the source of each limit."""
    listed = []
    for part in parts:
        name = f"{part.product.name if part.product else ''} {show_percent(part.shown.strength_percent)}"
        most = part.shown.ceiling_ml
        listed.append(f"{plain(part.volume_ml)} mL of {name}" + (f" (at most {plain(most)})" if most else ""))
    sources = dict.fromkeys(str(part.source) for part in parts if part.source)
    if len(parts) > 1:
        sources[str(products.rules.mixed)] = None
    if any(part.shown.earlier_ml for part in parts):
        sources[str(products.rules.day)] = None
    percent = _percent(share)
    day = "the day" if any(part.shown.earlier_ml for part in parts) else "this session"
    return Objection(
        "over_ceiling",
        f"{' and '.join(listed)}: {percent} % of what {day} may hold. Give less.",
        "; ".join(sources),
        details={"ceiling_percent": str(percent)},
    )
