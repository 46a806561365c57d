"""What is asked at a response: a grade for each region treated, the patient's own apart, findings, what next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from microsclero.ask.fields import Field, one_of, person_text, whole_number
from microsclero.errors import DeclinedError, UsageError
from microsclero.response import (
    FINDINGS,
    FINDINGS_BY_CODE,
    IMPROVEMENT_WORDS,
    LONGEST_WAIT_WEEKS,
    SATISFACTION_WORDS,
    STAGE_WORDS,
    WAIT_WEEKS,
    Grade,
    Next,
    Response,
    scale,
    show_improvement,
    show_satisfaction,
)
from microsclero.treatment import LEGS, REGIONS

if TYPE_CHECKING:
    from microsclero.ask.keys import Keyboard
    from microsclero.desk.responding import Look

Region = tuple[str, str]
Press = Callable[[str, tuple[str, ...]], str]
Say = Callable[[str], None]

# In a document: asked, and the patient did not say.
NOT_SAID = "not_said"

_NOTES = person_text(20_000, lines=True, what="the notes")
_DIGITS = tuple(str(digit) for digit in IMPROVEMENT_WORDS)
_NEXT_KEYS = {"g": Next.CONTINUE, "w": Next.WAIT, "o": Next.WAIT, "c": Next.CLOSE}
_NEXT_WORDS = {
    "g": "g go on with the next session",
    "w": f"w wait {WAIT_WEEKS} weeks, then look again",
    "o": "o wait another number of weeks",
    "c": "c close the course",
}


def response_fields() -> tuple[Field, ...]:
    """A response as a document holds it."""
    return (
        Field(key="grades", ask="Grades", parse=_grades, required=True, document_only=True),
        Field(key="satisfaction", ask="The patient's own", parse=_satisfaction, required=True, document_only=True),
        Field(key="findings", ask="Findings", parse=_findings, required=True, document_only=True),
        Field(key="next", ask="What comes next", parse=one_of(Next), required=True, document_only=True),
        Field(key="wait_weeks", ask="Weeks to wait", parse=whole_number(1, LONGEST_WAIT_WEEKS), document_only=True),
        Field(key="notes", ask="Notes", parse=_NOTES, document_only=True),
    )


def in_full(given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a document, looked at together before any file is opened; UsageError where they contradict."""
    told = {**given, "satisfaction": None if given["satisfaction"] == NOT_SAID else given["satisfaction"]}
    try:
        Response(
            on=date.min,
            grades=tuple(told["grades"]),
            satisfaction=told["satisfaction"],
            findings=tuple(told["findings"]),
            next=Next(told["next"]),
            wait_weeks=told.get("wait_weeks"),
        )
    except ValueError as error:
        raise UsageError(f"{error}", code="unreadable") from None
    return told


def _grades(value: object) -> list[Grade]:
    if not isinstance(value, list):
        raise ValueError("a list of grades, each with leg, region and improvement, is wanted")
    return [_one_grade(place, entry) for place, entry in enumerate(value, 1)]


def _one_grade(place: int, entry: object) -> Grade:
    if not isinstance(entry, dict):
        raise ValueError(f"grade {place} is not an object with leg, region and improvement")
    unknown = sorted(str(key)[:60] for key in set(entry) - {"leg", "region", "improvement"})
    if unknown:
        raise ValueError(f"grade {place} has unknown keys: {', '.join(unknown)}")
    missing = [key for key in ("leg", "region", "improvement") if entry.get(key) is None]
    if missing:
        raise ValueError(f"grade {place} lacks {', '.join(missing)}")
    try:
        return Grade(
            leg=one_of(LEGS)(entry["leg"]),
            region=one_of(REGIONS)(entry["region"]),
            improvement=_one_to_five(IMPROVEMENT_WORDS)(entry["improvement"]),
        )
    except ValueError as error:
        raise ValueError(f"grade {place}: {error}") from None


def _one_to_five(words: dict[int, str]) -> Callable[[object], int]:
    read = whole_number(min(words), max(words))

    def parse(value: object) -> int:
        try:
            return int(read(value))
        except ValueError:
            raise ValueError(f"one of {scale(words)} is wanted, as a number") from None

    return parse


