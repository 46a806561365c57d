"""A prescriber's word on a hold: kept or lifted, with what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from microsclero.desk import holding
from microsclero.errors import ConflictError, NotFoundError, Reason, RefusedError

if TYPE_CHECKING:
    from microsclero.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSettled:
    """A prescriber's word on a patient's holds, and what still stands."""

    patient_no: int
    word: str
    finding: str
    prescriber: str
    holds: tuple[int, ...]
    still: tuple[Reason, ...]
    booked: int

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient_no,
            "hold": self.word,
            "finding": self.finding,
            "prescriber": self.prescriber,
            "holds": list(self.holds),
            "still": [reason.as_data() for reason in self.still],
            "planned_sessions": self.booked,
        }


def settle(desk: Desk, patient_no: int, given: Mapping[str, Any]) -> HoldSettled:
    """Keep or lift every hold of a patient, or the one named; only a prescriber may (4)."""
    from microsclero.desk.patients import patient_of
    from microsclero.store import reactions, screenings

    patient_of(desk, patient_no)
    standing = holding.open_holds(desk, patient_no)
    if not standing:
        raise NotFoundError(f"Patient {patient_no} is not on hold.", code="not_on_hold")
    wanted = [row for row in standing if given.get("hold_no") in (None, row.hold)]
    if not wanted:
        known = ", ".join(str(row.hold) for row in standing)
        raise NotFoundError(f"Patient {patient_no} has no such hold; open: {known}.", code="not_on_hold")
    prescriber = desk.member(given["prescriber"])
    reasons = []
    if "prescriber" not in prescriber.roles:
        reasons.append(Reason("role_missing", f"{prescriber.initials} is not a prescriber in this clinic's team.", {}))
    document = given.get("document")
    if document is not None and document not in [
        row.document for row in screenings.standing_documents(desk.store, patient_no)
    ]:
        reasons.append(
            Reason("no_such_document", f"Patient {patient_no} has no document {document}: file it first.", {})
        )
    if reasons:
        raise RefusedError.for_reasons(reasons)
    with desk.store.changing(who=desk.writer(), command="decide"):
        if holding.open_holds(desk, patient_no) != standing:
            raise ConflictError(
                f"The holds of patient {patient_no} changed meanwhile; nothing was saved. Look again.",
                code="changed_meanwhile",
            )
        for row in wanted:
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
    return HoldSettled(
        patient_no=patient_no,
        word=given["hold"],
        finding=given["finding"],
        prescriber=prescriber.initials,
        holds=tuple(row.hold for row in wanted),
        still=holding.against(desk, patient_no),
        booked=_booked(desk, patient_no),
    )


def _booked(desk: Desk, patient_no: int) -> int:
    """How many sessions are still booked."""
    from microsclero.store import diary

    rows = diary.sessions_of_patient(desk.store, patient_no)
    return sum(row.status == "planned" and row.kind == "session" for row in rows)
