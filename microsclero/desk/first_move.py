"""The first time that would work for a session that is moved: a day and a place that `move` itself would take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from microsclero.desk import first_date
from microsclero.schedule import Refusal

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.move_rules import MoveRules
    from microsclero.desk.replanning import Book
    from microsclero.diary import Slot
    from microsclero.errors import Reason

# What lasts beyond the last day that is looked at, in sentences that say so themselves.
_BEYOND = frozenset({"under_age", "deferred", "out_of_order"})


class Wished(NamedTuple):
    """How the session would best be placed; what is None may be anything."""

    at: time | None
    days: frozenset[int] | None
    injector: str | None


def first_time(desk: Desk, rules: MoveRules, reasons: Sequence[Reason], at: time | None) -> Reason:
    """The last sentence of a refusal: the first time that would work, or why none is known.

    It comes from the rules and the places that `move` asks, the later sessions among them, so that it holds when it is
    typed. What has to be settled first leaves no date to name.
    """
    because = first_date.why_first(reasons)
    if because:
        return first_date.none_known(because)
    days = [day for day in _days(rules.today, rules.last_day) if not any(rules.against(day))]
    if not days:
        return first_date.none_known(_why_no_day(rules))
    return _first_place(desk, rules, days, at)


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
        return first_date.known(slot, "".join(_given_up(slot, at, liked)))
    return first_date.none_known(because)


def _wishes(injector: str, at: time | None, liked: frozenset[int] | None) -> Iterator[Wished]:
    """As it is asked for and with its own injector first; the weekdays they like are the last to give way."""
    yield Wished(at, liked, injector)
    yield Wished(None, liked, injector)
    yield Wished(None, liked, None)
    yield Wished(None, None, None)


def _given_up(slot: Slot, at: time | None, liked: frozenset[int] | None) -> Iterator[str]:
    if at not in (None, slot.starts):
        yield ", at another time of day"
    if liked is not None and slot.on.weekday() not in liked:
        yield ", on another weekday"


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
