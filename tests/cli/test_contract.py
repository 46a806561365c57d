"""Every command's JSON: the envelope, the pinned keys, and their types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import CLINIC, TEAM, ZOE, Line, Result, form, planned, ready, register, screened, untroubled
from tests.chair_builders import THURSDAY, in_the_chair, treat
from tests.cli import shapes
from tests.described import undescribed
from tests.picture_builders import a_jpeg, agreed, put
from tests.response_builders import in_course, on_day, respond

AGREED = {"for": ["treatment", "portfolio"], "given": True, "taken_by": "MS", "method": "screen"}
BRUISE = {"effect": "bruising", "severity": "mild", "noticed_on": "2026-11-22"}
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


def _respond(line: Line) -> Result:
    number, last_on = in_course(line, 1)
    return respond(on_day(line, last_on + timedelta(weeks=4)), number, "wait", findings=["ulcer"])


def _reaction(line: Line, *words: object, answers: Any = None) -> Result:
    number = register(line)
    assert line.json("reaction", number, answers={**BRUISE, "effect": "calf_pain"}).code == 0
    return line.json("reaction", number, *words, answers=answers)


def _hold_lifted(line: Line) -> Result:
    number = register(line)
    assert line.json("reaction", number, answers={**BRUISE, "effect": "calf_pain"}).code == 0
    word = {"prescriber": "MS", "hold": "lift", "finding": "dvt", "reason": "Duplex."}
    return line.json("decide", number, answers=word)


def _document(line: Line) -> Result:
    number = register(line)
    screened(line, number, varicose_or_cvi="yes")
    return line.json("document", number, answers=WAIT)


def _screened_again(line: Line) -> Result:
    number = _decided_on_paper(line)
    answers = untroubled(form(line), varicose_or_cvi="unsure", cardiac="yes")
    return line.json("screen", number, answers=answers)


def _call(line: Line) -> Result:
    number = register(line)
    screened(line, number, cardiac="yes")
    return line.json("call", number, "--outcome", "put_off", "--until", "wed")


def _course(line: Line, *words: object) -> Result:
    number = ready(line)
    planned(line, number, "--sessions", 2)
    return line.json(words[0], number, *words[1:])


def _after_the_first(line: Line, *words: object) -> Result:
    """The same course once its first session has begun."""
    number = ready(line)
    day = datetime.fromisoformat(f"{planned(line, number, '--sessions', 2)['sessions'][0]['date']}T18:00+00:00")
    return line.at(day).json(words[0], number, *words[1:], "--yes")


def _put_off(line: Line) -> Result:
    number = ready(line)
    planned(line, number)
    assert line.json("cancel", number, "--session", 2, "--reason", "patient_ill", "--yes").code == 0
    return line.json("rebook", number, "--start", "2027-01-04", "--yes")


def _closed(line: Line) -> Result:
    planned(line, ready(line))
    return line.json("clinic", "close", "2026-11-23", "--move", "--yes")


def _away(line: Line) -> Result:
    planned(line, ready(line))
    return line.json("clinic", "away", "MS", "2026-11-23", "--move", "--yes")


def _init(line: Line, tmp_path: Path) -> Result:
    return line.on(tmp_path / "other.db").by(None).json("clinic", "init", answers=CLINIC)


def _decided_on_paper(line: Line, number: int | None = None) -> int:
    number = number or register(line)
    screened(line, number, varicose_or_cvi="yes")
    assert line.json("document", number, answers=WAIT).code == 0
    decision = {"rule": "varicose_or_cvi", "decision": "proceed", "reason": "No reflux."}
    assert line.json("decide", number, answers={"prescriber": "MS", "decisions": [decision]}).code == 0
    return number


def _busy_day(line: Line, *words: object) -> Result:
    """Monday: one comes, one is to be rung, one is for review, one is deferred until today, one was not recorded."""
    people = [ready(line, given_name=name, born_on=f"197{n}-01-01") for n, name in enumerate(("Ann", "Bea", "Cleo"))]
    for number, day in zip(people, ("2026-11-30", "2026-12-02", "2026-11-27"), strict=True):
        planned(line, number, "--start", day, "--sessions", 1)
    screened(line, people[0], "session", cardiac="yes")
    screened(line, register(line, given_name="Dot"), cardiac="yes")
    until = {"recently_pregnant": "yes", "recently_pregnant_ended_on": "2026-08-30"}
    screened(line, register(line, given_name="Eve"), **until)
    return line.at(line.now.replace(day=30)).json(*words)


BUSY = {
    name: shapes.some(shapes.TODAY[name][0])
    for name in ("sessions", "preparation_calls", "deferrals", "reviews", "not_recorded")
}
CASES: list[Case] = [
    ("today", lambda line, _: _show(line), shapes.TODAY),
    ("today", lambda line, _: _busy_day(line, "today", "--all"), {**shapes.TODAY, **BUSY}),
    ("today", lambda line, _: _busy_day(line, "today", "--initials"), {**shapes.TODAY, **BUSY}),
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
    (
        "patient edit",
        lambda line, _: line.json("patient", "edit", register(line), answers={"gp": "Dr Ray"}),
        {"patient": int, "similar": [shapes.PATIENT], "remarks": [shapes.a_text]},
    ),
    (
        "patient find",
        lambda line, _: (register(line), line.json("patient", "find", answers={"search": "zoe"}))[1],
        {"patients": shapes.some(shapes.PATIENT)},
    ),
    ("patient find", lambda line, _: (register(line), line.json("patient", "find"))[1], {"patients": [shapes.PATIENT]}),
    ("patient show", lambda line, _: _show(line, "patient", "show", register(line)), shapes.PATIENT),
    (
        "patient show",
        lambda line, _: _show(line, "patient", "show", _decided_on_paper(line)),
        {**shapes.RECORD, "documents": shapes.some(shapes.RECORD["documents"][0])},
    ),
    ("patient show", lambda line, _: _with_a_reaction(line, "patient", "show"), {"open_reactions": shapes.some(dict)}),
    ("reaction", lambda line, _: _with_a_reaction(line, "reaction", "--list"), {"holds": shapes.some(dict)}),
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
    ("screen", lambda line, _: _screened_again(line), {**shapes.SCREENING, "lapsed": shapes.some(shapes.LAPSED)}),
    (
        "screen",
        lambda line, _: _show(line, "screen", _decided_on_paper(line, ready(line)), "--reprint"),
        shapes.REPRINT,
    ),
    ("decide", lambda line, _: _decide(line), {"screening": int, "patient": int, "decisions": list}),
    ("document", lambda line, _: _document(line), {"document": int, "patient": int}),
    ("treat", lambda line, _: treat(line, in_the_chair(line)), shapes.TREATED),
    ("treat", lambda line, _: line.at(THURSDAY).json("treat", in_the_chair(line), "--check"), shapes.CHECK),
    ("clinic product", lambda line, _: line.json("clinic", "product", "fibrovein"), shapes.PRODUCT),
    ("consent", lambda line, _: line.json("consent", register(line), answers=AGREED), shapes.CONSENT),
    ("reaction", lambda line, _: line.json("reaction", register(line), answers=BRUISE), shapes.REACTION),
    ("reaction", lambda line, _: _reaction(line, "--follow", 1, answers={"state": "worse"}), shapes.FOLLOWED),
    ("reaction", lambda line, _: _reaction(line, "--list"), shapes.REACTIONS),
    ("reaction", lambda line, _: _reaction(line, "--yellow-card", 1), {"reaction": int, "yellow_card": shapes.a_text}),
    ("decide", lambda line, _: _hold_lifted(line), shapes.HOLD_SETTLED),
    ("response", lambda line, _: _respond(line), shapes.RESPONSE),
    ("batch", lambda line, _: line.json("batch", "AB-123", "--quarantine", "--reason", "Cloudy."), shapes.BATCH),
    (
        "plan",
        lambda line, _: _show(line, "plan", ready(line), "--dry-run"),
        {**shapes.PLAN, "course": shapes.maybe(int), "sessions": shapes.some(shapes.PROPOSED)},
    ),
    ("plan", lambda line, _: _show(line, "plan", ready(line), "--yes"), shapes.PLAN),
    ("plan", lambda line, _: _show(line, "plan", ready(line), "--why"), {**shapes.WHY, "first_possible": dict}),
    (
        "plan",
        lambda line, _: _show(line, "plan", register(line), "--why"),
        {**shapes.WHY, "reasons": shapes.some(shapes.REASON)},
    ),
    (
        "plan",
        lambda line, _: _show(line, "plan", ready(line), "--by", "2027-06-12", "--dry-run"),
        {"by": shapes.BY, "sessions": shapes.some({"rolled": [shapes.a_text], "override_reason": shapes.maybe(str)})},
    ),
    (
        "plan",
        lambda line, _: _show(line, "plan", ready(line), "--consultation", "--yes"),
        {"course": shapes.maybe(int), "sessions": shapes.some({**shapes.SESSION, "number": shapes.maybe(int)})},
    ),
    (
        "patient event",
        lambda line, _: _show(line, "patient", "event", ready(line), "--on", "2027-06-12", "--what", "wedding"),
        shapes.EVENTS,
    ),
    (
        "move",
        lambda line, _: _course(line, "move", "--session", 1, "--to", "tomorrow", "--at", "10:00", "--dry-run"),
        {},
    ),
    ("move", lambda line, _: _course(line, "move", "--session", 2, "--to", "2027-01-05", "--yes"), shapes.CHANGE),
    ("cancel", lambda line, _: _course(line, "cancel", "--session", 1, "--reason", "other", "--yes"), shapes.CHANGE),
    ("missed", lambda line, _: _after_the_first(line, "missed", "--session", 1), shapes.CHANGE),
    ("rebook", lambda line, _: _put_off(line), {**shapes.CHANGE, "changed": shapes.some(shapes.MOVED)}),
    (
        "clinic close",
        lambda line, _: _closed(line),
        {**shapes.CLINIC, "changes": shapes.some(shapes.CHANGE), "still_booked": [dict], "remarks": [str]},
    ),
    (
        "clinic away",
        lambda line, _: _away(line),
        {**shapes.AWAY, "changes": shapes.some(shapes.CHANGE), "still_booked": [dict]},
    ),
    ("call", lambda line, _: _call(line), shapes.CALL),
    ("agenda", lambda line, _: _agenda(line), shapes.AGENDA),
    ("prepare", lambda line, _: _course(line, "prepare"), shapes.SHEET),
    (
        "aftercare",
        lambda line, _: _show(line, "aftercare", register(line), "--ended", "2026-11-22T15:00"),
        shapes.SHEET,
    ),
    ("photo add", lambda line, tmp_path: _photos(line, tmp_path, "add"), {"photos": shapes.some(shapes.PHOTO)}),
    ("photo list", lambda line, tmp_path: _photos(line, tmp_path, "list", 1), {"photos": shapes.some(shapes.PHOTO)}),
    (
        "photo compare",
        lambda line, tmp_path: _photos(line, tmp_path, "compare", 1, "--pdf", tmp_path / "page.pdf"),
        {
            "patient": int,
            "pdf": shapes.a_text,
            "places": shapes.some({**shapes.VIEW, "photos": shapes.some(shapes.COMPARED)}),
        },
    ),
    (
        "photo portfolio",
        lambda line, tmp_path: _photos(line, tmp_path, "portfolio", "--pdf", tmp_path / "page.pdf"),
        {"pdf": shapes.a_text, "pairs": shapes.some(shapes.PAIR), "patients": int, "unplaced": int},
    ),
    (
        "photo verify",
        lambda line, tmp_path: _photos(line, tmp_path, "verify"),
        {"ok": bool, "photos": int, "bytes": int},
    ),
    (
        "photo show",
        lambda line, tmp_path: _photos(line, tmp_path, "show", 1),
        {**shapes.PHOTO, "to": shapes.maybe(shapes.a_text)},
    ),
    (
        "record backup",
        lambda line, tmp_path: _show(line, "record", "backup", tmp_path / "copies"),
        {"backup": shapes.a_text, "head": shapes.a_head, "remarks": shapes.some(shapes.a_text)},
    ),
    ("record check", lambda line, _: _show(line, "record", "check"), {"head": shapes.a_head}),
]


def _with_a_reaction(line: Line, *words: object) -> Result:
    """One that holds the course, followed and kept on hold by a prescriber; then the page."""
    number = register(line)
    assert line.json("reaction", number, answers={**BRUISE, "effect": "calf_pain"}).code == 0
    assert line.json("reaction", number, "--follow", 1, answers={"state": "same"}).code == 0
    kept = {"prescriber": "MS", "hold": "keep", "finding": "other", "reason": "Scan on Tuesday."}
    assert line.json("decide", number, answers=kept).code == 0
    return line.json(*words[:2], number) if words[0] == "patient" else line.json(words[0], number, *words[1:])


def _photos(line: Line, tmp_path: Path, verb: str, *words: object) -> Result:
    """Two photographs that may be shown, before and after; then the verb."""
    number = register(line)
    agreed(line, number, "photo_record", "portfolio")
    added = [
        line.json("photo", "add", number, put(tmp_path, f"{stage}.jpg", a_jpeg(n)), "--leg", "left", "--stage", stage)
        for n, stage in enumerate(("before", "after"))
    ]
    return added[-1] if verb == "add" else line.json("photo", verb, *words)


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
    assert undescribed(command, document["data"]) == [], "docs/json.md leaves these out"


def test_a_screening_says_what_is_booked_and_which_options_were_talked_about(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--sessions", 3)
    data = screened(run, number, discussed_laser="discussed", discussed_nothing="discussed", dvt_ever="yes")
    assert (data["planned_sessions"], data["options_discussed"]) == (3, ["laser", "nothing"])
    fresh = screened(run, register(run, given_name="Ann"), discussed_laser=None, discussed_nothing=None)
    assert fresh["planned_sessions"] == 0
    assert {"laser", "nothing"}.isdisjoint(fresh["options_discussed"])


def test_the_record_says_what_was_decided_and_what_a_document_says(run: Line) -> None:
    data = run.json("patient", "show", _decided_on_paper(run)).data
    assert data["screenings"][0]["decisions"] == ["varicose_or_cvi: proceed (MS), No reflux."]
    assert [(each["kind"], each["dated_on"], each["summary"]) for each in data["documents"]] == (
        [("duplex", "2026-11-20", "No reflux.")]
    )


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
