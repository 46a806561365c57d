"""What may follow a screening: a prescriber's decisions, filed documents, and the gate to planning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from microsclero.errors import NotFoundError, Reason, RefusedError, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.standing import Decision, Document, Standing
    from microsclero.store.screenings import ScreeningRow


def _documents(desk: Desk, patient_no: int, *, since: date | None = None) -> tuple[Document, ...]:
    from microsclero.standing import Document
    from microsclero.store import screenings

    return tuple(
        Document(kind=row.kind, rule=row.rule, dated_on=row.dated_on, summary=row.summary)
        for row in screenings.documents(desk.store, patient_no)
        if since is None or row.dated_on >= since
    )


def _decisions(desk: Desk, row: ScreeningRow) -> tuple[Decision, ...]:
    from microsclero.standing import Decision
    from microsclero.store import screenings

    return tuple(
        Decision(
            rule=made.rule,
            decision=made.decision,
            reason=made.reason,
            prescriber=made.prescriber,
            on=made.decided_at.astimezone(desk.zone).date(),
        )
        for made in screenings.decisions(desk.store, row.screening)
    )


def _latest(desk: Desk, patient_no: int) -> ScreeningRow:
    from microsclero.desk.screening import latest_of_any

    row = latest_of_any(desk, patient_no)
    if row is None:
        raise NotFoundError(
            f"Patient {patient_no} has not been screened yet: microsclero screen {patient_no}", code="no_screening"
        )
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDecide:
    """One finding a prescriber decides, with what was decided last time on the same answer."""

    rule: str
    reason: str
    source: str
    carried: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForReview:
    """What stands for a prescriber, and who may decide."""

    screening: int
    findings: tuple[ToDecide, ...]
    prescribers: tuple[str, ...]


def for_review(desk: Desk, patient_no: int) -> ForReview:
    """The findings to decide on the latest screening; refused (4) while anything above review stands."""
    from microsclero.desk.patients import patient_of
    from microsclero.desk.screening import screening_from_row
    from microsclero.standing import may_decide, standing

    patient_of(desk, patient_no)
    row = _latest(desk, patient_no)
    screening = screening_from_row(row)
    documents = _documents(desk, patient_no)
    reasons = may_decide(screening, documents)
    if reasons:
        raise RefusedError.for_reasons(reasons)
    stands = standing(screening, documents, _decisions(desk, row))
    carried = _carried(desk, row)
    findings = tuple(
        ToDecide(
            rule=found.finding.rule,
            reason=found.finding.reason,
            source=found.finding.source,
            carried=carried.get(found.finding.rule),
        )
        for found in stands.findings
        if found.finding.rule in stands.undecided
    )
    if not findings:
        raise NotFoundError(f"Nothing of patient {patient_no} waits for a decision.", code="nothing_to_decide")
    who = tuple(member.initials for member in desk.team if "prescriber" in member.roles)
    return ForReview(screening=row.screening, findings=findings, prescribers=who)


def _carried(desk: Desk, row: ScreeningRow) -> dict[str, str]:
    """Earlier decisions whose answers are unchanged: offered, never taken over unseen."""
    from microsclero.content import questionnaire
    from microsclero.standing import carried_decisions
    from microsclero.store import screenings

    form = questionnaire(row.purpose)
    carried: dict[str, str] = {}
    for before in screenings.screenings_of(desk.store, row.patient_no):
        if before.screening < row.screening:
            kept = carried_decisions(form, _decisions(desk, before), before.answers, row.answers)
            carried |= {made.rule: f"{made.decision}, {made.reason} ({made.prescriber})" for made in kept}
    return carried


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The decisions just recorded, and what is still open."""

    screening: int
    patient_no: int
    prescriber: str
    decisions: tuple[Mapping[str, str], ...]
    stands: Standing

    def as_data(self) -> dict[str, object]:
        return {
            "screening": self.screening,
            "patient": self.patient_no,
            "prescriber": self.prescriber,
            "decisions": [dict(made) for made in self.decisions],
            "outcome": self.stands.outcome.value,
            "undecided": list(self.stands.undecided),
            "declined": list(self.stands.declined),
            "may_plan": self.stands.is_open,
        }


