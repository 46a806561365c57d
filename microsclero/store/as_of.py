"""Hours, closures, leave, team and rooms as they stood at a place in the history, from what was noted since."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from microsclero.store import journal
from microsclero.store.rows import periods_from_text

if TYPE_CHECKING:
    from microsclero.store import Store
    from microsclero.store.absences import AbsenceRow
    from microsclero.store.clinic import ClosureRow, MemberRow
    from microsclero.store.rows import Periods


def hours(store: Store, seq: int) -> tuple[Periods, ...]:
    """The opening periods of the seven days, Monday first."""
    held = {row["weekday"]: str(row["periods"]) for row in journal.as_of(store, "opening_hours", seq).values()}
    return tuple(periods_from_text(held.get(day, "")) for day in range(7))


def closures(store: Store, seq: int) -> tuple[ClosureRow, ...]:
    """Closures and one-off openings, voided ones left out."""
    from microsclero.store.undoing import closure_from_values

    rows = journal.as_of(store, "closure", seq).values()
    return tuple(closure_from_values(row) for row in rows if not row["voided"])


def absences(store: Store, seq: int) -> tuple[AbsenceRow, ...]:
    """Leave and breaks, voided ones left out."""
    from microsclero.store.undoing import absence_from_values

    rows = journal.as_of(store, "absence", seq).values()
    return tuple(absence_from_values(row) for row in rows if not row["voided"])


def team(store: Store, seq: int) -> tuple[MemberRow, ...]:
    """Everybody, by initials."""
    from microsclero.store.clinic import MEMBER_COLUMNS, member_from_row

    rows = journal.as_of(store, "team_member", seq).values()
    members = (member_from_row(tuple(row[name] for name in MEMBER_COLUMNS.split(", "))) for row in rows)
    return tuple(sorted(members, key=lambda one: one.initials))


def rooms(store: Store, seq: int, on: date) -> tuple[str, ...]:
    """The names of the rooms that were in use on that day."""
    rows = journal.as_of(store, "room", seq).values()
    return tuple(str(row["name"]) for row in rows if row["ended_on"] is None or on.isoformat() <= str(row["ended_on"]))
