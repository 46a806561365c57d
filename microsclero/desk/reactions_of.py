"""What is known of a patient's reactions and holds: all on one page, what a screening says of them, a Yellow Card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from microsclero.desk.reacting import due_on, iso, reaction_of, session_day

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.reactions import Effect, Since
    from microsclero.store.reactions import HoldRow, HoldWordRow, ReactionRow, StepRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionLine:
    """One reaction from its report to its end, in the band where it belongs now."""

    row: ReactionRow
    effect: Effect
    reported_on: date
    since: Since
    due_on: date | None
    steps: tuple[tuple[StepRow, date], ...]
    hold: int | None

    def as_data(self) -> dict[str, object]:
        row = self.row
        return {
            "reaction": row.reaction,
            "effect": row.effect,
            "words": self.effect.words,
            "band": self.since.band.value,
            "reported_band": row.band,
            "because": [*row.because, *self.since.because],
            "severity": row.severity,
            "leg": row.leg,
            "region": row.region,
            "noticed_on": row.noticed_on.isoformat(),
            "reported_on": self.reported_on.isoformat(),
            "treatment": row.treatment,
            "notes": row.notes,
            "follow_up_on": iso(self.due_on),
            "watch_until": iso(row.watch_until),
            "hold": self.hold is not None,
            "hold_no": self.hold,
            "ended_on": iso(row.ended_on),
            "by": row.who,
            "followed": [
                {
                    "on": on.isoformat(),
                    "state": step.state,
                    "note": step.note,
                    "yellow_card": step.yellow_card,
                    "by": step.who,
                }
                for step, on in self.steps
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLine:
    """One hold, and each word of a prescriber on it."""

    row: HoldRow
    since: date
    lifted_on: date | None
    words: tuple[tuple[HoldWordRow, date], ...]

    def as_data(self) -> dict[str, object]:
        return {
            "hold": self.row.hold,
            "cause": self.row.cause,
            "since": self.since.isoformat(),
            "reaction": self.row.reaction,
            "lifted_on": iso(self.lifted_on),
            "words": [
                {
                    "on": on.isoformat(),
                    "hold": word.word,
                    "finding": word.finding,
                    "reason": word.reason,
                    "prescriber": word.prescriber,
                    "document": word.document,
                }
                for word, on in self.words
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactions:
    """Every reaction and every hold of a patient, the open ones first."""

    patient_no: int
    reactions: tuple[ReactionLine, ...]
    holds: tuple[HoldLine, ...]
    remarks: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient_no,
            "reactions": [line.as_data() for line in self.reactions],
            "holds": [line.as_data() for line in self.holds],
            "remarks": list(self.remarks),
        }


def reactions_of(desk: Desk, patient_no: int) -> Reactions:
    """All of a patient's reactions and holds; the look itself is noted."""
    from microsclero.desk.patient_record import note_look
    from microsclero.desk.patients import patient_of
    from microsclero.store import reactions

    patient_of(desk, patient_no)
    remarks = note_look(desk, patient_no, "reaction --list")
    holds = reactions.holds_of(desk.store, patient_no)
    words = [(word, _day(desk, word)) for word in reactions.hold_words_of(desk.store, patient_no)]
    rows = [row for row in reactions.reactions_of(desk.store, patient_no) if row.amended_by is None]
    return Reactions(
        patient_no=patient_no,
        reactions=tuple(
            _line(desk, row, tuple(holds))
            for row in sorted(rows, key=lambda row: (row.ended_on is not None, row.reaction))
        ),
        holds=tuple(
            HoldLine(
                row=row,
                since=_day(desk, row),
                lifted_on=row.lifted_at.astimezone(desk.zone).date() if row.lifted_at else None,
                words=tuple(each for each in words if each[0].hold == row.hold),
            )
            for row in sorted(holds, key=lambda row: (row.lifted_at is not None, row.hold))
        ),
        remarks=remarks,
    )


