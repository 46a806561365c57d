"""Consent at the desk: what stands in the file, given, confirmed or taken back, and what it holds up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from microsclero.errors import ConflictError, Reason, RefusedError, UsageError

if TYPE_CHECKING:
    from microsclero.consent import ConsentEntry, ConsentWords
    from microsclero.desk import Desk
    from microsclero.objections import Objection
    from microsclero.patients import Patient
    from microsclero.store.clinic import MemberRow
    from microsclero.store.consents import ConsentRow

# Treatment is talked over with whoever gives or prescribes it, not with somebody they send.
SEEKERS = ("injector", "prescriber")


def objections(desk: Desk, patient_no: int, at: datetime) -> tuple[Objection, ...]:
    """What stands against treating this patient at that moment, as far as consent goes; all of it at once."""
    from microsclero.consent import consent_objections
    from microsclero.content.consent import load_consent
    from microsclero.store import consents

    return consent_objections(
        map(entry_of, consents.consents(desk.store, patient_no)),
        at=at,
        wording=load_consent().version,
        zone=desk.clinic.zone,
        consulted_on=_consulted_on(desk, patient_no, at),
        cooling_off_days=desk.clinic.cooling_off_days,
    )


def entry_of(row: ConsentRow) -> ConsentEntry:
    from microsclero.consent import ConsentEntry

    return ConsentEntry(
        purpose=row.purpose,
        is_given=row.is_given,
        wording=row.wording,
        taken_by=row.taken_by,
        method=row.method,
        at=row.at,
    )


def _consulted_on(desk: Desk, patient_no: int, at: datetime) -> date | None:
    """The day of the first intake that still counts at that moment: that is when it was first talked over."""
    from microsclero import content
    from microsclero.store import screenings

    day = _day(desk, at)
    first = day - timedelta(days=content.intake_valid_days())
    rows = screenings.screenings_of(desk.store, patient_no)
    return min((row.on for row in rows if row.purpose == "intake" and first <= row.on <= day), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentLine:
    """One entry as it stands now. withdrawn_at: the first no after it; None for a no itself."""

    entry: ConsentEntry
    is_in_force: bool
    withdrawn_at: datetime | None

    def as_data(self) -> dict[str, object]:
        return {
            "purpose": self.entry.purpose,
            "given": self.entry.is_given,
            "wording": self.entry.wording,
            "taken_by": self.entry.taken_by,
            "method": self.entry.method,
            "at": self.entry.at.isoformat(),
            "in_force": self.is_in_force,
            "withdrawn_at": self.withdrawn_at.isoformat() if self.withdrawn_at else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Consents:
    """Everything a patient ever agreed to or took back, oldest first, and what of it is in force."""

    patient: Patient
    wording: ConsentWords
    lines: tuple[ConsentLine, ...]
    remarks: tuple[str, ...] = ()

    @property
    def in_force(self) -> tuple[str, ...]:
        from microsclero.consent import PURPOSES

        standing = {line.entry.purpose for line in self.lines if line.is_in_force}
        return tuple(purpose for purpose in PURPOSES if purpose in standing)

    def of(self, purpose: str) -> tuple[ConsentLine, ...]:
        return tuple(line for line in self.lines if line.entry.purpose == purpose)

    def agreed_at(self) -> dict[str, datetime]:
        """When each purpose that was not taken back since was last agreed to, to whatever wording."""
        return {
            line.entry.purpose: line.entry.at
            for line in self.lines
            if line.entry.is_given and line.withdrawn_at is None
        }

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient.number,
            "wording": self.wording.version,
            "consents": [line.as_data() for line in self.lines],
            "in_force": list(self.in_force),
            "remarks": list(self.remarks),
        }


def standing(desk: Desk, patient_no: int, remarks: tuple[str, ...] = ()) -> Consents:
    """What a patient has agreed to, as it stands now."""
    from microsclero.consent import PURPOSES, in_force
    from microsclero.content.consent import load_consent
    from microsclero.desk.patients import patient_of
    from microsclero.store import consents

    patient, wording = patient_of(desk, patient_no), load_consent()
    rows = consents.consents(desk.store, patient_no)
    entries = sorted((_local(desk, entry_of(row)) for row in rows), key=lambda entry: entry.at)
    found = {purpose: in_force(entries, purpose, desk.now(), wording=wording.version) for purpose in PURPOSES}
    lines = [
        ConsentLine(
            entry=entry,
            is_in_force=entry is found[entry.purpose],
            withdrawn_at=next((e.at for e in _after(entries[place:]) if entry.is_given), None),
        )
        for place, entry in enumerate(entries)
    ]
    return Consents(patient=patient, wording=wording, lines=tuple(lines), remarks=remarks)


def _after(entries: list[ConsentEntry]) -> Iterator[ConsentEntry]:
    """What was said no to about the purpose of the first of these, after it."""
    first, *later = entries
    return (entry for entry in later if entry.purpose == first.purpose and not entry.is_given)


def _local(desk: Desk, entry: ConsentEntry) -> ConsentEntry:
    return replace(entry, at=entry.at.astimezone(desk.zone))


def _day(desk: Desk, at: datetime) -> date:
    return at.astimezone(desk.zone).date()


def take(
    desk: Desk,
    patient_no: int,
    said: Mapping[str, bool],
    *,
    taken_by: str,
    method: str,
    at: str | None = None,
    seen: Consents | None = None,
) -> Consents:
    """Keep what the patient said about each purpose: true for a yes, false for taking it back.

    at: a moment as it was typed; None for now. seen: what was on the screen meanwhile; another state is a conflict.
    """
    from microsclero.content.consent import load_consent
    from microsclero.desk.patients import patient_of
    from microsclero.store import consents

    patient = patient_of(desk, patient_no)
    moment = _moment(desk, patient, at)
    member = desk.member_on(taken_by, _day(desk, moment))
    with desk.store.changing(who=desk.writer(), command="consent"):
        before = standing(desk, patient_no)
        if seen is not None and seen.lines != before.lines:
            raise ConflictError(
                f"The consents of patient {patient_no} changed meanwhile; nothing was saved. Look again.",
                code="changed_meanwhile",
            )
        entries = [line.entry for line in before.lines]
        reasons = (*_role_missing(member, said), *_nothing_to_withdraw(entries, said, moment))
        if reasons:
            raise RefusedError.for_reasons(reasons)
        words = load_consent()
        for purpose, is_given in said.items():
            consents.add_consent(
                desk.store,
                patient_no=patient_no,
                purpose=purpose,
                is_given=is_given,
                wording=words.version,
                sha256=words.sha256,
                taken_by=member.initials,
                method=method,
                at=moment if at else None,
            )
    remarks = (*_late(entries, said, moment), *_follows(desk, patient_no, said))
    now = standing(desk, patient_no)
    return replace(now, remarks=(*remarks, *_still_agreed(now, said)))


def _moment(desk: Desk, patient: Patient, at: str | None) -> datetime:
    """When it was said, by the clinic's clock: not to come, and not before the patient was born."""
    from microsclero.dates import parse_moment, show_moment

    now = desk.now()
    if at is None:
        return now
    try:
        moment = parse_moment(at, zone=desk.clinic.zone)
    except ValueError as error:
        raise UsageError(f"“at”: {error}".rstrip(".") + ".", code="unreadable", key="at") from None
    if moment > now or moment.date() < patient.born_on:
        when = "is still to come" if moment > now else "lies before the patient's birth"
        raise UsageError(f"“at” is {show_moment(moment)}, which {when}.", code="unreadable", key="at")
    return moment


