"""What went wrong after a session: which band a reported effect belongs to, when we ask again, and whether it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from microsclero.dates import add_months
from microsclero.reaction_words import leaves_open, match_effects

EFFECTS = (
    "hives",
    "redness",
    "swelling_at_site",
    "tenderness",
    "itching",
    "irritation",
    "lump",
    "bruising",
    "veins_look_worse",
    "trapped_blood",
    "pigmentation",
    "matting",
    "superficial_thrombosis",
    "blister_or_ulcer",
    "black_or_white_patch",
    "infection",
    "leg_swelling",
    "calf_pain",
    "breathlessness",
    "chest_pain",
    "face_swelling",
    "wheeze",
    "collapse",
    "visual_disturbance",
    "weakness_or_speech",
    "numbness",
    "other",
)
# Never called usual, on any day and however mild: the content is refused where it says otherwise.
RED_FLAGS = frozenset(EFFECTS[EFFECTS.index("superficial_thrombosis") :]) - {"numbness", "other"}
SEVERITIES = ("mild", "moderate", "severe")
FINDINGS = ("excluded", "svt", "dvt", "pe", "other")


class Band(StrEnum):
    """How soon somebody must look; the later in this list, the sooner."""

    EXPECTED = "expected"
    CALL = "call"
    SAME_DAY = "same_day"
    EMERGENCY = "emergency"


BANDS = tuple(Band)
HOLDING = frozenset({Band.SAME_DAY, Band.EMERGENCY})


def worst_band(bands: Iterable[Band]) -> Band:
    """The most urgent of these; with none of them, one that somebody looks at."""
    return max(bands, key=BANDS.index, default=Band.CALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One line of the closed list; `window_days` or `window_months` after the session it stops being usual."""

    effect: str
    words: str
    synonyms: tuple[str, ...]
    band: Band
    say: str
    do: str
    source: str
    window_days: int | None = None
    window_months: int | None = None
    after: Band | None = None
    severe: Band | None = None
    is_watched: bool = False

    def usual_until(self, session_on: date) -> date | None:
        """The last day on which it is usual; None where it never is, or is not tied to a time."""
        if self.window_days is not None:
            return session_on + timedelta(days=self.window_days)
        return None if self.window_months is None else add_months(session_on, self.window_months)