def _satisfaction(value: object) -> int | str:
    """The patient's own mark; null where they would not say."""
    return NOT_SAID if value is None else _one_to_five(SATISFACTION_WORDS)(value)


def _findings(value: object) -> list[str]:
    if not isinstance(value, list):
        raise ValueError("a list of findings is wanted, empty where there are none")
    found = [one_of(FINDINGS_BY_CODE)(each) for each in value]
    if len(set(found)) != len(found):
        raise ValueError("each finding is named once")
    return found


# ── at a terminal ──


class _Back(Exception):
    """The person wants the question before."""


class _Sitting:
    """The questions in their order, each answered by a key or a line; the one before can be asked again."""

    def __init__(self, look: Look, keyboard: Keyboard, press: Press, say: Say) -> None:
        self.look, self.keyboard, self.press, self.say = look, keyboard, press, say
        self.grades: dict[Region, int | None] = {}
        self.told: dict[str, Any] = {}
        self.regions = look.regions

    def run(self) -> dict[str, Any]:
        self._opening()
        if not self.regions:
            self.regions = self._typed_regions()
        steps: list[Callable[[], None]] = [
            *(self._asker(region) for region in self.regions),
            self._ask_patient,
            self._ask_findings,
            self._ask_next,
            self._ask_notes,
        ]
        place = 0
        while place < len(steps):
            try:
                steps[place]()
                place += 1
            except _Back:
                place = max(0, place - 1)
        grades = [Grade(leg=leg, region=region, improvement=grade) for (leg, region), grade in self._graded().items()]
        return {**self.told, "grades": grades}

    def _graded(self) -> dict[Region, int]:
        return {region: grade for region in self.regions if (grade := self.grades.get(region)) is not None}

    def _opening(self) -> None:
        from microsclero.dates import show_date

        look = self.look
        days = "today" if not look.days else "yesterday" if look.days == 1 else f"{look.days} days ago"
        self.say(f"Session {look.last_given.number} was given {days}, on {show_date(look.last_given.on)}.")
        self.say(f"This will be: {STAGE_WORDS[look.stage]}.")
        self.say(f"Your own grade of each region: {scale(IMPROVEMENT_WORDS)}.")
        self.say("5 is the best. n not looked at, b or < the one before, q stop: nothing is kept.")

    def _key(self, question: str, allowed: tuple[str, ...]) -> str:
        shown = " ".join(allowed).replace(" ".join(_DIGITS), "1-5")
        key = self.press(f"  {question} [{shown}] ", (*allowed, "b", "<", "q"))
        if key == "q":
            raise DeclinedError("Stopped; nothing was saved.")
        if key in ("b", "<"):
            self.say("back")
            raise _Back
        return key

    def _line(self, question: str) -> str:
        line = self.keyboard.line(f"  {question}").strip()
        if line == "<":
            raise _Back
        return line

    def _asker(self, region: Region) -> Callable[[], None]:
        def ask() -> None:
            last = self.look.last_grade(region)
            before = f", last time {show_improvement(last)}" if last is not None else ""
            key = self._key(f"{' '.join(region)}{before}", (*_DIGITS, "n"))
            self.grades[region] = None if key == "n" else int(key)
            self.say("not looked at" if key == "n" else show_improvement(int(key)))

        return ask

    def _typed_regions(self) -> tuple[Region, ...]:
        """Where was injected, where the record does not say."""
        self.say("The record does not say where was injected. Type each leg and region, such as L thigh; Enter ends.")
        found: list[Region] = []
        while line := self.keyboard.line("  Leg and region: ").strip():
            try:
                region = parse_region(line)
            except ValueError as error:
                self.say(f"Please again: {error}")
                continue
            found += [region] if region not in found else []
            self.say(" ".join(region))
        return tuple(found)

    def _ask_patient(self) -> None:
        self.say(f"Ask the patient, apart from your grades: how satisfied are they? {scale(SATISFACTION_WORDS)}.")
        last = self.look.last
        before = f", last time {show_satisfaction(last.satisfaction)}" if last and last.satisfaction else ""
        key = self._key(f"the patient's own{before}; n would not say", (*_DIGITS, "n"))
        self.told["satisfaction"] = None if key == "n" else int(key)
        self.say("would not say" if key == "n" else show_satisfaction(int(key)))

    def _ask_findings(self) -> None:
        self.say("What is there on the legs? With (hold), nothing is planned or given until a prescriber has looked.")
        for place, finding in enumerate(FINDINGS, 1):
            self.say(f"  {place:>2} {finding.label}{'' if finding.holds == 'never' else ' (hold)'}")
        told = self.told.get("findings")
        before = "" if told is None else as_numbers(told)
        kept = f" (Enter: {before})" if before else ""
        while True:
            line = self._line(f"Every number that applies, such as 3 5; 0 for none of these; < back{kept}: ")
            try:
                self.told["findings"] = parse_numbers(line or before)
            except ValueError as error:
                self.say(f"Please again: {error}")
                continue
            labels = [FINDINGS_BY_CODE[finding].label for finding in self.told["findings"]]
            return self.say("; ".join(labels) or "none of these")

    def _ask_next(self) -> None:
        choices = self.look.choices
        keys = tuple(key for key, step in _NEXT_KEYS.items() if step in choices)
        given = len(self.look.progress.given)
        if Next.CONTINUE not in choices and Next.WAIT in choices:
            self.say(f"{given} sessions were given: stop and reassess. Is there a feeder vein, is a duplex needed?")
        if choices == (Next.CLOSE,):
            self.say("This course is closed, and stays closed.")
        self.say("What next?")
        for key in keys:
            self.say(f"  {_NEXT_WORDS[key]}")
        key = self._key("next", keys)
        self.told["next"] = _NEXT_KEYS[key].value
        self.told["wait_weeks"] = {"w": WAIT_WEEKS, "o": None}.get(key)
        while key == "o" and self.told["wait_weeks"] is None:
            try:
                self.told["wait_weeks"] = whole_number(1, LONGEST_WAIT_WEEKS)(self._line("How many weeks: "))
            except ValueError as error:
                self.say(f"Please again: {error}.")
        weeks = self.told["wait_weeks"]
        self.say(f"wait {weeks} weeks" if weeks else _NEXT_WORDS[key].partition(" ")[2])

    def _ask_notes(self) -> None:
        while True:
            try:
                self.told["notes"] = _NOTES(self._line("Notes (Enter: none; < back): "))
                return
            except ValueError as error:
                self.say(f"Please again: {error}")


