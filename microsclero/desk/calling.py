"""A call about an open line: noted with what came of it; the line stays until its own cause is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from microsclero.desk.worked import ABOUT, Line, worked
from microsclero.desk.worked_causes import SESSIONS_AT_MOST, hours_ahead
from microsclero.errors import ConflictError, NotFoundError, Reason, RefusedError, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk

OUTCOMES = ("reached", "no_answer", "message_left", "wrong_number", "put_off", "wants_no_more")
# Where nothing was settled, it may be said when to ring again.
MAY_WAIT = ("no_answer", "message_left", "put_off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A call as it was noted; `line` as it stands now, None where it has left the list."""

    contact: int
    patient_no: int
    about: str
    outcome: str
    attempts: int
    line: Line | None
    remarks: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "contact": self.contact,
            "patient": self.patient_no,
            "about": self.about,
            "outcome": self.outcome,
            "attempts": self.attempts,
            "still_open": self.line is not None,
            "next": f"microsclero {self.line.next}" if self.line else None,
            "remarks": list(self.remarks),
        }


def open_lines(desk: Desk, patient_no: int) -> tuple[Line, ...]:
    """Everything open about one patient, in the order in which the desk works."""
    from microsclero.desk.patients import patient_of

    patient_of(desk, patient_no)
    found = worked(desk, hours_ahead(desk), whole=True, patient_no=patient_no)
    return tuple(line for about in ABOUT for line in found.lines[about])


def given_up(desk: Desk, patient_no: int) -> tuple[Line, ...]:
    """What would wait for a new date, had nobody noted that the patient wants none; nothing while another waits."""
    from microsclero.store import diary_lists
    from microsclero.store.rows import WHOLE

    still, no_more = (
        diary_lists.without_date(
            desk.store, sessions=SESSIONS_AT_MOST, limit=WHOLE, patient_no=patient_no, no_more=is_noted
        )
        for is_noted in (False, True)
    )
    return tuple(
        Line(patient_no=patient_no, name="", what="", on=row.on, about="new_date", about_id=row.session)
        for row in (() if still else no_more)
    )


def lines_about(desk: Desk, patient_no: int, about: str | None, outcome: str | None = None) -> tuple[Line, ...]:
    """The lines that a call is about, the earliest first; without a word, those of the one kind that is open.

    Whoever was noted as wanting no new date, and is reached about one after all, has those lines back.
    """
    from microsclero.text import visible

    lines = open_lines(desk, patient_no)
    kinds = tuple(dict.fromkeys(line.about for line in lines))
    closed = given_up(desk, patient_no) if about in (None, "new_date") else ()
    if closed and (about, outcome) == ("new_date", "reached"):
        return closed
    hint = f" {_how_to_take_back(patient_no)}" if closed else ""
    if not kinds:
        raise NotFoundError(
            f"Nothing is open about patient {patient_no}, so there is nothing to ring about; "
            f"see: microsclero today.{hint}",
            code="no_open_line",
            patient=patient_no,
        )
    if about is None and len(kinds) > 1:
        raise UsageError(
            f"What was it about? Open about patient {patient_no}: {', '.join(kinds)}; say which with --about.",
            code="about_missing",
            open=list(kinds),
        )
    wanted = about or kinds[0]
    chosen = sorted((line for line in lines if line.about == wanted), key=lambda line: line.on or date.max)
    if not chosen:
        raise NotFoundError(
            f"Nothing is open about patient {patient_no} under {visible(wanted)}; open: {', '.join(kinds)}.{hint}",
            code="no_open_line",
            patient=patient_no,
            open=list(kinds),
        )
    return tuple(chosen)


def _how_to_take_back(patient_no: int) -> str:
    return (
        "It was noted that they want no new date; if they want one after all: "
        f"microsclero call {patient_no} --about new_date --outcome reached"
    )


def refuse_until(desk: Desk, lines: tuple[Line, ...], until: date | None) -> None:
    """A line is put off to a day to come (else 2), and before the session that it is rung about (else 4)."""
    from microsclero.dates import show_date

    if until is None:
        return
    if until <= desk.today():
        raise UsageError(
            f"--until is {show_date(until)}: give a day after today.", code="in_the_past", option="--until"
        )
    too_late = [
        Reason(
            "too_late",
            f"The session is on {show_date(line.on)}: ring again before that day.",
            {"session": line.about_id, "date": line.on.isoformat()},
        )
        for line in lines
        if line.about in ("preparation", "stranded") and line.on and until >= line.on
    ]
    if too_late:
        raise RefusedError.for_reasons(too_late)


def note_call(
    desk: Desk, lines: tuple[Line, ...], outcome: str, *, until: date | None = None, note: str | None = None
) -> Called:
    """Keep the attempt with each of these lines; if one has gone meanwhile, nothing is saved (5)."""
    from microsclero.store import contacts, diary

    first = lines[0]
    refuse_until(desk, lines, until)
    with desk.store.changing(who=desk.writer(), command="call"):
        is_back = _is_taken_back(desk, lines, outcome)
        numbers = [
            contacts.add_contact(
                desk.store,
                patient_no=line.patient_no,
                about=line.about,
                about_id=line.about_id,
                about_on=line.on or desk.today(),
                outcome=outcome,
                put_off_until=until,
                note=note,
            )
            for line in lines
        ]
        if is_back or (first.about, outcome) == ("new_date", "wants_no_more"):
            for line in lines:
                version = diary.session(desk.store, line.about_id).version
                settled = None if is_back else "no_more"
                diary.update_session(desk.store, line.about_id, {"settled": settled}, version)
    now = next((line for line in open_lines(desk, first.patient_no) if _which(line) == _which(first)), None)
    return Called(
        contact=numbers[0],
        patient_no=first.patient_no,
        about=first.about,
        outcome=outcome,
        attempts=now.attempts if now else first.attempts + 1,
        line=now,
        remarks=_remarks(first, outcome, many=len(lines), is_back=is_back),
    )


def _which(line: Line) -> tuple[str, int, date | None]:
    """What makes a line that line: a moved session is another one."""
    return line.about, line.about_id, line.on


def _as_shown(line: Line) -> tuple[object, ...]:
    """What the caller said: of a session, its start, too."""
    return *_which(line), line.what


def _is_taken_back(desk: Desk, lines: tuple[Line, ...], outcome: str) -> bool:
    """Whether these lines come back; looked for again under the lock, and a conflict where they are other ones."""
    first, wanted = lines[0], {_as_shown(line) for line in lines}
    desk = desk.reread()
    still = {_as_shown(line) for line in open_lines(desk, first.patient_no) if line.about == first.about}
    if still == wanted:
        return False
    if (first.about, outcome) == ("new_date", "reached"):
        still = {_as_shown(line) for line in given_up(desk, first.patient_no)}
    if still != wanted:
        raise ConflictError(
            f"What is open about patient {first.patient_no} changed meanwhile; nothing was saved. Look again.",
            code="changed_meanwhile",
            patient=first.patient_no,
        )
    return True


def _remarks(line: Line, outcome: str, *, many: int, is_back: bool) -> tuple[str, ...]:
    """What the caller should know besides."""
    remarks = []
    if is_back:
        remarks.append("It was noted before that they want no new date; that no longer holds.")
    if many > 1:
        remarks.append(f"{many} lines of patient {line.patient_no} are about this; the call is noted with each.")
    if outcome == "wants_no_more" and line.about in ("preparation", "stranded"):
        remarks.append("The session stays booked until it is taken out: microsclero cancel.")
    return tuple(remarks)
