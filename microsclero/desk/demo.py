"""A made-up clinic in a file of its own: its past is lived through the desk's own verbs, day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from microsclero.dates import add_months
from microsclero.desk import Desk, open_desk
from microsclero.desk.demo_people import Person, people
from microsclero.desk.demo_stories import ASKED, STATES, Course, Story, stories
from microsclero.errors import FileError
from microsclero.store import Store

if TYPE_CHECKING:
    from microsclero.opening import Opening
    from microsclero.settings import Settings
    from microsclero.store.writing import Write

WHO, PRESCRIBER, INJECTORS = "MS", "KO", ("MS", "AB")
ZONE = ZoneInfo("Europe/London")
# The made-up patients are the same on every computer; only the days count from today.
SEED = 2026
OPENED_DAYS_AGO = 90

_DAY = ((time(9), time(13)), (time(14), time(17, 30)))
CLINIC: Mapping[str, Any] = {
    "name": "Example Street Clinic (made up)",
    "phone": "01632 960 100",
    "out_of_hours": "01632 960 199",
    "address": "1 Example Street\nAnytown",
    "zone": ZONE.key,
    "country": "GB",
    "subdivision": "ENG",
    "hours": {**dict.fromkeys(range(5), _DAY), 5: _DAY[:1]},
    "session_minutes": 30,
    "team": (
        {"initials": WHO, "name": "Maria Sample", "roles": ("injector", "prescriber"), "register": "NMC 00A0000E"},
        {"initials": "AB", "name": "Alex Bespoke", "roles": ("injector",), "register": "NMC 00B0000E"},
        {"initials": PRESCRIBER, "name": "Dr Kim Otherwise", "roles": ("prescriber",), "register": "GMC 0000000"},
        {"initials": "RT", "name": "Robin Told", "roles": ("reception",)},
    ),
    "rooms": ("Garden room", "Street room"),
}
GUIDE: Mapping[str, Any] = {
    "given_name": "Robin",
    "family_name": "Everyday",
    "born_on": date(1984, 5, 17),
    "phone": "07700 900999",
    "email": "robin.everyday@example.org",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUp:
    """The file that was made, how many there are of each state and one of them, and the patient of the tour."""

    file: Path
    states: Mapping[str, int]
    examples: Mapping[str, int]
    guide: int

    @property
    def patients(self) -> int:
        return sum(self.states.values())


def refuse_own_file(settings: Settings, file: Path) -> None:
    """Made-up patients never go where this desk's own clinic is kept, or is to be kept."""
    if file.expanduser().absolute() == settings.clinic_file().expanduser().absolute():
        raise FileError(
            f"{file} is the place of this desk's own clinic file; made-up patients don't belong there. "
            "Name another: microsclero demo DIR",
            code="file_is_the_clinics",
            path=str(file),
        )


def make(settings: Settings, file: Path) -> MadeUp:
    """The clinic of some two hundred, in a new file; nothing is left where that fails."""
    from microsclero.desk.founding import init

    now = settings.clock().astimezone(ZONE)
    past = [_evening(now.date() - timedelta(days=back)) for back in (OPENED_DAYS_AGO, *ASKED)]
    init(_settings_at(settings, file, past[0]), dict(CLINIC), made_up=True)
    try:
        with _one_day(settings, file, past[0]) as desk:
            _closed_days(desk, now.date())
        return _live(settings, file, now.date())
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def desk_now(settings: Settings, file: Path) -> Desk:
    """The made-up clinic's desk at this moment, with somebody at it."""
    return open_desk(settings._replace(file=file), who=WHO)


def open_from(desk: Desk, day: date) -> date:
    """That day, or the first open one after it."""
    from microsclero.desk.opening_of import opening

    days = opening(desk, day, 30)
    while days.closed_why(day):
        day += timedelta(days=1)
    return day


def untroubled_answers() -> dict[str, str]:
    """The intake of somebody against whom nothing speaks."""
    from microsclero.content import questionnaire

    return {each.link_id: each.untroubled for each in questionnaire("intake").questions if each.untroubled is not None}


def _evening(day: date) -> datetime:
    return datetime.combine(day, time(17, 45), tzinfo=ZONE)


def _settings_at(settings: Settings, file: Path, moment: datetime) -> Settings:
    return settings._replace(file=file, who=WHO, clock=lambda: moment)


class _OneChange(Store):
    """The open file during one long change: what each verb saves joins it, for one disk write instead of dozens."""

    def __init__(self, store: Store, write: Write) -> None:
        super().__init__(store.connection, store.path, clock=store.clock, timeout=store.timeout)
        self._write = write

    @contextmanager
    def changing(self, *, who: str, command: str) -> Iterator[Write]:
        yield self.write


@contextmanager
def _one_day(settings: Settings, file: Path, moment: datetime) -> Iterator[Desk]:
    """The desk on a day gone by; all that is done there is saved together."""
    with (
        closing(open_desk(_settings_at(settings, file, moment), who=WHO)) as desk,
        desk.store.changing(who=WHO, command="demo") as write,
    ):
        yield desk._replace(store=_OneChange(desk.store, write))


