"""The desk today: derived from what is open, nothing stored twice."""

# No postponed annotations: types that stand here as they are need not be read out of a text at every start.
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from microsclero.desk.worked import LONGEST_LIST, Line

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.sessions import PlannedSession
    from microsclero.store.diary_lists import OpenSession
    from microsclero.store.incidents import IncidentRow

BACKUP_DUE_DAYS = 1


class Page(NamedTuple):
    """Everything on the desk today."""

    on: date
    clinic: str
    made_up: bool
    closed: str | None
    open: tuple[str, ...]
    sessions: "tuple[PlannedSession, ...]"
    names: dict[int, str]
    stops: dict[int, str]
    responses_today: dict[int, date]
    calls: tuple[Line, ...]
    responses: tuple[Line, ...]
    new_dates: tuple[Line, ...]
    courses: tuple[Line, ...]
    deferrals: tuple[Line, ...]
    reviews: tuple[Line, ...]
    unfinished: tuple[Line, ...]
    past: tuple[Line, ...]
    counts: dict[str, int]
    backup_at: datetime | None
    backup_due: bool
    incidents: tuple[Line, ...] = ()
    to_report: tuple[Line, ...] = ()
    reactions: tuple[Line, ...] = ()
    holds: tuple[Line, ...] = ()
    stranded: tuple[Line, ...] = ()
    is_whole: bool = False

    def counts_to(self, count: int) -> str:
        """In words; beyond what is counted it is only said that there are more."""
        return str(count) if self.is_whole or count <= LONGEST_LIST else f"more than {LONGEST_LIST}"

    def with_successors(self, taken_over: Mapping[tuple[str, int], str]) -> "Page":
        """The same page with who looks after what since somebody left."""
        if not taken_over:
            return self
        from microsclero.desk.leaving import with_successors as named

        return self._replace(
            reactions=named(self.reactions, taken_over),
            holds=named(self.holds, taken_over),
            incidents=named(self.incidents, taken_over),
        )

    def with_initials(self) -> "Page":
        """The same page for a screen that others can see."""

        def short(lines: tuple[Line, ...]) -> tuple[Line, ...]:
            return tuple(line._replace(name=initials_of(line.name), phone=None) for line in lines)

        def unsaid(lines: tuple[Line, ...]) -> tuple[Line, ...]:
            return tuple(line._replace(what=line.what.partition(":")[0]) for line in short(lines))

        return self._replace(
            names={number: initials_of(name) for number, name in self.names.items()},
            stranded=short(self.stranded),
            calls=short(self.calls),
            responses=short(self.responses),
            new_dates=short(self.new_dates),
            courses=short(self.courses),
            deferrals=short(self.deferrals),
            reviews=short(self.reviews),
            unfinished=short(self.unfinished),
            past=short(self.past),
            incidents=unsaid(self.incidents),
            to_report=unsaid(self.to_report),
            reactions=unsaid(self.reactions),
            holds=unsaid(self.holds),
        )

    def as_data(self) -> dict[str, object]:
        return {
            "date": self.on.isoformat(),
            "clinic": self.clinic,
            "made_up": self.made_up,
            "closed": self.closed,
            "open": list(self.open),
            "sessions": [self._session_data(session) for session in self.sessions],
            "to_report": [line.as_data() for line in self.to_report],
            "reactions": [line.as_data() for line in self.reactions],
            "holds": [line.as_data() for line in self.holds],
            "incidents": [line.as_data() for line in self.incidents],
            "stranded": [line.as_data() for line in self.stranded],
            "preparation_calls": [line.as_data() for line in self.calls],
            "responses": [line.as_data() for line in self.responses],
            "new_dates": [line.as_data() for line in self.new_dates],
            "courses": [line.as_data() for line in self.courses],
            "deferrals": [line.as_data() for line in self.deferrals],
            "reviews": [line.as_data() for line in self.reviews],
            "unfinished": [line.as_data() for line in self.unfinished],
            "not_recorded": [line.as_data() for line in self.past],
            "counts": self.counts,
            "backup": {"at": self.backup_at.isoformat() if self.backup_at else None, "due": self.backup_due},
        }

    def _session_data(self, session: "PlannedSession") -> dict[str, object]:
        patient = session.patient_no or 0
        due = self.responses_today.get(patient)
        return session.as_data() | {
            "patient": session.patient_no,
            "name": self.names.get(patient, ""),
            "screening": self.stops.get(patient),
            "response_due": due.isoformat() if due else None,
        }


def initials_of(name: str) -> str:
    return "".join(f"{part[0]}." for part in name.split() if part)


