"""What is read once more before the needle and refuses nothing: marks, the weight, the batch, whose chair it is."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from microsclero.ask.sites import as_sites, as_vials
from microsclero.desk.chairside import running_total
from tests.builders import Line, another, screened
from tests.chair_builders import (
    A_DAY,
    MINUTES,
    THURSDAY,
    after,
    agreed,
    before_the_needle,
    compared,
    expected,
    given_at,
    in_the_chair,
    site,
    treat,
    treated,
    vial,
)
from tests.reaction_builders import told
from tests.response_builders import desk_of

FOUR_WEEKS_ON = THURSDAY + 28 * A_DAY
POLIDOCANOL: dict[str, Any] = {"vials": [vial(product="aethoxysklerol", percent="0.5")], "sites": [site("0.2")]}


def checked(line: Line, number: int, **given: Any) -> Any:
    return line.json("treat", number, "--check", answers=given)


# ── marks of the sessions before ──


def marked(line: Line, effect: str, severity: str = "mild") -> int:
    """Somebody due four weeks after a session, screened and agreed, who has reported a mark since."""
    number = in_the_chair(line)
    treated(line, number)
    reported = line.at(THURSDAY + 22 * A_DAY)
    assert reported.json("reaction", number, answers=told(reported, effect, severity=severity)).code == 0
    before_the_needle(line, number, FOUR_WEEKS_ON)
    return number


@pytest.mark.parametrize(
    ("effect", "severity", "said"),
    [
        ("matting", "mild", "Look for a feeder vein; more injections there may add matting."),
        ("pigmentation", "moderate", "No more injections until a prescriber has looked at them."),
    ],
)
def test_a_mark_that_is_open_is_read_before_the_needle_and_kept_with_the_session(
    run: Line, effect: str, severity: str, said: str
) -> None:
    number = marked(run, effect, severity)
    (warning,) = checked(run.at(FOUR_WEEKS_ON), number).data["warnings"]
    assert (warning["code"], warning["refuses"], warning["confirm"], warning["reaction"]) == (
        (f"{effect}_open", False, True, 1)
    )
    assert f"{severity}, noticed Fri 18 Dec 2026. {said}" in warning["message"]
    assert warning["message"] in treated(run, number, FOUR_WEEKS_ON)["remarks"]


def test_slight_brown_marks_and_marks_that_have_gone_are_not_read_out(run: Line) -> None:
    number = marked(run, "pigmentation")
    now = run.at(FOUR_WEEKS_ON)
    assert checked(now, number).data["warnings"] == []
    assert now.json("reaction", number, answers=told(now, "matting", ended_on="2026-12-24")).code == 0
    assert checked(now, number).data["warnings"] == []


# ── the weight ──


def weighing(line: Line, kg: str) -> int:
    number = in_the_chair(line)
    screened(line.at(THURSDAY - 90 * MINUTES), number, weight_kg=kg)
    return number


@pytest.mark.parametrize(
    ("kg", "said"),
    [
        ("54", "54 kg is 20 % more than the 45 kg of Thu 26 Nov 2026: read the scales once more."),
        ("40", "40 kg is 11 % less than the 45 kg of Thu 26 Nov 2026: read the scales once more."),
        ("49.5", None),
        ("45", None),
        ("40.5", None),
    ],
)
def test_a_weight_unlike_the_last_is_read_again_and_refuses_nothing(run: Line, kg: str, said: str | None) -> None:
    number = weighing(run, "45")
    told_kg = {"weight_kg": kg, **POLIDOCANOL}
    found = [each["message"] for each in checked(run.at(THURSDAY), number, **told_kg).data["warnings"]]
    assert [each for each in found if "scales" in each] == ([said] if said else [])
    dry = treat(run, number, THURSDAY, "--dry-run", **told_kg).data["remarks"]
    assert [each for each in dry if "scales" in each] == ([said] if said else [])
    assert [each for each in treated(run, number, **told_kg)["remarks"] if "scales" in each] == ([said] if said else [])


def test_the_last_weight_may_be_that_of_a_session(run: Line) -> None:
    number = weighing(run, "45")
    treated(run, number, weight_kg="48", **POLIDOCANOL)
    before_the_needle(run, number, FOUR_WEEKS_ON)
    told_kg = {"weight_kg": "54", **POLIDOCANOL}
    (said,) = [each for each in treated(run, number, FOUR_WEEKS_ON, **told_kg)["remarks"] if "scales" in each]
    assert said == "54 kg is 12 % more than the 48 kg of Thu 26 Nov 2026: read the scales once more."


def test_where_no_weight_is_on_record_nothing_is_said(run: Line) -> None:
    remarks = treated(run, in_the_chair(run), weight_kg="54", **POLIDOCANOL)["remarks"]
    assert [each for each in remarks if "scales" in each] == []


def test_at_the_terminal_it_stands_under_the_running_total(run: Line) -> None:
    number = weighing(run, "45")
    vials, sites = as_vials(POLIDOCANOL["vials"]), as_sites(POLIDOCANOL["sites"])
    told_so_far = running_total(desk_of(run.at(THURSDAY)), number, vials, sites, Decimal(54))
    assert "! 54 kg is 20 % more than the 45 kg of Thu 26 Nov 2026: read the scales once more." in told_so_far


# ── the batch, as the label reads ──


@pytest.mark.parametrize("typed", ["LOT AB12", "LOT: AB12", "Batch AB12", "Lot no. ab-12", "AB12 exp 12/27"])
def test_a_batch_set_aside_is_known_however_the_label_was_copied(run: Line, typed: str) -> None:
    number = in_the_chair(run)
    assert run.json("batch", "AB12", "--quarantine", "--reason", "Recalled.").code == 0
    assert treat(run, number, vials=[vial(batch=typed)]).codes == ["quarantined"]


@pytest.mark.parametrize("typed", ["LOT AB12", "Lot no. AB12", "AB12 exp 12/27"])
def test_whoever_had_it_is_on_the_call_list_and_the_text_stays_as_typed(run: Line, typed: str) -> None:
    number = in_the_chair(run)
    treated(run, number, vials=[vial(batch=typed)])
    for asked in ("AB12", "Batch: AB12", typed):
        (holder,) = after(run).json("batch", asked).data["patients"]
        assert (holder["patient"], [each["batch"] for each in holder["vials"]]) == (number, [typed])
    aside = after(run).json("batch", "LOT AB12", "--quarantine", "--reason", "Recalled.").data
    assert (aside["quarantined"], [each["patient"] for each in aside["patients"]]) == (True, [number])


def test_a_word_of_the_label_typed_in_one_is_nearly_the_batch_set_aside(run: Line) -> None:
    number = in_the_chair(run)
    assert run.json("batch", "AB12", "--quarantine", "--reason", "Recalled.").code == 0
    (said,) = [each for each in treated(run, number, vials=[vial(batch="LOTAB12")])["remarks"] if "nearly" in each]
    assert said == "Vial A: batch LOTAB12 is nearly AB12, which is in quarantine: read the label once more."


def test_an_expiry_typed_with_the_batch_is_said(run: Line) -> None:
    number = in_the_chair(run)
    given: dict[str, Any] = {"vials": [vial(batch="AB12 exp 12/27")]}
    (warning,) = checked(run.at(THURSDAY), number, **given).data["warnings"]
    assert (warning["code"], warning["refuses"], warning["confirm"]) == ("batch_with_expiry", False, True)
    assert warning["message"] == (
        "Vial A: “AB12 exp 12/27” is more than the batch, and is taken as AB12. Give the number alone; the expiry has "
        "a place of its own."
    )
    assert warning["message"] in treated(run, number, **given)["remarks"]


def test_the_word_for_it_alone_is_no_batch(run: Line) -> None:
    assert treat(run, in_the_chair(run), vials=[vial(batch="LOT")]).codes == ["batch_missing"]


# ── whose chair it is ──


def with_another(run: Line) -> tuple[int, int]:
    one, other = in_the_chair(run), another(run)
    before_the_needle(run, other, THURSDAY)
    treated(run, one)
    return one, other


def test_the_same_injector_with_somebody_else_at_that_time_is_said_by_number(run: Line) -> None:
    one, other = with_another(run)
    said = f"MS was with patient {one} from 09:30 to 09:50 (treatment 1)"
    dry = after(run).json("treat", other, "--dry-run", answers=given_at(THURSDAY)).data
    assert [each for each in dry["remarks"] if "was with" in each] == (
        [f"{said}: is this the right patient, and are these the right times?"]
    )
    done = treated(run, other, THURSDAY + 19 * MINUTES)
    assert [each for each in done["remarks"] if each.startswith(said)] != []
    assert "Weiß" not in str(done["remarks"])


def test_one_after_the_other_and_what_was_struck_out_are_not_said(run: Line) -> None:
    _, other = with_another(run)
    dry = run.at(THURSDAY + 60 * MINUTES).json("treat", other, "--dry-run", answers=given_at(THURSDAY + 20 * MINUTES))
    assert [each for each in dry.data["remarks"] if "was with" in each] == []
    wrong = {"reason": "Entered for the wrong patient.", "entered_in_error": True}
    assert after(run).json("amend", "treatment", 1, answers=wrong).code == 0
    assert [each for each in treated(run, other)["remarks"] if "was with" in each] == []


# ── screened ──


def test_an_intake_of_the_day_is_said_to_be_no_screening_of_the_session(run: Line) -> None:
    number = expected(run)
    morning = run.at(THURSDAY - 60 * MINUTES)
    screened(morning, number)
    agreed(morning, number)
    (error,) = run.at(THURSDAY).json("treat", number, "--check").envelope["errors"]
    assert (error["code"], error["message"]) == (
        "not_screened_today",
        "The intake of Thu 26 Nov 2026 is not the session's screening: microsclero screen 1 --for session",
    )


def test_a_sheet_for_a_coming_day_leaves_out_what_is_done_on_that_day(run: Line, tmp_path: Path) -> None:
    number = expected(run)
    agreed(run, number)
    tomorrow, sheet = run.at(THURSDAY - A_DAY), tmp_path / "a.pdf"
    done = tomorrow.json("treat", number, "--worksheet", sheet).data
    assert (done["against"], done["read_first"]) == ([], [])
    today = run.at(THURSDAY).json("treat", number, "--worksheet", sheet).data
    assert [each["code"] for each in today["against"]] == ["not_screened_today"]


def test_a_sheet_for_a_coming_day_is_held_against_that_day(run: Line, tmp_path: Path) -> None:
    """On the day before, 27 days have passed; on the day itself 28 have."""
    number = in_the_chair(run)
    treated(run, number)
    done = run.at(FOUR_WEEKS_ON - A_DAY).json("treat", number, "--worksheet", tmp_path / "a.pdf").data
    assert done["against"] == []
    walked_in = run.at(THURSDAY + A_DAY)
    assert "gap_too_short" in checked(walked_in, number).codes


def test_a_sheet_still_says_what_a_coming_day_does_not_mend(run: Line, tmp_path: Path) -> None:
    number = expected(run)
    done = run.at(THURSDAY - A_DAY).json("treat", number, "--worksheet", tmp_path / "a.pdf").data
    assert [each["code"] for each in done["against"]] == ["consent_missing"]
    compared(run)
