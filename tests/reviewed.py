"""The golden files: what a screen or a sheet looked like when somebody last read it in a review."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def as_reviewed(name: str, told: str) -> str:
    """What the golden file says; MICROSCLERO_GOLDEN=write makes it say this."""
    path = GOLDEN / name
    if os.environ.get("MICROSCLERO_GOLDEN") == "write":
        path.write_text(told, encoding="utf-8")
    return path.read_text(encoding="utf-8")
