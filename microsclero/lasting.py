"""Answers that outlast a later "no": told at a session, a reaction nobody reported, a clot a prescriber found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from microsclero.dates import show_date

if TYPE_CHECKING:
    from microsclero.questionnaire import Answers, Question, Questionnaire
    from microsclero.said_before import Earlier

# Where one comes from: a session's screening, one whose reaction nobody has reported, a prescriber's word on a hold.
SOURCES = ("session", "unreported", "hold")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """An answer that stands beside those of the day, whatever they say: since when, and where it was told.

    `number` is that of the screening or of the hold.
    """

    question: str
    answer: str
    on: date
    source: str
    number: int

    @property
    def words(self) -> str:
        """Where it comes from, in a sentence for whoever reads the finding."""
        if self.source == "hold":
            return f"A prescriber confirmed it on {show_date(self.on)} (hold {self.number})."
        if self.source == "unreported":
            return (
                f"Told at a session on {show_date(self.on)} (screening {self.number}), and no reaction that answers it "
                "has been reported since: one to be seen the same day or sooner, a severe one, or “other” with what it "
                "was."
            )
        return (
            f"Told at a session on {show_date(self.on)} (screening {self.number}); "
            "it stands until an intake asks about it again."
        )

    def as_data(self) -> dict[str, object]:
        return {
            "question": self.question,
            "answer": self.answer,
            "told_on": self.on.isoformat(),
            "from": self.source,
            "number": self.number,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Lasting:
        """One as as_data() wrote it; ValueError for anything else."""
        told = tuple(data.get(key) for key in ("question", "answer", "told_on"))
        if not all(isinstance(each, str) for each in told) or data.get("from") not in SOURCES:
            raise ValueError("This is no answer that lasts.")
        if type(data.get("number")) is not int:
            raise ValueError("This is no answer that lasts.")
        return cls(
            question=data["question"],
            answer=data["answer"],
            on=date.fromisoformat(data["told_on"]),
            source=data["from"],
            number=data["number"],
        )


def lasting(
    questionnaire: Questionnaire, answers: Answers, earlier: Sequence[Earlier], besides: Sequence[Lasting] = ()
) -> tuple[Lasting, ...]:
    """What stands beside these answers and counts more than they do; `earlier` is the newest first.

    What was told at a session to "since we last asked" stands until an intake, which asks "ever", is answered anew:
    "no, not since then" takes nothing back. `besides`: clots that a prescriber confirmed, which stand for
    good, and what nobody has reported yet.
    """
    found: dict[str, Lasting] = {}
    for question in questionnaire.questions:
        last = _told_last(question, earlier) if question.text_session is not None else None
        is_answered_anew = questionnaire.form == "intake" and question.accepts(answers.get(question.link_id))
        if last is not None and not is_answered_anew:
            found |= {each.question: each for each in _with_follow_ups(questionnaire, question, last)}
    found |= {each.question: each for each in besides if each.question in questionnaire.by_id}
    return that_count(questionnaire, answers, tuple(found.values()))


def that_count(questionnaire: Questionnaire, answers: Answers, lasting: Sequence[Lasting]) -> tuple[Lasting, ...]:
    """Those that say more than the answers given: the graver answer counts, and nothing given is made milder."""
    counting = {
        each.question
        for each in lasting
        if (question := questionnaire.by_id.get(each.question)) is not None
        and question.accepts(each.answer)
        and _is_graver(question, each.answer, answers.get(each.question))
    }
    return tuple(
        each
        for each in lasting
        if each.question in counting and questionnaire.root(questionnaire.by_id[each.question]).link_id in counting
    )


def _is_graver(question: Question, told: str, given: str | None) -> bool:
    if told == question.untroubled:
        return False
    if not question.accepts(given) or given == question.untroubled:
        return True
    return given == "unsure" and told != "unsure"


def _told_last(question: Question, earlier: Sequence[Earlier]) -> Earlier | None:
    """The last session's screening since the last intake that told of it; a plain answer before "not sure"."""
    key = question.link_id
    told = [each for each in _since_the_intake(question, earlier) if each.answers[key] != question.untroubled]
    sure = [each for each in told if each.answers[key] != "unsure"]
    return next(iter((*sure, *told)), None)


def _since_the_intake(question: Question, earlier: Sequence[Earlier]) -> Iterator[Earlier]:
    """The sessions' screenings that asked this, back to the intake that was answered last."""
    for each in earlier:
        if each.asked(question.link_id) and question.accepts(each.answers.get(question.link_id)):
            if each.form == "intake":
                return
            yield each


def _with_follow_ups(questionnaire: Questionnaire, question: Question, last: Earlier) -> Iterator[Lasting]:
    for each in questionnaire.questions:
        answer = last.answers.get(each.link_id)
        if answer is not None and each.accepts(answer) and questionnaire.root(each) is question:
            yield Lasting(
                question=each.link_id,
                answer=answer,
                on=last.said_on(question.link_id),
                source="session",
                number=last.screening,
            )
