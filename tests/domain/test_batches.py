"""Batch numbers: what is one and the same, and what may be misread."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsclero.batches import batch_key, names_an_expiry, near_misses


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


@pytest.mark.parametrize(
    "typed",
    [
        "LOT AB123",
        "LOT: AB123",
        "Lot-AB123",
        "lot #AB 12 3",
        "Batch AB123",
        "Batch no: AB123",
        "Lot no. AB123",
        "LOTNO. AB123",
        "lot number AB123",
        "AB123 exp 12/27",
        "AB123 (Exp. Dec 2027)",
        "Lot AB123, expiry 2027-12",
        "AB123 use by 3/28",
    ],
)
def test_what_a_label_says_around_the_number_does_not_count(typed: str) -> None:
    assert batch_key(typed) == "AB123"


@pytest.mark.parametrize("typed", ["LOT 123", "LOT123", "batch-123"])
def test_the_word_for_it_may_touch_a_number_of_figures(typed: str) -> None:
    assert batch_key(typed) == "123"


@pytest.mark.parametrize("typed", ["LOTUS1", "NO12", "EXP12", "AB12 EXPORT5", "BATCHELOR9", "NORTH 1"])
def test_a_number_that_only_begins_like_a_word_of_the_label_is_whole(typed: str) -> None:
    assert batch_key(typed) == typed.replace(" ", "")


@pytest.mark.parametrize("typed", ["LOT", "Batch no.", "lot:"])
def test_the_word_alone_is_no_batch(typed: str) -> None:
    assert batch_key(typed) == ""


@given(
    st.sampled_from(["LOT", "Batch no", "lot-", "exp", "EXP 12/27", "use by 3", "no. ", "#", " "]),
    st.text(alphabet="LOTBACHNEXP12 -.:/", max_size=12),
    st.sampled_from(["", " exp 1/27", "Lot", ": exp. DEC 27", "-no"]),
)
def test_the_key_of_a_label_is_a_key(before: str, text: str, behind: str) -> None:
    key = batch_key(f"{before}{text}{behind}")
    assert batch_key(key) == key
    assert batch_key(f" {key}-") == key


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("AB12 exp 12/27", True),
        ("AB12, expiry 2027-12", True),
        ("AB12", False),
        ("AB12 EXPORT5", False),
        ("EXP12", False),
    ],
)
def test_an_expiry_typed_with_the_batch_is_seen(typed: str, named: bool) -> None:
    assert names_an_expiry(typed) is named


@pytest.mark.parametrize("glued", ["LOTAB12", "LOTNOAB12", "NOAB12", "BATCHAB12"])
def test_a_word_of_the_label_typed_in_one_with_the_number_is_a_near_miss(glued: str) -> None:
    assert near_misses(glued, ["AB12"]) == ("AB12",)
    assert near_misses("AB12", [glued]) == (glued,)


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
