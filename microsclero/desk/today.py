"""The desk today: derived from what is open, nothing stored twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.sessions import PlannedSession
    from microsclero.opening import Opening
    from microsclero.store.diary import SessionRow

BACKUP_DUE_DAYS = 1
CALL_DAYS_BEFORE = 2
# Outcomes that stand against a session, the worst first.
STOPS = ("bar", "refer", "defer", "incomplete", "review")
CALL_WINDOW_DAYS = 14
# Longer lists are for other views; what is left out is counted.
LONGEST_LIST = 50


class Line(NamedTuple):
    """One thing to do about one patient."""

    patient_no: int
    name: str
    what: str
    on: date | None = None
    phone: str | None = None
    screening: str | None = None

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient_no,
            "name": self.name,
            "what": self.what,
            "date": self.on.isoformat() if self.on else None,
            "phone": self.phone,
            "screening": self.screening,
        }


class Page(NamedTuple):
    """Everything on the desk today."""

    on: date
    clinic: str
    made_up: bool
    closed: str | None
    open: tuple[str, ...]
    sessions: tuple[PlannedSession, ...]
    names: dict[int, str]
    stops: dict[int, str]
    calls: tuple[Line, ...]
    deferrals: tuple[Line, ...]
    reviews: tuple[Line, ...]
    unfinished: tuple[Line, ...]
    past: tuple[Line, ...]
    counts: dict[str, int]
    backup_at: datetime | None
    backup_due: bool

    def with_initials(self) -> Page:
        """The same page for a screen that others can see."""

        def short(lines: tuple[Line, ...]) -> tuple[Line, ...]:
            return tuple(line._replace(name=initials_of(line.name), phone=None) for line in lines)

        return self._replace(
            names={number: initials_of(name) for number, name in self.names.items()},
            calls=short(self.calls),
            deferrals=short(self.deferrals),
            reviews=short(self.reviews),
            unfinished=short(self.unfinished),
            past=short(self.past),
        )

    def as_data(self) -> dict[str, object]:
        return {
            "date": self.on.isoformat(),
            "clinic": self.clinic,
            "made_up": self.made_up,
            "closed": self.closed,
            "open": list(self.open),
            "sessions": [
                session.as_data()
                | {
                    "patient": session.patient_no,
                    "name": self.names.get(session.patient_no or 0, ""),
                    "screening": self.stops.get(session.patient_no or 0),
                }
                for session in self.sessions
            ],
            "preparation_calls": [line.as_data() for line in self.calls],
            "deferrals": [line.as_data() for line in self.deferrals],
            "reviews": [line.as_data() for line in self.reviews],
            "unfinished": [line.as_data() for line in self.unfinished],
            "not_recorded": [line.as_data() for line in self.past],
            "counts": self.counts,
            "backup": {"at": self.backup_at.isoformat() if self.backup_at else None, "due": self.backup_due},
        }


def initials_of(name: str) -> str:
    return "".join(f"{part[0]}." for part in name.split() if part)


def page(desk: Desk) -> Page:
    """Everything that is open: sessions, calls, deferrals, reviews, unfinished intakes, days gone by, the backup."""
    from microsclero.desk.opening_of import opening
    from microsclero.desk.sessions import planned
    from microsclero.store import lists, patients

    store, today = desk.store, desk.today()
    hours = opening(desk, today, CALL_WINDOW_DAYS)
    sessions = lists.sessions_on(store, today)
    calls = _calls(desk, hours)
    deferrals = lists.deferrals_due(store, today, LONGEST_LIST + 1)
    answered = lists.referrals_answered(store, LONGEST_LIST + 1)
    reviews = (*answered, *lists.reviews_open(store, LONGEST_LIST + 1))[: LONGEST_LIST + 1]
    drafts = lists.drafts_open(store)
    past = lists.sessions_left_open(store, today, LONGEST_LIST + 1)
    numbers = {row.patient_no for rows in (sessions, calls, deferrals, reviews, past) for row in rows}
    names = desk.names(numbers | {row.patient_no for row in drafts if row.patient_no})
    backup = lists.last_backup(store)
    stops = _stops(desk, {row.patient_no for row in (*sessions, *calls)})
    phones = patients.phones(store, {row.patient_no for row in calls})

    def line(row: object, what: str, on: date | None = None) -> Line:
        number = int(getattr(row, "patient_no", 0) or 0)
        return Line(patient_no=number, name=names.get(number, ""), what=what, on=on)

    return Page(
        on=today,
        clinic=desk.clinic.name,
        made_up=desk.clinic.made_up,
        closed=hours.closed_why(today),
        open=tuple(str(period) for period in hours.open_periods(today)),
        sessions=tuple(map(planned, sessions)),
        names=names,
        stops=stops,
        calls=tuple(
            line(row, f"session {row.number} at {row.starts:%H:%M}", row.on)._replace(
                phone=phones.get(row.patient_no), screening=stops.get(row.patient_no)
            )
            for row in calls
        ),
        deferrals=tuple(line(row, "ask again", row.ask_again_on) for row in deferrals[:LONGEST_LIST]),
        reviews=tuple(
            line(row, f"{row.purpose} screening{', document filed' if row in answered else ''}", row.on)
            for row in reviews[:LONGEST_LIST]
        ),
        unfinished=tuple(
            line(row, f"{row.purpose} questionnaire unfinished", row.touched_at.astimezone(desk.zone).date())
            for row in drafts
        ),
        past=tuple(line(row, f"session {row.number} was planned", row.on) for row in past[:LONGEST_LIST]),
        counts={"deferrals": len(deferrals), "reviews": len(reviews), "not_recorded": len(past)},
        backup_at=backup.at if backup else None,
        backup_due=backup is None or desk.clock() - backup.at > timedelta(days=BACKUP_DUE_DAYS),
    )


def _stops(desk: Desk, patients: set[int]) -> dict[int, str]:
    """Of those who come today, whose screening in force stands against it: the worst outcome, undecided."""
    from microsclero.store import lists

    stops = {}
    for patient, outcomes in lists.outcomes_in_force(desk.store, patients).items():
        standing = [outcome for outcome, is_decided in outcomes if outcome in STOPS and not is_decided]
        if standing:
            stops[patient] = min(standing, key=STOPS.index)
    return stops


def _calls(desk: Desk, hours: Opening) -> list[SessionRow]:
    """Sessions whose preparation call is due: from the last open day at least two days before, until the session."""
    from microsclero.store import lists

    today = desk.today()
    days = [today + timedelta(days=ahead) for ahead in range(1, CALL_WINDOW_DAYS + 1)]
    # The later the session, the later the call: the first day that is not due ends the list.
    due = list(takewhile(lambda day: _call_on(hours, today, day) <= today, days))
    return list(lists.preparation_due(desk.store, today, due[-1])) if due else []


def _call_on(hours: Opening, today: date, session_on: date) -> date:
    """The day to ring: the last open day at least two days before, so that stockings can still be bought."""
    day = session_on - timedelta(days=CALL_DAYS_BEFORE)
    while day > today and hours.closed_why(day):
        day -= timedelta(days=1)
    return day
