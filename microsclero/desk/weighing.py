"""A weight that is to be dosed by, against the last one on record: two digits swapped lift a ceiling."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from microsclero.objections import Objection

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.told import Weighed

# More than this share up or down is read again; clinic policy.
MOST_PERCENT = 10


def unlike_the_last(desk: Desk, patient_no: int, day: date, weight_kg: Decimal | None) -> Iterator[Objection]:
    """A weight of that day which is over 10 % from the last one on record; it refuses nothing."""
    from microsclero.dates import show_date
    from microsclero.products import plain

    last = _last_weighed(desk, patient_no, day) if weight_kg is not None else None
    if weight_kg is None or last is None or abs(weight_kg - last.kg) * 100 <= last.kg * MOST_PERCENT:
        return
    percent = f"{abs(weight_kg - last.kg) * 100 / last.kg:.0f} % {'more' if weight_kg > last.kg else 'less'}"
    yield Objection(
        "weight_unlike_last",
        f"{plain(weight_kg)} kg is {percent} than the {plain(last.kg)} kg of {show_date(last.on)}: "
        "read the scales once more.",
        f"Clinic policy: a weight over {MOST_PERCENT} % from the last one is read again",
        refuses=False,
        confirm=True,
        details={"weight_kg": plain(weight_kg), "last_kg": plain(last.kg), "last_on": last.on.isoformat()},
    )


def _last_weighed(desk: Desk, patient_no: int, day: date) -> Weighed | None:
    """The last weight of a screening by that day, or of a session before it."""
    from microsclero.desk import dosing, told

    at_sessions = (
        told.Weighed(Decimal(row.weight_kg), dosing.day_of(desk, row))
        for row in dosing.standing(desk, patient_no)
        if row.weight_kg is not None
    )
    known = [each for each in at_sessions if each.on < day]
    screened = told.weighed(desk, patient_no, by=day)
    return max((*known, *([screened] if screened else [])), key=lambda each: each.on, default=None)
