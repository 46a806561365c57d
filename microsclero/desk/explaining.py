"""A reason in full: the question in its words, the answer and its day, what it came to, and what would change it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from microsclero.errors import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from microsclero.desk import Desk
    from microsclero.lapsing import DecidedBefore
    from microsclero.questionnaire import Question, Questionnaire
    from microsclero.screening import Finding
    from microsclero.standing import Standing, StandingFinding
    from microsclero.store.screenings import ScreeningRow

_OUTCOMES = {
    "finding_bar": "bar",
    "clot_confirmed": "bar",
    "finding_refer": "refer",
    "finding_defer": "defer",
    "deferred": "defer",
    "undecided": "undecided",
    "declined": "declined",
}
_TOLD = {
    "bar": "Not suitable while this stands",
    "refer": "Another opinion first",
    "defer": "Not today",
    "undecided": "For the prescriber to decide",
    "declined": "Not suitable, the prescriber has said",
}
_WORKED_OUT = {
    "age": "Age, worked out from the date of birth",
    "bmi": "BMI, worked out from height and weight",
}
# What would change a reason that no answer lies under.
CHANGES = {
    "no_screening": "An intake.",
    "no_intake": "An intake.",
    "intake_version": "An intake by the questions now in force.",
    "intake_unsigned": "A signature.",
    "intake_too_old": "A new intake.",
    "birth_date_changed": "A new screening, by the corrected date of birth.",
    "course_full": "A cancelled session makes room; once all are given, the course is closed and another opened.",
    "course_not_closed": "Its response, which closes it.",
    "new_intake_wanted": "A new intake.",
    "new_consent_wanted": "Consent to treatment, given again.",
    "new_course_too_soon": "Nothing but time: the effect of a whole course takes about 12 weeks to show.",
    "response_waits": "Time, or another look at the response.",
    "on_hold": "A prescriber's word that lifts it.",
    "clot_confirmed": "Nothing: a deep vein thrombosis or a pulmonary embolism bars, however long ago.",
    "gap_too_short": "28 days or more from one session to the next.",
    "too_soon": "Nothing but time: the effect of a session is seen in full only then.",
    "under_age": "The 18th birthday.",
    "too_far_ahead": "An earlier day.",
    "too_late": "A later date, or fewer sessions.",
    "role_missing": "Somebody who injects.",
    "no_injector": "Somebody who injects.",
    "outside_hours": "Another time, within the opening hours.",
    "closed": "An open day.",
    "injector_away": "Another time, or another injector.",
    "booked_twice": "Another time, or the other booking moved.",
    "out_of_order": "A day after the sessions that are booked.",
    "no_slot": "Other days, another time or another injector.",
}

# What to type for it.
_NEXT = {
    **dict.fromkeys(
        ("no_screening", "no_intake", "intake_version", "intake_unsigned", "intake_too_old"),
        "microsclero screen {patient} --for intake",
    ),
    "birth_date_changed": "microsclero screen {patient} --for {form}",
    "on_hold": "microsclero decide {patient}",
    "course_not_closed": "microsclero response {patient}",
    "new_intake_wanted": "microsclero screen {patient} --for intake",
    "new_consent_wanted": "microsclero consent {patient}",
    "role_missing": "microsclero clinic team",
    "no_injector": "microsclero clinic team",
}


class Said(NamedTuple):
    """A question in the words it was put in, and what was answered on which day; `words` are for people.

    What was worked out, such as an age, was never asked.
    """

    question: str
    answer: str
    words: str
    on: date
    was_asked: bool = True

    def as_data(self) -> dict[str, object]:
        return {"question": self.question, "answer": self.answer, "answered_on": self.on.isoformat()}


class Why(NamedTuple):
    """One reason: what it came to, on which answer, what would change it and when to ask again.

    outcome: bar, refer, defer, undecided, declined or unanswered; None where no question lies under it. said: the
    answer it rests on first, then others that count. stops: it shuts planning; else it only has to pass. decided:
    what a prescriber has said, in a sentence. next_step: what to type for it.
    """

    code: str
    message: str
    stops: bool = True
    rule: str | None = None
    outcome: str | None = None
    said: tuple[Said, ...] = ()
    question: str | None = None
    what_changes_it: str | None = None
    ask_again_on: date | None = None
    source: str | None = None
    screening: int | None = None
    asked_at: str | None = None
    decided: str | None = None
    next_step: str | None = None

    def as_data(self) -> dict[str, object]:
        first = self.said[0] if self.said else None
        return {
            "code": self.code,
            "rule": self.rule,
            "question": first.question if first else self.question,
            "answer": first.answer if first else None,
            "answered_on": first.on.isoformat() if first else None,
            "outcome": self.outcome,
            "what_changes_it": self.what_changes_it,
            "ask_again_on": self.ask_again_on.isoformat() if self.ask_again_on else None,
            "source": self.source,
            "message": self.message,
            "next": self.next_step,
            "stops_planning": self.stops,
            "screening": self.screening,
            "for": self.asked_at,
            "also_answered": [one.as_data() for one in self.said[1:]],
        }


class _Screened(NamedTuple):
    """A screening that a reason stands in, with the form it was asked by."""

    row: ScreeningRow
    stands: Standing
    form: Questionnaire | None
    decided_before: dict[str, DecidedBefore]
    left: dict[str, str]
    today: date

    @property
    def cannot_be_decided_yet(self) -> bool:
        """Nothing is decided while anything is unanswered or stands above a review."""
        from microsclero.standing import in_the_way

        return bool(self.stands.unanswered or in_the_way(self.stands, self.today))


def explained(desk: Desk, patient_no: int, reasons: Iterable[Reason]) -> tuple[Why, ...]:
    """Each reason with what lies under it; the forms are read only where an answer does."""
    screened: dict[int, _Screened] = {}

    def of(reason: Reason) -> _Screened | None:
        number = reason.details.get("screening")
        if not isinstance(number, int) or not (reason.details.get("rule") or reason.code == "unanswered"):
            return None
        if number not in screened:
            screened[number] = _screened(desk, number)
        return screened[number]

    return tuple(why for reason in reasons for why in _explained(patient_no, reason, of(reason)))


def _screened(desk: Desk, number: int) -> _Screened:
    from microsclero.desk.earlier import decided_before_on, form_of
    from microsclero.desk.standing_of import decided_by_leavers, stands_at
    from microsclero.store import screenings

    row = screenings.screening(desk.store, number)
    stands = stands_at(desk, row)
    before = decided_before_on(desk, row) if stands.undecided else {}
    left = decided_by_leavers(desk, row) if stands.undecided else {}
    return _Screened(row, stands, form_of(row), before, left, desk.today())


def _next(patient_no: int, reason: Reason) -> str | None:
    """What to type for it; where a form is asked again, which."""
    form = reason.details.get("for", "intake")
    return _NEXT.get(reason.code, "").format(patient=patient_no, form=form) or None


def _explained(patient_no: int, reason: Reason, screened: _Screened | None) -> Iterator[Why]:
    if screened is None:
        changes, step = CHANGES.get(reason.code), _next(patient_no, reason)
        outcome, again = "bar" if reason.code == "clot_confirmed" else None, _again(reason)
        yield Why(
            reason.code, reason.message, outcome=outcome, what_changes_it=changes, next_step=step, ask_again_on=again
        )
    elif reason.code == "unanswered":
        for link_id in _names(reason.details["unanswered"]):
            yield _unanswered(patient_no, link_id, screened)
    else:
        rule = reason.details["rule"]
        found = next(each for each in screened.stands.findings if each.finding.rule == rule)
        yield _found(patient_no, reason, found, screened)


def _found(patient_no: int, reason: Reason, found: StandingFinding, screened: _Screened) -> Why:
    finding = found.finding
    outcome = _OUTCOMES[reason.code]
    again = finding.ask_again_on
    changes, step = finding.changes, None
    if outcome == "refer":
        step = f"microsclero document {patient_no}"
    elif outcome in ("undecided", "declined"):
        step = None if screened.cannot_be_decided_yet else f"microsclero decide {patient_no}"
        changes = changes if outcome == "undecided" else "Another decision by a prescriber."
    decided = _decided(found, screened.decided_before.get(finding.rule))
    if finding.rule in screened.left:
        decided = f"It was {screened.left[finding.rule]}: another prescriber decides."
    message = f"{_TOLD[outcome]}: {finding.reason}" + (f" {decided}" if decided else "")
    return Why(
        reason.code,
        message,
        stops=reason.code != "deferred",
        rule=finding.rule,
        outcome=outcome,
        said=said_for(finding, screened.row, screened.form),
        what_changes_it=changes,
        ask_again_on=again,
        source=finding.source,
        screening=screened.row.screening,
        asked_at=screened.row.purpose,
        decided=decided,
        next_step=step,
    )


def _decided(found: StandingFinding, before: DecidedBefore | None) -> str | None:
    """What a prescriber has said on it, and whether that still rests on the same answer; or what is there to go by."""
    from microsclero.dates import show_date
    from microsclero.standing import DOCUMENT_WORDS

    if found.effective == "declined" and found.decision is not None:
        made = found.decision
        return f"Declined on {show_date(made.on)} by {made.prescriber}: {made.reason.rstrip('.')}."
    if found.effective != "review":
        return None
    if before is None:
        paper = found.document
        if paper is None:
            return None
        words = DOCUMENT_WORDS[paper.kind]
        return f"{words[:1].upper()}{words[1:]} of {show_date(paper.dated_on)} is filed."
    made = before.decision
    told = f"Decided on {show_date(made.on)} by {made.prescriber} ({made.decision})"
    if before.has_lapsed:
        return f"{told}, but the answer has changed since."
    return f"{told} on the same answer: to be confirmed again."


def _unanswered(patient_no: int, link_id: str, screened: _Screened) -> Why:
    row = screened.row
    question = _question(link_id, screened.form)
    wording = _wording(link_id, question, screened.form)
    step = f"microsclero screen {patient_no} --for {row.purpose}"
    return Why(
        "unanswered",
        f"Not answered yet: {wording}",
        outcome="unanswered",
        question=wording,
        what_changes_it="An answer.",
        screening=row.screening,
        asked_at=row.purpose,
        next_step=step,
    )


def said_for(finding: Finding, row: ScreeningRow, form: Questionnaire | None) -> tuple[Said, ...]:
    """The answer a finding rests on, then the others that raise something or say more: dates, which, what else."""
    from microsclero.desk.earlier import lasting_of

    lasting = {told.question: told for told in lasting_of(row)}
    first = _one(finding.question, finding.answer, finding.answered_on, form)
    asked, told = _question(finding.question, form), lasting.get(finding.question)
    if asked is not None and told is not None and told.source == "hold":
        # Nobody was asked: it is known from a prescriber.
        first = first._replace(question=asked.text, was_asked=False)
    more = []
    for link_id in finding.questions:
        question = _question(link_id, form)
        told = lasting.get(link_id)
        answer = told.answer if told else row.answers.get(link_id)
        if link_id == finding.question or question is None or not question.accepts(answer) or answer is None:
            continue
        if question.type != "number" and answer not in ("no", question.untroubled):
            said_on = date.fromisoformat(row.answered_on.get(link_id, row.on.isoformat()))
            more.append(_one(link_id, answer, told.on if told else said_on, form))
    return (first, *more)


def _one(link_id: str, answer: str, on: date, form: Questionnaire | None) -> Said:
    question = _question(link_id, form)
    words = question.in_words(answer) if question is not None else answer
    if question is not None and question.type == "number" and question.unit and answer != "unsure":
        words = f"{words} {question.unit}"
    return Said(_wording(link_id, question, form), answer, words, on, link_id not in _WORKED_OUT)


def _question(link_id: str, form: Questionnaire | None) -> Question | None:
    """The question as that form has it, or as the other form of the same version asked it."""
    if form is None:
        return None
    return form.by_id.get(link_id) or next((each for each in form.elsewhere if each.link_id == link_id), None)


def _wording(link_id: str, question: Question | None, form: Questionnaire | None) -> str:
    """Its very words; where this program no longer has them, the name it is kept under."""
    if question is None or form is None:
        return _WORKED_OUT.get(link_id, link_id)
    return form.wording(question) if link_id in form.by_id else question.text


def _again(reason: Reason) -> date | None:
    again = reason.details.get("ask_again_on")
    return date.fromisoformat(str(again)) if again else None


def _names(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()
