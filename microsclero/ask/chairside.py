"""A session told at the terminal, part by part: every part kept as it is typed, a summary to correct it in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from microsclero.ask import fields, treating
from microsclero.ask.sites import BACK, STOP, Stopped, Strength, as_vials, ask_sites, ask_vials
from microsclero.ask.told_so_far import as_typed, in_words

if TYPE_CHECKING:
    from microsclero.ask.keys import Keyboard
    from microsclero.products import Products

__all__ = ["Chairside", "Known", "Stopped"]

STOCKING_KEYS = {"w": "worn", "s": "supplied", "b": "buying_today"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the desk knows: who may prescribe and inject, what may be chosen, and what is said of it on the way.

    booked: when the session planned for today begins. planned_with: its injector.
    total: what the vials, sites and weight told so far come to. about_vials: what stands against the vials alone.
    """

    prescribers: tuple[str, ...]
    injectors: tuple[str, ...]
    products: Products
    photographs: int
    now: Callable[[], datetime]
    total: Callable[[Mapping[str, Any]], Sequence[str]]
    about_vials: Callable[[Mapping[str, Any]], Sequence[str]]
    booked: datetime | None = None
    planned_with: str | None = None

    @property
    def strengths(self) -> tuple[Strength, ...]:
        """What is used here, in the order of the content."""
        from microsclero.products import VEIN_WORDS, plain, show_percent

        return tuple(
            Strength(
                product.product,
                plain(strength.percent),
                f"{product.name} {show_percent(strength.percent)} "
                f"({', '.join(VEIN_WORDS[vein] for vein in strength.meant_for if vein in VEIN_WORDS)})",
            )
            for product in self.products.usable
            for strength in product.strengths
            if strength.is_in_scope
        )


