"""The diary on the screen: day by day, or a week drawn; and its day sheets on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.dates import show_date
from microsclero.render.terminal import Heading, closed_words, console, name, print_lines, width, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from microsclero.desk.agenda import Agenda, AgendaDay, Entry, FreeTime
    from microsclero.desk.day_sheets import DaySheets
    from microsclero.render.views.sheets import WrittenPdf


def agenda_view(seen: Agenda) -> None:
    print_lines(console(), [line for day in seen.days for line in _day(day, seen)])


def _day(day: AgendaDay, seen: Agenda) -> Iterator[str]:
    head = f"{show_date(day.on)}   {closed_words(day.closed) if day.closed else ', '.join(map(str, day.open))}"
    yield Heading(head) if day.sessions else head
    if day.away:
        yield f"  away: {', '.join(f'{one.initials} {one.hours}' if one.hours else one.initials for one in day.away)}"
    if day.free:
        yield f"  free: {', '.join(_free(one, seen) for one in day.free)}"
    for entry in day.sessions:
        line = _entry(entry, name(seen.names.get(entry.session.patient_no or 0, "")))
        yield Heading(line) if entry.against else line


def _free(one: FreeTime, seen: Agenda) -> str:
    """The time, and with whom where not everybody who is there in these days is free then."""
    everybody = {initials for day in seen.days for each in day.free or () for initials in each.injectors}
    return f"{one.starts:%H:%M}" + ("" if everybody <= set(one.injectors) else f" {' '.join(one.injectors)}")


def _entry(entry: Entry, who: str) -> str:
    session = entry.session
    parts = [f"session {session.number}" if entry.kind == "session" else "consultation"]
    if session.status not in ("planned", "held"):
        parts[0] += f", {session.state}"
    if session.room:
        parts.append(name(session.room))
    if session.override_reason:
        parts.append(f"double-booked: {name(session.override_reason)}")
    against = "".join(f"  ! {name(why)}" for why in entry.against)
    when = f"{session.starts:%H:%M}-{session.ends:%H:%M}"
    return f"  {when}  {session.injector:<4} {session.patient_no} {who} · {' · '.join(parts)}{against}"


def week_view(seen: Agenda) -> None:
    from microsclero.render.views.week import week_lines

    out = console()
    grid, said = week_lines(seen, width())
    for line in grid:
        # Drawn to fit: a line that is wrapped would be no grid.
        out.print(words(line, "bold" if isinstance(line, Heading) else ""), soft_wrap=True)
    print_lines(out, said)


def write_day_sheets(sheets: DaySheets, target: str, *, live: Path | None = None) -> WrittenPdf:
    """A page or more for each day, as a PDF, whole or not at all; readable by this account alone."""
    from microsclero.render.files import put_down
    from microsclero.render.paper.day_sheets import day_sheets_pdf
    from microsclero.render.views.sheets import WrittenPdf

    printed = day_sheets_pdf(sheets)
    return WrittenPdf(path=put_down(printed.pdf, target, option="--pdf", live=live), by_hand=printed.by_hand)
