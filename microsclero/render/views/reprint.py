"""A stored screening on the screen: question by question as it was asked, then what followed, then the proof."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from microsclero.dates import show_date, show_moment
from microsclero.render.folding import fold
from microsclero.render.terminal import console, print_lines, width, words
from microsclero.render.views.patients import headline
from microsclero.render.views.screening import HEADINGS, STYLES, difference_line, finding_view, more
from microsclero.render.views.sheets import WrittenPdf
from microsclero.text import Written

if TYPE_CHECKING:
    from rich.console import Console

    from microsclero.desk.asked_lines import Line
    from microsclero.desk.reprinting import Reprint
    from microsclero.said_before import Difference

STATES = {"not_asked": "not asked", "not_answered": "not answered", "left_out": "left out"}
KEYS_ALONE = "Answers, by their keys"
COUNTED = "Answers from before that counted"


def reprint_view(page: Reprint, *, pdf: str | None = None, stderr: bool = False) -> None:
    """Everything as it was stored; where the proof does not hold it goes beside the error, never missing."""
    out = console(stderr=stderr)
    if pdf is not None:
        print_lines(out, [Written(Path(pdf).expanduser().absolute())])
        _proof(out, page)
        return
    _head(out, page)
    answers = {line.link_id: line.in_words for line in page.lines}
    for found in page.row.findings:
        given = f"{found['question']}: {answers.get(found['question'], found['answer'])}"
        finding_view(out, found, answer=given)
    if page.changed:
        out.print()
        for each in page.changed:
            more(out, "Changed", difference_line(each))
    _questions(out, page)
    _since(out, page)
    _proof(out, page)


def _head(out: Console, page: Reprint) -> None:
    row = page.row
    out.print(words(f"SCREENING {row.screening}, AS IT WAS ASKED", "bold"))
    out.print(words(headline(page.patient)))
    out.print(words(f"{row.purpose} of {show_date(row.on)} · {page.age} years old on that day · {page.clinic}"))
    out.print(
        words(f"Asked by {row.asked_by} · read, examined, signed by {row.signed_by}, {show_moment(page.signed_at)}")
    )
    for reading in row.readings:
        out.print(words(f"By the clinic's own reading of its page that was on record then: {reading}"))
    for remark in page.remarks:
        out.print(words(remark))
    out.print()
    out.print(words(HEADINGS[row.outcome], STYLES.get(row.outcome, "bold")))
    if row.ask_again_on:
        out.print(words(f"Ask again on {show_date(row.ask_again_on)}.", "bold"))


def _questions(out: Console, page: Reprint) -> None:
    section = None
    for line in page.lines:
        if line.section != section:
            section = line.section
            out.print()
            title = page.titles.get(section, COUNTED if page.titles else KEYS_ALONE)
            out.print(words(title.upper(), "bold"))
        indent = 3 if line.number is not None or line.state == "counted" else 6
        label = f"{line.number:>3}  " if line.number is not None else " " * (indent + 2)
        _set_in(out, label, line.text)
        for mark, told in zip("→≠", told_of(line, page), strict=False):
            _set_in(out, f"{' ' * (indent + 2)}{mark} ", told, style="bold" if line.changed else "")


def told_of(line: Line, page: Reprint) -> list[str]:
    """The answer as given; where it was only confirmed, since when; where it is another than last time, which."""
    answer = STATES.get(line.state, line.in_words)
    if line.told:
        return [f"{answer} ({line.told.rstrip('.')})"]
    if line.answer is not None and line.said_on != page.row.on:
        how = "counted" if line.state == "counted" else "confirmed"
        answer = f"{answer} ({how}: said on {show_date(line.said_on)})"
    changed = line.changed
    if changed is None:
        return [answer]
    return [answer, f"CHANGED, last time: {last_time(changed)}"]


def last_time(changed: Difference) -> str:
    """The answer before, with its day and its screening."""
    return f"{changed.before_in_words}, {show_date(changed.before_on)}, screening {changed.screening}"


def _since(out: Console, page: Reprint) -> None:
    if page.decisions or page.documents or page.row.superseded_by:
        out.print()
        out.print(words("SINCE THEN", "bold"))
    for made in page.decisions:
        more(out, "Decision", f"{made.rule}: {made.decision} ({made.prescriber}, {show_date(made.on)}), {made.reason}")
    for filed in page.documents:
        told = f"{filed.document}, {filed.kind} of {show_date(filed.dated_on)}: {filed.summary}"
        more(out, "Document", told)
    if page.row.superseded_by:
        more(out, "Screening", f"asked again: screening {page.row.superseded_by}")


def _proof(out: Console, page: Reprint) -> None:
    row, proof = page.row, page.proof
    out.print()
    out.print(words("PROOF" if proof.holds else "NOT PROVED", "bold" if proof.holds else "bold red"))
    if proof.holds:
        out.print(words(f"Run again: the same outcome ({proof.outcome_again}), {same_findings(page)}."))
    released = ", as released" if proof.holds else ""
    more(out, "Questions", f"{row.questionnaire}, version {row.version}{released}")
    more(out, "sha256", row.sha256)
    for reason in proof.reasons:
        more(out, "But", reason.message)


def same_findings(page: Reprint) -> str:
    """In words, with how many there are."""
    return f"the same findings ({len(page.row.findings) or 'none'})"


def _set_in(out: Console, label: str, text: str, *, style: str = "") -> None:
    room = max(min(width(), 100) - len(label), 30)
    first, *others = fold(text, room)
    out.print(words(f"{label}{first}", style))
    for line in others:
        out.print(words(f"{' ' * len(label)}{line}", style))


def write_reprint(page: Reprint, target: str, *, live: Path | None) -> WrittenPdf:
    """The same on paper."""
    from microsclero.render.files import put_down
    from microsclero.render.paper.reprint import reprint_pdf

    printed = reprint_pdf(page)
    return WrittenPdf(path=put_down(printed.pdf, target, option="--pdf", live=live), by_hand=printed.by_hand)
