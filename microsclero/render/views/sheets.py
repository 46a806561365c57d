"""The sheets: on the screen, and written as a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from microsclero.render.files import put_down
from microsclero.render.terminal import console, print_lines, width, words

if TYPE_CHECKING:
    from microsclero.desk.sheets import PatientSheet
    from microsclero.render.paper import Printed


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPdf:
    """Where the PDF lies, and what must be written in by hand."""

    path: Path
    by_hand: tuple[str, ...]


def printed(sheet: PatientSheet, *, large: bool) -> Printed:
    """The sheet as paper."""
    from microsclero.render.paper import PatientLine, sheet_pdf

    patient = sheet.patient
    return sheet_pdf(
        sheet.sheet,
        patient=PatientLine.of(patient),
        made_up=sheet.made_up,
        large=large,
    )


def by_hand(page: Printed) -> tuple[str, ...]:
    """What the fonts could not set and is to be written in."""
    return tuple(part.replace("_", " ") for part in page.by_hand)


def write_pdf(page: Printed, target: str, *, live: Path | None) -> WrittenPdf:
    """The sheet as a PDF, whole or not at all; readable by this account alone."""
    return WrittenPdf(path=put_down(page.pdf, target, option="--pdf", live=live), by_hand=by_hand(page))


def sheet_view(sheet: PatientSheet, *, done: Sequence[str] = ()) -> None:
    """The sheet itself; where it went elsewhere, only where."""
    if done:
        where_view(done)
        return
    out = console()
    from microsclero.render.sheets import sheet_text
    from microsclero.render.views.patients import headline

    if sheet.made_up:
        out.print("MADE-UP PATIENT")
    out.print(words(headline(sheet.patient), "bold"))
    for line in sheet_text(sheet.sheet, min(width(), 100)).splitlines():
        out.print(words(line))


def where_view(done: Sequence[str]) -> None:
    """Where it went, line by line."""
    print_lines(console(), done)
