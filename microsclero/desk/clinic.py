"""The clinic at the desk: made, shown, changed; hours, closures, bank holidays, team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from microsclero.dates import WEEKDAYS
from microsclero.desk.founding import HOLIDAY_YEARS, about_holidays, is_known
from microsclero.errors import NotFoundError, RefusedError, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.absences import AbsenceRow
    from microsclero.store.clinic import ClinicRow, ClosureRow, HolidayRow, MemberRow

Periods = tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The clinic as the file knows it."""

    clinic: ClinicRow
    hours: tuple[Periods, ...]
    closures: tuple[ClosureRow, ...]
    holidays: tuple[HolidayRow, ...]
    team: tuple[MemberRow, ...]
    rooms: tuple[str, ...]
    absences: tuple[AbsenceRow, ...] = ()

    def as_data(self) -> dict[str, object]:
        reading = self.clinic.reading_phlebitis
        return {
            "name": self.clinic.name,
            "phone": self.clinic.phone,
            "out_of_hours": self.clinic.out_of_hours or None,
            "address": self.clinic.address,
            "zone": self.clinic.zone,
            "country": self.clinic.country,
            "subdivision": self.clinic.subdivision or None,
            "session_minutes": self.clinic.session_minutes,
            "cooling_off_days": self.clinic.cooling_off_days,
            "made_up": self.clinic.made_up,
            "phlebitis_reading": reading,
            "hours": {day: [_span(period) for period in self.hours[place]] for place, day in enumerate(WEEKDAYS)},
            "closures": [
                {
                    "from": row.from_on.isoformat(),
                    "until": row.until_on.isoformat(),
                    "reason": row.reason,
                    "open": [_span(period) for period in row.periods] if row.is_open else None,
                }
                for row in self.closures
            ],
            "holidays": [{"date": row.on.isoformat(), "name": row.name} for row in self.holidays],
            "team": [
                {
                    "initials": member.initials,
                    "name": member.name,
                    "roles": list(member.roles),
                    "register": member.register,
                    "ended_on": member.ended_on.isoformat() if member.ended_on else None,
                    "weekdays": list(member.weekdays) if member.weekdays else None,
                    "away": [_away(row) for row in self.absences if row.initials == member.initials],
                }
                for member in self.team
            ],
            "rooms": list(self.rooms),
        }


def _away(row: AbsenceRow) -> dict[str, object]:
    return {
        "from": row.from_on.isoformat(),
        "until": row.until_on.isoformat(),
        "hours": _span(row.hours) if row.hours else None,
        "reason": row.reason or None,
    }


def _span(period: tuple[time, time]) -> str:
    return f"{period[0]:%H:%M}-{period[1]:%H:%M}"


def overview(desk: Desk) -> Overview:
    """Numbers, hours, closures to come, bank holidays of the coming year, team and who is away, rooms."""
    from microsclero.store import absences, clinic

    today = desk.today()
    return Overview(
        clinic=desk.clinic,
        hours=clinic.hours(desk.store),
        closures=tuple(row for row in clinic.closures(desk.store) if row.until_on >= today),
        holidays=tuple(clinic.holidays(desk.store, today, today + timedelta(days=365))),
        team=desk.team,
        rooms=tuple(room.name for room in clinic.rooms(desk.store, today)),
        absences=absences.absences(desk.store, today),
    )


def typed(desk: Desk) -> dict[str, object]:
    """The clinic's settings as somebody would type them."""
    from microsclero.store import clinic

    keys = ("name", "phone", "out_of_hours", "address", "zone", "country", "subdivision", "session_minutes")
    rooms = ", ".join(room.name for room in clinic.rooms(desk.store, desk.today()))
    return {key: getattr(desk.clinic, key) for key in (*keys, "cooling_off_days")} | {"rooms": rooms}


def typed_hours(desk: Desk) -> dict[str, object]:
    """The week's hours as somebody would type them."""
    from microsclero.store import clinic

    week = zip(WEEKDAYS, clinic.hours(desk.store), strict=True)
    return {day: ", ".join(map(_span, periods)) or "closed" for day, periods in week}


