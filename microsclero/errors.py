"""What can go wrong at the desk: each error owns its code, its exit code and its sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Self

# Initials are short; anything longer that stands in their place may be a name.
_LONGEST_REPEATED = 3


class Reason(NamedTuple):
    """One cause of a refusal: a code for programs, a sentence for people."""

    code: str
    message: str
    details: Mapping[str, object] = MappingProxyType({})

    def as_data(self) -> dict[str, object]:
        return {"code": self.code, "message": self.message, **self.details}


class DeskError(Exception):
    """Something the practitioner must be told; never a bug.

    Sentences name patients and sessions by number, so that they may travel to screenshots and logs.
    """

    code = "error"
    exit_code = 1

    def __init__(
        self, message: str, *, code: str | None = None, reasons: Sequence[Reason] = (), **details: object
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.reasons = tuple(reasons) or (Reason(self.code, message, details),)

    @classmethod
    def for_reasons(cls, reasons: Sequence[Reason]) -> Self:
        """All reasons at once; the first gives the code."""
        return cls(" ".join(reason.message for reason in reasons), code=reasons[0].code, reasons=reasons)


class DeclinedError(DeskError):
    """The person at the desk said no to the last question."""

    code = "declined"


class UsageError(DeskError):
    """The line or the document cannot be understood."""

    code = "usage"
    exit_code = 2


class NotFoundError(DeskError):
    """No such patient, session or entry."""

    code = "not_found"
    exit_code = 3


def nobody_called(initials: str, where: str = "in the team") -> NotFoundError:
    """Nobody has these initials. What is longer than initials are may be a name, and is not repeated."""
    typed = initials.strip().upper()
    those = f"the initials {typed}" if len(typed) <= _LONGEST_REPEATED and typed.isalpha() else "those initials"
    return NotFoundError(f"Nobody {where} has {those}; see: microsclero clinic team.", code="member_not_found")


class RefusedError(DeskError):
    """A rule of the practice says no."""

    code = "refused"
    exit_code = 4


class ConflictError(DeskError):
    """Taken, already there, or changed meanwhile."""

    code = "conflict"
    exit_code = 5


class ContentError(DeskError):
    """The clinic's words or rules cannot be used as they stand."""

    code = "content_invalid"
    exit_code = 6


class FileError(DeskError):
    """The clinic file: missing, locked, damaged, not ours, newer, read-only."""

    code = "file"
    exit_code = 7


class InterruptedByUser(DeskError):
    """Ctrl-C; what was answered is kept."""

    code = "interrupted"
    exit_code = 130
