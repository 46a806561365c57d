"""What the tests of a session start from: a patient ready for the needle, and the document of what was given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.builders import Line, Result, planned, ready, screened

# A Thursday; the clinic opens at nine, and in November its clock is UTC.
THURSDAY = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
MINUTES = timedelta(minutes=1)
A_DAY = timedelta(days=1)


def vial(letter: str = "A", product: str = "fibrovein", percent: str = "0.2", **changed: Any) -> dict[str, Any]:
    return {
        "vial": letter,
        "product": product,
        "strength_percent": percent,
        "batch": "AB12",
        "expires_on": "2027-12-31",
        **changed,
    }


def site(volume: str = "0.3", letter: str = "A", **changed: Any) -> dict[str, Any]:
    return {
        "leg": "left",
        "region": "thigh",
        "aspect": "lateral",
        "vein": "telangiectasia",
        "vial": letter,
        "volume_ml": volume,
        "punctures": 1,
        **changed,
    }


def given_at(start: datetime, **changed: Any) -> dict[str, Any]:
    """The document of a session that began then and took twenty minutes; winter time, so the clinic's clock is UTC."""
    return {
        "prescriber": "MS",
        "prescriber_saw_on": f"{start:%Y-%m-%d}",
        "injector": "MS",
        "vials": [vial()],
        "sites": [site()],
        "started_at": f"{start:%Y-%m-%dT%H:%M}",
        "ended_at": f"{start + 20 * MINUTES:%Y-%m-%dT%H:%M}",
        "stockings": "worn",
        "observed_minutes": 15,
        "no_photo_reason": "The patient would rather not.",
        **changed,
    }


def compared(line: Line, *products: str) -> None:
    """The leaflets in the box were compared, by a prescriber, two days before."""
    for product in products or ("fibrovein", "aethoxysklerol"):
        told = {
            "prescriber": "MS",
            "leaflet_revision": "May 2024",
            "compared_on": f"{line.now - 2 * A_DAY:%Y-%m-%d}",
        }
        assert line.json("clinic", "product", product, answers=told).code == 0


def agreed(line: Line, number: int, *, given: bool = True, purpose: str = "treatment") -> None:
    """Consent given, or taken back, at this moment."""
    told = {"for": [purpose], "given": given, "taken_by": "MS", "method": "paper"}
    assert line.json("consent", number, answers=told).code == 0


def expected(line: Line, start: datetime = THURSDAY, *words: object, **details: str) -> int:
    """A patient with a course from that day on, leaflets compared; not screened for the session, no consent."""
    number = ready(line, **details)
    compared(line)
    planned(line, number, "--start", f"{start:%Y-%m-%d}", *words)
    return number


def in_the_chair(line: Line, start: datetime = THURSDAY, **details: str) -> int:
    """The same, screened and agreed an hour before the start: nothing stands against it."""
    number = expected(line, start, **details)
    before_the_needle(line, number, start)
    return number


def before_the_needle(line: Line, number: int, start: datetime, **changed: str | None) -> None:
    """Screened and consented an hour before the start."""
    earlier = line.at(start - 60 * MINUTES)
    screened(earlier, number, "session", **changed)
    agreed(earlier, number)


def after(line: Line, start: datetime = THURSDAY) -> Line:
    """The desk when the patient has been watched: 35 minutes after the start."""
    return line.at(start + 35 * MINUTES)


def treat(line: Line, number: int, start: datetime = THURSDAY, *words: object, **changed: Any) -> Result:
    """The session as given, told once the patient was watched."""
    return after(line, start).json("treat", number, *words, answers=given_at(start, **changed))


def treated(line: Line, number: int, start: datetime = THURSDAY, *words: object, **changed: Any) -> dict[str, Any]:
    """The same, and it was saved; its data."""
    data: dict[str, Any] = treat(line, number, start, *words, **changed).data
    return data


def a_session_later(line: Line, number: int, start: datetime) -> dict[str, Any]:
    """Screened, agreed and treated on that day."""
    before_the_needle(line, number, start)
    return treated(line, number, start)
