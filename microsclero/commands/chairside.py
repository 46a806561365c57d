"""A session recorded at the terminal: the head, the gates, part by part, the gates again; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from microsclero.commands.shared import keyboard, one_key, tell
from microsclero.errors import ConflictError, DeclinedError, InterruptedByUser, RefusedError, UsageError

if TYPE_CHECKING:
    from microsclero.ask.chairside import Chairside, Known
    from microsclero.desk import Desk
    from microsclero.desk.chairside import Begun
    from microsclero.desk.treating import Session


def by_person(desk: Desk, number: int, anyway: str | None, *, yes: bool, dry_run: bool) -> Session:
    """What somebody types at the terminal, saved once they say so and every gate lets it."""
    from microsclero.ask.chairside import Chairside, Stopped
    from microsclero.desk import chairside

    begun = chairside.resume(desk, number)
    body = begun.body if begun.body and _goes_on(begun) else {}
    _before(desk, number, body, anyway, dry_run=dry_run)
    sitting = Chairside(
        body,
        known=_known(desk, number),
        keyboard=keyboard(),
        key=one_key,
        say=tell,
        keep=_forget if dry_run else begun.keep,
    )
    try:
        return _until_saved(desk, number, sitting, begun, anyway, yes=yes, dry_run=dry_run)
    except (Stopped, KeyboardInterrupt, InterruptedByUser):
        if dry_run:
            raise InterruptedByUser("Stopped; of a dry run nothing is kept.") from None
        if not sitting.has_told:
            begun.drop()
            raise InterruptedByUser(f"Stopped; nothing was typed for patient {number}, so nothing is kept.") from None
        sitting.keep()
        raise InterruptedByUser(
            f"Stopped; what was typed for patient {number} is kept. Go on with: microsclero treat {number}"
        ) from None


def _forget(_: Mapping[str, Any]) -> None:
    """A dry run leaves nothing behind, not even a draft."""


def _goes_on(begun: Begun) -> bool:
    tell(begun.words)
    key = one_key("g goes on with it, a begins anew and drops it: ", ("g", "a"))
    tell("goes on" if key == "g" else "begins anew")
    return key == "g"


def _known(desk: Desk, number: int) -> Known:
    """What the desk knows, for whoever types."""
    from microsclero.ask import treating as reading
    from microsclero.ask.chairside import Known
    from microsclero.ask.sites import as_sites, as_vials
    from microsclero.content.products import load_products
    from microsclero.desk import chairside

    def total(told: Mapping[str, Any]) -> tuple[str, ...]:
        weight = told.get("weight_kg")
        vials, sites = as_vials(told.get("vials") or ()), as_sites(told.get("sites") or ())
        return chairside.running_total(desk, number, vials, sites, None if weight is None else reading.weight(weight))

    return Known(
        prescribers=chairside.with_role(desk, "prescriber"),
        injectors=chairside.with_role(desk, "injector"),
        products=load_products(),
        photographs=chairside.photographs_today(desk, number),
        now=desk.now,
        total=total,
        booked=chairside.booked_today(desk, number),
        planned_with=chairside.planned_with(desk, number),
        about_vials=lambda told: chairside.about_vials(desk, number, as_vials(told.get("vials") or ())),
    )


def _before(desk: Desk, number: int, body: Mapping[str, Any], anyway: str | None, *, dry_run: bool) -> None:
    """What stands against it at the start; a session that was given earlier is held against its own time at the end."""
    from microsclero.desk import chairside, checking
    from microsclero.render.views.treating import check_view, head_view

    page = checking.check(desk, number)
    if body:
        head_view(page.head)
        return
    check_view(page, stderr=True)
    if page.reasons and anyway is None:
        key = one_key("b it is about to begin, e it was given earlier and is only typed now: ", ("b", "e"))
        tell("about to begin" if key == "b" else "given earlier")
        if key == "b":
            page.refuse()
        return
    for each in page.warnings:
        if not each.confirm:
            continue
        is_consent = each.code == "consent_not_confirmed"
        if one_key(f"{each.message} {'' if is_consent else 'Go on? '}[y/n] ", ("y", "n")) == "n":
            back = f" If consent is taken back: microsclero consent {number}" if is_consent else ""
            raise DeclinedError(f"Then nothing is given.{back}")
        told = chairside.confirm_consent(desk, number) if is_consent and not dry_run else None
        tell(told or "yes")


def _until_saved(
    desk: Desk, number: int, sitting: Chairside, begun: Begun, anyway: str | None, *, yes: bool, dry_run: bool
) -> Session:
    """Asked, summed up, corrected, saved."""
    from microsclero.ask.chairside import Stopped
    from microsclero.desk import treating

    while True:
        given, proposed, refused = _proposed(desk, number, sitting, anyway)
        if proposed is not None and dry_run:
            return proposed
        letters = sitting.summary()
        if proposed is not None:
            _show(proposed)
        keys = {"y": "y saves it"} if proposed else {"x": "x keeps it as an incident"} if refused else {}
        if yes and proposed is not None:
            key = "y"
        else:
            prompt = ", ".join([*keys.values(), "a letter changes that part", "q keeps it for later: "])
            key = one_key(prompt, (*letters, *keys, "q"))
            tell(key)
        if key == "q":
            raise Stopped
        if key == "x":
            anyway = _why_anyway()
        elif proposed is None or key != "y":
            sitting.again(letters[key])
        else:
            try:
                return treating.save(desk, number, given, shown=proposed, draft=begun.draft)
            except (ConflictError, RefusedError) as error:
                tell(error.message)
                yes = False


def _proposed(
    desk: Desk, number: int, sitting: Chairside, anyway: str | None
) -> tuple[Mapping[str, Any], Session | None, bool]:
    """What was told, read as a document is, and what it comes to; or what stands against it, said aloud.

    The last is whether gates refuse what may yet have happened.
    """
    from microsclero.ask.fields import from_document
    from microsclero.ask.treating import treat_fields
    from microsclero.desk import treating
    from microsclero.desk.dosing import CANNOT_BE

    given = from_document(treat_fields(), sitting.run())
    try:
        return given, treating.propose(desk, number, given, anyway=anyway), False
    except (RefusedError, UsageError) as error:
        tell("")
        for reason in error.reasons:
            tell(f"! {reason.message}")
        may_be = isinstance(error, RefusedError) and not any(each.code in CANNOT_BE for each in error.reasons)
        return given, None, may_be


def _show(proposed: Session) -> None:
    from microsclero.render.views.treating import treated_view

    treated_view(proposed, stderr=True)


def _why_anyway() -> str:
    from microsclero.ask.fields import person_text

    read = person_text(2_000, what="the reason")
    while True:
        try:
            told = read(keyboard().line("  It has happened. Why, although this stood against it: "))
        except ValueError as mistake:
            tell(f"Please again: {mistake}")
            continue
        if told:
            return str(told)
        tell("This one is needed.")
