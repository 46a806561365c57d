"""Photographs in the file: what each shows, and the SHA-256 of the picture that lies beside the file."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import NotFoundError
from microsclero.store.rows import moment_from_text

if TYPE_CHECKING:
    from microsclero.store import Store


class PhotoRow(NamedTuple):
    """One picture; `original_name` is only text."""

    photo: int
    patient_no: int
    course: int | None
    session: int | None
    stage: str
    leg: str | None
    region: str | None
    aspect: str | None
    sha256: str
    bytes: int
    width: int
    height: int
    original_name: str
    taken_on: date
    taken_by: str
    at: datetime
    who: str
    amended_by: int | None


_PHOTO = (
    "id, patient_id, course_id, session_id, stage, leg, region, aspect, sha256, bytes, width, height, original_name, "
    "taken_on, taken_by, at, who, amended_by"
)


def _photo_from_row(row: tuple[Any, ...]) -> PhotoRow:
    return PhotoRow._make((*row[:13], date.fromisoformat(row[13]), row[14], moment_from_text(row[15]), *row[16:]))


def add_photo(
    store: Store,
    *,
    patient_no: int,
    course: int | None,
    session: int | None,
    stage: str,
    leg: str | None,
    region: str | None,
    aspect: str | None,
    sha256: str,
    size: int,
    width: int,
    height: int,
    original_name: str,
    taken_on: date,
    taken_by: str,
) -> int:
    """Keep a photograph inside `changing()`; the picture itself lies in its place already."""
    return store.write.insert(
        "photo",
        {
            "patient_id": patient_no,
            "course_id": course,
            "session_id": session,
            "stage": stage,
            "leg": leg,
            "region": region,
            "aspect": aspect,
            "sha256": sha256,
            "bytes": size,
            "width": width,
            "height": height,
            "original_name": original_name,
            "taken_on": taken_on.isoformat(),
            "taken_by": taken_by,
            "at": store.write.at,
            "who": store.write.who,
        },
    )


def photo(store: Store, number: int) -> PhotoRow:
    row = store.row(f"select {_PHOTO} from photo where id = ?", (number,))
    if row is None:
        raise NotFoundError(f"There is no photograph {number}.", photo=number)
    return _photo_from_row(row)


def photos_of(store: Store, patient_no: int) -> tuple[PhotoRow, ...]:
    """Every photograph of a patient, struck-out ones too, oldest first."""
    rows = store.rows(f"select {_PHOTO} from photo where patient_id = ? order by taken_on, id", (patient_no,))
    return tuple(map(_photo_from_row, rows))


def all_photos(store: Store) -> tuple[PhotoRow, ...]:
    """Every photograph of the record, to be verified."""
    return tuple(map(_photo_from_row, store.rows(f"select {_PHOTO} from photo order by id")))


def photos_with(store: Store, sha256: str) -> tuple[PhotoRow, ...]:
    """The photographs that stand and have this very picture."""
    sql = f"select {_PHOTO} from photo where sha256 = ? and amended_by is null order by id"
    return tuple(map(_photo_from_row, store.rows(sql, (sha256,))))


def amend_photo(store: Store, number: int, amendment: int) -> None:
    store.write.update("photo", number, {"amended_by": amendment})
