"""A change of the diary taken back, as a value, and the rules of a booking that stand against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from microsclero.desk.history_of import session_name, when
from microsclero.errors import Reason

if TYPE_CHECKING:
    from microsclero.clashes import Notice
    from microsclero.desk import Desk
    from microsclero.schedule import CoursePolicy
    from microsclero.store.diary import SessionRow
    from microsclero.store.journal import EntryRow
    from microsclero.store.undoing import RowBack

LIVE = ("planned", "given")


class Pair(NamedTuple):
    """A session as it stands now, and as it would stand with the change taken back."""

    now: SessionRow
    then: SessionRow

    @property
    def name(self) -> str:
        """Session 2 of patient 5."""
        label = f"{session_name(self.now)} of patient {self.now.patient_no}"
        return label if self.now.kind == "session" else f"the {label}"

    @property
    def keeps_its_place(self) -> bool:
        return place(self.now) == place(self.then)

    @property
    def is_coming(self) -> bool:
        """Whether it takes a place in the diary that it does not have; a missed or held one had its own."""
        return self.then.status == "planned" and (self.now.status == "cancelled" or not self.keeps_its_place)

    @property
    def is_going(self) -> bool:
        """Whether it leaves a place that it has."""
        return self.now.status == "planned" and not (self.then.status == "planned" and self.keeps_its_place)


class Objection(NamedTuple):
    """A rule that the diary would break; what was so before the change already is said and refuses nothing."""

    reason: Reason
    was_so: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Every row of a change, now and then, and the sessions of the patients it touched.

    before: the place in the history up to which everything was there when the change was made.
    """

    entry: int
    before: int
    rows: tuple[RowBack, ...]
    pairs: tuple[Pair, ...]
    now: datetime

    @property
    def patients(self) -> tuple[int, ...]:
        return tuple(sorted({pair.now.patient_no for pair in self.pairs}))


def undo_of(desk: Desk, made: EntryRow, rows: tuple[RowBack, ...]) -> Undo:
    """The rows of this entry of the ledger, with their sessions in the order in which they will stand."""
    from microsclero.store.undoing import session_from_values

    pairs = [
        Pair(session_from_values(row.now), session_from_values(row.then)) for row in rows if row.table == "session"
    ]
    ordered = sorted(pairs, key=lambda pair: (pair.now.patient_no, pair.then.on, pair.then.starts, pair.now.session))
    return Undo(
        entry=made.entry,
        before=made.first_seq - 1,
        rows=rows,
        pairs=tuple(ordered),
        now=desk.now().replace(tzinfo=None),
    )


def sessions_after(desk: Desk, undo: Undo, patient_no: int) -> list[SessionRow]:
    """The patient's sessions with the change taken back, by date."""
    from microsclero.store import diary

    then = {pair.now.session: pair.then for pair in undo.pairs}
    rows = [then.get(row.session, row) for row in diary.sessions_of_patient(desk.store, patient_no)]
    return sorted(rows, key=lambda row: (row.on, row.starts, row.session))


def clashes(desk: Desk, undo: Undo) -> tuple[Notice, ...]:
    """Where the patients' own days meet what comes back: said as for a move; the session had that place before."""
    from microsclero.desk.replanning import clashes_on

    coming = [pair.then for pair in undo.pairs if pair.is_coming]
    return tuple(
        notice
        for patient_no in undo.patients
        for notice in clashes_on(
            desk, patient_no, [(row.number, row.on) for row in coming if row.patient_no == patient_no]
        )
    )


def rules(desk: Desk, undo: Undo) -> list[Objection]:
    """Every rule that the diary would break: time gone by, gap, cap, closed hours, who is there, the screening."""
    from microsclero import content
    from microsclero.desk.undo_hours import standing
    from microsclero.desk.undo_screened import screened

    policy = content.course()
    found = [*map(Objection, _gone_by(undo)), *standing(desk, undo)]
    for patient_no in undo.patients:
        found += map(Objection, _spacing(desk, undo, patient_no, policy))
        found += screened(desk, undo, patient_no)
    return found


def _gone_by(undo: Undo) -> Iterator[Reason]:
    """Nothing comes back into the past, and nothing whose time has come is taken out as if it had never been."""
    for pair in undo.pairs:
        details = {"session": pair.now.session, "patient": pair.now.patient_no}
        if pair.is_going and starts(pair.now) <= undo.now:
            what = f"--session {pair.now.number}" if pair.now.kind == "session" else "--consultation"
            yield Reason(
                "too_late",
                f"{first_up(pair.name)} was booked for {when(pair.now)}, which has passed. "
                f"If nobody came: microsclero missed {pair.now.patient_no} {what}",
                details,
            )
        if pair.is_coming and starts(pair.then) <= undo.now:
            yield Reason(
                "too_soon", f"{first_up(pair.name)} would be back on {when(pair.then)}, which has passed.", details
            )


def _spacing(desk: Desk, undo: Undo, patient_no: int, policy: CoursePolicy) -> Iterator[Reason]:
    """Sessions too close together, or too many, that are not so now."""
    from microsclero.desk.elsewhere import told_elsewhere
    from microsclero.schedule import gap_problems
    from microsclero.store import diary

    before = [row for row in diary.sessions_of_patient(desk.store, patient_no) if _counts(row)]
    after = [row for row in sessions_after(desk, undo, patient_no) if _counts(row)]
    others = [(each.label, each.on) for each in told_elsewhere(desk, patient_no)]
    running = diary.running_course(desk.store, patient_no)

    def dated(rows: list[SessionRow]) -> list[tuple[str, date]]:
        own = running.course if running else None
        names = [f"session {row.number}" + ("" if row.course == own else f" of course {row.course}") for row in rows]
        return [*zip(names, (row.on for row in rows), strict=True), *others]

    known = {reason.message for reason in gap_problems(dated(before), policy)}
    for reason in gap_problems(dated(after), policy):
        if reason.message not in known:
            details = {**reason.details, "patient": patient_no}
            yield Reason(reason.code, f"Patient {patient_no}: {reason.message}", details)
    for course in {pair.then.course for pair in undo.pairs if pair.now.patient_no == patient_no}:
        many = sum(row.course == course for row in after)
        if many > max(policy.maximum_sessions, sum(row.course == course for row in before)):
            yield Reason(
                "course_full",
                f"Course {course} of patient {patient_no} would have {many} sessions: "
                f"{policy.maximum_sessions} at most.",
                {"patient": patient_no, "maximum": policy.maximum_sessions},
            )


def _counts(row: SessionRow) -> bool:
    return row.kind == "session" and row.status in LIVE


def place(row: SessionRow) -> tuple[object, ...]:
    return row.on, row.starts, row.ends, row.injector, row.room


def starts(row: SessionRow) -> datetime:
    return datetime.combine(row.on, row.starts)


def first_up(text: str) -> str:
    return text[:1].upper() + text[1:]
