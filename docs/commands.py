"""Writes docs/commands.md from every command's own --help; with --check it says whether the page is out of date."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from typer.testing import CliRunner

from microsclero import cli

PAGE = Path(__file__).with_name("commands.md")
PROGRAM = "microsclero"

INTRODUCTION = """\
# Commands

Written by `python docs/commands.py` from each command's `--help`; do not edit it by hand.

A patient is named by number, never by name: names would stay in the shell's history. Without a number a command asks
at the terminal: today's patients first, then a search. What can be asked can also be answered by a document
(`--answers FILE`, `-` for standard input); the keys are in [json.md](json.md), the exit codes in
[exit-codes.md](exit-codes.md).

Dates are typed `2026-12-01`, `01/12/2026`, `today`, `tomorrow`, `+4w` or `tue`, and nothing else. `--file` and
`--as` may stand anywhere on the line.
"""


def all_words(table: cli.Table | None = None, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command and of every group of commands, as they are typed."""
    for verb, entry in (cli.VERBS if table is None else table).items():
        yield (*before, verb)
        if isinstance(entry[1], dict):
            yield from all_words(entry[1], (*before, verb))


def help_of(words: tuple[str, ...]) -> str:
    """What --help says, as wide as a page."""
    asked = CliRunner().invoke(cli.app, [*words, "--help"], prog_name=PROGRAM, env={"COLUMNS": "80"})
    if asked.exit_code:
        raise SystemExit(f"{PROGRAM} {' '.join(words)} --help ended with exit code {asked.exit_code}.")
    return "\n".join(line.rstrip() for line in asked.stdout.strip().splitlines())


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for words in ((), *all_words()):
        title = " ".join((PROGRAM, *words))
        parts.append(f"{'###' if len(words) > 1 else '##'} {title}\n\n```text\n{help_of(words)}\n```\n")
    return "\n".join(parts)


def main(words: list[str]) -> int:
    text = page()
    if words == ["--check"]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        sys.stderr.write("docs/commands.md is out of date; write it anew with: python docs/commands.py\n")
        return 1
    if words:
        sys.stderr.write("Usage: python docs/commands.py [--check]\n")
        return 2
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
