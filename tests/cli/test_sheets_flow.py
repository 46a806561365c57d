"""The sheets through the command line: dates worked out from the end of the procedure, PDF, what has no answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from microsclero.dates import show_date
from tests.builders import CLINIC, Line, planned, ready, register
from tests.chair_builders import THURSDAY, agreed, in_the_chair, treated
from tests.reaction_builders import report

LATER_THAT_DAY = THURSDAY + timedelta(hours=3)


def aftercare(line: Line, ended: str) -> dict[str, Any]:
    data: dict[str, Any] = line.json("aftercare", register(line), "--ended", ended).data
    return data


def item(data: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in data["items"] if each["item"] == name)
    return found


def gone_by(data: dict[str, Any], effect: str) -> str | None:
    found: str | None = next(each["usually_gone_by"] for each in data["expected"] if each["effect"] == effect)
    return found


def test_treated_on_22_november_at_15_00(run: Line) -> None:
    data = aftercare(run, "2026-11-22T15:00")
    two_weeks = ("compression", "no_rubbing_or_creams", "no_vigorous_exercise", "no_extreme_heat_or_cold")
    assert {name: item(data, name)["until"] for name in two_weeks} == dict.fromkeys(two_weeks, "2026-12-06")
    assert item(data, "no_excess_alcohol")["until_at"] == "2026-11-23T15:00:00+00:00"
    assert (item(data, "walk")["from"][:10], item(data, "keep_clean")["until_settled"]) == ("2026-11-22", True)
    assert item(data, "no_rubbing_or_creams")["until_settled"] is True
    assert item(data, "no_extreme_heat_or_cold")["until_settled"] is True
    assert item(data, "compression")["until_settled"] is False
    assert gone_by(data, "bruising") == "2026-12-20"
    assert (gone_by(data, "pigmentation"), gone_by(data, "matting")) == ("2028-05-22", "2028-05-22")


def test_the_same_in_words(run: Line) -> None:
    told = run("aftercare", register(run), "--ended", "2026-11-22T15:00")
    assert (told.code, told.err) == (0, "")
    for words in (
        "Sun 22 Nov 2026, 15:00",
        "not from the record",
        "to the end of Sun 6 Dec 2026",
        "until Mon 23 Nov 2026, 15:00",
        "Sun 20 Dec 2026",
        "Mon 22 May 2028",
        "999",
        CLINIC["phone"],
        CLINIC["out_of_hours"],
    ):
        assert words in told.out


def test_alcohol_is_24_hours_of_elapsed_time_across_the_clock_change(run: Line) -> None:
    data = aftercare(run, "2027-03-27T18:00")
    assert item(data, "no_excess_alcohol")["until_at"] == "2027-03-28T19:00:00+01:00"
    assert item(data, "compression")["until"] == "2027-04-10"


def test_alcohol_in_autumn_ends_an_hour_earlier_by_the_clock(run: Line) -> None:
    data = aftercare(run, "2026-10-24T18:00")
    assert item(data, "no_excess_alcohol")["until_at"] == "2026-10-25T17:00:00+00:00"


def test_a_moment_with_another_offset_is_shown_by_the_clinics_clock(run: Line) -> None:
    assert item(aftercare(run, "2026-11-22T16:00+01:00"), "no_excess_alcohol")["until_at"] == (
        "2026-11-23T15:00:00+00:00"
    )


def test_a_moment_just_before_midnight_in_another_zone_counts_by_the_clinics_day(run: Line) -> None:
    assert item(aftercare(run, "2026-11-22T23:30-05:00"), "compression")["until"] == "2026-12-07"


@pytest.mark.parametrize("moment", ["2027-03-28T01:30", "2026-02-30T10:00", "22/11/2026", "2026-11-22", "nan", "15:00"])
def test_a_moment_that_does_not_exist_or_cant_be_read_is_refused(run: Line, moment: str) -> None:
    done = run("aftercare", register(run), "--ended", moment)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert done.err.startswith("--ended: ")


def test_closures_inside_the_window_stand_on_the_sheet(run: Line) -> None:
    run.json("clinic", "close", "2026-12-02..2026-12-04", "--reason", "moving rooms")
    told = run("aftercare", register(run), "--ended", "2026-11-22T15:00").out
    assert "Wed 2 Dec" in told
    assert "Fri 4 Dec" in told
    assert "Christmas" not in told


def test_the_response_and_the_next_session_are_on_days_the_clinic_is_open(run: Line) -> None:
    data = aftercare(run, "2026-11-22T15:00")
    assert (data["next_not_before"], data["response_on"]) == ("2026-12-21", "2026-12-21")


def test_without_a_session_given_the_moment_is_asked_for(run: Line) -> None:
    done = run.json("aftercare", register(run))
    assert (done.code, done.codes) == (3, ["no_session_given"])


def test_prepare_counts_24_hours_back_from_the_session(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-27", "--at", "10:00")
    data = run.json("prepare", number).data
    assert [(each["item"], each["from"], each["until_at"]) for each in data["items"]] == [
        ("nothing_on_legs", "2026-11-26T10:00:00+00:00", "2026-11-27T10:00:00+00:00"),
        ("no_waxing_or_other_treatments", "2026-11-26T10:00:00+00:00", "2026-11-27T10:00:00+00:00"),
        ("no_extreme_heat", "2026-11-26T10:00:00+00:00", "2026-11-27T10:00:00+00:00"),
        ("stockings_ready", "2026-11-27", "2026-11-27T10:00:00+00:00"),
    ]


def test_prepare_is_for_the_next_session_not_one_gone_by(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-27")
    later = run.at(datetime(2026, 12, 1, 11, tzinfo=UTC))
    assert later.json("prepare", number).data["starts_at"] == "2026-12-29T09:00:00+00:00"


def test_a_sheet_leaves_no_name_but_on_itself(run: Line) -> None:
    number = ready(run)
    assert "Weiß" not in run("prepare", number).err
    planned(run, number)
    told = run("prepare", number)
    assert told.out.startswith(f"Patient {number} · Zoë Weiß · born Sun 3 Feb 1980\n")


@pytest.mark.parametrize("sheet", ["prepare", "aftercare"])
@pytest.mark.parametrize("large", [(), ("--large",)])
def test_a_sheet_is_printed_as_a_pdf_for_its_owner_alone(
    run: Line, tmp_path: Path, sheet: str, large: tuple[str, ...]
) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-21")
    target = tmp_path / "sheet.pdf"
    words = ("--ended", "2026-11-22T15:00") if sheet == "aftercare" else ()
    done = run(sheet, number, *words, "--pdf", target, *large)
    assert (done.code, done.out, done.err) == (0, f"Written: {target}\n", "")
    assert target.read_bytes().startswith(b"%PDF-")
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in tmp_path.iterdir()) == ["clinic.db", "sheet.pdf"]


def test_a_session_booked_too_soon_after_the_one_just_given_is_said_beside_the_sheet(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-18", "--sessions", 1)
    words = ("aftercare", number, "--ended", "2026-11-22T15:00")
    told = "Session 1 on Fri 18 Dec 2026 is booked less than 28 days after this: move it to Sun 20 Dec 2026 or later."
    assert (run(*words).code, run(*words).err) == (0, f"{told}\n")
    run.json("move", number, "--session", 1, "--to", "2026-12-21", "--yes")
    assert run(*words).err == ""


def test_a_blank_form_is_printed_without_a_clinic_file(tmp_path: Path) -> None:
    target = tmp_path / "form.pdf"
    done = Line(file=None)("screen", "--form", "--pdf", target)
    assert (done.code, done.out, done.err) == (0, f"Written: {target}\n", "")
    assert target.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("target", ["", "missing/sheet.pdf", ".", "a\0b.pdf"])
def test_a_pdf_that_cant_be_written_is_a_sentence_and_leaves_nothing(
    run: Line, tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("aftercare", register(run), "--ended", "2026-11-22T15:00", "--pdf", target)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["clinic.db"]


def test_a_name_the_fonts_cant_print_is_left_to_be_written_in(run: Line, tmp_path: Path) -> None:
    number = register(run, given_name="မောင်", family_name="အောင်")
    done = run("aftercare", number, "--ended", "2026-11-22T15:00", "--pdf", tmp_path / "sheet.pdf")
    assert (done.code, len(done.err.splitlines())) == (0, 1)
    assert "by hand" in done.err


def test_whatever_is_printed_it_never_says_that_anybody_is_safe_or_fit(run: Line) -> None:
    number = ready(run)
    planned(run, number)
    told = " ".join(
        run(*words).out
        for words in (
            ("patient", "show", number),
            ("prepare", number),
            ("aftercare", number, "--ended", "2026-11-22T15:00"),
            ("screen", "--form"),
        )
    ).lower()
    assert [word for word in ("you are safe", "fit for treatment", "cleared", "low risk") if word in told] == []


def _treated_once(run: Line) -> int:
    """Treated on 26 November; the next session is booked for 24 December, 09:00."""
    number = in_the_chair(run)
    treated(run, number)
    return number


def _withdrawn(run: Line, number: int) -> None:
    agreed(run.at(LATER_THAT_DAY), number, given=False)


def _on_hold(run: Line, number: int) -> None:
    assert report(run.at(LATER_THAT_DAY), number).code == 0


def test_the_next_session_stands_on_the_sheet_with_its_hour(run: Line) -> None:
    number = _treated_once(run)
    line = run.at(LATER_THAT_DAY)
    booked = date.fromisoformat(line.json("aftercare", number).data["next_booked_on"])
    assert f"Your next session is booked for {show_date(booked)}, 09:00." in line("aftercare", number).out


@pytest.mark.parametrize(
    ("stop", "code"), [(_withdrawn, "consent_withdrawn"), (_on_hold, "on_hold")], ids=["withdrawn", "on hold"]
)
def test_who_is_not_to_come_is_told_nothing_of_a_next_session(
    run: Line, stop: Callable[[Line, int], None], code: str
) -> None:
    number = _treated_once(run)
    line = run.at(LATER_THAT_DAY)
    assert line.json("prepare", number).code == 0
    stop(run, number)
    data = line.json("aftercare", number).data
    assert (data["next_booked_on"], data["next_not_before"]) == (None, None)
    assert "next session" not in line("aftercare", number).out
    assert all(words.startswith("The sheet says nothing of a next session.") for words in data["remarks"])
    refused = line.json("prepare", number)
    assert (refused.code, refused.codes) == (4, [code])


def test_of_an_hour_that_comes_twice_the_later_one_is_counted_from(run: Line) -> None:
    number = register(run)
    items = run.json("aftercare", number, "--ended", "2026-10-25T01:30").data["items"]
    (alcohol,) = [each for each in items if each["item"] == "no_excess_alcohol"]
    assert alcohol["until_at"] == "2026-10-26T01:30:00+00:00", "24 hours after the second 01:30"
