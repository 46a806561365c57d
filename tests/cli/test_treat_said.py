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


# ── on record by the start ──


@pytest.mark.parametrize("compared_on", ["2026-11-25", "2026-11-26"])
def test_a_leaflet_comparison_counts_from_the_moment_it_was_recorded(run: Line, compared_on: str) -> None:
    number = ready(run)
    assert run.json("plan", number, "--start", "2026-11-26", "--yes").code == 0
    earlier, late = run.at(THURSDAY - 60 * MINUTES), run.at(THURSDAY + 120 * MINUTES)
    screened_for(earlier, number, "session")
    agreed(earlier, number)
    told = {"prescriber": "MS", "leaflet_revision": "May 2024", "compared_on": compared_on}
    assert late.json("clinic", "product", "fibrovein", answers=told).code == 0
    refused = late.json("treat", number, answers=given_at(THURSDAY))
    assert (refused.code, refused.codes) == (4, ["product_not_compared"])
    assert said(refused) == (
        "Fibrovein: the comparison with the leaflet was recorded on Thu 26 Nov 2026, 11:30, after the session began."
    )
    kept = late.json("treat", number, "--record-anyway", "It was given.", answers=given_at(THURSDAY)).data
    assert [each["code"] for each in kept["anyway"]] == ["product_not_compared"]


def test_a_comparison_entered_again_after_the_start_takes_nothing_from_the_one_before(run: Line) -> None:
    number = in_the_chair(run)
    late = run.at(THURSDAY + 120 * MINUTES)
    compared(late)
    assert late.json("treat", number, "--dry-run", answers=given_at(THURSDAY)).code == 0


@pytest.mark.parametrize(("entered_after", "is_said"), [(30, True), (-30, False)])
def test_consent_on_paper_that_was_entered_after_the_start_is_allowed_and_said(
    run: Line, entered_after: int, is_said: bool
) -> None:
    number = expected(run)
    screened_for(run.at(THURSDAY - 60 * MINUTES), number, "session")
    told = {"for": ["treatment"], "given": True, "taken_by": "MS", "method": "paper", "at": "2026-11-26T08:55"}
    assert run.at(THURSDAY + entered_after * MINUTES).json("consent", number, answers=told).code == 0
    remarks = treated(run, number)["remarks"]
    assert (
        "Consent to treatment was entered on Thu 26 Nov 2026, 10:00, after the start at 09:30." in remarks
    ) is is_said


def test_consent_entered_before_and_confirmed_on_paper_afterwards_says_nothing(run: Line) -> None:
    number = in_the_chair(run)
    told = {"for": ["treatment"], "given": True, "taken_by": "MS", "method": "paper", "at": "2026-11-26T09:20"}
    assert run.at(THURSDAY + 30 * MINUTES).json("consent", number, answers=told).code == 0
    assert not [each for each in treated(run, number)["remarks"] if "was entered" in each]


def test_what_put_the_session_off_earlier_that_day_is_kept_with_it(run: Line) -> None:
    number = expected(run)
    screened_for(run.at(THURSDAY - 90 * MINUTES), number, "session", acute_illness="yes")
    screened_for(run.at(THURSDAY - 60 * MINUTES), number, "session")
    agreed(run.at(THURSDAY - 60 * MINUTES), number)
    (remark,) = [each for each in treated(run, number)["remarks"] if "acute_illness" in each]
    assert remark.startswith("Screened at 08:00 of that day, acute_illness stood against it: ")
    assert remark.endswith(" Screened again at 08:30, it did not.")


# ── red flags where nobody is asked for them ──


def test_a_red_flag_in_the_notes_of_a_session_is_pointed_out_and_holds_nothing(run: Line) -> None:
    number = in_the_chair(run)
    done = treated(run, number, notes="Collapsed afterwards, and was breathless.")
    (remark,) = [each for each in done["remarks"] if each.startswith("This reads like ")]
    assert remark.endswith(f"If so: microsclero reaction {number}") and "; " in remark
    assert done["hold"] is False


def test_usual_words_in_the_notes_are_only_kept(run: Line) -> None:
    remarks = treated(run, in_the_chair(run), notes="Mild bruising, went home happy.")["remarks"]
    assert not [each for each in remarks if "reads like" in each]
