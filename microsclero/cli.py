"""The command line: root options, the table of verbs, and the one place where an error becomes a sentence."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer
from typer.core import TyperGroup

from microsclero import __version__
from microsclero.errors import DeclinedError, DeskError, InterruptedByUser, UsageError
from microsclero.settings import Settings
from microsclero.text import visible

# verb → (where it lives, its line of help); a dictionary in place of the pair is a group of verbs.
Table = dict[str, tuple[str, "str | Table"]]

THE_DAY: Table = {
    "today": ("today:today", "The desk today: sessions, calls to make, what is due, unfinished intakes."),
    "screen": ("screening:screen", "Ask the questionnaire and show what it found; new patients are registered."),
    "decide": ("deciding:decide", "Record a prescriber's decision: on findings for review, a hold, an incident."),
    "document": ("screening:document", "File a duplex, ABPI or letter that a finding waits for."),
    "consent": ("consenting:consent", "Record consent, given or taken back; print the form to sign."),
    "plan": ("planning:plan", "Propose and book a course of up to four sessions."),
    "move": ("changing:move", "Move one planned session; the later ones follow."),
    "cancel": ("changing:cancel", "Cancel one planned session, with a reason."),
    "missed": ("changing:missed", "Record that nobody came to a session."),
    "rebook": ("changing:rebook", "Book a missed or put-off session again."),
    "call": ("calling:call", "Note a call about an open line of today, and what came of it."),
    "agenda": ("agenda:agenda", "The diary by day or week: hours, closed days, sessions, free times; on paper."),
    "treat": ("treating:treat", "Before the needle with --check; then the session as it was given."),
    "prepare": ("sheets:prepare", "The sheet for the day before a session."),
    "aftercare": ("sheets:aftercare", "The aftercare checklist with this patient's own dates."),
    "response": ("responding:response", "Grade what a session did; go on, wait, or close the course; --show draws it."),
    "reaction": ("reacting:reaction", "Report a reaction: usual, call, same day or emergency; follow it to its end."),
    "note": ("noting:note", "Keep a note, such as of a phone call; --list shows them."),
    "letter": ("letters:letter", "A letter to the GP or a vascular service, with the facts on record, as a PDF."),
    "amend": ("correcting:amend", "Correct an entry, move it to the right patient, or strike it out."),
    "batch": ("batches:batch", "Who had a batch, the call list, quarantine."),
    "photo": (
        "Photographs: added, listed, compared on paper, looked over.",
        {
            "add": ("photos:add", "Add photographs to the record: their pixels, nothing else."),
            "list": ("photos:list_", "The photographs of a patient."),
            "compare": ("photos:compare", "Before and after side by side, as a PDF."),
            "portfolio": ("photos:portfolio", "Recent work as a PDF: with consent to that, and without names."),
            "verify": ("photos:verify", "Whether every picture is there and unchanged."),
            "show": ("photos:show", "One photograph; its picture into a file."),
        },
    ),
}
ADMINISTRATION: Table = {
    "patient": (
        "Register, find, show and correct patients.",
        {
            "add": ("patients:add", "Register a patient."),
            "find": ("patients:find", "Find patients by number, part of a name, date of birth or phone."),
            "show": ("patients:show", "One patient: who, what to know, what comes next."),
            "edit": ("patients:edit", "Correct a patient's details."),
            "event": ("patients:event", "A patient's own dates, such as a wedding, that plans go around."),
        },
    ),
    "clinic": (
        "The clinic itself: name, numbers, hours, closures, team.",
        {
            "init": ("clinic:init", "Make the clinic file."),
            "show": ("clinic:show", "The clinic as the file knows it."),
            "edit": ("clinic:edit", "Change name, numbers, place or session length."),
            "hours": ("clinic:hours", "Show or change the weekly opening hours."),
            "close": ("closing:close", "Close days, moving whoever is booked there; --open for a one-off opening."),
            "team": ("clinic:team", "Show, add or change team members."),
            "product": ("products:product", "The figures of a product, and their comparison with the leaflet."),
            "away": ("closing:away", "Leave or a break of one injector, moving whoever is booked then."),
        },
    ),
    "record": (
        "The file: back it up, check it, read its history, undo.",
        {
            "backup": ("record:backup", "Make a backup that has been reopened and checked."),
            "check": ("record:check", "Check the file, its history and its ledger."),
            "history": ("record:history", "Who changed what and when: one patient's record, or the clinic's."),
            "undo": ("record:undo", "Take your last change of the diary back, as one."),
            "migrate": ("record:migrate", "Bring an older clinic file up to date, after a proved backup."),
        },
    ),
    "demo": ("demo:demo", "A made-up clinic in a file of its own, to look around in."),
}
VERBS: Table = THE_DAY | ADMINISTRATION

_NO_FILE_NAMED = "--file is empty: name the clinic file, or leave --file out."

# Typer keeps its error base private; its public BadParameter leads to it.
LineError: type[Exception] = typer.BadParameter.__mro__[2]


def command_at(place: str, name: str) -> Any:
    """The one command that is called; nothing else is imported."""
    module, function = place.split(":")
    single = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
    single.command(name)(getattr(import_module(f"microsclero.commands.{module}"), function))
    built = typer.main.get_command(single)
    params: list[Any] = built.params
    for param in params:
        if _is_whole_number(param):
            param.process_value = _in_plain_digits(param, param.process_value)
    return built


def _is_whole_number(param: Any) -> bool:
    """Typer says it in one way or in another, from one version to the next."""
    bare = getattr(param, "bare_type", None)
    name = bare() if callable(bare) else getattr(getattr(param, "type", None), "name", None)
    return str(name).startswith("int")


def _in_plain_digits(param: Any, process: Callable[..., Any]) -> Callable[..., Any]:
    """The same number read from 0 to 9 alone: Python itself takes the digits of every script, and 1_0 for ten."""
    limited = getattr(param, "type", param)
    least, most = getattr(limited, "min", None), getattr(limited, "max", None)

    def read(ctx: Any, value: Any) -> Any:
        for each in value if isinstance(value, list | tuple) else (value,):
            if not isinstance(each, str):
                continue
            if not re.fullmatch(r"[+-]?[0-9]{1,12}", each.strip()):
                raise typer.BadParameter("not a whole number", ctx=ctx, param=param)
            if (least is not None and int(each) < least) or (most is not None and int(each) > most):
                raise typer.BadParameter(f"{int(each)} is not in the range", ctx=ctx, param=param)
        return process(ctx, value)

    return read


class LazyGroup(TyperGroup):
    """A group of verbs that knows their names and help, and loads only the one that is called."""

    table: ClassVar[Table] = {}

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        if not args and not self.invoke_without_command and not ctx.resilient_parsing:
            *others, last = self.table
            raise UsageError(f"Which one: {', '.join(others)} or {last}? See: microsclero {ctx.info_name} --help.")
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        return list(self.table)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        if isinstance(entry[1], dict):
            return group_of(cmd_name, entry[0], entry[1])
        return command_at(entry[0], cmd_name)

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        for title, verbs in self.sections():
            with formatter.section(title):
                formatter.write_dl([(name, self.help_of(name)) for name in verbs])

    def sections(self) -> list[tuple[str, Table]]:
        return [("Commands", self.table)]

    def help_of(self, name: str) -> str:
        first, second = self.table[name]
        return first if isinstance(second, dict) else second


def group_of(name: str, help_text: str, table: Table) -> Any:
    """A named group from its part of the table."""
    cls = type("VerbGroup", (LazyGroup,), {"table": table})
    group = typer.Typer(rich_markup_mode=None, add_completion=False, help=help_text, cls=cls)
    group.callback()(lambda: None)
    built = typer.main.get_command(group)
    built.name = name
    return built


class RootGroup(LazyGroup):
    """The whole command line, and the one error seam."""

    table: ClassVar[Table] = VERBS

    def sections(self) -> list[tuple[str, Table]]:
        return [("The day", THE_DAY), ("Administration", ADMINISTRATION)]

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        words = list(sys.argv[1:] if args is None else args)
        try:
            words = root_options_first(words)
            code = super().main(args=words, standalone_mode=False, **extra)
            if code == InterruptedByUser.exit_code:
                raise KeyboardInterrupt
        except DeskError as error:
            code = report(error, words)
        except LineError as error:
            from microsclero.commands.slips import sentence_of

            code = report(UsageError(visible(sentence_of(error))), words)
        except typer.Abort:
            code = report(DeclinedError("Stopped. Nothing was saved by this command."), words)
        except OSError as fault:
            code = report(_if_lost(fault), words)
        except KeyboardInterrupt:
            code = report(InterruptedByUser("Interrupted; nothing more was saved."), words)
        status = code if isinstance(code, int) else 0
        if standalone_mode:
            raise SystemExit(status)
        return status


def _if_lost(fault: OSError) -> DeskError:
    """Help and version that could not be written out; any other fault goes on as what it is."""
    from microsclero.render.envelope import not_written

    try:
        sys.stdout.flush()
    except OSError:
        return not_written(fault)
    raise fault


def root_options_first(words: list[str]) -> list[str]:
    """`--file` and `--as` may stand anywhere on the line; they belong to the whole program."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            rest += [word, *waiting]
        elif word in ("--file", "--as"):
            value = next(waiting, None)
            if value is None:
                raise UsageError(f"{word} needs a value after it.")
            if not value and word == "--file":
                raise UsageError(_NO_FILE_NAMED)
            front += [word, value]
        elif word == "--file=":
            raise UsageError(_NO_FILE_NAMED)
        elif word.startswith(("--file=", "--as=")):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def report(error: DeskError, words: Sequence[str]) -> int:
    """Say what happened: the JSON document where one was asked for, else a sentence on stderr."""
    from microsclero.render import envelope

    if "--json" in words and error.code != "answer_not_written":
        try:
            envelope.write_error(verb_of(words), error)
        except OSError:
            # The document has nowhere to go; what happened is said all the same.
            envelope.write_sentence(error)
    else:
        envelope.write_sentence(error)
    return error.exit_code


