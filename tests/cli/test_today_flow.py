"""The page of the day: whose screening stands against a session, whom to ring, what a prescriber has to look at."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Line, planned, ready, register, screened
from tests.cli.test_deciding_flow import decide

MONDAY = 23


@pytest.fixture
def monday(run: Line) -> Line:
    return run.at(run.now.replace(day=MONDAY, hour=8))


def comes_on_monday(line: Line, **details: str) -> int:
    number = ready(line, **details)
    planned(line, number, "--start", "2026-11-23", "--sessions", 1)
    return number


def page(line: Line, *words: str) -> dict[str, Any]:
    data: dict[str, Any] = line.json("today", *words).data
    return data


def stops(line: Line) -> dict[int, str | None]:
    return {each["patient"]: each["screening"] for each in page(line)["sessions"]}


def told_under(line: Line, name: str) -> str:
    """The line after that of somebody's session."""
    lines = line("today").out.splitlines()
    return lines[next(place for place, each in enumerate(lines) if name in each) + 1]


def test_a_session_shows_the_worst_that_stands_against_it(run: Line, monday: Line) -> None:
    fine, troubled = comes_on_monday(run), comes_on_monday(run, given_name="Ann", born_on="1971-01-01")
    assert stops(monday) == {fine: None, troubled: None}
    assert told_under(monday, "Ann Weiß").count("!") == 0
    screened(monday, troubled, "session", cardiac="yes", acute_illness="yes")
    assert stops(monday) == {fine: None, troubled: "defer"}
    screened(monday, troubled, "session", cardiac="yes")
    assert stops(monday) == {fine: None, troubled: "review"}
    assert told_under(monday, "Ann Weiß").strip() == f"! for a prescriber: microsclero patient show {troubled}"
    assert told_under(monday, "Zoë Weiß").count("!") == 0
    assert decide(monday, troubled, ("cardiac", "proceed")).code == 0
    assert stops(monday) == {fine: None, troubled: None}
    assert "!" not in monday("today").out


def test_a_preparation_call_carries_the_phone_unless_others_see_the_screen(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-27", "--sessions", 1)
    wednesday = run.at(run.now.replace(day=25))
    assert [(each["patient"], each["phone"]) for each in page(wednesday)["preparation_calls"]] == (
        [(number, "07700 900123")]
    )
    assert "07700 900123" in wednesday("today").out
    hidden = page(wednesday, "--initials")["preparation_calls"]
    assert [(each["patient"], each["phone"]) for each in hidden] == [(number, None)]
    assert "07700" not in wednesday("today", "--initials").out


def test_a_referral_whose_document_has_come_waits_for_the_prescriber(run: Line) -> None:
    number = register(run)
    screened(run, number, varicose_or_cvi="yes")
    assert page(run)["reviews"] == []
    paper = {"kind": "duplex", "dated_on": "2026-11-20", "summary": "No reflux."}
    assert run.json("document", number, answers=paper).code == 0
    assert [each["patient"] for each in page(run)["reviews"]] == [number]
    assert decide(run, number, ("varicose_or_cvi", "proceed")).code == 0
    assert page(run)["reviews"] == []


def test_long_lists_are_cut_and_counted_and_shown_whole_with_all(run: Line) -> None:
    numbers = [register(run, given_name=f"P{n}", born_on=f"19{50 + n}-01-01") for n in range(13)]
    for number in numbers:
        screened(run, number, cardiac="yes")
    assert [each["patient"] for each in page(run)["reviews"]] == numbers[:10]
    assert [each["patient"] for each in page(run, "--all")["reviews"]] == numbers
    short, whole = run("today").out, run("today", "--all").out
    assert sum(" Weiß" in line for line in short.splitlines()) == 10
    assert "For a prescriber to decide (more than 10)" in short
    assert "… and more: microsclero today --all" in short
    assert sum(" Weiß" in line for line in whole.splitlines()) == 13
    assert "more" not in whole


@pytest.mark.parametrize(
    ("days", "is_due"), [(-1, False), (0, False), (1, False), (2, True), (-2, True), (-1100, True)]
)
def test_a_backup_is_due_after_a_day_and_where_its_clock_was_ahead(
    run: Line, tmp_path: Path, days: int, is_due: bool
) -> None:
    assert run.at(run.now - timedelta(days=days)).json("record", "backup", tmp_path / "stick").code == 0
    assert run.json("today").data["backup"]["due"] is is_due


@pytest.mark.parametrize("purpose", ["intake", "session"])
def test_a_screening_signed_with_something_unanswered_stays_until_it_is_asked_again(run: Line, purpose: str) -> None:
    number = ready(run)
    screened(run, number, purpose, dvt_ever=None)
    later = run.at(run.now + timedelta(days=60))
    line = page(later)["unfinished"]
    assert [(each["patient"], each["about"], each["what"], each["date"], each["next"]) for each in line] == [
        (
            number,
            "incomplete",
            f"{purpose} questionnaire signed with something unanswered",
            "2026-11-22",
            f"microsclero screen {number} --for {purpose}",
        )
    ]
    assert page(later)["counts"]["unfinished"] == 1
    assert later.json("call", number, "--about", "incomplete", "--outcome", "no_answer").code == 0
    assert page(later)["unfinished"][0]["attempts"] == 1
    screened(later, number, purpose)
    assert page(later)["unfinished"] == []


def test_a_backup_into_a_folder_that_is_not_there_makes_it_and_says_so(run: Line, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    first = run.json("record", "backup", folder).data["remarks"]
    assert first == [
        f"A new folder was made: {folder}. If a drive was meant, it is not connected.",
        "The backup lies on the same disk as the record; keep another copy elsewhere.",
    ]
    assert run.json("record", "backup", folder).data["remarks"] == first[1:]
    assert folder.stat().st_mode & 0o777 == 0o700
    told = run("record", "backup", tmp_path / "other")
    assert (told.code, "A new folder was made" in told.out + told.err) == (0, True)


def test_only_the_last_folder_is_made_on_the_way_to_a_backup(run: Line, tmp_path: Path) -> None:
    done = run.json("record", "backup", tmp_path / "drive" / "copies")
    assert (done.code, done.codes) == (7, ["backup_folder_missing"])
    assert not (tmp_path / "drive").exists()
