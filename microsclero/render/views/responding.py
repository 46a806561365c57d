"""A response on the screen, and the course drawn as it comes along: sessions, looks, grades by region, what is next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from microsclero.dates import show_date
from microsclero.render.terminal import Heading, console, print_lines
from microsclero.response import (
    FINDINGS_BY_CODE,
    IMPROVEMENT_WORDS,
    STAGE_WORDS,
    Next,
    Stage,
    show_improvement,
    show_satisfaction,
)
from microsclero.text import visible

if TYPE_CHECKING:
    from microsclero.desk.course_progress import Looked, Progress
    from microsclero.desk.responding import Responded
    from microsclero.desk.sessions import PlannedSession

# More looks than this don't fit beside each other; the latest are drawn, the earlier ones stand below.
MOST_COLUMNS = 4
_LABEL, _COLUMN = 14, 10
_STAGES = {Stage.EARLY: "interim grade, early", Stage.INTERIM: "interim grade", Stage.FINAL: "final grade"}
_GIVEN, _PLANNED, _LEFT, _LOOKED = "■", "□", "·", "R"


def response_view(kept: Responded) -> None:
    """What was saved: what holds first, then the course as it now stands."""
    look = kept.look
    head = f"Response {kept.number} · patient {look.patient_no} · course {look.progress.course}"
    lines = [Heading(head), *_told(kept), ""]
    print_lines(console(), lines)
    if kept.after is not None:
        progress_view(kept.after)


def proposal_view(shown: Responded) -> None:
    """What would be saved, to be read once more before it is."""
    grades = [f"  {each.leg} {each.region:<8}{show_improvement(each.improvement)}" for each in shown.response.grades]
    print_lines(console(stderr=True), ["", Heading("To be saved:"), *(grades or ["  no region graded"]), *_told(shown)])


def _told(shown: Responded) -> Iterator[str]:
    """Holds first and loud; then the patient's own mark, what was found, what follows, and the remarks."""
    response, look = shown.response, shown.look
    if shown.holds:
        causes = "; ".join(each.label for each in shown.holds)
        yield Heading(
            f"ON HOLD: {causes}. Nothing is planned or given until a prescriber decides: "
            f"microsclero decide {look.patient_no}"
        )
    mark = show_satisfaction(response.satisfaction) if response.satisfaction else "not said"
    words = STAGE_WORDS[look.stage]
    yield f"{words[:1].upper()}{words[1:]}. The patient's own, apart from it: {mark}."
    yield from _found(response.findings)
    yield _next_words(response.next, shown)
    for session in shown.cancelled:
        yield f"  Session {session.number} on {show_date(session.on)} at {session.starts:%H:%M} is cancelled."
    for step in shown.put_off.steps if shown.put_off else ():
        if step.waits:
            was = f"{show_date(step.before.on)} at {step.before.starts:%H:%M}"
            yield f"  Session {step.before.number} on {was} waits for a new date."
        elif step.after is not None and step.why:
            moved = f"{show_date(step.before.on)} at {step.before.starts:%H:%M} to {show_date(step.after.on)}"
            yield f"  Session {step.after.number} moves from {moved} at {step.after.starts:%H:%M}."
    yield from shown.remarks


def _next_words(step: Next, shown: Responded) -> str:
    until = shown.response.look_again_on
    if until is not None:
        weeks = shown.response.wait_weeks
        return f"Next: wait {weeks} {'week' if weeks == 1 else 'weeks'}, and look again on {show_date(until)}."
    if step is Next.CLOSE:
        return "Next: the course is closed." if shown.closes else "The course was closed before, and stays closed."
    return "Next: go on with the next session."


def _found(findings: Sequence[str]) -> Iterator[str]:
    """Each finding with what to do about it."""
    if not findings:
        yield "Found: nothing of the list."
    for code in findings:
        finding = FINDINGS_BY_CODE[code]
        yield f"Found: {finding.label}. {finding.do}"


def courses_view(patient_no: int, courses: Sequence[Progress], remarks: Sequence[str]) -> None:
    """Every course of a patient, one below the other."""
    print_lines(console(), remarks)
    if not courses:
        print_lines(console(), [f"Patient {patient_no} has no course yet: microsclero plan {patient_no}"])
    for place, course in enumerate(courses):
        if place:
            print_lines(console(), [""])
        progress_view(course)


