"""How commands are timed: each next to the tool it is compared with, turn by turn, in processes of their own."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One process: how long it took by the clock on the wall, and the most memory it held."""

    seconds: float
    megabytes: float


def script(name: str) -> str:
    """A console script of this very environment."""
    return str(Path(sysconfig.get_path("scripts")) / name)


def environment(file: Path) -> dict[str, str]:
    """The desk's own surroundings, and nothing that slows a start: compiled modules are kept, nothing is traced."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    return kept | {
        "MICROSCLERO_FILE": str(file),
        "MICROSCLERO_AS": "MS",
        "MICROSCLERO_CONFIG": str(file.with_suffix(".toml")),
        "COLUMNS": "100",
    }


def run(words: Sequence[str], surroundings: Mapping[str, str]) -> Run:
    """Start, wait, measure; a command that fails is not a measurement."""
    null = os.open(os.devnull, os.O_RDWR)
    try:
        began = perf_counter()
        child = os.posix_spawn(
            words[0], list(words), surroundings, file_actions=[(os.POSIX_SPAWN_DUP2, null, each) for each in (0, 1, 2)]
        )
        _, status, used = os.wait4(child, 0)
        took = perf_counter() - began
    finally:
        os.close(null)
    if status:
        sys.exit(f"{' '.join(words)} ended with exit code {os.waitstatus_to_exitcode(status)}; nothing was measured.")
    # Linux counts in kilobytes, macOS in bytes.
    return Run(seconds=took, megabytes=used.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A command and its neighbour, turn by turn."""

    ratio: float
    milliseconds: float
    megabytes: float


def side_by_side(
    commands: Mapping[str, tuple[Words, Path]], base: Words, *, rounds: int, warm_up: int = 2
) -> dict[str, Timed]:
    """The median of each command's ratio to `base`, which runs just before it every time.

    Neighbours share whatever else the machine is doing at that moment; the median leaves out the rest.
    """
    pairs: dict[str, list[tuple[Run, Run]]] = {label: [] for label in commands}
    for turn in range(-warm_up, rounds):
        for label, (words, file) in commands.items():
            surroundings = environment(file)
            pair = (run(base, surroundings), run(words, surroundings))
            if turn >= 0:
                pairs[label].append(pair)
    return {
        label: Timed(
            ratio=median(mine.seconds / other.seconds for other, mine in taken),
            milliseconds=1000 * median(mine.seconds for _, mine in taken),
            megabytes=max(mine.megabytes for _, mine in taken),
        )
        for label, taken in pairs.items()
    }
