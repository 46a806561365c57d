"""The last sentence of a refused plan or rebook: what it names works when it is typed, and what is said is true."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import WEEKDAYS, Line, Result, another, dates, planned, ready

AB = {"initials": "AB", "name": "Alex Bell", "roles": ["injector"]}
ON_MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ON_TUESDAY_EVENING = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
TOO_LATE = (
    "The full effect of 1 session by Tue 1 Dec 2026 wants the first by Tue 3 Nov 2026; the first possible is "
    "Mon 23 Nov 2026. Choose a later date."
)
FOUR_LATE = "without --by: the full effect of the first of 4 sessions shows by Mon 21 Dec 2026."


def first(done: Result) -> dict[str, Any]:
    found: dict[str, Any] = done.envelope["errors"][-1]
    assert (done.code, found["code"]) == (4, "first_date"), done
    return found


def named(done: Result) -> tuple[str, list[str], int | None]:
    """What the last sentence names, without the words it always begins with."""
    last = first(done)
    return last["message"].removeprefix("The first time that would work: "), last["without"], last.get("sessions")


def options(done: Result) -> list[str]:
    """What the sentence says to type to get round what was kept."""
    found = re.search(r"with (--(?!start).*?) \(kept from an earlier plan", first(done)["message"])
    assert found, done
    return found[1].split()


# ── by a day ──


@pytest.mark.parametrize(
    ("words", "causes", "words_said", "without"),
    [
        (("--at", "20:00"), ["outside_hours", "too_late"], f"at any time of day, {FOUR_LATE}", ["at", "by"]),
        (("--every", "3w"), ["gap_too_short", "too_late"], f"4 weeks apart, {FOUR_LATE}", ["every", "by"]),
        (("--injector", "RT"), ["role_missing", "too_late"], f"not with RT, {FOUR_LATE}", ["injector", "by"]),
        (
            ("--start", "2029-06-01"),
            ["too_far_ahead", "too_late"],
            f"sooner than asked for, {FOUR_LATE}",
            ["start", "by"],
        ),
        ((), ["too_late"], FOUR_LATE, ["by"]),
    ],
    ids=str,
)
def test_what_comes_too_late_is_said_beside_every_other_reason_and_no_course_is_promised(
    run: Line, words: tuple[str, ...], causes: list[str], words_said: str, without: list[str]
) -> None:
    done = run.json("plan", ready(run), "--by", "2026-12-01", *words, "--dry-run")
    assert done.causes == causes
    assert {error["message"] for error in done.envelope["errors"] if error["code"] == "too_late"} == {TOO_LATE}
    assert named(done) == (f"Mon 23 Nov 2026 09:00 with MS, {words_said}", without, 4)


@pytest.mark.parametrize(
    ("asked", "causes", "said", "without", "sessions"),
    [
        (5, ["course_full", "too_late"], f"for 4 sessions, {FOUR_LATE}", ["sessions", "by"], 4),
        (
            3,
            ["too_late"],
            "without --by: the full effect of the first of 3 sessions shows by Mon 21 Dec 2026.",
            ["by"],
            3,
        ),
        (1, ["too_late"], "without --by: its full effect shows by Mon 21 Dec 2026.", ["by"], 1),
    ],
)
def test_of_so_many_sessions_only_the_first_is_said_to_show_by_a_day(
    run: Line, asked: int, causes: list[str], said: str, without: list[str], sessions: int
) -> None:
    number = ready(run)
    done = run.json("plan", number, "--by", "2026-12-01", "--sessions", asked, "--dry-run")
    assert (done.causes, named(done)) == (causes, (f"Mon 23 Nov 2026 09:00 with MS, {said}", without, sessions))
    booked = run.json("plan", number, "--sessions", sessions, "--dry-run").data["sessions"]
    assert (dates(booked)[0], len(booked)) == ("2026-11-23", sessions)


def test_how_many_fit_before_the_day_is_what_plan_books_by_it(run: Line) -> None:
    number = ready(run)
    done = run.json("plan", number, "--by", "2027-01-20", "--at", "20:00", "--dry-run")
    assert named(done) == ("Mon 23 Nov 2026 09:00 with MS, at any time of day, for 2 sessions.", ["at"], 2)
    assert len(run.json("plan", number, "--by", "2027-01-20", "--dry-run").data["sessions"]) == 2


def test_two_days_beyond_the_reach_are_both_said_and_neither_is_kept(run: Line) -> None:
    words = ("--by", "2029-12-01", "--start", "2029-06-01", "--injector", "RT")
    done = run.json("plan", ready(run), *words, "--dry-run")
    assert done.causes == ["too_far_ahead", "too_far_ahead", "role_missing"]
    assert named(done)[1] == ["injector", "start", "by"]


# ── what was kept from an earlier plan ──


def on_fridays(line: Line) -> Line:
    """Session 1 on a Friday; since then Fridays are closed."""
    later = line.at(ON_MONDAY)
    planned(later, ready(later), "--sessions", 1, "--days", "fri")
    assert later.json("clinic", "hours", answers={"fri": []}).code == 0
    return later


def with_a_leaver(line: Line) -> Line:
    """Session 1 with AB, who has left before the next."""
    assert line.json("clinic", "team", answers=AB).code == 0
    planned(line, ready(line), "--sessions", 1, "--injector", "AB")
    assert line.json("clinic", "team", "--end", "AB", "--on", "2026-11-30", "--to", "MS").code == 0
    return line


def in_the_afternoon(line: Line) -> Line:
    """Session 1 at half past four; since then the clinic closes at one."""
    planned(line, ready(line), "--sessions", 1, "--at", "16:30")
    assert line.json("clinic", "hours", answers={day: ["09:00-13:00"] for day in WEEKDAYS}).code == 0
    return line


def not_for_years(line: Line) -> Line:
    """Session 1 next Monday, and never again for years, but for what comes after them."""
    planned(line, ready(line), "--sessions", 1, "--avoid", "2026-12-01..2032-01-01")
    return line


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (
            on_fridays,
            ("Tue 29 Dec 2026 09:00 with MS, with --days tue (kept from an earlier plan: Fridays).", ["days"], 3),
        ),
        (
            with_a_leaver,
            (
                "Mon 21 Dec 2026 09:00 with MS, with --injector MS (kept from an earlier plan: with AB).",
                ["injector"],
                3,
            ),
        ),
        (
            in_the_afternoon,
            ("Mon 21 Dec 2026 09:00 with MS, with --at 09:00 (kept from an earlier plan: at 16:30).", ["at"], 3),
        ),
        (
            not_for_years,
            (
                "Mon 21 Dec 2026 09:00 with MS, with --avoid 2026-12-01..2026-12-20 --avoid 2026-12-22..2032-01-01 "
                "(kept from an earlier plan: not on Tue 1 Dec 2026 to Thu 1 Jan 2032), for 1 session.",
                ["avoid"],
                1,
            ),
        ),
    ],
)
def test_a_kept_wish_in_the_way_is_named_and_what_is_said_to_get_round_it_works(
    run: Line, kept: Callable[[Line], Line], said: tuple[str, list[str], int]
) -> None:
    now = kept(run)
    done = now.json("plan", 1, "--yes")
    assert named(done) == said
    last = first(done)
    shown = now.json("plan", 1, "--why").data["first_possible"]
    assert {key: last[key] for key in shown} == shown
    booked = now.json("plan", 1, *options(done), "--sessions", last["sessions"], "--start", last["date"], "--yes")
    new = booked.data["sessions"][1:]
    assert {key: new[0][key] for key in ("date", "start", "injector")} == (
        {key: last[key] for key in ("date", "start", "injector")}
    )
    assert len(new) == last["sessions"]


def test_a_wish_that_is_typed_is_left_out_unless_another_was_kept(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--sessions", 1, "--at", "10:00")
    done = run.json("plan", number, "--days", "sun", "--at", "20:00", "--yes")
    assert named(done) == (
        "Mon 21 Dec 2026 09:00 with MS, on any weekday, with --at 09:00 (kept from an earlier plan: at 10:00).",
        ["at", "days"],
        3,
    )
    assert run.json("plan", number, *options(done), "--dry-run").data["sessions"][1]["date"] == "2026-12-21"


def test_the_page_of_a_patient_names_the_kept_wish_as_well(run: Line) -> None:
    now = on_fridays(run)
    assert now.json("cancel", 1, "--session", 1, "--reason", "other", "--yes").code == 0
    assert (
        "First time free that fits: Mon 23 Nov 2026 09:30 with MS, with --days mon "
        "(kept from an earlier plan: Fridays)."
    ) in " ".join(now("patient", "show", 1).out.split())


# ── booked again ──


def missed(line: Line, *words: str) -> Line:
    """Nobody came to session 1 on Tuesday 24 November."""
    planned(line, ready(line), "--start", "2026-11-24", "--sessions", 1, *words)
    evening = line.at(ON_TUESDAY_EVENING)
    assert evening.json("missed", 1, "--session", 1, "--yes").code == 0
    return evening


@pytest.mark.parametrize(
    ("words", "left", "causes", "said"),
    [
        (("--at", "20:00"), (), ["outside_hours"], ("with MS, at any time of day.", ["at"])),
        (("--days", "sun"), (), ["no_slot"], ("with MS, on any weekday.", ["days"])),
        (("--injector", "RT"), (), ["role_missing"], ("with MS, not with RT.", ["injector"])),
        (("--start", "2029-01-01"), (), ["too_far_ahead"], ("with MS, sooner than asked for.", ["start"])),
        (
            ("--injector", "RT", "--start", "2029-01-01", "--at", "20:00", "--days", "mon,wed"),
            ("--days", "mon,wed"),
            ["too_far_ahead", "role_missing", "outside_hours"],
            ("with MS, not with RT, sooner than asked for, at any time of day.", ["injector", "start", "at"]),
        ),
    ],
    ids=str,
)
def test_a_session_is_not_booked_again_for_every_reason_at_once_and_the_first_time_works(
    run: Line, words: tuple[str, ...], left: tuple[str, ...], causes: list[str], said: tuple[str, list[str]]
) -> None:
    evening = missed(run)
    done = evening.json("rebook", 1, *words, "--yes")
    assert (done.code, done.causes) == (4, causes)
    assert named(done) == (f"Wed 25 Nov 2026 09:00 {said[0]}", said[1], None)
    last = first(done)
    exactly = ("--start", last["date"], "--at", last["start"], "--injector", last["injector"])
    for typed in (left, (*left, *exactly)):
        (change,) = evening.json("rebook", 1, *typed, "--dry-run").data["changed"]
        assert (change["to"], change["to_time"]) == ("2026-11-25", "09:00")


def test_what_is_typed_is_not_called_what_the_patient_likes(run: Line) -> None:
    done = missed(run).json("rebook", 1, "--days", "sun", "--yes")
    assert done.envelope["errors"][0]["message"] == (
        "No place is found for session 1 until Fri 24 Nov 2028, as it is wished for. "
        "Choose other days, another time or another injector."
    )


def test_on_hold_nothing_is_booked_again_and_all_else_that_is_wrong_is_said(run: Line) -> None:
    evening = missed(run)
    calf = {"effect": "calf_pain", "noticed_on": "2026-11-24", "severity": "mild"}
    assert evening.json("reaction", 1, answers=calf).code == 0
    done = evening.json("rebook", 1, "--at", "20:00", "--injector", "RT", "--start", "2029-01-01", "--yes")
    assert (done.code, done.causes) == (4, ["on_hold", "too_far_ahead", "role_missing", "outside_hours"])
    last = first(done)
    assert (last["message"], last["date"], last["none_because"]) == (
        "No date is known that would work: a prescriber lifts the hold first.",
        None,
        "a prescriber lifts the hold first",
    )


def test_a_kept_weekday_that_is_closed_for_good_is_got_round_when_booking_again(run: Line) -> None:
    evening = missed(run, "--days", "tue")
    assert evening.json("clinic", "hours", answers={"tue": []}).code == 0
    done = evening.json("rebook", 1, "--yes")
    assert (done.causes, named(done)) == (
        ["no_slot"],
        ("Wed 25 Nov 2026 09:00 with MS, with --days wed (kept from an earlier plan: Tuesdays).", ["days"], None),
    )
    assert evening.json("rebook", 1, *options(done), "--dry-run").data["changed"][0]["to"] == "2026-11-25"


def test_a_clinic_that_opens_beyond_the_search_is_found_from_the_last_start(run: Line) -> None:
    evening = missed(run)
    assert evening.json("clinic", "close", "2026-11-24..2029-01-31").code == 0
    done = evening.json("rebook", 1, "--yes")
    assert (done.causes, named(done)) == (
        ["no_slot"],
        ("Thu 1 Feb 2029 09:00 with MS, which is found with --start 2028-11-23.", [], None),
    )
    assert evening.json("rebook", 1, "--start", "2028-11-23", "--dry-run").data["changed"][0]["to"] == "2029-02-01"


def test_a_session_that_leaves_a_later_one_no_place_comes_behind_it(run: Line) -> None:
    assert run.json("clinic", "team", answers=AB).code == 0
    number = ready(run)
    planned(run, number, "--start", "2026-11-24", "--sessions", 3, "--injector", "AB")
    assert run.json("clinic", "team", "--end", "AB", "--on", "2027-01-26", "--to", "MS").code == 0
    assert run.json("cancel", number, "--session", 1, "--reason", "patient_ill", "--yes").code == 0
    done = run.json("rebook", number, "--start", "2026-12-08", "--injector", "MS", "--yes")
    said, without, _ = named(done)
    assert (done.causes, without) == (["no_slot"], [])
    last = first(done)
    start = re.search(r"which is found with --start (\S+)\.", said)
    assert start, said
    (change, *_) = run.json("rebook", number, "--start", start[1], "--injector", "MS", "--dry-run").data["changed"]
    assert (change["to"], change["to_time"]) == (last["date"], last["start"])


def test_a_clinic_closed_for_years_says_so_when_a_session_is_booked_again(run: Line) -> None:
    evening = missed(run)
    assert evening.json("clinic", "close", "2026-11-24..2032-01-01").code == 0
    last = first(evening.json("rebook", 1, "--yes"))
    assert (last["date"], last["none_because"]) == (
        None,
        "nothing is free, and the diary was searched to Sat 23 Nov 2030",
    )


# ── whatever is typed ──

SOME: dict[str, list[str]] = {
    "at": ["07:00", "09:00", "16:30"],
    "days": ["mon", "tue,thu", "fri", "sat"],
    "injector": ["MS", "AB", "RT"],
    "start": ["2026-11-24", "2027-03-01", "2028-11-06", "2031-01-01"],
}
OF_A_PLAN = {
    **SOME,
    "every": ["2w", "6w"],
    "sessions": ["1", "3", "5"],
    "avoid": ["2026-11-22..2026-12-10", "2026-11-22..2029-06-30"],
    "by": ["2026-12-01", "2027-02-01", "2027-06-05", "2030-01-01"],
}
Typed = dict[str, str]


def lines(words: dict[str, list[str]]) -> st.SearchStrategy[Typed]:
    """Some of the options, each with one of its values."""
    return st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in words.items()})


def on_the_line(typed: Typed) -> list[str]:
    return [word for name, value in typed.items() for word in (f"--{name}", value)]


def as_named(done: Result, typed: Typed) -> list[str]:
    """The line again as the refusal says: without what gives way, with what has to be typed anew or instead."""
    last = first(done)
    kept = {name: value for name, value in typed.items() if name not in last["without"]}
    if last.get("sessions"):
        kept["sessions"] = str(last["sessions"])
    anew = re.search(r"with (--(?!start).*?) \(kept from an earlier plan", last["message"])
    start = re.search(r"which is found with --start ([-0-9]+)", last["message"])
    if start:
        kept["start"] = start[1]
    return [*on_the_line(kept), *(anew[1].split() if anew else [])]


def made_once(line: Line) -> Line:
    """Patient 1 has had a wish since session 1, patient 2 missed one; AB leaves in the new year, Fridays are closed."""
    later = line.at(ON_TUESDAY_EVENING)
    if line.json("patient", "find").data["patients"]:
        return later
    assert line.json("clinic", "team", answers=AB).code == 0
    planned(line, ready(line), "--sessions", 1, "--days", "fri", "--injector", "AB", "--start", "2026-11-27")
    planned(line, another(line), "--sessions", 2, "--days", "tue,fri", "--at", "09:00", "--start", "2026-11-24")
    assert later.json("missed", 2, "--session", 1, "--yes").code == 0
    assert line.json("clinic", "team", "--end", "AB", "--on", "2026-12-20", "--to", "MS").code == 0
    assert line.json("clinic", "hours", answers={"fri": []}).code == 0
    return later


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=lines(OF_A_PLAN))
def test_a_plan_typed_again_as_its_refusal_says_is_a_proposal(run: Line, typed: Typed) -> None:
    now = made_once(run)
    done = now.json("plan", 1, *on_the_line(typed), "--dry-run")
    if done.code == 0:
        return
    last = first(done)
    new = now.json("plan", 1, *as_named(done, typed), "--dry-run").data["sessions"][1:]
    assert (len(new), {key: new[0][key] for key in ("date", "start", "injector")}) == (
        last["sessions"],
        {key: last[key] for key in ("date", "start", "injector")},
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=lines(SOME))
def test_a_session_booked_again_as_the_refusal_says_is_booked(run: Line, typed: Typed) -> None:
    now = made_once(run)
    done = now.json("rebook", 2, *on_the_line(typed), "--dry-run")
    if done.code == 0:
        return
    last = first(done)
    changed = now.json("rebook", 2, *as_named(done, typed), "--dry-run").data["changed"]
    assert (changed[0]["to"], changed[0]["to_time"]) == (last["date"], last["start"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=lines(OF_A_PLAN))
def test_no_reason_against_a_plan_is_left_for_the_next_try(run: Line, typed: Typed) -> None:
    """With one of the options left out, no reason comes up that was not said before, but what it held back itself."""
    now = made_once(run)
    done = now.json("plan", 1, *on_the_line(typed), "--dry-run")
    if done.code == 0:
        return
    for name in {"at", "every", "sessions", "start", "injector"} & set(first(done)["without"]) & set(typed):
        fewer = {other: value for other, value in typed.items() if other != name}
        again = now.json("plan", 1, *on_the_line(fewer), "--dry-run")
        assert again.code == 0 or set(again.causes) <= set(done.causes), (name, again)
