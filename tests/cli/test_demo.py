"""The made-up clinic: complete, sound on every day of the year, marked as made up, and never in the clinic's way."""

from __future__ import annotations

import shlex
import unicodedata
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from microsclero.content import questionnaire
from microsclero.desk import demo
from microsclero.desk.standing_of import screening_from_row
from microsclero.errors import DeskError
from microsclero.schedule import CoursePolicy
from microsclero.screening import screen
from microsclero.settings import Settings
from microsclero.store import open_store, screenings
from microsclero.store.diary import sessions_of_patient
from microsclero.text import clean
from tests.builders import SUNDAY_11, Line

DESK = Line(file=None, who=None)
# What a patient's screening must have come to in each state.
OUTCOMES = {
    "never screened": None,
    "questionnaire unfinished": None,
    "not complete": "incomplete",
    "suitable": "suitable",
    "deferred, date come": "defer",
    "deferred, date to come": "defer",
    "deferred, no date": "defer",
    "for review": "review",
    "reviewed: proceed": "review",
    "reviewed: declined": "review",
    "referred": "refer",
    "referred, document filed": "refer",
    "barred": "bar",
    "booked today": "suitable",
    "booked this week": "suitable",
    "left open": "suitable",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The demo once, as a document: Sunday 22 November 2026, when the clinic is usually closed."""
    data: dict[str, Any] = DESK.json("demo", tmp_path_factory.mktemp("demo")).data
    return data


def desk_of(made: dict[str, Any], who: str = "MS") -> Line:
    return Line(file=Path(made["file"]), who=who)


def test_it_shows_each_command_and_its_answer_and_says_what_to_try_next(tmp_path: Path) -> None:
    done = DESK("demo", tmp_path / "here")
    assert (done.code, done.err) == (0, "")
    told = done.out
    in_order = (
        "A made-up clinic.",
        str(tmp_path / "here" / "clinic.db"),
        "$ microsclero screen 200 --answers",
        "NO CONTRAINDICATION RECORDED",
        "$ microsclero plan 200 --start tomorrow --yes",
        "Course 51, booked · patient 200",
        "the clinic is being painted",
        "$ microsclero prepare 200 --pdf",
        "$ microsclero aftercare 200 --ended",
        "MADE-UP PATIENT",
        "RING 999 NOW",
        "What to try next",
        "The aftercare sheet as a PDF:",
    )
    places = [told.find(words) for words in in_order]
    assert -1 not in places and places == sorted(places), list(zip(in_order, places, strict=True))


def test_as_a_document_it_says_where_everything_is(made: dict[str, Any]) -> None:
    assert set(made) == {
        *("file", "patients", "states", "patient", "answers", "screening", "plan", "aftercare"),
        *("pdf", "prepare_pdf", "next"),
    }
    assert made["patients"] == sum(made["states"].values()) == 200
    assert all(made["states"].values())
    assert [session["number"] for session in made["plan"]["sessions"]] == [1, 2, 3, 4]
    for pdf in (made["pdf"], made["prepare_pdf"]):
        assert "made-up" in PdfReader(pdf).pages[0].extract_text().casefold()


def test_the_file_is_sound_and_marked_as_made_up(made: dict[str, Any]) -> None:
    desk = desk_of(made)
    assert desk.json("record", "check").data["ok"] is True
    assert desk.json("clinic", "show").data["made_up"] is True
    assert "MADE UP" in desk("today").out


def test_the_day_is_full_of_things_to_do(made: dict[str, Any]) -> None:
    page = desk_of(made).json("today", "--all").data
    # The tour's own patient comes on Monday, so that one of the calls is hers.
    # Three of the reviews are referrals whose document has come; three questionnaires were begun and left, and four
    # signed with something unanswered.
    wanted = {
        "sessions": 6,
        "preparation_calls": 5,
        "deferrals": 10,
        "reviews": 15,
        "unfinished": 7,
        "not_recorded": 3,
    }
    assert {name: len(page[name]) for name in wanted} == wanted
    assert sum("document filed" in entry["what"] for entry in page["reviews"]) == 3
    assert {entry["date"] for entry in page["not_recorded"]} == {"2026-11-21"}


@pytest.mark.parametrize("place", range(10))
def test_what_it_says_to_try_next_works(made: dict[str, Any], place: int) -> None:
    """Off a terminal those that ask say so; what can't be planned is refused; all others are done."""
    program, *words = shlex.split(made["next"][place])
    done = Line(file=None, who=None)(*words)
    asks = any(verb in words for verb in ("decide", "screen"))
    assert program == "microsclero"
    assert done.code == (2 if asks else 4 if "plan" in words else 0), done


def test_nothing_more_is_offered_than_was_tried(made: dict[str, Any]) -> None:
    assert len(made["next"]) == 10


def test_every_screening_runs_again_to_what_it_came_to(made: dict[str, Any]) -> None:
    rows = 0
    with closing(open_store(made["file"])) as store:
        for number in range(1, made["patients"] + 1):
            for row in screenings.screenings_of(store, number):
                rows += 1
                again = screen(questionnaire(row.purpose, row.version), row.answers, born_on=row.born_on, on=row.on)
                assert again == screening_from_row(row), number
    assert rows == 181


def test_every_state_is_what_it_is_called(tmp_path: Path) -> None:
    settings = Settings(clock=lambda: SUNDAY_11)
    made = demo.make(settings, tmp_path / "clinic.db")
    with closing(open_store(made.file)) as store:
        for state, wanted in OUTCOMES.items():
            latest = screenings.latest_screening(store, made.examples[state], "intake")
            assert (latest and latest.outcome) == wanted, state
        due = screenings.latest_screening(store, made.examples["deferred, date come"], "intake")
        later = screenings.latest_screening(store, made.examples["deferred, date to come"], "intake")
        assert due and due.ask_again_on and due.ask_again_on <= SUNDAY_11.date()
        assert later and later.ask_again_on and later.ask_again_on > SUNDAY_11.date()


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 12, 25, 0, 1, tzinfo=UTC),  # Christmas Day, a minute old
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),  # a Sunday, the clocks just gone forward
        datetime(2027, 3, 29, 22, 59, tzinfo=UTC),  # Easter Monday, at the end of its day
        datetime(2028, 2, 29, 10, 0, tzinfo=UTC),  # a leap day
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),  # a Sunday, the clocks just gone back
    ],
    ids=lambda moment: f"{moment:%Y-%m-%d}",
)
def test_it_is_whole_on_any_day(moment: datetime, tmp_path: Path) -> None:
    line = Line(file=None, who=None, now=moment)
    made = line.json("demo", tmp_path).data
    desk = line.on(Path(made["file"])).by("MS")
    page = desk.json("today").data
    assert desk.json("record", "check").code == 0
    assert (len(page["sessions"]), len(page["deferrals"]), len(page["not_recorded"])) == (6, 10, 3)
    assert page["closed"] is None
    with closing(open_store(made["file"])) as store:
        for number in range(1, made["patients"] + 1):
            days = [row.on for row in sessions_of_patient(store, number) if row.status == "planned"]
            assert all((later - earlier).days >= CoursePolicy().minimum_days for earlier, later in pairwise(days))


