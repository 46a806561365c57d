"""What a JSON answer must look like: every pinned key there, each of its type; more keys may stand beside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

Shape = Any
Check = Callable[[Any], bool]


def a_date(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)) and bool(date.fromisoformat(value))


def a_moment(value: Any) -> bool:
    """A moment carries its offset."""
    return isinstance(value, str) and datetime.fromisoformat(value).utcoffset() is not None


def a_clock_time(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[012]\d:[0-5]\d", value))


def a_span(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[012]\d:[0-5]\d-[012]\d:[0-5]\d", value))


def a_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def a_head(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[0-9a-f]{64}", value))


def maybe(shape: Shape) -> Check:
    return lambda value: value is None or not faults(shape, value)


def either(*shapes: Shape) -> Check:
    return lambda value: any(not faults(shape, value) for shape in shapes)


def one_of(*values: str) -> Check:
    return lambda value: value in values


def some(shape: Shape) -> Check:
    """A list that isn't empty, so that what stands in it has been looked at."""
    return lambda value: isinstance(value, list) and bool(value) and not faults([shape], value)


def faults(shape: Shape, value: Any, at: str = "data") -> list[str]:
    """Where a value differs from its shape, in words; empty when it fits."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{at} is no object: {value!r}"]
        missing = [f"{at}.{key} is missing" for key in shape if key not in value]
        inside = [faults(shape[key], value[key], f"{at}.{key}") for key in shape if key in value]
        return missing + [fault for each in inside for fault in each]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{at} is no list: {value!r}"]
        return [fault for place, each in enumerate(value) for fault in faults(shape[0], each, f"{at}[{place}]")]
    if isinstance(shape, type):
        fits = isinstance(value, shape) and (shape is bool or not isinstance(value, bool))
    else:
        fits = shape(value)
    return [] if fits else [f"{at} is {value!r}"]


OUTCOME = one_of("bar", "refer", "defer", "incomplete", "review", "suitable", "note")
STATUS = one_of("planned", "given", "missed", "cancelled", "held")
PATIENT = {"patient": int, "given_name": a_text, "family_name": a_text, "born_on": a_date}
SESSION = {
    "session": int,
    "number": int,
    "date": a_date,
    "start": a_clock_time,
    "end": a_clock_time,
    "injector": a_text,
    "room": maybe(a_text),
    "status": STATUS,
    "earliest_on": a_date,
}
PROPOSED = {**SESSION, "session": maybe(int)}
QUESTION = {
    "link_id": a_text,
    "text": a_text,
    "type": one_of("yes_no", "choice", "number", "date", "text"),
    "options": [a_text],
    "safety": bool,
    "locked": bool,
    "section": a_text,
    "shown_if": maybe(dict),
    "untroubled": maybe(a_text),
}
FINDING = {
    "rule": a_text,
    "question": a_text,
    "answer": str,
    "outcome": OUTCOME,
    "reason": a_text,
    "changes": a_text,
    "source": a_text,
    "ask_again_on": maybe(a_date),
    "applies_to": [a_text],
}
SCREENING = {
    "screening": int,
    "patient": int,
    "for": one_of("intake", "session"),
    "questionnaire": a_text,
    "version": a_text,
    "outcome": OUTCOME,
    "ask_again_on": maybe(a_date),
    "signed_by": a_text,
    "findings": [FINDING],
    "unanswered": [a_text],
    "planned_sessions": int,
    "options_discussed": [one_of("microsclerotherapy", "laser", "referral", "nothing")],
}
TO_DO = {
    "patient": int,
    "name": a_text,
    "what": a_text,
    "date": maybe(a_date),
    "phone": maybe(a_text),
    "screening": maybe(OUTCOME),
}
TODAY: dict[str, Shape] = {
    "date": a_date,
    "clinic": a_text,
    "made_up": bool,
    "closed": maybe(a_text),
    "open": [a_span],
    "sessions": [{**SESSION, "patient": int, "name": a_text, "screening": maybe(OUTCOME)}],
    **{key: [TO_DO] for key in ("preparation_calls", "deferrals", "reviews", "unfinished", "not_recorded")},
    "counts": {"deferrals": int, "reviews": int, "not_recorded": int},
    "backup": {"at": maybe(a_moment), "due": bool},
}
RECORD: dict[str, Shape] = {
    **PATIENT,
    "age": int,
    "screenings": some(
        {
            "screening": int,
            "for": one_of("intake", "session"),
            "date": a_date,
            "outcome": OUTCOME,
            "ask_again_on": maybe(a_date),
            "signed_by": a_text,
            "for_review": [a_text],
            "decisions": [a_text],
        }
    ),
    "sessions": [SESSION],
    "documents": [
        {
            "document": int,
            "kind": one_of("duplex", "abpi", "letter"),
            "dated_on": a_date,
            "rule": maybe(a_text),
            "summary": a_text,
        }
    ],
    "unfinished_intake": bool,
    "remarks": [a_text],
}
SHEET = {
    "items": some(
        {
            "item": a_text,
            "text": a_text,
            "from": either(a_date, a_moment),
            "until": maybe(a_date),
            "until_at": maybe(a_moment),
            "until_settled": bool,
        }
    ),
    "expected": [{"effect": a_text, "usually_gone_by": maybe(a_date)}],
    "call": some(a_text),
    "same_day": some(a_text),
    "emergency": some(a_text),
}
CLINIC = {
    "name": a_text,
    "phone": a_text,
    "out_of_hours": maybe(a_text),
    "zone": a_text,
    "country": a_text,
    "subdivision": maybe(a_text),
    "session_minutes": int,
    "hours": {day: [a_span] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
    "team": some({"initials": a_text, "name": a_text, "roles": some(a_text), "register": maybe(a_text)}),
}
PLAN = {"course": int, "patient": int, "sessions": some(SESSION), "response_on": a_date, "effect_by": a_date}
CHANGE = {
    "course": int,
    "changed": some({"number": int, "from": a_date, "to": maybe(a_date), "why": a_text}),
    "sessions": [SESSION],
}
AGENDA = {
    "days": some({"date": a_date, "open": [a_span], "closed": maybe(a_text), "sessions": [{**SESSION, "patient": int}]})
}
