"""A change of the diary taken back, as a value, and the rules of a booking that stand against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from microsclero.dates import show_date
from microsclero.desk.history_of import session_name, when
from microsclero.diary import Diary
from microsclero.errors import Reason

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.schedule import CoursePolicy
    from microsclero.store.diary import SessionRow
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
        return _place(self.now) == _place(self.then)

    @property
    def is_coming(self) -> bool:
        """Whether it takes a place in the diary that it does not have; a missed one had its own."""
        if self.then.status != "planned":
            return False
        return self.now.status not in ("planned", "missed") or not self.keeps_its_place

    @property
    def is_going(self) -> bool:
        """Whether it leaves a place that it has."""
        return self.now.status == "planned" and not (self.then.status == "planned" and self.keeps_its_place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Every row of a change, now and then, and the sessions of the patients it touched."""

    entry: int
    rows: tuple[RowBack, ...]
    pairs: tuple[Pair, ...]
    now: datetime

    @property
    def patients(self) -> tuple[int, ...]:
        return tuple(sorted({pair.now.patient_no for pair in self.pairs}))


def undo_of(desk: Desk, entry: int, rows: tuple[RowBack, ...]) -> Undo:
    """The rows of this entry of the ledger, with their sessions in the order in which they will stand."""
    from microsclero.store.undoing import session_from_values

    pairs = [
        Pair(session_from_values(row.now), session_from_values(row.then)) for row in rows if row.table == "session"
    ]
    ordered = sorted(pairs, key=lambda pair: (pair.now.patient_no, pair.then.on, pair.then.starts, pair.now.session))
    return Undo(entry=entry, rows=rows, pairs=tuple(ordered), now=desk.now().replace(tzinfo=None))


def sessions_after(desk: Desk, undo: Undo, patient_no: int) -> list[SessionRow]:
    """The patient's sessions with the change taken back, by date."""
    from microsclero.store import diary

    then = {pair.now.session: pair.then for pair in undo.pairs}
    rows = [then.get(row.session, row) for row in diary.sessions_of_patient(desk.store, patient_no)]
    return sorted(rows, key=lambda row: (row.on, row.starts, row.session))


def rules(desk: Desk, undo: Undo) -> list[Reason]:
    """Every rule that the diary would break: time gone by, gap, cap, closed hours, who is there, the screening."""
    from microsclero import content

    policy = content.course()
    found = [*_gone_by(undo), *_standing(desk, undo)]
    for patient_no in undo.patients:
        found += _spacing(desk, undo, patient_no, policy)
        found += _screened(desk, undo, patient_no)
    return found


def _gone_by(undo: Undo) -> Iterator[Reason]:
    """Nothing comes back into the past, and nothing whose time has come is taken out as if it had never been."""
    for pair in undo.pairs:
        details = {"session": pair.now.session, "patient": pair.now.patient_no}
        if pair.is_going and _starts(pair.now) <= undo.now:
            what = f"--session {pair.now.number}" if pair.now.kind == "session" else "--consultation"
            yield Reason(
                "too_late",
                f"{first_up(pair.name)} was booked for {when(pair.now)}, which has passed. "
                f"If nobody came: microsclero missed {pair.now.patient_no} {what}",
                details,
            )
        if pair.is_coming and _starts(pair.then) <= undo.now:
            yield Reason(
                "too_soon", f"{first_up(pair.name)} would be back on {when(pair.then)}, which has passed.", details
            )


def _standing(desk: Desk, undo: Undo) -> Iterator[Reason]:
    """Sessions that would stand where the clinic is closed or their injector is not, and do not stand so now."""
    spans = [row for row in undo.rows if row.table in ("closure", "absence")]
    pairs = [*undo.pairs, *_booked_on(desk, undo, spans)]
    pairs = [pair for pair in pairs if pair.then.status == "planned" and _starts(pair.then) > undo.now]
    if not pairs:
        return
    first = min(min(pair.now.on, pair.then.on) for pair in pairs)
    last = max(max(pair.now.on, pair.then.on) for pair in pairs)
    now, then = _diary(desk, first, last), _diary(desk, first, last, undo.rows)
    for pair in pairs:
        against = _against(pair.then, then)
        if against is None or (pair.now.status == "planned" and pair.keeps_its_place and _against(pair.now, now)):
            continue
        code, why = against
        yield Reason(
            code,
            f"{first_up(pair.name)} would stand on {when(pair.then)}, and {why}.",
            {"session": pair.then.session, "patient": pair.then.patient_no, "date": pair.then.on.isoformat()},
        )


