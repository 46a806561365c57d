"""Vials, sites and doses for the tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from microsclero.content.products import load_products
from microsclero.dose import Dose, dose
from microsclero.objections import Objection
from microsclero.products import Product, Strength
from microsclero.treatment import Given, InjectionSite, Vial

PRODUCTS = load_products()
SOME_DAY = date(2026, 11, 22)
# What each strength is injected into where no test says otherwise.
VEIN = {
    ("fibrovein", "0.2"): "telangiectasia",
    ("fibrovein", "0.5"): "reticular",
    ("aethoxysklerol", "0.25"): "telangiectasia",
    ("aethoxysklerol", "0.5"): "telangiectasia",
    ("aethoxysklerol", "1"): "reticular",
}


def vial(
    letter: str = "A",
    product: str = "fibrovein",
    percent: str = "0.2",
    *,
    batch: str | None = "AB12",
    expires_on: date | None = date(2027, 1, 31),
) -> Vial:
    return Vial(vial=letter, product=product, strength_percent=Decimal(percent), batch=batch, expires_on=expires_on)


def site(
    volume: str = "0.3",
    letter: str = "A",
    *,
    leg: str = "left",
    region: str = "thigh",
    vein: str = "telangiectasia",
    punctures: int = 1,
) -> InjectionSite:
    return InjectionSite(leg=leg, region=region, vein=vein, vial=letter, volume_ml=Decimal(volume), punctures=punctures)


def given(product: str, percent: str, volume: str) -> Given:
    return Given(product=product, strength_percent=Decimal(percent), volume_ml=Decimal(volume))


def one_strength(product: str, percent: str, volume: str, weight: str | None = None, *, punctures: int = 9) -> Dose:
    """This much of one strength at one site."""
    vein = VEIN.get((product, percent), "telangiectasia")
    return added_up([vial("A", product, percent)], [site(volume, vein=vein, punctures=punctures)], weight)


def added_up(
    vials: Sequence[Vial],
    sites: Sequence[InjectionSite],
    weight: str | None = None,
    *,
    earlier: Sequence[Given] = (),
    last_time: Sequence[Given] = (),
    quarantined: Sequence[str] = (),
) -> Dose:
    return dose(
        vials,
        sites,
        None if weight is None else Decimal(weight),
        PRODUCTS,
        on=SOME_DAY,
        earlier_today=earlier,
        last_time=last_time,
        quarantined=quarantined,
    )


def strength(product: str, percent: str) -> tuple[Product, Strength]:
    found = PRODUCTS.find(product)
    assert found
    one = found.strength(Decimal(percent))
    assert one
    return found, one


def codes(dose: Dose, *, refusing: bool | None = None) -> list[str]:
    return [one.code for one in dose.findings if refusing is None or one.refuses is refusing]


def finding(dose: Dose, code: str) -> Objection:
    return next(one for one in dose.findings if one.code == code)
