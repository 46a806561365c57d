"""Figures a long test has measured, on their way to docs/proof.md."""

from __future__ import annotations

from collections.abc import Callable

Note = Callable[[str, object], None]


def note(record_property: Note, **figures: int) -> None:
    """Keep the figures with the test's own result."""
    for name, figure in figures.items():
        record_property(name.replace("_", " "), figure)
