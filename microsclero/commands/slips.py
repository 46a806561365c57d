"""What is wrong with the line as it was typed: what happened, then what to do; numbers are repeated, words never."""

from __future__ import annotations

import re
from typing import Any

# A number as long as that is no slip of a key; it stands for "as many as you like".
_NO_LIMIT = 999_999_999


def sentence_of(error: Any) -> str:
    """One sentence for an error of the line. Its words may hold a name that was typed where a number belongs."""
    message = " ".join(error.format_message().split())
    parameter = getattr(error, "param", None)
    match type(error).__name__:
        case "MissingParameter" if parameter is not None:
            return f"{_name(parameter)} is missing: {_uncapitalised(parameter.help)} {_see(error)}"
        case "BadParameter" if parameter is not None:
            return _no_number(parameter, message, error)
        case "NoSuchOption":
            return _no_option(error)
    if message.startswith("No such command"):
        return _no_command(error, message)
    if message.startswith("Got unexpected extra"):
        return (
            "There are words too many on the line: put what has spaces in quotes, and name a patient by number, which "
            f"microsclero patient find looks up. {_see(error)}"
        )
    needs = re.fullmatch(r"Option '(--[a-z-]+)' (requires an argument|does not take a value)\.", message)
    if needs:
        return f"{needs[1]} {'needs a' if needs[2].startswith('r') else 'takes no'} value after it. {_see(error)}"
    return f"{message.rstrip('.?!')}. {_see(error)}"


def _no_number(parameter: Any, message: str, error: Any) -> str:
    """Only numbers are typed by a form of their own; all else is text, and read by the command."""
    name = _name(parameter)
    # The limits stand with the parameter's type or with itself, from one version of Typer to the next.
    limited = getattr(parameter, "type", parameter)
    least, most = getattr(limited, "min", None), getattr(limited, "max", None)
    outside = re.search(r"(-?[0-9]{1,12}) is not in the range", message)
    typed = f"{outside[1]} is not" if outside else "what was typed is none"
    if name == "PATIENT":
        return f"PATIENT is the patient's number, and {typed}: microsclero patient find looks it up."
    limits = f" of {least} or more" if least is not None else ""
    if most is not None and most < _NO_LIMIT:
        limits = f" from {least} to {most}"
    return f"{name} is a whole number{limits}, and {typed}: type it again. {_see(error)}"


def _no_option(error: Any) -> str:
    name = error.option_name if re.fullmatch("-{1,2}[a-z-]{1,30}", error.option_name) else "such an option"
    near = sorted(error.possibilities or ())
    meant = f" Did you mean {' or '.join(near)}?" if near and name != "such an option" else ""
    return f"There is no {name.removeprefix('such an ')} here.{meant} {_see(error)}"


def _no_command(error: Any, message: str) -> str:
    from difflib import get_close_matches

    typed = message.removeprefix("No such command").strip(" '.\"")
    near = get_close_matches(typed, error.ctx.command.list_commands(error.ctx), n=1) if error.ctx else []
    meant = f" Did you mean {near[0]}?" if near else ""
    return f"There is no command of that name.{meant} {_see(error)}"


def _name(parameter: Any) -> str:
    """An option as it is typed; an argument as the help calls it."""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name.upper())


def _uncapitalised(text: str | None) -> str:
    text = text or "say it on the line."
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _see(error: Any) -> str:
    words: list[str] = []
    context = error.ctx
    while context is not None and context.parent is not None:
        words.insert(0, str(context.info_name))
        context = context.parent
    return f"See: {' '.join(['microsclero', *words, '--help'])}"
