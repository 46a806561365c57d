"""The clinic in the file: its settings, hours, closures, bank holidays, team and rooms."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import NotFoundError
from microsclero.store.rows import (
    Periods,
    date_text,
    json_text,
    maybe_date,
    maybe_json,
    maybe_text,
    moment_from_text,
    periods_from_text,
    periods_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import time

    from microsclero.store import Store


class ClinicRow(NamedTuple):
    """The clinic's own settings; `reading_phlebitis` says who chose that reading, when and why."""

    name: str
    phone: str
    out_of_hours: str
    zone: str
    country: str
    subdivision: str
    session_minutes: int
    made_up: bool
    reading_phlebitis: Mapping[str, Any] | None
    address: str | None
    cooling_off_days: int
    opened_at: datetime


class ClosureRow(NamedTuple):
    """Days closed; or, where `is_open`, days opened out of turn for these periods."""

    closure: int
    from_on: date
    until_on: date
    reason: str
    is_open: bool
    periods: Periods


class HolidayRow(NamedTuple):
    on: date
    name: str


class MemberRow(NamedTuple):
    """Someone of the team, from when until when; on which weekdays ("mon"), None for every open day."""

    member: int
    initials: str
    name: str
    register: str | None
    roles: tuple[str, ...]
    from_on: date | None
    ended_on: date | None
    weekdays: tuple[str, ...] | None = None


class RoomRow(NamedTuple):
    room: int
    name: str
    ended_on: date | None


_CLINIC = (
    "name, phone, out_of_hours, zone, country, subdivision, session_minutes, made_up, reading_phlebitis, address, "
    "cooling_off_days, opened_at"
)
MEMBER_COLUMNS = "id, initials, name, register, roles, from_on, ended_on, weekdays"


def clinic(store: Store) -> ClinicRow | None:
    """The clinic of this file; None only in a file whose making was cut short."""
    row = store.row(f"select {_CLINIC} from clinic")
    return None if row is None else clinic_from_row(row)


def clinic_from_row(row: tuple[Any, ...]) -> ClinicRow:
    return ClinicRow(
        name=row[0],
        phone=row[1],
        out_of_hours=row[2],
        zone=row[3],
        country=row[4],
        subdivision=row[5],
        session_minutes=row[6],
        made_up=bool(row[7]),
        reading_phlebitis=maybe_json(row[8]),
        address=row[9],
        cooling_off_days=row[10],
        opened_at=moment_from_text(row[11]),
    )


def add_clinic(
    store: Store,
    *,
    name: str,
    phone: str,
    out_of_hours: str,
    zone: str,
    country: str,
    subdivision: str,
    session_minutes: int,
    hours: Mapping[int, Iterable[tuple[time, time]]],
    made_up: bool = False,
    address: str | None = None,
) -> None:
    """The clinic's first rows, inside `changing()`: itself and its seven days (0 = Monday)."""
    write = store.write
    write.insert(
        "clinic",
        {
            "id": 1,
            "name": name,
            "phone": phone,
            "out_of_hours": out_of_hours,
            "zone": zone,
            "country": country,
            "subdivision": subdivision,
            "session_minutes": session_minutes,
            "made_up": int(made_up),
            "address": maybe_text(address),
            "opened_at": write.at,
        },
    )
    write.insert_all(
        "opening_hours",
        [{"id": day + 1, "weekday": day, "periods": periods_text(hours.get(day, ()))} for day in range(7)],
    )


def edit_clinic(store: Store, changes: Mapping[str, object]) -> None:
    """Change settings inside `changing()`; keys are ClinicRow's, `opened_at` apart."""
    unknown = changes.keys() - set(_CLINIC.split(", ")[:-1])
    if unknown:
        raise TypeError(f"The clinic has no {', '.join(sorted(unknown))} to change.")
    stored = dict(changes)
    if stored.get("reading_phlebitis") is not None:
        stored["reading_phlebitis"] = json_text(stored["reading_phlebitis"])
    if "made_up" in stored:
        stored["made_up"] = int(bool(stored["made_up"]))
    store.write.update("clinic", 1, stored)


def hours(store: Store) -> tuple[Periods, ...]:
    """The opening periods of the seven days, Monday first; an empty day is closed."""
    held = dict(store.rows("select weekday, periods from opening_hours"))
    return tuple(periods_from_text(held.get(day, "")) for day in range(7))


def set_hours(store: Store, hours: Mapping[int, Iterable[tuple[time, time]]]) -> None:
    """New periods for these weekdays (0 = Monday), inside `changing()`."""
    for day, periods in hours.items():
        store.write.update("opening_hours", day + 1, {"periods": periods_text(periods)})


def closures(store: Store, from_on: date | None = None, until_on: date | None = None) -> tuple[ClosureRow, ...]:
    """Closures and one-off openings that touch these days, voided ones left out, in order."""
    rows = store.rows(
        "select id, from_on, until_on, reason, is_open, periods from closure "
        "where voided = 0 and until_on >= ? and from_on <= ? order by from_on, id",
        ((from_on or date.min).isoformat(), (until_on or date.max).isoformat()),
    )
    return tuple(
        ClosureRow(
            closure=row[0],
            from_on=date.fromisoformat(row[1]),
            until_on=date.fromisoformat(row[2]),
            reason=row[3],
            is_open=bool(row[4]),
            periods=periods_from_text(row[5]),
        )
        for row in rows
    )


def add_closure(
    store: Store,
    *,
    from_on: date,
    until_on: date,
    reason: str,
    is_open: bool = False,
    periods: Iterable[tuple[time, time]] = (),
) -> int:
    """Close the clinic, or open it out of turn, on these days (both inclusive); inside `changing()`."""
    return store.write.insert(
        "closure",
        {
            "from_on": from_on.isoformat(),
            "until_on": until_on.isoformat(),
            "reason": reason,
            "is_open": int(is_open),
            "periods": periods_text(periods),
        },
    )


