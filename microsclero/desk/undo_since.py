"""What came since a change of the diary, so that it can no longer be taken back: given, changed, taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from microsclero.dates import show_date
from microsclero.desk.history_of import when
from microsclero.desk.undo_rules import LIVE, Pair, first_up, sessions_after
from microsclero.errors import Reason

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.undo_rules import Undo
    from microsclero.store.diary import SessionRow
    from microsclero.store.journal import EntryRow


def given(undo: Undo) -> Iterator[Reason]:
    """A session that was given stays given; that a consultation took place is only said."""
    for pair in undo.pairs:
        if pair.now.kind == "session" and pair.now.status == "given" != pair.then.status:
            yield Reason(
                "already_given",
                f"{first_up(pair.name)} was given on {show_date(pair.now.on)}; that is not undone. Nothing was.",
                {"session": pair.now.session, "patient": pair.now.patient_no},
            )


def changed_since(desk: Desk, undo: Undo) -> Iterator[Reason]:
    """Each row that does not stand as the change left it, with who changed it."""
    from microsclero.desk.calling import given_up
    from microsclero.store import journal

    names = {pair.now.session: pair.name for pair in undo.pairs}
    for row in undo.rows:
        if not row.is_changed_since:
            continue
        what = names[row.row_id] if row.table == "session" else f"{row.table} {row.row_id}"
        last = journal.last_entry_on(desk.store, row.table, row.row_id)
        by = f", by {last.who} with “{last.command}” (entry {last.entry})" if last else ""
        details: dict[str, object] = {row.table: row.row_id, "entry": last.entry if last else None}
        if row.table == "session":
            details["patient"] = row.now["patient_id"]
        message = f"{first_up(what)} was changed since{by}; nothing was undone."
        number = row.now.get("patient_id")
        if row.table == "session" and row.row_id in {line.about_id for line in given_up(desk, int(number or 0))}:
            message += f" Take that call back first: microsclero call {number} --about new_date --outcome reached"
        yield Reason("changed_meanwhile", message, details)


def courses_since(desk: Desk, undo: Undo) -> Iterator[Reason]:
    """What was booked, opened or closed around the change since, so that it no longer stands alone."""
    from microsclero.store import diary

    then = {row.row_id: row.then for row in undo.rows if row.table == "course"}
    for patient_no in undo.patients or {int(str(row["patient_id"])) for row in then.values()}:
        after = sessions_after(desk, undo, patient_no)
        courses = {row.course: row.status for row in diary.courses_of(desk.store, patient_no)}
        courses |= {course: str(row["status"]) for course, row in then.items() if course in courses}
        if list(courses.values()).count("open") > 1:
            yield _since(patient_no, f"Another course of patient {patient_no} was opened since")
        for course, status in courses.items():
            live = [row for row in after if row.course == course and row.status in LIVE]
            planned = [row for row in live if row.status == "planned"]
            touched = any(pair.now.course == course for pair in undo.pairs)
            out_of_order = [row.number for row in live] != list(range(1, len(live) + 1))
            if status == "closed" and planned and touched:
                why = "closed since" if course not in then else "opened by it, and holds more since"
                sessions = _sessions(planned)
                yield _since(patient_no, f"Course {course} was {why}: {sessions} would stand in a closed course")
            elif touched and out_of_order:
                yield from _counted_since(desk, undo, course, live)


def _counted_since(desk: Desk, undo: Undo, course: int, live: list[SessionRow]) -> Iterator[Reason]:
    """What else of the course was booked, moved or taken out since, so that its numbers no longer follow its days.

    Where nothing was they did not follow them before the change either, and it goes back to that.
    """
    from microsclero.store import diary, journal

    own = {pair.now.session for pair in undo.pairs}
    rows = [row for row in diary.sessions_of_course(desk.store, course) if row.session not in own]
    made = [journal.last_entry_on(desk.store, "session", row.session) for row in rows]
    last = max((each for each in made if each), key=lambda each: each.entry, default=None)
    if last is None or last.entry < undo.entry:
        return
    patient_no, numbers = live[0].patient_no, ", ".join(str(row.number) for row in live)
    yield Reason(
        "changed_meanwhile",
        f"Other sessions of course {course} were changed since, by {last.who} with “{last.command}” "
        f"(entry {last.entry}): in the order of their days they would be numbered {numbers}; nothing was undone. "
        f"{_instead(desk, undo, live, last)}",
        {"patient": patient_no, "entry": last.entry},
    )


def _instead(desk: Desk, undo: Undo, live: list[SessionRow], last: EntryRow) -> str:
    """What is typed instead: the later change is undone first, or what would come back gets a new date."""
    from microsclero.desk.replanning import waiting
    from microsclero.desk.undoing import DIARY

    patient_no = live[0].patient_no
    first = f"{last.who} can undo that first: microsclero record undo --change {last.entry}. Or "
    first = first if last.command in DIARY else ""
    coming = [pair for pair in undo.pairs if pair.now.status not in LIVE and pair.then in live]
    waits = {row.session for row in waiting(desk, int(live[0].course or 0))}
    if any(pair.now.session in waits for pair in coming):
        how = f"give it a new date: microsclero rebook {patient_no}"
    # A plan gives what waits its new date first, and stands behind what is booked.
    elif coming and not waits and coming[-1].then is live[-1]:
        how = f"book it again: microsclero plan {patient_no} --start {coming[0].then.on} --sessions {len(coming)}"
    else:
        how = f"see what was changed: microsclero record history {patient_no}"
    return first + how if first else first_up(how)


def _since(patient_no: int, what: str) -> Reason:
    return Reason(
        "changed_meanwhile",
        f"{what}; nothing was undone. See microsclero record history {patient_no}",
        {"patient": patient_no},
    )


def _sessions(rows: list[SessionRow]) -> str:
    numbers = [str(row.number) for row in rows]
    return f"session {numbers[0]}" if len(numbers) == 1 else f"sessions {', '.join(numbers[:-1])} and {numbers[-1]}"


def _shared_the_rooms(desk: Desk, undo: Undo, pair: Pair, other: Pair) -> bool:
    """Whether both stood there before the change already, in as many rooms as there are now."""
    from microsclero.desk.undo_hours import stood_there
    from microsclero.store import as_of, clinic

    if pair.then.room is not None or not stood_there(desk, undo, other):
        return False
    rooms = [room.name for room in clinic.rooms(desk.store, desk.today())]
    return len(as_of.rooms(desk.store, undo.before, desk.today())) == len(rooms)


def taken(desk: Desk, undo: Undo) -> Iterator[Reason]:
    """Whatever stands in a place that a session would go back to."""
    from microsclero.desk.diary_of import in_the_way
    from microsclero.store import diary

    own = [pair.now.session for pair in undo.pairs]
    for pair in undo.pairs:
        row = pair.then
        if row.status != "planned":
            continue
        for other in in_the_way(desk, row, excluding=own):
            there = Pair(*[diary.session(desk.store, other.session)] * 2)
            if _shared_the_rooms(desk, undo, pair, there):
                continue
            yield Reason(
                "slot_taken",
                f"{when(row)} is taken by {there.name} with {other.injector}, so {pair.name} can't go back; "
                "nothing was undone.",
                {
                    "session": row.session,
                    "date": row.on.isoformat(),
                    "start": f"{row.starts:%H:%M}",
                    "blocked_by": other.session,
                    "blocked_by_patient": other.patient_no,
                },
            )
