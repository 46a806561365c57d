"""Where a screening stands once documents are filed and a prescriber has decided; what that opens, and what not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from microsclero.dates import show_date
from microsclero.errors import Reason
from microsclero.outcomes import Outcome, worst
from microsclero.screening import Finding, Screening

DOCUMENT_WORDS = {"duplex": "a duplex scan", "abpi": "an ankle pressure (ABPI)", "letter": "a letter"}
DECISIONS = ("proceed", "decline")
ABOVE_REVIEW = ("bar", "refer", "defer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper filed with the patient's record; `rule` is the finding that it answers, where somebody said so."""

    kind: str
    rule: str | None
    dated_on: date
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A prescriber's word on one finding, with the reason."""

    rule: str
    decision: str
    reason: str
    prescriber: str
    on: date

    def __post_init__(self) -> None:
        if self.decision not in DECISIONS:
            raise ValueError("A decision is proceed or decline.")

    def as_data(self) -> dict[str, object]:
        return {
            "rule": self.rule,
            "decision": self.decision,
            "reason": self.reason,
            "prescriber": self.prescriber,
            "decided_on": self.on.isoformat(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingFinding:
    """A finding and what it comes to now: bar, refer, defer, review, proceed, declined or note."""

    finding: Finding
    effective: str
    decision: Decision | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The screening as it stands. `outcome` stays `review` after a decision: it was decided, never undone.

    `undecided` and `declined` are rule ids.
    """

    outcome: Outcome
    findings: tuple[StandingFinding, ...]
    unanswered: tuple[str, ...]
    undecided: tuple[str, ...]
    declined: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Nothing above review, nothing unanswered, and each review decided "proceed"."""
        stands = any(found.effective in ABOVE_REVIEW for found in self.findings)
        return not (stands or self.unanswered or self.undecided or self.declined)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanGate:
    """Why nothing can be planned on a screening (empty: it can), and before which day session 1 can't be."""

    reasons: tuple[Reason, ...]
    not_before: date | None


def standing(screening: Screening, documents: Iterable[Document], decisions: Iterable[Decision]) -> Standing:
    """The screening seen with its documents and decisions; the last decision on a rule counts."""
    documents = tuple(documents)
    by_rule = {decision.rule: decision for decision in decisions}
    findings = tuple(
        _stands(finding, _document_for(finding, screening.findings, documents), by_rule.get(finding.rule))
        for finding in screening.findings
    )
    now = [Outcome.REVIEW if f.effective in ("proceed", "declined") else Outcome(f.effective) for f in findings]
    return Standing(
        outcome=worst((*now, *([Outcome.INCOMPLETE] if screening.unanswered else []))),
        findings=findings,
        unanswered=screening.unanswered,
        undecided=tuple(f.finding.rule for f in findings if f.effective == "review"),
        declined=tuple(f.finding.rule for f in findings if f.effective == "declined"),
    )


def in_the_way(stands: Standing, on: date) -> tuple[StandingFinding, ...]:
    """What stands above a review on that day; a deferral ends when its date comes."""
    return tuple(
        found
        for found in stands.findings
        if found.effective in ABOVE_REVIEW and not (_ends_by_itself(found) and _ask_again_on(found) <= on)
    )


def _ends_by_itself(found: StandingFinding) -> bool:
    return found.effective == "defer" and found.finding.ask_again_on is not None


def _ask_again_on(found: StandingFinding) -> date:
    return found.finding.ask_again_on or date.max


def may_decide(
    screening: Screening, documents: Iterable[Document], rules: Iterable[str] = (), *, on: date | None = None
) -> tuple[Reason, ...]:
    """Why a prescriber cannot decide on this screening, or on the rules named; empty when nothing stands against it.

    on: the day of the decision; the day of the screening without one.
    """
    stands = standing(screening, documents, ())
    reasons = [_stands_in_the_way(found) for found in in_the_way(stands, on or screening.on)]
    if stands.unanswered:
        reasons.append(_unanswered(stands.unanswered))
    effective = {f.finding.rule: f for f in stands.findings}
    for rule in rules:
        found = effective.get(rule)
        if found is None:
            message = f"This screening has no finding {rule}: decide only what it found."
            reasons.append(Reason("no_such_finding", message, {"rule": rule}))
        elif found.finding.locked:
            message = f"{rule} can't be decided: it ends only when the answer changes. {found.finding.changes}"
            reasons.append(Reason("locked", message, {"rule": rule}))
        elif found.effective == "note":
            message = f"{rule} needs no decision: it only informs."
            reasons.append(Reason("nothing_to_decide", message, {"rule": rule}))
    return tuple(reasons)


def against(stands: Standing) -> PlanGate:
    """What a screening has against planning, all reasons at once; what is asked of the paper itself is apart.

    A deferral with a date does not shut the plan: `not_before` is the day session 1 can be from.
    """
    reasons = [_unanswered(stands.unanswered)] if stands.unanswered else []
    for found in stands.findings:
        if found.effective in ABOVE_REVIEW and not _ends_by_itself(found):
            reasons.append(_stands_in_the_way(found))
    for rule in stands.undecided:
        message = f"{rule} is for a prescriber to decide: use decide."
        reasons.append(Reason("undecided", message, {"rule": rule}))
    for rule in stands.declined:
        message = f"{rule} was declined by the prescriber: no session can be planned while that decision stands."
        reasons.append(Reason("declined", message, {"rule": rule}))
    waits = [found.finding.ask_again_on for found in waiting(stands)]
    return PlanGate(reasons=tuple(reasons), not_before=max((day for day in waits if day), default=None))


def waiting(stands: Standing) -> tuple[StandingFinding, ...]:
    """The findings that name a day. A document does not shorten a wait: one that is now for review names it, too."""
    return tuple(f for f in stands.findings if f.effective != "note" and f.finding.ask_again_on is not None)


def _stands(finding: Finding, document: Document | None, decision: Decision | None) -> StandingFinding:
    outcome = finding.outcome
    if outcome is Outcome.REFER and document is not None:
        outcome = Outcome.REVIEW
    # Neither a locked finding nor one above review can be decided, whatever the record holds.
    if outcome is not Outcome.REVIEW or finding.locked or decision is None:
        return StandingFinding(finding=finding, effective=outcome.value, document=document)
    effective = "proceed" if decision.decision == "proceed" else "declined"
    return StandingFinding(finding=finding, effective=effective, decision=decision, document=document)


def _document_for(finding: Finding, findings: Sequence[Finding], documents: Sequence[Document]) -> Document | None:
    """The latest filed document that answers a referral: named for it, or of its kind and named for nothing.

    A letter named for nothing answers only when a single letter is asked for: nobody should guess which it is about.
    """
    if finding.outcome is not Outcome.REFER:
        return None
    letters_wanted = sum(f.outcome is Outcome.REFER and f.document == "letter" for f in findings)
    fits = [
        document
        for document in documents
        if document.kind == finding.document
        and (
            document.rule == finding.rule
            or (document.rule is None and (document.kind != "letter" or letters_wanted == 1))
        )
    ]
    return max(fits, key=lambda document: document.dated_on, default=None)


def _stands_in_the_way(found: StandingFinding) -> Reason:
    finding = found.finding
    details: dict[str, object] = {"rule": finding.rule, "outcome": finding.outcome.value}
    if finding.outcome is Outcome.REFER:
        wanted = DOCUMENT_WORDS.get(finding.document or "", "a document")
        message = f"{finding.rule}: {finding.reason} File {wanted} first: use document."
    elif finding.ask_again_on is not None:
        details["ask_again_on"] = finding.ask_again_on.isoformat()
        message = f"{finding.rule}: {finding.reason} Ask again on {show_date(finding.ask_again_on)}."
    else:
        message = f"{finding.rule}: {finding.reason} What would change it: {finding.changes}"
    return Reason(f"finding_{finding.outcome.value}", message, details)


def _unanswered(link_ids: tuple[str, ...]) -> Reason:
    message = f"Not answered yet: {', '.join(link_ids)}. Finish the screening first."
    return Reason("unanswered", message, {"unanswered": list(link_ids)})
