"""A patient's timeline on the screen: one line each, what belongs to it indented, what was corrected struck through."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from microsclero.dates import show_date
from microsclero.render.folding import fold
from microsclero.render.terminal import Heading, name

if TYPE_CHECKING:
    from datetime import date

    from microsclero.desk.timeline import Entry

_INDENT = " " * 17


def timeline_lines(entries: Iterable[Entry], today: date, columns: int) -> list[str]:
    """What happened, then what is still to come; longer lines go on under their own beginning."""
    entries = list(entries)
    ahead = [entry for entry in entries if entry.on > today]
    happened = _told([entry for entry in entries if entry.on <= today])
    lines = [*happened, *([Heading("To come"), *_told(ahead)] if ahead else [])]
    return [part for line in lines for part in _wrapped(line, columns)]


def _wrapped(line: str, columns: int) -> list[str]:
    if isinstance(line, Heading):
        return [line]
    further = _INDENT + ("  " if line.startswith(_INDENT) else "")
    return fold(line, columns, further)


def _told(entries: list[Entry]) -> list[str]:
    lines: list[str] = []
    for entry in entries:
        mark = "✗ " if entry.struck else ""
        lines.append(f"{show_date(entry.on):<15}  {mark}{name(entry.title)}")
        if entry.struck:
            lines.append(f"{_INDENT}✗ {name(entry.struck)}")
        lines += [f"{_INDENT}{'✗ ' if entry.struck else ''}{name(line)}" for line in entry.lines]
    return lines
