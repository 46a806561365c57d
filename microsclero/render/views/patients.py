"""Patients on the screen: always number, name and date of birth together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from microsclero.dates import show_date
from microsclero.render.terminal import console, name, print_lines, print_table, words
from microsclero.render.views.events import event_line
from microsclero.render.views.timeline import timeline_lines
from microsclero.render.views.told import told_lines
from microsclero.render.views.why import head_lines
from microsclero.text import visible

if TYPE_CHECKING:
    from pathlib import Path

    from microsclero.desk import Desk
    from microsclero.desk.patient_record import Record
    from microsclero.desk.patients import Found, Match, Registered
    from microsclero.patients import Patient


def headline(patient: Patient) -> str:
    """Who this is, in one line."""
    return f"Patient {patient.number} · {name(patient.full_name)} · born {show_date(patient.born_on)}"


def choice_line(found: Found) -> str:
    return f"No. {found.number}  {name(found.patient.full_name)}, born {show_date(found.patient.born_on)}"


def match_line(match: Match) -> str:
    """Someone similar, with the reason."""
    who = match.patient
    return f"{who.number}  {name(who.full_name)}, born {show_date(who.born_on)}: {match.reason}"


def added_view(registered: Registered) -> None:
    out = console()
    out.print(words(headline(registered.patient), "bold"))
    for match in registered.similar:
        out.print(words(f"Perhaps the same person: {match_line(match)}"))


def found_view(found: Sequence[Found]) -> None:
    out = console()
    if not found:
        out.print("Nobody found.")
        return
    print_table(
        out,
        ["No.", "Name", "Born", "Phone"],
        [
            (
                str(one.number),
                name(one.patient.full_name),
                show_date(one.patient.born_on),
                visible(one.patient.phone or ""),
            )
            for one in found
        ],
        right=0,
    )


def record_view(record: Record) -> None:
    """Allergies and what stands against today first, then everything that happened, then how to reach them."""
    out, patient = console(), record.patient
    out.print(words(headline(patient), "bold"))
    out.print(words(f"{record.age} years old"))
    print_lines(out, told_lines(patient.allergies, record.told.allergies, record.told.medicines))
    if record.opened and record.opened.is_any:
        from microsclero.render.views.reacting import open_lines

        print_lines(out, open_lines(record))
    print_lines(out, head_lines(record, out.width))
    if patient.notes:
        out.print(words(f"Notes      {patient.notes}"))
    for remark in record.remarks:
        out.print(words(remark))
    for form in record.unfinished:
        out.print(words(f"The {form} questionnaire is unfinished: microsclero screen {patient.number} --for {form}"))
    if not record.screenings:
        out.print("Not screened yet.")
    print_lines(out, timeline_lines(record.timeline, record.on or date.max, out.width))
    print_lines(out, map(event_line, record.events))
    for label, value in (
        ("Phone", patient.phone),
        ("E-mail", patient.email),
        ("Address", patient.address),
        ("GP", patient.gp),
        ("Emergency contact", patient.emergency_contact),
    ):
        if value:
            out.print(words(f"{label}: {value}"))


def write_record(record: Record, target: str, *, desk: Desk) -> tuple[Path, tuple[str, ...]]:
    """The record as a PDF; where it lies, and what the fonts could not set."""
    from microsclero.render.files import put_down
    from microsclero.render.paper.record import record_pdf

    printed = record_pdf(
        record, clinic=desk.clinic.name, phone=desk.clinic.phone, printed_at=desk.now(), made_up=desk.clinic.made_up
    )
    return put_down(printed.pdf, target, option="--pdf", live=desk.store.path), printed.by_hand
