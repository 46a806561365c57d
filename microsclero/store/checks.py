"""What is looked at before a clinic file is trusted, and what is said when it may not be."""

from __future__ import annotations

import os
import stat
import zlib
from pathlib import Path

from microsclero.errors import FileError
from microsclero.store.connection import (
    APPLICATION_ID,
    DB_ERRORS,
    Connection,
    connect,
    fence,
    file_error,
    is_sqlite_old,
    number,
    set_safety,
    sqlite_version,
)
from microsclero.store.places import refuse_place

# The migrations by name; the schema number is how many there are.
STEP_NAMES = ("m001_the_first_record", "m002_plans_that_heal", "m003_the_chair")
SCHEMA = len(STEP_NAMES)

# What the triggers of each schema come to; a test works the newest out from the tables.
TRIGGERS = {1: 0xFAABF22B, 2: 0xA4C2708B, 3: 0xF62BC39F}


def open_checked(
    path: str | os.PathLike[str],
    *,
    readonly: bool = False,
    timeout: float = 15.0,
    allow_older: bool = False,
    any_place: bool = False,
    mounts: str | None = None,
) -> tuple[Connection, Path, int]:
    """A connection to a file that passed every check, its real path, and its schema number.

    Nothing is made, nothing is written. `any_place` is for backups: they may lie on a network drive, and on a stick
    that knows no owners.
    """
    if is_sqlite_old():
        raise FileError(
            f"The SQLite of this Python is too old ({sqlite_version()}); microsclero needs 3.37 or newer. "
            "Install a newer Python.",
            code="sqlite_too_old",
        )
    resolved, found = _look_at(Path(path))
    if not any_place:
        refuse_place(resolved, mounts="" if mounts is None and _has_own_device(found) else mounts)
    if found.st_size == 0:
        raise _refusal(resolved, "file_empty", "{file} is empty (0 bytes). Bring back the latest backup.")
    can_write = _may_write(resolved, found, complain=not readonly)
    try:
        connection = connect(resolved, mode="rw" if can_write else "ro", timeout=timeout)
    except DB_ERRORS as error:
        raise file_error(error, resolved, waited=timeout) or error from None
    try:
        schema = _trust(connection, resolved, allow_older=allow_older)
        if not any_place:
            _refuse_open_to_others(resolved, found)
        if readonly:
            connection.execute("PRAGMA query_only = ON")
        fence(connection)
    except DB_ERRORS as error:
        connection.close()
        told = file_error(error, resolved, waited=timeout)
        # Any other complaint about a file at opening means that it does not hold what ours hold.
        raise told or _refusal(resolved, "file_damaged", _DAMAGED) from None
    except BaseException:
        connection.close()
        raise
    return connection, resolved, schema


_DAMAGED = "{file} is damaged or cut short. Do not write to it; bring back the latest backup."


def _refusal(path: Path, code: str, sentence: str, **words: object) -> FileError:
    return FileError(sentence.format(file=path, **words), code=code, path=str(path))


def _look_at(path: Path) -> tuple[Path, os.stat_result]:
    """The real path of a plain file with one name; without opening it, for that would break its locks."""
    try:
        found = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():
            raise _refusal(
                path,
                "file_dangling_link",
                "{file} is a link to a file that is not there ({target}). Nothing was made. "
                "Bring the file back, or name the right one with --file.",
                target=os.readlink(path),
            ) from None
        raise _refusal(
            path,
            "file_missing",
            "There is no clinic file at {file}. Nothing was made. "
            "Name the right one with --file, or make a new one: microsclero clinic init",
        ) from None
    except (OSError, ValueError) as error:
        # A loop of links, a name too long, a folder that may not be entered, a NUL in the path.
        why = getattr(error, "strerror", None) or "the path cannot be a file's"
        raise _refusal(
            path, "file_cannot_open", "{file!s} cannot be looked at: {why}. Check the path.", why=why
        ) from None
    if stat.S_ISDIR(found.st_mode):
        raise _refusal(
            path, "file_is_directory", "{file} is a folder, not a clinic file. Name the file inside it with --file."
        )
    if not stat.S_ISREG(found.st_mode):
        raise _refusal(
            path,
            "file_not_regular",
            "{file} is a device or a pipe, not a clinic file. Name the right file with --file.",
        )
    if found.st_nlink > 1:
        raise _refusal(
            path,
            "file_hard_link",
            "{file} has {names} names (hard links), and SQLite's journal protects only one of them. "
            "Remove the other names, or work on a copy made with: microsclero record backup",
            names=found.st_nlink,
        )
    return path.resolve(), found


def _has_own_device(found: os.stat_result) -> bool:
    """A disk of this computer has one; only where there is none need the list of mounts be read."""
    return os.name == "posix" and os.major(found.st_dev) != 0


