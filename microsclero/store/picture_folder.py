"""Who adds to the folder of pictures just now, and what a program that was stopped has left in it."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from pathlib import Path

# Unfinished, by the hash of the picture and the number of the process.
PART = re.compile(r"\.[0-9a-f]{64}\.\d+\.part")


def locked(folder: Path, *, alone: bool) -> int | None:
    """Whoever adds pictures shares the folder until they are done, killed or not; None where one is not alone in it."""
    if os.name != "posix":
        return None
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def unlock(descriptor: int | None) -> None:
    if descriptor is not None:
        os.close(descriptor)


def clear_left(folder: Path, *, before: float) -> None:
    """What was left unfinished by a program that was stopped: ours, older than this, and nobody is adding just now."""
    with suppress(OSError):
        alone = locked(folder, alone=True)
        if alone is None:
            return
        try:
            for name in os.listdir(folder):
                found = os.lstat(folder / name)
                is_ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid()
                if PART.fullmatch(name) and is_ours and found.st_mtime < before:
                    (folder / name).unlink()
        finally:
            unlock(alone)
