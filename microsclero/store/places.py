"""Where a clinic file may lie: not on a network drive, not where another program copies it while it is open."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from microsclero.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path

# Locks on these are somebody else's promise; SQLite's own makers advise against them.
_NETWORK_TYPES = frozenset(
    [
        "nfs",
        "nfs4",
        "nfsd",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "afpfs",
        "afs",
        "ncpfs",
        "davfs",
        "davfs2",
        "coda",
        "ceph",
        "glusterfs",
        "lustre",
        "beegfs",
        "gpfs",
        "sshfs",
        "webdav",
    ]
)
_NETWORK_FUSE = [
    "fuse.sshfs",
    "fuse.davfs",
    "fuse.rclone",
    "fuse.gvfsd-fuse",
    "fuse.glusterfs",
    "fuse.ceph",
    "fuse.smbnetfs",
    "fuse.curlftpfs",
    "fuse.s3fs",
    "fuse.kio-fuse",
    "fuse.google-drive-ocamlfuse",
    "fuse.onedriver",
    "fuse.juicefs",
]

# How sync programs call their folders; a name may go on, as in "OneDrive - The Clinic".
_SYNC_NAMES = (
    "dropbox",
    "onedrive",
    "google drive",
    "googledrive",
    "google-drive",
    "my drive",
    "icloud drive",
    "iclouddrive",
    "mobile documents",
    "com~apple~clouddocs",
    "cloudstorage",
    "nextcloud",
    "owncloud",
    "pcloud",
    "pclouddrive",
    "pcloud drive",
    "pcloud sync",
    "box sync",
    "megasync",
    "yandex.disk",
    "seafile",
    "tresorit",
    "proton drive",
    "synologydrive",
    "resilio sync",
    "syncthing",
)
_GOES_ON = (" - ", " (", "-")

# What sync programs leave in the folder they keep; files only, for a program's own settings folder may be called so.
_SYNC_MARKER_FILES = (
    ".dropbox",
    ".owncloudsync.log",
    ".nextcloudsync.log",
    ".csync_journal.db",
    os.path.join(".sync", "ID"),
)
_SYNC_MARKERS = (".stfolder", ".dropbox.cache", ".tmp.drivedownload")


def refuse_place(path: Path, *, mounts: str | None = None) -> None:
    """Say no to a network drive or a sync folder, with the way out."""
    kind = network_drive(path, system_mounts() if mounts is None else mounts)
    if kind:
        raise FileError(
            f"{path} is on a network drive ({kind}), where a file cannot be locked safely. "
            "Move it to a disk of this computer; a network drive is a good place for backups.",
            code="file_network_drive",
            path=str(path),
        )
    folder = sync_folder(path)
    if folder:
        raise FileError(
            f"{path} is in a folder that another program keeps in step with other computers ({folder}), "
            "and such copying damages a file in use. Move it to an ordinary folder; keep backups there instead.",
            code="file_sync_folder",
            path=str(path),
        )


def system_mounts() -> str:
    """What is mounted where; empty on systems that keep no such list."""
    if not sys.platform.startswith("linux"):
        return ""
    try:
        with open("/proc/self/mounts", encoding="utf-8", errors="surrogateescape") as mounts:
            return mounts.read()
    except OSError:
        return ""


def network_drive(path: Path, mounts: str) -> str | None:
    """The kind of network file system the path lies on, or None."""
    text = str(path)
    if text.startswith(("\\\\", "//")):
        return "UNC"
    deepest, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = _unescaped(fields[1]).rstrip("/")
        # Of two mounts on one point the later lies on top.
        if len(point) >= len(deepest) and (text == point or text.startswith(point + "/")):
            deepest, kind = point, fields[2]
    return kind if kind in _NETWORK_TYPES or kind in _NETWORK_FUSE else None


def _unescaped(field: str) -> str:
    """Blanks, tabs, newlines and backslashes are written as octal in the list of mounts."""
    if "\\" not in field:
        return field
    for octal, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        field = field.replace(octal, character)
    return field


def sync_folder(path: Path) -> str | None:
    """The folder above the path that a sync program keeps, or None."""
    folder = os.path.dirname(str(path))
    while True:
        name = os.path.basename(folder).casefold()
        if _is_sync_name(name) or _has_marker(folder):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _is_sync_name(name: str) -> bool:
    if name in _SYNC_NAMES:
        return True
    return any(name.startswith(known + more) for known in _SYNC_NAMES for more in _GOES_ON)


def _has_marker(folder: str) -> bool:
    return any(os.path.isfile(os.path.join(folder, marker)) for marker in _SYNC_MARKER_FILES) or any(
        os.path.exists(os.path.join(folder, marker)) for marker in _SYNC_MARKERS
    )
