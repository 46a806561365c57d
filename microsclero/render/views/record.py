"""Backups, checks, the history and what is undone on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.dates import show_date, show_moment
from microsclero.render.terminal import Heading, console, name, print_lines, print_table, words
from microsclero.render.views.events import notice_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from microsclero.desk.history_of import History, HistoryLine, Told
    from microsclero.desk.record import BackedUp, Checked
    from microsclero.desk.undoing import Undoing
    from microsclero.store.diary import SessionRow


def _counted(counts: dict[str, int]) -> str:
    named = {"patient": "patients", "screening": "screenings", "session": "sessions", "history": "changes"}
    return ", ".join(f"{counts.get(table, 0)} {name}" for table, name in named.items())


def backup_view(made: BackedUp) -> None:
    out = console()
    out.print(words(f"Backup reopened and checked: {made.path}"))
    out.print(words(f"It holds {_counted(made.counts)}."))
    if made.photos:
        out.print(words(f"With it, the pictures of {made.photos} photographs, each read back and checked."))
    out.print(words(f"Head {made.head}"))


def check_view(found: Checked) -> None:
    out = console()
    out.print("The record is whole: pages, links, every row against its history, the ledger's chain.")
    out.print(words(f"It holds {_counted(found.counts)}."))
    out.print(words(f"Head {found.head}"))


def undo_view(undoing: Undoing, *, stderr: bool = False) -> None:
    """Each session now and as it will stand again; then what else goes back."""
    out = console(stderr=stderr)
    state = "Undone" if undoing.saved else "To be undone, nothing saved yet"
    out.print(words(f"{state} · entry {undoing.entry}", "bold"))
    out.print(words(f"“{undoing.command}” by {undoing.who}, {show_moment(undoing.at)}"))
    if undoing.pairs:
        print_table(
            out,
            ["Patient", f"Session {'before' if undoing.saved else 'now'}", "now" if undoing.saved else "as it was"],
            [(str(pair.now.patient_no), _place(pair.now), _place(pair.then)) for pair in undoing.pairs],
        )
    print_lines(out, [_sentence(change) for change in undoing.changes if change.table != "session"])
    print_lines(out, [*undoing.remarks, *notice_lines(undoing.notices), f"Reason: {name(undoing.reason)}"])


def _place(row: SessionRow) -> str:
    """2  Tue 12 Jan 2027 09:00  MS; a word where there is no place."""
    number = str(row.number or "–")
    if row.status == "cancelled":
        return f"{number}  not booked" if row.cancel_reason == "undone" else f"{number}  cancelled"
    state = f", {row.state}" if row.status != "planned" else ""
    return f"{number}  {show_date(row.on)} {row.starts:%H:%M}  {row.injector}{state}"


def history_view(history: History) -> None:
    """Newest first: who, when, which command; below it what it did."""
    from microsclero.render.views.patients import headline

    out = console()
    patient = history.patient
    lines: list[str] = [Heading(headline(patient) if patient else "The newest changes of the record")]
    for line in history.lines:
        lines += _history_lines(line, with_patient=patient is None)
    print_lines(out, lines if history.lines else [*lines, "Nothing has been changed yet."])
    print_lines(out, history.remarks)


def _history_lines(line: HistoryLine, *, with_patient: bool) -> Iterator[str]:
    yield Heading(f"{line.entry}  {show_moment(line.at)}  {line.who}  {line.command}")
    for change in line.changes:
        whose = f"patient {change.patient_no}: " if with_patient and change.patient_no else ""
        yield f"    {whose}{_words(change)}"
    if line.more:
        yield f"    and {line.more} more"
    if line.undone:
        back = line.undone
        yield f"    undone by {back.who}, {show_moment(back.at)}: {name(back.reason)}"


def _words(change: Told) -> str:
    return f"{change.what}: {name(change.said)}" if change.said else change.what


def _sentence(change: Told) -> str:
    text = _words(change)
    return f"{text[:1].upper()}{text[1:]}"
