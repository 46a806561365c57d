"""The day sheets as paper: for the desk, with room to write beside every booking and every free time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from microsclero.dates import show_date, show_moment
from microsclero.render.paper import Hand, Printed, pdf, printable
from microsclero.render.terminal import closed_words
from microsclero.sheet import capital

if TYPE_CHECKING:
    from microsclero.desk.agenda import AgendaDay, Entry, FreeTime
    from microsclero.desk.day_sheets import DaySheets
    from microsclero.errors import Reason

# Read at arm's length by whoever works here; the sheets that patients take home are larger.
DESK_PT = 11
# What stands against a session, in the words of the screens; no answer of a patient's is printed.
STOPS = {
    "finding_bar": "not suitable",
    "finding_refer": "another opinion first",
    "finding_defer": "not today",
    "finding_review": "for a prescriber",
    "undecided": "for a prescriber",
    "declined": "declined by a prescriber",
    "unanswered": "questionnaire not complete",
    "birth_date_changed": "date of birth corrected, screen again",
    "on_hold": "HELD",
    "clot_confirmed": "not suitable",
}


def day_sheets_pdf(sheets: DaySheets) -> Printed:
    """A page or more for each day: who comes when, what stands against it, what is free, lines for notes."""
    hand = Hand()
    letters = _Letters(_texts(sheets))
    title = f"Diary of {show_date(sheets.days[0].on)}" + (
        f" to {show_date(sheets.days[-1].on)}" if len(sheets.days) > 1 else ""
    )
    footer = f"As it was on {show_moment(sheets.printed_at)} · holds names: shred it after the day"
    data = {
        **hand.frame(title, sheets.clinic, None, footer=footer, made_up=sheets.made_up, large=False),
        "size": DESK_PT,
        "days": [_day(day, sheets, letters) for day in sheets.days],
    }
    lost = [f"the name of patient {number}" for number, name in sheets.names.items() if name in letters.lost]
    more = letters.lost - set(sheets.names.values())
    return Printed(
        pdf=pdf("day_sheets", data), by_hand=(*hand.by_hand, *lost, *(["what is left open"] if more else []))
    )


class _Letters:
    """Which of these texts the fonts can't set: all are asked at once, and one by one only where some can't."""

    def __init__(self, texts: Iterable[str]) -> None:
        every = {text for text in texts if text.strip()}
        is_whole = not every or printable(" ".join(every))
        self.lost = set() if is_whole else {each for each in every if not printable(each)}

    def kept(self, text: str | None) -> str | None:
        """The text; None where it is to be written in by hand."""
        return None if text in self.lost else text


def _texts(sheets: DaySheets) -> Iterable[str]:
    yield from sheets.names.values()
    yield from map(_one_line, (*sheets.phones.values(), *sheets.allergies.values()))
    for day in sheets.days:
        yield day.closed or ""
        yield from (one.initials for one in day.away)
        for entry in day.sessions:
            session = entry.session
            yield from (session.injector, session.room or "", session.override_reason or "", *entry.against)
        yield from (initials for one in day.free or () for initials in one.injectors)


def _day(day: AgendaDay, sheets: DaySheets, letters: _Letters) -> dict[str, Any]:
    booked = [(entry.session.starts, 0, _booked(entry, sheets, letters)) for entry in day.sessions]
    several = len({initials for each in sheets.days for one in each.free or () for initials in one.injectors}) > 1
    free = [(one.starts, 1, _free(one, letters, several=several)) for one in day.free or ()]
    away = [f"{one.initials} {one.hours}" if one.hours else one.initials for one in day.away]
    return {
        "title": show_date(day.on) + (f" · {sheets.injector}" if sheets.injector else ""),
        "hours": ", ".join(map(str, day.open)),
        "closed": capital(closed_words(letters.kept(day.closed) or "closed")) if day.closed else None,
        "away": ", ".join(away) if not letters.lost.intersection(one.initials for one in day.away) else None,
        "rows": [row for _, _, row in sorted(booked + free, key=lambda each: each[:2])],
        "booked": len(booked),
    }


def _booked(entry: Entry, sheets: DaySheets, letters: _Letters) -> dict[str, Any]:
    session = entry.session
    number = session.patient_no or 0
    said = (*_stops(sheets.against.get(session.session or 0, ())), *map(letters.kept, entry.against))
    stops = list(dict.fromkeys(said))
    if session.override_reason:
        stops.append(f"double-booked: {letters.kept(session.override_reason) or 'on purpose'}")
    what = f"Session {session.number}" if entry.kind == "session" else "Consultation"
    return {
        "free": False,
        "time": f"{session.starts:%H:%M}–{session.ends:%H:%M}",
        "name": letters.kept(sheets.names.get(number, "")),
        "number": number,
        "born": show_date(sheets.born_on[number]).partition(" ")[2],
        "phone": letters.kept(_one_line(sheets.phones.get(number, ""))),
        "allergies": letters.kept(_one_line(sheets.allergies.get(number, ""))),
        "what": what if session.status in ("planned", "held") else f"{what}, {session.state}",
        "injector": letters.kept(session.injector),
        "room": letters.kept(session.room) if session.room else "",
        "stops": [stop for stop in stops if stop],
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _free(one: FreeTime, letters: _Letters, *, several: bool) -> dict[str, Any]:
    with_whom = [letters.kept(initials) or "…" for initials in one.injectors] if several else []
    return {"free": True, "time": f"{one.starts:%H:%M}", "injectors": " ".join(with_whom)}


def _stops(reasons: Iterable[Reason]) -> list[str]:
    """Each once; a reason without words of its own says its sentence."""
    return list(dict.fromkeys(STOPS.get(reason.code, reason.message.rstrip(".")) for reason in reasons))
