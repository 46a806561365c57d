"""The way in, for the console script and for `python -m microsclero`; and the quick way out."""

from __future__ import annotations

import gc
import os
import sys


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


def _open_what_is_closed() -> None:
    """Streams that the caller has closed lead nowhere, rather than into a fault."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  open until the very end


if __name__ == "__main__":
    main()
