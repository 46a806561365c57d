"""Which keys of an answer docs/json.md describes: in the command's own section, or in one that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "json.md"
# Objects whose keys are things of the clinic (days, tables, questions, options), not names of ours.
FREE = frozenset({"hours", "labels", "answers", "shown_if", "states"})
TABLES = ("record backup", "record check")
# What the errors of the first page carry: a code, a message and what belongs to it.
REASONS = frozenset({"anyway", "also_standing", "reasons", "against", "read_first", "why_not", "still", "incidents"})
CODE = re.compile(r"`[^`]+`")
WORD = re.compile(r"[a-z][a-z0-9_]*")


@cache
def sections() -> dict[str, tuple[frozenset[str], tuple[str, ...]]]:
    """Title → the words of code in its text, and the titles it leads to; examples are no description."""
    text = re.sub(r"```.*?```", "", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = {}
    for part in re.split(r"^###+ ", text, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        words = {word for code in CODE.findall(body) for word in WORD.findall(code)}
        found[title.strip()] = (frozenset(words), tuple(re.findall(r"\]\(#([a-z-]+)\)", body)))
    return found


def described(command: str) -> frozenset[str]:
    """Every word that stands for a key where this command is described, or one step from there."""
    by_slug = {re.sub(r"[^a-z -]", "", title).replace(" ", "-"): title for title in sections()}
    own = [title for title in sections() if title == command or title.startswith(f"{command} --")]
    named = [by_slug[slug] for title in own for slug in sections()[title][1]]
    return frozenset().union(*(sections()[title][0] for title in (*own, *named)))


def undescribed(command: str, data: Any) -> list[str]:
    """The keys of an answer, at any depth, that nothing describes; by their way."""
    known = described(command)
    return sorted({way for way, key in _keys(command, data) if key not in known})


def _keys(command: str, value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for each in value:
            yield from _keys(command, each, f"{at}[]")
    elif isinstance(value, dict):
        for key, each in value.items():
            way = f"{at}.{key}" if at else key
            yield way, key
            is_free = key in FREE or (key == "counts" and command in TABLES)
            if not (is_free and isinstance(each, dict)) and key not in REASONS:
                yield from _keys(command, each, way)
