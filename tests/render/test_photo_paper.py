"""Photographs on paper: what a screen reader is told, what stands where, and what the public can't find out."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader

from microsclero.photographs import Pair, Photograph, View
from microsclero.pictures import Picture, for_paper, plain_picture
from microsclero.render.paper import PatientLine, Printed
from microsclero.render.paper.photos import PlaceOnPaper, compare_pdf, portfolio_pdf
from tests.picture_builders import SECRET, a_jpeg, a_png, is_plain

FIRST = date(2026, 11, 22)
THIGH = View(leg="left", region="thigh", aspect="lateral")
ZOE = PatientLine(name="Zoë Weiß", patient_no=12, born_on=date(1980, 2, 3))


def a_photograph(stage: str, days: int = 0, session: int | None = None) -> Photograph:
    on = FIRST + timedelta(days=days)
    return Photograph(photo=1, view=THIGH, stage=stage, taken_on=on, sha256="a" * 64, session=session)


def a_picture(seed: int = 1, size: tuple[int, int] = (600, 800)) -> Picture:
    return for_paper(plain_picture(a_jpeg(seed, size=size)).data)


BEFORE, AFTER = a_photograph("before"), a_photograph("after", 84)
TWO: PlaceOnPaper = (THIGH.words, ((BEFORE, a_picture(1)), (AFTER, a_picture(2))))
PAIR = (Pair(before=BEFORE, after=AFTER), "after 3 sessions, 12 weeks", (a_picture(1), a_picture(2)))


def compared(*places: PlaceOnPaper, **more: Any) -> Printed:
    return compare_pdf(places or (TWO,), clinic="Harbour Street Clinic", patient=more.pop("patient", ZOE), **more)


def portfolio(many: int = 1, **more: Any) -> Printed:
    return portfolio_pdf([PAIR] * many, clinic=more.pop("clinic", "Harbour Street Clinic"), **more)


PAPERS: dict[str, Callable[..., Printed]] = {"compare": compared, "portfolio": portfolio}


def read(printed: Printed) -> PdfReader:
    return PdfReader(BytesIO(printed.pdf))


def text_of(printed: Printed) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(printed).pages).split())


def elements(node: Any) -> Iterator[Any]:
    """Every element in the tree of tags."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for each in node:
            yield from elements(each)
    elif isinstance(node, dict):
        yield node
        if "/K" in node:
            yield from elements(node["/K"])


def told(printed: Printed) -> list[str]:
    """What a screen reader says of each picture, in order."""
    tree: Any = read(printed).root_object["/StructTreeRoot"]
    return [str(each["/Alt"]) for each in elements(tree["/K"]) if each.get("/S") == "/Figure"]


@pytest.mark.parametrize("name", PAPERS)
def test_a_screen_reader_finds_tags_language_title_and_the_standard(name: str) -> None:
    reader = read(PAPERS[name]())
    root: Any = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] in ("en", "en-GB")
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert {"/H1", "/H2", "/Figure"} <= {str(each.get("/S")) for each in elements(root["/StructTreeRoot"]["/K"])}


def test_each_picture_is_told_in_words() -> None:
    assert told(compared()) == [
        "Left thigh, lateral, before, Sun 22 Nov 2026",
        "Left thigh, lateral, after, Sun 14 Feb 2027",
    ]
    assert told(portfolio()) == [
        "Left thigh, lateral, before",
        "Left thigh, lateral, after 3 sessions, 12 weeks",
    ]


def drawn_pictures(printed: Printed, tmp_path: Path) -> list[tuple[int, int, int, int]]:
    """Where on the first page the skin of the pictures stands, once the page is drawn."""
    path, drawn = tmp_path / "page.pdf", tmp_path / "page"
    path.write_bytes(printed.pdf)
    subprocess.run(["pdftoppm", "-r", "40", "-png", "-singlefile", str(path), str(drawn)], check=True)
    with Image.open(drawn.with_suffix(".png")) as opened:
        red, _, blue = opened.convert("RGB").split()
    return boxes(ImageChops.darker(red.point([0] * 181 + [255] * 75), blue.point([255] * 171 + [0] * 85)))


def boxes(mask: Image.Image) -> list[tuple[int, int, int, int]]:
    """The boxes of a mask that stand beside each other, from left to right; specks are passed over."""
    found: list[tuple[int, int, int, int]] = []
    columns = [mask.crop((x, 0, x + 1, mask.height)).getbbox() is not None for x in range(mask.width)]
    start = None
    for x, is_on in enumerate([*columns, False]):
        if is_on and start is None:
            start = x
        elif not is_on and start is not None:
            box = mask.crop((start, 0, x, mask.height)).getbbox()
            if box and x - start > 20:
                found.append((start, box[1], x, box[3]))
            start = None
    return found


