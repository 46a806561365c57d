"""The record's history at the desk: which changes touched a patient, or the clinic, each row in words."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from microsclero.dates import show_date, show_range
from microsclero.desk.history_of_chair import WORDS as OF_THE_CHAIR
from microsclero.desk.history_steps import as_told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from microsclero.desk import Desk
    from microsclero.patients import Patient
    from microsclero.store.diary import SessionRow
    from microsclero.store.journal import EntryRow, NotedRow, Value

    Row = Mapping[str, Value]

# A migration or a year of bank holidays has many rows; the first say enough.
MOST_SHOWN = 20
# What a change of the diary may hold besides the rows of the patient it was made for.
_SHARED = ("closure", "absence", "undone")
_LONGEST_DIARY_CHANGE = 200
_SETTLED = {
    None: "open again",
    "rebooked": "has its new date",
    "no_more": "wants no new date",
    "course_closed": "closed with its course",
    "seen": "response seen",
    "followed": "followed by another session",
}
# Worked out from what was typed, or only counted.
_NOT_TYPED = frozenset({"id", "version", "name_key", "family_key", "phone_digits"})


class Told(NamedTuple):
    """One row of a change in words; `said` is what a person typed, kept apart from our own words."""

    table: str
    row_id: int
    patient_no: int | None
    what: str
    said: str | None = None

    def as_data(self) -> dict[str, object]:
        return {"of": self.table, "id": self.row_id, "patient": self.patient_no, "what": self.what, "said": self.said}


class Undone(NamedTuple):
    """That a change was taken back."""

    at: datetime
    who: str
    reason: str

    def as_data(self) -> dict[str, object]:
        return {"at": self.at.isoformat(timespec="seconds"), "who": self.who, "reason": self.reason}


class HistoryLine(NamedTuple):
    """One whole change: who, when by the clinic's clock, with which command, and what it did."""

    entry: int
    at: datetime
    who: str
    command: str
    changes: tuple[Told, ...]
    more: int
    undone: Undone | None

    def as_data(self) -> dict[str, object]:
        return {
            "entry": self.entry,
            "at": self.at.isoformat(timespec="seconds"),
            "who": self.who,
            "command": self.command,
            "changes": [change.as_data() for change in self.changes],
            "more": self.more,
            "undone": self.undone.as_data() if self.undone else None,
        }


class History(NamedTuple):
    """The newest changes of one patient's record, or of the clinic's where there is no patient."""

    patient: Patient | None
    lines: tuple[HistoryLine, ...]
    remarks: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient.number if self.patient else None,
            "entries": [line.as_data() for line in self.lines],
            "remarks": list(self.remarks),
        }


def of_patient(desk: Desk, patient_no: int, limit: int) -> History:
    """What touched this patient, newest first; the look itself is noted."""
    from microsclero.desk.patient_record import note_look
    from microsclero.desk.patients import patient_of
    from microsclero.store import journal

    patient = patient_of(desk, patient_no)
    unseen = note_look(desk, patient_no, "record history")
    lines = []
    for made, seqs in journal.entries_of_patient(desk.store, patient_no, limit):
        rows = journal.rows_by_number(desk.store, seqs[:_LONGEST_DIARY_CHANGE])
        steps = as_told(rows)
        shown, more = steps[:MOST_SHOWN], len(seqs) - len(rows) + len(steps[MOST_SHOWN:])
        if made.last_seq - made.first_seq < _LONGEST_DIARY_CHANGE:
            shared = (row for row in journal.rows_of(desk.store, made) if row.table in _SHARED)
            shown = tuple(sorted((*shown, *shared), key=lambda row: row.seq))
        lines.append(_line(desk, made, shown, more=more))
    return History(patient=patient, lines=tuple(lines), remarks=unseen)


def of_clinic(desk: Desk, limit: int) -> History:
    """The clinic's newest changes, newest first."""
    from microsclero.store import journal

    lines = []
    for made in journal.latest_entries(desk.store, limit):
        rows = journal.rows_of(desk.store, made, most=_LONGEST_DIARY_CHANGE)
        steps = as_told(rows)
        # A year's bank holidays are told by the year.
        shown = tuple(row for row in steps[:MOST_SHOWN] if row.table != "holiday")
        many = made.last_seq - made.first_seq + 1 - len(rows) + len(steps)
        lines.append(_line(desk, made, shown, more=many - len(shown)))
    return History(patient=None, lines=tuple(lines))


