"""A response made once more: its grades put right, or what was agreed next, with all that this had brought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from microsclero.desk.amending import CORRECTED, IN_ERROR, Asked, Done, chain, stays_on_hold, strike
from microsclero.desk.entries import told_of
from microsclero.errors import RefusedError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.entries import Entry
    from microsclero.desk.responding import Look
    from microsclero.store.responses import ResponseRow


def amended(desk: Desk, asked: Asked, found: Entry) -> Done:
    """The response as asked for, inside `changing()`."""
    from microsclero.desk import responding

    row: ResponseRow = found.row
    told = asked.told or {}
    if asked.action == CORRECTED:
        agreed = responding.as_response(told, row.on)
        if (agreed.next, agreed.look_again_on) == (row.next, row.wait_until):
            return _with_other_grades(desk, asked, found)
        _refuse_overtaken(desk, row)
        return _anew(desk, asked, found, row.patient_no, told)
    if asked.action == IN_ERROR:
        remarks = _taken_back(desk, found)
        strike(desk, asked, found, None)
        return Done(remarks=(*remarks, *_holds(desk, found)))
    return _anew(desk, asked, found, int(asked.patient or 0), _given(row))


def _with_other_grades(desk: Desk, asked: Asked, found: Entry) -> Done:
    """What was agreed stays as it is, and so does the diary; what was found holds as it would have then."""
    from microsclero import content
    from microsclero.desk import responding
    from microsclero.response import holding, response_refusals
    from microsclero.store import diary, reactions, responses

    row: ResponseRow = found.row
    told = asked.told or {}
    response = responding.as_response(told, row.on)
    given = [
        each.on
        for each in diary.sessions_of_course(desk.store, int(row.course or 0))
        if each.status == "given" and each.on <= row.on
    ]
    reasons = response_refusals(
        response,
        sessions_given=len(given),
        last_given_on=max(given, default=None),
        maximum_sessions=content.course().maximum_sessions,
    )
    if reasons:
        raise RefusedError.for_reasons(reasons)
    known = {finding for each in _others(desk, row) if each.response < row.response for finding in each.findings}
    number = responses.add_response(
        desk.store,
        patient_no=row.patient_no,
        course=row.course,
        session=row.session,
        on=row.on,
        grades=[{"leg": each.leg, "region": each.region, "improvement": each.improvement} for each in response.grades],
        satisfaction=response.satisfaction,
        findings=response.findings,
        next_step=response.next.value,
        wait_until=response.look_again_on,
        notes=told.get("notes"),
    )
    holds = [each for each in holding(response, known) if each.finding not in row.findings]
    for each in holds:
        reactions.add_hold(desk.store, patient_no=row.patient_no, cause=each.label, response=number)
    strike(desk, asked, found, number)
    return Done(
        new=number,
        patient_no=row.patient_no,
        now=told_of(desk, "response", number),
        remarks=tuple(_holds(desk, found, still=response.findings)),
        hold=bool(holds),
    )


def _anew(desk: Desk, asked: Asked, found: Entry, patient_no: int, told: Mapping[str, Any]) -> Done:
    """What it had brought is taken back, and it is held against every gate once more, as of its own day."""
    from microsclero.desk import responding

    row: ResponseRow = found.row
    remarks = _taken_back(desk, found)
    shown = responding.propose(desk, patient_no, told, looked_at(desk, patient_no, row))
    if patient_no == row.patient_no:
        shown = replace(shown, holds=tuple(each for each in shown.holds if each.finding not in row.findings))
    number = responding.enter(desk, shown)
    strike(desk, asked, found, number)
    closed = [f"Course {shown.look.progress.course} of patient {patient_no} is closed with it."] if shown.closes else []
    return Done(
        new=number,
        patient_no=patient_no,
        now=told_of(desk, "response", number),
        remarks=(*remarks, *shown.remarks, *closed, *_holds(desk, found, still=shown.response.findings)),
        hold=bool(shown.holds),
    )


def looked_at(desk: Desk, patient_no: int, row: ResponseRow) -> Look:
    """What there was to grade on the day of the response, without the one that is struck out."""
    from microsclero.desk import responding

    look = responding.look_at(desk, patient_no)
    others = tuple(each for each in look.progress.responses if each.response != row.response)
    return look._replace(on=row.on, progress=look.progress._replace(responses=others))


def _others(desk: Desk, row: ResponseRow) -> tuple[ResponseRow, ...]:
    from microsclero.store import responses

    rows = responses.responses_of(desk.store, row.patient_no)
    return tuple(each for each in rows if each.amended_by is None and each.response != row.response)


def _refuse_overtaken(desk: Desk, row: ResponseRow) -> None:
    """What was agreed can't be agreed otherwise once the course has gone on from it."""
    from microsclero.store import diary

    later = [each for each in _others(desk, row) if each.course == row.course and each.response > row.response]
    given = [
        each
        for each in diary.sessions_of_course(desk.store, int(row.course or 0))
        if each.status == "given" and each.session != row.session and each.on >= row.on
    ]
    running = diary.running_course(desk.store, row.patient_no)
    another = running is not None and running.course != row.course
    closed_since = running is None and row.next != "close"
    if not (later or given or another or closed_since):
        return
    what = "another response" if later else "another session" if given else "another course" if another else "its end"
    raise RefusedError(
        f"What response {row.response} agreed was followed by {what}: correct its grades, findings and notes, and "
        "leave “next” as it is.",
        code="overtaken",
        response=row.response,
    )


def _taken_back(desk: Desk, found: Entry) -> tuple[str, ...]:
    """The course as it would be had the response never been entered."""
    from microsclero.desk import taking_back
    from microsclero.store import journal

    said: tuple[str, ...] = ()
    for number in chain(desk, found):
        made = journal.entry_of_row(desk.store, "response", number)
        said += taking_back.take_back(desk, made, patient_no=found.patient_no)
    taking_back.count_anew(desk, found.row.course)
    return said


def _holds(desk: Desk, found: Entry, still: tuple[str, ...] = ()) -> Iterator[str]:
    """Holds that the entry brought and what stands now would not: only a prescriber lifts them."""
    from microsclero.response import FINDINGS_BY_CODE
    from microsclero.store import reactions

    labels = {FINDINGS_BY_CODE[finding].label for finding in still}
    numbers = chain(desk, found)
    for hold in reactions.open_holds(desk.store, [found.patient_no]):
        if hold.response in numbers and hold.cause not in labels:
            yield stays_on_hold(found.patient_no, hold.cause)


def _given(row: ResponseRow) -> dict[str, Any]:
    """The response as it was told, read as a document is."""
    from microsclero.response import Grade

    return {
        "grades": [
            Grade(leg=each["leg"], region=each["region"], improvement=each["improvement"]) for each in row.grades
        ],
        "satisfaction": row.satisfaction,
        "findings": list(row.findings),
        "next": row.next,
        "wait_weeks": (row.wait_until - row.on).days // 7 if row.wait_until else None,
        "notes": row.notes,
    }