def _against(row: SessionRow, diary: Diary) -> tuple[str, str] | None:
    """Why a session can't be given then, as planning asks it; code and words."""
    minutes = (row.ends.hour - row.starts.hour) * 60 + row.ends.minute - row.starts.minute
    if diary.outside_hours(row.on, row.starts, minutes):
        closed = diary.closed_why(row.on)
        if closed:
            return "closed", f"the clinic is closed that day ({closed})"
        hours = ", ".join(map(str, diary.open_periods(row.on)))
        return "outside_hours", f"the clinic's hours are {hours}"
    absent = diary.absent_why(row.injector, row.on, row.starts, minutes)
    if absent:
        return "injector_away", absent
    if row.room and row.room not in diary.rooms:
        return "room_closed", f"the room {row.room} is no longer used"
    return None


def _booked_on(desk: Desk, undo: Undo, spans: list[RowBack]) -> Iterator[Pair]:
    """What else is booked on days whose closing or opening, or whose absence, would change."""
    from microsclero.store import diary

    own = {pair.now.session for pair in undo.pairs}
    found: dict[int, SessionRow] = {}
    for row in spans:
        first = max(date.fromisoformat(str(row.now["from_on"])), undo.now.date())
        last = date.fromisoformat(str(row.now["until_on"]))
        found |= {each.session: each for each in diary.live_sessions(desk.store, first, last)}
    return (Pair(each, each) for each in found.values() if each.session not in own)


def _diary(desk: Desk, first: date, last: date, rows: Iterable[RowBack] = ()) -> Diary:
    """Hours, closures and absences of these days; with the rows of a change, as they would be without it."""
    from microsclero.desk.absences import injectors_with
    from microsclero.desk.opening_of import as_entered, holidays_between, opening_hours
    from microsclero.store import absences, clinic
    from microsclero.store.undoing import absence_from_values, closure_from_values

    closed = {row.closure: row for row in clinic.closures(desk.store, first, last)}
    away = {row.absence: row for row in absences.absences(desk.store, first, last)}
    for row in rows:
        if row.table == "closure":
            closed.pop(row.row_id, None)
            closed |= {} if row.then["voided"] else {row.row_id: closure_from_values(row.then)}
        elif row.table == "absence":
            away.pop(row.row_id, None)
            away |= {} if row.then["voided"] else {row.row_id: absence_from_values(row.then)}
    return Diary(
        hours=opening_hours(desk),
        closures=as_entered(closed.values()),
        holidays=holidays_between(desk, first, last),
        injectors=injectors_with(desk, away.values()),
        rooms=tuple(room.name for room in clinic.rooms(desk.store, desk.today())),
        session_minutes=desk.clinic.session_minutes,
    )


def _spacing(desk: Desk, undo: Undo, patient_no: int, policy: CoursePolicy) -> Iterator[Reason]:
    """Sessions too close together, or too many, that are not so now."""
    from microsclero.desk.screening import injected_elsewhere_on
    from microsclero.schedule import gap_problems
    from microsclero.store import diary

    before = [row for row in diary.sessions_of_patient(desk.store, patient_no) if _counts(row)]
    after = [row for row in sessions_after(desk, undo, patient_no) if _counts(row)]
    elsewhere = injected_elsewhere_on(desk, patient_no)
    others = [("injections elsewhere", elsewhere)] if elsewhere else []
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


def _screened(desk: Desk, undo: Undo, patient_no: int) -> Iterator[Reason]:
    """What screening and age have against sessions that come back, as they have against one that is moved."""
    from microsclero.dates import age_on, birthday
    from microsclero.desk.gate import against_moving, plan_gate
    from microsclero.desk.patients import patient_of
    from microsclero.schedule import ADULT

    coming = [pair for pair in undo.pairs if pair.is_coming and pair.now.patient_no == patient_no]
    coming = [pair for pair in coming if pair.then.kind == "session"]
    if not coming:
        return
    gate = plan_gate(desk, patient_no)
    is_later = all(pair.now.status == "planned" and pair.then.on > pair.now.on for pair in coming)
    for reason in against_moving(gate, later=is_later):
        details = {**reason.details, "patient": patient_no}
        yield Reason(reason.code, f"Patient {patient_no}: {reason.message}", details)
    born_on = patient_of(desk, patient_no).born_on
    for pair in coming:
        if gate.not_before and pair.then.on < gate.not_before:
            yield Reason(
                "deferred",
                f"{first_up(pair.name)} would be back on {when(pair.then)}, and a deferral lasts until "
                f"{show_date(gate.not_before)}.",
                {"patient": patient_no, "not_before": gate.not_before.isoformat()},
            )
        if age_on(born_on, pair.then.on) < ADULT:
            yield Reason(
                "under_age",
                f"Patient {patient_no} is {ADULT} on {show_date(birthday(born_on, ADULT))}, not before.",
                {"patient": patient_no, "date": pair.then.on.isoformat()},
            )


def _counts(row: SessionRow) -> bool:
    return row.kind == "session" and row.status in LIVE


def _place(row: SessionRow) -> tuple[object, ...]:
    return row.on, row.starts, row.ends, row.injector, row.room


def _starts(row: SessionRow) -> datetime:
    return datetime.combine(row.on, row.starts)


def first_up(text: str) -> str:
    return text[:1].upper() + text[1:]
