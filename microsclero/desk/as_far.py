"""The later sessions after what has happened already: what has a place moves, what has none waits for a new date."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from microsclero.desk.changes import NO_PLACE, Step, renumbered
from microsclero.desk.replanning import Book, Followed, near_or_far
from microsclero.desk.sessions import planned
from microsclero.schedule import Refusal

if TYPE_CHECKING:
    from datetime import date
    from typing import Protocol

    from microsclero.desk import Desk
    from microsclero.desk.gate import Gate
    from microsclero.store.diary import SessionRow

    class Attempt(Protocol):
        """Places these sessions by that diary, the first of them with that number."""

        def __call__(self, book: Book, left: Sequence[SessionRow], number: int | None) -> Followed: ...


def as_far_as_it_goes(
    desk: Desk,
    later: Sequence[SessionRow],
    *,
    first: date,
    first_number: int | None,
    attempt: Attempt,
) -> Followed:
    """What `attempt` makes of the planned sessions; one that finds no place is taken out, and the rest is tried again.

    Nothing may stand where it can't be held, and what was given or said stands: so nothing is refused here. first: the
    first day that is looked at. first_number: the number of the first of them, where that changes.
    """
    left, followed = list(later), Followed()
    out: list[Step] = []
    said: list[str] = []
    while left:
        base = first_number if first_number is not None else int(later[0].number or 0) if out else None
        try:
            followed = near_or_far(desk, first, left, partial(attempt, left=tuple(left), number=base))
            break
        except Refusal as refusal:
            gone = left.pop(_place_of(refusal, left, base))
            out.append(Step(before=planned(gone), after=None, why=NO_PLACE))
            said += [_waits(gone, reason.message) for reason in refusal.reasons]
    return Followed(steps=(*out, *followed.steps), remarks=(*said, *followed.remarks))


def stay(later: Sequence[SessionRow], gate: Gate, first_number: int | None) -> Followed | None:
    """Of whoever must not be treated nothing moves, and what is booked can be cancelled; None for everybody else."""
    from microsclero.dates import show_date
    from microsclero.desk.gate import against_moving

    reasons = against_moving(gate, later=True)
    if not later or not reasons:
        return None
    days = ", ".join(show_date(row.on) for row in later)
    numbers = enumerate(later, first_number) if first_number is not None else ()
    return Followed(
        steps=tuple(renumbered(row, number) for number, row in numbers),
        remarks=(
            f"Not moved: {days}. {reasons[0].message} It can be cancelled: microsclero cancel {later[0].patient_no}",
        ),
    )


def _place_of(refusal: Refusal, left: Sequence[SessionRow], base: int | None) -> int:
    """Which of them has no place; the last one where the refusal names none."""
    number = refusal.reasons[0].details.get("number")
    numbers = [row.number if base is None else base + place for place, row in enumerate(left)]
    return numbers.index(number) if number in numbers else len(left) - 1


def _waits(row: SessionRow, why: str) -> str:
    from microsclero.dates import show_date

    why = why.partition(" Move or cancel")[0]
    return (
        f"{why} It is taken out of the diary on {show_date(row.on)} and waits for a new date: "
        f"microsclero rebook {row.patient_no}"
    )
