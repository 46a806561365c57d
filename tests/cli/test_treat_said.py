"""What is said at a session and what is not: twice recorded, papers that came later, minutes not passed, advice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from microsclero.treatment import REGIONS
from tests.builders import Line, Result, ready
from tests.builders import screened as screened_for
from tests.chair_builders import (
    MINUTES,
    THURSDAY,
    after,
    agreed,
    compared,
    expected,
    given_at,
    in_the_chair,
    site,
    treat,
    treated,
    vial,
)


def said(done: Result) -> str:
    return " ".join(error["message"] for error in done.envelope["errors"])


@pytest.mark.parametrize("later", [0, 10, -10])
@pytest.mark.parametrize("anyway", [(), ("--record-anyway", "It was given.")], ids=["plain", "anyway"])
def test_a_time_that_overlaps_a_treatment_is_that_treatment(run: Line, later: int, anyway: tuple[str, ...]) -> None:
    number = in_the_chair(run)
    assert treated(run, number)["treatment"] == 1
    line = run.at(THURSDAY + timedelta(hours=2))
    done = line.json("treat", number, *anyway, answers=given_at(THURSDAY + later * MINUTES))
    assert (done.code, done.codes) == (5, ["already_recorded"])
    assert "Treatment 1 of patient" in said(done)
    assert line.json("record", "check").data["counts"]["treatment"] == 1


def test_a_time_that_only_touches_it_is_another_session(run: Line) -> None:
    number = in_the_chair(run)
    treated(run, number)
    line = run.at(THURSDAY + timedelta(hours=2))
    done = line.json("treat", number, answers=given_at(THURSDAY + 20 * MINUTES))
    assert done.code == 4
    assert "already_recorded" not in done.codes


def test_a_paper_of_later_that_day_is_named_with_its_hour(run: Line) -> None:
    number = expected(run)
    screened_for(run.at(THURSDAY - 60 * MINUTES), number, "session")
    agreed(run.at(THURSDAY + 25 * MINUTES), number)
    done = treat(run, number)
    assert done.codes == ["consent_missing"]
    assert said(done) == "Consent to treatment was recorded at 09:55, after 09:30: it comes first."


def test_an_intake_of_later_that_day_is_named_with_its_hour(run: Line) -> None:
    number = ready(run.at(THURSDAY + 10 * MINUTES))
    compared(run)
    done = treat(run, number)
    assert "The intake was recorded at 09:40, after the start at 09:30." in said(done)


def test_minutes_that_have_not_passed_are_said(run: Line) -> None:
    number = in_the_chair(run)
    remarks = treated(run, number, observed_minutes=30)["remarks"]
    assert "Watched afterwards: 30 minutes have not passed yet since the end at 09:50." in remarks


def test_what_is_still_to_be_done_is_said_and_not_kept(run: Line) -> None:
    number = in_the_chair(run)
    advice = f"No photographs of Thu 26 Nov 2026, and no reason for none: microsclero photo add {number}"
    assert advice in treated(run, number, no_photo_reason=None)["remarks"]
    assert advice not in str(after(run).json("patient", "show", number).data)


def test_before_the_needle_what_refuses_stands_first_and_no_dose_is_shown(run: Line) -> None:
    number = in_the_chair(run)
    line = run.at(THURSDAY)
    assert "May still be given" in line("treat", number, "--check").out
    agreed(line, number, given=False)
    done = line("treat", number, "--check")
    assert (done.code, done.out) == (4, "")
    assert "May still be given" not in done.err
    assert done.err.index("Consent was refused or taken back") < done.err.index("ALLERGIES")


def test_a_limit_of_the_volume_is_said_before_the_share_of_the_ceiling(run: Line) -> None:
    number = in_the_chair(run)
    vials = [vial(product="aethoxysklerol", percent="0.5")]
    sites = [site("0.5", region=where, punctures=5) for where in REGIONS]
    document = given_at(THURSDAY, vials=vials, sites=sites, weight_kg="70")
    done = after(run)("treat", number, "--dry-run", answers=document)
    told = done.out
    assert done.err == ""
    assert "Vial A: Aethoxysklerol 0.5 %" in told
    assert told.index("above 3 mL, see below; ") < told.index(" % of the ceiling")
