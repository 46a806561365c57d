"""The desk today on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.dates import show_date, show_moment
from microsclero.render.terminal import closed_words, console, name, print_lines, print_table, words
from microsclero.text import visible

if TYPE_CHECKING:
    from microsclero.desk.today import Line, Page


# A list longer than this is asked for; the screen stays one screen.
SHORT_LIST = 10


def today_view(page: Page, *, all_lines: bool = False) -> None:
    out = console()
    state = closed_words(page.closed) if page.closed else f"open {', '.join(page.open)}"
    out.print(words(f"{show_date(page.on)} · {page.clinic} · {state}", "bold"))
    if page.made_up:
        out.print("MADE UP: no real patients in this file")
    if page.sessions:
        stopped = ["Screening"] if page.stops else []
        print_table(
            out,
            ["Time", "Patient", "Name", "Session", "With", *stopped],
            [
                (
                    f"{session.starts:%H:%M}-{session.ends:%H:%M}",
                    str(session.patient_no),
                    name(page.names.get(session.patient_no or 0, "")),
                    f"{session.number or '–'} {session.status}",
                    session.injector,
                    *([_stop(page.stops.get(session.patient_no or 0))] if stopped else []),
                )
                for session in page.sessions
            ],
            right=1,
        )
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
        shown = lines_of if all_lines else lines_of[:SHORT_LIST]
        out.print()
        out.print(words(f"{title} ({count if count <= len(lines_of) else f'{len(lines_of)} and more'})", "bold"))
        print_lines(out, map(_line, shown))
        if len(shown) < len(lines_of):
            out.print(words(f"  … and {len(lines_of) - len(shown)} more: microsclero today --all"))
    out.print()
    if page.backup_at is None:
        out.print("No backup has been made yet: microsclero record backup DIR")
    else:
        due = " It is time for another: microsclero record backup DIR" if page.backup_due else ""
        out.print(words(f"Last proved backup {show_moment(page.backup_at)}.{due}"))


def _stop(outcome: str | None) -> str:
    """What stands against a session, to be seen before the patient sits down."""
    from microsclero.render.views.patients import OUTCOME_WORDS

    return f"! {OUTCOME_WORDS[outcome]}" if outcome else ""


def _line(line: Line) -> str:
    when = f" · {show_date(line.on)}" if line.on else ""
    phone = f" · {visible(line.phone)}" if line.phone else ""
    stop = f" · {_stop(line.screening)}" if line.screening else ""
    return f"  {line.patient_no}  {name(line.name)} · {line.what}{when}{phone}{stop}"
