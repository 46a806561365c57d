"""Bookings still to come that can't be held as they stand, since the clinic, its team or its rooms have changed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from microsclero.desk.crew import injectors
from microsclero.desk.worked_causes import Cause
from microsclero.stranded import Offer, Surroundings, crowded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.desk import Desk
    from microsclero.opening import Opening, Period
    from microsclero.store.clinic import RoomRow
    from microsclero.store.diary import SessionRow


def surroundings(desk: Desk, first: date, last: date) -> Surroundings:
    """What bookings on these days (both included) stand on, as the file has it now."""
    from microsclero.desk.opening_of import opening

    return _around(desk, opening(desk, first, (last - first).days), first, last)


def _around(desk: Desk, hours: Opening, first: date, last: date) -> Surroundings:
    from microsclero.store import clinic

    rooms = clinic.rooms(desk.store)
    return Surroundings(
        hours=hours,
        crew={one.initials: one for one in injectors(desk, first, last)},
        ended_rooms={room.name: room.ended_on for room in rooms if room.ended_on},
        crowded=_crowded(desk, rooms, first, last) if rooms else {},
    )


def _crowded(desk: Desk, rooms: Iterable[RoomRow], first: date, last: date) -> dict[date, tuple[Period, ...]]:
    """When more is booked on a day than there are rooms; asked of the days alone on which something is without one."""
    from microsclero.store import diary_lists

    found = {
        day: crowded(places, [room.name for room in rooms if room.ended_on is None or day <= room.ended_on])
        for day, places in diary_lists.planned_beside_roomless(desk.store, first, last)
    }
    return {day: spans for day, spans in found.items() if spans}


def stranded(desk: Desk, hours: Opening, limit: int, patient_no: int | None) -> list[Cause]:
    """Everything planned from today on that can't be held as it stands, the earliest first; `hours` reach as far.

    Days that offer the same are looked through together: however full the diary, only what is stranded is read.
    """
    from microsclero.store import diary_lists

    days = diary_lists.booked_days(desk.store, desk.today())
    if not days:
        return []
    around = _around(desk, hours, days[0], days[-1])
    alike: dict[Offer, list[date]] = {}
    for day in days:
        alike.setdefault(around.offer(day), []).append(day)
    rows = [
        row
        for offer, same in alike.items()
        for row in diary_lists.planned_outside(
            desk.store,
            same,
            periods=[(each.starts, each.ends) for each in offer.periods],
            crew={initials: [(each.starts, each.ends) for each in breaks] for initials, breaks in offer.crew},
            closed_rooms=offer.closed_rooms,
            crowded=[(each.starts, each.ends) for each in offer.crowded],
            limit=limit,
            patient_no=patient_no,
        )
    ]
    rows.sort(key=lambda row: (row.on, row.starts, row.session))
    return [_cause(desk, row, around) for row in rows[: limit if limit >= 0 else None]]


def _cause(desk: Desk, row: SessionRow, around: Surroundings) -> Cause:
    what = f"session {row.number}" if row.kind == "session" else "consultation"
    return Cause(
        row.patient_no,
        "stranded",
        row.session,
        f"{what} at {row.starts:%H:%M}: {', '.join(around.against(row))}",
        row.on,
        _way_out(desk, row),
    )


def _way_out(desk: Desk, row: SessionRow) -> str:
    """What to type: it is moved; once its time has come, that nobody was there for it is said instead."""
    from microsclero.desk.absences import move_command
    from microsclero.desk.sessions import planned
    from microsclero.desk.worked_causes import missed_command

    now = desk.now()
    if (row.on, row.starts) <= (now.date(), now.time()):
        return missed_command(row)
    return move_command(planned(row)).removeprefix("microsclero ")
