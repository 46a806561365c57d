"""Choosing a patient at the terminal: today's by one key, anyone by number, name, date of birth or phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.errors import DeclinedError

if TYPE_CHECKING:
    from microsclero.ask.keys import Keyboard
    from microsclero.desk import Desk


def choose_patient(desk: Desk, keyboard: Keyboard, *, may_add: bool) -> int | None:
    """A patient's number; None for a new patient; DeclinedError when nobody is chosen."""
    from microsclero.commands.shared import tell
    from microsclero.desk.patients import find, todays, unfinished
    from microsclero.render.views.patients import choice_line

    today = todays(desk)
    begun = [each for each in unfinished(desk) if each.number not in [other.number for other in today]]
    offered = [*today, *begun][:9]
    if offered:
        tell("Today, and questionnaires begun:" if begun else "Today:")
    while True:
        for place, patient in enumerate(offered, 1):
            tell(f"  {place})  {choice_line(patient)}")
        new = ", + new" if may_add else ""
        line = keyboard.line(f"Patient (row 1-9, #number, name, birth date, phone{new}; q stops): ").strip()
        if line in ("", "q"):
            raise DeclinedError("No patient chosen; nothing was done.")
        if may_add and line == "+":
            return None
        if len(line) == 1 and line.isdigit() and 1 <= int(line) <= len(offered):
            return offered[int(line) - 1].number
        found = find(desk, line.removeprefix("#"))
        if line.startswith("#") and line[1:].isdigit():
            found = tuple(patient for patient in found if patient.number == int(line[1:]))
        if not found:
            tell("Nobody found. Part of the name is enough; a date of birth as 03/02/1981.")
        offered = list(found[:9])
