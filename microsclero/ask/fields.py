"""What a question set is made of, and how a document or a person fills it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from microsclero.errors import Reason, UsageError


class Lines(Protocol):
    """Where a line is typed."""

    def line(self, prompt: str) -> str: ...


Parse = Callable[[Any], Any]
LONGEST_ANSWER = 20_000
# Any day will do to see whether a typed one can be read at all; and one that no birth comes after.
_SOME_DAY, _LAST_DAY = date(2026, 1, 5), date(2199, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to be told: its key in a document, its words at a terminal, and how it is read.

    `parse` takes what the document holds (or the line typed) and raises ValueError with a sentence.
    """

    key: str
    ask: str
    parse: Parse
    required: bool = False
    why: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    document_only: bool = False


def text_of(value: object) -> str:
    """A document's text; anything else is refused in a sentence."""
    if not isinstance(value, str):
        raise ValueError("a text is wanted")
    if len(value) > LONGEST_ANSWER:
        raise ValueError(f"that is longer than {LONGEST_ANSWER} characters")
    return value


def person_text(limit: int, *, lines: bool = False, what: str = "this") -> Parse:
    """Text from a person, kept exactly as it is; empty becomes None."""

    def parse(value: object) -> str | None:
        from microsclero.text import clean

        return clean(text_of(value), limit=limit, what=what, lines=lines) or None

    return parse


def initials_field(key: str, ask: str, *, why: str = "") -> Field:
    """Somebody of the team, by their initials; never left out."""
    why = f"{why} Initials of somebody in the team, such as MS.".lstrip()
    return Field(key=key, ask=f"{ask} (initials)", parse=person_text(12, what="the initials"), required=True, why=why)


def one_of(choices: Iterable[str]) -> Parse:
    """One word of a closed list."""
    allowed = tuple(choices)

    def parse(value: object) -> str:
        word = text_of(value).strip()
        if word not in allowed:
            raise ValueError(f"one of {', '.join(allowed)} is wanted")
        return word

    return parse


def birth_day(today: date | None) -> Parse:
    """A date of birth. Without a day to compare with, the desk refuses what is to come."""

    def parse(value: object) -> date:
        from microsclero.dates import parse_birth_date

        return parse_birth_date(text_of(value).strip(), today=today or _LAST_DAY)

    return parse


class Later(NamedTuple):
    """A day typed before the clinic's today is known, and hanging on it: sound in form, worked out by `settled`."""

    on: Callable[[date], date]


def past_day(today: date | None) -> Parse:
    """A day gone by: today, or written out. Without a day to compare with, the desk refuses what is to come."""

    def parse(value: object) -> date | Later:
        from microsclero.dates import parse_past_date, show_date

        day = _day(parse_past_date, value, today)
        if today is not None and isinstance(day, date) and day > today:
            raise ValueError(f"{show_date(day)} is still to come: type a day gone by")
        return day

    return parse


def any_day(today: date | None) -> Parse:
    """A day in every form that is typed; one gone by is for the desk to refuse."""

    def parse(value: object) -> date | Later:
        from microsclero.dates import parse_date

        return _day(parse_date, value, today)

    return parse


def _day(read: Callable[..., date], value: object, today: date | None) -> date | Later:
    text = text_of(value).strip()
    day = read(text, today=today or _SOME_DAY)
    if today is not None or text[:1].isdigit():
        return day
    return Later(lambda known: read(text, today=known))


