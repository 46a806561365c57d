"""A content folder of one's own: the shipped one, with a newer version of the questions that somebody made up."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest

from microsclero import content

OLD, NEW = "2026-1", "2027-1"
ASKED = "Have you smoked or used any tobacco in the last 4 weeks, even just now and then?"
ASKED_ANEW = "Have you smoked, vaped or used any tobacco in the last 4 weeks?"


def name_of(version: str) -> str:
    return f"questionnaire.{version}.toml"


def forget_content() -> None:
    """What was loaded from one folder is nothing to another."""
    for each in (content._forms, content._released, content._course_numbers, content.version_in_force, content.course):
        each.cache_clear()


def made_newer(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Callable[[], None]:
    """The program reads its content from this folder; the call brings the newer version into force."""
    folder.mkdir()
    for file in files("microsclero.content").iterdir():
        if file.name.endswith(".toml"):
            (folder / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(content, "_folder", lambda: folder)
    forget_content()

    def bring_into_force() -> None:
        old = (folder / name_of(OLD)).read_text(encoding="utf-8")
        assert old.count(ASKED) == 1
        newer = old.replace(f'version = "{OLD}"', f'version = "{NEW}"').replace(ASKED, ASKED_ANEW).encode()
        (folder / name_of(NEW)).write_bytes(newer)
        released = (folder / "released.toml").read_text(encoding="utf-8")
        released = released.replace(f'questionnaire = "{OLD}"', f'questionnaire = "{NEW}"')
        released += f'"{name_of(NEW)}" = "{sha256(newer).hexdigest()}"\n'
        (folder / "released.toml").write_text(released, encoding="utf-8")
        forget_content()

    return bring_into_force
