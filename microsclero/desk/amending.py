"""An entry corrected, moved to the right patient or struck out at the desk: shown whole, then saved as it was shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.desk.entries import Entry, entry, refuse_struck
from microsclero.errors import ConflictError, Reason, RefusedError

if TYPE_CHECKING:
    from datetime import date

    from microsclero.desk import Desk
    from microsclero.desk.sessions import PlannedSession

CORRECTED, MOVED, IN_ERROR = "corrected", "moved", "entered_in_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: why, and one of three things.

    told: the whole entry as it should be, where it is corrected. patient: whose it is, where it is moved; reactions
    and photos go along with a treatment that is moved.
    """

    kind: str
    number: int
    reason: str
    action: str
    told: Mapping[str, Any] | None = None
    patient: int | None = None
    reactions: tuple[int, ...] = ()
    photos: tuple[int, ...] = ()


class Kept(NamedTuple):
    """What would be refused now and is kept all the same, for a prescriber to close."""

    incident: int
    patient_no: int
    reasons: tuple[Reason, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "incident": self.incident,
            "patient": self.patient_no,
            "reasons": [reason.as_data() for reason in self.reasons],
        }


class Shift(NamedTuple):
    """One session of the diary as it stood and as it stands now; None where it was not there yet."""

    before: PlannedSession | None
    after: PlannedSession

    def as_data(self) -> dict[str, object]:
        before, after = self.before, self.after
        return {
            "session": after.session,
            "patient": after.patient_no,
            "number": after.number,
            "from": before.on.isoformat() if before else None,
            "from_time": f"{before.starts:%H:%M}" if before else None,
            "was": before.status if before else None,
            "to": after.on.isoformat(),
            "to_time": f"{after.starts:%H:%M}",
            "status": after.status,
        }


class Done(NamedTuple):
    """What came of one entry: the one that stands instead and whose it is, incidents, and what is to be said.

    now: the new entry as a document holds it. hold: it put the patient on hold.
    """

    new: int | None = None
    patient_no: int | None = None
    now: Mapping[str, Any] | None = None
    incidents: tuple[Kept, ...] = ()
    remarks: tuple[str, ...] = ()
    hold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """A correction with all it brings: the entry before and after, incidents, what moves in the diary and along."""

    asked: Asked
    entry: Entry
    done: Done
    amendment: int
    also: tuple[tuple[Entry, Done], ...]
    shifts: tuple[Shift, ...]
    remarks: tuple[str, ...]
    saved: bool = field(default=False, compare=False)

    @property
    def patient_no(self) -> int:
        """In whose record it stands from now on."""
        return self.done.patient_no or self.entry.patient_no

    @property
    def incidents(self) -> tuple[Kept, ...]:
        return tuple(each for done in (self.done, *(done for _, done in self.also)) for each in done.incidents)

    @property
    def differences(self) -> tuple[tuple[str, Any, Any], ...]:
        """Each key that is another now: before, after."""
        was, now = self.entry.told, self.done.now
        if now is None:
            return ()
        return tuple((key, was.get(key), value) for key, value in now.items() if value != was.get(key))

    def as_data(self) -> dict[str, object]:
        moved = self.asked.action == MOVED
        return {
            "amendment": self.amendment if self.saved else None,
            "kind": self.entry.kind,
            "id": self.entry.number,
            "action": self.asked.action,
            "reason": self.asked.reason,
            "new": self.done.new if self.saved else None,
            "patient": self.patient_no,
            "from_patient": self.entry.patient_no if moved else None,
            "changes": [{"key": key, "before": was, "after": now} for key, was, now in self.differences],
            "incidents": [each.as_data() | ({} if self.saved else {"incident": None}) for each in self.incidents],
            "hold": self.done.hold,
            "also": [
                {"kind": each.kind, "id": each.number, "new": done.new if self.saved else None}
                for each, done in self.also
            ],
            "changed": [shift.as_data() for shift in self.shifts],
            "remarks": list(self.remarks),
            "saved": self.saved,
        }


class _NotNow(Exception):
    """Ends a change that was only to be looked at."""


def propose(desk: Desk, asked: Asked) -> Amended:
    """The correction with all it would bring; nothing is saved. Refused as it would be then (3, 4, 5)."""
    try:
        with desk.store.changing(who=desk.who or "nobody", command="amend"):
            shown = _carried_out(desk.reread(), asked)
            raise _NotNow
    except _NotNow:
        return shown


def save(desk: Desk, shown: Amended) -> Amended:
    """Save what was shown, in one transaction; changed meanwhile is 5, and nothing is saved."""
    from microsclero.desk import opening_of

    opening_of.keep_missing_holidays(desk, max((desk.today(), *_days(shown))))
    with desk.store.changing(who=desk.writer(), command="amend"):
        now = _carried_out(desk.reread(), shown.asked)
        if now != shown:
            raise ConflictError(
                f"The record around {shown.entry.name} or the diary changed meanwhile; nothing was saved. Look again.",
                code="changed_meanwhile",
            )
    return replace(now, saved=True)


def _days(shown: Amended) -> Iterable[date]:
    return (shift.after.on for shift in shown.shifts)


