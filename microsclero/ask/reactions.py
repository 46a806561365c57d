"""What is asked when a reaction is reported: the emergency questions first, read aloud, before anything is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from microsclero.ask.fields import Field, any_day, initials_field, one_of, past_day, person_text, text_of, whole_number
from microsclero.reactions import FINDINGS, SEVERITIES, STATES
from microsclero.treatment import LEGS, REGIONS

if TYPE_CHECKING:
    from microsclero.ask.keys import Keyboard
    from microsclero.reactions import ReactionList

RING_999 = "RING 999 NOW, and type afterwards. Say that it was after vein injections in the legs, and when."


def reaction_fields(listed: ReactionList) -> tuple[Field, ...]:
    """A reaction as a document holds it; a day to come is left for the desk to refuse."""
    return (
        Field(key="effect", ask="What is it", parse=_EFFECT, required=True),
        *_rest(None),
        Field(
            key="emergency",
            ask="Emergency questions answered yes",
            parse=_questions([each.question for each in listed.emergency]),
            document_only=True,
        ),
        Field(key="treatment", ask="Treatment", parse=whole_number(1, 999_999_999), document_only=True),
    )


_EFFECT = person_text(200, what="the effect")


def _rest(today: date | None) -> tuple[Field, ...]:
    """Everything but the effect; with a day as a person types it: a number of the choices, Enter for today."""
    is_typed = today is not None

    def choice(words: tuple[str, ...]) -> Callable[[Any], str]:
        return _numbered(words) if is_typed else one_of(words)

    def named(words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        shown = [f"{place} {word}" for place, word in enumerate(words, 1)] if is_typed else words
        return tuple((word, word) for word in shown)

    return (
        Field(key="severity", ask="How bad", parse=choice(SEVERITIES), required=True, choices=named(SEVERITIES)),
        Field(
            key="noticed_on",
            ask="Noticed on (25/11/2026; Enter: today)",
            parse=past_day(today),
            required=not is_typed,
        ),
        Field(key="leg", ask="Which leg", parse=choice(LEGS), choices=named(LEGS)),
        Field(key="region", ask="Where", parse=choice(REGIONS), choices=named(REGIONS)),
        Field(key="ended_on", ask="Gone since (25/11/2026; Enter: still there)", parse=past_day(today)),
        Field(key="notes", ask="In their own words", parse=person_text(19_000, lines=True, what="the notes")),
    )


def _numbered(words: tuple[str, ...]) -> Callable[[Any], str]:
    """One of these words, by its number or as it is begun."""

    def parse(value: object) -> str:
        typed = text_of(value).strip().casefold()
        if typed.isascii() and typed.isdigit() and 1 <= int(typed[:3]) <= len(words):
            return words[int(typed) - 1]
        begun = [word for word in words if typed and word.startswith(typed)]
        if len(begun) != 1:
            raise ValueError(f"one of {', '.join(words)} is wanted, or its number")
        return begun[0]

    return parse


def _pairs(words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((word, word) for word in words)


def _questions(known: list[str]) -> Callable[[Any], tuple[str, ...]]:
    def parse(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ValueError(f"a list of the questions answered yes is wanted: {', '.join(known)}")
        if not set(value) <= set(known):
            raise ValueError(f"known questions are {', '.join(known)}")
        return tuple(dict.fromkeys(value))

    return parse


def ask_emergency(
    listed: ReactionList, key: Callable[[str], str], say: Callable[[str], None], answered: list[str]
) -> None:
    """Each emergency question, one key each; not sure counts as yes. The first yes is acted on at once.

    answered: filled as the answers come, so that a yes is there whatever happens next.
    """
    say("Read aloud. Each is y yes, n no, u not sure; not sure counts as yes.")
    for place, each in enumerate(listed.emergency, 1):
        if key(f"{place} of {len(listed.emergency)} · {each.text}") != "n":
            answered.append(each.question)
            if len(answered) == 1:
                for line in ("", RING_999, ""):
                    say(line)


def ask_reaction(
    listed: ReactionList,
    today: date,
    keyboard: Keyboard,
    say: Callable[[str], None],
    confirm: Callable[[str], bool],
) -> dict[str, Any]:
    """The rest of a report, once the emergency questions have been read aloud."""
    from microsclero.ask.fields import from_person

    effect = _ask_effect(listed, keyboard, say, confirm)
    given = from_person(_rest(today), keyboard, say)
    given.setdefault("noticed_on", today)
    while given.get("ended_on") and given["ended_on"] < given["noticed_on"]:
        say("That is before it was noticed.")
        again = [field for field in _rest(today) if field.key in ("noticed_on", "ended_on")]
        given |= {"noticed_on": today, "ended_on": None} | from_person(again, keyboard, say)
    return {"effect": effect, **given}


def _ask_effect(
    listed: ReactionList, keyboard: Keyboard, say: Callable[[str], None], confirm: Callable[[str], bool]
) -> str:
    """In their own words, read back as the list understands them; or a line of the list by its number."""
    from microsclero.reaction_words import effect_named

    effects = listed.effects
    while True:
        line = keyboard.line("  What is it, in their words (? shows the list to choose from): ").strip()
        if line == "?":
            for place, each in enumerate(effects, 1):
                say(f"  {place:>2}  {each.words}")
            continue
        if line.isascii() and line.isdigit():
            if 1 <= int(line[:3]) <= len(effects):
                say(f"  {effects[int(line) - 1].words}")
                return effects[int(line) - 1].effect
            say(f"Please again: a number from 1 to {len(effects)}, or their words.")
            continue
        try:
            said = _EFFECT(line)
        except ValueError as error:
            say(f"Please again: {error}".rstrip(".") + ".")
            continue
        if not said:
            say("This one is needed.")
            continue
        if said in {each.effect for each in effects}:
            return str(said)
        found = effect_named(said, listed)
        named = found.words if found.effect != "other" else "nothing in the list: kept in their words and looked at"
        if confirm(f"  Understood as: {named}. Is that right?"):
            return str(said)


def follow_fields(today: date | None = None) -> tuple[Field, ...]:
    """What was heard when somebody asked again."""
    parse = one_of(STATES) if today is None else _numbered(STATES)
    shown = STATES if today is None else [f"{place} {word}" for place, word in enumerate(STATES, 1)]
    return (
        Field(key="state", ask="How is it now", parse=parse, required=True, choices=_pairs(shown)),
        Field(key="note", ask="What was said", parse=person_text(5_000, lines=True, what="the note")),
        Field(key="next_on", ask="Ask again on (fri, +1w; Enter: as the list has it)", parse=any_day(today)),
        Field(key="yellow_card", ask="Yellow Card reference", parse=person_text(200, what="the reference")),
    )


def hold_fields() -> tuple[Field, ...]:
    """A prescriber's word on a hold."""
    return (
        initials_field("prescriber", "Prescriber"),
        Field(
            key="hold",
            ask="Keep or lift the hold",
            parse=one_of(("lift", "keep")),
            required=True,
            choices=_pairs(("lift", "keep")),
        ),
        Field(
            key="finding",
            ask="What was found",
            parse=one_of(FINDINGS),
            required=True,
            choices=_pairs(FINDINGS),
            why="excluded: no clot. svt: a clot in a surface vein. dvt, pe: a deep one, the lung; bars for good.",
        ),
        Field(key="reason", ask="Why", parse=person_text(5_000, lines=True, what="the reason"), required=True),
        Field(
            key="document",
            ask="Number of the document filed for it",
            parse=whole_number(1, 999_999_999),
            why="A scan or a letter: file it with microsclero document, then give its number.",
        ),
        Field(key="hold_no", ask="Number of the hold", parse=whole_number(1, 999_999_999), document_only=True),
    )
