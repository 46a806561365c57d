"""The diary for people: by day, by week, by injector, free times, and the day sheet."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from rich.cells import cell_len

from microsclero.store import diary, open_store
from microsclero.store.diary import NewSession
from tests.builders import DAY, Line, another, planned, ready, register, screened
from tests.reviewed import as_reviewed

FRIDAY = "2026-11-27"
AB = {"initials": "AB", "name": "Alex Bell", "roles": ["injector"]}


def day_of(line: Line, on: str = FRIDAY, *words: object) -> dict[str, Any]:
    day: dict[str, Any] = line.json("agenda", "--from", on, "--days", 1, *words).data["days"][0]
    return day


def put_in(line: Line, patient_no: int, at: str, *, injector: str = "MS", override: str | None = None) -> None:
    """A consultation on Friday, entered straight into the file."""
    store = open_store(str(line.file), clock=lambda: line.now)
    starts = time.fromisoformat(at)
    new = NewSession(
        on=date.fromisoformat(FRIDAY),
        starts=starts,
        ends=time(starts.hour + starts.minute // 30, (starts.minute + 30) % 60),
        injector=injector,
        override_reason=override,
    )
    try:
        with store.changing(who="MS", command="plan"):
            diary.book_sessions(store, patient_no=patient_no, course=None, sessions=[new])
    finally:
        store.close()


def a_busy_week(line: Line) -> None:
    """Two injectors, a break, a day of leave, a closed day; a consultation, a double booking, an Arabic name."""
    line.json("clinic", "team", answers=AB)
    arabic = ready(line, given_name="محمد", family_name="العلي", born_on="1990-05-06", phone="020 7946 0002")
    planned(line, arabic, "--start", "2026-11-24", "--at", "09:00", "--injector", "MS", "--sessions", 1)
    zoe = ready(line, phone="020 7946 0003", born_on="1981-01-01")
    planned(line, zoe, "--start", FRIDAY, "--at", "10:00", "--injector", "MS", "--sessions", 1)
    ann = another(line)
    planned(line, ann, "--start", FRIDAY, "--at", "10:15", "--injector", "AB", "--sessions", 1)
    long = ready(line, given_name="Maximiliana", family_name="Featherstonehaugh", born_on="1970-02-02", phone="1")
    planned(line, long, "--start", "2026-11-25", "--at", "16:30", "--injector", "MS", "--sessions", 1)
    new = register(line, given_name="Bea", family_name="O'Neill", born_on="1971-01-09", phone="020 7946 0004")
    put_in(line, new, "10:00", override="came with her sister")
    line.json("clinic", "away", "MS", "2026-11-25", "--reason", "ill")
    line.json("clinic", "away", "AB", "2026-11-23..2026-11-24")
    line.json("clinic", "away", "AB", f"2026-11-26..{FRIDAY}", "--hours", "14:00-15:00")
    line.json("clinic", "close", "2026-11-26", "--reason", "Staff training")
    line.json("clinic", "close", "2026-11-28", "--open", "10:00-12:00", "--reason", "Saturday clinic")


# ── by day ──


def test_a_day_tells_who_is_away_and_what_cannot_be_held(run: Line) -> None:
    planned(run, ready(run), "--start", FRIDAY, "--at", "10:00", "--sessions", 1)
    planned(run, another(run), "--start", FRIDAY, "--at", "15:00", "--sessions", 1)
    run.json("clinic", "away", "MS", FRIDAY, "--hours", "10:15-11:00", "--reason", "school run")
    run.json("clinic", "hours", answers={"fri": ["09:00-13:00"]})
    day = day_of(run)
    assert day["away"] == [{"initials": "MS", "hours": "10:15-11:00"}]
    assert [(each["start"], each["kind"], each["against"], each["override_reason"]) for each in day["sessions"]] == [
        ("10:00", "session", ["MS has a break 10:15-11:00"], None),
        ("15:00", "session", ["outside the opening hours"], None),
    ]
    told = run("agenda", "--from", FRIDAY, "--days", 1).out
    assert told.splitlines() == [
        "Fri 27 Nov 2026   09:00-13:00",
        "  away: MS 10:15-11:00",
        "  10:00-10:30  MS   1 Zoë Weiß · session 1  ! MS has a break 10:15-11:00",
        "  15:00-15:30  MS   2 Ann Other · session 1  ! outside the opening hours",
    ]


def test_a_closed_day_a_left_injector_and_both_at_once_are_told(run: Line) -> None:
    run.json("clinic", "team", answers=AB)
    planned(run, ready(run), "--start", FRIDAY, "--at", "10:00", "--injector", "AB", "--sessions", 1)
    run.json("clinic", "team", "--end", "AB", "--on", "2026-11-26")
    assert day_of(run)["sessions"][0]["against"] == ["AB has left"]
    run.json("clinic", "close", FRIDAY, "--reason", "Staff training")
    assert day_of(run)["sessions"][0]["against"] == ["the clinic is closed then", "AB has left"]


def test_consultations_and_double_bookings_are_marked(run: Line) -> None:
    planned(run, ready(run), "--start", FRIDAY, "--at", "10:00", "--sessions", 1)
    put_in(run, another(run), "10:00", override="came with her sister")
    assert [(each["patient"], each["kind"], each["number"]) for each in day_of(run)["sessions"]] == [
        (1, "session", 1),
        (2, "consultation", None),
    ]
    told = run("agenda", "--from", FRIDAY, "--days", 1).out
    assert "2 Ann Other · consultation · double-booked: came with her sister" in told


def test_one_injectors_diary_holds_only_theirs(run: Line) -> None:
    run.json("clinic", "team", answers=AB)
    planned(run, ready(run), "--start", FRIDAY, "--at", "10:00", "--injector", "AB", "--sessions", 1)
    planned(run, another(run), "--start", FRIDAY, "--at", "10:00", "--injector", "MS", "--sessions", 1)
    run.json("clinic", "away", "AB", FRIDAY, "--hours", "14:00-17:00")
    seen = {who: day_of(run, FRIDAY, "--injector", who, "--open") for who in ("MS", "ab")}
    assert {who: [each["patient"] for each in day["sessions"]] for who, day in seen.items()} == {"MS": [2], "ab": [1]}
    assert {who: len(day["away"]) for who, day in seen.items()} == {"MS": 0, "ab": 1}
    assert seen["ab"]["free"] == ["09:00", "09:30", "10:30", "11:00", "11:30", "12:00", "12:30"]
    assert seen["MS"]["free"] == [*seen["ab"]["free"], "14:00", "14:30", "15:00", "15:30", "16:00", "16:30"]
    both = day_of(run, FRIDAY, "--open")
    assert both["free"] == seen["MS"]["free"]


def test_a_room_that_is_taken_is_not_free_for_anyone(run: Line) -> None:
    run.json("clinic", "team", answers=AB)
    run.json("clinic", "edit", answers={"rooms": ["Garden"]})
    planned(run, ready(run), "--start", FRIDAY, "--at", "10:00", "--injector", "AB", "--sessions", 1)
    assert "10:00" not in day_of(run, FRIDAY, "--open")["free"]
    run.json("clinic", "edit", answers={"rooms": ["Garden", "Street"]})
    day = day_of(run, FRIDAY, "--open")
    assert ("10:00" in day["free"], day["sessions"][0]["room"]) == (True, "Garden")
    assert "10:00" not in day_of(run, FRIDAY, "--open", "--injector", "AB")["free"]
    assert "session 1 · Garden" in run("agenda", "--from", FRIDAY, "--days", 1).out


def test_a_room_that_is_closed_names_its_bookings_and_is_opened_again_by_its_name(run: Line) -> None:
    run.json("clinic", "edit", answers={"rooms": ["Garden", "Street"]})
    planned(run, ready(run), "--start", FRIDAY, "--at", "10:00", "--sessions", 1)
    told = run("clinic", "edit", answers={"rooms": ["Street"]}).err
    assert "is in Garden, which is closed; move it: microsclero move 1 --session 1 --to DATE" in told
    assert day_of(run, FRIDAY)["sessions"][0]["against"] == ["Garden is closed"]
    assert run.json("clinic", "edit", answers={"rooms": ["Garden"]}).data["rooms"] == ["Garden"]
    assert day_of(run, FRIDAY)["sessions"][0]["against"] == []


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("--injector", "XY"), 3, "member_not_found"),
        (("--injector", "RT"), 4, "role_missing"),
        (("--week", "--days", 3), 2, "usage"),
        (("--from", "someday"), 2, "unreadable"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Line, words: tuple[object, ...], code: int, why: str) -> None:
    refused = run.json("agenda", *words)
    assert (refused.code, refused.codes) == (code, [why])


# ── by week ──


def test_a_week_runs_from_monday_to_sunday(run: Line) -> None:
    for day in ("2026-11-23", "2026-11-25", "2026-11-29"):
        days = [each["date"] for each in run.json("agenda", "--week", "--from", day).data["days"]]
        assert (days[0], days[-1], len(days)) == ("2026-11-23", "2026-11-29", 7)


@pytest.mark.parametrize("columns", [80, 120])
def test_a_week_is_drawn_as_it_was_reviewed(run: Line, columns: int) -> None:
    a_busy_week(run)
    done = run("agenda", "--week", "--from", FRIDAY, env={"COLUMNS": str(columns), "NO_COLOR": "1"})
    assert (done.code, done.err) == (0, "")
    assert done.out == as_reviewed(f"agenda_week.{columns}.txt", done.out)


def wide(text: str) -> int:
    """The columns that a terminal gives it: none to the isolates, which are taken out rather than counted."""
    return cell_len(re.sub("[\u2068\u2069]", "", text))


@pytest.mark.parametrize("columns", [40, 55, 80, 100, 120, 200])
def test_a_drawn_week_fits_the_screen_and_its_columns_stand_in_line(run: Line, columns: int) -> None:
    a_busy_week(run)
    lines = run("agenda", "--week", "--from", FRIDAY, env={"COLUMNS": str(columns)}).out.splitlines()
    grid = [line for line in lines if "│" in line or "┼" in line]
    assert len(grid) > 14
    assert [line for line in grid if wide(line) > columns] == []
    bars: list[int] = []
    for line in grid:
        at = [wide(line[:place]) for place, mark in enumerate(line) if mark in "│┼"]
        if "Mon" in line or "Fri" in line or "Sat" in line or "Tue" in line:
            bars = at
        assert at == bars[: len(at)], line


def test_nothing_is_free_in_the_past(run: Line) -> None:
    noon = run.at(datetime(2026, 11, 27, 12, 0, tzinfo=UTC))
    week = noon("agenda", "--week", env={"COLUMNS": "80"}).out.splitlines()
    free = {line[:5]: line.count("·") for line in week if re.match(r"\d\d:\d\d│", line)}
    assert {at: many for at, many in free.items() if many} == dict.fromkeys(
        ["12:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30"], 1
    )


def test_a_week_explains_its_marks_by_what_is_there(run: Line) -> None:
    run.json("clinic", "team", answers={"initials": "QX", "name": "Quinn Xu", "roles": ["injector"]})
    number = ready(run)
    planned(run, number, "--start", FRIDAY, "--injector", "QX", "--sessions", 1)
    run.json("clinic", "away", "MS", FRIDAY)

    def legend() -> str:
        told = run("agenda", "--week", "--from", FRIDAY, env={"COLUMNS": "200"}).out.splitlines()
        return next(line for line in told if "free to book" in line)

    assert legend() == f"QX {number}: patient {number} with QX   · free to book   · QX: with QX alone   ░ closed"
    run.json("clinic", "away", "QX", FRIDAY, "--hours", "14:00-15:00")
    assert legend().endswith("· QX: with QX alone   empty: no time to book   ░ closed")


def test_a_week_without_an_open_hour_says_why_and_draws_nothing(run: Line) -> None:
    run.json("clinic", "close", "2026-12-21..2026-12-27", "--reason", "Winter break")
    told = run("agenda", "--week", "--from", "2026-12-21").out.splitlines()
    assert told == [
        "Week of Mon 21 Dec to Sun 27 Dec 2026",
        "",
        "Mon 21 Dec to Sun 27 Dec 2026: Winter break",
    ]


# ── on paper ──


def pages(file: Path) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(file.read_bytes())).pages]


def test_a_day_sheet_holds_who_comes_when_and_what_stands_against_it(run: Line, tmp_path: Path) -> None:
    zoe = ready(run)
    planned(run, zoe, "--start", FRIDAY, "--at", "10:00", "--sessions", 1)
    screened(run, zoe, cardiac="yes")
    put_in(run, another(run), "10:30")
    run.json("clinic", "away", "MS", FRIDAY, "--hours", "14:00-17:00")
    file = tmp_path / "day.pdf"
    done = run("agenda", "--pdf", file, "--from", FRIDAY)
    assert (done.code, done.out, done.err) == (0, "", f"Written: {file}\n")
    assert file.stat().st_mode & 0o777 == 0o600
    (page,) = pages(file)
    for words in (
        "Harbour Street Clinic",
        "Fri 27 Nov 2026",
        "Open 09:00-13:00, 14:00-17:00. 2 bookings. Away: MS 14:00-17:00.",
        "Time Patient For With Notes",
        "10:00–10:30 Zoë Weiß No. 1, born 3 Feb 1980 Phone 07700 900123 ! for a prescriber Session 1 MS",
        "10:30–11:00 Ann Other No. 2, born 1 Jan 1970 Phone",
        "09:30 free",
        "11:00 free",
        "As it was on Sun 22 Nov 2026, 11:00 · holds names: shred it after the day",
    ):
        assert words in page
    assert ("10:00 free" in page, "14:00 free" in page, "heart" in page.lower()) == (False, False, False)


def test_a_sheet_for_each_open_day_and_none_for_a_closed_one(run: Line, tmp_path: Path) -> None:
    file = tmp_path / "days.pdf"
    data = run.json("agenda", "--pdf", file, "--from", FRIDAY, "--days", 5).data
    assert (data["pdf"], len(data["days"])) == (str(file), 5)
    assert [re.findall(r"(?:Fri|Sat|Sun|Mon|Tue) \d+ \w+ 2026", page)[0] for page in pages(file)] == [
        "Fri 27 Nov 2026",
        "Mon 30 Nov 2026",
        "Tue 1 Dec 2026",
    ]
    run.json("agenda", "--pdf", file, "--from", "2026-11-29")
    assert "Sun 29 Nov 2026 Closed on Sundays. Nothing is booked." in pages(file)[0]


def test_the_sheet_of_one_injector_bears_their_initials_and_only_their_patients(run: Line, tmp_path: Path) -> None:
    run.json("clinic", "team", answers=AB)
    planned(run, ready(run), "--start", FRIDAY, "--at", "10:00", "--injector", "AB", "--sessions", 1)
    planned(run, another(run), "--start", FRIDAY, "--at", "10:00", "--injector", "MS", "--sessions", 1)
    run("agenda", "--pdf", tmp_path / "ab.pdf", "--from", FRIDAY, "--injector", "AB")
    (page,) = pages(tmp_path / "ab.pdf")
    assert ("Fri 27 Nov 2026 · AB" in page, "Zoë Weiß" in page, "Ann Other" in page) == (True, True, False)


def test_a_name_our_fonts_lack_is_left_to_be_written_in(run: Line, tmp_path: Path) -> None:
    number = ready(run, given_name="静怡", family_name="王")
    planned(run, number, "--start", FRIDAY, "--at", "10:00", "--sessions", 1)
    done = run("agenda", "--pdf", tmp_path / "day.pdf", "--from", FRIDAY)
    assert done.err.splitlines()[1:] == [
        "Our fonts lack letters for: the name of patient 1. Please write it in by hand."
    ]
    assert "No. 1, born 3 Feb 1980" in pages(tmp_path / "day.pdf")[0]


def test_a_day_sheet_never_replaces_another_kind_of_file(run: Line, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine", encoding="utf-8")
    refused = run.json("agenda", "--pdf", file)
    assert (refused.code, refused.codes, file.read_text(encoding="utf-8")) == (2, ["unwritable"], "mine")


def test_hours_are_given_as_before(run: Line) -> None:
    assert (day_of(run)["open"], day_of(run)["closed"]) == (DAY, None)


@pytest.mark.parametrize("text", ["[bold]x[/bold]", "{0}%s", "نهاد", "#strong[x]"])
def test_what_a_person_typed_comes_out_as_text_in_every_view(run: Line, tmp_path: Path, text: str) -> None:
    run.json("clinic", "edit", answers={"rooms": [text]})
    number = ready(run, given_name=text, family_name=text)
    planned(run, number, "--start", FRIDAY, "--at", "10:00", "--sessions", 1)
    put_in(run, another(run), "10:00", override=text)
    run.json("clinic", "away", "MS", FRIDAY, "--reason", text)
    run.json("clinic", "close", "2026-11-26", "--reason", text)
    for words in (("agenda", "--from", "2026-11-26"), ("agenda", "--week", "--from", FRIDAY), ("clinic", "show")):
        told = run(*words)
        assert (told.code, told.err) == (0, "")
        assert text in told.out, words
    sheet = run("agenda", "--from", FRIDAY, "--pdf", tmp_path / "day.pdf")
    assert (sheet.code, sheet.err) == (0, f"Written: {tmp_path / 'day.pdf'}\n")
