"""Where sessions would stand with a change taken back: the clinic's hours and who is there, now, then and before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from microsclero.desk.history_of import when
from microsclero.desk.undo_rules import Objection, Pair, first_up, place, starts
from microsclero.diary import Diary
from microsclero.errors import Reason

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.undo_rules import Undo
    from microsclero.store.diary import SessionRow
    from microsclero.store.undoing import RowBack


def standing(desk: Desk, undo: Undo) -> Iterator[Objection]:
    """Sessions that would stand where the clinic is closed or their injector is not, and do not stand so now.

    One that had that very place before the change, closed or without its injector already then, may go back to it.
    """
    spans = [row for row in undo.rows if row.table in ("closure", "absence")]
    pairs = [*undo.pairs, *_booked_on(desk, undo, spans)]
    pairs = [pair for pair in pairs if pair.then.status == "planned" and starts(pair.then) > undo.now]
    if not pairs:
        return
    first = min(min(pair.now.on, pair.then.on) for pair in pairs)
    last = max(max(pair.now.on, pair.then.on) for pair in pairs)
    now, then, before = (
        _diary(desk, first, last),
        _diary(desk, first, last, undo.rows),
        _diary_before(desk, first, last, undo.before),
    )
    for pair in pairs:
        stays = pair.now.status == "planned" and pair.keeps_its_place
        known = _against(pair.now, now) if stays else []
        was_so = _against(pair.then, before) if stood_there(desk, undo, pair) else []
        for code, why in _against(pair.then, then):
            if (code, why) in known:
                continue
            reason = Reason(
                code,
                f"{first_up(pair.name)} would stand on {when(pair.then)}, and {why}.",
                {"session": pair.then.session, "patient": pair.then.patient_no, "date": pair.then.on.isoformat()},
            )
            yield Objection(reason, (code, why) in was_so)


def stood_there(desk: Desk, undo: Undo, pair: Pair) -> bool:
    """Whether it had this place before the change; what was booked there since had not."""
    from microsclero.store import journal
    from microsclero.store.undoing import session_from_values

    if pair in undo.pairs:
        return True
    row = journal.as_of(desk.store, "session", undo.before, pair.then.session).get(pair.then.session)
    if row is None:
        return False
    stood = session_from_values(row)
    return stood.status == "planned" and place(stood) == place(pair.then)


def _against(row: SessionRow, diary: Diary) -> list[tuple[str, str]]:
    """Why a session can't be given then, as planning asks it; codes and words."""
    found = []
    minutes = (row.ends.hour - row.starts.hour) * 60 + row.ends.minute - row.starts.minute
    if diary.outside_hours(row.on, row.starts, minutes):
        closed = diary.closed_why(row.on)
        hours = ", ".join(map(str, diary.open_periods(row.on)))
        found.append(
            ("closed", f"the clinic is closed that day ({closed})")
            if closed
            else ("outside_hours", f"the clinic's hours are {hours}")
        )
    absent = diary.absent_why(row.injector, row.on, row.starts, minutes)
    if absent:
        found.append(("injector_away", absent))
    if row.room and row.room not in diary.rooms:
        found.append(("room_closed", f"the room {row.room} is no longer used"))
    return found


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
    from microsclero.desk.crew import injectors_with
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


def _diary_before(desk: Desk, first: date, last: date, seq: int) -> Diary:
    """The same days as they were known at that place in the history."""
    from microsclero.desk.crew import injectors_with
    from microsclero.desk.opening_of import as_entered, holidays_between, hours_of
    from microsclero.store import as_of

    return Diary(
        hours=hours_of(as_of.hours(desk.store, seq)),
        closures=as_entered(as_of.closures(desk.store, seq)),
        holidays=holidays_between(desk, first, last),
        injectors=injectors_with(desk._replace(team=as_of.team(desk.store, seq)), as_of.absences(desk.store, seq)),
        rooms=as_of.rooms(desk.store, seq, desk.today()),
        session_minutes=desk.clinic.session_minutes,
    )
