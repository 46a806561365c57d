"""Setting a batch aside, lifting that, and the calls to whoever had it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from microsclero.desk import batches
from microsclero.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from microsclero.desk import Desk


def set_aside(desk: Desk, batch: str, reason: str) -> batches.Traced:
    """Put a batch in quarantine, whether it was used yet or not: treat refuses it from now on."""
    from microsclero.batches import batch_key
    from microsclero.dates import show_moment
    from microsclero.store import products

    key = batch_key(batch)
    with desk.store.changing(who=desk.writer(), command="batch"):
        standing = products.quarantined(desk.store, key)
        if standing is not None:
            since = show_moment(standing.at.astimezone(desk.zone))
            raise ConflictError(
                f"Batch {batch} is in quarantine already, since {since}.",
                code="already_there",
                quarantine=standing.quarantine,
            )
        products.add_quarantine(desk.store, batch=batch, batch_key=key, product=None, reason=reason)
    return batches.look_up(desk, batch)


def lift(desk: Desk, batch: str) -> batches.Traced:
    """Take a batch out of quarantine; only a prescriber may (4)."""
    from microsclero.batches import batch_key
    from microsclero.store import products

    key = batch_key(batch)
    prescriber = desk.writer()
    with desk.store.changing(who=prescriber, command="batch"):
        standing = [row for row in products.quarantines(desk.store, key) if row.lifted_at is None]
        if not standing:
            raise NotFoundError(f"Batch {batch} is not in quarantine.", code="not_in_quarantine")
        desk.member(prescriber, role="prescriber")
        for row in standing:
            products.lift_quarantine(desk.store, row.quarantine)
    return batches.look_up(desk, batch)


def note_contact(desk: Desk, batch: str, patient_no: int, outcome: str, note: str | None) -> batches.Traced:
    """Keep that a patient was rung about the batch, and what came of it."""
    from microsclero.store import contacts

    with desk.store.changing(who=desk.writer(), command="batch"):
        traced = batches.trace(desk, batch)
        holder = next((each for each in traced.holders if each.patient_no == patient_no), None)
        if holder is None:
            raise NotFoundError(
                f"Patient {patient_no} has no session recorded with batch {batch}.",
                code="not_of_this_batch",
                patient=patient_no,
            )
        contacts.add_contact(
            desk.store,
            patient_no=patient_no,
            about=batches.ABOUT,
            about_id=batches.cause(traced.quarantines),
            about_on=holder.last_on,
            outcome=outcome,
            note=note,
        )
    remarks: tuple[str, ...] = ()
    if outcome == "wrong_number":
        remarks = (f"To correct the number: microsclero patient edit {patient_no}",)
    traced = batches.look_up(desk, batch)
    return replace(traced, remarks=(*remarks, *traced.remarks))