def _role_missing(member: MemberRow, said: Mapping[str, bool]) -> Iterator[Reason]:
    """Anybody may take down a no; a yes to treatment is sought by somebody who gives or prescribes it."""
    if said.get("treatment") and not set(SEEKERS) & set(member.roles):
        yield Reason(
            "role_missing",
            f"{member.initials} neither injects nor prescribes: consent to treatment is taken by somebody who does.",
            {"taken_by": member.initials},
        )


def _nothing_to_withdraw(entries: list[ConsentEntry], said: Mapping[str, bool], at: datetime) -> Iterator[Reason]:
    from microsclero.consent import PURPOSE_WORDS, last_given
    from microsclero.dates import show_moment

    for purpose in (each for each, is_given in said.items() if not is_given):
        if last_given(entries, purpose, at) is not None:
            continue
        words = PURPOSE_WORDS[purpose]
        noes = [entry.at for entry in entries if entry.purpose == purpose and not entry.is_given and entry.at <= at]
        message = (
            f"Consent to {words} was taken back already, on {show_moment(noes[-1])}."
            if noes
            else f"Consent to {words} has not been given, so there is nothing to take back."
        )
        yield Reason("nothing_to_withdraw", message, {"purpose": purpose})


def _late(entries: list[ConsentEntry], said: Mapping[str, bool], at: datetime) -> Iterator[str]:
    """What was entered already, and said after this."""
    from microsclero.consent import PURPOSE_WORDS
    from microsclero.dates import show_moment

    for purpose in said:
        later = [entry for entry in entries if entry.purpose == purpose and entry.at > at]
        if later:
            what = "given" if later[-1].is_given else "taken back"
            moment = show_moment(later[-1].at)
            yield f"Consent to {PURPOSE_WORDS[purpose]} was {what} later, on {moment}: that is what counts now."


