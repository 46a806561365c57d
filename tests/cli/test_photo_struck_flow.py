"""Before and after of what was struck out since: no result of ours, so nobody is shown one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.builders import Line
from tests.chair_builders import A_DAY, MINUTES, THURSDAY, after, agreed, in_the_chair, treated
from tests.picture_builders import a_jpeg

LATER = THURSDAY + 60 * A_DAY
WRONG = {"reason": "Entered for the wrong patient.", "entered_in_error": True}


def added(line: Line, number: int, path: Path, seed: int, *words: object) -> int:
    path.write_bytes(a_jpeg(seed))
    thigh = ("--leg", "left", "--region", "thigh")
    (photo,) = line.json("photo", "add", number, path, *thigh, *words).data["photos"]
    kept: int = photo["photo"]
    return kept


@pytest.fixture
def shown(run: Line, tmp_path: Path) -> tuple[int, Path]:
    """Somebody treated once, with photographs before and after, who agreed to show them."""
    number = in_the_chair(run)
    earlier = run.at(THURSDAY - 30 * MINUTES)
    for purpose in ("photo_record", "portfolio"):
        agreed(earlier, number, purpose=purpose)
    added(earlier, number, tmp_path / "1.jpg", 1, "--stage", "before")
    treated(run, number)
    added(run.at(LATER), number, tmp_path / "2.jpg", 2, "--stage", "after")
    return number, tmp_path / "p.pdf"


def of_all(line: Line, number: int, page: Path) -> list[Any]:
    """The answers of the page for the public and of the one for the record."""
    return [
        line.json("photo", "portfolio", "--pdf", page),
        line.json("photo", "compare", number, "--pdf", page),
    ]


def test_a_result_of_what_stands_is_shown(run: Line, shown: tuple[int, Path]) -> None:
    public, record = of_all(run.at(LATER), *shown)
    (pair,), (place,) = public.data["pairs"], record.data["places"]
    assert (pair["result"], public.data["groundless"]) == ("after 1 session, 8 weeks", [])
    assert ([each["photo"] for each in place["photos"]], record.data["groundless"]) == ([1, 2], [])


def test_a_result_of_what_was_struck_out_is_shown_nowhere(run: Line, shown: tuple[int, Path]) -> None:
    number, page = shown
    assert after(run).json("amend", "treatment", 1, answers=WRONG).code == 0
    done = of_all(run.at(LATER), number, page)
    assert [(each.code, each.codes, page.exists()) for each in done] == [
        (4, ["portfolio_empty"], False),
        (3, ["no_photographs"], False),
    ]
    why = "Photograph 2 was left out: no session stands on record between it and the one before."
    assert [why in each.envelope["errors"][0]["message"] for each in done] == [True, True]
    everything = run.at(LATER).json("photo", "compare", number, "--pdf", page, "--all").data["places"]
    assert [[each["photo"] for each in place["photos"]] for place in everything] == [[1, 2]]


def test_a_correction_takes_no_result_away(run: Line, shown: tuple[int, Path]) -> None:
    number, page = shown
    corrected = {"reason": "Misread.", "needle_gauge": "32G"}
    assert after(run).json("amend", "treatment", 1, answers=corrected).code == 0
    assert [each.code for each in of_all(run.at(LATER), number, page)] == [0, 0]


def test_the_photographs_left_out_are_named_and_not_counted(run: Line, shown: tuple[int, Path], tmp_path: Path) -> None:
    number, page = shown
    soon = run.at(THURSDAY + 10 * A_DAY)
    for seed in (3, 4):
        added(soon, number, tmp_path / f"{seed}.jpg", seed)
    left = run.at(LATER).json("photo", "compare", number, "--pdf", page).data
    assert ([each["photo"] for each in left["places"][0]["photos"]], left["too_early"]) == ([1, 2], [])
    struck = {"reason": "The other leg.", "entered_in_error": True}
    assert run.at(LATER).json("amend", "photo", 2, answers=struck).code == 0
    refused = run.at(LATER).json("photo", "compare", number, "--pdf", page).envelope["errors"][0]["message"]
    assert refused == (
        f"Patient {number} has no photographs before and after of one place. Photograph 4 was left out, taken less "
        f"than 28 days after a session. See: microsclero photo list {number}"
    )
