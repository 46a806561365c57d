"""What stands at the head of every page about a patient: allergies and medicines told, decisions with conditions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.builders import Line, another, register, screened
from tests.chair_builders import (
    A_DAY,
    MINUTES,
    THURSDAY,
    agreed,
    before_the_needle,
    compared,
    expected,
    in_the_chair,
    site,
    treat,
    treated,
    vial,
)

EARLIER = THURSDAY - 60 * MINUTES
ALLERGIC = {"allergic_condition": "yes", "allergic_condition_which": "bee stings: anaphylaxis"}
STS_ONLY = "STS only, watch 30 minutes"


def decided(line: Line, number: int, rule: str = "allergic_condition", condition: str = STS_ONLY) -> None:
    made = {"rule": rule, "decision": "proceed", "reason": "Talked over.", "condition": condition}
    assert line.json("decide", number, answers={"prescriber": "MS", "decisions": [made]}).code == 0


def allergic(line: Line) -> int:
    """Somebody with an allergy, decided "proceed" with a condition, agreed, an hour before the session."""
    number = expected(line)
    screened(line.at(EARLIER), number, "session", **ALLERGIC)
    decided(line.at(EARLIER), number)
    agreed(line.at(EARLIER), number)
    return number


def text_of(path: Path) -> str:
    import pypdf

    pages = pypdf.PdfReader(path).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


# ── before the needle ──


def test_a_product_that_a_finding_bars_is_not_offered_before_the_needle(run: Line) -> None:
    number = allergic(run)
    page = run.at(THURSDAY).json("treat", number, "--check").data
    barred = {(each["product"], each["remaining_ml"], bool(each["barred"])) for each in page["remaining"]}
    assert barred == {("fibrovein", None, True), ("aethoxysklerol", None, False)}
    shown = run.at(THURSDAY)("treat", number, "--check").out
    table = shown[shown.index("May still be given") : shown.index("! Not Fibrovein")]
    assert ("Fibrovein" in table, "Aethoxysklerol 0.5 %" in table) == (False, True)
    assert "! Not Fibrovein: A severe allergy" in shown
    assert "Nothing else on record stands against it." in shown


@pytest.mark.parametrize("products", [("fibrovein",), ("fibrovein", "aethoxysklerol")])
def test_where_every_product_is_barred_or_not_compared_the_check_refuses(run: Line, products: tuple[str, ...]) -> None:
    told = {**ALLERGIC, "alcohol_avoided": "yes"}
    number = another(run)
    compared(run, *products)
    assert run.json("plan", number, "--start", "2026-11-26", "--yes").code == 0
    screened(run.at(EARLIER), number, "session", **told)
    for rule in ("allergic_condition", "alcohol_avoided"):
        decided(run.at(EARLIER), number, rule)
    agreed(run.at(EARLIER), number)
    codes = run.at(THURSDAY).json("treat", number, "--check").codes
    without = [] if "aethoxysklerol" in products else ["product_not_compared"]
    assert codes == [*without, "product_finding", "product_finding"]


def test_the_prescribers_decision_and_its_condition_stand_at_the_head_and_are_kept_with_the_session(run: Line) -> None:
    number = allergic(run)
    now = run.at(THURSDAY)
    said = f"allergic_condition: proceed (MS, Thu 26 Nov 2026). Talked over. (condition: {STS_ONLY})"
    (made,) = now.json("treat", number, "--check").data["decided"]
    assert made == {
        "rule": "allergic_condition",
        "decision": "proceed",
        "reason": f"Talked over. (condition: {STS_ONLY})",
        "prescriber": "MS",
        "decided_on": "2026-11-26",
        "screening": 2,
    }
    shown = " ".join(now("treat", number, "--check").out.split())
    assert shown.index(f"DECIDED {said}") < shown.index("May still be given")
    other = vial(product="aethoxysklerol", percent="0.5")
    done = treated(run, number, vials=[other], sites=[site("0.2")], weight_kg="60")
    assert f"Decided before: {said}" in done["remarks"]


def test_of_a_long_reason_the_condition_at_its_end_is_kept_whole(run: Line) -> None:
    number = expected(run)
    earlier = run.at(EARLIER)
    screened(earlier, number, "session", cardiac="yes")
    made = {"rule": "cardiac", "decision": "proceed", "reason": "Why. " * 390, "condition": "C" * 500}
    assert earlier.json("decide", number, answers={"prescriber": "MS", "decisions": [made]}).code == 0
    agreed(earlier, number)
    (remark,) = [each for each in treated(run, number)["remarks"] if each.startswith("Decided before")]
    assert remark.endswith(f"(condition: {'C' * 500})") and " … " in remark


def test_the_weight_of_the_screening_is_named_and_weighed_again(run: Line) -> None:
    number = register(run)
    screened(run, number, height_cm="170", weight_kg="64")
    compared(run)
    assert run.json("plan", number, "--start", "2026-11-26", "--yes").code == 0
    before_the_needle(run, number, THURSDAY)
    left = run.at(THURSDAY).json("treat", number, "--check").data["remaining"]
    unknown = {each["unknown"] for each in left if each["product"] == "aethoxysklerol"}
    assert unknown == {
        "Aethoxysklerol is limited by weight: weigh the patient and give the weight in kg. "
        "At screening: 64 kg on Sun 22 Nov 2026; weigh again."
    }


# ── allergies and medicines ──


@pytest.mark.parametrize("which", ["penicillin anaphylaxis", None])
def test_an_allergy_that_was_told_is_never_none_recorded(run: Line, tmp_path: Path, which: str | None) -> None:
    number = register(run)
    told = {"anticoagulant": "yes", "anticoagulant_why": "apixaban for AF"}
    screened(run, number, allergic_condition="yes", allergic_condition_which=which, **told)
    words = which or "yes, which is not recorded"
    page = run.json("patient", "show", number).data
    assert (page["allergies"], page["allergies_told"]) == (None, [words])
    assert page["medicines"] == ["a blood thinner: apixaban for AF"]
    shown = run("patient", "show", number).out
    assert f"ALLERGIES  {words}\nMEDICINES  a blood thinner: apixaban for AF\n" in shown
    assert run.json("patient", "show", number, "--pdf", tmp_path / "a.pdf").code == 0
    paper = text_of(tmp_path / "a.pdf")
    assert f"Allergies {words} Medicines a blood thinner: apixaban for AF" in paper
    assert f"ALLERGIES  {words}\nMEDICINES  a blood thinner" in run("treat", number, "--check").err
    assert run.json("treat", number, "--worksheet", tmp_path / "b.pdf").code == 0
    assert f"Allergies: {words} Medicines: a blood thinner: apixaban for AF" in text_of(tmp_path / "b.pdf")


def test_what_was_told_stands_beside_what_is_recorded_and_a_later_no_takes_it_away_from_nobody(run: Line) -> None:
    number = register(run, allergies="latex")
    screened(run, number, **ALLERGIC)
    screened(run.at(run.now + A_DAY), number)
    page = run.at(run.now + 2 * A_DAY).json("patient", "show", number).data
    assert (page["allergies"], page["allergies_told"]) == (
        "latex",
        ["bee stings: anaphylaxis (“no” since, on Mon 23 Nov 2026: ask)"],
    )
    screened(run.at(run.now + 3 * A_DAY), number, **ALLERGIC)
    assert run.json("patient", "show", number).data["allergies_told"] == ["bee stings: anaphylaxis"]


def test_a_doubt_about_an_allergy_and_a_reaction_to_vein_injections_are_told(run: Line) -> None:
    number = register(run)
    told: dict[str, Any] = {"allergic_condition": "unsure", "sclerosant_reaction": "yes"}
    screened(run, number, **told, sclerosant_reaction_which="wheals after polidocanol")
    assert run.json("patient", "show", number).data["allergies_told"] == [
        "not sure, which is not recorded",
        "after vein injections: wheals after polidocanol",
    ]


def test_a_medicine_begun_between_sessions_is_not_forgotten_at_the_next_no(run: Line) -> None:
    number = in_the_chair(run)
    later = run.at(THURSDAY + A_DAY)
    screened(later, number, "session", medicines_changed="yes", medicines_changed_what="doxycycline")
    screened(run.at(THURSDAY + 2 * A_DAY), number, "session")
    medicines = run.json("patient", "show", number).data["medicines"]
    assert medicines == ["a new or changed medicine: doxycycline (told on Fri 27 Nov 2026)"]


def test_nothing_told_is_said_as_nothing(run: Line) -> None:
    number = another(run)
    assert "ALLERGIES  none recorded\nMEDICINES  none told of\n" in run("patient", "show", number).out


# ── the sheet to inject by ──


def test_no_sheet_to_inject_by_for_whoever_is_on_hold_or_barred(run: Line, tmp_path: Path) -> None:
    sheet = tmp_path / "a.pdf"
    held = in_the_chair(run)
    now = run.at(THURSDAY)
    pain = {"effect": "calf_pain", "severity": "mild", "noticed_on": "2026-11-26", "emergency": []}
    assert now.json("reaction", held, answers=pain).code == 0
    done = now.json("treat", held, "--worksheet", sheet)
    assert (done.code, done.codes, sheet.exists()) == (4, ["on_hold"], False)
    barred = another(run)
    screened(run, barred, cancer_active="yes")
    done = run.json("treat", barred, "--worksheet", sheet)
    assert (done.code, done.codes, sheet.exists()) == (4, ["finding_bar"], False)


def test_consent_taken_back_leaves_no_sheet_to_inject_by(run: Line, tmp_path: Path) -> None:
    number = in_the_chair(run)
    agreed(run.at(EARLIER + MINUTES), number, given=False)
    done = run.at(THURSDAY).json("treat", number, "--worksheet", tmp_path / "a.pdf")
    assert (done.code, done.codes) == (4, ["consent_withdrawn"])


def test_the_sheet_names_what_still_stands_and_what_was_decided(run: Line, tmp_path: Path) -> None:
    number = expected(run)
    screened(run.at(EARLIER), number, "session", **ALLERGIC, cardiac="yes")
    decided(run.at(EARLIER), number)
    agreed(run.at(EARLIER), number)
    now = run.at(THURSDAY)
    done = now.json("treat", number, "--worksheet", tmp_path / "a.pdf").data
    assert [each["code"] for each in done["against"]] == ["undecided"]
    paper = text_of(tmp_path / "a.pdf")
    assert "Still stands against it: cardiac is for a prescriber to decide." in paper
    assert f"Decided: allergic_condition: proceed (MS, Thu 26 Nov 2026). Talked over. (condition: {STS_ONLY})" in paper
    assert "Not Fibrovein: A severe allergy" in paper
    assert "microsclero decide" not in paper
    shown = " ".join(now("treat", number, "--worksheet", tmp_path / "b.pdf").out.split())
    assert f"! Still stands against it: cardiac is for a prescriber to decide: microsclero decide {number}" in shown


def test_a_sheet_with_nothing_against_it_says_nothing(run: Line, tmp_path: Path) -> None:
    number = in_the_chair(run)
    done = run.at(THURSDAY).json("treat", number, "--worksheet", tmp_path / "a.pdf").data
    assert (done["against"], done["read_first"]) == ([], [])


def test_a_sheet_stays_one_page_with_much_to_read_first(run: Line, tmp_path: Path) -> None:
    import pypdf

    number = expected(run, allergies="WWWW " * 100)
    told = dict.fromkeys(("cardiac", "alcohol_avoided", "anticoagulant", "stockings_unsafe", "lymphoedema"), "yes")
    told.pop("lymphoedema")
    screened(run.at(EARLIER), number, "session", **ALLERGIC, **told, medicines_changed="yes")
    for rule in ("cardiac", "alcohol_avoided", "anticoagulant", "allergic_condition"):
        decided(run.at(EARLIER), number, rule, condition="C " * 240)
    assert run.at(THURSDAY).json("treat", number, "--worksheet", tmp_path / "a.pdf").code == 0
    pages = pypdf.PdfReader(tmp_path / "a.pdf").pages
    text = pages[0].extract_text().replace("\n", " ")
    assert (len(pages), "more on record: look at them first." in text, "LEFT, back" in text) == (1, True, True)


def test_treat_refuses_the_barred_product_as_before(run: Line) -> None:
    assert treat(run, allergic(run)).codes == ["product_finding"]
