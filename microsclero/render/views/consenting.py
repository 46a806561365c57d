"""Consent on the screen: purpose by purpose, what stands, and every word that led there; and the form as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from microsclero.consent import PURPOSE_WORDS, PURPOSES
from microsclero.dates import show_moment
from microsclero.render.terminal import Heading, console, print_lines
from microsclero.text import Written

if TYPE_CHECKING:
    from microsclero.desk.consent_form import ConsentForm
    from microsclero.desk.consenting import ConsentLine, Consents
    from microsclero.render.views.sheets import WrittenPdf


def consents_view(seen: Consents) -> None:
    from microsclero.render.views.patients import headline

    lines = [Heading(headline(seen.patient)), f"Wording in force: {seen.wording.version}"]
    for purpose in PURPOSES:
        entries = seen.of(purpose)
        lines.append(Heading(f"{PURPOSE_WORDS[purpose].capitalize()}: {_state(entries)}"))
        lines += _entries(entries)
    print_lines(console(), [*lines, *seen.remarks])


def _state(entries: tuple[ConsentLine, ...]) -> str:
    if not entries:
        return "no consent"
    if any(line.is_in_force for line in entries):
        return "in force"
    if entries[-1].entry.is_given:
        return "given to an older wording, take it again"
    return "taken back"


def _entries(entries: tuple[ConsentLine, ...]) -> Iterator[str]:
    stands = False
    for line in entries:
        entry = line.entry
        what = "confirmed" if stands and entry.is_given else "given" if entry.is_given else "taken back"
        yield f"  {what} {show_moment(entry.at)}, wording {entry.wording}, taken by {entry.taken_by} on {entry.method}"
        stands = entry.is_given


def form_view(path: Path) -> None:
    print_lines(console(), [Written(path)])


def write_form(form: ConsentForm, target: str, *, large: bool, live: Path | None) -> WrittenPdf:
    """The form as a PDF, whole or not at all; readable by this account alone."""
    from microsclero.render.files import put_down
    from microsclero.render.paper import PatientLine
    from microsclero.render.paper.consent_form import consent_form_pdf
    from microsclero.render.views.sheets import WrittenPdf

    who = form.patient
    printed = consent_form_pdf(
        form.wording,
        printed_on=form.printed_on,
        clinic=form.clinic,
        phone=form.phone,
        patient=PatientLine.of(who) if who else None,
        made_up=form.made_up,
        large=large,
    )
    return WrittenPdf(
        path=put_down(printed.pdf, target, option="--pdf", live=live),
        by_hand=tuple(part.replace("_", " ") for part in printed.by_hand),
    )
