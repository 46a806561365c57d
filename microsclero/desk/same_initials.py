"""Initials stay with whoever had them: what was signed names nobody else, and who comes back is the same person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from microsclero.errors import ConflictError

if TYPE_CHECKING:
    from microsclero.store.clinic import MemberRow


def refuse_another_person(known: MemberRow, given: Mapping[str, Any]) -> tuple[str, ...]:
    """ConflictError where somebody else would take these initials; what is said where it may be the same person."""
    from microsclero.dates import show_date
    from microsclero.text import name_key

    register = given.get("register")
    another_register = bool(register and known.register and name_key(register) != name_key(known.register))
    another_name = "name" in given and name_key(given["name"]) != name_key(known.name)
    if another_name and (known.ended_on is not None or another_register):
        had = f"somebody who left on {show_date(known.ended_on)}" if known.ended_on else "somebody of the team"
        raise ConflictError(
            f"{known.initials} are the initials of {had}, and stay theirs: sessions and decisions on record are signed "
            "with them. Take other initials.",
            code="initials_taken",
            initials=known.initials,
        )
    said = []
    if another_name:
        said.append(
            f"Whatever {known.initials} signed is now under the new name. Somebody else has initials of their own."
        )
    if another_register:
        said.append(f"The register of {known.initials} is another one now: is it the same person?")
    return tuple(said)


def came_back(known: MemberRow) -> str:
    from microsclero.dates import show_date

    left = f", who left on {show_date(known.ended_on)}," if known.ended_on else ""
    return (
        f"{known.initials}{left} is back. What {known.initials} decided before that stays lapsed: it is decided again."
    )
