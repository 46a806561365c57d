"""A change of the diary taken back as one at the desk: shown before and after, then saved as it was shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from microsclero.desk.history_of import Told, told
from microsclero.desk.holding import as_held, held
from microsclero.desk.sessions import PlannedSession, planned
from microsclero.desk.undo_rules import LIVE, Pair
from microsclero.errors import ConflictError, NotFoundError, Reason, RefusedError

if TYPE_CHECKING:
    from microsclero.clashes import Notice
    from microsclero.desk import Desk
    from microsclero.store.journal import EntryRow, NotedRow
    from microsclero.store.undoing import RowBack

DIARY = ("plan", "move", "cancel", "missed", "rebook", "clinic close", "clinic away")

# What corrects a change that is not of the diary.
_INSTEAD = {
    "record undo": "what was undone is booked again with plan, move or rebook",
    "screen": "what was signed stays, and a new screening takes its place: microsclero screen",
    "decide": "what was signed stays, and a new decision takes its place: microsclero decide",
    "document": "what was filed is struck out: microsclero amend document",
    **{
        verb: f"what was entered stays, struck through, and is put right: microsclero amend {kind}"
        for verb, kind in (
            ("treat", "treatment"),
            ("reaction", "reaction"),
            ("response", "response"),
            ("note", "note"),
            ("photo add", "photo"),
            ("amend", "KIND"),
        )
    },
    "reaction": "what was reported stays, and is followed to its end: microsclero reaction",
    "patient add": "nobody is taken out of the record; details are corrected with microsclero patient edit",
    "patient edit": "type the details as they were: microsclero patient edit",
    "patient event": "take the event out, or enter it again: microsclero patient event",
    "call": "enter another call; who wants a new date after all: "
    "microsclero call PATIENT --about new_date --outcome reached",
    "clinic edit": "type the settings as they were: microsclero clinic edit",
    "clinic hours": "type the hours as they were: microsclero clinic hours",
    "clinic team": "type the entry as it was: microsclero clinic team",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """One change to be taken back: what it was, and each row now and as it would be again."""

    entry: int
    command: str
    who: str
    at: datetime
    reason: str
    pairs: tuple[Pair, ...]
    changes: tuple[Told, ...]
    rows: tuple[RowBack, ...]
    sessions: tuple[PlannedSession, ...]
    remarks: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    saved: bool = False

    @property
    def patients(self) -> tuple[int, ...]:
        """Whose sessions are touched."""
        return tuple(sorted({pair.now.patient_no for pair in self.pairs}))

    def as_data(self) -> dict[str, object]:
        return {
            "undone": {
                "entry": self.entry,
                "command": self.command,
                "who": self.who,
                "at": self.at.isoformat(timespec="seconds"),
                "reason": self.reason,
                "patients": list(self.patients),
                "changed": [_as_data(pair) for pair in self.pairs],
                "changes": [change.as_data() for change in self.changes],
                "saved": self.saved,
            },
            "sessions": [session.as_data() | {"patient": session.patient_no} for session in self.sessions],
            "remarks": [*self.remarks, *(notice.words() for notice in self.notices)],
        }


def _as_data(pair: Pair) -> dict[str, object]:
    """One session; from and to are null where it was, or will be, in no place."""
    now = pair.now if pair.now.status in LIVE else None
    then = pair.then if pair.then.status in LIVE else None
    return {
        "session": pair.now.session,
        "patient": pair.now.patient_no,
        "number": pair.then.number,
        "from": now.on.isoformat() if now else None,
        "from_time": f"{now.starts:%H:%M}" if now else None,
        "to": then.on.isoformat() if then else None,
        "to_time": f"{then.starts:%H:%M}" if then else None,
        "status": pair.then.state,
    }


def propose(desk: Desk, number: int | None, *, reason: str) -> Undoing:
    """This change, or this person's last one of the diary, taken back; refused (4, 5) with every reason."""
    from microsclero.desk import undo_rules, undo_since
    from microsclero.store import journal, undoing

    who = desk.writer()
    made = _wanted(desk, who, number)
    noted = journal.rows_of(desk.store, made)
    _refuse_others(made, noted)
    rows = undoing.rows_back(desk.store, noted, on=desk.today())
    undo = undo_rules.undo_of(desk, made, rows)
    objections = undo_rules.rules(desk, undo)
    for kind, reasons in (
        (RefusedError, undo_since.given(undo)),
        (ConflictError, undo_since.changed_since(desk, undo)),
        (RefusedError, [each.reason for each in objections if not each.was_so]),
        (ConflictError, (*undo_since.courses_since(desk, undo), *undo_since.taken(desk, undo))),
    ):
        against: list[Reason] = list(reasons)
        if against:
            raise kind.for_reasons(against)
    then = {pair.now.session: pair.then for pair in undo.pairs}
    return Undoing(
        entry=made.entry,
        command=made.command,
        who=made.who,
        at=made.at.astimezone(desk.zone),
        reason=reason,
        pairs=undo.pairs,
        changes=tuple(told(row.table, row.row_id, row.now, row.then) for row in rows),
        rows=rows,
        remarks=tuple(dict.fromkeys(f"As before: {each.reason.message}" for each in objections if each.was_so)),
        notices=undo_rules.clashes(desk, undo),
        sessions=as_held(
            (
                planned(after)
                for patient_no in undo.patients
                for after in undo_rules.sessions_after(desk, undo, patient_no)
                if after.status in LIVE and (after.session in then or _shares_course(after.course, undo.pairs))
            ),
            held(desk, undo.patients),
        ),
    )


