"""What a person's text may hold, how it is folded, and how it is shown."""

from __future__ import annotations

import time

import pytest

from microsclero.text import clean, isolate, name_key, phone_digits, visible


@pytest.mark.parametrize(
    "name",
    [
        "Zoë",
        "O'Brien-Łukasz",
        "[lidocaine]",
        "[/red] [bold]",
        "{0.__class__} %s $(rm)",
        "'; DROP TABLE patient;--",
        "نور الدين",
        "می‌خواهم",
        "श्रीमती क्षमा",
        "山田　花子",
        "Nguyễn Thị Ánh",
        "בַּת־שֶׁבַע",
        "Anna 👩\u200d⚕️",
        "葛\U000e0100城",
        "Ærøskøbing",
    ],
)
def test_names_of_any_script_come_out_exactly(name: str) -> None:
    assert clean(name, limit=200, what="Family name") == name
    assert visible(name) == name


@pytest.mark.parametrize(
    ("hostile", "fault"),
    [
        ("Jane\x1b[2J", "a control character (U+001B)"),
        ("Jane\x1b]0;x\x07", "a control character (U+001B)"),
        ("Jane\x00Roe", "a control character (U+0000)"),
        ("Jane\x7f", "a control character (U+007F)"),
        ("Jane\x9b31m", "a control character (U+009B)"),
        ("\x1cJane", "a control character (U+001C)"),
        ("Jane\x85Roe", "a control character (U+0085)"),
        ("Jane\rRoe", "a control character (U+000D)"),
        ("Jane\nRoe", "a line break or tab (U+000A)"),
        ("Jane\tRoe", "a line break or tab (U+0009)"),
        ("Jane\u2028Roe", "a line break (U+2028)"),
        ("Jane\u2029", "a line break (U+2029)"),
        ("Jane\u202eeoR", "a character that turns the direction of writing (U+202E)"),
        ("Jane\u202a", "a character that turns the direction of writing (U+202A)"),
        ("Jane\u2066Roe\u2069", "a character that turns the direction of writing (U+2066)"),
        ("Jane\u200f", "a character that turns the direction of writing (U+200F)"),
        ("Ja\u200bne", "an invisible character (U+200B)"),
        ("\ufeffJane", "an invisible character (U+FEFF)"),
        ("Ja\u2060ne", "an invisible character (U+2060)"),
        ("Jane\U000e0041", "an invisible character (U+E0041)"),
        ("Jane\ue000", "a private character that has no agreed meaning (U+E000)"),
        ("Jane\U0010ffff", "a character that has no meaning (U+10FFFF)"),
        ("Jane\u0378", "a character that has no meaning (U+0378)"),
        ("Jane\udc80", "a character that was damaged on its way here (U+DC80)"),
    ],
)
def test_text_that_hides_reorders_or_acts_is_refused(hostile: str, fault: str) -> None:
    with pytest.raises(ValueError) as refusal:
        clean(hostile, limit=200, what="Family name")
    assert str(refusal.value) == f"Family name: this holds {fault}; type it again without it."


def test_a_heap_of_accents_is_refused_and_five_are_not() -> None:
    assert clean("Z" + "\u0316" * 5, limit=200, what="Notes") == "Z" + "\u0316" * 5
    with pytest.raises(ValueError, match="more than 5 accents on one letter"):
        clean("Z" + "\u0316" * 6, limit=200, what="Notes")


@pytest.mark.parametrize("empty", ["\u200d", "\u3164", "\u200c \u200d", "\u2800", "\u0301"])
def test_a_text_that_shows_nothing_is_refused(empty: str) -> None:
    with pytest.raises(ValueError, match="Given name: this shows nothing that can be read"):
        clean(empty, limit=200, what="Given name")


def test_outer_blanks_go_and_inner_ones_stay() -> None:
    assert clean(" \t\u00a0Anna  Maria \r\n", limit=200, what="Given name") == "Anna  Maria"
    assert clean("   ", limit=200, what="Given name") == ""


