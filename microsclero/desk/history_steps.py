"""The steps of one change as they are told: a session that was written several times is one row, old to new."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.store.journal import NotedRow


def as_told(rows: Iterable[NotedRow]) -> tuple[NotedRow, ...]:
    """Each session where it was first changed, as the change found it and as it left it.

    In between it may have borne a number that only kept it out of another's way. That it was booked is told apart.
    """
    found: list[NotedRow] = []
    first: dict[int, int] = {}
    for row in rows:
        if row.table != "session" or row.before is None:
            found.append(row)
        elif row.row_id in first:
            place = first[row.row_id]
            found[place] = found[place]._replace(after=row.after)
        else:
            first[row.row_id] = len(found)
            found.append(row)
    return tuple(found)
