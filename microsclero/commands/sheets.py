"""The sheets a patient takes home: prepare and aftercare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from microsclero.commands.shared import (
    AsJson,
    PatientNo,
    PdfFile,
    answer,
    at_desk,
    chosen_patient,
    right_patient,
    tell_all,
    tell_by_hand,
)
from microsclero.errors import UsageError
from microsclero.text import Written

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.sheets import PatientSheet

Large = Annotated[bool, typer.Option("--large", help="Large print, 18 pt.")]


def prepare(
    ctx: typer.Context, patient: PatientNo = None, pdf: PdfFile = None, large: Large = False, as_json: AsJson = False
) -> None:
    """The sheet for the 24 hours before the next planned session."""
    from microsclero.desk import sheets

    number = chosen_patient(ctx, patient)
    with at_desk(ctx) as desk:
        right_patient(ctx, desk, number, ask=False)
        sheet = sheets.prepare(desk, number)
        tell_all(sheet.remarks)
        _out("prepare", desk, sheet, pdf=pdf, large=large, as_json=as_json)


def aftercare(
    ctx: typer.Context,
    patient: PatientNo = None,
    ended: Annotated[
        str | None,
        typer.Option(metavar="MOMENT", help="When it ended, 2026-11-22T15:00; marked as not from the record."),
    ] = None,
    pdf: PdfFile = None,
    print_it: Annotated[bool, typer.Option("--print", help="Send the sheet to the desk's printer.")] = False,
    ics: Annotated[
        str | None,
        typer.Option(
            "--ics", metavar="FILE", help="The same dates for a calendar; they say nothing.", show_default=False
        ),
    ] = None,
    large: Large = False,
    as_json: AsJson = False,
) -> None:
    """The aftercare checklist with this patient's own dates, worked out from the end of the procedure.

    The last session on record, in the words its sheet was given with.
    """
    from microsclero.desk import sheets

    ended_at = sheets.readable_moment(ended)
    if ics is not None and ended is not None:
        raise UsageError("--ics is for a session on record: leave out --ended.")
    printer = _printer() if print_it else None
    number = chosen_patient(ctx, patient)
    with at_desk(ctx) as desk:
        right_patient(ctx, desk, number, ask=True)
        if ics is not None and pdf is None and printer is None and _withdrawn(desk, number, ics, as_json=as_json):
            return
        sheet = sheets.aftercare(desk, number, ended_at(desk.clinic.zone))
        tell_all(sheet.remarks)
        more = _calendar(desk, sheet, ics) if ics is not None else {}
        _out("aftercare", desk, sheet, pdf=pdf, printer=printer, large=large, as_json=as_json, more=more)


def _printer() -> str:
    """The printer that this desk's own settings name, known before any file is opened."""
    from microsclero.render.printer import printer_program
    from microsclero.settings import config_file, desk_config

    named = desk_config().get("printer", "").strip()
    if not named or named.startswith("-"):
        raise UsageError(
            f'--print: no printer is named for this desk. Put printer = "NAME" into {config_file()}, or use --pdf.',
            code="no_printer",
        )
    printer_program()
    return named


def _withdrawn(desk: Desk, number: int, target: str, *, as_json: bool) -> bool:
    """Where no session stands as given any more: a calendar that only takes back what an earlier one told."""
    from microsclero.desk.sheets import nothing_but_withdrawn
    from microsclero.render.views.calendars import write_reminders
    from microsclero.render.views.sheets import where_view

    dates = nothing_but_withdrawn(desk, number)
    if not dates:
        return False
    written = write_reminders(dates, target, zone=desk.clinic.zone, stamp=desk.now(), live=desk.store.path)
    words = (
        f"No session of patient {number} stands as given any more, so there is no sheet. This calendar takes back the "
        "dates of the one before: send it where that one went."
    )
    tell_all((words,))
    data = {
        "patient": number,
        "remarks": [words],
        "ics": str(written),
        "reminders": 0,
        "withdrawn": len(dates),
    }
    answer("aftercare", data, as_json=as_json, view=lambda: where_view([_in_words(data)]))
    return True


def _calendar(desk: Desk, sheet: PatientSheet, target: str) -> dict[str, object]:
    """The dates in a calendar file, and those that it takes back."""
    from microsclero.desk.sheets import reminders_of
    from microsclero.render.views.calendars import write_reminders

    dates = reminders_of(desk, sheet)
    written = write_reminders(dates, target, zone=desk.clinic.zone, stamp=desk.now(), live=desk.store.path)
    withdrawn = sum(each.is_withdrawn for each in dates)
    return {"ics": str(written), "reminders": len(dates) - withdrawn, "withdrawn": withdrawn}


def _in_words(data: Mapping[str, object]) -> Written:
    """Where the calendar was put, and how many dates it gives and takes."""
    counted = ((data["reminders"], "dates"), (data["withdrawn"], "taken back"))
    return Written(data["ics"], *(f"{many} {what}" for many, what in counted if many))


def _out(
    command: str,
    desk: Desk,
    sheet: PatientSheet,
    *,
    pdf: str | None,
    large: bool,
    as_json: bool,
    printer: str | None = None,
    more: Mapping[str, object] | None = None,
) -> None:
    from microsclero.render.views.sheets import by_hand, printed, sheet_view, write_pdf

    data = {**sheet.as_data(), **(more or {})}
    done: list[str] = []
    if pdf is not None or printer is not None:
        page = printed(sheet, large=large)
        if pdf is not None:
            data["pdf"] = str(write_pdf(page, pdf, live=desk.store.path).path)
            done.append(Written(data["pdf"]))
        if printer is not None:
            from microsclero.render.printer import send

            send(page.pdf, printer)
            data["printer"] = printer
            done.append(f"Sent to the printer {printer}.")
        tell_by_hand(by_hand(page))
    if "ics" in data:
        done.append(_in_words(data))
    answer(command, data, as_json=as_json, view=lambda: sheet_view(sheet, done=done))
