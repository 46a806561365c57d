"""The blank questionnaire as paper: every question with its boxes, the practitioner's part on pages of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from microsclero.render.paper import Hand, PatientLine, Printed, pdf

YES_NO_BOXES = ("Yes", "No", "Not sure")
# Letters in all the boxes of a question.
BESIDE, STACKED = 25, 50
TITLES = {"intake": "Questions about your health", "session": "Questions before today’s session"}


def form_pdf(
    form: Mapping[str, Any],
    *,
    clinic: str = "",
    patient: PatientLine | None = None,
    large: bool = False,
) -> Printed:
    """The blank questionnaire for the waiting room; the practitioner's own part stands on last pages.

    form: the questions as a document, as `screen --form` gives them.
    """
    hand = Hand()
    title = TITLES.get(str(form["id"]), TITLES["intake"])
    footer = f"Questions {form['version']}"
    data = {
        **hand.frame(title, clinic, patient, footer=footer, made_up=False, large=large),
        "intake": form["id"] == "intake",
        "sections": _sections(form, by="patient"),
        "examiner": _sections(form, by="examiner"),
    }
    return Printed(pdf=pdf("screening_form", data), by_hand=tuple(hand.by_hand))


def _sections(form: Mapping[str, Any], *, by: str) -> list[dict[str, Any]]:
    """The sections in their order, each with the questions this person answers."""
    asked = [question for question in form["questions"] if question.get("by", "patient") == by]
    numbers = _numbers(form)
    sections = [
        {
            "title": section["title"],
            "questions": [_question(q, form, numbers) for q in asked if q["section"] == section["section"]],
        }
        for section in form["sections"]
    ]
    return [section for section in sections if section["questions"]]


def _numbers(form: Mapping[str, Any]) -> dict[str, int]:
    """The number of each question of its own, as the screen counts them while no follow-up is shown."""
    own = (question["link_id"] for question in form["questions"] if not question.get("shown_if"))
    return {link_id: number for number, link_id in enumerate(own, 1)}


def _question(question: Mapping[str, Any], form: Mapping[str, Any], numbers: Mapping[str, int]) -> dict[str, Any]:
    kind, labels = question["type"], question.get("labels") or {}
    boxes = list(YES_NO_BOXES) if kind == "yes_no" else [labels.get(value, value) for value in question["options"]]
    if kind != "yes_no" and question.get("unsure_allowed"):
        boxes.append(YES_NO_BOXES[-1])
    length = sum(map(len, boxes))
    return {
        "number": numbers.get(question["link_id"]),
        "text": question["text"],
        "type": kind,
        "boxes": boxes,
        # Short choices stand beside the question, long ones one below the other.
        "beside": kind in ("yes_no", "choice") and length <= BESIDE,
        "stacked": length > STACKED,
        "unit": question.get("unit") or "",
        "lead": _lead(question, form, numbers),
    }


def _lead(question: Mapping[str, Any], form: Mapping[str, Any], numbers: Mapping[str, int]) -> str | None:
    """How a follow-up opens on paper, where nothing can be hidden; None for a question of its own."""
    shown_if = question.get("shown_if")
    if not shown_if:
        return None
    parent = next(each for each in form["questions"] if each["link_id"] == shown_if["question"])
    words = {"yes": "yes", "no": "no", "unsure": "not sure"}
    words |= {value: f"“{label}”" for value, label in (parent.get("labels") or {}).items()}
    said = " or ".join(words.get(value, value) for value in shown_if["is"])
    # On another page than its question, it says which one.
    elsewhere = parent.get("by", "patient") != question.get("by", "patient") and parent["link_id"] in numbers
    return f"If {said} at question {numbers[parent['link_id']]}:" if elsewhere else f"If {said}:"
