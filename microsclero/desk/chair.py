"""The gates before the needle: everything that stands against treating a patient at a moment, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from microsclero.errors import ConflictError, Reason, nobody_called

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.objections import Objection
    from microsclero.store.clinic import MemberRow
    from microsclero.store.diary import SessionRow
    from microsclero.store.screenings import ScreeningRow

# Whoever prescribes has seen the patient within so many months; clinic policy.
_SEEN_WITHIN = 12


class Screened(NamedTuple):
    """The screenings a session rests on: the latest intake before it, and the session's own of that day.

    again: the session's screening that was signed on that day after the start.
    """

    intake: ScreeningRow | None
    session: ScreeningRow | None
    again: ScreeningRow | None = None

    @property
    def rows(self) -> tuple[ScreeningRow, ...]:
        return tuple(row for row in self if row is not None)


class Against(NamedTuple):
    """What refuses, and what is to be read and confirmed before the needle."""

    reasons: tuple[Reason, ...]
    warnings: tuple[Objection, ...] = ()


def against_treating(desk: Desk, patient_no: int, start: datetime, end: datetime | None = None) -> Against:
    """What stands against this patient's being treated from `start` on, whatever with and by whomever.

    start, end: by the clinic's clock; without `end` it has not ended. Of both, what was so at the moment counts; a hold
    that stands now counts as well.
    """
    from microsclero.desk.chair_gap import gaps
    from microsclero.desk.chair_marks import open_marks
    from microsclero.desk.patients import patient_of
    from microsclero.objections import refusals, warnings

    patient = patient_of(desk, patient_no)
    day = start.date()
    screened = screened_for(desk, patient_no, start)
    consent = _consent(desk, patient_no, start, end)
    reasons = (
        *_age(patient.age_on(day), patient.born_on, day),
        *_screening(desk, patient_no, start, screened),
        *_holds(desk, patient_no, start),
        *refusals(consent),
        *gaps(desk, patient_no, day),
        *_course(desk, patient_no),
    )
    # What intake and session found alike is said once.
    unique = {(reason.code, reason.details.get("rule") or reason.message): reason for reason in reasons}
    return Against(tuple(unique.values()), (*warnings(consent), *open_marks(desk, patient_no, start)))


def minute_of(moment: datetime) -> datetime:
    """The end of this minute: moments are shown to the minute, and what was signed in it was signed by then."""
    return moment.replace(second=59, microsecond=999_999)


def refuse_recorded(desk: Desk, patient_no: int, start: datetime, end: datetime) -> None:
    """ConflictError where a treatment of this patient that stands overlaps this time: it is on record already."""
    from microsclero.dates import show_moment
    from microsclero.desk.dosing import standing

    reasons = []
    for row in standing(desk, patient_no):
        if row.started_at == start or (row.started_at < end and start < row.ended_at):
            starts, ends = (moment.astimezone(desk.zone) for moment in (row.started_at, row.ended_at))
            message = (
                f"Treatment {row.treatment} of patient {patient_no} is recorded for {show_moment(starts)} to "
                f"{ends:%H:%M}. To correct it: microsclero amend treatment {row.treatment}"
            )
            reasons.append(Reason("already_recorded", message, {"treatment": row.treatment}))
    if reasons:
        raise ConflictError.for_reasons(reasons)


def _age(years: int, born_on: date, day: date) -> Iterator[Reason]:
    from microsclero.dates import birthday, show_date
    from microsclero.schedule import ADULT

    if years < ADULT:
        message = f"The patient is {ADULT} on {show_date(birthday(born_on, ADULT))}, not before."
        yield Reason("under_age", message, {"date": day.isoformat()})


# ── screening ──


def screened_for(desk: Desk, patient_no: int, start: datetime) -> Screened:
    """The screenings as they stood at that moment."""
    from microsclero.store import screenings

    intake = session = again = None
    for row in screenings.screenings_of(desk.store, patient_no):
        is_before = row.signed_at <= minute_of(start)
        if row.purpose == "intake" and is_before:
            intake = row
        elif row.purpose == "session" and row.on == start.date():
            session, again = (row, None) if is_before else (session, row)
    return Screened(intake, session, again)


def _screening(desk: Desk, patient_no: int, start: datetime, screened: Screened) -> Iterator[Reason]:
    """The session's own screening of that day, signed before the start; nothing above review, each review decided."""
    from microsclero import content
    from microsclero.dates import show_date, show_time
    from microsclero.desk.gate import Papers, gate_of
    from microsclero.store import diary

    day, session, again = start.date(), screened.session, screened.again
    if session is None:
        message = f"Not screened on {show_date(day)}: microsclero screen {patient_no} --for session"
        if again is not None:
            signed = show_time(again.signed_at.astimezone(desk.zone).time())
            message = f"The screening of {show_date(day)} was signed at {signed}, after the start at {start:%H:%M}."
        elif screened.intake is not None and screened.intake.on == day:
            message = (
                f"The intake of {show_date(day)} is not the session's screening: "
                f"microsclero screen {patient_no} --for session"
            )
        yield Reason("not_screened_today", message, {"date": day.isoformat()})
    elif day == desk.today() and session.version != content.version_in_force():
        message = f"The questions have changed since: microsclero screen {patient_no} --for session"
        yield Reason("not_screened_today", message, {"date": day.isoformat(), "screening": session.screening})
    if screened.intake is None:
        late = _intake_after(desk, patient_no, start)
        message = f"No intake yet: microsclero screen {patient_no} --for intake"
        if late is not None:
            signed = show_time(late.signed_at.astimezone(desk.zone).time())
            message = f"The intake was recorded at {signed}, after the start at {start:%H:%M}."
        yield Reason("no_screening", message, {})
    # Who has no course begins one now, and that wants what planning wants.
    begins = screened.intake is not None and diary.running_course(desk.store, patient_no) is None
    papers = Papers(content.version_in_force(), content.intake_valid_days()) if begins else None
    about_products = _about_products(screened.rows)
    for row in (session,) if again is None else (session, again):
        # An intake taken later the same morning takes nothing back that was told for this session.
        gate = gate_of(desk, patient_no, screened.intake, row, papers=papers, on=day, whole=True)
        reasons = [each for each in gate.reasons if (each.code, each.details.get("rule")) not in about_products]
        yield from (_of_today(each, row, screened.intake) for each in reasons)
        said = {each.details.get("rule") for each in reasons} | {rule for _, rule in about_products}
        for wait in gate.waits:
            if wait.details.get("rule") not in said:
                yield from _waits(wait, screened, day)
    yield from _decided_later(desk, screened.rows, start)


