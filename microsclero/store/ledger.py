"""The chain: one hashed row for each transaction, over everything the history noted in it."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from microsclero.store.rows import moment_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from microsclero.store.connection import Connection

# What the first entry calls the one before it.
NOTHING_BEFORE = "0" * 64

HISTORY_COLUMNS = "seq, txn, who, at, cmd, tbl, row_id, op, old, new"
LEDGER_COLUMNS = "n, txn, who, at, cmd, first_seq, last_seq, rows_sha256, clock_back, prev, hash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Who is writing what, from the moment the file is locked for them."""

    txn: str
    who: str
    at: str
    command: str
    first_seq: int


def begin(connection: Connection, *, who: str, command: str, at: datetime) -> Entry:
    """Name the writer in the file, so that the triggers accept what follows; inside BEGIN IMMEDIATE."""
    entry = Entry(
        txn=os.urandom(16).hex(), who=who, at=moment_text(at), command=command, first_seq=_last_seq(connection) + 1
    )
    connection.execute(
        "update _ctx set txn = ?, who = ?, at = ?, cmd = ?", (entry.txn, entry.who, entry.at, entry.command)
    )
    return entry


def finish(connection: Connection, entry: Entry) -> bool:
    """Chain what was written to everything before it; True where the clock has gone back since.

    A transaction that changed nothing leaves no row.
    """
    connection.execute("update _ctx set txn = null, who = null, at = null, cmd = null")
    last_seq = _last_seq(connection)
    if last_seq < entry.first_seq:
        return False
    n, prev, before = _newest(connection)
    rows = connection.execute(
        f"select {HISTORY_COLUMNS} from history where seq between ? and ? order by seq", (entry.first_seq, last_seq)
    )
    clock_back = entry.at < before
    row = (
        n + 1,
        entry.txn,
        entry.who,
        entry.at,
        entry.command,
        entry.first_seq,
        last_seq,
        rows_hash(rows),
        int(clock_back),
        prev,
    )
    connection.execute(f"insert into ledger ({LEDGER_COLUMNS}) values ({', '.join('?' * 11)})", (*row, entry_hash(row)))
    return clock_back


def head(connection: Connection) -> str:
    """The newest hash; it stands for everything in the record."""
    return _newest(connection)[1]


def first(connection: Connection) -> str:
    """The oldest hash: what all copies of one record share and no two records do."""
    found = connection.execute("select hash from ledger where n = 1").fetchone()
    return found[0] if found else ""


def rows_hash(rows: Iterable[tuple[object, ...]]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, ensure_ascii=True, separators=(",", ":")).encode("ascii"))
        digest.update(b"\n")
    return digest.hexdigest()


def entry_hash(row: tuple[object, ...]) -> str:
    """Over all columns of a ledger row but the hash itself."""
    return hashlib.sha256(json.dumps(row, ensure_ascii=True, separators=(",", ":")).encode("ascii")).hexdigest()


def was_saved(connection: Connection, txn: str) -> bool:
    return connection.execute("select 1 from ledger where txn = ?", (txn,)).fetchone() is not None


def _last_seq(connection: Connection) -> int:
    return int(connection.execute("select coalesce(max(seq), 0) from history").fetchone()[0])


def _newest(connection: Connection) -> tuple[int, str, str]:
    found = connection.execute("select n, hash, at from ledger order by n desc limit 1").fetchone()
    return found or (0, NOTHING_BEFORE, "")
