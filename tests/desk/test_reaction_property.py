"""Whatever is reported, followed and decided in whatever order: while a hold or a clot stands, nothing is planned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from microsclero.desk import Desk, following, holding, lifting, moving, planning, reacting
from microsclero.desk.wishes import Wish
from microsclero.errors import DeskError, RefusedError
from microsclero.store import clinic, open_store
from microsclero.store.connection import connect
from tests.builders import Line, planned, ready
from tests.desk.diary_model import in_memory
from tests.response_builders import FIRST_ON, give, on_day

PATIENT = 1
# How soon somebody must look, by our own reading of the reference: 0 usual, 1 call, 2 the same day or sooner.
LEVELS = {"bruising": 0, "numbness": 1, "other": 1, "calf_pain": 2, "collapse": 2}
# And of what a note adds by itself: what is denied, what is not understood, a red flag.
NOTES = {"": 0, "no fever": 0, "sore all along": 1, "the calf hurts": 2, "a black patch": 2}
STANDS = {"on_hold", "clot_confirmed"}

REPORTS = st.tuples(
    st.just("report"),
    st.sampled_from(sorted(LEVELS)),
    st.sampled_from(["mild", "severe"]),
    st.sampled_from(["", "sore all along", "the calf hurts"]),
    st.sampled_from([(), ("collapsed",)]),
    st.booleans(),
)
FOLLOWS = st.tuples(
    st.just("follow"),
    st.integers(1, 4),
    st.sampled_from(["gone", "better", "same", "worse", "not_reached"]),
    st.sampled_from(["", "no fever", "sore all along", "a black patch"]),
)
WORDS = st.tuples(
    st.just("word"),
    st.sampled_from(["lift", "keep"]),
    st.sampled_from(["excluded", "svt", "other", "excluded", "dvt", "pe"]),
    st.sampled_from([None, 1, 2, 3]),
)
ACTS = st.lists(st.one_of(REPORTS, FOLLOWS, WORDS, st.just(("a day",))), min_size=1, max_size=12)


@dataclass
class Model:
    """What must stand, kept apart from the program: each reaction's level, open holds, whether a clot was found."""

    levels: dict[int, int] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    holds: dict[int, int] = field(default_factory=dict)
    reactions: int = 0
    holds_made: int = 0
    clot: bool = False

    def hold(self, reaction: int) -> None:
        self.holds_made += 1
        self.holds[self.holds_made] = reaction

    def report(self, effect: str, severity: str, notes: str, emergency: tuple[str, ...], is_gone: bool) -> None:
        level = LEVELS[effect]
        if severity == "severe":
            level = min(level + 1, 2)
        level = max(level, NOTES[notes], 2 if emergency else 0)
        self.reactions += 1
        self.levels[self.reactions] = level
        if is_gone and level == 0:
            self.ended.add(self.reactions)
        if level == 2:
            self.hold(self.reactions)

    def follow(self, reaction: int, state: str, note: str) -> None:
        if reaction not in self.levels or reaction in self.ended:
            return
        before = self.levels[reaction]
        after = min(before + 1, 2) if state == "worse" else before
        after = max(after, NOTES[note])
        self.levels[reaction] = after
        if state == "gone" and after == before:
            self.ended.add(reaction)
        if after == 2 and (before < 2 or state == "worse") and reaction not in self.holds.values():
            self.hold(reaction)

    def word(self, said: str, finding: str, hold: int | None) -> None:
        wanted = [each for each in self.holds if hold in (None, each)]
        if wanted and finding in ("dvt", "pe"):
            self.clot = True
        for each in wanted if said == "lift" else ():
            del self.holds[each]

    @property
    def stands(self) -> set[str]:
        return {*(["on_hold"] if self.holds else []), *(["clot_confirmed"] if self.clot else [])}


