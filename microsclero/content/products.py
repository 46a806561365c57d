"""Reads the sclerosants and their limits, and refuses them whole when a figure lacks its source or its sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from microsclero.products import (
    BASES,
    CONFIDENCES,
    LARGER,
    VEINS,
    Citation,
    Figure,
    Product,
    Products,
    RuleSources,
    SiteRange,
    Strength,
    VolumeWarning,
    plain,
    show_percent,
)
from microsclero.quantities import parse_decimal

if TYPE_CHECKING:
    from microsclero.content.tables import Faults, Table

NEWEST = "2026-1"
# A product of another country is compared with, never injected.
COMPARISON_ONLY = ("asclera",)
_CODES = ("fibrovein", "aethoxysklerol", *COMPARISON_ONLY)
_NO_SOURCE = Citation(ids=(), text="", basis="policy", confidence="L")


@cache
def load_products(version: str | None = None) -> Products:
    """The products of this version, the newest without one; ContentError naming every fault at once."""
    from microsclero import content

    name = f"products.{version or NEWEST}.toml"
    source, digest = content._bytes(name)
    content.refuse_edited(name, digest)
    return read_products(source, name)


def read_products(source: bytes, name: str) -> Products:
    """The products in this TOML; `name` is the file's, for the faults."""
    from hashlib import sha256

    from microsclero import content
    from microsclero.content.tables import Faults, Table

    faults = Faults(name)
    top = Table(content._parse(source, name), "file", faults)
    version = top.text("version")
    top.one_of("language", ("en-GB",), "en-GB")
    reader = _Reader(_sources(top.tables("source"), faults), faults)
    rules = reader.rules(top.table("rules"))
    products = tuple(reader.product(table) for table in top.tables("product"))
    top.done()
    codes = [each.product for each in products]
    if sorted(codes) != sorted(_CODES):
        faults.add("product", f"must be each of these, once: {', '.join(_CODES)}.")
    faults.raise_if_any()
    return Products(version=version, sha256=sha256(source).hexdigest(), products=products, rules=rules)


def _sources(tables: tuple[Table, ...], faults: Faults) -> dict[str, str]:
    sources: dict[str, str] = {}
    for table in tables:
        known = table.text("id")
        if known in sources:
            faults.add(known, "this source stands there twice.")
        sources[known] = table.text("text")
        table.done()
    return sources


