"""How a clinic file is made: its first rows in one piece, never over another file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from microsclero.errors import FileError, UsageError, nobody_called

if TYPE_CHECKING:
    from microsclero.settings import Settings
    from microsclero.store import Store

HOLIDAY_YEARS = 4


def refuse_existing(settings: Settings) -> None:
    """A clinic file is never made over another file."""
    path = settings.clinic_file()
    try:
        path.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileError(f"No clinic file can be made at {path}: {error.strerror}.", code="file_cannot_open") from None
    raise FileError(
        f"There is already a file at {path}; nothing was changed. See it with: microsclero clinic show",
        code="file_exists",
        path=str(path),
    )


def init(settings: Settings, given: Mapping[str, Any], *, made_up: bool = False) -> Path:
    """Make the clinic file and its first rows in one piece; nothing is left where that fails."""
    from microsclero.desk.opening_of import by_year, keep_holidays
    from microsclero.store import create_store

    team = given["team"]
    for role in ("injector", "prescriber"):
        if not any(role in member["roles"] for member in team):
            raise UsageError(
                f"“team” has no {role}; at least one member needs that role.", code="role_missing", key="team"
            )
    country = given.get("country") or "GB"
    part = given.get("subdivision") or ("ENG" if country == "GB" else None)
    today = settings.clock().date()
    years = list(range(today.year, today.year + HOLIDAY_YEARS))
    holidays = by_year(country, part, years)
    if part and not is_known(country, part):
        raise UsageError(
            f"The part {part} of {country} is not known for bank holidays; leave it out or mend it.",
            code="unreadable",
            key="subdivision",
        )
    path = settings.clinic_file()
    refuse_existing(settings)
    if settings.who and settings.who.upper() not in [member["initials"] for member in team]:
        raise nobody_called(settings.who)

    def fill(store: Store) -> None:
        with store.changing(who=settings.who or team[0]["initials"], command="clinic init"):
            _enter(store, given, country, part or "", made_up=made_up)
            keep_holidays(store, country, part or "", holidays)

    create_store(path, fill=fill, clock=settings.clock).close()
    return path


def _enter(store: Store, given: Mapping[str, Any], country: str, part: str, *, made_up: bool) -> None:
    """The clinic, its team and its rooms, inside `changing()`."""
    from microsclero.store import clinic as rows

    rows.add_clinic(
        store,
        name=given["name"],
        phone=given["phone"],
        out_of_hours=given.get("out_of_hours") or "",
        address=given.get("address"),
        zone=given.get("zone") or "Europe/London",
        country=country,
        subdivision=part,
        session_minutes=given.get("session_minutes") or 30,
        made_up=made_up,
        hours=given["hours"],
    )
    for member in given["team"]:
        rows.add_member(
            store,
            initials=member["initials"],
            name=member["name"],
            roles=member["roles"],
            register=member.get("register"),
            weekdays=member.get("weekdays"),
        )
    for room in given.get("rooms") or ():
        rows.add_room(store, room)


def about_holidays(country: str) -> tuple[str, ...]:
    """What must be said where nobody knows a country's bank holidays."""
    import holidays

    if country in holidays.list_supported_countries(include_aliases=True):
        return ()
    return (f"No bank holidays are known for {country}: close them one by one with microsclero clinic close.",)


def is_known(country: str, part: str) -> bool:
    """Whether the holidays library has this part of this country; unknown countries have no parts to check."""
    import holidays

    known = holidays.list_supported_countries(include_aliases=True)
    return country not in known or part in known[country]
