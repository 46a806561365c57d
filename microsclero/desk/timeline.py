"""Everything that happened to a patient, in the order it happened; what was corrected stands struck through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.diary import SessionRow
    from microsclero.store.reactions import ReactionRow
    from microsclero.store.screenings import DocumentRow, ScreeningRow
    from microsclero.store.treatments import TreatmentRow

_BANDS = {"expected": "usual", "call": "call", "same_day": "same day", "emergency": "emergency"}
_STAGES = {"before": "before", "session": "at the session", "after": "after"}


class Entry(NamedTuple):
    """One thing that happened; `struck` says who took it back, when and why."""

    kind: str
    number: int
    on: date
    order: str
    title: str
    lines: tuple[str, ...] = ()
    struck: str | None = None
    sites: tuple[Mapping[str, Any], ...] = ()

    def as_data(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "id": self.number,
            "date": self.on.isoformat(),
            "title": self.title,
            "lines": list(self.lines),
            "struck": self.struck,
        }


def timeline(
    desk: Desk,
    patient_no: int,
    screened: tuple[ScreeningRow, ...],
    sessions: tuple[SessionRow, ...],
    documents: tuple[DocumentRow, ...],
) -> tuple[Entry, ...]:
    """All of it, oldest first; sessions still to come are last, for their day is."""
    teller = _Teller(desk, patient_no)
    found = [
        *teller.screenings(screened),
        *teller.documents(documents),
        *teller.sessions(sessions),
        *(entry for table in teller.there for entry in teller.of(table)),
    ]
    return tuple(sorted(found, key=lambda entry: (entry.on, entry.order, entry.kind, entry.number)))


class _Teller:
    """Tells each kind of entry in a few words; holds what several of them need."""

    def __init__(self, desk: Desk, patient_no: int) -> None:
        from microsclero.store import patients

        self.desk, self.store, self.patient_no = desk, desk.store, patient_no
        # The rooms of what there is nothing of are not even opened.
        self.there = patients.kinds_of_entries(desk.store, patient_no)
        self._struck = self._strikes() if "amendment" in self.there else {}

    def of(self, table: str) -> Iterator[Entry]:
        told: Iterator[Entry] = getattr(self, f"_{table}")()
        return told

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.desk.zone).date()

    def _at(self, moment: datetime) -> tuple[date, str]:
        local = moment.astimezone(self.desk.zone)
        return local.date(), f"{local:%H:%M:%S}"

    def _strikes(self) -> dict[tuple[str, int], str]:
        from microsclero.dates import show_date
        from microsclero.store import notes

        words = {"moved": "moved to the right patient", "entered_in_error": "entered in error"}
        return {
            (row.kind, row.ref): (
                f"{words.get(row.action, row.action)} by {row.who} on {show_date(self._day(row.at))}: {row.reason}"
                + (f" ({row.kind} {row.new})" if row.new else "")
            )
            for row in notes.amendments_of(self.store, self.patient_no)
        }

    def screenings(self, rows: tuple[ScreeningRow, ...]) -> Iterator[Entry]:
        from microsclero.dates import show_date
        from microsclero.store import screenings

        for row in rows:
            again = f", ask again {show_date(row.ask_again_on)}" if row.ask_again_on else ""
            found = ", ".join(f"{each['rule']} ({each['outcome']})" for each in row.findings)
            decided = screenings.decisions(self.store, row.screening) if row.outcome in ("review", "refer") else ()
            yield Entry(
                "screening",
                row.screening,
                *self._at(row.signed_at),
                title=f"Screening {row.screening} ({row.purpose}), signed {row.signed_by}: "
                f"{_OUTCOMES[row.outcome]}{again}",
                lines=(
                    *([found] if found else []),
                    *(f"{made.rule}: {made.decision}, {made.prescriber}: {made.reason}" for made in decided),
                ),
            )

    def documents(self, rows: tuple[DocumentRow, ...]) -> Iterator[Entry]:
        from microsclero.dates import show_date

        for row in rows:
            yield Entry(
                "document",
                row.document,
                *self._at(row.filed_at),
                title=f"Document {row.document}: {row.kind} of {show_date(row.dated_on)}, filed by {row.filed_by}",
                lines=(row.summary,),
                struck=self._struck.get(("document", row.document)),
            )

    def sessions(self, rows: tuple[SessionRow, ...]) -> Iterator[Entry]:
        """Booked, missed and cancelled ones; one that was given is told by its treatment.

        What was cancelled happened on the day it was cancelled: nothing of it is still to come.
        """
        from microsclero.dates import show_date
        from microsclero.desk.sessions import planned
        from microsclero.store import formerly

        given = {row.session for row in self._treatments()} if "treatment" in self.there else set()
        is_any = any(row.status == "cancelled" for row in rows)
        cancelled = formerly.cancelled_at(self.store, self.patient_no) if is_any else {}
        for row in rows:
            if row.session in given and row.status == "given":
                continue
            what = f"Session {row.number}" if row.number else "Consultation"
            on, order, state = row.on, f"{row.starts:%H:%M:%S}", planned(row).state
            if at := cancelled.get(row.session):
                what = f"{what} of {show_date(row.on)}"
                on, order = self._at(at)
            if row.cancel_reason:
                why = row.cancel_reason.replace("_", " ")
                state = why if why == "undone" else f"{state}, {why}"
            yield Entry(
                "consultation" if row.number is None else "session",
                row.session,
                on,
                order,
                title=f"{what}, {row.starts:%H:%M}-{row.ends:%H:%M} with {row.injector}: {state}",
                lines=(f"Double-booked: {row.override_reason}",) if row.override_reason else (),
            )

    def _treatments(self) -> tuple[TreatmentRow, ...]:
        from microsclero.store import treatments

        return treatments.treatments_of(self.store, self.patient_no)

    def _treatment(self) -> Iterator[Entry]:
        from microsclero.desk.told_treatment import told_treatment
        from microsclero.store import diary

        for row in self._treatments():
            number = diary.session(self.store, row.session).number
            share = f", {row.ceiling_percent} % of the ceiling" if row.ceiling_percent else ""
            yield Entry(
                "treatment",
                row.treatment,
                *self._at(row.started_at),
                title=f"Session {number} given by {row.injector}, prescriber {row.prescriber}: "
                f"{row.total_ml} mL, {row.total_mg} mg{share}",
                lines=tuple(told_treatment(self.desk, row)),
                struck=self._struck.get(("treatment", row.treatment)),
                sites=row.sites,
            )

    def _consent(self) -> Iterator[Entry]:
        from microsclero.store import consents

        def together(row: consents.ConsentRow) -> tuple[object, ...]:
            return row.at, row.is_given, row.taken_by, row.method, row.wording

        for (at, is_given, taken_by, method, wording), rows in groupby(
            consents.consents(self.store, self.patient_no), key=together
        ):
            entries = list(rows)
            purposes = ", ".join(row.purpose.replace("_", " ") for row in entries)
            yield Entry(
                "consent",
                entries[0].consent,
                *self._at(at),  # type: ignore[arg-type]  # a moment, by the key above
                title=f"Consent {'given' if is_given else 'WITHDRAWN'}: {purposes}",
                lines=(f"taken by {taken_by}, {method}, wording {wording}",),
            )

    def _incident(self) -> Iterator[Entry]:
        from microsclero.dates import show_date
        from microsclero.store import incidents

        for row in incidents.incidents_of(self.store, self.patient_no):
            closed = (
                f"closed by {row.closed_by} on {show_date(self._day(row.closed_at))}: {row.closing}"
                if row.closed_at
                else "open: a prescriber closes it"
            )
            yield Entry(
                "incident",
                row.incident,
                *self._at(row.at),
                title=f"Incident {row.incident}: {', '.join(code.replace('_', ' ') for code in row.codes)}",
                lines=(row.reason, closed),
            )

    def _response(self) -> Iterator[Entry]:
        from microsclero.dates import show_date
        from microsclero.response import show_improvement
        from microsclero.store import responses

        for row in responses.responses_of(self.store, self.patient_no):
            grades = [f"{each['leg']} {each['region']}: {show_improvement(each['improvement'])}" for each in row.grades]
            marks = f"their own mark {row.satisfaction} of 5" if row.satisfaction else "no mark of their own"
            found = f"found: {', '.join(row.findings).replace('_', ' ')}" if row.findings else "nothing found"
            until = f" until {show_date(row.wait_until)}" if row.wait_until else ""
            yield Entry(
                "response",
                row.response,
                row.on,
                self._at(row.at)[1],
                title=f"Response {row.response} by {row.who}; next: {row.next}{until}",
                lines=(*grades, f"{marks}; {found}", *([row.notes] if row.notes else [])),
                struck=self._struck.get(("response", row.response)),
            )

    def _reaction(self) -> Iterator[Entry]:
        from microsclero.store import reactions

        for row in reactions.reactions_of(self.store, self.patient_no):
            yield Entry(
                "reaction",
                row.reaction,
                *self._at(row.at),
                title=f"Reaction {row.reaction}: {row.effect.replace('_', ' ')}, {row.severity}, {_BANDS[row.band]}",
                lines=tuple(self._told_reaction(row)),
                struck=self._struck.get(("reaction", row.reaction)),
            )

    def _told_reaction(self, row: ReactionRow) -> Iterator[str]:
        from microsclero.dates import show_date
        from microsclero.store import reactions

        where = " ".join(word for word in (row.leg, row.region) if word)
        yield f"noticed {show_date(row.noticed_on)}{f', {where}' if where else ''}"
        if row.notes:
            yield row.notes
        for step in reactions.steps_of(self.store, row.reaction):
            note = f": {step.note}" if step.note else ""
            yield f"{show_date(self._day(step.at))} {step.state.replace('_', ' ')} ({step.who}){note}"
        yield f"ended {show_date(row.ended_on)}" if row.ended_on else "open"

    def _hold(self) -> Iterator[Entry]:
        from microsclero.dates import show_date
        from microsclero.store import reactions

        words = reactions.hold_words_of(self.store, self.patient_no)
        for row in reactions.holds_of(self.store, self.patient_no):
            said = tuple(
                f"{show_date(self._day(word.at))} {word.word} by {word.prescriber}, found: {word.finding}, "
                f"{word.reason}"
                for word in words
                if word.hold == row.hold
            )
            state = "lifted" if row.lifted_at else "IN FORCE"
            yield Entry("hold", row.hold, *self._at(row.at), title=f"On hold: {row.cause} ({state})", lines=said)

    def _photo(self) -> Iterator[Entry]:
        from microsclero.store import photos

        rows = photos.photos_of(self.store, self.patient_no)
        for (taken_on, stage, struck), shown in groupby(
            rows, key=lambda row: (row.taken_on, row.stage, self._struck.get(("photo", row.photo)))
        ):
            group = list(shown)
            places = {" ".join(word for word in (row.leg, row.region, row.aspect) if word) for row in group}
            many = "1 photograph" if len(group) == 1 else f"{len(group)} photographs"
            yield Entry(
                "photo",
                group[0].photo,
                taken_on,
                self._at(group[0].at)[1],
                title=f"{many} {_STAGES[stage]}: {', '.join(str(row.photo) for row in group)}",
                lines=(", ".join(sorted(places - {""})),) if places - {""} else (),
                struck=struck,
            )

    def _note(self) -> Iterator[Entry]:
        from microsclero.store import notes

        for row in notes.notes_of(self.store, self.patient_no):
            yield Entry(
                "note",
                row.note,
                *self._at(row.at),
                title=f"Note {row.note} by {row.who}",
                lines=tuple(row.words.splitlines()),
                struck=self._struck.get(("note", row.note)),
            )

    def _amendment(self) -> Iterator[Entry]:
        """Told with what they strike through."""
        yield from ()


# What a practitioner reads of an outcome, in a line of a record.
_OUTCOMES = {
    "bar": "not suitable",
    "refer": "another opinion first",
    "defer": "not today",
    "incomplete": "not complete",
    "review": "for a prescriber",
    "note": "no contraindication recorded",
    "suitable": "no contraindication recorded",
}
