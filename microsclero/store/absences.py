"""Leave and breaks of the team in the file; an absence is taken back by voiding it, never deleted."""

from datetime import date, time
from typing import TYPE_CHECKING, NamedTuple

from microsclero.errors import NotFoundError
from microsclero.store.rows import time_text

if TYPE_CHECKING:
    from microsclero.store import Store


class AbsenceRow(NamedTuple):
    """Whole days of leave; with hours, a break on each of these days."""

    absence: int
    initials: str
    from_on: date
    until_on: date
    hours: tuple[time, time] | None
    reason: str


def absences(store: "Store", from_on: date, until_on: date = date.max) -> tuple[AbsenceRow, ...]:
    """The absences that touch these days (both inclusive), voided ones left out, in order of the first day."""
    rows = store.rows(
        "select id, initials, from_on, until_on, starts, ends, reason from absence "
        "where voided = 0 and until_on >= ? and from_on <= ? order by from_on, initials, id",
        (from_on.isoformat(), until_on.isoformat()),
    )
    return tuple(
        AbsenceRow(
            absence=row[0],
            initials=row[1],
            from_on=date.fromisoformat(row[2]),
            until_on=date.fromisoformat(row[3]),
            hours=(time.fromisoformat(row[4]), time.fromisoformat(row[5])) if row[4] else None,
            reason=row[6],
        )
        for row in rows
    )


def add_absence(
    store: "Store",
    *,
    initials: str,
    from_on: date,
    until_on: date,
    hours: tuple[time, time] | None = None,
    reason: str = "",
) -> int:
    """Leave on these days (both inclusive), or with hours a break on each of them; inside `changing()`."""
    return store.write.insert(
        "absence",
        {
            "initials": initials,
            "from_on": from_on.isoformat(),
            "until_on": until_on.isoformat(),
            "starts": time_text(hours[0]) if hours else None,
            "ends": time_text(hours[1]) if hours else None,
            "reason": reason,
        },
    )


def void_absence(store: "Store", absence: int) -> None:
    """Take an absence back inside `changing()`; it stays in the record, voided."""
    if store.row("select 1 from absence where id = ? and voided = 0", (absence,)) is None:
        raise NotFoundError(f"There is no absence {absence}. See them with: microsclero clinic show", absence=absence)
    store.write.update("absence", absence, {"voided": 1})