def settled(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The values with every day worked out, once the clinic's today is known."""
    return {key: value.on(today) if isinstance(value, Later) else value for key, value in values.items()}


def typed_moment(value: object) -> str:
    """A moment as typed: read for its form here, and by the clinic's clock once that is known."""
    from microsclero.dates import parse_moment

    text = text_of(value).strip()
    parse_moment(text, zone="UTC")
    return text


def true_or_false(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is wanted")
    return value


def whole_number(least: int, most: int) -> Parse:
    """A whole number within bounds."""

    def parse(value: object) -> int:
        if isinstance(value, str) and value.isascii() and value.strip().isdigit() and len(value) < 12:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"a whole number from {least} to {most} is wanted")
        return value

    return parse


def from_document(fields: Iterable[Field], document: Mapping[str, object], *, partly: bool = False) -> dict[str, Any]:
    """Every field read from a document; all faults at once.

    `partly` is for corrections: a required key may be left out, but not emptied.
    """
    by_key = {field.key: field for field in fields}
    reasons = [
        Reason("unknown_key", f"Unknown key {_quoted(key)}; known are {', '.join(by_key)}.", {"key": str(key)[:60]})
        for key in document
        if key not in by_key
    ]
    values: dict[str, Any] = {}
    for key, field in by_key.items():
        if key not in document:
            if field.required and not partly:
                reasons.append(Reason("missing_answer", f"“{key}” is missing from the answers.", {"key": key}))
            continue
        if document[key] is None and not field.required:
            values[key] = None
            continue
        try:
            values[key] = field.parse(document[key])
        except ValueError as error:
            reasons.append(Reason("unreadable", f"“{key}”: {error}".rstrip(".") + ".", {"key": key}))
            continue
        if field.required and values[key] in (None, "", ()):
            reasons.append(Reason("missing_answer", f"“{key}” is empty.", {"key": key}))
    if reasons:
        raise UsageError.for_reasons(reasons)
    return values


class WentBack(Exception):
    """`<` at the first field: back to whatever was asked before."""


def from_person(
    fields: Iterable[Field],
    keyboard: Lines,
    say: Callable[[str], None],
    *,
    typed: dict[str, str] | None = None,
    may_leave: bool = False,
    from_first: bool = False,
) -> dict[str, Any]:
    """Every field asked at the terminal, one line each; `<` goes back to what was typed, `?` says why.

    typed: the lines by key, kept by whoever may come back; where it holds some, the last field is asked first, or
    with from_first the first: those lines are offered.
    may_leave: `<` at the first raises WentBack.
    """
    asked = [field for field in fields if not field.document_only]
    typed = {} if typed is None else typed
    position = len(asked) - 1 if typed and not from_first else 0
    while position < len(asked):
        field = asked[position]
        line = keyboard.line(_prompt(field, typed.get(field.key))).strip()
        if line == "?":
            say(field.why or may_be_typed(field.parse, needed=field.required))
            continue
        if line == "<":
            if position == 0 and may_leave:
                raise WentBack
            position = max(0, position - 1)
            continue
        line = line or typed.get(field.key, "")
        if not field.required and line == ("-" if field.key in typed else ""):
            typed.pop(field.key, None)
            position += 1
            continue
        try:
            value = field.parse(line)
        except ValueError as error:
            say(f"Please again: {error}".rstrip(".") + ".")
            continue
        if field.required and value in (None, "", ()):
            say("This one is needed.")
            continue
        typed[field.key] = line
        position += 1
    return {field.key: field.parse(typed[field.key]) for field in asked if field.key in typed}


def _prompt(field: Field, before: str | None) -> str:
    """The words of a field; what was typed before stands beside it, and Enter keeps it."""
    options = f" [{' / '.join(value for value, _ in field.choices)}]" if field.choices else ""
    if before is not None:
        return f"  {without_enter(field.ask)}{options} {in_brackets(before, needed=field.required)}: "
    optional = "" if field.required or "Enter" in field.ask else " (Enter to leave out)"
    return f"  {field.ask}{options}{optional}: "


def in_brackets(before: str, *, needed: bool) -> str:
    """What stands there already, and what Enter and a dash do with it; long words by their beginning."""
    from textwrap import shorten

    from microsclero.text import visible

    shown = shorten(visible(before), 60, placeholder=" …")
    return f"(Enter: {shown}{'' if needed else '; - empties it'})"


def without_enter(asked: str) -> str:
    """The words of a prompt without what Enter does at first: `Noticed on (25/11/2026; Enter: today)`."""
    words, example, _ = asked.partition("; Enter")
    return f"{words})" if example else asked.partition(" (Enter")[0]


def may_be_typed(read: Parse, *, needed: bool) -> str:
    """What a field takes that has no reason of its own: the words it refuses by; any where it refuses none."""
    try:
        read("?")
        wanted = "Any words, kept as they are typed."
    except ValueError as refusal:
        said = str(refusal).rstrip(".")
        wanted = f"{said.rpartition(' is not ')[2].partition(': ')[2] or said}."
    leaves_out = "" if needed else " Enter takes what stands in brackets, or leaves it out."
    return f"{wanted[0].upper()}{wanted[1:]}{leaves_out} “<” goes back."


def changes_from_person(
    fields: Iterable[Field], now: Mapping[str, object], keyboard: Lines, say: Callable[[str], None]
) -> dict[str, Any]:
    """Every field with what stands there now: Enter keeps it, a single dash empties it."""
    changes: dict[str, Any] = {}
    stands = dict(now)
    say("Enter keeps what stands there, a single - empties it, < goes back.")
    asked = [field for field in fields if not field.document_only]
    position = 0
    while position < len(asked):
        field = asked[position]
        line = keyboard.line(f"  {without_enter(field.ask)} [{stands.get(field.key) or '–'}]: ").strip()
        if line == "?":
            say(field.why or may_be_typed(field.parse, needed=True))
            continue
        if line == "<":
            position = max(0, position - 1)
            continue
        try:
            if line:
                is_emptied = line == "-" and not field.required
                changes[field.key] = None if is_emptied else field.parse(line)
                stands[field.key] = None if is_emptied else line
            position += 1
        except ValueError as error:
            say(f"Please again: {error}".rstrip(".") + ".")
    return changes


def missing_off_a_terminal(fields: Iterable[Field]) -> UsageError:
    """What a document would have to hold, where nobody can be asked."""
    return UsageError.for_reasons(
        [
            Reason(
                "missing_answer",
                f"“{field.key}” is missing: give it with --answers, or use a terminal.",
                {"key": field.key},
            )
            for field in fields
            if field.required
        ]
        or [Reason("missing_answer", "Nothing to do: give the changes with --answers, or use a terminal.", {})]
    )


def _quoted(key: object) -> str:
    from microsclero.text import visible

    return f"“{visible(str(key)[:60])}”"
