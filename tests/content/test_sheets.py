"""The words of the sheets: every fault named at once, plain, kind, without a brand or a word of the record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

import pytest

from microsclero.content.sheets import NEWEST, load_sheets, read_sheets
from microsclero.errors import ContentError
from microsclero.render.sheets import sheet_text
from microsclero.sheet import Sheet
from tests.sheet_builders import clock_change, december, november

SOURCE = files("microsclero.content").joinpath(f"aftercare.{NEWEST}.toml").read_bytes()


def changed(old: str, new: str) -> bytes:
    assert old in SOURCE.decode()
    return SOURCE.decode().replace(old, new, 1).encode()


def faults(source: bytes) -> list[str]:
    with pytest.raises(ContentError) as refused:
        read_sheets(source, "sheets.toml")
    assert refused.value.exit_code == 6
    return [reason.message for reason in refused.value.reasons]


def test_the_shipped_words_load_once() -> None:
    assert load_sheets().version == NEWEST
    assert load_sheets() is load_sheets()


def test_a_version_that_is_not_there_is_refused() -> None:
    for version in ("1999-1", "../x", "2026-1/.."):
        with pytest.raises(ContentError, match=f"use version {NEWEST}"):
            load_sheets(version)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("aftercare_days = 14", "aftercare_days = 13", "times: aftercare_days can't be shorter than 14."),
        ("alcohol_hours = 24", 'alcohol_hours = "24"', "times.alcohol_hours: must be a whole number."),
        ("days = 28", "days = 29", "aftercare.expected 2.days: must be a whole number from 1 to 28."),
        ("months = 18", "months = 19", "aftercare.expected 4.months: must be a whole number from 1 to 18."),
        (
            'bruising = "bruises"',
            'calf_pain = "pain"',
            "aftercare.expected: calf_pain is not an effect that may be called usual.",
        ),
        ("until {until_at}", "until {until_then}", "aftercare.items 6.when: {until_then} can't be filled in here."),
        ("until {until_at}", "until {", "aftercare.items 6.when: has a brace that is no placeholder."),
        ('item = "walk"', 'item = "run"', "aftercare.items: must be, in this order:"),
        ('title = "Keep the skin clean"', 'title = ""', "aftercare.items 7.title: is empty."),
        ('basis = "pharmacist"', 'basis = "hearsay"', "aftercare.advice painkillers: basis must be one of"),
        ("[aftercare.call]", '[aftercare.call]\nsecret = "x"', "aftercare.call: secret is not known here."),
        ('language = "en-GB"', "", "file: language is missing."),
    ],
)
def test_a_fault_is_named_with_file_and_place(old: str, new: str, fault: str) -> None:
    assert any(message.startswith(f"sheets.toml, {fault}") for message in faults(changed(old, new)))


def test_all_faults_are_told_at_once() -> None:
    source = changed("aftercare_days = 14", "aftercare_days = 1").replace(b"until {until_at}", b"until {x}", 1)
    assert len(faults(source)) == 2


@pytest.mark.parametrize("source", [b"", b"version = ", b"\xff\xfe", b"items = 1\naftercare = 3\nprepare = []"])
def test_what_is_no_content_at_all_is_refused_in_words(source: bytes) -> None:
    assert faults(source)


# ── what patients read ──


def sentences(sheet: Sheet) -> Iterator[str]:
    yield from (each.text for each in sheet.items)
    yield from (each.text for each in sheet.expected)
    yield from (each.text for each in sheet.advice)
    for band in (sheet.call, sheet.same_day, sheet.emergency):
        yield from (band.title, band.intro, *band.lines)
    yield from (sheet.title, sheet.intro, sheet.expected_intro, *sheet.notes, *sheet.next)


ALL = [line for sheet in (november(), clock_change(), december()) for line in sentences(sheet)]


def test_no_brand_no_code_word_and_no_promise_is_printed() -> None:
    unwanted = re.compile(
        r"fibro|sklerol|asclera|tetradecyl|polidocanol|sclerosant|bar\b|refer\b|defer|contraindic|"
        r"telangiect|thrombos|cellulitis|haemosid|_|\bsafe|cure|proven|normal|stop (taking|your)",
        re.IGNORECASE,
    )
    assert [line for line in ALL if unwanted.search(line)] == []


def test_a_red_flag_stands_in_its_band_and_never_among_what_is_usual() -> None:
    sheet = november()
    expected = " ".join(each.text for each in sheet.expected).lower()
    same_day, emergency = " ".join(sheet.same_day.lines).lower(), " ".join(sheet.emergency.lines).lower()
    for flag in ("darker, warmer or harder", "black or white patch", "blister", "fever", "calf", "groin"):
        assert flag in same_day
        assert flag not in expected
    for flag in ("breathing", "chest pain", "face", "sight", "collapse", "weak", "white, blue or cold"):
        assert flag in emergency
        assert flag not in expected


def test_no_medicine_is_stopped_and_painkillers_are_left_to_a_pharmacist() -> None:
    advice = {each.advice: each.text for each in november().advice}
    assert "pharmacist" in advice["painkillers"]
    assert "Keep taking your usual medicines" in advice["painkillers"]


def test_the_evidence_on_stockings_is_not_called_settled() -> None:
    assert "Studies do not agree" in " ".join(each.text for each in november().advice)


def syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word))
    return max(1, groups - (word.endswith("e") and not word.endswith("le") and groups > 1))


@pytest.mark.parametrize("sheet", [november(), december()], ids=["aftercare", "prepare"])
def test_a_child_of_eleven_can_read_it(sheet: Sheet) -> None:
    ends = [part for line in sentences(sheet) for part in re.split(r"[.?!:]\s|[.?!:]$", line) if part.strip()]
    words = [word.lower() for part in ends for word in re.findall(r"[A-Za-z’']+", part)]
    grade = 0.39 * len(words) / len(ends) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    # Flesch-Kincaid counts school years in America: the sixth is the eleventh year of age.
    assert grade < 6


def test_no_line_of_the_text_is_a_sentence_of_the_clinics_own_page() -> None:
    borrowed = ("it is advised to", "or until the area has settled", "abstain from excessive", "keep the area clean")
    text = " ".join(sheet_text(november(), 120).lower().split())
    assert [words for words in borrowed if words in text] == []
