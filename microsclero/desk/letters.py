"""A letter at the desk: to whom, about whom, and the facts on record that belong into it; nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.dates import show_date
from microsclero.errors import Reason

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.explaining import Said
    from microsclero.desk.told import Told
    from microsclero.patients import Patient
    from microsclero.store.clinic import ClinicRow, MemberRow
    from microsclero.store.reactions import ReactionRow

RECIPIENTS = ("gp", "vascular")
_ABOUT = {"gp": "Information about your patient", "vascular": "Referral to the vascular service"}
_WANTED = {"duplex": "a duplex scan", "abpi": "an ankle pressure (ABPI)", "letter": "your opinion, in a letter"}


class Found(NamedTuple):
    """A finding that wants another opinion: what was asked, what was answered and when, and what would help."""

    rule: str
    said: tuple[Said, ...]
    reason: str
    wanted: str

    def as_data(self) -> dict[str, object]:
        first = self.said[0]
        return {
            "rule": self.rule,
            "question": first.question,
            "answer": first.words,
            "answered_on": first.on.isoformat(),
            "reason": self.reason,
            "wanted": self.wanted,
        }


class GivenVial(NamedTuple):
    """What came out of one vial at one session, and into which regions of which leg."""

    on: date
    product: str
    strength_percent: Decimal
    batch: str
    volume_ml: Decimal
    where: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "date": self.on.isoformat(),
            "product": self.product,
            "strength_percent": f"{self.strength_percent:f}",
            "batch": self.batch,
            "volume_ml": f"{self.volume_ml:f}",
            "where": list(self.where),
        }


class Reacted(NamedTuple):
    """A reaction as it stands: what, when, how soon somebody had to look, and when it was over.

    looked_into: the word by which a prescriber lifted its hold, where nothing holds for it any more.
    """

    reaction: int
    words: str
    severity: str
    noticed_on: date
    band: str
    ended_on: date | None
    looked_into: HoldWord | None

    def as_data(self) -> dict[str, object]:
        return {
            "reaction": self.reaction,
            "effect": self.words,
            "severity": self.severity,
            "noticed_on": self.noticed_on.isoformat(),
            "band": self.band,
            "ended_on": self.ended_on.isoformat() if self.ended_on else None,
            "looked_into": self.looked_into.as_data() if self.looked_into else None,
        }


class HoldWord(NamedTuple):
    """A prescriber's word on a hold: what was found, and the paper it rests on."""

    on: date
    finding: str
    reason: str
    document: str | None

    def as_data(self) -> dict[str, object]:
        return {
            "date": self.on.isoformat(),
            "finding": self.finding,
            "reason": self.reason,
            "document": self.document,
        }