def _line(desk: Desk, made: EntryRow, rows: tuple[NotedRow, ...], *, more: int) -> HistoryLine:
    from microsclero.store import journal

    back = journal.undoing_of(desk.store, made.entry)
    return HistoryLine(
        entry=made.entry,
        at=made.at.astimezone(desk.zone),
        who=made.who,
        command=made.command,
        changes=tuple(told(row.table, row.row_id, row.before, row.after, is_new=row.op == "I") for row in rows),
        more=more,
        undone=Undone(back.at.astimezone(desk.zone), back.who, back.reason) if back else None,
    )


def told(table: str, row_id: int, before: Row | None, after: Row, *, is_new: bool = False) -> Told:
    """What became of one row, in words: what it was called, and what is different."""
    patient_no = row_id if table == "patient" else after.get("patient_id")
    number = patient_no if isinstance(patient_no, int) else None
    if before is None and not is_new:
        return Told(table, row_id, number, f"{_noun(table)} {row_id} carried over to a newer file")
    words = _WORDS.get(table)
    if words is None:
        what, said = _plain(table, row_id, before, after), None
    else:
        what, said = words(row_id, before, after)
    return Told(table, row_id, number, what, said or None)


def session_name(row: SessionRow) -> str:
    """Session 2; the consultation."""
    return f"session {row.number}" if row.kind == "session" else "consultation"


def when(row: SessionRow) -> str:
    """Tue 12 Jan 2027 09:00."""
    return f"{show_date(row.on)} {row.starts:%H:%M}"


def _session(row_id: int, before: Row | None, after: Row) -> tuple[str, str | None]:
    from microsclero.store.undoing import session_from_values

    now = session_from_values(after)
    if before is None:
        double = ", double-booked on purpose" if now.override_reason else ""
        return f"{session_name(now)} booked for {when(now)} with {now.injector}{double}", now.override_reason
    was = session_from_values(before)
    parts = _session_parts(was, now)
    return f"{session_name(was)} {', '.join(parts)}", now.override_reason if _is_set(was, now) else None


def _is_set(was: SessionRow, now: SessionRow) -> bool:
    return now.override_reason is not None and now.override_reason != was.override_reason


def _session_parts(was: SessionRow, now: SessionRow) -> list[str]:
    """What is different, in the order in which anybody would ask."""
    from microsclero.store.undoing import UNDONE

    parts = []
    if now.status != was.status:
        if now.status == "planned":
            parts.append(f"planned again for {when(now)}")
        elif now.cancel_reason == UNDONE:
            parts.append(f"for {when(now)} taken back")
        else:
            why = f" ({now.cancel_reason.replace('_', ' ')})" if now.cancel_reason else ""
            parts.append(f"of {when(now)} {now.state}{why}")
    elif (now.on, now.starts) != (was.on, was.starts):
        parts.append(f"moved from {when(was)} to {when(now)}")
    elif now.ends != was.ends:
        parts.append(f"of {when(now)} now ends {now.ends:%H:%M}")
    if now.injector != was.injector:
        parts.append(f"now with {now.injector}")
    if now.room != was.room:
        parts.append(f"now in {now.room}" if now.room else "now without a room")
    if now.number != was.number:
        parts.append(f"is now session {now.number}")
    if _is_set(was, now):
        parts.append("double-booked on purpose")
    if now.settled != was.settled:
        parts.append(f"of {when(now)}: {_SETTLED.get(now.settled, now.settled)}")
    return parts or [f"of {when(now)}: details of the booking changed"]


def _course(row_id: int, before: Row | None, after: Row) -> tuple[str, str | None]:
    from microsclero.store.undoing import UNDONE

    if before is None:
        return f"course {row_id} opened", None
    if before["status"] == after["status"]:
        return f"course {row_id}: wishes for its days changed", None
    if after["status"] == "open":
        return f"course {row_id} open again", None
    if after["closed_why"] == UNDONE:
        return f"course {row_id} taken back", None
    return f"course {row_id} closed", _text(after["closed_why"])


