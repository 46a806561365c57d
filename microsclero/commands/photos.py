"""The photo verbs: add, list, compare, portfolio, verify, show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from microsclero.commands.shared import (
    AsJson,
    PatientNo,
    answer,
    at_desk,
    chosen_patient,
    maybe_dated,
    right_patient,
    tell_all,
    tell_by_hand,
)
from microsclero.errors import RefusedError, UsageError
from microsclero.photographs import STAGES, View
from microsclero.treatment import ASPECTS, LEGS, REGIONS

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.comparing import Portfolio
    from microsclero.render.paper import Printed

Leg = Annotated[str | None, typer.Option(metavar="|".join(LEGS), help="Which leg.", show_default=False)]
Region = Annotated[str | None, typer.Option(metavar="REGION", help=f"One of {', '.join(REGIONS)}.", show_default=False)]
Aspect = Annotated[str | None, typer.Option(metavar="SIDE", help=f"One of {', '.join(ASPECTS)}.", show_default=False)]
Pdf = Annotated[str, typer.Option("--pdf", metavar="FILE", help="Write the page to this PDF.", show_default=False)]


def add(
    ctx: typer.Context,
    patient: Annotated[int, typer.Argument(metavar="PATIENT", min=1, max=999_999_999, help="The patient's number.")],
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="JPEG, PNG or WebP.", show_default=False)],
    stage: Annotated[
        str | None,
        typer.Option(metavar="|".join(STAGES), help="Without it, as the diary has that day.", show_default=False),
    ] = None,
    session: Annotated[
        int | None, typer.Option(metavar="K", min=1, max=99, help="The session of the course.", show_default=False)
    ] = None,
    leg: Leg = None,
    region: Region = None,
    aspect: Aspect = None,
    taken_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="When they were taken; today.", show_default=False)
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="MS", help="Who took them; whoever is at the desk.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add photographs to the record: all of these files, or none.

    Only the pixels are kept, written anew: no place, camera, or preview. Wants consent to photographs for the record.
    """
    from microsclero.ask.pictures import read_pictures
    from microsclero.desk import photographing
    from microsclero.render.views.photos import added_view

    view, stage = _view(leg, region, aspect), _word(stage, STAGES, "--stage")
    day = maybe_dated(taken_on, "--taken-on", gone_by=True)
    pictures = read_pictures(files)
    with at_desk(ctx, writing=True) as desk:
        right_patient(ctx, desk, patient, ask=False)
        about = photographing.About(view=view, stage=stage, session=session, taken_on=day(desk.today()), by=by)
        added = photographing.add(desk, patient, pictures, about)
        tell_all(added.remarks)
        answer("photo add", added.as_data(), as_json=as_json, view=lambda: added_view(added))


def list_(ctx: typer.Context, patient: PatientNo = None, as_json: AsJson = False) -> None:
    """The photographs of a patient; what was struck out is shown struck through."""
    from microsclero.desk import photographs
    from microsclero.render.views.photos import list_view

    number = chosen_patient(ctx, patient)
    with at_desk(ctx) as desk:
        found = photographs.list_of(desk, number)
        tell_all(found.remarks)
        answer("photo list", found.as_data(), as_json=as_json, view=lambda: list_view(found))


def compare(
    ctx: typer.Context,
    pdf: Pdf,
    patient: PatientNo = None,
    leg: Leg = None,
    region: Region = None,
    aspect: Aspect = None,
    everything: Annotated[bool, typer.Option("--all", help="Every photograph of the place, not only two.")] = False,
    named: Annotated[bool, typer.Option("--named", help="With name and date of birth; else the number only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Before and after side by side on paper: of each place the first before and the latest after."""
    from microsclero.desk import comparing
    from microsclero.render.views.photos import compare_view, printed_compare

    view = _view(leg, region, aspect)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx) as desk:
        right_patient(ctx, desk, number, ask=False)
        compared = comparing.compare(desk, number, view, everything=everything)
        printed = printed_compare(compared, named=named)
        data = compared.as_data() | {"pdf": _written(printed, pdf, desk)}
        answer("photo compare", data, as_json=as_json, view=lambda: compare_view(compared, str(data["pdf"])))


def portfolio(
    ctx: typer.Context,
    pdf: Pdf,
    most: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=200, help="At most so many pairs.")] = 12,
    as_json: AsJson = False,
) -> None:
    """The page of recent work: before and after, of patients whose consent to that is in force, and not who they are.

    Build it again after every change: what may no longer be shown is gone from the next page on.
    """
    from microsclero.desk import comparing
    from microsclero.render.views.photos import portfolio_view, printed_portfolio

    with at_desk(ctx) as desk:
        shown = _shown(desk, most, pdf)
        printed = printed_portfolio(shown)
        comparing.refuse_taken_back(desk, shown)
        data = shown.as_data() | {"pdf": _written(printed, pdf, desk)}
        answer("photo portfolio", data, as_json=as_json, view=lambda: portfolio_view(shown, str(data["pdf"])))


def _shown(desk: Desk, most: int, target: str) -> Portfolio:
    """What may be shown; where nothing may, an older page that lies where this one was to be is named."""
    from microsclero.desk import comparing

    try:
        return comparing.portfolio(desk, most=most)
    except RefusedError as refusal:
        older = Path(target).absolute()
        if refusal.code != "portfolio_empty" or not older.is_file():
            raise
        raise RefusedError(
            f"{refusal.message} {older} still shows whom it showed: delete it, and take down every copy.",
            code=refusal.code,
        ) from None


def verify(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Whether the picture of every photograph is there, unchanged, and closed to others; all that is wrong is named."""
    from microsclero.desk import photographs
    from microsclero.render.views.photos import verified_view

    with at_desk(ctx) as desk:
        found = photographs.verify(desk)
        answer("photo verify", found.as_data(), as_json=as_json, view=lambda: verified_view(found))


def show(
    ctx: typer.Context,
    photo: Annotated[int, typer.Argument(metavar="PHOTO", min=1, max=999_999_999, help="The photograph's number.")],
    to: Annotated[
        str | None, typer.Option("--to", metavar="FILE", help="Write the picture to this new file.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """One photograph: what the record says of it, and its picture with --to; who looked is noted."""
    from microsclero.desk import photographs
    from microsclero.render.files import put_down
    from microsclero.render.views.photos import photo_view

    with at_desk(ctx) as desk:
        shown = photographs.show(desk, photo)
        path = None if to is None else str(put_down(shown.picture, to, option="--to", live=desk.store.path))
        data = shown.photo.as_data() | {"to": path}
        answer("photo show", data, as_json=as_json, view=lambda: photo_view(shown.photo, path))


def _word(word: str | None, words: tuple[str, ...], option: str) -> str | None:
    if word is not None and word not in words:
        raise UsageError(f"{option} is one of {', '.join(words)}.", code="unreadable", option=option)
    return word


def _view(leg: str | None, region: str | None, aspect: str | None) -> View:
    return View(
        leg=_word(leg, LEGS, "--leg") or "",
        region=_word(region, REGIONS, "--region") or "",
        aspect=_word(aspect, ASPECTS, "--aspect") or "",
    )


def _written(printed: Printed, target: str, desk: Desk) -> str:
    """Where the page lies now; what the fonts lack is said."""
    from microsclero.render.files import put_down

    tell_by_hand(printed.by_hand)
    return str(put_down(printed.pdf, target, option="--pdf", live=desk.store.path))