def _may_write(path: Path, found: os.stat_result, *, complain: bool) -> bool:
    """Whether file and folder take changes; the owner's bit counts even for root, who could write anyway."""
    file_takes = bool(found.st_mode & stat.S_IWUSR) and os.access(path, os.W_OK)
    if not file_takes and complain:
        raise _refusal(
            path,
            "file_read_only",
            "{file} may be read but not changed. Give yourself the right to write to it: chmod u+w {quoted}",
            quoted=_quoted(path),
        )
    folder = path.parent
    folder_mode = os.stat(folder).st_mode
    folder_takes = bool(folder_mode & 0o222) and os.access(folder, os.W_OK | os.X_OK)
    if not folder_takes and complain:
        raise _refusal(
            path,
            "folder_read_only",
            "The folder of {file} may not be written to, and SQLite keeps its journal there. "
            "Make the folder writable: chmod u+w {quoted}",
            quoted=_quoted(folder),
        )
    return file_takes and folder_takes


def _quoted(path: Path) -> str:
    import shlex

    return shlex.quote(str(path))


def _trust(connection: Connection, path: Path, *, allow_older: bool) -> int:
    """Is it ours, whole, of a schema we know, and with all its triggers?"""
    set_safety(connection)
    if number(connection, "PRAGMA application_id") != APPLICATION_ID:
        raise _refusal(
            path,
            "file_foreign",
            "{file} belongs to another program, not to microsclero. Nothing was changed. "
            "Name the right file with --file.",
        )
    _refuse_cut(connection, path)
    schema = number(connection, "PRAGMA user_version")
    steps = {name for (name,) in connection.execute("select name from _sqlite_migrations").fetchall()}
    if schema > SCHEMA or not steps.issubset(STEP_NAMES):
        raise _refusal(
            path,
            "file_newer",
            "{file} was written by a newer microsclero (schema {schema}, this one knows {known}). "
            "Nothing was changed. Bring microsclero up to date.",
            schema=schema,
            known=SCHEMA,
        )
    if schema < SCHEMA:
        if not allow_older:
            raise _refusal(
                path,
                "file_older",
                "{file} was written by an earlier microsclero (schema {schema}, this one uses {known}). "
                "Nothing was changed. Bring it up to date, after a proved backup: microsclero record migrate --yes",
                schema=schema,
                known=SCHEMA,
            )
        return schema
    if fingerprint(connection) != TRIGGERS[SCHEMA]:
        raise _refusal(
            path,
            "file_triggers_missing",
            "The safeguards in {file} were removed or changed by another program ({which}). "
            "Nothing was changed. Bring back the latest backup.",
            which=_different_triggers(connection),
        )
    return schema


def _refuse_cut(connection: Connection, path: Path) -> None:
    """A file short of its last bytes raises no error anywhere: its size must be what its header says.

    Inside a read transaction, for then nobody moves the end of the file.
    """
    connection.execute("BEGIN")
    number(connection, "select count(*) from sqlite_schema")
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    said = number(connection, "PRAGMA page_count") * number(connection, "PRAGMA page_size")
    # os.stat, never open: closing a second handle would cancel the locks of this process.
    is_cut = mode == "delete" and said != os.stat(path).st_size
    connection.execute("ROLLBACK")
    if mode != "delete":
        raise _refusal(
            path,
            "file_wal",
            "Another program has changed how {file} is saved (journal mode {mode}). Nothing was changed. "
            "Bring back the latest backup, or set the journal mode to DELETE with that program.",
            mode=mode,
        )
    if is_cut:
        raise _refusal(path, "file_damaged", _DAMAGED)


def fingerprint(connection: Connection) -> int:
    """One number for all triggers, names and text; quick enough for every open."""
    rows = connection.execute("select name, sql from sqlite_schema where type = 'trigger' order by name").fetchall()
    return zlib.crc32("\n".join(f"{name} {sql}" for name, sql in rows).encode())


def _different_triggers(connection: Connection) -> str:
    """What is missing, changed or not ours, by name; at most five."""
    from microsclero.store.history import columns, triggers
    from microsclero.store.tables import APPEND_ONLY, AUDITED

    # With a table its triggers go, and no trigger is left to be named.
    gone = [f"{table} is missing" for table in (*AUDITED, *APPEND_ONLY) if not columns(connection, table)]
    if gone:
        return ", ".join(gone[:5])
    held = dict(connection.execute("select name, sql from sqlite_schema where type = 'trigger'").fetchall())
    wanted = {name: sql.replace("create trigger", "CREATE TRIGGER", 1) for name, sql in triggers(connection).items()}
    names = sorted(name for name in held.keys() | wanted.keys() if held.get(name) != wanted.get(name))
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _refuse_open_to_others(path: Path, found: os.stat_result) -> None:
    if os.name == "posix" and found.st_mode & 0o077:
        raise _refusal(
            path,
            "file_readable_by_others",
            "{file} can be read by other accounts of this computer. Close it to them: chmod 600 {quoted}",
            quoted=_quoted(path),
        )
