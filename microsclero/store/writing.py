"""One whole change: locked, noted, chained, committed; and what is known when the commit fails."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from microsclero.errors import ConflictError, FileError
from microsclero.store import ledger
from microsclero.store.checks import open_checked
from microsclero.store.connection import DB_ERRORS, begin_immediate, error_name
from microsclero.store.tables import AUDITED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from microsclero.store import Store

# Held back while the file is locked: Ctrl-Z would keep everybody else from saving.
_HELD_BACK = {getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGTSTP") if hasattr(signal, name)}

_UNREADABLE: tuple[type[Exception], ...] = (FileError, *DB_ERRORS)

CLOCK_WENT_BACK = (
    "The computer's clock stands earlier than at the last entry; what was saved is marked so. Check date and time."
)
SAVED_AFTER_ALL = "The disk reported a fault while saving. The file was read again: it was saved after all."


class Write:
    """The hand that writes, for the length of one `changing()`."""

    def __init__(self, store: Store, entry: ledger.Entry) -> None:
        self.entry = entry
        self._database = Database(store.connection, execute_plugins=False, recursive_triggers=False)

    @property
    def txn(self) -> str:
        return self.entry.txn

    @property
    def at(self) -> str:
        """The moment of this change, as stored."""
        return self.entry.at

    @property
    def who(self) -> str:
        return self.entry.who

    def insert(self, table: str, row: Mapping[str, Any]) -> int:
        """Enter one row; its number."""
        number: int = self._table(table).insert(_whole(row)).last_rowid
        return number

    def insert_all(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        self._table(table).insert_all(_whole(row) for row in rows)

    def update(self, table: str, row_id: int, changes: Mapping[str, Any]) -> None:
        """Change one row in place; its old face stays in the history."""
        self._table(table).update(row_id, _whole(changes))

    def query(self, sql: str, values: Iterable[Any] = ()) -> list[dict[str, Any]]:
        """What the file holds now, under the lock."""
        return list(self._database.query(sql, tuple(values)))

    def _table(self, name: str) -> Any:
        # A misspelt name would ask sqlite-utils for a new table.
        if name not in AUDITED:
            raise ValueError(f"No table {name} takes entries.")
        return self._database[name]


def _whole(row: Mapping[str, Any]) -> dict[str, Any]:
    """SQLite cuts a text short at a NUL where it quotes it, so that the history would not see the rest."""
    if any(isinstance(value, str) and "\0" in value for value in row.values()):
        raise ValueError("A text with a NUL in it cannot be kept.")
    return dict(row)


@contextmanager
def writing(store: Store, *, who: str, command: str) -> Iterator[Write]:
    """BEGIN IMMEDIATE … COMMIT around the caller's block; every database error comes out as a sentence."""
    if store.connection.in_transaction:
        raise RuntimeError("A change is under way already.")
    if not who or not command:
        raise ValueError("Every change says who makes it, and with which command.")
    held = None
    try:
        try:
            begin_immediate(store.connection, store.timeout)
            held = _hold_signals()
            entry = ledger.begin(store.connection, who=who, command=command, at=store.clock())
            yield Write(store, entry)
            clock_back = ledger.finish(store.connection, entry)
        except BaseException as error:
            _roll_back(store)
            if isinstance(error, DB_ERRORS):
                raise _refusal(store, error) from None
            raise
        _commit(store, entry)
        if clock_back:
            store.notes.append(CLOCK_WENT_BACK)
    finally:
        _release_signals(held)


def _roll_back(store: Store) -> None:
    """A full disk or a read fault may have rolled back already."""
    if store.connection.in_transaction:
        store.connection.execute("ROLLBACK")


def _commit(store: Store, entry: ledger.Entry) -> None:
    """After a failed COMMIT nobody knows whether it holds: then the file itself is asked."""
    try:
        store.connection.execute("COMMIT")
    except DB_ERRORS as error:
        fault = error
    else:
        return
    # Busy means that a reader stood in the way: the transaction is still open, and nothing was saved.
    if error_name(fault).startswith("SQLITE_BUSY") or store.path is None:
        _roll_back(store)
        raise store.told(fault) from None
    if not _read_back(store, entry, fault):
        raise _not_saved(store, fault) from None
    store.notes.append(SAVED_AFTER_ALL)


def _read_back(store: Store, entry: ledger.Entry, fault: Exception) -> bool:
    """Open the file afresh, which also rolls back what was left half done, and look for this very change."""
    store.connection.close()
    try:
        store.connection, _, _ = open_checked(store.path or "", timeout=store.timeout, any_place=True)
        return ledger.was_saved(store.connection, entry.txn)
    except _UNREADABLE:
        raise FileError(
            f"The disk failed while saving ({error_name(fault)}), and the file could not be read again. "
            "Whether this entry was saved is not known: check the disk, then look before entering it again.",
            code="disk_error",
            path=str(store.path),
        ) from fault


def _not_saved(store: Store, fault: Exception) -> Exception:
    told = store.told(fault)
    if isinstance(told, FileError) and told.code == "disk_full":
        return told
    return FileError(
        f"The disk failed while saving ({error_name(fault)}). The file was read again: this entry was not saved, "
        "all earlier ones are. Check the disk and try again.",
        code="not_saved",
        path=str(store.path),
    )


def _refusal(store: Store, error: Exception) -> Exception:
    """What a trigger or a check of the file has to say about an entry."""
    name, words = error_name(error), str(error)
    if "SLOT_TAKEN" in words:
        return ConflictError(
            "That time has just been taken. Nothing was booked; look at the diary and choose another.",
            code="slot_taken",
        )
    if name == "SQLITE_CONSTRAINT_UNIQUE" and "session." in words:
        return ConflictError(
            "This course was changed meanwhile: that session is planned already. Nothing was saved; look again.",
            code="changed_meanwhile",
        )
    if name in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_ROWID"}:
        return ConflictError("That is in the record already; nothing was saved.", code="already_there")
    if name.startswith("SQLITE_CONSTRAINT") or name in {"SQLITE_TOOBIG", "SQLITE_MISMATCH"}:
        # Names of columns and rules, never a value: the sentence may travel.
        return FileError(f"The file refused this entry ({words}). Nothing was saved.", code="not_saved")
    return store.told(error)


def _hold_signals() -> Any:
    return None if sys.platform == "win32" else signal.pthread_sigmask(signal.SIG_BLOCK, _HELD_BACK)


def _release_signals(held: Any) -> None:
    if held is not None and sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
