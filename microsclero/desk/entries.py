"""An entry of the record as a document holds it: with the keys and words by which it could be entered once more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import ConflictError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.struck import Struck
    from microsclero.store.photos import PhotoRow
    from microsclero.store.reactions import ReactionRow
    from microsclero.store.responses import ResponseRow
    from microsclero.store.treatments import TreatmentRow

KINDS = ("treatment", "reaction", "response", "note", "photo", "document")


class Entry(NamedTuple):
    """One entry: whose it is, its row, and what was told; `struck` where it no longer stands."""

    kind: str
    number: int
    patient_no: int
    row: Any
    told: Mapping[str, Any]
    struck: Struck | None = None

    @property
    def name(self) -> str:
        """treatment 3"""
        return f"{self.kind} {self.number}"

    def as_data(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "id": self.number,
            "patient": self.patient_no,
            "entry": dict(self.told),
            "struck_out": self.struck.as_data() if self.struck else None,
        }


def entry(desk: Desk, kind: str, number: int) -> Entry:
    """The entry of this kind and number, struck out or not; NotFoundError without one."""
    from microsclero.desk.struck import struck_of
    from microsclero.store import notes

    row, told = _READ[kind](desk, number)
    struck = notes.amendment_of(desk.store, kind, number)
    return Entry(kind, number, row.patient_no, row, told, struck_of(desk, struck) if struck else None)


def told_of(desk: Desk, kind: str, number: int) -> Mapping[str, Any]:
    """What an entry says, as a document holds it."""
    return _READ[kind](desk, number)[1]


def refuse_struck(found: Entry) -> None:
    """An entry is corrected once, then its successor is."""
    if found.struck is None:
        return
    new = found.struck.new
    way_out = f"correct that one: microsclero amend {found.kind} {new}" if new else "nothing stands in its place"
    raise ConflictError(
        f"{found.name.capitalize()} was {found.struck.words.partition(':')[0]}; {way_out}.",
        code="already_amended",
        kind=found.kind,
        id=found.number,
        new=new,
    )


def _treatment(desk: Desk, number: int) -> tuple[TreatmentRow, dict[str, Any]]:
    from microsclero.store import treatments

    row = treatments.treatment(desk.store, number)
    started_at, ended_at = (at.astimezone(desk.zone).isoformat() for at in (row.started_at, row.ended_at))
    return row, {
        "prescriber": row.prescriber,
        "prescriber_saw_on": row.prescriber_saw_on.isoformat() if row.prescriber_saw_on else None,
        "injector": row.injector,
        "vials": [
            {
                "vial": vial.vial,
                "product": vial.product,
                "strength_percent": vial.strength_percent,
                "batch": vial.batch or None,
                "expires_on": vial.expires_on.isoformat() if vial.expires_on else None,
            }
            for vial in treatments.vials_of(desk.store, number)
        ],
        "sites": [dict(site) for site in row.sites],
        "weight_kg": row.weight_kg,
        "needle_gauge": row.needle_gauge,
        "started_at": started_at,
        "ended_at": ended_at,
        "stockings": row.stockings,
        "observed_minutes": row.observed_minutes,
        "no_photo_reason": row.no_photo_reason,
        "notes": row.notes,
    }


def _reaction(desk: Desk, number: int) -> tuple[ReactionRow, dict[str, Any]]:
    from microsclero.store import reactions

    row = reactions.reaction(desk.store, number)
    return row, {
        "effect": row.effect,
        "severity": row.severity,
        "noticed_on": row.noticed_on.isoformat(),
        "leg": row.leg,
        "region": row.region,
        "ended_on": row.ended_on.isoformat() if row.ended_on else None,
        "notes": row.notes,
        "emergency": list(row.emergency),
        "treatment": row.treatment,
    }


def _response(desk: Desk, number: int) -> tuple[ResponseRow, dict[str, Any]]:
    from microsclero.store import responses

    row = responses.response(desk.store, number)
    return row, {
        "grades": [dict(grade) for grade in row.grades],
        "satisfaction": row.satisfaction,
        "findings": list(row.findings),
        "next": row.next,
        "wait_weeks": (row.wait_until - row.on).days // 7 if row.wait_until else None,
        "notes": row.notes,
    }


def _note(desk: Desk, number: int) -> tuple[Any, dict[str, Any]]:
    from microsclero.store import notes

    row = notes.note(desk.store, number)
    return row, {"note": row.words}


def _photo(desk: Desk, number: int) -> tuple[PhotoRow, dict[str, Any]]:
    from microsclero.store import diary, photos

    row = photos.photo(desk.store, number)
    return row, {
        "stage": row.stage,
        "session": diary.session(desk.store, row.session).number if row.session else None,
        "leg": row.leg,
        "region": row.region,
        "aspect": row.aspect,
        "taken_on": row.taken_on.isoformat(),
        "taken_by": row.taken_by,
    }


def _document(desk: Desk, number: int) -> tuple[Any, dict[str, Any]]:
    from microsclero.store import screenings

    row = screenings.document(desk.store, number)
    return row, {
        "kind": row.kind,
        "rule": row.rule,
        "dated_on": row.dated_on.isoformat(),
        "summary": row.summary,
    }


_READ: dict[str, Callable[[Desk, int], tuple[Any, dict[str, Any]]]] = {
    "treatment": _treatment,
    "reaction": _reaction,
    "response": _response,
    "note": _note,
    "photo": _photo,
    "document": _document,
}
