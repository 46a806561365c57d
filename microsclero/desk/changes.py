"""A change of the diary as a value: each session before and after, with why; and the order in which it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from microsclero.desk.sessions import PlannedSession, as_new, planned

if TYPE_CHECKING:
    from microsclero.clashes import Notice
    from microsclero.desk import Desk
    from microsclero.diary import Slot
    from microsclero.replanning import Moved
    from microsclero.store.diary import SessionRow

# Why a session is cancelled; of these, the first four leave a session that waits for a new date.
CANCEL_CODES = (
    "patient_ill",
    "patient_away",
    "clinic_closed",
    "injector_away",
    "patient_choice",
    "contraindication",
    "response_complete",
    "other",
)
# Nobody's reason: after what was given or said there was no place for it.
NO_PLACE = "no_place"
WAITS_FOR_A_DATE = (*CANCEL_CODES[:4], NO_PLACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One session as it stood and as it will stand; without `after` it is taken out.

    A session booked again has the missed one as `before`. Without `why` only its number changes.
    """

    before: PlannedSession
    after: PlannedSession | None
    why: str = ""
    by_hand: bool = False

    @property
    def is_new(self) -> bool:
        return self.after is not None and self.after.session != self.before.session

    @property
    def waits(self) -> bool:
        """Whether it is taken out since it finds no place, and is booked again later."""
        return self.after is None and self.why == NO_PLACE

    @property
    def took_place(self) -> bool:
        """Whether it says that a consultation took place."""
        return self.after is not None and self.after.status == "given" != self.before.status

    def as_data(self) -> dict[str, object]:
        before, after = self.before, self.after
        return {
            "session": after.session if after else before.session,
            "number": after.number if after else before.number,
            "from": before.on.isoformat(),
            "to": after.on.isoformat() if after else None,
            "from_time": before.starts.strftime("%H:%M"),
            "to_time": after.starts.strftime("%H:%M") if after else None,
            "why": self.why,
        }


def _with_others(_: Desk) -> Change:
    raise RuntimeError("This change is proposed and saved together with others.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a verb does to a patient's sessions: every step, and the live ones as they then stand.

    again: proposes the same once more, from the file as it then is. as_seen: the versions this rests on.
    """

    kind: str
    patient_no: int
    course: int | None
    steps: tuple[Step, ...]
    sessions: tuple[PlannedSession, ...]
    as_seen: tuple[tuple[int, int], ...]
    remarks: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    saved: bool = False
    again: Callable[[Desk], Change] = field(default=_with_others, compare=False, repr=False)

    def as_data(self) -> dict[str, object]:
        return {
            "course": self.course,
            "patient": self.patient_no,
            "changed": [step.as_data() for step in self.steps if step.why],
            "sessions": [session.as_data() for session in self.sessions],
            "remarks": [*self.remarks, *(notice.words() for notice in self.notices)],
        }


def moved_step(row: SessionRow, moved: Moved) -> Step:
    """A later session that had to move; nobody has set its new date by hand, and nothing is double-booked there."""
    before = planned(row)
    after = before._replace(number=moved.session.number, earliest_on=moved.earliest_on, override_reason=None)
    return Step(before=before, after=at_slot(after, moved.slot), why=moved.why)


def renumbered(row: SessionRow, number: int | None) -> Step:
    """A session that stays where it is and counts differently."""
    return Step(before=planned(row), after=planned(row)._replace(number=number))


def at_slot(session: PlannedSession, slot: Slot) -> PlannedSession:
    """The same session in another slot."""
    return session._replace(on=slot.on, starts=slot.starts, ends=slot.ends, injector=slot.injector, room=slot.room)


def write(desk: Desk, change: Change) -> Change:
    """The rows of a change, inside `changing()`; the change as it was saved.

    What is taken out goes first and what is new comes last. In between, numbers that fall are written from the first
    to the last and slots that move from the last to the first: nobody lands where another of them still stands.
    """
    from microsclero.desk.consulting import settle_missed

    versions = dict(change.as_seen)
    kept = [step for step in change.steps if step.after is not None and not step.is_new]
    falling = [step for step in kept if _number_falls(step)]
    rising = [step for step in reversed(kept) if step not in falling]
    taken_out = [step for step in change.steps if step.after is None]
    for step in (*taken_out, *falling, *rising):
        _update(desk, step, change.kind, versions)
    steps = tuple(_book_again(desk, change, step, versions) if step.is_new else step for step in change.steps)
    new = next((step.after.session for step in steps if step.is_new and step.after), None)
    settle_missed(desk, change.patient_no)
    sessions = tuple(each._replace(session=each.session or new) for each in change.sessions)
    return replace(change, steps=steps, sessions=sessions, saved=True)


def _number_falls(step: Step) -> bool:
    return step.after is not None and (step.after.number or 0) < (step.before.number or 0)


def _update(desk: Desk, step: Step, kind: str, versions: dict[int, int]) -> None:
    """One session changed in place; ConflictError where it has been changed since it was seen."""
    from microsclero.store import diary

    number, after = int(step.before.session or 0), step.after
    changes: dict[str, object]
    if after is None:
        changes = {"status": "missed"} if kind == "missed" else {"status": "cancelled", "cancel_reason": step.why}
    else:
        names = ("number", "on", "starts", "ends", "injector", "room", "status", "earliest_on", "override_reason")
        changes = {name: getattr(after, name) for name in names if getattr(after, name) != getattr(step.before, name)}
        if step.why:
            changes["is_hand_set"] = step.by_hand
    diary.update_session(desk.store, number, changes, versions[number])


def _book_again(desk: Desk, change: Change, step: Step, versions: dict[int, int]) -> Step:
    """The new session of a step; the one it stands for no longer waits."""
    from microsclero.store import diary

    if step.after is None:
        return step
    missed = int(step.before.session or 0)
    (session,) = diary.book_sessions(
        desk.store, patient_no=change.patient_no, course=change.course, sessions=[as_new(step.after)]
    )
    diary.update_session(desk.store, missed, {"settled": "rebooked"}, versions[missed])
    return replace(step, after=step.after._replace(session=session))
