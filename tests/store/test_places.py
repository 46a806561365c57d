"""Where a clinic file may lie: network drives and sync folders by their signs."""

from __future__ import annotations

from pathlib import Path

import pytest

from microsclero.errors import FileError
from microsclero.store import places

MOUNTS = r"""proc /proc proc rw 0 0
/dev/sda1 / ext4 rw,relatime 0 0
overlay /app overlay rw 0 0
host /host 9p rw 0 0
tmpfs /tmp tmpfs rw 0 0
//server/share /mnt/office cifs rw 0 0
server:/home /net/home\040folder nfs4 rw 0 0
me@host: /mnt/ssh fuse.sshfs rw 0 0
/dev/fuse /mnt/ntfs fuseblk rw 0 0
server:/over /mnt/twice nfs rw 0 0
/dev/sdb1 /mnt/twice ext4 rw 0 0
short line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/me/clinic.db", None),
        ("/app/clinic.db", None),
        ("/host/clinic.db", None),
        ("/tmp/clinic.db", None),
        ("/mnt/ntfs/clinic.db", None),
        ("/mnt/office/desk/clinic.db", "cifs"),
        ("/mnt/office2/clinic.db", None),
        ("/net/home folder/clinic.db", "nfs4"),
        ("/mnt/ssh/clinic.db", "fuse.sshfs"),
        ("/mnt/twice/clinic.db", None),
        (r"\\server\share\clinic.db", "UNC"),
    ],
)
def test_a_network_drive_is_known_by_the_deepest_mount_above_the_file(path: str, kind: str | None) -> None:
    assert places.network_drive(Path(path), MOUNTS) == kind


def test_where_no_mounts_are_known_nothing_is_a_network_drive() -> None:
    assert places.network_drive(Path("/mnt/office/clinic.db"), "") is None


def test_the_place_of_the_tests_is_a_good_one(tmp_path: Path) -> None:
    places.refuse_place(tmp_path / "clinic.db")


@pytest.mark.parametrize(
    ("folder", "is_kept"),
    [
        ("Dropbox", True),
        ("dropbox", True),
        ("Dropbox (The Clinic)", True),
        ("OneDrive", True),
        ("OneDrive - The Clinic", True),
        ("OneDrive-Clinic", True),
        ("Google Drive", True),
        ("My Drive", True),
        ("Mobile Documents", True),
        ("iCloud Drive", True),
        ("CloudStorage", True),
        ("Nextcloud", True),
        ("pCloudDrive", True),
        ("SynologyDrive", True),
        ("Documents", False),
        ("Dropboxes", False),
        ("my onedrive backup", False),
        ("microsclero", False),
    ],
)
def test_a_sync_folder_is_known_by_its_name(tmp_path: Path, folder: str, is_kept: bool) -> None:
    path = tmp_path / folder / "deep" / "down" / "clinic.db"
    assert (places.sync_folder(path) is not None) == is_kept


@pytest.mark.parametrize(
    ("marker", "is_file", "is_kept"),
    [
        (".dropbox", True, True),
        # The program's own settings, in everybody's home folder.
        (".dropbox", False, False),
        (".dropbox.cache", False, True),
        (".stfolder", False, True),
        (".owncloudsync.log", True, True),
        (".sync/ID", True, True),
        (".sync/other", True, False),
        ("notes.txt", True, False),
    ],
)
def test_a_sync_folder_is_known_by_what_its_program_leaves_there(
    tmp_path: Path, marker: str, is_file: bool, is_kept: bool
) -> None:
    left = tmp_path / marker
    left.parent.mkdir(exist_ok=True)
    if is_file:
        left.write_text("x", encoding="utf-8")
    else:
        left.mkdir()
    path = tmp_path / "desk" / "clinic.db"
    path.parent.mkdir()
    if not is_kept:
        places.refuse_place(path, mounts="")
        return
    with pytest.raises(FileError) as caught:
        places.refuse_place(path, mounts="")
    assert caught.value.code == "file_sync_folder"
    assert str(tmp_path) in caught.value.message
