"""The worked list: whom nobody may forget, each line derived from what is still open; attempts only change its face."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from microsclero.desk import Desk
    from microsclero.opening import Opening
    from microsclero.store.contacts import ContactRow
    from microsclero.store.lists import OpenSession

# What a line, and a call, can be about; in the order in which the desk works.
ABOUT = ("reaction", "hold", "preparation", "response", "new_date", "course", "deferral", "review", "intake")

CALL_WINDOW_DAYS = 14
# However long the clinic is closed, somebody is rung before the first session after it.
LONGEST_CLOSURE_DAYS = 400
# The course's own numbers, which reading the list does not load; a test compares them.
RESPONSE_DAYS, SESSIONS_AT_MOST = 28, 4
LATER_RESPONSE_DAYS = 84
# A visit so soon after a response is due is where it is looked at.
FOLD_DAYS = 7
STALLED_DAYS = 28
# Longer lists are asked for; what is left out is counted.
LONGEST_LIST = 50


class Attempt(NamedTuple):
    """The last call about a line: what came of it, by the clinic's clock."""

    outcome: str
    at: datetime
    who: str
    until: date | None


class Line(NamedTuple):
    """One thing to do about one patient: since or until when, what was tried, and the command that comes next."""

    patient_no: int
    name: str
    what: str
    on: date | None = None
    phone: str | None = None
    screening: str | None = None
    about: str = ""
    about_id: int = 0
    next: str = ""
    attempts: int = 0
    last: Attempt | None = None
    put_off_until: date | None = None
    phone_is_wrong: bool = False

    def as_data(self) -> dict[str, object]:
        last = self.last
        return {
            "patient": self.patient_no,
            "name": self.name,
            "what": self.what,
            "date": self.on.isoformat() if self.on else None,
            "phone": self.phone,
            "screening": self.screening,
            "about": self.about,
            "attempts": self.attempts,
            "last_attempt": {"at": last.at.isoformat(), "outcome": last.outcome, "who": last.who} if last else None,
            "put_off_until": self.put_off_until.isoformat() if self.put_off_until else None,
            "phone_wrong": self.phone_is_wrong,
            "next": f"microsclero {self.next}",
        }


class Cause(NamedTuple):
    """Why a line stands: what is open, since or until when, and the command that comes next."""

    patient_no: int
    about: str
    about_id: int
    what: str
    on: date
    next: str


class Worked(NamedTuple):
    """The lines by what they are about, and how many there are of each; one more than shown means "more".

    names: of everybody in them, and of those whose names were wanted besides.
    """

    lines: dict[str, tuple[Line, ...]]
    counts: dict[str, int]
    names: dict[int, str]


def worked(
    desk: Desk, hours: Opening, *, whole: bool = False, patient_no: int | None = None, besides: Iterable[int] = ()
) -> Worked:
    """Every open line, or every one of one patient; `whole`: however many there are."""
    from microsclero.desk.worked_reactions import reactions_and_holds
    from microsclero.store import contacts, lists, patients

    limit = lists.WHOLE if whole else LONGEST_LIST + 1
    found = {
        **reactions_and_holds(desk, limit, patient_no),
        # None of these is left out, however many: they are for today.
        "preparation": _preparation(desk, hours, patient_no),
        "response": _responses(desk, limit, patient_no),
        "new_date": _new_dates(desk, limit, patient_no),
        "deferral": _deferrals(desk, limit, patient_no),
        "review": _reviews(desk, limit, patient_no),
        "intake": _intakes(desk, limit, patient_no),
    }
    spoken_of = {cause.patient_no for causes in found.values() for cause in causes}
    found["course"] = [cause for cause in _courses(desk, limit, patient_no) if cause.patient_no not in spoken_of]
    shown = {
        about: causes if whole or about == "preparation" else causes[:LONGEST_LIST] for about, causes in found.items()
    }
    numbers = {cause.patient_no for causes in shown.values() for cause in causes}
    people = patients.names_and_phones(desk.store, numbers.union(besides))
    attempts = contacts.contacts_of(desk.store, numbers)
    wrong = contacts.wrong_numbers(desk.store, attempts)
    made: dict[tuple[str, int, str], list[ContactRow]] = {}
    for row in attempts:
        made.setdefault((row.about, row.about_id, row.about_on), []).append(row)
    return Worked(
        lines={about: _lines(desk, shown[about], people, made, wrong) for about in ABOUT},
        counts={about: min(len(causes), len(shown[about]) + 1) for about, causes in found.items()},
        names={number: _name(person) for number, person in people.items()},
    )


