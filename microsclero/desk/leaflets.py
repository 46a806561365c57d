"""The products of the clinic at the desk: our figures with their sources, and the comparison with the leaflet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from microsclero.desk import not_a_prescriber
from microsclero.errors import Reason, RefusedError, UsageError

if TYPE_CHECKING:
    from datetime import date

    from microsclero.desk import Desk
    from microsclero.products import Figure, Product, Strength
    from microsclero.store.products import CheckRow

# A comparison older than this is a slip of the year: no box keeps so long.
_YEARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One product as our content has it, and its last comparison with the leaflet in the box."""

    product: Product
    version: str
    check: CheckRow | None

    def as_data(self) -> dict[str, object]:
        product, check = self.product, self.check
        return {
            "product": product.product,
            "name": product.name,
            "active": product.active_name,
            "usable": product.usable,
            "version": self.version,
            "mg_per_kg": _figure(product.mg_per_kg),
            "strengths": [_strength(each) for each in product.strengths],
            "warnings": [
                {"above_ml": f"{each.above_ml:f}", "text": each.text, "source": str(each.source)}
                for each in product.warnings
            ],
            "compared": {
                "prescriber": check.prescriber,
                "leaflet_revision": check.leaflet_revision,
                "compared_on": check.compared_on.isoformat(),
            }
            if check
            else None,
        }


def _figure(figure: Figure | None) -> dict[str, object] | None:
    if figure is None:
        return None
    return {"value": f"{figure.value:f}", "source": str(figure.source), "basis": figure.source.basis}


def _strength(strength: Strength) -> dict[str, object]:
    return {
        "percent": f"{strength.percent:f}",
        "mg_per_ml": f"{strength.mg_per_ml:f}",
        "meant_for": list(strength.meant_for),
        "source": str(strength.source),
        "most_ml": _figure(strength.most_ml),
        "most_sites": _figure(strength.most_sites),
        "vial_ml": f"{strength.vial_ml:f}" if strength.vial_ml is not None else None,
        "ranges": [
            {
                "veins": list(each.veins),
                "least_ml": f"{each.least_ml:f}",
                "most_ml": f"{each.most_ml:f}",
                "source": str(each.source),
            }
            for each in strength.ranges
        ],
    }


def product_named(code: str) -> Product:
    """The product of this code; UsageError naming those that are known."""
    from microsclero.content.products import load_products

    products = load_products()
    product = products.find(code.strip().lower())
    if product is None:
        known = ", ".join(each.product for each in products.products)
        raise UsageError(f"No product has that code; known are {known}.", code="unreadable", option="CODE")
    return product


def show(desk: Desk, product: Product) -> Shown:
    """Our figures, to be held beside the leaflet."""
    from microsclero.content.products import load_products
    from microsclero.store.products import leaflet_checks

    return Shown(
        product=product, version=load_products().version, check=leaflet_checks(desk.store).get(product.product)
    )


def compare(desk: Desk, product: Product, given: Mapping[str, Any]) -> Shown:
    """A prescriber has compared our figures with the leaflet in the box; without that the product is not used."""
    from microsclero.dates import add_months
    from microsclero.store import products

    compared_on: date = given["compared_on"]
    if compared_on > desk.today():
        raise UsageError("“compared_on” lies in the future.", code="unreadable", key="compared_on")
    if compared_on < add_months(desk.today(), -12 * _YEARS):
        message = f"“compared_on” lies more than {_YEARS} years back: is the year right? Compare your leaflet."
        raise UsageError(message, code="unreadable", key="compared_on")
    prescriber = desk.member(given["prescriber"])
    reasons = [*not_a_prescriber(prescriber)]
    if not product.usable:
        message = f"{product.name} is known here for comparison only; it is never injected."
        reasons.append(Reason("comparison_only", message, {"product": product.product}))
    if reasons:
        raise RefusedError.for_reasons(reasons)
    with desk.store.changing(who=desk.writer(), command="clinic product"):
        products.add_leaflet_check(
            desk.store,
            product=product.product,
            prescriber=prescriber.initials,
            leaflet_revision=given["leaflet_revision"],
            compared_on=compared_on,
        )
    return show(desk, product)
