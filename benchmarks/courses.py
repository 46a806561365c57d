"""What has become of the made-up courses: given, missed, put off, answered, rung about; most of it settled long ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from microsclero.store.rows import moment_text

SESSIONS_EACH = 4
GAP = timedelta(days=28)
# Responses are looked at twice; so long after the second, whoever has not been seen is found and seen.
FIRST_LOOK, SECOND_LOOK, LATEST_LOOK = timedelta(days=28), timedelta(days=84), timedelta(days=112)
# A missed session has its new date, or its no, after so long.
SETTLED_AFTER = timedelta(days=42)

TEAM = ("MS", "AB", "CD")
PLACES = tuple((time(hour, minute), who) for hour in (9, 10, 11, 12, 14, 15, 16) for minute in (0, 30) for who in TEAM)

# (patient, first session, place of the day)
Begun = tuple[int, date, int]
Row = dict[str, object]


def course(begun: Begun, on: date) -> Row:
    """Closed with its second response; until then running."""
    number, first, _ = begun
    closed = any(settled == "course_closed" for _, _, settled in _what_became(begun, on))
    last = first + GAP * (SESSIONS_EACH - 1)
    return {
        "patient_id": number,
        "opened_on": min(first, on).isoformat(),
        "status": "closed" if closed else "open",
        "closed_on": min(last + SECOND_LOOK, on).isoformat() if closed else None,
    }


def sessions(begun: Begun, on: date) -> Iterator[Row]:
    """The four of a course, as they stand today."""
    number, first, place = begun
    starts, injector = PLACES[place]
    ends = (datetime.combine(on, starts) + timedelta(minutes=30)).time()
    live = 0
    for each, (status, why, settled) in enumerate(_what_became(begun, on)):
        day = first + GAP * each
        live += status in ("planned", "given")
        yield {
            "course_id": number,
            "patient_id": number,
            "kind": "session",
            # Whatever is live is numbered through; what was not held keeps the number it had.
            "number": live if status in ("planned", "given") else each + 1,
            "on_date": day.isoformat(),
            "starts": f"{starts:%H:%M}",
            "ends": f"{ends:%H:%M}",
            "injector": injector,
            "status": status,
            "earliest_on": day.isoformat(),
            "cancel_reason": why,
            "settled": settled,
            "version": 1,
            "booked_at": moment_text(_noon(min(first - timedelta(days=10), on))),
        }


def contacts(begun: Begun, on: date) -> Iterator[Row]:
    """Everybody was rung before their first session, and of those who come tomorrow all but one in ten.

    Of what is open otherwise, half was tried once, and one in seven is put off; who wants no new date has said so.
    """
    number, first, _ = begun
    if first < on:
        yield _contact(begun, "preparation", 0, first, "reached", first - timedelta(days=3))
    for each, (status, _, settled) in enumerate(_what_became(begun, on)):
        day = first + GAP * each
        if status == "planned" and (day - on).days == 1 and number % 10:
            yield _contact(begun, "preparation", each, day, "reached", on - timedelta(days=2))
        if settled == "no_more":
            yield _contact(begun, "new_date", each, day, "wants_no_more", day + timedelta(days=1))
        if settled is None and status in ("missed", "cancelled", "given") and day <= on - FIRST_LOOK:
            about, about_on = ("response", day + FIRST_LOOK) if status == "given" else ("new_date", day)
            if number % 2:
                yield _contact(begun, about, each, about_on, "no_answer", on - timedelta(days=1))
            if number % 7 == 0:
                yield _contact(begun, about, each, about_on, "put_off", on, until=on + timedelta(days=5))


def _contact(
    begun: Begun, about: str, each: int, about_on: date, outcome: str, day: date, *, until: date | None = None
) -> Row:
    number, _, _ = begun
    return {
        "patient_id": number,
        "about": about,
        "about_id": (number - 1) * SESSIONS_EACH + each + 1,
        "about_on": about_on.isoformat(),
        "outcome": outcome,
        "put_off_until": until.isoformat() if until else None,
        "at": moment_text(_noon(day)),
        "who": "MS",
    }


def _what_became(begun: Begun, on: date) -> list[tuple[str, str | None, str | None]]:
    """(status, why cancelled, what settled it) of each of the four.

    Of the last year one in four hundred nobody recorded; one second session in twenty is missed, one fourth in forty
    put off, one course in twelve done after three, one in fifteen given up after the first.
    """
    number, first, _ = begun
    days = [first + GAP * each for each in range(SESSIONS_EACH)]
    became: list[tuple[str, str | None, str | None]] = []
    for each, day in enumerate(days):
        settled = None if day >= on - SETTLED_AFTER else "no_more" if number % 3 else "rebooked"
        if number % 15 == 6 and each and on - SECOND_LOOK <= first < on - FIRST_LOOK:
            became.append(("cancelled", "patient_choice", None))
        elif each == 3 and number % 40 == 9 and days[2] < on:
            became.append(("cancelled", "patient_away", settled))
        elif day >= on or (day > on - timedelta(days=365) and (number + each) % 400 == 0):
            became.append(("planned", None, None))
        elif each == 3 and number % 12 == 0:
            became.append(("cancelled", "response_complete", None))
        elif each == 1 and number % 20 == 3:
            became.append(("missed", None, settled))
        else:
            became.append(("given", None, None))
    given = [each for each, (status, _, _) in enumerate(became) if status == "given"]
    for each in given[:-1]:
        became[each] = ("given", None, "followed")
    if given:
        is_done = any(why == "response_complete" for _, why, _ in became)
        became[given[-1]] = ("given", None, _answered(number, on - days[given[-1]], is_done=is_done))
    return became


def _answered(number: int, ago: timedelta, *, is_done: bool) -> str | None:
    """What the last session given has come to: one response in forty is late, one second one in twelve."""
    if ago <= FIRST_LOOK or (ago < LATEST_LOOK and number % 40 == 11):
        return None
    if is_done:
        return "course_closed"
    return "seen" if ago < SECOND_LOOK or (ago < LATEST_LOOK and number % 12 == 1) else "course_closed"


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)