class Held(NamedTuple):
    """A hold on the treatment: why, since when, what was found, and when it was lifted."""

    hold: int
    reaction: int | None
    cause: str
    since: date
    found: tuple[HoldWord, ...]
    lifted_on: date | None

    def as_data(self) -> dict[str, object]:
        return {
            "hold": self.hold,
            "cause": self.cause,
            "since": self.since.isoformat(),
            "found": [each.as_data() for each in self.found],
            "lifted_on": self.lifted_on.isoformat() if self.lifted_on else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter with its facts. address: to whom, line by line; empty is left to be written in by hand.

    told: allergies and medicines. clots: the confirmed ones, each with the day it was found.
    notes: only where they were asked for, each with its day. signed_by: who is at the desk, where that is known.
    """

    clinic: ClinicRow
    patient: Patient
    recipient: str
    address: tuple[str, ...]
    on: date
    about: str
    text: str | None
    told: Told
    found: tuple[Found, ...]
    clots: tuple[tuple[str, date], ...]
    given: tuple[GivenVial, ...]
    reactions: tuple[Reacted, ...]
    holds: tuple[Held, ...]
    notes: tuple[tuple[date, str], ...]
    signed_by: MemberRow | None
    remarks: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient.number,
            "to": self.recipient,
            "address": list(self.address),
            "date": self.on.isoformat(),
            "about": self.about,
            "text": self.text,
            "allergies": self.patient.allergies,
            "allergies_told": list(self.told.allergies),
            "medicines": list(self.told.medicines),
            "why": [each.as_data() for each in self.found],
            "clots": [{"finding": finding, "date": on.isoformat()} for finding, on in self.clots],
            "given": [each.as_data() for each in self.given],
            "reactions": [each.as_data() for each in self.reactions],
            "holds": [each.as_data() for each in self.holds],
            "notes": [{"date": on.isoformat(), "words": words} for on, words in self.notes],
            "signed_by": self.signed_by.initials if self.signed_by else None,
            "remarks": list(self.remarks),
        }


def letter(desk: Desk, patient_no: int, recipient: str, told: Mapping[str, Any]) -> Letter:
    """The letter with what is on record today; the look itself is noted, since it leaves the house."""
    from microsclero.desk.patient_record import note_look
    from microsclero.desk.patients import patient_of
    from microsclero.desk.told import told_of

    patient = patient_of(desk, patient_no)
    remarks = note_look(desk, patient_no, "letter")
    holds = tuple(_holds(desk, patient_no))
    address = told.get("to") or (patient.gp if recipient == "gp" else None) or ""
    return Letter(
        clinic=desk.clinic,
        patient=patient,
        recipient=recipient,
        address=tuple(line.strip() for line in address.splitlines() if line.strip()),
        on=desk.today(),
        about=told.get("about") or _ABOUT[recipient],
        text=told.get("text"),
        told=told_of(desk, patient_no),
        found=tuple(_found(desk, patient_no)),
        clots=_clots(desk, patient_no),
        given=tuple(_given(desk, patient_no)),
        reactions=tuple(_reactions(desk, patient_no, holds)),
        holds=holds,
        notes=tuple(_notes(desk, patient_no)) if told.get("notes") else (),
        signed_by=next((one for one in desk.team if one.initials == desk.who), None),
        remarks=remarks,
    )


def _found(desk: Desk, patient_no: int) -> Iterator[Found]:
    """What the screenings in force want another opinion on, in the words it was asked in."""
    from microsclero.desk.explaining import explained
    from microsclero.desk.standing_of import screenings_in_force

    seen = set()
    for row in screenings_in_force(desk, patient_no):
        for finding in row.findings:
            rule = str(finding["rule"])
            if finding["outcome"] != "refer" or rule in seen:
                continue
            seen.add(rule)
            asked = Reason("finding_refer", "", {"rule": rule, "screening": row.screening})
            (why,) = explained(desk, patient_no, [asked])
            wanted = _WANTED.get(str(finding.get("document")), "your opinion")
            yield Found(rule, why.said, str(finding["reason"]), wanted)


def _given(desk: Desk, patient_no: int) -> Iterator[GivenVial]:
    """Everything injected here, as it stands now, session by session."""
    from microsclero.content.products import load_products
    from microsclero.desk.dosing import day_of, standing
    from microsclero.store import treatments

    for row in standing(desk, patient_no):
        for vial in treatments.vials_of(desk.store, row.treatment):
            product = load_products(row.products).find(vial.product)
            yield GivenVial(
                on=day_of(desk, row),
                product=product.name if product else vial.product,
                strength_percent=Decimal(vial.strength_percent),
                batch=vial.batch,
                volume_ml=Decimal(vial.volume_ml),
                where=tuple(
                    dict.fromkeys(f"{site['leg']} {site['region']}" for site in row.sites if site["vial"] == vial.vial)
                ),
            )


def _reactions(desk: Desk, patient_no: int, holds: tuple[Held, ...]) -> Iterator[Reacted]:
    from microsclero.content.reactions import load_reactions
    from microsclero.desk.following import band_now
    from microsclero.store import reactions

    def told(row: ReactionRow) -> Reacted:
        listed = load_reactions(row.version)
        return Reacted(
            reaction=row.reaction,
            words=listed.by_code(row.effect).words,
            severity=row.severity,
            noticed_on=row.noticed_on,
            band=band_now(desk, row).band.value,
            ended_on=row.ended_on,
            looked_into=_looked_into([each for each in holds if each.reaction == row.reaction]),
        )

    rows = reactions.reactions_of(desk.store, patient_no)
    return (told(row) for row in rows if row.amended_by is None)


def _looked_into(holds: list[Held]) -> HoldWord | None:
    """The last word on the holds of one reaction, where all of them are lifted."""
    if not holds or any(each.lifted_on is None for each in holds):
        return None
    words = sorted((word for each in holds for word in each.found), key=lambda word: word.on)
    return words[-1] if words else None


def _clots(desk: Desk, patient_no: int) -> tuple[tuple[str, date], ...]:
    """The clots that stand as confirmed."""
    from microsclero.store import follow_ups

    first: dict[str, date] = {}
    for clot in follow_ups.clots_standing(desk.store, [patient_no]):
        first.setdefault(clot.finding, clot.at.astimezone(desk.zone).date())
    return tuple(first.items())


def _holds(desk: Desk, patient_no: int) -> Iterator[Held]:
    """Every hold with each word on it; one that was lifted and came from a struck-out reaction tells nothing."""
    from microsclero.desk import clots
    from microsclero.store import reactions, screenings

    def day(moment: datetime) -> date:
        return moment.astimezone(desk.zone).date()

    papers = {
        row.document: f"{row.kind} of {show_date(row.dated_on)}: {row.summary}"
        for row in screenings.standing_documents(desk.store, patient_no)
    }
    words = reactions.hold_words_of(desk.store, patient_no)
    for row in reactions.holds_of(desk.store, patient_no):
        is_struck = clots.is_struck(desk, row.reaction)
        if is_struck and row.lifted_at:
            continue
        found = tuple(
            HoldWord(day(word.at), word.finding, word.reason, papers.get(word.document or 0))
            for word in words
            if word.hold == row.hold and not is_struck
        )
        lifted_on = day(row.lifted_at) if row.lifted_at else None
        yield Held(row.hold, clots.stands_as(desk, row.reaction), row.cause, day(row.at), found, lifted_on)


def _notes(desk: Desk, patient_no: int) -> Iterator[tuple[date, str]]:
    from microsclero.store import notes

    for row in notes.notes_of(desk.store, patient_no):
        if row.amended_by is None:
            yield row.at.astimezone(desk.zone).date(), row.words
