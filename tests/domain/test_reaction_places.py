"""Which leg and place somebody's words name: one of each, plainly said, or nothing."""

from __future__ import annotations

import pytest

from microsclero.reaction_places import place_in


@pytest.mark.parametrize(
    ("words", "leg", "region"),
    [
        ("her left calf is swollen", "left", "calf"),
        ("swollen calf, left", "left", "calf"),
        ("Brown marks, L shin", "left", "shin"),
        ("the right, inner thigh is sore", "right", "thigh"),
        ("swollen calf", None, "calf"),
        ("her feet are cold", None, "foot"),
        ("swollen left leg", "left", None),
    ],
)
def test_a_leg_and_a_place_plainly_named_are_read(words: str, leg: str | None, region: str | None) -> None:
    assert place_in(words) == (leg, region)


@pytest.mark.parametrize(
    "words",
    [
        "she left the clinic and felt faint",
        "right after the walk it throbbed",
        "left calf and right thigh",
        "not the left leg",
        "the left calf isn't swollen",
        "glue smells",
    ],
)
def test_nothing_is_read_into_words_that_name_two_places_deny_one_or_name_none(words: str) -> None:
    assert place_in(words) == (None, None)


def test_of_two_legs_neither_is_read_but_their_one_place_is() -> None:
    assert place_in("left and right thigh") == (None, "thigh")
    assert place_in("both calves ache") == (None, "calf")
