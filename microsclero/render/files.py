"""Writing a file somebody asked for: whole or not at all, readable by this account alone, over nothing but its like."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from microsclero.errors import UsageError

PDF, CALENDAR = b"%PDF", b"BEGIN:VCALENDAR"
# What a newer one may take the place of. A picture is made once: whatever lies there may be the only one.
REPLACED = (PDF, CALENDAR)


def put_down(content: bytes, target: str, *, option: str, live: Path | None = None) -> Path:
    """The bytes in a file of this name, written beside it first; UsageError where that can't be.

    An older file is replaced only by a new one of its kind, and a picture by nothing. `live` is the open clinic file:
    not even its first bytes may be read here, since closing a second handle would cancel the locks of this process.
    """
    path = _named(target, option)
    try:
        _refuse_other(path, content, option, live)
        part = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
        try:
            descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(descriptor)
            os.replace(part, path)
        except OSError:
            with suppress(OSError):
                part.unlink()
            raise
    except OSError as error:
        raise UsageError(f"{option}: {path} can't be written: {error.strerror}.", code="unwritable") from None
    return path.absolute()


def check_target(target: str, kind: bytes, *, option: str, live: Path | None) -> None:
    """UsageError where a file of this kind could not be put down there, known before anything is saved."""
    path = _named(target, option)
    try:
        _refuse_other(path, kind, option, live)
        if not os.access(path.absolute().parent, os.W_OK | os.X_OK):
            raise UsageError(f"{option}: {path.absolute().parent} is no folder to write in.", code="unwritable")
    except OSError as error:
        raise UsageError(f"{option}: {path} can't be written: {error.strerror}.", code="unwritable") from None


def _named(target: str, option: str) -> Path:
    try:
        path = Path(target).expanduser()
    except RuntimeError:
        raise UsageError(f"{option}: there is no such account's home folder.", code="unwritable") from None
    if not path.name or "\0" in target or target.startswith("--"):
        raise UsageError(f"{option} wants the name of a file.", code="unwritable")
    return path


def _refuse_other(path: Path, content: bytes, option: str, live: Path | None) -> None:
    """Nothing is replaced that somebody may still need: not the record, not a folder, not another kind of file."""
    live = live.resolve() if live is not None and live.exists() else None
    if live is not None and path.absolute().name.startswith(live.name) and path.absolute().parent.samefile(live.parent):
        raise UsageError(f"{option}: {path} belongs to the clinic file; name another.", code="unwritable")
    if live is not None and path.absolute().parent.resolve() == live.with_name(f"{live.name}.photos").resolve():
        raise UsageError(f"{option}: the pictures of the record lie in that folder; name another.", code="unwritable")
    try:
        found = os.stat(path)
    except FileNotFoundError:
        if path.is_symlink():
            raise UsageError(f"{option}: {path} is a link to nowhere; name another.", code="unwritable") from None
        return
    if not stat.S_ISREG(found.st_mode):
        raise UsageError(f"{option}: {path} is not an ordinary file; name another.", code="unwritable")
    if _is_our_own_stream(found):
        raise UsageError(f"{option}: {path} is this command's own input or output; name another.", code="unwritable")
    if live is not None and os.path.samestat(found, os.stat(live)):
        raise UsageError(f"{option}: {path} is the clinic file; name another.", code="unwritable")
    kind = next((each for each in REPLACED if content.startswith(each)), None)
    if kind is None:
        raise UsageError(f"{option}: {path} is there already; it was left as it is.", code="unwritable")
    with path.open("rb") as older:
        if older.read(len(kind)) not in (kind, b""):
            raise UsageError(f"{option}: {path} is another kind of file; it was left as it is.", code="unwritable")


def _is_our_own_stream(found: os.stat_result) -> bool:
    """Whether it is what this command reads or answers into, such as /dev/stdout sent into a file."""
    for stream in (0, 1, 2):
        with suppress(OSError):
            if os.path.samestat(found, os.fstat(stream)):
                return True
    return False
