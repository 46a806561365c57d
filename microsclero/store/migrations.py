"""How a file gets its tables, and how an older file becomes a present one: named steps, in order, never edited."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from microsclero.errors import FileError
from microsclero.store import checks, history, ledger
from microsclero.store.connection import (
    APPLICATION_ID,
    DB_ERRORS,
    begin_immediate,
    connect,
    fence,
    file_error,
    lift_fence,
    set_safety,
)
from microsclero.store.tables import AUDITED, INDEXES_001, TABLES_001
from microsclero.store.tables_chair import INDEXES_003, TABLES_003
from microsclero.store.tables_plans import INDEXES_002, TABLES_002

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from microsclero.store.backup import Backup
    from microsclero.store.connection import Connection

STEPS = Migrations("microsclero")


@STEPS()
def m001_the_first_record(db: Database) -> None:
    for sql in (*TABLES_001, *INDEXES_001):
        db.execute(sql)


@STEPS()
def m002_plans_that_heal(db: Database) -> None:
    for sql in (*TABLES_002, *INDEXES_002):
        db.execute(sql)


@STEPS()
def m003_the_chair(db: Database) -> None:
    for sql in (*TABLES_003, *INDEXES_003):
        db.execute(sql)


def step_names(steps: Migrations | None = None) -> tuple[str, ...]:
    return tuple(step.name for step in (steps or STEPS)._migrations)


def build(connection: Connection) -> None:
    """All tables, indexes and triggers in an empty file, in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    _apply(connection)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("COMMIT")


def _apply(connection: Connection) -> None:
    """The steps still to do, then every trigger anew; inside the caller's transaction."""
    STEPS.apply(Database(connection, execute_plugins=False, recursive_triggers=False))
    history.make_triggers_again(connection)
    connection.execute(f"PRAGMA user_version = {checks.SCHEMA}")
    found = checks.fingerprint(connection)
    if found != checks.TRIGGERS[checks.SCHEMA]:
        raise RuntimeError(f"The triggers made do not have the known fingerprint but {found:#010x}.")


def expected_schema() -> dict[tuple[str, str], str]:
    """What a file of the present schema holds: (type, name) to its text."""
    connection = connect(None)
    try:
        build(connection)
        return schema_of(connection)
    finally:
        connection.close()


def schema_of(connection: Connection) -> dict[tuple[str, str], str]:
    """Tables, indexes, triggers and views by text, leaving out what SQLite and sqlite-utils keep for themselves."""
    rows = connection.execute(
        "select type, name, sql from sqlite_schema where sql is not null and name not like 'sqlite~_%' escape '~' "
        "and tbl_name <> '_sqlite_migrations'"
    ).fetchall()
    return {(kind, name): sql for kind, name, sql in rows}


def migrate(
    path: str | os.PathLike[str],
    *,
    who: str,
    clock: Callable[[], datetime],
    folder: Path | None = None,
    timeout: float = 15.0,
) -> Backup:
    """Bring an older file to the present schema, after a proved backup of it as it is; says where that backup lies.

    The backup goes into `folder`, else beside the file. Whatever fails, the file is as it was.
    """
    from microsclero.store.backup import snapshot

    connection, resolved, schema = checks.open_checked(path, timeout=timeout, allow_older=True)
    try:
        if schema == checks.SCHEMA:
            raise FileError(f"{resolved} is up to date already.", code="file_up_to_date")
        saved = snapshot(connection, resolved, folder or resolved.parent, clock=clock)
        _migrate(connection, who=who, clock=clock, timeout=timeout)
    except DB_ERRORS as error:
        told = file_error(error, resolved, waited=timeout)
        if told is None:
            raise
        raise told from error
    finally:
        connection.close()
    return saved


def _migrate(connection: Connection, *, who: str, clock: Callable[[], datetime], timeout: float) -> None:
    lift_fence(connection)
    begin_immediate(connection, timeout)
    try:
        entry = ledger.begin(connection, who=who, command="migrate", at=clock())
        before = {table: history.columns(connection, table) for table in AUDITED}
        _apply(connection)
        for table in AUDITED:
            after = history.columns(connection, table)
            if before[table] and after != before[table]:
                _picture_again(connection, table, entry)
        ledger.finish(connection, entry)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    finally:
        fence(connection)


def _picture_again(connection: Connection, table: str, entry: ledger.Entry) -> None:
    """Each row as it looks with its new columns, so that live rows and history can go on being compared."""
    picture = history.image(history.columns(connection, table), "row")
    connection.execute(
        "insert into history (txn, who, at, cmd, tbl, row_id, op, old, new) "
        f"select ?, ?, ?, ?, '{table}', row.id, 'M', null, {picture} from {table} row order by row.id",
        (entry.txn, entry.who, entry.at, entry.command),
    )


def new_file(path: Path) -> Connection:
    """An empty file of ours with every table, 0600 from its first byte; the caller closes it."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o600)
    os.close(descriptor)
    connection = connect(path)
    try:
        set_safety(connection)
        build(connection)
    except BaseException:
        connection.close()
        raise
    fence(connection)
    return connection
