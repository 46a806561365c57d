"""The last days of members of the team who left and came back: read from what the history noted of them."""

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
