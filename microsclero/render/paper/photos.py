"""Photographs as paper: a patient's own before and after, and the page of recent work that the public may see."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from typing import TYPE_CHECKING

from microsclero.dates import show_date
from microsclero.render.paper import Hand, PatientLine, Printed, pdf

if TYPE_CHECKING:
    from microsclero.photographs import Pair, Photograph
    from microsclero.pictures import Picture

COMPARE_TITLE, PORTFOLIO_TITLE = "Before and after", "Recent work"
PORTFOLIO_INTRO = (
    "Photographs of patients of this clinic, each shown with the patient’s consent. Every leg is different: "
    "nobody can promise a result, and new thread veins may appear with time."
)

# A place with its photographs in order, each with its picture.
PlaceOnPaper = tuple[str, tuple[tuple["Photograph", "Picture"], ...]]
PairOnPaper = tuple["Pair", str, tuple["Picture", ...]]


def compare_pdf(
    places: Iterable[PlaceOnPaper], *, clinic: str, patient: PatientLine, named: bool = False, made_up: bool = False
) -> Printed:
    """Each place on a page of its own: two pictures side by side, or all of it in rows. named: whose, in words."""
    hand = Hand()
    frame = hand.frame(
        COMPARE_TITLE, clinic, patient if named else None, footer=COMPARE_TITLE, made_up=made_up, large=False
    )
    data = {
        **frame,
        "footer": f"{COMPARE_TITLE} · No. {patient.patient_no}",
        "patient": frame["patient"] or {"number": patient.patient_no, "name": None, "born": None},
        "named": named,
        "places": [
            {
                "title": title,
                "photos": [
                    {
                        "svg": _svg(picture),
                        "alt": each.words,
                        "title": _capital(each.when),
                        "day": show_date(each.taken_on),
                    }
                    for each, picture in photographs
                ],
            }
            for title, photographs in places
        ],
    }
    return Printed(pdf=pdf("compare", data), by_hand=tuple(hand.by_hand))


def portfolio_pdf(pairs: Iterable[PairOnPaper], *, clinic: str, made_up: bool = False) -> Printed:
    """The page of recent work: place and result, and nothing by which anybody could be known."""
    hand = Hand()
    data = {
        **hand.frame(PORTFOLIO_TITLE, clinic, None, footer=PORTFOLIO_TITLE, made_up=made_up, large=False),
        "intro": PORTFOLIO_INTRO,
        "pairs": [
            {
                "title": pair.view.words,
                "photos": [
                    {
                        "svg": _svg(picture),
                        "alt": f"{pair.view.words}, {when}",
                        "title": _capital(when),
                        "day": "",
                    }
                    for when, picture in zip(("before", result), pictures, strict=True)
                ],
            }
            for pair, result, pictures in pairs
        ],
    }
    return Printed(pdf=pdf("portfolio", data), by_hand=tuple(hand.by_hand))


def _svg(picture: Picture) -> str:
    """The picture as a text, which is all the typesetter takes from memory; the JPEG inside stays as it is.

    So no picture touches the disk on its way to the page.
    """
    size = f'width="{picture.width}" height="{picture.height}"'
    packed = b64encode(picture.data).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="data:image/jpeg;base64,{packed}"/></svg>'
    )


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