def test_the_people_are_the_same_on_another_day_and_only_their_dates_move(tmp_path: Path) -> None:
    names = []
    for moment in (SUNDAY_11, datetime(2027, 5, 5, 9, 0, tzinfo=UTC)):
        made = demo.make(Settings(clock=partial(datetime.astimezone, moment)), tmp_path / f"{moment:%Y}.db")
        with closing(open_store(made.file)) as store:
            names.append(Counter(store.rows("select given_name, family_name, phone from patient")))
    assert names[0] == names[1]


def test_names_of_many_scripts_are_stored_as_they_were_made(made: dict[str, Any]) -> None:
    with closing(open_store(made["file"])) as store:
        names = [name for row in store.rows("select given_name, family_name from patient") for name in row]
    assert all(clean(name, limit=200, what="the name") == name for name in names)
    scripts = {unicodedata.name(name[0]).split()[0] for name in names}
    assert scripts >= {"LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARABIC", "DEVANAGARI", "CJK", "HANGUL", "THAI"}


def test_what_is_there_already_is_left_alone(tmp_path: Path) -> None:
    assert DESK("demo", tmp_path).code == 0
    before = (tmp_path / "clinic.db").read_bytes()
    done = DESK.json("demo", tmp_path)
    assert (done.code, done.codes) == (7, ["file_exists"])
    assert (tmp_path / "clinic.db").read_bytes() == before


def test_papers_that_are_there_already_are_left_alone_too(tmp_path: Path) -> None:
    (tmp_path / "clinic-papers").mkdir()
    done = DESK.json("demo", tmp_path)
    assert (done.code, done.codes) == (7, ["file_exists"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clinic-papers"]


def test_a_place_named_with_file_is_taken(tmp_path: Path) -> None:
    data = DESK.json("--file", tmp_path / "look.db", "demo").data
    assert (data["file"], data["pdf"]) == (
        str(tmp_path / "look.db"),
        str(tmp_path / "look-papers" / "aftercare-200.pdf"),
    )


def test_two_places_are_one_too_many(tmp_path: Path) -> None:
    done = DESK.json("demo", tmp_path, "--file", tmp_path / "look.db")
    assert (done.code, list(tmp_path.glob("*.db"))) == (2, [])


def test_the_clinics_own_place_is_never_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "clinic.db"
    monkeypatch.setenv("MICROSCLERO_FILE", str(own))
    monkeypatch.setenv("MICROSCLERO_AS", "XX")
    for words in (("demo", tmp_path), ("--file", own, "demo")):
        done = DESK.json(*words)
        assert (done.code, done.codes) == (7, ["file_is_the_clinics"])
    assert DESK.json("demo").data["file"] != str(own)
    assert not own.exists()


def test_nothing_is_left_of_a_demo_that_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(settings: Settings, file: Path, today: date) -> None:
        raise DeskError("no")

    monkeypatch.setattr(demo, "_live", broken)
    assert DESK("demo", tmp_path).code == 1
    assert list(tmp_path.iterdir()) == []
