"""A prescriber's word on a hold: kept or lifted, with what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from microsclero.desk import clots, holding, not_a_prescriber
from microsclero.errors import ConflictError, NotFoundError, Reason, RefusedError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.follow_ups import OpenHold


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSettled:
    """A prescriber's word on a patient's holds, and what still stands.

    to_follow: the reactions whose holds were lifted and that are open: somebody still asks how it is.
    """

    patient_no: int
    word: str
    finding: str
    prescriber: str
    holds: tuple[int, ...]
    still: tuple[Reason, ...]
    booked: int
    to_follow: tuple[int, ...] = ()
    remarks: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient_no,
            "hold": self.word,
            "finding": self.finding,
            "prescriber": self.prescriber,
            "holds": list(self.holds),
            "still": [reason.as_data() for reason in self.still],
            "planned_sessions": self.booked,
            "to_follow": list(self.to_follow),
            "remarks": list(self.remarks),
        }


def settle(desk: Desk, patient_no: int, given: Mapping[str, Any]) -> HoldSettled:
    """Keep or lift every hold of a patient, or the one named; only a prescriber may (4)."""
    from microsclero.desk.patients import patient_of
    from microsclero.desk.screening import sessions_booked
    from microsclero.store import reactions, screenings

    patient_of(desk, patient_no)
    standing = holding.open_holds(desk, patient_no)
    mistaken = _not_theirs(desk, patient_no, given)
    if not standing and not mistaken:
        raise NotFoundError(f"Patient {patient_no} is not on hold.", code="not_on_hold")
    wanted = [row for row in standing if given.get("hold_no") in (None, row.hold)]
    if not wanted and not mistaken:
        known = ", ".join(str(row.hold) for row in standing)
        raise NotFoundError(f"Patient {patient_no} has no such hold; open: {known}.", code="not_on_hold")
    prescriber = desk.member(given["prescriber"])
    reasons = [*not_a_prescriber(prescriber)]
    document = given.get("document")
    if document is not None and document not in [
        row.document for row in screenings.standing_documents(desk.store, patient_no)
    ]:
        reasons.append(
            Reason("no_such_document", f"Patient {patient_no} has no document {document}: file it first.", {})
        )
    if reasons:
        raise RefusedError.for_reasons(reasons)
    held = {row.hold: row.at for row in reactions.holds_of(desk.store, patient_no)}
    since = min(held[number] for number in ([mistaken] if mistaken else [row.hold for row in wanted]))
    with desk.store.changing(who=desk.writer(), command="decide"):
        if holding.open_holds(desk, patient_no) != standing:
            raise ConflictError(
                f"The holds of patient {patient_no} changed meanwhile; nothing was saved. Look again.",
                code="changed_meanwhile",
            )
        for row in () if mistaken else wanted:
            reactions.add_hold_word(
                desk.store,
                hold=row.hold,
                patient_no=patient_no,
                word=given["hold"],
                finding=given["finding"],
                reason=given["reason"],
                prescriber=prescriber.initials,
                document=document,
            )
        if mistaken:
            clots.take_back(
                desk,
                mistaken,
                patient_no,
                reason=given["reason"],
                prescriber=prescriber.initials,
                document=document,
            )
    return HoldSettled(
        patient_no=patient_no,
        word=given["hold"],
        finding=given["finding"],
        prescriber=prescriber.initials,
        holds=(mistaken,) if mistaken else tuple(row.hold for row in wanted),
        still=holding.against(desk, patient_no),
        booked=sessions_booked(desk, patient_no),
        to_follow=_still_open(desk, patient_no, wanted) if given["hold"] == "lift" and not mistaken else (),
        remarks=_about_document(desk, patient_no, given, since),
    )


def _still_open(desk: Desk, patient_no: int, holds: Sequence[OpenHold]) -> tuple[int, ...]:
    """Of the reactions that brought these holds, those nobody has seen the end of."""
    from microsclero.store import follow_ups

    brought = {clots.stands_as(desk, hold.reaction) for hold in holds}
    rows = follow_ups.open_reactions(desk.store, patient_no=patient_no)
    return tuple(sorted(row.reaction for row in rows if row.reaction in brought))


def _not_theirs(desk: Desk, patient_no: int, given: Mapping[str, Any]) -> int | None:
    """The hold named, where its clot stands and its reaction was moved away or entered in error: it can be taken back.

    Only by its number, and only as excluded.
    """
    if (given["hold"], given["finding"]) != ("lift", "excluded"):
        return None
    from microsclero.store import follow_ups

    for each in follow_ups.clots_standing(desk.store, [patient_no]):
        if each.hold == given.get("hold_no") and clots.is_struck(desk, each.reaction):
            return each.hold
    return None


def _about_document(desk: Desk, patient_no: int, given: Mapping[str, Any], since: datetime) -> tuple[str, ...]:
    """A hold is lifted with a document; where none is named, what was filed since it began, or that nothing was."""
    from microsclero.dates import show_date
    from microsclero.store import screenings

    if given["hold"] != "lift" or given.get("document") is not None:
        return ()
    rows = [row for row in screenings.standing_documents(desk.store, patient_no) if row.filed_at >= since]
    if rows:
        named = ", ".join(f"document {row.document} ({row.kind} of {show_date(row.dated_on)})" for row in rows)
        return (f"It was lifted without naming a document. Filed since the hold began: {named}.",)
    began = show_date(since.astimezone(desk.zone).date())
    return (
        f"No document was filed since the hold began on {began}: file the scan or letter that it rests on: "
        f"microsclero document {patient_no}",
    )