def _carried_out(desk: Desk, asked: Asked) -> Amended:
    """All of it, inside `changing()`."""
    from microsclero.desk import taking_back
    from microsclero.desk.patients import patient_of

    found = entry(desk, asked.kind, asked.number)
    refuse_struck(found)
    patients = list(dict.fromkeys((found.patient_no, asked.patient or found.patient_no)))
    for patient_no in patients:
        patient_of(desk, patient_no)
    _refuse_nothing(found, asked)
    before = {row.session: row for number in patients for row in _sessions(desk, number)}
    close_by = {number: set(taking_back.gap_problems(desk, number)) for number in patients}
    done = _hand(asked.kind)(desk, asked, found)
    if asked.action == CORRECTED and done.now == found.told and not done.hold:
        raise RefusedError(f"Nothing of {found.name} would be different: it stands as it is.", code="nothing_changed")
    amendment = _amendment_on(desk, found)
    also = tuple(_also(desk, asked, found, done))
    new_gaps = [
        f"Patient {number}: {words}"
        for number in patients
        for words in taking_back.gap_problems(desk, number)
        if words not in close_by[number]
    ]
    after = [row for number in patients for row in _sessions(desk, number)]
    return Amended(
        asked=asked,
        entry=found,
        done=done,
        amendment=amendment,
        also=also,
        shifts=tuple(Shift(before.get(row.session), row) for row in after if row != before.get(row.session)),
        remarks=(*done.remarks, *(words for _, each in also for words in each.remarks), *new_gaps),
    )


def _sessions(desk: Desk, patient_no: int) -> tuple[PlannedSession, ...]:
    from microsclero.desk.sessions import planned
    from microsclero.store import diary

    return tuple(map(planned, diary.sessions_of_patient(desk.store, patient_no)))


def _refuse_nothing(found: Entry, asked: Asked) -> None:
    if asked.action == MOVED and asked.patient == found.patient_no:
        raise RefusedError(
            f"{found.name.capitalize()} is in the record of patient {found.patient_no} already.", code="nothing_changed"
        )


def _hand(kind: str) -> Callable[[Desk, Asked, Entry], Done]:
    """Whoever knows how an entry of this kind is made once more."""
    from microsclero.desk import amending_reaction, amending_response, amending_simply, amending_treatment

    return {
        "treatment": amending_treatment.amended,
        "reaction": amending_reaction.amended,
        "response": amending_response.amended,
        "note": amending_simply.note,
        "photo": amending_simply.photo,
        "document": amending_simply.document,
    }[kind]


def _also(desk: Desk, asked: Asked, found: Entry, done: Done) -> Iterable[tuple[Entry, Done]]:
    """What is tied to a moved treatment and goes along with it, each struck out and entered anew."""
    from microsclero.desk import amending_reaction, amending_simply, amending_treatment

    wanted = [("reaction", number) for number in asked.reactions] + [("photo", number) for number in asked.photos]
    if not wanted:
        return
    tied = amending_treatment.tied(desk, found)
    strangers = [f"{kind} {number}" for kind, number in wanted if (kind, number) not in tied]
    if strangers:
        known = ", ".join(f"{kind} {number}" for kind, number in tied) or "none"
        raise RefusedError(
            f"These do not belong to {found.name}: {', '.join(strangers)}. What does: {known}.", code="not_tied"
        )
    for kind, number in wanted:
        each = entry(desk, kind, number)
        along = replace(asked, kind=kind, number=number, reactions=(), photos=())
        if kind == "reaction":
            yield each, amending_reaction.amended(desk, along, each, treatment=done.new)
        else:
            yield each, amending_simply.photo(desk, along, each, treatment=done.new)


def strike(desk: Desk, asked: Asked, found: Entry, new: int | None) -> None:
    """Strike the entry through, inside `changing()`; it stays readable."""
    from microsclero.store import notes, photos, reactions, responses, treatments

    amendment = notes.add_amendment(
        desk.store,
        patient_no=found.patient_no,
        kind=found.kind,
        ref=found.number,
        action=asked.action,
        reason=asked.reason,
        new=new,
    )
    marks: dict[str, Callable[..., None]] = {
        "treatment": treatments.amend_treatment,
        "reaction": reactions.amend_reaction,
        "response": responses.amend_response,
        "note": notes.amend_note,
        "photo": photos.amend_photo,
    }
    if found.kind in marks:
        marks[found.kind](desk.store, found.number, amendment)


def chain(desk: Desk, found: Entry) -> tuple[int, ...]:
    """The entry and those of the same patient that it came from by corrections, by number, the newest first."""
    from microsclero.store import notes

    numbers = [found.number]
    while True:
        made = notes.amendment_to(desk.store, found.kind, numbers[-1])
        if made is None or made.patient_no != found.patient_no:
            return tuple(numbers)
        numbers.append(made.ref)


def _amendment_on(desk: Desk, found: Entry) -> int:
    from microsclero.store import notes

    made = notes.amendment_of(desk.store, found.kind, found.number)
    if made is None:
        raise RuntimeError(f"{found.name} was not struck out.")
    return made.amendment


def stays_on_hold(patient_no: int, cause: str) -> str:
    """A correction lifts no hold: who does."""
    return f"Patient {patient_no} stays on hold ({cause}) until a prescriber lifts it: microsclero decide {patient_no}"


def tied_words(kind: str, number: int, *, goes_along: bool) -> str:
    """What is to be done about an entry that belongs to a struck-out one."""
    key = f', or name it under "{kind}s" to have it moved along' if goes_along else ""
    return f"{kind.capitalize()} {number} belongs to it; look at it: microsclero amend {kind} {number}{key}."