def _closed_days(desk: Desk, today: date) -> None:
    """A week of painting for dates to roll over; and whatever day it is, the clinic is open today."""
    from microsclero.desk import clinic
    from microsclero.desk.opening_of import opening

    painted = today + timedelta(days=27), today + timedelta(days=32)
    clinic.close(desk, painted, "the clinic is being painted", open_periods=None, undo=False)
    if opening(desk, today, 0).closed_why(today):
        clinic.close(desk, (today, today), "an extra clinic", open_periods=_DAY, undo=False)


def _live(settings: Settings, file: Path, today: date) -> MadeUp:
    """Everybody's story, in the order of the days on which they came."""
    from microsclero.desk import patients
    from microsclero.desk.opening_of import opening

    draw = Random(SEED)  # noqa: S311  # made-up people, not secrets
    told = _cast(draw, today)
    with closing(desk_now(settings, file)) as desk:
        days = opening(desk, today - timedelta(days=OPENED_DAYS_AGO), OPENED_DAYS_AGO)
    by_day: dict[date, list[tuple[Story, Person]]] = {}
    for story, person in told:
        by_day.setdefault(_open_day(days, today - timedelta(days=story.asked)), []).append((story, person))
    last_open = _open_day(days, today - timedelta(days=1))
    states: Counter[str] = Counter()
    examples: dict[str, int] = {}
    for day in sorted(by_day):
        with _one_day(settings, file, _evening(day)) as desk:
            for story, person in by_day[day]:
                number = _tell(desk, story, person, today=today, last_open=last_open)
                states[story.state] += 1
                examples.setdefault(story.state, number)
    with _one_day(settings, file, _evening(day)) as desk:
        guide = patients.add(desk, GUIDE).patient.number
    states["never screened"] += 1
    in_order = {state: states[state] for state in STATES}
    return MadeUp(file=file, states=in_order, examples=examples, guide=guide)


def _open_day(days: Opening, day: date) -> date:
    """That day, or the last open one before it."""
    while days.closed_why(day):
        day -= timedelta(days=1)
    return day


def _cast(draw: Random, today: date) -> list[tuple[Story, Person]]:
    """Each story with the first of the people still free whom it can have happened to."""
    told = list(stories(draw))
    free = list(people(draw, len(told), today))
    cast = []
    # The particular first, so that nobody is left over for them.
    for story in sorted(told, key=lambda one: one.whom == "anyone"):
        fits = next(person for person in free if story.whom != "young woman" or person.may_bear_children)
        free.remove(fits)
        particular: dict[str, Any] = {}
        if story.whom == "seventeen":
            particular["born_on"] = add_months(today, -12 * 17 - 5)
        if story.named:
            particular["given_name"], particular["family_name"] = story.named
        cast.append((story, replace(fits, details={**fits.details, **particular})))
    draw.shuffle(cast)
    return cast


def _tell(desk: Desk, story: Story, person: Person, *, today: date, last_open: date) -> int:
    """One patient registered, and what has happened to them since; their number."""
    from microsclero.content import questionnaire
    from microsclero.desk import deciding, patients, screening, sitting

    number = patients.add(desk, person.details).patient.number
    if story.told is None:
        return number
    answers = story.answers(untroubled_answers(), desk.today())
    if story.unfinished:
        sitting.sit_down(desk, number, "intake").keep(answers)
        return number
    asked = {question.link_id for question in questionnaire("intake").shown(answers)}
    screening.screen_document(desk, number, "intake", {key: said for key, said in answers.items() if key in asked})
    if story.document:
        filed = {"kind": story.document, "dated_on": desk.today(), "summary": "Deep veins open and competent."}
        deciding.file_document(desk, number, filed)
    if story.decision:
        _decide(desk, number, *story.decision)
    if story.course:
        _book(desk, number, story.course, today if story.course.starts_in >= 0 else last_open)
    return number


def _decide(desk: Desk, number: int, decision: str, reason: str) -> None:
    from microsclero.desk import deciding

    made = tuple(
        {"rule": finding.rule, "decision": decision, "reason": reason}
        for finding in deciding.for_review(desk, number).findings
    )
    deciding.decide(desk, number, {"prescriber": PRESCRIBER, "decisions": made})


def _book(desk: Desk, number: int, course: Course, first: date) -> None:
    """The course as `plan` proposes it, and a session cancelled where the story says so."""
    from microsclero.desk import changing, planning
    from microsclero.desk.wishes import Wish

    start = first + timedelta(days=max(course.starts_in, 0))
    wish = Wish(sessions=course.sessions, at=course.at, injector=INJECTORS[number % 2])
    planning.book(desk, planning.propose(desk, number, wish, start=start))
    if course.cancelled:
        changing.save_change(desk, changing.propose_cancel(desk, number, course.cancelled, reason="patient_away"))
