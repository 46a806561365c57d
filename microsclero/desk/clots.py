"""A confirmed clot goes with the reaction it was found on: moved by a prescriber, or taken back with a reason."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from microsclero.desk.holding import CLOTS

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.follow_ups import FoundClot

_LONGEST_REASON = 5_000


def found_on(desk: Desk, patient_no: int, reactions: Container[int | None]) -> tuple[FoundClot, ...]:
    """The clots that stand for a patient and were found on the holds of these reactions."""
    from microsclero.store import follow_ups

    return tuple(each for each in follow_ups.clots_standing(desk.store, [patient_no]) if each.reaction in reactions)


def by_prescriber(desk: Desk) -> bool:
    """Whether whoever sits at the desk may say whose a clot is."""
    from microsclero.desk import works_on

    return any(
        one.initials == desk.who and "prescriber" in one.roles and works_on(one, desk.today()) for one in desk.team
    )


def move(desk: Desk, clots: tuple[FoundClot, ...], *, from_patient: int, to: int, hold: int, why: str) -> None:
    """They stand for the other patient from now on, on this hold, inside `changing()`; both records say so."""
    from microsclero.dates import show_date
    from microsclero.store import reactions

    for each in clots:
        told_on = show_date(each.at.astimezone(desk.zone).date())
        reason = f"Moved from another record ({why}). Found by {each.prescriber} on {told_on}: {each.reason}"
        reactions.add_hold_word(
            desk.store,
            hold=hold,
            patient_no=to,
            word=each.word,
            finding=each.finding,
            reason=reason[:_LONGEST_REASON],
            prescriber=desk.writer(),
            document=None,
        )
    reason = f"Moved to patient {to}: {why}"
    for number in dict.fromkeys(each.hold for each in clots):
        take_back(desk, number, from_patient, reason=reason, prescriber=desk.writer(), document=None)


def take_back(desk: Desk, hold: int, patient_no: int, *, reason: str, prescriber: str, document: int | None) -> None:
    """Say of the clots found on this hold that they were not this patient's, inside `changing()`; all stays readable.

    The hold is lifted first where it stands: only a word after that takes a clot back.
    """
    from microsclero.store import reactions

    is_open = any(row.hold == hold and row.lifted_at is None for row in reactions.holds_of(desk.store, patient_no))
    for _ in range(2 if is_open else 1):
        reactions.add_hold_word(
            desk.store,
            hold=hold,
            patient_no=patient_no,
            word="lift",
            finding="excluded",
            reason=reason,
            prescriber=prescriber,
            document=document,
        )


def is_struck(desk: Desk, reaction: int | None) -> bool:
    """Whether this reaction, however it was corrected, was moved away or entered in error in the end."""
    return reaction is not None and stands_as(desk, reaction) is None


def stands_as(desk: Desk, reaction: int | None) -> int | None:
    """The number of this reaction as it was last corrected; None where it was moved away or entered in error."""
    from microsclero.store import notes

    while reaction is not None:
        made = notes.amendment_of(desk.store, "reaction", reaction)
        if made is None:
            return reaction
        reaction = made.new if made.action == "corrected" else None
    return None


def words_moved(clots: tuple[FoundClot, ...], *, from_patient: int, to: int) -> Iterator[str]:
    for each in clots:
        yield (
            f"{CLOTS[each.finding].capitalize()}, found on hold {each.hold}, goes with it: it bars patient {to} for "
            f"good, and patient {from_patient} no longer."
        )


def words_left(clots: tuple[FoundClot, ...], *, patient_no: int, to: int | None) -> Iterator[str]:
    """What stands for whom where no prescriber has said whose it is, and how it is put right."""
    for each in clots:
        yield (
            f"Patient {patient_no} stays barred by {CLOTS[each.finding]} found on hold {each.hold}. If it was not "
            f"theirs, a prescriber says so: microsclero decide {patient_no} with hold lift, hold_no {each.hold}, "
            "finding excluded and the reason."
        )
        if to is not None:
            yield (
                f"It does not bar patient {to} yet, who is on hold: if it is theirs, a prescriber lifts that hold with "
                f"finding {each.finding}: microsclero decide {to}"
            )
