"""What is open, of each kind that `today` lists: derived from the record, with the command that comes next."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.desk import Desk
    from microsclero.opening import Opening
    from microsclero.store.diary import SessionRow
    from microsclero.store.diary_lists import OpenSession
    from microsclero.store.screening_lists import OpenScreening

CALL_WINDOW_DAYS = 14
# However long the clinic is closed, somebody is rung before the first session after it.
LONGEST_CLOSURE_DAYS = 400
# The course's own numbers, which reading the list does not load; a test compares them.
RESPONSE_DAYS, SESSIONS_AT_MOST = 28, 4
LATER_RESPONSE_DAYS = 84
# A visit so soon after a response is due is where it is looked at.
FOLD_DAYS = 7
STALLED_DAYS = 28


class Cause(NamedTuple):
    """Why a line stands: what is open, since or until when, and the command that comes next."""

    patient_no: int
    about: str
    about_id: int
    what: str
    on: date
    next: str


def hours_ahead(desk: Desk) -> Opening:
    """The clinic's hours as far ahead as somebody is rung about, or anything is planned."""
    from microsclero.desk.opening_of import opening
    from microsclero.store import diary_lists

    today = desk.today()
    last = diary_lists.last_planned_day(desk.store) or today
    return opening(desk, today, max((last - today).days, CALL_WINDOW_DAYS))


def causes(desk: Desk, hours: Opening, limit: int, patient_no: int | None) -> dict[str, list[Cause]]:
    """What is open by what it is about, of everybody or of one patient; so many of each kind, the calls for today all.

    A course that has come to a stop is named where nothing else speaks of its patient.
    """
    from microsclero.desk.stranded import stranded
    from microsclero.desk.unreported import to_report_lines
    from microsclero.desk.worked_reactions import reactions_and_holds

    nobody_there = stranded(desk, hours, limit, patient_no)
    found = {
        "to_report": to_report_lines(desk, limit, patient_no),
        **reactions_and_holds(desk, limit, patient_no),
        "stranded": nobody_there,
        "preparation": _preparation(desk, hours, patient_no, {each.about_id for each in nobody_there}),
        "response": _responses(desk, limit, patient_no),
        "new_date": _new_dates(desk, limit, patient_no),
        "deferral": _deferrals(desk, limit, patient_no),
        "review": _reviews(desk, limit, patient_no),
        "incomplete": _incomplete(desk, limit, patient_no),
        "intake": _intakes(desk, limit, patient_no),
    }
    spoken_of = {each.patient_no for kind in found.values() for each in kind}
    return found | {"course": _courses(desk, limit, patient_no, spoken_of)}


def _preparation(desk: Desk, hours: Opening, patient_no: int | None, stranded: set[int]) -> list[Cause]:
    """Sessions to ring about: from the last open day at least two days before, until the session.

    Nobody prepares for one that is stranded before it has its new place.
    """
    from microsclero.store import diary_lists

    until = _calls_until(desk, hours)
    return [
        Cause(
            row.patient_no,
            "preparation",
            row.session,
            f"session {row.number} at {row.starts:%H:%M}{f' (told {row.told:%H:%M})' if row.told else ''}"
            f"{', MOVE FIRST' if row.session in stranded else ''}",
            row.on,
            f"call {row.patient_no} --about preparation",
        )
        for row in (diary_lists.preparation_due(desk.store, desk.today(), until) if until else ())
        if patient_no in (None, row.patient_no)
    ]


def _calls_until(desk: Desk, hours: Opening) -> date | None:
    """The last day whose sessions are rung about by today."""
    from microsclero.desk.opening_of import opening
    from microsclero.preparing import rung_about_until

    today = desk.today()
    until = rung_about_until(hours, today, days=CALL_WINDOW_DAYS)
    if until == today + timedelta(days=CALL_WINDOW_DAYS):
        # Closed for so long that the call before it is about a day further on.
        hours = opening(desk, today, LONGEST_CLOSURE_DAYS)
        until = rung_about_until(hours, today, days=LONGEST_CLOSURE_DAYS)
    return until


