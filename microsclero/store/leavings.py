"""Members of the team who left: who looks after what was theirs, and the last day of those who came back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from microsclero.store import Store

# What bears somebody's name, with the column that names them and the moment it is of.
_SIGNED = (
    ("treatment", "injector", "ended_at"),
    ("treatment", "prescriber", "ended_at"),
    ("screening", "signed_by", "signed_at"),
    ("decision", "prescriber", "decided_at"),
    ("hold_word", "prescriber", "at"),
    ("consent", "taken_by", "at"),
    ("product_check", "prescriber", "at"),
    ("document", "filed_by", "filed_at"),
    ("response", "who", "at"),
    ("reaction", "who", "at"),
    ("reaction_step", "who", "at"),
    ("note", "who", "at"),
)
_CAN_BE_STRUCK = frozenset({"treatment", "response", "reaction", "note"})


class Signed(NamedTuple):
    """An entry that bears somebody's name, and the moment it is of."""

    kind: str
    ref: int
    at: datetime


def last_signed(store: Store, initials: str) -> Signed | None:
    """The latest entry that stands and that this person signed, or gave."""
    from microsclero.store.rows import moment_from_text

    each = " union all ".join(
        f"select '{table}', id, {moment} as at from {table} where {who} = :initials"
        f"{' and amended_by is null' if table in _CAN_BE_STRUCK else ''}"
        for table, who, moment in _SIGNED
    )
    row = store.row(f"{each} order by at desc limit 1", {"initials": initials})
    return None if row is None else Signed(row[0], row[1], moment_from_text(row[2]))


def came_back(store: Store) -> dict[str, date]:
    """Of everybody who left and is back, by initials, the last day before they came back; the latest of several."""
    seqs = [seq for (seq,) in store.rows("select seq from history where tbl = 'team_member' and op = 'U' order by seq")]
    if not seqs:
        return {}
    from microsclero.store import journal

    return {
        str(noted.after["initials"]): date.fromisoformat(str(noted.before["ended_on"]))
        for noted in journal.rows_by_number(store, seqs)
        if noted.before is not None and noted.before["ended_on"] is not None and noted.after["ended_on"] is None
    }


def assign(store: Store, *, kind: str, ref: int, initials: str) -> int:
    """Somebody else looks after it from now on, inside `changing()`."""
    row = {"kind": kind, "ref_id": ref, "initials": initials, "at": store.write.at, "who": store.write.who}
    return store.write.insert("assignment", row)


def assignments(store: Store) -> dict[tuple[str, int], str]:
    """Who looks after what, by kind and number, wherever somebody took it over; the newest word counts."""
    rows = store.rows("select kind, ref_id, initials from assignment order by id")
    return {(kind, ref): str(initials) for kind, ref, initials in rows}
