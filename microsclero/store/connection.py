"""The one door to the database module: how a connection is made, what it may not do, and what its errors mean."""

from __future__ import annotations

import sqlite3
import sys
import time
from pathlib import Path

from microsclero.errors import FileError

Connection = sqlite3.Connection

# An encrypted build brings errors of its own: whoever catches, catches these.
# A damaged byte can reach even the words of SQLite's own error; Python then stumbles over those.
DB_ERRORS: tuple[type[Exception], ...] = (sqlite3.Error, UnicodeDecodeError)

# "MSCL": how the file says that it is ours.
APPLICATION_ID = 0x4D53434C

# STRICT tables came with this version.
OLDEST_SQLITE = (3, 37, 0)

PRAGMAS = (
    "foreign_keys=ON",
    "synchronous=EXTRA",
    "trusted_schema=OFF",
    "secure_delete=ON",
    "cell_size_check=ON",
    "recursive_triggers=ON",
    "mmap_size=0",
    "temp_store=MEMORY",
    # One look touches each page of a large record once: pages used again cost less than new memory. A change stays
    # whole in memory until it is saved, however many pages it touches.
    "cache_size=-300",
    "cache_spill=OFF",
    # A plain fsync does not reach the medium on a Mac.
    *(("fullfsync=ON",) if sys.platform == "darwin" else ()),
)

# Longer than any note; a runaway value is refused before it fills the memory.
LONGEST_VALUE = 4_000_000

_DENIED = {getattr(sqlite3, name) for name in dir(sqlite3) if name.startswith(("SQLITE_CREATE_", "SQLITE_DROP_"))} | {
    sqlite3.SQLITE_ALTER_TABLE,
    sqlite3.SQLITE_ATTACH,
    sqlite3.SQLITE_DETACH,
    sqlite3.SQLITE_REINDEX,
    sqlite3.SQLITE_ANALYZE,
}

# These take an argument and only look; the last says how long to wait.
_LOOKING_PRAGMAS = frozenset(
    [
        "table_info",
        "table_xinfo",
        "index_list",
        "index_info",
        "index_xinfo",
        "foreign_key_list",
        "foreign_key_check",
        "integrity_check",
        "quick_check",
        "busy_timeout",
    ]
)

# SQLite waits ever longer between two tries, up to a tenth of a second, and so loses to whoever asks more often.
_ONE_WAIT_MS = 30


def connect(path: Path | None, *, mode: str = "rw", timeout: float = 15.0) -> Connection:
    """A connection with nothing set yet; mode `rw` never makes a file, and without a path it is in memory."""
    where = ":memory:" if path is None else f"{path.absolute().as_uri()}?mode={mode}"
    # No isolation level: transactions begin and end where we say so, never by themselves.
    return sqlite3.connect(where, uri=True, timeout=timeout, isolation_level=None)


def is_sqlite_old() -> bool:
    return sqlite3.sqlite_version_info < OLDEST_SQLITE


def sqlite_version() -> str:
    return sqlite3.sqlite_version


def set_safety(connection: Connection) -> None:
    """Switch every safety setting on, and see that the two that matter most took hold."""
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DQS_DML, False)
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DQS_DDL, False)
    held = (number(connection, "PRAGMA foreign_keys"), number(connection, "PRAGMA synchronous"))
    if held != (1, 3):
        raise FileError("The safety settings of the database could not be switched on.", code="disk_error")


def number(connection: Connection, sql: str) -> int:
    """The one number a statement answers with."""
    return int(connection.execute(sql).fetchone()[0])


def begin_immediate(connection: Connection, timeout: float) -> None:
    """Lock the file for one change, asking again and again until the time is up."""
    until = time.monotonic() + timeout
    as_before = number(connection, "PRAGMA busy_timeout")
    connection.execute(f"PRAGMA busy_timeout = {_ONE_WAIT_MS}")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error_name(error) != "SQLITE_BUSY" or time.monotonic() >= until:
                    raise
            else:
                return
    finally:
        connection.execute(f"PRAGMA busy_timeout = {as_before}")


def fence(connection: Connection) -> None:
    """From here on no statement may create, drop, alter, attach, or change a setting."""
    connection.set_authorizer(_authorize)


def lift_fence(connection: Connection) -> None:
    """For migrations only."""
    connection.set_authorizer(None)


def _authorize(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    if action in _DENIED:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and second is not None and (first or "").lower() not in _LOOKING_PRAGMAS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def error_name(error: BaseException) -> str:
    """SQLite's own name of the error, such as SQLITE_BUSY; empty where Python raised it by itself."""
    return str(getattr(error, "sqlite_errorname", None) or "")


def file_error(error: BaseException, path: Path | None, *, waited: float | None = None) -> FileError | None:
    """What to tell the person at the desk about this database error; None where it can only be a bug of ours."""
    name = error_name(error)
    if isinstance(error, UnicodeDecodeError) or (not name and "decode to UTF-8" in str(error)):
        # Raised by Python, with the damaged words in it: those must not be repeated.
        name = "SQLITE_CORRUPT"
    for beginning, code, sentence in _SENTENCES:
        if name.startswith(beginning):
            patience = f" in {waited:g} seconds" if waited is not None else ""
            return FileError(
                sentence.format(file=shown(path), patience=patience, name=name), code=code, path=shown(path)
            )
    return None


def shown(path: Path | None) -> str:
    return "The clinic file in memory" if path is None else str(path)


# The first beginning that fits decides.
_SENTENCES = (
    (
        "SQLITE_BUSY",
        "file_locked",
        "{file} is being changed by another window or program and did not come free{patience}. "
        "Nothing was changed; try again.",
    ),
    (
        "SQLITE_LOCKED",
        "file_locked",
        "{file} is being changed by another window or program. Nothing was changed; try again.",
    ),
    (
        "SQLITE_NOTADB",
        "file_damaged",
        "{file} is not a readable clinic file, or it is damaged. Nothing was changed. Bring back the latest backup.",
    ),
    (
        "SQLITE_CORRUPT",
        "file_damaged",
        "{file} is damaged or cut short. Do not write to it; bring back the latest backup.",
    ),
    (
        "SQLITE_READONLY_DIRECTORY",
        "folder_read_only",
        "The folder of {file} may not be written to, and SQLite keeps its journal there. Make the folder writable.",
    ),
    (
        "SQLITE_READONLY",
        "file_read_only",
        "{file} may be read but not changed. Give this account the right to write to it.",
    ),
    (
        "SQLITE_FULL",
        "disk_full",
        "The disk is full. This entry was not saved; all earlier ones are. Make room and try again.",
    ),
    (
        "SQLITE_IOERR_WRITE",
        "disk_full",
        "The disk took no more: it is full, or a quota is used up. This entry was not saved; all earlier ones are. "
        "Make room and try again.",
    ),
    (
        "SQLITE_IOERR",
        "disk_error",
        "{file} could not be read or written reliably ({name}). Stop, check the disk, and make a backup.",
    ),
    (
        "SQLITE_CANTOPEN",
        "file_cannot_open",
        "{file} cannot be opened, or its journal cannot be made beside it. See who may read and write this folder.",
    ),
)
