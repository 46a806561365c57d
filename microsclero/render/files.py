"""Writing a file somebody asked for: whole or not at all, readable by this account alone."""

from __future__ import annotations

import os
from pathlib import Path

from microsclero.errors import UsageError


def put_down(content: bytes, target: str, *, option: str) -> Path:
    """The bytes in a file of this name, written beside it first; UsageError where that can't be."""
    path = Path(target).expanduser()
    if not path.name or "\0" in target or path.is_dir():
        raise UsageError(f"{option} wants the name of a file, not of a folder.", code="unwritable", option=option)
    part = path.with_name(f".{path.name}.part")
    try:
        descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UsageError(
            f"The file can't be written to {path}: {error.strerror}.", code="unwritable", option=option
        ) from None
    return path.absolute()
