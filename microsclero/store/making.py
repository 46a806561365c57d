"""How a new clinic file comes to be: complete under another name first, then named, never over anything."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from microsclero.errors import FileError
from microsclero.store import Store
from microsclero.store.connection import DB_ERRORS, file_error
from microsclero.store.files import FULL, sync_folder_names
from microsclero.store.migrations import new_file
from microsclero.store.places import refuse_place

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


def make(
    path: Path,
    *,
    fill: Callable[[Store], None] | None,
    clock: Callable[[], datetime],
    timeout: float,
    mounts: str | None,
) -> None:
    if os.path.lexists(path):
        raise _taken(path)
    folder = path.absolute().parent.resolve()
    refuse_place(folder / path.name, mounts=mounts)
    part = folder / f".{path.name}.{os.getpid()}.part"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = new_file(part)
        store = Store(connection, part, clock=clock, timeout=timeout)
        try:
            if fill is not None:
                fill(store)
        finally:
            # A read-back after a failed COMMIT may have put another connection in its place.
            store.close()
        _name(part, folder / path.name)
    except FileExistsError:
        raise _taken(path) from None
    except DB_ERRORS as error:
        raise file_error(error, path, waited=timeout) or error from None
    except OSError as error:
        raise FileError(
            f"No clinic file could be made at {path}: {error.strerror}. See who may write to this folder, "
            "and whether the disk is full.",
            code="disk_full" if error.errno in FULL else "folder_read_only",
            path=str(path),
        ) from None
    finally:
        for left in (part, Path(f"{part}-journal")):
            # Nothing can lie below what is no folder.
            with suppress(FileNotFoundError, NotADirectoryError):
                left.unlink()


def _name(part: Path, path: Path) -> None:
    """Keep the name first, so that of two who make a file at once only one does."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    os.replace(part, path)
    sync_folder_names(path.parent)


def _taken(path: Path) -> FileError:
    return FileError(
        f"There is something at {path} already; it was left alone. Name another file with --file.",
        code="file_exists",
        path=str(path),
    )
