"""Backups and checks on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.render.terminal import console, words

if TYPE_CHECKING:
    from microsclero.desk.record import BackedUp, Checked


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "nothing yet"


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
