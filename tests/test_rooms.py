"""Who may import whom: proved on the source, and on sys.modules in processes of their own."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import microsclero
from tests.builders import Line, plain_environment, planned, ready

HOUSE = Path(microsclero.__file__).parent
FILES = sorted(path for path in HOUSE.rglob("*.py") if "__pycache__" not in path.parts)

NOT_OF_THE_TRADE = {
    "__init__", "__main__", "cli", "settings", "errors", "commands", "ask", "desk", "content", "store", "render",
    "exchange",
}  # fmt: skip
TRADE = sorted(path.stem for path in HOUSE.glob("*.py") if path.stem not in NOT_OF_THE_TRADE)
HEAVY = ("typer", "rich", "click", "sqlite3", "sqlite_utils", "tomllib", "holidays", "typst", "platformdirs", "PIL")

# What each room may import of the house; the trade, errors and settings are said apart.
MAY_IMPORT = {
    "cli": {"commands", "settings", "errors", "render.envelope", "text"},
    "commands": {"ask", "desk", "render", "exchange", "trade", "settings", "errors", "content", "commands"},
    "ask": {"ask", "trade", "errors"},
    "desk": {"desk", "store", "content", "trade", "errors", "settings"},
    "content": {"content", "trade", "errors"},
    "store": {"store", "trade", "errors"},
    "render": {"render", "trade", "errors", "exchange"},
    "exchange": {"exchange", "trade", "errors"},
    "settings": {"errors"},
    "errors": set[str](),
    "trade": {"trade", "errors"},
}


def room_of(module: str) -> str:
    """The room a module of the house stands in: `microsclero.desk.planning` is desk, `microsclero.dates` is trade."""
    first = module.removeprefix("microsclero").removeprefix(".").split(".")[0]
    return "trade" if first in TRADE else first


def module_of(path: Path) -> str:
    parts = path.relative_to(HOUSE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _only_for_types(tree: ast.Module) -> set[ast.AST]:
    """Whatever stands under `if TYPE_CHECKING:`; it is never run."""
    return {
        inside
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for each in node.body
        for inside in ast.walk(each)
    }


def imports(path: Path, *, types_too: bool = False) -> Iterator[str]:
    """Every module that a file imports, anywhere in it; `from a import b` counts as a.b where that is a module."""
    tree = tree_of(path)
    left_out = set() if types_too else _only_for_types(tree)
    for node in ast.walk(tree):
        if node in left_out:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = ".".join([*_package_of(path, node.level), *filter(None, [node.module])])
            for alias in node.names:
                inside = HOUSE.parent / f"{source}.{alias.name}".replace(".", "/")
                is_module = inside.with_suffix(".py").exists() or (inside / "__init__.py").exists()
                yield f"{source}.{alias.name}" if is_module else source


def _package_of(path: Path, level: int) -> list[str]:
    """The package that so many leading dots mean in this file; none for an absolute import."""
    parts = list(path.relative_to(HOUSE.parent).parent.parts)
    return parts[: len(parts) - level + 1] if level else []


def named(path: Path) -> str:
    return str(path.relative_to(HOUSE))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_file_imports_only_the_rooms_that_its_own_may_enter(path: Path) -> None:
    module = module_of(path)
    room = room_of(module)
    if room in ("", "__main__"):
        return
    wrong = [
        other
        for other in imports(path)
        if other.startswith("microsclero.")
        and room_of(other) not in MAY_IMPORT[room]
        and other.removeprefix("microsclero.") not in MAY_IMPORT[room]
    ]
    if room == "cli":
        wrong = [other for other in wrong if not other.startswith("microsclero.commands")]
    assert wrong == []


@pytest.mark.parametrize("path", FILES, ids=named)
def test_only_the_store_imports_the_database(path: Path) -> None:
    found = {other.split(".")[0] for other in imports(path, types_too=True)} & {"sqlite3", "sqlite_utils"}
    assert not found or module_of(path).startswith("microsclero.store")


def test_one_place_imports_the_database_module() -> None:
    assert [named(path) for path in FILES if "sqlite3" in imports(path)] == ["store/connection.py"]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_no_file_imports_click(path: Path) -> None:
    assert [other for other in imports(path, types_too=True) if other.split(".")[0] == "click"] == []


@pytest.mark.parametrize("path", FILES, ids=named)
def test_typer_stays_in_cli_and_commands(path: Path) -> None:
    uses = any(other.split(".")[0] == "typer" for other in imports(path, types_too=True))
    assert not uses or room_of(module_of(path)) in ("cli", "commands")


@pytest.mark.parametrize("path", FILES, ids=named)
def test_what_is_heavy_is_imported_inside_the_function_that_needs_it(path: Path) -> None:
    at_the_top = [
        name
        for node in tree_of(path).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)])
    ]
    assert [name for name in at_the_top if name.split(".")[0] in ("rich", "typst", "holidays", "PIL")] == []


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_console_prints_no_f_string(path: Path) -> None:
    """An f-string of a person's text would be markup, were it not for words(); so none is printed bare."""
    wrong = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "print"
        and any(isinstance(argument, ast.JoinedStr) for argument in node.args)
    ]
    assert wrong == []


