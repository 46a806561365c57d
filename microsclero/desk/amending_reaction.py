"""A reaction made once more: held against its windows as on the day it was reported, with all that was heard since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from microsclero.desk import clots
from microsclero.desk.amending import CORRECTED, IN_ERROR, MOVED, Asked, Done, chain, stays_on_hold, strike
from microsclero.desk.entries import told_of

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.entries import Entry
    from microsclero.reactions import Heard
    from microsclero.store.reactions import HoldRow, ReactionRow, StepRow
    from microsclero.store.treatments import TreatmentRow


def amended(desk: Desk, asked: Asked, found: Entry, *, treatment: int | None = None) -> Done:
    """The reaction as asked for, inside `changing()`. treatment: the moved one that it goes along with."""
    from microsclero.content.reactions import load_reactions
    from microsclero.desk import reacting
    from microsclero.desk.patients import patient_of
    from microsclero.reactions import Band, assess, since_report

    row: ReactionRow = found.row
    found_clots = clots.found_on(desk, found.patient_no, chain(desk, found))
    if asked.action == IN_ERROR:
        strike(desk, asked, found, None)
        left = clots.words_left(found_clots, patient_no=found.patient_no, to=None)
        return Done(remarks=(*_stays_on_hold(desk, found), *left))
    patient_no = asked.patient or row.patient_no
    told = dict(_given(row) if asked.told is None else asked.told)
    given = _treatment(desk, asked, found, told, treatment)
    listed, steps = load_reactions(), _steps(desk, found)
    report = reacting.read_report(
        desk,
        told,
        given,
        born_on=patient_of(desk, patient_no).born_on,
        reported_on=row.at.astimezone(desk.zone).date(),
        too_late="after the report",
    )
    first = assess(report, listed)
    since = since_report(first.band, first.effect, first.usual_until, map(_heard(desk), steps), listed)
    ended_on = told.get("ended_on")
    ends = ended_on is not None and (ended_on == row.ended_on or since.band is Band.EXPECTED)
    now = replace(
        first,
        band=since.band,
        because=(*first.because, *since.because),
        follow_up_on=max(reacting.due_on(desk, row), first.follow_up_on) if steps else first.follow_up_on,
    )
    number = reacting.enter(desk, patient_no, report, now, told, treatment=given, ended_on=ended_on if ends else None)
    if ended_on is not None and not ends:
        reacting.keep_gone(desk, patient_no, number, ended_on, desk.today())
    strike(desk, asked, found, number)
    moved = found_clots if asked.action == MOVED else ()
    holds = _holds_now(desk, asked, found, since.band) or bool(moved)
    about_clots: tuple[str, ...] = ()
    if holds:
        hold = reacting.hold_for(desk, patient_no, number, now.effect, now.because)
        if moved and clots.by_prescriber(desk):
            clots.move(desk, moved, from_patient=row.patient_no, to=patient_no, hold=hold, why=asked.reason)
            about_clots = tuple(clots.words_moved(moved, from_patient=row.patient_no, to=patient_no))
        else:
            about_clots = tuple(clots.words_left(moved, patient_no=row.patient_no, to=patient_no))
    return Done(
        new=number,
        patient_no=patient_no,
        now=told_of(desk, "reaction", number),
        remarks=(*_banded(row, since.band.value), *_stays(desk, asked, found, since.band), *about_clots),
        hold=holds,
    )


def _treatment(
    desk: Desk, asked: Asked, found: Entry, told: Mapping[str, Any], treatment: int | None
) -> TreatmentRow | None:
    """The injections it belongs to: as before, the one named now, or in another record the last before it."""
    from microsclero.desk import following, reacting
    from microsclero.store import treatments

    row: ReactionRow = found.row
    if treatment is not None:
        return treatments.treatment(desk.store, treatment)
    if asked.action == CORRECTED and told.get("treatment") == row.treatment:
        return following.treatment_of(desk, row)
    named = told.get("treatment") if asked.action == CORRECTED else None
    if asked.action == CORRECTED and named is None:
        return None
    patient_no = asked.patient or row.patient_no
    return reacting.belongs_to(desk, patient_no, {"noticed_on": told["noticed_on"], "treatment": named})


def _steps(desk: Desk, found: Entry) -> tuple[StepRow, ...]:
    """All that was heard of it since the report, the oldest first, in whichever entry it stands."""
    from microsclero.store import reactions

    return tuple(step for number in reversed(chain(desk, found)) for step in reactions.steps_of(desk.store, number))


def _heard(desk: Desk) -> Any:
    from microsclero.reactions import Heard

    def heard(step: StepRow) -> Heard:
        return Heard(on=step.at.astimezone(desk.zone).date(), state=step.state, note=step.note or "")

    return heard


def _holds_now(desk: Desk, asked: Asked, found: Entry, band: Any) -> bool:
    """Whether it puts somebody on hold who was not before because of it."""
    from microsclero.reactions import HOLDING, Band

    if band not in HOLDING:
        return False
    return asked.action == MOVED or (not _open_holds(desk, found) and Band(found.row.band) not in HOLDING)


def _open_holds(desk: Desk, found: Entry) -> list[HoldRow]:
    from microsclero.store import reactions

    numbers = chain(desk, found)
    return [row for row in reactions.open_holds(desk.store, [found.patient_no]) if row.reaction in numbers]


def _stays(desk: Desk, asked: Asked, found: Entry, band: Any) -> Iterator[str]:
    from microsclero.reactions import HOLDING

    if asked.action == MOVED or band not in HOLDING:
        yield from _stays_on_hold(desk, found)


def _stays_on_hold(desk: Desk, found: Entry) -> Iterator[str]:
    for hold in _open_holds(desk, found):
        yield stays_on_hold(found.patient_no, hold.cause)


def _banded(row: ReactionRow, band: str) -> Iterator[str]:
    if band != row.band:
        yield f"It belongs to another band now: {band.replace('_', ' ')}, before {row.band.replace('_', ' ')}."


def _given(row: ReactionRow) -> dict[str, Any]:
    """The reaction as it was told, read as a document is."""
    return {
        "effect": row.effect,
        "severity": row.severity,
        "noticed_on": row.noticed_on,
        "leg": row.leg,
        "region": row.region,
        "ended_on": row.ended_on,
        "notes": row.notes,
        "emergency": row.emergency,
        "treatment": row.treatment,
    }
