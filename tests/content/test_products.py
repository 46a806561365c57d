"""The products as shipped, and that a wrong figure is never loaded."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files

import pytest

from microsclero import content
from microsclero.content.products import NEWEST, load_products, read_products
from microsclero.errors import ContentError
from microsclero.products import BASES, CONFIDENCES, Citation, show_percent

NAME = f"products.{NEWEST}.toml"
SOURCE = files("microsclero.content").joinpath(NAME).read_text("utf-8")


def changed(old: str, new: str) -> bytes:
    assert old in SOURCE
    return SOURCE.replace(old, new, 1).encode()


def faults(source: bytes) -> list[str]:
    with pytest.raises(ContentError) as refused:
        read_products(source, "products.toml")
    assert refused.value.exit_code == 6
    return [reason.message for reason in refused.value.reasons]


def test_the_shipped_products_load_once() -> None:
    assert load_products().version == NEWEST
    assert load_products() is load_products()
    assert NAME in content.released()
    content.verify_released()


def test_the_table_of_the_reference_whole() -> None:
    shipped = [
        (
            product.product,
            show_percent(one.percent),
            str(one.mg_per_ml),
            " ".join(one.meant_for),
            " ".join(f"{each.least_ml}-{each.most_ml}" for each in one.ranges),
            str(one.most_sites.value if one.most_sites else "-"),
            str(one.most_ml.value),
        )
        for product in load_products().products
        for one in product.strengths
    ]
    assert shipped == [
        ("fibrovein", "0.2 %", "2", "telangiectasia", "0.1-1", "10", "10"),
        ("fibrovein", "0.5 %", "5", "feeder reticular", "0.1-1", "10", "10"),
        ("fibrovein", "1 %", "10", "larger", "0.25-1", "10", "10"),
        ("fibrovein", "3 %", "30", "larger", "0.5-1", "4", "4"),
        ("aethoxysklerol", "0.25 %", "2.5", "telangiectasia", "0.1-0.2", "-", "10"),
        ("aethoxysklerol", "0.5 %", "5", "telangiectasia", "0.1-0.2", "-", "10"),
        ("aethoxysklerol", "1 %", "10", "feeder reticular larger", "0.1-0.2 0.1-0.3", "-", "10"),
        ("aethoxysklerol", "3 %", "30", "larger", "", "-", "10"),
        ("asclera", "0.5 %", "5", "telangiectasia", "0.1-0.3", "-", "10"),
        ("asclera", "1 %", "10", "reticular", "0.1-0.3", "-", "10"),
    ]


def test_polidocanol_is_limited_per_kilogram_and_tetradecyl_is_not() -> None:
    limits = {each.product: each.mg_per_kg and str(each.mg_per_kg.value) for each in load_products().products}
    assert limits == {"fibrovein": None, "aethoxysklerol": "2", "asclera": None}


def test_only_the_products_of_the_uk_are_usable() -> None:
    assert [each.product for each in load_products().usable] == ["fibrovein", "aethoxysklerol"]


def test_the_vials_that_a_source_tells_of() -> None:
    vials = {
        (each.product, str(one.percent)): one.vial_ml
        for each in load_products().products
        for one in each.strengths
        if one.vial_ml
    }
    assert vials == {
        ("fibrovein", "0.2"): Decimal(5),
        ("fibrovein", "0.5"): Decimal(2),
        ("aethoxysklerol", "0.25"): Decimal(2),
        ("aethoxysklerol", "0.5"): Decimal(2),
    }


def all_citations() -> Iterator[Citation]:
    products = load_products()
    yield from (getattr(products.rules, name) for name in products.rules.__dataclass_fields__)
    for product in products.products:
        yield from (warning.source for warning in product.warnings)
        if product.mg_per_kg:
            yield product.mg_per_kg.source
        for one in product.strengths:
            yield from (one.source, one.most_ml.source, *(each.source for each in one.ranges))
            if one.most_sites:
                yield one.most_sites.source


def test_every_figure_has_its_source() -> None:
    cited = list(all_citations())
    assert len(cited) > 30
    for each in cited:
        assert each.ids
        assert each.text
        assert each.basis in BASES
        assert each.confidence in CONFIDENCES
        if each.basis == "policy" and each.text.count("Asclera"):
            assert each.text.startswith("Clinic policy")


def test_every_source_named_in_the_file_is_used() -> None:
    used = {name for each in all_citations() for name in each.ids}
    named = {line.split('"')[1] for line in SOURCE.splitlines() if line.startswith('id = "')}
    assert named == used


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('mg_per_ml = "2"', 'mg_per_ml = "20"', "fibrovein 0.2 %: 0.2 % is 2 mg/mL: mg_per_ml must say so."),
        ('percent = "0.2"', 'percent = "2"', "fibrovein 2 %: 2 % is 20 mg/mL: mg_per_ml must say so."),
        ('mg = "20"', 'mg = "200"', "fibrovein 0.2 %: most_ml: 10 mL are 20 mg: mg must say so."),
        ('vial_ml = "5"', "vial_ml = 5.0", "fibrovein 0.2 %: vial_ml is of the wrong kind."),
        ('vial_ml = "5"', 'vial_ml = "0"', "fibrovein 0.2 %: vial_ml must be a number above 0, in quotes."),
        ('vial_ml = "5"', 'vial_ml = "-5"', "fibrovein 0.2 %: vial_ml must be a number above 0, in quotes."),
        ('vial_ml = "5"', 'vial_ml = "NaN"', "fibrovein 0.2 %: vial_ml must be a number above 0, in quotes."),
        ('vial_ml = "5"', 'secret = "5"', 'fibrovein 0.2 %: unknown key "secret".'),
        ('least_ml = "0.1"', 'least_ml = "2"', "fibrovein 0.2 %, range: least_ml is more than most_ml."),
        (
            'veins = ["telangiectasia"]',
            'veins = ["reticular"]',
            "fibrovein 0.2 %: each kind of vein it is meant for needs one range, and no other has one.",
        ),
        (
            'meant_for = ["telangiectasia"]',
            'meant_for = ["spider"]',
            "fibrovein 0.2 %: meant_for must name, once each, some of telangiectasia, feeder, reticular, larger.",
        ),
        ('ids = ["S2b", "S5"]', 'ids = ["S99"]', 'fibrovein 0.2 %.most_ml: there is no source "S99".'),
        ('basis = "label"', 'basis = "hearsay"', 'file.rules.guard: unknown basis "hearsay"'),
        (
            'confidence = "H" }',
            'confidence = "?" }',
            'fibrovein 0.2 %.most_ml: unknown confidence "?": one of H, M, L.',
        ),
        ('form = "liquid"', 'form = "foam"', 'fibrovein: unknown form "foam": one of liquid.'),
        ("usable = false", "usable = true", "asclera: it is known for comparison only: usable must be false."),
        ("usable = true\n", "", "fibrovein: usable is missing."),
        (
            'product = "asclera"',
            'product = "varithena"',
            "product: must be each of these, once: fibrovein, aethoxysklerol, asclera.",
        ),
        (
            'percent = "0.5"\nmg_per_ml = "5"',
            'percent = "0.2"\nmg_per_ml = "2"',
            "fibrovein: a strength stands there twice.",
        ),
        ("[rules.swap]", "[rules.swop]", "rules: swap is missing."),
        ('id = "S2b"', 'id = "S2"', "S2: this source stands there twice."),
    ],
)
def test_a_wrong_figure_is_refused_with_its_place(old: str, new: str, fault: str) -> None:
    assert any(message.startswith(f"products.toml: {fault}") for message in faults(changed(old, new))), faults(
        changed(old, new)
    )


def test_every_fault_is_told_at_once() -> None:
    source = changed('mg_per_ml = "2"', 'mg_per_ml = "20"').decode()
    source = source.replace("usable = false", "usable = true").replace('least_ml = "0.5"', 'least_ml = "5"')
    assert len(faults(source.encode())) == 4  # The milligrams of 10 mL no longer fit either.


def test_what_is_no_toml_is_refused() -> None:
    for source in (b"\xff", b"version = "):
        with pytest.raises(ContentError) as refused:
            read_products(source, "products.toml")
        assert refused.value.exit_code == 6


def test_an_empty_file_is_refused_in_sentences() -> None:
    assert "products.toml: rules: mixed is missing." in faults(b"")


def test_an_edited_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "_released_hashes", lambda: {NAME: "0" * 64})
    load_products.cache_clear()
    try:
        with pytest.raises(ContentError) as refused:
            load_products()
    finally:
        load_products.cache_clear()
    assert (refused.value.code, refused.value.exit_code) == ("content_edited", 6)


@pytest.mark.parametrize("version", ["1999-1", "../2026-1", "x"])
def test_a_version_that_is_not_there_is_refused(version: str) -> None:
    with pytest.raises(ContentError) as refused:
        load_products(version)
    assert (refused.value.code, refused.value.exit_code) == ("content_missing", 6)