def edit(desk: Desk, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Change the clinic's own data; a reading of the page is recorded once, by a prescriber."""
    from microsclero.desk.opening_of import by_year, keep_holidays
    from microsclero.store import clinic

    if not given:
        raise UsageError("Nothing to change: name at least one detail.", code="missing_answer")
    changes = {key: value for key, value in given.items() if key not in ("phlebitis_reading", "rooms")}
    for key in ("name", "phone", "zone", "country", "session_minutes"):
        if key in changes and changes[key] in (None, ""):
            raise UsageError(f"“{key}” can't be empty.", code="missing_answer", key=key)
    reading = given.get("phlebitis_reading")
    if reading:
        if desk.clinic.reading_phlebitis:
            raise RefusedError("The clinic's reading of past phlebitis is already recorded.", code="already_recorded")
        prescriber = desk.member(reading["prescriber"], role="prescriber")
        changes["reading_phlebitis"] = {
            "who": prescriber.initials,
            "on": desk.today().isoformat(),
            "why": reading["reason"],
        }
    country = changes.get("country", desk.clinic.country)
    for key in ("out_of_hours", "subdivision"):
        if key in changes:
            changes[key] = changes[key] or ""
    if "cooling_off_days" in changes:
        changes["cooling_off_days"] = changes["cooling_off_days"] or 0
    part = changes.get("subdivision", desk.clinic.subdivision)
    if part and not is_known(country, part):
        raise UsageError(
            f"The part {part} of {country} is not known for bank holidays.", code="unreadable", key="subdivision"
        )
    moved = (country, part) != (desk.clinic.country, desk.clinic.subdivision)
    years = range(desk.today().year, desk.today().year + HOLIDAY_YEARS)
    holidays = by_year(country, part, list(years)) if moved else {}
    with desk.store.changing(who=desk.writer(), command="clinic edit"):
        if changes:
            clinic.edit_clinic(desk.store, changes)
        keep_holidays(desk.store, country, part, holidays)
        if "rooms" in given:
            _set_rooms(desk, tuple(given["rooms"] or ()))
    named = _in_closed_rooms(desk) if "rooms" in given else ()
    return (*(about_holidays(country) if moved else ()), *named)


def _in_closed_rooms(desk: Desk) -> tuple[str, ...]:
    """What is still to come in a room that is no longer used, in sentences."""
    from microsclero.desk.absences import HORIZON_DAYS, booking_words, move_command
    from microsclero.desk.sessions import planned
    from microsclero.store import clinic, diary

    today = desk.today()
    closed = {room.name for room in clinic.rooms(desk.store)} - {room.name for room in clinic.rooms(desk.store, today)}
    return tuple(
        f"{booking_words(planned(row))} is in {row.room}, which is closed; move it: {move_command(planned(row))}"
        for row in diary.live_sessions(desk.store, today, today + timedelta(days=HORIZON_DAYS))
        if row.status == "planned" and row.room in closed
    )


def _set_rooms(desk: Desk, wanted: tuple[str, ...]) -> None:
    """The rooms from today on; one that is gone stays in the record of the sessions it had."""
    from microsclero.store import clinic

    known = {room.name: room for room in clinic.rooms(desk.store)}
    for name in wanted:
        if name not in known:
            clinic.add_room(desk.store, name)
        elif known[name].ended_on is not None:
            clinic.reopen_room(desk.store, name)
    for name, room in known.items():
        if name not in wanted and room.ended_on is None:
            clinic.end_room(desk.store, name, desk.today() - timedelta(days=1))


def set_hours(desk: Desk, given: Mapping[str, Periods]) -> tuple[str, ...]:
    """New weekly hours; sessions that now lie outside them are named."""
    from microsclero.store import clinic

    if not given:
        raise UsageError("Nothing to change: name at least one day.", code="missing_answer")
    week = list(clinic.hours(desk.store))
    for day, periods in given.items():
        week[WEEKDAYS.index(day)] = tuple(periods or ())
    if not any(week):
        raise UsageError("At least one day has hours.", code="missing_answer")
    with desk.store.changing(who=desk.writer(), command="clinic hours"):
        clinic.set_hours(desk.store, {WEEKDAYS.index(day): periods or () for day, periods in given.items()})
    return _outside(desk, desk.today(), desk.today() + timedelta(days=730))


def close(
    desk: Desk, span: tuple[date, date], reason: str, *, open_periods: Periods | None, undo: bool
) -> tuple[str, ...]:
    """Close days, open them once, or take that back; booked sessions that are touched are named."""
    from microsclero.desk.absences import moved_with
    from microsclero.store import clinic

    remarks: tuple[str, ...] = ()
    if span[1] < desk.today() and not undo:
        raise UsageError("These days have gone by; close days to come.", code="in_the_past")
    with desk.store.changing(who=desk.writer(), command="clinic close"):
        if undo:
            rows = [row.closure for row in clinic.closures(desk.store) if (row.from_on, row.until_on) == span]
            if not rows:
                raise NotFoundError("No closure covers exactly these days; microsclero clinic show lists them.")
            # The entry that holds is the last; what was entered before it holds again.
            clinic.void_closure(desk.store, max(rows))
            remarks = moved_with(desk, "closure", max(rows))
        else:
            clinic.add_closure(
                desk.store,
                from_on=span[0],
                until_on=span[1],
                reason=reason,
                is_open=bool(open_periods),
                periods=open_periods or (),
            )
    return (*remarks, *_outside(desk, max(span[0], desk.today()), span[1]))


def _outside(desk: Desk, first: date, last: date) -> tuple[str, ...]:
    """Planned sessions that lie in no open hour."""
    from microsclero.desk.absences import booking_words, move_command
    from microsclero.desk.opening_of import opening
    from microsclero.desk.sessions import planned
    from microsclero.store import diary

    if last < first:
        return ()
    hours = opening(desk, first, (last - first).days)
    return tuple(
        f"{booking_words(planned(row))} now lies outside the hours; move it: {move_command(planned(row))}"
        for row in diary.live_sessions(desk.store, first, last)
        if row.status == "planned"
        and hours.outside_hours(
            row.on, row.starts, (row.ends.hour - row.starts.hour) * 60 + row.ends.minute - row.starts.minute
        )
    )


def save_member(desk: Desk, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Add a member, or change the one with these initials; sessions on days they don't work are named."""
    from microsclero.desk.absences import booked_on_other_days
    from microsclero.desk.same_initials import came_back, refuse_another_person
    from microsclero.store import clinic

    if "initials" not in given:
        raise UsageError("“initials” is missing: whose entry is it?", code="missing_answer", key="initials")
    known = next((member for member in desk.team if member.initials == given["initials"]), None)
    about = refuse_another_person(known, given) if known is not None else ()
    if known is None and not {"name", "roles"} <= set(given):
        raise UsageError("A new member needs initials, name and roles.", code="missing_answer")
    with desk.store.changing(who=desk.writer(), command="clinic team"):
        if known is None:
            clinic.add_member(
                desk.store,
                initials=given["initials"],
                name=given["name"],
                roles=given["roles"],
                register=given.get("register"),
                weekdays=given.get("weekdays"),
            )
        else:
            changes = {key: value for key, value in given.items() if key != "initials"}
            if known.ended_on is not None and known.ended_on < desk.today() and {"name", "roles"} <= set(given):
                # Entered again in full: whoever left is back.
                changes["ended_on"] = None
                about = (*about, came_back(known))
            refuse_last(desk, known, changes.get("roles", known.roles))
            clinic.edit_member(desk.store, known.initials, changes)
    booked = booked_on_other_days(desk.reread(), given["initials"]) if given.get("weekdays") else ()
    return (*about, *booked)


def refuse_last(desk: Desk, member: MemberRow, roles: tuple[str, ...]) -> None:
    """Somebody must be left who injects, and who prescribes."""
    for role in ("injector", "prescriber"):
        others = [
            other
            for other in desk.team
            if other.member != member.member and role in other.roles and other.ended_on is None
        ]
        if role in member.roles and role not in roles and not others:
            raise RefusedError(f"{member.initials} is the only {role}; add another first.", code="last_of_role")
