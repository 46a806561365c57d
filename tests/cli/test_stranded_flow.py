"""Booked when nobody can see them: each cause puts a line on the page of the day, and only its end takes it away."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from tests.builders import Line, Result, another, planned, ready
from tests.cli.test_deciding_flow import decide
from tests.cli.worklist import call, lines, on, page, patients

FRIDAY, LATER = "2026-11-27", "2026-12-29"
AB = {"initials": "AB", "name": "Alex Bell", "roles": ["injector", "prescriber"]}
Step = tuple[Any, ...]


def stranded(line: Line) -> list[tuple[int, str, str, str]]:
    return [(each["patient"], each["date"], each["what"], each["next"]) for each in lines(line, "stranded")]


def a_course(line: Line) -> int:
    """Two sessions with MS at nine, on a Friday and a Tuesday."""
    number = ready(line)
    planned(line, number, "--start", FRIDAY, "--sessions", 2, "--injector", "MS")
    return number


def of_session(number: int, day: str, why: str, session: int = 1) -> tuple[int, str, str, str]:
    return (
        number,
        day,
        f"session {session} at 09:00: {why}",
        f"microsclero move {number} --session {session} --to DATE",
    )


def document(**answers: Any) -> dict[str, Any]:
    return answers


CAUSES: dict[str, tuple[Step, Step, str]] = {
    "a closed day": (("clinic", "close", FRIDAY), ("clinic", "close", FRIDAY, "--undo"), "the clinic is closed then"),
    "a shorter day": (
        ("clinic", "close", FRIDAY, "--open", "10:00-12:00"),
        ("clinic", "close", FRIDAY, "--undo"),
        "outside the opening hours",
    ),
    "a closure undone as a change": (
        ("clinic", "close", FRIDAY),
        ("record", "undo", "--reason", "a slip", "--yes"),
        "the clinic is closed then",
    ),
    "leave": (("clinic", "away", "MS", FRIDAY), ("clinic", "away", "MS", FRIDAY, "--undo"), "MS is away"),
    "a break": (
        ("clinic", "away", "MS", FRIDAY, "--hours", "09:15-10:00"),
        ("clinic", "away", "MS", FRIDAY, "--hours", "09:15-10:00", "--undo"),
        "MS has a break 09:15-10:00",
    ),
    "a weekday taken out of the hours": (
        ("clinic", "hours", document(fri=[])),
        ("clinic", "hours", document(fri=["09:00-13:00"])),
        "the clinic is closed then",
    ),
    "later hours on that weekday": (
        ("clinic", "hours", document(fri=["09:30-13:00"])),
        ("clinic", "hours", document(fri=["09:00-13:00"])),
        "outside the opening hours",
    ),
    "a weekday the injector no longer works": (
        ("clinic", "team", document(initials="MS", weekdays=["mon", "tue"])),
        ("clinic", "team", document(initials="MS", weekdays=None)),
        "MS does not work on Fridays",
    ),
    "a country with that holiday": (
        # The day after Thanksgiving is a holiday in Maryland.
        ("clinic", "edit", document(country="US", subdivision="MD")),
        ("clinic", "edit", document(country="GB", subdivision="ENG")),
        "the clinic is closed then",
    ),
}


def tried(line: Line, step: Step) -> Result:
    *words, last = step
    return line.json(*words, answers=last) if isinstance(last, dict) else line.json(*words, last)


def do(line: Line, step: Step) -> None:
    done = tried(line, step)
    assert done.code == 0, done


@pytest.mark.parametrize("cause", CAUSES)
def test_what_nobody_can_see_is_on_the_page_until_the_cause_is_gone(run: Line, cause: str) -> None:
    made, undone, why = CAUSES[cause]
    number = a_course(run)
    assert stranded(run) == []
    do(run, made)
    assert stranded(run) == [of_session(number, FRIDAY, why)]
    assert page(run)["counts"]["stranded"] == 1
    told = run("today", env={"COLUMNS": "100"}).out.splitlines()
    head = told.index("Booked when nobody can see them (1): microsclero move PATIENT --session K")
    assert told[head + 1] == f"  {number}  Zoë Weiß · session 1 at 09:00: {why} · Fri 27 Nov 2026 · 07700 900123"
    do(run, undone)
    assert stranded(run) == []


def test_what_somebody_who_left_was_to_give_is_on_the_page(run: Line) -> None:
    run.json("clinic", "team", answers=AB)
    number = a_course(run)
    assert run.json("clinic", "team", "--end", "MS", "--on", "2026-11-30", "--to", "AB").code == 0
    assert stranded(run) == [of_session(number, LATER, "MS has left", 2)]
    back = on(run, "2026-12-01").by("AB")
    do(back, ("clinic", "team", document(initials="MS", name="Maria Silva", roles=["injector", "prescriber"])))
    assert stranded(back) == []


def test_what_somebody_who_no_longer_injects_was_to_give_is_on_the_page(run: Line) -> None:
    run.json("clinic", "team", answers=AB)
    number = a_course(run)
    do(run, ("clinic", "team", document(initials="MS", roles=["prescriber"])))
    why = "MS does not inject here"
    assert stranded(run) == [of_session(number, FRIDAY, why), of_session(number, LATER, why, 2)]


def test_a_room_that_is_gone_strands_what_is_booked_in_it(run: Line) -> None:
    do(run, ("clinic", "edit", document(rooms=["Blue"])))
    number = a_course(run)
    do(run, ("clinic", "edit", document(rooms=["Red"])))
    why = "Blue is closed"
    assert stranded(run) == [of_session(number, FRIDAY, why), of_session(number, LATER, why, 2)]
    do(run, ("clinic", "edit", document(rooms=["Red", "Blue"])))
    assert stranded(run) == []


@pytest.mark.parametrize(
    "words",
    [
        ("move", "--session", 1, "--to", "2026-11-30", "--yes"),
        ("cancel", "--session", 1, "--reason", "patient_choice", "--yes"),
    ],
)
def test_it_leaves_when_it_is_moved_or_cancelled(run: Line, words: tuple[Any, ...]) -> None:
    number = a_course(run)
    do(run, ("clinic", "close", FRIDAY))
    assert patients(run, "stranded") == [number]
    do(run, (words[0], number, *words[1:]))
    assert patients(run, "stranded") == []


def test_days_closed_with_everybody_moved_strand_nobody(run: Line) -> None:
    a_course(run)
    do(run, ("clinic", "close", FRIDAY, "--move", "--yes"))
    assert patients(run, "stranded") == []


def test_every_reason_is_said_and_the_soonest_stands_first(run: Line) -> None:
    number = a_course(run)
    other = another(run)
    planned(run, other, "--start", "2026-11-30", "--sessions", 1)
    do(run, ("clinic", "away", "MS", f"{FRIDAY}..{LATER}"))
    do(run, ("clinic", "close", FRIDAY))
    assert stranded(run) == [
        of_session(number, FRIDAY, "the clinic is closed then, MS is away"),
        of_session(other, "2026-11-30", "MS is away"),
        of_session(number, LATER, "MS is away", 2),
    ]


def test_a_consultation_is_stranded_too_and_once_it_has_begun_it_is_said_what_became_of_it(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--consultation", "--start", FRIDAY)
    do(run, ("clinic", "close", FRIDAY))
    what = "consultation at 09:00: the clinic is closed then"
    way = f"microsclero move {number} --consultation --to DATE"
    assert stranded(on(run, FRIDAY, "08:59")) == [(number, FRIDAY, what, way)]
    assert f"· {way}" in " ".join(run("today").out.split())
    began = f"microsclero missed {number} --consultation (--came if they came)"
    assert stranded(on(run, FRIDAY, "23:59")) == [(number, FRIDAY, what, began)]
    assert stranded(on(run, "2026-11-28")) == []


def test_a_session_gone_by_is_no_longer_stranded_but_not_recorded(run: Line) -> None:
    number = a_course(run)
    do(run, ("clinic", "close", FRIDAY))
    saturday = on(run, "2026-11-28")
    assert (stranded(saturday), [each["patient"] for each in page(saturday)["not_recorded"]]) == ([], [number])


def test_what_was_double_booked_on_purpose_is_stranded_only_by_a_day_that_closes(run: Line) -> None:
    a_course(run)
    other = another(run)
    words = ("--start", FRIDAY, "--at", "09:00", "--override", "Flies on Saturday.")
    assert planned(run, other, *words)["sessions"][0]["override_reason"] == "Flies on Saturday."
    assert stranded(run) == []
    do(run, ("clinic", "close", FRIDAY))
    assert sorted(patients(run, "stranded")) == [1, other]


def test_it_is_rung_about_and_put_off_like_every_line_and_stays(run: Line) -> None:
    number = a_course(run)
    do(run, ("clinic", "away", "MS", FRIDAY))
    before = stranded(run)
    assert call(run, number, "stranded", "message_left").data["still_open"] is True
    assert call(run, number, "stranded", "put_off", "--until", "2026-11-25").data["attempts"] == 2
    (line,) = lines(run, "stranded")
    assert (line["put_off_until"], line["last_attempt"]["outcome"]) == ("2026-11-25", "put_off")
    too_late = call(run, number, "stranded", "put_off", "--until", FRIDAY)
    assert (too_late.code, too_late.codes) == (4, ["too_late"])
    done = call(run, number, "stranded", "wants_no_more").data
    assert done["remarks"] == ["The session stays booked until it is taken out: microsclero cancel."]
    assert stranded(run) == before
    do(run, ("move", number, "--session", 1, "--to", "2026-11-30", "--yes"))
    do(run, ("clinic", "away", "MS", "2026-11-30"))
    assert [each["attempts"] for each in lines(run, "stranded")] == [0], "another day is another line"


def test_nobody_is_rung_about_preparing_for_it_without_a_word(run: Line) -> None:
    number = a_course(run)
    do(run, ("clinic", "away", "MS", FRIDAY))
    assert [each["what"] for each in lines(on(run, "2026-11-25"), "preparation")] == ["session 1 at 09:00, MOVE FIRST"]
    do(run, ("clinic", "away", "MS", FRIDAY, "--undo"))
    (line,) = lines(on(run, "2026-11-25"), "preparation")
    assert (line["patient"], line["what"]) == (number, "session 1 at 09:00")


def test_a_full_day_that_closes_is_counted_and_cut_like_every_list(run: Line) -> None:
    numbers = [ready(run, given_name=f"P{n}", born_on=f"19{50 + n}-01-01") for n in range(14)]
    for number in numbers:
        planned(run, number, "--start", FRIDAY, "--sessions", 1)
    do(run, ("clinic", "close", f"{FRIDAY}..2026-12-04"))
    assert len(lines(run, "stranded")) == 10
    told = run("today").out
    assert "Booked when nobody can see them (more than 10)" in told
    assert "… and more: microsclero today --all" in told


def test_a_decision_about_something_else_changes_nothing(run: Line) -> None:
    """Of other lines of the same patient each has a place of its own."""
    from tests.builders import screened

    number = a_course(run)
    do(run, ("clinic", "away", "MS", FRIDAY))
    screened(run, number, cardiac="yes")
    assert (patients(run, "stranded"), patients(run, "review")) == ([number], [number])
    assert decide(run, number, ("cardiac", "proceed")).code == 0
    assert (patients(run, "stranded"), patients(run, "review")) == ([number], [])


# ── the page and the agenda say the same ──

DAYS = [(date(2026, 11, 24) + timedelta(days=ahead)).isoformat() for ahead in (0, 1, 2, 3, 6, 7, 34, 35, 36)]
SPANS = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(lambda two: "..".join(sorted(two)))
WEEKDAYS = st.sampled_from(["mon", "tue", "wed", "thu", "fri"])
ANY_STEP: st.SearchStrategy[Step] = st.one_of(
    SPANS.map(lambda days: ("clinic", "close", days)),
    SPANS.map(lambda days: ("clinic", "close", days, "--open", "09:30-11:00")),
    st.tuples(st.sampled_from(["MS", "AB"]), SPANS).map(lambda it: ("clinic", "away", *it)),
    st.tuples(st.sampled_from(["MS", "AB"]), SPANS).map(lambda it: ("clinic", "away", *it, "--hours", "09:15-09:45")),
    WEEKDAYS.map(lambda day: ("clinic", "hours", {day: []})),
    WEEKDAYS.map(lambda day: ("clinic", "hours", {day: ["09:30-12:00", "12:00-17:30"]})),
    st.lists(WEEKDAYS, min_size=1, unique=True).map(
        lambda days: ("clinic", "team", {"initials": "AB", "weekdays": days})
    ),
    st.just(("clinic", "team", {"initials": "AB", "roles": ["prescriber"]})),
    st.sampled_from([["Blue"], ["Red"]]).map(lambda rooms: ("clinic", "edit", {"rooms": rooms})),
)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory, made_clinic: bytes) -> Line:
    """Two injectors, two rooms, and bookings with both and in both; two at one time from before there were rooms."""
    path = tmp_path_factory.mktemp("busy") / "clinic.db"
    path.touch(0o600)
    path.write_bytes(made_clinic)
    line = Line(file=path)
    do(line, ("clinic", "team", AB))
    for place, injector in enumerate(("MS", "AB")):
        number = ready(line, given_name=f"E{place}", born_on=f"196{place}-01-01")
        planned(line, number, "--start", DAYS[1], "--at", "11:00", "--sessions", 2, "--injector", injector)
    do(line, ("clinic", "edit", {"rooms": ["Blue", "Red"]}))
    for place, day in enumerate(DAYS[:6]):
        number = ready(line, given_name=f"P{place}", born_on=f"197{place}-01-01")
        planned(line, number, "--start", day, "--sessions", 2, "--injector", ("MS", "AB")[place % 2])
        planned(line, number, "--consultation", "--start", day, "--at", "09:30")
    return line


@settings(max_examples=40, deadline=None)
@for_all(steps=st.lists(ANY_STEP, min_size=1, max_size=4))
def test_whatever_changes_the_page_lists_what_the_agenda_marks(
    busy: Line, tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    assert busy.file is not None
    path = tmp_path_factory.mktemp("changed") / "clinic.db"
    path.touch(0o600)
    path.write_bytes(busy.file.read_bytes())
    line = busy.on(path)
    for step in steps:
        tried(line, step)
    marked = [
        (each["patient"], day["date"], ", ".join(each["against"]))
        for day in line.json("agenda", "--days", 60).data["days"]
        for each in day["sessions"]
        if each["against"]
    ]
    found = page(line, "--all")["stranded"]
    listed = [(each["patient"], each["date"], each["what"].partition(": ")[2]) for each in found]
    assert listed == marked
