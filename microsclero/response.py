"""What the veins did: graded per leg and region, with what was found on the legs, and what comes next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from microsclero.dates import show_date
from microsclero.errors import Reason
from microsclero.treatment import LEGS, REGIONS

# EASI, the scale of the trials. It runs the unusual way, 5 is best: never print a digit without its words.
IMPROVEMENT_WORDS = {
    1: "worse",
    2: "same",
    3: "moderate improvement",
    4: "good improvement",
    5: "complete success",
}
SATISFACTION_WORDS = {
    1: "very unsatisfied",
    2: "unsatisfied",
    3: "neither",
    4: "satisfied",
    5: "very satisfied",
}

COMPLETE = 5
CONTENT = 4

WAIT_WEEKS = 8
LONGEST_WAIT_WEEKS = 52
FINAL_DAYS = 84


class Next(StrEnum):
    """What follows a response."""

    CONTINUE = "continue"
    WAIT = "wait"
    CLOSE = "close"


class Stage(StrEnum):
    """How much a grade can mean, by the time since the last session."""

    EARLY = "early"
    INTERIM = "interim"
    FINAL = "final"


STAGE_WORDS = {
    Stage.EARLY: "interim grade, and early: it takes up to 4 weeks to see the full effect",
    Stage.INTERIM: "interim grade: veins may go on fading",
    Stage.FINAL: "final grade, 12 weeks or more after the last session",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFinding:
    """One line of the closed list. `reaction` is the effect it is recorded as; None where nothing went wrong.

    holds: "always", "when_new" (unless an earlier response had found it), or "never".
    """

    finding: str
    label: str
    holds: str
    do: str
    reaction: str | None = None


# Source: rules.md, "Hold"; clinical reference, 4 ("Do not retreat while") and 6.
FINDINGS = (
    ResponseFinding(
        finding="matting",
        label="matting: a blush of very fine new veins",
        holds="when_new",
        do="Look for a feeder vein; more injections there may add matting.",
        reaction="matting",
    ),
    ResponseFinding(
        finding="new_matting",
        label="matting that is new or has spread since we last looked",
        holds="always",
        do="Look for a feeder vein; more injections there may add matting.",
        reaction="matting",
    ),
    ResponseFinding(
        finding="pigmentation",
        label="brown marks, slight",
        holds="never",
        do="Note where; they can last up to 18 months. Out of the sun.",
        reaction="pigmentation",
    ),
    ResponseFinding(
        finding="marked_pigmentation",
        label="brown marks, marked",
        holds="always",
        do="No more injections until a prescriber has looked at them.",
        reaction="pigmentation",
    ),
    ResponseFinding(
        finding="trapped_blood",
        label="trapped blood: a tender dark lump",
        holds="never",
        do="The injector looks at it, and may drain it.",
        reaction="trapped_blood",
    ),
    ResponseFinding(
        finding="numbness",
        label="numb skin",
        holds="never",
        do="Note where, and ask again.",
        reaction="numbness",
    ),
    ResponseFinding(
        finding="ulcer",
        label="a blister, a sore or an ulcer",
        holds="always",
        do="A prescriber looks at it the same day.",
        reaction="blister_or_ulcer",
    ),
    ResponseFinding(
        finding="black_or_white_patch",
        label="a black or white patch",
        holds="always",
        do="A prescriber looks at it the same day.",
        reaction="black_or_white_patch",
    ),
    ResponseFinding(
        finding="infection",
        label="infection: hot, sore, spreading, pus or fever",
        holds="always",
        do="Seen by a prescriber or a GP the same day.",
        reaction="infection",
    ),
    ResponseFinding(
        finding="tender_cord",
        label="a hard, tender cord along a vein",
        holds="always",
        do="Seen by a GP or a vascular service the same day.",
        reaction="superficial_thrombosis",
    ),
    ResponseFinding(
        finding="leg_swelling",
        label="a leg that is swollen",
        holds="always",
        do="Seen the same day: GP, or NHS 111.",
        reaction="leg_swelling",
    ),
    ResponseFinding(
        finding="calf_pain",
        label="pain or throbbing in a calf",
        holds="always",
        do="Seen the same day: GP, or NHS 111.",
        reaction="calf_pain",
    ),
    ResponseFinding(
        finding="new_veins",
        label="new thread veins elsewhere",
        holds="never",
        do="They belong to a new course, once this one is closed.",
    ),
)
FINDINGS_BY_CODE = {each.finding: each for each in FINDINGS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """The practitioner's grade of one region, 1 to 5; the patient's own satisfaction is another thing."""

    leg: str
    region: str
    improvement: int

    def __post_init__(self) -> None:
        if self.leg not in LEGS:
            raise ValueError(f"The leg is one of {', '.join(LEGS)}.")
        if self.region not in REGIONS:
            raise ValueError(f"The region is one of {', '.join(REGIONS)}.")
        if self.improvement not in IMPROVEMENT_WORDS:
            raise ValueError(f"An improvement is one of: {scale(IMPROVEMENT_WORDS)}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response as it was given on a day. wait_weeks: None unless `next` is wait, then 8 unless said otherwise."""

    on: date
    grades: tuple[Grade, ...]
    next: Next
    satisfaction: int | None = None
    findings: tuple[str, ...] = ()
    wait_weeks: int | None = None

    def __post_init__(self) -> None:
        regions = [(grade.leg, grade.region) for grade in self.grades]
        if len(set(regions)) != len(regions):
            raise ValueError("A region has one grade: leave out the other.")
        if self.satisfaction is not None and self.satisfaction not in SATISFACTION_WORDS:
            raise ValueError(f"The satisfaction is one of: {scale(SATISFACTION_WORDS)}.")
        unknown = [finding for finding in self.findings if finding not in FINDINGS_BY_CODE]
        if unknown or len(set(self.findings)) != len(self.findings):
            raise ValueError(f"The findings are, once each, some of {', '.join(FINDINGS_BY_CODE)}.")
        if self.next is not Next.WAIT and self.wait_weeks is not None:
            raise ValueError("Weeks to wait belong to wait alone.")
        if self.next is Next.WAIT and self.wait_weeks is None:
            object.__setattr__(self, "wait_weeks", WAIT_WEEKS)
        if self.wait_weeks is not None and not 1 <= self.wait_weeks <= LONGEST_WAIT_WEEKS:
            raise ValueError(f"The wait is 1 to {LONGEST_WAIT_WEEKS} weeks.")

    @property
    def look_again_on(self) -> date | None:
        """When the wait is over; None unless we wait."""
        return None if self.wait_weeks is None else self.on + timedelta(weeks=self.wait_weeks)