def _line(desk: Desk, row: ReactionRow, holds: tuple[HoldRow, ...]) -> ReactionLine:
    from microsclero.content.reactions import load_reactions
    from microsclero.desk.following import band_now, own_hold
    from microsclero.store import reactions

    steps = reactions.steps_of(desk.store, row.reaction)
    return ReactionLine(
        row=row,
        effect=load_reactions(row.version).by_code(row.effect),
        reported_on=_day(desk, row),
        since=band_now(desk, row),
        due_on=due_on(desk, row) if row.ended_on is None else None,
        steps=tuple((step, _day(desk, step)) for step in steps),
        hold=own_hold((each for each in holds if each.lifted_at is None), row.reaction),
    )


def _day(desk: Desk, row: ReactionRow | StepRow | HoldRow | HoldWordRow) -> date:
    return row.at.astimezone(desk.zone).date()


# ── what is said of them at a screening ──


def said_at_screening(desk: Desk, patient_no: int, answers: Mapping[str, str]) -> tuple[str, ...]:
    """What whoever screens should know: a surface clot that was found here, and what the answers ask to be reported."""
    return (*clots_in_surface_veins(desk, patient_no), *_to_report(desk, patient_no, answers))


def clots_in_surface_veins(desk: Desk, patient_no: int) -> Iterator[str]:
    """Found by a prescriber on a hold: it bars nothing by itself, and whoever screens is to know of it."""
    from microsclero.dates import show_date
    from microsclero.store import reactions

    for word in reactions.hold_words_of(desk.store, patient_no):
        if word.finding == "svt":
            yield (
                f"On {show_date(_day(desk, word))} {word.prescriber} found a clot in a surface vein "
                f"(hold {word.hold}). Ask about phlebitis with that in mind; the prescriber weighs it."
            )


def _to_report(desk: Desk, patient_no: int, answers: Mapping[str, str]) -> Iterator[str]:
    """What happened since the last session is a reaction; one that is followed as urgent is not reported twice."""
    from microsclero.reactions_in_short import effect_in_short
    from microsclero.store import follow_ups

    answer = answers.get("since_last")
    if answer not in ("yes", "unsure"):
        return
    standing = [row for row in follow_ups.open_reactions(desk.store, patient_no=patient_no) if row.is_urgent]
    if not standing:
        first = "It is a reaction: report it" if answer == "yes" else "Find out what it was; if it was one, report it"
        yield f"{first}: microsclero reaction {patient_no}"
        return
    named = ", ".join(f"reaction {row.reaction} ({effect_in_short(row.effect)})" for row in standing)
    yield f"Followed already: {named}. Anything else is reported: microsclero reaction {patient_no}"


# ── a Yellow Card ──


def yellow_card(desk: Desk, patient_no: int, reaction: int) -> str:
    """The report for the Yellow Card scheme, without a name, ready to copy."""
    from microsclero.content.reactions import load_reactions
    from microsclero.desk.following import treatment_of
    from microsclero.desk.patients import patient_of
    from microsclero.reactions import yellow_card_text
    from microsclero.store import reactions, treatments

    patient, row = patient_of(desk, patient_no), reaction_of(desk, patient_no, reaction)
    given = treatment_of(desk, row)
    vials = treatments.vials_of(desk.store, given.treatment) if given else ()
    heard = [step.state for step in reactions.steps_of(desk.store, reaction) if step.state != "not_reached"]
    outcome = {"gone": "recovered", "better": "recovering"}.get(heard[-1] if heard else "", "not yet known")
    return yellow_card_text(
        patient_no=patient_no,
        age=patient.age_on(row.noticed_on),
        effect=load_reactions(row.version).by_code(row.effect).words,
        noticed_on=row.noticed_on,
        severity=row.severity,
        outcome=outcome if row.ended_on is None else "recovered",
        medicines=[f"{v.product} {v.strength_percent} %, batch {v.batch}, {v.volume_ml} mL" for v in vials],
        given_on=session_day(desk, given) if given else None,
        reporter=desk.writer(),
        clinic=desk.clinic.name,
        notes=row.notes or "",
    )
