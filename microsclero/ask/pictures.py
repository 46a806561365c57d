"""Picture files somebody hands over: each read and looked at before any is kept."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable

from microsclero.errors import Reason, UsageError
from microsclero.pictures import LARGEST_BYTES, HandedOver, PictureError, plain_picture

# Their plain copies are held at once until the last has been looked at.
MOST_AT_ONCE = 40
_LONGEST_NAME = 200


def read_pictures(files: Iterable[str]) -> tuple[HandedOver, ...]:
    """The pictures in these files; UsageError that says of every bad one what is wrong with it."""
    from microsclero.text import visible

    files = tuple(files)
    if len(files) > MOST_AT_ONCE:
        raise UsageError(f"That is {len(files)} files; give at most {MOST_AT_ONCE} at once.")
    found: list[HandedOver] = []
    reasons: list[Reason] = []
    for file in files:
        try:
            picture = plain_picture(_raw(file))
        except PictureError as error:
            reasons.append(
                Reason("not_a_picture", f"{visible(file)} {error}; nothing was kept.", {"file": visible(file)})
            )
        else:
            found.append(HandedOver(file=visible(file), name=_kept_name(file), picture=picture))
    if reasons:
        raise UsageError.for_reasons(reasons)
    return tuple(found)


def _raw(file: str) -> bytes:
    """The bytes of an ordinary file of a sane size; nothing is waited for."""
    try:
        # The clinic file itself may be named by mistake: it is read before it is opened, so no lock of ours is lost.
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError) as error:
        raise PictureError(f"can't be read: {getattr(error, 'strerror', None) or 'no file has such a name'}") from None
    try:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            raise PictureError("is a folder: name the pictures in it")
        if not stat.S_ISREG(found.st_mode):
            raise PictureError("is a device or a pipe, not a file")
        with open(descriptor, "rb", closefd=False) as opened:
            # One byte more tells that it is too large.
            return opened.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise PictureError(f"can't be read: {error.strerror}") from None
    finally:
        os.close(descriptor)


def _kept_name(file: str) -> str:
    """The file's own name, made visible; a long one keeps its beginning."""
    from microsclero.text import visible

    name = visible(os.path.basename(file))
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
