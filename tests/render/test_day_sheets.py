"""Day sheets as they leave the printer: a full day, an empty one, long names and names in other scripts."""

from __future__ import annotations

import time
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from microsclero.errors import Reason
from microsclero.render.paper import Printed
from microsclero.render.paper.day_sheets import day_sheets_pdf
from tests.render.diary_builders import ARABIC, LONG, day, entry, full_day, sheets

WEDNESDAY = date(2026, 12, 2)
HALF_HOURS = tuple(f"{hour:02}:{minute}" for hour in (9, 10, 11, 12, 14, 15, 16) for minute in ("00", "30"))


def read(printed: Printed) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(printed.pdf)).pages]


def test_a_full_day_of_twenty_bookings_fits_two_pages_and_no_booking_is_split() -> None:
    pages = read(day_sheets_pdf(sheets(full_day())))
    assert len(pages) == 2
    on_page = [[number for number in range(1, 21) if f"No. {number}," in page] for page in pages]
    assert on_page[0] + on_page[1] == list(range(1, 21))
    # A booking stands whole on its page: name, number, session and injector.
    for page, numbers in zip(pages, on_page, strict=True):
        assert [number for number in numbers if f"Zoë Example-{number} No. {number}, born 1 Feb 1980" not in page] == []
    assert [page.count("Time Patient For With Notes") for page in pages] == [1, 1]
    assert ("Tue 1 Dec 2026, continued" in pages[1], "continued" in pages[0]) == (True, False)


def test_marks_of_a_full_day_stand_under_the_patient() -> None:
    told = " ".join(
        read(day_sheets_pdf(sheets(full_day(), stops={4: (Reason("undecided", "x"), Reason("declined", "y"))})))
    )
    for words in (
        "No. 4, born 1 Feb 1980 ! for a prescriber ! declined by a prescriber Session 1 MS Street room",
        "No. 5, born 1 Feb 1980 Consultation AB Garden room",
        "No. 7, born 1 Feb 1980 ! double-booked: came with her sister Session 1 AB",
        "No. 10, born 1 Feb 1980 ! MS has a break 11:00-11:30 Session 1 MS",
        "20 bookings. Away: MS 11:00-11:30.",
    ):
        assert words in told


def test_allergies_and_the_phone_stand_under_the_name() -> None:
    (page,) = read(
        day_sheets_pdf(sheets(day(entry(2)), phones={2: "07700 900123"}, allergies={2: "latex\npenicillin"}))
    )
    assert "No. 2, born 1 Feb 1980 Phone 07700 900123 Allergies: latex penicillin Session 1 MS" in page


def test_an_empty_day_offers_every_half_hour_on_one_page() -> None:
    (page,) = read(day_sheets_pdf(sheets(day(free=HALF_HOURS))))
    assert "Open 09:00-13:00, 14:00-17:00. Nothing is booked." in page
    assert page.count(" free") == len(HALF_HOURS)


def test_each_day_begins_a_page_of_its_own() -> None:
    pages = read(day_sheets_pdf(sheets(day(free=HALF_HOURS), day(free=HALF_HOURS, on=WEDNESDAY))))
    assert [("Tue 1 Dec 2026" in page, "Wed 2 Dec 2026" in page) for page in pages] == [(True, False), (False, True)]
    assert [page.endswith(f"Page {place} of 2") for place, page in enumerate(pages, 1)] == [True, True]


def test_a_name_is_printed_whole_however_long_and_in_arabic_too() -> None:
    printed = day_sheets_pdf(sheets(day(entry(1), entry(2, "09:30")), names={1: LONG, 2: ARABIC}))
    told = read(printed)[0].replace(" ", "").replace("\u200b", "")
    assert printed.by_hand == ()
    assert LONG.replace(" ", "") in told
    assert "No.2,born1Feb1980" in told


def test_what_the_fonts_lack_is_named_and_the_rest_is_printed() -> None:
    names = {1: "ትዕግሥት አበበ", 2: "Zoë Weiß"}
    entries = (entry(1, override_reason="ትዕ"), entry(2, "09:30", room="ትዕ"))
    printed = day_sheets_pdf(sheets(day(*entries), names=names))
    assert printed.by_hand == ("the name of patient 1", "what is left open")
    (page,) = read(printed)
    assert ("Zoë Weiß No. 2" in page, "No. 1, born 1 Feb 1980 ! double-booked: on purpose" in page) == (True, True)


@pytest.mark.parametrize("text", ["#strong[x] *b* $x$", "[lidocaine] \\ // <a>", '"}, {"name": "x'])
def test_a_persons_text_is_text_on_paper(text: str) -> None:
    (page,) = read(day_sheets_pdf(sheets(day(entry(1, override_reason=text)), names={1: text})))
    assert page.replace(" ", "").count(text.replace(" ", "")) == 2


def test_a_screen_reader_finds_language_title_and_table() -> None:
    reader = PdfReader(BytesIO(day_sheets_pdf(sheets(full_day())).pdf))
    root: Any = reader.root_object
    assert (str(root["/Lang"]), bool(root["/MarkInfo"]["/Marked"])) == ("en-GB", True)
    assert reader.metadata is not None and reader.metadata.title == "Diary of Tue 1 Dec 2026"
    assert {"/Table", "/TH", "/TD", "/H1"} <= {str(kind) for kind in kinds_of(root["/StructTreeRoot"])}


def kinds_of(node: object) -> set[object]:
    """The kind of every element below."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    node = node.get_object() if isinstance(node, IndirectObject) else node
    if isinstance(node, ArrayObject):
        return set().union(*map(kinds_of, node))
    if not isinstance(node, DictionaryObject):
        return set()
    own = {node["/S"]} if "/S" in node else set()
    return own | (kinds_of(node["/K"]) if "/K" in node else set())


def test_a_full_day_is_on_paper_in_a_moment() -> None:
    day_sheets_pdf(sheets(full_day()))
    began = time.perf_counter()
    day_sheets_pdf(sheets(full_day()))
    assert time.perf_counter() - began < 1.0


def test_a_booking_with_much_against_it_is_not_split_either() -> None:
    codes = ("finding_bar", "undecided", "declined", "unanswered", "birth_date_changed")
    stops = dict.fromkeys(range(1, 21), tuple(Reason(code, "x") for code in codes))
    pages = read(day_sheets_pdf(sheets(full_day(), stops=stops)))
    words = (
        "born 1 Feb 1980 ! not suitable ! for a prescriber ! declined by a prescriber ! questionnaire not complete "
        "! date of birth corrected, screen again"
    )
    whole = [number for page in pages for number in range(1, 21) if f"No. {number}, {words}" in page]
    assert whole == list(range(1, 21))
