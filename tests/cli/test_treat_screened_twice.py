"""What was told for a session stands for that session, whatever an intake says later the same morning."""

from __future__ import annotations

import pytest

from tests.builders import Line, screened
from tests.chair_builders import MINUTES, THURSDAY, agreed, expected, treat, treated


def _session_then_intake(run: Line, **answers: str | None) -> int:
    number = expected(run)
    agreed(run.at(THURSDAY - 60 * MINUTES), number)
    screened(run.at(THURSDAY - 50 * MINUTES), number, "session", **answers)
    screened(run.at(THURSDAY - 40 * MINUTES), number, "intake")
    return number


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"pregnant": "yes"}, "finding_defer"),
        ({"pregnant": None}, "unanswered"),
        ({"cardiac": "yes"}, "undecided"),
        ({"dvt_ever": "yes"}, "finding_bar"),
        ({"recent_surgery": "yes", "recent_surgery_on": "2026-11-01"}, "finding_defer"),
    ],
    ids=["pregnant", "unanswered", "undecided", "clot", "dated"],
)
def test_a_later_intake_takes_nothing_back_that_was_told_for_the_session(
    run: Line, answers: dict[str, str | None], code: str
) -> None:
    number = _session_then_intake(run, **answers)
    refused = treat(run, number)
    assert (refused.code, [each["code"] for each in refused.envelope["errors"]]) == (4, [code])


def test_it_says_how_to_answer_for_the_session_again(run: Line) -> None:
    number = _session_then_intake(run, pregnant="yes")
    (reason,) = treat(run, number).envelope["errors"]
    assert reason["message"].endswith(f"A later intake does not change this: microsclero screen {number} --for session")


def test_screened_for_the_session_again_it_can_be_given_and_names_that_screening(run: Line) -> None:
    number = _session_then_intake(run, pregnant="yes")
    screened(run.at(THURSDAY - 20 * MINUTES), number, "session")
    assert treated(run, number)["screening"] == 4


def test_a_clean_session_before_a_clean_intake_is_the_one_it_rests_on(run: Line) -> None:
    number = _session_then_intake(run)
    assert treated(run, number)["screening"] == 2


def test_what_a_later_intake_finds_counts_as_well(run: Line) -> None:
    number = expected(run)
    agreed(run.at(THURSDAY - 60 * MINUTES), number)
    screened(run.at(THURSDAY - 50 * MINUTES), number, "session")
    screened(run.at(THURSDAY - 40 * MINUTES), number, "intake", dvt_ever="yes")
    assert "finding_bar" in [each["code"] for each in treat(run, number).envelope["errors"]]
