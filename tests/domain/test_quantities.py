"""Numbers as a person types them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsclero.quantities import parse_decimal


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0.3", "0.3"),
        ("0,3", "0.3"),
        ("0.30", "0.3"),
        (" 72 ", "72"),
        ("100", "100"),
        ("007", "7"),
        ("0", "0"),
        ("0.0", "0"),
        ("1.500", "1.5"),
    ],
)
def test_a_plain_number_is_read_exactly(typed: str, number: str) -> None:
    assert str(parse_decimal(typed)) == number


@pytest.mark.parametrize(
    "typed",
    [
        "nan",
        "NaN",
        "inf",
        "-inf",
        "Infinity",
        "1e3",
        "1E3",
        "0x10",
        "",
        " ",
        ".5",
        "5.",
        ",5",
        "-1",
        "+1",
        "1 000",
        "1.2.3",
        "1,2,3",
        "1,234.5",
        "1_000",
        "½",
        "٣",
        "１",
        "0.3 ml",
        "1\n2",
        "9" * 30,
        pytest.param("9" * 10_000_000, id="ten megabytes"),
        "sNaN",
    ],
)
def test_anything_else_is_refused_in_one_sentence(typed: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse_decimal(typed)
    assert str(refusal.value) == "That is not a number: type a number."


def test_a_comma_that_may_mean_thousands_is_not_guessed() -> None:
    with pytest.raises(ValueError) as refusal:
        parse_decimal("1,500")
    assert str(refusal.value) == "1,500 can be read in two ways: type 1500 or 1.500."


@pytest.mark.parametrize("typed", ["0.1", "60", "12.5"])
def test_both_limits_are_allowed(typed: str) -> None:
    assert parse_decimal(typed, least=Decimal("0.1"), most=60, places=1) == Decimal(typed)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0.09", "0.09 has too many decimal places: type a number from 0.1 to 60 with at most 1 decimal place."),
        ("0", "0 is out of range: type a number from 0.1 to 60 with at most 1 decimal place."),
        ("60.1", "60.1 is out of range: type a number from 0.1 to 60 with at most 1 decimal place."),
    ],
)
def test_a_number_outside_its_limits_says_what_they_are(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse_decimal(typed, least=Decimal("0.1"), most=60, places=1)
    assert str(refusal.value) == sentence


def test_a_whole_number_is_asked_for_as_one() -> None:
    with pytest.raises(ValueError) as refusal:
        parse_decimal("1.5", least=1, places=0)
    assert str(refusal.value) == "1.5 has too many decimal places: type a whole number of at least 1."
    with pytest.raises(ValueError, match="type a number of at most 3 with at most 2 decimal places"):
        parse_decimal("4", most=3, places=2)


@given(st.decimals(min_value=0, max_value=999_999, places=4))
def test_every_written_number_comes_back_as_itself(number: Decimal) -> None:
    assert parse_decimal(f"{number:f}") == number
    assert parse_decimal(f"{number:f}".replace(".", ",")) == number


@given(st.text(max_size=30))
def test_any_text_is_a_finite_number_or_one_sentence(text: str) -> None:
    try:
        number = parse_decimal(text)
    except ValueError as refusal:
        assert str(refusal).endswith(".")
        assert str(refusal).isprintable()
    else:
        assert number.is_finite()
        assert number >= 0
