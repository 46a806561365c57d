"""Calls: noted with the line they are about; an attempt changes how a line is shown, never whether it is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from tests.builders import Line, planned, ready, register, screened
from tests.cli.sitting import Person, left_unfinished
from tests.cli.worklist import (
    DECEMBER,
    LISTS,
    OUTCOMES,
    SETTLING,
    TUESDAY_24,
    a_worked_list,
    call,
    deferred,
    lines,
    missed,
    on,
    patients,
    standing,
)

# ── attempts ──


@pytest.mark.parametrize("about", LISTS)
def test_no_attempt_takes_a_line_away_but_being_reached_to_prepare_and_wanting_no_new_date(
    run: Line, about: str
) -> None:
    found = a_worked_list(run)
    there = on(run, DECEMBER)
    before = standing(there)
    settling = [outcome for outcome in OUTCOMES if (about, outcome) in SETTLING]
    in_order = [*(each for each in OUTCOMES if each not in settling), *settling]
    for attempts, outcome in enumerate(in_order, 1):
        until = ("--until", "2026-12-30") if outcome == "put_off" else ()
        done = call(there, found[about], about, outcome, *until).data
        assert (done["patient"], done["about"], done["outcome"], done["attempts"]) == (
            (found[about], about, outcome, attempts)
        )
        assert done["still_open"] == ((about, outcome) not in SETTLING)
        gone = {**before, about: []} if (about, outcome) in SETTLING else before
        assert standing(there) == gone
        if done["still_open"]:
            (line,) = lines(there, about)
            assert (line["attempts"], line["last_attempt"]["outcome"]) == (attempts, outcome)
            assert (line["last_attempt"]["who"], line["last_attempt"]["at"]) == ("MS", f"{DECEMBER}T08:00:00+00:00")


@pytest.fixture(scope="module")
def worked_list(tmp_path_factory: pytest.TempPathFactory, made_clinic: bytes) -> tuple[Line, dict[str, int]]:
    path = tmp_path_factory.mktemp("worked") / "clinic.db"
    path.touch(0o600)
    path.write_bytes(made_clinic)
    line = Line(file=path)
    return on(line, DECEMBER), a_worked_list(line)


@settings(max_examples=25, deadline=None)
@for_all(attempts=st.lists(st.tuples(st.sampled_from(sorted(LISTS)), st.sampled_from(OUTCOMES)), max_size=9))
def test_whatever_is_tried_in_whatever_order_a_line_leaves_only_with_its_cause(
    worked_list: tuple[Line, dict[str, int]],
    tmp_path_factory: pytest.TempPathFactory,
    attempts: list[tuple[str, str]],
) -> None:
    line, found = worked_list
    assert line.file is not None
    path = tmp_path_factory.mktemp("tried") / "clinic.db"
    path.touch(0o600)
    path.write_bytes(line.file.read_bytes())
    there = line.on(path)
    expected = set(found)
    for about, outcome in attempts:
        done = call(there, found[about], about, outcome, *(("--until", "2026-12-30") if outcome == "put_off" else ()))
        comes_back = (about, outcome) == ("new_date", "reached")
        assert done.code == (0 if about in expected or comes_back else 3)
        if (about, outcome) in SETTLING:
            expected.discard(about)
        elif comes_back:
            expected.add(about)
    assert standing(there) == {about: [number] if about in expected else [] for about, number in found.items()}


# ── put off ──


def test_a_line_put_off_stands_last_until_its_day(run: Line) -> None:
    first, second = deferred(run, given_name="Ann"), deferred(run, given_name="Bea", born_on="1971-01-01")
    there = on(run, "2026-12-28")
    assert patients(there, "deferral") == [first, second]
    assert call(there, first, "deferral", "put_off", "--until", "2026-12-30").data["still_open"] is True
    assert [(each["patient"], each["put_off_until"]) for each in lines(there, "deferral")] == [
        (second, None),
        (first, "2026-12-30"),
    ]
    assert "put off until Wed 30 Dec 2026" in there("today").out
    assert patients(on(run, "2026-12-29", "23:59"), "deferral") == [second, first]
    back = on(run, "2026-12-30", "00:01")
    assert [(each["patient"], each["put_off_until"]) for each in lines(back, "deferral")] == [
        (first, None),
        (second, None),
    ]
    assert "put off until" not in back("today").out


def test_a_message_left_may_say_when_to_ring_again(run: Line) -> None:
    number = deferred(run)
    there = on(run, "2026-12-28")
    assert call(there, number, "deferral", "message_left", "--until", "fri").data["still_open"] is True
    assert [each["put_off_until"] for each in lines(there, "deferral")] == ["2027-01-01"]
    assert "    1 attempt Mon 28 Dec 2026: message left, put off until Fri 1 Jan 2027\n" in there("today").out


@pytest.mark.parametrize("until", ["2026-12-28", "2026-12-29", "today"])
def test_nothing_is_put_off_to_a_day_that_is_not_to_come(run: Line, until: str) -> None:
    number = deferred(run)
    done = call(on(run, "2026-12-29"), number, "deferral", "put_off", "--until", until)
    assert (done.code, done.codes) == (2, ["in_the_past"])


@pytest.mark.parametrize(
    ("until", "code", "codes"),
    [("2026-12-02", 0, []), ("2026-12-03", 4, ["too_late"]), ("2026-12-04", 4, ["too_late"])],
)
def test_a_preparation_call_is_put_off_to_before_the_session_or_not_at_all(
    run: Line, until: str, code: int, codes: list[str]
) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-03", "--sessions", 1)
    there = on(run, "2026-12-01")
    done = call(there, number, "preparation", "put_off", "--until", until)
    assert (done.code, done.codes) == (code, codes)
    assert [each["attempts"] for each in lines(there, "preparation")] == [1 if code == 0 else 0]


# ── a number that is wrong ──


def test_a_wrong_number_is_shown_with_every_line_until_it_is_corrected(run: Line) -> None:
    number = missed(run)
    screened(run, number, "session", cardiac="yes")
    evening = on(run, TUESDAY_24, "18:00")
    assert call(evening, number, "new_date", "wrong_number").code == 0
    wrong = f"phone number wrong: microsclero patient edit {number}"

    def shown() -> tuple[list[bool], list[bool], int]:
        return (
            [each["phone_wrong"] for each in lines(evening, "new_date")],
            [each["phone_wrong"] for each in lines(evening, "review")],
            evening("today").out.count(wrong),
        )

    assert shown() == ([True], [True], 2)
    assert evening.json("patient", "edit", number, answers={"gp": "Dr Ray"}).code == 0
    assert shown() == ([True], [True], 2)
    assert evening.json("patient", "edit", number, answers={"phone": "07700 900999"}).code == 0
    assert shown() == ([False], [False], 0)
    assert call(evening, number, "new_date", "wrong_number").code == 0
    assert shown() == ([True], [True], 2), "the new one is wrong as well"
    assert call(evening, number, "new_date", "no_answer").code == 0
    assert shown() == ([True], [True], 2), "nobody answered: that tells nothing of the number"
    assert call(evening, number, "new_date", "reached").code == 0
    assert shown() == ([False], [False], 0)


# ── the verb itself ──


def test_the_one_line_that_is_open_need_not_be_named(run: Line) -> None:
    number = missed(run)
    evening = on(run, TUESDAY_24, "18:00")
    done = evening.json("call", number, "--outcome", "no_answer").data
    assert (done["about"], done["contact"], done["attempts"]) == ("new_date", 1, 1)
    assert evening.json("call", number, "--outcome", "message_left").data["attempts"] == 2
    told = evening("call", number, "--outcome", "no_answer")
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines() == [
        f"Noted · patient {number}, new date: no answer",
        "  session 1 missed · Tue 24 Nov 2026 · 07700 900123",
        "    3 attempts, last Tue 24 Nov 2026: no answer",
        f"Still open. Next: microsclero rebook {number}",
    ]


def open_twice(line: Line) -> int:
    """A patient of whom two kinds of lines are open."""
    number = missed(line)
    screened(line, number, "session", cardiac="yes")
    return number


REFUSED: dict[str, tuple[Callable[[Line], tuple[object, ...]], int, str]] = {
    "nobody of that number": (lambda _: (999, "--outcome", "reached"), 3, "not_found"),
    "nothing open": (lambda line: (register(line), "--outcome", "reached"), 3, "no_open_line"),
    "nothing open of that kind": (
        lambda line: (missed(line), "--about", "response", "--outcome", "reached"),
        3,
        "no_open_line",
    ),
    "two kinds open and none named": (lambda line: (open_twice(line), "--outcome", "reached"), 2, "about_missing"),
    "a kind nobody knows": (lambda line: (missed(line), "--about", "lunch", "--outcome", "reached"), 2, "unreadable"),
    "an outcome nobody knows": (lambda line: (missed(line), "--outcome", "maybe"), 2, "unreadable"),
    "no outcome off a terminal": (lambda line: (missed(line),), 2, "missing_answer"),
    "put off without a day": (lambda line: (missed(line), "--outcome", "put_off"), 2, "missing_answer"),
    "reached, and yet to be rung": (
        lambda line: (missed(line), "--outcome", "reached", "--until", "tomorrow"),
        2,
        "usage",
    ),
    "a day nobody can read": (
        lambda line: (missed(line), "--outcome", "put_off", "--until", "someday"),
        2,
        "unreadable",
    ),
    "a note that acts": (lambda line: (missed(line), "--outcome", "reached", "--note", "\x1b[2J"), 2, "unreadable"),
    "a note too long": (lambda line: (missed(line), "--outcome", "reached", "--note", "x" * 2001), 2, "unreadable"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_call_that_cannot_be_noted_is_refused_in_a_sentence_and_nothing_is_saved(run: Line, name: str) -> None:
    words, code, reason = REFUSED[name]
    line = on(run, TUESDAY_24, "18:00")
    given = words(run)
    assert run.file is not None
    before = run.file.read_bytes()
    done = line.json("call", *given)
    assert (done.code, done.codes) == (code, [reason])
    assert "Weiß" not in done.out
    assert run.file.read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [("--outcome", "maybe"), ("--about", "lunch", "--outcome", "reached"), ("--outcome", "put_off"), ()],
    ids=str,
)
def test_what_the_line_alone_shows_is_refused_before_the_file_is_looked_for(
    run: Line, tmp_path: Path, words: tuple[object, ...]
) -> None:
    gone = run.on(tmp_path / "gone.db")
    assert gone.json("call", 1, *words).code == 2
    assert gone.json("call", 1, "--outcome", "reached").code == 7
    assert gone.by(None).json("call", 1, "--outcome", "reached").codes == ["who_missing"]


def test_a_line_that_went_while_somebody_was_on_the_phone_is_a_conflict(
    run: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    from microsclero.desk import calling

    number = missed(run)
    evening = on(run, TUESDAY_24, "18:00")
    note_call = calling.note_call

    def late(*given: Any, **more: Any) -> Any:
        assert evening.json("rebook", number, "--yes").code == 0
        return note_call(*given, **more)

    monkeypatch.setattr(calling, "note_call", late)
    done = call(evening, number, "new_date", "wants_no_more")
    assert (done.code, done.codes) == (5, ["changed_meanwhile"])
    assert [each["attempts"] for each in lines(evening, "new_date")] == []


# ── at a terminal ──


ASKED = r"What came of it\?\r\n.*q stop\r\n  > "


@pytest.mark.parametrize(
    ("key", "outcome"), [("r", "reached"), ("n", "no_answer"), ("m", "message_left"), ("w", "wrong_number")]
)
def test_what_came_of_a_call_is_one_key(now: Line, key: str, outcome: str) -> None:
    number = register(now)
    screened(now, number, cardiac="yes")
    with Person("call", number, file=now.file) as person:
        person.sees("About review: intake screening")
        person.sees(ASKED)
        person.press("x")
        person.sees(ASKED)
        person.press(key)
        code, told = person.leaves()
    assert (code, f"Still open. Next: microsclero decide {number}" in told) == (0, True)
    (line,) = lines(now, "review")
    assert (line["attempts"], line["last_attempt"]["outcome"]) == (1, outcome)


def test_putting_off_asks_until_when_and_q_notes_nothing(now: Line) -> None:
    number = register(now)
    screened(now, number, cardiac="yes")
    left_unfinished(now, number, "session", {"pregnant": "no"})
    with Person("call", number, file=now.file) as person:
        person.sees("2  intake: session questionnaire unfinished")
        person.sees(r"Rung about which\?.*> ")
        person.press("2")
        person.sees(ASKED)
        person.press("p")
        person.sees("Until when.*: |Until when.*[?] ")
        person.type("yesterday")
        person.sees("is not a date")
        person.type("")
        person.sees(ASKED)
        person.press("p")
        person.sees("Until when")
        person.type("tomorrow")
        assert person.leaves()[0] == 0
    assert [each["last_attempt"]["outcome"] for each in lines(now, "intake")] == ["put_off"]
    with Person("call", number, "--about", "review", file=now.file) as person:
        person.sees(ASKED)
        person.press("q")
        code, told = person.leaves()
    assert (code, "Nothing was noted." in told) == (1, True)
    assert [each["attempts"] for each in lines(now, "review")] == [0]
