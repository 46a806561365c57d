"""The list of reactions is checked whole: every fault at once, and no red flag can be called usual."""

from __future__ import annotations

from importlib.resources import files

import pytest

from microsclero.content.reactions import load_reactions, read_reactions
from microsclero.errors import ContentError

NAME = "reactions.2026-1.toml"
SOURCE = files("microsclero.content").joinpath(NAME).read_text(encoding="utf-8")


def faults(*changes: tuple[str, str]) -> list[str]:
    text = SOURCE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(ContentError) as caught:
        read_reactions(text.encode(), NAME)
    return [reason.message for reason in caught.value.reasons]


def test_the_shipped_list_is_sound_and_its_own_version() -> None:
    assert load_reactions().version == "2026-1"


@pytest.mark.parametrize("effect", ["calf_pain", "wheeze", "visual_disturbance", "other"])
def test_a_red_flag_can_never_be_written_down_as_usual(effect: str) -> None:
    start = SOURCE.index(f'effect = "{effect}"')
    band = SOURCE[SOURCE.index("band =", start) :].splitlines()[0]
    text = SOURCE[:start] + SOURCE[start:].replace(band, 'band = "expected"\nwindow_days = 5\nafter = "call"', 1)
    with pytest.raises(ContentError, match=f"{effect} can never be expected"):
        read_reactions(text.encode(), NAME)


def test_every_fault_is_named_at_once() -> None:
    found = faults(
        ('effect = "matting"', 'effect = "mating"'),
        ("window_days = 1\n", ""),
        ('source = "U11; G1"', 'source = ""'),
        ("call = 3", "call = 30"),
    )
    assert len(found) >= 4
    assert all(message.startswith(f"{NAME}: ") for message in found)


def test_one_word_belongs_to_one_effect() -> None:
    assert any("belongs to" in each for each in faults(('synonyms = ["itching"', 'synonyms = ["bruise", "itching"')))


def test_severity_never_lowers_in_the_content() -> None:
    assert any("above its band" in each for each in faults(('severe = "emergency"', 'severe = "call"')))


def test_a_sign_that_raises_says_what_it_is_and_names_only_groups_that_are_there() -> None:
    found = faults(
        ('says = "feeling very ill"\n', ""),
        ("sudden|suden|suddn|sudenly|nowhere {hurts} {leg}", "nowhere {hurts} {tail}"),
        (
            'effect = "breathlessness"\nwords = [\n  "breathl',
            'effect = "breathlessness"\nband = "call"\nsays = "x"\nwords = [\n  "breathl',
        ),
    )
    assert any("says what it is" in each for each in found)
    assert any("names a group that is not there" in each for each in found)
    assert any("above that of the effect" in each for each in found)
