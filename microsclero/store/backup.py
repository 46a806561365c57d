"""Backups that have already been restored: copied, opened again, checked, counted, and only then given their name."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from microsclero.errors import FileError
from microsclero.store import checks, ledger, pictures
from microsclero.store.connection import APPLICATION_ID, DB_ERRORS, connect, error_name, number
from microsclero.store.files import FULL, sha256_of, sync_file, sync_folder_names, write_new
from microsclero.store.rows import json_text, moment_text
from microsclero.store.verify import count_rows, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from microsclero.store import Store
    from microsclero.store.connection import Connection

# How many of each to keep, the newest of every hour, day, week and month that has one.
KEPT = {"%Y-%m-%d %H": 24, "%Y-%m-%d": 14, "%G-%V": 8, "%Y-%m": 24}

# The stem of the file, the moment in UTC, and a number where two fall on one second.
_NAME = re.compile(r"^(?P<stem>.+)-(?P<at>\d{8}T\d{6}Z)(-(?P<again>\d+))?\.db$")

# A copy takes seconds; what has lain unfinished for an hour was killed.
_STALE_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A proved copy: where it lies, the head of its ledger, and how many rows each table of it holds.

    `record` is what all copies of one record share and no two records do.
    """

    path: Path
    head: str
    counts: Mapping[str, int]
    manifest: Path
    record: str
    schema: int
    pages: int
    sha256: str
    at: datetime
    photos: pictures.Taken = pictures.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copied:
    """What the record was at the moment it was copied."""

    head: str
    counts: Mapping[str, int]
    record: str
    schema: int
    pages: int


def backup(store: Store, folder: Path, *, who: str, command: str) -> Backup:
    """A proved copy in `folder`, noted in the record; older ones that are no longer needed go."""
    saved = snapshot(store.connection, store.path, folder, clock=store.clock)
    with store.changing(who=who, command=command) as write:
        write.insert(
            "backup_log",
            {
                "at": write.at,
                "path": os.fsencode(saved.path).decode("utf-8", "replace"),
                "head": saved.head,
                "pages": saved.pages,
                "proved": 1,
            },
        )
    _rotate(folder, saved, store.path)
    return saved


def snapshot(connection: Connection, live: Path | None, folder: Path, *, clock: Callable[[], datetime]) -> Backup:
    """Copy, sync, open again, check, count, describe, name, sync: in this order, or FileError and nothing."""
    _refuse_folder(folder)
    at = clock().astimezone(UTC)
    part: Path | None = None
    try:
        final, part = _reserve(folder, live, at)
        copied = _copy(connection, part)
        sync_file(part)
        _prove(part, copied)
        taken = _take_pictures(live, part, folder, copied.record)
        saved = Backup(
            path=final,
            head=copied.head,
            counts=copied.counts,
            manifest=final.with_suffix(".json"),
            record=copied.record,
            schema=copied.schema,
            pages=copied.pages,
            sha256=sha256_of(part),
            at=at,
            photos=taken,
        )
        _describe(saved, part)
        if taken.photos:
            os.replace(pictures.folder_of(part), pictures.folder_of(final))
        os.replace(part, final)
        sync_folder_names(folder)
    except OSError as error:
        raise _failed(folder, error.strerror or str(error), full=error.errno in FULL) from None
    except DB_ERRORS as error:
        name = error_name(error)
        raise _failed(folder, name or str(error), full=name in {"SQLITE_FULL", "SQLITE_IOERR_WRITE"}) from None
    finally:
        if part is not None:
            _forget(part)
            _forget_pictures_without_copy(final)
    return saved


def _failed(folder: Path, why: str, *, full: bool) -> FileError:
    advice = "Make room there" if full else "Look at the folder and the disk"
    return FileError(
        f"No backup was made in {folder}: {why}. {advice} and try again; the record itself is unharmed.",
        code="disk_full" if full else "backup_failed",
        path=str(folder),
    )


def _refuse_folder(folder: Path) -> None:
    if not folder.exists():
        raise FileError(
            f"There is no folder {folder} for the backup. Nothing was made; make the folder first.",
            code="backup_folder_missing",
            path=str(folder),
        )
    if not folder.is_dir():
        raise FileError(
            f"{folder} is not a folder. Nothing was made; name the folder that backups go into.",
            code="backup_folder_missing",
            path=str(folder),
        )
    if not (folder.stat().st_mode & 0o222 and os.access(folder, os.W_OK | os.X_OK)):
        raise FileError(
            f"The folder {folder} may not be written to. Nothing was made; name another folder.",
            code="folder_read_only",
            path=str(folder),
        )


def _reserve(folder: Path, live: Path | None, at: datetime) -> tuple[Path, Path]:
    """A name nobody has, held by its unfinished file, 0600 from the first byte."""
    stem = f"{live.stem if live else 'memory'}-{at:%Y%m%dT%H%M%SZ}"
    again = 1
    while True:
        final = folder / f"{stem}{'' if again == 1 else f'-{again}'}.db"
        part = final.with_suffix(".db.part")
        again += 1
        try:
            descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except FileExistsError:
            continue
        os.close(descriptor)
        if not os.path.lexists(final):
            return final, part
        part.unlink()


def _copy(connection: Connection, part: Path) -> _Copied:
    """The record as it stands at one moment: nobody can save between the counting and the copying."""
    connection.execute("BEGIN")
    try:
        copied = _Copied(
            head=ledger.head(connection),
            counts=count_rows(connection),
            record=ledger.first(connection),
            schema=number(connection, "PRAGMA user_version"),
            pages=number(connection, "PRAGMA page_count"),
        )
        copy = connect(part)
        try:
            copy.execute("PRAGMA synchronous = OFF")
            connection.backup(copy)
        finally:
            copy.close()
    finally:
        connection.execute("ROLLBACK")
    return copied


