"""Which refusal comes first: 2 (line and document), 7, 3, 4, 5, then 2 for a missing --yes; each pair that can meet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import CLINIC, ZOE, Line, Result, planned, ready, register, screened
from tests.chair_builders import THURSDAY, given_at
from tests.response_builders import told

Call = Callable[[Line], Result]

DECISION = {"rule": "cardiac", "decision": "proceed", "reason": "Rate controlled."}
AGREED = {"for": ["treatment"], "given": True, "taken_by": "MS", "method": "paper"}
BRUISE = {"effect": "bruising", "severity": "mild", "noticed_on": "2026-11-22"}
BY_MS = {"prescriber": "MS", "decisions": [DECISION]}
BY_RECEPTION = {"prescriber": "RT", "decisions": [DECISION]}


def gone(line: Line) -> Line:
    """The same line on a file that isn't there."""
    assert line.file is not None
    return line.on(line.file.with_name("gone.db"))


def nobody(line: Line) -> Line:
    return line.by(None)


TWO_BEFORE_SEVEN: dict[str, Call] = {
    "unknown key, patient add": lambda line: gone(line).json("patient", "add", answers={**ZOE, "nickname": "Z"}),
    "missing key, patient add": lambda line: gone(line).json("patient", "add", answers={"given_name": "Zoë"}),
    "unreadable value, patient add": lambda line: gone(line).json("patient", "add", answers={**ZOE, "born_on": "1980"}),
    "unknown key, patient find": lambda line: gone(line).json("patient", "find", answers={"name": "zoe"}),
    "unknown key, patient edit": lambda line: gone(line).json("patient", "edit", 1, answers={"nickname": "Z"}),
    "unknown key, screen": lambda line: gone(line).json("screen", 1, answers={"horoscope": "no"}),
    "unknown key, screen --for": lambda line: gone(line).json(
        "screen", 1, "--for", "intake", answers={"since_last": "no"}
    ),
    "unreadable answer, screen --for": lambda line: gone(line).json(
        "screen", 1, "--for", "intake", answers={"pregnant": "maybe"}
    ),
    "unknown form, screen": lambda line: gone(line).json("screen", 1, "--for", "lunch"),
    "no answers, screen": lambda line: gone(line).json("screen", 1),
    "unknown key, decide": lambda line: gone(line).json("decide", 1, answers={**BY_MS, "mood": "good"}),
    "unknown decision, decide": lambda line: gone(line).json(
        "decide", 1, answers={"prescriber": "MS", "decisions": [{**DECISION, "decision": "perhaps"}]}
    ),
    "unknown rule, decide": lambda line: gone(line).json(
        "decide", 1, answers={"prescriber": "MS", "decisions": [{**DECISION, "rule": "horoscope"}]}
    ),
    "no answers, decide": lambda line: gone(line).json("decide", 1),
    "unknown kind, document": lambda line: gone(line).json(
        "document", 1, answers={"kind": "poem", "dated_on": "2026-11-01", "summary": "x"}
    ),
    "unknown purpose, consent": lambda line: gone(line).json("consent", 1, answers={**AGREED, "for": ["selfies"]}),
    "unknown finding, response": lambda line: gone(line).json("response", 1, answers=told(findings=["rash"])),
    "weeks without a wait, response": lambda line: gone(line).json("response", 1, answers=told(wait_weeks=8)),
    "no answers, response": lambda line: gone(line).json("response", 1),
    "no severity, reaction": lambda line: gone(line).json("reaction", 1, answers={"effect": "x", "noticed_on": "x"}),
    "unknown state, reaction --follow": lambda line: gone(line).json(
        "reaction", 1, "--follow", 1, answers={"state": "fine"}
    ),
    "both, reaction": lambda line: gone(line).json("reaction", 1, "--list", "--follow", 1),
    "no finding, decide on a hold": lambda line: gone(line).json(
        "decide", 1, answers={"prescriber": "MS", "hold": "lift", "reason": "Clear."}
    ),
    "no number at all, batch": lambda line: gone(line).json("batch", ". ."),
    "no reason, batch": lambda line: gone(line).json("batch", "AB-123", "--quarantine"),
    "unreadable start, plan": lambda line: gone(line).json("plan", 1, "--start", "03/04", "--yes"),
    "unreadable time, plan": lambda line: gone(line).json("plan", 1, "--at", "25:00", "--yes"),
    "unreadable days, plan": lambda line: gone(line).json("plan", 1, "--days", "someday", "--yes"),
    "unreadable spacing, plan": lambda line: gone(line).json("plan", 1, "--every", "often", "--yes"),
    "unreadable days off, plan": lambda line: gone(line).json("plan", 1, "--avoid", "2026-12-01..2026-11-01", "--yes"),
    "both, plan": lambda line: gone(line).json("plan", 1, "--yes", "--dry-run"),
    "no patient, plan": lambda line: gone(line).json("plan", "--yes"),
    "nobody at the desk, plan": lambda line: nobody(gone(line)).json("plan", 1, "--yes"),
    "nobody at the desk, patient add": lambda line: nobody(gone(line)).json("patient", "add", answers=ZOE),
    "unreadable day, move": lambda line: gone(line).json("move", 1, "--session", 1, "--to", "2026-02-30", "--yes"),
    "no day, move": lambda line: gone(line).json("move", 1, "--session", 1, "--yes"),
    "unknown reason, cancel": lambda line: gone(line).json("cancel", 1, "--session", 1, "--reason", "rain", "--yes"),
    "neither a session nor the consultation, move": lambda line: gone(line).json(
        "move", 1, "--to", "tomorrow", "--yes"
    ),
    "an override without a time, move": lambda line: gone(line).json(
        "move", 1, "--session", 1, "--to", "tomorrow", "--override", "x", "--yes"
    ),
    "unreadable start, rebook": lambda line: gone(line).json("rebook", 1, "--start", "03/04", "--yes"),
    "both, missed": lambda line: gone(line).json("missed", 1, "--session", 1, "--yes", "--dry-run"),
    "a look without --move, clinic close": lambda line: gone(line).json("clinic", "close", "2026-12-24", "--dry-run"),
    "unreadable day, agenda": lambda line: gone(line).json("agenda", "--from", "someday"),
    "unreadable moment, aftercare": lambda line: gone(line).json("aftercare", 1, "--ended", "2026-11-22"),
    "unreadable hours, clinic close": lambda line: gone(line).json("clinic", "close", "2026-12-24", "--open", "9-12"),
    "unreadable hours, clinic hours": lambda line: gone(line).json("clinic", "hours", answers={"mon": ["09:00"]}),
    "unknown key, clinic edit": lambda line: gone(line).json("clinic", "edit", answers={"motto": "x"}),
    "unknown role, clinic team": lambda line: gone(line).json(
        "clinic", "team", answers={"initials": "AB", "name": "A", "roles": ["king"]}
    ),
    "unknown key, clinic init over a file": lambda line: line.json("clinic", "init", answers={**CLINIC, "motto": "x"}),
    "no prescriber, clinic init over a file": lambda line: line.json(
        "clinic", "init", answers={**CLINIC, "team": [{"initials": "RT", "name": "Ray", "roles": ["injector"]}]}
    ),
    "an answer to what is not shown, screen": lambda line: gone(line).json(
        "screen", 999, "--for", "intake", answers={"pregnant": "no", "pregnancy_test": "negative"}
    ),
    "an answer that no form shows, screen": lambda line: gone(line).json(
        "screen", 999, answers={"pregnant": "no", "pregnancy_test": "negative"}
    ),
    "an end before the start, treat": lambda line: gone(line).json(
        "treat", 999, answers=given_at(THURSDAY, ended_at="2026-11-26T09:00")
    ),
    "unknown part, clinic init over a file": lambda line: line.json(
        "clinic", "init", answers={**CLINIC, "subdivision": "XYZ"}
    ),
}

