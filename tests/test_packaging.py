"""What is built and installed: the lock, the wheel, the licence, and what `make` and the checks call."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
PINNED = dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", LOCK, flags=re.MULTILINE))


def asked_for() -> list[Requirement]:
    lines = (ROOT / "requirements-dev.in").read_text(encoding="utf-8").splitlines()
    written = [line for line in lines if line and not line.startswith("#")]
    return [Requirement(text) for text in (*PROJECT["project"]["dependencies"], *written)]


@pytest.mark.parametrize("wanted", asked_for(), ids=lambda wanted: str(wanted.name))
def test_the_lock_holds_what_is_asked_for(wanted: Requirement) -> None:
    assert PINNED[canonicalize_name(wanted.name)] in wanted.specifier


def test_the_lock_holds_versions_and_hashes_and_nothing_else() -> None:
    line = re.compile(r"[a-z0-9-]+==[0-9A-Za-z.]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [text for text in LOCK.splitlines() if not line.fullmatch(text)] == []
    assert len(PINNED) == LOCK.count("==")


def test_the_lock_serves_other_computers_too() -> None:
    """A single hash would be the one wheel of whoever made the lock."""
    for compiled in ("typst", "rapidfuzz", "ruff", "mypy"):
        entry = LOCK.partition(f"\n{compiled}==")[2].split("==")[0]
        assert entry.count("--hash") > 10, compiled


@pytest.mark.parametrize("text", PROJECT["project"]["dependencies"])
def test_every_dependency_of_the_program_has_a_floor(text: str) -> None:
    assert any(bound.operator == ">=" for bound in Requirement(text).specifier)


def test_the_wheel_carries_the_words_and_the_paper_and_no_tests(tmp_path: Path) -> None:
    built = next(iter(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])))
    with zipfile.ZipFile(built) as wheel:
        inside = set(wheel.namelist())
        entry_points = next(name for name in inside if name.endswith("entry_points.txt"))
        called = PROJECT["project"]["scripts"]["microsclero"]
        assert wheel.read(entry_points).decode().split() == ["[console_scripts]", "microsclero", "=", called]
    here = {str(path.relative_to(ROOT)) for path in (ROOT / "microsclero").rglob("*") if path.is_file()}
    wanted = {path for path in here if not path.endswith(".pyc")}
    assert {path for path in inside if ".dist-info/" not in path} == wanted
    assert {Path(path).suffix for path in wanted} >= {".py", ".toml", ".typ"}
    assert any(path.endswith("/licenses/LICENSE") for path in inside)


def test_the_licence_is_mit() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License\n") and "the microsclero contributors" in text
    assert PROJECT["project"]["license"] == "MIT"


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed here")
@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("demo", "microsclero demo"),
        ("test", "-m pytest"),
        ("check", "-m pytest"),
        ("proof", "proof"),
        ("bench", "-m benchmarks"),
        ("golden", "MICROSCLERO_GOLDEN=write"),
        ("lock", "--generate-hashes"),
        ("clean", "rm -rf"),
    ],
)
def test_make_knows_what_the_readme_says(target: str, words: str, tmp_path: Path) -> None:
    said = subprocess.run(
        ["make", "--dry-run", f"VENV={tmp_path}", target], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert words in said
    assert ("--require-hashes" in said) is (target != "clean")


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed here")
def test_the_checks_can_be_run_as_they_are() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], capture_output=True).returncode == 0
