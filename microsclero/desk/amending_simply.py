"""Notes, photographs and documents made once more: corrected, moved to the right patient, or struck out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from microsclero.desk.amending import IN_ERROR, Done, Kept, strike
from microsclero.desk.entries import told_of
from microsclero.errors import NotFoundError, Reason, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.amending import Asked
    from microsclero.desk.entries import Entry
    from microsclero.store.diary import SessionRow
    from microsclero.store.photos import PhotoRow


def note(desk: Desk, asked: Asked, found: Entry) -> Done:
    from microsclero.store import notes

    if asked.action == IN_ERROR:
        strike(desk, asked, found, None)
        return Done()
    patient_no = asked.patient or found.patient_no
    words = str((asked.told or found.told)["note"])
    number = notes.add_note(desk.store, patient_no=patient_no, words=words)
    strike(desk, asked, found, number)
    return Done(new=number, patient_no=patient_no, now={"note": words})


def document(desk: Desk, asked: Asked, found: Entry) -> Done:
    """A document is only ever struck out: what was filed right is filed anew."""
    from microsclero.desk.standing_of import screenings_in_force
    from microsclero.store import reactions

    before = {row.screening: _referred(desk, row) for row in screenings_in_force(desk, found.patient_no)}
    strike(desk, asked, found, None)
    waiting = [
        rule
        for row in screenings_in_force(desk, found.patient_no)
        for rule in _referred(desk, row)
        if rule not in before[row.screening]
    ]
    rested = [
        f"Hold {word.hold} was {'lifted' if word.word == 'lift' else 'kept'} by {word.prescriber} with this document: "
        "a prescriber looks at that again."
        for word in reactions.hold_words_of(desk.store, found.patient_no)
        if word.document == found.number
    ]
    named = ", ".join(dict.fromkeys(waiting))
    kind = found.told["kind"]
    wanted = [f"Without it these wait for a {kind} again: {named}. File it: microsclero document {found.patient_no}"]
    return Done(remarks=(*(wanted if waiting else []), *rested))


def _referred(desk: Desk, row: Any) -> list[str]:
    from microsclero.desk.standing_of import stands_at

    return [found.finding.rule for found in stands_at(desk, row).findings if found.effective == "refer"]


def photo(desk: Desk, asked: Asked, found: Entry, *, treatment: int | None = None) -> Done:
    """The photograph with another label, or in another record; the picture itself is the same.

    treatment: where it goes along with one that is moved, the new one.
    """
    from microsclero.store import photos

    row: PhotoRow = found.row
    if asked.action == IN_ERROR:
        strike(desk, asked, found, None)
        return Done()
    patient_no = asked.patient or row.patient_no
    moved = patient_no != row.patient_no
    told = dict(_label(row) if asked.told is None else asked.told)
    session, course = _place(desk, patient_no, row, told, moved=moved, treatment=treatment)
    if not moved:
        _refuse_impossible(desk, patient_no, told, session)
    number = photos.add_photo(
        desk.store,
        patient_no=patient_no,
        course=course,
        session=session.session if session else None,
        stage=told["stage"],
        leg=told.get("leg"),
        region=told.get("region"),
        aspect=told.get("aspect"),
        sha256=row.sha256,
        size=row.bytes,
        width=row.width,
        height=row.height,
        original_name=row.original_name,
        taken_on=told["taken_on"],
        taken_by=_taker(desk, str(told["taken_by"]), told["taken_on"]),
    )
    strike(desk, asked, found, number)
    return Done(
        new=number,
        patient_no=patient_no,
        now=told_of(desk, "photo", number),
        incidents=_without_consent(desk, asked, patient_no, treatment) if moved else (),
    )


def _label(row: PhotoRow) -> Mapping[str, Any]:
    return {
        "stage": row.stage,
        "leg": row.leg,
        "region": row.region,
        "aspect": row.aspect,
        "taken_on": row.taken_on,
        "taken_by": row.taken_by,
    }


def _place(
    desk: Desk, patient_no: int, row: PhotoRow, told: Mapping[str, Any], *, moved: bool, treatment: int | None
) -> tuple[SessionRow | None, int | None]:
    """The session and the course it belongs to.

    Without a session named it keeps its own; in another record it is the session of that day, where there is one.
    """
    from microsclero.store import diary, treatments

    if treatment is not None:
        session = diary.session(desk.store, treatments.treatment(desk.store, treatment).session)
        return session, session.course
    rows = [
        each
        for each in diary.sessions_of_patient(desk.store, patient_no)
        if each.kind == "session" and each.status in ("planned", "given")
    ]
    if moved:
        session_of_day = next((each for each in rows if each.on == row.taken_on), None)
        courses = diary.courses_of(desk.store, patient_no)
        return session_of_day, session_of_day.course if session_of_day else courses[-1].course if courses else None
    number = told.get("session")
    if number is None:
        return None, row.course
    for each in rows:
        if (each.course, each.number) == (row.course, number):
            return each, each.course
    raise NotFoundError(
        f"Patient {patient_no} has no session {number} in that course; see: microsclero patient show {patient_no}",
        code="session_not_found",
    )


def _refuse_impossible(desk: Desk, patient_no: int, told: Mapping[str, Any], session: SessionRow | None) -> None:
    from microsclero.desk.patients import patient_of

    born_on = patient_of(desk, patient_no).born_on
    if not born_on <= told["taken_on"] <= desk.today():
        raise UsageError(
            "“taken_on” lies in the future or before the patient's birth.", code="unreadable", key="taken_on"
        )
    if told["stage"] == "session" and session is None:
        raise UsageError(
            "A photograph of a session wants its number: give “session”, or another “stage”.",
            code="missing_answer",
            key="session",
        )


def _taker(desk: Desk, initials: str, on: Any) -> str:
    from microsclero.dates import show_date
    from microsclero.desk import works_on
    from microsclero.desk.chair import member_ever

    member = member_ever(desk, initials)
    if not works_on(member, on):
        raise NotFoundError(f"{member.initials} was not in the team on {show_date(on)}.", code="member_not_found")
    return member.initials


def _without_consent(desk: Desk, asked: Asked, patient_no: int, treatment: int | None) -> tuple[Kept, ...]:
    """Taken of somebody whose consent to photographs for the record is not in force: for a prescriber to look at."""
    from microsclero.consent import in_force
    from microsclero.content.consent import load_consent
    from microsclero.desk.consenting import entry_of
    from microsclero.store import consents, incidents

    entries = [entry_of(row) for row in consents.consents(desk.store, patient_no)]
    if in_force(entries, "photo_record", desk.now(), wording=load_consent().version):
        return ()
    was_asked = any(entry.purpose == "photo_record" for entry in entries)
    reason = Reason(
        "consent_withdrawn" if was_asked else "consent_missing",
        f"Consent of patient {patient_no} to photographs for the record is not in force.",
        {"patient": patient_no},
    )
    number = incidents.add_incident(
        desk.store, patient_no=patient_no, treatment=treatment, codes=[reason.code], reason=asked.reason
    )
    return (Kept(number, patient_no, (reason,)),)
