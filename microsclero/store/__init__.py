"""The clinic file: how it is opened, read, and changed in whole transactions."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from microsclero.store.checks import open_checked
from microsclero.store.connection import DB_ERRORS, Connection, begin_immediate, connect, fence, file_error, set_safety
from microsclero.store.rows import moment_text, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from types import TracebackType

    from microsclero.store.backup import Backup
    from microsclero.store.verify import CheckReport
    from microsclero.store.writing import Write

__all__ = ["Store", "create_store", "memory_store", "migrate", "open_store"]


class Store:
    """One open clinic file. Reads are plain SQL; every change goes through `changing()`."""

    def __init__(
        self,
        connection: Connection,
        path: Path | None,
        *,
        clock: Callable[[], datetime] = utc_now,
        timeout: float = 15.0,
    ) -> None:
        self.connection = connection
        self.path = path
        self.clock = clock
        self.timeout = timeout
        # Sentences that belong on stderr after a change, such as a clock gone back.
        self.notes: list[str] = []
        self._write: Write | None = None

    def rows(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
        """All rows at once: a half-read answer would keep others from saving."""
        try:
            return self.connection.execute(sql, values).fetchall()
        except DB_ERRORS as error:
            raise self.told(error) from None

    def row(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> tuple[Any, ...] | None:
        found = self.rows(sql, values)
        return found[0] if found else None

    def value(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """The one value of the one row."""
        return self.rows(sql, values)[0][0]

    def told(self, error: Exception) -> Exception:
        """The sentence for a database error, or the error itself where it is a bug of ours."""
        return file_error(error, self.path, waited=self.timeout) or error

    @contextmanager
    def changing(self, *, who: str, command: str) -> Iterator[Write]:
        """One whole change: locked, noted in the history, chained, saved; or nothing at all.

        Never around a prompt. A slot taken meanwhile is a ConflictError; a file that stays locked a FileError.
        """
        from microsclero.store.writing import writing

        with writing(self, who=who, command=command) as write:
            self._write = write
            try:
                yield write
            finally:
                self._write = None

    @contextmanager
    def rehearsing(self) -> Iterator[None]:
        """Inside `changing()`: what is written in here is seen by every read in here, and then was never written."""
        if self._write is None:
            raise RuntimeError("There is nothing to rehearse outside changing().")
        connection = self.connection
        connection.execute("savepoint rehearsal")
        try:
            yield
        finally:
            connection.execute("rollback to rehearsal")
            connection.execute("release rehearsal")

    @property
    def write(self) -> Write:
        """The change under way; the verbs that write are only for inside `changing()`."""
        if self._write is None:
            raise RuntimeError("Nothing may be written outside changing().")
        return self._write

    @contextmanager
    def aside(self, *, timeout: float | None = None) -> Iterator[Connection]:
        """A small transaction outside the history: drafts and looks. Joins a change under way."""
        if self._write is not None:
            yield self.connection
            return
        try:
            begin_immediate(self.connection, self.timeout if timeout is None else timeout)
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
        except DB_ERRORS as error:
            raise self.told(error) from None

    def now_text(self) -> str:
        return moment_text(self.clock())

    def head(self) -> str:
        """The newest hash of the ledger: it stands for everything in the record."""
        from microsclero.store.ledger import head

        try:
            return head(self.connection)
        except DB_ERRORS as error:
            raise self.told(error) from None

    def check(self, *, against: str | None = None) -> CheckReport:
        """Read the whole record and compare it with its history, its chain and, where given, a head kept elsewhere."""
        from microsclero.store.verify import verify

        return verify(self.connection, against=against)

    def backup(self, folder: str | os.PathLike[str], *, who: str, command: str = "record backup") -> Backup:
        """A copy in `folder` that was opened again, checked and counted before it got its name."""
        from microsclero.store.backup import backup

        return backup(self, Path(folder), who=who, command=command)

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(
    path: str | os.PathLike[str],
    *,
    readonly: bool = False,
    clock: Callable[[], datetime] = utc_now,
    timeout: float = 15.0,
    mounts: str | None = None,
) -> Store:
    """Open a clinic file after every check; FileError, each kind with its code and sentence, where one fails.

    Nothing is ever made or changed by opening. `readonly` also takes a file or folder that may not be written to.
    """
    connection, resolved, _ = open_checked(path, readonly=readonly, timeout=timeout, mounts=mounts)
    return Store(connection, resolved, clock=clock, timeout=timeout)


def create_store(
    path: str | os.PathLike[str],
    *,
    fill: Callable[[Store], None] | None = None,
    clock: Callable[[], datetime] = utc_now,
    timeout: float = 15.0,
    mounts: str | None = None,
) -> Store:
    """Make a new clinic file, 0600 from its first byte, and open it; what is there already is never touched.

    `fill` writes its first rows. The file gets its name only when it is complete, so that a crash leaves no half.
    """
    from microsclero.store.making import make

    make(Path(path), fill=fill, clock=clock, timeout=timeout, mounts=mounts)
    return open_store(path, clock=clock, timeout=timeout, mounts=mounts)


def memory_store(*, clock: Callable[[], datetime] = utc_now) -> Store:
    """A record that lives in memory, with every table and safeguard."""
    from microsclero.store.migrations import build

    connection = connect(None)
    set_safety(connection)
    build(connection)
    fence(connection)
    return Store(connection, None, clock=clock)


def migrate(
    path: str | os.PathLike[str],
    *,
    who: str,
    clock: Callable[[], datetime] = utc_now,
    folder: str | os.PathLike[str] | None = None,
    timeout: float = 15.0,
) -> Backup:
    """Bring an older file up to date, after a proved backup of it; says where that backup lies."""
    from microsclero.store.migrations import migrate as bring_up_to_date

    return bring_up_to_date(path, who=who, clock=clock, folder=Path(folder) if folder else None, timeout=timeout)
