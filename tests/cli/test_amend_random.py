"""Random hands: treatments entered, moved, struck out and corrected in any order leave diary and record in step."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from microsclero.store import diary, treatments
from tests.builders import Line, planned, ready
from tests.chair_builders import given_at, site, vial
from tests.response_builders import desk_of, told

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PEOPLE = (
    {"given_name": "Ann", "family_name": "Other", "born_on": "1970-01-01"},
    {"given_name": "Bea", "family_name": "Park", "born_on": "1971-01-01"},
    {"given_name": "Cleo", "family_name": "Quill", "born_on": "1972-01-01"},
)


class Hands:
    """Three patients, a diary, and whatever comes to somebody's mind."""

    def __init__(self, line: Line, seed: int) -> None:
        self.line, self.random = line.at(MONDAY), random.Random(seed)
        self.patients = [ready(self.line, **who) for who in PEOPLE]
        self.saved = 0
        for number in self.patients[:2]:
            planned(self.line, number, "--start", MONDAY.date() + timedelta(days=self.random.randint(0, 9)))

    def move_on(self) -> None:
        day = self.line.now.date() + timedelta(days=self.random.randint(0, 9))
        self.line = self.line.at(datetime.combine(day, MONDAY.timetz()).replace(hour=self.random.randint(12, 16)))

    def any_treatment(self) -> int:
        return self.random.randint(1, max(self.saved, 1))

    def treat(self) -> None:
        back = timedelta(days=self.random.choice([0, 0, 0, 1, 3, 40]))
        start = self.line.now - back - timedelta(hours=self.random.randint(1, 3))
        document = given_at(start.replace(minute=0), prescriber_saw_on=f"{start:%Y-%m-%d}")
        words = ("treat", self.random.choice(self.patients), "--record-anyway", "It happened.")
        self.saved += self.line.json(*words, answers=document).code == 0

    def strike(self) -> None:
        self._amend(entered_in_error=True)

    def move(self) -> None:
        self._amend(patient=self.random.choice(self.patients))

    def correct(self) -> None:
        self._amend(
            vials=[vial(batch=f"X{self.random.randint(1, 99)}")], sites=[site(f"0.{self.random.randint(1, 9)}")]
        )

    def another_day(self) -> None:
        start = self.line.now - timedelta(days=self.random.randint(0, 20), hours=4)
        end = start + timedelta(minutes=20)
        moments = {"started_at": f"{start:%Y-%m-%dT%H:%M}", "ended_at": f"{end:%Y-%m-%dT%H:%M}"}
        self._amend(**moments, prescriber_saw_on=f"{start:%Y-%m-%d}")

    def respond(self) -> None:
        document = told(self.random.choice(["continue", "wait", "close"]))
        self.line.json("response", self.random.choice(self.patients), answers=document)

    def plan(self) -> None:
        self.line.json("plan", self.random.choice(self.patients), "--yes")

    def missed(self) -> None:
        self.line.json("missed", self.random.choice(self.patients), "--session", self.random.randint(1, 4), "--yes")

    def _amend(self, **document: Any) -> None:
        done = self.line.json("amend", "treatment", self.any_treatment(), answers={"reason": "A slip.", **document})
        assert done.code in (0, 2, 3, 4, 5), done
        assert done.code != 2 or set(done.codes) <= {"unreadable"}, done
        self.saved += done.code == 0 and done.data["new"] is not None


STEPS = (
    "treat",
    "treat",
    "treat",
    "strike",
    "move",
    "move",
    "correct",
    "another_day",
    "respond",
    "plan",
    "missed",
    "move_on",
)


def in_step(line: Line, patients: list[int]) -> None:
    """What must be so at any time, whoever has corrected what."""
    desk = desk_of(line)
    for number in patients:
        rows = diary.sessions_of_patient(desk.store, number)
        standing = [row for row in treatments.treatments_of(desk.store, number) if row.amended_by is None]
        given = sorted(row.session for row in rows if row.status == "given")
        assert sorted(row.session for row in standing) == given
        by_number = {row.session: row for row in rows}
        for row in standing:
            assert by_number[row.session].on == row.started_at.astimezone(desk.zone).date()
        for course in diary.courses_of(desk.store, number):
            live = [row for row in rows if row.course == course.course and row.status in ("planned", "given")]
            assert sorted(row.number or 0 for row in live) == list(range(1, len(live) + 1))
            assert len(live) <= max(4, sum(row.status == "given" for row in live))
            if course.status == "closed":
                assert [row for row in live if row.status == "planned"] == []
    desk.close()
    assert line.json("record", "check").data["ok"] is True


@pytest.mark.parametrize("seed", range(6))
def test_diary_and_treatments_stay_in_step(run: Line, seed: int) -> None:
    hands = Hands(run, seed)
    for _ in range(25):
        step = hands.random.choice(STEPS)
        getattr(hands, step)()
        in_step(hands.line, hands.patients)
    assert hands.saved > 0
