"""Where a patient's screenings stand in this record: with the documents that count and the decisions on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.outcomes import Outcome
from microsclero.screening import Finding, Screening
from microsclero.standing import Decision, Document, Standing, standing

if TYPE_CHECKING:
    from datetime import date, datetime

    from microsclero.desk import Desk
    from microsclero.store.screenings import DocumentRow, ScreeningRow


def screenings_in_force(desk: Desk, patient_no: int) -> tuple[ScreeningRow, ...]:
    """The latest intake and the latest session's screening, the newer first."""
    from microsclero.store import screenings

    rows = [screenings.latest_screening(desk.store, patient_no, purpose) for purpose in ("intake", "session")]
    return tuple(sorted((row for row in rows if row is not None), key=lambda row: -row.screening))


def screening_from_row(row: ScreeningRow) -> Screening:
    """A stored screening as the trade knows it; FileError where its findings are none."""
    from microsclero.desk.earlier import lasting_of
    from microsclero.store.screenings import damaged

    try:
        findings = tuple(Finding.from_data(dict(finding)) for finding in row.findings)
    except ValueError:
        raise damaged(row.screening) from None
    return Screening(
        form=row.purpose,
        questionnaire=row.questionnaire,
        version=row.version,
        sha256=row.sha256,
        on=row.on,
        outcome=Outcome(row.outcome),
        ask_again_on=row.ask_again_on,
        findings=findings,
        unanswered=tuple(row.unanswered),
        lasting=lasting_of(row),
    )


def stands_at(desk: Desk, row: ScreeningRow, on: date | None = None) -> Standing:
    """The screening with its documents, and the decisions that count on that day; today without one.

    A decision goes with whoever made it: for what comes after their last day another prescriber decides.
    """
    made = decisions_on(desk, row)
    gone = {*decided_by_leavers(desk, row, on), *_decided_before_the_paper(desk, row)} if made else set()
    counting = [decision for decision in made if decision.rule not in gone]
    return standing(screening_from_row(row), documents_for(desk, row), counting)


def _decided_before_the_paper(desk: Desk, row: ScreeningRow) -> set[str]:
    """The referrals whose last decision is older than every paper that stands: it was made on one struck out since."""
    from microsclero.store import screenings

    waits = {str(found["rule"]): str(found.get("document")) for found in row.findings if found["outcome"] == "refer"}
    decided = {made.rule: made.decided_at for made in screenings.decisions(desk.store, row.screening)}
    papers = screenings.standing_documents(desk.store, row.patient_no) if waits.keys() & decided.keys() else ()
    return {
        rule
        for rule, kind in waits.items()
        if rule in decided
        and not any(
            filed.kind == kind and filed.rule in (None, rule) and filed.filed_at <= decided[rule] for filed in papers
        )
    }


def decided_by_leavers(desk: Desk, row: ScreeningRow, on: date | None = None) -> dict[str, str]:
    """Of each rule whose last decision was made by somebody who has left by that day, by whom, in words.

    Who came back has left all the same: what was decided before that stays lapsed.
    """
    from microsclero.dates import show_date
    from microsclero.store import leavings

    day = on or desk.today()
    last = {decision.rule: decision for decision in decisions_on(desk, row)}
    if not last:
        return {}
    back = leavings.came_back(desk.store)
    gone = {one.initials: one.ended_on for one in desk.team if one.ended_on is not None and one.ended_on < day}
    lapsed = {
        rule: ended_on
        for rule, made in last.items()
        if (ended_on := back.get(made.prescriber)) is not None and made.on <= ended_on < day
    }
    lapsed |= {rule: gone[made.prescriber] for rule, made in last.items() if made.prescriber in gone}
    return {
        rule: f"decided by {last[rule].prescriber}, who left on {show_date(ended_on)}"
        for rule, ended_on in lapsed.items()
    }


def decisions_on(desk: Desk, row: ScreeningRow) -> tuple[Decision, ...]:
    """Every decision on this screening, oldest first."""
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


def documents_for(desk: Desk, row: ScreeningRow) -> tuple[Document, ...]:
    """The documents that may answer this screening's referrals.

    A document counts for a finding if it was filed after the finding was first made, and the finding has been made at
    every screening since: what lay in the record before is no answer to a new question.
    """
    from microsclero.store import screenings

    waits = {str(found["rule"]): str(found.get("document")) for found in row.findings if found["outcome"] == "refer"}
    if not waits:
        return ()
    earlier = [
        other for other in screenings.screenings_of(desk.store, row.patient_no) if other.screening <= row.screening
    ]
    since = {rule: _first_found(rule, earlier) for rule in waits}
    counted: list[Document] = []
    for filed in screenings.standing_documents(desk.store, row.patient_no):
        asked = [rule for rule, kind in waits.items() if kind == filed.kind]
        fits = [rule for rule in asked if filed.rule in (None, rule) and filed.filed_at >= since[rule]]
        counted += _as_documents(filed, fits, whole=fits == asked)
    return tuple(counted)


def _as_documents(filed: DocumentRow, rules: list[str], *, whole: bool) -> list[Document]:
    """One document, for each finding it may answer; a letter that names none of several answers none."""
    if filed.rule is None and (whole or filed.kind == "letter"):
        named: list[str | None] = [None] if rules and whole else []
    else:
        named = list(rules)
    return [Document(kind=filed.kind, rule=rule, dated_on=filed.dated_on, summary=filed.summary) for rule in named]


def _first_found(rule: str, screenings: list[ScreeningRow]) -> datetime:
    """When the unbroken run of screenings with this referral began; a form that doesn't ask it breaks nothing."""
    since = screenings[-1].signed_at
    for row in reversed(screenings):
        found = any(finding["rule"] == rule and finding["outcome"] == "refer" for finding in row.findings)
        if found:
            since = row.signed_at
        elif rule in row.answers:
            break
    return since
