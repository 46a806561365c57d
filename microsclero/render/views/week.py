"""A week drawn: days across, half hours down; what is booked by number and initials, what is free, what is closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time
from itertools import zip_longest
from typing import TYPE_CHECKING

from microsclero.dates import show_day, show_range
from microsclero.opening import minute_of
from microsclero.render.folding import fold
from microsclero.render.terminal import Heading, name

if TYPE_CHECKING:
    from microsclero.desk.agenda import Agenda, AgendaDay, Entry

HALF_HOUR = 30
TIMES, NARROWEST, WIDEST = 5, 9, 22
CLOSED, FREE, GOES_ON = "░", "·", "┊"


def week_lines(seen: Agenda, columns: int) -> tuple[list[str], list[str]]:
    """The grid, no wider than `columns`; and what its marks mean, with in words what does not fit a cell.

    A day the clinic never opens has no column of its own; where not all days fit side by side, the rest stands below.
    """
    injector = f" · {seen.injector}" if seen.injector else ""
    lines: list[str] = [Heading(f"Week of {show_range(seen.days[0].on, seen.days[-1].on)}{injector}"), ""]
    shown = [day for day in seen.days if day.open or day.sessions or not (day.closed or "").startswith("closed on")]
    days = shown if _rows(shown) else []
    most = max((columns - TIMES) // (NARROWEST + 1), 1)
    for start in range(0, len(days), most):
        lines += [*_grid(seen, days[start : start + most], columns), ""]
    return lines, [*(_legend(days, columns, seen) if days else ()), *_words(seen)]


def _wide(text: str) -> int:
    """Columns on the screen; the isolates around a right-to-left name take none."""
    from rich.cells import cell_len

    # Not every release of rich that we take counts them as nothing.
    return cell_len(text.replace("\u2068", "").replace("\u2069", ""))


def _grid(seen: Agenda, days: Sequence[AgendaDay], columns: int) -> Iterator[str]:
    room = min((columns - TIMES) // len(days) - 1, WIDEST)
    heads = [show_day(day.on) if room > NARROWEST else show_day(day.on)[:6].strip() for day in days]
    yield _line("", heads, room)
    yield "┼".join(["─" * TIMES, *("─" * room for _ in days)])
    crew = _crew(seen)
    for row in _rows(days):
        cells = [_cell(day, row, room, seen, crew) for day in days]
        for number, parts in enumerate(zip_longest(*cells, fillvalue="")):
            yield _line(f"{row // 60:02}:{row % 60:02}" if number == 0 else "", parts, room)


def _line(label: str, cells: Iterable[str], room: int) -> str:
    padded = (f"{cell}{' ' * (room - _wide(cell))}" for cell in cells)
    return "│".join([f"{label:<{TIMES}}", *padded]).rstrip()


def _rows(days: Sequence[AgendaDay]) -> range:
    """The half hours from the first to the last of these days, in minutes after midnight."""
    spans = [(period.starts, period.ends) for day in days for period in day.open]
    spans += [(entry.session.starts, entry.session.ends) for day in days for entry in day.sessions]
    if not spans:
        return range(0)
    first = min(minute_of(starts) for starts, _ in spans)
    return range(first - first % HALF_HOUR, max(minute_of(ends) for _, ends in spans), HALF_HOUR)


def _crew(seen: Agenda) -> set[str]:
    """Whoever is booked or could be, this week."""
    booked = {entry.session.injector for day in seen.days for entry in day.sessions}
    return booked.union(*(one.injectors for day in seen.days for one in day.free or ()))


def _cell(day: AgendaDay, row: int, room: int, seen: Agenda, crew: set[str]) -> list[str]:
    """One half hour of one day, line by line."""
    lines: list[str] = []
    for entry in day.sessions:
        starts, ends = minute_of(entry.session.starts), minute_of(entry.session.ends)
        if row <= starts < row + HALF_HOUR:
            lines += _fold(_booked(entry, seen, room), room)
        elif starts < row < ends:
            lines += _fold(f"{entry.session.injector} {GOES_ON}", room)
    for one in day.free or ():
        if row <= minute_of(one.starts) < row + HALF_HOUR:
            who = "" if set(one.injectors) == crew else f" {' '.join(one.injectors)}"
            lines += _fold(f"{FREE}{_minute(one.starts, row)}{who}", room)
    is_open = any(minute_of(one.starts) < row + HALF_HOUR and row < minute_of(one.ends) for one in day.open)
    return lines or ([""] if is_open else [CLOSED * room])


def _booked(entry: Entry, seen: Agenda, room: int) -> str:
    """MS 12 Z.W.: with whom, who, and a mark for what is out of the ordinary; initials where there is room."""
    session = entry.session
    marks = ("c" if entry.kind == "consultation" else "") + ("+" if session.override_reason else "")
    short = f"{'!' if entry.against else ''}{session.injector} {session.patient_no}"
    tail = f"{f' {marks}' if marks else ''}{_minute(session.starts, _row_of(session.starts))}"
    whole = f"{short} {name(seen.initials(session.patient_no))}{tail}"
    return whole if _wide(whole) <= room else short + tail


def _crosses(entry: Entry) -> bool:
    """Whether it reaches into another half hour than the one it begins in."""
    return minute_of(entry.session.ends) > _row_of(entry.session.starts) + HALF_HOUR


def _row_of(starts: time) -> int:
    """The half hour it begins in, in minutes after midnight."""
    return minute_of(starts) // HALF_HOUR * HALF_HOUR


def _minute(starts: time, row: int) -> str:
    """The minute of what does not begin on the half hour."""
    return "" if minute_of(starts) == row else f" :{starts:%M}"


def _fold(text: str, room: int) -> list[str]:
    return [text] if _wide(text) <= room else fold(text, room, " ")


def _legend(days: Sequence[AgendaDay], columns: int, seen: Agenda) -> Iterator[str]:
    """What the marks mean that are there, by an example that is there."""
    entries = [entry for day in days for entry in day.sessions]
    free = [one for day in days for one in day.free or ()]
    crew = _crew(seen)
    some = next((" ".join(one.injectors) for one in free if set(one.injectors) != crew), "")
    is_blank = any(_cell(day, row, WIDEST, seen, crew) == [""] for day in days for row in _rows(days))
    with_whom, who = next(((each.session.injector, each.session.patient_no) for each in entries), ("", None))
    marks = [
        (f"{with_whom} {who}: patient {who} with {with_whom}", bool(entries)),
        ("c: consultation", any(entry.kind == "consultation" for entry in entries)),
        ("+: double-booked on purpose", any(entry.session.override_reason for entry in entries)),
        ("!: can't be held so, see below", any(entry.against for entry in entries)),
        (f"{GOES_ON} goes on", any(_crosses(entry) for entry in entries)),
        (f"{FREE} free to book", bool(free)),
        (f"{FREE} {some}: with {some} alone", bool(some)),
        ("empty: no time to book", is_blank),
        (f"{CLOSED} closed", True),
    ]
    line = ""
    for words in (words for words, is_there in marks if is_there):
        if line and len(line) + len(words) + 3 > columns:
            yield line
            line = ""
        line += f"   {words}" if line else words
    yield line


def _runs(days: Sequence[date]) -> Iterator[str]:
    """Days in order, those that follow one another as one span."""
    first = last = days[0]
    for day in days[1:]:
        if (day - last).days > 1:
            yield show_range(first, last)
            first = day
        last = day
    yield show_range(first, last)


def _words(seen: Agenda) -> Iterator[str]:
    """Closed days and why, who is away, what can't be held as it is booked."""
    said: dict[str, list[date]] = {}
    for day in seen.days:
        if day.closed:
            said.setdefault(name(day.closed), []).append(day.on)
        for one in day.away:
            words = f"{one.initials} has a break {one.hours}" if one.hours else f"{one.initials} is away"
            said.setdefault(words, []).append(day.on)
    for words, on in said.items():
        yield f"{', '.join(_runs(on))}: {words}"
    for day in seen.days:
        for entry in day.sessions:
            session = entry.session
            where = f"{show_day(day.on)} {session.starts:%H:%M} {session.injector} {session.patient_no}"
            if entry.against:
                yield Heading(f"! {where}: {', '.join(entry.against)}")
            if session.override_reason:
                yield f"+ {where}: {name(session.override_reason)}"
