"""Responses in the file: what the veins did, graded, and what was agreed next."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import NotFoundError
from microsclero.store.rows import date_text, json_text, maybe_date, maybe_text, moment_from_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from microsclero.store import Store


class ResponseRow(NamedTuple):
    """Grades by leg and region, the patient's own mark apart, findings, and what comes next."""

    response: int
    patient_no: int
    course: int | None
    session: int | None
    on: date
    grades: tuple[Mapping[str, Any], ...]
    satisfaction: int | None
    findings: tuple[str, ...]
    next: str
    wait_until: date | None
    notes: str | None
    at: datetime
    who: str
    amended_by: int | None


_RESPONSE = (
    "id, patient_id, course_id, session_id, on_date, grades, satisfaction, findings, next, wait_until, notes, at, "
    "who, amended_by"
)


def _response_from_row(row: tuple[Any, ...]) -> ResponseRow:
    import json

    return ResponseRow._make(
        (
            *row[:4],
            date.fromisoformat(row[4]),
            tuple(json.loads(row[5])),
            row[6],
            tuple(json.loads(row[7])),
            row[8],
            maybe_date(row[9]),
            row[10],
            moment_from_text(row[11]),
            *row[12:],
        )
    )


def add_response(
    store: Store,
    *,
    patient_no: int,
    course: int | None,
    session: int | None,
    on: date,
    grades: Sequence[Mapping[str, Any]],
    satisfaction: int | None,
    findings: Sequence[str],
    next_step: str,
    wait_until: date | None,
    notes: str | None,
) -> int:
    """Keep a response inside `changing()`."""
    return store.write.insert(
        "response",
        {
            "patient_id": patient_no,
            "course_id": course,
            "session_id": session,
            "on_date": on.isoformat(),
            "grades": json_text([dict(grade) for grade in grades]),
            "satisfaction": satisfaction,
            "findings": json_text(list(findings)),
            "next": next_step,
            "wait_until": date_text(wait_until),
            "notes": maybe_text(notes),
            "at": store.write.at,
            "who": store.write.who,
        },
    )


def response(store: Store, number: int) -> ResponseRow:
    row = store.row(f"select {_RESPONSE} from response where id = ?", (number,))
    if row is None:
        raise NotFoundError(f"There is no response {number}.", response=number)
    return _response_from_row(row)


def responses_of(store: Store, patient_no: int) -> tuple[ResponseRow, ...]:
    """Every response of a patient, corrected ones too, oldest first."""
    rows = store.rows(f"select {_RESPONSE} from response where patient_id = ? order by id", (patient_no,))
    return tuple(map(_response_from_row, rows))


def amend_response(store: Store, number: int, amendment: int) -> None:
    store.write.update("response", number, {"amended_by": amendment})
