"""Sessions as given in the file: the treatment, its vials, and the incidents that a prescriber closes."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import NotFoundError
from microsclero.store.rows import date_text, json_text, maybe_date, moment_from_text, moment_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from microsclero.store import Store


class TreatmentRow(NamedTuple):
    """What was given; amounts are texts of decimal numbers. `amended_by` names the correction that replaced it."""

    treatment: int
    patient_no: int
    session: int
    screening: int | None
    prescriber: str
    prescriber_saw_on: date | None
    injector: str
    sites: tuple[Mapping[str, Any], ...]
    weight_kg: str | None
    needle_gauge: str | None
    started_at: datetime
    ended_at: datetime
    stockings: str | None
    observed_minutes: int | None
    no_photo_reason: str | None
    notes: str | None
    total_ml: str
    total_mg: str
    ceiling_percent: str | None
    remarks: tuple[str, ...]
    sheet: str
    products: str
    anyway: str | None
    at: datetime
    who: str
    amended_by: int | None


class VialRow(NamedTuple):
    """One vial used: what was in it, and how much of it went in."""

    vial_no: int
    treatment: int
    patient_no: int
    vial: str
    product: str
    strength_percent: str
    batch: str
    batch_key: str
    expires_on: date | None
    volume_ml: str


_TREATMENT = (
    "id, patient_id, session_id, screening_id, prescriber, prescriber_saw_on, injector, sites, weight_kg, "
    "needle_gauge, started_at, ended_at, stockings, observed_minutes, no_photo_reason, notes, total_ml, total_mg, "
    "ceiling_percent, remarks, sheet, products, anyway, at, who, amended_by"
)
_VIAL = "id, treatment_id, patient_id, vial, product, strength_percent, batch, batch_key, expires_on, volume_ml"


def _treatment_from_row(row: tuple[Any, ...]) -> TreatmentRow:
    import json

    return TreatmentRow._make(
        (
            *row[:5],
            maybe_date(row[5]),
            row[6],
            tuple(json.loads(row[7])),
            *row[8:10],
            moment_from_text(row[10]),
            moment_from_text(row[11]),
            *row[12:19],
            tuple(json.loads(row[19])),
            *row[20:23],
            moment_from_text(row[23]),
            *row[24:],
        )
    )


def _vial_from_row(row: tuple[Any, ...]) -> VialRow:
    return VialRow._make((*row[:8], maybe_date(row[8]), row[9]))


def add_treatment(
    store: Store,
    *,
    patient_no: int,
    session: int,
    screening: int | None,
    prescriber: str,
    prescriber_saw_on: date | None,
    injector: str,
    sites: Sequence[Mapping[str, Any]],
    weight_kg: str | None,
    needle_gauge: str | None,
    started_at: datetime,
    ended_at: datetime,
    stockings: str | None,
    observed_minutes: int | None,
    no_photo_reason: str | None,
    notes: str | None,
    total_ml: str,
    total_mg: str,
    ceiling_percent: str | None,
    remarks: Sequence[str],
    sheet: str,
    products: str,
    anyway: str | None,
    vials: Iterable[Mapping[str, Any]],
) -> int:
    """Keep a session as given inside `changing()`, with its vials (keys are VialRow's); its number."""
    number = store.write.insert(
        "treatment",
        {
            "patient_id": patient_no,
            "session_id": session,
            "screening_id": screening,
            "prescriber": prescriber,
            "prescriber_saw_on": date_text(prescriber_saw_on),
            "injector": injector,
            "sites": json_text([dict(site) for site in sites]),
            "weight_kg": weight_kg,
            "needle_gauge": needle_gauge,
            "started_at": moment_text(started_at),
            "ended_at": moment_text(ended_at),
            "stockings": stockings,
            "observed_minutes": observed_minutes,
            "no_photo_reason": no_photo_reason,
            "notes": notes,
            "total_ml": total_ml,
            "total_mg": total_mg,
            "ceiling_percent": ceiling_percent,
            "remarks": json_text(list(remarks)),
            "sheet": sheet,
            "products": products,
            "anyway": anyway,
            "at": store.write.at,
            "who": store.write.who,
        },
    )
    for vial in vials:
        store.write.insert(
            "vial",
            {
                "treatment_id": number,
                "patient_id": patient_no,
                "vial": vial["vial"],
                "product": vial["product"],
                "strength_percent": vial["strength_percent"],
                "batch": vial["batch"],
                "batch_key": vial["batch_key"],
                "expires_on": date_text(vial["expires_on"]),
                "volume_ml": vial["volume_ml"],
            },
        )
    return number


def treatment(store: Store, number: int) -> TreatmentRow:
    row = store.row(f"select {_TREATMENT} from treatment where id = ?", (number,))
    if row is None:
        raise NotFoundError(f"There is no treatment {number}.", treatment=number)
    return _treatment_from_row(row)


def treatments_of(store: Store, patient_no: int) -> tuple[TreatmentRow, ...]:
    """Every session given to a patient, corrected ones too, oldest first."""
    sql = f"select {_TREATMENT} from treatment where patient_id = ? order by started_at, id"
    return tuple(map(_treatment_from_row, store.rows(sql, (patient_no,))))


def elsewhere_meanwhile(
    store: Store, patient_no: int, injector: str, starts: datetime, ends: datetime
) -> tuple[TreatmentRow, ...]:
    """What this injector gave other patients within this time, as it stands now. Nobody injects for a whole day."""
    sql = (
        f"select {', '.join('t.' + column for column in _TREATMENT.split(', '))} from session v "
        "join treatment t on t.session_id = v.id and t.amended_by is null "
        "where v.on_date between date(:starts, '-2 days') and date(:ends, '+1 day') and t.injector = :injector "
        "and t.patient_id <> :patient and t.started_at < :ends and t.ended_at > :starts order by t.id"
    )
    when = {"starts": moment_text(starts), "ends": moment_text(ends)}
    rows = store.rows(sql, {**when, "injector": injector, "patient": patient_no})
    return tuple(map(_treatment_from_row, rows))


def live_treatment_of(store: Store, session: int) -> TreatmentRow | None:
    """What was given at this session, as it stands now."""
    sql = f"select {_TREATMENT} from treatment where session_id = ? and amended_by is null order by id desc limit 1"
    row = store.row(sql, (session,))
    return None if row is None else _treatment_from_row(row)


def last_treatment(store: Store, patient_no: int) -> TreatmentRow | None:
    """The latest session given to a patient, as it stands now."""
    sql = (
        f"select {_TREATMENT} from treatment where patient_id = ? and amended_by is null "
        "order by started_at desc, id desc limit 1"
    )
    row = store.row(sql, (patient_no,))
    return None if row is None else _treatment_from_row(row)


def vials_of(store: Store, treatment: int) -> tuple[VialRow, ...]:
    sql = f"select {_VIAL} from vial where treatment_id = ? order by vial"
    return tuple(map(_vial_from_row, store.rows(sql, (treatment,))))


def vials_of_batch(store: Store, batch_key: str, *, struck: bool = False) -> tuple[tuple[VialRow, TreatmentRow], ...]:
    """Every vial of a batch with the session it went into, newest first; or those in entries struck out since."""
    rows = store.rows(f"select {_VIAL} from vial where batch_key = ? order by id desc", (batch_key,))
    pairs = ((vial, treatment(store, vial.treatment)) for vial in map(_vial_from_row, rows))
    return tuple((vial, given) for vial, given in pairs if (given.amended_by is not None) is struck)


def known_batches(store: Store) -> tuple[str, ...]:
    """Every batch ever used, folded."""
    return tuple(key for (key,) in store.rows("select distinct batch_key from vial order by batch_key"))


def amend_treatment(store: Store, number: int, amendment: int) -> None:
    """Strike a treatment through inside `changing()`; it stays readable."""
    store.write.update("treatment", number, {"amended_by": amendment})
