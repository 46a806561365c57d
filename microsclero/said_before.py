"""What a patient said before, question by question, and what is answered otherwise now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from microsclero.lasting import Lasting
from microsclero.questionnaire import Answers, Question, Questionnaire


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A signed screening as far as its answers go.

    `questionnaire` is the form it was asked by; None where the program no longer has it. `lasting` counted more than
    what was answered.
    """

    screening: int
    form: str
    questionnaire: Questionnaire | None
    on: date
    answers: Answers
    answered_on: Mapping[str, date]
    lasting: tuple[Lasting, ...] = ()

    def asked(self, link_id: str) -> bool:
        """Whether this question was put, not merely counted from another form."""
        return link_id in self.answers if self.questionnaire is None else link_id in self.questionnaire.by_id

    def said_on(self, link_id: str) -> date:
        """The day of an answer: that of the screening, or the earlier one from which it was confirmed."""
        return self.answered_on.get(link_id, self.on)

    def lasted(self, link_id: str) -> Lasting | None:
        """What counted instead of the answer given."""
        return next((each for each in self.lasting if each.question == link_id), None)

    def counting(self, link_id: str) -> str | None:
        """The answer that counted: the one given, or what lasted beside it."""
        lasted = self.lasted(link_id)
        return lasted.answer if lasted else self.answers.get(link_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer given before: what, on which day, kept in which screening; may it be confirmed as it stands."""

    answer: str
    on: date
    screening: int
    same_question: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One question answered otherwise than last time; None is not answered."""

    question: Question
    before: str | None
    before_on: date
    screening: int
    now: str | None
    now_on: date

    def as_data(self) -> dict[str, object]:
        return {
            "question": self.question.link_id,
            "before": self.before,
            "before_on": self.before_on.isoformat(),
            "screening": self.screening,
            "now": self.now,
            "now_on": self.now_on.isoformat(),
        }

    @property
    def before_in_words(self) -> str:
        return "not answered" if self.before is None else self.question.in_words(self.before)

    @property
    def now_in_words(self) -> str:
        return "not answered" if self.now is None else self.question.in_words(self.now)


def said_before(questionnaire: Questionnaire, earlier: Sequence[Earlier]) -> dict[str, Said]:
    """What was said last time to the questions of this form; `earlier` is the newest first."""
    said: dict[str, Said] = {}
    for question, last in _last_times(questionnaire, earlier):
        lasted = last.lasted(question.link_id)
        answer = last.counting(question.link_id)
        if question.accepts(answer) and answer is not None:
            said[question.link_id] = Said(
                answer=answer,
                on=lasted.on if lasted else last.said_on(question.link_id),
                screening=last.screening,
                same_question=_is_same(questionnaire, question, last),
            )
    return said


def differences(now: Earlier, earlier: Sequence[Earlier]) -> tuple[Difference, ...]:
    """What one screening answers otherwise than those before it, which stand newest first.

    It rests on stored answers alone, so that it comes out the same whenever it is asked. A session's "no, not since
    then" is no other answer where the one before lasts.
    """
    if now.questionnaire is None:
        return ()
    return tuple(
        Difference(
            question=question,
            before=last.answers.get(question.link_id),
            before_on=last.said_on(question.link_id),
            screening=last.screening,
            now=now.answers.get(question.link_id),
            now_on=now.said_on(question.link_id),
        )
        for question, last in _last_times(now.questionnaire, earlier)
        if last.answers.get(question.link_id) != now.answers.get(question.link_id)
        and not (now.form == "session" and now.lasted(question.link_id))
    )


def _last_times(questionnaire: Questionnaire, earlier: Sequence[Earlier]) -> Iterable[tuple[Question, Earlier]]:
    """Each question with the screening that answered it last; a follow-up goes with the question it hangs on."""
    for question in questionnaire.questions:
        root = questionnaire.root(question)
        last = next((each for each in earlier if _answers(each, root, questionnaire)), None)
        if last is not None:
            yield question, last


def _answers(earlier: Earlier, question: Question, questionnaire: Questionnaire) -> bool:
    """Whether it holds an answer to this question: a session's "no, not since last time" is none to "ever"."""
    answer = earlier.answers.get(question.link_id)
    if answer is None or not earlier.asked(question.link_id):
        return False
    is_only_of_late = earlier.form == "session" and question.text_session is not None
    return not (is_only_of_late and questionnaire.form == "intake" and answer == question.untroubled)


def _is_same(questionnaire: Questionnaire, question: Question, earlier: Earlier) -> bool:
    """Whether the very same question was put: same words, same kinds of answer."""
    form = earlier.questionnaire
    other = form.by_id.get(question.link_id) if form is not None else None
    if form is None or other is None:
        return False
    same_words = form.wording(other) == questionnaire.wording(question)
    return same_words and (other.type, other.options) == (question.type, question.options)
