"""Vials, sites and sessions: what cannot be true cannot be built."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from microsclero.treatment import InjectionSite, Treatment, Vial, treated_regions
from tests.domain.treatments import given, site, vial

STARTED = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
ENDED = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def treatment(**changed: Any) -> Treatment:
    usual: dict[str, Any] = {
        "prescriber": "MS",
        "prescriber_saw_on": date(2026, 11, 22),
        "injector": "MS",
        "vials": (vial("A"), vial("B", "fibrovein", "0.5"), vial("C")),
        "sites": (
            site("0.3", "A", leg="right", region="ankle"),
            site("0.2", "C", leg="left", region="calf"),
            site("0.4", "B", leg="left", region="thigh", vein="reticular"),
            site("0.1", "A", leg="left", region="thigh"),
        ),
        "started_at": STARTED,
        "ended_at": ENDED,
        "stockings": "worn",
    }
    return Treatment(**{**usual, **changed})


@pytest.mark.parametrize("volume", ["0", "-0.1", "0.05", "0.35", "99.1", "NaN", "Infinity"])
def test_a_volume_is_in_steps_of_a_tenth_and_above_nothing(volume: str) -> None:
    with pytest.raises(ValueError, match=r"steps of 0\.1 mL"):
        site(volume)


@pytest.mark.parametrize("volume", ["0.1", "0.30", "1", "99"])
def test_tenths_are_volumes(volume: str) -> None:
    assert site(volume).volume_ml == Decimal(volume)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"leg": "both"}, "The leg is one of left, right."),
        ({"region": "arm"}, "The region is one of groin, thigh, knee, calf, shin, ankle, foot."),
        ({"vein": "varicose"}, "The vein is one of telangiectasia, feeder, reticular."),
        ({"aspect": "inside"}, "The aspect is one of anterior, posterior, medial, lateral, or left out."),
        ({"vial": "a"}, "A vial has one letter, A to Z."),
        ({"punctures": 0}, "A site has 1 to 99 punctures."),
        ({"punctures": 100}, "A site has 1 to 99 punctures."),
    ],
)
def test_a_site_knows_only_its_own_words(changed: dict[str, Any], sentence: str) -> None:
    usual: dict[str, Any] = {
        "leg": "left",
        "region": "thigh",
        "vein": "feeder",
        "vial": "A",
        "volume_ml": Decimal("0.2"),
    }
    with pytest.raises(ValueError) as refused:
        InjectionSite(**{**usual, **changed})
    assert str(refused.value) == sentence


@pytest.mark.parametrize("letter", ["", "AB", "a", "1", "Ä"])
def test_a_vial_has_one_letter(letter: str) -> None:
    with pytest.raises(ValueError, match="one letter"):
        vial(letter)


@pytest.mark.parametrize("percent", ["0", "-1", "NaN"])
def test_a_strength_is_above_nothing(percent: str) -> None:
    with pytest.raises(ValueError, match="above 0"):
        vial(percent=percent)


def test_a_vial_knows_its_batch_for_comparing() -> None:
    assert vial(batch="ab-12 3").batch_key == "AB123"
    assert Vial(vial="A", product="fibrovein", strength_percent=Decimal("0.2")).batch_key == ""


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"started_at": datetime(2026, 11, 22, 14, 30)}, "The start and the end of a session need their time zone."),  # noqa: DTZ001
        ({"ended_at": datetime(2026, 11, 22, 14, 29, tzinfo=UTC)}, "A session ends after it starts."),
        ({"stockings": "none"}, "The stockings are one of worn, supplied, buying_today."),
        ({"weight_kg": Decimal(0)}, "A weight is above 0 kg."),
    ],
)
def test_a_session_that_cannot_be_true_is_not_built(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        treatment(**changed)
    assert str(refused.value) == sentence


def test_what_a_gate_would_refuse_can_still_be_told() -> None:
    told = treatment(prescriber_saw_on=None, stockings=None, vials=(vial(batch=None, expires_on=None),))
    assert (told.prescriber_saw_on, told.stockings, told.vials[0].batch_key) == (None, None, "")


def test_the_regions_come_left_first_and_from_the_top() -> None:
    assert treatment().regions == (("left", "thigh"), ("left", "calf"), ("right", "ankle"))
    assert treated_regions([]) == ()


def test_a_session_adds_up_by_product_and_strength() -> None:
    assert treatment().given() == (given("fibrovein", "0.2", "0.6"), given("fibrovein", "0.5", "0.4"))
