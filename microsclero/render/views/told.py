"""What a patient told of allergies and medicines, as it stands at the head of every page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from microsclero.render.terminal import Heading
from microsclero.text import visible

NO_ALLERGIES, NO_MEDICINES = "none recorded", "none told of"


def allergies_in_words(recorded: str | None, told: Sequence[str]) -> str:
    """What the record has and what was told at screening, in one line; empty where there is nothing."""
    return "; ".join(filter(None, (recorded, *told)))


def told_lines(recorded: str | None, told: Sequence[str], medicines: Sequence[str]) -> Iterator[str]:
    allergies = visible(allergies_in_words(recorded, told))
    line = f"ALLERGIES  {allergies or NO_ALLERGIES}"
    yield Heading(line) if allergies else line
    yield f"MEDICINES  {visible('; '.join(medicines)) or NO_MEDICINES}"
