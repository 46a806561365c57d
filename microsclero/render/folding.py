"""Long lines on a screen: folded between words, by the cells they take there."""

from __future__ import annotations

# Between two dots: a name, a date, a phone number. Longer ones are sentences, and flow.
_KEPT_WHOLE = 30


def fold(text: str, room: int, rest: str = "") -> list[str]:
    """The text on lines of at most so many cells, those after the first set in by `rest`.

    A letter of Chinese, Japanese or Korean takes two cells. What stands short between two dots stays whole, and no word
    is broken but one too long for a line of its own.
    """
    from rich.cells import cell_len

    text = text.replace("\n", " ").replace("\t", " ").rstrip(" ")
    if 2 * len(text) <= room or cell_len(text) <= room:
        return [text]
    line = text[: len(text) - len(text.lstrip(" "))]
    lines: list[str] = []
    for piece in _pieces(text.lstrip(" ")):
        joined = f"{line} {piece}" if line.strip() else line + piece
        if cell_len(joined) <= room:
            line = joined
            continue
        if line.strip():
            lines.append(line.rstrip(" "))
            line = rest
        left = piece
        while cell_len(line + left) > room:
            fits = max((end for end in range(1, len(left)) if cell_len(line + left[:end]) <= room), default=1)
            lines.append(line + left[:fits])
            line, left = rest, left[fits:]
        line += left
    return [*lines, line]


def _pieces(text: str) -> list[str]:
    """What may not be broken, in order."""
    from rich.cells import cell_len

    *others, last = text.split(" · ")
    pieces: list[str] = []
    for part in (*(f"{part} ·" for part in others), last):
        pieces += [part] if cell_len(part) <= _KEPT_WHOLE and others else part.split(" ")
    return pieces