def _responses(desk: Desk, limit: int, patient_no: int | None) -> list[Cause]:
    """Sessions whose response has come due, at 4 weeks and at about 12, with no visit soon to look at it."""
    from microsclero.store import diary_lists

    due = [
        Cause(
            row.patient_no,
            "response",
            row.session,
            f"session {row.number}, {'about 12' if seen else '4'} weeks on{_visit(row)}",
            row.on + timedelta(days=days),
            f"call {row.patient_no} --about response" if row.visit_on else f"plan {row.patient_no} --consultation",
        )
        for seen, days in ((False, RESPONSE_DAYS), (True, LATER_RESPONSE_DAYS))
        for row in diary_lists.responses_due(
            desk.store, desk.today(), days=days, fold_days=FOLD_DAYS, seen=seen, limit=limit, patient_no=patient_no
        )
    ]
    return sorted(due, key=lambda cause: cause.on, reverse=True)


def _visit(row: OpenSession) -> str:
    from microsclero.dates import show_date

    return f", visit booked {show_date(row.visit_on)}" if row.visit_on else ""


def responses_at_visits(desk: Desk, patients: Iterable[int]) -> dict[int, date]:
    """Of patients who come today, those whose response is looked at then, and the day it is due."""
    from microsclero.store import diary_lists

    patients = set(patients)
    found: dict[int, date] = {}
    for seen, days in ((True, LATER_RESPONSE_DAYS), (False, RESPONSE_DAYS)):
        given_by = desk.today() + timedelta(days=FOLD_DAYS - days)
        given = diary_lists.responses_of(desk.store, patients, given_by=given_by, seen=seen)
        found |= {patient: on + timedelta(days=days) for patient, on in given.items()}
    return found


def _new_dates(desk: Desk, limit: int, patient_no: int | None) -> list[Cause]:
    from microsclero.store import diary_lists

    rows = diary_lists.without_date(desk.store, sessions=SESSIONS_AT_MOST, limit=limit, patient_no=patient_no)
    return [
        Cause(row.patient_no, "new_date", row.session, f"{_called(row)} {_why_not_held(row)}", row.on, _book_again(row))
        for row in rows
    ]


def _called(row: OpenSession) -> str:
    return f"session {row.number}" if row.kind == "session" else "consultation"


def _why_not_held(row: OpenSession) -> str:
    return "missed" if row.status == "missed" else f"cancelled, {(row.cancel_reason or '').replace('_', ' ')}"


def _book_again(row: OpenSession) -> str:
    return f"rebook {row.patient_no}" if row.kind == "session" else f"plan {row.patient_no} --consultation"


def _courses(desk: Desk, limit: int, patient_no: int | None, spoken_of: set[int]) -> list[Cause]:
    """Courses that have come to a stop unseen, of patients of whom nothing else speaks."""
    from microsclero.store import diary_lists

    rows = diary_lists.courses_stalled(
        desk.store,
        desk.today(),
        days=STALLED_DAYS,
        sessions=SESSIONS_AT_MOST,
        offset=desk.now().utcoffset() or timedelta(),
        limit=limit if limit < 0 else limit + len(spoken_of),
        patient_no=patient_no,
    )
    stalled = [row for row in rows if row.patient_no not in spoken_of]
    return [
        Cause(
            row.patient_no,
            "course",
            row.course,
            f"nothing booked since {f'session {row.last_number}' if row.last_number else 'it began'}",
            row.since,
            f"plan {row.patient_no}",
        )
        for row in (stalled if limit < 0 else stalled[:limit])
    ]


def missed_command(row: OpenSession | SessionRow) -> str:
    """What to type where nobody said what became of a session or consultation that has begun."""
    which = f"--session {row.number}" if row.kind == "session" else "--consultation (--came if they came)"
    return f"missed {row.patient_no} {which}"


def _deferrals(desk: Desk, limit: int, patient_no: int | None) -> list[Cause]:
    from microsclero.store import screening_lists

    rows = screening_lists.deferrals_due(desk.store, desk.today(), limit, patient_no=patient_no)
    return [
        Cause(
            row.patient_no,
            "deferral",
            row.screening,
            "ask again",
            row.ask_again_on or row.on,
            f"screen {row.patient_no} --for {row.purpose}",
        )
        for row in rows
    ]


