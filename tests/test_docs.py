"""The pages are true: every command is there, the README's answers are the program's own, JSON keys are those given."""

from __future__ import annotations

import ast
import json
import os
import re
import runpy
import shlex
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from microsclero import cli
from microsclero.outcomes import Outcome
from microsclero.settings import Settings
from tests.builders import CLINIC, Line, form, untroubled
from tests.chair_builders import given_at
from tests.described import undescribed

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
COMMANDS = runpy.run_path(str(DOCS / "commands.py"))
HOME = "/home/maria"
MONDAY = datetime(2026, 11, 23, 8, 40, tzinfo=UTC)


def every_command() -> list[tuple[str, ...]]:
    return list(COMMANDS["all_words"]())


# ── commands.md ──


def test_the_page_of_commands_is_what_help_says() -> None:
    written = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert written == COMMANDS["page"](), "write it anew with: python docs/commands.py"


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_argument_and_option_says_what_it_is_for(words: tuple[str, ...]) -> None:
    place, line = entry_of(words)
    assert (line if isinstance(line, str) else place).endswith(".")
    if isinstance(line, dict):
        return
    command = cli.command_at(place, words[-1])
    assert (command.help or "").strip().split("\n\n")[0].endswith((".", ":"))
    silent = [parameter.name for parameter in command.params if not getattr(parameter, "help", "")]
    assert silent == []


def entry_of(words: tuple[str, ...]) -> tuple[str, str | cli.Table]:
    table = cli.VERBS
    for word in words[:-1]:
        inner = table[word][1]
        assert isinstance(inner, dict)
        table = inner
    return table[words[-1]]


# ── README.md ──


