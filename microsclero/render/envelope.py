"""The JSON envelope, and the plain sentences of errors: stdout is the answer, stderr is everything else."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from microsclero.errors import DeskError
from microsclero.text import Written, shown_line, visible


def speak_utf8() -> None:
    """Names of any script leave the program whole, whatever the computer's own code page."""
    for stream in (sys.stdout, sys.stderr):
        if (stream.encoding or "").lower().replace("-", "") != "utf8" and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def write_answer(command: str, data: Mapping[str, object]) -> None:
    """One document on stdout: what was asked for."""
    _write({"microsclero": 1, "command": command, "exit_code": 0, "data": data, "errors": []})


def write_error(command: str, error: DeskError) -> None:
    """One document on stdout: what went wrong, every reason at once."""
    errors = [reason.as_data() for reason in error.reasons]
    _write({"microsclero": 1, "command": command, "exit_code": error.exit_code, "data": {}, "errors": errors})


def _write(document: Mapping[str, object]) -> None:
    import json

    text = json.dumps(document, ensure_ascii=False, default=str)
    # Half a character, from a hostile document, goes out as JSON's own escape.
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")
    sys.stdout.flush()


def write_sentence(error: DeskError) -> None:
    """Each reason on a line of its own on stderr; the answer's stream stays empty."""
    # Where the answer is lost the way out says so; the sentence is for stderr all the same.
    with suppress(OSError):
        sys.stdout.flush()
    for reason in error.reasons:
        say(visible(reason.message))


def not_written(fault: OSError) -> DeskError:
    """An answer that has nowhere to go: a full disk, a closed stream."""
    return DeskError(
        f"The answer could not be written out ({fault.strerror}). What this command saved is saved.",
        code="answer_not_written",
    )


def say(text: str) -> None:
    """A remark that is not the answer."""
    line = shown_line(text)
    if sys.stderr.isatty() and not isinstance(text, Written):
        import shutil

        from microsclero.render.folding import fold

        columns = max(shutil.get_terminal_size((80, 24)).columns, 40)
        indent = " " * (len(line) - len(line.lstrip()))
        line = "\n".join(fold(line, columns, indent))
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def write_fault(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    """A bug of ours: where it happened, without a single value, since values may be a patient's."""
    place = "unknown"
    while trace is not None:
        code = trace.tb_frame.f_code
        if "microsclero" in code.co_filename:
            place = f"{Path(code.co_filename).name} line {trace.tb_lineno}"
        trace = trace.tb_next
    sentence = (
        f"A fault in microsclero itself ({kind.__name__} in {place}); nothing half-done was saved. "
        "Please report this line; it holds no patient data."
    )
    if "--json" in sys.argv:
        _write(
            {
                "microsclero": 1,
                "command": "",
                "exit_code": 1,
                "data": {},
                "errors": [{"code": "fault", "message": sentence}],
            }
        )
    else:
        sys.stderr.write(sentence + "\n")
