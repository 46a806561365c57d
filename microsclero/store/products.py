"""What the clinic itself knows about its products: leaflets compared, batches set aside."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.store.rows import maybe_moment, moment_from_text

if TYPE_CHECKING:
    from microsclero.store import Store


class CheckRow(NamedTuple):
    """A prescriber compared our figures with the leaflet in the clinic's own box."""

    check: int
    product: str
    prescriber: str
    leaflet_revision: str
    compared_on: date
    at: datetime
    who: str


class QuarantineRow(NamedTuple):
    """A batch that is not to be used."""

    quarantine: int
    batch: str
    batch_key: str
    product: str | None
    reason: str
    at: datetime
    who: str
    lifted_at: datetime | None
    lifted_by: str | None


_CHECK = "id, product, prescriber, leaflet_revision, compared_on, at, who"
_QUARANTINE = "id, batch, batch_key, product, reason, at, who, lifted_at, lifted_by"


def _check_from_row(row: tuple[Any, ...]) -> CheckRow:
    return CheckRow._make((*row[:4], date.fromisoformat(row[4]), moment_from_text(row[5]), row[6]))


def _quarantine_from_row(row: tuple[Any, ...]) -> QuarantineRow:
    return QuarantineRow._make((*row[:5], moment_from_text(row[5]), row[6], maybe_moment(row[7]), row[8]))


def leaflet_checks(
    store: Store, *, until: date | None = None, recorded_by: datetime | None = None
) -> dict[str, CheckRow]:
    """The newest comparison of each product; of those made by that day, and on record by that moment, where given."""
    rows = map(_check_from_row, store.rows(f"select {_CHECK} from product_check order by id"))
    return {
        row.product: row
        for row in rows
        if (until is None or row.compared_on <= until) and (recorded_by is None or row.at <= recorded_by)
    }


def add_leaflet_check(store: Store, *, product: str, prescriber: str, leaflet_revision: str, compared_on: date) -> int:
    """Keep a comparison inside `changing()`."""
    return store.write.insert(
        "product_check",
        {
            "product": product,
            "prescriber": prescriber,
            "leaflet_revision": leaflet_revision,
            "compared_on": compared_on.isoformat(),
            "at": store.write.at,
            "who": store.write.who,
        },
    )


def quarantined(store: Store, batch_key: str) -> QuarantineRow | None:
    """The open quarantine of a batch."""
    sql = f"select {_QUARANTINE} from quarantine where batch_key = ? and lifted_at is null order by id limit 1"
    row = store.row(sql, (batch_key,))
    return None if row is None else _quarantine_from_row(row)


def quarantines(store: Store, batch_key: str | None = None) -> tuple[QuarantineRow, ...]:
    """Every batch ever set aside, lifted ones too; or those of one batch."""
    where, values = ("where batch_key = ?", (batch_key,)) if batch_key is not None else ("", ())
    rows = store.rows(f"select {_QUARANTINE} from quarantine {where} order by id", values)
    return tuple(map(_quarantine_from_row, rows))


def add_quarantine(store: Store, *, batch: str, batch_key: str, product: str | None, reason: str) -> int:
    """Set a batch aside inside `changing()`."""
    return store.write.insert(
        "quarantine",
        {
            "batch": batch,
            "batch_key": batch_key,
            "product": product,
            "reason": reason,
            "at": store.write.at,
            "who": store.write.who,
        },
    )


def lift_quarantine(store: Store, number: int) -> None:
    """The batch may be used again, inside `changing()`."""
    store.write.update("quarantine", number, {"lifted_at": store.write.at, "lifted_by": store.write.who})
