"""What is asked when a reaction is reported: the emergency questions first, read aloud, before anything is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from microsclero.ask.fields import Field, any_day, initials_field, one_of, past_day, person_text, text_of, whole_number
from microsclero.reaction_places import place_in
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

    key: y, n, u, or < for the question before. answered: filled as the answers come, so that a yes is there whatever
    happens next; one gone back from stands until it is answered again.
    """
    say("Read aloud. Each is y yes, n no, u not sure; not sure counts as yes. b or < goes back.")
    place = 0
    while place < len(listed.emergency):
        each = listed.emergency[place]
        pressed = key(f"{place + 1} of {len(listed.emergency)} · {each.text}")
        if pressed == "<":
            if place == 0:
                say("This is the first question.")
            place = max(0, place - 1)
            continue
        place += 1
        was_any = bool(answered)
        yes = {*answered, each.question} if pressed != "n" else {*answered} - {each.question}
        answered[:] = [one.question for one in listed.emergency if one.question in yes]
        if answered and not was_any:
            for line in ("", RING_999, ""):
                say(line)
        elif was_any and not answered:
            say("Taken back: none of these is answered yes now.")


def ask_reaction(
    listed: ReactionList,
    today: date,
    keyboard: Keyboard,
    say: Callable[[str], None],
    confirm: Callable[[str], bool],
    typed: dict[str, str],
) -> dict[str, Any]:
    """The rest of a report, once the emergency questions have been read aloud.

    typed: the lines by key, kept for whoever is asked once more. Leg and place that the words name are offered.
    """
    from microsclero.ask.fields import WentBack, from_person

    given: dict[str, Any] | None = None
    offered: dict[str, str] = {}
    while given is None:
        effect = _ask_effect(listed, keyboard, say, confirm)
        is_code = effect in {each.effect for each in listed.effects}
        named = {} if is_code else {key: word for key, word in place_in(effect)._asdict().items() if word}
        for key in ("leg", "region"):
            if typed.get(key) == offered.get(key):
                typed.pop(key, None)
                typed |= {key: named[key]} if key in named else {}
        offered = named
        try:
            given = from_person(_rest(today), keyboard, say, typed=typed, may_leave=True, from_first=True)
        except WentBack:
            continue
    given.setdefault("noticed_on", today)
    while given.get("ended_on") and given["ended_on"] < given["noticed_on"]:
        say("That is before it was noticed.")
        again = [field for field in _rest(today) if field.key in ("noticed_on", "ended_on")]
        dates = from_person(again, keyboard, say, typed=typed, from_first=True)
        given |= {"noticed_on": today, "ended_on": None} | dates
    return {"effect": effect, **given}


def _ask_effect(
    listed: ReactionList, keyboard: Keyboard, say: Callable[[str], None], confirm: Callable[[str], bool]
) -> str:
    """In their own words, read back as the list understands them; or a line of the list by its number."""
    from microsclero.reaction_words import effect_named

    effects = listed.effects
    while True:
        line = keyboard.line("  What is it, in their words (? shows the list to choose from): ").strip()
        if line == "<":
            say("This is the first of what is typed; Ctrl-C stops.")
            continue
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
            why="lift: treatment may go on. keep: the hold stands, and your reason with it.",
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