SEVEN_BEFORE_THREE: dict[str, Call] = {
    "patient show": lambda line: gone(line).json("patient", "show", 999),
    "patient edit": lambda line: gone(line).json("patient", "edit", 999, answers={"gp": "Dr Ray"}),
    "screen": lambda line: gone(line).json("screen", 999, answers={"pregnant": "no"}),
    "decide": lambda line: gone(line).json("decide", 999, answers=BY_MS),
    "consent": lambda line: gone(line).json("consent", 999, answers=AGREED),
    "response": lambda line: gone(line).json("response", 999, answers=told()),
    "response --show": lambda line: gone(line).json("response", 999, "--show"),
    "batch": lambda line: gone(line).json("batch", "AB-123"),
    "reaction": lambda line: gone(line).json("reaction", 999, answers=BRUISE),
    "reaction --list": lambda line: gone(line).json("reaction", 999, "--list"),
    "reaction --yellow-card": lambda line: gone(line).json("reaction", 999, "--yellow-card", 1),
    "plan": lambda line: gone(line).json("plan", 999, "--yes"),
    "plan by a stranger": lambda line: gone(line).by("ZZ").json("plan", 1, "--yes"),
    "move": lambda line: gone(line).json("move", 999, "--session", 1, "--to", "tomorrow", "--yes"),
    "cancel": lambda line: gone(line).json("cancel", 999, "--session", 1, "--reason", "other", "--yes"),
    "missed": lambda line: gone(line).json("missed", 999, "--session", 1, "--yes"),
    "rebook": lambda line: gone(line).json("rebook", 999, "--yes"),
    "prepare": lambda line: gone(line).json("prepare", 999),
    "aftercare": lambda line: gone(line).json("aftercare", 999, "--ended", "2026-11-22T15:00"),
    "record backup": lambda line: gone(line).json("record", "backup", "/tmp"),
    "record check": lambda line: gone(line).json("record", "check"),
    "record history": lambda line: gone(line).json("record", "history", 999),
    "record undo": lambda line: gone(line).json("record", "undo", "--reason", "wrong", "--change", 999, "--yes"),
    "today": lambda line: gone(line).json("today"),
}


