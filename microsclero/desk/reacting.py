"""Reactions at the desk: reported, put into their band, tied to a session; an urgent one holds at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from microsclero.errors import NotFoundError, UsageError
from microsclero.sources import named_sources

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.reactions import Assessment, BandWords, Effect, ReactionList, Report
    from microsclero.store.reactions import ReactionRow
    from microsclero.store.treatments import TreatmentRow

_LONGEST_CAUSE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A reaction as it was kept: how soon somebody must look, what to say and do, when we ask again.

    hold: the number of the hold it brought; None where it brought none. on_hold: of the one on which the patient stands
    now, whatever brought it.
    """

    reaction: int
    patient_no: int
    found: Assessment
    band_words: BandWords
    follow_up_on: date | None
    ended_on: date | None
    gone_on: date | None
    hold: int | None
    treatment: int | None
    session_on: date | None
    asked: bool
    on_hold: int | None = None

    @property
    def say(self) -> str:
        """What to tell the patient. A raised band speaks for itself: the effect's own words would calm."""
        return self.band_words.say if self.is_raised else self.found.effect.say

    @property
    def do(self) -> str:
        return f"{self.band_words.do} {self.found.effect.do}"

    @property
    def is_raised(self) -> bool:
        return self.found.band is not self.found.effect.band

    def as_data(self) -> dict[str, object]:
        found = self.found
        return {
            "reaction": self.reaction,
            "patient": self.patient_no,
            "effect": found.effect.effect,
            "words": found.effect.words,
            "band": found.band.value,
            "because": list(found.because),
            "say": self.say,
            "do": self.do,
            "source": named_sources(found.effect.source),
            "follow_up_on": iso(self.follow_up_on),
            "usual_until": iso(found.usual_until),
            "watch_until": iso(found.watch_until),
            "hold": self.on_hold is not None,
            "hold_no": self.on_hold,
            "treatment": self.treatment,
            "session_on": iso(self.session_on),
            "emergency_questions_asked": self.asked,
            "ended_on": iso(self.ended_on),
        }


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def report(desk: Desk, patient_no: int, given: Mapping[str, Any]) -> Reported:
    """Keep what was reported, in the band it belongs to; same day and emergency put the patient on hold at once."""
    from microsclero.content.reactions import load_reactions
    from microsclero.desk.patients import patient_of
    from microsclero.reactions import Band, assess
    from microsclero.store import reactions

    listed = load_reactions()
    with desk.store.changing(who=desk.writer(), command="reaction"):
        born_on = patient_of(desk, patient_no).born_on
        treatment = belongs_to(desk, patient_no, given)
        told = read_report(desk, given, treatment, born_on=born_on, reported_on=desk.today())
        found = assess(told, listed)
        # Only what was usual ends with its report; of all else somebody asks once more, though it be gone.
        ended_on = told.ended_on if found.band is Band.EXPECTED else None
        number = enter(desk, patient_no, told, found, given, treatment=treatment, ended_on=ended_on)
        if told.ended_on and not ended_on:
            keep_gone(desk, patient_no, number, told.ended_on, found.follow_up_on)
        hold = hold_for(desk, patient_no, number, found.effect, found.because) if found.hold else None
    return Reported(
        reaction=number,
        patient_no=patient_no,
        found=found,
        band_words=listed.bands[found.band],
        follow_up_on=None if ended_on else found.follow_up_on,
        ended_on=ended_on,
        gone_on=told.ended_on,
        hold=hold,
        treatment=treatment.treatment if treatment else None,
        session_on=told.session_on,
        asked=given.get("emergency") is not None,
        on_hold=hold or next((row.hold for row in reactions.open_holds(desk.store, [patient_no])), None),
    )


def enter(
    desk: Desk,
    patient_no: int,
    told: Report,
    found: Assessment,
    where: Mapping[str, Any],
    *,
    treatment: TreatmentRow | None,
    ended_on: date | None,
) -> int:
    """A reaction in the band found for it, inside `changing()`; `where` may hold its leg and region. Its number."""
    from microsclero.content.reactions import load_reactions
    from microsclero.store import reactions

    return reactions.add_reaction(
        desk.store,
        patient_no=patient_no,
        treatment=treatment.treatment if treatment else None,
        effect=told.effect,
        leg=where.get("leg"),
        region=where.get("region"),
        noticed_on=told.noticed_on,
        severity=told.severity,
        notes=told.notes,
        emergency=told.emergency,
        band=found.band.value,
        because=found.because,
        version=load_reactions().version,
        follow_up_on=found.follow_up_on,
        watch_until=found.watch_until,
        ended_on=ended_on,
    )


