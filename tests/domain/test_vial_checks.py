"""What stands against a vial or a site by itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.domain.treatments import added_up, codes, finding, given, one_strength, site, vial


@pytest.mark.parametrize(
    ("expires_on", "said"),
    [(date(2026, 11, 23), []), (date(2026, 11, 22), []), (date(2026, 11, 21), ["expired"])],
)
def test_the_day_of_expiry_itself_may_still_be_used(expires_on: date, said: list[str]) -> None:
    assert codes(added_up([vial(expires_on=expires_on)], [site()]), refusing=True) == said


def test_an_expired_vial_says_until_when_it_could_be_used() -> None:
    result = added_up([vial(expires_on=date(2026, 10, 31))], [site()])
    assert finding(result, "expired").message == (
        "Vial A could be used until Sat 31 Oct 2026: it has expired, take another."
    )


@pytest.mark.parametrize("batch", [None, "", " ", "-", "\u2011"])
def test_a_vial_without_a_batch_is_refused(batch: str | None) -> None:
    assert codes(added_up([vial(batch=batch)], [site()])) == ["batch_missing"]


def test_a_batch_in_quarantine_is_refused_however_it_is_written() -> None:
    assert codes(added_up([vial(batch="ab-1 2")], [site()], quarantined=["AB12"])) == ["quarantined"]
    assert codes(added_up([vial(batch="AB13")], [site()], quarantined=["AB12"])) == []


def test_a_product_for_comparison_is_never_used() -> None:
    result = added_up([vial("A", "asclera", "0.5")], [site("0.3")])
    assert codes(result, refusing=True) == ["comparison_only"]
    assert finding(result, "comparison_only").message == (
        "Vial A: Asclera is known here for comparison only; use fibrovein, aethoxysklerol."
    )


def test_an_unknown_product_is_refused_and_shown_without_harm() -> None:
    result = added_up([vial("A", "x\x1b[31m", "0.5")], [site()])
    assert codes(result, refusing=True) == ["product_unknown"]
    assert finding(result, "product_unknown").message == (
        'Vial A: "x\\u001b[31m" is not known; use fibrovein, aethoxysklerol.'
    )
    assert result.ceiling_percent is None


def test_a_strength_that_is_not_marketed_is_refused() -> None:
    result = added_up([vial("A", "fibrovein", "0.1")], [site()])
    assert codes(result) == ["strength_unknown"]
    assert finding(result, "strength_unknown").message == (
        "Vial A: there is no Fibrovein 0.1 %; its strengths are 0.2 %, 0.5 %, 1 %, 3 %."
    )
    assert result.ceiling_percent is None


@pytest.mark.parametrize(("product", "percent"), [("fibrovein", "1"), ("fibrovein", "3"), ("aethoxysklerol", "3")])
@pytest.mark.parametrize("vein", ["telangiectasia", "feeder", "reticular"])
def test_a_strength_for_varicose_veins_is_refused_in_any_vein(product: str, percent: str, vein: str) -> None:
    result = added_up([vial("A", product, percent)], [site("0.5", vein=vein)], "70")
    assert codes(result, refusing=True) == ["strength_too_high"]
    assert "varicose veins" in finding(result, "strength_too_high").message


# The concentration guard: STS over 0.2 % in thread veins, over 0.5 % in reticular ones, POL over 0.5 % in thread veins.
@pytest.mark.parametrize(
    ("product", "percent", "vein", "said"),
    [
        ("fibrovein", "0.2", "telangiectasia", []),
        ("fibrovein", "0.5", "telangiectasia", ["strength_too_high"]),
        ("fibrovein", "0.2", "feeder", ["strength_low"]),
        ("fibrovein", "0.5", "feeder", []),
        ("fibrovein", "0.2", "reticular", ["strength_low"]),
        ("fibrovein", "0.5", "reticular", []),
        ("aethoxysklerol", "0.25", "telangiectasia", []),
        ("aethoxysklerol", "0.5", "telangiectasia", []),
        ("aethoxysklerol", "1", "telangiectasia", ["strength_too_high"]),
        ("aethoxysklerol", "0.5", "feeder", ["strength_low"]),
        ("aethoxysklerol", "1", "feeder", []),
        ("aethoxysklerol", "0.5", "reticular", ["strength_low"]),
        ("aethoxysklerol", "1", "reticular", []),
    ],
)
def test_each_strength_in_each_vein(product: str, percent: str, vein: str, said: list[str]) -> None:
    result = added_up([vial("A", product, percent)], [site("0.2", vein=vein)] * 2, "70")
    assert codes(result) == said
    for one in result.findings:
        # Stronger than is meant must be confirmed before the needle; weaker is only said.
        assert (one.refuses, one.confirm) == (False, one.code == "strength_too_high")


def test_too_strong_says_what_is_meant() -> None:
    result = added_up([vial("A", "aethoxysklerol", "1")], [site("0.1")], "70")
    assert finding(result, "strength_too_high").message == (
        "Vial A: Aethoxysklerol 1 % is more than is meant for a thread vein, which is 0.25 % or 0.5 %."
    )


# ── the volume at one puncture ──


@pytest.mark.parametrize(
    ("product", "percent", "vein", "least", "most"),
    [
        ("fibrovein", "0.2", "telangiectasia", "0.1", "1.0"),
        ("fibrovein", "0.5", "reticular", "0.1", "1.0"),
        ("fibrovein", "0.5", "feeder", "0.1", "1.0"),
        ("aethoxysklerol", "0.25", "telangiectasia", "0.1", "0.2"),
        ("aethoxysklerol", "0.5", "telangiectasia", "0.1", "0.2"),
        ("aethoxysklerol", "1", "feeder", "0.1", "0.2"),
        ("aethoxysklerol", "1", "reticular", "0.1", "0.3"),
        # In a vein that the text does not name, the narrowest range of the strength holds.
        ("aethoxysklerol", "1", "telangiectasia", "0.1", "0.2"),
    ],
)
def test_the_range_at_a_puncture_holds_both_its_ends(
    product: str, percent: str, vein: str, least: str, most: str
) -> None:
    def said(volume: str, punctures: int) -> list[str]:
        sites = [site(volume, vein=vein, punctures=punctures)]
        found = codes(added_up([vial("A", product, percent)], sites, "70"))
        return [code for code in found if code.startswith("site_volume")]

    over = str(Decimal(most) + Decimal("0.1"))
    assert said(least, 1) == said(most, 1) == []
    assert said(over, 1) == ["site_volume_high"]
    assert said(over, 2) == []
    assert said(least, 2) == ["site_volume_low"]


def test_the_range_is_on_the_volume_of_each_puncture() -> None:
    three = added_up([vial("A", "aethoxysklerol", "0.5")], [site("0.5", punctures=3)], "70")
    two = added_up([vial("A", "aethoxysklerol", "0.5")], [site("0.5", punctures=2)], "70")
    assert codes(three) == []
    assert codes(two, refusing=True) == ["site_volume_high"]
    assert finding(two, "site_volume_high").message == (
        "Site 1 (L thigh tel A 0.5 x2): Aethoxysklerol 0.5 % is given as 0.1 to 0.2 mL at a puncture, "
        "and this is more. Give the number of punctures, or less."
    )


def test_too_little_at_a_puncture_is_only_said() -> None:
    result = added_up([vial()], [site("0.1", punctures=2)])
    assert [(one.code, one.refuses, one.confirm) for one in result.findings] == [("site_volume_low", False, False)]


@pytest.mark.parametrize(("punctures", "said"), [(10, []), (11, ["too_many_sites"])])
def test_more_sites_than_the_text_names_are_only_said(punctures: int, said: list[str]) -> None:
    result = added_up([vial()], [site("0.2")] * punctures)
    assert codes(result) == said
    assert codes(added_up([vial()], [site("2.2", punctures=punctures)])) == said


def test_the_sites_of_a_product_are_counted_over_its_strengths() -> None:
    vials = [vial("A"), vial("B", "fibrovein", "0.5")]
    sites = [site("0.1", "A")] * 6 + [site("0.1", "B", vein="reticular")] * 5
    assert codes(added_up(vials, sites)) == ["too_many_sites"]


# ── vials and sites ──


def test_a_site_whose_vial_is_not_there_is_refused() -> None:
    result = added_up([vial("A")], [site("0.3", "A"), site("0.2", "B", leg="right")])
    assert codes(result) == ["vial_unknown"]
    assert finding(result, "vial_unknown").message == (
        "Site 2 (R thigh tel B 0.2) names vial B, and there is none: give that vial, or correct the letter."
    )
    assert result.total_mg is None
    assert result.ceiling_percent is None


def test_a_vial_that_gave_nothing_is_said() -> None:
    result = added_up([vial("A"), vial("B")], [site("0.3", "A")])
    assert [(one.code, one.refuses) for one in result.findings] == [("vial_unused", False)]


def test_two_vials_of_one_letter_are_refused() -> None:
    assert codes(added_up([vial("A"), vial("A", "fibrovein", "0.5")], [site()])) == ["vial_twice"]


@pytest.mark.parametrize(("volume", "said"), [("5", []), ("5.1", ["more_than_a_vial"])])
def test_more_than_a_vial_holds_asks_for_the_second_batch(volume: str, said: list[str]) -> None:
    assert codes(one_strength("fibrovein", "0.2", volume)) == said


# ── another substance at the same percentage ──


@pytest.mark.parametrize(
    ("product", "percent", "before", "said"),
    [
        ("fibrovein", "0.5", ("aethoxysklerol", "0.5"), ["strength_reused"]),
        ("aethoxysklerol", "0.5", ("fibrovein", "0.5"), ["strength_reused"]),
        ("fibrovein", "0.2", ("aethoxysklerol", "0.5"), []),
        ("fibrovein", "0.5", ("fibrovein", "0.5"), []),
        ("fibrovein", "0.5", ("something", "0.5"), []),
        ("aethoxysklerol", "0.5", ("asclera", "0.5"), []),
    ],
)
def test_a_strength_carried_over_to_another_substance_must_be_confirmed(
    product: str, percent: str, before: tuple[str, str], said: list[str]
) -> None:
    vein = "reticular" if product == "fibrovein" else "telangiectasia"
    sites = [site("0.2", vein=vein)]
    result = added_up([vial("A", product, percent)], sites, "70", last_time=[given(*before, "1")])
    assert [code for code in codes(result) if code == "strength_reused"] == said
    for one in result.findings:
        if one.code == "strength_reused":
            assert (one.refuses, one.confirm) == (False, True)


def test_the_swap_is_said_with_the_makers_word() -> None:
    result = added_up(
        [vial("A", "fibrovein", "0.5")],
        [site("0.2", vein="reticular")],
        last_time=[given("aethoxysklerol", "0.5", "1")],
    )
    one = finding(result, "strength_reused")
    assert one.message == (
        "Vial A: 0.5 % was the strength of polidocanol last time, and this is sodium tetradecyl sulfate. "
        "They are not equally strong: choose the strength anew."
    )
    assert "2 to 3 times as strong" in one.source
