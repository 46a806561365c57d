"""Those who inject, with their weekdays, leave and breaks."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from microsclero.dates import WEEKDAYS
from microsclero.injectors import Break, Injector
from microsclero.opening import Period
from microsclero.store import absences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.desk import Desk
    from microsclero.store.absences import AbsenceRow
    from microsclero.store.clinic import MemberRow


def injectors(desk: Desk, first: date, last: date) -> tuple[Injector, ...]:
    """Those who inject, with what keeps them from it between these days (both included)."""
    return injectors_with(desk, absences.absences(desk.store, first, last))


def injectors_with(desk: Desk, rows: Iterable[AbsenceRow]) -> tuple[Injector, ...]:
    """Those who inject, with these absences."""
    rows = tuple(rows)
    return tuple(
        _injector(member, [row for row in rows if row.initials == member.initials])
        for member in desk.team
        if "injector" in member.roles
    )


def without_prescriber(desk: Desk, initials: str, first: date, last: date) -> tuple[date, ...]:
    """The days from `first` to `last` on which this prescriber would work, and no other does; none for anybody else."""
    rows = absences.absences(desk.store, first, last)
    prescribers = [member for member in desk.team if "prescriber" in member.roles]
    own = [_injector(member, []) for member in prescribers if member.initials == initials]
    others = [
        _injector(member, [row for row in rows if row.initials == member.initials])
        for member in prescribers
        if member.initials != initials
    ]
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return tuple(
        day for day in days if any(one.works_on(day) for one in own) and not any(one.works_on(day) for one in others)
    )


def _injector(member: MemberRow, rows: list[AbsenceRow]) -> Injector:
    return Injector(
        initials=member.initials,
        from_on=member.from_on,
        until_on=member.ended_on,
        weekdays=frozenset(map(WEEKDAYS.index, member.weekdays)) if member.weekdays else None,
        away=tuple((row.from_on, row.until_on) for row in rows if row.hours is None),
        breaks=tuple(Break(row.from_on, row.until_on, _period(row.hours)) for row in rows if row.hours),
    )


def _period(hours: tuple[time, time]) -> Period:
    return Period(starts=hours[0], ends=hours[1])
