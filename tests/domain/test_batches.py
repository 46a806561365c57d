"""Batch numbers: what is one and the same, and what may be misread."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsclero.batches import batch_key, near_misses


@pytest.mark.parametrize(
    "typed",
    [
        "AB123",
        "ab123",
        " AB 123 ",
        "ab-12-3",
        "AB–123",
        "AB—123",
        "AB‑123",
        "AB−123",
        "AB\u00ad123",
        "AB\u200b123",
        "AB\u00a0123",
        "AB\t123\n",
        "ＡＢ１２３",
        "ab₁₂₃",
    ],
)
def test_case_blanks_and_dashes_do_not_count(typed: str) -> None:
    assert batch_key(typed) == "AB123"


@pytest.mark.parametrize("typed", ["", " ", "-", "– —", "\u200b", "./", "***"])
def test_text_without_a_letter_or_digit_is_no_batch(typed: str) -> None:
    assert batch_key(typed) == ""


@pytest.mark.parametrize("typed", ["AB/123", "AB.12.3", "ab_123", "AB / 12_3", "ＡＢ／１２３"])
def test_slashes_points_and_underscores_do_not_count_either(typed: str) -> None:
    assert batch_key(typed) == "AB123"


def test_other_signs_belong_to_the_number() -> None:
    assert batch_key("AB+12#3") == "AB+12#3"
    assert batch_key("AB+123") != batch_key("AB123")


@given(st.text(max_size=20))
def test_the_key_of_a_key_is_itself(text: str) -> None:
    key = batch_key(text)
    assert batch_key(key) == key
    assert batch_key(f" {text}-") == key


@given(st.text(alphabet="ABCXYZ0189 -", max_size=12), st.sampled_from(" -–—‑−"), st.integers(0, 12))
def test_a_dash_anywhere_changes_nothing(text: str, dash: str, at: int) -> None:
    assert batch_key(text[:at] + dash + text[at:].lower()) == batch_key(text)


@pytest.mark.parametrize(
    ("key", "other"),
    [
        ("A0123", "AO123"),
        ("A1234", "AI234"),
        ("A1234", "AL234"),
        ("AI234", "AL234"),
        ("A5123", "AS123"),
        ("A8123", "AB123"),
        ("A2123", "AZ123"),
        # Several at once are still what the eye mistakes.
        ("01582Z", "OLSBZ2"),
        # One slip of the finger.
        ("A1234", "A123"),
        ("A1234", "A12345"),
        ("A1234", "A7234"),
        ("A1234", "A1243"),
    ],
)
def test_near_misses(key: str, other: str) -> None:
    assert near_misses(key, [other]) == (other,)
    assert near_misses(other, [key]) == (key,)


@pytest.mark.parametrize("other", ["A1234", "B9999", "A12", "A5634", "A123456"])
def test_no_near_misses(other: str) -> None:
    assert near_misses("A1234", [other]) == ()


def test_near_misses_come_once_and_in_order() -> None:
    assert near_misses("A1", ["A7", "A1", "AI", "ZZZ", "A7"]) == ("A7", "AI")


@given(st.text(alphabet="AB01OIL", min_size=1, max_size=6), st.text(alphabet="AB01OIL", min_size=1, max_size=6))
def test_a_near_miss_works_both_ways_and_is_never_the_same(one: str, other: str) -> None:
    assert bool(near_misses(one, [other])) == bool(near_misses(other, [one]))
    assert near_misses(one, [one]) == ()
