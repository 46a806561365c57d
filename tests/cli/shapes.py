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
DIFFERENCE = {
    "question": a_text,
    "before": maybe(a_text),
    "before_on": a_date,
    "screening": int,
    "now": maybe(a_text),
    "now_on": a_date,
}
DECIDED = {
    "rule": a_text,
    "decision": one_of("proceed", "decline"),
    "reason": a_text,
    "prescriber": a_text,
    "decided_on": a_date,
}
LAPSED = {**DECIDED, "screening": int, "changed": some(a_text)}
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
    "changed": [DIFFERENCE],
    "to_confirm": [{**DECIDED, "screening": int, "changed": [a_text]}],
    "lapsed": [LAPSED],
    "planned_sessions": int,
    "options_discussed": [one_of("microsclerotherapy", "laser", "referral", "nothing")],
}
REPRINT = {
    **{key: SCREENING[key] for key in ("screening", "patient", "for", "questionnaire", "version", "outcome")},
    **{key: SCREENING[key] for key in ("ask_again_on", "signed_by", "findings", "unanswered")},
    "sha256": a_head,
    "date": a_date,
    "born_on": a_date,
    "age": int,
    "asked_by": a_text,
    "signed_at": a_moment,
    "superseded_by": maybe(int),
    "readings": [a_text],
    "questions": some(
        {
            "link_id": a_text,
            "section": str,
            "number": maybe(int),
            "text": a_text,
            "state": one_of("answered", "not_answered", "left_out", "not_asked", "counted"),
            "answer": maybe(a_text),
            "in_words": str,
            "said_on": maybe(a_date),
            "by": one_of("patient", "examiner"),
            "changed": maybe(DIFFERENCE),
        }
    ),
    "changed": some(DIFFERENCE),
    "decisions": some(DECIDED),
    "documents": some({"document": int, "kind": a_text, "rule": maybe(a_text), "dated_on": a_date, "summary": a_text}),
    "proof": {"same": bool, "outcome_again": OUTCOME, "reasons": []},
    "remarks": [a_text],
}
TO_DO = {
    "patient": int,
    "name": a_text,
    "what": a_text,
    "date": maybe(a_date),
    "phone": maybe(a_text),
    "screening": maybe(OUTCOME),
}
ABOUT = one_of("preparation", "response", "new_date", "course", "deferral", "review", "intake")
CALL_OUTCOME = one_of("reached", "no_answer", "message_left", "wrong_number", "put_off", "wants_no_more")
# A line of the worked list: what belongs to every list, and what was tried.
WORKED = {
    **TO_DO,
    "about": ABOUT,
    "attempts": int,
    "last_attempt": maybe({"at": a_moment, "outcome": CALL_OUTCOME, "who": a_text}),
    "put_off_until": maybe(a_date),
    "phone_wrong": bool,
    "next": a_text,
}
CALL = {
    "contact": int,
    "patient": int,
    "about": ABOUT,
    "outcome": CALL_OUTCOME,
    "attempts": int,
    "still_open": bool,
    "next": maybe(a_text),
    "remarks": [a_text],
}
TODAY: dict[str, Shape] = {
    "date": a_date,
    "clinic": a_text,
    "made_up": bool,
    "closed": maybe(a_text),
    "open": [a_span],
    "sessions": [
        {**SESSION, "patient": int, "name": a_text, "screening": maybe(OUTCOME), "response_due": maybe(a_date)}
    ],
    **{key: [WORKED] for key in ("preparation_calls", "responses", "new_dates", "courses")},
    **{key: [WORKED] for key in ("deferrals", "reviews", "unfinished")},
    "not_recorded": [TO_DO],
    "counts": {
        **dict.fromkeys(("responses", "new_dates", "courses"), int),
        **dict.fromkeys(("deferrals", "reviews", "unfinished", "not_recorded"), int),
    },
    "backup": {"at": maybe(a_moment), "due": bool},
}
REASON = {
    "code": a_text,
    "rule": maybe(a_text),
    "question": maybe(a_text),
    "answer": maybe(a_text),
    "answered_on": maybe(a_date),
    "also_answered": [{"question": a_text, "answer": a_text, "answered_on": a_date}],
    "outcome": maybe(one_of("bar", "refer", "defer", "undecided", "declined", "unanswered")),
    "what_changes_it": maybe(a_text),
    "ask_again_on": maybe(a_date),
    "source": maybe(a_text),
    "screening": maybe(int),
    "for": maybe(one_of("intake", "session")),
    "next": maybe(a_text),
    "stops_planning": bool,
    "message": a_text,
}
FIRST_POSSIBLE = {"date": a_date, "start": a_clock_time, "end": a_clock_time, "injector": a_text, "room": maybe(a_text)}
WHY: dict[str, Shape] = {
    "patient": int,
    "may_plan": bool,
    "reasons": [REASON],
    "first_possible": maybe({**FIRST_POSSIBLE, "sessions": int}),
    "none_because": maybe(a_text),
}
RECORD: dict[str, Shape] = {
    **PATIENT,
    "age": int,
    "why_not": [REASON],
    "first_possible": maybe(FIRST_POSSIBLE),
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
EVENTS = {
    "patient": int,
    "events": some({"event": int, "from": a_date, "until": a_date, "what": a_text}),
    "added": maybe(int),
    "removed": maybe(int),
    "remarks": [a_text],
}
BY = {"date": a_date, "weeks": int, "ways": some({"sessions": int, "last_start_on": a_date, "better_start_on": a_date})}
PLAN = {"course": int, "patient": int, "sessions": some(SESSION), "response_on": a_date, "effect_by": a_date}
MOVED = {
    "session": int,
    "number": int,
    "from": a_date,
    "to": a_date,
    "from_time": a_clock_time,
    "to_time": a_clock_time,
    "why": a_text,
}
CHANGE = {
    "course": int,
    "patient": int,
    "changed": some({**MOVED, "to": maybe(a_date), "to_time": maybe(a_clock_time)}),
    "sessions": [SESSION],
    "remarks": [a_text],
}
AGENDA = {
    "days": some({"date": a_date, "open": [a_span], "closed": maybe(a_text), "sessions": [{**SESSION, "patient": int}]})
}