@pytest.mark.parametrize("path", FILES, ids=named)
def test_no_connection_is_used_as_a_context(path: Path) -> None:
    """`with connection:` commits what it shouldn't and closes nothing."""
    wrong = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.With)
        for item in node.items
        if isinstance(item.context_expr, ast.Name | ast.Attribute)
        and ast.unparse(item.context_expr).split(".")[-1] in ("conn", "connection", "db")
    ]
    assert wrong == []


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_file_says_in_one_line_what_it_knows(path: Path) -> None:
    said = ast.get_docstring(tree_of(path), clean=False)
    if path.name == "__init__.py" and not tree_of(path).body:
        return
    assert said
    first = said.splitlines()[0]
    assert first.endswith((".", "?", ":")) or len(first) < 120, first


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_file_stays_short_enough_to_know_one_thing(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 380


@pytest.mark.parametrize("path", [HOUSE / f"{name}.py" for name in TRADE], ids=named)
def test_the_trade_reads_no_clock_environment_or_disk(path: Path) -> None:
    tree = tree_of(path)
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    forbidden = {"date.today", "datetime.now", "datetime.utcnow", "time.time", "open", "print", "input", "os.getenv"}
    assert calls & forbidden == set()


def modules_after(code: str, **env: str) -> set[str]:
    """The first parts of every module in a fresh process after some code."""
    script = f"import sys\n{code}\nsys.stdout.flush()\nprint('MODULES', *sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=plain_environment(**env), check=True
    )
    line = next(line for line in done.stderr.splitlines() if line.startswith("MODULES "))
    return set(line.split()[1:])


@pytest.mark.parametrize("name", TRADE)
def test_a_trade_module_loads_nothing_heavy(name: str) -> None:
    loaded = modules_after(f"import microsclero.{name}")
    assert [heavy for heavy in HEAVY if heavy in loaded] == []
    rooms = {room_of(module) for module in loaded if module.startswith("microsclero.")}
    assert rooms <= {"trade", "errors"}


@pytest.fixture(scope="module")
def busy_clinic(tmp_path_factory: pytest.TempPathFactory, made_clinic: bytes) -> Path:
    """A clinic with a patient, a screening and a course, for the verbs that read."""
    path = tmp_path_factory.mktemp("rooms") / "clinic.db"
    path.touch(0o600)
    path.write_bytes(made_clinic)
    line = Line(file=path)
    planned(line, ready(line))
    return path


READING = {
    "today": ("today",),
    "the bare command": (),
    "agenda": ("agenda",),
    "patient find": ("patient", "find"),
    "patient show": ("patient", "show", "1"),
    "a patient's history": ("record", "history", "1"),
    "the clinic's history": ("record", "history"),
}
LEFT_ALONE = (
    "microsclero.content", "tomllib", "platformdirs", "sqlite_utils", "rich", "holidays", "typst", "rapidfuzz",
    "icalendar", "PIL",
)  # fmt: skip


@pytest.mark.parametrize("words", [pytest.param(words, id=name) for name, words in READING.items()])
@pytest.mark.parametrize("who", [{}, {"MICROSCLERO_AS": "MS"}], ids=["nobody", "MS"])
def test_a_verb_that_reads_loads_only_what_it_reads_with(
    busy_clinic: Path, tmp_path: Path, words: tuple[str, ...], who: dict[str, str]
) -> None:
    code = (
        "from microsclero.cli import main\n"
        f"sys.argv = ['microsclero', *{words!r}, '--json']\n"
        "try:\n    main()\nexcept SystemExit as done:\n    assert not done.code, done.code"
    )
    env = {"MICROSCLERO_FILE": str(busy_clinic), "HOME": str(tmp_path), **who}
    loaded = modules_after(code, **env)
    assert [name for name in LEFT_ALONE if name in loaded] == []


def test_a_verb_loads_only_its_own_commands(busy_clinic: Path) -> None:
    code = "from microsclero.cli import main\nsys.argv = ['microsclero', 'agenda', '--json']\n" + (
        "try:\n    main()\nexcept SystemExit:\n    pass"
    )
    loaded = modules_after(code, MICROSCLERO_FILE=str(busy_clinic), MICROSCLERO_AS="MS")
    rooms = {name for name in loaded if name.startswith("microsclero.commands.")}
    assert rooms == {"microsclero.commands.agenda", "microsclero.commands.shared"}
