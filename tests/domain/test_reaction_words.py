"""Patients' own words: no red flag hides behind a usual word, a plural, another order or a comma."""

from __future__ import annotations

from datetime import date

import pytest

from microsclero.content.reactions import load_reactions
from microsclero.reaction_words import effect_named, match_effects
from microsclero.reactions import BANDS, Band, Report, assess

LISTED = load_reactions()
DAY = date(2026, 11, 26)


def band_of_notes(notes: str) -> Band:
    told = Report(effect="redness", noticed_on=DAY, reported_on=DAY, severity="mild", session_on=DAY, notes=notes)
    return assess(told, LISTED).band


@pytest.mark.parametrize(
    ("words", "least"),
    [
        ("itchy and one side of my face is drooping", Band.EMERGENCY),
        ("redness and I cannot catch my breath", Band.EMERGENCY),
        ("bump, hard to breathe", Band.EMERGENCY),
        ("itchy and my tongue feels thick", Band.EMERGENCY),
        ("itchy eyes, chest pains", Band.EMERGENCY),
        ("leg swollen and tender", Band.SAME_DAY),
        ("leg is swollen and sore", Band.SAME_DAY),
        ("warmth, whole leg swollen", Band.SAME_DAY),
        ("tender, hot calf", Band.SAME_DAY),
        ("sore and throbbing calf", Band.SAME_DAY),
        ("calf is sore and hard", Band.SAME_DAY),
        ("calf is puffy and tight", Band.SAME_DAY),
        ("calf twice the size", Band.SAME_DAY),
        ("sore chest", Band.EMERGENCY),
        ("chest feels tight", Band.EMERGENCY),
        ("chest pains", Band.EMERGENCY),
        ("calf pains", Band.SAME_DAY),
        ("ulcers", Band.SAME_DAY),
        ("swollen legs", Band.SAME_DAY),
        ("swollen ankles", Band.SAME_DAY),
        ("lips swollen", Band.EMERGENCY),
        ("tongue swollen", Band.EMERGENCY),
        ("face is swollen", Band.EMERGENCY),
        ("face drooping", Band.EMERGENCY),
        ("fainting", Band.EMERGENCY),
        ("difficulty breathing", Band.EMERGENCY),
        ("struggling to breathe", Band.EMERGENCY),
        ("cant breathe", Band.EMERGENCY),
        ("I cannot breath", Band.EMERGENCY),
        ("coughing up some blood", Band.EMERGENCY),
        ("can't see properly", Band.SAME_DAY),
        ("slurring words", Band.EMERGENCY),
        ("skin going black", Band.SAME_DAY),
        ("foot has gone white and cold", Band.SAME_DAY),
        ("anaphylactic", Band.EMERGENCY),
        ("temp of 39", Band.SAME_DAY),
        ("bruse on thigh", Band.CALL),
        ("a bruise that keeps growing", Band.CALL),
        ("itching and something else", Band.CALL),
    ],
)
def test_words_are_never_kept_below_what_they_name(words: str, least: Band) -> None:
    assert BANDS.index(effect_named(words, LISTED).band) >= BANDS.index(least)


@pytest.mark.parametrize(
    ("words", "effect"),
    [
        ("a small bruise on my left thigh", "bruising"),
        ("Bruises", "bruising"),
        ("itching where injected", "itching"),
        ("black and blue", "bruising"),
        ("brown marks", "pigmentation"),
    ],
)
def test_a_usual_effect_said_plainly_is_kept_as_such(words: str, effect: str) -> None:
    assert effect_named(words, LISTED).effect == effect


@pytest.mark.parametrize(
    "notes",
    [
        "Is it any better? No. Chest pain since last night.",
        "better? no, fever since Monday",
        "Any change? Not: breathless at night",
        "cannot walk, no. Collapsed twice",
        "patient denies\n\nCalf pain: yes",
        "Not without chest pain",
        "She can't walk without calf pain",
        "Never chest pain like this before",
        "No doubt or chest pain",
        "No. Breathless and chest pains now",
        "chest pains",
        "two ulcers",
        "swollen ankles",
    ],
)
def test_no_comma_and_no_denial_of_something_else_hides_a_red_flag(notes: str) -> None:
    assert BANDS.index(band_of_notes(notes)) >= BANDS.index(Band.SAME_DAY)


@pytest.mark.parametrize("notes", ["no fever", "No chest pain. No calf pain or swelling.", "without fever", ""])
def test_what_is_plainly_denied_raises_nothing(notes: str) -> None:
    assert band_of_notes(notes) is Band.EXPECTED


def test_the_most_urgent_comes_first() -> None:
    assert [each.effect for each in match_effects("bruise, calf pain and chest pain", LISTED)] == [
        "chest_pain",
        "calf_pain",
        "bruising",
    ]
