"""The record at the desk: backed up, checked, brought up to date."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from microsclero.errors import FileError, Reason, RefusedError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.settings import Settings
    from microsclero.store.verify import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """A backup that was reopened and checked."""

    path: Path
    head: str
    counts: dict[str, int]
    photos: int
    remarks: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "backup": str(self.path),
            "head": self.head,
            "counts": self.counts,
            "photos": self.photos,
            "remarks": list(self.remarks),
        }


def backup(desk: Desk, folder: Path) -> BackedUp:
    """A proved backup in this folder; FileError says what is in the way."""
    if "\0" in str(folder):
        raise FileError("No folder can have such a name: it holds a NUL character.", code="backup_folder_missing")
    folder = folder.expanduser()
    remarks = []
    try:
        if not folder.exists() and folder.parent.is_dir():
            folder.mkdir(mode=0o700)
            remarks.append(f"A new folder was made: {folder.absolute()}. If a drive was meant, it is not connected.")
    except OSError as error:
        raise FileError(f"No backup was made in {folder}: {error.strerror}.", code="backup_failed") from None
    made = desk.store.backup(folder, who=desk.writer())
    if desk.store.path is not None and made.path.stat().st_dev == desk.store.path.stat().st_dev:
        remarks.append("The backup lies on the same disk as the record; keep another copy elsewhere.")
    if made.photos.without:
        numbers = ", ".join(map(str, made.photos.without))
        remarks.append(
            f"The backup lacks the pictures of photographs {numbers}: in the record they are missing or damaged. "
            "See: microsclero photo verify"
        )
    if made.photos.only_here:
        numbers = ", ".join(map(str, made.photos.only_here))
        remarks.append(
            f"In the record the pictures of photographs {numbers} are missing or damaged; this backup holds them as "
            "they were, from an earlier one. See: microsclero photo verify"
        )
    return BackedUp(
        path=made.path,
        head=made.head,
        counts=dict(made.counts),
        photos=made.photos.photos,
        remarks=tuple(remarks),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check of the whole record found."""

    head: str
    counts: dict[str, int]
    problems: tuple[Problem, ...]

    def as_data(self) -> dict[str, object]:
        return {"ok": not self.problems, "head": self.head, "counts": self.counts}

    def reasons(self) -> list[Reason]:
        return [Reason(problem.code, problem.message, {}) for problem in self.problems]


def check(desk: Desk, *, against: str | None) -> Checked:
    """Pages, links, history and chain; `against` is a head kept elsewhere."""
    report = desk.store.check(against=against)
    return Checked(head=report.head, counts=dict(report.counts), problems=tuple(report.problems))


def refuse_current(settings: Settings) -> None:
    """Nothing to migrate where the file is up to date; every other fault of the file speaks for itself."""
    from microsclero.store import open_store

    try:
        open_store(settings.clinic_file(), clock=settings.clock).close()
    except FileError as error:
        if error.code == "file_older":
            return
        raise
    raise RefusedError("The clinic file is up to date; there is nothing to migrate.", code="nothing_to_migrate")


def migrate(settings: Settings) -> Path:
    """The older file brought up to date; the path of the proved backup made before."""
    from microsclero.store import migrate as bring_up_to_date

    return bring_up_to_date(settings.clinic_file(), who=settings.actor() or "desk", clock=settings.clock).path
