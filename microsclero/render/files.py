"""Writing a file somebody asked for: whole or not at all, readable by this account alone."""

from __future__ import annotations

import os
from pathlib import Path

from microsclero.errors import UsageError


def put_down(content: bytes, target: str, *, option: str) -> Path:
    """The bytes in a file of this name, written beside it first; UsageError where that can't be."""
    path = Path(target).expanduser()
    part = path.with_name(f".{path.name}.part")
    try:
        if path.is_dir():
            raise UsageError(f"{path} is a folder; name a file.", code="unwritable", option=option)
        descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
        os.replace(part, path)
    except (OSError, ValueError) as error:
        part.unlink(missing_ok=True)
        why = getattr(error, "strerror", None) or "the name can't be used"
        raise UsageError(f"The file can't be written to {path}: {why}.", code="unwritable", option=option) from None
    return path.absolute()
