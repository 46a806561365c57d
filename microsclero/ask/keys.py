"""The keyboard: one key at a time without echo, lines with editing, and type-ahead thrown away."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from microsclero.errors import InterruptedByUser

# A key held down repeats every 30 to 100 ms; nobody reads a question that fast.
FASTEST_READER = 0.15
RUN_THAT_LEANS = 3


def at_terminal() -> bool:
    """Whether a person can be asked: a keyboard to answer with and a screen to ask on."""
    return sys.stdin.isatty() and sys.stderr.isatty()


@contextmanager
def _one_key_mode() -> Iterator[None]:
    """Keys arrive one by one and unseen; Ctrl-C still interrupts."""
    import termios
    import tty

    fd = sys.stdin.fileno()
    before = termios.tcgetattr(fd)
    try:
        tty.setcbreak(fd, termios.TCSANOW)
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSANOW, before)


class Keyboard:
    """One person's keys. Remembers how fast they come, so that a key leant on answers nothing."""

    def __init__(self) -> None:
        self._fast_run = 0
        self._last = ""

    def forget_typed_ahead(self) -> None:
        """Whatever was typed before a question stood on the screen is no answer to it."""
        import termios

        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)

    def key(self) -> str:
        """The next key, lower case; an arrow or function key is an empty text; Ctrl-D ends the command."""
        import os

        with _one_key_mode():
            first = os.read(sys.stdin.fileno(), 1)
            if not first or first == b"\x04":
                raise InterruptedByUser("Stopped; nothing more was saved.")
            if first == b"\x1b":
                self.forget_typed_ahead()
                return ""
            more = first
            while not _is_whole(more):
                more += os.read(sys.stdin.fileno(), 1)
        text = more.decode("utf-8", errors="replace")
        return "\n" if text == "\r" else text.lower()

    def read_key(self, shown_at: float) -> tuple[str, bool]:
        """The next key, and whether it came faster than anyone can read what was shown at that moment."""
        key = self.key()
        return key, time.monotonic() - shown_at < FASTEST_READER

    def considered_key(self, shown_at: float) -> tuple[str, bool]:
        """The next key, and whether someone is leaning on it.

        shown_at is the monotonic moment at which the question stood whole on the screen.
        """
        key, fast = self.read_key(shown_at)
        self._fast_run = self._fast_run + 1 if fast and key == self._last else int(fast)
        self._last = key
        return key, self._fast_run >= RUN_THAT_LEANS

    def wait_for_quiet(self) -> None:
        """Until the key that was leant on has been let go."""
        import select

        with _one_key_mode():
            while select.select([sys.stdin], [], [], 0.3)[0]:
                self.forget_typed_ahead()
                time.sleep(0.02)
        self._fast_run, self._last = 0, ""

    def line(self, prompt: str) -> str:
        """A line of text, edited with the usual keys."""
        import contextlib

        with contextlib.suppress(ImportError):
            import readline

            readline.set_auto_history(False)
        sys.stderr.write(prompt)
        sys.stderr.flush()
        text = sys.stdin.readline()
        if not text:
            raise InterruptedByUser("Stopped; nothing more was saved.")
        return text.rstrip("\r\n")


def _is_whole(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason != "unexpected end of data"
    return True
