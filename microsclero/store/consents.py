"""Consents in the file: given or withdrawn, by wording, each a signed entry of its own."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from microsclero.store.rows import moment_from_text, moment_text

if TYPE_CHECKING:
    from microsclero.store import Store


class ConsentRow(NamedTuple):
    """One purpose, given or withdrawn; `at` is when the patient said so."""

    consent: int
    patient_no: int
    purpose: str
    is_given: bool
    wording: str
    sha256: str
    taken_by: str
    method: str
    at: datetime
    who: str


def consents(store: Store, patient_no: int) -> tuple[ConsentRow, ...]:
    """Everything a patient ever agreed to or took back, oldest first."""
    rows = store.rows(
        "select id, patient_id, purpose, given, wording, sha256, taken_by, method, at, who from consent "
        "where patient_id = ? order by id",
        (patient_no,),
    )
    return tuple(
        ConsentRow._make((*row[:3], bool(row[3]), *row[4:8], moment_from_text(row[8]), row[9])) for row in rows
    )


def add_consent(
    store: Store,
    *,
    patient_no: int,
    purpose: str,
    is_given: bool,
    wording: str,
    sha256: str,
    taken_by: str,
    method: str,
    at: datetime | None = None,
) -> int:
    """Keep a consent or a withdrawal inside `changing()`."""
    return store.write.insert(
        "consent",
        {
            "patient_id": patient_no,
            "purpose": purpose,
            "given": int(is_given),
            "wording": wording,
            "sha256": sha256,
            "taken_by": taken_by,
            "method": method,
            "at": moment_text(at) if at else store.write.at,
            "who": store.write.who,
        },
    )


def portfolio_patients(store: Store) -> tuple[int, ...]:
    """The patients whose newest word on the portfolio is yes."""
    rows = store.rows(
        "select patient_id from consent newest where purpose = 'portfolio' and given = 1 and not exists "
        "(select 1 from consent later where later.patient_id = newest.patient_id and later.purpose = 'portfolio' "
        "and (later.at, later.id) > (newest.at, newest.id)) order by patient_id"
    )
    return tuple(number for (number,) in rows)
