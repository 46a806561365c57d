"""A whole change taken back: its rows get their earlier values in reverse order, what it entered is voided."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, NamedTuple

from microsclero.store import journal
from microsclero.store.rows import periods_from_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from microsclero.store import Store
    from microsclero.store.absences import AbsenceRow
    from microsclero.store.clinic import ClosureRow
    from microsclero.store.diary import SessionRow
    from microsclero.store.journal import EntryRow, NotedRow, Value

# What of a change goes back; bank holidays that came with it stay.
GO_BACK = ("session", "course", "closure", "absence")
STAY = ("holiday", "holiday_year")
UNDONE = "undone"


class RowBack(NamedTuple):
    """One row of a change to be taken back: as the change left it, as it stands now, as it would stand then."""

    table: str
    row_id: int
    left: Mapping[str, Value]
    now: Mapping[str, Value]
    then: Mapping[str, Value]

    @property
    def is_changed_since(self) -> bool:
        """Whether it stands as the change left it; a version only counts, and counts an undo, too."""
        return any(self.now.get(name) != value for name, value in self.left.items() if name != "version")


def rows_back(store: Store, rows: Iterable[NotedRow], *, on: date) -> tuple[RowBack, ...]:
    """Each row that a change touched, once, in the order in which it was first touched."""
    first: dict[tuple[str, int], NotedRow] = {}
    last: dict[tuple[str, int], NotedRow] = {}
    for row in rows:
        if row.table in GO_BACK:
            first.setdefault((row.table, row.row_id), row)
            last[row.table, row.row_id] = row
    found = []
    for (table, row_id), row in first.items():
        now = journal.present(store, table, row_id)
        then = {**now, **_voided(table, on)} if row.before is None else dict(row.before)
        found.append(RowBack(table, row_id, last[table, row_id].after, now, then))
    return tuple(found)


def take_back(store: Store, made: EntryRow, *, reason: str, on: date) -> None:
    """Take the change back inside `changing()`; in reverse, so that no step meets a place that is still taken.

    A time that has gone is a ConflictError, code slot_taken.
    """
    rows = [row for row in journal.rows_of(store, made) if row.table in GO_BACK]
    entered = {(row.table, row.row_id) for row in rows if row.before is None}
    for row in reversed(rows):
        # What the change entered is voided at the last that was done to it; nothing more follows.
        is_voided = (row.table, row.row_id) in entered
        then: Mapping[str, Value] = _voided(row.table, on) if is_voided else row.before or {}
        _put(store, row.table, row.row_id, then)
    store.write.insert("undone", {"entry": made.entry, "reason": reason, "at": store.write.at, "who": store.write.who})


def session_from_values(values: Mapping[str, Value]) -> SessionRow:
    """A session as the diary knows it."""
    from microsclero.store.diary import SESSION_COLUMNS, session_from_row

    return session_from_row(tuple(values[name] for name in SESSION_COLUMNS.split(", ")))


def closure_from_values(values: Mapping[str, Value]) -> ClosureRow:
    """A closure or a one-off opening as the clinic knows it."""
    from microsclero.store.clinic import ClosureRow

    return ClosureRow(
        closure=int(values["id"] or 0),
        from_on=date.fromisoformat(str(values["from_on"])),
        until_on=date.fromisoformat(str(values["until_on"])),
        reason=str(values["reason"]),
        is_open=bool(values["is_open"]),
        periods=periods_from_text(str(values["periods"])),
    )


def absence_from_values(values: Mapping[str, Value]) -> AbsenceRow:
    """Leave or a break as the team has it."""
    from microsclero.store.absences import AbsenceRow

    starts, ends = values["starts"], values["ends"]
    return AbsenceRow(
        absence=int(values["id"] or 0),
        initials=str(values["initials"]),
        from_on=date.fromisoformat(str(values["from_on"])),
        until_on=date.fromisoformat(str(values["until_on"])),
        hours=(time.fromisoformat(str(starts)), time.fromisoformat(str(ends))) if starts and ends else None,
        reason=str(values["reason"]),
    )


def _voided(table: str, on: date) -> dict[str, Value]:
    """What marks a row as taken back; it stays in the record."""
    if table == "session":
        return {"status": "cancelled", "cancel_reason": UNDONE}
    if table == "course":
        return {"status": "closed", "closed_on": on.isoformat(), "closed_why": UNDONE}
    return {"voided": 1}


def _put(store: Store, table: str, row_id: int, then: Mapping[str, Value]) -> None:
    now = journal.present(store, table, row_id)
    changes = {name: value for name, value in then.items() if name not in ("id", "version") and now[name] != value}
    if not changes:
        return
    version = now.get("version")
    store.write.update(table, row_id, changes if version is None else {**changes, "version": int(version) + 1})