def refuse_unknown_rules(given: Mapping[str, Any]) -> None:
    """Rules no form has, or decided twice, before any file is opened."""
    from microsclero.content import questionnaire
    from microsclero.text import visible

    rules = [made["rule"] for made in given["decisions"]]
    known = {rule.id for form in ("intake", "session") for rule in questionnaire(form).rules}
    strangers = [rule for rule in rules if rule not in known]
    twice = sorted({rule for rule in rules if rules.count(rule) > 1})
    if strangers or twice:
        named = ", ".join(visible(rule[:60]) for rule in [*strangers, *twice])
        what = "no rules of the questionnaire" if strangers else "decided twice"
        raise UsageError(f"These are {what}: {named}.", code="unknown_rule")


def decide(desk: Desk, patient_no: int, given: Mapping[str, Any]) -> Decided:
    """A prescriber's decision on each named finding; refused (4) while anything above review stands."""
    from microsclero.desk.patients import patient_of
    from microsclero.desk.screening import screening_from_row
    from microsclero.standing import may_decide, standing
    from microsclero.store import screenings

    refuse_unknown_rules(given)
    decisions = given["decisions"]
    rules = [made["rule"] for made in decisions]
    patient_of(desk, patient_no)
    prescriber = desk.member(given["prescriber"])
    row = _latest(desk, patient_no)
    screening = screening_from_row(row)
    documents = _documents(desk, patient_no)
    reasons = list(may_decide(screening, documents, rules))
    if "prescriber" not in prescriber.roles:
        reasons.append(Reason("role_missing", f"{prescriber.initials} is not a prescriber in this clinic's team.", {}))
    if reasons:
        raise RefusedError.for_reasons(reasons)
    stands = standing(screening, documents, _decisions(desk, row))
    with desk.store.changing(who=desk.writer(), command="decide"):
        screenings.add_decisions(
            desk.store,
            row.screening,
            [(made["rule"], made["decision"], _with_condition(made)) for made in decisions],
            prescriber=prescriber.initials,
            all_decided=set(stands.undecided) <= set(rules),
        )
    return Decided(
        screening=row.screening,
        patient_no=patient_no,
        prescriber=prescriber.initials,
        decisions=tuple(decisions),
        stands=standing(screening, documents, _decisions(desk, row)),
    )


