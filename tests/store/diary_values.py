"""The diary of a file by value, for tests that something leaves it as it was."""

from __future__ import annotations

from typing import Any

from microsclero.store import Store

# What stays behind of something taken back; all else must be as it was.
LEFT_BEHIND = {
    "session": ("cancel_reason", "undone"),
    "course": ("closed_why", "undone"),
    "closure": ("voided", 1),
    "absence": ("voided", 1),
}


def the_diary(store: Store) -> dict[tuple[str, int], dict[str, Any]]:
    """Every row of the diary by value: all columns but the version, without what was voided."""
    held: dict[tuple[str, int], dict[str, Any]] = {}
    for table, (column, mark) in LEFT_BEHIND.items():
        names = [row[1] for row in store.rows(f"PRAGMA table_info({table})")]
        for row in store.rows(f"select {', '.join(names)} from {table}"):
            values = dict(zip(names, row, strict=True))
            values.pop("version", None)
            if values[column] != mark:
                held[table, values["id"]] = values
    return held