def _intake_after(desk: Desk, patient_no: int, start: datetime) -> ScreeningRow | None:
    """The first intake that was signed on that day once the session had begun."""
    from microsclero.store import screenings

    rows = screenings.screenings_of(desk.store, patient_no)
    late = (row for row in rows if row.purpose == "intake" and row.signed_at > minute_of(start))
    return next((row for row in late if row.signed_at.astimezone(desk.zone).date() == start.date()), None)


def _of_today(reason: Reason, row: ScreeningRow | None, intake: ScreeningRow | None) -> Reason:
    """Without the gate's advice to screen again at a session: this is that session, unless an intake came after it."""
    message, advice, _ = reason.message.partition(" (Screened for a session on ")
    if advice and row is not None and intake is not None and row.screening < intake.screening:
        message += f" A later intake does not change this: microsclero screen {row.patient_no} --for session"
    return reason._replace(message=message)


def _waits(wait: Reason, screened: Screened, day: date) -> Iterator[Reason]:
    """What lasts beyond that day, and what the session's own screening put off, be it to a later hour."""
    row = next((row for row in screened.rows if row.screening == wait.details.get("screening")), None)
    found_today = row is not None and row is not screened.intake and wait.details.get("outcome") == "defer"
    if date.fromisoformat(str(wait.details["ask_again_on"])) <= day and not found_today:
        return
    finding = next((each for each in row.findings if each["rule"] == wait.details["rule"]), None) if row else None
    if finding is None:
        yield wait
    else:
        yield Reason("finding_defer", f"{finding['rule']}: {finding['reason']} {wait.message}", wait.details)


def _about_products(rows: Iterable[ScreeningRow]) -> frozenset[tuple[str, object]]:
    """What is above review for one product only: it refuses that product, and nothing else."""
    from microsclero.standing import ABOVE_REVIEW

    return frozenset(
        (f"finding_{found['outcome']}", str(found["rule"]))
        for row in rows
        for found in row.findings
        if found.get("applies_to") and found["outcome"] in ABOVE_REVIEW
    )


