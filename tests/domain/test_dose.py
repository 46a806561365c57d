"""The ceilings of the clinical reference, 3.2: at the limit, one step under, one over; and everything that is said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from microsclero.dose import MissingWeight, ceiling, remaining_ml
from microsclero.objections import refusals, warnings
from tests.domain.treatments import (
    PRODUCTS,
    added_up,
    codes,
    finding,
    given,
    one_strength,
    site,
    strength,
    vial,
)

STEP = Decimal("0.1")

# product, strength, weight, most in mL, mg at that: every row of the table, polidocanol at both limits.
ROWS = [
    ("fibrovein", "0.2", None, "10", "20"),
    ("fibrovein", "0.5", None, "10", "50"),
    ("fibrovein", "1", None, "10", "100"),
    ("fibrovein", "3", None, "4", "120"),
    ("aethoxysklerol", "0.25", "70", "10", "25"),
    ("aethoxysklerol", "0.25", "12", "9.6", "24"),
    ("aethoxysklerol", "0.5", "60", "10", "50"),
    ("aethoxysklerol", "0.5", "24", "9.6", "48"),
    ("aethoxysklerol", "1", "70", "10", "100"),
    ("aethoxysklerol", "1", "50", "10", "100"),
    ("aethoxysklerol", "1", "49.5", "9.9", "99"),
    ("aethoxysklerol", "1", "40", "8", "80"),
    ("aethoxysklerol", "3", "70", "4.6", "140"),
    ("asclera", "0.5", None, "10", "50"),
    ("asclera", "1", None, "10", "100"),
]


@pytest.mark.parametrize(("product", "percent", "weight", "most", "mg"), ROWS)
def test_the_ceiling_of_every_row(product: str, percent: str, weight: str | None, most: str, mg: str) -> None:
    found = ceiling(*strength(product, percent), None if weight is None else Decimal(weight))
    assert (found.volume_ml, found.mg) == (Decimal(most), Decimal(mg))


@pytest.mark.parametrize(("product", "percent", "weight", "most", "mg"), ROWS)
def test_every_row_at_its_limit_is_not_over_it(
    product: str, percent: str, weight: str | None, most: str, mg: str
) -> None:
    for volume in (Decimal(most), Decimal(most) - STEP):
        at_limit = one_strength(product, percent, str(volume), weight)
        assert "over_ceiling" not in codes(at_limit)
        assert at_limit.ceiling_percent is not None
        assert at_limit.ceiling_percent <= 100
        assert at_limit.total_mg == volume * Decimal(percent) * 10


@pytest.mark.parametrize(("product", "percent", "weight", "most", "mg"), ROWS)
def test_every_row_one_step_over_its_limit_is_refused(
    product: str, percent: str, weight: str | None, most: str, mg: str
) -> None:
    over = one_strength(product, percent, str(Decimal(most) + STEP), weight)
    assert finding(over, "over_ceiling").refuses
    assert over.ceiling_percent is not None
    assert over.ceiling_percent > 100


def test_a_full_session_of_one_strength_is_said_whole() -> None:
    full = one_strength("fibrovein", "0.2", "10", punctures=10)
    assert (full.total_ml, full.total_mg, str(full.ceiling_percent)) == (Decimal(10), Decimal(20), "100.0")
    assert codes(full) == ["more_than_a_vial"]
    assert full.as_data() == {
        "total_ml": "10",
        "total_mg": "20",
        "ceiling_percent": "100.0",
        "by_strength": [
            {
                "product": "fibrovein",
                "strength_percent": "0.2",
                "volume_ml": "10",
                "earlier_ml": "0",
                "mg": "20",
                "ceiling_ml": "10",
                "percent": "100.0",
            }
        ],
        "findings": [
            {
                "code": "more_than_a_vial",
                "message": (
                    "Vial A gave 10 mL, and one holds 5: if a second one was of another batch, "
                    "enter it as a vial of its own."
                ),
                "source": "What the record of a prescription medicine holds (3.1)",
                "refuses": False,
                "confirm": False,
                "vial": "A",
            }
        ],
    }


def test_over_the_ceiling_is_said_with_its_source() -> None:
    over = finding(one_strength("fibrovein", "0.2", "10.1", punctures=10), "over_ceiling")
    assert over.message == "10.1 mL of Fibrovein 0.2 % (at most 10): 101.0 % of what this session may hold. Give less."
    assert over.source == "Fibrovein product text, Ireland 2006; ANSM volumes, in La Revue du Praticien (S2b, S5)"
    assert refusals([over])[0].as_data() == {
        "code": "over_ceiling",
        "message": over.message,
        "source": over.source,
        "ceiling_percent": "101.0",
    }


def test_the_ceiling_of_asclera_is_never_shown_as_the_uk_label() -> None:
    source = ceiling(*strength("aethoxysklerol", "0.5"), Decimal(60)).source
    assert str(source) == "Clinic policy, after Asclera product text, USA (P6)"
    assert source.basis == "policy"
    assert ceiling(*strength("aethoxysklerol", "1"), Decimal(49)).source.basis == "label"


@pytest.mark.parametrize("product", PRODUCTS.products, ids=lambda product: product.product)
def test_per_cent_are_ten_times_as_many_milligrams_in_a_millilitre(product: object) -> None:
    for one in getattr(product, "strengths"):  # noqa: B009
        assert one.mg_per_ml == one.percent * 10
    assert strength("fibrovein", "0.2")[1].mg_per_ml == 2


def test_a_fifth_of_a_per_cent_is_two_milligrams_in_a_millilitre_everywhere() -> None:
    result = one_strength("fibrovein", "0.2", "1", punctures=1)
    assert result.total_mg == 2
    assert result.by_strength[0].mg == 2
    assert ceiling(*strength("fibrovein", "0.2"), None).mg == 20
    # Also where we know nothing else about it.
    assert one_strength("something", "0.2", "1").total_mg == 2


# ── weight ──


def test_polidocanol_without_weight_is_blocked_and_not_guessed() -> None:
    unweighed = one_strength("aethoxysklerol", "0.5", "0.2", None, punctures=1)
    assert codes(unweighed, refusing=True) == ["weight_missing"]
    assert (unweighed.total_ml, unweighed.total_mg) == (Decimal("0.2"), Decimal(1))
    assert unweighed.ceiling_percent is None
    assert unweighed.share is None
    assert unweighed.by_strength[0].ceiling_ml is None
    with pytest.raises(MissingWeight) as refused:
        ceiling(*strength("aethoxysklerol", "0.5"), None)
    assert (refused.value.code, refused.value.exit_code) == ("weight_missing", 4)


def test_without_weight_the_volume_limit_still_holds() -> None:
    assert codes(one_strength("aethoxysklerol", "0.5", "10.1", None, punctures=60), refusing=True) == [
        "over_ceiling",
        "weight_missing",
    ]


def test_tetradecyl_needs_no_weight() -> None:
    assert codes(one_strength("fibrovein", "0.5", "1", None, punctures=1)) == []


@pytest.mark.parametrize("weight", ["0", "-70", "NaN", "Infinity"])
def test_an_impossible_weight_is_no_weight(weight: str) -> None:
    with pytest.raises(ValueError, match="above 0 kg"):
        ceiling(*strength("aethoxysklerol", "1"), Decimal(weight))


# ── mixed ──


def test_strengths_are_added_up_by_their_shares_not_their_millilitres() -> None:
    vials = [vial("A", "fibrovein", "0.2"), vial("B", "fibrovein", "0.5")]
    sites = [site("5", "A", punctures=5), site("5", "B", vein="reticular", punctures=5)]
    full = added_up(vials, sites)
    assert (full.total_ml, full.total_mg, str(full.ceiling_percent)) == (Decimal(10), Decimal(35), "100.0")
    assert full.share == 1
    over = added_up(vials, [*sites, site("0.1", "B", vein="reticular")])
    assert str(over.ceiling_percent) == "101.0"
    assert "Clinic policy: no label rule was found for several strengths" in finding(over, "over_ceiling").source


def test_products_are_added_up_too() -> None:
    vials = [vial("A", "fibrovein", "0.2"), vial("B", "aethoxysklerol", "1")]
    # 40 kg: 80 mg, so 8 mL of 1 %. A half and a half.
    half_and_half = [site("5", "A", punctures=5), site("4", "B", vein="reticular", punctures=20)]
    assert str(added_up(vials, half_and_half, "40").ceiling_percent) == "100.0"
    assert "over_ceiling" in codes(added_up(vials, [*half_and_half, site("0.1", "A")], "40"))


def test_the_ceiling_is_the_sessions_not_the_legs() -> None:
    both = [site("6", leg="left", punctures=6), site("6", leg="right", punctures=6)]
    assert str(added_up([vial()], both).ceiling_percent) == "120.0"
    assert finding(added_up([vial()], both), "over_ceiling").refuses


def test_two_vials_of_one_strength_share_one_ceiling() -> None:
    vials = [vial("A"), vial("B", batch="CD34")]
    result = added_up(vials, [site("5", "A", punctures=5), site("5.1", "B", punctures=6)])
    assert [(one.volume_ml, str(one.percent)) for one in result.by_strength] == [(Decimal("10.1"), "101.0")]
    assert "over_ceiling" in codes(result)


def test_a_hair_over_never_reads_a_hundred() -> None:
    # 48.3 kg: 96.6 mg. 4.9 mL of 1 % and 4.93 … no: 3 mL of 1 % and 6.9 mL of 0.2 % come to 100.06 %.
    vials = [vial("A", "aethoxysklerol", "1"), vial("B", "fibrovein", "0.2")]
    result = added_up(vials, [site("3", "A", vein="reticular", punctures=10), site("6.9", "B", punctures=7)], "48.3")
    assert result.share == Fraction(30, 966) * 10 + Fraction(69, 100)
    assert result.share > 1
    assert str(result.ceiling_percent) == "100.1"
    assert "over_ceiling" in codes(result)


def test_what_was_given_earlier_the_same_day_counts() -> None:
    vials = [vial("A", "aethoxysklerol", "1")]
    sites = [site("3", vein="reticular", punctures=10)]
    assert codes(added_up(vials, sites, "40", earlier=[given("aethoxysklerol", "1", "5")]), refusing=True) == []
    over = added_up(vials, sites, "40", earlier=[given("aethoxysklerol", "1", "5.1")])
    assert (over.total_ml, over.total_mg, str(over.ceiling_percent)) == (Decimal(3), Decimal(30), "101.3")
    assert finding(over, "over_ceiling").message == (
        "8.1 mL of Aethoxysklerol 1 % (at most 8): 101.3 % of what the day may hold. Give less."
    )


def test_polidocanol_of_another_product_counts_for_the_day() -> None:
    vials = [vial("A", "aethoxysklerol", "1")]
    sites = [site("3", vein="reticular", punctures=10)]
    over = added_up(vials, sites, "70", earlier=[given("asclera", "1", "7.1")])
    assert codes(over, refusing=True) == ["over_ceiling"]
    assert finding(over, "over_4_ml").details["volume_ml"] == "10.1"


def test_something_unknown_given_earlier_leaves_nothing_to_add_to() -> None:
    result = added_up([vial()], [site()], earlier=[given("elsewhere", "0.5", "1")])
    assert result.ceiling_percent is None
    assert codes(result, refusing=True) == ["earlier_unknown"]


@pytest.mark.parametrize(("taken", "left"), [("0.3", "9.7"), ("9.9", "0.1"), ("10", "0.0"), ("10.5", "0.0")])
def test_what_remains_is_rounded_down(taken: str, left: str) -> None:
    most = ceiling(*strength("fibrovein", "0.5"), None)
    assert str(remaining_ml(one_strength("fibrovein", "0.2", taken), most)) == left


def test_nobody_says_what_remains_where_a_ceiling_is_not_known() -> None:
    most = ceiling(*strength("fibrovein", "0.5"), None)
    assert remaining_ml(one_strength("aethoxysklerol", "0.5", "0.2"), most) is None


# ── warnings by volume ──


@pytest.mark.parametrize(
    ("volume", "said"),
    [("3", []), ("3.1", ["over_3_ml"]), ("4", ["over_3_ml"]), ("4.1", ["over_3_ml", "over_4_ml"])],
)
def test_polidocanol_is_warned_of_above_three_and_four_millilitres(volume: str, said: list[str]) -> None:
    result = one_strength("aethoxysklerol", "0.5", volume, "60", punctures=30)
    assert [code for code in codes(result) if code.startswith("over_")] == said
    assert codes(result, refusing=True) == []


def test_the_two_warnings_name_whose_word_they_are() -> None:
    result = one_strength("aethoxysklerol", "0.5", "4.1", "60", punctures=30)
    assert [(one.message, one.source) for one in result.findings if one.code.startswith("over_")] == [
        (
            "4.1 mL of polidocanol today: severe reactions are more frequent above 3 mL.",
            "Asclera product text, USA: warnings (P7)",
        ),
        (
            "4.1 mL of polidocanol today: the French authority allows 4 mL at most in a session.",
            "ANSM volumes, in La Revue du Praticien (S5)",
        ),
    ]


def test_tetradecyl_is_not_warned_of_by_volume() -> None:
    assert codes(one_strength("fibrovein", "0.2", "5")) == []


def test_what_is_to_be_confirmed_is_told_from_what_is_only_read() -> None:
    result = added_up([vial("A", "fibrovein", "0.5")], [site("5", punctures=5)])
    assert [(one.code, one.confirm) for one in warnings(result.findings)] == [
        ("more_than_a_vial", False),
        ("strength_too_high", True),
    ]


# ── all at once ──


def test_all_reasons_come_at_once() -> None:
    vials = [
        vial("A", "fibrovein", "3", batch=" - ", expires_on=date(2026, 11, 21)),
        vial("B", "aethoxysklerol", "0.5", batch=None, expires_on=None),
        vial("C", "asclera", "0.7"),
        vial("C", "fibrovein", "0.2"),
        vial("D", "varithena", "1", batch="Q-1"),
    ]
    sites = [site("4.1", "A", punctures=3), site("0.3", "B"), site("0.3", "E")]
    result = added_up(vials, sites, quarantined=["Q1"])
    assert codes(result, refusing=True) == [
        "over_ceiling",
        "weight_missing",
        "strength_too_high",
        "batch_missing",
        "expired",
        "batch_missing",
        "expiry_missing",
        "comparison_only",
        "strength_unknown",
        "vial_twice",
        "product_unknown",
        "quarantined",
        "site_volume_high",
        "site_volume_high",
        "vial_unknown",
    ]
    assert codes(result, refusing=False) == ["vial_unused", "vial_unused"]
    assert all(one.source and one.message.endswith(".") for one in result.findings)
    assert result.is_refused
    assert result.total_mg is None


def test_nothing_given_comes_to_nothing() -> None:
    empty = added_up([], [])
    assert (empty.total_ml, empty.total_mg, str(empty.ceiling_percent)) == (Decimal(0), Decimal(0), "0.0")
    assert empty.findings == ()
