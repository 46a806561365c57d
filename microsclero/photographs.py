"""Photographs of a course: which show the same place, which two are before and after, and what is said under each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from microsclero.dates import show_date

STAGES = ("before", "session", "after")
_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class View:
    """What a photograph shows; two of one view can be laid side by side. Nothing said is a view of its own."""

    leg: str = ""
    region: str = ""
    aspect: str = ""

    @property
    def words(self) -> str:
        """Left thigh, lateral."""
        place = f"{self.leg} {self.region}".strip() or "legs"
        place = f"{place} leg" if self.leg and not self.region else place
        said = f"{place}, {self.aspect}" if self.aspect else place
        return said[0].upper() + said[1:]

    @property
    def is_placed(self) -> bool:
        """Whether the leg is known: without it two pictures may show two legs."""
        return bool(self.leg)


ANYWHERE = View()


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    """One kept picture as far as it is compared. session: its number in the course, where it belongs to one."""

    photo: int
    view: View
    stage: str
    taken_on: date
    sha256: str
    session: int | None = None

    @property
    def when(self) -> str:
        """Before; at session 2; after."""
        if self.stage != "session":
            return self.stage
        return f"at session {self.session}" if self.session else "at a session"

    @property
    def words(self) -> str:
        """For whoever can't see the picture: Left thigh, before, Sun 22 Nov 2026."""
        return f"{self.view.words}, {self.when}, {show_date(self.taken_on)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One place before and after."""

    before: Photograph
    after: Photograph

    @property
    def view(self) -> View:
        return self.before.view


def stage_on(day: date, given_on: Iterable[date], session_on: Iterable[date]) -> str:
    """The stage of a photograph taken that day: before anything was given, at a session, or after.

    given_on: the days on which something was injected; session_on: those, and the days for which it is planned.
    """
    given = set(given_on)
    if not any(each <= day for each in given):
        return "before"
    return "session" if day in given | set(session_on) else "after"


def is_too_early(photograph: Photograph, given_on: Iterable[date], days: int) -> bool:
    """Whether so few days lie between it and the last injection that it shows no result yet.

    One at a session is taken before that day's injections, unless they are the first there were.
    """
    given = [each for each in given_on if each <= photograph.taken_on]
    earlier = [each for each in given if each < photograph.taken_on]
    counted = given if photograph.stage == "after" else earlier or given
    return bool(counted) and (photograph.taken_on - max(counted)).days < days


def early_words(photos: Iterable[int], days: int) -> str:
    """Which photographs, by number, were left out because they show no result yet."""
    return f"{_left_out(photos)}, taken less than {days} days after a session."


def groundless_words(photos: Iterable[int]) -> str:
    """Which photographs, by number, were left out because they are the result of nothing that stands."""
    return f"{_left_out(photos)}: no session stands on record between it and the one before."


def _left_out(photos: Iterable[int]) -> str:
    numbers = [str(photo) for photo in photos]
    *others, last = numbers
    named = f"Photographs {', '.join(others)} and {last} were" if others else f"Photograph {last} was"
    return f"{named} left out"


def by_view(photographs: Iterable[Photograph]) -> dict[View, tuple[Photograph, ...]]:
    """The photographs of each place, oldest first."""
    found: dict[View, list[Photograph]] = {}
    for photograph in sorted(photographs, key=lambda each: (each.view, each.taken_on, each.photo)):
        found.setdefault(photograph.view, []).append(photograph)
    return {view: tuple(each) for view, each in found.items()}


def pair_of(photographs: Sequence[Photograph]) -> Pair | None:
    """Of one place, the first before and the latest after; the latest at a session where there is none after."""
    firsts = [each for each in photographs if each.stage == "before"]
    if not firsts:
        return None
    before = min(firsts, key=lambda each: (each.taken_on, each.photo))
    for stage in ("after", "session"):
        later = [each for each in photographs if each.stage == stage and each.taken_on >= before.taken_on]
        if later:
            return Pair(before=before, after=max(later, key=lambda each: (each.taken_on, each.photo)))
    return None


def time_between(pair: Pair, given_on: Iterable[date]) -> str:
    """How far apart the two are, and with how many sessions between them; no date: "after 3 sessions, 12 weeks"."""
    sessions = sum(_lies_between(day, pair) for day in set(given_on))
    weeks = (pair.after.taken_on - pair.before.taken_on).days // _DAYS
    counted = [_many(number, word) for number, word in ((sessions, "session"), (weeks, "week")) if number]
    return f"after {', '.join(counted)}" if counted else "after"


def is_groundless(pair: Pair, given_on: Iterable[date], struck_on: Iterable[date]) -> bool:
    """Whether all that was given between the two was struck out since, so that it shows no result of ours.

    Where nothing was ever on record between them, nobody has said so.
    """
    return any(_lies_between(day, pair) for day in struck_on) and not any(_lies_between(day, pair) for day in given_on)


def _lies_between(day: date, pair: Pair) -> bool:
    """A picture after is taken once the session of that day is over, one at a session before its first injection."""
    if day == pair.after.taken_on:
        return pair.after.stage == "after"
    return pair.before.taken_on <= day < pair.after.taken_on


def _many(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
