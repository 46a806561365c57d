"""Every command's JSON: the envelope, the pinned keys, and their types."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.builders import CLINIC, TEAM, ZOE, Line, Result, form, planned, ready, register, screened, untroubled
from tests.cli import shapes

WAIT = {"kind": "duplex", "dated_on": "2026-11-20", "summary": "No reflux."}
Case = tuple[str, Callable[[Line, Path], Result], Any]


def _show(line: Line, *words: object) -> Result:
    return line.json(*words)


def _screen(line: Line, purpose: str) -> Result:
    number = register(line)
    answers = untroubled(form(line, purpose), pregnant="unsure", largest_vein_mm=None) | {"cardiac": "yes"}
    return line.json("screen", number, "--for", purpose, answers=answers)


def _decide(line: Line) -> Result:
    number = register(line)
    screened(line, number, cardiac="yes")
    decision = {"rule": "cardiac", "decision": "proceed", "reason": "Rate controlled."}
    return line.json("decide", number, answers={"prescriber": "MS", "decisions": [decision]})


def _document(line: Line) -> Result:
    number = register(line)
    screened(line, number, varicose_or_cvi="yes")
    return line.json("document", number, answers=WAIT)


def _course(line: Line, *words: object) -> Result:
    number = ready(line)
    planned(line, number, "--sessions", 2)
    return line.json(words[0], number, *words[1:])


def _init(line: Line, tmp_path: Path) -> Result:
    return line.on(tmp_path / "other.db").by(None).json("clinic", "init", answers=CLINIC)


CASES: list[Case] = [
    ("today", lambda line, _: _show(line), {"date": shapes.a_date, "sessions": list, "backup": dict}),
    ("today", lambda line, _: _show(line, "today"), {"date": shapes.a_date, "sessions": list, "backup": dict}),
    ("clinic init", _init, shapes.CLINIC),
    ("clinic show", lambda line, _: _show(line, "clinic", "show"), shapes.CLINIC),
    ("clinic edit", lambda line, _: line.json("clinic", "edit", answers={"phone": "01632 960001"}), shapes.CLINIC),
    ("clinic hours", lambda line, _: _show(line, "clinic", "hours"), shapes.CLINIC),
    ("clinic hours", lambda line, _: line.json("clinic", "hours", answers={"sat": ["09:00-12:00"]}), shapes.CLINIC),
    ("clinic close", lambda line, _: _show(line, "clinic", "close", "2026-12-24"), shapes.CLINIC),
    ("clinic team", lambda line, _: _show(line, "clinic", "team"), shapes.CLINIC),
    ("clinic team", lambda line, _: line.json("clinic", "team", answers={**TEAM[0], "initials": "AB"}), shapes.CLINIC),
    (
        "patient add",
        lambda line, _: (register(line), line.json("patient", "add", answers={**ZOE, "given_name": "Zoe Ann"}))[1],
        {"patient": int, "similar": [shapes.PATIENT]},
    ),
    ("patient edit", lambda line, _: line.json("patient", "edit", register(line), answers={"gp": "Dr Ray"}), {}),
    (
        "patient find",
        lambda line, _: (register(line), line.json("patient", "find", answers={"search": "zoe"}))[1],
        {"patients": shapes.some(shapes.PATIENT)},
    ),
    ("patient find", lambda line, _: (register(line), line.json("patient", "find"))[1], {"patients": [shapes.PATIENT]}),
    ("patient show", lambda line, _: _show(line, "patient", "show", register(line)), shapes.PATIENT),
    (
        "screen",
        lambda line, _: _show(line, "screen", "--form"),
        {"id": str, "version": str, "questions": [shapes.QUESTION]},
    ),
    (
        "screen",
        lambda line, _: _show(line, "screen", "--form", "--for", "session"),
        {"id": str, "version": str, "questions": [shapes.QUESTION]},
    ),
    ("screen", lambda line, _: _screen(line, "intake"), shapes.SCREENING),
    ("screen", lambda line, _: _screen(line, "session"), shapes.SCREENING),
    ("decide", lambda line, _: _decide(line), {"screening": int, "patient": int, "decisions": list}),
    ("document", lambda line, _: _document(line), {"document": int, "patient": int}),
    (
        "plan",
        lambda line, _: _show(line, "plan", ready(line), "--dry-run"),
        {**shapes.PLAN, "course": shapes.maybe(int), "sessions": shapes.some(shapes.PROPOSED)},
    ),
    ("plan", lambda line, _: _show(line, "plan", ready(line), "--yes"), shapes.PLAN),
    ("move", lambda line, _: _course(line, "move", "--session", 1, "--to", "+1d", "--at", "10:00", "--dry-run"), {}),
    ("move", lambda line, _: _course(line, "move", "--session", 2, "--to", "2027-01-05", "--yes"), shapes.CHANGE),
    ("cancel", lambda line, _: _course(line, "cancel", "--session", 1, "--reason", "other", "--yes"), shapes.CHANGE),
    ("agenda", lambda line, _: _agenda(line), shapes.AGENDA),
    ("prepare", lambda line, _: _course(line, "prepare"), shapes.SHEET),
    (
        "aftercare",
        lambda line, _: _show(line, "aftercare", register(line), "--ended", "2026-11-22T15:00"),
        shapes.SHEET,
    ),
    (
        "record backup",
        lambda line, tmp_path: _show(line, "record", "backup", tmp_path / "copies"),
        {"backup": shapes.a_text, "head": shapes.a_head},
    ),
    ("record check", lambda line, _: _show(line, "record", "check"), {"head": shapes.a_head}),
]


def _agenda(line: Line) -> Result:
    planned(line, ready(line), "--start", "2026-11-27")
    return line.json("agenda", "--from", "2026-11-27", "--days", 2)


@pytest.mark.parametrize(("command", "call", "shape"), CASES, ids=[f"{case[0]} {n}" for n, case in enumerate(CASES)])
def test_a_command_answers_in_one_envelope_with_its_pinned_keys(
    run: Line, tmp_path: Path, command: str, call: Callable[[Line, Path], Result], shape: Any
) -> None:
    done = call(run, tmp_path)
    document = done.envelope
    assert list(document) == ["microsclero", "command", "exit_code", "data", "errors"]
    assert (done.code, document["microsclero"], document["command"], document["exit_code"], document["errors"]) == (
        (0, 1, command, 0, [])
    )
    assert shapes.faults(shape, document["data"]) == []


def test_the_items_of_the_aftercare_sheet_are_the_pinned_seven(run: Line) -> None:
    data = run.json("aftercare", register(run), "--ended", "2026-11-22T15:00").data
    assert [item["item"] for item in data["items"]] == [
        "compression",
        "no_rubbing_or_creams",
        "walk",
        "no_vigorous_exercise",
        "no_extreme_heat_or_cold",
        "no_excess_alcohol",
        "keep_clean",
    ]


def test_the_items_of_the_sheet_before_a_session_are_the_pinned_four(run: Line) -> None:
    number = ready(run)
    planned(run, number)
    assert [item["item"] for item in run.json("prepare", number).data["items"]] == [
        "nothing_on_legs",
        "no_waxing_or_other_treatments",
        "no_extreme_heat",
        "stockings_ready",
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("agenda", "--days", "0"), "agenda"),
        (("patient", "show"), "patient show"),
        (("patient", "show", "7"), "patient show"),
        (("plan", "--frob"), "plan"),
        (("plan", "twelve"), "plan"),
        (("frobnicate",), "frobnicate"),
        (("patient", "frobnicate"), "patient"),
        (("record", "backup"), "record backup"),
        (("clinic", "init"), "clinic init"),
    ],
)
def test_an_error_speaks_the_envelope_too(run: Line, words: tuple[str, ...], told: str) -> None:
    done = run.json(*words)
    document = done.envelope
    assert list(document) == ["microsclero", "command", "exit_code", "data", "errors"]
    assert (document["microsclero"], document["command"], document["data"]) == (1, told, {})
    assert document["exit_code"] == done.code != 0
    assert done.err == ""
    assert document["errors"]
    for error in document["errors"]:
        assert shapes.faults({"code": shapes.a_text, "message": shapes.a_text}, error) == []
        assert "\n" not in error["message"]


@pytest.mark.parametrize(
    "words",
    [
        ("agenda", "--days", "0"),
        ("patient", "show"),
        ("patient", "show", "7"),
        ("plan", "--frob"),
        ("plan", "twelve"),
        ("frobnicate",),
        ("patient",),
        ("record", "backup"),
        ("--frob",),
        ("--file",),
    ],
)
def test_without_json_an_error_leaves_the_stream_of_answers_empty(run: Line, words: tuple[str, ...]) -> None:
    done = run(*words)
    assert (done.code in (2, 3), done.out) == (True, "")
    assert done.err.endswith("\n")
    assert "Traceback" not in done.err
    assert len(done.err.splitlines()) == 1
    assert len(done.err) < 200