def undecided(line: Line) -> int:
    number = register(line)
    screened(line, number, dvt_ever="yes", cardiac="yes")
    return number


THREE_BEFORE_FOUR: dict[str, Call] = {
    "nobody of that number can be planned": lambda line: line.json("plan", 999, "--yes"),
    "an injector who doesn't exist, for a patient who can't be planned": lambda line: line.json(
        "plan", register(line), "--injector", "ZZ", "--yes"
    ),
    "a decision by a stranger, while a bar stands": lambda line: line.json(
        "decide", undecided(line), answers={**BY_MS, "prescriber": "ZZ"}
    ),
    "a decision by reception, on a patient who doesn't exist": lambda line: line.json(
        "decide", 999, answers=BY_RECEPTION
    ),
    "a decision by reception, on a patient never screened": lambda line: line.json(
        "decide", register(line), answers=BY_RECEPTION
    ),
    "a response of nobody, to nothing that was given": lambda line: line.json("response", 999, answers=told()),
    "a stranger at the desk, for a patient who can't be planned": lambda line: line.by("ZZ").json(
        "plan", register(line), "--yes"
    ),
    "a session that doesn't exist, to a closed day": lambda line: line.json(
        "move", with_course(line), "--session", 9, "--to", "2026-12-25", "--yes"
    ),
}


def with_course(line: Line, *words: object) -> int:
    number = ready(line)
    planned(line, number, "--start", "2026-11-27", *words)
    return number


def put_off(line: Line) -> int:
    number = with_course(line)
    assert line.json("cancel", number, "--session", 2, "--reason", "patient_ill", "--yes").code == 0
    return number


def neighbour(line: Line, *words: object) -> int:
    """A second patient with a course of their own."""
    number = ready(line, given_name="Ann", family_name="Other", born_on="1970-01-01")
    planned(line, number, *words)
    return number


def too_soon_and_taken(line: Line) -> Result:
    number = with_course(line, "--at", "09:00")
    neighbour(line, "--start", "2026-12-01", "--at", "10:00", "--sessions", 1)
    return line.json("move", number, "--session", 2, "--to", "2026-12-01", "--at", "10:00", "--yes")


