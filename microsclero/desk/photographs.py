"""Photographs at the desk: as the record has them, listed, looked over, and one of them written out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from microsclero.errors import FileError, Reason
from microsclero.photographs import Photograph, View

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.photos import PhotoRow
    from microsclero.store.pictures import Fault, Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPhoto:
    """A photograph as the record has it; struck_out: why it no longer stands, where it doesn't."""

    row: PhotoRow
    session: int | None
    struck_out: str | None = None

    @property
    def photograph(self) -> Photograph:
        return Photograph(
            photo=self.row.photo,
            view=View(leg=self.row.leg or "", region=self.row.region or "", aspect=self.row.aspect or ""),
            stage=self.row.stage,
            taken_on=self.row.taken_on,
            sha256=self.row.sha256,
            session=self.session,
        )

    def as_data(self) -> dict[str, object]:
        row = self.row
        return {
            "photo": row.photo,
            "patient": row.patient_no,
            "course": row.course,
            "session": self.session,
            "stage": row.stage,
            "leg": row.leg,
            "region": row.region,
            "aspect": row.aspect,
            "taken_on": row.taken_on.isoformat(),
            "taken_by": row.taken_by,
            "sha256": row.sha256,
            "bytes": row.bytes,
            "width": row.width,
            "height": row.height,
            "original_name": row.original_name,
            "added_at": row.at.isoformat(),
            "added_by": row.who,
            "struck_out": self.struck_out,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Photos:
    """The photographs of one patient, oldest first."""

    patient_no: int
    photos: tuple[KeptPhoto, ...]
    remarks: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient_no,
            "photos": [each.as_data() for each in self.photos],
            "remarks": list(self.remarks),
        }


# ── listed, and one written out ──


def list_of(desk: Desk, patient_no: int) -> Photos:
    """Every photograph of a patient, struck-out ones too; the look is noted."""
    from microsclero.desk.patient_record import note_look
    from microsclero.desk.patients import patient_of

    patient_of(desk, patient_no)
    remarks = note_look(desk, patient_no, "photo list")
    return Photos(patient_no=patient_no, photos=kept(desk, patient_no), remarks=remarks)


def standing(desk: Desk, patient_no: int) -> tuple[Photograph, ...]:
    """The photographs of a patient that were not struck out."""
    return tuple(each.photograph for each in kept(desk, patient_no) if each.struck_out is None)


def kept(desk: Desk, patient_no: int) -> tuple[KeptPhoto, ...]:
    """Every photograph of a patient as the record has it, struck-out ones too, oldest first."""
    from microsclero.store import diary, notes, photos

    numbers = {row.session: row.number for row in diary.sessions_of_patient(desk.store, patient_no)}
    rows = photos.photos_of(desk.store, patient_no)
    struck = any(row.amended_by is not None for row in rows)
    why = {each.amendment: each for each in notes.amendments_of(desk.store, patient_no)} if struck else {}
    words = {number: f"{each.action.replace('_', ' ')}: {each.reason}" for number, each in why.items()}
    return tuple(
        KeptPhoto(
            row=row,
            session=numbers.get(row.session) if row.session else None,
            struck_out=None if row.amended_by is None else words.get(row.amended_by, "corrected"),
        )
        for row in rows
    )


class Shown(NamedTuple):
    """One photograph with its picture, read back and proved."""

    photo: KeptPhoto
    picture: bytes


def show(desk: Desk, photo: int) -> Shown:
    """One photograph and its picture; who looked is noted first."""
    from microsclero.store import patients, photos

    row = photos.photo(desk.store, photo)
    patients.looked(desk.store, row.patient_no, desk.who, "photo show")
    shown = next(each for each in kept(desk, row.patient_no) if each.row.photo == photo)
    return Shown(photo=shown, picture=picture_of(desk, row))


def clinic_file(desk: Desk) -> Path:
    """Where the clinic file lies, and so the pictures."""
    if desk.store.path is None:
        raise FileError("A record in memory keeps no pictures.", code="photos_unwritable")
    return desk.store.path


def picture_of(desk: Desk, row: PhotoRow) -> bytes:
    from microsclero.store.pictures import picture

    return picture(clinic_file(desk), _wanted(row))


def _wanted(row: PhotoRow) -> Wanted:
    from microsclero.store.pictures import Wanted

    return Wanted(photo=row.photo, sha256=row.sha256, bytes=row.bytes)


# ── looked over ──


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """That every picture is there and unchanged: how many, and how much they take."""

    photos: int
    bytes: int

    def as_data(self) -> dict[str, object]:
        return {"ok": True, "photos": self.photos, "bytes": self.bytes}


def verify(desk: Desk) -> Verified:
    """Every picture of the record read and compared with its hash; FileError that names all that is wrong."""
    from microsclero.store import photos

    found = problems(desk)
    if found:
        raise FileError.for_reasons(
            [Reason(each.code, each.message, {} if each.photo is None else {"photo": each.photo}) for each in found]
        )
    rows = photos.all_photos(desk.store)
    return Verified(photos=len(rows), bytes=sum({row.sha256: row.bytes for row in rows}.values()))


def problems(desk: Desk) -> tuple[Fault, ...]:
    """What is wrong with the pictures beside the clinic file; nothing where all is well."""
    from contextlib import suppress

    from microsclero.store import photos
    from microsclero.store.pictures import faults

    file = desk.store.path
    if file is None:
        return ()
    found = faults(file, [_wanted(row) for row in photos.all_photos(desk.store)])
    if any(each.sha256 for each in found):
        # A picture may be named just now and its row not saved yet: nobody is between the two under the lock.
        with suppress(FileError), desk.store.aside():
            saved = {row.sha256 for row in photos.all_photos(desk.store)}
            found = tuple(each for each in found if each.sha256 not in saved)
    return found
