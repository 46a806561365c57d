"""What most commands share: their common options, the way to the desk, and the way out."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from datetime import time as clock_time
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from microsclero.errors import DeclinedError, FileError, NotFoundError, UsageError
from microsclero.settings import Settings

if TYPE_CHECKING:
    from microsclero.ask.fields import Field
    from microsclero.desk import Desk

T = TypeVar("T")

PatientNo = Annotated[
    int | None,
    typer.Argument(
        metavar="PATIENT", min=1, max=999_999_999, help="The patient's number; without it, choose.", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document in place of the view.")]
Answers = Annotated[
    str | None,
    typer.Option(
        "--answers", metavar="FILE", help="Answer by a JSON document; - is standard input.", show_default=False
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Save without asking.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Pass the same gates, save nothing.")]
At = Annotated[str | None, typer.Option("--at", metavar="HH:MM", help="At this time exactly.", show_default=False)]
Start = Annotated[str | None, typer.Option(metavar="DATE", help="Not before this day.", show_default=False)]
Weekdays = Annotated[str | None, typer.Option(metavar="tue,thu", help="On these weekdays.", show_default=False)]
WithInjector = Annotated[str | None, typer.Option(metavar="MS", help="With this injector.", show_default=False)]
PdfFile = Annotated[
    str | None, typer.Option("--pdf", metavar="FILE", help="Write the sheet as a PDF.", show_default=False)
]

# Any day will do to see whether a typed date can be read at all.
_SOME_DAY = date(2026, 1, 5)


@contextmanager
def at_desk(ctx: typer.Context, *, writing: bool = False, read_only: bool = False) -> Iterator[Desk]:
    """The open desk. Writing needs to know who; at a terminal a missing clinic file may be made on the way."""
    from microsclero.desk import open_desk

    settings: Settings = ctx.obj
    # Reading looks up the desk's own settings only where the file had to be looked up there, too.
    who = settings.actor() if writing or settings.file is None else settings.who
    if writing and not who and not can_ask(ctx):
        raise UsageError(
            "Who is at the desk? Give your initials with --as MS, or set MICROSCLERO_AS.", code="who_missing"
        )
    try:
        desk = open_desk(settings, who=who, read_only=read_only)
    except FileError as error:
        desk = _another_way_in(ctx, settings, error, read_only=read_only)
    try:
        if writing or who:
            desk = _known(ctx, desk, needed=writing)
        yield desk
    finally:
        for note in desk.store.notes:
            tell(note)
        desk.close()


def _known(ctx: typer.Context, desk: Desk, *, needed: bool) -> Desk:
    """The desk with the initials checked against the team."""
    who = desk.who
    if not who:
        if not needed:
            return desk
        who = keyboard().line(f"Who is at the desk? Initials ({', '.join(desk.initials())}): ").strip()
    try:
        return desk.as_person(who)
    except NotFoundError:
        if needed:
            raise
        return desk._replace(who=None)


def _another_way_in(ctx: typer.Context, settings: Settings, error: FileError, *, read_only: bool) -> Desk:
    from microsclero.desk import open_desk

    if not can_ask(ctx) or error.code not in ("file_missing", "file_older"):
        raise error
    tell(error.message)
    if error.code == "file_older":
        if not confirm("Bring it up to date now, after a proved backup?"):
            raise error
        from microsclero.desk.record import migrate

        tell(f"Backup kept at {migrate(settings)}.")
    else:
        if not confirm("Make a new clinic file there now?"):
            raise error
        from microsclero.commands.clinic import make_clinic

        make_clinic(settings, None)
    return open_desk(settings, who=settings.actor(), read_only=read_only)


def can_ask(ctx: typer.Context) -> bool:
    """Whether a person can be asked: a terminal, and no document or JSON that takes their place."""
    from microsclero.ask.keys import at_terminal

    return at_terminal() and not ctx.params.get("answers")


def keyboard() -> Any:
    from microsclero.ask.keys import Keyboard

    return Keyboard()


def tell(text: str) -> None:
    """A remark on stderr."""
    from microsclero.render.envelope import say

    say(text)


def tell_all(remarks: Iterable[str]) -> None:
    """Each remark on a line of its own."""
    for remark in remarks:
        tell(remark)


def tell_by_hand(parts: Collection[str]) -> None:
    """What a printed page lacks, because no font of ours has its letters."""
    if parts:
        tell(f"Our fonts lack letters for: {', '.join(parts)}. Please write it in by hand.")


def confirm(question: str) -> bool:
    """One deliberate key: y or n, nothing else, no default; a key that is leant on is no answer."""
    key = one_key(f"{question} [y/n] ", ("y", "n"))
    tell("yes" if key == "y" else "no")
    return key == "y"


def yes_no_unsure(question: str) -> str:
    """The same with a third key: y, n, or u for not sure."""
    key = one_key(f"{question} [y/n/u] ", ("y", "n", "u"))
    tell({"y": "YES", "n": "no", "u": "NOT SURE"}[key])
    return key


def one_key(prompt: str, allowed: tuple[str, ...]) -> str:
    """One deliberate key of these; nothing typed ahead, nothing leant on."""
    from microsclero.render.asking import folded

    keys = keyboard()
    while True:
        keys.forget_typed_ahead()
        sys.stderr.write(folded(prompt))
        sys.stderr.flush()
        key, is_too_fast = keys.read_key(time.monotonic())
        if key in allowed and not is_too_fast:
            return str(key)
        sys.stderr.write("\n")  # What is said to that has a line of its own, folded between words.
        if is_too_fast:
            tell("That came faster than anyone can read. Let go, then answer.")
            keys.wait_for_quiet()
        else:
            *others, last = ("Enter" if each == "\n" else each for each in allowed)
            tell(f"Please press {', '.join(others)} or {last}.")


def go_ahead(ctx: typer.Context, *, yes: bool, question: str) -> None:
    """The last step before something is saved: --yes, or a person's y; off a terminal exit 2."""
    if yes:
        return
    if not can_ask(ctx):
        way = "--yes to save it, or --dry-run to look only" if "dry_run" in ctx.params else "--yes to go on"
        raise UsageError(f"Nothing was saved: say {way}.", code="yes_missing")
    if not confirm(question):
        raise DeclinedError("Nothing was saved.")


