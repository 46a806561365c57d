"""What is asked of a correction: why, and one of three things; an entry's own keys are those it was told by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from microsclero.ask.fields import (
    Field,
    Parse,
    from_document,
    initials_field,
    one_of,
    past_day,
    person_text,
    whole_number,
)
from microsclero.errors import Reason, UsageError
from microsclero.photographs import STAGES
from microsclero.reactions import ReactionList
from microsclero.treatment import ASPECTS, LEGS, REGIONS

LONGEST_REASON = 2_000
_NUMBER = whole_number(1, 999_999_999)
reason = person_text(LONGEST_REASON, lines=True, what="the reason")


class Wanted(NamedTuple):
    """What a document asks for: why, and one of three: other values, whose it is, or that it was an error."""

    reason: str
    action: str
    changes: Mapping[str, Any]
    patient: int | None = None
    reactions: tuple[int, ...] = ()
    photos: tuple[int, ...] = ()


def _numbers(what: str) -> Parse:
    def parse(value: object) -> tuple[int, ...]:
        if not isinstance(value, list):
            raise ValueError(f"a list of numbers of {what} is wanted")
        return tuple(dict.fromkeys(_NUMBER(each) for each in value))

    return parse


def _true(value: object) -> bool:
    if value is not True:
        raise ValueError("true is wanted; leave it out otherwise")
    return True


REASON = Field(
    key="reason",
    ask="Why",
    parse=reason,
    required=True,
    why="It stands with both entries for ever: what was wrong, and how it is known.",
)
_IN_ERROR = Field(key="entered_in_error", ask="Entered in error", parse=_true)
_PATIENT = Field(key="patient", ask="Whose it is", parse=_NUMBER)
_ALONG = (
    Field(key="reactions", ask="Reactions that go along", parse=_numbers("reactions")),
    Field(key="photos", ask="Photographs that go along", parse=_numbers("photographs")),
)


def fields_of(kind: str, listed: ReactionList | None) -> tuple[Field, ...]:
    """An entry of this kind as a document holds it; none for a document, which is only ever struck out."""
    if kind == "treatment":
        from microsclero.ask.treating import treat_fields

        return treat_fields()
    if kind == "reaction" and listed is not None:
        from microsclero.ask.reactions import reaction_fields

        return reaction_fields(listed)
    if kind == "response":
        from microsclero.ask.responses import response_fields

        return response_fields()
    if kind == "note":
        from microsclero.ask.notes import note_fields

        return note_fields()
    return photo_fields() if kind == "photo" else ()


def photo_fields() -> tuple[Field, ...]:
    """What is said of a photograph."""
    return (
        Field(key="stage", ask="Stage", parse=one_of(STAGES), required=True, choices=_pairs(STAGES)),
        Field(key="session", ask="Session of the course", parse=whole_number(1, 99)),
        Field(key="leg", ask="Which leg", parse=one_of(LEGS), choices=_pairs(LEGS)),
        Field(key="region", ask="Where", parse=one_of(REGIONS), choices=_pairs(REGIONS)),
        Field(key="aspect", ask="Which side", parse=one_of(ASPECTS), choices=_pairs(ASPECTS)),
        Field(key="taken_on", ask="Taken on", parse=past_day(None), required=True),
        initials_field("taken_by", "Taken by"),
    )


def _pairs(words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((word, word) for word in words)


def from_answers(kind: str, document: Mapping[str, object], own: tuple[Field, ...]) -> Wanted:
    """What the document asks for, before any file is opened; UsageError with every fault in it."""
    along = _ALONG if kind == "treatment" else ()
    whose = () if kind == "document" else (_PATIENT, *along)
    values = from_document((REASON, _IN_ERROR, *whose, *own), document, partly=True)
    keys = {field.key for field in own} & document.keys()
    ways = [way for way in ("entered_in_error", "patient") if values.get(way)] + (["other values"] if keys else [])
    faults = []
    if not values.get("reason"):
        faults.append(Reason("missing_answer", "“reason” is missing from the answers.", {"key": "reason"}))
    if len(ways) > 1:
        told = " and ".join(ways)
        faults.append(Reason("one_at_a_time", f"One thing at a time: this asks for {told}. Leave one out.", {}))
    if not ways:
        known = ", ".join(field.key for field in own) or "none"
        can = (
            "“entered_in_error”"
            if kind == "document"
            else "the values as they should be, “patient”, or “entered_in_error”"
        )
        faults.append(Reason("missing_answer", f"What is wrong with it? Give {can}. Its keys: {known}.", {}))
    if (values.get("reactions") or values.get("photos")) and not values.get("patient"):
        faults.append(
            Reason(
                "one_at_a_time", "“reactions” and “photos” go along with a treatment that gets another “patient”.", {}
            )
        )
    if faults:
        raise UsageError.for_reasons(faults)
    return Wanted(
        reason=str(values["reason"]),
        action="entered_in_error" if "entered_in_error" in ways else "moved" if "patient" in ways else "corrected",
        changes={key: document[key] for key in keys},
        patient=values.get("patient"),
        reactions=tuple(values.get("reactions") or ()),
        photos=tuple(values.get("photos") or ()),
    )


def corrected(kind: str, own: tuple[Field, ...], told: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The whole entry as it should be, read as it was the first time."""
    merged = {**told, **changes}
    if kind == "response" and "next" in changes and "wait_weeks" not in changes:
        # What was to be waited belongs to what was agreed.
        merged["wait_weeks"] = None
    given = from_document(own, merged)
    if kind == "response":
        from microsclero.ask.responses import in_full

        return in_full(given)
    return given
