"""A stored screening as paper: what it found, every question with its answer, what followed, and the proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from microsclero.dates import show_date, show_moment
from microsclero.render.paper import Hand, PatientLine, Printed, pdf, printable
from microsclero.render.views.reprint import COUNTED, KEYS_ALONE, STATES, last_time, same_findings
from microsclero.render.views.screening import EACH, HEADINGS
from microsclero.sheet import capital

if TYPE_CHECKING:
    from microsclero.desk.asked_lines import Line
    from microsclero.desk.reprinting import Reprint

TITLES = {"intake": "Questions about health", "session": "Questions before a session"}


class Persons(Hand):
    """Words that a person typed: asked of the typesetter one by one only where it lacks a letter in them all."""

    def __init__(self, texts: Iterable[str]) -> None:
        super().__init__()
        self.are_all_printable = printable(" ".join(texts))

    def text(self, text: str, what: str) -> str | None:
        return text if self.are_all_printable else self.kept(text, what)


def reprint_pdf(page: Reprint) -> Printed:
    """The screening on A4, black on white; clinic, patient and number stand on every page."""
    row, patient = page.row, page.patient
    hand = Persons(["x", *_typed(page)])
    title = f"{TITLES[row.purpose]}, {show_date(row.on)}"
    who = PatientLine.of(patient)
    footer = f"Screening {row.screening} · questions {row.version}"
    signed = f"Asked by {row.asked_by}. Read, examined, signed by {row.signed_by} on {show_moment(page.signed_at)}."
    data = {
        **hand.frame(title, page.clinic, who, footer=footer, made_up=page.made_up, large=False),
        "facts": [
            f"Screening {row.screening}, reprinted as it was asked. {page.age} years old on that day.",
            hand.text(signed, "who asked and signed"),
            *(f"By the clinic's own reading of its page that was on record then: {each}." for each in row.readings),
            *page.remarks,
        ],
        "warning": [reason.message for reason in page.proof.reasons],
        "outcome": capital(HEADINGS[row.outcome]),
        "findings": [_finding(found, page, hand) for found in row.findings],
        "unanswered": _unanswered(page),
        "sections": _sections(page, hand),
        "since": _since(page, hand),
        "proof": _proof(page),
    }
    return Printed(pdf=pdf("reprint", data), by_hand=tuple(hand.by_hand))


def _typed(page: Reprint) -> list[str]:
    """Everything on the paper that a person has typed."""
    texts = [page.row.asked_by, page.row.signed_by]
    texts += [line.in_words for line in page.lines if line.answer is not None]
    texts += [each.before_in_words for each in page.changed]
    texts += [f"{made.prescriber} {made.reason}" for made in page.decisions]
    return [*texts, *(filed.summary for filed in page.documents)]


def _finding(found: Mapping[str, Any], page: Reprint, hand: Persons) -> dict[str, Any]:
    product = f" (only for {', '.join(found['applies_to'])})" if found["applies_to"] else ""
    # What lasted stands last, and is what the finding rests on.
    line = next((each for each in reversed(page.lines) if each.link_id == found["question"]), None)
    answer = line.in_words if line else str(found["answer"])
    asked = f"question {line.number}, {found['question']}" if line and line.number else str(found["question"])
    more = [
        ("Answer", hand.text(f"{answer} ({asked})", f"the answer to {found['question']}")),
        ("Changes", found["changes"]),
        ("Ask again", show_date(date.fromisoformat(found["ask_again_on"])) if found["ask_again_on"] else ""),
        ("Source", found["source"]),
        ("Rule", found["rule"]),
    ]
    return {
        "title": f"{capital(EACH[found['outcome']])}: {found['reason']}{product}",
        "more": [{"label": label, "text": text} for label, text in more if text != ""],
    }


def _unanswered(page: Reprint) -> list[str]:
    numbers = {line.link_id: line.number for line in page.lines if line.number}
    return [f"question {numbers[link_id]}" if numbers.get(link_id) else link_id for link_id in page.row.unanswered]


def _sections(page: Reprint, hand: Persons) -> list[dict[str, Any]]:
    sections: dict[str, list[dict[str, Any]]] = {}
    for line in page.lines:
        sections.setdefault(line.section, []).append(_line(line, page, hand))
    otherwise = COUNTED if page.titles else KEYS_ALONE
    return [{"title": page.titles.get(section, otherwise), "lines": lines} for section, lines in sections.items()]


def _line(line: Line, page: Reprint, hand: Persons) -> dict[str, Any]:
    is_given = line.answer is not None
    note = None
    if line.told:
        note = line.told.rstrip(".")
    elif is_given and line.said_on != page.row.on:
        note = f"{'counted' if line.state == 'counted' else 'confirmed'}, said on {show_date(line.said_on)}"
    changed = line.changed
    return {
        "number": line.number,
        "follows": line.number is None and line.state != "counted" and bool(page.titles),
        "text": line.text,
        "given": is_given,
        "answer": hand.text(line.in_words, f"the answer to {line.link_id}") if is_given else STATES[line.state],
        "note": note,
        "is_changed": changed is not None,
        "changed": None if changed is None else hand.text(last_time(changed), f"the earlier answer to {line.link_id}"),
    }


def _since(page: Reprint, hand: Persons) -> list[dict[str, Any]]:
    told: list[tuple[str, str | None]] = []
    for made in page.decisions:
        word = "go ahead" if made.decision == "proceed" else "declined"
        text = f"{made.rule}: {word} ({made.prescriber}, {show_date(made.on)}). {made.reason}"
        told.append(("Decision", hand.text(text, f"the decision on {made.rule}")))
    for filed in page.documents:
        text = f"{filed.document}, {filed.kind} of {show_date(filed.dated_on)}: {filed.summary}"
        told.append(("Document", hand.text(text, f"document {filed.document}")))
    if page.row.superseded_by:
        told.append(("Screening", f"Asked again: screening {page.row.superseded_by}."))
    return [{"label": label, "text": text} for label, text in told]


def _proof(page: Reprint) -> dict[str, Any]:
    row, holds = page.row, page.proof.holds
    again = f"The same outcome, {same_findings(page)}."
    lines = [
        ("Run again", again if holds else "See the box on the first page."),
        ("Questions", f"{row.questionnaire}, version {row.version}{', as released' if holds else ''}"),
        ("SHA-256", row.sha256),
    ]
    return {"title": "Proof" if holds else "Not proved", "lines": [{"label": a, "text": b} for a, b in lines]}
