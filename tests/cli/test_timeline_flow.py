"""The patient on one page: everything that happened in its order, and the same as a record on paper."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pypdf import PdfReader

from tests.builders import CLINIC, Line, planned, ready
from tests.chair_builders import THURSDAY, a_session_later, after, in_the_chair, site, treated, vial
from tests.paper_reader import words_of


def a_patient_with_a_story(run: Line) -> tuple[Line, int]:
    """Screened, planned, agreed, treated with two strengths, a bruise reported and a note taken; the desk after it."""
    number = in_the_chair(run)
    treated(
        run,
        number,
        vials=[vial(), vial("B", percent="0.5", batch="CD34")],
        sites=[
            site(),
            site("0.4", leg="right", region="calf", aspect="medial", punctures=2),
            site("0.3", "B", leg="right", region="ankle", vein="reticular"),
        ],
    )
    line = after(run)
    told = {"effect": "bruising", "severity": "mild", "noticed_on": f"{THURSDAY:%Y-%m-%d}", "leg": "left"}
    assert line.json("reaction", number, answers=told).code == 0
    return line, number


def test_everything_stands_in_its_order_and_what_is_to_come_last(run: Line) -> None:
    line, number = a_patient_with_a_story(run)
    shown = line.json("patient", "show", number).data["timeline"]
    assert [(each["date"], each["kind"]) for each in shown] == [
        ("2026-11-22", "screening"),
        ("2026-11-26", "consent"),
        ("2026-11-26", "screening"),
        ("2026-11-26", "treatment"),
        ("2026-11-26", "reaction"),
        ("2026-12-24", "session"),
        ("2027-01-21", "session"),
        ("2027-02-18", "session"),
    ]
    given = next(each for each in shown if each["kind"] == "treatment")
    assert given["title"].startswith("Session 1 given by MS, prescriber MS: 1 mL, 2.9 mg, ")
    assert "B Fibrovein 0.5 %, batch CD34, expires Fri 31 Dec 2027: 0.3 mL" in given["lines"]
    assert "1 L thigh lat tel A 0.3 · 2 R calf med tel A 0.4 x2 · 3 R ankle lat ret B 0.3" in given["lines"]


def test_what_was_cancelled_or_undone_happened_on_its_day_and_is_not_to_come(run: Line, tmp_path: Path) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-27", "--sessions", 1)
    assert run.json("record", "undo", "--reason", "Wrong day.", "--yes").code == 0
    planned(run, number, "--start", "2026-12-01", "--sessions", 2)
    monday = run.at(run.now + timedelta(days=1))
    assert monday.json("cancel", number, "--session", 2, "--reason", "patient_away", "--yes").code == 0
    told = [(each["date"], each["title"]) for each in monday.json("patient", "show", number).data["timeline"]]
    assert told[1:] == [
        ("2026-11-22", "Session 1 of Fri 27 Nov 2026, 09:00-09:30 with MS: undone"),
        ("2026-11-23", "Session 2 of Tue 29 Dec 2026, 09:00-09:30 with MS: cancelled, patient away"),
        ("2026-12-01", "Session 1, 09:00-09:30 with MS: planned"),
    ]
    shown = monday("patient", "show", number, "--pdf", tmp_path / "record.pdf").out
    for page in (shown, words_of(tmp_path / "record.pdf")):
        ahead = page.partition("To come")[2]
        assert ("planned" in ahead, "cancelled" in ahead, "undone" in ahead) == (True, False, False)


def test_the_page_of_somebody_new_is_short(run: Line) -> None:
    from tests.builders import register

    number = register(run)
    assert run.json("patient", "show", number).data["timeline"] == []
    assert "Not screened yet." in run("patient", "show", number).out


def test_the_record_on_paper_holds_every_entry_and_draws_each_session(run: Line, tmp_path: Path) -> None:
    line, number = a_patient_with_a_story(run)
    target = tmp_path / "record.pdf"
    done = line.json("patient", "show", number, "--pdf", target)
    assert done.data["pdf"] == str(target)
    assert target.read_bytes().startswith(b"%PDF")


def test_the_record_on_paper_says_the_sites_in_words_and_no_command(run: Line, tmp_path: Path) -> None:
    _, number = a_patient_with_a_story(run)
    a_session_later(run, number, THURSDAY + timedelta(days=28))
    line = after(run, THURSDAY + timedelta(days=28))
    target = tmp_path / "record.pdf"
    assert line.json("patient", "show", number, "--pdf", target).code == 0
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(target).pages]
    told = " ".join(pages)
    assert "No. Leg Region Aspect Vein Vial mL in all Punctures" in told
    assert "2 right calf medial thread vein A 0.4 2" in told
    assert "3 right ankle lateral reticular vein B 0.3 1" in told
    assert "L thigh lat tel" not in told
    assert "microsclero " not in told
    assert CLINIC["phone"] in pages[0]
    assert told.index("Session 1 given") < told.index("To come") < told.index("Session 3,")
    assert len(pages) > 1
    assert all(f"Zoë Weiß · No. {number}, born 3 Feb 1980" in page for page in pages[1:])
    assert all(f"No. {number}" in page.split("Record as it was")[0] for page in pages)
