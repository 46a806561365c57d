"""What a patient told at screening that stands at the head of every page: allergies, medicines, the weight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.screenings import ScreeningRow

# The questions whose answers are allergies, each with the follow-up that names them and how the line begins.
_ALLERGIES = {
    "allergic_condition": ("allergic_condition_which", ""),
    "sclerosant_reaction": ("sclerosant_reaction_which", "after vein injections: "),
}
# The questions whose answers are medicines, each with the follow-up that names them.
_MEDICINES = {
    "clot_risk_hormones": "clot_risk_hormones_which",
    "other_hormones": "other_hormones_which",
    "anticoagulant": "anticoagulant_why",
    "alcohol_avoided": None,
    "minocycline_or_iron": None,
}
_UNNAMED = "which is not recorded"
# Asked as "since last time" at each session: a later no does not end what was begun before it.
_CHANGED, _CHANGED_WHAT = "medicines_changed", "medicines_changed_what"


class Told(NamedTuple):
    """Allergies and medicines in the patient's own words, where they were asked for."""

    allergies: tuple[str, ...]
    medicines: tuple[str, ...]


class Weighed(NamedTuple):
    kg: Decimal
    on: date


def told_of(desk: Desk, patient_no: int, screened: Sequence[ScreeningRow] | None = None) -> Told:
    """What any screening was told of allergies, and the newest answers on medicines. screened: oldest first."""
    rows = _screened(desk, patient_no) if screened is None else screened
    return Told(tuple(_allergies(rows)), tuple(_medicines(rows)))


def weighed(desk: Desk, patient_no: int, *, by: date | None = None) -> Weighed | None:
    """The last weight that a screening recorded, and its day; of those signed by that day, where one is named."""
    from microsclero.conditions import read_number

    for row in reversed(_screened(desk, patient_no)):
        if by is not None and row.on > by:
            continue
        kg = read_number(row.answers.get("weight_kg", ""))
        if kg is not None:
            return Weighed(kg, date.fromisoformat(row.answered_on.get("weight_kg", row.on.isoformat())))
    return None


def _screened(desk: Desk, patient_no: int) -> tuple[ScreeningRow, ...]:
    from microsclero.store import screenings

    return screenings.screenings_of(desk.store, patient_no)


def _allergies(rows: Sequence[ScreeningRow]) -> Iterator[str]:
    """Every allergy ever told of. A later no takes none away: it is said beside it, for somebody to ask."""
    from microsclero.dates import show_date

    for question, (which, begins) in _ALLERGIES.items():
        named: dict[str, date | None] = {}
        for row in rows:
            answer = row.answers.get(question)
            if answer in ("yes", "unsure"):
                words = row.answers.get(which)
                doubt = "not sure" if answer == "unsure" else ""
                # A yes that names nothing says no more than those that do.
                if words or not named:
                    named[f"{words}{doubt and f' ({doubt})'}" if words else f"{doubt or 'yes'}, {_UNNAMED}"] = None
            elif answer == "no":
                named = {words: denied or row.on for words, denied in named.items()}
        for words, denied in named.items():
            yield f"{begins}{words}{f' (“no” since, on {show_date(denied)}: ask)' if denied else ''}"


def _medicines(rows: Sequence[ScreeningRow]) -> Iterator[str]:
    """The newest answer to each question that was ever asked about medicines."""
    from microsclero.dates import show_date

    newest: dict[str, ScreeningRow] = {
        question: row for row in rows for question in _MEDICINES if row.answers.get(question)
    }
    taken = {question: row.answers for question, row in newest.items() if row.answers[question] in ("yes", "unsure")}
    changed = [row for row in rows if row.answers.get(_CHANGED) in ("yes", "unsure")]
    topics = _topics((*taken, *([_CHANGED] if changed else [])))
    for question, answers in taken.items():
        yield _medicine(topics[question], answers, question, _MEDICINES[question])
    for row in changed:
        yield f"{_medicine(topics[_CHANGED], row.answers, _CHANGED, _CHANGED_WHAT)} (told on {show_date(row.on)})"


def _medicine(topic: str, answers: Mapping[str, str], question: str, follow_up: str | None) -> str:
    which = answers.get(follow_up or "")
    doubt = " (not sure)" if answers[question] == "unsure" else ""
    return f"{topic}{doubt}{f': {which}' if which else ''}"


def _topics(questions: Sequence[str]) -> Mapping[str, str]:
    """Each question in a word or two; by its own name where the words that came with the program can't be read."""
    if not questions:
        # Most people take none, and the questionnaire is long to read.
        return {}
    from microsclero.content import questionnaire
    from microsclero.errors import ContentError

    try:
        rules = {**questionnaire("session").rules_by_id, **questionnaire("intake").rules_by_id}
    except ContentError:
        return {question: question.replace("_", " ") for question in questions}
    return {question: rules[question].topic for question in questions}
