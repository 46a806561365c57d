"""A treatment made once more: corrected where it stands, moved to the right patient, or taken out of the course."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from microsclero.desk.amending import CORRECTED, MOVED, Done, Kept, chain, stays_on_hold, strike, tied_words
from microsclero.desk.entries import told_of
from microsclero.errors import RefusedError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.amending import Asked
    from microsclero.desk.entries import Entry
    from microsclero.desk.placing import Place
    from microsclero.desk.treating import Session
    from microsclero.errors import Reason
    from microsclero.store.diary import SessionRow
    from microsclero.store.treatments import TreatmentRow


def amended(desk: Desk, asked: Asked, found: Entry) -> Done:
    """The treatment as asked for, inside `changing()`."""
    if asked.action == CORRECTED:
        return _corrected(desk, asked, found)
    if asked.action == MOVED:
        return _moved(desk, asked, found)
    strike(desk, asked, found, None)
    return Done(remarks=(*_taken_out(desk, found), *_still_there(desk, asked, found)))


# ── corrected ──


def _corrected(desk: Desk, asked: Asked, found: Entry) -> Done:
    """The entry once more; what stands against it now and did not before is kept as an incident."""
    from microsclero.desk import treating
    from microsclero.store import diary

    row: TreatmentRow = found.row
    told = asked.told or {}
    session = diary.session(desk.store, row.session)
    before = _held(desk, asked, found, _given(found), _as_it_is(session, row.started_at))
    start = treating.read_moment(desk, told["started_at"], "started_at")
    place = _as_it_is(session, start)
    remarks: tuple[str, ...] = ()
    if start.date() != session.on:
        place, remarks = _on_another_day(desk, asked, found, start)
    now = _held(desk, asked, found, told, place)
    given = session.session
    if start.date() != session.on:
        given = _keep(desk, place, now, session)
    known = {(reason.code, reason.message) for reason in before.reasons}
    new = tuple(reason for reason in now.reasons if (reason.code, reason.message) not in known)
    number = treating.enter(desk, now, given, anyway=asked.reason if new else row.anyway, sheet=row.sheet)
    strike(desk, asked, found, number)
    said = [words for words in now.told if words not in before.told]
    return Done(
        new=number,
        patient_no=row.patient_no,
        now=told_of(desk, "treatment", number),
        incidents=_incident(desk, asked, row.patient_no, number, new),
        remarks=(*remarks, *said, *_still_there(desk, asked, found)),
        hold=_hold(desk, row.patient_no, number, now),
    )


def _held(desk: Desk, asked: Asked, found: Entry, told: Mapping[str, Any], place: Place) -> Session:
    """What was told, held against every gate as if the entry that is struck out had never been made."""
    from microsclero.store import diary

    with desk.store.rehearsing():
        strike(desk, asked, found, None)
        session = diary.session(desk.store, found.row.session)
        if session.status == "given":
            diary.update_session(desk.store, session.session, {"status": "planned"}, session.version)
        return _proposed(desk, asked, found.patient_no, told, place)


def _proposed(
    desk: Desk, asked: Asked, patient_no: int, told: Mapping[str, Any], place: Place | None = None
) -> Session:
    """Through the gates; what they refuse has happened, and is kept for the reason of the correction."""
    from microsclero.desk import treating

    try:
        return treating.propose(desk, patient_no, told, where=place)
    except RefusedError:
        return treating.propose(desk, patient_no, told, anyway=asked.reason, where=place)


def _as_it_is(session: SessionRow, start: datetime) -> Place:
    """The place it has; nothing else of the course moves."""
    from microsclero.desk.changes import Change
    from microsclero.desk.placing import Place

    rest = Change(kind="treat", patient_no=session.patient_no, course=session.course, steps=(), sessions=(), as_seen=())
    return Place(
        patient_no=session.patient_no,
        start=start,
        number=int(session.number or 0),
        course=session.course,
        row=session,
        rest=rest,
    )


def _on_another_day(desk: Desk, asked: Asked, found: Entry, start: datetime) -> tuple[Place, tuple[str, ...]]:
    """Its place on the day it was really given: the session planned for that day, else its own, put there.

    What the entry had moved in the diary goes back first. In a course that is closed nothing else moves.
    """
    from microsclero.desk import placing, taking_back
    from microsclero.store import diary

    session = diary.session(desk.store, found.row.session)
    running = diary.running_course(desk.store, found.patient_no)
    if running is None or running.course != session.course:
        _put_on(desk, asked, session, start, "given")
        taking_back.count_anew(desk, session.course)
        return _as_it_is(diary.session(desk.store, session.session), start), ()
    taking_back.set_aside(desk, session)
    remarks = _taken_back(desk, found, given_on=start.date())
    rows = diary.sessions_of_course(desk.store, running.course)
    another = any(row.on == start.date() and row.status == "planned" for row in rows)
    if another:
        remarks += taking_back.take_out(desk, session.session, _entered_at(desk, found))
    else:
        _put_on(desk, asked, diary.session(desk.store, session.session), start, "planned")
    taking_back.count_anew(desk, session.course)
    remarks += taking_back.open_again(desk, session.session) if another else ()
    return placing.place(desk, found.patient_no, start), remarks


def _put_on(desk: Desk, asked: Asked, session: SessionRow, start: datetime, status: str) -> None:
    """The session on the day it was really given; it stands in nobody's way, and nobody in its."""
    from microsclero.desk import placing, treating
    from microsclero.store import diary

    end = treating.read_moment(desk, (asked.told or {})["ended_at"], "ended_at")
    starts, ends = placing.free_of_own(desk, session.patient_no, start.date(), start.time(), end.time())
    blocked = diary.blocking(
        desk.store,
        on=start.date(),
        starts=starts,
        ends=ends,
        patient_no=session.patient_no,
        injector=session.injector,
        room=session.room,
        excluding=(session.session,),
    )
    changes = {
        "on": start.date(),
        "starts": starts,
        "ends": ends,
        "status": status,
        "cancel_reason": None,
        "override_reason": placing.WITHOUT_BOOKING if blocked else session.override_reason,
    }
    diary.update_session(desk.store, session.session, changes, session.version)


