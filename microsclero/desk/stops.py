"""What stands against booked sessions: screenings, confirmed clots, injections too close, age; each by the day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from microsclero.desk import Desk
    from microsclero.store.screening_lists import InForce

# Outcomes that stand against a session, the worst first.
STOPS = (
    "bar",
    "refer",
    "declined",
    "consent_withdrawn",
    "under_age",
    "too_soon",
    "defer",
    "incomplete",
    "birth_date_changed",
    "review",
)
# The numbers of the course, which looking at the diary does not load; a test compares them.
GAP_DAYS, ADULT = 28, 18
# As the diary says them.
WORDS = {
    "bar": "not suitable",
    "refer": "another opinion first",
    "declined": "declined by a prescriber",
    "consent_withdrawn": "consent taken back",
    "under_age": "not 18 yet",
    "too_soon": "less than 28 days after an injection",
    "defer": "not today",
    "incomplete": "questionnaire not complete",
    "birth_date_changed": "date of birth corrected, screen again",
    "review": "for a prescriber",
}


class Stops(NamedTuple):
    """What is in force of these patients: screenings, clots that were confirmed, decisions by those who have left,
    consent that was taken back.

    injected: the days of injections that are not long enough ago, here or elsewhere. adult_on: the 18th birthday of the
    young.
    """

    today: date
    in_force: Mapping[int, list[InForce]]
    with_clot: frozenset[int]
    decided_by_leavers: frozenset[int]
    unwilling: frozenset[int]
    injected: Mapping[int, Collection[date]]
    adult_on: Mapping[int, date]

    def on(self, patient_no: int | None, day: date, *, is_session: bool = True) -> str | None:
        """The worst that stands against what is booked then; a deferral doesn't where its date comes by then.

        Age and the gap stand against a session only: a consultation is open to everybody.
        """
        if patient_no is None:
            return None
        if patient_no in self.with_clot:
            return "bar"
        rows = self.in_force.get(patient_no, ())
        found = [row.stands_on(day, today=self.today) for row in rows]
        standing = [outcome for outcome in found if outcome in STOPS]
        standing += ["birth_date_changed" for row in rows if row.is_of_another_age]
        if is_session:
            standing += self._of_sessions(patient_no, day)
        if standing:
            return min(standing, key=STOPS.index)
        return "review" if patient_no in self.decided_by_leavers else None

    def _of_sessions(self, patient_no: int, day: date) -> list[str]:
        is_young = day < self.adult_on.get(patient_no, day)
        is_close = any(0 < abs((day - on).days) < GAP_DAYS for on in self.injected.get(patient_no, ()))
        found = ((patient_no in self.unwilling, "consent_withdrawn"), (is_young, "under_age"), (is_close, "too_soon"))
        return [code for stands, code in found if stands]


def stops(desk: Desk, patients: Iterable[int], until: date) -> Stops:
    """What stands against whom of these patients; `until`: the last day that is looked at."""
    from microsclero.dates import birthday
    from microsclero.store import before_sessions, follow_ups, screening_lists
    from microsclero.store.rows import WHOLE

    wanted, today = set(patients), desk.today()
    young = before_sessions.born_after(desk.store, wanted, date(today.year - ADULT - 1, today.month, 1))
    left = screening_lists.decided_by_leavers(desk.store, desk.today(), max(until, desk.today()), WHOLE)
    in_force = screening_lists.outcomes_in_force(desk.store, wanted)
    return Stops(
        today=desk.today(),
        in_force={patient: _open_again(desk, patient, rows) for patient, rows in in_force.items()},
        with_clot=frozenset(follow_ups.clots_found(desk.store, wanted)),
        decided_by_leavers=frozenset(row.patient_no for row in left).intersection(wanted),
        unwilling=frozenset(before_sessions.withdrawn(desk.store, wanted)),
        injected=before_sessions.injected_since(desk.store, wanted, today - timedelta(days=GAP_DAYS)),
        adult_on={patient: birthday(born_on, ADULT) for patient, born_on in young.items()},
    )


def _open_again(desk: Desk, patient_no: int, rows: list[InForce]) -> list[InForce]:
    """The same; a referral that was decided on a document which was struck out since is settled no more."""
    if not any(row.lost_a_document for row in rows):
        return rows
    from microsclero.desk.standing_of import screenings_in_force, stands_at

    stand = [stands_at(desk, row) for row in screenings_in_force(desk, patient_no)]
    effective = {found.effective for each in stand for found in each.findings}
    is_open = next((each for each in ("refer", "review") if each in effective), None)
    if is_open is None:
        return rows
    return [row._replace(outcome=is_open, is_settled=False) if row.lost_a_document else row for row in rows]
