"""Who of those who inject is there when: weekdays, leave and breaks, and what is booked with whom is not there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from microsclero.desk.crew import injectors
from microsclero.desk.sessions import PlannedSession, planned
from microsclero.errors import Reason, RefusedError, nobody_called
from microsclero.injectors import Injector
from microsclero.opening import minute_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from microsclero.desk import Desk

# As far ahead as anything is booked.
HORIZON_DAYS = 730


def against(desk: Desk, sessions: Iterable[PlannedSession]) -> list[Reason]:
    """Which of these sessions their injector can't give, as the file stands now."""
    from microsclero.dates import show_date

    sessions = tuple(sessions)
    days = [session.on for session in sessions]
    known = {one.initials: one for one in injectors(desk, min(days), max(days))} if days else {}
    return [
        Reason(
            "away_meanwhile",
            f"{why} on {show_date(session.on)}; nothing was booked.",
            {"date": session.on.isoformat(), "injector": session.injector},
        )
        for session in sessions
        if (someone := known.get(session.injector))
        and (why := someone.absent_why(session.on, session.starts, session.minutes))
    ]


def injector_named(desk: Desk, initials: str) -> str:
    """The initials as the team has them, also of someone who left or is to come; others have no diary."""
    wanted = initials.strip().upper()
    found = next((member for member in desk.team if member.initials.upper() == wanted), None)
    if found is None:
        raise nobody_called(initials)
    if "injector" not in found.roles:
        raise RefusedError(
            f"{found.initials} is not an injector in this clinic's team; see: microsclero clinic team.",
            code="role_missing",
        )
    return found.initials


def booked_while_absent(desk: Desk, someone: Injector, first: date, last: date) -> tuple[PlannedSession, ...]:
    """What is still to come with this injector at times they are not there."""
    from microsclero.store import diary

    now = desk.now()
    start = max(first, now.date())
    rows = diary.live_sessions(desk.store, start, last) if start <= last else ()
    return tuple(
        planned(row)
        for row in rows
        if row.status == "planned"
        and row.injector == someone.initials
        and (row.on, row.ends) > (now.date(), now.time())
        and someone.absent_why(row.on, row.starts, minute_of(row.ends) - minute_of(row.starts))
    )


def booked_on_other_days(desk: Desk, initials: str) -> tuple[str, ...]:
    """What is booked with someone on weekdays they do not work, in sentences."""
    today = desk.today()
    last = today + timedelta(days=HORIZON_DAYS)
    someone = next((one for one in injectors(desk, today, last) if one.initials == initials), None)
    if someone is None:
        return ()
    return tuple(
        f"{booking_words(one)}: {someone.absent_why(one.on, one.starts, one.minutes)}; move it: {move_command(one)}"
        for one in booked_while_absent(desk, someone, today, last)
    )


def booking_words(session: PlannedSession) -> str:
    """Session 2 of patient 7 on Tue 1 Dec 2026 10:00."""
    from microsclero.dates import show_date

    what = f"Session {session.number}" if session.number else "The consultation"
    return f"{what} of patient {session.patient_no} on {show_date(session.on)} {session.starts:%H:%M}"


def move_command(session: PlannedSession) -> str:
    """What to type to move it; the day is the practitioner's to choose."""
    which = f"--session {session.number}" if session.number else "--consultation"
    return f"microsclero move {session.patient_no} {which} --to DATE"


def moved_with(desk: Desk, table: str, number: int) -> tuple[str, ...]:
    """That what was moved when this closure or absence was entered stays there; what went on since is not meant."""
    from microsclero.store import journal

    made = journal.entry_of_row(desk.store, table, number)
    moved = {
        row.row_id
        for row in journal.rows_of(desk.store, made)
        if row.table == "session" and _stands_as_left(journal.present(desk.store, "session", row.row_id), row.after)
    }
    if not moved:
        return ()
    many = "1 session was" if len(moved) == 1 else f"{len(moved)} sessions were"
    stay = "It stays" if len(moved) == 1 else "They stay"
    return (f"{many} moved for it (entry {made.entry} of microsclero record history). {stay} where moved.",)


def _stands_as_left(now: Mapping[str, object], left: Mapping[str, object]) -> bool:
    return all(now[each] == left[each] for each in ("on_date", "starts", "status"))
