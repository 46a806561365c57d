"""An answer or an error that has nowhere to go: said on stderr in one sentence, with the right exit code."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.builders import PROGRAM, Line, plain_environment

FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="there is no full disk to write on")


def run_into(target: str, line: Line, *words: str) -> tuple[int, str]:
    """Exit code and stderr of the program itself, its stdout led there by the shell."""
    done = subprocess.run(
        ["sh", "-c", f'"$@" {target}', "sh", PROGRAM, "--file", str(line.file), "--as", "MS", *words],
        env=plain_environment(),
        stderr=subprocess.PIPE,
        check=False,
    )
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize("words", [("today",), ("today", "--json"), ("clinic", "show")], ids=" ".join)
@pytest.mark.parametrize(
    ("target", "why"),
    [("> /dev/full", "No space left on device"), (">&-", "standard output is closed")],
    ids=["full", "closed"],
)
def test_an_answer_that_is_lost_is_no_success(run: Line, target: str, why: str, words: tuple[str, ...]) -> None:
    said = f"The answer could not be written out ({why}). What this command saved is saved.\n"
    assert run_into(target, run, *words) == (1, said)


@pytest.mark.parametrize("more", [(), ("--json",)], ids=["plain", "json"])
@pytest.mark.parametrize("target", ["> /dev/full", ">&-"], ids=["full", "closed"])
def test_an_error_that_is_lost_is_said_on_stderr_with_its_own_code(
    run: Line, target: str, more: tuple[str, ...]
) -> None:
    said = "There is no patient 99. Look for them with: microsclero patient find\n"
    assert run_into(target, run, "patient", "show", "99", *more) == (3, said)
    code, said = run_into(target, run, "agenda", "--days", "0", *more)
    assert (code, said.count("\n"), "Traceback" in said) == (2, 1, False)


def test_a_closed_stdout_is_no_fault_of_help(run: Line) -> None:
    code, said = run_into(">&-", run, "plan", "--help")
    assert (code, said.count("\n"), said[:37]) == (1, 1, "The answer could not be written out (")
