"""The desk today on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.dates import show_date, show_moment
from microsclero.render.outcome_words import SCREENING_WORDS
from microsclero.render.terminal import Heading, closed_words, console, name, print_lines, table_lines
from microsclero.text import visible

if TYPE_CHECKING:
    from microsclero.desk.today import Page
    from microsclero.desk.worked import Line

# A list longer than this is asked for; the screen stays one screen.
SHORT_LIST = 10

OUTCOME_WORDS = {
    "reached": "reached",
    "no_answer": "no answer",
    "message_left": "message left",
    "wrong_number": "wrong number",
    "put_off": "put off",
    "wants_no_more": "wants no more",
}


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
            f"{session.number or 'consultation'} {session.state}",
            session.injector,
        )
        for session in page.sessions
    ]
    header, rule, *lines = table_lines(["Time", "Patient", "Name", "Session", "With"], rows, right=1)
    page_lines = [header, rule]
    for session, line in zip(page.sessions, lines, strict=True):
        number = session.patient_no or 0
        stop = page.stops.get(number)
        response = " · response due at this visit" if session.patient_no in page.responses_today else ""
        page_lines += [
            line + response,
            *([Heading(f"{'':13}! on hold: microsclero decide {number}")] if session.status == "held" else []),
            *([Heading(f"{'':13}{_stop(stop)}: microsclero patient show {session.patient_no}")] if stop else []),
        ]
    return page_lines


def _lists(page: Page, all_lines: bool) -> list[str]:
    """What is to be done, list by list, each with the command that comes next; the first lines of each."""
    counts = page.counts
    sections: tuple[tuple[str, str, tuple[Line, ...], int], ...] = (
        ("To be reported", "reaction {}", page.to_report, counts["to_report"]),
        ("Reactions to follow", "reaction {} --follow ID", page.reactions, counts["reactions"]),
        ("On hold, for a prescriber to lift", "decide {}", page.holds, counts["holds"]),
        ("Incidents, for a prescriber to close", "decide {}", page.incidents, counts["incidents"]),
        ("Booked when nobody can see them", "move {} --session K", page.stranded, counts["stranded"]),
        ("Ring about preparing", "call {} --about preparation", page.calls, len(page.calls)),
        ("Response due", "plan {} --consultation", page.responses, counts["responses"]),
        ("Missed or put off, no new date", "rebook {}", page.new_dates, counts["new_dates"]),
        ("Course under way, nothing booked", "plan {}", page.courses, counts["courses"]),
        ("Deferred until now: ask again", "screen {} --for intake", page.deferrals, counts["deferrals"]),
        ("For a prescriber to decide", "decide {}", page.reviews, counts["reviews"]),
        ("Questionnaires unfinished", "screen {} --for intake", page.unfinished, counts["unfinished"]),
        ("Day gone by: missed or cancel", "missed {} --session K", page.past, counts["not_recorded"]),
    )
    lines: list[str] = []
    for title, command, lines_of, count in sections:
        if not lines_of:
            continue
        shown = lines_of if all_lines else lines_of[:SHORT_LIST]
        many = str(count) if len(lines_of) == count else page.counts_to(count)
        if lines_of is page.reactions and many.isdigit() and count < counts["reactions_open"]:
            many += f" of {counts['reactions_open']} open"
        lines += [
            "",
            Heading(f"{title} ({many}): microsclero {command.format('PATIENT')}"),
            *(text for line in shown for text in _line(line, command)),
        ]
        if len(shown) < count:
            left = f"{count - len(shown)} more" if many.isdigit() else "more"
            lines.append(f"  … and {left}: microsclero today --all")
    return lines


def _backup(page: Page) -> str:
    if page.backup_at is None:
        return "No backup has been made yet: microsclero record backup DIR"
    due = " It is time for another: microsclero record backup DIR" if page.backup_due else ""
    return f"Last proved backup {show_moment(page.backup_at)}.{due}"


def _stop(outcome: str | None) -> str:
    """What stands against a session, to be seen before the patient sits down."""
    return f"! {SCREENING_WORDS[outcome]}" if outcome else ""


def _line(line: Line, command: str) -> list[str]:
    """Who, what and when, where to ring, what was tried; the next command only where it is not its list's."""
    said = [f"  {line.patient_no}  {name(line.name)}", *line_words(line)]
    if line.screening:
        said.append(_stop(line.screening))
    if not line.next.startswith(command.format(line.patient_no).removesuffix(" K").removesuffix(" ID")):
        said.append(f"microsclero {line.next}")
    return [" · ".join(said), *(f"    {text}" for text in tried_words(line))]


def line_words(line: Line) -> list[str]:
    """What a line is about, since or until when, and where to ring."""
    return [
        line.what,
        *([show_date(line.on)] if line.on else []),
        *([visible(line.phone)] if line.phone else []),
    ]


def tried_words(line: Line) -> list[str]:
    """What was tried, each in a sentence of its own."""
    said = []
    if line.phone_is_wrong:
        said.append(f"phone number wrong: microsclero patient edit {line.patient_no}")
    if line.last:
        came = OUTCOME_WORDS[line.last.outcome]
        if line.put_off_until:
            until = f"put off until {show_date(line.put_off_until)}"
            came = until if line.last.outcome == "put_off" else f"{came}, {until}"
        tried = "1 attempt" if line.attempts == 1 else f"{line.attempts} attempts, last"
        said.append(f"{tried} {show_date(line.last.at.date())}: {came}")
    return said
