"""A picture that the record names and that is missing or damaged: put back by its original, named at every backup."""

from __future__ import annotations

from pathlib import Path

import pytest

from microsclero.store.pictures import folder_of
from tests.builders import Line, another, register
from tests.picture_builders import a_jpeg, added, agreed, put


@pytest.fixture
def patient(run: Line) -> int:
    """Somebody who agreed to photographs for the record."""
    number = register(run)
    agreed(run, number)
    return number


@pytest.fixture
def phone(tmp_path: Path) -> Path:
    """The original, as it came from the telephone."""
    return put(tmp_path, "a.jpg", a_jpeg())


def kept_files(clinic_file: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder_of(clinic_file).iterdir()}


def _lose(clinic_file: Path, how: str) -> dict[str, bytes]:
    """The picture goes, or one of its bits turns; what was there before."""
    before = kept_files(clinic_file)
    for name, data in before.items():
        path = folder_of(clinic_file) / name
        if how == "missing":
            path.unlink()
        else:
            path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    return before


@pytest.mark.parametrize("how", ["missing", "damaged"])
def test_the_very_same_original_puts_a_lost_picture_back(
    run: Line, patient: int, phone: Path, clinic_file: Path, how: str
) -> None:
    first = run.json("photo", "add", patient, phone).data
    before = _lose(clinic_file, how)
    assert run.json("photo", "verify").code == 7
    other = another(run)
    agreed(run, other)
    assert run.json("photo", "add", other, phone).codes == ["already_there"]
    healed = run.json("photo", "add", patient, phone).data
    assert [each["photo"] for each in healed["photos"]] == [each["photo"] for each in first["photos"]]
    assert healed["remarks"] == [
        "The picture of photograph 1 was missing or damaged, and is put back: it is the very one that was kept."
    ]
    assert (kept_files(clinic_file), run.json("photo", "verify").code) == (before, 0)
    assert len(run.json("photo", "list", patient).data["photos"]) == 1
    assert run.json("photo", "add", patient, phone).codes == ["already_there"]


@pytest.mark.parametrize("how", ["missing", "damaged"])
def test_a_backup_names_what_is_lost_in_the_record_though_an_earlier_one_has_it(
    run: Line, patient: int, phone: Path, clinic_file: Path, tmp_path: Path, how: str
) -> None:
    added(run, patient, phone)
    folder = tmp_path / "backups"
    assert not any("pictures" in words for words in run.json("record", "backup", folder).data["remarks"])
    _lose(clinic_file, how)
    again = run.json("record", "backup", folder).data
    assert [words for words in again["remarks"] if "pictures" in words] == [
        "In the record the pictures of photographs 1 are missing or damaged; this backup holds them as they were, from "
        "an earlier one. See: microsclero photo verify"
    ]
