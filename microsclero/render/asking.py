"""How a question stands on the screen: where we are, what is asked, which keys answer."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence

from microsclero.render.folding import fold
from microsclero.render.terminal import no_color
from microsclero.text import visible

WIDEST = 100
GAP = "   "


def folded(prompt: str) -> str:
    """A prompt on as many lines as it needs, broken between words: a terminal would break it anywhere."""
    indent = prompt[: len(prompt) - len(prompt.lstrip())]
    room = shutil.get_terminal_size((80, 24)).columns - 1
    return "\n".join(fold(prompt.rstrip(), room, indent)) + prompt[len(prompt.rstrip()) :]


class TerminalScreen:
    """Draws the intake on stderr, so that stdout stays the answer."""

    def __init__(self) -> None:
        self._width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)

    def section(self, title: str, prompt: str) -> None:
        self._write("")
        self._write(self._bold(title.upper()))
        if prompt:
            self._wrapped(prompt, "  ")

    def question(
        self, at: int, of: int, section: str, text: str, before: str, choices: Sequence[str], keys: Sequence[str]
    ) -> None:
        """The question, what was said before, each choice on a line of its own, and the keys, none of them broken."""
        self._write("")
        self._write(self._dim(f"{at} of {of} · {section}"))
        self._wrapped(text, "  ", bold=True)
        if before:
            self._wrapped(before, "  ")
        for choice in choices:
            self._wrapped(choice, "  ", dim=True, further="    ")
        for line in self._flowing(keys):
            self._wrapped(line, "  ", dim=True)

    def answered(self, text: str) -> None:
        self._write(self._bold(f"  → {visible(text)}"))

    def remark(self, text: str) -> None:
        self._wrapped(text, "  ")

    def summary(self, lines: list[tuple[int, str, str, bool]]) -> None:
        """Every answer, those that matter marked with a !"""
        self._write("")
        self._write(self._bold("WHAT WAS ANSWERED"))
        self.remark("! marks what is not the untroubled answer, and what a finding was worked out from.")
        for line in lines:
            self._summed_up(*line)

    def _summed_up(self, place: int, text: str, label: str, is_marked: bool) -> None:
        mark = "!" if is_marked else " "
        room = self._width - 8 - len(label) - 3
        asked = textwrap.shorten(visible(text), max(room, 20), placeholder="…")
        line = f" {mark}{place:>3}  {asked:<{max(room, 20)}}  {visible(label)}"
        self._write(self._bold(line) if is_marked else line)

    def before_signing(self, lines: list[tuple[int, str, str, bool]], outcome: str) -> None:
        """The marked answers once more, and what they come to: right above the signature."""
        from microsclero.render.views.screening import HEADINGS

        self._write("")
        self._write(self._bold("BEFORE YOU SIGN"))
        for line in lines:
            self._summed_up(*line)
        if not lines:
            self.remark("No answer is marked.")
        self._write(self._bold(f"  These answers come to: {HEADINGS[outcome]}"))

    def _flowing(self, parts: Sequence[str]) -> list[str]:
        lines: list[str] = []
        for part in parts:
            if lines and len(lines[-1]) + len(GAP) + len(part) <= self._width - 2:
                lines[-1] += GAP + part
            else:
                lines.append(part)
        return lines

    def _wrapped(self, text: str, indent: str, *, bold: bool = False, dim: bool = False, further: str = "") -> None:
        for line in fold(visible(text), self._width - len(indent), further[len(indent) :]):
            self._write(indent + (self._bold(line) if bold else self._dim(line) if dim else line))

    def _bold(self, text: str) -> str:
        return text if no_color() else f"\x1b[1m{text}\x1b[0m"

    def _dim(self, text: str) -> str:
        return text if no_color() else f"\x1b[2m{text}\x1b[0m"

    def _write(self, text: str) -> None:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
