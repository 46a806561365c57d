"""The pictures beside the clinic file: laid down whole, named by their hash, looked over, and taken along."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from microsclero.errors import FileError
from microsclero.store.files import FULL, sync_folder_names
from microsclero.store.picture_folder import PART, clear_left, locked, unlock

if TYPE_CHECKING:
    from microsclero.store.connection import Connection

_NAME = re.compile(r"[0-9a-f]{64}")
# A link is not followed, and a pipe is not waited for.
_CAREFULLY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class Wanted(NamedTuple):
    """One picture that the record names: which photograph, and what its file must be."""

    photo: int
    sha256: str
    bytes: int


class Fault(NamedTuple):
    """One thing that is not as it should be: with a photograph, or with a file of that hash that has none."""

    code: str
    message: str
    photo: int | None = None
    sha256: str | None = None


def folder_of(file: Path) -> Path:
    """The folder that goes with a clinic file."""
    return file.with_name(f"{file.name}.photos")


# ── laid down ──


@contextmanager
def laid_down(file: Path, pictures: Mapping[str, bytes]) -> Iterator[tuple[Path, ...]]:
    """The pictures by their hash, on the disk under unfinished names; all of them, or FileError and none.

    What has not been named by the end goes.
    """
    folder, began = folder_of(file), time.time()
    parts = tuple(folder / f".{name}.{os.getpid()}.part" for name in pictures)
    try:
        _make_folder(folder)
        descriptor = locked(folder, alone=False)
    except OSError as error:
        raise _not_kept(folder, error) from None
    try:
        _write_all(folder, zip(parts, pictures.values(), strict=True))
        yield parts
    finally:
        _clear(parts)
        unlock(descriptor)
    clear_left(folder, before=began)


def _write_all(folder: Path, parts: Iterable[tuple[Path, bytes]]) -> None:
    try:
        for part, data in parts:
            # Left by somebody of the same number, long gone.
            part.unlink(missing_ok=True)
            _write_whole(part, data)
    except OSError as error:
        raise _not_kept(folder, error) from None


@contextmanager
def named(parts: Iterable[Path]) -> Iterator[None]:
    """The pictures under their own names while the rows are written; taken back where those can't be.

    Inside `changing()`: nobody else names pictures meanwhile. What had that name before is never taken back.
    """
    new: list[Path] = []
    folder = None
    try:
        for part in parts:
            folder, final = part.parent, part.with_name(part.name[1:65])
            if not os.path.lexists(final):
                new.append(final)
            os.replace(part, final)
        if folder is not None:
            sync_folder_names(folder)
        yield
    except BaseException as error:
        _clear(new)
        if isinstance(error, OSError) and folder is not None:
            raise _not_kept(folder, error) from None
        raise


def _clear(paths: Iterable[Path]) -> None:
    """What was begun and is not wanted."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        fault = _folder_fault(folder)
        if fault is not None:
            raise FileError(f"{fault.message} Nothing was kept.", code=fault.code, path=str(folder)) from None
    else:
        sync_folder_names(folder.parent)


