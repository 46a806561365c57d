"""The way in, for the console script and for `python -m microsclero`; and the quick way out."""

from __future__ import annotations

import errno
import gc
import io
import os
import sys

_KEPT: list[object] = []


def main() -> None:
    """Start the command line, and leave without taking the interpreter apart.

    A command lives a tenth of a second. Collecting while it starts, and freeing every object when it ends, would cost
    a tenth of that, and nothing waits for either: the file is closed and both streams are flushed by then.
    """
    gc.set_threshold(100_000)
    _open_what_is_closed()
    from microsclero.cli import main as command_line

    try:
        command_line()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    else:
        code = 0
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            # Nobody reads the other end any more, or the disk under it is full: the answer did not arrive.
            code = code or 1
    os._exit(code)


class _Closed(io.RawIOBase):
    """Where an answer cannot go: whoever writes there is told, as on a full disk."""

    def writable(self) -> bool:
        return True

    def write(self, _: object) -> int:
        raise OSError(errno.EBADF, "standard output is closed")


def _open_what_is_closed() -> None:
    """Streams that the caller has closed lead nowhere, rather than into a fault; an answer lost there is no success."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # It also keeps the stream's number, so that no file of ours is opened under it.
            nowhere = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115  open until the very end
            _KEPT.append(nowhere)
            closed = io.TextIOWrapper(io.BufferedWriter(_Closed()), encoding="utf-8")
            setattr(sys, name, closed if name == "stdout" else nowhere)


if __name__ == "__main__":
    main()