def _with_condition(made: Mapping[str, str]) -> str:
    return f"{made['reason']} (condition: {made['condition']})" if made.get("condition") else made["reason"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A document just filed, and the findings it answers."""

    document: int
    patient_no: int
    kind: str
    answers: tuple[str, ...]
    waiting: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "document": self.document,
            "patient": self.patient_no,
            "kind": self.kind,
            "now_for_review": list(self.answers),
            "still_waiting": list(self.waiting),
        }


def file_document(desk: Desk, patient_no: int, given: Mapping[str, Any]) -> Filed:
    """File a document; findings that waited for its kind are now for a prescriber to decide."""
    from microsclero.desk.patients import patient_of
    from microsclero.desk.screening import latest_of_any, screening_from_row
    from microsclero.standing import standing
    from microsclero.store import screenings

    if given["dated_on"] > desk.today():
        raise UsageError("“dated_on” lies in the future; the date on the document is wanted.", code="unreadable")
    patient_of(desk, patient_no)
    row = latest_of_any(desk, patient_no)
    rule = given.get("rule")
    waiting = {
        str(finding["rule"]): finding.get("document")
        for finding in (row.findings if row else ())
        if finding["outcome"] == "refer"
    }
    if rule and waiting.get(rule) != given["kind"]:
        raise RefusedError(
            f"No finding “{rule}” of patient {patient_no} waits for a {given['kind']}; waiting: "
            f"{', '.join(f'{name} ({kind})' for name, kind in waiting.items()) or 'none'}.",
            code="no_such_finding",
        )
    summary = f"{given['from']}: {given['summary']}" if given.get("from") else given["summary"]
    with desk.store.changing(who=desk.writer(), command="document"):
        number = screenings.add_document(
            desk.store,
            patient_no=patient_no,
            kind=given["kind"],
            rule=rule,
            dated_on=given["dated_on"],
            summary=summary,
        )
    if row is None:
        return Filed(document=number, patient_no=patient_no, kind=given["kind"], answers=(), waiting=())
    stands = standing(screening_from_row(row), _documents(desk, patient_no), _decisions(desk, row))
    still = tuple(found.finding.rule for found in stands.findings if found.effective == "refer")
    now = tuple(name for name in waiting if name not in still)
    return Filed(document=number, patient_no=patient_no, kind=given["kind"], answers=now, waiting=still)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Whether a course may be planned: every reason against it, or the first day it may begin."""

    reasons: tuple[Reason, ...]
    remarks: tuple[str, ...]
    not_before: date | None
    screening: int | None


def plan_gate(desk: Desk, patient_no: int) -> Gate:
    """The latest intake, complete, signed, in force, recent; nothing above review, every review decided "proceed"."""
    from microsclero import content
    from microsclero.dates import show_date
    from microsclero.desk.screening import screening_from_row
    from microsclero.standing import intake_refusals
    from microsclero.store import screenings

    row = screenings.latest_screening(desk.store, patient_no, "intake")
    if row is None:
        reason = Reason(
            "no_screening", f"Patient {patient_no} has no intake yet: microsclero screen {patient_no} --for intake.", {}
        )
        return Gate(reasons=(reason,), remarks=(), not_before=None, screening=None)
    gate = intake_refusals(
        screening_from_row(row),
        _documents(desk, patient_no),
        _decisions(desk, row),
        signed_on=row.signed_at.astimezone(desk.zone).date() if row.signed_at else None,
        today=desk.today(),
        version_in_force=content.version_in_force(),
        valid_days=content.intake_valid_days(),
    )
    newer, newer_wait = _newer_session_screening(desk, patient_no, row)
    not_before = max((day for day in (gate.not_before, newer_wait) if day), default=None)
    remarks: tuple[str, ...] = ()
    if not_before and not_before > desk.today():
        remarks = (f"Not before {show_date(not_before)}: a deferral lasts until then.",)
    return Gate(reasons=(*gate.reasons, *newer), remarks=remarks, not_before=not_before, screening=row.screening)


def _newer_session_screening(desk: Desk, patient_no: int, intake: ScreeningRow) -> tuple[list[Reason], date | None]:
    """A session's screening after the intake that found more counts too: the worse of the two stands."""
    from microsclero.desk.screening import screening_from_row
    from microsclero.outcomes import Outcome
    from microsclero.standing import standing
    from microsclero.store import screenings

    row = screenings.latest_screening(desk.store, patient_no, "session")
    if row is None or row.screening < intake.screening:
        return [], None
    stands = standing(screening_from_row(row), _documents(desk, patient_no), _decisions(desk, row))
    waits = [found.finding.ask_again_on for found in stands.findings if found.effective == Outcome.DEFER.value]
    reasons = [
        Reason(
            f"stands_at_{found.effective}",
            f"{found.finding.rule} (session screening of {row.on.isoformat()}): {found.finding.reason} "
            f"What would change it: {found.finding.changes}",
            {"rule": found.finding.rule, "outcome": found.effective},
        )
        for found in stands.findings
        if found.effective in (Outcome.BAR.value, Outcome.REFER.value)
        or (found.effective == Outcome.DEFER.value and found.finding.ask_again_on is None)
    ]
    return reasons, max((day for day in waits if day), default=None)
