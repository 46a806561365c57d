"""A TOML table read key by key, with every fault kept: file, id and reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from microsclero.errors import ContentError, Reason


@dataclass(slots=True)
class Faults:
    """What is wrong in one file, gathered so that all of it can be said at once."""

    file: str
    reasons: list[Reason] = field(default_factory=list)

    def add(self, place: str, reason: str) -> None:
        message = f"{self.file}: {place}: {reason}"
        self.reasons.append(Reason("content_invalid", message, {"file": self.file, "id": place, "reason": reason}))

    def raise_if_any(self) -> None:
        if self.reasons:
            message = " ".join(reason.message for reason in self.reasons)
            raise ContentError(message, reasons=self.reasons)


class Table:
    """One table; done() names the keys that nobody asked for."""

    def __init__(self, data: dict[str, Any], place: str, faults: Faults) -> None:
        self._data = data
        self._left = set(data)
        self.place = place
        self.faults = faults

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def fault(self, reason: str) -> None:
        self.faults.add(self.place, reason)

    def text(self, key: str, default: str | None = None) -> str:
        """Words that must be there, unless a default is given; never empty."""
        value: str | None = self._take(key, str)
        if value is None:
            if default is None and key not in self._data:
                self.fault(f"{key} is missing.")
            return default or ""
        if not value.strip():
            self.fault(f"{key} is empty.")
        return value

    def text_or_none(self, key: str) -> str | None:
        return self.text(key) if key in self._data else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of words; one word alone is a list of one."""
        value = self._take(key, str | list)
        if value is None:
            return ()
        texts = [value] if isinstance(value, str) else value
        if not texts or not all(isinstance(text, str) and text.strip() for text in texts):
            self.fault(f"{key} must be words.")
            return ()
        return tuple(texts)

    def flag(self, key: str, default: bool = False) -> bool:
        value = self._take(key, bool)
        return default if value is None else value

    def whole(self, key: str, default: int | None = None) -> int | None:
        value = self._take(key, int)
        if isinstance(value, bool) or (value is not None and value < 0):
            self.fault(f"{key} must be a whole number, 0 or more.")
            return default
        return default if value is None else value

    def number(self, key: str) -> Decimal | None:
        value = self._take(key, int | float)
        if value is None:
            return None
        number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
        if not number.is_finite() or number < 0:
            self.fault(f"{key} must be a number, 0 or more.")
            return None
        return number

    def table(self, key: str) -> Table | None:
        value = self._take(key, dict)
        return Table(value, f"{self.place}.{key}", self.faults) if value is not None else None

    def tables(self, key: str) -> tuple[Table, ...]:
        value = self._take(key, list)
        if value is None:
            return ()
        if not all(isinstance(item, dict) for item in value):
            self.fault(f"{key} must be a list of tables.")
            return ()
        return tuple(Table(item, f"{self.place}.{key}[{n}]", self.faults) for n, item in enumerate(value, start=1))

    def one_of(self, key: str, allowed: Iterable[str], default: str) -> str:
        value = self.text(key, default)
        if value not in (known := tuple(allowed)):
            self.fault(f'unknown {key} "{value}": one of {", ".join(known)}.')
            return default
        return value

    def present(self, names: Iterable[str]) -> tuple[str, ...]:
        """Which of these keys stand in the table."""
        return tuple(name for name in names if name in self._data)

    def names(self) -> tuple[str, ...]:
        """Every key of a table whose keys are its own."""
        return tuple(self._data)

    def done(self) -> None:
        for key in sorted(self._left):
            self.fault(f'unknown key "{key}".')

    def _take(self, key: str, kind: Any) -> Any:
        self._left.discard(key)
        value = self._data.get(key)
        if value is None:
            return None
        if not isinstance(value, kind):
            self.fault(f"{key} is of the wrong kind.")
            return None
        return value
