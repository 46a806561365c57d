"""A patient's sheet as plain text, for the terminal and for reading in a review."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from microsclero.sheet import Band, Sheet, capital
from microsclero.text import visible

NARROWEST, WIDEST = 40, 120
_DATE = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]{2}(?: \d{4})?(?:, \d\d:\d\d)?")
_HARD_BLANK = "\N{NO-BREAK SPACE}"


def sheet_text(sheet: Sheet, width: int) -> str:
    """The whole sheet in lines of at most `width` columns; no date is broken over two lines."""
    width = min(max(width, NARROWEST), WIDEST)
    return "\n".join(_lines(sheet, width)) + "\n"


def _lines(sheet: Sheet, width: int) -> Iterator[str]:
    yield from _heading(sheet.title, "=")
    yield from _wrapped(" ".join((sheet.intro, *sheet.notes)), width)
    yield from _section(sheet.items_title)
    for item in sheet.items:
        yield from _wrapped(f"{item.title} {item.when}.", width, "[ ] ")
        yield from _wrapped(item.words, width, "    ")
    yield from _numbers(sheet, width)
    yield from _emergency(sheet.emergency, width)
    if sheet.expected:
        yield from _section(sheet.expected_title)
        yield from _wrapped(sheet.expected_intro, width)
        yield from _bullets((f"{g.when}: {g.effects}. {g.note}" for g in sheet.expected_groups), width)
    for band in (sheet.call, sheet.same_day):
        yield from _section(band.title)
        yield from _wrapped(band.intro, width)
        yield from _bullets(band.lines, width)
    if sheet.next:
        yield from _section(sheet.next_title)
        yield from _bullets(sheet.next, width)
    yield from _section(sheet.advice_title)
    yield from _bullets((advice.text for advice in sheet.advice), width)


def _numbers(sheet: Sheet, width: int) -> Iterator[str]:
    phones, clinic = sheet.phones, sheet.clinic
    yield from _section(phones.title)
    yield from _wrapped(f"{phones.open}: {clinic.phone or '________'}", width)
    yield from _wrapped(f"{phones.closed}: {clinic.out_of_hours or phones.nobody}", width)
    if sheet.closures:
        days = "; ".join(closed.shown for closed in sheet.closures)
        yield from _wrapped(f"{phones.closures} {days}. {phones.closures_help}", width)


def _emergency(band: Band, width: int) -> Iterator[str]:
    yield ""
    yield "#" * width
    yield from _wrapped(visible(band.title).upper(), width, "# ")
    yield from (line for each in band.lines for line in _wrapped(each, width, "# - ", "#   "))
    yield from _wrapped(band.intro, width, "# ")
    yield "#" * width


def _section(title: str) -> Iterator[str]:
    yield ""
    yield from _heading(title, "-")


def _heading(title: str, under: str) -> Iterator[str]:
    title = capital(visible(title))
    yield title
    yield under * len(title)


def _bullets(lines: Iterable[str], width: int) -> Iterator[str]:
    for line in lines:
        yield from _wrapped(line.strip(), width, "- ")


def _wrapped(text: str, width: int, first: str = "", rest: str | None = None) -> Iterator[str]:
    """The text under a first mark, the lines after it set in by as much."""
    if rest is None:
        rest = first if first.startswith("#") else " " * len(first)
    whole = _DATE.sub(lambda found: found[0].replace(" ", _HARD_BLANK), visible(text))
    for line in textwrap.wrap(whole, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False):
        yield line.replace(_HARD_BLANK, " ")
