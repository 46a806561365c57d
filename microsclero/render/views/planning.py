"""Plans, changes and the diary on the screen; a course is drawn as a timeline that a patient can follow."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from microsclero.dates import show_date, show_day
from microsclero.render.terminal import closed_words, console, print_lines, table, width, words

if TYPE_CHECKING:
    from microsclero.desk.agenda import Agenda
    from microsclero.desk.changing import Change
    from microsclero.desk.planning import Plan
    from microsclero.desk.sessions import PlannedSession

STOCKING_DAYS = 14
GAP_DAYS = 28


def plan_view(plan: Plan, *, stderr: bool = False) -> None:
    out = console(stderr=stderr)
    state = f"Course {plan.course}, booked" if plan.booked else "Proposal, nothing booked yet"
    out.print(words(f"{state} · patient {plan.patient_no}", "bold"))
    lines = table("Session", "Day", "Time", "With", "Earliest", "Stockings until")
    for session in plan.sessions:
        lines.add_row(
            _which(session, plan),
            show_date(session.on),
            f"{session.starts:%H:%M}-{session.ends:%H:%M}",
            words(session.injector + (f", {session.room}" if session.room else "")),
            show_day(session.earliest_on) if session.earliest_on != session.on else "same day",
            show_day(session.on + timedelta(days=STOCKING_DAYS)),
        )
    out.print(lines)
    for session in plan.new:
        if session.rolled:
            past = ", ".join(f"{day} ({why})" for day, _, why in (each.partition(": ") for each in session.rolled))
            print_lines(out, [f"  Session {session.number} rolled forward past {past}."])
    out.print()
    for line in timeline(plan.sessions, plan.response_on, min(width(), 100) - 2):
        out.print(words(line))
    out.print()
    out.print(
        words(f"Response looked at from {show_date(plan.response_on)}; full effect by {show_date(plan.effect_by)}.")
    )
    print_lines(out, plan.remarks)


def _which(session: PlannedSession, plan: Plan) -> str:
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


def change_view(change: Change, *, stderr: bool = False) -> None:
    out = console(stderr=stderr)
    before, after = change.before, change.after
    done = {"move": "Moved", "cancel": "Cancelled"}[change.kind] if change.saved else "Proposed, nothing saved yet"
    out.print(words(f"{done} · session {before.number} of patient {change.patient_no}", "bold"))
    lines = table("", "Day", "Time", "With")
    lines.add_row("before", show_date(before.on), f"{before.starts:%H:%M}", words(before.injector))
    if after is not None:
        lines.add_row("after", show_date(after.on), f"{after.starts:%H:%M}", words(after.injector))
    else:
        lines.add_row("after", words(f"cancelled: {change.why.replace('_', ' ')}"), "", "")
    out.print(lines)
    if change.sessions:
        out.print(
            words(
                "The course now: "
                + "; ".join(f"{one.number} {show_day(one.on)} {one.starts:%H:%M}" for one in change.sessions)
            )
        )
    else:
        out.print("No session of this course is left.")


def agenda_view(seen: Agenda) -> None:
    from microsclero.render.terminal import Heading, name

    lines: list[str] = []
    for day in seen.days:
        hours = closed_words(day.closed) if day.closed else ", ".join(day.open)
        head = f"{show_date(day.on)}   {hours}"
        lines.append(Heading(head) if day.sessions else head)
        lines += [f"  free: {', '.join(day.free)}"] if day.free else []
        for session in day.sessions:
            who = name(seen.names.get(session.patient_no or 0, ""))
            what = f"session {session.number}" if session.number else "consultation"
            state = "" if session.status == "planned" else f", {session.status}"
            late = "  ! the clinic is closed then" if day.closed and session.status == "planned" else ""
            lines.append(
                f"  {session.starts:%H:%M}-{session.ends:%H:%M}  {session.injector:<4} {session.patient_no} {who}"
                f" · {what}{state}{late}"
            )
    print_lines(console(), lines)
