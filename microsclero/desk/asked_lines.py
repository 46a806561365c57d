"""The lines of a stored screening: each question as it stood on the form, its answer, and what counted from before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from microsclero.lasting import Lasting
    from microsclero.questionnaire import Question, Questionnaire
    from microsclero.said_before import Difference
    from microsclero.store.screenings import ScreeningRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One question as it stood on the form, and what became of it.

    `state` is answered, not_answered, left_out (it may be), not_asked (a follow-up whose answer was not given) or
    counted (from before: not asked here, or lasting whatever was answered here). `number` is the one on the printed
    form. `told`: of what lasted, when and where it was told.
    """

    link_id: str
    section: str
    number: int | None
    text: str
    state: str
    answer: str | None
    in_words: str
    said_on: date
    by: str
    changed: Difference | None = None
    told: str = ""

    def as_data(self) -> dict[str, object]:
        return {
            "link_id": self.link_id,
            "section": self.section,
            "number": self.number,
            "text": self.text,
            "state": self.state,
            "answer": self.answer,
            "in_words": self.in_words,
            "said_on": self.said_on.isoformat() if self.answer is not None else None,
            "by": self.by,
            "changed": self.changed.as_data() if self.changed else None,
        }


def asked_lines(
    row: ScreeningRow, form: Questionnaire | None, lasting: Sequence[Lasting], changed: Mapping[str, Difference]
) -> tuple[Line, ...]:
    """Every question of the form in its order, then the answers from before that counted; keys without the form."""

    def line(
        link_id: str,
        state: str,
        question: Question | None = None,
        *,
        text: str = "",
        number: int | None = None,
        told: Lasting | None = None,
    ) -> Line:
        answer = told.answer if told else row.answers.get(link_id)
        said_on = told.on if told else date.fromisoformat(row.answered_on.get(link_id, row.on.isoformat()))
        in_words = "" if answer is None else question.in_words(answer) if question else answer
        unit = f" {question.unit}" if question and question.unit and in_words[-1:].isdigit() else ""
        return Line(
            link_id=link_id,
            section=question.section if question and state != "counted" else "",
            text=text or link_id,
            number=number,
            state=state,
            answer=answer,
            in_words=f"{in_words}{unit}",
            said_on=said_on,
            by=question.by if question else "patient",
            changed=None if told else changed.get(link_id),
            told=told.words if told else "",
        )

    known = form.by_id if form else {}
    lasted = tuple(
        line(each.question, "counted", question, text=question.text if question else "", told=each)
        for each in lasting
        for question in (known.get(each.question),)
    )
    if form is None:
        return (*(line(link_id, "answered") for link_id in row.answers), *lasted)
    shown = {question.link_id for question in form.shown(row.answers)}
    own = [question.link_id for question in form.questions if question.shown_if is None]
    asked = [
        line(
            question.link_id,
            _state(question, row, shown),
            question,
            text=form.wording(question),
            number=own.index(question.link_id) + 1 if question.shown_if is None else None,
        )
        for question in form.questions
    ]
    counted = [line(q.link_id, "counted", q, text=q.text) for q in form.background if q.link_id in row.answers]
    shown_here = {each.link_id for each in (*asked, *counted)}
    strangers = [line(link_id, "counted") for link_id in row.answers if link_id not in shown_here]
    return (*asked, *counted, *strangers, *lasted)


def _state(question: Question, row: ScreeningRow, shown: set[str]) -> str:
    if question.link_id in row.answers:
        return "answered"
    if question.link_id not in shown:
        return "not_asked"
    return "not_answered" if question.required else "left_out"
