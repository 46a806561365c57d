"""What stands against treating somebody now: a refusal, or a warning to read first; each with its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from microsclero.errors import Reason


class Objection(NamedTuple):
    """One thing that stands against it: a code for programs, a sentence for people, and where it comes from.

    A refusal cannot be waved through. A warning that `confirm`s is read and confirmed before the needle; any other
    warning is only shown.
    """

    code: str
    message: str
    source: str
    refuses: bool = True
    confirm: bool = False
    details: Mapping[str, object] = MappingProxyType({})

    def as_reason(self) -> Reason:
        """The same for a RefusedError."""
        return Reason(self.code, self.message, {"source": self.source, **self.details})

    def as_data(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": self.message,
            "source": self.source,
            "refuses": self.refuses,
            "confirm": self.confirm,
            **self.details,
        }


def refusals(objections: Iterable[Objection]) -> tuple[Reason, ...]:
    """The reasons of those that refuse, for one error that names them all."""
    return tuple(each.as_reason() for each in objections if each.refuses)


def warnings(objections: Iterable[Objection]) -> tuple[Objection, ...]:
    """Those that only warn."""
    return tuple(each for each in objections if not each.refuses)
