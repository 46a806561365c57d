"""What is asked about consent: a document's keys, and at a terminal the wording itself, read section by section."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from microsclero.ask.fields import Field, from_person, initials_field, one_of, true_or_false, typed_moment
from microsclero.consent import METHODS, PURPOSE_WORDS, PURPOSES
from microsclero.errors import DeclinedError

if TYPE_CHECKING:
    from microsclero.ask.keys import Keyboard
    from microsclero.consent import ConsentWords, PurposeWords

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the patient said about each purpose, and how; true for a yes, false for taking it back."""

    purposes: Mapping[str, bool]
    taken_by: str
    method: str
    at: str | None


def consent_fields() -> tuple[Field, ...]:
    """Consent as a document holds it."""
    return (
        Field(key="for", ask="For what", parse=_purposes, required=True, document_only=True),
        Field(key="given", ask="Given or taken back", parse=true_or_false, required=True, document_only=True),
        initials_field(
            "taken_by",
            "Who went through it with them",
            why="Consent to treatment is sought by whoever gives or prescribes it.",
        ),
        Field(
            key="method",
            ask="How",
            parse=one_of(METHODS),
            required=True,
            choices=tuple((method, method) for method in METHODS),
            why="paper: the signed form is in your hand. screen: they read it or hear it here.",
        ),
        Field(key="at", ask="When, as 2026-11-22T15:00 (Enter: now)", parse=typed_moment),
    )


def _purposes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"a list of {', '.join(PURPOSES)} is wanted")
    purposes = [one_of(PURPOSES)(each) for each in value]
    if len(set(purposes)) != len(purposes):
        raise ValueError("one purpose stands there twice")
    return tuple(purposes)


def from_document(given: Mapping[str, object]) -> Said:
    """What the document says, each purpose alike."""
    purposes: tuple[str, ...] = given["for"]  # type: ignore[assignment]  # as _purposes reads it
    return Said(
        purposes=dict.fromkeys(purposes, bool(given["given"])),
        taken_by=str(given["taken_by"]),
        method=str(given["method"]),
        at=None if given.get("at") is None else str(given["at"]),
    )


def ask_consent(
    words: ConsentWords,
    given_at: Mapping[str, datetime],
    keyboard: Keyboard,
    say: Say,
    *,
    yes_no_unsure: Callable[[str], str],
    confirm: Callable[[str], bool],
    own: str | None = None,
) -> Said:
    """The wording read together or the form in hand, then one key for each purpose; a yes to one is for it alone.

    given_at: when the purposes that stand were agreed to. own: the prescriber at the desk, whom Enter names.
    """
    _, _, taken_by, method, at = consent_fields()
    how = str(from_person([method], keyboard, say)["method"])
    if how == "paper":
        _same_wording(words, confirm)
    else:
        _read_together(words, keyboard, say)
    say("Each by itself: y yes, n no, u not sure. Not sure is not a yes.")
    purposes: dict[str, bool] = {}
    for each in words.purposes:
        said = _about(each, given_at.get(each.purpose), say, yes_no_unsure, confirm)
        if said is not None:
            purposes[each.purpose] = said
    if not purposes:
        raise DeclinedError("Nothing was agreed to and nothing taken back, so nothing was recorded.")
    more = [taken_by, at] if how == "paper" else [taken_by]
    rest = from_person(more, keyboard, say, typed={"taken_by": own} if own else {}, from_first=True)
    say("")
    for purpose, is_given in purposes.items():
        say(f"  {PURPOSE_WORDS[purpose].capitalize()}: {'YES' if is_given else 'TAKEN BACK'}")
    return Said(purposes=purposes, taken_by=str(rest["taken_by"]), method=how, at=rest.get("at"))


def _same_wording(words: ConsentWords, confirm: Callable[[str], bool]) -> None:
    if not confirm(f"Does the foot of their form say “Consent {words.version}”?"):
        raise DeclinedError(
            "Nothing was recorded: the form has another wording than the one in force. Print that one with: "
            "microsclero consent PATIENT --pdf FILE"
        )


def _read_together(words: ConsentWords, keyboard: Keyboard, say: Say) -> None:
    """Every section in turn; whoever reads goes on when the patient is ready."""
    say(f"Read it together, or aloud. {words.title}, wording {words.version}.")
    say(words.intro)
    for place, section in enumerate(words.sections, start=1):
        say("")
        say(f"{place} of {len(words.sections)} · {section.title}")
        for line in section.lines:
            say(f"  - {line}")
        keyboard.forget_typed_ahead()
        keyboard.line("  Enter to go on: ")
    say("")


def _about(
    each: PurposeWords,
    given_at: datetime | None,
    say: Say,
    yes_no_unsure: Callable[[str], str],
    confirm: Callable[[str], bool],
) -> bool | None:
    """A yes, a taking back, or None where nothing is recorded."""
    from microsclero.dates import show_moment

    say("")
    say(each.title.upper())
    for statement in (*each.statements, each.withdrawal, *([each.free] if each.free else [])):
        say(f"  - {statement}")
    if given_at:
        say(f"  Agreed to on {show_moment(given_at)}.")
    answer = yes_no_unsure("  Do they agree?")
    if answer == "y":
        return True
    if given_at is not None:
        if confirm("  It was agreed to before. Do they take it back?"):
            return False
        say("  What they agreed to before stands, and was not confirmed.")
        return None
    say(
        "  Nothing is recorded about it: not sure is not a yes." if answer == "u" else "  Nothing is recorded about it."
    )
    return None