def _shares_course(course: int | None, pairs: tuple[Pair, ...]) -> bool:
    return course is not None and any(pair.now.course == course for pair in pairs)


def _wanted(desk: Desk, who: str, number: int | None) -> EntryRow:
    """The entry that was named, if it is this person's and of the diary; else their last one."""
    from microsclero.dates import show_date
    from microsclero.store import journal

    if number is None:
        last = journal.last_entry_by(desk.store, who, DIARY)
        if last is None:
            raise NotFoundError(
                f"{who} has changed nothing in the diary that could be undone. "
                "See who changed what: microsclero record history",
                code="nothing_to_undo",
            )
        return last
    made = journal.entry(desk.store, number)
    if made.command not in DIARY:
        instead = _INSTEAD.get(made.command, "correct it with the command that made it")
        raise RefusedError(
            f"Entry {number} (“{made.command}”) is no change of the diary, and only those are undone: {instead}.",
            code="not_the_diary",
            entry=number,
        )
    reasons = []
    if made.who != who:
        reasons.append(
            Reason(
                "not_yours",
                f"Entry {number} was made by {made.who}, who alone may undo it; "
                "change the diary itself with move, cancel or plan.",
                {"entry": number},
            )
        )
    back = journal.undoing_of(desk.store, number)
    if back is not None:
        on = show_date(back.at.astimezone(desk.zone))
        message = f"Entry {number} was undone already, by {back.who} on {on}."
        reasons.append(Reason("already_undone", message, {"entry": number}))
    if reasons:
        raise RefusedError.for_reasons(reasons)
    return made


def _refuse_others(made: EntryRow, noted: tuple[NotedRow, ...]) -> None:
    """A change that reached further than the diary would only half go back."""
    from microsclero.store.undoing import GO_BACK, STAY

    others = {row.table for row in noted} - {*GO_BACK, *STAY}
    if others:
        named = ", ".join(sorted(name.replace("_", " ") for name in others))
        raise RefusedError(
            f"Entry {made.entry} changed more than the diary ({named}), so it can't be undone as one: "
            "correct what is wrong with the commands that made it.",
            code="not_the_diary",
            entry=made.entry,
        )


def save(desk: Desk, undoing: Undoing) -> Undoing:
    """Save what was shown, in one transaction; changed or taken meanwhile is 5, and nothing is saved."""
    from microsclero.desk import opening_of
    from microsclero.store import journal
    from microsclero.store import undoing as store_undoing

    days = [pair.then.on for pair in undoing.pairs if pair.is_coming]
    if days:
        opening_of.keep_missing_holidays(desk, max(days))
    with desk.store.changing(who=desk.writer(), command="record undo"):
        desk = desk.reread()
        try:
            again = propose(desk, undoing.entry, reason=undoing.reason)
        except (RefusedError, NotFoundError) as refusal:
            raise ConflictError.for_reasons(refusal.reasons) from None
        if again != undoing:
            raise ConflictError(
                f"The diary around entry {undoing.entry} changed meanwhile; nothing was undone. Look again.",
                code="changed_meanwhile",
                entry=undoing.entry,
            )
        made = journal.entry(desk.store, undoing.entry)
        store_undoing.take_back(desk.store, made, reason=undoing.reason, on=desk.today())
    return replace(undoing, saved=True)
