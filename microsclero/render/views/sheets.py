"""The sheets: on the screen, and written as a PDF."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from microsclero.errors import UsageError
from microsclero.render.terminal import console, width, words

if TYPE_CHECKING:
    from microsclero.desk.sheets import PatientSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPdf:
    """Where the PDF lies, and what must be written in by hand."""

    path: Path
    by_hand: tuple[str, ...]


def write_pdf(sheet: PatientSheet, target: str, *, large: bool) -> WrittenPdf:
    """The sheet as a PDF, whole or not at all; readable by this account alone."""
    from microsclero.render.paper import PatientLine, sheet_pdf

    patient = sheet.patient
    printed = sheet_pdf(
        sheet.sheet,
        patient=PatientLine(
            name=f"{patient.given_name} {patient.family_name}".strip(),
            patient_no=patient.number,
            born_on=patient.born_on,
        ),
        made_up=sheet.made_up,
        large=large,
    )
    return WrittenPdf(
        path=put_down(printed.pdf, target), by_hand=tuple(part.replace("_", " ") for part in printed.by_hand)
    )


def put_down(content: bytes, target: str) -> Path:
    """The bytes in a file of this name, written beside it first; UsageError where that can't be."""
    path = Path(target).expanduser()
    part = path.with_name(f".{path.name}.part")
    try:
        if path.is_dir():
            raise UsageError(f"{path} is a folder; name a file.", code="unwritable", option="--pdf")
        descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
        os.replace(part, path)
    except (OSError, ValueError) as error:
        part.unlink(missing_ok=True)
        why = getattr(error, "strerror", None) or "the name can't be used"
        raise UsageError(f"The PDF can't be written to {path}: {why}.", code="unwritable", option="--pdf") from None
    return path.absolute()


def sheet_view(sheet: PatientSheet, *, pdf: str | None) -> None:
    out = console()
    if pdf is not None:
        out.print(words(f"Written: {Path(pdf).expanduser().absolute()}"))
        return
    from microsclero.render.sheets import sheet_text
    from microsclero.render.views.patients import headline

    if sheet.made_up:
        out.print("MADE-UP PATIENT")
    out.print(words(headline(sheet.patient), "bold"))
    for line in sheet_text(sheet.sheet, min(width(), 100)).splitlines():
        out.print(words(line))
