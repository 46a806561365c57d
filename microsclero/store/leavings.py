"""Members of the team who left: who looks after what was theirs, and the last day of those who came back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from microsclero.store import Store


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
