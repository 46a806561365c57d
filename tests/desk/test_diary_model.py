"""The diary under random hands: booking, moving, missing, cancelling, closing, undoing, from two terminals."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from microsclero.desk import planning
from microsclero.store import open_store
from microsclero.store.connection import connect
from tests.builders import Line, ready
from tests.desk.diary_model import FIRST_MOMENT, DiaryModel, GuardedByTheTrigger, Unguarded

RUNS = int(os.environ.get("MICROSCLERO_MODEL_RUNS", "300"))
AT_RANDOM = settings(max_examples=RUNS, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
UNTIL_IT_BREAKS = settings(
    max_examples=400,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
    derandomize=True,
    report_multiple_bugs=False,
)


@pytest.fixture
def image(clinic_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A clinic with two injectors and three patients who may be planned, ready to be copied."""
    line = Line(file=clinic_file, now=FIRST_MOMENT - timedelta(days=1))
    line.json("clinic", "team", answers={"initials": "KL", "name": "Kim Lee", "roles": ["injector"]})
    for name in ("Zoë", "Ann", "Eve"):
        ready(line, given_name=name)
    with open_store(clinic_file) as store:
        copied = connect(None)
        store.connection.backup(copied)
    monkeypatch.setattr(DiaryModel, "image", copied)
    yield copied
    copied.close()


@pytest.mark.usefixtures("image")
def test_no_hands_can_break_a_rule_of_the_diary() -> None:
    run_state_machine_as_test(DiaryModel, settings=AT_RANDOM)


@pytest.mark.usefixtures("image")
def test_the_trigger_alone_keeps_two_out_of_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "refuse_taken", lambda *_, **__: None)
    run_state_machine_as_test(GuardedByTheTrigger, settings=AT_RANDOM)


@pytest.mark.usefixtures("image")
def test_without_the_trigger_and_the_second_look_the_model_finds_two_in_one_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(planning, "refuse_taken", lambda *_, **__: None)
    with pytest.raises(AssertionError, match="in two places"):
        run_state_machine_as_test(Unguarded, settings=UNTIL_IT_BREAKS)