def _write_whole(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with open(descriptor, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(descriptor)


def _not_kept(folder: Path, error: OSError) -> FileError:
    if error.errno in FULL:
        return FileError(
            "The disk is full: no photograph was kept, and nothing was saved. Make room and try again.",
            code="disk_full",
            path=str(folder),
        )
    return FileError(
        f"No photograph was kept: {folder} can't be written to ({error.strerror}). See who may write there.",
        code="photos_unwritable",
        path=str(folder),
    )


# ── looked at ──


def picture(file: Path, wanted: Wanted) -> bytes:
    """The picture of a photograph, unchanged; FileError where it is not there or not the one that was kept."""
    fault, data = _look(folder_of(file), wanted)
    if fault is not None:
        raise FileError(f"{fault.message} See: microsclero photo verify", code=fault.code, photo=wanted.photo)
    return data


def faults(file: Path, wanted: Iterable[Wanted]) -> tuple[Fault, ...]:
    """Everything that is wrong in the folder: pictures missing or changed, files nobody names, rights too wide."""
    folder, wanted = folder_of(file), tuple(wanted)
    if not os.path.lexists(folder):
        return (_all_missing(folder, wanted),) if wanted else ()
    found: list[Fault | None] = [_folder_fault(folder)]
    try:
        alone = locked(folder, alone=True)
        names = sorted(os.listdir(folder))
        unlock(alone)
    except OSError as error:
        return (*filter(None, found), Fault("photos_unreadable", f"{folder} can't be read: {error.strerror}."))
    found += [_look(folder, each)[0] for each in wanted]
    known = {each.sha256 for each in wanted}
    if alone is None:
        # What is unfinished just now, somebody else may be about to finish.
        names = [name for name in names if not PART.fullmatch(name)]
    for name in names:
        # A file may go while it is looked at.
        with suppress(FileNotFoundError):
            found.append(_mode_fault(folder / name) if name in known else _stray(folder / name))
    return tuple(filter(None, found))


def _all_missing(folder: Path, wanted: tuple[Wanted, ...]) -> Fault:
    numbers = ", ".join(str(each.photo) for each in wanted)
    return Fault(
        "photo_missing",
        f"{folder} is not there, and with it the pictures of photographs {numbers}. Bring the folder back: it belongs "
        "beside the clinic file.",
    )


def _folder_fault(folder: Path) -> Fault | None:
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode):
        return Fault("photos_unreadable", f"{folder} is not a folder, but the pictures belong there. Move it away.")
    if found.st_mode & 0o077:
        return Fault("photo_open_to_others", f"Others may look into {folder}. Close it: chmod 700.")
    return None


def _mode_fault(path: Path) -> Fault | None:
    mode = os.lstat(path).st_mode
    if stat.S_ISREG(mode) and mode & 0o077:
        return Fault("photo_open_to_others", f"Others may read {path}. Close it: chmod 600.")
    return None


def _stray(path: Path) -> Fault:
    if PART.fullmatch(path.name):
        return Fault(
            "photo_unfinished",
            f"{path} was left unfinished when the program was stopped. The next photo add clears it; or delete it.",
        )
    if _NAME.fullmatch(path.name) and stat.S_ISREG(os.lstat(path).st_mode):
        return Fault(
            "photo_orphan",
            f"{path} belongs to no photograph of the record: its entry was not saved. Add the picture again, or "
            "delete the file.",
            sha256=path.name,
        )
    return Fault("photo_foreign", f"{path} is not a picture of the record. Move it elsewhere.")


def _look(folder: Path, wanted: Wanted) -> tuple[Fault | None, bytes]:
    """The picture read whole, and what is wrong with it; no link is followed."""
    said = f"The picture of photograph {wanted.photo}"
    try:
        descriptor = os.open(folder / wanted.sha256, os.O_RDONLY | _CAREFULLY)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return Fault("photo_changed", f"{said} is no longer a file.", wanted.photo), b""
            # One byte more than it should have is enough to know.
            data = file.read(wanted.bytes + 1)
    except FileNotFoundError:
        return Fault("photo_missing", f"{said} is not there. Bring it back from a backup.", wanted.photo), b""
    except OSError as error:
        return Fault("photo_unreadable", f"{said} can't be read: {error.strerror}.", wanted.photo), b""
    if len(data) != wanted.bytes or hashlib.sha256(data).hexdigest() != wanted.sha256:
        message = f"{said} is not the one that was kept: it was changed or damaged. Bring it back from a backup."
        return Fault("photo_changed", message, wanted.photo), b""
    return None, data


# ── taken along in a backup ──


class Taken(NamedTuple):
    """What a backup took along: how many photographs have their picture in it, and which have none.

    only_here: those whose picture is missing or damaged in the record, but was in an earlier backup.
    """

    photos: int = 0
    without: tuple[int, ...] = ()
    only_here: tuple[int, ...] = ()


NONE = Taken()


def wanted_in(connection: Connection) -> tuple[Wanted, ...]:
    """What the rows of a file name; nothing in a file from before there were photographs."""
    if not connection.execute("select 1 from sqlite_schema where type = 'table' and name = 'photo'").fetchone():
        return ()
    return tuple(Wanted(*row) for row in connection.execute("select id, sha256, bytes from photo order by id"))


def take_along(live: Path, wanted: Iterable[Wanted], into: Path, earlier: Iterable[Path]) -> Taken:
    """Copy the pictures into a new folder, each read back and proved; a bad one is left out, and named.

    What an earlier backup beside it holds unchanged is not stored twice: both name the same file. The record's own
    files are always copied, so that no fault of the disk reaches record and backup at once.
    """
    wanted = tuple(wanted)
    if not wanted:
        return NONE
    into.mkdir(mode=0o700)
    older = [folder_of(each) for each in earlier]
    done: set[str] = set()
    without: list[int] = []
    only_here: list[int] = []
    for each in wanted:
        if each.sha256 in done:
            continue
        if _linked(older, each, into):
            # An earlier copy says nothing about the picture in the record.
            if _look(folder_of(live), each)[0] is not None:
                only_here.append(each.photo)
        elif not _copied(folder_of(live), each, into):
            without.append(each.photo)
            continue
        done.add(each.sha256)
    sync_folder_names(into)
    return Taken(photos=len(wanted) - len(without), without=tuple(without), only_here=tuple(only_here))


def _linked(older: Iterable[Path], wanted: Wanted, into: Path) -> bool:
    for folder in older:
        try:
            os.link(folder / wanted.sha256, into / wanted.sha256, follow_symlinks=False)
        except OSError:
            # Not there, or a disk that knows no second names.
            continue
        if _is_proved(into, wanted):
            return True
    return False


def _copied(live: Path, wanted: Wanted, into: Path) -> bool:
    fault, data = _look(live, wanted)
    if fault is not None:
        return False
    _write_whole(into / wanted.sha256, data)
    return _is_proved(into, wanted)


def _is_proved(into: Path, wanted: Wanted) -> bool:
    """Whether the copy, read back, is the picture; it goes where it is not."""
    if _look(into, wanted)[0] is None:
        return True
    (into / wanted.sha256).unlink()
    return False


def forget_folder(folder: Path) -> None:
    """The pictures of a backup that goes; a file of somebody else's stays, and the folder with it."""
    with suppress(FileNotFoundError, NotADirectoryError):
        for name in os.listdir(folder):
            if _NAME.fullmatch(name):
                (folder / name).unlink()
    with suppress(OSError):
        folder.rmdir()
