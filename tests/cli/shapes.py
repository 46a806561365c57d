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
LASTING = {
    "question": a_text,
    "answer": a_text,
    "told_on": a_date,
    "from": one_of("session", "hold"),
    "number": int,
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
    "lasting": [LASTING],
    "changed": [DIFFERENCE],
    "to_confirm": [{**DECIDED, "screening": int, "changed": [a_text]}],
    "lapsed": [LAPSED],
    "planned_sessions": int,
    "options_discussed": [one_of("microsclerotherapy", "laser", "referral", "nothing")],
}
REPRINT = {
    **{key: SCREENING[key] for key in ("screening", "patient", "for", "questionnaire", "version", "outcome")},
    **{key: SCREENING[key] for key in ("ask_again_on", "signed_by", "findings", "unanswered", "lasting")},
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
ABOUT = one_of(
    "reaction", "hold", "stranded", "preparation", "response", "new_date", "course", "deferral", "review", "intake"
)
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
    **{key: [WORKED] for key in ("to_report", "reactions", "holds", "stranded")},
    **{key: [WORKED] for key in ("preparation_calls", "responses", "new_dates", "courses")},
    **{key: [WORKED] for key in ("deferrals", "reviews", "unfinished")},
    "not_recorded": [TO_DO],
    "incidents": [WORKED],
    "counts": {
        "incidents": int,
        **dict.fromkeys(("responses", "new_dates", "courses"), int),
        **dict.fromkeys(("deferrals", "reviews", "unfinished", "not_recorded"), int),
        **dict.fromkeys(("to_report", "reactions", "reactions_open", "holds", "stranded"), int),
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
    "first_possible": maybe({**FIRST_POSSIBLE, "sessions": int, "without": [a_text]}),
    "none_because": maybe(a_text),
}
RECORD: dict[str, Shape] = {
    **PATIENT,
    "age": int,
    "holds": [{"hold": int, "since": a_date, "cause": a_text, "reaction": maybe(int)}],
    "open_reactions": [
        {
            "reaction": int,
            "effect": a_text,
            "urgent": bool,
            "follow_up_on": a_date,
            "hold": bool,
            "looked_into": maybe({"date": a_date, "finding": one_of("excluded", "svt", "dvt", "pe", "other")}),
        }
    ],
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
AWAY = {
    "initials": a_text,
    "from": a_date,
    "until": a_date,
    "hours": maybe(a_span),
    "reason": maybe(a_text),
    "undone": bool,
    "bookings": [{**SESSION, "patient": int, "move": a_text}],
    "remarks": [a_text],
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
CONSENT = {
    "patient": int,
    "wording": a_text,
    "consents": some(
        {
            "purpose": one_of("treatment", "photo_record", "photo_teaching", "portfolio"),
            "given": bool,
            "wording": a_text,
            "taken_by": a_text,
            "method": one_of("paper", "screen"),
            "at": a_moment,
            "in_force": bool,
            "withdrawn_at": maybe(a_moment),
        }
    ),
    "in_force": [one_of("treatment", "photo_record", "photo_teaching", "portfolio")],
    "remarks": [a_text],
}
REGION = {"leg": one_of("left", "right"), "region": a_text}
GRADE = {**REGION, "improvement": int, "words": a_text}
STAGE = one_of("early", "interim", "final")
NEXT = one_of("continue", "wait", "close")
COURSE_SO_FAR = {
    "course": int,
    "status": one_of("open", "closed"),
    "opened_on": a_date,
    "closed_on": maybe(a_date),
    "given": int,
    "maximum": int,
    "sessions": some({**SESSION, "regions": [REGION]}),
    "regions": some({**REGION, "grades": [{"response": int, "on": a_date, "improvement": int}]}),
    "responses": some(
        {
            "response": int,
            "on": a_date,
            "after_session": int,
            "days": int,
            "stage": STAGE,
            "grades": [GRADE],
            "satisfaction": maybe(int),
            "findings": [a_text],
            "next": NEXT,
            "wait_until": maybe(a_date),
            "notes": maybe(a_text),
            "by": a_text,
        }
    ),
    "coming": {"what": a_text, "on": maybe(a_date), "words": a_text},
}
RESPONSE = {
    "response": int,
    "patient": int,
    "course": int,
    "after_session": int,
    "on": a_date,
    "days": int,
    "stage": STAGE,
    "stage_words": a_text,
    "grades": some(GRADE),
    "satisfaction": maybe(int),
    "findings": some({"finding": a_text, "label": a_text, "do": a_text, "reaction": maybe(a_text), "holds": bool}),
    "next": NEXT,
    "wait_weeks": maybe(int),
    "wait_until": maybe(a_date),
    "hold": bool,
    "closed": bool,
    "cancelled": [SESSION],
    "changed": some({"session": int, "number": int, "from": a_date, "to": maybe(a_date), "why": a_text}),
    "remarks": [a_text],
    "courses": some(COURSE_SO_FAR),
}
BATCH = {
    "batch": a_text,
    "quarantined": bool,
    "quarantines": some(
        {
            "quarantine": int,
            "reason": a_text,
            "at": a_moment,
            "who": a_text,
            "lifted_at": maybe(a_moment),
            "lifted_by": maybe(a_text),
        }
    ),
    "patients": [dict],
    "near": [a_text],
    "struck_out": [{"treatment": int, "patient": int, "date": a_date, "why": a_text}],
    "remarks": [a_text],
}
OBJECTION = {"code": a_text, "message": a_text, "source": str, "refuses": bool, "confirm": bool}
DOSE = {
    "total_ml": a_text,
    "total_mg": maybe(a_text),
    "ceiling_percent": maybe(a_text),
    "by_strength": [{"product": a_text, "strength_percent": a_text, "volume_ml": a_text, "mg": a_text}],
}
TREATED = {
    **DOSE,
    "treatment": maybe(int),
    "number": int,
    "patient": int,
    "session": maybe(int),
    "course": maybe(int),
    "screening": maybe(int),
    "prescriber": a_text,
    "injector": a_text,
    "started_at": a_moment,
    "ended_at": a_moment,
    "remarks": [a_text],
    "changed": [{"number": maybe(int), "from": a_date, "to": maybe(a_date), "why": a_text}],
    "sessions": [SESSION],
    "incident": maybe(int),
    "anyway": [{"code": a_text, "message": a_text}],
    "hold": bool,
    "saved": bool,
}
CHECK = {
    "patient": int,
    "allergies": maybe(a_text),
    "allergies_told": [a_text],
    "medicines": [a_text],
    "decided": [
        {
            "rule": a_text,
            "decision": one_of("proceed", "decline"),
            "reason": a_text,
            "prescriber": a_text,
            "decided_on": a_date,
            "screening": int,
        }
    ],
    "holds": [dict],
    "open_reactions": [a_text],
    "last_time": maybe({"date": a_date, "given": [a_text]}),
    "aftercare_until": maybe(a_date),
    "number": int,
    "planned": bool,
    "screening": maybe(int),
    "stockings": maybe(one_of("worn", "supplied", "buying_today")),
    "remaining": some(
        {
            "product": a_text,
            "strength_percent": a_text,
            "veins": some(a_text),
            "remaining_ml": maybe(a_text),
            "remaining_mg": maybe(a_text),
            "unknown": maybe(a_text),
            "leaflet_compared_on": maybe(a_date),
            "barred": maybe(a_text),
            "source": a_text,
        }
    ),
    "dose": maybe(DOSE),
    "quarantined": [a_text],
    "warnings": [OBJECTION],
    "remarks": [a_text],
}
FIGURE = {"value": a_text, "source": a_text, "basis": a_text}
PRODUCT = {
    "product": a_text,
    "name": a_text,
    "active": a_text,
    "usable": bool,
    "version": a_text,
    "mg_per_kg": maybe(FIGURE),
    "strengths": some(
        {
            "percent": a_text,
            "mg_per_ml": a_text,
            "meant_for": some(a_text),
            "source": a_text,
            "most_ml": FIGURE,
            "most_sites": maybe(FIGURE),
            "vial_ml": maybe(a_text),
            "ranges": [{"veins": some(a_text), "least_ml": a_text, "most_ml": a_text, "source": a_text}],
        }
    ),
    "warnings": [{"above_ml": a_text, "text": a_text, "source": a_text}],
    "compared": maybe({"prescriber": a_text, "leaflet_revision": a_text, "compared_on": a_date}),
}
INCIDENT = {
    "incident": int,
    "patient": int,
    "prescriber": a_text,
    "codes": some(a_text),
    "why_anyway": a_text,
    "reason": a_text,
    "still_open": [int],
}
VIEW = {
    "leg": maybe(one_of("left", "right")),
    "region": maybe(one_of("groin", "thigh", "knee", "calf", "shin", "ankle", "foot")),
    "aspect": maybe(one_of("anterior", "posterior", "medial", "lateral")),
}
STAGE = one_of("before", "session", "after")
PHOTO = {
    "photo": int,
    "patient": int,
    "course": maybe(int),
    "session": maybe(int),
    "stage": STAGE,
    **VIEW,
    "taken_on": a_date,
    "taken_by": a_text,
    "sha256": a_head,
    "bytes": int,
    "width": int,
    "height": int,
    "original_name": a_text,
    "added_at": a_moment,
    "added_by": a_text,
    "struck_out": maybe(a_text),
}
COMPARED = {"photo": int, "stage": STAGE, "session": maybe(int), "taken_on": a_date}
PAIR = {**VIEW, "before": int, "after": int, "result": a_text}
BAND = one_of("expected", "call", "same_day", "emergency")
_REACTION = {
    "reaction": int,
    "effect": a_text,
    "words": a_text,
    "band": BAND,
    "because": [a_text],
    "follow_up_on": maybe(a_date),
    "hold": bool,
    "hold_no": maybe(int),
    "ended_on": maybe(a_date),
}
REACTION = {
    **_REACTION,
    "patient": int,
    "say": a_text,
    "do": a_text,
    "source": a_text,
    "usual_until": maybe(a_date),
    "watch_until": maybe(a_date),
    "treatment": maybe(int),
    "session_on": maybe(a_date),
    "emergency_questions_asked": bool,
}
FOLLOWED = {
    **_REACTION,
    "patient": int,
    "state": one_of("gone", "better", "same", "worse", "not_reached"),
    "also_reported": maybe(int),
}
_HOLD_WORD = {
    "on": a_date,
    "hold": one_of("lift", "keep"),
    "finding": one_of("excluded", "svt", "dvt", "pe", "other"),
    "reason": a_text,
    "prescriber": a_text,
    "document": maybe(int),
}
REACTIONS = {
    "patient": int,
    "reactions": some(
        {
            **_REACTION,
            "reported_band": BAND,
            "severity": one_of("mild", "moderate", "severe"),
            "leg": maybe(one_of("left", "right")),
            "region": maybe(a_text),
            "noticed_on": a_date,
            "reported_on": a_date,
            "notes": maybe(a_text),
            "watch_until": maybe(a_date),
            "by": a_text,
            "followed": [{"on": a_date, "state": a_text, "note": maybe(a_text), "yellow_card": maybe(a_text)}],
        }
    ),
    "holds": some(
        {
            "hold": int,
            "cause": a_text,
            "since": a_date,
            "reaction": maybe(int),
            "lifted_on": maybe(a_date),
            "words": [_HOLD_WORD],
        }
    ),
    "remarks": [a_text],
}
HOLD_SETTLED = {
    "patient": int,
    "hold": one_of("lift", "keep"),
    "finding": one_of("excluded", "svt", "dvt", "pe", "other"),
    "prescriber": a_text,
    "holds": some(int),
    "still": some({"code": one_of("on_hold", "clot_confirmed"), "message": a_text}),
    "planned_sessions": int,
    "to_follow": [int],
    "remarks": [a_text],
}
