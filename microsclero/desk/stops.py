"""What screenings and confirmed clots have against booked sessions: many patients in one look, each by the day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from microsclero.desk import Desk
    from microsclero.store.screening_lists import InForce

# Outcomes that stand against a session, the worst first.
STOPS = ("bar", "refer", "declined", "defer", "incomplete", "review")
# As the diary says them.
WORDS = {
    "bar": "not suitable",
    "refer": "another opinion first",
    "declined": "declined by a prescriber",
    "defer": "not today",
    "incomplete": "questionnaire not complete",
    "review": "for a prescriber",
}


class Stops(NamedTuple):
    """What is in force of these patients: screenings, clots that were confirmed, decisions by those who have left."""

    today: date
    in_force: Mapping[int, list[InForce]]
    with_clot: frozenset[int]
    decided_by_leavers: frozenset[int]

    def on(self, patient_no: int | None, day: date) -> str | None:
        """The worst that stands against a session of that day; a deferral doesn't where its date comes by then."""
        if patient_no is None:
            return None
        if patient_no in self.with_clot:
            return "bar"
        found = [row.stands_on(day, today=self.today) for row in self.in_force.get(patient_no, ())]
        standing = [outcome for outcome in found if outcome in STOPS]
        if standing:
            return min(standing, key=STOPS.index)
        return "review" if patient_no in self.decided_by_leavers else None


def stops(desk: Desk, patients: Iterable[int], until: date) -> Stops:
    """What stands against whom of these patients; `until`: the last day that is looked at."""
    from microsclero.store import follow_ups, screening_lists

    wanted = set(patients)
    left = screening_lists.decided_by_leavers(desk.store, desk.today(), max(until, desk.today()))
    return Stops(
        today=desk.today(),
        in_force=screening_lists.outcomes_in_force(desk.store, wanted),
        with_clot=frozenset(follow_ups.clots_found(desk.store, wanted)),
        decided_by_leavers=frozenset(row.patient_no for row in left).intersection(wanted),
    )
