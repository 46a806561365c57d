"""What was told once and denied later, and a batch that is nearly one set aside: neither is forgotten at the chair."""

from __future__ import annotations

import pytest

from tests.builders import Line, screened
from tests.chair_builders import MINUTES, THURSDAY, agreed, expected, in_the_chair, treat, treated, vial


def _told_then_denied(run: Line, purpose: str) -> int:
    number = expected(run)
    agreed(run.at(THURSDAY - 60 * MINUTES), number)
    told = {"sclerotherapy_elsewhere": "yes", "sclerotherapy_elsewhere_on": "2026-11-20"}
    screened(run.at(THURSDAY - 50 * MINUTES), number, purpose, **told)
    screened(run.at(THURSDAY - 40 * MINUTES), number, "intake")
    screened(run.at(THURSDAY - 30 * MINUTES), number, "session")
    return number


@pytest.mark.parametrize("purpose", ["session", "intake"])
def test_injections_elsewhere_that_were_told_of_keep_their_gap_though_denied_later(run: Line, purpose: str) -> None:
    refused = treat(run, _told_then_denied(run, purpose))
    assert (refused.code, refused.codes) == (4, ["gap_too_short"])
    assert refused.envelope["errors"][0]["message"] == (
        "Injections elsewhere, told of on Thu 26 Nov 2026 and denied since (ask which is right), on "
        "Fri 20 Nov 2026, 6 days before: 28 days are needed. Treat from Fri 18 Dec 2026."
    )


@pytest.mark.parametrize("typed", ["AB1Z", "ABl2", "A812", "AB123", "BA12"])
def test_a_batch_that_is_nearly_one_in_quarantine_is_to_be_read_once_more(run: Line, typed: str) -> None:
    number = in_the_chair(run)
    assert run.json("batch", "AB-12", "--quarantine", "--reason", "Recall.").code == 0
    warned = run.at(THURSDAY).json("treat", number, "--check", answers={"vials": [vial(batch=typed)]}).data["warnings"]
    assert [(each["code"], each["confirm"]) for each in warned if "batch" in each["code"]] == [
        ("batch_like_quarantined", True)
    ]
    said = treated(run, number, vials=[vial(batch=typed)])["remarks"]
    assert sum("is nearly AB-12, which is in quarantine: read the label once more." in words for words in said) == 1


def test_a_batch_far_from_any_in_quarantine_is_not_warned_of(run: Line) -> None:
    number = in_the_chair(run)
    assert run.json("batch", "XY-99", "--quarantine", "--reason", "Recall.").code == 0
    assert not any("quarantine" in words for words in treated(run, number)["remarks"])
