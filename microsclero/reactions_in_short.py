"""Reactions in short, for lists that are quick to show: no file of words is read, and nothing is imported."""

from __future__ import annotations


def effect_in_short(effect: str) -> str:
    """An effect for a line of a list, where its file of words is not read."""
    return "something else" if effect == "other" else effect.replace("_", " ")


def urgency_in_short(
    band: str, *, is_urgent: bool, was_asked: bool, is_looked_into: bool = False, is_unseen: bool = False
) -> str:
    """The same for how soon: as it was reported, unless what was heard since may have raised it further.

    is_looked_into: a prescriber has lifted its hold. is_unseen: nobody knows yet whether they were seen.
    """
    if is_looked_into:
        return ", looked into"
    asked = ": have they been seen?" if is_unseen else ""
    return f"{_how_urgent(band, is_urgent=is_urgent, was_asked=was_asked)}{asked}"


def _how_urgent(band: str, *, is_urgent: bool, was_asked: bool) -> str:
    if band == "emergency":
        return ", EMERGENCY"
    if not is_urgent:
        return ""
    return ", URGENT" if was_asked else ", SAME DAY"
