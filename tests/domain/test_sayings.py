"""What the sheets send to 999 or to somebody the same day, `reaction` sends there too, however patients say it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from microsclero.content.reactions import load_reactions
from microsclero.content.sheets import load_sheets
from microsclero.reaction_words import effect_named
from microsclero.reactions import BANDS, HOLDING, Assessment, Band, Report, assess
from tests.domain.sayings import CLINICAL, EMERGENCY, HARMLESS_NOTES, SAME_DAY, STILL_SAID, USUAL, each_of

LISTED = load_reactions()
GIVEN_ON = date(2026, 11, 26)
# Too little by themselves to speak of in notes; enough where somebody is asked what it is.
ONLY_ASKED = {"confused", "clot", "my calf feels funny", "painful vein"}


def told(effect: str, notes: str, *, after: int = 1) -> Assessment:
    on = GIVEN_ON + timedelta(days=after)
    report = Report(effect=effect, noticed_on=on, reported_on=on, severity="mild", session_on=GIVEN_ON, notes=notes)
    return assess(report, LISTED)


def as_effect(words: str, *, after: int = 1) -> Band:
    """The band of a document whose effect these words are: they are kept in the notes, too."""
    return told(effect_named(words, LISTED).effect, f"“{words}”", after=after).band


def as_notes(words: str) -> Band:
    return told("bruising", words).band


def sayings(table: dict[str, str]) -> list[object]:
    return [pytest.param(each, id=each) for lines in table.values() for each in each_of(lines)]


def test_every_sentence_of_the_sheets_has_its_sayings() -> None:
    sheets = load_sheets()
    assert set(EMERGENCY) == {*sheets.aftercare.emergency.lines, *sheets.prepare.emergency.lines}
    assert set(SAME_DAY) == {*sheets.aftercare.same_day.lines, *sheets.prepare.same_day.lines}
    assert min(len(each_of(lines)) for lines in (*EMERGENCY.values(), *SAME_DAY.values())) >= 3


@pytest.mark.parametrize("words", sayings(EMERGENCY))
def test_what_the_sheet_calls_999_is_an_emergency_in_anybodys_words(words: str) -> None:
    assert as_effect(words) is Band.EMERGENCY
    assert as_notes(words) is Band.EMERGENCY or words in ONLY_ASKED


@pytest.mark.parametrize("words", sayings(SAME_DAY))
def test_what_the_sheet_calls_same_day_is_seen_the_same_day_and_no_false_alarm(words: str) -> None:
    assert as_effect(words) is Band.SAME_DAY
    assert as_notes(words) is Band.SAME_DAY or words in ONLY_ASKED


@pytest.mark.parametrize(("band", "words"), [(band, each) for band in CLINICAL for each in each_of(CLINICAL[band])])
def test_what_the_clinical_reference_escalates_goes_there_in_its_own_words(band: str, words: str) -> None:
    assert as_effect(words) is Band(band)


@pytest.mark.parametrize("words", each_of(USUAL))
def test_a_usual_effect_in_usual_words_is_usual_and_looked_at_once_it_lasts_too_long(words: str) -> None:
    assert as_effect(words) is Band.EXPECTED
    assert as_effect(words, after=600) is Band.CALL


@pytest.mark.parametrize("words", each_of(HARMLESS_NOTES))
def test_what_is_denied_or_harmless_raises_nothing(words: str) -> None:
    assert as_notes(words) is Band.EXPECTED


@pytest.mark.parametrize("words", each_of(STILL_SAID))
def test_a_denial_of_one_thing_hides_nothing_else(words: str) -> None:
    assert {as_effect(words), as_notes(words)} <= HOLDING


BESIDE = (
    "a bruise and {}",
    "{}, and a bruise",
    "itchy, but {}",
    "no fever, {}",
    "no bruising or itching, {}",
    "no better and {}",
    "{}. Otherwise fine.",
    "brown mark on my calf where you injected and {}",
    "veins look worse and {}",
    "bruises all over my leg, {}",
    "{} (no fever)",
    "- {}!",
)


@pytest.mark.parametrize("beside", BESIDE)
def test_no_usual_effect_and_no_denial_beside_it_hides_what_is_urgent(beside: str) -> None:
    hidden = [
        words
        for least, table in ((Band.EMERGENCY, EMERGENCY), (Band.SAME_DAY, SAME_DAY))
        for lines in table.values()
        for words in each_of(lines)
        if BANDS.index(as_effect(beside.format(words))) < BANDS.index(least)
    ]
    assert hidden == []


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        ("visual_disturbance", "I can't see out of one eye"),
        ("black_or_white_patch", "my foot is white"),
        ("calf_pain", "sudden bad pain in the leg"),
        ("infection", "a fever, and confused"),
        ("other", "bleeding won't stop"),
    ],
)
def test_words_raise_the_very_effect_they_belong_to_and_say_why(effect: str, words: str) -> None:
    plain, said = told(effect, ""), told(effect, words)
    assert BANDS.index(said.band) > BANDS.index(plain.band)
    assert said.band is Band.EMERGENCY
    assert said.because[0].startswith("the notes speak of ")
    assert effect_named(words, LISTED).effect == effect
