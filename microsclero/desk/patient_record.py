"""A patient on one page: screenings, decisions, sessions, documents; the look itself is noted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from microsclero.desk.patients import as_data, bystanders, patient_of
from microsclero.desk.told import Told, told_of
from microsclero.errors import ContentError, FileError
from microsclero.patients import Patient

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.clashes import Event
    from microsclero.desk import Desk
    from microsclero.desk.explaining import Why
    from microsclero.desk.open_reactions import Open
    from microsclero.desk.sessions import PlannedSession
    from microsclero.desk.timeline import Entry
    from microsclero.desk.why_not import Glance
    from microsclero.store.clinic import MemberRow
    from microsclero.store.screenings import DocumentRow, ScreeningRow


# Outcomes on which a decision may have been recorded; the others need no look.
DECIDED = ("review", "refer")


class ScreeningLine(NamedTuple):
    """One screening in a patient's record."""

    number: int
    purpose: str
    on: date
    outcome: str
    ask_again_on: date | None
    signed_by: str | None
    open_rules: tuple[str, ...]
    decisions: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "screening": self.number,
            "for": self.purpose,
            "date": self.on.isoformat(),
            "outcome": self.outcome,
            "ask_again_on": self.ask_again_on.isoformat() if self.ask_again_on else None,
            "signed_by": self.signed_by,
            "for_review": list(self.open_rules),
            "decisions": list(self.decisions),
        }


class Record(NamedTuple):
    """A patient on one page."""

    patient: Patient
    age: int
    screenings: tuple[ScreeningLine, ...]
    sessions: tuple[PlannedSession, ...]
    documents: tuple[dict[str, object], ...]
    unfinished: tuple[str, ...]
    remarks: tuple[str, ...]
    events: tuple[Event, ...] = ()
    why_not: tuple[Why, ...] = ()
    first: dict[str, object] | None = None
    first_words: str | None = None
    next_session: PlannedSession | None = None
    timeline: tuple[Entry, ...] = ()
    on: date | None = None
    opened: Open | None = None
    told: Told = Told((), ())
    team: tuple[MemberRow, ...] = ()

    def as_data(self) -> dict[str, object]:
        return as_data(self.patient) | {
            "age": self.age,
            "allergies_told": list(self.told.allergies),
            "medicines": list(self.told.medicines),
            "holds": self.opened.holds_data() if self.opened else [],
            "open_reactions": self.opened.reactions_data() if self.opened else [],
            "why_not": [reason.as_data() for reason in self.why_not],
            "first_possible": self.first,
            "screenings": [line.as_data() for line in self.screenings],
            "sessions": [session.as_data() for session in self.sessions],
            "events": [event.as_data() for event in self.events],
            "documents": list(self.documents),
            "timeline": [entry.as_data() for entry in self.timeline],
            "team": [{"initials": one.initials, "name": one.name, "register": one.register} for one in self.team],
            "unfinished_intake": "intake" in self.unfinished,
            "remarks": list(self.remarks),
        }


def record(desk: Desk, patient_no: int) -> Record:
    """The patient's page; the look itself is recorded."""
    from microsclero.desk.events import events_from
    from microsclero.desk.holding import as_held
    from microsclero.desk.open_reactions import open_of
    from microsclero.desk.sessions import planned
    from microsclero.desk.timeline import timeline
    from microsclero.store import diary, drafts, screenings

    patient = patient_of(desk, patient_no)
    unseen = note_look(desk, patient_no, "patient show")
    screened = screenings.screenings_of(desk.store, patient_no)
    sessions = diary.sessions_of_patient(desk.store, patient_no)
    filed = screenings.documents(desk.store, patient_no)
    ahead = [row for row in sessions if row.status == "planned" and row.on >= desk.today()]
    opened = open_of(desk, patient_no)
    held = {patient_no} if opened.holds else set()
    glance, unread = _at_a_glance(desk, patient_no, screened, is_planned=any(row.kind == "session" for row in ahead))
    told = timeline(
        desk,
        patient_no,
        screened,
        tuple(row._replace(status="HELD") if row in ahead and held and row.number else row for row in sessions),
        tuple(filed),
    )
    return Record(
        patient=patient,
        age=patient.age_on(desk.today()),
        screenings=tuple(_screening_line(desk, row) for row in screened),
        sessions=as_held(map(planned, sessions), held),
        documents=tuple(map(_document_data, filed)),
        unfinished=tuple(row.purpose for row in drafts.drafts(desk.store, patient_no) if row.purpose != "treat"),
        remarks=(*bystanders(desk, patient), *unseen, *unread),
        events=events_from(desk, patient_no, desk.today()),
        why_not=glance.reasons,
        first=glance.first,
        first_words=glance.first_words,
        next_session=as_held([planned(ahead[0])], held)[0] if ahead else None,
        timeline=told,
        on=desk.today(),
        opened=opened,
        told=told_of(desk, patient_no, screened),
        team=_named_in(desk, told),
    )


def _named_in(desk: Desk, entries: Iterable[Entry]) -> tuple[MemberRow, ...]:
    """Those of the team, also who left, whose initials stand in these entries."""
    import re

    told = "\n".join(line for entry in entries for line in (entry.title, *entry.lines, entry.struck or ""))
    return tuple(
        member for member in desk.team if re.search(rf"(?<!\w){re.escape(member.initials)}(?!\w)", told) is not None
    )


def _screening_line(desk: Desk, row: ScreeningRow) -> ScreeningLine:
    from microsclero.store import screenings

    is_open = row.superseded_by is None and row.decided_at is None
    made = screenings.decisions(desk.store, row.screening) if row.outcome in DECIDED else ()
    return ScreeningLine(
        number=row.screening,
        purpose=row.purpose,
        on=row.on,
        outcome=row.outcome,
        ask_again_on=row.ask_again_on,
        signed_by=row.signed_by,
        open_rules=tuple(
            str(found["rule"]) for found in row.findings if is_open and found["outcome"] == row.outcome != "note"
        ),
        decisions=tuple(f"{each.rule}: {each.decision} ({each.prescriber}), {each.reason}" for each in made),
    )


def _document_data(row: DocumentRow) -> dict[str, object]:
    return {
        "document": row.document,
        "kind": row.kind,
        "dated_on": row.dated_on.isoformat(),
        "rule": row.rule,
        "summary": row.summary,
    }


def _at_a_glance(
    desk: Desk, patient_no: int, screened: tuple[ScreeningRow, ...], *, is_planned: bool
) -> tuple[Glance, tuple[str, ...]]:
    """What stands against today; where the words and rules can't be read, the page is shown without it, and says so."""
    from microsclero.desk.why_not import Glance, at_a_glance

    try:
        return at_a_glance(desk, patient_no, screened, is_planned=is_planned), ()
    except ContentError as error:
        return Glance((), None, None), (f"Whether anything stands against a session is not known: {error.message}",)


def note_look(desk: Desk, patient_no: int, command: str) -> tuple[str, ...]:
    """Note the look; where somebody is saving just now it is shown all the same, and said."""
    from microsclero.store import patients

    try:
        patients.looked(desk.store, patient_no, desk.who, command)
    except FileError as error:
        if error.code not in ("file_locked", "disk_full", "disk_error"):
            raise
        return (f"This look could not be noted in the record. {error.message}",)
    return ()