def test_the_two_stand_beside_each_other_at_the_same_height_and_size(tmp_path: Path) -> None:
    left, right = drawn_pictures(compared(), tmp_path)
    assert left[2] < right[0]
    assert abs(left[1] - right[1]) <= 1
    assert abs(left[3] - right[3]) <= 1
    assert abs((left[2] - left[0]) - (right[2] - right[0])) <= 1
    assert left[3] - left[1] > 100


def test_one_place_is_one_page_and_each_further_place_another() -> None:
    assert len(read(compared()).pages) == 1
    assert len(read(compared(made_up=True, named=True)).pages) == 1
    assert len(read(compared(TWO, TWO, TWO)).pages) == 3


@pytest.mark.parametrize("size", [(600, 800), (800, 600), (30, 1500), (1500, 30), (1, 1)])
def test_a_picture_of_any_shape_stays_in_its_frame(size: tuple[int, int]) -> None:
    odd: PlaceOnPaper = (THIGH.words, ((BEFORE, a_picture(1, size)), (AFTER, a_picture(2))))
    assert len(read(compared(odd)).pages) == 1


def test_everything_of_a_place_stands_in_rows_with_stage_and_day() -> None:
    many = tuple((a_photograph("session", 28 * n, n), a_picture(n)) for n in range(1, 8))
    printed = compared((THIGH.words, ((BEFORE, a_picture(1)), *many)))
    assert len(read(printed).pages) == 2
    said = text_of(printed)
    assert "Before" in said
    assert all(f"At session {n}" in said for n in range(1, 8))
    assert len(told(printed)) == 8


def test_the_number_stands_there_and_the_name_only_on_request() -> None:
    assert "Harbour Street Clinic No. 12 Before and after" in text_of(compared())
    assert "Weiß" not in text_of(compared())
    assert b"Wei" not in compared().pdf
    assert "Zoë Weiß, No. 12, born 3 Feb 1980" in text_of(compared(named=True))


def test_a_name_the_fonts_lack_leaves_a_line_and_says_so() -> None:
    printed = compared(patient=PatientLine(name="李", patient_no=12, born_on=FIRST), named=True)
    assert printed.by_hand == ("name",)
    assert "Name:" in text_of(printed)
    assert compared(patient=PatientLine(name="李", patient_no=12, born_on=FIRST)).by_hand == ()


def test_a_long_name_is_not_cut_off() -> None:
    printed = compared(patient=PatientLine(name="Wilhelmina " * 12, patient_no=12, born_on=FIRST), named=True)
    assert text_of(printed).count("Wilhelmina") == 12
    assert len(read(printed).pages) == 1


def test_a_second_place_says_whose_it_is_where_the_first_does() -> None:
    _, second = (page.extract_text() for page in read(compared(TWO, TWO, named=True)).pages)
    assert "Zoë Weiß · No. " in second
    _, second = (page.extract_text() for page in read(compared(TWO, TWO)).pages)
    assert "Zoë" not in second


def test_a_made_up_clinic_is_marked() -> None:
    assert all("MADE-UP PATIENT" in text_of(paper(made_up=True)) for paper in PAPERS.values())
    assert not any("MADE-UP" in text_of(paper()) for paper in PAPERS.values())


def test_two_pairs_of_recent_work_stand_on_a_page() -> None:
    assert [len(read(portfolio(many)).pages) for many in (1, 2, 3, 12)] == [1, 1, 2, 6]


def test_the_public_page_says_what_was_agreed_and_promises_nothing() -> None:
    said = text_of(portfolio())
    assert "each shown with the patient’s consent" in said
    assert "nobody can promise a result" in said
    assert "Before After 3 sessions, 12 weeks" in said


def test_the_public_page_carries_no_day_no_number_and_no_trace_of_a_person() -> None:
    printed = portfolio(3)
    reader = read(printed)
    assert dict(reader.metadata or {}).keys() <= {"/Title", "/Creator"}
    root: Any = reader.root_object
    xmp = root["/Metadata"].get_data().decode()
    assert re.findall(r"Date>|author|creator>", xmp, flags=re.IGNORECASE) == []
    assert re.findall(r"\b(?:19|20)\d\d\b|No\. ?\d", text_of(printed)) == []
    assert SECRET.encode() not in printed.pdf


@pytest.mark.parametrize("name", PAPERS)
def test_the_pictures_inside_a_page_are_pixels_alone(name: str) -> None:
    found = [image for page in read(PAPERS[name]()).pages for image in page.images]
    assert len(found) == 2
    assert all(is_plain(image.data) for image in found)


def test_the_same_page_twice_is_the_same_file() -> None:
    assert portfolio().pdf == portfolio().pdf


def test_a_png_and_a_grey_picture_print_too() -> None:
    grey = for_paper(plain_picture(a_png(3, "L")).data)
    colour = for_paper(plain_picture(a_png(4)).data)
    assert len(told(compared((THIGH.words, ((BEFORE, grey), (AFTER, colour)))))) == 2