def ask_response(look: Look, keyboard: Keyboard, press: Press, say: Say) -> dict[str, Any]:
    """The whole sitting: regions one by one, the patient's own apart and after them, findings, what comes next."""
    return _Sitting(look, keyboard, press, say).run()


def parse_numbers(line: str) -> list[str]:
    """The findings that these numbers of the list stand for; 0 alone for none."""
    parts = line.replace(",", " ").split()
    if not parts or not all(part.isascii() and part.isdigit() and len(part) < 3 for part in parts):
        raise ValueError("type numbers of the list, or 0 for none of these.")
    numbers = list(dict.fromkeys(map(int, parts)))
    if numbers == [0]:
        return []
    if not all(1 <= number <= len(FINDINGS) for number in numbers):
        raise ValueError(f"the list runs from 1 to {len(FINDINGS)}; 0, alone, for none of these.")
    return [FINDINGS[number - 1].finding for number in sorted(numbers)]


def as_numbers(findings: Collection[str]) -> str:
    """The same the other way round: their numbers in the list; 0 for none."""
    return " ".join(str(place) for place, each in enumerate(FINDINGS, 1) if each.finding in findings) or "0"


def parse_region(line: str) -> Region:
    """L thigh, right calf: the leg first, the region by its first three letters at least."""
    words = line.lower().split()
    if len(words) == 2:
        legs = [leg for leg in LEGS if words[0] in (leg, leg[0])]
        regions = [region for region in REGIONS if len(words[1]) >= 3 and region.startswith(words[1])]
        if legs and regions:
            return legs[0], regions[0]
    raise ValueError(f"type L or R, then one of {', '.join(REGIONS)}.")
