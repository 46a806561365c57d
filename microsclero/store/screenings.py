"""Signed screenings, decisions on their findings, and filed documents in the file."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import FileError, NotFoundError
from microsclero.store.rows import (
    date_text,
    json_text,
    maybe_date,
    maybe_moment,
    maybe_text,
    moment_from_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from microsclero.store import Store


class ScreeningRow(NamedTuple):
    """A signed screening as it was asked, answered and found; it never changes."""

    screening: int
    patient_no: int
    purpose: str
    questionnaire: str
    version: str
    sha256: str
    on: date
    born_on: date
    answers: Mapping[str, str]
    answered_on: Mapping[str, str]
    outcome: str
    ask_again_on: date | None
    findings: tuple[Mapping[str, Any], ...]
    unanswered: tuple[str, ...]
    readings: tuple[str, ...]
    asked_by: str
    signed_by: str
    signed_at: datetime
    lasting: tuple[Mapping[str, Any], ...]
    superseded_by: int | None
    decided_at: datetime | None


class DecisionRow(NamedTuple):
    """What a prescriber decided on one finding."""

    decision_no: int
    screening: int
    patient_no: int
    rule: str
    decision: str
    reason: str
    prescriber: str
    decided_at: datetime


class DocumentRow(NamedTuple):
    """A duplex, an ABPI or a letter, filed."""

    document: int
    patient_no: int
    kind: str
    rule: str | None
    dated_on: date
    summary: str
    filed_at: datetime
    filed_by: str


# `options` is what a screening has besides its answers: what lasted beside them.
_SCREENING = (
    "id, patient_id, purpose, questionnaire, version, sha256, on_date, born_on, answers, answered_on, outcome, "
    "ask_again_on, findings, unanswered, readings, asked_by, signed_by, signed_at, options, superseded_by, decided_at"
)

_DOCUMENT = "id, patient_id, kind, rule, dated_on, summary, filed_at, filed_by"


def screening_from_row(row: tuple[Any, ...]) -> ScreeningRow:
    """The screening; FileError where another program has left something that none of ours can have written."""
    try:
        found = _as_stored(row)
        for days in (found.answers, found.answered_on):
            _refuse_unless(isinstance(days, dict) and all(isinstance(value, str) for value in days.values()))
        for day in found.answered_on.values():
            date.fromisoformat(day)
        for each in (found.born_on, found.on, found.signed_at):
            _refuse_unless(1900 <= each.year < 2200)
        for names in (found.unanswered, found.readings):
            _refuse_unless(all(isinstance(name, str) for name in names))
        for finding in found.findings:
            _refuse_unless(isinstance(finding["rule"], str) and isinstance(finding["outcome"], str))
        for told in found.lasting:
            _refuse_unless(isinstance(told["question"], str) and isinstance(told["answer"], str))
    except (ValueError, TypeError, KeyError):
        raise damaged(row[0]) from None
    return found


def damaged(number: int) -> FileError:
    """What is said of a screening that does not read as one of ours."""
    return FileError(
        f"Screening {number} can't be read as it was signed: another program has changed it. "
        "See what is wrong: microsclero record check",
        code="screening_damaged",
        screening=number,
    )


def _refuse_unless(is_ours: bool) -> None:
    if not is_ours:
        raise ValueError("No program of ours writes this.")


def _listed(text: str) -> tuple[Any, ...]:
    import json

    found = json.loads(text)
    _refuse_unless(isinstance(found, list))
    return tuple(found)


def _as_stored(row: tuple[Any, ...]) -> ScreeningRow:
    import json

    return ScreeningRow(
        screening=row[0],
        patient_no=row[1],
        purpose=row[2],
        questionnaire=row[3],
        version=row[4],
        sha256=row[5],
        on=date.fromisoformat(row[6]),
        born_on=date.fromisoformat(row[7]),
        answers=json.loads(row[8]),
        answered_on=json.loads(row[9]),
        outcome=row[10],
        ask_again_on=maybe_date(row[11]),
        findings=_listed(row[12]),
        unanswered=_listed(row[13]),
        readings=_listed(row[14]),
        asked_by=row[15],
        signed_by=row[16],
        signed_at=moment_from_text(row[17]),
        lasting=_listed(row[18] or "[]"),
        superseded_by=row[19],
        decided_at=maybe_moment(row[20]),
    )


def add_screening(
    store: Store,
    *,
    patient_no: int,
    purpose: str,
    questionnaire: str,
    version: str,
    sha256: str,
    on: date,
    born_on: date,
    answers: Mapping[str, str],
    answered_on: Mapping[str, str],
    outcome: str,
    ask_again_on: date | None,
    findings: Sequence[Mapping[str, Any]],
    unanswered: Sequence[str],
    readings: Iterable[str],
    asked_by: str,
    signed_by: str,
    lasting: Sequence[Mapping[str, Any]] = (),
) -> int:
    """Keep a signed screening inside `changing()`; the patient's earlier one for the same purpose is superseded."""
    earlier = store.rows(
        "select id from screening where patient_id = ? and purpose = ? and superseded_by is null",
        (patient_no, purpose),
    )
    number = store.write.insert(
        "screening",
        {
            "patient_id": patient_no,
            "purpose": purpose,
            "questionnaire": questionnaire,
            "version": version,
            "sha256": sha256,
            "on_date": date_text(on),
            "born_on": date_text(born_on),
            "answers": json_text(dict(answers)),
            "answered_on": json_text(dict(answered_on)),
            "outcome": outcome,
            "ask_again_on": date_text(ask_again_on),
            "findings": json_text(list(findings)),
            "unanswered": json_text(list(unanswered)),
            "readings": json_text(sorted(readings)),
            "asked_by": asked_by,
            "signed_by": signed_by,
            "signed_at": store.write.at,
            "options": json_text(list(lasting)) if lasting else None,
        },
    )
    for (superseded,) in earlier:
        store.write.update("screening", superseded, {"superseded_by": number})
    return number


