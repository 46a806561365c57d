"""The desk today on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.dates import show_date, show_moment
from microsclero.render.terminal import Heading, closed_words, console, name, print_lines, table_lines
from microsclero.text import visible

if TYPE_CHECKING:
    from microsclero.desk.today import Line, Page


# A list longer than this is asked for; the screen stays one screen.
SHORT_LIST = 10


def today_view(page: Page, *, all_lines: bool = False) -> None:
    print_lines(console(), [*_head(page), *_sessions(page), *_lists(page, all_lines), "", _backup(page)])


def _head(page: Page) -> list[str]:
    state = closed_words(page.closed) if page.closed else f"open {', '.join(page.open)}"
    made_up = ["MADE UP: no real patients in this file"] if page.made_up else []
    return [Heading(f"{show_date(page.on)} · {page.clinic} · {state}"), *made_up]


def _sessions(page: Page) -> list[str]:
    if not page.sessions:
        return ["No sessions today."]
    rows = [
        (
            f"{session.starts:%H:%M}-{session.ends:%H:%M}",
            str(session.patient_no),
            name(page.names.get(session.patient_no or 0, "")),
            f"{session.number or '–'} {session.status}",
            session.injector,
        )
        for session in page.sessions
    ]
    header, rule, *lines = table_lines(["Time", "Patient", "Name", "Session", "With"], rows, right=1)
    page_lines = [header, rule]
    for session, line in zip(page.sessions, lines, strict=True):
        stop = page.stops.get(session.patient_no or 0)
        page_lines += [
            line,
            *([Heading(f"{'':13}{_stop(stop)}: microsclero patient show {session.patient_no}")] if stop else []),
        ]
    return page_lines


def _lists(page: Page, all_lines: bool) -> list[str]:
    """What is to be done, list by list; the first lines of each."""
    sections: tuple[tuple[str, tuple[Line, ...], int], ...] = (
        ("Ring about preparing (24 hours before, stockings)", page.calls, len(page.calls)),
        ("Deferred until now: ask again", page.deferrals, page.counts["deferrals"]),
        ("For a prescriber to decide", page.reviews, page.counts["reviews"]),
        ("Questionnaires unfinished", page.unfinished, len(page.unfinished)),
        ("Planned on a day gone by: move or cancel", page.past, page.counts["not_recorded"]),
    )
    lines: list[str] = []
    for title, lines_of, count in sections:
        if not lines_of:
            continue
        shown = lines_of if all_lines else lines_of[:SHORT_LIST]
        many = str(count) if count <= len(lines_of) else f"{len(lines_of)} and more"
        lines += ["", Heading(f"{title} ({many})"), *map(_line, shown)]
        if len(shown) < len(lines_of):
            lines.append(f"  … and {len(lines_of) - len(shown)} more: microsclero today --all")
    return lines


def _backup(page: Page) -> str:
    if page.backup_at is None:
        return "No backup has been made yet: microsclero record backup DIR"
    due = " It is time for another: microsclero record backup DIR" if page.backup_due else ""
    return f"Last proved backup {show_moment(page.backup_at)}.{due}"


def _stop(outcome: str | None) -> str:
    """What stands against a session, to be seen before the patient sits down."""
    from microsclero.render.views.patients import OUTCOME_WORDS

    return f"! {OUTCOME_WORDS[outcome]}" if outcome else ""


def _line(line: Line) -> str:
    when = f" · {show_date(line.on)}" if line.on else ""
    phone = f" · {visible(line.phone)}" if line.phone else ""
    stop = f" · {_stop(line.screening)}" if line.screening else ""
    return f"  {line.patient_no}  {name(line.name)} · {line.what}{when}{phone}{stop}"
