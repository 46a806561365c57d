"""What of many patients counts before a session wherever it is booked: injections, their age, consent taken back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from microsclero.store.columns import TELLS_OF_INJECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from microsclero.store import Store


def injected_since(store: Store, patients: Iterable[int], since: date) -> dict[int, set[date]]:
    """Of each patient the days of injections on that day or later: sessions given, and those told of elsewhere.

    What was told stands, whatever a later screening says: somebody asks which is right.
    """
    import json

    found: dict[int, set[date]] = {}
    given = (
        f"select patient_id, on_date from session where status = 'given' and kind = 'session' "
        f"and on_date >= '{since.isoformat()}' and patient_id in ({{}})"
    )
    told = f"select patient_id, answers from screening where {TELLS_OF_INJECTIONS} and patient_id in ({{}})"
    for patient, on in _of(store, given, patients):
        found.setdefault(patient, set()).add(date.fromisoformat(on))
    for patient, answers in _of(store, told, patients):
        said = json.loads(answers)
        if said.get("sclerotherapy_elsewhere") == "yes" and said.get("sclerotherapy_elsewhere_on"):
            found.setdefault(patient, set()).add(date.fromisoformat(said["sclerotherapy_elsewhere_on"]))
    recent = ((patient, {on for on in days if on >= since}) for patient, days in found.items())
    return {patient: days for patient, days in recent if days}


def born_after(store: Store, patients: Iterable[int], day: date) -> dict[int, date]:
    """The dates of birth of those of these patients who were born after that day; of a whole clinic they are few."""
    young = store.rows("select id, born_on from patient where born_on > ?", (day.isoformat(),))
    wanted = set(patients)
    return {patient: date.fromisoformat(born_on) for patient, born_on in young if patient in wanted}


def withdrawn(store: Store, patients: Iterable[int]) -> set[int]:
    """Those of these patients whose last word on treatment is no: refused, or taken back."""
    said = "select patient_id, given from consent where purpose = 'treatment' and patient_id in ({}) order by at, id"
    return {patient for patient, given in dict(_of(store, said, patients)).items() if not given}


def _of(store: Store, sql: str, patients: Iterable[int]) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement whose one blank takes these patients, so many at a time."""
    wanted = sorted(set(patients))
    for start in range(0, len(wanted), 100):
        some = wanted[start : start + 100]
        yield from store.rows(sql.format(", ".join("?" * len(some))), some)
