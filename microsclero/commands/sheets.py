"""The sheets a patient takes home: prepare and aftercare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from microsclero.commands.shared import AsJson, PatientNo, PdfFile, answer, at_desk, chosen_patient, right_patient, tell

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.sheets import PatientSheet

Large = Annotated[bool, typer.Option("--large", help="Large print, 18 pt.")]


def prepare(
    ctx: typer.Context, patient: PatientNo = None, pdf: PdfFile = None, large: Large = False, as_json: AsJson = False
) -> None:
    """The sheet for the 24 hours before the next planned session."""
    from microsclero.desk import sheets
    from microsclero.desk.gate import against_session

    number = chosen_patient(ctx, patient)
    with at_desk(ctx) as desk:
        right_patient(ctx, desk, number, ask=False)
        sheet = sheets.prepare(desk, number)
        for reason in against_session(desk, number, sheet.sheet.moment.date()):
            tell(f"Careful, as things stand this session should not be given. {reason.message}")
        _out("prepare", desk, sheet, pdf=pdf, large=large, as_json=as_json)


def aftercare(
    ctx: typer.Context,
    patient: PatientNo = None,
    ended: Annotated[
        str | None,
        typer.Option(metavar="MOMENT", help="When it ended, 2026-11-22T15:00; marked as not from the record."),
    ] = None,
    pdf: PdfFile = None,
    large: Large = False,
    as_json: AsJson = False,
) -> None:
    """The aftercare checklist with this patient's own dates, worked out from the end of the procedure."""
    from microsclero.desk import sheets

    ended_at = sheets.readable_moment(ended)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx) as desk:
        right_patient(ctx, desk, number, ask=True)
        sheet = sheets.aftercare(desk, number, ended_at(desk.clinic.zone))
        for remark in sheet.remarks:
            tell(remark)
        _out("aftercare", desk, sheet, pdf=pdf, large=large, as_json=as_json)


def _out(command: str, desk: Desk, sheet: PatientSheet, *, pdf: str | None, large: bool, as_json: bool) -> None:
    from microsclero.render.views.sheets import sheet_view, write_pdf

    data = sheet.as_data()
    if pdf is not None:
        written = write_pdf(sheet, pdf, large=large, live=desk.store.path)
        data["pdf"] = str(written.path)
        if written.by_hand:
            tell(f"Our fonts lack letters for: {', '.join(written.by_hand)}. Please write it in by hand.")
    answer(command, data, as_json=as_json, view=lambda: sheet_view(sheet, pdf=pdf))