def readme_steps() -> Iterator[tuple[datetime, str, list[str]]]:
    """(moment, command line, what the page says it answers), in the order of the page."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    moment = MONDAY
    for stamp, block in re.findall(r"(?:<!-- at (\S+) -->\n)?```console\n(.*?)```", text, flags=re.DOTALL):
        moment = datetime.fromisoformat(stamp).replace(tzinfo=UTC) if stamp else moment
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, *answer = step.rstrip("\n").split("\n")
            yield moment, line, answer


def readme_documents() -> dict[str, str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^`(\S+\.json)`\n\n```json\n(.*?)```", text, flags=re.DOTALL | re.MULTILINE))


def agrees(answer: list[str], said: list[str]) -> bool:
    """Whether the lines are the same, where a line of … stands for any number of lines."""
    pattern = "\n".join(r"(?:.*)" if line == "…" else re.escape(line) for line in answer)
    return re.fullmatch(pattern, "\n".join(said), flags=re.DOTALL) is not None


def _same(moment: datetime) -> datetime:
    return moment


def test_the_readme_shows_what_the_program_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("backups").mkdir()
    for name, document in readme_documents().items():
        Path(name).write_text(document, encoding="utf-8")
    intake = untroubled(form(Line(file=None)), smoker="yes")
    Path("intake.json").write_text(json.dumps(intake), encoding="utf-8")
    steps = list(readme_steps())
    assert len(steps) > 8
    for moment, line, answer in steps:
        words = shlex.split(line)
        assert words[0] == "microsclero"
        settings = Settings(file=tmp_path / "clinic.db", who="MS", clock=partial(_same, moment))
        done = CliRunner().invoke(cli.app, words[1:], obj=settings, catch_exceptions=False)
        said = [row.rstrip() for row in done.output.replace(str(tmp_path), HOME).rstrip("\n").split("\n")]
        assert agrees(answer, said), f"{line}\n" + "\n".join(said)


def test_the_readme_fits_a_few_screens() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_the_pages_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *DOCS.rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} leads to {target}"


# ── json.md ──

MOST_SHOWN = 2
AMIRA = {"given_name": "Amira", "family_name": "Haddad", "born_on": "14/06/1988", "phone": "07700 900456"}
TWIN = {"given_name": "Amirah", "family_name": "Hadad", "born_on": "1988-06-14"}
PROCEED = {"rule": "clot_risk_factors", "decision": "proceed", "reason": "One factor only; stops smoking today."}
AGREED = {"for": ["treatment", "photo_record"], "given": True, "taken_by": "MS", "method": "paper"}
COMPARED = {"prescriber": "MS", "leaflet_revision": "May 2024", "compared_on": "2026-11-23"}
GIVEN = given_at(datetime(2026, 11, 26, 8, 35, tzinfo=UTC))
DUPLEX = {"kind": "duplex", "dated_on": "2026-11-20", "from": "Vein clinic", "summary": "No reflux."}


def given_examples(folder: Path) -> dict[str, dict[str, Any]]:
    """A few days at one desk: the data that each command answered, long lists cut."""
    line = Line(file=folder / "clinic.db", now=MONDAY)
    (folder / "backups").mkdir()
    calm = untroubled(form(line))
    said: dict[str, dict[str, Any]] = {}

    def ask(name: str, *words: object, answers: Any = None) -> None:
        done = line.json(*(words or name.split()), answers=answers)
        assert done.code == 0, (name, done)
        said[name] = cut(json.loads(done.out.replace(str(folder), HOME))["data"])

    ask("clinic init", answers=CLINIC)
    ask("clinic close", "clinic", "close", "2026-12-24", "--reason", "Christmas Eve")
    ask("patient add", answers=AMIRA)
    ask("patient add", answers=TWIN)
    ask("patient find", answers={"search": "had"})
    ask("screen --form", "screen", "--form")
    ask("screen", "screen", 2, answers={**calm, "varicose_or_cvi": "yes"})
    ask("document", "document", 2, answers=DUPLEX)
    ask("screen", "screen", 1, answers=calm)
    ask("screen", "screen", 1, answers={**calm, "smoker": "yes"})
    ask("decide", "decide", 1, answers={"prescriber": "MS", "decisions": [PROCEED]})
    ask("consent", "consent", 1, answers=AGREED)
    ask("plan", "plan", 1, "--start", "2026-11-26", "--sessions", 3, "--yes")
    ask("clinic away", "clinic", "away", "MS", "2027-01-20..2027-01-29", "--reason", "holiday")
    ask("move", "move", 1, "--session", 3, "--to", "2027-02-02", "--at", "14:00", "--yes")
    ask("clinic close --move", "clinic", "close", "2026-11-26", "--reason", "Flood", "--move", "--dry-run")
    ask("cancel", "cancel", 1, "--session", 3, "--reason", "patient_away", "--yes")
    ask("rebook", "rebook", 1, "--start", "2027-02-04", "--dry-run")
    ask("agenda", "agenda", "--from", "2026-11-26", "--days", 2)
    ask("patient edit", "patient", "edit", 2, answers={"allergies": "latex: rash, 2019"})
    ask("patient event", "patient", "event", 1, "--on", "2027-01-09", "--what", "wedding")
    ask("prepare", "prepare", 1)
    ask("record backup", "record", "backup", folder / "backups")
    ask("record check")
    ask("clinic product", "clinic", "product", "fibrovein", answers=COMPARED)
    line = line.at(datetime(2026, 11, 26, 8, 30, tzinfo=UTC))
    line.json("screen", 1, "--for", "session", answers=untroubled(form(line, "session")))
    line = line.at(datetime(2026, 11, 26, 9, 0, tzinfo=UTC))
    ask("treat", "treat", 1, "--dry-run", answers=GIVEN)
    ask("aftercare", "aftercare", 1, "--ended", "2026-11-26T09:30")
    ask("patient show", "patient", "show", 1)
    ask("clinic show")
    ask("call", "call", 1, "--about", "new_date", "--outcome", "no_answer")
    ask("today")
    ask("missed", "missed", 1, "--session", 1, "--dry-run")
    ask("record undo", "record", "undo", "--reason", "Can come after all.", "--yes")
    ask("record history", "record", "history", 1, "--limit", 2)
    return said


def cut(value: Any) -> Any:
    """Lists of objects after their first two."""
    if isinstance(value, dict):
        return {key: cut(each) for key, each in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [cut(each) for each in value[:MOST_SHOWN]]
    return value


def paths(value: Any, at: str = "") -> set[str]:
    """Every key that is there, by its way."""
    if isinstance(value, dict):
        return {f"{at}{key}" for key in value}.union(*(paths(each, f"{at}{key}.") for key, each in value.items()))
    return set().union(*(paths(each, f"{at}[].") for each in value)) if isinstance(value, list) else set()


EXAMPLE = re.compile(r"^<!-- example: (.+?) -->\n(?:\n```json\n(.*?)```\n)?", flags=re.DOTALL | re.MULTILINE)


def test_the_examples_of_json_have_the_keys_that_are_given(tmp_path: Path) -> None:
    page = DOCS / "json.md"
    given = given_examples(tmp_path)
    if os.environ.get("MICROSCLERO_GOLDEN") == "write":
        written = EXAMPLE.sub(lambda found: example(found[1], given), page.read_text(encoding="utf-8"))
        page.write_text(written, encoding="utf-8")
    shown = {name: json.loads(text) for name, text in EXAMPLE.findall(page.read_text(encoding="utf-8")) if text}
    assert set(shown) == set(given) - {"clinic close"}
    assert {name: paths(each) for name, each in shown.items()} == {name: paths(given[name]) for name in shown}


def example(name: str, given: dict[str, dict[str, Any]]) -> str:
    return f"<!-- example: {name} -->\n\n```json\n{laid_out(given[name])}\n```\n"


def laid_out(value: Any, room: int = 118) -> str:
    """JSON with whatever fits a line on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) <= room or not isinstance(value, dict | list) or not value:
        return flat
    if isinstance(value, list):
        inside = [laid_out(each, room - 1) for each in value]
    else:
        inside = [f"{json.dumps(key)}: {laid_out(each, room - 1 - len(key))}" for key, each in value.items()]
    opens, closes = "[]" if isinstance(value, list) else "{}"
    body = ",\n".join(inside).replace("\n", "\n ")
    return f"{opens}\n {body}\n{closes}"


