"""What has happened to the made-up patients: what each answered, what was filed, decided and booked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from random import Random

# A number among the answers is a day: so many days before the questionnaire.
Told = Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What was booked on the day of the questionnaire; `starts_in` counts from today, -1 is the last open day."""

    starts_in: int
    at: time | None
    sessions: int
    cancelled: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One patient so far. `told` is what was not untroubled; None: not screened. `asked` is how many days ago."""

    state: str
    told: Told | None = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    unfinished: bool = False
    asked: int = 12
    whom: str = "anyone"
    named: tuple[str, str] | None = None
    document: str | None = None
    decision: tuple[str, str] | None = None
    course: Course | None = None

    def answers(self, untroubled: Mapping[str, str], on: date) -> dict[str, str]:
        """The whole questionnaire as it was answered on that day."""
        told = {
            question: (on - timedelta(days=said)).isoformat() if isinstance(said, int) else said
            for question, said in (self.told or {}).items()
        }
        every = {**untroubled, **told}
        if self.unfinished:
            return dict(list(every.items())[:19])
        return {question: said for question, said in every.items() if question not in self.left_out}


# Every state, in the order of a patient's way.
STATES = (
    "never screened",
    "questionnaire unfinished",
    "not complete",
    "suitable",
    "deferred, date come",
    "deferred, date to come",
    "deferred, no date",
    "for review",
    "reviewed: proceed",
    "reviewed: declined",
    "referred",
    "referred, document filed",
    "barred",
    "booked today",
    "booked this week",
    "booked later",
    "left open",
)

# The days on which questionnaires were filled in, so many days ago.
ASKED = (75, 68, 61, 54, 47, 40, 33, 26, 19, 16, 14, 12)

_UNTROUBLED: tuple[Told, ...] = ({}, {}, {}, {"minocycline_or_iron": "yes"}, {"leg_infection_past": "yes"})
_PREGNANT_BEFORE: Told = {"recently_pregnant": "yes", "recently_pregnant_ended_on": 80}
_JUST_PREGNANT: Told = {"recently_pregnant": "yes", "recently_pregnant_ended_on": 9}
_OPERATED_BEFORE: Told = {"recent_surgery": "yes", "recent_surgery_on": 79}
_JUST_OPERATED: Told = {"recent_surgery": "yes", "recent_surgery_on": 6}
_INJECTED_BEFORE: Told = {"sclerotherapy_elsewhere": "yes", "sclerotherapy_elsewhere_on": 20}
_JUST_INJECTED: Told = {"sclerotherapy_elsewhere": "yes", "sclerotherapy_elsewhere_on": 2}
_NO_DATE: tuple[Told, ...] = (
    {"breastfeeding": "yes"},
    {"pregnant": "yes"},
    {"pregnant": "unsure", "pregnancy_test": "not_done"},
    {"leg_infection": "yes", "leg_infection_kind": "other"},
    {"asthma_uncontrolled": "yes"},
    {"phlebitis_now": "yes"},
    {"dvt_ever": "unsure"},
    {"diabetes_uncontrolled": "yes"},
    {"cannot_walk": "yes"},
)
_REVIEWED: tuple[Told, ...] = (
    {"smoker": "yes"},
    {"clot_risk_hormones": "yes", "clot_risk_hormones_which": "combined pill, for four years"},
    {"migraine_aura": "yes"},
    {"allergic_condition": "yes", "allergic_condition_which": "hay fever, every May"},
    {"anticoagulant": "yes", "anticoagulant_why": "aspirin 75 mg, from the GP"},
    {"asthma_past_admission": "yes"},
    {"trying_to_conceive": "yes"},
    {"diabetes_background_eye": "yes"},
    {"other_condition": "yes", "other_condition_what": "coeliac disease"},
    {"stockings_unsafe": "yes"},
    {"alcohol_avoided": "yes"},
    {"psychological_concern": "yes"},
)
_REFERRED: tuple[Told, ...] = (
    {"varicose_or_cvi": "yes"},
    {"largest_vein_mm": "4.5"},
    {"oedema_or_skin_change": "yes"},
    {"foot_pulses_doubtful": "yes"},
    {"arterial": "yes"},
    {"stroke_tia": "yes"},
    {"unexplained_lump": "yes"},
    {"bleeding_vein": "yes"},
)
_BARRED: tuple[Told, ...] = (
    {"dvt_ever": "yes"},
    {"pe_ever": "yes"},
    {"phlebitis_past": "yes", "phlebitis_past_kind": "leg_other"},
    {"thrombophilia": "yes", "thrombophilia_which": "factor V Leiden"},
    {"cancer_active": "yes"},
    {"asthma_severe": "yes"},
    {"sclerosant_reaction": "yes", "sclerosant_reaction_which": "polidocanol: hives all over"},
    {"severe_event_previous": "yes", "severe_event_previous_what": "lost sight in one eye for ten minutes"},
    {"smoker": "yes", "clot_risk_hormones": "yes", "clot_risk_hormones_which": "combined pill"},
)
_ONLY_WOMEN = frozenset(("recently_pregnant", "pregnant", "breastfeeding", "trying_to_conceive", "clot_risk_hormones"))

# Two who are easily taken for each other, on one morning.
_ALIKE = (("Erin", "Smith"), ("Erin", "Smyth"))
# Mornings every open day has, Saturdays too.
_MORNINGS = tuple(time.fromisoformat(at) for at in ("09:00", "09:30", "10:00", "10:30", "11:30", "12:00"))
_ANY_TIME = (*_MORNINGS, *(time.fromisoformat(at) for at in ("14:00", "14:30", "15:30", "16:00")), None)


def stories(draw: Random) -> Iterator[Story]:
    """Every state a patient can be in, some two hundred in all."""
    for _ in range(16):
        yield Story(state="never screened", told=None)
    for asked in (14, 12, 12):
        yield Story(state="questionnaire unfinished", unfinished=True, asked=asked)
    for question in ("pe_ever", "largest_vein_mm", "arterial", "foot_pulses_doubtful"):
        yield Story(state="not complete", left_out=(question,), asked=draw.choice(ASKED))
    for _ in range(39):
        yield Story(state="suitable", told=draw.choice(_UNTROUBLED), asked=draw.choice(ASKED))
    yield from _deferred(draw)
    yield from _reviewed(draw)
    yield from _referred(draw)
    for told in _repeated(_BARRED, 15):
        yield _of(told, state="barred", asked=draw.choice(ASKED))
    yield Story(state="barred", asked=19, whom="seventeen")
    yield from _booked(draw)


def _of(told: Told, *, state: str, asked: int, **more: object) -> Story:
    """A story of somebody to whom these answers can belong."""
    whom = "young woman" if _ONLY_WOMEN & set(told) else "anyone"
    return Story(state=state, told=told, asked=asked, whom=whom, **more)  # type: ignore[arg-type]  # Story's own fields


def _repeated(tolds: tuple[Told, ...], count: int) -> list[Told]:
    return [tolds[place % len(tolds)] for place in range(count)]


def _deferred(draw: Random) -> Iterator[Story]:
    """With a date that has come, with one still to come, and with none."""
    for told in _repeated((_PREGNANT_BEFORE, _OPERATED_BEFORE, _INJECTED_BEFORE), 10):
        yield _of(told, state="deferred, date come", asked=draw.choice((19, 26, 33, 40)))
    for told in _repeated((_JUST_PREGNANT, _JUST_OPERATED), 11):
        yield _of(told, state="deferred, date to come", asked=draw.choice((19, 26, 40, 61)))
    for told in _repeated((_JUST_INJECTED,), 5):
        yield _of(told, state="deferred, date to come", asked=draw.choice((12, 14, 16)))
    for told in _repeated(_NO_DATE, 9):
        yield _of(told, state="deferred, no date", asked=draw.choice(ASKED))


def _reviewed(draw: Random) -> Iterator[Story]:
    for told in _repeated(_REVIEWED, 12):
        yield _of(told, state="for review", asked=draw.choice(ASKED[4:]))
    for told in _repeated(_REVIEWED[2:9], 6):
        yield _of(told, state="reviewed: proceed", asked=draw.choice(ASKED), decision=("proceed", _PROCEED))
    for told in _REVIEWED[:3]:
        yield _of(told, state="reviewed: declined", asked=draw.choice(ASKED), decision=("decline", _DECLINE))


_PROCEED = "Talked through with the patient; examination unremarkable."
_DECLINE = "Agreed with the patient to leave the veins alone for now."


def _referred(draw: Random) -> Iterator[Story]:
    for told in _repeated(_REFERRED, 12):
        yield _of(told, state="referred", asked=draw.choice(ASKED))
    for told in _REFERRED[:3]:
        yield _of(told, state="referred, document filed", asked=draw.choice(ASKED), document="duplex")


def _booked(draw: Random) -> Iterator[Story]:
    """Today, left open on the last open day, this week (their calls are due), and later."""
    soon, later = ASKED[-4:], ASKED[-7:]
    for at, named in zip(_MORNINGS, (None, *_ALIKE, None, None, None), strict=True):
        yield Story(state="booked today", asked=draw.choice(soon), course=_course(draw, 0, at), named=named)
    for at in _MORNINGS[1:4]:
        yield Story(state="left open", asked=draw.choice(soon), course=_course(draw, -1, at))
    for starts_in in (1, 1, 2, 2, 3, 3, 4, 5, 6):
        course = _course(draw, starts_in, draw.choice(_MORNINGS))
        yield Story(state="booked this week", asked=draw.choice(soon), course=course)
    for told in _REVIEWED[2:6]:
        course = _course(draw, draw.randint(8, 60), draw.choice(_ANY_TIME))
        yield _of(told, state="booked later", asked=draw.choice(later), decision=("proceed", _PROCEED), course=course)
    for place in range(28):
        course = _course(draw, draw.randint(8, 60), draw.choice(_ANY_TIME))
        if place < 3:
            course = replace(course, sessions=3, cancelled=2 + place % 2)
        told = draw.choice(_UNTROUBLED)
        yield Story(state="booked later", told=told, asked=draw.choice(later), course=course)


def _course(draw: Random, starts_in: int, at: time | None) -> Course:
    return Course(starts_in=starts_in, at=at, sessions=draw.choice((1, 2, 3, 3, 4, 4)))