class Chairside:
    """One session, told to one keyboard: `told` is its document as far as it goes, `complete` the parts that are."""

    def __init__(
        self,
        body: Mapping[str, Any],
        *,
        known: Known,
        keyboard: Keyboard,
        key: Callable[[str, tuple[str, ...]], str],
        say: Callable[[str], None],
        keep: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self.told: dict[str, Any] = dict(body.get("told", {}))
        self.complete: list[str] = list(body.get("complete", ()))
        self.known, self.keyboard, self._key, self.say, self._keep = known, keyboard, key, say, keep
        self._silent: set[str] = set()
        self._parts: dict[str, tuple[str, Callable[[], bool]]] = {
            "findings": ("Found on the legs", self._findings),
            "prescriber": ("Prescriber", self._prescriber),
            "prescriber_saw_on": ("Saw the patient on", self._saw_on),
            "injector": ("Injector", self._injector),
            "vials": ("Vials", self._vials),
            "weight_kg": ("Weight", self._weight),
            "needle_gauge": ("Needle", self._needle),
            "sites": ("Sites", self._sites),
            "started_at": ("Started", self._started),
            "ended_at": ("Ended", self._ended),
            "stockings": ("Stockings", self._stockings),
            "observed_minutes": ("Watched for", self._observed),
            "no_photo_reason": ("Photographs", self._photographs),
            "notes": ("Notes", self._notes),
        }

    def run(self) -> dict[str, Any]:
        """Ask whatever is not told yet; the whole as a document. Stopped keeps it as far as it goes."""
        names = list(self._parts)
        place = 0
        while place < len(names):
            name = names[place]
            if name in self.complete:
                place += 1
            elif self._parts[name][1]():
                self.complete.append(name)
                self.keep()
                place += 1
            else:
                place = self._back(names, place)
        return {name: value for name, value in self.told.items() if value is not None}

    @property
    def has_told(self) -> bool:
        """Whether anything was typed; a part that was only passed by is nothing."""
        return any(value not in (None, [], "") for value in self.told.values())

    def keep(self) -> None:
        self._keep({"told": self.told, "complete": self.complete})

    def _back(self, names: Sequence[str], place: int) -> int:
        """The last part before this one that asked anything, to be asked again."""
        before = [each for each in range(place) if names[each] not in self._silent]
        if not before:
            self.say("This is the first question.")
            return place
        self.again(names[before[-1]])
        return before[-1]

    def again(self, name: str) -> None:
        """Have a part asked once more, with what was told so far in brackets; so is what rests on it."""
        rests_on_it = {"vials": ("weight_kg", "sites"), "started_at": ("ended_at",)}.get(name, ())
        self.complete = [each for each in self.complete if each != name and each not in rests_on_it]
        self.keep()

    # ── the summary ──

    def summary(self) -> dict[str, str]:
        """Every part by its letter, with what was told."""
        shown = dict(zip("abcdefghijklmno", self._parts, strict=False))
        for letter, name in shown.items():
            self.say(f"  {letter}  {self._parts[name][0]:<20} {in_words(name, self.told.get(name))}")
        return shown

    def corrected(self, parts: Sequence[str]) -> dict[str, Any]:
        """Each part by its letter until all is right: which of `parts` are told otherwise now; or Stopped."""
        before = deepcopy(self.told)
        while True:
            letters = self.summary()
            key = self._key("a letter changes that part, . when all is right, q stops: ", (*letters, ".", "q"))
            self.say(key)
            if key == "q":
                raise Stopped
            if key == ".":
                return {name: now for name in parts if (now := self.told.get(name)) != before.get(name)}
            self.again(letters[key])
            self.run()

    # ── the parts: each answers whether it was told; False goes back ──

    def _line(
        self, name: str, asked: str, read: Callable[[object], Any], *, needed: bool = False, why: str = ""
    ) -> bool:
        """One part typed on a line; what was told before stands in brackets, and Enter keeps it."""
        before = self.told.get(name)
        has_before = before not in (None, [], "")
        if has_before:
            days = (self._today(), str(self.told["started_at"])[:10] if name == "ended_at" else "")
            asked = f"{fields.without_enter(asked)} {fields.in_brackets(as_typed(name, before, days), needed=needed)}"
        while True:
            line = self.keyboard.line(f"  {asked}: ").strip()
            if line == STOP:
                raise Stopped
            if line == BACK:
                return False
            if line == "?":
                self.say(f"{why or fields.may_be_typed(read, needed=needed)} q stops and keeps what was typed.")
                continue
            if not line and has_before:
                return True
            if not needed and line == ("-" if has_before else ""):
                self.told[name] = None
                return True
            try:
                value = read(line)
            except ValueError as mistake:
                self.say(f"Please again: {mistake}".rstrip(".") + ".")
                continue
            if value in (None, ""):
                self.say("This one is needed.")
                continue
            self.told[name] = value
            return True

    def _findings(self) -> bool:
        known = {each.replace("_", " "): each for each in treating.HOLDING}

        def read(line: object) -> list[str]:
            typed = [word.strip().lower() for word in str(line).split(",")]
            return list(treating.findings([known.get(word, word) for word in typed]))

        self.say(f"Look at the legs first. Nothing is injected with any of these: {', '.join(known)}.")
        return self._line("findings", "Found (Enter: none of them)", read)

    def _prescriber(self) -> bool:
        return self._line("prescriber", *self._who("Prescriber", self.known.prescribers), needed=True)

    def _injector(self) -> bool:
        who = self._who("Injector", self.known.injectors, likely=self.known.planned_with)
        return self._line("injector", *who, needed=True)

    def _who(
        self, role: str, known: tuple[str, ...], *, likely: str | None = None
    ) -> tuple[str, Callable[[object], Any]]:
        """The prompt for somebody in this role, and how it is read: Enter names the only one, or the likely one."""
        offered = known[0] if len(known) == 1 else likely if likely in known else None

        def read(line: object) -> str:
            initials = str(line).upper() or offered or ""
            if initials not in known:
                raise ValueError(f"one of {', '.join(known) or 'nobody in the team'} is wanted")
            return initials

        several = f", one of {', '.join(known)}" if len(known) != 1 else ""
        return f"{role}{several}{f' (Enter: {offered})' if offered else ''}", read

    def _saw_on(self) -> bool:
        def read(line: object) -> str:
            return str(fields.past_day(self.known.now().date())(line or "today"))

        asked = f"{self.told['prescriber']} saw the patient on (Enter: today; or 20/11/2026)"
        return self._line("prescriber_saw_on", asked, read, needed=True, why="Whoever prescribes has seen the patient.")

    def _vials(self) -> bool:
        rows = self.told.setdefault("vials", [])
        return ask_vials(
            rows,
            choices=self.known.strengths,
            keyboard=self.keyboard,
            say=self.say,
            keep=self.keep,
            about=lambda: self.known.about_vials(self.told),
        )

    def _weight(self) -> bool:
        """Asked only where a product is limited by weight."""
        limited = [
            product.name
            for code in dict.fromkeys(vial.product for vial in as_vials(self.told["vials"]))
            if (product := self.known.products.find(code)) is not None and product.mg_per_kg is not None
        ]
        if not limited:
            return self._asks_nothing("weight_kg")
        self._silent.discard("weight_kg")
        why = f"{limited[0]} is limited by weight, so nobody guesses it."
        return self._line("weight_kg", "Weight in kg, measured", _text_of(treating.weight), needed=True, why=why)

    def _asks_nothing(self, name: str) -> bool:
        self._silent.add(name)
        self.told.pop(name, None)
        return True

    def _needle(self) -> bool:
        return self._line("needle_gauge", "Needle, such as 30G (Enter to leave out)", treating.needle)

    def _sites(self) -> bool:
        rows = self.told.setdefault("sites", [])
        return ask_sites(
            rows,
            vials=as_vials(self.told["vials"]),
            products=self.known.products,
            keyboard=self.keyboard,
            say=self.say,
            keep=self.keep,
            total=lambda: self.known.total(self.told),
        )

    def _started(self) -> bool:
        booked = self.known.booked

        def read(line: object) -> str:
            return f"{booked:%Y-%m-%dT%H:%M}" if booked and not line else self._moment(line)

        asked = "Started at (10:00, or 2026-11-25T10:00)"
        if booked:
            asked = f"Started at (Enter: {booked:%H:%M} as booked; or 10:05, 2026-11-25T10:00)"
        return self._line("started_at", asked, read, needed=True) and self._says_its_day("started_at")

    def _ended(self) -> bool:
        def read(line: object) -> str:
            is_now = line in ("", "now")
            return f"{self.known.now():%Y-%m-%dT%H:%M}" if is_now else self._moment(line)

        asked = "Ended at (now, or 10:30; Enter: now)" if self.told.get("ended_at") else "Ended at (Enter: now)"
        return self._line("ended_at", asked, read, needed=True) and self._says_its_day("ended_at")

    def _says_its_day(self, name: str) -> bool:
        """A moment of another day than today is read back whole: a time typed alone is taken for that day."""
        if not self.told[name].startswith(self._today()):
            self.say(f"  → {in_words(name, self.told[name])}")
        return True

    def _today(self) -> str:
        return self.known.now().date().isoformat()

    def _moment(self, line: object) -> str:
        """A time of the day of the session, or a whole moment."""
        started = str(self.told.get("started_at") or "")
        day = started[:10] or self._today()
        is_time = re.fullmatch("[0-9]{2}:[0-9]{2}", str(line))
        try:
            return fields.typed_moment(f"{day}T{line}" if is_time else line)
        except ValueError as mistake:
            enough = "" if is_time else "; for a time of that day 10:00 is enough"
            raise ValueError(f"{str(mistake).rstrip('.')}{enough}") from None

    def _stockings(self) -> bool:
        before = self.told.get("stockings")
        kept = f" (Enter: {before.replace('_', ' ')})" if before else ""
        asked = f"  Stockings{kept}: w worn, s supplied, b buying today, < back "
        key = self._key(asked, (*STOCKING_KEYS, BACK, STOP, *(["\n"] if before else [])))
        if key == STOP:
            raise Stopped
        if key == BACK:
            return False
        self.told["stockings"] = STOCKING_KEYS.get(key, before)
        self.say(f"  → {self.told['stockings'].replace('_', ' ')}")
        return True

    def _observed(self) -> bool:
        asked = "Watched afterwards for how many minutes (Enter to leave out)"
        return self._line("observed_minutes", asked, fields.whole_number(0, 1440))

    def _photographs(self) -> bool:
        if self.known.photographs:
            self.say(f"  Photographs of today: {self.known.photographs}.")
            return self._asks_nothing("no_photo_reason")
        return self._line(
            "no_photo_reason", "No photographs of today yet: why (Enter: still to come)", treating.photo_reason
        )

    def _notes(self) -> bool:
        return self._line("notes", "Notes (Enter to leave out)", treating.notes)


def _text_of(read: Callable[[object], Decimal]) -> Callable[[object], str]:
    """A number read and kept as a text, as a document holds it."""
    return lambda line: f"{read(line):f}"
