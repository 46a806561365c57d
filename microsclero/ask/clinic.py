"""What is asked about the clinic: numbers, place, hours, team."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import time
from typing import TYPE_CHECKING, Any

from microsclero.ask.fields import Field, one_of, person_text, text_of, whole_number
from microsclero.dates import DAY_NAMES, WEEKDAYS

if TYPE_CHECKING:
    from microsclero.ask.keys import Keyboard

Key = Callable[[str, tuple[str, ...]], str]
ROLES = ("injector", "prescriber", "reception")
UK_PARTS = ("ENG", "WLS", "SCT", "NIR")
MOST_COOLING_OFF_DAYS = 90
Periods = tuple[tuple[time, time], ...]


def parse_periods(value: object) -> Periods:
    """Opening hours of a day: `09:00-13:00, 14:00-17:00`; empty for closed. In order, not overlapping."""
    parts = value if isinstance(value, list) else text_of(value).split(",")
    found: list[tuple[time, time]] = []
    mistakes: list[str] = []
    for part in parts:
        try:
            text = text_of(part).strip()
            if text and text.lower() not in ("closed", "-"):
                found.append(_period(text, found))
        except ValueError as mistake:
            mistakes.append(str(mistake).rstrip("."))
    if mistakes:
        raise ValueError("; ".join(dict.fromkeys(mistakes)))
    return tuple(found)


def _period(text: str, earlier: Sequence[tuple[time, time]]) -> tuple[time, time]:
    from microsclero.dates import parse_time

    times = re.findall("[0-9]{1,2}:[0-9]{2}", text)
    if len(times) > 2:
        raise ValueError("between two periods of a day a comma is missing: type 09:00-13:00, 14:00-17:00")
    first, dash, last = text.partition("-")
    if not dash:
        raise ValueError("hours are typed as 09:00-13:00, 14:00-17:00")
    period = parse_time(first.strip()), parse_time(last.strip())
    if period[0] >= period[1]:
        raise ValueError("each span of hours ends after it begins")
    if earlier and period[0] < earlier[-1][1]:
        raise ValueError("spans of hours stand in order and don't overlap")
    return period


def _hours(value: object) -> dict[int, Periods]:
    from microsclero.text import visible

    if not isinstance(value, dict):
        raise ValueError('an object of days is wanted, such as {"mon": ["09:00-13:00", "14:00-17:00"]}')
    unknown = sorted(visible(str(day)[:20]) for day in value if day not in WEEKDAYS)
    mistakes = [f"unknown days {', '.join(unknown)}, days are {', '.join(WEEKDAYS)}"] if unknown else []
    hours: dict[int, Periods] = {}
    for day in (day for day in value if day in WEEKDAYS):
        try:
            hours[WEEKDAYS.index(day)] = parse_periods(value[day])
        except ValueError as mistake:
            mistakes.append(f"{day}: {str(mistake).rstrip('.')}")
    if mistakes:
        raise ValueError("; ".join(mistakes))
    if not any(hours.values()):
        raise ValueError("at least one day has hours")
    return hours


def _initials(value: object) -> str:
    initials = text_of(value).strip().upper()
    if not 1 <= len(initials) <= 4 or not initials.isalpha():
        raise ValueError("initials are one to four letters")
    return initials


def _roles(value: object) -> tuple[str, ...]:
    roles = value if isinstance(value, list) else [part for part in text_of(value).replace(",", " ").split() if part]
    if not roles:
        raise ValueError(f"at least one role of {', '.join(ROLES)} is wanted")
    return tuple(dict.fromkeys(one_of(ROLES)(role) for role in roles))


def _weekdays(value: object) -> tuple[str, ...] | None:
    """The days somebody works, Monday first; None, for "all" or an empty list, for every open day."""
    days = value if isinstance(value, list) else text_of(value).lower().replace(",", " ").split()
    if days == ["all"]:
        return None
    wanted = {one_of(WEEKDAYS)(day) for day in days}
    return tuple(day for day in WEEKDAYS if day in wanted) or None


def member_fields() -> tuple[Field, ...]:
    """One member of the team; the register is what a prescriber signs with."""
    return (
        Field(key="initials", ask="Initials", parse=_initials, required=True),
        Field(key="name", ask="Name", parse=person_text(200, what="the name"), required=True),
        Field(
            key="roles",
            ask=f"Roles ({', '.join(ROLES)})",
            parse=_roles,
            required=True,
            why="An injector treats and has a diary; a prescriber decides on findings and prescribes.",
        ),
        Field(key="register", ask="Register and number (NMC …, GMC …)", parse=person_text(60, what="the register")),
        Field(
            key="weekdays",
            ask="Weekdays at work, as mon,tue; or all",
            parse=_weekdays,
            why="Nobody is booked with an injector on other days. All, or nothing said: every day the clinic opens.",
        ),
    )


def _team(value: object) -> tuple[dict[str, Any], ...]:
    from microsclero.ask.fields import from_document
    from microsclero.errors import UsageError

    if not isinstance(value, list) or not value:
        raise ValueError("a list of members, each with initials, name and roles, is wanted")
    members, mistakes = [], []
    for place, entry in enumerate(value, 1):
        if not isinstance(entry, dict):
            mistakes.append(f"member {place} is not an object")
            continue
        try:
            members.append(from_document(member_fields(), entry))
        except UsageError as error:
            mistakes.append(f"member {place}: {error.message.rstrip('.')}")
    if mistakes:
        raise ValueError("; ".join(mistakes))
    initials = [member["initials"] for member in members]
    if len(set(initials)) != len(initials):
        raise ValueError("two members have the same initials")
    return tuple(members)


def _zone(value: object) -> str:
    from microsclero.dates import find_zone

    name = text_of(value).strip()
    find_zone(name)
    return name


def _country(value: object) -> str:
    code = text_of(value).strip().upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise ValueError("the country is a code of two letters, such as GB")
    return code


def _subdivision(value: object) -> str | None:
    code = text_of(value).strip().upper()
    if len(code) > 6 or not code.replace("-", "").isalnum():
        raise ValueError("the part of the country is a short code, such as ENG")
    return code or None


def _rooms(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [part.strip() for part in text_of(value).split(",")]
    if not isinstance(value, list):
        raise ValueError("a list of room names is wanted")
    parse = person_text(60, what="the room")
    rooms = tuple(str(parse(room)) for room in value if parse(room))
    if len(set(rooms)) != len(rooms):
        raise ValueError("two rooms have one name")
    return rooms


def _place_fields(*, required: bool) -> tuple[Field, ...]:
    return (
        Field(key="name", ask="Name of the clinic", parse=person_text(200, what="the name"), required=required),
        Field(
            key="phone",
            ask="Phone in opening hours",
            parse=person_text(60, what="the phone number"),
            required=required,
            why="It stands on every sheet a patient takes home.",
        ),
        Field(
            key="out_of_hours",
            ask="Whom to ring out of hours (Enter: NHS 111)",
            parse=person_text(200, what="the out-of-hours number"),
        ),
        Field(key="address", ask="Address", parse=person_text(500, lines=True, what="the address")),
        Field(key="zone", ask="Time zone (Enter: Europe/London)", parse=_zone),
        Field(key="country", ask="Country (Enter: GB)", parse=_country),
        Field(
            key="subdivision",
            ask=f"Part of the country, for its bank holidays: {', '.join(UK_PARTS)} (Enter: ENG)",
            parse=_subdivision,
        ),
        Field(key="session_minutes", ask="Minutes a session takes (Enter: 30)", parse=whole_number(5, 240)),
    )


def _rooms_field() -> Field:
    return Field(
        key="rooms",
        ask="Rooms, separated by commas (Enter: none)",
        parse=_rooms,
        why="They are part of the clinic's record.",
    )


def init_fields() -> tuple[Field, ...]:
    """Everything that makes a clinic file."""
    return (
        *_place_fields(required=True),
        Field(key="hours", ask="Opening hours", parse=_hours, required=True, document_only=True),
        Field(key="team", ask="Team", parse=_team, required=True, document_only=True),
        _rooms_field(),
    )


def edit_fields() -> tuple[Field, ...]:
    """What may change later."""
    return (
        *_place_fields(required=False),
        Field(
            key="cooling_off_days",
            ask="Days between consent and treatment, this clinic's own rule (0 for none)",
            parse=whole_number(0, MOST_COOLING_OFF_DAYS),
            why="Time to think it over. No law or label names a number for this treatment; the clinic may set its own.",
        ),
        _rooms_field(),
        Field(key="phlebitis_reading", ask="The clinic's reading", parse=_reading, document_only=True),
    )


def _reading(value: object) -> dict[str, str]:
    """A prescriber's record that past phlebitis is read by the label, not by the page's words alone."""
    if not isinstance(value, dict) or set(value) != {"prescriber", "reason"}:
        raise ValueError("an object with prescriber and reason is wanted")
    reason = person_text(2_000, lines=True, what="the reason")(value["reason"])
    if not reason:
        raise ValueError("a reason is wanted")
    return {"prescriber": _initials(value["prescriber"]), "reason": reason}


def hours_fields() -> tuple[Field, ...]:
    """The week, day by day."""
    return tuple(
        Field(key=key, ask=f"{name} (Enter: closed)", parse=parse_periods)
        for key, name in zip(WEEKDAYS, DAY_NAMES, strict=True)
    )


def ask_clinic(keyboard: Keyboard, say: Callable[[str], None], key: Key) -> dict[str, Any]:
    """A whole clinic, asked at the terminal; key asks for one key of these."""
    from contextlib import suppress

    from microsclero.ask.fields import WentBack, from_person

    say("A new clinic file. Enter takes what stands in brackets or leaves it out; < goes back; ? says more.")
    place: dict[str, str] = {}
    week: dict[str, str] = {}
    while True:
        given = from_person((*_place_fields(required=True), _rooms_field()), keyboard, say, typed=place)
        with suppress(WentBack):
            return given | _ask_week_and_team(keyboard, say, key, week)


def _ask_week_and_team(
    keyboard: Keyboard, say: Callable[[str], None], key: Key, typed: dict[str, str]
) -> dict[str, Any]:
    from contextlib import suppress

    from microsclero.ask.fields import WentBack

    while True:
        hours = _ask_week(keyboard, say, typed)
        say("The team: at least one injector and one prescriber (they may be one person).")
        with suppress(WentBack):
            return {"hours": hours, "team": _ask_team(keyboard, say, key)}


def _ask_week(keyboard: Keyboard, say: Callable[[str], None], typed: dict[str, str]) -> dict[int, Periods]:
    """The open days by their place in the week; `<` at the first goes back to the clinic itself."""
    from microsclero.ask.fields import from_person

    say("Opening hours of each day, as 09:00-13:00, 14:00-17:00.")
    while True:
        told = from_person(hours_fields(), keyboard, say, typed=typed, may_leave=True)
        if hours := {WEEKDAYS.index(day): periods for day, periods in told.items() if periods}:
            return hours
        say("At least one day has hours.")
        typed.clear()


def _ask_team(keyboard: Keyboard, say: Callable[[str], None], key: Key) -> tuple[dict[str, Any], ...]:
    """One member after the other; `<` at the first initials goes back to the opening hours."""
    from microsclero.ask.fields import WentBack, from_person

    members: list[dict[str, Any]] = []
    lines: list[dict[str, str]] = [{}]
    while True:
        try:
            members.append(from_person(member_fields(), keyboard, say, typed=lines[-1], may_leave=True))
        except WentBack:
            if not members:
                raise
            members.pop()
            lines.pop()
            continue
        answer = _another(key, say, members)
        if answer == "<":
            members.pop()
        elif answer == "y":
            lines.append({})
        else:
            return tuple(members)


def _another(key: Key, say: Callable[[str], None], members: list[dict[str, Any]]) -> str:
    """y for another member, `<` back to the last; n ends the team, once it has who it needs."""
    while True:
        answer = key("  Another member, or < back to the last? [y/n] ", ("y", "n", "<"))
        say({"y": "yes", "n": "no", "<": "back"}[answer])
        missing = [role for role in ("injector", "prescriber") if not any(role in each["roles"] for each in members)]
        if answer != "n" or not missing:
            return answer
        say(f"There is no {' and no '.join(missing)} yet: y for another member, < to correct the last.")