def _lines(
    desk: Desk,
    causes: list[Cause],
    people: Mapping[int, tuple[str, str, str | None]],
    made: Mapping[tuple[str, int, str], list[ContactRow]],
    wrong: set[int],
) -> tuple[Line, ...]:
    """The lines with who it is, where to ring and what was tried; those put off stand last until their day."""
    lines = []
    for cause in causes:
        person = people.get(cause.patient_no, ("", "", None))
        attempts = made.get((cause.about, cause.about_id, cause.on.isoformat()), ())
        last = _attempt(desk, attempts[-1]) if attempts else None
        lines.append(
            Line(
                patient_no=cause.patient_no,
                name=_name(person),
                what=cause.what,
                on=cause.on,
                phone=person[2],
                about=cause.about,
                about_id=cause.about_id,
                next=cause.next,
                attempts=len(attempts),
                last=last,
                put_off_until=last.until if last and last.until and last.until > desk.today() else None,
                phone_is_wrong=cause.patient_no in wrong,
            )
        )
    # Of reactions and holds the more urgent stays first.
    return tuple(sorted(lines, key=lambda each: bool(each.put_off_until) and each.about not in ("reaction", "hold")))


def _attempt(desk: Desk, row: ContactRow) -> Attempt:
    return Attempt(
        outcome=row.outcome,
        at=datetime.fromisoformat(row.at).astimezone(desk.zone),
        who=row.who,
        until=date.fromisoformat(row.put_off_until) if row.put_off_until else None,
    )


def _name(person: tuple[str, str, str | None]) -> str:
    return f"{person[0]} {person[1]}".strip()


