"""The made-up clinic, and one patient taken through it before your eyes."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from microsclero.commands.shared import AsJson, answer
from microsclero.errors import FileError, UsageError
from microsclero.settings import Settings
from microsclero.text import Written

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.demo import MadeUp

Folder = Annotated[
    Path | None,
    typer.Argument(
        metavar="DIR", help="The folder to make it in (a fresh one among temporary files).", show_default=False
    ),
]


def demo(ctx: typer.Context, folder: Folder = None, as_json: AsJson = False) -> None:
    """Make a clinic of some two hundred made-up patients, in a file of its own.

    One of them is then taken through screen, plan and aftercare; what to try next is said at the end.
    """
    from microsclero.desk import demo as made_up

    file = _place(ctx, folder)
    made = made_up.make(ctx.obj, file)
    papers = _papers(file)
    with closing(made_up.desk_now(ctx.obj, file)) as desk:
        tour = _Tour(desk, made, papers, quiet=as_json)
        tour.welcome()
        tour.screen()
        tour.plan()
        tour.sheets()
        tour.farewell()
    answer("demo", tour.as_data(), as_json=as_json, view=lambda: None)


def _place(ctx: typer.Context, folder: Path | None) -> Path:
    """Where the file goes: DIR, or --file as typed; never what the environment or the desk's settings name."""
    from microsclero.desk.demo import refuse_own_file

    typed = ctx.find_root().params.get("file")
    if typed and folder:
        raise UsageError("Name either DIR or --file for the made-up clinic, not both.")
    if not typed and not folder:
        return Path(tempfile.mkdtemp(prefix="microsclero-demo-")) / "clinic.db"
    file = (Path(typed) if typed else Path(folder or ".") / "clinic.db").expanduser().absolute()
    refuse_own_file(Settings().with_line(file=None, who=None), file)
    for path in (file, _papers_of(file)):
        if path.exists() or path.is_symlink():
            raise FileError(
                f"There is something at {path} already; it was left alone. Name another place: microsclero demo DIR",
                code="file_exists",
                path=str(path),
            )
    return file


def _papers_of(file: Path) -> Path:
    return file.with_name(f"{file.stem}-papers")


def _papers(file: Path) -> Path:
    """A folder for the PDFs beside the made-up file."""
    folder = _papers_of(file)
    folder.mkdir(mode=0o700)
    return folder


def program() -> str:
    """How to call this program again from here."""
    called = sys.argv[0]
    if Path(called).parts[-2:] == ("microsclero", "__main__.py"):
        return f"{shlex.quote(sys.executable)} -m microsclero"
    if Path(called).stem != "microsclero" or shutil.which("microsclero") == shutil.which(called):
        return "microsclero"
    return shlex.quote(called)


