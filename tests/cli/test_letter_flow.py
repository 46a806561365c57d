"""A letter: the facts on record and the writer's own words, nothing invented, nothing more than is asked for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest

from tests.amend_builders import amended
from tests.builders import Line, register, screened
from tests.chair_builders import THURSDAY, after, in_the_chair, treated, vial
from tests.paper_reader import pages_of, pieces_of, words_of

GP = {"gp": "Dr A Patel\nThe Surgery, 5 High Road", "address": "3 Quay Street\nLondon N1"}


def letter(line: Line, number: int, recipient: str, target: Path, **told: Any) -> dict[str, Any]:
    data: dict[str, Any] = line.json("letter", number, "--to", recipient, "--pdf", target, answers=told).data
    return data


def lifted(line: Line, number: int, finding: str, **more: Any) -> None:
    """A prescriber lifts what holds the patient."""
    told = {"prescriber": "MS", "hold": "lift", "finding": finding, **more}
    assert line.json("decide", number, answers=told).code == 0


@pytest.fixture
def referred(run: Line) -> tuple[Line, int]:
    """Treated once, a swollen leg reported, and then told of bulging veins and a mini-stroke."""
    number = in_the_chair(run, THURSDAY, **GP)
    treated(run, number)
    line = after(run)
    told = {"effect": "leg_swelling", "severity": "moderate", "noticed_on": "2026-11-26"}
    assert line.json("reaction", number, answers=told).code == 0
    screened(line, number, varicose_or_cvi="yes", stroke_tia="yes")
    return line, number


def test_a_letter_says_what_was_found_in_the_words_it_was_asked_in(referred: tuple[Line, int], tmp_path: Path) -> None:
    line, number = referred
    data = letter(line, number, "vascular", tmp_path / "letter.pdf")
    assert [(each["rule"], each["answer"], each["answered_on"], each["wanted"]) for each in data["why"]] == [
        ("stroke_tia", "yes", "2026-11-26", "your opinion, in a letter"),
        ("varicose_or_cvi", "yes", "2026-11-26", "a duplex scan"),
    ]
    written = words_of(tmp_path / "letter.pdf")
    assert "On Thu 26 Nov 2026: “Have you ever had a stroke or a mini-stroke (TIA)?” Answer: yes." in written


def test_a_letter_says_what_was_given_and_what_came_of_it(referred: tuple[Line, int], tmp_path: Path) -> None:
    line, number = referred
    data = letter(line, number, "gp", tmp_path / "letter.pdf")
    assert data["given"] == [
        {
            "date": "2026-11-26",
            "product": "Fibrovein",
            "strength_percent": "0.2",
            "batch": "AB12",
            "volume_ml": "0.3",
            "where": ["left thigh"],
        }
    ]
    (reaction,) = data["reactions"]
    assert (reaction["effect"], reaction["band"], reaction["noticed_on"]) == ("a swollen leg", "same_day", "2026-11-26")
    written = words_of(tmp_path / "letter.pdf")
    assert "Thu 26 Nov 2026: Fibrovein 0.2 %, batch AB12, 0.3 mL; left thigh" in written
    assert "A swollen leg, moderate, noticed on Thu 26 Nov 2026: to be seen the same day; not over yet" in written


def test_what_was_struck_out_is_in_no_letter(referred: tuple[Line, int], tmp_path: Path) -> None:
    line, number = referred
    amended(line, "treatment", 1, vials=[vial(batch="AB13")])
    amended(line, "reaction", 1, entered_in_error=True)
    data = letter(line, number, "gp", tmp_path / "letter.pdf")
    assert ([each["batch"] for each in data["given"]], data["reactions"]) == (["AB13"], [])
    assert "AB12" not in words_of(tmp_path / "letter.pdf")


def test_to_whom_is_as_recorded_unless_said_otherwise(referred: tuple[Line, int], tmp_path: Path) -> None:
    line, number = referred
    assert letter(line, number, "gp", tmp_path / "a.pdf")["address"] == ["Dr A Patel", "The Surgery, 5 High Road"]
    assert letter(line, number, "vascular", tmp_path / "b.pdf")["address"] == []
    assert "To:" in words_of(tmp_path / "b.pdf")
    said = letter(line, number, "vascular", tmp_path / "c.pdf", to="Vein Unit\nCity Hospital", about="Left leg")
    assert (said["address"], said["about"]) == (["Vein Unit", "City Hospital"], "Left leg")
    assert "City Hospital" in words_of(tmp_path / "c.pdf")


def test_notes_go_along_only_where_they_are_asked_for(referred: tuple[Line, int], tmp_path: Path) -> None:
    line, number = referred
    line.json("patient", "edit", number, answers={"notes": "Prefers mornings."})
    line.json("note", number, answers={"note": "Rang: worried."})
    letter(line, number, "gp", tmp_path / "a.pdf")
    plain = words_of(tmp_path / "a.pdf")
    assert [word for word in ("mornings", "worried") if word in plain] == []
    letter(line, number, "gp", tmp_path / "b.pdf", notes=True)
    assert "Rang: worried." in words_of(tmp_path / "b.pdf")


@pytest.mark.parametrize("recipient", ["gp", "vascular"])
def test_a_letter_says_allergies_and_medicines(run: Line, tmp_path: Path, recipient: str) -> None:
    number = register(run, allergies="latex\nlidocaine")
    screened(run, number, anticoagulant="yes", anticoagulant_why="apixaban")
    data = letter(run, number, recipient, tmp_path / "letter.pdf")
    assert (data["allergies"], data["medicines"]) == ("latex\nlidocaine", ["a blood thinner: apixaban"])
    written = words_of(tmp_path / "letter.pdf")
    assert "Allergies: latex; lidocaine • Medicines: a blood thinner: apixaban" in written


def test_a_letter_about_somebody_who_told_of_nothing_says_so(run: Line, tmp_path: Path) -> None:
    letter(run, register(run), "gp", tmp_path / "letter.pdf")
    assert "Allergies: none recorded • Medicines: none that we were told of" in words_of(tmp_path / "letter.pdf")


@pytest.mark.parametrize("recipient", ["gp", "vascular"])
def test_a_letter_says_that_the_treatment_is_held(referred: tuple[Line, int], tmp_path: Path, recipient: str) -> None:
    line, number = referred
    data = letter(line, number, recipient, tmp_path / "letter.pdf")
    assert data["holds"] == [
        {"hold": 1, "cause": "a swollen leg", "since": "2026-11-26", "found": [], "lifted_on": None}
    ]
    assert "Treatment held • From Thu 26 Nov 2026, not lifted yet: a swollen leg." in words_of(tmp_path / "letter.pdf")


@pytest.mark.parametrize("recipient", ["gp", "vascular"])
def test_a_letter_says_what_was_found_when_a_hold_was_lifted(
    referred: tuple[Line, int], tmp_path: Path, recipient: str
) -> None:
    line, number = referred
    line.json("document", number, answers={"kind": "duplex", "dated_on": "2026-11-26", "summary": "No clot."})
    lifted(line, number, "excluded", reason="Seen by Dr Rich.", document=1)
    data = letter(line, number, recipient, tmp_path / "letter.pdf")
    (held,) = data["holds"]
    assert (held["lifted_on"], held["found"], data["clots"]) == (
        "2026-11-26",
        [
            {
                "date": "2026-11-26",
                "finding": "excluded",
                "reason": "Seen by Dr Rich.",
                "document": "duplex of Thu 26 Nov 2026: No clot.",
            }
        ],
        [],
    )
    assert (
        "From Thu 26 Nov 2026, lifted on Thu 26 Nov 2026: a swollen leg. Thu 26 Nov 2026: a clot was excluded; "
        "Seen by Dr Rich (duplex of Thu 26 Nov 2026: No clot)."
    ) in words_of(tmp_path / "letter.pdf")


@pytest.mark.parametrize(
    ("finding", "found"), [("excluded", "a clot was excluded"), ("other", "A strained muscle"), ("svt", None)]
)
def test_a_reaction_whose_hold_was_lifted_was_looked_into_and_is_no_more_to_be_seen_the_same_day(
    referred: tuple[Line, int], tmp_path: Path, finding: str, found: str | None
) -> None:
    line, number = referred
    lifted(line, number, finding, reason="A strained muscle.")
    data = letter(line, number, "gp", tmp_path / "letter.pdf")
    (reaction,) = data["reactions"]
    assert (reaction["ended_on"], reaction["looked_into"]) == (
        None,
        {"date": "2026-11-26", "finding": finding, "reason": "A strained muscle.", "document": None},
    )
    written = words_of(tmp_path / "letter.pdf")
    assert (
        "A swollen leg, moderate, noticed on Thu 26 Nov 2026: looked into on Thu 26 Nov 2026, "
        f"{found or 'a clot in a surface vein'}; not over yet" in written
    )
    assert "same day" not in written


def test_a_reaction_that_was_corrected_since_was_looked_into_all_the_same(
    referred: tuple[Line, int], tmp_path: Path
) -> None:
    line, number = referred
    amended(line, "reaction", 1, leg="left")
    lifted(line, number, "excluded", reason="Duplex clear.")
    (reaction,) = letter(line, number, "gp", tmp_path / "letter.pdf")["reactions"]
    assert (reaction["reaction"], reaction["looked_into"]["finding"]) == (2, "excluded")


def test_a_reaction_that_got_worse_after_its_hold_was_lifted_is_urgent_again(
    referred: tuple[Line, int], tmp_path: Path
) -> None:
    line, number = referred
    lifted(line, number, "excluded", reason="Duplex clear.")
    line.json("reaction", number, "--follow", 1, answers={"state": "worse"})
    (reaction,) = letter(line, number, "gp", tmp_path / "letter.pdf")["reactions"]
    assert reaction["looked_into"] is None
    assert "noticed on Thu 26 Nov 2026: to be seen the same day; not over yet" in words_of(tmp_path / "letter.pdf")


@pytest.mark.parametrize("recipient", ["gp", "vascular"])
def test_a_letter_says_that_a_clot_was_confirmed(referred: tuple[Line, int], tmp_path: Path, recipient: str) -> None:
    line, number = referred
    lifted(line, number, "dvt", reason="Below the knee.")
    data = letter(line, number, recipient, tmp_path / "letter.pdf")
    assert data["clots"] == [{"finding": "dvt", "date": "2026-11-26"}]
    assert "What we found • A deep vein thrombosis was confirmed on Thu 26 Nov 2026." in words_of(
        tmp_path / "letter.pdf"
    )


def test_a_hold_from_a_reaction_that_was_not_theirs_is_in_no_letter(referred: tuple[Line, int], tmp_path: Path) -> None:
    line, number = referred
    lifted(line, number, "other", reason="It was another patient.")
    amended(line, "reaction", 1, entered_in_error=True)
    assert letter(line, number, "gp", tmp_path / "letter.pdf")["holds"] == []
    assert "swollen leg" not in words_of(tmp_path / "letter.pdf")


def test_no_gap_is_left_where_no_words_of_ones_own_were_given(referred: tuple[Line, int], tmp_path: Path) -> None:
    line, number = referred
    letter(line, number, "gp", tmp_path / "letter.pdf")
    height = {piece.words: piece.y for piece in pieces_of(pages_of(tmp_path / "letter.pdf")[0])}
    assert 15 < height["Dear colleague,"] - height["Allergies and medicines"] < 30


def test_the_writers_own_words_stay_as_they_are(referred: tuple[Line, int], tmp_path: Path) -> None:
    line, number = referred
    text = "Thank you for seeing her. #set text(red) [x] {y} *z* $w$\nShe asked me to write."
    data = letter(line, number, "gp", tmp_path / "letter.pdf", text=text)
    assert data["text"] == text
    written = words_of(tmp_path / "letter.pdf")
    assert ("#set text(red) [x] {y} *z* $w$" in written, "She asked me to write." in written) == (True, True)
    assert "Maria Silva, NMC 12A3456E" in written


def test_nothing_on_record_is_said_and_nothing_made_up(run: Line, tmp_path: Path) -> None:
    number = register(run)
    data = letter(run, number, "gp", tmp_path / "letter.pdf")
    assert (data["why"], data["given"], data["reactions"], data["notes"]) == ([], [], [], [])
    written = words_of(tmp_path / "letter.pdf")
    assert "No injections here are on record." in written
    assert ("What we found" in written, "Reactions" in written) == (False, False)


def test_a_name_our_fonts_lack_is_left_to_be_written_in(run: Line, tmp_path: Path) -> None:
    number = register(run, given_name="小龍", family_name="李")
    done = run("letter", number, "--to", "gp", "--pdf", tmp_path / "letter.pdf")
    assert (done.code, "Please write it in by hand." in done.err) == (0, True)
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF")


def test_a_letter_is_a_look_that_is_noted(referred: tuple[Line, int], tmp_path: Path) -> None:
    from microsclero.store import patients
    from tests.response_builders import desk_of

    line, number = referred
    letter(line, number, "gp", tmp_path / "letter.pdf")
    desk = desk_of(line)
    assert patients.looks(desk.store, number)[0].command == "letter"
    desk.close()


def test_a_long_letter_says_on_every_page_whose_it_is(referred: tuple[Line, int], tmp_path: Path) -> None:
    line, number = referred
    letter(line, number, "gp", tmp_path / "letter.pdf", text="\n".join(["A line of many."] * 120))
    pages = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "letter.pdf").pages]
    assert len(pages) > 1
    assert all("Zoë Weiß" in page and "No. 1" in page for page in pages)


@pytest.mark.parametrize(
    ("words", "told", "code", "cause"),
    [
        (("--to", "gp"), {}, 2, "usage"),
        (("--to", "dentist", "--pdf", "x.pdf"), {}, 2, "usage"),
        (("--pdf", "x.pdf"), {}, 2, "usage"),
        (("--to", "gp", "--pdf", "x.pdf"), {"frob": 1}, 2, "unknown_key"),
        (("--to", "gp", "--pdf", "x.pdf"), {"notes": "yes"}, 2, "unreadable"),
        (("--to", "gp", "--pdf", "/nowhere/x.pdf"), {}, 2, "unwritable"),
    ],
)
def test_a_letter_that_cannot_be_written_is_refused(
    run: Line, words: tuple[str, ...], told: dict[str, Any], code: int, cause: str
) -> None:
    number = register(run)
    done = run.json("letter", number, *words, answers=told)
    assert (done.code, done.codes) == (code, [cause])


def test_a_letter_about_nobody_is_not_written(run: Line, tmp_path: Path) -> None:
    done = run.json("letter", 9, "--to", "gp", "--pdf", tmp_path / "x.pdf")
    assert (done.code, done.codes, (tmp_path / "x.pdf").exists()) == (3, ["not_found"], False)


def test_a_letter_is_never_written_over_something_else(run: Line, tmp_path: Path) -> None:
    number = register(run)
    (tmp_path / "mine.txt").write_text("Mine.")
    done = run.json("letter", number, "--to", "gp", "--pdf", tmp_path / "mine.txt")
    assert (done.code, (tmp_path / "mine.txt").read_text()) == (2, "Mine.")


def test_a_decision_does_not_take_a_finding_out_of_the_letter(run: Line, tmp_path: Path) -> None:
    number = register(run)
    screened(run, number, varicose_or_cvi="yes")
    run.json("document", number, answers={"kind": "duplex", "dated_on": "2026-11-20", "summary": "No reflux."})
    later = run.at(THURSDAY + timedelta(days=1))
    assert [each["rule"] for each in letter(later, number, "gp", tmp_path / "x.pdf")["why"]] == ["varicose_or_cvi"]
