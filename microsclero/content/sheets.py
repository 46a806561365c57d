"""Reads the words of the patients' sheets, and refuses them whole when anything in them is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from microsclero.errors import ContentError, Reason
from microsclero.sheet_words import (
    AFTERCARE_ITEMS,
    PLACEHOLDER,
    PREPARE_ITEMS,
    USUAL_EFFECTS,
    Advice,
    BandWords,
    ExpectedWords,
    ItemWords,
    LineWords,
    PhoneWords,
    SheetContent,
    SheetTimes,
    SheetWords,
)

NEWEST = "2026-1"
BASES = ("label", "practice", "pharmacist")
# May be empty: an item can say everything in its title and date.
_OPTIONAL = frozenset({"words", "note", "intro", "expected_title", "expected_intro"})

_AFTERCARE = frozenset({"until", "until_at", "moment", "phone"})
_PREPARE = frozenset({"from_at", "until_at", "moment", "phone"})
_VERSION = re.compile(r"[0-9]{4}-[0-9]{1,2}")


@cache
def load_sheets(version: str | None = None) -> SheetContent:
    """The words of this version, the newest without one; ContentError naming every fault at once."""
    version = version or NEWEST
    name = f"aftercare.{version}.toml"
    file = files("microsclero.content").joinpath(name)
    if not _VERSION.fullmatch(version) or not file.is_file():
        raise ContentError(f"There is no content {name}: use version {NEWEST}.")
    from microsclero.content import refuse_edited

    source = file.read_bytes()
    refuse_edited(name, sha256(source).hexdigest())
    return read_sheets(source, name)


def read_sheets(source: bytes, name: str) -> SheetContent:
    """The sheets in this TOML; `name` is the file's, for the faults."""
    try:
        data = tomllib.loads(source.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise ContentError(f"{name} can't be read: {fault}.") from fault
    reader = _Reader()
    content = reader.content(data, sha256(source).hexdigest())
    if reader.faults or content is None:
        raise ContentError.for_reasons(
            [Reason("content_invalid", f"{name}, {where}: {why}.", {"at": where}) for where, why in reader.faults]
        )
    return content


class _Reader:
    """Reads on after a fault, so that all of them are told at once."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, str]] = []

    def content(self, data: Mapping[str, Any], digest: str) -> SheetContent | None:
        keys = {"version", "language", "times", "phones", "lines", "aftercare", "prepare"}
        self._keys(data, keys, "file")
        if data.get("language") != "en-GB":
            self._fault("language", "must be en-GB")
        read = {
            "version": self._text(data, "version", "file"),
            "times": self._times(self._table(data, "times", "file")),
            "phones": self._words_of(PhoneWords, self._table(data, "phones", "file"), "phones", frozenset()),
            "lines": self._words_of(LineWords, self._table(data, "lines", "file"), "lines", frozenset({"until"})),
            "aftercare": self._sheet(self._table(data, "aftercare", "file"), "aftercare", AFTERCARE_ITEMS, _AFTERCARE),
            "prepare": self._sheet(self._table(data, "prepare", "file"), "prepare", PREPARE_ITEMS, _PREPARE),
        }
        return None if self.faults else SheetContent(sha256=digest, **read)

    def _times(self, table: Mapping[str, Any]) -> SheetTimes | None:
        names = {field.name for field in fields(SheetTimes)}
        self._keys(table, names, "times")
        wrong = [key for key in sorted(names & set(table)) if type(table[key]) is not int]
        for key in wrong:
            self._fault(f"times.{key}", "must be a whole number")
        if wrong:
            return None
        try:
            return SheetTimes(**{key: table[key] for key in names & set(table)})
        except ValueError as fault:
            self._fault("times", str(fault))
            return None

    def _sheet(
        self, table: Mapping[str, Any], where: str, items: tuple[str, ...], allowed: frozenset[str]
    ) -> SheetWords:
        single = {"title", "intro", "items_title", "expected_title", "expected_intro", "advice_title"}
        bands = {"call", "same_day", "emergency"}
        lists = {"items", "expected", "advice"} if where == "aftercare" else {"items", "advice"}
        self._keys(table, single | bands | lists, where)
        read_items = self._each(table, "items", where, lambda t, at: self._words_of(ItemWords, t, at, allowed))
        if [item.item for item in read_items] != list(items):
            self._fault(f"{where}.items", f"must be, in this order: {', '.join(items)}")
        expected = self._each(table, "expected", where, self._expected) if "expected" in lists else ()
        if where == "aftercare":
            self._all_effects(expected, where)
        advice = self._each(table, "advice", where, lambda t, at: self._words_of(Advice, t, at, allowed))
        for each in advice:
            if each.basis not in BASES:
                self._fault(f"{where}.advice {each.advice}", f"basis must be one of {', '.join(BASES)}")
        words: dict[str, Any] = {key: self._text(table, key, where, frozenset({"moment"})) for key in single}
        words |= {key: self._band(self._table(table, key, where), f"{where}.{key}", allowed) for key in bands}
        return SheetWords(items=read_items, expected=expected, advice=advice, **words)

    def _expected(self, table: Mapping[str, Any], at: str) -> ExpectedWords:
        self._keys(table, {"effects", "when", "note"}, at, optional={"days", "months"})
        effects = self._table(table, "effects", at)
        pairs = tuple((code, self._text(effects, code, f"{at}.effects")) for code in effects)
        lasts = {key: table[key] for key in ("days", "months") if key in table}
        # An effect that is called usual for longer would keep somebody from ringing.
        most = {"days": 28, "months": 18}
        for key, value in lasts.items():
            if type(value) is not int or not 0 < value <= most[key]:
                self._fault(f"{at}.{key}", f"must be a whole number from 1 to {most[key]}")
        if len(lasts) == 2:
            self._fault(at, "has both days and months")
        allowed = frozenset({"gone_by"}) if lasts else frozenset[str]()
        when, note = self._text(table, "when", at, allowed), self._text(table, "note", at, allowed)
        if lasts and "{gone_by}" not in when:
            self._fault(f"{at}.when", "must say {gone_by}")
        return ExpectedWords(effects=pairs, when=when, note=note, days=lasts.get("days"), months=lasts.get("months"))

    def _all_effects(self, expected: Iterable[ExpectedWords], where: str) -> None:
        """Each once, and no other: an effect missing here would not be told, a red flag here would be called usual."""
        told = [code for group in expected for code, _ in group.effects]
        for code in sorted(set(USUAL_EFFECTS) - set(told)):
            self._fault(f"{where}.expected", f"{code} is missing")
        for code in sorted({code for code in told if told.count(code) > 1}):
            self._fault(f"{where}.expected", f"{code} stands there twice")
        for code in sorted(set(told) - set(USUAL_EFFECTS)):
            self._fault(f"{where}.expected", f"{code} is not an effect that may be called usual")

    def _band(self, table: Mapping[str, Any], where: str, allowed: frozenset[str]) -> BandWords:
        self._keys(table, {"title", "intro", "items"}, where)
        lines = table.get("items", [])
        if not isinstance(lines, list) or not lines or not all(isinstance(line, str) for line in lines):
            self._fault(f"{where}.items", "must be a list of sentences")
            lines = []
        for number, line in enumerate(lines, start=1):
            self._check_words(line, f"{where}.items {number}", allowed)
        return BandWords(
            title=self._text(table, "title", where, allowed),
            intro=self._text(table, "intro", where, allowed),
            lines=tuple(lines),
        )

    def _words_of(self, kind: type[Any], table: Mapping[str, Any], where: str, allowed: frozenset[str]) -> Any:
        names = {field.name for field in fields(kind)}
        self._keys(table, names, where)
        return kind(**{name: self._text(table, name, where, allowed) for name in names})

    def _each(
        self, table: Mapping[str, Any], key: str, where: str, read: Callable[[Mapping[str, Any], str], Any]
    ) -> tuple[Any, ...]:
        entries = table.get(key, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self._fault(f"{where}.{key}", "must be a list of tables")
            return ()
        return tuple(read(entry, f"{where}.{key} {number}") for number, entry in enumerate(entries, start=1))

    def _table(self, table: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
        value = table.get(key, {})
        if isinstance(value, dict):
            return value
        self._fault(f"{where}.{key}", "must be a table")
        return {}

    def _text(self, table: Mapping[str, Any], key: str, where: str, allowed: frozenset[str] = frozenset()) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            self._fault(f"{where}.{key}", "must be words in quotes")
            return ""
        if key in table and key not in _OPTIONAL and not value.strip():
            self._fault(f"{where}.{key}", "is empty")
        self._check_words(value, f"{where}.{key}", allowed)
        return value

    def _check_words(self, words: str, where: str, allowed: frozenset[str]) -> None:
        for name in sorted(set(PLACEHOLDER.findall(words)) - allowed):
            self._fault(where, f"{{{name}}} can't be filled in here")
        if set("{}") & set(PLACEHOLDER.sub("", words)):
            self._fault(where, "has a brace that is no placeholder")
        if "\n" in words or words != words.strip():
            self._fault(where, "has a line break or a blank at its edge")

    def _keys(self, table: Mapping[str, Any], wanted: set[str], where: str, optional: Iterable[str] = ()) -> None:
        for key in sorted(wanted - set(table)):
            self._fault(where, f"{key} is missing")
        for key in sorted(set(table) - wanted - set(optional)):
            self._fault(where, f"{key} is not known here")

    def _fault(self, where: str, why: str) -> None:
        self.faults.append((where, why))
