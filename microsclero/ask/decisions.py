"""What is asked of a prescriber who decides, and of whoever files a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from microsclero.ask.fields import Field, Parse, initials_field, one_of, past_day, person_text, text_of
from microsclero.errors import DeclinedError
from microsclero.standing import DECISIONS, DOCUMENT_WORDS

if TYPE_CHECKING:
    from microsclero.ask.keys import Keyboard
    from microsclero.desk.deciding import ForReview

_REASON = person_text(2_000, lines=True, what="the reason")


def decide_fields() -> tuple[Field, ...]:
    return (
        initials_field("prescriber", "Prescriber"),
        Field(key="decisions", ask="Decisions", parse=_decisions, required=True, document_only=True),
    )


def _decisions(value: object) -> tuple[dict[str, str], ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("a list of decisions, each with rule, decision and reason, is wanted")
    return tuple(_one_decision(place, entry) for place, entry in enumerate(value, 1))


def _one_decision(place: int, entry: object) -> dict[str, str]:
    if not isinstance(entry, dict):
        raise ValueError(f"decision {place} is not an object with rule, decision and reason")
    unknown = sorted(str(key)[:60] for key in set(entry) - {"rule", "decision", "reason", "condition"})
    if unknown:
        raise ValueError(f"decision {place} has unknown keys: {', '.join(unknown)}")
    missing = [key for key in ("rule", "decision", "reason") if not entry.get(key)]
    if missing:
        raise ValueError(f"decision {place} lacks {', '.join(missing)}")
    try:
        made = {
            "rule": text_of(entry["rule"]).strip(),
            "decision": one_of(DECISIONS)(entry["decision"]),
            "reason": _REASON(entry["reason"]) or "",
        }
        if entry.get("condition"):
            made["condition"] = person_text(500, what="the condition")(entry["condition"]) or ""
    except ValueError as error:
        raise ValueError(f"decision {place}: {error}") from None
    if not made["reason"]:
        raise ValueError(f"decision {place} lacks a reason")
    return made


def ask_decisions(
    review: ForReview, keyboard: Keyboard, say: Callable[[str], None], *, who: str | None
) -> dict[str, Any]:
    """Each finding in turn, with what speaks to it: proceed or decline, and why; or leave it for later.

    who: the person at the desk, whom Enter names where they may prescribe.
    """
    from microsclero.dates import show_date
    from microsclero.text import visible

    own = who if who in review.prescribers else ""
    asked = f"Prescriber, one of {', '.join(review.prescribers)}{f' (Enter: {own})' if own else ''}"
    prescriber = ""
    while prescriber.upper() not in review.prescribers:
        prescriber = keyboard.line(f"  {asked}: ").strip() or str(own)
    made: list[dict[str, str]] = []
    for finding in review.findings:
        say("")
        say(f"  {finding.rule}: {finding.reason}")
        for said in finding.said:
            say(f"  {'Asked' if said.was_asked else 'Known'}: {said.question}")
            say(f"  Answer: “{visible(said.words)}”, given on {show_date(said.on)}")
        say(f"  Changes it: {finding.changes}")
        say(f"  Source: {finding.source}")
        for document in finding.documents:
            say(f"  Filed: {document}")
        if finding.before:
            say(f"  {finding.before.in_words()}")
        answer = ""
        while answer not in ("p", "d", "l"):
            answer = keyboard.line("  p proceed, d decline, l leave for later: ").strip().lower()
        if answer == "l":
            continue
        reason = None
        while not reason:
            try:
                reason = _REASON(keyboard.line("  Why (a condition may stand here too): "))
            except ValueError as error:
                say(f"  Please again: {error}")
        made.append({"rule": finding.rule, "decision": "proceed" if answer == "p" else "decline", "reason": reason})
    if not made:
        raise DeclinedError("Nothing was decided; every finding is left for later.")
    return {"prescriber": prescriber, "decisions": tuple(made)}


def _since(born_on: date | None, today: date | None) -> Parse:
    read = past_day(today)

    def parse(value: object) -> date:
        day: date = read(value)
        if born_on is not None and day < born_on:
            raise ValueError("that lies before the patient's birth")
        return day

    return parse


def ask_document(
    waiting: Mapping[str, str], today: date, born_on: date, keyboard: Keyboard, say: Callable[[str], None]
) -> dict[str, Any]:
    """The paper, under what waits for which kind; a finding that waits for another kind is asked again."""
    from microsclero.ask.fields import from_person

    for rule, kind in waiting.items():
        say(f"  {rule} waits for: {kind}")
    if not waiting:
        say("  No finding waits for a document; it is filed with the record.")
    given = from_person(document_fields(today, born_on)[:-1], keyboard, say)
    fitting = {rule: kind for rule, kind in waiting.items() if kind == given["kind"]}
    if not fitting:
        return given
    which = document_fields(waiting=fitting)[-1]
    return given | from_person([which], keyboard, say)


def document_fields(
    today: date | None = None, born_on: date | None = None, waiting: Mapping[str, str] | None = None
) -> tuple[Field, ...]:
    """A paper that was sent or brought.

    What is not known, the day, the birth or which findings wait for which kind, is left for the desk to refuse.
    """
    from microsclero.dates import past_example

    example = f" ({past_example(today)})" if today else ""
    names = f", {' / '.join(waiting)}" if waiting else ""
    return (
        Field(
            key="kind",
            ask="Kind",
            parse=one_of(DOCUMENT_WORDS),
            required=True,
            choices=tuple((kind, kind) for kind in DOCUMENT_WORDS),
        ),
        Field(key="dated_on", ask=f"Date on the document{example}", parse=_since(born_on, today), required=True),
        Field(key="from", ask="Who wrote it", parse=person_text(200, what="the sender")),
        Field(
            key="summary",
            ask="What it says, in a sentence",
            parse=person_text(4_000, lines=True, what="the summary"),
            required=True,
        ),
        Field(
            key="rule",
            ask=f"For which finding{names} (Enter: every one that waits for this kind)",
            parse=person_text(60, what="the finding") if waiting is None else one_of(waiting),
        ),
    )