def verb_of(words: Sequence[str]) -> str:
    """The verb as typed, for the JSON envelope: "screen", "patient add"."""
    plain = [word for word in _without_values(words) if not word.startswith("-")]
    if not plain or plain[0] not in VERBS:
        return "today" if not plain else plain[0][:40]
    entry = VERBS[plain[0]][1]
    if isinstance(entry, dict) and len(plain) > 1 and plain[1] in entry:
        return f"{plain[0]} {plain[1]}"
    return plain[0]


def _without_values(words: Sequence[str]) -> list[str]:
    kept, skip = [], False
    for word in words:
        if not skip:
            kept.append(word)
        skip = word in ("--file", "--as")
    return kept


app = typer.Typer(
    cls=RootGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"microsclero {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The clinic file (or MICROSCLERO_FILE).", show_default=False)
    ] = None,
    who: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="MS", help="Initials: who is at the desk (or MICROSCLERO_AS).", show_default=False
        ),
    ] = None,
    initials: Annotated[bool, typer.Option("--initials", help="Today with initials in place of names.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Today as one JSON document.")] = False,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")] = False,
) -> None:
    """The desk of a microsclerotherapy clinic: screening, planning, aftercare, in one local file.

    Without a command: the desk today.
    """
    given = ctx.obj if isinstance(ctx.obj, Settings) else Settings()
    ctx.obj = given.with_line(file=file, who=who)
    if ctx.invoked_subcommand is None:
        from microsclero.commands.today import show_today

        show_today(ctx, initials=initials, as_json=as_json)


def main() -> None:
    """The console script."""
    from microsclero.render import envelope

    sys.excepthook = envelope.write_fault
    envelope.speak_utf8()
    typer.main.get_command(app).main(prog_name="microsclero")
