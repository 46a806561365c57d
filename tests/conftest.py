"""Fixtures of the command line: a clinic file made by the program itself, and the line that calls it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.builders import CLINIC, Line

# A suite that is started in the background is deaf to Ctrl-C, and so would be every command that the tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def own_desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees this computer's own clinic, desk or colours."""
    for name in ("MICROSCLERO_FILE", "MICROSCLERO_AS", "NO_COLOR", "COLUMNS", "LINES", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MICROSCLERO_CONFIG", str(tmp_path / "no-config.toml"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def made_clinic(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A clinic file as `clinic init --answers` makes it, once for all tests."""
    path = tmp_path_factory.mktemp("clinic") / "clinic.db"
    done = Line(file=path).json("clinic", "init", answers=CLINIC)
    assert done.code == 0, done
    return path.read_bytes()


@pytest.fixture
def clinic_file(made_clinic: bytes, tmp_path: Path) -> Path:
    """A fresh clinic file of one's own."""
    path = tmp_path / "clinic.db"
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(made_clinic)
    return path


@pytest.fixture
def run(clinic_file: Path) -> Line:
    """The command line on that file: MS at the desk, Sunday 22 November 2026, 11 o'clock."""
    return Line(file=clinic_file)
