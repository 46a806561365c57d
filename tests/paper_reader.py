"""A printed page read back: each piece of text and each line drawn, with the place where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from pypdf import PageObject, PdfReader


class Piece(NamedTuple):
    """Some words on a page; x and y are where they begin, in points from the lower left corner."""

    words: str
    x: float
    y: float


class Drawn(NamedTuple):
    """A level line, from left to right."""

    left: float
    right: float
    y: float


def pages_of(path: Path) -> list[PageObject]:
    return list(PdfReader(path).pages)


def words_of(path: Path) -> str:
    return " ".join(" ".join(page.extract_text() for page in pages_of(path)).split())


def pieces_of(page: PageObject) -> list[Piece]:
    found: list[Piece] = []

    def note(text: str, cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        if text.strip():
            found.append(Piece(text.strip(), *_placed(cm, tm[4], tm[5])))

    page.extract_text(visitor_text=note)
    return found


def lines_of(page: PageObject) -> list[Drawn]:
    found: list[Drawn] = []
    begun: list[tuple[float, float]] = []

    def note(operator: bytes, operands: list[Any], cm: list[float], _tm: list[float]) -> None:
        if operator == b"m":
            begun[:] = [_placed(cm, float(operands[0]), float(operands[1]))]
        elif operator == b"l" and begun:
            (left, start), (right, end) = begun[0], _placed(cm, float(operands[0]), float(operands[1]))
            if round(start, 1) == round(end, 1):
                found.append(Drawn(min(left, right), max(left, right), start))

    page.extract_text(visitor_operand_before=note)
    return found


def is_struck(piece: Piece, lines: list[Drawn]) -> bool:
    """Whether a line goes through the words, from their beginning."""
    return any(line.left <= piece.x + 1 < line.right and piece.y + 1 < line.y < piece.y + 5 for line in lines)


def _placed(cm: list[float], x: float, y: float) -> tuple[float, float]:
    return cm[0] * x + cm[2] * y + cm[4], cm[1] * x + cm[3] * y + cm[5]
