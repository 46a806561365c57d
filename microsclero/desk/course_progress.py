"""A course as it has come along: sessions given, where, the grades after each, and what comes next."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from microsclero.desk.next_course import course_before, standing_responses
from microsclero.desk.sessions import PlannedSession, planned
from microsclero.response import Next, Stage, stage
from microsclero.schedule import CoursePolicy, earliest_next

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from microsclero.desk import Desk
    from microsclero.store.diary import CourseRow, SessionRow
    from microsclero.store.responses import ResponseRow

Region = tuple[str, str]

# As pinned: drawing a course reads no content.
POLICY = CoursePolicy()


class Looked(NamedTuple):
    """One response as it stands: how long after which session, how much it means, what was found and agreed."""

    response: int
    on: date
    number: int | None
    days: int
    stage: Stage
    grades: Mapping[Region, int]
    satisfaction: int | None
    findings: tuple[str, ...]
    next: Next
    wait_until: date | None
    notes: str | None
    who: str

    def as_data(self) -> dict[str, object]:
        return {
            "response": self.response,
            "on": self.on.isoformat(),
            "after_session": self.number,
            "days": self.days,
            "stage": self.stage.value,
            "grades": graded(self.grades),
            "satisfaction": self.satisfaction,
            "findings": list(self.findings),
            "next": self.next.value,
            "wait_until": self.wait_until.isoformat() if self.wait_until else None,
            "notes": self.notes,
            "by": self.who,
        }


class Coming(NamedTuple):
    """What comes next in a course: one word for programs, a day where there is one, a sentence for people."""

    what: str
    on: date | None
    words: str

    def as_data(self) -> dict[str, object]:
        return {"what": self.what, "on": self.on.isoformat() if self.on else None, "words": self.words}


class Progress(NamedTuple):
    """One course: its live sessions, the regions that were treated, each response, and what comes next."""

    course: int
    patient_no: int
    opened_on: date
    closed_on: date | None
    sessions: tuple[PlannedSession, ...]
    treated: Mapping[int, tuple[Region, ...]]
    responses: tuple[Looked, ...]
    coming: Coming
    maximum: int = POLICY.maximum_sessions

    @property
    def given(self) -> tuple[PlannedSession, ...]:
        return tuple(each for each in self.sessions if each.status == "given")

    @property
    def left(self) -> int:
        """How many sessions the course may still have besides those given and planned."""
        return 0 if self.closed_on else max(self.maximum - len(self.sessions), 0)

    @property
    def regions(self) -> tuple[Region, ...]:
        """Every leg and region that was treated or graded, in the order of the body."""
        return in_body_order(
            [region for regions in self.treated.values() for region in regions]
            + [region for looked in self.responses for region in looked.grades]
        )

    def as_data(self) -> dict[str, object]:
        return {
            "course": self.course,
            "status": "closed" if self.closed_on else "open",
            "opened_on": self.opened_on.isoformat(),
            "closed_on": self.closed_on.isoformat() if self.closed_on else None,
            "given": len(self.given),
            "maximum": self.maximum,
            "sessions": [
                session.as_data()
                | {"regions": [_region(region) for region in self.treated.get(session.session or 0, ())]}
                for session in self.sessions
            ],
            "regions": [
                _region(region)
                | {
                    "grades": [
                        {"response": looked.response, "on": looked.on.isoformat(), "improvement": grade}
                        for looked in self.responses
                        if (grade := looked.grades.get(region)) is not None
                    ]
                }
                for region in self.regions
            ],
            "responses": [looked.as_data() for looked in self.responses],
            "coming": self.coming.as_data(),
        }


def _region(region: Region) -> dict[str, object]:
    return {"leg": region[0], "region": region[1]}


def graded(grades: Mapping[Region, int]) -> list[dict[str, object]]:
    """Grades as a document holds them, each with its words."""
    from microsclero.response import IMPROVEMENT_WORDS

    return [
        _region(region) | {"improvement": grade, "words": IMPROVEMENT_WORDS[grade]} for region, grade in grades.items()
    ]


def in_body_order(regions: Iterable[Region]) -> tuple[Region, ...]:
    """Each leg and region once: left before right, from the groin to the foot."""
    from microsclero.treatment import LEGS, REGIONS

    found = set(regions)
    return tuple((leg, region) for leg in LEGS for region in REGIONS if (leg, region) in found)


def courses_of(desk: Desk, patient_no: int) -> tuple[Progress, ...]:
    """Every course of a patient, oldest first."""
    from microsclero.desk.patients import patient_of
    from microsclero.store import diary

    patient_of(desk, patient_no)
    rows = diary.courses_of(desk.store, patient_no)
    return tuple(progress(desk, course, is_last=course is rows[-1]) for course in rows)


def progress(desk: Desk, course: CourseRow, *, is_last: bool = True) -> Progress:
    """One course as it stands; `is_last`: none was opened after it."""
    from microsclero.desk.holding import held

    rows = live_rows(desk, course.course)
    is_held = bool(held(desk, [course.patient_no]))
    by_number = {row.session: row for row in rows}
    responses = tuple(_looked(row, by_number) for row in standing_responses(desk, course.patient_no, course.course))
    coming = Coming("followed", None, "Closed; another course followed.")
    if is_last:
        coming = _coming(desk, course, rows, responses, is_held=is_held)
    return Progress(
        course=course.course,
        patient_no=course.patient_no,
        opened_on=course.opened_on,
        closed_on=course.closed_on,
        sessions=tuple(
            planned(row)._replace(status="held") if is_held and row.status == "planned" else planned(row)
            for row in rows
        ),
        treated=treated_in(desk, course.patient_no, rows),
        responses=responses,
        coming=coming,
    )


def live_rows(desk: Desk, course: int) -> tuple[SessionRow, ...]:
    """The planned and given sessions of a course, by date."""
    from microsclero.store import diary

    rows = (row for row in diary.sessions_of_course(desk.store, course) if row.status in ("planned", "given"))
    return tuple(sorted(rows, key=lambda row: (row.on, row.starts)))


def treated_in(desk: Desk, patient_no: int, rows: Sequence[SessionRow]) -> dict[int, tuple[Region, ...]]:
    """Where was injected at each of these sessions; a session without an entry is left out."""
    from microsclero.store import treatments

    wanted = {row.session for row in rows}
    found: dict[int, tuple[Region, ...]] = {}
    for treatment in treatments.treatments_of(desk.store, patient_no):
        if treatment.amended_by is None and treatment.session in wanted:
            sites = [(str(site["leg"]), str(site["region"])) for site in treatment.sites]
            found[treatment.session] = in_body_order([*found.get(treatment.session, ()), *sites])
    return found


def _looked(row: ResponseRow, sessions: Mapping[int, SessionRow]) -> Looked:
    session = sessions.get(row.session or 0)
    days = (row.on - session.on).days if session else 0
    return Looked(
        response=row.response,
        on=row.on,
        number=session.number if session else None,
        days=days,
        stage=stage(session.on, row.on) if session else Stage.EARLY,
        grades={(str(each["leg"]), str(each["region"])): int(each["improvement"]) for each in row.grades},
        satisfaction=row.satisfaction,
        findings=row.findings,
        next=Next(row.next),
        wait_until=row.wait_until,
        notes=row.notes,
        who=row.who,
    )


def _coming(
    desk: Desk, course: CourseRow, rows: Sequence[SessionRow], responses: Sequence[Looked], *, is_held: bool
) -> Coming:
    """The one thing that is next: a hold before anything, then the look that is due, then the diary."""
    from microsclero.dates import show_date

    number, today = course.patient_no, desk.today()
    given = [row for row in rows if row.status == "given"]
    left_open = next((row for row in rows if row.status == "planned" and row.on < today), None)
    ahead = next((row for row in rows if row.status == "planned" and row.on >= today), None)
    if course.status == "closed":
        return _after_the_course(desk, number)
    if is_held:
        words = f"On hold: a prescriber decides before anything else: microsclero decide {number}"
        return Coming("hold", None, words)
    if left_open is not None:
        words = f"Session {left_open.number}, planned for {show_date(left_open.on)}, was given or missed: say which."
        return Coming("record", left_open.on, words)
    booked = f"session {ahead.number} on {show_date(ahead.on)} at {ahead.starts:%H:%M}" if ahead else ""
    then = f"; then {booked}." if booked else "."
    last = given[-1] if given else None
    answer = next((each for each in reversed(responses) if last is not None and each.number == last.number), None)
    again_on = answer.wait_until if answer is not None else None
    if again_on is not None and again_on > today:
        words = f"Wait, and look again on {show_date(again_on)}; nothing is given before that day"
        return Coming("wait", again_on, f"{words}. Booked: {booked}." if booked else f"{words}.")
    if last is not None and (again_on is not None or last.settled is None):
        due = again_on or last.on + timedelta(days=POLICY.response_days)
        words = f"The response to session {last.number} {'was' if due < today else 'is'} due on {show_date(due)}"
        return Coming("response", due, words + then)
    if len(given) >= POLICY.maximum_sessions:
        words = f"{len(given)} sessions were given: reassess, and close the course: microsclero response {number}"
        return Coming("close", None, words)
    if ahead is not None:
        return Coming("session", ahead.on, f"{booked[:1].upper()}{booked[1:]}.")
    return Coming("plan", None, f"Nothing is booked: microsclero plan {number}")


def _after_the_course(desk: Desk, patient_no: int) -> Coming:
    """What would come after a course that is closed."""
    from microsclero.dates import show_date

    before = course_before(desk, patient_no)
    if before is None:
        return Coming("closed", None, "This course is closed.")
    on = before.new_from or earliest_next(before.last_given_on, POLICY)
    words = f"Closed. New thread veins would be a new course, from {show_date(on)}"
    anew = ", with a new intake, consent and photographs" if before.is_full else ""
    return Coming("new_course", on, f"{words}{anew}.")
