"""Reading an answers document: a file or standard input, JSON, one object, of a sane size."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from microsclero.errors import UsageError

# Larger than any honest answers document; refused before it is read into memory whole.
LARGEST_DOCUMENT = 2_000_000


def read_answers(source: str) -> dict[str, Any]:
    """The JSON object in a file, or on standard input for `-`; UsageError in one sentence otherwise."""
    raw = _raw(source)
    if len(raw) > LARGEST_DOCUMENT:
        raise UsageError(
            f"The answers are larger than {LARGEST_DOCUMENT // 1_000_000} MB; that is no answers document."
        )
    import json

    try:
        text = raw.decode("utf-8-sig")
        document = json.loads(text, object_pairs_hook=_no_twice, parse_constant=_no_constant, parse_int=_short_int)
    except UnicodeDecodeError:
        raise UsageError("The answers are not UTF-8 text.") from None
    except RecursionError:
        raise UsageError("The answers are nested too deeply to be an answers document.") from None
    except ValueError as error:
        raise UsageError(f"The answers are not valid JSON: {str(error)[:120]}.".replace("..", ".")) from None
    if not isinstance(document, dict):
        raise UsageError("The answers must be one JSON object with the keys of the prompts.")
    return document


def _raw(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read(LARGEST_DOCUMENT + 1)
    try:
        with Path(source).open("rb") as document:
            return document.read(LARGEST_DOCUMENT + 1)
    except OSError as error:
        raise UsageError(f"The answers file {source} can't be read: {error.strerror or 'no such file'}.") from None
    except ValueError:
        raise UsageError("The answers file's name can't be used: it holds a character no file name has.") from None


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = sorted({key[:60] for key in keys if keys.count(key) > 1})
        raise ValueError(f"answered twice: {', '.join(twice)}")
    return document


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number anyone can mean")


def _short_int(digits: str) -> int:
    if len(digits) > 18:
        raise ValueError("a number with more than 18 digits")
    return int(digits)
