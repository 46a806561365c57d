"""The verb for what went wrong: reaction, what became of it, and the report to copy."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from microsclero.commands.shared import (
    Answers,
    AsJson,
    PatientNo,
    answer,
    ask,
    at_desk,
    chosen_patient,
    confirm,
    document_or_person,
    keyboard,
    one_key,
    right_patient,
    tell,
)
from microsclero.errors import DeclinedError, DeskError, InterruptedByUser, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.reacting import Reported
    from microsclero.reactions import ReactionList

STOPPED = "Stopped after the emergency questions."
_NOT_CHECKED = " The date of birth was not checked."


def reaction(
    ctx: typer.Context,
    patient: PatientNo = None,
    listed: Annotated[bool, typer.Option("--list", help="Every reaction and hold, open and ended.")] = False,
    follow: Annotated[
        int | None, typer.Option(metavar="ID", min=1, help="What became of this reaction.", show_default=False)
    ] = None,
    yellow_card: Annotated[
        int | None,
        typer.Option(
            "--yellow-card", metavar="ID", min=1, help="The report to copy, no name in it.", show_default=False
        ),
    ] = None,
    answers: Answers = None,
    as_json: AsJson = False,
) -> None:
    """Report a reaction: usual, call, same day or emergency, with what to say and do; or follow one to its end.

    At a terminal the emergency questions come first, to be read aloud; a yes is kept even if you stop after it.
    """
    if sum((listed, follow is not None, yellow_card is not None)) > 1:
        raise UsageError("--list, --follow and --yellow-card exclude each other.")
    if answers is not None and (listed or yellow_card is not None):
        raise UsageError("--answers reports a reaction, or goes with --follow.")
    if listed:
        return _list(ctx, patient, as_json)
    if yellow_card is not None:
        return _yellow_card(ctx, patient, yellow_card, as_json)
    if follow is not None:
        return _follow(ctx, patient, follow, answers, as_json)
    return _report(ctx, patient, answers, as_json)


def _report(ctx: typer.Context, patient: int | None, answers: str | None, as_json: bool) -> None:
    from microsclero.ask.fields import settled
    from microsclero.ask.reactions import reaction_fields
    from microsclero.content.reactions import load_reactions
    from microsclero.desk import reacting

    known = load_reactions()
    given = document_or_person(ctx, reaction_fields(known), answers)
    if given is None:
        _ByPerson(ctx, patient, known).report(as_json)
    else:
        number = chosen_patient(ctx, patient)
        with at_desk(ctx, writing=True) as desk:
            _show(desk, reacting.report(desk, number, settled(given, desk.today())), as_json)


def _show(desk: Desk, kept: Reported, as_json: bool) -> None:
    from microsclero.render.views.reacting import reaction_view

    answer("reaction", kept.as_data(), as_json=as_json, view=lambda: reaction_view(kept, desk.clinic.phone))


class _ByPerson:
    """One report at a terminal; holds what was answered, so that an emergency is kept if the person has to leave."""

    def __init__(self, ctx: typer.Context, patient: int | None, known: ReactionList) -> None:
        self.ctx, self.patient, self.known = ctx, patient, known
        self.emergency: list[str] = []
        self.is_right_patient = self.is_saving = False

    def report(self, as_json: bool) -> None:
        from microsclero.ask.reactions import ask_emergency

        try:
            self._head()
            ask_emergency(self.known, _emergency_key, tell, self.emergency)
            self.patient = chosen_patient(self.ctx, self.patient)
            with at_desk(self.ctx, writing=True) as desk:
                right_patient(self.ctx, desk, self.patient, ask=True)
                self.is_right_patient = True
                _show(desk, self._asked_and_kept(desk, self.patient), as_json)
        except DeclinedError:
            if self.emergency:
                tell(f"The emergency answers are kept nowhere. Ring 999 first, then: {self._again()}")
            raise
        except (KeyboardInterrupt, InterruptedByUser):
            self._stopped()

    def _head(self) -> None:
        """Number and name above the questions; whatever hinders that is told after them, for they don't wait."""
        from microsclero.desk import open_desk
        from microsclero.desk.patients import patient_of
        from microsclero.render.views.patients import headline

        if self.patient is None:
            return
        with suppress(DeskError):
            desk = open_desk(self.ctx.obj, who=None, read_only=True)
            try:
                tell(headline(patient_of(desk, self.patient)))
            finally:
                desk.close()

    def _asked_and_kept(self, desk: Desk, patient_no: int) -> Reported:
        """Asked until it can be kept: what contradicts itself is said, and asked once more."""
        from microsclero.ask.reactions import ask_reaction
        from microsclero.desk import reacting

        typed: dict[str, str] = {}
        while True:
            given = ask_reaction(self.known, desk.today(), keyboard(), tell, confirm, typed)
            try:
                self.is_saving = True
                return reacting.report(desk, patient_no, {**given, "emergency": tuple(self.emergency)})
            except UsageError as error:
                self.is_saving = False
                tell(error.message)

    def _again(self) -> str:
        return f"microsclero reaction {self.patient or ''}".rstrip()

    def _stopped(self) -> NoReturn:
        """An emergency is kept with what is known; of anything else nothing is, and what to do is said."""
        if self.is_saving:
            raise InterruptedByUser(f"Interrupted. See whether it was kept: {self._again()} --list") from None
        if not self.emergency:
            raise InterruptedByUser(f"Stopped; nothing was kept. Begin again with: {self._again()}") from None
        if self.patient is None:
            raise InterruptedByUser(
                "Stopped before a patient was named, so nothing is kept. RING 999 NOW if nobody has; "
                f"then: {self._again()}"
            ) from None
        from microsclero.desk import reacting

        why = STOPPED + ("" if self.is_right_patient else _NOT_CHECKED)
        with at_desk(self.ctx, writing=True) as desk:
            kept = reacting.kept_as_it_is(desk, self.patient, self.known, tuple(self.emergency), why)
        raise InterruptedByUser(_kept(kept)) from None