def read_report(
    desk: Desk,
    told: Mapping[str, Any],
    treatment: TreatmentRow | None,
    *,
    born_on: date,
    reported_on: date,
    too_late: str = "in the future",
) -> Report:
    """What was told, as on the day of the report; what cannot be true of it is exit 2.

    too_late: where a day after the report lies, in words.
    """
    from microsclero.content.reactions import load_reactions
    from microsclero.reactions import Report

    noticed_on, ended_on = told["noticed_on"], told.get("ended_on")
    if not born_on <= noticed_on <= reported_on:
        raise UsageError(
            f"“noticed_on” lies {too_late} or before the patient's birth.", code="unreadable", key="noticed_on"
        )
    if ended_on is not None and not noticed_on <= ended_on <= desk.today():
        raise UsageError(
            "“ended_on” lies in the future or before the day it was noticed.", code="unreadable", key="ended_on"
        )
    effect, notes = _named_effect(str(told["effect"]), told.get("notes") or "", load_reactions())
    return Report(
        effect=effect,
        noticed_on=noticed_on,
        reported_on=reported_on,
        severity=told["severity"],
        session_on=session_day(desk, treatment) if treatment else None,
        ended_on=ended_on if ended_on is not None and ended_on <= reported_on else None,
        notes=notes,
        emergency=tuple(told.get("emergency") or ()),
    )


def _named_effect(said: str, notes: str, listed: ReactionList) -> tuple[str, str]:
    """The effect of the closed list that somebody's words name, and the notes with their own words kept."""
    from microsclero.reaction_words import effect_named
    from microsclero.reactions import EFFECTS

    if said in EFFECTS:
        return said, notes
    kept = f"“{said}”. {notes}".strip() if notes else f"“{said}”"
    return effect_named(said, listed).effect, kept


def session_day(desk: Desk, treatment: TreatmentRow) -> date:
    """The day of those injections, by the clinic's clock."""
    return treatment.ended_at.astimezone(desk.zone).date()


def belongs_to(desk: Desk, patient_no: int, given: Mapping[str, Any]) -> TreatmentRow | None:
    """The session a reaction belongs to: the one named, else the last one given by the day it was noticed."""
    from microsclero.store import treatments

    stands = [row for row in treatments.treatments_of(desk.store, patient_no) if row.amended_by is None]
    named = given.get("treatment")
    if named is not None:
        for row in stands:
            if row.treatment == named:
                return row
        known = ", ".join(str(row.treatment) for row in stands) or "none"
        raise NotFoundError(
            f"Patient {patient_no} has no treatment {named}; theirs: {known}.", code="treatment_not_found"
        )
    before = [row for row in stands if session_day(desk, row) <= given["noticed_on"]]
    return (before or stands)[-1] if stands else None


def keep_gone(desk: Desk, patient_no: int, reaction: int, gone_on: date, next_on: date) -> None:
    """It is gone, as they say, and somebody asks again all the same."""
    from microsclero.dates import show_date
    from microsclero.store import reactions

    reactions.add_step(
        desk.store,
        reaction=reaction,
        patient_no=patient_no,
        state="gone",
        note=f"Gone on {show_date(gone_on)}, as it was reported.",
        yellow_card=None,
        next_on=next_on,
    )


def hold_for(desk: Desk, patient_no: int, reaction: int, effect: Effect, because: Iterable[str]) -> int:
    """The patient is on hold, inside `changing()`, for the effect and what made it urgent. The hold's number."""
    import textwrap

    from microsclero.store import reactions

    why = "; ".join(because)
    words = f"{effect.words} ({why})" if why else effect.words
    cause = textwrap.shorten(words, _LONGEST_CAUSE, placeholder=" …")
    return reactions.add_hold(desk.store, patient_no=patient_no, cause=cause, reaction=reaction)


def kept_as_it_is(desk: Desk, patient_no: int, listed: ReactionList, emergency: tuple[str, ...], why: str) -> Reported:
    """An emergency of which no more is known than the questions that were answered yes; `why` no more is known."""
    asked = {each.question: each for each in listed.emergency}
    return report(
        desk,
        patient_no,
        {
            "effect": asked[emergency[0]].effects[0],
            "severity": "severe",
            "noticed_on": desk.today(),
            "notes": why,
            "emergency": emergency,
        },
    )


def reaction_of(desk: Desk, patient_no: int, reaction: int) -> ReactionRow:
    """The patient's own reaction of this number; NotFoundError for anybody else's."""
    from microsclero.desk.patients import patient_of
    from microsclero.store import reactions

    patient_of(desk, patient_no)
    mine = [row for row in reactions.reactions_of(desk.store, patient_no) if row.amended_by is None]
    for row in mine:
        if row.reaction == reaction:
            return row
    known = ", ".join(str(row.reaction) for row in mine) or "none"
    raise NotFoundError(f"Patient {patient_no} has no reaction {reaction}; theirs: {known}.", code="reaction_not_found")


def due_on(desk: Desk, row: ReactionRow) -> date:
    """When somebody asks again about an open reaction."""
    from microsclero.store import reactions

    steps = reactions.steps_of(desk.store, row.reaction)
    return (steps[-1].next_on if steps else None) or row.follow_up_on
