"""Signed screenings, decisions, documents, and intakes under way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from microsclero.errors import FileError, NotFoundError
from microsclero.store import Store, drafts, screening_lists, screenings
from tests.store.builders import BORN, SHA, SOME_DAY, a_patient, put_screening

REVIEW = {"rule": "raynaud", "outcome": "review", "reason": "poor circulation"}
NOTE = {"rule": "smoker", "outcome": "note", "reason": "heals slowly"}
LASTING = [{"question": "asthma", "answer": "yes", "told_on": "2026-11-20", "from": "session", "number": 3}]


def screened(store: Store, patient_no: int, **others: Any) -> int:
    with store.changing(who="MS", command="screen"):
        return put_screening(store, patient_no, **others)


def test_a_screening_comes_back_as_signed(store: Store) -> None:
    number = screened(
        store,
        a_patient(store),
        answers={"asthma": "no", "other": "[b] 'Zoë' \u2603"},
        outcome="review",
        ask_again_on=date(2027, 2, 28),
        findings=[REVIEW, NOTE],
        unanswered=["weight"],
        readings={"phlebitis", "asthma"},
        lasting=LASTING,
    )
    assert screenings.screening(store, number) == screenings.ScreeningRow(
        screening=1,
        patient_no=1,
        purpose="intake",
        questionnaire="questionnaire",
        version="2026-1",
        sha256=SHA,
        on=SOME_DAY,
        born_on=BORN,
        answers={"asthma": "no", "other": "[b] 'Zoë' \u2603"},
        answered_on={"asthma": "2026-11-23"},
        outcome="review",
        ask_again_on=date(2027, 2, 28),
        findings=(REVIEW, NOTE),
        unanswered=("weight",),
        readings=("asthma", "phlebitis"),
        asked_by="MS",
        signed_by="MS",
        signed_at=datetime(2026, 11, 22, 15, 0, 3, tzinfo=UTC),
        lasting=tuple(LASTING),
        superseded_by=None,
        decided_at=None,
    )


def test_the_latest_for_each_purpose_is_in_force(store: Store) -> None:
    patient_no = a_patient(store)
    assert screenings.latest_screening(store, patient_no, "intake") is None
    first = screened(store, patient_no)
    session = screened(store, patient_no, purpose="session")
    second = screened(store, patient_no)
    in_force = [screenings.latest_screening(store, patient_no, purpose) for purpose in ("intake", "session")]
    assert [one.screening for one in in_force if one] == [second, session]
    assert [(row.screening, row.superseded_by) for row in screenings.screenings_of(store, patient_no)] == [
        (first, second),
        (session, None),
        (second, None),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "suitable"},
        {"answers": "{}"},
        {"signed_by": "XX"},
        {"superseded_by": 3},
        {"superseded_by": None},
        {"decided_at": None},
    ],
)
def test_a_signed_screening_is_never_changed(store: Store, changes: dict[str, Any]) -> None:
    patient_no = a_patient(store)
    number = screened(store, patient_no, outcome="review", findings=[REVIEW])
    with store.changing(who="MS", command="decide"):
        screenings.add_decisions(store, number, [("raynaud", "proceed", "seen")], prescriber="MS")
    screened(store, patient_no)
    with pytest.raises(FileError, match="INSERT_ONLY"), store.changing(who="MS", command="test") as write:
        write.update("screening", number, changes)


def test_a_screening_that_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError):
        screenings.screening(store, 7)


def test_decisions_come_back_in_order_and_close_the_review(store: Store) -> None:
    patient_no = a_patient(store)
    number = screened(store, patient_no, outcome="review", findings=[REVIEW, {**REVIEW, "rule": "migraine"}, NOTE])
    assert [row.screening for row in screening_lists.reviews_open(store)] == [number]
    with store.changing(who="DR", command="decide"):
        screenings.add_decisions(store, number, [("raynaud", "proceed", "seen")], prescriber="MS")
    assert [row.screening for row in screening_lists.reviews_open(store)] == [number]
    with store.changing(who="DR", command="decide"):
        made = screenings.add_decisions(store, number, [("migraine", "decline", "frequent")], prescriber="MS")
    assert screening_lists.reviews_open(store) == ()
    assert screenings.decisions(store, number)[1] == screenings.DecisionRow(
        decision_no=made[0],
        screening=number,
        patient_no=patient_no,
        rule="migraine",
        decision="decline",
        reason="frequent",
        prescriber="MS",
        decided_at=datetime(2026, 11, 22, 15, 0, 5, tzinfo=UTC),
    )
    # Decided again: the later holds, and the moment of the first stays.
    with store.changing(who="DR", command="decide"):
        screenings.add_decisions(store, number, [("migraine", "proceed", "asked the GP")], prescriber="MS")
    assert [one.decision for one in screenings.decisions(store, number)] == ["proceed", "decline", "proceed"]


def test_the_caller_may_know_better_whether_all_is_decided(store: Store) -> None:
    number = screened(store, a_patient(store), outcome="review", findings=[REVIEW])
    with store.changing(who="DR", command="decide"):
        screenings.add_decisions(store, number, [("other", "proceed", "seen")], prescriber="MS", all_decided=True)
    assert screening_lists.reviews_open(store) == ()


def test_a_decision_belongs_to_the_patient_of_its_screening(store: Store) -> None:
    number, other = screened(store, a_patient(store)), a_patient(store)
    with pytest.raises(FileError), store.changing(who="MS", command="test") as write:
        write.insert(
            "decision",
            {
                "screening_id": number,
                "patient_id": other,
                "rule": "r",
                "decision": "proceed",
                "reason": "x",
                "prescriber": "MS",
                "decided_at": write.at,
            },
        )


def test_documents_come_back_as_filed(store: Store) -> None:
    patient_no = a_patient(store)
    with store.changing(who="DR", command="document"):
        number = screenings.add_document(
            store, patient_no=patient_no, kind="duplex", rule="varicose", dated_on=date(2026, 10, 1), summary="Clear."
        )
    assert screenings.documents(store, patient_no) == (
        screenings.DocumentRow(
            document=number,
            patient_no=patient_no,
            kind="duplex",
            rule="varicose",
            dated_on=date(2026, 10, 1),
            summary="Clear.",
            filed_at=datetime(2026, 11, 22, 15, 0, 3, tzinfo=UTC),
            filed_by="DR",
        ),
    )
    assert screenings.documents(store, 99) == ()


def test_an_intake_under_way_is_kept_as_it_grows_outside_the_history(store: Store) -> None:
    patient_no, head = a_patient(store), store.head()
    number = drafts.save_draft(store, purpose="intake", body={"asthma": "no"}, patient_no=patient_no, who="MS")
    assert drafts.save_draft(
        store, purpose="intake", body={"asthma": "no", "pregnant": "unsure"}, patient_no=patient_no, draft_no=number
    ) == number  # fmt: skip
    assert drafts.draft(store, number) == drafts.DraftRow(
        draft=number,
        patient_no=patient_no,
        purpose="intake",
        body={"asthma": "no", "pregnant": "unsure"},
        started_at=datetime(2026, 11, 22, 15, 0, 3, tzinfo=UTC),
        touched_at=datetime(2026, 11, 22, 15, 0, 4, tzinfo=UTC),
        who=None,
        finished=False,
    )
    assert (store.head(), store.check().is_sound) == (head, True)


def test_drafts_are_those_not_finished_last_touched_first(store: Store) -> None:
    patient_no = a_patient(store)
    first = drafts.save_draft(store, purpose="intake", body={})
    second = drafts.save_draft(store, purpose="session", body={}, patient_no=patient_no)
    drafts.save_draft(store, purpose="intake", body={}, finished=True)
    assert [row.draft for row in drafts.drafts(store)] == [second, first]
    drafts.save_draft(store, purpose="intake", body={}, draft_no=first)
    assert [row.draft for row in drafts.drafts(store)] == [first, second]
    assert [row.draft for row in drafts.drafts(store, patient_no)] == [second]
    assert [row.draft for row in screening_lists.drafts_open(store)] == [first, second]


def test_a_draft_dropped_elsewhere_is_kept_anew_when_saved(store: Store) -> None:
    number = drafts.save_draft(store, purpose="intake", body={})
    drafts.drop_draft(store, number)
    with pytest.raises(NotFoundError):
        drafts.draft(store, number)
    again = drafts.save_draft(store, purpose="intake", body={"asthma": "no"}, draft_no=number)
    assert again != number
    assert drafts.draft(store, again).body == {"asthma": "no"}


def test_a_draft_goes_only_with_the_change_that_completes_it(store: Store) -> None:
    patient_no = a_patient(store)
    number = drafts.save_draft(store, purpose="intake", body={}, patient_no=patient_no)
    with pytest.raises(RuntimeError), store.changing(who="MS", command="screen"):
        put_screening(store, patient_no)
        drafts.drop_draft(store, number)
        raise RuntimeError
    assert [row.draft for row in drafts.drafts(store)] == [number]
    with store.changing(who="MS", command="screen"):
        put_screening(store, patient_no)
        drafts.drop_draft(store, number)
    assert drafts.drafts(store) == ()
