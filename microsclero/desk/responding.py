"""The response at the desk: what is there to grade, what stands against it, and all of it saved as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.desk.course_progress import Looked, Progress, Region, graded, live_rows, progress
from microsclero.errors import ConflictError, Reason, RefusedError, UsageError
from microsclero.response import Next, Response, Stage, holding, next_choices, settles, stage

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.changes import Change
    from microsclero.desk.sessions import PlannedSession
    from microsclero.response import ResponseFinding
    from microsclero.store.diary import CourseRow, SessionRow


class Look(NamedTuple):
    """What is looked at: the course, its last session given, where was treated, and how it was graded last time."""

    patient_no: int
    progress: Progress
    last_given: PlannedSession
    on: date

    @property
    def stage(self) -> Stage:
        return stage(self.last_given.on, self.on)

    @property
    def days(self) -> int:
        return (self.on - self.last_given.on).days

    @property
    def regions(self) -> tuple[Region, ...]:
        return self.progress.regions

    @property
    def last(self) -> Looked | None:
        return self.progress.responses[-1] if self.progress.responses else None

    def last_grade(self, region: Region) -> int | None:
        """The grade this region was given last, however long ago."""
        grades = [looked.grades[region] for looked in self.progress.responses if region in looked.grades]
        return grades[-1] if grades else None

    @property
    def choices(self) -> tuple[Next, ...]:
        return next_choices(len(self.progress.given), is_closed=self.progress.closed_on is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Responded:
    """A response with all it brings: findings that hold, a course closed, sessions cancelled or put off.

    number: its own in the file; 0 until it is saved. told: what was answered, as it was read.
    """

    look: Look
    response: Response
    holds: tuple[ResponseFinding, ...]
    cancelled: tuple[PlannedSession, ...]
    put_off: Change | None
    remarks: tuple[str, ...]
    told: Mapping[str, Any] = field(repr=False)
    number: int = 0
    after: Progress | None = None

    @property
    def closes(self) -> bool:
        """Whether it closes a course that was open."""
        return self.response.next is Next.CLOSE and self.look.progress.closed_on is None

    def as_data(self) -> dict[str, object]:
        from microsclero.response import FINDINGS_BY_CODE, STAGE_WORDS

        response, look = self.response, self.look
        held = {each.finding for each in self.holds}
        until = response.look_again_on
        return {
            "response": self.number,
            "patient": look.patient_no,
            "course": look.progress.course,
            "after_session": look.last_given.number,
            "on": response.on.isoformat(),
            "days": look.days,
            "stage": look.stage.value,
            "stage_words": STAGE_WORDS[look.stage],
            "grades": graded({(each.leg, each.region): each.improvement for each in response.grades}),
            "satisfaction": response.satisfaction,
            "findings": [
                {
                    "finding": finding,
                    "label": FINDINGS_BY_CODE[finding].label,
                    "do": FINDINGS_BY_CODE[finding].do,
                    "reaction": FINDINGS_BY_CODE[finding].reaction,
                    "holds": finding in held,
                }
                for finding in response.findings
            ],
            "next": response.next.value,
            "wait_weeks": response.wait_weeks,
            "wait_until": until.isoformat() if until else None,
            "hold": bool(self.holds),
            "closed": self.closes,
            "cancelled": [session.as_data() for session in self.cancelled],
            "changed": [step.as_data() for step in self.put_off.steps] if self.put_off else [],
            "remarks": list(self.remarks),
            "courses": [self.after.as_data()] if self.after else [],
        }


def look_at(desk: Desk, patient_no: int) -> Look:
    """What there is to grade; refused (4) where nothing was given yet.

    The running course where anything was given in it; where none runs, the last course, which stays closed.
    """
    from microsclero.desk.patients import patient_of
    from microsclero.store import diary

    patient_of(desk, patient_no)
    course = diary.running_course(desk.store, patient_no) or _last_given(desk, patient_no)
    given = [row for row in live_rows(desk, course.course) if row.status == "given"] if course else []
    if course is None or not given:
        words = f"Nothing was given to patient {patient_no} yet in this course, so there is nothing to grade."
        raise RefusedError(words, code="nothing_given")
    seen = progress(desk, course)
    return Look(patient_no=patient_no, progress=seen, last_given=seen.given[-1], on=desk.today())


def _last_given(desk: Desk, patient_no: int) -> CourseRow | None:
    """The last course in which anything was given."""
    from microsclero.store import diary

    courses = reversed(diary.courses_of(desk.store, patient_no))
    return next((each for each in courses if any(row.status == "given" for row in live_rows(desk, each.course))), None)


def propose(desk: Desk, patient_no: int, given: Mapping[str, Any], look: Look | None = None) -> Responded:
    """The response through every gate, with what it will bring; refused (4) with all reasons at once.

    look: what was looked at, where that was on another day than today.
    """
    from microsclero import content
    from microsclero.desk.putting_off import put_off
    from microsclero.desk.red_flags import reads_like
    from microsclero.response import response_refusals

    look = look or look_at(desk, patient_no)
    response = as_response(given, look.on)
    reasons = response_refusals(
        response,
        sessions_given=len(look.progress.given),
        last_given_on=look.last_given.on,
        maximum_sessions=content.course().maximum_sessions,
        is_closed=look.progress.closed_on is not None,
    )
    reasons = (*reasons, *(_left_open(look) if response.next is Next.CLOSE else ()))
    if reasons:
        raise RefusedError.for_reasons(reasons)
    planned = tuple(each for each in look.progress.sessions if each.status != "given")
    until = response.look_again_on
    rest = put_off(desk, patient_no, look.progress.course, until) if until and planned else None
    known = {finding for looked in look.progress.responses for finding in looked.findings}
    return Responded(
        look=look,
        response=response,
        holds=holding(response, known),
        cancelled=planned if response.next is Next.CLOSE else (),
        put_off=rest,
        remarks=(*_remarks(desk, look, response, rest), *reads_like(patient_no, given.get("notes"))),
        told=given,
    )


def _left_open(look: Look) -> list[Reason]:
    """Planned for a day gone by, and nobody has said what became of it: the course is not closed over it."""
    from microsclero.dates import show_date

    return [
        Reason(
            "session_open",
            f"Session {each.number}, planned for {show_date(each.on)}, is still open. Enter it with treat; if nobody "
            f"came: microsclero missed {look.patient_no} --session {each.number}",
            {"session": each.number, "date": each.on.isoformat()},
        )
        for each in look.progress.sessions
        if each.status != "given" and each.on < look.on
    ]


def as_response(given: Mapping[str, Any], on: date) -> Response:
    """What was told, as a response of that day; UsageError for what makes no sense together."""
    try:
        return Response(
            on=on,
            grades=tuple(given["grades"]),
            satisfaction=given.get("satisfaction"),
            findings=tuple(given["findings"]),
            next=Next(given["next"]),
            wait_weeks=given.get("wait_weeks"),
        )
    except ValueError as error:
        raise UsageError(f"{error}", code="unreadable") from None


def _remarks(desk: Desk, look: Look, response: Response, put_off: Change | None) -> list[str]:
    """What the person at the desk should know besides."""
    from microsclero.response import stops_early, ungraded

    said = []
    if look.stage is Stage.EARLY:
        days = "1 day" if look.days == 1 else f"{look.days} days"
        still = " The look at 4 weeks is still to come." if response.next is Next.CONTINUE else ""
        said.append(f"Only {days} after session {look.last_given.number}: kept as an interim grade.{still}")
    said += [
        f"Response {each.response} was recorded today already; this is another one."
        for each in look.progress.responses
        if each.on == look.on
    ]
    treated = {region for regions in look.progress.treated.values() for region in regions}
    strange = [grade for grade in response.grades if treated and (grade.leg, grade.region) not in treated]
    if strange:
        named = ", ".join(f"{grade.leg} {grade.region}" for grade in strange)
        said.append(f"Nothing is recorded as injected there: {named}. Is it the right leg?")
    missing = ungraded(response, [region for region in look.regions if region in treated])
    if missing:
        said.append(f"Treated and not graded: {', '.join(' '.join(region) for region in missing)}.")
    said += _to_report(desk, look.patient_no, response)
    if stops_early(response, [region for region in look.regions if region in treated]):
        said.append(
            "Complete success in every region and the patient content: a course usually stops early then, with close."
        )
    if response.next is not Next.CLOSE:
        said += [reason.message for reason in _left_open(look)]
    if put_off is not None:
        said += [*put_off.remarks, *(notice.words() for notice in put_off.notices)]
    return said


def _to_report(desk: Desk, patient_no: int, response: Response) -> list[str]:
    """Findings that are reactions too, and so are reported to be followed to their end; one that is open is named.

    So is one that is open and could have been found, and was not.
    """
    from microsclero.reactions_in_short import effect_in_short
    from microsclero.response import FINDINGS, FINDINGS_BY_CODE
    from microsclero.store import reactions

    followed = {row.effect: row.reaction for row in reactions.open_reactions(desk.store, [patient_no])}
    effects = dict.fromkeys(FINDINGS_BY_CODE[finding].reaction for finding in response.findings)
    said = [f"{effect}: followed already as reaction {followed[effect]}." for effect in effects if effect in followed]
    new = [effect for effect in effects if effect is not None and effect not in followed]
    if new:
        report = f"microsclero reaction {patient_no} ({', '.join(new)})"
        said.append(f"Report it as well, so that it is followed to its end: {report}")
    said += [
        f"Reaction {followed[effect]}, {effect_in_short(effect)}, is open, and was not found here: is it still there? "
        f"microsclero reaction {patient_no} --follow {followed[effect]}"
        for effect in dict.fromkeys(each.reaction for each in FINDINGS)
        if effect in followed and effect not in effects
    ]
    return said


def save(desk: Desk, shown: Responded) -> Responded:
    """Save what was shown, in one transaction: the response, its holds, the course closed, sessions put off."""
    from microsclero.desk import opening_of
    from microsclero.store import diary

    look = shown.look
    days = [step.after.on for step in shown.put_off.steps if step.after] if shown.put_off else []
    opening_of.keep_missing_holidays(desk, max(days, default=look.on))
    with desk.store.changing(who=desk.writer(), command="response"):
        desk = desk.reread()
        _refuse_changed(desk, shown)
        number = enter(desk, shown)
    kept = next(row for row in diary.courses_of(desk.store, look.patient_no) if row.course == look.progress.course)
    return replace(shown, number=number, after=progress(desk, kept))


def enter(desk: Desk, shown: Responded) -> int:
    """The response and all it brings, inside `changing()`; its number."""
    from microsclero.desk.changes import write
    from microsclero.store import diary, reactions, responses

    response, look = shown.response, shown.look
    number = responses.add_response(
        desk.store,
        patient_no=look.patient_no,
        course=look.progress.course,
        session=look.last_given.session,
        on=response.on,
        grades=[{"leg": each.leg, "region": each.region, "improvement": each.improvement} for each in response.grades],
        satisfaction=response.satisfaction,
        findings=response.findings,
        next_step=response.next.value,
        wait_until=response.look_again_on,
        notes=shown.told.get("notes"),
    )
    for finding in shown.holds:
        reactions.add_hold(desk.store, patient_no=look.patient_no, cause=finding.label, response=number)
    if shown.put_off is not None:
        write(desk, shown.put_off)
    _settle(desk, shown)
    if shown.closes:
        diary.close_course(desk.store, look.progress.course, on=response.on, why="response")
    return number


def _settle(desk: Desk, shown: Responded) -> None:
    """What becomes of the sessions of the course: the last given is answered; a closed course leaves none open."""
    from microsclero.desk.changes import WAITS_FOR_A_DATE
    from microsclero.store import diary

    last = shown.look.last_given
    becomes = settles(shown.response, last.on)
    cancelled = {session.session for session in shown.cancelled}
    for row in diary.sessions_of_course(desk.store, shown.look.progress.course):
        changes: dict[str, object] = {}
        if row.session == last.session and becomes and row.settled != becomes:
            changes = {"settled": becomes}
        elif row.session in cancelled:
            changes = {"status": "cancelled", "cancel_reason": "response_complete"}
        elif shown.closes and _is_open(row, WAITS_FOR_A_DATE):
            changes = {"settled": "course_closed"}
        if changes:
            diary.update_session(desk.store, row.session, changes, row.version)


def _is_open(row: SessionRow, waits_for_a_date: tuple[str, ...]) -> bool:
    """Whether a session still wants something: its response, or a new date."""
    waits = row.status in ("given", "missed") or (row.status == "cancelled" and row.cancel_reason in waits_for_a_date)
    return waits and row.settled in (None, "seen")


def _refuse_changed(desk: Desk, shown: Responded) -> None:
    """The same response, proposed again under the lock, must come to what was shown; ConflictError where not."""
    try:
        again = propose(desk, shown.look.patient_no, shown.told)
    except RefusedError as refusal:
        raise ConflictError.for_reasons(refusal.reasons) from None
    if again != shown:
        words = f"The course of patient {shown.look.patient_no} or the diary changed meanwhile; nothing was saved."
        raise ConflictError(f"{words} Look again.", code="changed_meanwhile")
