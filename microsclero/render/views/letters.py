"""A letter on the screen, and written as a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.dates import show_date
from microsclero.render.letters import CLOSING, OPENING, patient_lines, sections, signature
from microsclero.render.terminal import Heading, console, print_lines
from microsclero.text import Written, visible

if TYPE_CHECKING:
    from pathlib import Path

    from microsclero.desk.letters import Letter
    from microsclero.render.views.sheets import WrittenPdf


def write_letter(letter: Letter, target: str, *, live: Path | None) -> WrittenPdf:
    from microsclero.render.files import put_down
    from microsclero.render.paper.letter import letter_pdf
    from microsclero.render.views.sheets import WrittenPdf, by_hand

    page = letter_pdf(letter)
    return WrittenPdf(path=put_down(page.pdf, target, option="--pdf", live=live), by_hand=by_hand(page))


def letter_view(letter: Letter, pdf: object) -> None:
    """The letter itself; where it was written, only where."""
    if pdf is not None:
        print_lines(console(), [Written(pdf)])
        return
    lines = ["MADE-UP PATIENT"] if letter.clinic.made_up else []
    lines += [Heading(letter.clinic.name), show_date(letter.on), ""]
    lines += [*(letter.address or ("To: ________",)), "", Heading(letter.about), *patient_lines(letter), "", OPENING]
    if letter.text:
        lines += ["", *letter.text.splitlines()]
    for section in sections(letter):
        lines += ["", Heading(section.title), *(f"- {line}" for line in section.lines)]
    lines += ["", CLOSING, signature(letter) or "________"]
    print_lines(console(), (line if isinstance(line, Heading) else visible(line) for line in lines))
