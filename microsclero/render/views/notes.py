"""Notes on the screen, in the words they were written in; struck through where they no longer stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.dates import show_moment
from microsclero.render.terminal import Heading, console, print_lines, words
from microsclero.text import visible

if TYPE_CHECKING:
    from rich.console import Console

    from microsclero.desk.noting import KeptNote, Notes


def note_view(kept: KeptNote) -> None:
    print_lines(console(), [Heading(f"Kept: note {kept.note} on patient {kept.patient_no}"), *kept.remarks])


def notes_view(found: Notes) -> None:
    out = console()
    if not found.notes:
        out.print(words(f"No notes on patient {found.patient_no}."))
    for kept in found.notes:
        print_lines(out, [Heading(f"Note {kept.note}, {kept.who}, {show_moment(kept.at)}")])
        _words(out, kept)


def _words(out: Console, kept: KeptNote) -> None:
    for line in visible(kept.words, lines=True).splitlines():
        out.print(words(f"✗ {line}" if kept.struck else f"  {line}", "strike" if kept.struck else ""))
    if kept.struck:
        print_lines(out, [f"  It was {visible(kept.struck.words, lines=True)}"])
