"""The questionnaire at the terminal: one key a question, back, why, stop and keep; no answer is ever assumed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from microsclero.ask.question_keys import BACK_KEYS, answering_keys, choices_shown, keys_shown, no_such_key

if TYPE_CHECKING:
    from microsclero.answers import Before
    from microsclero.ask.keys import Keyboard
    from microsclero.outcomes import ComesTo
    from microsclero.questionnaire import Question, Questionnaire


class Keep(Protocol):
    """Puts the answers so far on the disk: all of them, and since when those stand that were only confirmed."""

    def __call__(self, answers: dict[str, str], confirmed: Mapping[str, date] = ..., /) -> None: ...


class Screen(Protocol):
    """What the intake needs of whoever draws it."""

    def section(self, title: str, prompt: str) -> None: ...
    def question(
        self, at: int, of: int, section: str, text: str, before: str, choices: Sequence[str], keys: Sequence[str]
    ) -> None: ...
    def answered(self, text: str) -> None: ...
    def remark(self, text: str) -> None: ...
    def summary(self, lines: list[tuple[int, str, str, bool]]) -> None: ...
    def before_signing(self, lines: list[tuple[int, str, str, bool]], outcome: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the intake brought: the answers, whether it was finished, who signed, and what was only confirmed."""

    answers: dict[str, str]
    confirmed: dict[str, date]
    signed_by: str | None


class Stopped(Exception):
    """The person stopped and keeps what was answered."""


