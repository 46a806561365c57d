"""What a patient has agreed to: by purpose and wording, given or taken back; and what is in force when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from microsclero.dates import find_zone, show_date, show_moment
from microsclero.objections import Objection

PURPOSES = ("treatment", "photo_record", "photo_teaching", "portfolio")
METHODS = ("paper", "screen")
PURPOSE_WORDS = {
    "treatment": "treatment",
    "photo_record": "photographs for the record",
    "photo_teaching": "photographs for teaching",
    "portfolio": "photographs to show the clinic's work",
}
# What must be told before somebody agrees, in the order in which it is told.
SECTIONS = (
    "what_it_is",
    "options",
    "benefits",
    "sessions",
    "common_effects",
    "long_lasting_marks",
    "serious_risks",
    "off_label",
    "follow_up",
    "cost",
    "change_of_mind",
)

_GMC = "GMC, cosmetic interventions: sought anew at each session, withdrawal recorded"
_CLINIC = "The clinic's own setting"
_TIME = "GMC, cosmetic interventions: time and information to decide; no fixed period"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSection:
    """One part of what is told, in plain words."""

    section: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeWords:
    """What a patient agrees to for one purpose. free: that saying no changes nothing else; None for treatment."""

    purpose: str
    title: str
    statements: tuple[str, ...]
    withdrawal: str
    free: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWords:
    """One released wording."""

    version: str
    sha256: str
    title: str
    intro: str
    sections: tuple[ConsentSection, ...]
    purposes: tuple[PurposeWords, ...]

    def purpose(self, purpose: str) -> PurposeWords:
        """The words for this purpose; KeyError for any other word."""
        return {each.purpose: each for each in self.purposes}[purpose]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEntry:
    """One entry about one purpose; `at` carries its zone. wording: the version that was read.

    Given again to the same wording, it confirms. Not given stands for a no and for a withdrawal alike.
    """

    purpose: str
    is_given: bool
    wording: str
    taken_by: str
    method: str
    at: datetime

    def __post_init__(self) -> None:
        if self.purpose not in PURPOSES:
            raise ValueError(f"Consent is for one of {', '.join(PURPOSES)}.")
        if self.method not in METHODS:
            raise ValueError(f"Consent is taken on {' or '.join(METHODS)}.")
        if self.at.tzinfo is None:
            raise ValueError("A moment of consent needs its time zone.")


def in_force(entries: Iterable[ConsentEntry], purpose: str, at: datetime, *, wording: str) -> ConsentEntry | None:
    """The consent that stands at this moment: the latest given, not withdrawn since, of the wording in force.

    None where there is none, and where it was given to another wording: then it is taken again.
    """
    run = _run(entries, purpose, at)
    return run[-1] if run and run[-1].wording == wording else None


def last_given(entries: Iterable[ConsentEntry], purpose: str, at: datetime) -> ConsentEntry | None:
    """The latest yes with no no after it, to whatever wording; None where there is nothing to take back."""
    run = _run(entries, purpose, at)
    return run[-1] if run else None


def is_confirmed(entries: Iterable[ConsentEntry], purpose: str, at: datetime, *, wording: str, zone: str) -> bool:
    """Whether it is in force, and was given or given again on the day of this moment, by the clinic's clock."""
    standing = in_force(entries, purpose, at, wording=wording)
    return standing is not None and _day(standing.at, zone) == _day(at, zone)


def consent_objections(
    entries: Iterable[ConsentEntry],
    *,
    at: datetime,
    wording: str,
    zone: str,
    consulted_on: date | None = None,
    cooling_off_days: int = 0,
) -> tuple[Objection, ...]:
    """What stands against treating at this moment, as far as consent goes; all of it at once.

    cooling_off_days: calendar days between consent and treatment, the clinic's own setting; 0 for none. They count
    from when this wording was first agreed to, so that agreeing again does not start them anew.
    consulted_on: the day of the consultation, where it is known.
    """
    entries = tuple(entries)
    standing = in_force(entries, "treatment", at, wording=wording)
    if standing is None:
        return (_why_none(entries, at, zone),)
    first = next(entry for entry in _run(entries, "treatment", at) if entry.wording == wording)
    agreed_on, day = _day(first.at, zone), _day(at, zone)
    is_fresh = is_confirmed(entries, "treatment", at, wording=wording, zone=zone)
    return (
        *([] if is_fresh else [_not_confirmed(_day(standing.at, zone))]),
        *_time_objections(agreed_on, day, consulted_on, cooling_off_days),
    )


def _run(entries: Iterable[ConsentEntry], purpose: str, at: datetime) -> Sequence[ConsentEntry]:
    """What was given since the last no; entries of one moment count in the order they stand in."""
    run: list[ConsentEntry] = []
    for entry in sorted((e for e in entries if e.purpose == purpose and e.at <= at), key=lambda e: e.at):
        run = [*run, entry] if entry.is_given else []
    return run


def _why_none(entries: Sequence[ConsentEntry], at: datetime, zone: str) -> Objection:
    run = _run(entries, "treatment", at)
    if run:
        older, given_on = run[-1].wording, show_date(_day(run[-1].at, zone))
        message = f"Consent was given on {given_on} to an older wording ({older}): take it again."
        return Objection("consent_older_wording", message, _GMC, details={"wording": older})
    withdrawn = [e.at for e in entries if e.purpose == "treatment" and not e.is_given and e.at <= at]
    if withdrawn:
        moment = max(withdrawn).astimezone(find_zone(zone))
        message = f"Consent was refused or taken back on {show_moment(moment)}: nothing is given without it."
        return Objection("consent_withdrawn", message, _GMC)
    later = sorted(e.at for e in entries if e.purpose == "treatment" and e.is_given and e.at > at)
    if later and _day(later[0], zone) == _day(at, zone):
        recorded, start = (moment.astimezone(find_zone(zone)) for moment in (later[0], at))
        message = f"Consent to treatment was recorded at {recorded:%H:%M}, after {start:%H:%M}: it comes first."
        return Objection("consent_missing", message, _GMC)
    return Objection("consent_missing", "No consent to treatment is recorded: take it first, with consent.", _GMC)


def _not_confirmed(agreed_on: date) -> Objection:
    message = f"Consent was given on {show_date(agreed_on)}: ask whether it still holds today, and record the answer."
    return Objection("consent_not_confirmed", message, _GMC, refuses=False, confirm=True)


def _time_objections(
    agreed_on: date, day: date, consulted_on: date | None, cooling_off_days: int
) -> Iterator[Objection]:
    from_on = agreed_on + timedelta(days=cooling_off_days)
    if day < from_on:
        days = "1 day" if cooling_off_days == 1 else f"{cooling_off_days} days"
        message = (
            f"This clinic leaves {days} between consent and treatment: consent was given on "
            f"{show_date(agreed_on)}, so treat from {show_date(from_on)}."
        )
        yield Objection("cooling_off", message, _CLINIC, details={"from_on": from_on.isoformat()})
    if consulted_on == agreed_on == day:
        message = "Consultation, consent and treatment fall on one day: has there been time to think it over?"
        yield Objection("consent_same_day", message, _TIME, refuses=False)


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(find_zone(zone)).date()