def mark_asked_again(store: Store, number: int) -> None:
    """A deferral whose day has come was asked anew on the other form, inside `changing()`: it waits for nobody."""
    store.write.update("screening", number, {"decided_at": store.write.at})


def screening(store: Store, number: int) -> ScreeningRow:
    """That screening, or NotFoundError."""
    row = store.row(f"select {_SCREENING} from screening where id = ?", (number,))
    if row is None:
        raise NotFoundError(f"There is no screening {number}.", screening=number)
    return screening_from_row(row)


def latest_screening(store: Store, patient_no: int, purpose: str) -> ScreeningRow | None:
    """The one in force for this purpose."""
    row = store.row(
        f"select {_SCREENING} from screening where patient_id = ? and purpose = ? and superseded_by is null",
        (patient_no, purpose),
    )
    return None if row is None else screening_from_row(row)


def screenings_of(store: Store, patient_no: int) -> tuple[ScreeningRow, ...]:
    """All of a patient's, oldest first."""
    rows = store.rows(f"select {_SCREENING} from screening where patient_id = ? order by id", (patient_no,))
    return tuple(screening_from_row(row) for row in rows)


def add_decisions(
    store: Store,
    screening_no: int,
    made: Iterable[tuple[str, str, str]],
    *,
    prescriber: str,
    all_decided: bool | None = None,
) -> tuple[int, ...]:
    """A prescriber's (rule, "proceed" | "decline", reason), inside `changing()`; their numbers.

    When no finding for review is left undecided the screening leaves the desk's list. `all_decided` says so where
    the caller knows better than by the findings' own outcomes.
    """
    held = screening(store, screening_no)
    numbers = tuple(
        store.write.insert(
            "decision",
            {
                "screening_id": screening_no,
                "patient_id": held.patient_no,
                "rule": rule,
                "decision": decision,
                "reason": reason,
                "prescriber": prescriber,
                "decided_at": store.write.at,
            },
        )
        for rule, decision, reason in made
    )
    if all_decided is None:
        decided = {one.rule for one in decisions(store, screening_no)}
        all_decided = all(found["rule"] in decided for found in held.findings if found.get("outcome") == "review")
    if all_decided and held.decided_at is None:
        store.write.update("screening", screening_no, {"decided_at": store.write.at})
    return numbers


def decisions(store: Store, screening_no: int) -> tuple[DecisionRow, ...]:
    """Every decision on this screening, oldest first: of two on one rule the later holds."""
    rows = store.rows(
        "select id, screening_id, patient_id, rule, decision, reason, prescriber, decided_at "
        "from decision where screening_id = ? order by id",
        (screening_no,),
    )
    return tuple(
        DecisionRow(
            decision_no=row[0],
            screening=row[1],
            patient_no=row[2],
            rule=row[3],
            decision=row[4],
            reason=row[5],
            prescriber=row[6],
            decided_at=moment_from_text(row[7]),
        )
        for row in rows
    )


def add_document(
    store: Store, *, patient_no: int, kind: str, dated_on: date, summary: str, rule: str | None = None
) -> int:
    """File a document inside `changing()`, by whoever makes the change."""
    return store.write.insert(
        "document",
        {
            "patient_id": patient_no,
            "kind": kind,
            "rule": maybe_text(rule),
            "dated_on": date_text(dated_on),
            "summary": summary,
            "filed_at": store.write.at,
            "filed_by": store.write.who,
        },
    )


def documents(store: Store, patient_no: int) -> tuple[DocumentRow, ...]:
    """All that was filed for a patient, struck-out ones too, oldest first."""
    rows = store.rows(f"select {_DOCUMENT} from document where patient_id = ? order by id", (patient_no,))
    return tuple(map(_document_from_row, rows))


def standing_documents(store: Store, patient_no: int) -> tuple[DocumentRow, ...]:
    """What was filed for a patient and not struck out since, oldest first."""
    struck = "select ref_id from amendment where kind = 'document' and patient_id = :patient"
    sql = f"select {_DOCUMENT} from document where patient_id = :patient and id not in ({struck}) order by id"
    return tuple(map(_document_from_row, store.rows(sql, {"patient": patient_no})))


def document(store: Store, number: int) -> DocumentRow:
    """That document, or NotFoundError."""
    row = store.row(f"select {_DOCUMENT} from document where id = ?", (number,))
    if row is None:
        raise NotFoundError(f"There is no document {number}.", document=number)
    return _document_from_row(row)


def _document_from_row(row: tuple[Any, ...]) -> DocumentRow:
    return DocumentRow(
        document=row[0],
        patient_no=row[1],
        kind=row[2],
        rule=row[3],
        dated_on=date.fromisoformat(row[4]),
        summary=row[5],
        filed_at=moment_from_text(row[6]),
        filed_by=row[7],
    )
