"""Random orders of commands over weeks: nothing gets past a gate, and what happened anyway is an incident."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import Line, Result, ready, screened
from tests.chair_builders import agreed, compared, given_at

BEGINS = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
INTAKE_ON = date(2026, 11, 22)
GRADES = [{"leg": "left", "region": "thigh", "improvement": 4}]


@dataclass
class Told:
    """What has happened so far, as somebody who only watches would write it down."""

    now: datetime = BEGINS
    screened_on: date | None = None
    is_clear: bool = False
    had_clot: bool = False
    agrees: bool = False
    holds: int = 0
    given_on: list[date] = field(default_factory=list)
    in_course: int = 0
    has_closed: bool = False
    incidents: int = 0
    intake_on: date = INTAKE_ON

    def stands(self, *, prescriber: str, saw: bool) -> set[str]:
        """Which of the gates stand against a session now, by the rules alone."""
        today = self.now.date()
        return {
            name
            for name, stands in {
                "screening": self.screened_on != today or not self.is_clear,
                "a clot told of": self.had_clot,
                "consent": not self.agrees,
                "prescriber": prescriber != "MS" or not saw,
                "hold": self.holds > 0,
                "28 days": any((today - on).days < 28 for on in self.given_on),
                "fourth": self.in_course >= 4,
                "intake": not self.in_course and (today - self.intake_on).days > 90,
            }.items()
            if stands
        }


class Desk:
    """One patient, one desk, and the story so far."""

    def __init__(self, line: Line) -> None:
        self.line, self.told = line, Told()

    @property
    def here(self) -> Line:
        return self.line.at(self.told.now)

    def do(self, action: str) -> None:
        self.told.now += timedelta(minutes=10)
        getattr(self, action)()

    def a_day(self) -> None:
        self._days(1)

    def four_weeks_less_a_day(self) -> None:
        self._days(27)

    def four_weeks(self) -> None:
        self._days(28)

    def _days(self, days: int) -> None:
        self.told.now = (self.told.now + timedelta(days=days)).replace(hour=9, minute=0)

    def screen(self) -> None:
        screened(self.here, 1, "session")
        self.told.screened_on, self.told.is_clear = self.told.now.date(), True

    def screen_with_a_clot(self) -> None:
        screened(self.here, 1, "session", dvt_ever="yes")
        self.told.screened_on, self.told.is_clear = self.told.now.date(), False
        self.told.had_clot = True

    def consent(self) -> None:
        agreed(self.here, 1)
        self.told.agrees = True

    def withdraw(self) -> None:
        if self.told.agrees:
            agreed(self.here, 1, given=False)
            self.told.agrees = False

    def react(self) -> None:
        told = {"effect": "calf_pain", "severity": "mild", "noticed_on": f"{self.told.now:%Y-%m-%d}"}
        assert self.here.json("reaction", 1, answers=told).data["hold"] is True
        self.told.holds += 1

    def lift(self) -> None:
        told = {"prescriber": "MS", "hold": "lift", "finding": "excluded", "reason": "Duplex."}
        if self.told.holds:
            assert self.here.json("decide", 1, answers=told).code == 0
            self.told.holds = 0

    def close_the_course(self) -> None:
        told = {"grades": GRADES, "satisfaction": 4, "findings": [], "next": "close"}
        if self.told.in_course and self.here.json("response", 1, answers=told).code == 0:
            self.told.in_course, self.told.has_closed = 0, True

    def intake_again(self) -> None:
        screened(self.here, 1, "intake")
        self.told.intake_on, self.told.had_clot = self.told.now.date(), False

    def treat(self) -> None:
        self._treat("MS", saw=True)

    def treat_unseen(self) -> None:
        self._treat("MS", saw=False)

    def treat_by_reception(self) -> None:
        self._treat("RT", saw=True)

    def treat_anyway(self) -> None:
        done = self._tell("MS", True, "--record-anyway", "It was done.")
        stands = self.told.stands(prescriber="MS", saw=True)
        assert done.code == 0, done
        if stands:
            assert done.data["incident"] is not None, stands
        self._given(is_incident=done.data["incident"] is not None)

    def _treat(self, prescriber: str, *, saw: bool) -> None:
        stands = self.told.stands(prescriber=prescriber, saw=saw)
        before = self.line.file.read_bytes() if self.line.file else b""
        done = self._tell(prescriber, saw)
        assert done.code in (0, 4), done
        if stands:
            assert done.code == 4, stands
        elif not self.told.has_closed:
            assert done.code == 0, done
        if done.code == 0:
            self._given(is_incident=False)
        else:
            assert self.line.file is not None
            assert self.line.file.read_bytes() == before

    def _tell(self, prescriber: str, saw: bool, *words: str) -> Result:
        start = self.told.now - timedelta(minutes=1)
        told = given_at(
            start,
            prescriber=prescriber,
            prescriber_saw_on=f"{start:%Y-%m-%d}" if saw else None,
            started_at=f"{start:%Y-%m-%dT%H:%M}Z",
            ended_at=f"{start:%Y-%m-%dT%H:%M}Z",
        )
        return self.here.json("treat", 1, *words, answers=told)

    def _given(self, *, is_incident: bool) -> None:
        self.told.given_on.append(self.told.now.date())
        self.told.in_course += 1
        self.told.incidents += is_incident

    def is_as_told(self) -> None:
        """The record at the end: each session given once, every incident open and seen, the file whole."""
        record = self.here.json("patient", "show", 1).data
        days = sorted(each["date"] for each in record["sessions"] if each["status"] == "given")
        assert days == sorted(day.isoformat() for day in self.told.given_on)
        assert len(self.here.json("today").data["incidents"]) == self.told.incidents
        assert self.here.json("record", "check").code == 0


ACTIONS = (
    "a_day", "four_weeks_less_a_day", "four_weeks", "screen", "screen", "screen_with_a_clot", "consent", "withdraw",
    "react", "lift", "close_the_course", "intake_again", "treat", "treat", "treat", "treat_unseen",
    "treat_by_reception", "treat_anyway",
)  # fmt: skip
# What somebody in good order does, so that many stories get as far as a session, and some beyond the fourth.
GOOD_ORDER = ("four_weeks", "screen", "consent", "treat")


@pytest.fixture(scope="module")
def ready_clinic(tmp_path_factory: pytest.TempPathFactory, made_clinic: bytes) -> bytes:
    """A patient with an intake, and the leaflets compared."""
    path = tmp_path_factory.mktemp("ready") / "clinic.db"
    _put(path, made_clinic)
    line = Line(file=path)
    assert ready(line) == 1
    compared(line)
    return path.read_bytes()


def _put(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
        out.write(content)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    stories=st.lists(
        st.one_of(
            st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=6).map(tuple),
            st.just(GOOD_ORDER),
            st.just(("screen", "consent", "treat")),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_nothing_gets_past_a_gate_in_any_order_and_what_happened_anyway_is_seen(
    tmp_path_factory: pytest.TempPathFactory, ready_clinic: bytes, stories: list[tuple[str, ...]]
) -> None:
    path = tmp_path_factory.mktemp("story") / "clinic.db"
    _put(path, ready_clinic)
    desk = Desk(Line(file=path))
    for action in (action for story in stories for action in story):
        desk.do(action)
    desk.is_as_told()


def test_four_sessions_in_good_order_are_given_and_the_fifth_is_not(tmp_path: Path, ready_clinic: bytes) -> None:
    _put(tmp_path / "clinic.db", ready_clinic)
    desk = Desk(Line(file=tmp_path / "clinic.db"))
    for action in GOOD_ORDER * 5:
        desk.do(action)
    assert (desk.told.in_course, desk.told.incidents) == (4, 0)
    desk.is_as_told()
