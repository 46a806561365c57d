"""The desk's printer: a page goes to it through lp, or a sentence says why not."""

from __future__ import annotations

import shutil
import subprocess

from microsclero.errors import DeskError, UsageError
from microsclero.text import visible

# A printer that is off lets lp wait; nobody at the desk does.
LONGEST_WAIT_SECONDS = 20


def printer_program() -> str:
    """Where lp is; UsageError where this computer has none."""
    found = shutil.which("lp")
    if found is None:
        raise UsageError(
            "--print: this computer has no lp, which hands pages to a printer; use --pdf FILE and print that.",
            code="no_printer",
        )
    return found


def send(pdf: bytes, printer: str) -> None:
    """One page for that printer; DeskError where it was not taken. The job's name says nothing."""
    # Without a shell, and by standard input: nothing is left on the disk.
    line = [printer_program(), "-d", printer, "-t", "sheet"]
    try:
        done = subprocess.run(line, input=pdf, capture_output=True, timeout=LONGEST_WAIT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise _not_printed(printer, f"it did not answer within {LONGEST_WAIT_SECONDS} seconds") from None
    except OSError as error:
        raise _not_printed(printer, error.strerror or "lp could not be started") from None
    if done.returncode != 0:
        told = visible(done.stderr.decode("utf-8", "replace").strip().partition("\n")[0][:200])
        raise _not_printed(printer, told.rstrip(".") or f"lp ended with {done.returncode}")


def _not_printed(printer: str, why: str) -> DeskError:
    return DeskError(
        f"The printer {visible(printer[:60])} did not take the page: {why}. Use --pdf FILE and print that.",
        code="not_printed",
    )
