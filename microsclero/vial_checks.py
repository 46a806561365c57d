"""What stands against a vial or a site by itself: batch, expiry, strength, and the volume at one puncture."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from microsclero.batches import names_an_expiry
from microsclero.dates import show_date
from microsclero.objections import Objection
from microsclero.products import VEIN_WORDS, Product, Products, Strength, plain, show_percent
from microsclero.site_codes import show_site
from microsclero.text import visible
from microsclero.treatment import Given, InjectionSite, Vial


def vial_objections(
    vials: Sequence[Vial],
    sites: Sequence[InjectionSite],
    products: Products,
    *,
    on: date,
    last_time: Sequence[Given],
    quarantined: Collection[str],
) -> Iterator[Objection]:
    """Vial by vial, in the order given; whatever stands against each."""
    letters = [vial.vial for vial in vials]
    used = {site.vial for site in sites}
    for number, vial in enumerate(vials):
        if vial.vial in letters[:number]:
            message = f"There are two vials {vial.vial}: give each its own letter."
            yield _record("vial_twice", message, vial, products)
            continue
        yield from _product_objections(vial, products)
        yield from _label_objections(vial, products, on, quarantined)
        yield from _swap_objections(vial, products, last_time)
        yield from _amount_objections(vial, sites, products)
        if vial.vial not in used:
            message = f"Nothing was given from vial {vial.vial}: leave it out if it was not opened."
            yield _record("vial_unused", message, vial, products, refuses=False)


def site_objections(
    by_letter: Mapping[str, Vial], sites: Sequence[InjectionSite], products: Products
) -> Iterator[Objection]:
    """Site by site: its vial, its vein, its volume at one puncture; and how many punctures there are."""
    guarded: set[tuple[str, str]] = set()
    for number, site in enumerate(sites, start=1):
        vial = by_letter.get(site.vial)
        if vial is None:
            yield Objection(
                "vial_unknown",
                f"Site {number} ({show_site(site)}) names vial {site.vial}, and there is none: give that vial, or "
                "correct the letter.",
                str(products.rules.record),
                details={"site": number, "vial": site.vial},
            )
            continue
        product, strength = _found(vial, products)
        if product is None or strength is None:
            continue
        if (site.vial, site.vein) not in guarded:
            guarded.add((site.vial, site.vein))
            yield from _guard(vial, site.vein, product, strength, products)
        yield from _range_objections(number, site, product, strength)
    yield from _count_objections(by_letter, sites, products)


def _found(vial: Vial, products: Products) -> tuple[Product | None, Strength | None]:
    product = products.find(vial.product)
    return product, product.strength(vial.strength_percent) if product else None


def _record(code: str, message: str, vial: Vial, products: Products, *, refuses: bool = True) -> Objection:
    return Objection(code, message, str(products.rules.record), refuses=refuses, details={"vial": vial.vial})


def _product_objections(vial: Vial, products: Products) -> Iterator[Objection]:
    """Whether the product and its strength are ones that are used here at all."""
    product, strength = _found(vial, products)
    usable = ", ".join(each.product for each in products.usable)
    percent = show_percent(vial.strength_percent)
    if product is None:
        name = visible(vial.product[:40])
        yield _record("product_unknown", f'Vial {vial.vial}: "{name}" is not known; use {usable}.', vial, products)
        return
    if not product.usable:
        yield Objection(
            "comparison_only",
            f"Vial {vial.vial}: {product.name} is known here for comparison only; use {usable}.",
            str(products.rules.comparison),
            details={"vial": vial.vial},
        )
    if strength is None:
        marketed = ", ".join(show_percent(each.percent) for each in product.strengths)
        message = f"Vial {vial.vial}: there is no {product.name} {percent}; its strengths are {marketed}."
        yield _record("strength_unknown", message, vial, products)
    elif not strength.is_in_scope:
        yield Objection(
            "strength_too_high",
            f"Vial {vial.vial}: {product.name} {percent} is meant for varicose veins, which are not treated here.",
            f"{strength.source}; {products.rules.scope}",
            details={"vial": vial.vial, "strength_percent": plain(vial.strength_percent)},
        )


def _label_objections(vial: Vial, products: Products, on: date, quarantined: Collection[str]) -> Iterator[Objection]:
    """What is read off the label: the batch, and the last day it may be used, that day included."""
    if not vial.batch_key:
        message = f"Vial {vial.vial} has no batch: read it off the label."
        yield _record("batch_missing", message, vial, products)
    elif vial.batch_key in quarantined:
        message = f"Vial {vial.vial}: this batch is in quarantine; take another."
        yield _record("quarantined", message, vial, products)
    if names_an_expiry(vial.batch or ""):
        message = (
            f"Vial {vial.vial}: “{visible(vial.batch or '')}” is more than the batch, and is taken as "
            f"{visible(vial.batch_key)}. Give the number alone; the expiry has a place of its own."
        )
        objection = _record("batch_with_expiry", message, vial, products, refuses=False)
        yield objection._replace(confirm=True)
    if vial.expires_on is None:
        message = f"Vial {vial.vial} has no expiry: read it off the label."
        yield _record("expiry_missing", message, vial, products)
    elif vial.expires_on < on:
        message = f"Vial {vial.vial} could be used until {show_date(vial.expires_on)}: it has expired, take another."
        yield _record("expired", message, vial, products)


def _swap_objections(vial: Vial, products: Products, last_time: Sequence[Given]) -> Iterator[Objection]:
    """The percentage of last time, with another substance: the two are not equally strong."""
    product = products.find(vial.product)
    before = [(products.find(given.product), given.strength_percent) for given in last_time]
    actives = {other.active for other, _ in before if other}
    if product is None or product.active in actives:
        return
    for other, percent in before:
        if other and percent == vial.strength_percent:
            yield Objection(
                "strength_reused",
                f"Vial {vial.vial}: {show_percent(percent)} was the strength of {other.active_name} last time, and "
                f"this is {product.active_name}. They are not equally strong: choose the strength anew.",
                str(products.rules.swap),
                refuses=False,
                confirm=True,
                details={"vial": vial.vial, "strength_percent": plain(percent)},
            )
            return


def _amount_objections(vial: Vial, sites: Sequence[InjectionSite], products: Products) -> Iterator[Objection]:
    """More than the vial holds came out of it: there was a second one, perhaps of another batch."""
    _, strength = _found(vial, products)
    volume = sum((site.volume_ml for site in sites if site.vial == vial.vial), Decimal(0))
    if strength and strength.vial_ml is not None and volume > strength.vial_ml:
        message = (
            f"Vial {vial.vial} gave {plain(volume)} mL, and one holds {plain(strength.vial_ml)}: "
            "if a second one was of another batch, enter it as a vial of its own."
        )
        yield _record("more_than_a_vial", message, vial, products, refuses=False)


def _guard(vial: Vial, vein: str, product: Product, strength: Strength, products: Products) -> Iterator[Objection]:
    """A strength that the texts keep for other veins: stronger must be confirmed, weaker is only said."""
    meant = product.meant_for(vein)
    if vein in strength.meant_for or not meant or not strength.is_in_scope:
        return
    is_high = strength.percent > meant[-1].percent
    named = " or ".join(show_percent(each.percent) for each in meant)
    kind = VEIN_WORDS[vein]
    yield Objection(
        "strength_too_high" if is_high else "strength_low",
        f"Vial {vial.vial}: {product.name} {show_percent(strength.percent)} is {'more' if is_high else 'less'} than is "
        f"meant for a {kind}, which is {named}.",
        str(products.rules.guard),
        refuses=False,
        confirm=is_high,
        details={"vial": vial.vial, "vein": vein, "strength_percent": plain(strength.percent)},
    )


def _range_objections(number: int, site: InjectionSite, product: Product, strength: Strength) -> Iterator[Objection]:
    allowed = strength.range_for(site.vein)
    if allowed is None:
        return
    each = Fraction(site.volume_ml) / site.punctures
    least, most = plain(allowed.least_ml), plain(allowed.most_ml)
    here = f"Site {number} ({show_site(site)}): "
    limits = f"{product.name} {show_percent(strength.percent)} is given as {least} to {most} mL at a puncture"
    details: dict[str, object] = {"site": number, "least_ml": least, "most_ml": most}
    if each > Fraction(allowed.most_ml):
        message = f"{here}{limits}, and this is more. Give the number of punctures, or less."
        yield Objection("site_volume_high", message, str(allowed.source), details=details)
    elif each < Fraction(allowed.least_ml):
        message = f"{here}{limits}, and this is less."
        yield Objection("site_volume_low", message, str(allowed.source), refuses=False, details=details)


def _count_objections(
    by_letter: Mapping[str, Vial], sites: Sequence[InjectionSite], products: Products
) -> Iterator[Objection]:
    """The punctures of one product, against the fewest that the strengths used allow."""
    counts: dict[str, int] = {}
    limits: dict[str, list[Strength]] = {}
    for site in sites:
        vial = by_letter.get(site.vial)
        strength = _found(vial, products)[1] if vial else None
        if vial and strength and strength.most_sites:
            counts[vial.product] = counts.get(vial.product, 0) + site.punctures
            limits.setdefault(vial.product, []).append(strength)
    for code, count in counts.items():
        figures = [strength.most_sites for strength in limits[code] if strength.most_sites]
        fewest = min(figures, key=lambda figure: figure.value)
        product = products.find(code)
        if product and count > fewest.value:
            yield Objection(
                "too_many_sites",
                f"{count} punctures with {product.name}: its text names {plain(fewest.value)} sites in a session.",
                str(fewest.source),
                refuses=False,
                details={"punctures": count, "most_sites": plain(fewest.value)},
            )