class Intake:
    """One sitting with one questionnaire."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        *,
        keyboard: Keyboard,
        screen: Screen,
        today: date,
        keep: Keep,
        answers: Mapping[str, str],
        confirmed: Mapping[str, date],
        before: Before,
        signers: frozenset[str],
        comes_to: Callable[[Mapping[str, str]], ComesTo],
        left_out: frozenset[str] = frozenset(),
    ) -> None:
        self.questionnaire = questionnaire
        self.keyboard, self.screen = keyboard, screen
        self.today, self.keep = today, keep
        self.answers = dict(answers)
        self.confirmed = dict(confirmed)
        self.before = before
        self.signers = signers
        self.comes_to = comes_to
        self._section = ""
        self._has_begun = False
        self._wrong = ""
        self._passed = set(left_out)
        self._just_now: dict[str, str] = {}
        self._just_confirmed: set[str] = set()

    def run(self) -> Told:
        """Ask until everything is answered and signed, or until the person stops; Stopped keeps the answers."""
        signed_by = None
        self._ask_from(0)
        while signed_by is None:
            signed_by = self._summary()
        return Told(answers=self.answers, confirmed=self.confirmed, signed_by=signed_by)

    def _shown(self) -> tuple[Question, ...]:
        return self.questionnaire.shown(self.answers)

    def _ask_from(self, position: int) -> None:
        """Walk through the questions; what is answered already is passed by."""
        trail: list[int] = []
        lean_from = position
        while position < len(shown := self._shown()):
            question = shown[position]
            if question.link_id in self.answers or question.link_id in self._passed:
                position += 1
                continue
            self._begin(len(shown))
            result, leaning = self._ask(question, position + 1, len(shown))
            if leaning:
                self._take_back(trail[-3:])
                position = self._first_open(trail[-3:], lean_from)
                del trail[-3:]
                self.screen.remark(
                    "Keys came faster than anyone can read; the last answers were not kept. Let go, then go on."
                )
                self.keyboard.wait_for_quiet()
                continue
            if result == "back":
                position = self._back(trail, position)
                continue
            trail.append(position)
            position += 1

    def _begin(self, of: int) -> None:
        """Enter before the first question: a y or n meant for something else must not answer it."""
        if self._has_begun:
            return
        left = sum(1 for question in self._shown() if question.link_id not in self.answers)
        self.screen.remark(f"{left} of {of} questions are to be asked. Enter begins, q stops and keeps.")
        key = ""
        while key != "\n":
            self.keyboard.forget_typed_ahead()
            key = self.keyboard.key()
            if key == "q":
                raise Stopped
        self._has_begun = True

    def _back(self, trail: list[int], position: int) -> int:
        if not trail and position == 0:
            self.screen.remark("This is the first question.")
            return position
        position = trail.pop() if trail else position - 1
        self._take_back([position])
        return position

    def _take_back(self, positions: list[int]) -> None:
        shown = self._shown()
        for position in positions:
            if position < len(shown):
                self._forget(shown[position].link_id)
        self.keep(self.answers, self.confirmed)

    def _forget(self, link_id: str) -> None:
        self._lay_aside(link_id)
        self._passed.discard(link_id)
        self._drop_hidden()

    def _lay_aside(self, link_id: str) -> None:
        """No answer any more, but shown to whoever comes back to the question."""
        if link_id in self.answers:
            self._just_now[link_id] = self.answers.pop(link_id)
            self._just_confirmed.discard(link_id)
            if self.confirmed.pop(link_id, None) is not None:
                self._just_confirmed.add(link_id)

    def _first_open(self, positions: list[int], otherwise: int) -> int:
        return min(positions, default=otherwise)

    def _drop_hidden(self) -> None:
        """An answer to a question that is no longer shown is no longer an answer; nor is it left out on purpose."""
        while stale := set(self.answers) - {question.link_id for question in self._shown()}:
            for link_id in stale:
                self._lay_aside(link_id)
        self._passed &= {question.link_id for question in self._shown()}

    def _keep_answer(self, question: Question, value: str, *, confirmed: bool = False) -> None:
        self.answers[question.link_id] = value
        self._drop_hidden()
        if confirmed:
            self.confirmed[question.link_id] = self.before.answered_on[question.link_id]
        self.keep(self.answers, self.confirmed)

    def _ask(self, question: Question, at: int, of: int) -> tuple[str, bool]:
        """One question until it is answered, left out or gone back from: ("done"|"back", whether a key is leant on)."""
        section = next(each for each in self.questionnaire.sections if each.section == question.section)
        if section.title != self._section:
            self._section = section.title
            self.screen.section(section.title, section.prompt or "")
        while True:
            self.keyboard.forget_typed_ahead()
            self.screen.question(
                at,
                of,
                section.title,
                self.questionnaire.wording(question),
                self._said_before(question),
                choices_shown(question),
                keys_shown(
                    question,
                    self.today,
                    may_confirm=self._may_confirm(question),
                    was_just_told=question.link_id in self._just_now,
                ),
            )
            if self._wrong:
                self.screen.remark(self._wrong)
            self._wrong = ""
            shown_at = time.monotonic()
            if question.type in ("yes_no", "choice"):
                key, leaning = self.keyboard.considered_key(shown_at)
                if leaning:
                    return "done", True
                outcome = self._key_answer(question, key)
            else:
                outcome = self._line_answer(question, self.keyboard.line("  > ").strip())
            if outcome:
                return outcome, False

    def _said_before(self, question: Question) -> str:
        from microsclero.ask.signing import in_words
        from microsclero.dates import show_date

        parts = []
        if question.link_id in self._just_now:
            parts.append(f"Just now: {in_words(question, self._just_now[question.link_id])}")
        said = self.before.answers.get(question.link_id)
        if said is not None:
            when = self.before.answered_on.get(question.link_id)
            parts.append(f"Last time{f' ({show_date(when)})' if when else ''}: {in_words(question, said)}")
        return "   ".join(parts)

    def _may_confirm(self, question: Question) -> bool:
        return question.link_id in self.before.confirm and question.link_id in self.before.answers

    def _key_answer(self, question: Question, key: str) -> str:
        values = answering_keys(question)
        if key == "s" and self._may_confirm(question):
            return self._confirm(question)
        if key in values:
            self._keep_answer(question, values[key])
            self.screen.answered(question.in_words(values[key]))
            return "done"
        if key in ("?", "q", *BACK_KEYS) or (key in ("\n", "-") and not question.required):
            return self._command(question, key)
        self._wrong = no_such_key(question)
        return ""

    def _line_answer(self, question: Question, line: str) -> str:
        if line in ("", "-", "?", "q", *BACK_KEYS):
            return self._command(question, line or "\n")
        if line == "s" and self._may_confirm(question):
            return self._confirm(question)
        try:
            value = self._read(question, line)
        except ValueError as error:
            return self._please_again(question, error)
        self._keep_answer(question, value)
        self.screen.answered(question.in_words(value))
        return "done"

    def _confirm(self, question: Question) -> str:
        """The same as last time, where that is still an answer today."""
        from microsclero.answers import check_answer

        value = self.before.answers[question.link_id]
        try:
            check_answer(question, value, on=self.today)
        except ValueError as error:
            return self._please_again(question, error)
        self._keep_answer(question, value, confirmed=True)
        self.screen.answered(f"{question.in_words(value)} (confirmed)")
        return "done"

    def _please_again(self, question: Question, error: ValueError) -> str:
        self._wrong = f"Please again: {str(error).removeprefix(f'{question.link_id}: ')}"
        return ""

    def _read(self, question: Question, line: str) -> str:
        from microsclero.answers import check_answer

        if line == "u" and question.is_unsure_allowed:
            return "unsure"
        return check_answer(question, line, on=self.today)

    def _command(self, question: Question, key: str) -> str:
        if key in BACK_KEYS:
            return "back"
        if key == "q":
            raise Stopped
        if key == "?":
            self.screen.remark(question.why)
        elif not question.required:
            return self._without_a_word(question, key)
        else:
            self._wrong = "Please again: this one is needed."
        return ""

    def _without_a_word(self, question: Question, key: str) -> str:
        """Enter keeps what was told just now; without that, or with a dash, the question is left out."""
        told = self._just_now.get(question.link_id)
        if key == "\n" and told is not None:
            self._keep_answer(question, told, confirmed=question.link_id in self._just_confirmed)
            self.screen.answered(question.in_words(told))
            return "done"
        self._just_now.pop(question.link_id, None)
        self._passed.add(question.link_id)
        self.screen.answered("left out")
        return "done"

    def _summary(self) -> str | None:
        """Everything answered, to be corrected by number or signed with initials, under what speaks against it."""
        from microsclero.ask.signing import is_flagged, summed_up

        shown = self._shown()
        comes_to = self.comes_to(self.answers)
        lines = [
            (
                place,
                self.questionnaire.wording(question),
                summed_up(question, self.answers.get(question.link_id), self.before.answers.get(question.link_id)),
                is_flagged(question, self.answers.get(question.link_id), comes_to),
            )
            for place, question in enumerate(shown, 1)
        ]
        self.screen.summary(lines)
        wrong = "A number changes that answer, q keeps it for later."
        while True:
            self.keyboard.forget_typed_ahead()
            self.screen.before_signing([line for line in lines if line[3]], comes_to.outcome)
            self.screen.remark(wrong)
            line = self.keyboard.line("  Read, examined, signed by (initials): ").strip()
            if line.lower() == "q":
                raise Stopped
            if line.isascii() and line.isdigit() and 1 <= int(line) <= len(shown):
                self._forget(shown[int(line) - 1].link_id)
                self._ask_from(int(line) - 1)
                return None
            if line.upper() in self.signers:
                return line.upper()
            wrong = "Please type the number of an answer, or the initials of someone in the team; q keeps it for later."