def page(desk: "Desk", *, whole: bool = False) -> "Page":
    """Sessions, every line of the worked list, days gone by, the backup; `whole`: lists however long."""
    from microsclero.desk.holding import as_held
    from microsclero.desk.sessions import planned
    from microsclero.desk.stops import stops
    from microsclero.desk.worked import worked
    from microsclero.desk.worked_causes import hours_ahead, responses_at_visits
    from microsclero.store import backup_log, diary_lists, follow_ups, incidents, leavings
    from microsclero.store.rows import WHOLE

    store, today = desk.store, desk.today()
    hours = hours_ahead(desk)
    sessions = diary_lists.sessions_on(store, today)
    past = diary_lists.sessions_left_open(store, today, WHOLE if whole else LONGEST_LIST + 1)
    coming = {row.patient_no for row in sessions}
    for_sessions = {row.patient_no for row in sessions if row.kind == "session"}
    left_open = incidents.incidents_open(store, WHOLE if whole else LONGEST_LIST + 1)
    besides = coming | {row.patient_no for row in past} | {row.patient_no for row in left_open}
    lines, counts, names = worked(desk, hours, whole=whole, besides=besides)
    backup = backup_log.last_backup(store)
    rung = {line.patient_no: line.on or today for line in lines["preparation"]}
    against = stops(desk, coming | rung.keys(), max((today, *rung.values())))
    held = follow_ups.patients_held(store)
    return Page(
        on=today,
        clinic=desk.clinic.name,
        made_up=desk.clinic.made_up,
        closed=hours.closed_why(today),
        open=tuple(str(period) for period in hours.open_periods(today)),
        sessions=as_held(map(planned, sessions), held),
        names=names,
        stops={
            patient: stop
            for patient in coming
            if (stop := against.on(patient, today, is_session=patient in for_sessions))
        },
        responses_today=responses_at_visits(desk, coming),
        calls=tuple(
            line._replace(
                screening=against.on(line.patient_no, line.on or today),
                what=f"{line.what}{', HELD' if line.patient_no in held else ''}",
            )
            for line in lines["preparation"]
        ),
        responses=lines["response"],
        new_dates=lines["new_date"],
        courses=lines["course"],
        deferrals=lines["deferral"],
        reviews=lines["review"],
        unfinished=_now_first((*lines["intake"], *lines["incomplete"]))[: None if whole else LONGEST_LIST],
        past=tuple(_gone_by(row, names) for row in (past if whole else past[:LONGEST_LIST])),
        counts={
            "responses": counts["response"],
            "new_dates": counts["new_date"],
            "courses": counts["course"],
            "deferrals": counts["deferral"],
            "reviews": counts["review"],
            "unfinished": _counted(counts["intake"] + counts["incomplete"], whole=whole),
            "not_recorded": len(past),
            "incidents": len(left_open),
            "to_report": counts["to_report"],
            "reactions": counts["reaction"],
            "reactions_open": follow_ups.count_open_reactions(store),
            "holds": counts["hold"],
            "stranded": counts["stranded"],
        },
        backup_at=backup.at if backup else None,
        # One from days to come was made by a clock that went wrong: nobody knows how old it is.
        backup_due=backup is None or abs(desk.clock() - backup.at) > timedelta(days=BACKUP_DUE_DAYS),
        incidents=tuple(_incident(desk, row, names) for row in (left_open if whole else left_open[:LONGEST_LIST])),
        to_report=lines["to_report"],
        reactions=lines["reaction"],
        holds=lines["hold"],
        stranded=lines["stranded"],
        is_whole=whole,
    ).with_successors(leavings.assignments(store))


def _now_first(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: bool(line.put_off_until)))


def _counted(many: int, *, whole: bool) -> int:
    return many if whole else min(many, LONGEST_LIST + 1)


def _incident(desk: "Desk", row: "IncidentRow", names: dict[int, str]) -> Line:
    """What was done although a gate stood against it, until a prescriber has looked."""
    return Line(
        patient_no=row.patient_no,
        name=names.get(row.patient_no, ""),
        what=f"incident {row.incident}: {', '.join(row.codes).replace('_', ' ')}",
        on=row.at.astimezone(desk.zone).date(),
        about="incident",
        about_id=row.incident,
        next=f"decide {row.patient_no}",
    )


def _gone_by(row: "OpenSession", names: dict[int, str]) -> Line:
    """A session or consultation of a past day of which nobody said whether it was held."""
    from microsclero.desk.worked_causes import missed_command

    which = f"session {row.number}" if row.kind == "session" else "consultation"
    return Line(
        patient_no=row.patient_no,
        name=names.get(row.patient_no, ""),
        what=f"{which} was planned",
        on=row.on,
        about="not_recorded",
        about_id=row.session,
        next=missed_command(row),
    )
