"""How a patient likes to come: as typed for a plan, and as it is kept with the course for whatever is planned anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import Reason, RefusedError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.diary import CourseRow

KEPT = ("days", "at", "injector", "every_days", "avoid")
# More is a diary, not a wish; and what is kept with a course has an end.
MOST_AVOIDED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the patient and the practitioner would like, as typed; None and empty where nothing was said."""

    sessions: int | None = None
    at: time | None = None
    days: frozenset[int] | None = None
    every_days: int | None = None
    avoid: tuple[tuple[date, date], ...] = ()
    injector: str | None = None


NOTHING_WISHED = Wish()


class PlanBy(NamedTuple):
    """The wish that a refused line comes to, what holds where it is silent, and the injector it can't have, and why."""

    wish: Wish
    kept: Wish = NOTHING_WISHED
    refused_injector: str | None = None
    reasons: tuple[Reason, ...] = ()


def wish_of(course: CourseRow | None) -> Wish:
    """The wishes kept with a course; nothing wished where there is no course or nothing was said."""
    kept: Mapping[str, Any] = (course.wish if course else None) or {}
    return Wish(
        at=time.fromisoformat(kept["at"]) if "at" in kept else None,
        days=frozenset(kept["days"]) if "days" in kept else None,
        every_days=kept.get("every_days"),
        avoid=tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in kept.get("avoid", ())),
        injector=kept.get("injector"),
    )


def as_json(wish: Wish) -> dict[str, object]:
    """What of a wish is kept with the course: only what was wished; how many sessions is no lasting wish."""
    kept: dict[str, object] = {}
    if wish.days is not None:
        kept["days"] = sorted(wish.days)
    if wish.at is not None:
        kept["at"] = f"{wish.at:%H:%M}"
    if wish.injector is not None:
        kept["injector"] = wish.injector
    if wish.every_days is not None:
        kept["every_days"] = wish.every_days
    if wish.avoid:
        kept["avoid"] = [[first.isoformat(), last.isoformat()] for first, last in wish.avoid]
    return kept


def settled(desk: Desk, typed: Wish, kept: Wish) -> tuple[Wish, tuple[str, ...]]:
    """The wish to plan by: what is typed, and what was kept where the line is silent; and what to say of that."""
    if typed.injector:
        typed = replace(typed, injector=desk.member(typed.injector, role="injector").initials)
    remarks = []
    if not typed.injector and still_kept(desk, kept) != kept:
        remarks.append(f"{kept.injector}, wished for before, no longer injects here; whoever is free was taken.")
        kept = still_kept(desk, kept)
    ahead = tuple(days for days in kept.avoid if days[1] >= desk.today())
    unsaid = {name: getattr(kept, name) for name in KEPT if getattr(typed, name) in (None, ())}
    before = in_words(Wish(**{**unsaid, "avoid": ahead if "avoid" in unsaid else ()}))
    if before:
        remarks.append(f"As before: {before}.")
    dropped = [days for days in ahead if typed.avoid and days not in typed.avoid]
    if dropped:
        remarks.append(f"No longer avoided: {in_words(Wish(avoid=tuple(dropped))).removeprefix('not on ')}.")
    return replace(typed, **unsaid), tuple(remarks)


def still_kept(desk: Desk, kept: Wish) -> Wish:
    """What was kept, without an injector who no longer injects here."""
    return kept if kept.injector in _injectors(desk) else replace(kept, injector=None)


def to_plan_by(desk: Desk, typed: Wish, kept: Wish) -> PlanBy:
    """The wish to look for a first time by: as `settled`, but for an injector who doesn't inject."""
    kept = still_kept(desk, kept)
    try:
        return PlanBy(settled(desk, typed, kept)[0], kept)
    except RefusedError as refusal:
        left = settled(desk, replace(typed, injector=None), kept)[0]
        return PlanBy(left, kept, typed.injector, refusal.reasons)


def around(avoided: tuple[tuple[date, date], ...], on: date) -> tuple[tuple[date, date], ...]:
    """The days to avoid without that one; where it was the only one, the day before it in its place."""
    day = timedelta(days=1)
    left = []
    for first, last in avoided:
        if not first <= on <= last:
            left.append((first, last))
            continue
        left += [span for span in ((first, on - day), (on + day, last)) if span[0] <= span[1]]
    return tuple(left) or ((on - day, on - day),)


def as_options(wish: Wish) -> str:
    """--days tue --at 09:00: the wish as it is typed."""
    from microsclero.dates import WEEKDAYS, show_time

    options = []
    if wish.days is not None:
        options.append(f"--days {','.join(WEEKDAYS[day] for day in sorted(wish.days))}")
    if wish.at is not None:
        options.append(f"--at {show_time(wish.at)}")
    if wish.injector is not None:
        options.append(f"--injector {wish.injector}")
    options += [f"--avoid {first.isoformat()}..{last.isoformat()}" for first, last in wish.avoid]
    return " ".join(options)


def _injectors(desk: Desk) -> set[str]:
    """Whoever injects here, or will."""
    today = desk.today()
    return {
        member.initials
        for member in desk.team
        if "injector" in member.roles and (member.ended_on is None or member.ended_on >= today)
    }


def in_words(wish: Wish) -> str:
    """Tuesdays and Thursdays at 10:00 with MS, 42 days apart, not on Mon 21 Dec 2026; empty where nothing is wished."""
    from microsclero.dates import show_range, show_time
    from microsclero.opening import LONG_DAYS

    parts = []
    if wish.days is not None:
        parts.append("any weekday" if len(wish.days) == 7 else _listed([LONG_DAYS[day] for day in sorted(wish.days)]))
    if wish.at is not None:
        parts.append(f"at {show_time(wish.at)}")
    if wish.injector is not None:
        parts.append(f"with {wish.injector}")
    words = [" ".join(parts)] if parts else []
    if wish.every_days is not None:
        words.append(f"{wish.every_days} days apart")
    if wish.avoid:
        words.append(f"not on {_listed([show_range(first, last) for first, last in wish.avoid])}")
    return ", ".join(words)


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
