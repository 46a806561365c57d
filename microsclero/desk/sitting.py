"""One person in front of one questionnaire: what stands from today, what is asked afresh, what was said before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from microsclero.answers import Before
    from microsclero.desk import Desk
    from microsclero.desk.screening import Screened
    from microsclero.outcomes import ComesTo
    from microsclero.questionnaire import Questionnaire
    from microsclero.said_before import Said
    from microsclero.store.drafts import DraftRow
    from microsclero.store.screenings import ScreeningRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What there is to go on with: answers of today that stand, and those of earlier days that are asked afresh."""

    today: Mapping[str, str]
    confirmed: Mapping[str, date]
    older: Mapping[str, str]
    older_on: Mapping[str, date]
    remark: str
    are_same_questions: bool = True


@dataclass(slots=True, kw_only=True)
class Kept:
    """The draft of this sitting on the disk: its number, and what this sitting wrote there at first and last."""

    number: int
    at_first: dict[str, Any]
    now: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One person in front of one questionnaire."""

    patient_no: int
    questionnaire: Questionnaire
    answers: dict[str, str]
    confirmed: dict[str, date]
    before: Before
    kept: Kept
    resumed_from: str
    left_out: frozenset[str]
    keep: Callable[..., None]
    comes_to: Callable[[Mapping[str, str]], ComesTo]


def sit_down(desk: Desk, patient_no: int, purpose: str) -> Sitting:
    """Begin, or go on with, a questionnaire; what was answered on an earlier day is asked afresh."""
    from microsclero.answers import Before
    from microsclero.content import questionnaire
    from microsclero.desk.earlier import screenings_before
    from microsclero.desk.screening import latest_of_any
    from microsclero.said_before import said_before
    from microsclero.store import drafts

    form = questionnaire(purpose)
    today = desk.today()
    draft = next((row for row in drafts.drafts(desk.store, patient_no) if row.purpose == purpose), None)
    signed = latest_of_any(desk, patient_no) if draft is None else None
    begun = _resumed(draft, form, today) if draft else _begun(signed, form, today)
    said = said_before(form, screenings_before(desk, patient_no))
    kept = Kept(number=draft.draft if draft else 0, at_first={}, now={})

    def keep(answers: Mapping[str, str], confirmed: Mapping[str, date] | None = None) -> None:
        on = {**begun.older_on, **dict.fromkeys(answers, today)}
        kept.now = {
            "version": form.version,
            "answers": {**begun.older, **answers},
            "on": {key: day.isoformat() for key, day in on.items()},
            "confirmed": {key: day.isoformat() for key, day in (confirmed or {}).items()},
        }
        number = kept.number or None
        kept.number = drafts.save_draft(
            desk.store, draft_no=number, patient_no=patient_no, purpose=purpose, body=kept.now, who=desk.writer()
        )

    if draft is None:
        keep(begun.today, begun.confirmed)
    kept.at_first = kept.now
    return Sitting(
        patient_no=patient_no,
        questionnaire=form,
        answers=dict(begun.today),
        confirmed=dict(begun.confirmed),
        before=Before(
            answers={**{key: each.answer for key, each in said.items()}, **begun.older},
            answered_on={**{key: each.on for key, each in said.items()}, **begun.older_on},
            confirm=_may_be_confirmed(form, said, begun),
        ),
        kept=kept,
        resumed_from=begun.remark,
        left_out=_left_out(form, begun) if draft is None and begun.today else frozenset(),
        keep=keep,
        comes_to=lambda answers: _comes_to(desk, patient_no, form, answers),
    )


def _resumed(draft: DraftRow, form: Questionnaire, today: date) -> Begun:
    """An unfinished questionnaire: only the answers of today stand; those to older questions are only shown."""
    from microsclero.dates import show_date

    body = draft.body
    said = {key: value for key, value in body.get("answers", {}).items() if _is_answer(form, key, value)}
    said_on = {key: date.fromisoformat(day) for key, day in body.get("on", {}).items() if key in said}
    confirmed = {key: date.fromisoformat(day) for key, day in body.get("confirmed", {}).items()}
    same_questions = body.get("version") == form.version
    fresh = {key: value for key, value in said.items() if same_questions and said_on.get(key) == today}
    older = {key: value for key, value in said.items() if key not in fresh}
    remark = ""
    if said and not same_questions:
        remark = f"An unfinished {draft.purpose} questionnaire, of older questions: everything is asked again."
    elif said:
        stands = f"{len(fresh)} of {len(said)} answers are from today and stand."
        remark = f"An unfinished {draft.purpose} questionnaire: {stands}"
        days = ", ".join(sorted({show_date(day) for key, day in said_on.items() if key in older}))
        remark += f" Those of {days} are asked again." if older else ""
    return Begun(
        today=fresh,
        confirmed={key: day for key, day in confirmed.items() if key in fresh},
        older=older,
        older_on={key: said_on[key] for key in older if key in said_on},
        remark=remark,
        are_same_questions=same_questions,
    )


def _begun(signed: ScreeningRow | None, form: Questionnaire, today: date) -> Begun:
    """A new questionnaire; where the same one was signed today, only what has changed is asked again."""
    if signed is None or (signed.on, signed.purpose, signed.version) != (today, form.form, form.version):
        return Begun(today={}, confirmed={}, older={}, older_on={}, remark="")
    stands = {key: value for key, value in signed.answers.items() if key in form.by_id}
    return Begun(
        today=stands,
        confirmed={key: date.fromisoformat(day) for key, day in signed.answered_on.items() if key in stands},
        older={},
        older_on={},
        remark=("Screened already today: those answers stand. Change by its number what has changed, then sign again."),
    )


def _is_answer(form: Questionnaire, link_id: str, value: str) -> bool:
    return link_id in form.by_id and form.by_id[link_id].accepts(value)


def _may_be_confirmed(form: Questionnaire, said: Mapping[str, Said], begun: Begun) -> frozenset[str]:
    """At a session what is not asked afresh, where the very same question has been answered."""
    if form.form != "session":
        return frozenset()
    same = {key for key, each in said.items() if each.same_question and key not in begun.older}
    same |= set(begun.older) if begun.are_same_questions else set()
    return frozenset(q.link_id for q in form.questions if not q.afresh and q.link_id in same)


def _left_out(form: Questionnaire, begun: Begun) -> frozenset[str]:
    """What was left out on purpose when it was signed today; what was never shown was not."""
    return frozenset(q.link_id for q in form.shown(begun.today) if not q.required and q.link_id not in begun.today)


def _comes_to(desk: Desk, patient_no: int, form: Questionnaire, answers: Mapping[str, str]) -> ComesTo:
    """What the answers come to, and the questions its findings would rest on: read again before anyone signs."""
    from microsclero.desk.patients import patient_of
    from microsclero.desk.screening import beside, carried, readings
    from microsclero.outcomes import ComesTo
    from microsclero.screening import screen

    given = {**carried(desk, patient_no, form)[0], **answers}
    born_on = patient_of(desk, patient_no).born_on
    lasting = beside(desk, patient_no, form, answers)
    result = screen(form, given, born_on=born_on, on=desk.today(), readings=readings(desk), lasting=lasting)
    rests_on = frozenset(each for finding in result.findings for each in (finding.question, *finding.questions))
    return ComesTo(result.outcome, rests_on)


def complete(
    desk: Desk, sitting: Sitting, answers: Mapping[str, str], confirmed: Mapping[str, date], signed_by: str
) -> Screened:
    """The signed questionnaire becomes one screening; the draft goes once it is saved."""
    from microsclero.desk.screening import save

    checked = sitting.questionnaire.check_answers(answers, on=desk.today())
    return save(
        desk,
        sitting.patient_no,
        sitting.questionnaire,
        checked,
        {key: day for key, day in confirmed.items() if key in checked},
        signed_by,
        draft=sitting.kept.number,
    )


def leave(desk: Desk, sitting: Sitting) -> bool:
    """Somebody stops; whether anything is kept. A questionnaire nobody has touched leaves none unfinished behind."""
    from microsclero.errors import NotFoundError
    from microsclero.store import drafts

    kept = sitting.kept
    if kept.now != kept.at_first:
        return True
    try:
        is_untouched = drafts.draft(desk.store, kept.number).body == kept.at_first
    except NotFoundError:
        return True
    if is_untouched:
        drafts.drop_draft(desk.store, kept.number)
    return not is_untouched
