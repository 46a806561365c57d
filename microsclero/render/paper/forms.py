"""The blank questionnaire as paper: every question with its boxes, the practitioner's part on pages of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from microsclero.render.paper import Hand, PatientLine, Printed, pdf

if TYPE_CHECKING:
    from microsclero.questionnaire import Questionnaire

YES_NO_BOXES = ("Yes", "No", "Not sure")
TITLES = {"intake": "Questions about your health", "session": "Questions before today’s session"}


def screening_form_pdf(form: Questionnaire, *, clinic: str = "", large: bool = False) -> bytes:
    """The blank form of this questionnaire for the waiting room."""
    return form_pdf(form.form_data(), clinic=clinic, large=large).pdf


def form_pdf(
    form: Mapping[str, Any],
    *,
    clinic: str = "",
    patient: PatientLine | None = None,
    made_up: bool = False,
    large: bool = False,
) -> Printed:
    """The blank questionnaire for the waiting room; the practitioner's own part stands on a last page.

    form: the questions as a document, as `screen --form` gives them.
    """
    hand = Hand()
    title = TITLES.get(str(form["id"]), TITLES["intake"])
    footer = f"Questions {form['version']}"
    data = {
        **hand.frame(title, clinic, patient, footer=footer, made_up=made_up, large=large),
        "intake": form["id"] == "intake",
        "sections": _sections(form, by="patient"),
        "examiner": _sections(form, by="examiner"),
    }
    return Printed(pdf=pdf("screening_form", data), by_hand=tuple(hand.by_hand))


def _sections(form: Mapping[str, Any], *, by: str) -> list[dict[str, Any]]:
    """The sections in their order, each with the questions this person answers."""
    asked = [question for question in form["questions"] if question.get("by", "patient") == by]
    sections = [
        {
            "title": section["title"],
            "questions": [_question(q, form) for q in asked if q["section"] == section["section"]],
        }
        for section in form["sections"]
    ]
    return [section for section in sections if section["questions"]]


def _question(question: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    kind, labels = question["type"], question.get("labels") or {}
    boxes = list(YES_NO_BOXES) if kind == "yes_no" else [labels.get(value, value) for value in question["options"]]
    if kind != "yes_no" and question.get("unsure_allowed"):
        boxes.append(YES_NO_BOXES[-1])
    return {
        "text": question["text"],
        "type": kind,
        "boxes": boxes,
        # Long choices stand one below the other.
        "stacked": sum(map(len, boxes)) > 50,
        "unit": question.get("unit") or "",
        "lead": _lead(question.get("shown_if"), form),
    }


def _lead(shown_if: Mapping[str, Any] | None, form: Mapping[str, Any]) -> str | None:
    """How a follow-up opens on paper, where nothing can be hidden; None for a question of its own."""
    if not shown_if:
        return None
    parent = next(question for question in form["questions"] if question["link_id"] == shown_if["question"])
    words = {"yes": "yes", "no": "no", "unsure": "not sure"}
    words |= {value: f"“{label}”" for value, label in (parent.get("labels") or {}).items()}
    return "If " + " or ".join(words.get(value, value) for value in shown_if["is"]) + ":"
