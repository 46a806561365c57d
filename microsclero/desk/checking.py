"""Before the needle: who this is, what stands against it, what may still be given; and the head of the treatment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import RefusedError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.chair import Screened
    from microsclero.desk.decided import Made
    from microsclero.dose import Dose
    from microsclero.errors import Reason
    from microsclero.objections import Objection
    from microsclero.patients import Patient
    from microsclero.products import Products
    from microsclero.store.screenings import ScreeningRow
    from microsclero.treatment import Vial

# What no later hour and no other product mends.
_NOT_BY_ANY_SHEET = frozenset({"finding_bar", "declined", "under_age"})
# What is only done on the day itself: on a sheet for a coming day it would always stand.
_ON_THE_DAY = frozenset({"not_screened_today"})


class Left(NamedTuple):
    """What may still be given of one strength today if nothing else is; `unknown` says why nobody knows.

    barred: the finding for which this product is not given at all.
    """

    product: str
    name: str
    strength_percent: Decimal
    veins: tuple[str, ...]
    ml: Decimal | None
    mg: Decimal | None
    unknown: str | None
    compared_on: date | None
    source: str
    barred: str | None = None

    def as_data(self) -> dict[str, object]:
        from microsclero.products import plain

        return {
            "product": self.product,
            "strength_percent": plain(self.strength_percent),
            "veins": list(self.veins),
            "remaining_ml": None if self.ml is None else plain(self.ml),
            "remaining_mg": None if self.mg is None else plain(self.mg),
            "unknown": self.unknown,
            "leaflet_compared_on": self.compared_on.isoformat() if self.compared_on else None,
            "barred": self.barred,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What must be seen before anything is done: allergies, medicines, decisions, holds, reactions, the last time."""

    patient: Patient
    allergies: str | None
    allergies_told: tuple[str, ...]
    medicines: tuple[str, ...]
    decided: tuple[Made, ...]
    holds: tuple[Reason, ...]
    reactions: tuple[str, ...]
    last_time: tuple[str, ...]
    last_on: date | None
    aftercare_until: date | None

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient.number,
            "allergies": self.allergies,
            "allergies_told": list(self.allergies_told),
            "medicines": list(self.medicines),
            "decided": [made.as_data() for made in self.decided],
            "holds": [reason.as_data() for reason in self.holds],
            "open_reactions": list(self.reactions),
            "last_time": {"date": self.last_on.isoformat(), "given": list(self.last_time)} if self.last_on else None,
            "aftercare_until": self.aftercare_until.isoformat() if self.aftercare_until else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The page before the needle."""

    head: Head
    number: int
    planned: bool
    screening: int | None
    stockings: str | None
    left: tuple[Left, ...]
    dose: Dose | None
    set_aside: tuple[str, ...]
    reasons: tuple[Reason, ...]
    warnings: tuple[Objection, ...]
    remarks: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        return {
            **self.head.as_data(),
            "number": self.number,
            "planned": self.planned,
            "screening": self.screening,
            "stockings": self.stockings,
            "remaining": [each.as_data() for each in self.left],
            "dose": self.dose.as_data() if self.dose else None,
            "quarantined": list(self.set_aside),
            "warnings": [each.as_data() for each in self.warnings],
            "remarks": list(self.remarks),
        }

    def refuse(self) -> None:
        """RefusedError with every reason, where there is one."""
        if self.reasons:
            raise RefusedError.for_reasons(self.reasons)


def check(desk: Desk, patient_no: int, given: Mapping[str, Any] | None = None, *, at: datetime | None = None) -> Check:
    """What stands against a session now, of all that is known so far: of the patient, and of whatever is `given`.

    at: when it is to begin, where that is another day.
    """
    from microsclero.content.products import load_products
    from microsclero.desk import chair, dosing
    from microsclero.desk.next_course import photographs_wanted
    from microsclero.desk.placing import place
    from microsclero.objections import refusals, warnings
    from microsclero.store.products import quarantines
    from microsclero.treatment import read_sites

    given = given or {}
    now = at or desk.now()
    head = head_of(desk, patient_no)
    screened = chair.screened_for(desk, patient_no, now)
    against = chair.against_treating(desk, patient_no, now)
    where = place(desk, patient_no, now)
    prescriber = chair.member_ever(desk, given["prescriber"]) if given.get("prescriber") else None
    injector = chair.member_ever(desk, given["injector"]) if given.get("injector") else None
    vials = read_vials(given)
    sites = read_sites(given.get("sites") or ())
    dosed = dosing.dosed(desk, patient_no, now, vials, sites, given.get("weight_kg"), screened.rows)
    objections = dosed.objections if sites else tuple(each for each in dosed.objections if each.code != "vial_unused")
    products = load_products()
    left = tuple(_left(desk, patient_no, dosed.dose, given.get("weight_kg"), products, screened.rows))
    return Check(
        head=head,
        number=where.number,
        planned=where.row is not None,
        screening=screened.session.screening if screened.session else None,
        stockings=given.get("stockings"),
        left=left,
        dose=dosed.dose if vials else None,
        set_aside=tuple(dict.fromkeys(row.batch for row in quarantines(desk.store) if row.lifted_at is None)),
        reasons=(
            *against.reasons,
            *where.reasons,
            *chair.against_people(
                now.date(),
                prescriber=prescriber,
                saw_on=given.get("prescriber_saw_on"),
                injector=injector,
            ),
            *refusals(objections),
            *_nothing_to_give(desk, now, vials, products, screened.rows),
        ),
        warnings=(*against.warnings, *warnings(objections)),
        remarks=(
            *where.remarks,
            *(wanted.message for wanted in photographs_wanted(desk, patient_no, now.date())),
            *_about_stockings(screened),
        ),
    )


def for_paper(desk: Desk, patient_no: int) -> Check:
    """The same for a sheet to inject by: refused (4) where the patient is not to come, as their own sheet is.

    For a session of another day it is held against that day, without what nobody can do before it.
    """
    from dataclasses import replace

    from microsclero.desk.chairside import booked_for_another_day
    from microsclero.desk.sheets import not_to_come

    coming = booked_for_another_day(desk, patient_no)
    page = check(desk, patient_no, at=coming)
    if coming is not None:
        page = replace(page, reasons=tuple(reason for reason in page.reasons if reason.code not in _ON_THE_DAY))
    stops = [reason for reason in page.reasons if reason.code in _NOT_BY_ANY_SHEET]
    reasons = {(reason.code, reason.message): reason for reason in (*not_to_come(desk, patient_no), *stops)}
    if reasons:
        raise RefusedError.for_reasons(tuple(reasons.values()))
    return page


def read_vials(given: Mapping[str, Any]) -> tuple[Vial, ...]:
    from microsclero.treatment import Vial

    return tuple(Vial(**vial) for vial in given.get("vials") or ())


def _nothing_to_give(
    desk: Desk, now: datetime, vials: tuple[Vial, ...], products: Products, screenings: tuple[ScreeningRow, ...]
) -> Iterator[Reason]:
    """Where a leaflet not compared or a finding stands against every product, nothing is given, whatever is opened."""
    from microsclero.desk.dosing import for_one_product, not_compared_by

    if vials:
        return
    codes = [product.product for product in products.usable]
    against = (*not_compared_by(desk, now, codes, products), *for_one_product(codes, screenings, products))
    if {each.details["product"] for each in against} == set(codes):
        yield from (each.as_reason() for each in against)


def _left(
    desk: Desk,
    patient_no: int,
    given: Dose,
    weight_kg: Decimal | None,
    products: Products,
    screenings: tuple[ScreeningRow, ...],
) -> Iterator[Left]:
    """Of each strength that is used here: what may still be given after `given` and after all of today."""
    from microsclero.dates import show_date
    from microsclero.desk import told
    from microsclero.desk.dosing import for_one_product
    from microsclero.dose import MissingWeight, ceiling, remaining_ml
    from microsclero.products import plain
    from microsclero.store.products import leaflet_checks

    compared = leaflet_checks(desk.store, until=desk.today())
    scales = told.weighed(desk, patient_no) if weight_kg is None else None
    known = f" At screening: {plain(scales.kg)} kg on {show_date(scales.on)}; weigh again." if scales else ""
    for product in products.usable:
        barred = " ".join(each.message for each in for_one_product([product.product], screenings, products)) or None
        for strength in product.strengths:
            if not strength.is_in_scope:
                continue
            left = unknown = None
            source = strength.most_ml.source
            try:
                most = ceiling(product, strength, weight_kg)
            except MissingWeight as missing:
                unknown = f"{missing.message}{known}"
            else:
                source, left = most.source, remaining_ml(given, most)
                if left is None:
                    unknown = "Something was given, or is to be given, whose ceiling is not known."
            check = compared.get(product.product)
            yield Left(
                product=product.product,
                name=product.name,
                strength_percent=strength.percent,
                veins=tuple(vein for vein in strength.meant_for if vein != "larger"),
                ml=None if barred else left,
                mg=None if barred or left is None else left * strength.mg_per_ml,
                unknown=None if barred else unknown,
                compared_on=check.compared_on if check else None,
                source=str(source),
                barred=barred,
            )


def _about_stockings(screened: Screened) -> tuple[str, ...]:
    """Said before the needle: stockings go on straight after it."""
    said = ["Are the stockings there? They go on straight after the session."]
    if any(found["rule"] == "stockings_unsafe" for row in screened.rows for found in row.findings):
        said.append("Stockings were found to be a difficulty: see the screening.")
    return tuple(said)


# ── the head ──


def head_of(desk: Desk, patient_no: int) -> Head:
    """What stands at the head of a treatment."""
    from microsclero import content
    from microsclero.desk import dosing, holding
    from microsclero.desk.decided import decided
    from microsclero.desk.patients import patient_of
    from microsclero.desk.standing_of import screenings_in_force
    from microsclero.desk.told import told_of

    patient = patient_of(desk, patient_no)
    rows = dosing.standing(desk, patient_no)
    last_on = dosing.day_of(desk, rows[-1]) if rows else None
    until = last_on + timedelta(days=content.course().aftercare_days) if last_on else None
    told = told_of(desk, patient_no)
    return Head(
        patient=patient,
        allergies=patient.allergies,
        allergies_told=told.allergies,
        medicines=told.medicines,
        decided=decided(desk, screenings_in_force(desk, patient_no), desk.today()),
        holds=holding.against(desk, patient_no),
        reactions=tuple(_reactions(desk, patient_no)),
        last_time=tuple(_last_time(desk, patient_no, last_on)) if last_on else (),
        last_on=last_on,
        aftercare_until=until if until and until >= desk.today() else None,
    )


def _reactions(desk: Desk, patient_no: int) -> Iterator[str]:
    from microsclero.content.reactions import load_reactions
    from microsclero.dates import show_date
    from microsclero.store import reactions

    for row in reactions.open_reactions(desk.store, [patient_no]):
        words = load_reactions(row.version).by_code(row.effect).words
        yield f"reaction {row.reaction}: {words}, noticed {show_date(row.noticed_on)} ({row.severity})"


def _last_time(desk: Desk, patient_no: int, last_on: date) -> Iterator[str]:
    """Product and strength of the last session; never its batches or volumes, which are read off anew."""
    from microsclero.content.products import load_products
    from microsclero.desk.dosing import last_given
    from microsclero.products import show_percent

    for product, percent in dict.fromkeys(
        (each.product, each.strength_percent)
        for each in last_given(desk, patient_no, before=last_on + timedelta(days=1))
    ):
        found = load_products().find(product)
        yield f"{found.name if found else product} {show_percent(percent)}"
