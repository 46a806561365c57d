"""What the sheets send to 999 or to somebody the same day, `reaction` sends there too, however patients say it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from microsclero.content.reactions import load_reactions
from microsclero.content.sheets import load_sheets
from microsclero.reaction_words import effect_named
from microsclero.reactions import BANDS, HOLDING, Assessment, Band, Heard, Report, Since, assess, since_report
from tests.domain.sayings import (
    CLINICAL,
    DESK_NOTES,
    EMERGENCY,
    HARMLESS_NOTES,
    NEVER_USUAL,
    SAME_DAY,
    STILL_SAID,
    USUAL,
    USUAL_ANYWHERE,
    each_of,
)

LISTED = load_reactions()
GIVEN_ON = date(2026, 11, 26)
# Too little by themselves to speak of in notes; enough where somebody is asked what it is.
ONLY_ASKED = {"clot", "my calf feels funny", "painful vein"}


def told(effect: str, notes: str, *, after: int = 1) -> Assessment:
    on = GIVEN_ON + timedelta(days=after)
    report = Report(effect=effect, noticed_on=on, reported_on=on, severity="mild", session_on=GIVEN_ON, notes=notes)
    return assess(report, LISTED)


def as_effect(words: str, *, after: int = 1) -> Band:
    """The band of a document whose effect these words are: they are kept in the notes, too."""
    return told(effect_named(words, LISTED).effect, f"“{words}”", after=after).band


def as_notes(words: str) -> Band:
    return told("bruising", words).band


def heard(words: str) -> Since:
    """What a bruise comes to when these words are heard of it, the day after it was told."""
    bruise = LISTED.by_code("bruising")
    again = Heard(on=GIVEN_ON + timedelta(days=2), state="same", note=words)
    return since_report(Band.EXPECTED, bruise, bruise.usual_until(GIVEN_ON), [again], LISTED)


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


@pytest.mark.parametrize(
    ("least", "words"), [(band, each) for band in NEVER_USUAL for each in each_of(NEVER_USUAL[band])]
)
def test_what_says_more_than_a_usual_effect_is_never_usual(least: str, words: str) -> None:
    found = (as_effect(words), as_notes(words), heard(words).band)
    assert min(map(BANDS.index, found)) >= BANDS.index(Band(least))


@pytest.mark.parametrize("words", each_of(USUAL_ANYWHERE))
def test_a_usual_effect_stays_usual_wherever_a_mark_is_and_whatever_is_denied_beside_it(words: str) -> None:
    assert {as_effect(words), as_notes(words), heard(words).band} == {Band.EXPECTED}


@pytest.mark.parametrize("words", each_of(DESK_NOTES))
def test_a_note_of_the_desk_is_no_alarm(words: str) -> None:
    assert (told("bruising", words).because, heard(words).because) == ((), ())


def test_a_note_that_is_not_understood_says_so() -> None:
    assert told("bruising", "a lump that pulses").because == ("the notes say more than we understand",)
    assert heard("a lump that pulses").because == ("the note says more than we understand",)


@pytest.mark.parametrize(
    ("words", "effect"),
    [
        ("matting on my calf", "matting"),
        ("pigmentation on my calf", "pigmentation"),
        ("new thread veins on my calf", "matting"),
        ("a bruise on my ankle", "bruising"),
        ("lump in the groin", "superficial_thrombosis"),
        ("foot is blue like a bruise", "black_or_white_patch"),
        ("lost my sight, had to see a doctor", "visual_disturbance"),
        ("lumps all over", "other"),
    ],
)
def test_what_is_said_is_kept_as_nothing_else(words: str, effect: str) -> None:
    assert effect_named(words, LISTED).effect == effect


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
