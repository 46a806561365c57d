"""A patient's screenings so far, to be compared: what was said before, and what a prescriber decided on it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from microsclero.errors import ContentError
from microsclero.lapsing import DecidedBefore, decided_before
from microsclero.lasting import Lasting
from microsclero.said_before import Difference, Earlier

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.questionnaire import Questionnaire
    from microsclero.store.screenings import ScreeningRow


def form_of(row: ScreeningRow) -> Questionnaire | None:
    """The form that a stored screening was asked by; None where this program has it no longer."""
    from microsclero.content import questionnaire

    try:
        return questionnaire(row.purpose, row.version)
    except ContentError:
        # The answers stand without it; a reprint says what is wrong.
        return None


def earlier_from_row(row: ScreeningRow) -> Earlier:
    return Earlier(
        screening=row.screening,
        form=row.purpose,
        questionnaire=form_of(row),
        on=row.on,
        answers=row.answers,
        answered_on={key: date.fromisoformat(day) for key, day in row.answered_on.items()},
        lasting=lasting_of(row),
    )


def lasting_of(row: ScreeningRow) -> tuple[Lasting, ...]:
    """What lasted beside the answers of a stored screening; FileError where that is nothing of ours."""
    from microsclero.store.screenings import damaged

    try:
        return tuple(map(Lasting.from_data, row.lasting))
    except ValueError:
        raise damaged(row.screening) from None


def screenings_before(desk: Desk, patient_no: int, number: int | None = None) -> tuple[Earlier, ...]:
    """All signed screenings of a patient, or those before that number, newest first."""
    from microsclero.store import screenings

    rows = screenings.screenings_of(desk.store, patient_no)
    return tuple(earlier_from_row(row) for row in reversed(rows) if number is None or row.screening < number)


def decided_before_on(desk: Desk, row: ScreeningRow) -> dict[str, DecidedBefore]:
    """What was decided on earlier screenings of this patient, rule by rule, and whether it has lapsed by this one."""
    from microsclero.desk.standing_of import decisions_on
    from microsclero.store import screenings

    rows = [each for each in screenings.screenings_of(desk.store, row.patient_no) if each.screening <= row.screening]
    # A rule is decided on the newest screening that found it, so the last in this order is the last word.
    made = [(each.screening, decision) for each in rows for decision in decisions_on(desk, each)]
    return decided_before(made, [earlier_from_row(each) for each in rows])


def decisions_before(desk: Desk, row: ScreeningRow) -> tuple[tuple[DecidedBefore, ...], tuple[DecidedBefore, ...]]:
    """Of what this screening found: earlier decisions to be confirmed again, and those that have lapsed."""
    before = decided_before_on(desk, row)
    found = {str(each["rule"]): str(each["outcome"]) for each in row.findings if each["outcome"] != "note"}
    known = [before[rule] for rule in found if rule in before]
    to_confirm = tuple(
        each for each in known if not each.has_lapsed and found[each.decision.rule] in ("review", "refer")
    )
    return to_confirm, tuple(each for each in known if each.has_lapsed)


def changed_since(desk: Desk, patient_no: int, number: int) -> tuple[Difference, ...]:
    """What this screening answers otherwise than those before it: derived from what is stored, so ever the same."""
    from microsclero.said_before import differences

    now, *earlier = screenings_before(desk, patient_no, number + 1)
    return differences(now, earlier)
