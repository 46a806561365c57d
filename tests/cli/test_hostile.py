"""Text from a person is text: it comes out as it went in, or is refused in one sentence that doesn't repeat it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import ZOE, Line, Result, form, planned, ready, register, screened, untroubled

CANARY = "Canary77"
HARMLESS = [
    "[lidocaine]",
    "[/red]",
    "[bold red]x[/]",
    ":smile:",
    "{0.__class__}",
    "%s%n%x",
    "${HOME} $(id) `id`",
    "Robert'); DROP TABLE patient;--",
    '" or 1=1 --',
    "O'Brien-Łuczak",
    "محمد",
    "שרה כהן",
    "李小龍",
    "Zoë Ángström-ß",
    "--json",
    "-n",
    "@file",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "a\\u001bb",
    "\\N{BULLET}",
    "👩‍⚕️ Anna",
    "می‌خواهم",
    "NULL",
    "None",
    "0",
]
REFUSED = [
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "a\x00b",
    "a\x07b",
    "a\x7fb",
    "a\x9bb",
    "line\nbreak",
    "tab\there",
    "return\rhere",
    "\u202egnirts",
    "\u2066isolated\u2069",
    "\u200e",
    "a\u200bb",
    "\ufeff",
    "a\u2028b",
    "\ue000",
    "\U000e0041",
    "\ud800",
    "e" + "\u0301" * 40,
    "\u3164",
    "x" * 201,
    " ",
    "",
]


def assert_one_sentence(done: Result, code: int = 2) -> None:
    """Refused: that exit code, nothing on stdout, one line on stderr that holds no control character."""
    assert (done.code, done.out, len(done.err.splitlines())) == (code, "", 1), done
    assert done.err[:-1].isprintable()
    assert len(done.err) < 500
    assert "Traceback" not in done.err


@pytest.mark.parametrize("name", HARMLESS)
def test_a_name_comes_out_exactly_as_it_went_in(run: Line, name: str) -> None:
    number = register(run, given_name=name, family_name=name, allergies=name, notes=name)
    shown = run.json("patient", "show", number).data
    assert (shown["given_name"], shown["family_name"], shown["allergies"], shown["notes"]) == (name, name, name, name)
    screened(run, number)
    planned(run, number, "--start", "2026-11-23", "--sessions", 1)
    monday = run.at(run.now.replace(day=23))
    for words in (("patient", "show", number), ("patient", "find"), ("agenda",), ("today",), ("prepare", number)):
        told = monday(*words)
        assert told.code == 0
        assert name in told.out.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize("name", REFUSED, ids=lambda name: ascii(name[:12]))
def test_a_name_that_could_act_or_hide_is_refused_in_one_sentence(run: Line, clinic_file: Path, name: str) -> None:
    before = clinic_file.read_bytes()
    done = run("patient", "add", answers={**ZOE, "family_name": name})
    assert_one_sentence(done)
    assert clinic_file.read_bytes() == before


@pytest.mark.parametrize("key", ["given_name", "phone", "email", "gp", "emergency_contact", "notes", "address"])
@pytest.mark.parametrize("value", ["\x1b[2J", "\u202e", 7, True, ["x"], {"a": 1}, 1e308], ids=ascii)
def test_every_field_of_a_patient_takes_text_and_only_text(run: Line, key: str, value: object) -> None:
    done = run("patient", "add", answers={**ZOE, key: value})
    assert_one_sentence(done)
    assert key in done.err


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


DOCUMENTS: dict[str, str | bytes] = {
    "nothing": "",
    "no JSON": "given_name: Zoë",
    "cut short": '{"given_name": "Zo',
    "a list": "[]",
    "a text": '"x"',
    "null": "null",
    "nan": '{"given_name": NaN}',
    "infinity": '{"given_name": Infinity}',
    "twice": '{"given_name": "A", "given_name": "B"}',
    "deep": nested(200_000),
    "deep object": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "deep in a key": '{"given_name": ' + nested(5_000) + "}",
    "a huge number": '{"given_name": ' + "9" * 100_000 + "}",
    "a huge float": '{"given_name": 1e999999}',
    "not UTF-8": b'{"given_name": "\xff\xfe"}',
    "UTF-16": '{"given_name": "A"}'.encode("utf-16"),
    "NUL bytes": b"\0" * 100,
    "ten megabytes": b'{"notes": "' + b"x" * 10_000_000 + b'"}',
    "ten megabytes of keys": ("{" + ",".join(f'"k{n}": 1' for n in range(700_000)) + "}").encode(),
    "a key with an escape": '{"\\u001b[31m": 1}',
    "many unknown keys": "{" + ",".join(f'"k{n}": 1' for n in range(5_000)) + "}",
    "a lone surrogate": '{"given_name": "\\ud800"}',
    "a surrogate key": '{"\\ud800": 1}',
}
VERBS_WITH_ANSWERS = [
    ("patient", "add"),
    ("patient", "edit", 1),
    ("patient", "find"),
    ("screen", 1),
    ("screen", 1, "--for", "intake"),
    ("decide", 1),
    ("document", 1),
    ("consent", 1),
    ("response", 1),
    ("reaction", 1),
    ("reaction", 1, "--follow", 1),
    ("clinic", "edit"),
    ("clinic", "hours"),
    ("clinic", "team"),
]


@pytest.mark.parametrize("document", [pytest.param(text, id=name) for name, text in DOCUMENTS.items()])
@pytest.mark.parametrize("words", VERBS_WITH_ANSWERS, ids=lambda words: " ".join(map(str, words)))
def test_a_hostile_document_is_refused_in_sentences(
    run: Line, words: tuple[object, ...], document: str | bytes
) -> None:
    register(run)
    done = run(*words, answers=document)
    assert (done.code, done.out) == (2, ""), done
    assert "Traceback" not in done.err
    assert all(line.isprintable() for line in done.err.splitlines())
    assert len(done.err) < 1_000_000
    told = run.json(*words, answers=document)
    assert (told.code, told.err, told.envelope["exit_code"]) == (2, "", 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"born_on": "2026-02-30"},
        {"born_on": "03/04"},
        {"born_on": "nan"},
        {"born_on": "1980-2-3"},
        {"born_on": "2100-01-01"},
        {"born_on": "1700-01-01"},
        {"born_on": "today"},
        {"born_on": 19800203},
        {"born_on": "٠٣/٠٢/١٩٨٠"},
        {"phone": "x" * 10_000},
        {"given_name": "x" * 3_000_000},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_a_wrong_detail_is_refused_and_its_key_named(run: Line, wrong: dict[str, Any]) -> None:
    done = run("patient", "add", answers={**ZOE, **wrong})
    assert_one_sentence(done)
    if len(str(wrong)) < 2_000_000:
        assert next(iter(wrong)) in done.err


@pytest.mark.parametrize("path", ["a\\u0000b", "\\u001b[2J", "x" * 5_000, "\\ud7ff"])
def test_a_strange_path_in_the_desks_settings_is_a_sentence(tmp_path: Path, path: str) -> None:
    (tmp_path / "no-config.toml").write_text(f'file = "{path}"\n')
    done = Line(file=None)("today")
    assert (done.code in (2, 7), done.out, len(done.err.splitlines())) == (True, "", 1)
    assert done.err[:-1].isprintable()


def canaries(line: Line) -> list[tuple[object, ...]]:
    """A patient whose every detail is a canary, and what goes wrong around them."""
    number = ready(line, given_name=CANARY, family_name=CANARY, allergies=CANARY, notes=CANARY, phone=f"{CANARY} 07700")
    planned(line, number, "--start", "2026-11-27")
    return [
        ("plan", number, "--yes"),
        ("plan", number, "--start", "03/04"),
        ("move", number, "--session", 2, "--to", "2026-12-20", "--yes"),
        ("move", number, "--session", 2, "--to", "2026-12-30", "--at", "09:00"),
        ("move", number, "--session", 9, "--to", "2026-12-30", "--yes"),
        ("cancel", number, "--session", 1, "--reason", "rain"),
        ("cancel", number, "--session", 1, "--reason", "other"),
        ("aftercare", number),
        ("aftercare", number, "--ended", "nan"),
        ("screen", number),
        ("decide", number),
        ("patient", "edit", number),
        ("clinic", "close", "2026-11-27"),
    ]


def test_what_is_said_on_the_stream_of_errors_never_holds_a_patients_details(run: Line) -> None:
    for words in canaries(run):
        for call in (run, run.json):
            done = call(*words)
            assert CANARY not in done.err
            assert done.code == 0 or CANARY not in done.out


def test_a_refused_answer_is_never_repeated(run: Line) -> None:
    number = register(run)
    secret = "SecretAnswer"
    answers = untroubled(form(run), pregnant=secret, skin_type=secret, largest_vein_mm=secret)
    refusals = [
        run("screen", number, "--for", "intake", answers=answers),
        run("patient", "add", answers={**ZOE, "born_on": secret}),
        run("patient", "add", answers={**ZOE, "family_name": f"{secret}\x1b"}),
        run("patient", "edit", number, answers={"notes": f"{secret}\u202e"}),
        run("decide", number, answers={"prescriber": "MS", "decisions": [{"rule": "x", "decision": secret}]}),
        run("document", number, answers={"kind": secret, "dated_on": secret, "summary": f"{secret}\x00"}),
        run("patient", "add", answers=f'{{"given_name": "{secret}'),
    ]
    assert [(done.code, done.out, secret in done.err) for done in refusals] == [(2, "", False)] * len(refusals)


def test_an_exact_twin_is_named_by_number_only(run: Line) -> None:
    register(run, given_name=CANARY)
    done = run("patient", "add", answers={**ZOE, "given_name": CANARY.upper()})
    assert_one_sentence(done, 5)
    assert CANARY.lower() not in done.err.lower()
    assert "1" in done.err


WORDS_ON_THE_LINE = [
    ("\x1b[31m",),
    ("today\x1b[2J",),
    ("plan", "\u202e1"),
    ("plan", "1", "--at", "\x1b[2J"),
    ("plan", "1", "--days", "\u202e"),
    ("agenda", "--from", "\x1b]0;x\x07"),
    ("clinic", "close", "2026-12-24", "--reason", "\x1b[2J"),
    ("clinic", "team", "--end", "\x1b[2J"),
    ("record", "check", "--against", "\x1b[2J"),
    ("screen", "1", "--for", "\x1b[2J"),
    ("cancel", "1", "--session", "1", "--reason", "\x1b[2J"),
    ("patient", "show", "１２"),
    ("patient", "show", "9" * 5_000),
    ("patient", "add", "--answers", "\x1b[2J"),
    ("patient", "add", "--answers", "a\0b"),
    ("today", "--file", "\x1b[2J"),
    ("today", "--as", "\x1b[2J"),
    ("record", "backup", "\x1b[2J/x/y"),
    ("today", "--file", "x" * 5_000),
]


@pytest.mark.parametrize("words", WORDS_ON_THE_LINE, ids=lambda words: ascii(words)[:50])
def test_nothing_typed_on_the_line_acts_on_the_terminal(
    run: Line, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*words)
    assert all(line.isprintable() for line in (done.out + done.err).splitlines()), done
    assert "Traceback" not in done.err
    if words != ("today", "--as", "\x1b[2J"):
        assert done.code in (2, 3, 7)


NAMES = st.text(min_size=1, max_size=40)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(given_name=NAMES, family_name=NAMES)
def test_any_accepted_name_comes_out_exactly_and_any_other_is_refused(
    run: Line, given_name: str, family_name: str
) -> None:
    number = only_patient(run)
    done = run.json("patient", "edit", number, answers={"given_name": given_name, "family_name": family_name})
    if done.code == 2:
        assert set(done.codes) <= {"unreadable", "missing_answer"}
        return
    shown = run.json("patient", "show", number).data
    assert (shown["given_name"], shown["family_name"]) == (
        normalize("NFC", given_name.strip()),
        normalize("NFC", family_name.strip()),
    )
    told = run("patient", "show", number, env={"COLUMNS": "500"}).out.replace("\u2068", "").replace("\u2069", "")
    assert told.startswith(f"Patient {number} · {shown['given_name']} {shown['family_name']} · born Sun 3 Feb 1980")


def only_patient(line: Line) -> int:
    """The one patient of the file, registered the first time."""
    found = line.json("patient", "find").data["patients"]
    return int(found[0]["patient"]) if found else register(line)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    document=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
        max_leaves=20,
    )
)
def test_any_document_is_answered_or_refused_never_a_fault(run: Line, document: Any) -> None:
    text = json.dumps(document)
    for words in VERBS_WITH_ANSWERS:
        done = run.json(*words, answers=text)
        assert done.code in (0, 2, 3, 4), (words, done)
        assert done.err == ""


def test_a_right_to_left_name_is_isolated_by_itself(run: Line) -> None:
    """Around a whole line it would turn the line, dates and all, about."""
    name = "محمد العلي"
    given = {"given_name": "محمد", "family_name": "العلي"}
    number = ready(run, **given)
    planned(run, number, "--start", "2026-11-23", "--sessions", 1)
    waiting = register(run, **given, born_on="1990-01-01")
    screened(run, waiting, recently_pregnant="yes", recently_pregnant_ended_on="2026-08-23")
    monday = run.at(run.now.replace(day=23))
    for words in (("today",), ("agenda",), ("patient", "find"), ("patient", "show", number), ("prepare", number)):
        told = monday(*words).out
        assert told.count(name) == told.count(f"\u2068{name}\u2069") > 0, words