def document_or_person(
    ctx: typer.Context, fields: Iterable[Field], answers: str | None, *, partly: bool = False
) -> dict[str, Any] | None:
    """The values from a document; None where a person at the terminal is to be asked, once the desk is open.

    Off a terminal the missing keys are named (2), before any file is opened.
    """
    from microsclero.ask import fields as asking

    fields = tuple(fields)
    if answers is not None:
        from microsclero.ask.documents import read_answers

        return asking.from_document(fields, read_answers(answers), partly=partly)
    if not can_ask(ctx):
        raise asking.missing_off_a_terminal(() if partly else fields)
    return None


def ask(fields: Iterable[Field], offered: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The values from the person at the terminal; what is offered stands in brackets."""
    from microsclero.ask.fields import from_person

    return from_person(fields, keyboard(), tell, typed=dict(offered or {}), from_first=True)


def ask_changes(fields: Iterable[Field], now: Mapping[str, object]) -> dict[str, Any]:
    """Corrections from the person at the terminal: Enter keeps, a dash empties."""
    from microsclero.ask.fields import changes_from_person

    return changes_from_person(fields, now, keyboard(), tell)


def answer(command: str, data: Mapping[str, object], *, as_json: bool, view: Callable[[], None]) -> None:
    """The answer: one JSON document, or the command's own view."""
    try:
        if as_json:
            from microsclero.render.envelope import write_answer

            write_answer(command, data)
        else:
            view()
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        from microsclero.render.envelope import not_written

        raise not_written(error) from None


def readable(parse: Callable[..., T], text: str, option: str, **more: Any) -> T:
    """A typed value, or exit 2 with the option named."""
    try:
        return parse(text, **more)
    except ValueError as error:
        raise UsageError(f"{option}: {error}".rstrip(".") + ".", code="unreadable", option=option) from None


def maybe(parse: Callable[..., T], text: str | None, option: str) -> T | None:
    """The same for an option that may be left out."""
    return None if text is None else readable(parse, text, option)


def dated(text: str, option: str, *, gone_by: bool = False) -> Callable[[date], date]:
    """A typed date, checked at once, worked out once the clinic's today is known (`+4w`, `tomorrow`)."""
    from microsclero.dates import parse_date, parse_past_date

    read = parse_past_date if gone_by else parse_date
    readable(read, text, option, today=_SOME_DAY)
    return lambda today: readable(read, text, option, today=today)


def maybe_dated(text: str | None, option: str, *, gone_by: bool = False) -> Callable[[date], date | None]:
    """The same for an option that may be left out."""
    return (lambda today: None) if text is None else dated(text, option, gone_by=gone_by)


def spanned(text: str, option: str) -> Callable[[date], tuple[date, date]]:
    """A typed day or A..B in the same two steps; where one end hangs on today, so does which is the earlier."""
    from microsclero.dates import parse_date, parse_range

    ends = [end.strip() for end in text.split("..", 1)]
    for end in ends:
        readable(parse_date, end, option, today=_SOME_DAY)
    if all(end[:1].isdigit() for end in ends):
        readable(parse_range, text, option, today=_SOME_DAY)
    return lambda today: readable(parse_range, text, option, today=today)


def text_on_line(
    text: str | None, option: str, *, most: int = 2_000, what: str = "the reason", lines: bool = False
) -> str | None:
    """Words typed on the line, kept exactly; None where none were, or where they say nothing."""
    from microsclero.ask.fields import person_text

    return maybe(person_text(most, lines=lines, what=what), text, option)


def save_or_look(*, yes: bool, dry_run: bool) -> None:
    """Not both of --yes and --dry-run."""
    if yes and dry_run:
        raise UsageError("--yes and --dry-run exclude each other: save, or only look?")


def initials(text: str | None, option: str) -> str | None:
    """Somebody of the team as named on the line; nobody named is no wish, an empty name a slip."""
    if text is not None and not text.strip():
        raise UsageError(f"{option} is empty: give initials, such as MS.", code="unreadable", option=option)
    return text


def timed(text: str | None, option: str) -> clock_time | None:
    from microsclero.dates import parse_time

    return maybe(parse_time, text, option)


def chosen_patient(ctx: typer.Context, patient: int | None) -> int:
    """The patient named on the line; at a terminal a list to choose from."""
    chosen = patient or chosen_or_new(ctx, may_add=False)
    if chosen is None:
        raise DeclinedError("No patient chosen; nothing was done.")
    return chosen


def chosen_or_new(ctx: typer.Context, *, may_add: bool = True) -> int | None:
    """A patient chosen at the terminal; None means: a new one."""
    if not can_ask(ctx):
        raise UsageError(
            "Which patient? Give the number: microsclero patient find looks it up.", code="patient_missing"
        )
    with at_desk(ctx) as desk:
        from microsclero.commands.choosing import choose_patient

        return choose_patient(desk, keyboard(), may_add=may_add)


def right_patient(ctx: typer.Context, desk: Desk, patient_no: int, *, ask: bool, headed: bool = True) -> None:
    """Number, name and date of birth before anything is changed; at a terminal the date of birth is asked for once.

    headed: False where the answer itself opens with the patient.
    """
    from microsclero.desk.patients import bystanders
    from microsclero.desk.patients import show as show_patient

    patient = show_patient(desk, patient_no)
    from microsclero.ask.keys import at_terminal
    from microsclero.render.views.patients import headline

    # Off a terminal stderr may end in a log, where no name belongs.
    if headed and at_terminal() and not ctx.params.get("as_json"):
        tell(headline(patient))
    if not can_ask(ctx):
        return
    if patient.allergies:
        tell(f"ALLERGIES {patient.allergies}")
    tell_all(bystanders(desk, patient))
    if ask and not confirm("Ask their date of birth. Does it match?"):
        raise DeclinedError("Not the right patient, so nothing was done. Look again with: microsclero patient find")