def _reviews(desk: Desk, limit: int, patient_no: int | None) -> list[Cause]:
    from microsclero.store import screening_lists

    waiting = screening_lists.reviews_open(desk.store, limit, patient_no=patient_no)
    until = desk.today() + timedelta(days=CALL_WINDOW_DAYS)
    left = screening_lists.decided_by_leavers(desk.store, desk.today(), until, limit, patient_no=patient_no)
    decided = [
        _review(row, f"decide {row.patient_no}", words)
        for rows, words in ((waiting, ""), (left, ", its prescriber has left"))
        for row in rows
    ]
    return [*_referrals(desk, limit, patient_no), *decided]


def _review(row: OpenScreening, step: str, words: str) -> Cause:
    return Cause(row.patient_no, "review", row.screening, f"{row.purpose} screening{words}", row.on, step)


def _referrals(desk: Desk, limit: int, patient_no: int | None) -> list[Cause]:
    """Screenings that waited for another opinion and whose documents have come, or some of them."""
    from microsclero.store import screening_lists

    found: list[Cause] = []
    lost = screening_lists.referrals_without_paper(desk.store, patient_no=patient_no)
    for row in (*lost, *screening_lists.referrals_with_paper(desk.store, patient_no=patient_no)):
        if len(found) == limit:
            break
        found += _answered(desk, row, has_lost=row in lost)
    return found


def _answered(desk: Desk, row: OpenScreening, *, has_lost: bool) -> list[Cause]:
    """What comes next once a document has come that the screening waits for; nothing where none has, or a date has to.

    A deferral beside it has its own line on its day. has_lost: it was decided, and a document was struck out since.
    """
    from microsclero.desk.standing_of import stands_at
    from microsclero.standing import in_the_way
    from microsclero.store import screenings

    stands = stands_at(desk, screenings.screening(desk.store, row.screening))
    missing = [found.finding.document or "letter" for found in stands.findings if found.effective == "refer"]
    wanted = " and ".join(dict.fromkeys(missing))
    if missing and has_lost:
        return [_review(row, f"document {row.patient_no}", f", document struck out, {wanted} wanted")]
    if not any(found.document is not None for found in stands.findings) or (has_lost and not stands.undecided):
        return []
    if missing:
        return [_review(row, f"document {row.patient_no}", f", document filed, {wanted} still wanted")]
    if stands.unanswered:
        step = f"screen {row.patient_no} --for {row.purpose}"
        return [_review(row, step, ", document filed, questions unanswered")]
    if in_the_way(stands, desk.today()):
        return []
    return [_review(row, f"decide {row.patient_no}", ", document filed")]


def _incomplete(desk: Desk, limit: int, patient_no: int | None) -> list[Cause]:
    from microsclero.store import screening_lists

    return [
        Cause(
            row.patient_no,
            "incomplete",
            row.screening,
            f"{row.purpose} questionnaire signed with something unanswered",
            row.on,
            _go_on(row.patient_no, row.purpose),
        )
        for row in screening_lists.incomplete(desk.store, limit, patient_no=patient_no)
    ]


def _intakes(desk: Desk, limit: int, patient_no: int | None) -> list[Cause]:
    from microsclero.store import screening_lists

    return [
        Cause(
            row.patient_no or 0,
            "intake",
            row.draft,
            "session typed, not saved" if row.purpose == "treat" else f"{row.purpose} questionnaire unfinished",
            row.touched_at.astimezone(desk.zone).date(),
            _go_on(row.patient_no, row.purpose),
        )
        for row in screening_lists.drafts_open(desk.store, limit, patient_no=patient_no)
    ]


def _go_on(patient_no: int | None, purpose: str) -> str:
    """The command that goes on with what was begun."""
    if purpose == "treat":
        return f"treat {patient_no}"
    return f"screen {patient_no} --for {purpose}" if patient_no else "screen"