def _follows(desk: Desk, patient_no: int, said: Mapping[str, bool]) -> Iterator[str]:
    """What the desk has to do about it, or wait for."""
    if said.get("treatment") is False:
        yield from _booked_without(desk, patient_no)
    if said.get("treatment"):
        yield from _time_to_think(desk, patient_no)
    if said.get("photo_record") is False:
        yield "Take no more photographs; those in the record are kept as long as the record."
    if said.get("photo_teaching") is False:
        yield "Do not show the photographs for teaching any more."
    if said.get("portfolio") is False:
        yield (
            "The portfolio page drops these photographs when it is built again: build it now, and take down what is "
            "shown elsewhere."
        )


def _still_agreed(now: Consents, said: Mapping[str, bool]) -> Iterator[str]:
    """After something was taken back: what is agreed to as before, since each purpose is taken back by itself."""
    from microsclero.consent import PURPOSE_WORDS

    if all(said.values()):
        return
    left = [PURPOSE_WORDS[purpose] for purpose in now.in_force if purpose not in said]
    if left:
        yield f"Still agreed to: {'; '.join(left)}."
    if said.get("photo_record") is False and "portfolio" in now.in_force:
        yield "Photographs kept already may still be shown: to end that, take back the portfolio too."


def _booked_without(desk: Desk, patient_no: int) -> Iterator[str]:
    """The sessions that stand in the diary although nothing may be given."""
    from microsclero.dates import show_date
    from microsclero.store import diary

    rows = [
        row
        for row in diary.sessions_of_patient(desk.store, patient_no)
        if row.status == "planned" and row.kind == "session" and row.on >= desk.today()
    ]
    if rows:
        days = ", ".join(f"session {row.number} on {show_date(row.on)}" for row in rows)
        yield (
            f"Still booked: {days}. Nothing is given without consent; to take one out: "
            f"microsclero cancel {patient_no} --session {rows[0].number} --reason patient_choice"
        )


def _time_to_think(desk: Desk, patient_no: int) -> Iterator[str]:
    """The clinic's own days between consent and treatment, while they run; and what is booked inside them."""
    from microsclero.dates import show_date
    from microsclero.store import diary

    reason = next((each for each in objections(desk, patient_no, desk.now()) if each.code == "cooling_off"), None)
    if reason is None:
        return
    yield reason.message
    from_on = date.fromisoformat(str(reason.details["from_on"]))
    for row in diary.sessions_of_patient(desk.store, patient_no):
        if row.status == "planned" and row.kind == "session" and desk.today() <= row.on < from_on:
            yield (
                f"Session {row.number} on {show_date(row.on)} is booked before that; to move it: "
                f"microsclero move {patient_no} --session {row.number} --to DATE"
            )
