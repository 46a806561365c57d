"""What never happens to a dose, whatever is mixed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from microsclero.dose import ceiling, dose, remaining_ml
from microsclero.treatment import Given, InjectionSite, Vial
from tests.domain.treatments import PRODUCTS, SOME_DAY, vial

# The table once more, by hand: what the content says is not what it is tested against.
MOST_ML = {
    ("fibrovein", "0.2"): 10,
    ("fibrovein", "0.5"): 10,
    ("fibrovein", "1"): 10,
    ("fibrovein", "3"): 4,
    ("aethoxysklerol", "0.25"): 10,
    ("aethoxysklerol", "0.5"): 10,
    ("aethoxysklerol", "1"): 10,
    ("aethoxysklerol", "3"): 10,
    ("asclera", "0.5"): 10,
    ("asclera", "1"): 10,
}
KNOWN = sorted(MOST_ML)
STRANGE = [("fibrovein", "0.25"), ("aethoxysklerol", "2"), ("varithena", "1")]

tenths = st.integers(1, 60).map(lambda steps: Decimal(steps) / 10)
weights = st.none() | st.integers(250, 2000).map(lambda tenth: Decimal(tenth) / 10)
kinds = st.sampled_from(KNOWN * 3 + STRANGE)
usable = st.sampled_from([kind for kind in KNOWN if kind[0] != "asclera" and kind[1] != "3"])
givens = st.builds(
    lambda kind, volume: Given(product=kind[0], strength_percent=Decimal(kind[1]), volume_ml=volume), kinds, tenths
)
sites = st.builds(
    InjectionSite,
    leg=st.sampled_from(["left", "right"]),
    region=st.sampled_from(["thigh", "calf", "ankle"]),
    vein=st.sampled_from(["telangiectasia", "feeder", "reticular"]),
    vial=st.sampled_from("ABCD"),
    volume_ml=tenths,
    punctures=st.integers(1, 20),
)


@st.composite
def some_vials(draw: st.DrawFn, of: st.SearchStrategy[tuple[str, str]] = kinds) -> tuple[Vial, ...]:
    return tuple(vial(letter, *draw(of)) for letter in "ABC"[: draw(st.integers(1, 3))])


def share_of(given: Given, weight: Decimal | None) -> Fraction | None:
    """The share of one session that this is, straight from the table; None where nobody can know."""
    most = MOST_ML.get((given.product, str(given.strength_percent)))
    if most is None:
        return None
    limit = Fraction(most)
    if given.product == "aethoxysklerol":
        if weight is None:
            return None
        limit = min(limit, Fraction(2) * Fraction(weight) / (Fraction(given.strength_percent) * 10))
    return Fraction(given.volume_ml) / limit


@settings(max_examples=400)
@drawn(some_vials(), st.lists(sites, max_size=8), weights, st.lists(givens, max_size=2))
def test_nothing_is_ever_over_the_ceiling_without_a_refusal(
    vials: tuple[Vial, ...], given: list[InjectionSite], weight: Decimal | None, earlier: list[Given]
) -> None:
    result = dose(vials, given, weight, PRODUCTS, on=SOME_DAY, earlier_today=earlier)
    by_letter = {one.vial: one for one in vials}
    shares = [share_of(one, weight) for one in earlier]
    for one in given:
        used = by_letter.get(one.vial)
        if used is None:
            shares.append(None)
        else:
            amount = Given(product=used.product, strength_percent=used.strength_percent, volume_ml=one.volume_ml)
            shares.append(share_of(amount, weight))
    total = sum((share for share in shares if share is not None), Fraction(0))
    refused = {finding.code for finding in result.findings if finding.refuses}
    if total > 1:
        assert "over_ceiling" in refused
    if None in shares:
        assert refused
        assert result.ceiling_percent is None
    else:
        assert result.share == total
        assert ("over_ceiling" in refused) == (total > 1)
        assert result.ceiling_percent is not None
        assert (result.ceiling_percent <= 100) == (total <= 1)
        assert 0 <= Fraction(result.ceiling_percent) - total * 100 < Fraction(1, 10)


@settings(max_examples=200)
@drawn(some_vials(usable), st.lists(sites, max_size=8), weights)
def test_what_is_not_refused_keeps_both_limits_of_polidocanol(
    vials: tuple[Vial, ...], given: list[InjectionSite], weight: Decimal | None
) -> None:
    result = dose(vials, given, weight, PRODUCTS, on=SOME_DAY)
    if result.is_refused:
        return
    polidocanol = [one for one in result.by_strength if one.product == "aethoxysklerol"]
    if polidocanol:
        assert weight is not None
        assert sum(one.mg for one in polidocanol) <= 2 * weight
    assert result.total_ml <= 10


@drawn(some_vials(), st.lists(sites, max_size=8), weights)
def test_milligrams_are_ten_times_the_per_cent_and_millilitres(
    vials: tuple[Vial, ...], given: list[InjectionSite], weight: Decimal | None
) -> None:
    by_letter = {one.vial: one for one in vials}
    result = dose(vials, given, weight, PRODUCTS, on=SOME_DAY)
    assert result.total_ml == sum(one.volume_ml for one in given)
    if all(one.vial in by_letter for one in given):
        assert result.total_mg == sum(one.volume_ml * by_letter[one.vial].strength_percent * 10 for one in given)
    else:
        assert result.total_mg is None


@drawn(some_vials(), st.lists(sites, min_size=1, max_size=8), weights, st.data())
def test_legs_and_order_change_nothing(
    vials: tuple[Vial, ...], given: list[InjectionSite], weight: Decimal | None, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(given))
    on_one_leg = [
        InjectionSite(
            leg="left",
            region=one.region,
            vein=one.vein,
            vial=one.vial,
            volume_ml=one.volume_ml,
            punctures=one.punctures,
        )
        for one in shuffled
    ]
    first = dose(vials, given, weight, PRODUCTS, on=SOME_DAY)
    second = dose(vials, on_one_leg, weight, PRODUCTS, on=SOME_DAY)
    assert (first.total_ml, first.total_mg, first.share) == (second.total_ml, second.total_mg, second.share)
    assert sorted(one.code for one in first.findings) == sorted(one.code for one in second.findings)


@drawn(some_vials(usable), st.lists(sites, max_size=4), st.integers(250, 2000), usable)
def test_what_remains_fits_and_one_step_more_does_not(
    vials: tuple[Vial, ...], given: list[InjectionSite], tenth: int, kind: tuple[str, str]
) -> None:
    weight = Decimal(tenth) / 10
    known = [one for one in given if one.vial in {used.vial for used in vials}]
    before = dose(vials, known, weight, PRODUCTS, on=SOME_DAY)
    product = PRODUCTS.find(kind[0])
    assert product
    strength = product.strength(Decimal(kind[1]))
    assert strength
    most = ceiling(product, strength, weight)
    left = remaining_ml(before, most)
    assert left is not None
    assert before.share is not None
    assert before.share > 1 or before.share + most.share_of(left) <= 1
    assert before.share + most.share_of(left + Decimal("0.1")) > 1
