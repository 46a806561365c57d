"""The clinic on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.dates import DAY_NAMES, show_date, show_range
from microsclero.injectors import show_absence
from microsclero.render.terminal import Heading, console, print_lines, table, words
from microsclero.render.terminal import name as person_words

if TYPE_CHECKING:
    from rich.table import Table

    from microsclero.desk.away import Away, Leave
    from microsclero.desk.clinic import Overview
    from microsclero.desk.leaving import Left
    from microsclero.store.clinic import MemberRow


def clinic_view(seen: Overview) -> None:
    out, clinic = console(), seen.clinic
    out.print(words(clinic.name, "bold"))
    if clinic.made_up:
        out.print("MADE UP: no real patients in this file")
    out.print(words(f"Phone {clinic.phone}; out of hours {clinic.out_of_hours or 'NHS 111'}"))
    if clinic.address:
        print_lines(out, clinic.address.splitlines())
    place = f"{clinic.country}{f'-{clinic.subdivision}' if clinic.subdivision else ''}"
    out.print(words(f"{clinic.zone}, bank holidays of {place}, {clinic.session_minutes} minutes a session"))
    if clinic.cooling_off_days:
        many = "1 day" if clinic.cooling_off_days == 1 else f"{clinic.cooling_off_days} days"
        out.print(words(f"Cooling-off {many}: this clinic's own rule"))
    reading = clinic.reading_phlebitis
    if reading:
        out.print(words(f"Past phlebitis read as recorded by {reading['who']} on {reading['on']}: {reading['why']}"))
    hours = table("Day", "Hours")
    for name, periods in zip(DAY_NAMES, seen.hours, strict=True):
        hours.add_row(name, ", ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in periods) or "closed")
    out.print(hours)
    out.print(_team(seen.team))
    for away in seen.absences:
        when = show_absence(away.initials, away.from_on, away.until_on, away.hours)
        out.print(words(f"{when}{_because(away.reason)}"))
    if seen.rooms:
        out.print(words(f"Rooms: {', '.join(seen.rooms)}"))
    for row in seen.closures:
        spans = ", ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in row.periods)
        what = f"open {spans}" if row.is_open else "closed"
        why = "" if row.reason in ("open", "closed") else f", {row.reason}"
        out.print(words(f"{show_range(row.from_on, row.until_on)}: {what}{why}"))
    if seen.holidays:
        out.print(words("Bank holidays: " + "; ".join(f"{show_date(row.on)} {row.name}" for row in seen.holidays)))


def _team(team: tuple[MemberRow, ...]) -> Table:
    """Everybody, by initials; their weekdays where anybody's are known."""
    has_days = any(member.weekdays for member in team)
    made = table("Team", "Name", "Roles", "Register", *(["Days"] if has_days else []))
    for member in team:
        left = f" (until {show_date(member.ended_on)})" if member.ended_on else ""
        days = [" ".join(member.weekdays or ("all",))] if has_days else []
        made.add_row(
            words(member.initials),
            words(member.name + left),
            ", ".join(member.roles),
            words(member.register or ""),
            *days,
        )
    return made


def _because(reason: str) -> str:
    return f" ({person_words(reason)})" if reason else ""


def leave_words(leave: Leave) -> str:
    """MS is away Mon 21 Dec to Thu 31 Dec 2026 (holiday)."""
    return f"{_when(leave)}{_because(leave.reason)}"


def _when(leave: Leave) -> str:
    return show_absence(leave.initials, leave.from_on, leave.until_on, leave.times)


def away_view(seen: Away) -> None:
    """What was entered or taken back, and each booking with them at the time, with the command to move it."""
    lines: list[str] = [Heading(f"Taken back: {_when(seen.leave)}" if seen.is_undone else leave_words(seen.leave))]
    if seen.bookings:
        many = len(seen.bookings)
        lines += [f"{many} {'booking stands' if many == 1 else 'bookings stand'} in the diary then; to move:"]
    lines += [f"  {show_date(one.on)} {one.starts:%H:%M}  {move}" for one, move in seen.moves]
    lines += [f"! {remark}" for remark in seen.remarks]
    print_lines(console(), lines)


def left_view(left: Left) -> None:
    """Who left, and who looks after what they leave open."""
    lines = [Heading(f"Saved: the last day of {left.initials} is {show_date(left.last_on)}.")]
    lines += [Heading(f"{left.to} looks after, from now on:")] if left.handed_over else []
    print_lines(console(), [*lines, *(f"  {each.words}" for each in left.handed_over)])