def _emergency_key(question: str) -> str:
    """y, n, u for not sure, or < for the question before."""
    key = one_key(f"{question} [y/n/u] ", ("y", "n", "u", "b", "<"))
    tell({"y": "YES", "n": "no", "u": "NOT SURE"}.get(key, "back"))
    return "<" if key == "b" else key


def _kept(kept: Reported) -> str:
    return (
        f"Stopped. The emergency is kept as reaction {kept.reaction} of patient {kept.patient_no}, who is on hold. "
        "RING 999 NOW if nobody has; the rest, when there is time: "
        f"microsclero reaction {kept.patient_no} --follow {kept.reaction}"
    )


def _follow(ctx: typer.Context, patient: int | None, reaction: int, answers: str | None, as_json: bool) -> None:
    from microsclero.ask.fields import settled
    from microsclero.ask.reactions import follow_fields
    from microsclero.desk import following, reacting
    from microsclero.render.views.reacting import followed_view

    given = document_or_person(ctx, follow_fields(), answers)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=True) as desk:
        right_patient(ctx, desk, number, ask=False)
        more, is_asked = None, given is None
        if given is None:
            reacting.reaction_of(desk, number, reaction)
            given = ask(follow_fields(desk.today()))
        followed = following.follow(desk, number, reaction, settled(given, desk.today()))
        if is_asked and followed.state == "worse":
            more = _emergency_since(desk, number, reaction)
        data = followed.as_data() | {"also_reported": more.reaction if more else None}
        phone = desk.clinic.phone
        answer(
            "reaction", data, as_json=as_json, view=lambda: followed_view(followed, more, phone=phone, asked=is_asked)
        )


def _emergency_since(desk: Desk, patient_no: int, reaction: int) -> Reported | None:
    """What got worse may have become an emergency: asked at once, and a yes is kept as a reaction of its own."""
    from microsclero.ask.reactions import ask_emergency
    from microsclero.content.reactions import load_reactions
    from microsclero.desk import reacting

    known, answered = load_reactions(), list[str]()
    why = f"Said when reaction {reaction} was followed."
    try:
        ask_emergency(known, _emergency_key, tell, answered)
    except (KeyboardInterrupt, InterruptedByUser):
        if not answered:
            raise InterruptedByUser(
                f"Stopped; what was said of reaction {reaction} is kept, the emergency questions are not answered: "
                f"microsclero reaction {patient_no}"
            ) from None
        kept = reacting.kept_as_it_is(desk, patient_no, known, tuple(answered), f"{why} {STOPPED}")
        raise InterruptedByUser(_kept(kept)) from None
    return reacting.kept_as_it_is(desk, patient_no, known, tuple(answered), why) if answered else None


def _list(ctx: typer.Context, patient: int | None, as_json: bool) -> None:
    from microsclero.desk import reactions_of
    from microsclero.render.views.reacting import reactions_view

    number = chosen_patient(ctx, patient)
    with at_desk(ctx) as desk:
        right_patient(ctx, desk, number, ask=False)
        page = reactions_of.reactions_of(desk, number)
        answer("reaction", page.as_data(), as_json=as_json, view=lambda: reactions_view(page))


def _yellow_card(ctx: typer.Context, patient: int | None, reaction: int, as_json: bool) -> None:
    from microsclero.desk import reactions_of
    from microsclero.render.terminal import console, name, print_lines

    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=True) as desk:
        text = reactions_of.yellow_card(desk, number, reaction)
        tell(
            "Nothing is sent by this program. Their words stand as they were typed: read them through for names first."
        )
        answer(
            "reaction",
            {"reaction": reaction, "patient": number, "yellow_card": text},
            as_json=as_json,
            view=lambda: print_lines(console(), map(name, text.splitlines())),
        )
