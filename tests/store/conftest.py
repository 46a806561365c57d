"""A record in memory, and a clinic file on the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from microsclero.store import Store, create_store, memory_store, open_store
from tests.store.builders import fill, ticking


@pytest.fixture
def store() -> Iterator[Store]:
    with memory_store(clock=ticking()) as opened:
        fill(opened)
        yield opened


@pytest.fixture
def clinic_file(tmp_path: Path) -> Path:
    path = tmp_path / "clinic.db"
    create_store(path, fill=fill, clock=ticking()).close()
    return path


@pytest.fixture
def file_store(clinic_file: Path) -> Iterator[Store]:
    with open_store(clinic_file, clock=ticking(), timeout=0.1) as opened:
        yield opened
