"""The sheets: on the screen, and written as a PDF."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from microsclero.render.files import put_down
from microsclero.render.terminal import console, width, words

if TYPE_CHECKING:
    from microsclero.desk.sheets import PatientSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPdf:
    """Where the PDF lies, and what must be written in by hand."""

    path: Path
    by_hand: tuple[str, ...]


def write_pdf(sheet: PatientSheet, target: str, *, large: bool, live: Path | None = None) -> WrittenPdf:
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
        path=put_down(printed.pdf, target, option="--pdf", live=live),
        by_hand=tuple(part.replace("_", " ") for part in printed.by_hand),
    )


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
