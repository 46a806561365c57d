"""When the record was last backed up: what `today` says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from microsclero.store.rows import moment_from_text

if TYPE_CHECKING:
    from datetime import datetime

    from microsclero.store import Store


class LastBackup(NamedTuple):
    """The newest backup that was proved."""

    at: datetime
    path: str
    head: str


def last_backup(store: Store) -> LastBackup | None:
    """When the record was last backed up and proved; None where it never was."""
    row = store.row("select at, path, head from backup_log where proved = 1 order by id desc limit 1")
    return None if row is None else LastBackup(at=moment_from_text(row[0]), path=row[1], head=row[2])
