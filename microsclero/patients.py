"""Who a patient is, how old on a day, and who might be the same person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from .dates import age_on
from .text import name_key, phone_digits

# Jaro-Winkler: "smith" and "smyth" reach 0.89, "mohammed" and "muhammad" 0.85, "jones" and "james" 0.76.
_SIMILAR = 0.845
_SHORTEST_PHONE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A patient as registered; `number` is 0 until the clinic's file has given one."""

    number: int = 0
    given_name: str
    family_name: str
    born_on: date
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    gp: str | None = None
    emergency_contact: str | None = None
    allergies: str | None = None
    notes: str | None = None

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    def age_on(self, on: date) -> int:
        """Whole years on that day."""
        return age_on(self.born_on, on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """Who may be the same person, and why: "same birth date, similar family name"."""

    patient: Patient
    reason: str


def near_duplicates(patient: Patient, candidates: Iterable[Patient]) -> tuple[Similar, ...]:
    """The candidates who may be this patient, the most alike first; never the patient of the same number."""
    found = [
        (len(alike), Similar(patient=other, reason=", ".join(alike)))
        for other in candidates
        if (other.number != patient.number or not patient.number) and (alike := _likeness(patient, other))
    ]
    found.sort(key=lambda one: (-one[0], one[1].patient.number))
    return tuple(similar for _, similar in found)


def is_exact_twin(patient: Patient, other: Patient) -> bool:
    """The same folded name and the same birth date: the same person, entered twice."""
    return patient.born_on == other.born_on and _keys(patient) == _keys(other)


def similar_name(patient: Patient, other: Patient) -> bool:
    """Whether the two could be taken for each other when called by name."""
    pairs = list(zip(_keys(patient), _keys(other), strict=True))
    # Both by their letters first: of a day full of names hardly any is left to be compared.
    if all(_most_alike(*pair) >= _SIMILAR for pair in pairs):
        return all(_compared(*pair) for pair in pairs)
    return _keys(patient) == _keys(other)[::-1]


def _likeness(patient: Patient, other: Patient) -> list[str]:
    """What speaks for the same person, in words; nothing where it is not enough."""
    (given, family), (other_given, other_family) = _keys(patient), _keys(other)
    birth = _compared_births(patient.born_on, other.born_on)
    name = [
        f"{how} {which}"
        for how, which in (
            (_compared(given, other_given), "given name"),
            (_compared(family, other_family), "family name"),
        )
        if how
    ]
    if not name and (given, family) == (other_family, other_given):
        name = ["given and family name exchanged"]
    contact = []
    phone = phone_digits(patient.phone or "")
    if len(phone) >= _SHORTEST_PHONE and phone == phone_digits(other.phone or ""):
        contact.append("same phone")
    if patient.email and other.email and patient.email.casefold() == other.email.casefold():
        contact.append("same email")

    same_birth_and_more = birth == "same birth date" and (name or contact)
    whole_name = len(name) == 2 and (birth is not None or name == ["same given name", "same family name"])
    # A family shares its phone and its name: only the given name tells its members apart.
    reached_alike = contact and any("given name" in words for words in name)
    if not (same_birth_and_more or whole_name or reached_alike):
        return []
    return [*([birth] if birth else []), *name, *contact]


def _compared(key: str, other: str) -> str | None:
    """ "same", "similar" or None, for two folded names."""
    if not key or not other:
        return None
    if key == other:
        return "same"
    if _most_alike(key, other) < _SIMILAR:
        return None
    from rapidfuzz.distance import JaroWinkler

    return "similar" if JaroWinkler.similarity(key, other) >= _SIMILAR else None


def _most_alike(key: str, other: str) -> float:
    """What Jaro-Winkler can reach at most, from the letters alone; so that most pairs need no comparing."""
    common = sum(min(key.count(letter), other.count(letter)) for letter in set(key))
    if not common:
        return 0.0
    jaro = (common / len(key) + common / len(other) + 1) / 3
    beginning = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(key[:4], other[:4], strict=False)))
    return jaro + 0.1 * beginning * (1 - jaro)


def _compared_births(born_on: date, other: date) -> str | None:
    if born_on == other:
        return "same birth date"
    if (born_on.year, born_on.month, born_on.day) == (other.year, other.day, other.month):
        return "birth date with day and month exchanged"
    differing = sum(a != b for a, b in zip(born_on.isoformat(), other.isoformat(), strict=True))
    return "birth date different in one digit" if differing == 1 else None


def _keys(patient: Patient) -> tuple[str, str]:
    return name_key(patient.given_name), name_key(patient.family_name)