def _decided_later(desk: Desk, rows: Iterable[ScreeningRow], start: datetime) -> Iterator[Reason]:
    """Findings that a prescriber decided only when the session had begun."""
    from microsclero.dates import show_moment
    from microsclero.store import screenings

    for row in rows:
        first: dict[str, datetime] = {}
        for made in screenings.decisions(desk.store, row.screening):
            first.setdefault(made.rule, made.decided_at)
        for rule, at in first.items():
            if at > minute_of(start):
                shown = show_moment(at.astimezone(desk.zone))
                message = f"{rule} was decided on {shown}, after the start at {start:%H:%M}."
                yield Reason("undecided", message, {"rule": rule, "screening": row.screening})


# ── holds, consent ──


def _holds(desk: Desk, patient_no: int, start: datetime) -> Iterator[Reason]:
    """Every hold that stands now, a clot that was confirmed, and holds that stood then and were lifted since."""
    from microsclero.dates import show_moment
    from microsclero.desk import holding
    from microsclero.store import reactions

    yield from holding.against(desk, patient_no)
    for row in reactions.holds_of(desk.store, patient_no):
        if row.lifted_at is not None and row.at <= start and minute_of(start) < row.lifted_at:
            lifted = show_moment(row.lifted_at.astimezone(desk.zone))
            message = f"On hold at the start ({row.cause}); it was lifted on {lifted}."
            yield Reason("on_hold", message, {"hold": row.hold, "cause": row.cause})


def _consent(desk: Desk, patient_no: int, start: datetime, end: datetime | None) -> tuple[Objection, ...]:
    """Consent from the start to the end, in the wording in force."""
    from microsclero.desk.consenting import objections

    found: dict[str, Objection] = {}
    for moment in (start, end or start):
        for each in objections(desk, patient_no, minute_of(moment)):
            found.setdefault(each.code, each)
    return tuple(found.values())


# ── the course ──


def _course(desk: Desk, patient_no: int) -> Iterator[Reason]:
    """Not a fifth session; what a new course wants first is the gate's to say."""
    from microsclero import content
    from microsclero.store import diary

    running = diary.running_course(desk.store, patient_no)
    given = len(given_in(desk, running.course)) if running else 0
    if given >= content.course().maximum_sessions:
        message = f"{given} sessions of this course were given, and a course has no more: look at the response."
        yield Reason("course_full", message, {"given": given, "maximum": content.course().maximum_sessions})


def given_in(desk: Desk, course: int) -> Sequence[SessionRow]:
    """The sessions of a course that were given."""
    from microsclero.store import diary

    return [row for row in diary.sessions_of_course(desk.store, course) if row.status == "given"]


# ── people ──


def against_people(
    day: date, *, prescriber: MemberRow | None, saw_on: date | None, injector: MemberRow | None
) -> tuple[Reason, ...]:
    """The prescriber has the role, works then and saw the patient; the injector has the role and works then.

    Who is None is not known yet, and nothing is said about them.
    """
    from microsclero.dates import add_months, show_date

    reasons: list[Reason] = []
    for member, role, code in (
        (prescriber, "prescriber", "prescriber_role"),
        (injector, "injector", "injector_role"),
    ):
        if member is not None:
            reasons += _role(member, role, code, day)
    if prescriber is not None and saw_on is None:
        message = f"When did {prescriber.initials} see the patient? A prescriber sees whom they prescribe for."
        reasons.append(Reason("prescriber_not_seen", message, {}))
    elif saw_on is not None and saw_on > day:
        message = f"The prescriber saw the patient on {show_date(saw_on)}, after the session."
        reasons.append(Reason("prescriber_not_seen", message, {"prescriber_saw_on": saw_on.isoformat()}))
    elif saw_on is not None and saw_on < add_months(day, -_SEEN_WITHIN):
        message = f"The prescriber saw the patient on {show_date(saw_on)}, over {_SEEN_WITHIN} months before this."
        reasons.append(Reason("prescriber_not_seen", message, {"prescriber_saw_on": saw_on.isoformat()}))
    return tuple(reasons)


def _role(member: MemberRow, role: str, code: str, day: date) -> Iterator[Reason]:
    from microsclero.dates import show_date
    from microsclero.desk import works_on

    details = {"initials": member.initials, "date": day.isoformat()}
    if role not in member.roles:
        message = f"{member.initials} is not {'an' if role[0] == 'i' else 'a'} {role} in this clinic's team."
        yield Reason(code, message, details)
    if not works_on(member, day):
        yield Reason(code, f"{member.initials} does not work here on {show_date(day)}.", details)


def member_ever(desk: Desk, initials: str) -> MemberRow:
    """Whoever has, or had, these initials; NotFoundError for a stranger."""
    wanted = initials.strip().upper()
    for member in desk.team:
        if member.initials.upper() == wanted:
            return member
    raise nobody_called(initials)
