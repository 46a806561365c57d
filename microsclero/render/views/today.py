"""The desk today on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.dates import show_date, show_moment
from microsclero.render.terminal import closed_words, console, table, words

if TYPE_CHECKING:
    from microsclero.desk.today import Line, Page


def today_view(page: Page) -> None:
    out = console()
    state = closed_words(page.closed) if page.closed else f"open {', '.join(page.open)}"
    out.print(words(f"{show_date(page.on)} · {page.clinic} · {state}", "bold"))
    if page.made_up:
        out.print("MADE UP: no real patients in this file")
    if page.sessions:
        lines = table("Time", "Patient", "Name", "Session", "With")
        for session in page.sessions:
            lines.add_row(
                f"{session.starts:%H:%M}-{session.ends:%H:%M}",
                str(session.patient_no),
                words(page.names.get(session.patient_no or 0, "")),
                f"{session.number or '–'} {session.status}",
                words(session.injector),
            )
        out.print(lines)
    else:
        out.print("No sessions today.")
    sections: tuple[tuple[str, tuple[Line, ...], int], ...] = (
        ("Ring about preparing (24 hours before, stockings)", page.calls, len(page.calls)),
        ("Deferred until now: ask again", page.deferrals, page.counts["deferrals"]),
        ("For a prescriber to decide", page.reviews, page.counts["reviews"]),
        ("Questionnaires unfinished", page.unfinished, len(page.unfinished)),
        ("Planned on a day gone by: move or cancel", page.past, page.counts["not_recorded"]),
    )
    for title, lines_of, count in sections:
        if not lines_of:
            continue
        out.print()
        out.print(words(f"{title} ({count if count <= len(lines_of) else f'{len(lines_of)} and more'})", "bold"))
        for line in lines_of:
            when = f" · {show_date(line.on)}" if line.on else ""
            out.print(words(f"  {line.patient_no}  {line.name} · {line.what}{when}"))
    out.print()
    if page.backup_at is None:
        out.print("No backup has been made yet: microsclero record backup DIR")
    else:
        due = " It is time for another: microsclero record backup DIR" if page.backup_due else ""
        out.print(words(f"Last proved backup {show_moment(page.backup_at)}.{due}"))
