"""The wording of consent: all the facts, plain, without a brand or a promise, photographs never a condition."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from microsclero import content
from microsclero.consent import PURPOSES, SECTIONS
from microsclero.content.consent import NEWEST, load_consent, read_consent
from microsclero.errors import ContentError

NAME = f"consent.{NEWEST}.toml"
SOURCE = files("microsclero.content").joinpath(NAME).read_text("utf-8")


def changed(old: str, new: str) -> bytes:
    assert old in SOURCE
    return SOURCE.replace(old, new, 1).encode()


def faults(source: bytes) -> list[str]:
    with pytest.raises(ContentError) as refused:
        read_consent(source, "consent.toml")
    assert refused.value.exit_code == 6
    return [reason.message for reason in refused.value.reasons]


def all_words() -> list[str]:
    words = load_consent()
    said = [words.title, words.intro]
    for section in words.sections:
        said += [section.title, *section.lines]
    for each in words.purposes:
        said += [each.title, *each.statements, each.withdrawal, each.free or ""]
    return said


def test_the_shipped_wording_loads_once() -> None:
    assert load_consent() is load_consent()
    assert [each.section for each in load_consent().sections] == list(SECTIONS)
    assert [each.purpose for each in load_consent().purposes] == list(PURPOSES)
    assert NAME in content.released()
    content.verify_released()


@pytest.mark.parametrize(
    ("section", "facts"),
    [
        ("what_it_is", ["prescription medicine", "fine needle"]),
        ("options", ["Nothing", "make-up", "Laser", "vein clinic"]),
        ("benefits", ["fade or disappear", "does not work for everybody", "new ones may appear", "Nobody can promise"]),
        ("sessions", ["up to 4 weeks", "up to 4 sessions", "worse before they fade"]),
        (
            "common_effects",
            [
                "raised bumps",
                "Redness",
                "swelling",
                "lumps and bumps",
                "soreness",
                "itching",
                "bruises",
                "2 to 4 weeks",
            ],
        ),
        ("long_lasting_marks", ["Brown marks", "matting", "18 months"]),
        ("serious_risks", ["allergic", "scar", "clot in a deep vein", "lung", "sight", "stroke", "artery", "limb"]),
        ("off_label", ["licence", "diluted"]),
        ("follow_up", ["stockings for 2 weeks", "ring", "4 weeks", "12 weeks"]),
        ("cost", ["costs", "before you decide"]),
        ("change_of_mind", ["without a reason", "each session", "when"]),
    ],
)
def test_every_fact_is_told(section: str, facts: list[str]) -> None:
    told = " ".join(next(each.lines for each in load_consent().sections if each.section == section))
    assert [fact for fact in facts if fact.casefold() not in told.casefold()] == []


@pytest.mark.parametrize("purpose", PURPOSES[1:])
def test_photographs_are_never_a_condition(purpose: str) -> None:
    words = load_consent().purpose(purpose)
    assert words.free is not None
    assert words.free.startswith("If I say no, I can still have the treatment")
    assert "photograph" not in " ".join(load_consent().purpose("treatment").statements)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_purpose_can_be_taken_back(purpose: str) -> None:
    assert load_consent().purpose(purpose).withdrawal.startswith("I can take this back at any time.")


def test_patients_read_plain_words() -> None:
    for said in all_words():
        for sentence in re.split(r"(?<=[.?!:])\s", said):
            assert len(sentence.split()) <= 30, sentence
    everything = " ".join(all_words()).casefold()
    for word in ("safe", "cure", "guarantee", "spider naevus", "by law", "legal", "fibro", "polidocanol", "sclero"):
        assert word not in everything, word


def test_no_word_to_stop_a_medicine() -> None:
    assert not re.search(r"stop (taking|your)", " ".join(all_words()), re.IGNORECASE)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('section = "cost"', 'section = "price"', "section: must be, in this order: what_it_is"),
        ('purpose = "portfolio"', 'purpose = "marketing"', "purpose: must be, in this order: treatment"),
        ("can last for up to 18 months", "can last", 'long_lasting_marks: it does not tell of "18 months".'),
        ("Nothing. Thread veins", "Thread veins", 'options: it does not tell of "nothing".'),
        (
            'free = "If I say no, I can still have the treatment."\n',
            "",
            "photo_record: free is missing: photographs are never a condition of treatment.",
        ),
        (
            'withdrawal = "I can take this back at any time. Then you stop."',
            'withdrawal = "At any time."\nfree = "x"',
            "treatment: free belongs to photographs.",
        ),
        (
            "a prescription medicine",
            "Fibro-Vein, a medicine",
            "what_it_is: it names a product or a substance; patients are told of a medicine.",
        ),
        ('title = "What it costs"', 'title = "What it costs "', "cost: it has a line break or a blank at its edge."),
        ('title = "What it costs"', "", "cost: title is missing."),
        ('language = "en-GB"', 'language = "fr"', 'file: unknown language "fr": one of en-GB.'),
    ],
)
def test_a_wording_that_leaves_something_out_is_refused(old: str, new: str, fault: str) -> None:
    assert any(message.startswith(f"consent.toml: {fault}") for message in faults(changed(old, new))), faults(
        changed(old, new)
    )


def test_every_fault_is_told_at_once() -> None:
    assert len(faults(b"")) == 5


def test_an_edited_wording_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "_released_hashes", lambda: {NAME: "0" * 64})
    load_consent.cache_clear()
    try:
        with pytest.raises(ContentError) as refused:
            load_consent()
    finally:
        load_consent.cache_clear()
    assert (refused.value.code, refused.value.exit_code) == ("content_edited", 6)
