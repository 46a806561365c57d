"""The verb that puts the record right: amend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from microsclero.commands.shared import (
    Answers,
    AsJson,
    DryRun,
    answer,
    at_desk,
    can_ask,
    go_ahead,
    keyboard,
    one_key,
    right_patient,
    tell,
    tell_all,
)
from microsclero.errors import DeclinedError, UsageError

if TYPE_CHECKING:
    from microsclero.ask.amending import Wanted
    from microsclero.ask.fields import Field
    from microsclero.desk import Desk
    from microsclero.desk.amending import Amended, Asked
    from microsclero.desk.entries import Entry

KINDS = ("treatment", "reaction", "response", "note", "photo", "document")


def amend(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"One of {', '.join(KINDS)}.")],
    number: Annotated[int, typer.Argument(metavar="ID", min=1, max=999_999_999, help="Its number.")],
    show: Annotated[bool, typer.Option("--show", help="The entry as it was told, struck out or not.")] = False,
    answers: Answers = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Correct an entry, move it to the right patient, or say that it was entered in error.

    The original stays, struck through, with why, who and when. What stands instead passes the same checks; what they
    refuse now is kept as an incident.
    """
    if kind not in KINDS:
        raise UsageError(f"KIND is one of {', '.join(KINDS)}.")
    if show:
        if answers is not None or dry_run:
            raise UsageError("--show looks only: leave out --answers and --dry-run.")
        return _show(ctx, kind, number, as_json)
    own = _own(kind)
    wanted = _from_document(ctx, kind, answers, own)
    with at_desk(ctx, writing=not dry_run) as desk:
        found = _standing(desk, kind, number)
        right_patient(ctx, desk, found.patient_no, ask=True)
        asked = _by_person(desk, found, own) if wanted is None else _asked(desk, found, own, wanted)
        if asked.patient is not None:
            right_patient(ctx, desk, asked.patient, ask=True)
        return _answer(_done(ctx, desk, asked, dry_run=dry_run), as_json)


def _from_document(ctx: typer.Context, kind: str, answers: str | None, own: tuple[Field, ...]) -> Wanted | None:
    """What a document asks for; None where a person at the terminal is to be asked."""
    from microsclero.ask import amending as asking

    if answers is not None:
        from microsclero.ask.documents import read_answers

        return asking.from_answers(kind, read_answers(answers), own)
    if not can_ask(ctx):
        from microsclero.ask.fields import missing_off_a_terminal

        raise missing_off_a_terminal((asking.REASON,))
    return None


def _done(ctx: typer.Context, desk: Desk, asked: Asked, *, dry_run: bool) -> Amended:
    """Shown whole; a person says yes to it, a document is its own yes."""
    from microsclero.desk import amending
    from microsclero.render.views.correcting import amended_view

    shown = amending.propose(desk, asked)
    if dry_run:
        return shown
    if can_ask(ctx):
        amended_view(shown, stderr=True)
        go_ahead(ctx, yes=False, question="Save this correction?")
    return amending.save(desk, shown)


def _answer(done: Amended, as_json: bool) -> None:
    from microsclero.render.views.correcting import amended_view

    answer("amend", done.as_data(), as_json=as_json, view=lambda: amended_view(done))


def _own(kind: str) -> tuple[Field, ...]:
    from microsclero.ask.amending import fields_of
    from microsclero.content.reactions import load_reactions

    return fields_of(kind, load_reactions() if kind == "reaction" else None)


def _standing(desk: Desk, kind: str, number: int) -> Entry:
    from microsclero.desk import entries

    found = entries.entry(desk, kind, number)
    entries.refuse_struck(found)
    return found


def _asked(desk: Desk, found: Entry, own: tuple[Field, ...], wanted: Wanted) -> Asked:
    """What a document asks for, as the desk takes it."""
    from microsclero.ask.amending import corrected
    from microsclero.ask.fields import settled
    from microsclero.desk.amending import Asked

    told = None
    if wanted.action == "corrected":
        told = settled(corrected(found.kind, own, found.told, wanted.changes), desk.today())
    return Asked(
        kind=found.kind,
        number=found.number,
        reason=wanted.reason,
        action=wanted.action,
        told=told,
        patient=wanted.patient,
        reactions=wanted.reactions,
        photos=wanted.photos,
    )


def _show(ctx: typer.Context, kind: str, number: int, as_json: bool) -> None:
    from microsclero.desk import entries
    from microsclero.desk.patient_record import note_look
    from microsclero.render.views.correcting import entry_view

    with at_desk(ctx) as desk:
        found = entries.entry(desk, kind, number)
        tell_all(note_look(desk, found.patient_no, "amend --show"))
        answer("amend", found.as_data(), as_json=as_json, view=lambda: entry_view(found))


