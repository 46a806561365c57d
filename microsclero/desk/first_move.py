"""The first time that would work for a session that is moved: a day and a place that `move` itself would take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from microsclero.desk import first_date, works_on
from microsclero.schedule import Refusal

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.move_rules import MoveRules
    from microsclero.desk.replanning import Book
    from microsclero.diary import Slot
    from microsclero.errors import Reason

# What lasts beyond the last day that is looked at, in sentences that say so themselves.
_BEYOND = frozenset({"under_age", "deferred", "out_of_order"})

_OTHERWISE = {"at": "at another time of day", "days": "on another weekday"}


class Wished(NamedTuple):
    """How the session would best be placed; what is None may be anything."""

    at: time | None
    days: frozenset[int] | None
    injector: str | None


def first_time(desk: Desk, rules: MoveRules, reasons: Sequence[Reason], to: date, at: time | None) -> Reason:
    """The last sentence of a refusal: the first time that would work, or why none is known.

    Whoever asks for a later day is told one from then on; an earlier one only where there is none. It comes from the
    rules and the places that `move` asks, the later sessions among them, so that it holds when it is typed. What has to
    be settled first leaves no date to name, but that it may be put off is said.
    """
    because = first_date.why_first(reasons)
    if because:
        return _none_sooner(rules, because) if _may_be_put_off(rules) else first_date.none_known(because)
    days = [day for day in _days(rules.today, rules.last_day) if not any(rules.against(day))]
    if not days:
        return first_date.none_known(_why_no_day(rules))
    from_then, sooner = [day for day in days if day >= to], [day for day in days if day < to]
    known = _first_place(desk, rules, from_then or sooner, at)
    if known.details["date"] or not (from_then and sooner):
        return known
    earlier = _first_place(desk, rules, sooner, at)
    return earlier if earlier.details["date"] else known


def _may_be_put_off(rules: MoveRules) -> bool:
    """Whether what stands against the patient lets the session go to a later day than its own."""
    from microsclero.desk.gate import against_moving

    if rules.gate is None or rules.it.row.on >= rules.last_day:
        return False
    return not first_date.why_first(against_moving(rules.gate, later=True))


def _none_sooner(rules: MoveRules, because: str) -> Reason:
    """That no day up to its own can be named, and that a later one may be typed all the same."""
    from microsclero.dates import show_date

    own = show_date(rules.it.row.on)
    later = f"{because}; it may be put off, to a later day than {own}"
    return first_date.none_known(later, f"No date is known that would work up to {own}: ")


def _first_place(desk: Desk, rules: MoveRules, days: Sequence[date], at: time | None) -> Reason:
    """The first of these days with a place, as it is wished, or else less so, and with a place for the later ones.

    Where a later session finds none after one day, it finds none after a day to come.
    """
    from microsclero.dates import show_date
    from microsclero.desk.replanning import book_from
    from microsclero.desk.wishes import wish_of
    from microsclero.store import diary

    row, it = rules.it.row, rules.it
    book = book_from(desk, days[0], (days[-1] - days[0]).days).without((row, *it.following))
    because = f"nothing is free, and the diary was searched to {show_date(rules.last_day)}"
    liked = wish_of(diary.running_course(desk.store, row.patient_no)).days
    for wished in dict.fromkeys(_wishes(row.injector, at, liked)):
        slot = next(filter(None, (_place(book, rules, day, wished) for day in days)), None)
        if slot is None:
            continue
        try:
            rules.followed(desk, slot.on)
        except Refusal as refusal:
            number = refusal.reasons[0].details.get("number")
            because = f"session {number}, which comes after it, finds no place"
            continue
        without = _given_up(slot, at, liked)
        words = [f", {_OTHERWISE[name]}" for name in without]
        keeps = _keeps(desk, wished)
        return first_date.known(slot, "".join([*words, f", keeping to {keeps}" if keeps else ""]), without)
    return first_date.none_known(because)


def _wishes(injector: str, at: time | None, liked: frozenset[int] | None) -> Iterator[Wished]:
    """As it is asked for and with its own injector first; the weekdays they like are the last to give way."""
    yield Wished(at, liked, injector)
    yield Wished(None, liked, injector)
    yield Wished(None, liked, None)
    yield Wished(None, None, None)


def _given_up(slot: Slot, at: time | None, liked: frozenset[int] | None) -> tuple[str, ...]:
    """What of the time asked for and the weekdays they like is given up, by name."""
    is_kept = {"at": at in (None, slot.starts), "days": liked is None or slot.on.weekday() in liked}
    return tuple(name for name in is_kept if not is_kept[name])


def _keeps(desk: Desk, wished: Wished) -> str:
    """DR and to Tuesdays: what it keeps to without being asked, and other days or people might be sooner."""
    from microsclero.desk.wishes import Wish, in_words

    injectors = [one for one in desk.team if "injector" in one.roles and works_on(one, desk.today())]
    own = wished.injector if len(injectors) > 1 else None
    return " and to ".join(filter(None, [own, in_words(Wish(days=wished.days))]))


def _place(book: Book, rules: MoveRules, day: date, wished: Wished) -> Slot | None:
    """The place that `move` gives on that day, where it gives the same once its time is typed, too."""
    from microsclero.desk import diary_of

    row = rules.it.row
    if (wished.days is not None and day.weekday() not in wished.days) or book.diary.closed_why(day):
        return None
    slot, _ = diary_of.slot_for_move(book.diary, row, day, wished.at)
    if slot is None or wished.injector not in (None, slot.injector):
        return None
    typed, _ = diary_of.slot_for_move(book.diary, row, day, slot.starts)
    return typed if typed == slot else None


def _why_no_day(rules: MoveRules) -> str:
    """Why the rules leave no day at all, from what they say of the last."""
    from microsclero.dates import show_date

    reasons = tuple(rules.against(rules.last_day))
    said = [reason.message.rstrip(".") for reason in reasons if reason.code in _BEYOND]
    return (
        first_date.why_first(reasons)
        or "; ".join(words[:1].lower() + words[1:] for words in said)
        or f"nothing is free, and the diary was searched to {show_date(rules.last_day)}"
    )


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
