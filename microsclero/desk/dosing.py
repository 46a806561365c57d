"""What goes into the syringe: the dose against all of that day, leaflets compared, batches set aside, findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from microsclero.errors import Reason
from microsclero.objections import Objection, refusals, warnings
from microsclero.text import visible
from microsclero.treatment import Given, InjectionSite, Vial

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.dose import Dose
    from microsclero.products import Products
    from microsclero.store.screenings import ScreeningRow
    from microsclero.store.treatments import TreatmentRow

# Nobody can say what was given while these stand, so not even a record of what has happened is kept.
CANNOT_BE = frozenset({"vial_twice", "vial_unknown"})


class Dosed(NamedTuple):
    """What it comes to, and what stands against it: findings of the dose, and of the products themselves."""

    dose: Dose
    objections: tuple[Objection, ...]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return refusals(self.objections)

    @property
    def warnings(self) -> tuple[Objection, ...]:
        return warnings(self.objections)

    @property
    def above(self) -> str:
        """What the share of the ceiling would hide: the volume above which the product's own limits begin."""
        limits = [each.details["above_ml"] for each in self.warnings if "above_ml" in each.details]
        return f"above {', '.join(map(str, limits))} mL, see below" if limits else ""


def dosed(
    desk: Desk,
    patient_no: int,
    start: datetime,
    vials: Sequence[Vial],
    sites: Sequence[InjectionSite],
    weight_kg: Decimal | None,
    screenings: Iterable[ScreeningRow] = (),
) -> Dosed:
    """The dose of these sites from that moment on, with everything that stands against it or against a product.

    start: by the clinic's clock.
    """
    from microsclero.content.products import load_products
    from microsclero.desk.weighing import unlike_the_last
    from microsclero.dose import dose

    products, day = load_products(), start.date()
    used = tuple(dict.fromkeys(vial.product for vial in vials))
    worked_out = dose(
        vials,
        sites,
        weight_kg,
        products,
        on=day,
        earlier_today=given_on(desk, patient_no, day),
        last_time=last_given(desk, patient_no, before=day),
        quarantined=set_aside(desk, vials),
    )
    about = (
        *_like_one_set_aside(desk, vials),
        *not_compared_by(desk, start, used, products),
        *for_one_product(used, screenings, products),
        *unlike_the_last(desk, patient_no, day, weight_kg),
    )
    return Dosed(worked_out, (*worked_out.findings, *about))


def set_aside(desk: Desk, vials: Iterable[Vial]) -> frozenset[str]:
    """The keys of those batches among these vials that are in quarantine."""
    from microsclero.store import products

    found = set()
    for vial in vials:
        row = products.quarantined(desk.store, vial.batch_key) if vial.batch_key else None
        if row is not None and row.product in (None, vial.product):
            found.add(vial.batch_key)
    return frozenset(found)


def _like_one_set_aside(desk: Desk, vials: Sequence[Vial]) -> Iterator[Objection]:
    """A batch that may be one in quarantine, misread or mistyped: the label is read once more before the needle."""
    from microsclero.store import products

    aside = [row for row in products.quarantines(desk.store) if row.lifted_at is None]
    if not aside:
        return
    from microsclero.batches import near_misses

    own = set_aside(desk, vials)
    for vial in vials:
        known = {row.batch_key: row.batch for row in aside if row.product in (None, vial.product)}
        if not vial.batch_key or vial.batch_key in own:
            continue
        for key in near_misses(vial.batch_key, known):
            yield Objection(
                "batch_like_quarantined",
                f"Vial {vial.vial}: batch {visible(vial.batch or '')} is nearly {visible(known[key])}, which is in "
                "quarantine: read the label once more.",
                "Clinic policy: a batch in quarantine is not used",
                refuses=False,
                confirm=True,
                details={"vial": vial.vial, "batch": known[key]},
            )


def given_on(desk: Desk, patient_no: int, day: date) -> tuple[Given, ...]:
    """What this patient has on record for that day already; it counts for the ceiling."""
    rows = [row for row in standing(desk, patient_no) if day_of(desk, row) == day]
    return tuple(each for row in rows for each in amounts(desk, row))


def last_given(desk: Desk, patient_no: int, *, before: date) -> tuple[Given, ...]:
    """What was given at the last session before that day; nothing where there was none."""
    rows = [row for row in standing(desk, patient_no) if day_of(desk, row) < before]
    return amounts(desk, rows[-1]) if rows else ()


def standing(desk: Desk, patient_no: int) -> tuple[TreatmentRow, ...]:
    """The treatments of a patient as they stand now, oldest first."""
    from microsclero.store import treatments

    return tuple(row for row in treatments.treatments_of(desk.store, patient_no) if row.amended_by is None)


def day_of(desk: Desk, row: TreatmentRow) -> date:
    """The day of a treatment, by the clinic's clock."""
    return row.started_at.astimezone(desk.zone).date()


def amounts(desk: Desk, row: TreatmentRow) -> tuple[Given, ...]:
    """What a treatment came to, vial by vial."""
    from microsclero.store import treatments

    return tuple(
        Given(
            product=vial.product,
            strength_percent=Decimal(vial.strength_percent),
            volume_ml=Decimal(vial.volume_ml),
        )
        for vial in treatments.vials_of(desk.store, row.treatment)
    )


def not_compared_by(desk: Desk, start: datetime, codes: Iterable[str], products: Products) -> Iterator[Objection]:
    """A product is used once a prescriber has compared our figures with the leaflet in the clinic's own box.

    What counts is what was on record when the session began, whatever day the comparison bears.
    """
    from microsclero.dates import show_moment
    from microsclero.desk.chair import minute_of
    from microsclero.store.products import leaflet_checks

    codes = [code for code in codes if (found := products.find(code)) is not None and found.usable]
    compared = leaflet_checks(desk.store, until=start.date(), recorded_by=minute_of(start)) if codes else {}
    later = leaflet_checks(desk.store) if set(codes) - compared.keys() else {}
    for code in codes:
        if code in compared:
            continue
        product = products.find(code)
        missing = not_compared(code, product.name if product else code)
        if code in later and later[code].at > minute_of(start):
            recorded = show_moment(later[code].at.astimezone(desk.zone))
            name = product.name if product else code
            message = f"{name}: the comparison with the leaflet was recorded on {recorded}, after the session began."
            missing = missing._replace(message=message)
        yield missing


def not_compared(code: str, name: str) -> Objection:
    return Objection(
        "product_not_compared",
        f"{name}: no prescriber has compared our figures with the leaflet in your box: "
        f"microsclero clinic product {code}",
        "Clinic policy: the leaflet in the box decides",
        details={"product": code},
    )


def for_one_product(
    codes: Iterable[str], screenings: Iterable[ScreeningRow], products: Products
) -> Iterator[Objection]:
    """A finding about one product refuses that product, whatever was decided for the rest.

    The session's newest answer counts; an intake's takes nothing back that was told at the session before it.
    """
    used = tuple(codes)
    answered: set[str] = set()
    for row in sorted(screenings, key=lambda row: -row.screening):
        about = [each for each in row.findings if each["outcome"] != "note" and each["question"] not in answered]
        # What both found alike is said once.
        answered |= row.answers.keys() if row.purpose == "session" else {each["question"] for each in about}
        for found in about:
            for code in (each for each in used if each in found.get("applies_to", ())):
                product = products.find(code)
                yield Objection(
                    "product_finding",
                    f"{product.name if product else code}: {found['reason']} Take another product.",
                    str(found["source"]),
                    details={"product": code, "rule": found["rule"], "screening": row.screening},
                )