@dataclass(frozen=True, slots=True, kw_only=True)
class BandWords:
    """What to say and do in a band."""

    words: str
    say: str
    do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyQuestion:
    """Read aloud before anything is typed; `effects` are what a yes is recorded as, the first in doubt."""

    question: str
    text: str
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Beginnings of words that together point to a red flag, in any order; `alone` only where they say what it is.

    band and says: where these words are more urgent than the effect itself. unless: one word beside which they mean
    something harmless, or words in a row that are left out first. not_at_site: nor where they are said of the place
    injected. across: read over all that is said.
    """

    effect: str
    words: tuple[str, ...]
    alone: tuple[str, ...] = ()
    band: Band | None = None
    says: str = ""
    unless: tuple[str, ...] = ()
    not_at_site: bool = False
    across: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """When we ask again, in days after the report; `watch` for marks that may last for months."""

    call: int
    same_day: int
    emergency: int
    watch: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionList:
    """The closed list of effects with the words of the bands, as one version of the content has them.

    at_site: how people say "where you injected". lost_with_no: what a "no" doesn't deny but says is lost: "no sight".
    """

    version: str
    sha256: str
    effects: tuple[Effect, ...]
    bands: Mapping[Band, BandWords]
    emergency: tuple[EmergencyQuestion, ...]
    follow_up: FollowUp
    signs: tuple[Sign, ...] = ()
    at_site: tuple[str, ...] = ()
    lost_with_no: frozenset[str] = frozenset()

    def by_code(self, effect: str) -> Effect:
        """The effect of this code; KeyError for any other word."""
        return {one.effect: one for one in self.effects}[effect]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody reported.

    session_on: the day of the injections it belongs to; None where we gave none. ended_on: the day it was gone.
    emergency: the emergency questions answered yes.
    """

    effect: str
    noticed_on: date
    reported_on: date
    severity: str
    session_on: date | None = None
    ended_on: date | None = None
    notes: str = ""
    emergency: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.severity not in SEVERITIES:
            raise ValueError(f"A severity is one of {', '.join(SEVERITIES)}.")
        if self.noticed_on > self.reported_on:
            raise ValueError("It can't have been noticed after today.")
        if self.ended_on is not None and not self.noticed_on <= self.ended_on <= self.reported_on:
            raise ValueError("It ended between the day it was noticed and today.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Where a report belongs; `because` says each thing that raised the band."""

    effect: Effect
    band: Band
    because: tuple[str, ...]
    usual_until: date | None
    follow_up_on: date
    watch_until: date | None
    hold: bool


def assess(report: Report, listed: ReactionList) -> Assessment:
    """The band of a report: the effect's own, raised by time, severity, words of danger and emergency answers.

    Time counts to the day it was gone, else to the day of the report: what is still there counts as lasting. Without
    a session of ours nothing counts as usual. Source: clinical reference, "Expected effects and red flags".
    """
    effect = listed.by_code(report.effect)
    bands, because = [effect.band], []
    usual_until = effect.usual_until(report.session_on) if report.session_on else None
    lasted_until = report.ended_on or report.reported_on
    if effect.band is Band.EXPECTED and (usual_until is None or lasted_until > usual_until):
        bands.append(effect.after or Band.CALL)
        because.append("longer than it is usual" if usual_until else "no session of ours to explain it")
    if effect.band is Band.EXPECTED and report.session_on and report.noticed_on < report.session_on:
        bands.append(Band.CALL)
        because.append("noticed before the session")
    if report.severity == "severe":
        bands.append(effect.severe or _one_up(worst_band(bands)))
        because.append("severe")
    for other in match_effects(report.notes, listed):
        if other.band is not Band.EXPECTED and other != effect:
            bands.append(other.band)
            because.append(f"the notes speak of {other.words}")
    if worst_band(bands) is Band.EXPECTED and leaves_open(report.notes, listed):
        bands.append(Band.CALL)
        because.append("the notes say more than we understand")
    if report.emergency:
        bands.append(Band.EMERGENCY)
        because.append("an emergency question was answered yes")
    band = worst_band(bands)
    return Assessment(
        effect=effect,
        band=band,
        because=tuple(because) if band is not effect.band else (),
        usual_until=usual_until,
        follow_up_on=follow_up_on(report.reported_on, effect, band, usual_until, listed.follow_up),
        watch_until=usual_until if effect.is_watched else None,
        hold=band in HOLDING,
    )


def _one_up(band: Band) -> Band:
    """Severe raises what the clinic judges itself; who is seen today is seen today anyway."""
    return {Band.EXPECTED: Band.CALL, Band.CALL: Band.SAME_DAY}.get(band, band)


def follow_up_on(asked_on: date, effect: Effect, band: Band, usual_until: date | None, times: FollowUp) -> date:
    """When we ask again; a usual effect on the day after it should be gone, a mark that lasts every twelve weeks."""
    if band is not Band.EXPECTED:
        return asked_on + timedelta(days=getattr(times, band.value))
    if effect.is_watched:
        watched = asked_on + timedelta(days=times.watch)
        return min(watched, usual_until + timedelta(days=1)) if usual_until else watched
    return max(usual_until or asked_on, asked_on) + timedelta(days=1)


# What was heard of it while it was still there.
STILL_THERE = ("better", "same", "worse")
STATES = ("gone", *STILL_THERE, "not_reached")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard on a day, when somebody asked again."""

    on: date
    state: str
    note: str = ""

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"A state is one of {', '.join(STATES)}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """Where a reaction belongs after all that was heard; `because` says each thing that raised it."""

    band: Band
    because: tuple[str, ...]


def since_report(
    reported: Band, effect: Effect, usual_until: date | None, heard: Iterable[Heard], listed: ReactionList
) -> Since:
    """The band as it stands: raised by time, by getting worse and by words of danger; nothing heard lowers it.

    usual_until: the last day on which it counted as usual, None where it never did.
    """
    band, because = reported, []
    for each in heard:
        raising = [(_one_up(band), "worse")] if each.state == "worse" else []
        if effect.band is Band.EXPECTED and usual_until and each.state in STILL_THERE and each.on > usual_until:
            raising.append((effect.after or Band.CALL, "longer than it is usual"))
        raising += [
            (other.band, f"the note speaks of {other.words}")
            for other in match_effects(each.note, listed)
            if other.band is not Band.EXPECTED and other != effect
        ]
        if band is Band.EXPECTED and not raising and leaves_open(each.note, listed):
            raising.append((Band.CALL, "the note says more than we understand"))
        because += [why for one, why in raising if BANDS.index(one) > BANDS.index(band)]
        band = worst_band([band, *(one for one, _ in raising)])
    return Since(band=band, because=tuple(dict.fromkeys(because)))


def yellow_card_text(
    *,
    patient_no: int,
    age: int,
    effect: str,
    noticed_on: date,
    severity: str,
    outcome: str,
    medicines: Iterable[str],
    given_on: date | None,
    reporter: str,
    clinic: str,
    notes: str = "",
) -> str:
    """A report ready to copy into yellowcard.mhra.gov.uk: no name, no birth date; nothing is sent by this program.

    The four things a report needs: a patient (a number and an age), a reaction, a medicine, a reporter.
    """
    from microsclero.dates import show_date

    listed = "; ".join(medicines) or "not known"
    lines = [
        "Yellow Card report (yellowcard.mhra.gov.uk)",
        f"Patient: our number {patient_no}, aged {age}",
        f"Suspected reaction: {effect}, {severity}, noticed {show_date(noticed_on)}",
        f"Outcome: {outcome}",
        f"Medicine: {listed}",
        f"Given: {show_date(given_on) if given_on else 'not by us, or not known'}",
        f"Reporter: {reporter}, {clinic}",
    ]
    return "\n".join([*lines, f"In their words: {notes}"] if notes else lines)
