"""Unfinished intakes in the file: what was answered so far, outside the history until somebody signs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import NotFoundError
from microsclero.store.rows import json_text, moment_from_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from microsclero.store import Store


class DraftRow(NamedTuple):
    """An intake under way: what was answered so far."""

    draft: int
    patient_no: int | None
    purpose: str
    body: Mapping[str, Any]
    started_at: datetime
    touched_at: datetime
    who: str | None
    finished: bool


_DRAFT = "id, patient_id, purpose, body, started_at, touched_at, who, finished"


def save_draft(
    store: Store,
    *,
    purpose: str,
    body: Mapping[str, Any],
    patient_no: int | None = None,
    who: str | None = None,
    draft_no: int | None = None,
    finished: bool = False,
) -> int:
    """Keep an unfinished intake, new or again; on the disk when this returns. Its number."""
    now, text = store.now_text(), json_text(dict(body))
    with store.aside() as connection:
        if draft_no is not None:
            changed = connection.execute(
                "update draft set patient_id = ?, purpose = ?, body = ?, touched_at = ?, who = ?, finished = ? "
                "where id = ?",
                (patient_no, purpose, text, now, who, int(finished), draft_no),
            )
            if changed.rowcount == 1:
                return draft_no
        # Also where another desk has dropped it: answers are never lost.
        made = connection.execute(
            "insert into draft (patient_id, purpose, body, started_at, touched_at, who, finished) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            (patient_no, purpose, text, now, now, who, int(finished)),
        )
        return int(made.lastrowid or 0)


def drafts(store: Store, patient_no: int | None = None) -> tuple[DraftRow, ...]:
    """Unfinished intakes, of one patient or of all, last touched first."""
    rows = store.rows(
        f"select {_DRAFT} from draft where finished = 0 and (?1 is null or patient_id = ?1) "
        "order by touched_at desc, id desc",
        (patient_no,),
    )
    return tuple(_draft_from_row(row) for row in rows)


def draft(store: Store, number: int) -> DraftRow:
    """That draft, finished or not, or NotFoundError."""
    row = store.row(f"select {_DRAFT} from draft where id = ?", (number,))
    if row is None:
        raise NotFoundError(f"There is no unfinished intake {number}.", draft=number)
    return _draft_from_row(row)


def drop_draft(store: Store, number: int) -> None:
    """Forget a draft; inside `changing()` together with the screening it became, or by itself."""
    with store.aside() as connection:
        connection.execute("delete from draft where id = ?", (number,))


def _draft_from_row(row: tuple[Any, ...]) -> DraftRow:
    import json

    return DraftRow(
        draft=row[0],
        patient_no=row[1],
        purpose=row[2],
        body=json.loads(row[3]),
        started_at=moment_from_text(row[4]),
        touched_at=moment_from_text(row[5]),
        who=row[6],
        finished=bool(row[7]),
    )