def _closure(row_id: int, before: Row | None, after: Row) -> tuple[str, str | None]:
    days = _days(after)
    what = f"opening of {days}, {after['periods']}" if after["is_open"] else f"closure of {days}"
    return f"{what}{_taken_back(before, after)}", _text(after["reason"])


def _absence(row_id: int, before: Row | None, after: Row) -> tuple[str, str | None]:
    hours = f", {after['starts']}-{after['ends']}" if after["starts"] else ""
    return f"absence of {after['initials']} {_days(after)}{hours}{_taken_back(before, after)}", _text(after["reason"])


def _event(row_id: int, before: Row | None, after: Row) -> tuple[str, str | None]:
    return f"event of {_days(after)}{_taken_back(before, after)}", _text(after["what"])


def _taken_back(before: Row | None, after: Row) -> str:
    if before is None:
        return " entered"
    if before["voided"] == after["voided"]:
        return " changed"
    return " taken back" if after["voided"] else " holds again"


def _patient(row_id: int, before: Row | None, after: Row) -> tuple[str, str | None]:
    return ("registered", None) if before is None else (f"details changed: {_names(before, after)}", None)


def _screening(row_id: int, before: Row | None, after: Row) -> tuple[str, str | None]:
    if before is None:
        return f"{after['purpose']} screening {row_id} signed: {after['outcome']}", None
    if after["superseded_by"] != before["superseded_by"]:
        return f"screening {row_id} followed by screening {after['superseded_by']}", None
    return f"screening {row_id} decided", None


def _decision(row_id: int, before: Row | None, after: Row) -> tuple[str, str | None]:
    return f"decision on {after['rule']} of screening {after['screening_id']}: {after['decision']}", None


def _document(row_id: int, before: Row | None, after: Row) -> tuple[str, str | None]:
    return f"document {row_id} filed: {after['kind']} of {_day(after['dated_on'])}", None


def _contact(row_id: int, before: Row | None, after: Row) -> tuple[str, str | None]:
    outcome = str(after["outcome"]).replace("_", " ")
    until = f" until {_day(after['put_off_until'])}" if after["put_off_until"] else ""
    return f"call about {str(after['about']).replace('_', ' ')}: {outcome}{until}", _text(after["note"])


def _undone(row_id: int, before: Row | None, after: Row) -> tuple[str, str | None]:
    return f"entry {after['entry']} undone", _text(after["reason"])


def _hours(row_id: int, before: Row | None, after: Row) -> tuple[str, str | None]:
    from microsclero.opening import LONG_DAYS

    return f"hours of {LONG_DAYS[int(after['weekday'] or 0)]}: {after['periods'] or 'closed'}", None


def _member(row_id: int, before: Row | None, after: Row) -> tuple[str, str | None]:
    if before is None:
        return f"{after['initials']} joined the team", None
    return f"{after['initials']}: {_names(before, after)} changed", None


_WORDS: dict[str, Callable[[int, Row | None, Row], tuple[str, str | None]]] = {
    "session": _session,
    "course": _course,
    "closure": _closure,
    "absence": _absence,
    "event": _event,
    "patient": _patient,
    "screening": _screening,
    "decision": _decision,
    "document": _document,
    "contact": _contact,
    "undone": _undone,
    "opening_hours": _hours,
    "team_member": _member,
    **OF_THE_CHAIR,
}


def _plain(table: str, row_id: int, before: Row | None, after: Row) -> str:
    """The clinic's own rows, which nobody asks about by number."""
    if table == "holiday":
        return f"bank holiday {_day(after['on_date'])} entered"
    if table == "holiday_year":
        return f"bank holidays of {after['year']} entered"
    if table == "backup_log":
        return "backup made"
    noun = _noun(table)
    return f"{noun} entered" if before is None else f"{noun}: {_names(before, after)} changed"


def _noun(table: str) -> str:
    return table.replace("_", " ")


def _names(before: Row, after: Row) -> str:
    """The names of the fields that differ; what stands in them is shown where it belongs."""
    changed = [name for name in after if name not in _NOT_TYPED and before[name] != after[name]]
    return ", ".join(name.replace("_", " ") for name in changed) or "nothing"


def _days(row: Row) -> str:
    return show_range(date.fromisoformat(str(row["from_on"])), date.fromisoformat(str(row["until_on"])))


def _day(value: Value) -> str:
    return show_date(date.fromisoformat(str(value)))


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
