"""What came of a call, on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.render.terminal import Heading, console, print_lines
from microsclero.render.views.today import OUTCOME_WORDS, line_words, tried_words

if TYPE_CHECKING:
    from microsclero.desk.calling import Called
    from microsclero.desk.worked import Line


def told(line: Line) -> list[str]:
    """A line as it stands, before its patient is rung."""
    about = f"About {line.about.replace('_', ' ')}: {' · '.join(line_words(line))}"
    return [about, *(f"  {text}" for text in tried_words(line))]


def called_view(called: Called) -> None:
    """That it is noted, and what is still to be done."""
    about = called.about.replace("_", " ")
    lines: list[str] = [Heading(f"Noted · patient {called.patient_no}, {about}: {OUTCOME_WORDS[called.outcome]}")]
    if called.line:
        lines += [
            f"  {' · '.join(line_words(called.line))}",
            *(f"    {text}" for text in tried_words(called.line)),
            f"Still open. Next: microsclero {called.line.next}",
        ]
    else:
        lines.append("It has left the list.")
    print_lines(console(), [*lines, *called.remarks])