def _keep(desk: Desk, place: Place, now: Session, before: SessionRow) -> int:
    """The session on its new day as given, and the rest of a running course after it; its number in the file."""
    from microsclero.desk import placing
    from microsclero.store import diary, responses

    if place.row is not None and place.row.status == "given":
        return place.row.session
    told = now.treatment
    session, _ = placing.keep(desk, place, end=told.ended_at, injector=told.injector)
    seen = any(
        row.session == session.session and row.amended_by is None
        for row in responses.responses_of(desk.store, session.patient_no)
    )
    if seen and session.session == before.session and session.settled is None and before.settled:
        diary.update_session(desk.store, session.session, {"settled": before.settled}, session.version)
    return session.session


# ── moved ──


def _moved(desk: Desk, asked: Asked, found: Entry) -> Done:
    """Out of one record and into the other, where everything that stands against it is kept as an incident."""
    from microsclero.desk import placing, treating

    row: TreatmentRow = found.row
    right = int(asked.patient or 0)
    remarks = _taken_out(desk, found)
    now = _proposed(desk, asked, right, _given(found))
    told = now.treatment
    session, rest = placing.keep(desk, now.place, end=told.ended_at, injector=told.injector)
    number = treating.enter(desk, now, session.session, anyway=asked.reason if now.reasons else None, sheet=row.sheet)
    strike(desk, asked, found, number)
    return Done(
        new=number,
        patient_no=right,
        now=told_of(desk, "treatment", number),
        incidents=_incident(desk, asked, right, number, now.reasons),
        remarks=(
            *remarks,
            *_still_there(desk, asked, found),
            *(f"Patient {right}: {words}" for words in (*now.told, *rest.remarks)),
        ),
    )


def _incident(
    desk: Desk, asked: Asked, patient_no: int, treatment: int, reasons: tuple[Reason, ...]
) -> tuple[Kept, ...]:
    from microsclero.store import incidents

    if not reasons:
        return ()
    codes = list(dict.fromkeys(reason.code for reason in reasons))
    number = incidents.add_incident(
        desk.store, patient_no=patient_no, treatment=treatment, codes=codes, reason=asked.reason
    )
    return (Kept(number, patient_no, reasons),)


def _hold(desk: Desk, patient_no: int, treatment: int, now: Session) -> bool:
    """What was found on the legs, and only told of now, holds as it would have then."""
    from microsclero.store import reactions

    if not now.findings:
        return False
    cause = f"found at treatment: {', '.join(code.replace('_', ' ') for code in now.findings)}"
    reactions.add_hold(desk.store, patient_no=patient_no, cause=cause, treatment=treatment)
    return True


# ── what it had done to the diary, and what belongs to it ──


