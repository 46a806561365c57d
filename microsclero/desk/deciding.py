"""What may follow a screening: a prescriber's decisions, and documents filed for findings that wait for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from microsclero.desk import not_a_prescriber
from microsclero.errors import ConflictError, NotFoundError, RefusedError, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.explaining import Said
    from microsclero.lapsing import DecidedBefore
    from microsclero.standing import Standing
    from microsclero.store.screenings import ScreeningRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDecide:
    """One finding a prescriber decides, with what was decided on it before, to be confirmed again or lapsed.

    said: the answer it rests on first, then the patient's own words and the others that count.
    """

    rule: str
    reason: str
    source: str
    before: DecidedBefore | None
    documents: tuple[str, ...]
    said: tuple[Said, ...]
    changes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForReview:
    """What stands for a prescriber, and who may decide."""

    findings: tuple[ToDecide, ...]
    prescribers: tuple[str, ...]


def for_review(desk: Desk, patient_no: int) -> ForReview:
    """The findings to decide on the screenings in force; refused (4) while anything above review stands."""
    from microsclero.dates import show_date
    from microsclero.desk.earlier import decided_before_on, form_of
    from microsclero.desk.explaining import said_for
    from microsclero.desk.patients import patient_of
    from microsclero.desk.standing_of import documents_for, screening_from_row, screenings_in_force, stands_at
    from microsclero.standing import may_decide

    patient_of(desk, patient_no)
    findings: list[ToDecide] = []
    for row in screenings_in_force(desk, patient_no):
        stands = stands_at(desk, row)
        open_rules = [rule for rule in stands.undecided if rule not in [found.rule for found in findings]]
        if open_rules or not findings:
            reasons = may_decide(screening_from_row(row), documents_for(desk, row), on=desk.today())
            if reasons:
                raise RefusedError.for_reasons(reasons)
        before = decided_before_on(desk, row)
        form = form_of(row)
        findings += [
            ToDecide(
                rule=found.finding.rule,
                reason=found.finding.reason,
                source=found.finding.source,
                before=before.get(found.finding.rule),
                documents=tuple(
                    f"{each.kind} of {show_date(each.dated_on)}: {each.summary}"
                    for each in documents_for(desk, row)
                    if each.kind == found.finding.document and each.rule in (None, found.finding.rule)
                ),
                said=said_for(found.finding, row, form),
                changes=found.finding.changes,
            )
            for found in stands.findings
            if found.finding.rule in open_rules
        ]
    if not findings:
        raise NotFoundError(f"Nothing of patient {patient_no} waits for a decision.", code="nothing_to_decide")
    who = tuple(member.initials for member in desk.team if "prescriber" in member.roles)
    return ForReview(findings=tuple(findings), prescribers=who)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The decisions just recorded, and what is still open."""

    screening: int
    patient_no: int
    prescriber: str
    decisions: tuple[Mapping[str, str], ...]
    stands: Standing
    may_plan: bool

    def as_data(self) -> dict[str, object]:
        return {
            "screening": self.screening,
            "patient": self.patient_no,
            "prescriber": self.prescriber,
            "decisions": [dict(made) for made in self.decisions],
            "outcome": self.stands.outcome.value,
            "undecided": list(self.stands.undecided),
            "declined": list(self.stands.declined),
            "may_plan": self.may_plan,
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
    from microsclero.desk.gate import plan_gate
    from microsclero.desk.patients import patient_of
    from microsclero.desk.standing_of import documents_for, screening_from_row, screenings_in_force, stands_at
    from microsclero.standing import may_decide
    from microsclero.store import screenings

    refuse_unknown_rules(given)
    decisions = given["decisions"]
    patient_of(desk, patient_no)
    prescriber = desk.member(given["prescriber"])
    in_force = screenings_in_force(desk, patient_no)
    if not in_force:
        raise NotFoundError(
            f"Patient {patient_no} has not been screened yet: microsclero screen {patient_no}", code="no_screening"
        )
    rules_of = _by_screening(desk, in_force, [made["rule"] for made in decisions])
    reasons = [
        reason
        for row, rules in rules_of
        for reason in may_decide(screening_from_row(row), documents_for(desk, row), rules, on=desk.today())
    ]
    reasons += not_a_prescriber(prescriber)
    if reasons:
        raise RefusedError.for_reasons(reasons)
    with desk.store.changing(who=desk.writer(), command="decide"):
        if [row.screening for row in screenings_in_force(desk, patient_no)] != [row.screening for row in in_force]:
            raise ConflictError(
                f"Patient {patient_no} was screened again meanwhile; nothing was saved. Look again.",
                code="changed_meanwhile",
            )
        for row, rules in rules_of:
            screenings.add_decisions(
                desk.store,
                row.screening,
                [
                    (made["rule"], made["decision"], _with_condition(made))
                    for made in decisions
                    if made["rule"] in rules
                ],
                prescriber=prescriber.initials,
                all_decided=set(stands_at(desk, row).undecided) <= set(rules),
            )
    newest = rules_of[0][0]
    return Decided(
        screening=newest.screening,
        patient_no=patient_no,
        prescriber=prescriber.initials,
        decisions=tuple(decisions),
        stands=stands_at(desk, newest),
        may_plan=not plan_gate(desk, patient_no).reasons,
    )


def _by_screening(
    desk: Desk, in_force: tuple[ScreeningRow, ...], rules: list[str]
) -> list[tuple[ScreeningRow, list[str]]]:
    """Each rule with every screening in force it is to be decided on.

    The newest that found it, or the newest of all where none did; and an older one that found it too, since the
    prescriber's last word on a finding is the one that counts.
    """
    from microsclero.desk.standing_of import documents_for, screening_from_row, stands_at
    from microsclero.standing import may_decide

    wanted: dict[int, list[str]] = {row.screening: [] for row in in_force}
    for rule in rules:
        found_by = [row for row in in_force if any(found["rule"] == rule for found in row.findings)] or [in_force[0]]
        wanted[found_by[0].screening].append(rule)
        for older in found_by[1:]:
            stands = stands_at(desk, older)
            is_open = rule in stands.undecided or rule in stands.declined
            asked = screening_from_row(older)
            if is_open and not may_decide(asked, documents_for(desk, older), [rule], on=desk.today()):
                wanted[older.screening].append(rule)
    return [(row, wanted[row.screening]) for row in in_force if wanted[row.screening]]


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


def waiting_for(desk: Desk, patient_no: int) -> dict[str, str]:
    """Each finding that a document of some kind is wanted for, with that kind."""
    from microsclero.desk.standing_of import screenings_in_force

    return {
        str(finding["rule"]): str(finding["document"])
        for row in screenings_in_force(desk, patient_no)
        for finding in row.findings
        if finding["outcome"] == "refer" and finding.get("document")
    }


def file_document(desk: Desk, patient_no: int, given: Mapping[str, Any]) -> Filed:
    """File a document; findings that waited for its kind are now for a prescriber to decide."""
    from microsclero.desk.patients import patient_of
    from microsclero.desk.standing_of import screenings_in_force, stands_at
    from microsclero.store import screenings

    patient = patient_of(desk, patient_no)
    if not patient.born_on <= given["dated_on"] <= desk.today():
        raise UsageError(
            "“dated_on” lies before the patient's birth or in the future; the date on the document is wanted.",
            code="unreadable",
            key="dated_on",
        )
    rule = given.get("rule")
    in_force = screenings_in_force(desk, patient_no)
    waiting = waiting_for(desk, patient_no)
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
    still = tuple(
        found.finding.rule for row in in_force for found in stands_at(desk, row).findings if found.effective == "refer"
    )
    return Filed(
        document=number,
        patient_no=patient_no,
        kind=given["kind"],
        answers=tuple(name for name in waiting if name not in still),
        waiting=tuple(dict.fromkeys(still)),
    )
