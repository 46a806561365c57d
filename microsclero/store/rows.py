"""How values stand in the file and come back out: dates, times, moments, opening periods; what a list is limited to."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Periods = tuple[tuple[time, time], ...]

# In a list: one patient's lines, or everybody's.
WHOSE = "(:patient is null or patient_id = :patient)"
# The same list, however long: what SQLite understands by no limit.
WHOLE = -1


def utc_now() -> datetime:
    """The computer's own clock; a store takes another one where it is given one."""
    return datetime.now(UTC)


def moment_text(moment: datetime) -> str:
    """2026-11-22T15:00:00.000000Z: always UTC, always as long, so that text order is time order."""
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be stored.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment_from_text(text: str) -> datetime:
    return datetime.fromisoformat(text)


def maybe_moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def maybe_date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def date_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def time_text(moment: time) -> str:
    """09:00; a session starts on a full minute."""
    return moment.strftime("%H:%M")


def maybe_text(text: str | None) -> str | None:
    """Nothing typed is nothing known."""
    return text or None


def periods_text(periods: Iterable[tuple[time, time]]) -> str:
    """09:00-13:00,14:00-17:00; empty where closed."""
    return ",".join(f"{time_text(starts)}-{time_text(ends)}" for starts, ends in periods)


def periods_from_text(text: str) -> Periods:
    found = []
    for period in text.split(",") if text else ():
        starts, _, ends = period.partition("-")
        found.append((time.fromisoformat(starts), time.fromisoformat(ends)))
    return tuple(found)


def maybe_json(text: str | None) -> Any:
    """What was kept as JSON; None where nothing was."""
    if text is None:
        return None
    import json

    return json.loads(text)


def json_text(value: object) -> str:
    """As JSON; every script stays readable in the file."""
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
