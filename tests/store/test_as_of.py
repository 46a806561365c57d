"""Hours, closures, leave, team and rooms as they stood at each place of the history, against what was seen then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

from microsclero.store import Store, absences, as_of, clinic, journal
from tests.store.builders import SOME_DAY, a_patient

DAY = date(2026, 12, 1)
LATER = date(2026, 12, 24)

CHANGES: tuple[Callable[[Store], object], ...] = (
    lambda store: clinic.add_closure(store, from_on=DAY, until_on=LATER, reason='It\'s "closed", NULL'),
    lambda store: clinic.set_hours(store, {0: [(time(12), time(15))], 1: []}),
    lambda store: absences.add_absence(store, initials="DR", from_on=DAY, until_on=DAY, hours=(time(9), time(10))),
    lambda store: clinic.add_room(store, "Blue"),
    lambda store: clinic.edit_member(store, "MS", {"weekdays": ["mon", "tue"], "ended_on": LATER}),
    lambda store: clinic.void_closure(store, 1),
    lambda store: clinic.add_closure(
        store, from_on=DAY, until_on=DAY, reason="", is_open=True, periods=[(time(8), time(9))]
    ),
    lambda store: absences.void_absence(store, 1),
    lambda store: clinic.end_room(store, "Blue", SOME_DAY),
    lambda store: clinic.add_member(store, initials="AB", name="Amy Bell", roles=["injector"]),
)


def seen(store: Store) -> tuple[Any, ...]:
    """What the desk reads now."""
    return (
        clinic.hours(store),
        {row.closure: row for row in clinic.closures(store)},
        set(absences.absences(store, date.min)),
        clinic.team(store),
        tuple(room.name for room in clinic.rooms(store, LATER)),
    )


def remembered(store: Store, seq: int) -> tuple[Any, ...]:
    return (
        as_of.hours(store, seq),
        {row.closure: row for row in as_of.closures(store, seq)},
        set(as_of.absences(store, seq)),
        as_of.team(store, seq),
        as_of.rooms(store, seq, LATER),
    )


def test_the_record_remembers_what_it_was_at_every_place_of_its_history(store: Store) -> None:
    told = []
    for change in CHANGES:
        with store.changing(who="MS", command="clinic edit"):
            change(store)
        told.append((journal.latest_entries(store, 1)[0].last_seq, seen(store)))
    assert len({repr(each) for _, each in told}) == len(CHANGES)
    assert [remembered(store, seq) for seq, _ in told] == [each for _, each in told]


def test_before_anything_there_was_nothing(store: Store) -> None:
    assert remembered(store, 0) == (((),) * 7, {}, set(), (), ())


def test_one_row_is_remembered_alone_and_is_known_to_be_entered_after_or_not(store: Store) -> None:
    from microsclero.store import patients

    first, other = a_patient(store), a_patient(store, "Ann")
    seq = journal.latest_entries(store, 1)[0].last_seq
    with store.changing(who="MS", command="patient edit"):
        patients.edit_patient(store, first, {"born_on": date(1970, 1, 1)}, 1)
    assert [row["born_on"] for row in journal.as_of(store, "patient", seq, first).values()] == ["1990-02-03"]
    assert journal.as_of(store, "patient", seq - 1, other) == {}
    assert [journal.is_entered_after(store, "patient", other, each) for each in (seq - 1, seq)] == [True, False]
    assert journal.is_entered_after(store, "patient", first, seq) is False
