"""What is typed on the line and in documents: every form of a day, numbers that are no doses, moments of programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from microsclero.ask.products import leaflet_fields
from tests.amend_builders import amended
from tests.builders import CLINIC, Line, Result, planned, ready, register, screened
from tests.chair_builders import MINUTES, THURSDAY, after, agreed, expected, given_at, in_the_chair, treat, treated
from tests.reaction_builders import days_after, follow, given_on, report, reported
from tests.response_builders import grade, in_course, on_day, respond

# The line's day is Sunday, 22 November 2026.
SPANS = {
    "today": ("2026-11-22", "2026-11-22"),
    "tomorrow": ("2026-11-23", "2026-11-23"),
    "tue": ("2026-11-24", "2026-11-24"),
    "+4w": ("2026-12-20", "2026-12-20"),
    "01/12/2026": ("2026-12-01", "2026-12-01"),
    "tomorrow..+2w": ("2026-11-23", "2026-12-06"),
    "2026-11-20..tomorrow": ("2026-11-20", "2026-11-23"),
}


# ── days on the line ──


@pytest.mark.parametrize("typed", SPANS)
def test_a_patients_own_days_are_typed_in_every_form(run: Line, typed: str) -> None:
    number = register(run)
    (event,) = run.json("patient", "event", number, "--on", typed, "--what", "away").data["events"]
    assert (event["from"], event["until"]) == SPANS[typed]


@pytest.mark.parametrize("typed", SPANS)
def test_closed_days_are_typed_in_every_form(run: Line, typed: str) -> None:
    (closed,) = run.json("clinic", "close", typed, "--reason", "Flood").data["closures"]
    assert (closed["from"], closed["until"]) == SPANS[typed]


@pytest.mark.parametrize("typed", SPANS)
def test_leave_is_typed_in_every_form(run: Line, typed: str) -> None:
    leave = run.json("clinic", "away", "MS", typed).data
    assert (leave["from"], leave["until"]) == SPANS[typed]


def test_days_to_avoid_are_typed_in_every_form(run: Line) -> None:
    number = ready(run)
    (first,) = planned(run, number, "--sessions", 1, "--avoid", "tomorrow..tue", "--avoid", "wed")["sessions"]
    assert first["date"] == "2026-11-26"
    assert first["rolled"] == ["Sun 22 Nov 2026: closed on Sundays", "Mon 23 Nov 2026: a day to avoid"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2026-12-02..2026-12-01", "Tue 1 Dec 2026 is before Wed 2 Dec 2026: type the earlier date first."),
        ("14/6/2026", "14/6/2026 can't be read: type it as 14/06/2026."),
        ("Tue 1 Dec 2026..tue", "That can't be read: type it as 01/12/2026."),
    ],
)
def test_days_that_cannot_be_read_are_refused_before_any_file(
    run: Line, tmp_path: Path, typed: str, sentence: str
) -> None:
    for words, option in (
        (("patient", "event", 1, "--what", "away", "--on"), "--on"),
        (("clinic", "close", "--reason", "Flood"), "DAYS"),
        (("clinic", "away", "MS"), "DAYS"),
        (("plan", 1, "--yes", "--avoid"), "--avoid"),
    ):
        done = run.on(tmp_path / "gone.db").json(*words, typed)
        assert (done.code, done.codes) == (2, ["unreadable"])
        assert done.envelope["errors"][0]["message"] == f"{option}: {sentence}"


def test_words_that_run_backwards_are_refused_with_the_days_they_mean(run: Line) -> None:
    done = run.json("clinic", "close", "+4w..tomorrow", "--reason", "Flood")
    assert (done.code, done.envelope["errors"][0]["message"]) == (
        2,
        "DAYS: Mon 23 Nov 2026 is before Sun 20 Dec 2026: type the earlier date first.",
    )


def test_a_photograph_is_of_a_day_gone_by(run: Line, tmp_path: Path) -> None:
    picture = tmp_path / "leg.jpg"
    words = ("photo", "add", 1, picture, "--leg", "left", "--region", "thigh", "--stage", "before", "--taken-on", "tue")
    done = run.json(*words)
    assert (done.code, done.envelope["errors"][0]["message"]) == (
        2,
        "--taken-on: A weekday may be the last or the next: type it as 2026-11-20 or 20/11/2026, or say today.",
    )


# ── days in documents ──


def of_reaction(line: Line, typed: str) -> tuple[Result, Any]:
    number = given_on(line)
    there = days_after(line, 2)
    done = report(there, number, "bruising", noticed_on=typed)
    return done, there.json("reaction", number, "--list").data["reactions"][0]["noticed_on"] if done.code == 0 else None


def of_its_end(line: Line, typed: str) -> tuple[Result, Any]:
    number = given_on(line)
    there = days_after(line, 2)
    done = report(there, number, "bruising", noticed_on="2026-11-24", ended_on=typed)
    return done, there.json("reaction", number, "--list").data["reactions"][0]["ended_on"] if done.code == 0 else None


def of_a_document(line: Line, typed: str) -> tuple[Result, Any]:
    number = register(line)
    there = days_after(line, 2)
    told = {"kind": "duplex", "dated_on": typed, "summary": "No reflux."}
    done = there.json("document", number, answers=told)
    return done, there.json("patient", "show", number).data["documents"][0]["dated_on"] if done.code == 0 else None


def of_the_leaflet(line: Line, typed: str) -> tuple[Result, Any]:
    there = days_after(line, 2)
    told = {"prescriber": "MS", "leaflet_revision": "May 2024", "compared_on": typed}
    done = there.json("clinic", "product", "fibrovein", answers=told)
    return done, done.data["compared"]["compared_on"] if done.code == 0 else None


def of_the_prescriber(line: Line, typed: str) -> tuple[Result, Any]:
    there = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    number = in_the_chair(line, there)
    done = treat(line, number, there, prescriber_saw_on=typed)
    if done.code:
        return done, None
    shown = after(line, there).json("amend", "treatment", done.data["treatment"], "--show").data
    return done, shown["entry"]["prescriber_saw_on"]


GONE_BY = {
    "noticed_on": of_reaction,
    "ended_on": of_its_end,
    "dated_on": of_a_document,
    "compared_on": of_the_leaflet,
    "prescriber_saw_on": of_the_prescriber,
}


@pytest.mark.parametrize("key", GONE_BY)
@pytest.mark.parametrize("typed", ["today", "2026-11-25", "25/11/2026"])
def test_a_day_gone_by_is_today_or_written_out(run: Line, key: str, typed: str) -> None:
    done, kept = GONE_BY[key](run, typed)
    assert (done.code, kept) == (0, "2026-11-25"), done


@pytest.mark.parametrize("key", GONE_BY)
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("tue", "A weekday may be the last or the next: type it as 2026-11-20 or 20/11/2026, or say today."),
        (
            "tomorrow",
            "That is still to come, and a day gone by is wanted: type it as 2026-11-20 or 20/11/2026, or say today.",
        ),
        ("Tue 24 Nov 2026", "That can't be read: type it as 24/11/2026."),
    ],
)
def test_any_other_day_gone_by_is_refused_in_a_sentence(run: Line, key: str, typed: str, sentence: str) -> None:
    done, _ = GONE_BY[key](run, typed)
    assert (done.code, [each["message"] for each in done.envelope["errors"]]) == (2, [f"“{key}”: {sentence}"])


@pytest.mark.parametrize("key", GONE_BY)
def test_a_written_day_to_come_is_refused_by_its_field(run: Line, key: str) -> None:
    done, _ = GONE_BY[key](run, "2026-12-01")
    assert done.code in (2, 4)
    assert any(words in done.envelope["errors"][0]["message"] for words in ("future", "still to come")), done


@pytest.mark.parametrize(("typed", "meant"), [("+1w", "2026-12-02"), ("mon", "2026-11-30"), ("tomorrow", "2026-11-26")])
def test_when_somebody_asks_again_is_typed_in_every_form(run: Line, typed: str, meant: str) -> None:
    number = given_on(run)
    there = days_after(run, 2)
    done = follow(there, number, reported(there, number, "bruising")["reaction"], "same", next_on=typed)
    assert (done.code, done.data["follow_up_on"]) == (0, meant)


def test_nobody_is_asked_again_on_the_day_they_were_asked(run: Line) -> None:
    number = given_on(run)
    there = days_after(run, 2)
    done = follow(there, number, reported(there, number, "bruising")["reaction"], "same", next_on="today")
    assert (done.code, done.envelope["errors"][0]["message"]) == (2, "“next_on” is a day to come.")


def test_a_correction_takes_today(run: Line) -> None:
    number = given_on(run)
    there = days_after(run, 2)
    wrong = reported(there, number, "bruising", noticed_on="2026-11-24")["reaction"]
    amended(there, "reaction", wrong, noticed_on="today")
    assert there.json("reaction", number, "--list").data["reactions"][0]["noticed_on"] == "2026-11-25"


def test_the_prompt_of_the_leaflet_is_answered_by_today_and_names_no_day_of_its_own() -> None:
    compared_on = leaflet_fields(THURSDAY.date())[-1]
    assert (compared_on.ask, compared_on.parse("today")) == ("Compared on (type today, or the date)", THURSDAY.date())
    with pytest.raises(ValueError, match=r"^Fri 27 Nov 2026 is still to come: type a day gone by$"):
        compared_on.parse("27/11/2026")


def test_a_date_of_birth_takes_no_word(run: Line) -> None:
    for typed, advice in (("today", "type it as 1980-02-03 or 03/02/1980"), ("14/6/1988", "type it as 14/06/1988")):
        done = run.json("patient", "add", answers={"given_name": "A", "family_name": "B", "born_on": typed})
        assert (done.code, done.codes) == (2, ["unreadable"])
        assert advice in done.envelope["errors"][0]["message"]


# ── numbers ──


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("weight_kg", 70, "70"),
        ("weight_kg", 70.5, "70.5"),
        ("weight_kg", "70.5", "70.5"),
        ("needle_gauge", 30, "30"),
        ("needle_gauge", "30G", "30G"),
    ],
)
def test_weight_and_needle_are_numbers_or_texts(run: Line, key: str, typed: object, kept: str) -> None:
    number = in_the_chair(run)
    told: dict[str, Any] = {key: typed}
    treatment = treated(run, number, **told)["treatment"]
    assert after(run).json("amend", "treatment", treatment, "--show").data["entry"][key] == kept


@pytest.mark.parametrize(
    "changed",
    [
        {"sites": [{**given_at(THURSDAY)["sites"][0], "volume_ml": 0.3}]},
        {"vials": [{**given_at(THURSDAY)["vials"][0], "strength_percent": 0.2}]},
        {"weight_kg": True},
        {"weight_kg": 70.55},
    ],
)
def test_a_dose_is_a_text_and_a_weight_a_number(run: Line, changed: dict[str, Any]) -> None:
    done = treat(run, in_the_chair(run), **changed)
    assert (done.code, done.codes) == (2, ["unreadable"])


def test_marks_are_numbers_or_their_digits(run: Line) -> None:
    number, day = in_course(run, 1)
    there = on_day(run, day + timedelta(days=30))
    left = respond(there, number, grades=[grade("left", "thigh", "6")])
    assert (left.code, left.codes) == (2, ["unreadable"])
    told = respond(there, number, grades=[grade("left", "thigh", "4")], satisfaction="5")
    assert (told.code, told.data["grades"][0]["improvement"], told.data["satisfaction"]) == (0, 4, 5)


# ── moments ──


@pytest.mark.parametrize(
    "started",
    ["2026-11-26T09:30:05.900000", "2026-11-26T09:30:05.7+00:00", "2026-11-26T09:30:05.9Z", "2026-11-26T09:30"],
)
def test_a_moment_is_read_as_programs_write_it(run: Line, started: str) -> None:
    number = in_the_chair(run)
    assert treated(run, number, started_at=started)["treatment"] == 1
    done = after(run).json("aftercare", number, "--ended", started)
    assert (done.code, done.data["items"][0]["from"][:16]) == (0, "2026-11-26T09:30")


def test_what_was_signed_in_the_minute_of_the_start_was_signed_before_it(run: Line) -> None:
    number = expected(run)
    signing = run.at(THURSDAY + timedelta(seconds=40))
    screened(signing, number, "session")
    agreed(signing, number)
    done = treat(run, number, started_at="2026-11-26T09:30:05")
    assert (done.code, done.data["treatment"]) == (0, 1)


def test_what_was_signed_a_minute_later_is_too_late(run: Line) -> None:
    number = expected(run)
    signing = run.at(THURSDAY + MINUTES)
    screened(signing, number, "session")
    agreed(signing, number)
    done = treat(run, number, started_at="2026-11-26T09:30:59")
    assert (done.code, [each["message"] for each in done.envelope["errors"]]) == (
        4,
        [
            "The screening of Thu 26 Nov 2026 was signed at 09:31, after the start at 09:30.",
            "Consent to treatment was recorded at 09:31, after 09:30: it comes first.",
        ],
    )


# ── hours ──


def test_every_fault_in_the_hours_is_told_with_its_day(run: Line, tmp_path: Path) -> None:
    hours = {"mon": ["9-13", "17:00-14:00"], "tue": ["10:00-09:00"], "xxx": [], "wed": ["09:00-13:00"]}
    done = run.on(tmp_path / "new.db").json("clinic", "init", answers={**CLINIC, "hours": hours})
    assert (done.code, [each["message"] for each in done.envelope["errors"]]) == (
        2,
        [
            "“hours”: unknown days xxx, days are mon, tue, wed, thu, fri, sat, sun; "
            "mon: 9 is not a time: type hours and minutes as 09:30; each span of hours ends after it begins; "
            "tue: each span of hours ends after it begins."
        ],
    )
