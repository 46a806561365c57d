"""Vials and sites at the terminal: one a line, each told back at once, and a table to correct them in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from microsclero.ask import treating
from microsclero.ask.fields import Field, Lines, WentBack, from_person
from microsclero.products import Products, show_percent, show_product
from microsclero.site_codes import (
    EXAMPLE,
    EXAMPLE_IN_WORDS,
    all_codes,
    amount_in_words,
    parse_site,
    show_site,
    vials_for_thread_veins,
)
from microsclero.treatment import InjectionSite, Vial, read_sites

Rows = list[dict[str, Any]]
BACK, STOP = "<", "q"
_ON_LABEL = "The number behind LOT or BN, off the vial in your hand; it finds everybody who had that batch."
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Stopped(Exception):
    """The person stopped and keeps what was typed."""


class Strength(NamedTuple):
    """A product and strength to choose by its number, as the content has it."""

    product: str
    strength_percent: str
    words: str


def as_vials(rows: Sequence[dict[str, Any]]) -> tuple[Vial, ...]:
    return tuple(Vial(**each) for each in treating.vials(list(rows))) if rows else ()


def as_sites(rows: Sequence[dict[str, Any]]) -> tuple[InjectionSite, ...]:
    return read_sites(treating.sites(list(rows))) if rows else ()


def ask_vials(
    rows: Rows,
    *,
    choices: Sequence[Strength],
    keyboard: Lines,
    say: Callable[[str], None],
    keep: Callable[[], None],
    about: Callable[[], Sequence[str]],
) -> bool:
    """The opened vials; False where the person goes back. Batch and expiry are read off the label, never filled in."""
    for number, choice in enumerate(choices, 1):
        say(f"  {number}  {choice.words}")
    for row in rows:
        say(_vial_line(row))
    while True:
        letter = next(each for each in _LETTERS if each not in [row["vial"] for row in rows])
        more = " (Enter: no more, -A takes A out)" if rows else ""
        line = keyboard.line(f"  Vial {letter}, number of its product and strength{more}: ").strip()
        if line == STOP:
            raise Stopped
        if line == BACK:
            return False
        if not line and rows:
            return True
        if line.upper() in {f"-{row['vial']}" for row in rows}:
            rows[:] = [row for row in rows if row["vial"] != line[1:].upper()]
            keep()
        elif line.isascii() and line.isdigit() and 1 <= int(line[:6]) <= len(choices):
            labelled = _label(letter, choices[int(line) - 1], keyboard, say)
            if labelled is None:
                continue
            rows.append(labelled)
            keep()
            say(_vial_line(rows[-1]))
            for words in about():
                say(f"  ! {words}")
        else:
            say(f"Please again: a number from 1 to {len(choices)}.")


def _label(letter: str, choice: Strength, keyboard: Lines, say: Callable[[str], None]) -> dict[str, Any] | None:
    """What stands on the label, typed and read back; None where the person goes back to the product."""
    asked = (
        Field(key="batch", ask="Batch, off the label", parse=_not_q(treating.batch), required=True, why=_ON_LABEL),
        Field(
            key="expires_on",
            ask="Expiry, off the label (2028-01 or 31/01/2028)",
            parse=_not_q(treating.expiry),
            required=True,
        ),
    )
    try:
        label = from_person(asked, keyboard, say, may_leave=True)
    except WentBack:
        return None
    return {
        "vial": letter,
        "product": choice.product,
        "strength_percent": choice.strength_percent,
        "batch": label["batch"],
        "expires_on": label["expires_on"].isoformat(),
    }


def _not_q(read: Callable[[object], Any]) -> Callable[[object], Any]:
    """The same, but q stops."""

    def parse(line: object) -> Any:
        if line == STOP:
            raise Stopped
        return read(line)

    return parse


def _vial_line(row: dict[str, Any]) -> str:
    from datetime import date
    from decimal import Decimal

    from microsclero.dates import show_date
    from microsclero.text import visible

    percent = show_percent(Decimal(row["strength_percent"]))
    expires = show_date(date.fromisoformat(row["expires_on"]))
    product = show_product(row["product"])
    return f"  Vial {row['vial']}: {product} {percent}, batch {visible(row['batch'])}, until {expires}"


def ask_sites(
    rows: Rows,
    *,
    vials: Sequence[Vial],
    products: Products,
    keyboard: Lines,
    say: Callable[[str], None],
    keep: Callable[[], None],
    total: Callable[[], Sequence[str]],
) -> bool:
    """The injection sites, one a line, with the running total after each; False where the person goes back."""
    plain_vein = vials_for_thread_veins(vials, products)
    say(f"One site a line: {EXAMPLE} ({EXAMPLE_IN_WORDS}).")
    say("“3 …” types line 3 again, -3 removes it, ? shows the codes and all lines, Enter ends, < goes back.")
    _table(rows, say, total)
    while True:
        line = keyboard.line(f"  {len(rows) + 1}: ").strip()
        if line == STOP:
            raise Stopped
        if line == BACK:
            return False
        if not line:
            if rows:
                return True
            say("At least one site is needed.")
        elif line == "?":
            for words in all_codes():
                say(f"  {words}")
            _table(rows, say, total)
        else:
            _change(rows, line, plain_vein, say, keep, total)


def _change(
    rows: Rows,
    line: str,
    plain_vein: frozenset[str],
    say: Callable[[str], None],
    keep: Callable[[], None],
    total: Callable[[], Sequence[str]],
) -> None:
    """One line of the table taken out, typed again, or added."""
    removed = re.fullmatch("-([0-9]{1,3})", line)
    again = re.fullmatch("([0-9]{1,3}) +(.+)", line)
    place = int((removed or again or [0, len(rows) + 1])[1])
    if (removed or again) and not 1 <= place <= len(rows):
        say(f"There is no line {place}: ? shows all.")
        return
    if removed:
        del rows[place - 1]
        keep()
        _table(rows, say, total)
        return
    before = total() if rows else ()
    try:
        site = parse_site(again[2] if again else line, plain_vein)
    except ValueError as mistake:
        say(f"Please again: {mistake}")
        return
    rows[place - 1 : place] = [site.as_data()]
    keep()
    say(_line(place, site))
    amount, *stands = total()
    for words in (amount, *(each for each in stands if each not in before)):
        say(f"     {words}")


def _line(place: int, site: InjectionSite) -> str:
    words = amount_in_words(site)
    return f"  {place}  {show_site(site)}{f'  ({words})' if words else ''}"


def _table(rows: Rows, say: Callable[[str], None], total: Callable[[], Sequence[str]]) -> None:
    for place, site in enumerate(as_sites(rows), 1):
        say(_line(place, site))
    if rows:
        for words in total():
            say(f"     {words}")