def progress_view(course: Progress, *, stderr: bool = False) -> None:
    """One course, drawn."""
    print_lines(console(stderr=stderr), progress_lines(course))


def progress_lines(course: Progress) -> list[str]:
    """The course from its first session to what comes next; 80 columns, and nothing that only a colour says."""
    given = len(course.given)
    state = f"{given} of {course.maximum} given"
    if course.closed_on:
        state += f", closed {show_date(course.closed_on)}"
    return [
        Heading(f"Course {course.course} of patient {course.patient_no} · {state}"),
        *_track(course),
        *(_grades(course) if course.regions and course.responses else ()),
        *(line for place, looked in enumerate(course.responses, 1) for line in _look_lines(place, looked)),
        f"Next: {course.coming.words}",
    ]


def _track(course: Progress) -> Iterator[str]:
    """Sessions and looks in their order, drawn as one line; then each session with its day."""
    answered = {(looked.on, looked.number) for looked in course.responses}
    # On one day the look comes before the session, unless it was at what that session did.
    days = [(session.on, 0 if (session.on, session.number) in answered else 2) for session in course.sessions]
    stops = [(on, place, _mark(session)) for (on, place), session in zip(days, course.sessions, strict=True)]
    stops += [(looked.on, 1, f"{_LOOKED}{place}") for place, looked in enumerate(course.responses, 1)]
    drawn = [mark for _, _, mark in sorted(stops)] + [_LEFT] * course.left
    yield f"  {' ── '.join(drawn)}"
    legend = ((_GIVEN, "given"), (_PLANNED, "planned"), (_LEFT, "still free"), (_LOOKED, "response"))
    yield "  " + "  ".join(f"{mark} {words}" for mark, words in legend if any(mark in one for one in drawn))
    for session in course.sessions:
        where = ", ".join(" ".join(region) for region in course.treated.get(session.session or 0, ()))
        state = "HELD" if session.status == "held" else session.status
        yield f"  Session {session.number}  {show_date(session.on):<15}  {state}{f': {where}' if where else ''}"


def _mark(session: PlannedSession) -> str:
    return f"{_GIVEN if session.status == 'given' else _PLANNED}{session.number}"


def _grades(course: Progress) -> Iterator[str]:
    """A row for each region and one for the patient: a bar and the digit for each look, the last in words."""
    first = max(len(course.responses) - MOST_COLUMNS, 0)
    looks = course.responses[first:]
    yield ""
    yield f"Grades, from {show_improvement(1)} to {show_improvement(5)}"
    heads = "".join(f"{f'{_LOOKED}{place}':<{_COLUMN}}" for place in range(first + 1, len(course.responses) + 1))
    yield f"  {'':<{_LABEL}}{heads}".rstrip()
    for region in course.regions:
        row = [looked.grades.get(region) for looked in looks]
        words = IMPROVEMENT_WORDS[row[-1]] if row[-1] is not None else f"not graded at {_LOOKED}{len(course.responses)}"
        yield f"  {' '.join(region):<{_LABEL}}{''.join(map(_bar, row))}{words}"
    yield ""


def _bar(grade: int | None) -> str:
    """●●●○○ 3: as many filled as the grade says."""
    drawn = "–" if grade is None else f"{'●' * grade}{'○' * (5 - grade)} {grade}"
    return f"{drawn:<{_COLUMN}}"


def _look_lines(place: int, looked: Looked) -> Iterator[str]:
    """One response: when, how much it means, the patient's own mark, what was found and agreed."""
    mark = show_satisfaction(looked.satisfaction) if looked.satisfaction else "not said"
    days = f"{looked.days} days after session {looked.number}" if looked.number else "after the sessions"
    yield f"  {_LOOKED}{place}  {show_date(looked.on)}, {days}: {_STAGES[looked.stage]}"
    agreed = {Next.CONTINUE: "go on", Next.WAIT: "wait", Next.CLOSE: "close the course"}[looked.next]
    if looked.wait_until:
        agreed = f"wait until {show_date(looked.wait_until)}"
    yield f"      The patient: {mark}. Agreed: {agreed}. By {visible(looked.who)}."
    if looked.findings:
        yield f"      Found: {'; '.join(FINDINGS_BY_CODE[code].label for code in looked.findings)}."
    if looked.notes:
        yield f"      Notes: {' '.join(visible(looked.notes).split())}"