def test_every_command_has_its_place_on_the_page_of_json() -> None:
    titles = re.findall(r"^### (.+)$", (DOCS / "json.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    verbs = {" ".join(words) for words in every_command() if not isinstance(entry_of(words)[1], dict)}
    assert set(titles) == verbs | {"screen --form"}


def test_every_key_of_an_example_is_named_in_words_at_any_depth() -> None:
    """The answers of tests/cli/test_contract.py are held against the page in the same way."""
    page = (DOCS / "json.md").read_text(encoding="utf-8")
    shown = {name: json.loads(text) for name, text in EXAMPLE.findall(page) if text}
    left_out = {name: undescribed(name.partition(" --")[0], data) for name, data in shown.items()}
    assert {name: keys for name, keys in left_out.items() if keys} == {}


def test_a_key_that_no_words_name_is_found() -> None:
    """The check itself can fail, deep in a list as well."""
    data = {"course": 1, "sessions": [{"date": "2026-11-26", "moonphase": "full"}], "counts": {"sunspots": 3}}
    assert undescribed("plan", data) == ["counts", "counts.sunspots", "sessions[].moonphase"]


# ── exit-codes.md ──


EXITS = {
    "UsageError": "2",
    "NotFoundError": "3",
    "RefusedError": "4",
    "Refusal": "4",
    "ConflictError": "5",
    "ContentError": "6",
    "FileError": "7",
    "Problem": "7",
    "DeskError": "1",
}


def codes_in_the_source() -> set[tuple[str, str]]:
    """Every code an error can carry, with what raises it, as far as it stands in the source as a word."""
    found: set[tuple[str, str]] = set()
    for path in (ROOT / "microsclero").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                said = {word.arg: word.value for word in node.keywords}.get("code")
                if said is None and node.func.id == "Reason" and node.args:
                    said = node.args[0]
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    found.add((node.func.id, said.value))
    return found


def test_every_code_of_an_error_is_on_the_page_under_its_exit_code() -> None:
    page = (DOCS / "exit-codes.md").read_text(encoding="utf-8").partition("## Codes")[2]
    sections = {part.split("**")[0].split(",")[0]: part for part in page.split("\n**")[1:]}
    assert sorted(sections) == ["1", "130", "2", "3", "4", "5", "6", "7"]
    codes = codes_in_the_source()
    assert len(codes) > 60
    missing = [
        (name, code)
        for name, code in sorted(codes)
        if f"`{code}`" not in (sections[EXITS[name]] if name in EXITS else page)
    ]
    assert missing == []


def test_no_code_is_on_the_page_that_the_program_never_gives() -> None:
    page = (DOCS / "exit-codes.md").read_text(encoding="utf-8").partition("## Codes")[2]
    said = {
        node.value
        for path in (ROOT / "microsclero").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    # What stands against planning is named after its outcome.
    said |= {f"finding_{outcome.value}" for outcome in Outcome}
    assert [code for code in re.findall(r"`([a-z_]+)`", page) if code not in said] == []


# ── content.md ──


def test_the_questions_and_rules_on_the_page_of_content_are_those_shipped() -> None:
    shipped = tomllib.loads((ROOT / "microsclero" / "content" / "questionnaire.2026-1.toml").read_text("utf-8"))
    names = {"question": "link_id", "rule": "id"}
    held = {kind: {each[name]: each for each in shipped[kind]} for kind, name in names.items()}
    shown = 0
    for text in re.findall(r"```toml\n(.*?)```", (DOCS / "content.md").read_text("utf-8"), flags=re.DOTALL):
        for kind, entries in tomllib.loads(text).items():
            for entry in entries:
                original = held[kind][entry[names[kind]]]
                assert {key: original.get(key) for key in entry} == entry
                shown += 1
    assert shown >= 3
