"""The record on paper: nothing is left out of it, however much there is, and what was struck out reads as struck."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.amend_builders import amended
from tests.builders import Line, register, screened
from tests.chair_builders import THURSDAY, after, in_the_chair, site, treated
from tests.paper_reader import is_struck, lines_of, pages_of, pieces_of, words_of

REGIONS = ("groin", "thigh", "knee", "calf", "shin", "ankle", "foot")
ASPECTS = ("anterior", "posterior", "medial", "lateral")
# Of an A4 page, in points: below its foot and above its head a printer may leave nothing.
LOWEST, HIGHEST = 20, 842 - 20


def many_sites(count: int) -> list[dict[str, Any]]:
    return [
        site("0.1", leg=("left", "right")[n % 2], region=REGIONS[n % 7], aspect=ASPECTS[n % 4]) for n in range(count)
    ]


def note_of(length: int) -> str:
    """Numbered words, so that each can be looked for."""
    words = " ".join(f"w{number:04}" for number in range(length // 6 + 1))
    return words[:length].rsplit(" ", 1)[0]


def printed(line: Line, number: int, target: Path) -> Path:
    assert line.json("patient", "show", number, "--pdf", target).code == 0
    return target


@pytest.mark.parametrize(("sites", "length"), [(60, 0), (100, 0), (10, 2000), (10, 10_000), (60, 10_000)])
def test_every_site_and_every_word_of_a_note_is_on_paper(run: Line, tmp_path: Path, sites: int, length: int) -> None:
    number = in_the_chair(run)
    given, note = many_sites(sites), note_of(length) if length else None
    treated(run, number, sites=given, notes=note)
    path = printed(after(run), number, tmp_path / "record.pdf")
    rows = [
        f"{place} {each['leg']} {each['region']} {each['aspect']} thread vein A 0.1 1"
        for place, each in enumerate(given, 1)
    ]
    told = words_of(path)
    assert [row for row in rows if f" {row} " not in told] == []
    assert re.findall(r"w\d{4}", told) == (note or "").split()


@pytest.mark.parametrize("length", [2000, 10_000])
def test_no_line_of_a_long_record_lies_on_another_or_off_the_page(run: Line, tmp_path: Path, length: int) -> None:
    number = in_the_chair(run)
    treated(run, number, sites=many_sites(60), notes=note_of(length))
    pages = pages_of(printed(after(run), number, tmp_path / "record.pdf"))
    for page in pages:
        pieces = pieces_of(page)
        assert [each for each in pieces if not LOWEST < each.y < HIGHEST] == []
        starts = [(round(each.x), round(each.y)) for each in pieces]
        assert len(starts) == len(set(starts))
    assert len(pages) > 2


def test_a_long_session_goes_on_under_its_heading(run: Line, tmp_path: Path) -> None:
    number = in_the_chair(run)
    treated(run, number, sites=many_sites(60), notes=note_of(10_000))
    pages = [
        " ".join(page.extract_text().split()) for page in pages_of(printed(after(run), number, tmp_path / "r.pdf"))
    ]
    going_on = [page for page in pages[1:] if re.search(r"w\d{4}| thread vein ", page)]
    assert len(going_on) > 2
    assert all("Thu 26 Nov 2026 Session 1 given by MS" in page and ", continued" in page for page in going_on)
    with_rows = [page for page in pages if " thread vein " in page]
    assert len(with_rows) > 1
    assert all(
        "Sites of Thu 26 Nov 2026 No. Leg Region Aspect Vein Vial mL in all Punctures" in page for page in with_rows
    )
    assert ", continued" not in pages[0]


def test_what_was_struck_out_is_struck_through_and_not_drawn(run: Line, tmp_path: Path) -> None:
    number = in_the_chair(run)
    treated(run, number, sites=[site("0.3"), site("0.5", leg="right", region="knee", aspect="medial")])
    line = after(run)
    amended(line, "treatment", 1, sites=[site("0.3"), site("0.2", leg="right", region="ankle", aspect="medial")])
    (page,) = pages_of(printed(line, number, tmp_path / "record.pdf"))
    told = " ".join(page.extract_text().split())
    assert told.count("RIGHT, front") == told.count("LEFT, back") == 1
    assert told.index("Sites of Thu 26 Nov 2026, struck out") < told.index("knee") < told.index("RIGHT, front")
    pieces, lines = pieces_of(page), lines_of(page)
    struck = {word: [is_struck(each, lines) for each in pieces if each.words == word] for word in ("knee", "ankle")}
    assert struck == {"knee": [True], "ankle": [False]}
    assert [is_struck(each, lines) for each in pieces if each.words == "thigh"] == [True, False]


def test_what_was_entered_in_error_has_no_drawing(run: Line, tmp_path: Path) -> None:
    number = in_the_chair(run)
    treated(run, number)
    line = after(run)
    amended(line, "treatment", 1, entered_in_error=True)
    told = words_of(printed(line, number, tmp_path / "record.pdf"))
    assert ("RIGHT, front" in told, "Sites of Thu 26 Nov 2026, struck out" in told) == (False, True)


def test_several_sites_of_one_place_stand_in_one_mark(run: Line, tmp_path: Path) -> None:
    number = in_the_chair(run)
    here = {"region": "knee", "aspect": "medial"}
    given = [site("0.1", **here), site("0.1", **here), *(site("0.1", leg="right", **here) for _ in range(3))]
    treated(run, number, sites=given)
    told = words_of(printed(after(run), number, tmp_path / "record.pdf"))
    assert ("1, 2" in told, "3 +2 more" in told) == (True, True)


def test_the_patients_own_dates_are_on_paper(run: Line, tmp_path: Path) -> None:
    number = in_the_chair(run)
    assert run.json("patient", "event", number, "--on", "2027-06-12", "--what", "wedding").code == 0
    assert run.json("patient", "event", number, "--on", "2027-07-01..2027-07-14", "--what", "Crete").code == 0
    told = words_of(printed(run.at(THURSDAY), number, tmp_path / "record.pdf"))
    assert "Own dates Sat 12 Jun 2027, wedding Thu 1 Jul to Wed 14 Jul 2027, Crete" in told


def test_an_open_reaction_stands_at_the_head(run: Line, tmp_path: Path) -> None:
    number = in_the_chair(run)
    treated(run, number)
    line = after(run)
    told = {"effect": "bruising", "severity": "mild", "noticed_on": "2026-11-26"}
    assert line.json("reaction", number, answers=told).code == 0
    words = words_of(printed(line, number, tmp_path / "record.pdf"))
    assert "Open reactions bruising" in words
    assert words.index("Open reactions") < words.index("What happened")


def test_a_finding_and_its_decision_are_told_without_a_code(run: Line, tmp_path: Path) -> None:
    number = register(run)
    screened(run, number, smoker="yes")
    decision = {"rule": "clot_risk_factors", "decision": "proceed", "reason": "Weighed_up."}
    run.json("decide", number, answers={"prescriber": "MS", "decisions": [decision]})
    words = words_of(printed(run, number, tmp_path / "record.pdf"))
    assert "clot_risk" not in words
    assert "clot risk factors: proceed, MS: Weighed_up." in words


def test_who_is_meant_by_initials_stands_at_the_end_with_their_register(run: Line, tmp_path: Path) -> None:
    number = in_the_chair(run)
    treated(run, number)
    later = after(run)
    team = later.json("patient", "show", number).data["team"]
    assert team == [{"initials": "MS", "name": "Maria Silva", "register": "NMC 12A3456E"}]
    told = words_of(printed(later, number, tmp_path / "record.pdf"))
    assert "By their initials • MS: Maria Silva, NMC 12A3456E" in told
    newcomer = register(later, given_name="Nobody", family_name="Seen", born_on="1980-01-01")
    assert later.json("patient", "show", newcomer).data["team"] == []
    assert "By their initials" not in words_of(printed(later, newcomer, tmp_path / "nobody.pdf"))


def test_a_remark_about_a_site_names_it_as_the_table_does(run: Line, tmp_path: Path) -> None:
    number = in_the_chair(run)
    treated(run, number, sites=[site("0.1", punctures=2)])
    later = after(run)
    assert "Site 1 (L thigh lat tel A 0.1 x2): Fibrovein 0.2 % is given as" in later("patient", "show", number).out
    assert "Site 1: Fibrovein 0.2 % is given as" in words_of(printed(later, number, tmp_path / "record.pdf"))