FOUR_BEFORE_FIVE: dict[str, Call] = {"too soon, and taken": too_soon_and_taken}


def taken_without_yes(line: Line) -> Result:
    number = with_course(line, "--at", "09:00", "--sessions", 2)
    neighbour(line, "--start", "2026-12-31", "--at", "10:00", "--sessions", 1)
    return line.json("move", number, "--session", 2, "--to", "2026-12-31", "--at", "10:00")


FIVE_BEFORE_YES: dict[str, Call] = {"taken, and no --yes": taken_without_yes}

FOUR_BEFORE_YES: dict[str, Call] = {
    "not begun, and no --yes": lambda line: line.json("missed", with_course(line), "--session", 1),
    "nothing waits, and no --yes": lambda line: line.json("rebook", with_course(line)),
    "never screened, and no --yes": lambda line: line.json("plan", register(line)),
    "closed, and no --yes": lambda line: line.json("move", with_course(line), "--session", 2, "--to", "2026-12-26"),
}
THREE_BEFORE_YES: dict[str, Call] = {
    "no such patient, and no --yes": lambda line: line.json("plan", 999),
    "no such session, and no --yes": lambda line: line.json(
        "cancel", with_course(line), "--session", 9, "--reason", "other"
    ),
}
SEVEN_BEFORE_YES: dict[str, Call] = {"no file, and no --yes": lambda line: gone(line).json("plan", 1)}
YES_LAST: dict[str, Call] = {
    "plan": lambda line: line.json("plan", ready(line)),
    "move": lambda line: line.json("move", with_course(line), "--session", 1, "--to", "2026-11-26"),
    "cancel": lambda line: line.json("cancel", with_course(line), "--session", 1, "--reason", "other"),
    "rebook": lambda line: line.json("rebook", put_off(line)),
    "clinic close": lambda line: (with_course(line), line.json("clinic", "close", "2026-11-27", "--move"))[1],
}
TABLES: tuple[tuple[int, dict[str, Call]], ...] = (
    (2, TWO_BEFORE_SEVEN),
    (7, SEVEN_BEFORE_THREE),
    (3, THREE_BEFORE_FOUR),
    (4, FOUR_BEFORE_FIVE),
    (5, FIVE_BEFORE_YES),
    (4, FOUR_BEFORE_YES),
    (3, THREE_BEFORE_YES),
    (7, SEVEN_BEFORE_YES),
    (2, YES_LAST),
)
CASES = [pytest.param(code, call, id=f"{code} {name}") for code, table in TABLES for name, call in table.items()]


@pytest.mark.parametrize(("code", "call"), CASES)
def test_of_two_refusals_the_earlier_in_the_order_is_told(run: Line, code: int, call: Call) -> None:
    done = call(run)
    assert (done.code, done.envelope["exit_code"]) == (code, code), done
    assert not gone(run).file.exists()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "words",
    [
        ("plan", 1, "--sessions", 1),
        ("move", 2, "--session", 1, "--to", "2026-11-26"),
        ("cancel", 2, "--session", 1, "--reason", "other"),
    ],
    ids=str,
)
@pytest.mark.parametrize("more", [(), ("--dry-run",)], ids=str)
def test_nothing_is_saved_without_yes_and_nothing_by_a_dry_run(
    run: Line, clinic_file: Path, words: tuple[object, ...], more: tuple[str, ...]
) -> None:
    assert (ready(run), neighbour(run, "--start", "2026-11-27")) == (1, 2)
    before = clinic_file.read_bytes()
    done = run.json(*words, *more)
    assert (done.code, done.codes) == ((0, []) if more else (2, ["yes_missing"]))
    assert clinic_file.read_bytes() == before


@pytest.mark.parametrize("words", [("plan", 1), ("move", 2, "--session", 1, "--to", "2026-11-26")], ids=str)
def test_looking_only_needs_nobody_at_the_desk(run: Line, words: tuple[object, ...]) -> None:
    assert (ready(run), neighbour(run, "--start", "2026-11-27")) == (1, 2)
    assert run.by(None).json(*words, "--dry-run").code == 0