def _preparation(desk: Desk, hours: Opening, patient_no: int | None) -> list[Cause]:
    """Sessions to ring about: from the last open day at least two days before, until the session."""
    from microsclero.store import lists

    until = _calls_until(desk, hours)
    return [
        Cause(
            patient_no=row.patient_no,
            what=f"session {row.number} at {row.starts:%H:%M}{f' (told {row.told:%H:%M})' if row.told else ''}",
            on=row.on,
            about="preparation",
            about_id=row.session,
            next=f"call {row.patient_no} --about preparation",
        )
        for row in (lists.preparation_due(desk.store, desk.today(), until) if until else ())
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
    from microsclero.store import lists

    causes = [
        Cause(
            patient_no=row.patient_no,
            what=f"session {row.number}, {'about 12' if seen else '4'} weeks on{_visit(row)}",
            on=row.on + timedelta(days=days),
            about="response",
            about_id=row.session,
            next=f"call {row.patient_no} --about response" if row.visit_on else f"plan {row.patient_no} --consultation",
        )
        for seen, days in ((False, RESPONSE_DAYS), (True, LATER_RESPONSE_DAYS))
        for row in lists.responses_due(
            desk.store, desk.today(), days=days, fold_days=FOLD_DAYS, seen=seen, limit=limit, patient_no=patient_no
        )
    ]
    return sorted(causes, key=lambda cause: cause.on, reverse=True)


def _visit(row: OpenSession) -> str:
    from microsclero.dates import show_date

    return f", visit booked {show_date(row.visit_on)}" if row.visit_on else ""


def responses_at_visits(desk: Desk, patients: Iterable[int]) -> dict[int, date]:
    """Of patients who come today, those whose response is looked at then, and the day it is due."""
    from microsclero.store import lists

    patients = set(patients)
    found: dict[int, date] = {}
    for seen, days in ((True, LATER_RESPONSE_DAYS), (False, RESPONSE_DAYS)):
        given_by = desk.today() + timedelta(days=FOLD_DAYS - days)
        given = lists.responses_of(desk.store, patients, given_by=given_by, seen=seen)
        found |= {patient: on + timedelta(days=days) for patient, on in given.items()}
    return found


def _new_dates(desk: Desk, limit: int, patient_no: int | None) -> list[Cause]:
    from microsclero.store import lists

    return [
        Cause(
            patient_no=row.patient_no,
            what=f"{_called(row)} {_why_not_held(row)}",
            on=row.on,
            about="new_date",
            about_id=row.session,
            next=f"rebook {row.patient_no}" if row.kind == "session" else f"plan {row.patient_no} --consultation",
        )
        for row in lists.without_date(desk.store, sessions=SESSIONS_AT_MOST, limit=limit, patient_no=patient_no)
    ]


def _called(row: OpenSession) -> str:
    return f"session {row.number}" if row.kind == "session" else "consultation"


def _why_not_held(row: OpenSession) -> str:
    return "missed" if row.status == "missed" else f"cancelled, {(row.cancel_reason or '').replace('_', ' ')}"


def _courses(desk: Desk, limit: int, patient_no: int | None) -> list[Cause]:
    """Courses that have come to a stop unseen."""
    from microsclero.store import lists

    return [
        Cause(
            patient_no=row.patient_no,
            what=f"nothing booked since {f'session {row.last_number}' if row.last_number else 'it began'}",
            on=row.since,
            about="course",
            about_id=row.course,
            next=f"plan {row.patient_no}",
        )
        for row in lists.courses_stalled(
            desk.store,
            desk.today(),
            days=STALLED_DAYS,
            sessions=SESSIONS_AT_MOST,
            offset=desk.now().utcoffset() or timedelta(),
            limit=limit,
            patient_no=patient_no,
        )
    ]


def _deferrals(desk: Desk, limit: int, patient_no: int | None) -> list[Cause]:
    from microsclero.store import lists

    return [
        Cause(
            patient_no=row.patient_no,
            what="ask again",
            on=row.ask_again_on or row.on,
            about="deferral",
            about_id=row.screening,
            next=f"screen {row.patient_no} --for {row.purpose}",
        )
        for row in lists.deferrals_due(desk.store, desk.today(), limit, patient_no=patient_no)
    ]


def _reviews(desk: Desk, limit: int, patient_no: int | None) -> list[Cause]:
    from microsclero.store import lists

    filed = lists.referrals_answered(desk.store, limit, patient_no=patient_no)
    waiting = lists.reviews_open(desk.store, limit, patient_no=patient_no)
    until = desk.today() + timedelta(days=CALL_WINDOW_DAYS)
    left = lists.decided_by_leavers(desk.store, desk.today(), until, limit, patient_no=patient_no)
    return [
        Cause(
            patient_no=row.patient_no,
            what=f"{row.purpose} screening{words}",
            on=row.on,
            about="review",
            about_id=row.screening,
            next=f"decide {row.patient_no}",
        )
        for rows, words in ((filed, ", document filed"), (waiting, ""), (left, ", its prescriber has left"))
        for row in rows
    ]


def _intakes(desk: Desk, limit: int, patient_no: int | None) -> list[Cause]:
    from microsclero.store import lists

    return [
        Cause(
            patient_no=row.patient_no or 0,
            what="session typed, not saved" if row.purpose == "treat" else f"{row.purpose} questionnaire unfinished",
            on=row.touched_at.astimezone(desk.zone).date(),
            about="intake",
            about_id=row.draft,
            next=_go_on(row.patient_no, row.purpose),
        )
        for row in lists.drafts_open(desk.store, limit, patient_no=patient_no)
    ]


def _go_on(patient_no: int | None, purpose: str) -> str:
    """The command that goes on with what was begun."""
    if purpose == "treat":
        return f"treat {patient_no}"
    return f"screen {patient_no} --for {purpose}" if patient_no else "screen"