def test_new_lines_and_tabs_stay_in_notes() -> None:
    assert clean("one\r\ntwo\n\tthree\n", limit=200, what="Notes", lines=True) == "one\ntwo\n\tthree"


def test_the_same_letter_is_kept_in_one_form() -> None:
    assert clean("Zoe\u0308", limit=200, what="Given name") == "Zo\u00eb"


def test_the_limit_counts_characters_as_they_are_kept() -> None:
    assert clean("e\u0308" * 200, limit=200, what="Given name") == "ë" * 200
    assert clean("  " + "x" * 200 + "  ", limit=200, what="Given name") == "x" * 200
    with pytest.raises(ValueError) as refusal:
        clean("x" * 201, limit=200, what="Given name")
    assert str(refusal.value) == "Given name: this is longer than 200 characters; shorten it."


@pytest.mark.parametrize("filler", ["x", "é", "\u0301"])
def test_ten_megabytes_are_refused_at_once(filler: str) -> None:
    text = filler * 10_000_000
    started = time.perf_counter()
    with pytest.raises(ValueError, match="longer than 200 characters"):
        clean(text, limit=200, what="Family name")
    assert time.perf_counter() - started < 0.5


def test_a_refusal_never_quotes_the_text() -> None:
    with pytest.raises(ValueError) as refusal:
        clean("Hermione\x1b", limit=200, what="Family name")
    assert "Hermione" not in str(refusal.value)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Zoë", "zoe"),
        ("ZOE\u0308", "zoe"),
        ("  Anna   Maria ", "anna maria"),
        ("Anna\u00a0Maria", "anna maria"),
        ("Małgorzata Łukasz", "malgorzata lukasz"),
        ("Søren Æbelø", "soren aebelo"),
        ("Weiß", "weiss"),
        ("İpek Işık", "ipek isik"),
        ("O’Brien", "o'brien"),
        ("Smith‑Jones", "smith-jones"),
        ("ＡＮＮＡ", "anna"),
        ("مُحَمَّد", "محمد"),
        ("", ""),
    ],
)
def test_a_name_is_found_without_its_accents_and_capitals(typed: str, key: str) -> None:
    assert name_key(typed) == key


def test_indic_vowels_are_part_of_the_name() -> None:
    assert name_key("मीना") != name_key("मना")


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("07700 900123", "07700900123"),
        ("+44 7700 900123", "07700900123"),
        ("+44 (0)7700 900123", "07700900123"),
        ("(+44) 7700-900123", "07700900123"),
        ("0044 7700 900123", "07700900123"),
        ("+33 1 23 45", "3312345"),
        ("0033 1 23 45", "3312345"),
        ("447700", "447700"),
        ("٠٧٧", "077"),
        ("ask her mother", ""),
    ],
)
def test_telephone_numbers_compare_by_their_digits(typed: str, digits: str) -> None:
    assert phone_digits(typed) == digits


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain [red] Zoë", "plain [red] Zoë"),
        ("a\x1b[31mb", "a\\u001b[31mb"),
        ("a\nb\tc", "a\\u000ab\\u0009c"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("a\udc80", "a\\udc80"),
        ("a\U000e0041", "a\\U000e0041"),
        ("a\x9b\x85\r\x00", "a\\u009b\\u0085\\u000d\\u0000"),
        ("می‌خواهم\u00a0x", "می‌خواهم\u00a0x"),
    ],
)
def test_what_could_act_on_a_terminal_is_shown_instead(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_notes_keep_their_lines_when_shown() -> None:
    assert visible("one\n\ttwo\r\x1b", lines=True) == "one\n\ttwo\\u000d\\u001b"


def test_only_right_to_left_text_is_isolated() -> None:
    assert isolate("Zoë 山田") == "Zoë 山田"
    assert isolate("") == ""
    assert isolate("נור 12") == "\u2068נור 12\u2069"
    assert isolate("سلام") == "\u2068سلام\u2069"
