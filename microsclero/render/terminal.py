"""The two consoles: no markup, no emoji codes, no guessing at what a name might mean."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from microsclero.render.folding import fold
from microsclero.text import Written, isolate, shown_line, visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text


def console(*, stderr: bool = False) -> Console:
    """A console on which a person's text prints as it was typed."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _columns()
    return Console(
        file=stream, markup=False, emoji=False, highlight=False, width=width, no_color=True if no_color() else None
    )


def _columns() -> int:
    """COLUMNS where it is a sensible number; 100 otherwise."""
    told = os.environ.get("COLUMNS", "")
    is_sensible = told.isascii() and told.isdigit() and int(told[:6]) > 0 and len(told) < 6
    return min(max(int(told), 40), 400) if is_sensible else 100


def no_color() -> bool:
    """NO_COLOR, honoured as its convention says: set to anything but nothing."""
    return bool(os.environ.get("NO_COLOR"))


def width() -> int:
    """Columns of the terminal; 100 where there is none."""
    if not sys.stdout.isatty():
        return _columns()
    return max(shutil.get_terminal_size((100, 24)).columns, 40)


def name(text: object) -> str:
    """A person's text within a line: controls made visible, a right-to-left name kept from turning the line round."""
    return isolate(visible(str(text)))


def closed_words(why: str) -> str:
    """Why a day is closed, saying so once."""
    return why if why.startswith("closed") else f"closed: {why}"


def words(text: object, style: str = "") -> Text:
    """A line as a Rich value, printed as it stands."""
    from rich.text import Text

    return Text(shown_line(str(text)), style=style)


class Heading(str):
    """A line that stands out."""

    __slots__ = ()


def print_lines(out: Console, lines: Iterable[str]) -> None:
    """Many lines at once, headings bold; a longer one is wrapped with an indent."""
    from rich.segment import Segment, Segments
    from rich.style import Style

    # Whole lines need no layout: as segments, those alike in one, they are drawn in a fraction of the time.
    drawn: list[tuple[bool, list[str]]] = []
    # Asked once: rich asks the terminal anew each time.
    columns = out.width
    for line in lines:
        stands_out = isinstance(line, Heading)
        if not drawn or drawn[-1][0] is not stands_out:
            drawn.append((stands_out, []))
        indent = " " * (len(line) - len(line.lstrip()) + 2)
        folded = [line] if isinstance(line, Written) else fold(line, columns, indent)
        drawn[-1][1].extend(f"{shown_line(part)}\n" for part in folded)
    if drawn:
        bold = Style(bold=True)
        segments = [Segment("".join(texts), bold if stands_out else None) for stands_out, texts in drawn]
        out.print(Segments(segments), soft_wrap=True, end="")


def table_lines(header: Sequence[str], rows: Iterable[Sequence[str]], *, right: int | None = None) -> list[str]:
    """Columns of plain text, one line a row; much quicker to draw than a table that wraps its cells.

    `right` is the column that is flush right, such as a number's.
    """
    from rich.cells import cell_len

    cells = [list(header), *([shown_line(cell) for cell in row] for row in rows)]
    widths = [max(cell_len(row[column]) for row in cells) for column in range(len(header))]

    def line(row: Sequence[str]) -> str:
        padded = (
            (" " * (width - cell_len(cell)) + cell) if column == right else (cell + " " * (width - cell_len(cell)))
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return "  ".join(padded).rstrip()

    return [line(cells[0]), "─" * (sum(widths) + 2 * (len(widths) - 1)), *map(line, cells[1:])]


def print_table(
    out: Console, header: Sequence[str], rows: Iterable[Sequence[str]], *, right: int | None = None
) -> None:
    """Columns of plain text; where they don't fit the screen, a table that folds its cells."""
    rows = [list(row) for row in rows]
    lines = table_lines(header, rows, right=right)
    if len(lines[1]) <= out.width:
        print_lines(out, lines)
        return
    folded = table(*header)
    for row in rows:
        folded.add_row(*map(words, row))
    out.print(folded)


def table(*columns: str | tuple[str, str], title: str | None = None) -> Table:
    """A plain table; a column given as a pair has a justification."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    made = Table(box=SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False, show_edge=False)
    for column in columns:
        name, justify = (column, "left") if isinstance(column, str) else column
        made.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    return made
