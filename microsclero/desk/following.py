"""Reactions followed at the desk: somebody asks again, and what is heard ends it, raises it, or is asked about anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from microsclero.desk.reacting import hold_for, iso, reaction_of, session_day
from microsclero.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.reactions import BandWords, Effect, Heard, Since
    from microsclero.store.reactions import HoldRow, ReactionRow
    from microsclero.store.treatments import TreatmentRow

# Nobody is left unasked for longer; our own choice, the longer one as long as the list of reactions may have it.
LONGEST_URGENT_DAYS, LONGEST_DAYS = 7, 92


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What was heard when somebody asked again, and where the reaction belongs now.

    hold: the number of the hold on which the patient stands for it; is_new_hold: it began with this.
    """

    reaction: int
    patient_no: int
    effect: Effect
    state: str
    since: Since
    band_words: BandWords
    next_on: date | None
    ended_on: date | None
    hold: int | None
    is_new_hold: bool = False

    def as_data(self) -> dict[str, object]:
        return {
            "reaction": self.reaction,
            "patient": self.patient_no,
            "effect": self.effect.effect,
            "words": self.effect.words,
            "state": self.state,
            "band": self.since.band.value,
            "because": list(self.since.because),
            "follow_up_on": iso(self.next_on),
            "hold": self.hold is not None,
            "hold_no": self.hold,
            "ended_on": iso(self.ended_on),
        }


def follow(desk: Desk, patient_no: int, reaction: int, given: Mapping[str, Any]) -> Followed:
    """Ask again and keep the answer: gone ends it, worse raises it, anything else is asked about once more."""
    from microsclero.content.reactions import load_reactions
    from microsclero.reactions import HOLDING, Heard
    from microsclero.store import reactions

    with desk.store.changing(who=desk.writer(), command="reaction"):
        row, today = reaction_of(desk, patient_no, reaction), desk.today()
        listed = load_reactions(row.version)
        effect = listed.by_code(row.effect)
        _refuse_ended(row, given)
        before = band_now(desk, row)
        now = Heard(on=today, state=given["state"], note=given.get("note") or "")
        since = band_now(desk, row, now)
        is_raised = since.band is not before.band
        # What is gone ends it, unless the same call told of something worse.
        ended_on = row.ended_on or (today if now.state == "gone" and not is_raised else None)
        next_on = None if ended_on else _next_on(desk, row, effect, since, now, given.get("next_on"))
        reactions.add_step(
            desk.store,
            reaction=reaction,
            patient_no=patient_no,
            state=now.state,
            note=given.get("note"),
            yellow_card=given.get("yellow_card"),
            next_on=next_on,
        )
        if ended_on and row.ended_on is None:
            reactions.end_reaction(desk.store, reaction, ended_on)
        hold = own_hold(reactions.open_holds(desk.store, [patient_no]), reaction)
        # Worse is worse, though a prescriber has lifted the hold it was on.
        holds_now = hold is None and since.band in HOLDING and (is_raised or now.state == "worse")
        if holds_now:
            hold = hold_for(desk, patient_no, reaction, effect, since.because)
    return Followed(
        reaction=reaction,
        patient_no=patient_no,
        effect=effect,
        state=now.state,
        since=since,
        band_words=listed.bands[since.band],
        next_on=next_on,
        ended_on=ended_on,
        hold=hold,
        is_new_hold=holds_now,
    )


def _refuse_ended(row: ReactionRow, given: Mapping[str, Any]) -> None:
    """What has ended takes the reference of its Yellow Card, which may come late, and nothing else."""
    if row.ended_on is not None and not (given["state"] == "gone" and given.get("yellow_card")):
        raise RefusedError(
            f"Reaction {row.reaction} has ended; if it is back, report it anew: microsclero reaction {row.patient_no}",
            code="already_ended",
        )


def _next_on(desk: Desk, row: ReactionRow, effect: Effect, since: Since, now: Heard, wished: date | None) -> date:
    """The day wished for where it is near enough; else as the list has it. Who was not reached is rung the next day."""
    from microsclero.content.reactions import load_reactions
    from microsclero.dates import show_date
    from microsclero.reactions import HOLDING, follow_up_on

    if wished is not None:
        if wished <= now.on:
            raise UsageError("“next_on” is a day to come.", code="unreadable", key="next_on")
        longest = LONGEST_URGENT_DAYS if since.band in HOLDING else LONGEST_DAYS
        last = now.on + timedelta(days=longest)
        if wished > last:
            raise RefusedError(
                f"Ask again by {show_date(last)}: nobody is left unasked for more than {longest} days.",
                code="follow_up_too_late",
                next_on=last.isoformat(),
            )
        return wished
    if now.state == "not_reached":
        return now.on + timedelta(days=1)
    times = load_reactions(row.version).follow_up
    return follow_up_on(now.on, effect, since.band, usual_until(desk, row, effect), times)


def band_now(desk: Desk, row: ReactionRow, *more: Heard) -> Since:
    """The band as reported, raised by all that was heard since, and by `more`."""
    from microsclero.content.reactions import load_reactions
    from microsclero.reactions import Band, Heard, since_report
    from microsclero.store import reactions

    listed = load_reactions(row.version)
    effect = listed.by_code(row.effect)
    heard = [
        Heard(on=step.at.astimezone(desk.zone).date(), state=step.state, note=step.note or "")
        for step in reactions.steps_of(desk.store, row.reaction)
    ]
    return since_report(Band(row.band), effect, usual_until(desk, row, effect), [*heard, *more], listed)


def usual_until(desk: Desk, row: ReactionRow, effect: Effect) -> date | None:
    """The last day on which this effect counts as usual after the session it belongs to."""
    given = treatment_of(desk, row)
    return effect.usual_until(session_day(desk, given)) if given else None


def treatment_of(desk: Desk, row: ReactionRow) -> TreatmentRow | None:
    """The injections a reaction belongs to, as they stand now."""
    from microsclero.store import treatments

    if row.treatment is None:
        return None
    given = treatments.treatment(desk.store, row.treatment)
    if given.amended_by is None:
        return given
    return treatments.live_treatment_of(desk.store, given.session)


def own_hold(holds: Iterable[HoldRow], reaction: int) -> int | None:
    """Of these holds the one that this reaction brought."""
    return next((row.hold for row in holds if row.reaction == reaction), None)