# ── at a terminal ──


def _by_person(desk: Desk, found: Entry, own: tuple[Field, ...]) -> Asked:
    """What is wrong, asked at the terminal: one of three, the values, and why."""
    from microsclero.ask.amending import REASON, Wanted
    from microsclero.ask.fields import from_person
    from microsclero.render.views.correcting import entry_view

    entry_view(found, stderr=True)
    ways = {"c": "c correct it", "p": "p it is another patient's", "e": "e it was entered in error"}
    if found.kind == "document":
        ways = {"e": ways["e"]}
    key = one_key(f"{', '.join(ways.values())}, q stops: ", (*ways, "q"))
    tell(key)
    if key == "q":
        raise DeclinedError("Stopped; nothing was saved.")
    changes: Mapping[str, Any] = {}
    patient: int | None = None
    along: dict[str, tuple[int, ...]] = {"reaction": (), "photo": ()}
    if key == "c":
        changes = _changes(desk, found, own)
    elif key == "p":
        patient = _whose()
        along = _along(desk, found)
    told = from_person([REASON], keyboard(), tell)
    action = {"c": "corrected", "p": "moved", "e": "entered_in_error"}[key]
    wanted = Wanted(told["reason"], action, changes, patient, along["reaction"], along["photo"])
    return _asked(desk, found, own, wanted)


def _whose() -> int:
    """The right patient's number, typed by whoever knows it."""
    while True:
        line = keyboard().line("  Number of the right patient: ").strip()
        if line.isascii() and line.isdigit() and 0 < int(line[:10]) <= 999_999_999:
            return int(line)
        tell("Type the number; microsclero patient find looks it up. Ctrl-C stops.")


def _along(desk: Desk, found: Entry) -> dict[str, tuple[int, ...]]:
    """What belongs to a treatment, asked about one by one."""
    from microsclero.commands.shared import confirm
    from microsclero.desk import amending_treatment

    along: dict[str, tuple[int, ...]] = {"reaction": (), "photo": ()}
    for kind, number in amending_treatment.tied(desk, found) if found.kind == "treatment" else ():
        if confirm(f"{kind.capitalize()} {number} belongs to it. Does it go along?"):
            along[kind] = (*along[kind], number)
    return along


def _changes(desk: Desk, found: Entry, own: tuple[Field, ...]) -> Mapping[str, Any]:
    """The values as they should be, asked as they were the first time."""
    from microsclero.ask.fields import changes_from_person, settled
    from microsclero.ask.notes import ask_lines

    if found.kind == "treatment":
        return _treatment_changes(desk, found, own)
    if found.kind == "response":
        return _response_changes(desk, found)
    if found.kind == "note":
        return {"note": ask_lines(keyboard(), tell, what="The note as it should be")}
    typed = settled(changes_from_person(own, found.told, keyboard(), tell), desk.today())
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in typed.items()}


def _treatment_changes(desk: Desk, found: Entry, own: tuple[Field, ...]) -> Mapping[str, Any]:
    """The parts of the session by their letters, each corrected where it stands."""
    from copy import deepcopy

    from microsclero.ask.chairside import Chairside, Known, Stopped
    from microsclero.ask.sites import as_sites
    from microsclero.content.products import load_products
    from microsclero.desk import chairside

    parts = [field.key for field in own]
    told = {key: value for key, value in found.told.items() if value is not None}
    sitting = Chairside(
        {"told": deepcopy(told), "complete": parts},
        known=Known(
            prescribers=chairside.with_role(desk, "prescriber"),
            injectors=chairside.with_role(desk, "injector"),
            products=load_products(),
            photographs=0,
            now=desk.now,
            # What stands against it is worked out without the entry that is struck out, and shown before it is saved.
            total=lambda told: (f"{sum(site.volume_ml for site in as_sites(told.get('sites') or ()))} mL in all",),
            about_vials=lambda _: (),
        ),
        keyboard=keyboard(),
        key=one_key,
        say=tell,
        keep=lambda _: None,
    )
    try:
        return sitting.corrected(parts)
    except Stopped:
        raise DeclinedError("Stopped; nothing was saved.") from None


def _response_changes(desk: Desk, found: Entry) -> Mapping[str, Any]:
    """The whole response asked once more."""
    from microsclero.ask.responses import ask_response
    from microsclero.desk import amending_response

    look = amending_response.looked_at(desk, found.patient_no, found.row)
    given = ask_response(look, keyboard(), one_key, tell)
    grades = [{"leg": each.leg, "region": each.region, "improvement": each.improvement} for each in given["grades"]]
    return {**given, "grades": grades}
