"""What was told of a session so far: in words for the overview, and as it would be typed again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from microsclero.ask.sites import as_sites


def in_words(name: str, value: Any) -> str:
    """A part as the overview has it; a dash for what was not told."""
    from microsclero.dates import show_date
    from microsclero.products import show_product
    from microsclero.site_codes import show_site
    from microsclero.text import visible

    if value in (None, [], ""):
        return "–"
    if name == "vials":
        return "; ".join(
            f"{each['vial']} {show_product(each['product'])} {each['strength_percent']} %" for each in value
        )
    if name == "sites":
        return "; ".join(map(show_site, as_sites(value)))
    if name == "prescriber_saw_on":
        return show_date(date.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(value).replace("_", " ")
    unit = {"weight_kg": " kg", "observed_minutes": " minutes"}.get(name, "")
    return visible(str(value)).replace("_", " ") + unit


def as_typed(name: str, value: Any, days: Sequence[str]) -> str:
    """A part as somebody types it; of a moment on one of these days the time alone."""
    if name in ("started_at", "ended_at"):
        return str(value)[11:16] if value[:10] in days else str(value)[:16]
    if name == "prescriber_saw_on":
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    if isinstance(value, list):
        return ", ".join(value).replace("_", " ")
    return str(value)