def _taken_out(desk: Desk, found: Entry) -> tuple[str, ...]:
    """The course as it would be had the treatment never been entered."""
    from microsclero.desk import taking_back
    from microsclero.store import diary

    session = diary.session(desk.store, found.row.session)
    # It must be out of the way before anything goes back to where it stood.
    taking_back.set_aside(desk, session)
    said = _taken_back(desk, found)
    said += taking_back.take_out(desk, session.session, _entered_at(desk, found))
    taking_back.count_anew(desk, session.course)
    said += taking_back.open_again(desk, session.session)
    return said + taking_back.close_empty(desk, session.course)


def _taken_back(desk: Desk, found: Entry, given_on: date | None = None) -> tuple[str, ...]:
    """What the entry, and those it corrected, had moved in the diary, the newest first."""
    from microsclero.desk import taking_back
    from microsclero.store import diary, journal

    session = diary.session(desk.store, found.row.session)
    booked = taking_back.was_booked(session, _entered_at(desk, found))
    seat = taking_back.Seat(session.session, session.course, booked, given_on)
    said: tuple[str, ...] = ()
    for number in chain(desk, found):
        made = journal.entry_of_row(desk.store, "treatment", number)
        said += taking_back.take_back(desk, made, patient_no=found.patient_no, seat=seat)
    return said


def _chain(desk: Desk, found: Entry) -> tuple[TreatmentRow, ...]:
    """The treatment, and those of the same patient that it came from by corrections, the newest first."""
    from microsclero.store import treatments

    return tuple(treatments.treatment(desk.store, number) for number in chain(desk, found))


def _entered_at(desk: Desk, found: Entry) -> tuple[datetime, ...]:
    return tuple(each.at for each in _chain(desk, found))


def tied(desk: Desk, found: Entry) -> tuple[tuple[str, int], ...]:
    """The reactions and photographs that belong to a treatment and stand, by kind and number."""
    from microsclero.store import photos, reactions

    numbers = chain(desk, found)
    return (
        *(
            ("reaction", row.reaction)
            for row in reactions.reactions_of(desk.store, found.patient_no)
            if row.treatment in numbers and row.amended_by is None
        ),
        *(
            ("photo", row.photo)
            for row in photos.photos_of(desk.store, found.patient_no)
            if row.session == found.row.session and row.amended_by is None
        ),
    )


def _still_there(desk: Desk, asked: Asked, found: Entry) -> Iterator[str]:
    """What belongs to the entry and is not changed with it: each named, with what to do."""
    from microsclero.store import incidents, reactions, responses, screenings

    numbers = chain(desk, found)
    if asked.action != CORRECTED:
        goes_along = asked.action == MOVED
        named = {("reaction", number) for number in asked.reactions} | {("photo", number) for number in asked.photos}
        for kind, number in tied(desk, found):
            if (kind, number) not in named:
                yield tied_words(kind, number, goes_along=goes_along)
        for answer in responses.responses_of(desk.store, found.patient_no):
            if answer.session == found.row.session and answer.amended_by is None:
                yield tied_words("response", answer.response, goes_along=False)
        day = found.row.started_at.astimezone(desk.zone).date()
        for asked_then in screenings.screenings_of(desk.store, found.patient_no):
            if asked_then.purpose == "session" and asked_then.on == day:
                yield (
                    f"Screening {asked_then.screening} of that day stays with patient {found.patient_no}: were those "
                    "the other's answers, screen again."
                )
        for hold in reactions.open_holds(desk.store, [found.patient_no]):
            if hold.treatment in numbers:
                yield stays_on_hold(found.patient_no, hold.cause)
    for kept in incidents.incidents_of(desk.store, found.patient_no):
        if kept.treatment in numbers and kept.closed_at is None:
            yield (
                f"Incident {kept.incident} of it stays open until a prescriber closes it: "
                f"microsclero decide {found.patient_no}"
            )


def _given(found: Entry) -> dict[str, Any]:
    """The entry as it was told, read as a document is."""
    row: TreatmentRow = found.row
    told = dict(found.told)
    told["prescriber_saw_on"] = row.prescriber_saw_on
    told["weight_kg"] = Decimal(row.weight_kg) if row.weight_kg else None
    told["vials"] = tuple(
        {
            **vial,
            "strength_percent": Decimal(vial["strength_percent"]),
            "expires_on": date.fromisoformat(vial["expires_on"]) if vial["expires_on"] else None,
        }
        for vial in told["vials"]
    )
    told["sites"] = tuple({**site, "volume_ml": Decimal(site["volume_ml"])} for site in told["sites"])
    return told
