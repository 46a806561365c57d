"""What always holds of text, whatever a person types."""

from __future__ import annotations

from unicodedata import category, is_normalized

from hypothesis import given
from hypothesis import strategies as st

from microsclero.text import clean, isolate, name_key, phone_digits, visible

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
HARMFUL = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(ANY_TEXT)
def test_text_is_kept_whole_or_refused_in_one_sentence(text: str) -> None:
    try:
        kept = clean(text, limit=40, what="Notes")
    except ValueError as refusal:
        assert str(refusal).startswith("Notes: ")
        assert str(refusal).endswith(".")
        assert str(refusal).isprintable()
        return
    assert is_normalized("NFC", kept)
    assert len(kept) <= 40
    assert not any(category(c) in HARMFUL for c in kept)
    assert clean(kept, limit=40, what="Notes") == kept


@given(
    st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]) | st.sampled_from("\u200c\u200d\u0301"), max_size=60)
)
def test_what_is_kept_is_shown_as_it_is(text: str) -> None:
    try:
        kept = clean(text, limit=200, what="Notes")
    except ValueError as refusal:
        assert "accents" in str(refusal) or "nothing that can be read" in str(refusal)
    else:
        assert visible(kept) == kept


@given(ANY_TEXT, st.booleans())
def test_nothing_shown_can_act_on_a_terminal(text: str, lines: bool) -> None:
    shown = visible(text, lines=lines)
    if lines:
        shown = shown.replace("\n", "").replace("\t", "")
    assert not any(category(c) in HARMFUL for c in shown)
    shown.encode("utf-8")  # A lone surrogate would raise.


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)


@given(ANY_TEXT)
def test_capitals_and_composition_do_not_change_the_key(text: str) -> None:
    from unicodedata import normalize

    assert name_key(normalize("NFC", text)) == name_key(normalize("NFD", text))


@given(ANY_TEXT)
def test_telephone_digits_are_plain_digits(text: str) -> None:
    digits = phone_digits(text)
    assert digits == "" or (digits.isascii() and digits.isdigit())


@given(ANY_TEXT)
def test_isolating_only_adds_at_the_ends(text: str) -> None:
    assert isolate(text) in (text, f"\u2068{text}\u2069")
