"""What stands on a sheet: things to do with their dates, effects, bands of help, the clinic's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby

from microsclero.dates import show_range
from microsclero.sheet_words import Advice, PhoneWords


class SheetKind(StrEnum):
    AFTERCARE = "aftercare"
    PREPARE = "prepare"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicContact:
    """Whom to ring. An empty phone is left to be written in; without an out-of-hours number it is NHS 111."""

    name: str
    phone: str
    out_of_hours: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    from_on: date
    until_on: date
    why: str

    @property
    def days(self) -> str:
        return show_range(self.from_on, self.until_on)

    @property
    def shown(self) -> str:
        """Fri 25 Dec to Mon 28 Dec 2026 (Christmas)."""
        return f"{self.days} ({self.why})" if self.why else self.days

    def as_data(self) -> dict[str, object]:
        return {"from": self.from_on.isoformat(), "until": self.until_on.isoformat(), "why": self.why}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetItem:
    """One thing to do: until the end of a day, until a moment, until it has settled; both where both stand."""

    item: str
    title: str
    when: str
    words: str
    from_on: date | None = None
    from_at: datetime | None = None
    until: date | None = None
    until_at: datetime | None = None
    until_settled: bool = False

    @property
    def text(self) -> str:
        return " ".join(part for part in (f"{self.title} {self.when}.", self.words) if part)

    def as_data(self) -> dict[str, object]:
        return {
            "item": self.item,
            "text": self.text,
            "from": _iso(self.from_at or self.from_on),
            "until": _iso(self.until),
            "until_at": _iso(self.until_at),
            "until_settled": self.until_settled,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Something the patient may notice; `usually_gone_by` is None where no date can honestly be given."""

    effect: str
    name: str
    usually_gone_by: date | None
    when: str
    note: str

    @property
    def text(self) -> str:
        return " ".join(part for part in (f"{capital(self.name)}. {self.when}.", self.note) if part)

    def as_data(self) -> dict[str, object]:
        return {"effect": self.effect, "usually_gone_by": _iso(self.usually_gone_by), "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectGroup:
    """Effects that fade together, in one line for the reader."""

    when: str
    effects: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """What to look out for, and how fast to ask for help."""

    title: str
    intro: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    kind: SheetKind
    version: str
    moment: datetime
    title: str
    intro: str
    items_title: str
    items: tuple[SheetItem, ...]
    expected_title: str
    expected_intro: str
    expected: tuple[Effect, ...]
    call: Band
    same_day: Band
    emergency: Band
    advice_title: str
    advice: tuple[Advice, ...]
    clinic: ClinicContact
    closures: tuple[Closed, ...]
    phones: PhoneWords
    # One sentence each: about the sheet itself, and about what follows.
    notes: tuple[str, ...]
    next_title: str
    next: tuple[str, ...]
    next_not_before: date | None
    next_booked_on: date | None
    response_on: date | None
    from_record: bool

    @property
    def expected_groups(self) -> tuple[EffectGroup, ...]:
        groups = groupby(self.expected, key=lambda effect: (effect.when, effect.note))
        return tuple(
            EffectGroup(when=when, note=note, effects=", ".join(effect.name for effect in effects))
            for (when, note), effects in groups
        )

    def as_data(self) -> dict[str, object]:
        moment = "ended_at" if self.kind is SheetKind.AFTERCARE else "starts_at"
        return {
            "sheet": self.kind.value,
            "version": self.version,
            moment: self.moment.isoformat(),
            "from_record": self.from_record,
            "items": [item.as_data() for item in self.items],
            "expected": [effect.as_data() for effect in self.expected],
            "call": list(self.call.lines),
            "same_day": list(self.same_day.lines),
            "emergency": list(self.emergency.lines),
            "advice": [advice.as_data() for advice in self.advice],
            "clinic": {
                "name": self.clinic.name,
                "phone": self.clinic.phone,
                "out_of_hours": self.clinic.out_of_hours,
            },
            "closures": [closed.as_data() for closed in self.closures],
            "next_not_before": _iso(self.next_not_before),
            "next_booked_on": _iso(self.next_booked_on),
            "response_on": _iso(self.response_on),
        }


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _iso(value: date | datetime | None) -> str | None:
    return value.isoformat() if value else None