def show_improvement(grade: int) -> str:
    """4 good improvement: the digit never stands alone."""
    return f"{grade} {IMPROVEMENT_WORDS[grade]}"


def show_satisfaction(satisfaction: int) -> str:
    """4 satisfied."""
    return f"{satisfaction} {SATISFACTION_WORDS[satisfaction]}"


def scale(words: dict[int, str]) -> str:
    """A whole scale in one line: 1 worse · 2 same · 3 …"""
    return " · ".join(f"{digit} {word}" for digit, word in words.items())


def stage(last_given_on: date, on: date, *, response_days: int = 28) -> Stage:
    """What a grade on this day can be called; after about 4 weeks it is an interim one, never final.

    Source: clinical reference 4: a full result takes about 12 weeks (84 days) after the last session.
    """
    days = (on - last_given_on).days
    if days < response_days:
        return Stage.EARLY
    return Stage.FINAL if days >= FINAL_DAYS else Stage.INTERIM


def next_choices(sessions_given: int, *, maximum_sessions: int = 4, is_closed: bool = False) -> tuple[Next, ...]:
    """What may follow; after the last session of a course only to wait, or to close it: stop and reassess.

    A course that is closed already can be looked at again, and stays closed.
    """
    if is_closed:
        return (Next.CLOSE,)
    if sessions_given >= maximum_sessions:
        return (Next.WAIT, Next.CLOSE)
    return tuple(Next)


def settles(response: Response, last_given_on: date) -> str | None:
    """What becomes of the last session given: seen at 4 weeks, followed at 12, closed with its course.

    None while it still waits for its look at 4 weeks: after an early one, or where that is put off to less than 12.
    """
    if response.next is Next.CLOSE:
        return "course_closed"
    if response.look_again_on is not None:
        return "seen" if stage(last_given_on, response.look_again_on) is Stage.FINAL else None
    return {Stage.EARLY: None, Stage.INTERIM: "seen", Stage.FINAL: "followed"}[stage(last_given_on, response.on)]


def response_refusals(
    response: Response,
    *,
    sessions_given: int,
    last_given_on: date | None,
    maximum_sessions: int = 4,
    is_closed: bool = False,
) -> tuple[Reason, ...]:
    """Everything that stands against keeping this response."""
    return tuple(_refusals(response, sessions_given, last_given_on, maximum_sessions, is_closed))


def _refusals(
    response: Response, given: int, last_given_on: date | None, maximum: int, is_closed: bool
) -> Iterator[Reason]:
    if given < 1 or last_given_on is None:
        yield Reason("nothing_given", "Nothing was given in this course yet, so there is nothing to grade.")
    elif response.on < last_given_on:
        message = f"The last session was on {show_date(last_given_on)}: a response comes after it."
        yield Reason("before_session", message, {"last_given_on": last_given_on.isoformat()})
    if not response.grades and not response.findings:
        yield Reason("no_grades", "Grade at least one region, or give what was found.")
    if is_closed and response.next is not Next.CLOSE:
        yield Reason("course_closed", "This course is closed and stays closed: choose close, and plan a new one.")
    elif response.next not in next_choices(given, maximum_sessions=maximum):
        message = (
            f"{given} sessions were given, and a course has no more: stop and reassess. Is there a feeder vein, is a "
            "duplex needed? Choose wait or close."
        )
        yield Reason("stop_and_reassess", message, {"given": given, "maximum": maximum})


def ungraded(response: Response, treated: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Legs and regions that were treated and have no grade yet."""
    graded = {(grade.leg, grade.region) for grade in response.grades}
    return tuple(each for each in treated if each not in graded)


def stops_early(response: Response, treated: Iterable[tuple[str, str]]) -> bool:
    """Whether it is to go on although all that was treated is complete and the patient content.

    Source: clinical reference 4, "Stop early".
    """
    content = response.satisfaction is not None and response.satisfaction >= CONTENT
    complete = bool(response.grades) and all(grade.improvement == COMPLETE for grade in response.grades)
    return response.next is Next.CONTINUE and content and complete and not ungraded(response, treated)


def holding(response: Response, known: Collection[str] = ()) -> tuple[ResponseFinding, ...]:
    """The findings that put the course on hold until a prescriber has looked.

    known: what earlier responses of this patient found; matting that was known then is not new now.
    """
    found = [FINDINGS_BY_CODE[finding] for finding in response.findings]
    was_known = bool({"matting", "new_matting"} & set(known))
    return tuple(each for each in found if each.holds == "always" or (each.holds == "when_new" and not was_known))
