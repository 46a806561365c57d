"""The clinic on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.dates import show_date, show_range
from microsclero.render.terminal import console, table, words

if TYPE_CHECKING:
    from microsclero.desk.clinic import Overview

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def clinic_view(seen: Overview) -> None:
    out, clinic = console(), seen.clinic
    out.print(words(clinic.name, "bold"))
    if clinic.made_up:
        out.print("MADE UP: no real patients in this file")
    out.print(words(f"Phone {clinic.phone}; out of hours {clinic.out_of_hours or 'NHS 111'}"))
    if clinic.address:
        out.print(words(clinic.address))
    place = f"{clinic.country}{f'-{clinic.subdivision}' if clinic.subdivision else ''}"
    out.print(words(f"{clinic.zone}, bank holidays of {place}, {clinic.session_minutes} minutes a session"))
    reading = clinic.reading_phlebitis
    if reading:
        out.print(words(f"Past phlebitis read as recorded by {reading['who']} on {reading['on']}: {reading['why']}"))
    hours = table("Day", "Hours")
    for name, periods in zip(DAY_NAMES, seen.hours, strict=True):
        hours.add_row(name, ", ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in periods) or "closed")
    out.print(hours)
    team = table("Team", "Name", "Roles", "Register")
    for member in seen.team:
        left = f" (until {show_date(member.ended_on)})" if member.ended_on else ""
        team.add_row(
            words(member.initials), words(member.name + left), ", ".join(member.roles), words(member.register or "")
        )
    out.print(team)
    if seen.rooms:
        out.print(words(f"Rooms: {', '.join(seen.rooms)}"))
    for row in seen.closures:
        spans = ", ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in row.periods)
        what = f"open {spans}" if row.is_open else "closed"
        out.print(words(f"{show_range(row.from_on, row.until_on)}: {what}, {row.reason}"))
    if seen.holidays:
        out.print(words("Bank holidays: " + "; ".join(f"{show_date(row.on)} {row.name}" for row in seen.holidays)))
