"""The sheets as text: golden files that one would be glad to read in a review."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from microsclero.render.sheets import sheet_text
from microsclero.sheet import ClinicContact, Sheet
from tests.reviewed import as_reviewed
from tests.sheet_builders import BARE_CLINIC, GOLDEN, after, november


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(("name", "made"), GOLDEN.items())
def test_the_text_is_as_it_was_read_and_approved(name: str, made: Callable[[], Sheet], width: int) -> None:
    text = sheet_text(made(), width)
    assert text == as_reviewed(f"{name}.{width}.txt", text)
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize(("name", "made"), GOLDEN.items())
def test_the_data_is_as_it_was_read_and_approved(name: str, made: Callable[[], Sheet]) -> None:
    text = json.dumps(made().as_data(), indent=2, ensure_ascii=False) + "\n"
    assert text == as_reviewed(f"{name}.json", text)


def test_no_date_is_broken_over_two_lines() -> None:
    for width in range(40, 121):
        text = sheet_text(november(), width)
        assert text.count("Sun 6 Dec 2026") >= text.count("6 Dec") > 4


def test_what_a_clinic_typed_comes_out_as_typed_and_acts_on_nothing() -> None:
    clinic = ClinicContact(name="x", phone="[red]\x1b[31m {phone}", out_of_hours="ext. *7#")
    text = sheet_text(after("2026-11-22T15:00", clinic=clinic), 80)
    assert "Clinic: [red]\\u001b[31m {phone}" in text
    assert "When we are closed: ext. *7#" in text
    assert "\x1b" not in text


def test_a_missing_number_leaves_a_line_to_write_on() -> None:
    text = sheet_text(after("2026-11-22T15:00", clinic=BARE_CLINIC), 80)
    assert "Clinic: ________" in text
    assert "When we are closed: NHS 111" in text
