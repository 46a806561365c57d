"""Sites as they are typed: read exactly, never guessed, and written back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from microsclero.products import VEINS
from microsclero.site_codes import (
    EXAMPLE,
    EXAMPLE_IN_WORDS,
    all_codes,
    amount_in_words,
    parse_site,
    show_site,
    vials_for_thread_veins,
)
from microsclero.treatment import ASPECTS, LEGS, REGIONS, InjectionSite
from tests.domain.treatments import PRODUCTS, vial

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SITES = st.builds(
    InjectionSite,
    leg=st.sampled_from(LEGS),
    region=st.sampled_from(REGIONS),
    aspect=st.sampled_from([None, *ASPECTS]),
    vein=st.sampled_from(VEINS),
    vial=st.sampled_from(LETTERS),
    volume_ml=st.integers(1, 990).map(lambda steps: Decimal(steps) / 10),
    punctures=st.integers(1, 99),
)


def test_a_site_in_one_line() -> None:
    assert parse_site("L thigh lat A 0.3", "A") == InjectionSite(
        leg="left",
        region="thigh",
        aspect="lateral",
        vein="telangiectasia",
        vial="A",
        volume_ml=Decimal("0.3"),
        punctures=1,
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("L calf med tel A 0.4 x2", "0.4 mL in all, 2 punctures of 0.2 mL each"),
        ("L calf med tel A 0.5 x3", "0.5 mL in all, 3 punctures of about 0.17 mL each"),
        ("L calf med tel A 0.4", ""),
    ],
)
def test_a_volume_over_several_punctures_is_said_to_be_all_of_it(typed: str, words: str) -> None:
    assert amount_in_words(parse_site(typed)) == words


def test_the_example_means_what_is_said_beside_it() -> None:
    assert amount_in_words(parse_site(EXAMPLE)) == EXAMPLE_IN_WORDS


def test_every_word_that_can_be_typed_is_listed() -> None:
    listed = " ".join(all_codes())
    for words in (REGIONS, [aspect[:3] for aspect in ASPECTS], [vein[:3] for vein in VEINS]):
        assert [word for word in words if word not in listed] == []


def test_a_site_with_everything() -> None:
    assert parse_site("r calf med feeder B 0.2 x2") == InjectionSite(
        leg="right", region="calf", aspect="medial", vein="feeder", vial="B", volume_ml=Decimal("0.2"), punctures=2
    )


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("l THIGH Lateral tel a 0,3", "L thigh lat tel A 0.3"),
        ("left foot thread A 1.0 ×3", "L foot tel A 1 x3"),
        ("right ank tel A 0.30 X12", "R ankle tel A 0.3 x12"),
        ("  R   kne  post  ret  z  2 x1 ", "R knee pos ret Z 2"),
        ("R fee foot B 0.1", "R foot fee B 0.1"),
        ("L groin ante feed L 0.1", "L groin ant fee L 0.1"),
    ],
)
def test_words_may_be_long_or_short(typed: str, shown: str) -> None:
    assert show_site(parse_site(typed)) == shown


def test_the_vein_is_left_out_only_with_a_vial_for_thread_veins() -> None:
    assert parse_site("L thigh A 0.3", ["A"]).vein == "telangiectasia"
    with pytest.raises(ValueError) as refused:
        parse_site("L thigh B 0.3", ["A"])
    assert str(refused.value) == (
        "The vein is missing: with vial B type one of tel (thread vein), fee (feeder vein), ret (reticular vein)."
    )


def test_which_vials_are_for_thread_veins_stands_in_the_content() -> None:
    vials = [
        vial("A", "fibrovein", "0.2"),
        vial("B", "fibrovein", "0.5"),
        vial("C", "aethoxysklerol", "0.25"),
        vial("D", "aethoxysklerol", "1"),
        vial("E", "fibrovein", "0.7"),
        vial("F", "something", "0.2"),
    ]
    assert vials_for_thread_veins(vials, PRODUCTS) == {"A", "C"}


NO_VOLUME = "The volume is missing: type it in mL, such as 0.3."
NO_VIAL = "The vial is missing: type its letter."
NO_REGION = "The region is missing: type one of groin, thigh, knee, calf, shin, ankle, foot."
NO_LEG = "The leg is missing: start with L or R."
RANGE = "type a number from 0.1 to 99 with at most 1 decimal place."


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", f"That is not a site: type it as {EXAMPLE}."),
        (" \t", f"That is not a site: type it as {EXAMPLE}."),
        ("L thigh A 0.3" + " " * 80, f"That is not a site: type it as {EXAMPLE}."),
        ("thigh lat A 0.3", NO_LEG),
        ("thigh lat L 0.3", NO_LEG),
        ("thigh right A 0.3", "The leg comes first, once: start with L or R."),
        ("L left thigh A 0.3", "The leg stands there twice: type it once."),
        ("L lat A 0.3", NO_REGION),
        ("L thigh lat 0.3", NO_VIAL),
        ("L thigh lat A", NO_VOLUME),
        ("L thigh A 0.35", f"Volume: 0.35 has too many decimal places: {RANGE}"),
        ("L thigh A 0", f"Volume: 0 is out of range: {RANGE}"),
        ("L thigh A 0.3ml", f"Volume: That is not a number: {RANGE}"),
        ("L thigh A 1e1", f"Volume: That is not a number: {RANGE}"),
        ("L thigh A -0.3", f"Volume: That is not a number: {RANGE}"),
        ("L thigh A .3", f"Volume: That is not a number: {RANGE}"),
        ("L thgh A 0.3", "“thgh”: did you mean thigh?"),
        ("L ankel A 0.3", "“ankel”: did you mean ankle?"),
        ("L arm A 0.3", f"Word 2 is no part of a site: type it as {EXAMPLE}."),
        ("L th A 0.3", f"Word 2 is no part of a site: type it as {EXAMPLE}."),
        ("L thigh A 0.3 \x1b[31m", f"Word 5 is no part of a site: type it as {EXAMPLE}."),
        ("L thigh A 0.3 x0", "The punctures are x1 to x99: type their number again."),
        ("L thigh A 0.3 x100", "The punctures are x1 to x99: type their number again."),
        ("L thigh calf A 0.3", "The region stands there twice: type it once."),
        ("L thigh A B 0.3", "The vial stands there twice: type it once."),
        ("L thigh A 0.3 0.4", "The volume stands there twice: type it once."),
        ("L thigh lat med A 0.3", "The aspect stands there twice: type it once."),
        ("L", f"{NO_REGION} {NO_VIAL} {NO_VOLUME}"),
        ("Smith thigh A 0.3", f"Word 1 is no part of a site: type it as {EXAMPLE}. {NO_LEG}"),
    ],
)
def test_each_mistake_has_its_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse_site(typed, LETTERS)
    assert str(refused.value) == sentence


@given(SITES, st.sets(st.sampled_from(LETTERS)))
@example(
    InjectionSite(leg="left", region="thigh", vein="telangiectasia", vial="X", volume_ml=Decimal("0.3"), punctures=2),
    {"X"},
)
def test_every_site_is_written_and_read_back(site: InjectionSite, thread_vein_vials: set[str]) -> None:
    code = show_site(site, thread_vein_vials)
    assert parse_site(code, thread_vein_vials) == site
    assert show_site(parse_site(code, thread_vein_vials), thread_vein_vials) == code
    # A code that says everything is read without knowing the vials.
    assert parse_site(show_site(site)) == site
    assert parse_site(show_site(site).upper()) == site


@given(st.text(max_size=90))
def test_any_text_is_a_site_or_plain_sentences(text: str) -> None:
    try:
        site = parse_site(text, LETTERS)
    except ValueError as refused:
        assert str(refused).endswith(".")
        assert str(refused).isprintable()
    else:
        assert parse_site(show_site(site)) == site


WORDS = st.sampled_from(
    ["L", "r", "thigh", "calf", "lat", "ant", "tel", "ret", "A", "B", "0.3", "0,1", "x2", "x", "7", "?"]
)


@given(st.lists(WORDS, max_size=8).map(" ".join))
def test_leg_and_volume_are_never_filled_in(text: str) -> None:
    try:
        site = parse_site(text, LETTERS)
    except ValueError:
        return
    words = text.split()
    assert words[0].lower() == site.leg[0]
    assert [word for word in words if word.replace(",", ".") == f"{site.volume_ml:f}"]