class _Tour:
    """One patient from the questionnaire to the sheet that is taken home: each command, and what it shows."""

    def __init__(self, desk: Desk, made: MadeUp, papers: Path, *, quiet: bool) -> None:
        self.desk, self.made, self.papers, self.quiet = desk, made, papers, quiet
        self.data: dict[str, Any] = {
            "file": str(made.file),
            "patients": made.patients,
            "states": dict(made.states),
            "patient": made.guide,
        }

    def as_data(self) -> Mapping[str, object]:
        return self.data

    def welcome(self) -> None:
        from microsclero.desk.patients import patient_of
        from microsclero.render.terminal import console, table
        from microsclero.render.views.patients import headline

        self._title("A made-up clinic. Nobody in it is real, and every page of it says so.")
        self._say(f"The file: {self.made.file}")
        lines = table("State", ("Patients", "right"), ("For instance", "right"))
        for state, count in self.made.states.items():
            lines.add_row(state, str(count), str(self.made.examples[state]))
        lines.add_row("in all", str(self.made.patients), "")
        self._show(lambda: console().print(lines))
        self._say()
        self._say("Now one of them, as at the desk: each command and its answer, without its --file and --as.")
        self._say(headline(patient_of(self.desk, self.made.guide)))

    def screen(self) -> None:
        """At the desk it is one key a question; here the answers come from a document."""
        import json

        from microsclero.desk import demo, screening
        from microsclero.render.views.screening import outcome_view

        answers = demo.untroubled_answers()
        document = self.papers / "answers.json"
        document.write_text(json.dumps(answers, indent=1), encoding="utf-8")
        self._title("1 of 3 · Screen")
        self._say("Without --answers the questions are asked at the terminal, one key each.")
        self._typed(f"screen {self.made.guide} --answers {shlex.quote(str(document))}")
        done = screening.screen_document(self.desk, self.made.guide, "intake", answers)
        self._show(lambda: outcome_view(done))
        self.data |= {"answers": str(document), "screening": done.as_data()}

    def plan(self) -> None:
        from datetime import timedelta

        from microsclero.desk import planning
        from microsclero.desk.wishes import Wish
        from microsclero.render.views.planning import plan_view

        self._title("2 of 3 · Plan")
        self._typed(f"plan {self.made.guide} --start tomorrow --yes")
        proposed = planning.propose(self.desk, self.made.guide, Wish(), start=self.desk.today() + timedelta(days=1))
        self.booked = planning.book(self.desk, proposed)
        self._show(lambda: plan_view(self.booked))
        self.data["plan"] = self.booked.as_data()

    def sheets(self) -> None:
        """What to do before session 1; and after it, as if it had ended when it is planned to."""
        from datetime import datetime

        from microsclero.desk import sheets
        from microsclero.render.views.sheets import sheet_view

        number, first = self.made.guide, self.booked.sessions[0]
        self._title("3 of 3 · Before the session, and aftercare")
        self._write_sheet(f"prepare {number}", sheets.prepare(self.desk, number), "prepare")
        ended_at = datetime.combine(first.on, first.ends, tzinfo=self.desk.zone)
        line = f"aftercare {number} --ended {ended_at:%Y-%m-%dT%H:%M}"
        sheet = sheets.aftercare(self.desk, number, ended_at)
        self._typed(line)
        self._show(lambda: sheet_view(sheet))
        self._write_sheet(line, sheet, "aftercare")
        self.data["aftercare"] = sheet.as_data()

    def _write_sheet(self, line: str, sheet: Any, name: str) -> None:
        from microsclero.render.views.sheets import printed, sheet_view, write_pdf

        written = write_pdf(
            printed(sheet, large=False), str(self.papers / f"{name}-{self.made.guide}.pdf"), live=None
        ).path
        self._typed(f"{line} --pdf {shlex.quote(str(written))}")
        self._show(lambda: sheet_view(sheet, done=[Written(written)]))
        self.data["pdf" if name == "aftercare" else f"{name}_pdf"] = str(written)

    def farewell(self) -> None:
        self._title("What to try next")
        nexts = self._next()
        for what, line in nexts:
            self._say(f"{what}:")
            self._say(f"  {line}")
        self._say()
        self._say(f"The aftercare sheet as a PDF: {self.data['pdf']}")
        self._say(f"When you have seen enough: rm -r {self._removable()}")
        self.data["next"] = [line for _, line in nexts]

    def _next(self) -> list[tuple[str, str]]:
        like, number = self.made.examples, self.made.guide
        return [
            ("The desk today", self._line("today")),
            ("The diary of the next two weeks", self._line("agenda --days 14")),
            ("A patient's page", self._line(f"patient show {like['booked today']}")),
            ("Why somebody can't be planned", self._line(f"plan {like['barred']} --dry-run")),
            ("A prescriber decides", self._line(f"decide {like['for review']}", who="KO")),
            ("Find somebody; zoe finds Zoë", self._line("patient find")),
            ("Ask again where a deferral has ended", self._line(f"screen {like['deferred, date come']}")),
            ("Go on with an unfinished questionnaire", self._line(f"screen {like['questionnaire unfinished']}")),
            ("Move a session of Robin's; the gap of 28 days is kept", self._move(number)),
            ("Check the file and its history", self._line("record check")),
        ]

    def _move(self, number: int) -> str:
        from datetime import timedelta

        from microsclero.desk.demo import open_from

        last = self.booked.sessions[-1]
        to = open_from(self.desk, last.on + timedelta(days=7))
        return self._line(f"move {number} --session {last.number} --to {to} --dry-run")

    def _line(self, words: str, *, who: str = "MS") -> str:
        return f"{program()} --file {shlex.quote(str(self.made.file))} --as {who} {words}"

    def _removable(self) -> str:
        if self.made.file.parent.name.startswith("microsclero-demo-"):
            return shlex.quote(str(self.made.file.parent))
        return f"{shlex.quote(str(self.made.file))} {shlex.quote(str(self.papers))}"

    def _title(self, text: str) -> None:
        self._say()
        self._say(text, style="bold")

    def _typed(self, words: str) -> None:
        self._say()
        self._say(f"$ {program()} {words}", style="bold")

    def _say(self, text: str = "", *, style: str = "") -> None:
        from microsclero.render.terminal import console, words

        self._show(lambda: console().print(words(text, style), soft_wrap=True))

    def _show(self, view: Callable[[], None]) -> None:
        """With --json the one document at the end is the whole answer."""
        if not self.quiet:
            view()
