"""A person at a terminal: reads each prompt, thinks for a moment, presses a key."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import pexpect

from microsclero.settings import Settings
from tests.builders import PROGRAM, Line, form, plain_environment, untroubled

# Nobody has read a question in less; what comes sooner, the program takes for a key that is leant on.
THINKING = 0.22
QUESTION = r"(\d+) of (\d+) · ([^\r\n]*)\r\n(.*?)q stop and keep\r\n(?:  > )?"
BEGIN = r"Enter begins, q stops and keeps\."
SIGN = r"signed by \(initials\): "
MATCHES = r"Does it match\? \[y/n\] "
CHOOSE = r"Patient \(row 1-9, #number, name, birth date, phone[^)]*; q stops\): "
TOO_FAST = "That came faster than anyone can read. Let go, then answer."
CTRL_C, CTRL_D = "\x03", "\x04"


def left_unfinished(line: Line, number: int, purpose: str, answers: Mapping[str, str]) -> None:
    """A questionnaire begun by somebody else and left."""
    from microsclero.desk import open_desk
    from microsclero.desk.sitting import sit_down as begin

    desk = open_desk(Settings(file=line.file, clock=lambda: line.now), who="MS")
    begin(desk, number, purpose).keep(dict(answers))
    desk.close()


def nearly_done(line: Line, number: int) -> int:
    """An intake begun today, healthy as far as it goes, with some ten questions still to ask; how many are answered."""
    answers = untroubled(form(line))
    begun = dict(list(answers.items())[:-10])
    left_unfinished(line, number, "intake", begun)
    return len(begun)


def at_the_prompt(child: pexpect.spawn, prompt: str, key: str) -> None:
    """One key at a program that runs inside a shell, once the prompt has been read."""
    child.delaybeforesend = THINKING
    child.expect(prompt)
    child.send(key)


class Person:
    """One program at one terminal, and the keys pressed so far."""

    def __init__(self, *words: object, file: Path | None, who: str | None = "MS", **env: str) -> None:
        line = [*(["--file", str(file)] if file else []), *(["--as", who] if who else []), *map(str, words)]
        self.child = pexpect.spawn(
            str(PROGRAM),
            line,
            env=plain_environment(**{"NO_COLOR": "1", "TERM": "xterm", **env}),
            dimensions=(50, 120),
            encoding="utf-8",
            timeout=15,
        )
        self.child.delaybeforesend = THINKING
        self.keys = 0

    def __enter__(self) -> Person:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.child.close(force=True)

    def sees(self, *patterns: str) -> int:
        """Wait until one of these stands on the screen; which."""
        found: int = self.child.expect(list(patterns))
        return found

    def press(self, keys: str) -> None:
        self.keys += len(keys)
        self.child.send(keys)

    def type(self, line: str) -> None:
        self.press(f"{line}\r")

    def flood(self, keys: str) -> None:
        """Keys without a moment's thought."""
        self.child.delaybeforesend = None
        self.child.send(keys)
        self.child.delaybeforesend = THINKING

    def lean_on(self, key: str, *, every: float, seconds: float) -> None:
        """One key held down: it comes again and again, whatever stands on the screen."""
        self.child.delaybeforesend = None
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.child.send(key)
            time.sleep(every)
        self.child.delaybeforesend = THINKING

    def next(self) -> int:
        """The next question (0) or the signature (1); the key that begins is pressed on the way."""
        while (found := self.sees(QUESTION, SIGN, BEGIN)) == 2:
            self.press("\r")
        return found

    def question(self) -> tuple[int, int, str]:
        """The next question, once it stands whole: which, of how many, and what is said with it."""
        self.next()
        return int(self.group(1)), int(self.group(2)), self.group(4)

    def group(self, place: int) -> str:
        match = self.child.match
        assert isinstance(match, re.Match)
        return str(match.group(place))

    def answer(self, told: str) -> None:
        """The answer of someone healthy to the question that stands there."""
        if "y yes" in told:
            self.press("n")
        elif "Enter leave out" in told:
            self.press("\r")
        else:
            self.type("1")

    def answers_until(self, stop: int) -> None:
        """Answer like someone healthy, up to and including that question."""
        at = 0
        while at < stop:
            at, _, told = self.question()
            self.answer(told)

    def answers_everything(self) -> int:
        """The whole form, up to the summary; how many questions there were."""
        asked = 0
        while self.next() == 0:
            asked += 1
            self.answer(self.group(4))
        return asked

    def leaves(self) -> tuple[int, str]:
        """The exit code, and what was on the screen until then."""
        rest = str(self.child.read())
        self.child.close()
        assert self.child.exitstatus is not None, f"ended by signal {self.child.signalstatus}"
        return self.child.exitstatus, rest

    def is_waiting(self, seconds: float) -> bool:
        """Whether the program is still there after so long."""
        time.sleep(seconds)
        return bool(self.child.isalive())
