"""Photographs on the screen: what was added, what there is, and the pages made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.dates import show_date
from microsclero.render.terminal import Heading, console, name, print_lines, table, words
from microsclero.text import Written

if TYPE_CHECKING:
    from microsclero.desk.comparing import Comparison, Portfolio
    from microsclero.desk.photographs import KeptPhoto, Photos, Verified
    from microsclero.render.paper import Printed


def added_view(added: Photos) -> None:
    many = "1 photograph" if len(added.photos) == 1 else f"{len(added.photos)} photographs"
    lines = [Heading(f"Kept: {many} of patient {added.patient_no}"), *map(_line, added.photos)]
    print_lines(console(), lines)


def _line(kept: KeptPhoto) -> str:
    row = kept.row
    return f"No. {row.photo}  {kept.photograph.words}, {row.width} × {row.height}, taken by {row.taken_by}"


def list_view(found: Photos) -> None:
    out = console()
    if not found.photos:
        out.print(words(f"Patient {found.patient_no} has no photographs."))
        return
    shown = table("No.", "Taken", "Stage", "Place", "Pixels", "By", "File")
    for kept in found.photos:
        style = "strike" if kept.struck_out is not None else ""
        cells = (
            str(kept.row.photo),
            show_date(kept.row.taken_on),
            _stage(kept),
            kept.photograph.view.words,
            f"{kept.row.width} × {kept.row.height}",
            kept.row.taken_by,
            name(kept.row.original_name),
        )
        shown.add_row(*(words(cell, style) for cell in cells))
    out.print(shown)
    for kept in found.photos:
        if kept.struck_out is not None:
            out.print(words(f"Struck out: photograph {kept.row.photo}, {name(kept.struck_out)}"))


def _stage(kept: KeptPhoto) -> str:
    when = kept.photograph.when
    of = f", session {kept.session}" if kept.session and kept.row.stage != "session" else ""
    return f"{when}{of}"


def photo_view(kept: KeptPhoto, path: str | None) -> None:
    row = kept.row
    lines = [
        Heading(f"Photograph {row.photo} of patient {row.patient_no}"),
        f"{kept.photograph.words}, {row.width} × {row.height}, taken by {row.taken_by}",
        f"File: {name(row.original_name)}",
        *([f"Struck out: {name(kept.struck_out)}"] if kept.struck_out is not None else []),
        Written(path) if path else f"For the picture itself: microsclero photo show {row.photo} --to FILE",
    ]
    print_lines(console(), lines)


def verified_view(found: Verified) -> None:
    out = console()
    if not found.photos:
        out.print("There are no photographs in the record, and no pictures beside it.")
        return
    many = "1 photograph" if found.photos == 1 else f"{found.photos} photographs"
    size = f"{found.bytes / 1_000_000:.1f} MB" if found.bytes >= 1_000_000 else f"{found.bytes // 1000 + 1} kB"
    out.print(words(f"Every picture is there and unchanged: {many}, {size}."))


def compare_view(compared: Comparison, path: str) -> None:
    shown = [f"No. {each.photo}  {each.words}" for place in compared.places for each in place.photographs]
    shown += compared.remarks
    print_lines(console(), [Heading(f"Before and after · patient {compared.patient.number}"), *shown, Written(path)])


def portfolio_view(shown: Portfolio, path: str) -> None:
    many = "1 pair" if len(shown.works) == 1 else f"{len(shown.works)} pairs"
    people = "1 patient" if shown.patients == 1 else f"{shown.patients} patients"
    lines = [
        Heading(f"Recent work · {many} of photographs, {people}"),
        *(
            f"No. {work.pair.before.photo} and {work.pair.after.photo}  {work.pair.view.words}, {work.result}"
            for work in shown.works
        ),
    ]
    if shown.unplaced:
        lines.append(f"Left out: {shown.unplaced} where the record does not say which leg.")
    lines += shown.remarks
    print_lines(console(), [*lines, Written(path)])


def printed_compare(compared: Comparison, *, named: bool) -> Printed:
    from microsclero.render.paper import PatientLine
    from microsclero.render.paper.photos import compare_pdf

    patient = compared.patient
    return compare_pdf(
        [(place.view.words, tuple(zip(place.photographs, place.pictures, strict=True))) for place in compared.places],
        clinic=compared.clinic,
        patient=PatientLine.of(patient),
        named=named,
        made_up=compared.made_up,
    )


def printed_portfolio(shown: Portfolio) -> Printed:
    from microsclero.render.paper.photos import portfolio_pdf

    return portfolio_pdf(
        [(work.pair, work.result, work.pictures) for work in shown.works], clinic=shown.clinic, made_up=shown.made_up
    )