def _prove(part: Path, copied: _Copied) -> None:
    """Open the copy as any clinic file is opened, read all of it, and compare it with what was copied."""
    connection, *_ = checks.open_checked(part, readonly=True, allow_older=True, any_place=True)
    try:
        report = verify(connection)
    finally:
        connection.close()
    problems = [problem.message for problem in report.problems]
    if report.head != copied.head:
        problems.append("Its newest entry is not that of the record.")
    problems += [
        f"It holds {report.counts.get(table)} rows of {table}, the record {count}."
        for table, count in copied.counts.items()
        if report.counts.get(table) != count
    ]
    if problems:
        raise FileError(
            f"The backup did not stand the test and was thrown away: {problems[0]} "
            "Check the record with: microsclero record check",
            code="backup_not_proved",
            problems=problems,
        )


def _take_pictures(live: Path | None, part: Path, folder: Path, record: str) -> pictures.Taken:
    """The pictures that the rows of the copy name, in a folder that is named with it."""
    if live is None:
        return pictures.NONE
    copy = connect(part, mode="ro")
    try:
        wanted = pictures.wanted_in(copy)
    finally:
        copy.close()
    earlier = [(at, path) for path, at in _copies(folder, record) if path.name != live.name] if wanted else []
    return pictures.take_along(live, wanted, pictures.folder_of(part), [path for _, path in sorted(earlier)[-1:]])


def _describe(saved: Backup, part: Path) -> None:
    """The manifest, and a line that `sha256sum -c` understands; both before the copy gets its name."""
    manifest: dict[str, object] = {
        "microsclero_backup": 1,
        "file": saved.path.name,
        "at": moment_text(saved.at),
        "application_id": APPLICATION_ID,
        "schema": saved.schema,
        "record": saved.record,
        "head": saved.head,
        "counts": saved.counts,
        "pages": saved.pages,
        "bytes": part.stat().st_size,
        "sha256": saved.sha256,
        "proved": ["integrity_check", "foreign_key_check", "history", "ledger", "counts", "head"],
    }
    if any(saved.photos):
        manifest["photos"] = {"proved": saved.photos.photos, "without_picture": list(saved.photos.without)}
    sums = saved.path.with_suffix(".db.sha256")
    for path, text in ((saved.manifest, json_text(manifest)), (sums, f"{saved.sha256}  {saved.path.name}")):
        # Left by a backup that was killed before it got its name.
        path.unlink(missing_ok=True)
        write_new(path, text + "\n")


def kept(moments: Iterable[datetime]) -> frozenset[datetime]:
    """Which of these to keep: the newest of each of the last 24 hours, 14 days, 8 weeks and 24 months that have one."""
    newest_first = sorted(moments, reverse=True)
    keep: set[datetime] = set(newest_first[:1])
    for unit, how_many in KEPT.items():
        newest_of: dict[str, datetime] = {}
        for moment in newest_first:
            newest_of.setdefault(moment.strftime(unit), moment)
        keep.update(list(newest_of.values())[:how_many])
    return frozenset(keep)


def _rotate(folder: Path, saved: Backup, live: Path | None) -> None:
    """Let go of proved copies of this very record that no hour, day, week or month needs; and of what was killed."""
    try:
        mine = {path: at for path, at in _copies(folder, saved.record) if live is None or path.name != live.name}
        keep = kept(mine.values())
        for path, at in mine.items():
            # Never the one just made, even where the clock says that another is newer.
            if at not in keep and path != saved.path and _is_untouched(path):
                _forget(path)
        _forget_killed(folder, saved)
    except OSError as error:
        raise FileError(
            f"The backup {saved.path} was made and proved, but older ones could not be cleared away: {error.strerror}.",
            code="backup_not_rotated",
            path=str(saved.path),
        ) from None


def _copies(folder: Path, record: str) -> Iterator[tuple[Path, datetime]]:
    """The copies of this record that lie in the folder with their manifest, and when each was made."""
    for path in folder.iterdir():
        named = _NAME.match(path.name)
        if named and record and _manifest(path).get("record") == record:
            yield path, datetime.strptime(named["at"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _manifest(path: Path) -> dict[str, object]:
    import json

    try:
        manifest = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _is_untouched(path: Path) -> bool:
    """A copy that somebody works in since is no backup any more, and not ours to remove."""
    return _manifest(path).get("sha256") == sha256_of(path)


def _forget_killed(folder: Path, saved: Backup) -> None:
    """Unfinished copies much older than the one just made, by the disk's own time."""
    made = saved.path.stat().st_mtime
    for path in folder.glob("*.db.part"):
        if _NAME.match(path.name.removesuffix(".part")) and made - path.stat().st_mtime > _STALE_SECONDS:
            _forget(path)
            _forget_pictures_without_copy(path.with_suffix(""))


def _forget_pictures_without_copy(final: Path) -> None:
    """Named a moment before the copy was to be, which then never came."""
    if not os.path.lexists(final):
        pictures.forget_folder(pictures.folder_of(final))


def _forget(path: Path) -> None:
    """A copy, finished or not, with all that belongs to it; the copy first, so that none lies there undescribed."""
    beside = () if path.suffix == ".part" else (path.with_suffix(".json"), path.with_suffix(".db.sha256"))
    for left in (path, Path(f"{path}-journal"), *beside):
        left.unlink(missing_ok=True)
    pictures.forget_folder(pictures.folder_of(path))