@pytest.fixture
def image(clinic_file: Path) -> Iterator[Any]:
    """A clinic with one patient: one session given that day, another booked six weeks on."""
    line = Line(file=clinic_file)
    assert ready(line) == PATIENT
    planned(line, PATIENT, "--start", FIRST_ON, "--sessions", 2, "--every", "6w")
    give(line, PATIENT, 1)
    with open_store(clinic_file) as store:
        copied = connect(None)
        store.connection.backup(copied)
    yield copied
    copied.close()


def played(image: Any, acts: list[Any], check: Callable[[Desk, Model], None]) -> None:
    """Each act at the desk and in the model, and the check after each."""
    moment = on_day(Line(file=None), FIRST_ON).now
    store = in_memory(image, lambda: moment)
    held = clinic.clinic(store)
    assert held is not None
    desk = Desk(store=store, clinic=held, team=clinic.team(store), clock=lambda: moment, who="MS")
    model = Model()
    for name, *said in acts:
        if name == "a day":
            moment += timedelta(days=1)
            continue
        try:
            _DO[name](desk, *said)
        except DeskError as refusal:
            assert refusal.exit_code in (3, 4), refusal.message
        getattr(model, name)(*said)
        check(desk, model)
    store.close()


def _report(desk: Desk, effect: str, severity: str, notes: str, emergency: tuple[str, ...], is_gone: bool) -> None:
    told = {"effect": effect, "severity": severity, "noticed_on": desk.today(), "notes": notes, "emergency": emergency}
    reacting.report(desk, PATIENT, told | ({"ended_on": desk.today()} if is_gone else {}))


def _follow(desk: Desk, reaction: int, state: str, note: str) -> None:
    following.follow(desk, PATIENT, reaction, {"state": state, "note": note or None})


def _word(desk: Desk, said: str, finding: str, hold: int | None) -> None:
    lifting.settle(
        desk, PATIENT, {"prescriber": "MS", "hold": said, "finding": finding, "reason": "Seen.", "hold_no": hold}
    )


_DO: dict[str, Callable[..., None]] = {"report": _report, "follow": _follow, "word": _word}


def nothing_is_planned_past_it(desk: Desk, model: Model) -> None:
    """Planning, and moving the booked session sooner and later, refuse for exactly what stands."""
    assert refusal_of(lambda: planning.propose(desk, PATIENT, Wish(), start=None)) == model.stands
    booked = FIRST_ON + timedelta(days=42)
    for days, stands in ((-4, model.stands), (1, model.stands - {"on_hold"})):
        to = booked + timedelta(days=days)
        assert refusal_of(lambda to=to: moving.propose_move(desk, PATIENT, 2, to=to, at=None)) == stands  # type: ignore[misc]


def refusal_of(attempt: Callable[[], object]) -> set[str]:
    try:
        attempt()
    except RefusedError as refusal:
        codes = {reason.code for reason in refusal.reasons} - {"first_date"}
        assert codes <= STANDS, codes
        return codes
    return set()


AT_RANDOM = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
UNTIL_IT_FAILS = settings(
    max_examples=900, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate,), derandomize=True
)


def test_no_order_of_reports_follow_ups_and_words_lets_a_plan_past_a_hold_or_a_clot(image: Any) -> None:
    @AT_RANDOM
    @given(acts=ACTS)
    def play(acts: list[Any]) -> None:
        played(image, acts, nothing_is_planned_past_it)

    play()


@pytest.mark.parametrize("forgotten", ["holds", "clots", "worse"])
def test_the_model_notices_what_is_forgotten(image: Any, monkeypatch: pytest.MonkeyPatch, forgotten: str) -> None:
    """The control: without the hold, without the clot, or with a hold that never comes back, it fails."""
    if forgotten == "holds":
        monkeypatch.setattr(holding, "open_holds", lambda desk, number: ())
    elif forgotten == "clots":
        monkeypatch.setattr(holding, "clots_confirmed", lambda desk, number: ())
    else:
        monkeypatch.setattr(following, "own_hold", lambda holds, reaction: reaction)

    @UNTIL_IT_FAILS
    @given(acts=ACTS)
    def play(acts: list[Any]) -> None:
        played(image, acts, nothing_is_planned_past_it)

    with pytest.raises(AssertionError):
        play()
