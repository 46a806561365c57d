"""The questions, and the rules that read their answers: values only; the words come from content/."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from microsclero.conditions import Condition, Facts, read_date, read_number
from microsclero.dates import add_months, birthday, show_date
from microsclero.outcomes import Outcome

Answers = Mapping[str, str]

FORMS = ("intake", "session")
TYPES = ("yes_no", "choice", "number", "date", "text")
YES_NO = ("yes", "no", "unsure")
# Numbers that are worked out, never asked.
DERIVED = ("age", "bmi")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of the calendar: whole months, then days."""

    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        return add_months(day, self.months) + timedelta(days=self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    section: str
    title: str
    prompt: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of one form. `link_id` is never renamed and never reused; "no" is the untroubled answer.

    `within`: the answer, a date, plus this span must lie after the day of asking, or the date contradicts the answer
    that it follows. `latest_days`: how many days after the day of asking it may lie; None is any number.
    """

    link_id: str
    section: str
    text: str
    why: str
    text_session: str | None = None
    type: str = "yes_no"
    options: tuple[tuple[str, str], ...] = ()
    safety: bool = True
    required: bool = True
    locked: bool = False
    afresh: bool = False
    asked: frozenset[str] = frozenset(FORMS)
    by: str = "patient"
    shown_if: Condition | None = None
    untroubled: str | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    places: int = 0
    unit: str | None = None
    within: Span | None = None
    latest_days: int | None = None

    @property
    def is_unsure_allowed(self) -> bool:
        return self.type == "yes_no" or (self.safety and self.type == "number")

    def accepts(self, answer: str | None) -> bool:
        """Whether a kept answer is one to this question; what cannot be read counts as not answered."""
        if not isinstance(answer, str) or not answer.strip():
            return False
        if answer == "unsure" and self.is_unsure_allowed:
            return True
        match self.type:
            case "yes_no":
                return answer in YES_NO
            case "choice":
                return any(answer == value for value, _ in self.options)
            case "number":
                number = read_number(answer)
                return number is not None and not self._is_out_of_range(number)
            case "date":
                return read_date(answer) is not None
        return True

    def in_words(self, answer: str) -> str:
        """An answer as a person reads it; one that can't be read stands as it is."""
        if answer == "unsure" and self.is_unsure_allowed:
            return "not sure"
        if self.type == "choice":
            return dict(self.options).get(answer, answer)
        day = read_date(answer) if self.type == "date" else None
        return show_date(day) if day is not None else answer

    def _is_out_of_range(self, number: Decimal) -> bool:
        return (self.least is not None and number < self.least) or (self.most is not None and number > self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgain:
    """From which date to ask again: so long after the date in an answer, or at a birthday."""

    question: str | None = None
    span: Span | None = None
    birthday: int | None = None

    def on(self, facts: Facts, born_on: date) -> date | None:
        """The date, or None where the answer it counts from is not given or contradicts the day of asking."""
        if self.birthday is not None:
            asked_on = birthday(born_on, self.birthday)
        else:
            counted_from = read_date(facts.answers.get(self.question or "", ""))
            if counted_from is None or self.span is None:
                return None
            asked_on = self.span.after(counted_from)
        return asked_on if asked_on >= facts.on else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a rule comes to when more is known: the first case that holds replaces the rule's own outcome.

    `needs` are answers that must be there, whatever they say. `reading` is a reading of the clinic's page that a
    prescriber has recorded. A case with a date to ask again holds until that date comes.
    """

    outcome: Outcome
    reason: str
    changes: str
    say: str
    when: Condition | None = None
    needs: tuple[str, ...] = ()
    reading: str | None = None
    ask_again: AskAgain | None = None
    document: str | None = None
    policy: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the clinic's screening rules. Without `when` it speaks only when its question is "unsure"."""

    id: str
    question: str | None
    topic: str
    when: Condition | None
    outcome: Outcome
    unsure: Outcome
    reason: str
    changes: str
    say: str
    source: str
    unsure_changes: str
    unsure_say: str
    policy: bool = False
    locked: bool = False
    ask_again: AskAgain | None = None
    applies_to: tuple[str, ...] = ()
    document: str | None = None
    cases: tuple[Case, ...] = ()

    def questions(self) -> Iterator[str]:
        """Every question and derived number that it looks at, its own first; some more than once."""
        if self.question is not None:
            yield self.question
        if self.when is not None:
            yield from self.when.questions()
        parts: tuple[Rule | Case, ...] = (self, *self.cases)
        for part in parts:
            if part.ask_again is not None and part.ask_again.question is not None:
                yield part.ask_again.question
        for case in self.cases:
            yield from case.needs
            if case.when is not None:
                yield from case.when.questions()

    @property
    def is_counted(self) -> bool:
        return self.when is not None and self.when.operator == "count_at_least"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeWords:
    """How an outcome is said: to the practitioner in one line, and to the patient."""

    outcome: Outcome
    heading: str
    say: str


# No slots here: the look-ups below are made once and kept.
@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """One form, intake or session, of one released version.

    `elsewhere` holds the questions of the same release that this form does not ask; the answers to some of them
    (`background`) still count here.
    """

    id: str
    version: str
    sha256: str
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    words: tuple[OutcomeWords, ...]
    elsewhere: tuple[Question, ...] = ()

    @property
    def form(self) -> str:
        return self.id

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        return {question.link_id: question for question in self.questions}

    @cached_property
    def rules_by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def background(self) -> tuple[Question, ...]:
        """Questions that only another form asks and that a rule of this one counts: a clot in the family, say.

        Their earlier answers may stand among the answers; check_answers refuses them from anybody's document.
        """
        looked_at = {name for rule in self.rules for name in rule.questions()}
        if "bmi" in looked_at:
            looked_at |= {"height_cm", "weight_kg"}
        return tuple(question for question in self.elsewhere if question.link_id in looked_at)

    def carried(self, earlier: Answers) -> dict[str, str]:
        """What of earlier answers counts on this form without being asked again."""
        return {
            question.link_id: earlier[question.link_id]
            for question in self.background
            if question.accepts(earlier.get(question.link_id))
        }

    def shown(self, answers: Answers) -> tuple[Question, ...]:
        """The questions to put, follow-ups only where the answer they follow is given."""
        shown: list[Question] = []
        given: dict[str, str] = {}
        for question in self.questions:
            # The day plays no part here: follow-ups hang on an answer, never on a date.
            if question.shown_if is None or question.shown_if.holds(Facts(on=date.min, answers=given)):
                shown.append(question)
                if question.accepts(answers.get(question.link_id)):
                    given[question.link_id] = answers[question.link_id]
        return tuple(shown)

    def root(self, question: Question) -> Question:
        """The question of its own that a follow-up hangs on, over however many others; itself where it is none."""
        while question.shown_if is not None and question.shown_if.question in self.by_id:
            question = self.by_id[question.shown_if.question]
        return question

    def wording(self, question: Question) -> str:
        """The question as it is read aloud on this form."""
        return (question.text_session if self.form == "session" else None) or question.text

    def rests_on(self, rule: Rule) -> tuple[str, ...]:
        """Every answer that a rule's finding rests on, follow-ups and what is counted in the background included."""
        looked_at = set(rule.questions())
        if "bmi" in looked_at:
            looked_at |= {"height_cm", "weight_kg"}
        for question in self.questions:
            if question.shown_if is not None and looked_at.intersection(question.shown_if.questions()):
                looked_at.add(question.link_id)
        return tuple(
            question.link_id for question in (*self.questions, *self.background) if question.link_id in looked_at
        )

    def words_for(self, outcome: Outcome) -> OutcomeWords:
        return next(words for words in self.words if words.outcome is outcome)

    def check_answers(self, answers: object, *, on: date) -> dict[str, str]:
        """The answers of a document as they are kept; UsageError names every fault at once."""
        from microsclero.answers import check_answers

        return check_answers(self, answers, on=on)

    def form_data(self) -> dict[str, object]:
        """The form as a document, for `screen --form`."""
        return {
            "id": self.id,
            "version": self.version,
            "sections": [
                {"section": section.section, "title": section.title, "prompt": section.prompt}
                for section in self.sections
            ],
            "questions": [self._question_data(question) for question in self.questions],
        }

    def _question_data(self, question: Question) -> dict[str, object]:
        values = YES_NO if question.type == "yes_no" else tuple(value for value, _ in question.options)
        return {
            "link_id": question.link_id,
            "text": self.wording(question),
            "type": question.type,
            "options": list(values),
            "safety": question.safety,
            "locked": question.locked,
            "section": question.section,
            "shown_if": _condition_data(question.shown_if),
            "untroubled": question.untroubled,
            "why": question.why,
            "labels": dict(question.options),
            "required": question.required,
            "afresh": question.afresh,
            "by": question.by,
            "unsure_allowed": question.is_unsure_allowed,
            "unit": question.unit,
        }


def _condition_data(condition: Condition | None) -> dict[str, object] | None:
    """A follow-up's condition; the loader allows only `is` there."""
    if condition is None:
        return None
    return {"question": condition.question, "is": list(condition.values)}
