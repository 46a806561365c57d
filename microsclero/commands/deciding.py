"""The prescriber's verb: decide on findings for review, on a hold, on an incident."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from microsclero.commands.shared import (
    Answers,
    AsJson,
    PatientNo,
    answer,
    ask,
    at_desk,
    can_ask,
    chosen_patient,
    confirm,
    keyboard,
    right_patient,
    tell,
)
from microsclero.errors import DeclinedError

if TYPE_CHECKING:
    from microsclero.desk import Desk


def decide(ctx: typer.Context, patient: PatientNo = None, answers: Answers = None, as_json: AsJson = False) -> None:
    """Record a prescriber's decision: on each finding for review, on a hold, or on an incident, with the reason."""
    from microsclero.ask import decisions as asking
    from microsclero.ask.fields import missing_off_a_terminal

    if answers is None and not can_ask(ctx):
        raise missing_off_a_terminal(asking.decide_fields())
    told = None if answers is None else _from_document(answers)
    number = chosen_patient(ctx, patient)
    with at_desk(ctx, writing=True) as desk:
        right_patient(ctx, desk, number, ask=False)
        about, given = told if told is not None else _from_person(desk, number)
        _SETTLE[about](desk, number, given, as_json)


def _from_document(answers: str) -> tuple[str, dict[str, Any]]:
    """What a document is about, by its keys, and its values."""
    from microsclero.ask import decisions, incidents, reactions
    from microsclero.ask.documents import read_answers
    from microsclero.ask.fields import from_document
    from microsclero.desk import deciding

    document = read_answers(answers)
    if "hold" in document:
        return "hold", from_document(reactions.hold_fields(), document)
    if "incident" in document:
        return "incident", from_document(incidents.closing_fields(), document)
    given = from_document(decisions.decide_fields(), document)
    deciding.refuse_unknown_rules(given)
    return "findings", given


def _from_person(desk: Desk, patient_no: int) -> tuple[str, dict[str, Any]]:
    """A hold first, then an incident, then findings: the more urgent, the earlier."""
    from microsclero.ask import decisions, incidents, reactions
    from microsclero.desk import deciding, holding
    from microsclero.desk.incidents import open_incidents

    if holding.open_holds(desk, patient_no):
        for reason in holding.against(desk, patient_no):
            tell(reason.message)
        given = ask(reactions.hold_fields(), _own(desk))
        if given["finding"] in holding.CLOTS and not confirm(
            f"Found: {holding.CLOTS[given['finding']]}. It bars for good, and is not taken back. Is that right?"
        ):
            raise DeclinedError("Nothing was decided; the hold stands.")
        return "hold", given
    standing = open_incidents(desk, patient_no)
    if standing:
        for row in standing:
            tell(f"Incident {row.incident}: {row.reason} ({', '.join(row.codes)})")
        return "incident", ask(incidents.closing_fields(), _own(desk))
    return "findings", decisions.ask_decisions(deciding.for_review(desk, patient_no), keyboard(), tell, who=desk.who)


def _own(desk: Desk) -> dict[str, str]:
    """The person at the desk as prescriber, where they may prescribe."""
    from microsclero.desk.chairside import own_as_prescriber

    own = own_as_prescriber(desk)
    return {"prescriber": own} if own else {}


def _findings(desk: Desk, patient_no: int, given: Mapping[str, Any], as_json: bool) -> None:
    from microsclero.desk import deciding
    from microsclero.render.views.screening import decided_view

    decided = deciding.decide(desk, patient_no, given)
    answer("decide", decided.as_data(), as_json=as_json, view=lambda: decided_view(decided))


def _hold(desk: Desk, patient_no: int, given: Mapping[str, Any], as_json: bool) -> None:
    from microsclero.desk import lifting
    from microsclero.render.views.reacting import hold_view

    settled = lifting.settle(desk, patient_no, given)
    answer("decide", settled.as_data(), as_json=as_json, view=lambda: hold_view(settled))


def _incident(desk: Desk, patient_no: int, given: Mapping[str, Any], as_json: bool) -> None:
    from microsclero.desk.incidents import close_incident
    from microsclero.render.views.treating import incident_view

    closed = close_incident(desk, patient_no, given)
    answer("decide", closed.as_data(), as_json=as_json, view=lambda: incident_view(closed))


_SETTLE = {"findings": _findings, "hold": _hold, "incident": _incident}
