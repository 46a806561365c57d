"""What a session as given is told by: the keys of its document, and how each is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from microsclero.ask.fields import (
    Field,
    initials_field,
    one_of,
    past_day,
    person_text,
    text_of,
    typed_moment,
    whole_number,
)
from microsclero.errors import UsageError
from microsclero.products import VEINS
from microsclero.response import FINDINGS
from microsclero.treatment import ASPECTS, LEGS, MOST_ML, MOST_PUNCTURES, REGIONS, STEP_ML, STOCKINGS

LIGHTEST_KG, HEAVIEST_KG = 25, 350
MOST_ENTRIES = 200
# What, found on the legs, puts the course on hold until a prescriber has looked.
HOLDING = tuple(each.finding for each in FINDINGS if each.holds == "always")

Read = Callable[[object], Any]


def treat_fields() -> tuple[Field, ...]:
    """A session as a document holds it."""
    return (
        initials_field("prescriber", "Prescriber"),
        Field(key="prescriber_saw_on", ask="Saw the patient on", parse=past_day(None)),
        initials_field("injector", "Injector"),
        Field(key="vials", ask="Vials", parse=vials, required=True),
        Field(key="sites", ask="Sites", parse=sites, required=True),
        Field(key="weight_kg", ask="Weight in kg", parse=weight),
        Field(key="needle_gauge", ask="Needle", parse=needle),
        Field(key="started_at", ask="Started", parse=typed_moment, required=True),
        Field(key="ended_at", ask="Ended", parse=typed_moment, required=True),
        Field(key="stockings", ask="Stockings", parse=one_of(STOCKINGS)),
        Field(key="observed_minutes", ask="Observed for (minutes)", parse=whole_number(0, 1440)),
        Field(key="no_photo_reason", ask="Why no photographs", parse=photo_reason),
        Field(key="findings", ask="Found on the legs", parse=findings),
        Field(key="notes", ask="Notes", parse=notes),
    )


batch = person_text(100, what="the batch")
photo_reason = person_text(2_000, lines=True, what="the reason")
notes = person_text(20_000, lines=True, what="the notes")


def weight(value: object) -> Decimal:
    from microsclero.quantities import parse_decimal

    typed = _as_text(value)
    if not isinstance(typed, str):
        raise ValueError("a number is wanted, such as 70.5")
    return parse_decimal(typed, least=LIGHTEST_KG, most=HEAVIEST_KG, places=1)


def needle(value: object) -> str | None:
    gauge: str | None = person_text(50, what="the needle")(_as_text(value))
    return gauge


def strength(value: object) -> Decimal:
    from microsclero.quantities import parse_decimal

    return parse_decimal(_number_text(value), least=Decimal("0.01"), most=99, places=2)


def volume(value: object) -> Decimal:
    from microsclero.quantities import parse_decimal

    return parse_decimal(_number_text(value), least=STEP_ML, most=MOST_ML, places=1)


def refuse_backwards(given: Mapping[str, Any]) -> None:
    """An end before its start is seen before any file is opened, where both moments name their zone or neither does."""
    from microsclero.dates import names_zone, parse_moment

    started, ended = given.get("started_at"), given.get("ended_at")
    if not started or not ended or names_zone(started) != names_zone(ended):
        return
    if parse_moment(ended, zone="UTC") < parse_moment(started, zone="UTC"):
        raise UsageError("“ended_at” lies before the start.", code="unreadable", key="ended_at")


def _as_text(value: object) -> object:
    """A number that is no dose may stand in a document as one; anything else stays what it is."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _number_text(value: object) -> str:
    """A dose is a text, so that nobody reads it as a binary fraction."""
    if not isinstance(value, str):
        raise ValueError('a number as a text is wanted, such as "0.3"')
    return value


def expiry(value: object) -> date:
    from microsclero.dates import parse_expiry

    return parse_expiry(text_of(value))


def letter(value: object) -> str:
    word = text_of(value).strip().upper()
    if len(word) != 1 or not "A" <= word <= "Z":
        raise ValueError("one letter is wanted, A to Z")
    return word


def product(value: object) -> str:
    code = person_text(50, what="the product")(text_of(value).strip().lower())
    if not code:
        raise ValueError("a product is wanted")
    return str(code)


def vials(value: object) -> tuple[dict[str, Any], ...]:
    """Each opened vial; what nobody has read off its label is None."""
    needed = {"vial": letter, "product": product, "strength_percent": strength}
    return _entries(value, "vial", needed, {"batch": batch, "expires_on": expiry})


def sites(value: object) -> tuple[dict[str, Any], ...]:
    """Each place where something was injected."""
    needed = {"leg": one_of(LEGS), "region": one_of(REGIONS), "vein": one_of(VEINS), "vial": letter}
    optional = {"aspect": one_of(ASPECTS), "punctures": whole_number(1, MOST_PUNCTURES)}
    return _entries(value, "site", {**needed, "volume_ml": volume}, optional)


def findings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError(f"a list with some of {', '.join(HOLDING)} is wanted")
    return tuple(dict.fromkeys(one_of(HOLDING)(each) for each in value))


def _entries(
    value: object, name: str, needed: Mapping[str, Read], optional: Mapping[str, Read]
) -> tuple[dict[str, Any], ...]:
    """A list of objects with these keys, every mistake in it told at once."""
    if not isinstance(value, list) or not value:
        raise ValueError(f"a list of {name}s, each with {', '.join(needed)}, is wanted")
    if len(value) > MOST_ENTRIES:
        raise ValueError(f"more than {MOST_ENTRIES} {name}s are a slip")
    mistakes: list[str] = []
    made = [_entry(entry, f"{name} {place}", needed, optional, mistakes) for place, entry in enumerate(value, start=1)]
    if mistakes:
        raise ValueError("; ".join(mistakes))
    return tuple(made)


def _entry(
    entry: object, name: str, needed: Mapping[str, Read], optional: Mapping[str, Read], mistakes: list[str]
) -> dict[str, Any]:
    from microsclero.text import visible

    if not isinstance(entry, dict):
        mistakes.append(f"{name} is not an object with {', '.join(needed)}")
        return {}
    known = {**needed, **optional}
    unknown = sorted(visible(str(key)[:60]) for key in entry.keys() - known.keys())
    if unknown:
        mistakes.append(f"{name} has unknown keys: {', '.join(unknown)}")
    made: dict[str, Any] = dict.fromkeys(known)
    for key, read in known.items():
        if entry.get(key) is None:
            if key in needed:
                mistakes.append(f"{name} lacks {key}")
            continue
        try:
            made[key] = read(entry[key])
        except ValueError as mistake:
            mistakes.append(f"{name}, {key}: {str(mistake).rstrip('.')}")
    return made
