"""What became of a row of the chair in words: consents, treatments, responses, reactions, holds, notes, corrections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from microsclero.dates import show_date

Value = str | int | None
Row = Mapping[str, Value]
Words = tuple[str, str | None]


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _plainly(value: Value) -> str:
    return str(value).replace("_", " ")


def _struck(what: str, before: Row | None, after: Row) -> Words | None:
    """An entry whose only change is that it was struck out."""
    if before is None or before["amended_by"] == after["amended_by"]:
        return None
    return f"{what} struck out", None


def _consent(row_id: int, before: Row | None, after: Row) -> Words:
    word = "consent given" if after["given"] else "consent refused or taken back"
    return f"{word}: {_plainly(after['purpose'])}", None


def _treatment(row_id: int, before: Row | None, after: Row) -> Words:
    what = f"treatment {row_id}"
    given = f"{what} entered: {after['total_ml']} mL, given by {after['injector']}"
    return _struck(what, before, after) or (given, _text(after["anyway"]))


def _incident(row_id: int, before: Row | None, after: Row) -> Words:
    if before is None:
        return f"incident {row_id} entered", _text(after["reason"])
    return f"incident {row_id} closed by {after['closed_by']}", _text(after["closing"])


def _response(row_id: int, before: Row | None, after: Row) -> Words:
    what = f"response {row_id}"
    return _struck(what, before, after) or (f"{what} entered, next: {after['next']}", _text(after["notes"]))


def _reaction(row_id: int, before: Row | None, after: Row) -> Words:
    what = f"reaction {row_id}"
    entered = f"{what} reported: {_plainly(after['effect'])}, {_plainly(after['band'])}"
    if before is not None and before["ended_on"] != after["ended_on"]:
        return f"{what} ended on {show_date(date.fromisoformat(str(after['ended_on'])))}", None
    return _struck(what, before, after) or (entered, _text(after["notes"]))


def _step(row_id: int, before: Row | None, after: Row) -> Words:
    return f"reaction {after['reaction_id']} asked about: {_plainly(after['state'])}", _text(after["note"])


def _hold(row_id: int, before: Row | None, after: Row) -> Words:
    return (f"hold {row_id} begun", _text(after["cause"])) if before is None else (f"hold {row_id} lifted", None)


def _hold_word(row_id: int, before: Row | None, after: Row) -> Words:
    word = "lifted" if after["word"] == "lift" else "kept"
    return f"hold {after['hold_id']} {word} by {after['prescriber']}, found: {after['finding']}", _text(after["reason"])


def _photo(row_id: int, before: Row | None, after: Row) -> Words:
    what = f"photograph {row_id}"
    return _struck(what, before, after) or (f"{what} entered", None)


def _note(row_id: int, before: Row | None, after: Row) -> Words:
    what = f"note {row_id}"
    return _struck(what, before, after) or (f"{what} entered", _text(after["words"]))


def _amendment(row_id: int, before: Row | None, after: Row) -> Words:
    instead = f", {after['kind']} {after['new_id']} stands instead" if after["new_id"] else ""
    return f"{after['kind']} {after['ref_id']} {_plainly(after['action'])}{instead}", _text(after["reason"])


def _assignment(row_id: int, before: Row | None, after: Row) -> Words:
    return f"{after['kind']} {after['ref_id']} goes to {after['initials']}", None


WORDS: dict[str, Callable[[int, Row | None, Row], Words]] = {
    "consent": _consent,
    "treatment": _treatment,
    "incident": _incident,
    "response": _response,
    "reaction": _reaction,
    "reaction_step": _step,
    "hold": _hold,
    "hold_word": _hold_word,
    "photo": _photo,
    "note": _note,
    "amendment": _amendment,
    "assignment": _assignment,
}