class _Reader:
    """Reads on after a fault; a figure that cannot be read stands in as zero until all of them are told."""

    def __init__(self, sources: Mapping[str, str], faults: Faults) -> None:
        self.sources = sources
        self.faults = faults

    def rules(self, table: Table | None) -> RuleSources:
        cited = {}
        for each in fields(RuleSources):
            said = table.table(each.name) if table is not None else None
            if said is None:
                self.faults.add("rules", f"{each.name} is missing.")
                cited[each.name] = _NO_SOURCE
                continue
            cited[each.name] = self.citation(said, text=said.text("text"))
            said.done()
        if table is not None:
            table.done()
        return RuleSources(**cited)

    def product(self, table: Table) -> Product:
        code = table.text("product")
        table.place = code or table.place
        table.one_of("form", ("liquid",), "liquid")
        mg_per_kg = self.figure(table.table("mg_per_kg"))
        product = Product(
            product=code,
            name=table.text("name"),
            active=table.text("active"),
            active_name=table.text("active_name"),
            usable=table.flag("usable"),
            mg_per_kg=mg_per_kg[0] if mg_per_kg else None,
            warnings=tuple(self.warning(each, code) for each in table.tables("warning")),
            strengths=tuple(self.strength(each, code) for each in table.tables("strength")),
        )
        if "usable" not in table:
            table.fault("usable is missing.")
        if product.usable and code in COMPARISON_ONLY:
            table.fault("it is known for comparison only: usable must be false.")
        percents = [each.percent for each in product.strengths]
        if len(set(percents)) != len(percents):
            table.fault("a strength stands there twice.")
        if not any(each.is_in_scope for each in product.strengths):
            table.fault(f"it needs a strength for one of {', '.join(VEINS)}.")
        table.done()
        return product

    def strength(self, table: Table, product: str) -> Strength:
        percent, mg_per_ml = self.number(table, "percent"), self.number(table, "mg_per_ml")
        table.place = f"{product} {show_percent(percent)}"
        if mg_per_ml != percent * 10:
            table.fault(f"{show_percent(percent)} is {plain(percent * 10)} mg/mL: mg_per_ml must say so.")
        meant_for = self.veins(table, "meant_for")
        most_ml = self.figure(table.table("most_ml"))
        if most_ml is None:
            table.fault("most_ml is missing.")
        elif most_ml[1] is not None and most_ml[1] != most_ml[0].value * mg_per_ml:
            mg = most_ml[0].value * mg_per_ml
            table.fault(f"most_ml: {plain(most_ml[0].value)} mL are {plain(mg)} mg: mg must say so.")
        most_sites = self.figure(table.table("most_sites"))
        strength = Strength(
            percent=percent,
            mg_per_ml=mg_per_ml,
            meant_for=meant_for,
            source=self.citation(table),
            most_ml=most_ml[0] if most_ml else Figure(value=Decimal(0), source=_NO_SOURCE),
            most_sites=most_sites[0] if most_sites else None,
            vial_ml=self.number(table, "vial_ml") if "vial_ml" in table else None,
            ranges=tuple(self.range(each, table.place) for each in table.tables("range")),
        )
        ranged = list(chain.from_iterable(each.veins for each in strength.ranges))
        if strength.is_in_scope and sorted(ranged) != sorted(meant_for):
            table.fault("each kind of vein it is meant for needs one range, and no other has one.")
        table.done()
        return strength

    def range(self, table: Table, place: str) -> SiteRange:
        table.place = f"{place}, range"
        least, most = self.number(table, "least_ml"), self.number(table, "most_ml")
        if least > most:
            table.fault("least_ml is more than most_ml.")
        made = SiteRange(veins=self.veins(table, "veins"), least_ml=least, most_ml=most, source=self.citation(table))
        table.done()
        return made

    def warning(self, table: Table, product: str) -> VolumeWarning:
        table.place = f"{product}, warning"
        made = VolumeWarning(
            code=table.text("code"),
            above_ml=self.number(table, "above_ml"),
            text=table.text("text"),
            source=self.citation(table),
        )
        table.done()
        return made

    def figure(self, table: Table | None) -> tuple[Figure, Decimal | None] | None:
        """The figure, and its milligrams where the table gives them too."""
        if table is None:
            return None
        made = Figure(value=self.number(table, "value"), source=self.citation(table))
        mg = self.number(table, "mg") if "mg" in table else None
        table.done()
        return made, mg

    def veins(self, table: Table, key: str) -> tuple[str, ...]:
        veins = table.texts(key)
        known = (*VEINS, LARGER)
        if not veins or not set(veins) <= set(known) or len(set(veins)) != len(veins):
            table.fault(f"{key} must name, once each, some of {', '.join(known)}.")
        return veins

    def citation(self, table: Table, text: str | None = None) -> Citation:
        """Source, whose word it is, and how sure the reference is; a figure without them is nobody's."""
        ids = table.texts("ids")
        if not ids:
            table.fault("ids is missing: name the sources.")
        for unknown in (each for each in ids if each not in self.sources):
            table.fault(f'there is no source "{unknown}".')
        basis = self.choice(table, "basis", BASES)
        if text is None:
            text = "; ".join(self.sources.get(each, "") for each in ids)
            # Another country's limit that we keep by choice must not read like the label in the box.
            text = f"Clinic policy, after {text}" if basis == "policy" else text
        return Citation(ids=ids, text=text, basis=basis, confidence=self.choice(table, "confidence", CONFIDENCES))

    def choice(self, table: Table, key: str, allowed: tuple[str, ...]) -> str:
        if key not in table:
            table.fault(f"{key} is missing.")
        return table.one_of(key, allowed, allowed[-1])

    def number(self, table: Table, key: str) -> Decimal:
        """A number above 0, written in quotes; zero where it is none, and a fault."""
        try:
            number = parse_decimal(table.text(key))
        except ValueError:
            number = Decimal(0)
        if number <= 0 and key in table:
            table.fault(f"{key} must be a number above 0, in quotes.")
        return number
