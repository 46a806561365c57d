"""Batches at the desk: who had one, how they are, and whom to ring about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from microsclero.desk.struck_vials import StruckVial, struck_vials, words_about_struck
from microsclero.errors import NotFoundError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.contacts import ContactRow
    from microsclero.store.diary import SessionRow
    from microsclero.store.patients import PatientRow
    from microsclero.store.products import QuarantineRow
    from microsclero.store.reactions import ReactionRow
    from microsclero.store.treatments import TreatmentRow, VialRow

ABOUT = "batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenVial:
    """One vial of the batch, as it was recorded at one session."""

    treatment: int
    on: date
    number: int | None
    vial: str
    product: str
    product_name: str
    strength_percent: str
    batch: str
    expires_on: date | None
    volume_ml: str

    def as_data(self) -> dict[str, object]:
        return {
            "treatment": self.treatment,
            "date": self.on.isoformat(),
            "number": self.number,
            "vial": self.vial,
            "product": self.product,
            "strength_percent": self.strength_percent,
            "batch": self.batch,
            "expires_on": self.expires_on.isoformat() if self.expires_on else None,
            "volume_ml": self.volume_ml,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReaction:
    """A reaction nobody has seen the end of."""

    reaction: int
    effect: str
    words: str
    band: str
    noticed_on: date

    def as_data(self) -> dict[str, object]:
        return {
            "reaction": self.reaction,
            "effect": self.effect,
            "band": self.band,
            "noticed_on": self.noticed_on.isoformat(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to ring about the batch."""

    outcome: str
    at: datetime
    who: str

    def as_data(self) -> dict[str, object]:
        return {"outcome": self.outcome, "at": self.at.isoformat(), "who": self.who}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A patient who had the batch: how much, when, how they are, and whether they know."""

    patient_no: int
    name: str
    phone: str | None
    vials: tuple[GivenVial, ...]
    reactions: tuple[OpenReaction, ...]
    next_on: date | None
    attempts: tuple[Attempt, ...]
    is_wrong_number: bool

    @property
    def volume_ml(self) -> Decimal:
        return sum((Decimal(vial.volume_ml) for vial in self.vials), Decimal(0))

    @property
    def last_on(self) -> date:
        return max(vial.on for vial in self.vials)

    @property
    def is_contacted(self) -> bool:
        return any(attempt.outcome == "reached" for attempt in self.attempts)

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient_no,
            "name": self.name,
            "phone": self.phone,
            "wrong_number": self.is_wrong_number,
            "date": self.last_on.isoformat(),
            "volume_ml": str(self.volume_ml),
            "vials": [vial.as_data() for vial in self.vials],
            "open_reactions": [reaction.as_data() for reaction in self.reactions],
            "next_on": self.next_on.isoformat() if self.next_on else None,
            "contacted": self.is_contacted,
            "attempts": [attempt.as_data() for attempt in self.attempts],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """A batch: who had it, newest first; whether it is set aside; and numbers that look like it.

    clinic, on, made_up: for the list on paper.
    """

    batch: str
    quarantines: tuple[QuarantineRow, ...]
    holders: tuple[Holder, ...]
    near: tuple[str, ...]
    clinic: str
    on: date
    made_up: bool
    remarks: tuple[str, ...] = ()
    struck: tuple[StruckVial, ...] = ()

    @property
    def quarantine(self) -> QuarantineRow | None:
        """The one that stands."""
        return next((row for row in self.quarantines if row.lifted_at is None), None)

    def as_data(self) -> dict[str, object]:
        return {
            "batch": self.batch,
            "quarantined": self.quarantine is not None,
            "quarantines": [
                {
                    "quarantine": row.quarantine,
                    "reason": row.reason,
                    "at": row.at.isoformat(),
                    "who": row.who,
                    "lifted_at": row.lifted_at.isoformat() if row.lifted_at else None,
                    "lifted_by": row.lifted_by,
                }
                for row in self.quarantines
            ],
            "patients": [holder.as_data() for holder in self.holders],
            "near": list(self.near),
            "struck_out": [each.as_data() for each in self.struck],
            "remarks": list(self.remarks),
        }


def trace(desk: Desk, batch: str) -> Traced:
    """Who had this batch, however it was written; NotFoundError with what may be meant for one nobody knows."""
    traced = look_up(desk, batch)
    if not traced.holders and not traced.quarantines and not traced.struck:
        near = f" Did you mean {' or '.join(traced.near)}?" if traced.near else ""
        raise NotFoundError(
            f"No session is recorded with batch {batch}.{near}", code="batch_not_found", near=list(traced.near)
        )
    return traced


def look_up(desk: Desk, batch: str) -> Traced:
    """The same for a batch that may be unknown: nobody had it, and it was never set aside."""
    from microsclero.batches import batch_key
    from microsclero.store import products, treatments

    key = batch_key(batch)
    pairs = treatments.vials_of_batch(desk.store, key)
    quarantines = tuple(_local(desk, row) for row in products.quarantines(desk.store, key))
    written = next((vial.batch for vial, _ in pairs), next((row.batch for row in quarantines), batch))
    struck = struck_vials(desk, key, {treatment.treatment for _, treatment in pairs})
    return Traced(
        batch=written,
        quarantines=quarantines,
        holders=_holders(desk, pairs, cause(quarantines)),
        near=_near(desk, key),
        clinic=desk.clinic.name,
        on=desk.today(),
        made_up=desk.clinic.made_up,
        remarks=words_about_struck(struck),
        struck=struck,
    )


def _near(desk: Desk, key: str) -> tuple[str, ...]:
    """Batches that somebody had, or that were set aside, and whose number is a slip away; as they were written."""
    from microsclero.batches import near_misses
    from microsclero.store import products, treatments

    aside = {row.batch_key: row.batch for row in products.quarantines(desk.store)}
    known = dict.fromkeys((*(each for each in treatments.known_batches(desk.store) if each), *aside))
    written = (
        next((vial.batch for vial, _ in treatments.vials_of_batch(desk.store, each)), aside.get(each))
        for each in near_misses(key, known)
    )
    return tuple(each for each in written if each)


def _local(desk: Desk, row: QuarantineRow) -> QuarantineRow:
    lifted_at = row.lifted_at.astimezone(desk.zone) if row.lifted_at else None
    return row._replace(at=row.at.astimezone(desk.zone), lifted_at=lifted_at)


def cause(quarantines: tuple[QuarantineRow, ...]) -> int:
    """What patients are rung about: the quarantine that stands, else the last there was, else the batch alone (0)."""
    standing = [row.quarantine for row in quarantines if row.lifted_at is None]
    return max(standing or [row.quarantine for row in quarantines], default=0)


def _holders(desk: Desk, pairs: Iterable[tuple[VialRow, TreatmentRow]], about_id: int) -> tuple[Holder, ...]:
    """Every patient once, with all vials they had; who had it last comes first."""
    from microsclero.store import contacts, patients, reactions

    given: dict[int, list[tuple[VialRow, TreatmentRow]]] = {}
    for vial, treatment in sorted(pairs, key=lambda pair: (pair[1].started_at, pair[0].vial), reverse=True):
        given.setdefault(treatment.patient_no, []).append((vial, treatment))
    tries = contacts.contacts_of(desk.store, given)
    wrong = contacts.wrong_numbers(desk.store, tries)
    open_reactions = reactions.open_reactions(desk.store, given) if given else ()
    holders = []
    for number, had in given.items():
        row: PatientRow = patients.patient(desk.store, number)
        vials = tuple(_given(desk, vial, treatment) for vial, treatment in had)
        holders.append(
            Holder(
                patient_no=number,
                name=f"{row.given_name} {row.family_name}".strip(),
                phone=row.phone,
                vials=vials,
                reactions=tuple(_reaction(each) for each in open_reactions if each.patient_no == number),
                next_on=_next_on(desk, number),
                attempts=_attempts(desk, (one for one in tries if one.patient_no == number), about_id, vials[0].on),
                is_wrong_number=number in wrong,
            )
        )
    return tuple(holders)


def _given(desk: Desk, vial: VialRow, treatment: TreatmentRow) -> GivenVial:
    from microsclero.content.products import load_products
    from microsclero.store import diary

    session: SessionRow = diary.session(desk.store, treatment.session)
    known = load_products().find(vial.product)
    return GivenVial(
        treatment=treatment.treatment,
        on=treatment.started_at.astimezone(desk.zone).date(),
        number=session.number,
        vial=vial.vial,
        product=vial.product,
        product_name=known.name if known else vial.product,
        strength_percent=vial.strength_percent,
        batch=vial.batch,
        expires_on=vial.expires_on,
        volume_ml=vial.volume_ml,
    )


def _reaction(row: ReactionRow) -> OpenReaction:
    from microsclero.content.reactions import load_reactions

    return OpenReaction(
        reaction=row.reaction,
        effect=row.effect,
        words=load_reactions(row.version).by_code(row.effect).words,
        band=row.band,
        noticed_on=row.noticed_on,
    )


def _next_on(desk: Desk, patient_no: int) -> date | None:
    from microsclero.store import diary

    rows = diary.sessions_of_patient(desk.store, patient_no)
    return min((row.on for row in rows if row.status == "planned" and row.on >= desk.today()), default=None)


def _attempts(desk: Desk, tries: Iterable[ContactRow], about_id: int, given_on: date) -> tuple[Attempt, ...]:
    """The calls about this: about this quarantine, and after the last time the batch was given."""
    from microsclero.store.rows import moment_from_text

    return tuple(
        Attempt(outcome=row.outcome, at=moment_from_text(row.at).astimezone(desk.zone), who=row.who)
        for row in tries
        if (row.about, row.about_id, row.about_on) == (ABOUT, about_id, given_on.isoformat())
    )