def void_closure(store: Store, closure: int) -> None:
    """Take a closure back inside `changing()`; it stays in the record, voided."""
    if store.row("select 1 from closure where id = ? and voided = 0", (closure,)) is None:
        raise NotFoundError(f"There is no closure {closure}. See them with: microsclero clinic show", closure=closure)
    store.write.update("closure", closure, {"voided": 1})


def holidays(store: Store, from_on: date, until_on: date) -> tuple[HolidayRow, ...]:
    """The bank holidays of the clinic's own country and part of it, in order."""
    rows = store.rows(
        "select h.on_date, h.name from clinic c join holiday h on h.country = c.country "
        "and h.subdivision = c.subdivision where h.on_date between ? and ? order by h.on_date",
        (from_on.isoformat(), until_on.isoformat()),
    )
    return tuple(HolidayRow(on=date.fromisoformat(on), name=name) for on, name in rows)


def holiday_years(store: Store) -> frozenset[int]:
    """The years whose bank holidays are in the file for the clinic's own country and part of it."""
    rows = store.rows(
        "select y.year from clinic c join holiday_year y on y.country = c.country and y.subdivision = c.subdivision"
    )
    return frozenset(year for (year,) in rows)


def add_holidays(store: Store, *, country: str, subdivision: str, year: int, days: Iterable[tuple[date, str]]) -> None:
    """One year's bank holidays, inside `changing()`; a year that is there already is left as it is."""
    place = {"country": country, "subdivision": subdivision, "year": year}
    known = "select 1 from holiday_year where country = ? and subdivision = ? and year = ?"
    if store.row(known, (country, subdivision, year)) is not None:
        return
    store.write.insert("holiday_year", place)
    store.write.insert_all("holiday", [{"on_date": on.isoformat(), "name": name, **place} for on, name in days])


def team(store: Store, on: date | None = None) -> tuple[MemberRow, ...]:
    """Everybody, by initials; with a day, those who are of the team on it."""
    rows = store.rows(f"select {MEMBER_COLUMNS} from team_member order by initials")
    return tuple(one for one in map(member_from_row, rows) if on is None or _is_there(one, on))


def member_from_row(row: tuple[Any, ...]) -> MemberRow:
    return MemberRow(
        member=row[0],
        initials=row[1],
        name=row[2],
        register=row[3],
        roles=tuple(row[4].split(",")) if row[4] else (),
        from_on=maybe_date(row[5]),
        ended_on=maybe_date(row[6]),
        weekdays=tuple(row[7].split(",")) if row[7] else None,
    )


def _is_there(one: MemberRow, on: date) -> bool:
    """Up to and with the day they ended on."""
    return (one.from_on is None or one.from_on <= on) and (one.ended_on is None or on <= one.ended_on)


def add_member(
    store: Store,
    *,
    initials: str,
    name: str,
    roles: Iterable[str],
    register: str | None = None,
    from_on: date | None = None,
    weekdays: Iterable[str] | None = None,
) -> int:
    """Someone new, inside `changing()`; initials already in the record are a ConflictError."""
    return store.write.insert(
        "team_member",
        {
            "initials": initials,
            "name": name,
            "register": maybe_text(register),
            "roles": ",".join(roles),
            "from_on": date_text(from_on),
            "weekdays": ",".join(weekdays or ()) or None,
        },
    )


def edit_member(store: Store, initials: str, changes: Mapping[str, object]) -> None:
    """Change name, register, roles, weekdays, from_on or ended_on inside `changing()`; initials stay for ever."""
    unknown = changes.keys() - {"name", "register", "roles", "weekdays", "from_on", "ended_on"}
    if unknown:
        raise TypeError(f"A member of the team has no {', '.join(sorted(unknown))} to change.")
    row = store.row("select id from team_member where initials = ?", (initials,))
    if row is None:
        raise NotFoundError(
            "Nobody of the team has these initials. See them with: microsclero clinic team", initials=initials
        )
    stored = {key: value.isoformat() if isinstance(value, date) else value for key, value in changes.items()}
    if "roles" in changes:
        stored["roles"] = ",".join(changes["roles"])  # type: ignore[arg-type]  # checked by whoever asked for them
    if "weekdays" in changes:
        stored["weekdays"] = ",".join(changes["weekdays"] or ()) or None  # type: ignore[arg-type]  # the same
    store.write.update("team_member", row[0], stored)


def rooms(store: Store, on: date | None = None) -> tuple[RoomRow, ...]:
    """Every room by name; with a day, those in use on it."""
    rows = store.rows("select id, name, ended_on from room order by name")
    every = (RoomRow(room=number, name=name, ended_on=maybe_date(ended_on)) for number, name, ended_on in rows)
    return tuple(one for one in every if on is None or one.ended_on is None or on <= one.ended_on)


def add_room(store: Store, name: str) -> int:
    """A room more, inside `changing()`; a name already in the record is a ConflictError."""
    return store.write.insert("room", {"name": name})


def end_room(store: Store, name: str, ended_on: date) -> None:
    """The last day a room is used, inside `changing()`."""
    _set_room_end(store, name, ended_on)


def reopen_room(store: Store, name: str) -> None:
    """A closed room is used again, inside `changing()`."""
    _set_room_end(store, name, None)


def _set_room_end(store: Store, name: str, ended_on: date | None) -> None:
    row = store.row("select id from room where name = ?", (name,))
    if row is None:
        raise NotFoundError("There is no room of that name. See them with: microsclero clinic show", room=name)
    store.write.update("room", row[0], {"ended_on": date_text(ended_on)})
