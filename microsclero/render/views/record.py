"""Backups and checks on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.render.terminal import console, words

if TYPE_CHECKING:
    from microsclero.desk.record import BackedUp, Checked


def _counted(counts: dict[str, int]) -> str:
    named = {"patient": "patients", "screening": "screenings", "session": "sessions", "history": "changes"}
    return ", ".join(f"{counts.get(table, 0)} {name}" for table, name in named.items())


def backup_view(made: BackedUp) -> None:
    out = console()
    out.print(words(f"Backup reopened and checked: {made.path}"))
    out.print(words(f"It holds {_counted(made.counts)}."))
    out.print(words(f"Head {made.head}"))


def check_view(found: Checked) -> None:
    out = console()
    out.print("The record is whole: pages, links, every row against its history, the ledger's chain.")
    out.print(words(f"It holds {_counted(found.counts)}."))
    out.print(words(f"Head {found.head}"))
