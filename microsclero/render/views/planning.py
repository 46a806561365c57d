"""Plans on the screen; a course is drawn as a timeline that a patient can follow."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from microsclero.dates import show_date, show_day
from microsclero.render.terminal import console, name, print_lines, print_table, table_lines, width, words
from microsclero.render.views.events import notice_lines

if TYPE_CHECKING:
    from microsclero.desk.backwards import ByDate
    from microsclero.desk.planning import Plan
    from microsclero.desk.sessions import PlannedSession

STOCKING_DAYS = 14
BETTER_WEEKS = 12


def plan_view(plan: Plan, *, stderr: bool = False) -> None:
    out = console(stderr=stderr)
    what = "Consultation" if plan.is_consultation else f"Course {plan.course}"
    state = f"{what}, booked" if plan.booked else "Proposal, nothing booked yet"
    out.print(words(f"{state} · patient {plan.patient_no}", "bold"))
    header, rows = _table_of(plan)
    print_table(out, header, rows)
    lines = [_rolled_line(session) for session in plan.new if session.rolled]
    lines += [
        f"  {_label(session)} is double-booked: {name(session.override_reason)}"
        for session in plan.sessions
        if session.override_reason
    ]
    if plan.response_on and plan.effect_by:
        lines += ["", *timeline(plan.sessions, plan.response_on, min(width(), 100) - 2), ""]
        first_look = "then on" if plan.response_on == plan.effect_by else show_date(plan.response_on)
        lines.append(f"Full effect by {show_date(plan.effect_by)}; response looked at from {first_look}.")
    lines += plan.remarks
    lines += ["", *_by_lines(plan.by), ""] if plan.by else []
    print_lines(out, [*lines, *notice_lines(plan.notices)])


def _table_of(plan: Plan) -> tuple[list[str], list[list[str]]]:
    header = ["Session", "Day", "Time", "With", "Earliest"]
    rows = [
        [
            _which(session, plan),
            show_date(session.on),
            f"{session.starts:%H:%M}-{session.ends:%H:%M}",
            session.injector + (f", {session.room}" if session.room else ""),
            show_day(session.earliest_on) if session.earliest_on != session.on else "same day",
        ]
        for session in plan.sessions
    ]
    if plan.is_consultation:
        return header, rows
    until = [show_day(session.on + timedelta(days=STOCKING_DAYS)) for session in plan.sessions]
    return [*header, "Stockings until"], [[*row, day] for row, day in zip(rows, until, strict=True)]


def _rolled_line(session: PlannedSession) -> str:
    past = ", ".join(f"{day} ({name(why)})" for day, _, why in (each.partition(": ") for each in session.rolled))
    more = (session.on - session.earliest_on).days - len(session.rolled) if session.earliest_on else 0
    rest = f" and {more} more {'day' if more == 1 else 'days'}" if more > 0 else ""
    return f"  {_label(session)} rolled forward past {past}{rest}."


def _by_lines(seen: ByDate) -> list[str]:
    """Every number of sessions, with the last day to start it."""
    rows = [
        (
            str(way.sessions),
            show_date(way.last_start_on) if way.last_start_on else "too late",
            show_date(way.better_start_on) if way.better_start_on else "too late",
        )
        for way in seen.ways
    ]
    table = table_lines(["Sessions", "First by", f"Better, for {BETTER_WEEKS} weeks"], rows)
    return [f"To see the effect by {show_date(seen.by)}:", *table]


def _label(session: PlannedSession) -> str:
    return f"Session {session.number}" if session.number else "The consultation"


def _which(session: PlannedSession, plan: Plan) -> str:
    if plan.is_consultation:
        return "consultation"
    number = str(session.number or "–")
    if session.status == "given":
        return f"{number} given"
    return f"{number} booked" if session.session is not None and not plan.booked else number


def timeline(sessions: tuple[PlannedSession, ...], response_on: date, columns: int) -> list[str]:
    """The course from the first session to the response: months, sessions, stocking weeks.

    One column is one day where that fits, else as many as needed.
    """
    label = 11
    first = sessions[0].on
    days = (response_on - first).days + 1
    scale = max(1, -(-days // max(columns - label - 2, 20)))
    length = -(-days // scale) + 1

    def place(day: date) -> int:
        return (day - first).days // scale

    months, marks, socks = [" "] * (length + 4), [" "] * (length + 4), [" "] * (length + 4)
    month = date(first.year, first.month, 1)
    while month <= response_on:
        at = place(max(month, first))
        if months[max(at - 3, 0) : at + 3].count(" ") < len(months[max(at - 3, 0) : at + 3]):
            # The month before is all but over: its own name gives way.
            months[max(at - 4, 0) : at] = " " * (at - max(at - 4, 0))
        months[at : at + 3] = f"{month:%b}"
        month = (month + timedelta(days=32)).replace(day=1)
    for session in sessions:
        at = place(session.on)
        until = place(session.on + timedelta(days=STOCKING_DAYS))
        for column in range(at, min(until, length)):
            socks[column] = "▒"
        marks[at] = str(session.number or "●")
    for column in range(length):
        if marks[column] == " ":
            marks[column] = "·"
    marks[place(response_on)] = "R"
    return [
        f"{'':<{label}}{''.join(months)}".rstrip(),
        f"{'Sessions':<{label}}{''.join(marks)}".rstrip(),
        f"{'Stockings':<{label}}{''.join(socks)}".rstrip(),
        f"{'':<{label}}R: response looked at; {'a column is a day' if scale == 1 else f'a column is {scale} days'}",
    ]
